# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls as frames: one a connection, four bytes with the length of a JSON head, the head, the body; the answer likewise."""

from __future__ import annotations

import asyncio
import inspect
import json
import socket
import struct
import threading
from typing import Any, Callable, Optional

from .errors import failure

Reply = tuple[int, list[tuple[str, str]], bytes]
Invoke = Callable[[dict[str, Any], bytes], Any]
Encode = Callable[[Any], Reply]


class Loop:
    """One event loop for everything asynchronous of a function, so that clients made at import time stay usable."""

    def __init__(self) -> None:
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._lock = threading.Lock()

    def run(self, result: Any) -> Any:
        """``result``, awaited if that is possible."""
        if not inspect.isawaitable(result):
            return result
        awaitable = result
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True).start()

        async def finish() -> tuple[Any, Optional[BaseException]]:
            try:
                return await awaitable, None
            except BaseException as error:  # noqa: B902 - one that leaves this coroutine, as SystemExit does, would end the loop
                return None, error

        result, error = asyncio.run_coroutine_threadsafe(finish(), self._loop).result()
        if error is not None:
            raise error
        return result


def receive(connection: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def answer(connection: socket.socket, invoke: Invoke, encode: Encode, loop: Loop) -> None:
    """Answer the one call of a connection."""
    with connection:
        try:
            size = struct.unpack(">I", receive(connection, 4))[0]
            head = json.loads(receive(connection, size))
            body = receive(connection, head["length"])
        except (EOFError, OSError):
            return
        try:
            status, headers, content = encode(loop.run(invoke(head, body)))
        except BaseException as error:  # noqa: B902 - a handler may raise anything, SystemExit included
            status, headers, content = failure(error)
        out = json.dumps({"status": status, "headers": headers, "length": len(content)}).encode()
        try:
            connection.sendall(struct.pack(">I", len(out)) + out + content)
        except OSError:
            return


def listen(path: str) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(128)
    return server


def serve(server: socket.socket, invoke: Invoke, encode: Encode, loop: Loop) -> None:
    """Each call in a thread of its own, so that plain functions run side by side."""
    while True:
        connection = server.accept()[0]
        threading.Thread(target=answer, args=(connection, invoke, encode, loop), daemon=True).start()
