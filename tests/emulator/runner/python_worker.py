# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process a Python function runs in.

Usage: ``python -S -u python_worker.py SOCKET CONTROL_FD HOME ENTRY [PACKAGES]``

HOME holds the package ``function`` with the entry module, imported as ``function.handler`` (or ``function.func``),
so relative imports work. Calls arrive on the unix socket SOCKET, one a connection: four bytes with the length of a
JSON head, the head, the body; the answer has the same form. CONTROL_FD tells the emulator that the handler is
loaded, or why it is not, and its end means that the emulator is gone. Standard library only, any Python from 3.8 on.
"""

from __future__ import annotations

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
if sys.path and os.path.abspath(sys.path[0]) == HERE:
    del sys.path[0]  # the function must not import the emulator's own modules

import asyncio  # noqa: E402
import importlib  # noqa: E402
import inspect  # noqa: E402
import json  # noqa: E402
import signal  # noqa: E402
import site  # noqa: E402
import socket  # noqa: E402
import struct  # noqa: E402
import threading  # noqa: E402
import traceback  # noqa: E402
from types import TracebackType  # noqa: E402
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple  # noqa: E402

Reply = Tuple[int, List[Tuple[str, str]], bytes]
TEXT = "text/html; charset=utf-8"
JSON = "application/json"


class Headers(Mapping[str, str]):
    """Request headers; look-ups ignore case."""

    def __init__(self, pairs: List[List[str]]) -> None:
        self._pairs: Dict[str, Tuple[str, str]] = {}
        for name, value in pairs:
            known = self._pairs.get(name.lower())
            self._pairs[name.lower()] = (name, value if known is None else known[1] + ", " + value)

    def __getitem__(self, name: str) -> str:
        return self._pairs[name.lower()][1]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._pairs

    def __iter__(self) -> Iterator[str]:
        return (name for name, value in self._pairs.values())

    def __len__(self) -> int:
        return len(self._pairs)


class Query(Dict[str, str]):
    """Query parameters; a repeated one reads as its first value, :meth:`getlist` gives them all."""

    def __init__(self, pairs: List[List[str]]) -> None:
        super().__init__()
        self._pairs = pairs
        for name, value in pairs:
            self.setdefault(name, value)

    def getlist(self, name: str) -> List[str]:
        return [value for known, value in self._pairs if known == name]


class Event:
    """The request: ``body`` (bytes), ``headers``, ``method``, ``query``, ``path``."""

    def __init__(self, head: Dict[str, Any], body: bytes) -> None:
        self.body = body
        self.headers = Headers(head["headers"])
        self.method: str = head["method"]
        self.query = Query(head["query"])
        self.path: str = head["path"]


class Context:
    """What the handler may know of its place."""

    def __init__(self) -> None:
        self.hostname = os.environ.get("HOSTNAME", "localhost")


class Loop:
    """One event loop for all calls of an async handler, so that clients made at import time stay usable."""

    def __init__(self) -> None:
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._lock = threading.Lock()

    def run(self, awaitable: Any) -> Any:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True).start()

        async def finish() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(finish(), self._loop).result()


def encode(value: Any) -> Tuple[bytes, str]:
    """The bytes of a body and the content type it has when the handler names none."""
    if value is None:
        return b"", TEXT
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value), "application/octet-stream"
    if isinstance(value, (dict, list)):
        return json.dumps(value).encode() + b"\n", JSON
    return str(value).encode(), TEXT


def reply(result: Any) -> Reply:
    """Turn what the handler returned into an HTTP answer."""
    status: Any = 200
    headers: Any = {}
    body = result
    if isinstance(result, dict) and {"statusCode", "body", "headers"} & set(result):
        status, headers, body = result.get("statusCode", 200), result.get("headers") or {}, result.get("body")
    elif isinstance(result, tuple) and len(result) in (2, 3):
        body, status = result[0], result[1]
        headers = result[2] if len(result) == 3 else {}
    content, default_type = encode(body)
    listed = headers.items() if isinstance(headers, Mapping) else headers
    pairs = [(str(name), str(value)) for name, value in listed]
    if not any(name.lower() == "content-type" for name, value in pairs):
        pairs.append(("Content-Type", default_type))
    code = int(status)
    if not 200 <= code <= 599:
        raise ValueError("statusCode must be from 200 to 599, the handler returned %r" % (status,))
    return code, pairs, content


def visible(error: BaseException) -> str:
    """The traceback without the frames of this file and of the import machinery."""
    def ours(tb: Optional[TracebackType]) -> bool:
        if tb is None:
            return False
        name = tb.tb_frame.f_code.co_filename
        return os.path.abspath(name) == os.path.abspath(__file__) or name.startswith("<frozen importlib") or "importlib" in name.split(os.sep)

    tb = error.__traceback__
    while ours(tb):
        tb = tb.tb_next if tb is not None else None
    return "".join(traceback.format_exception(type(error), error, tb))


def one_line(error: BaseException) -> str:
    text = str(error).strip()
    return "%s: %s" % (type(error).__name__, text.splitlines()[0]) if text else type(error).__name__


def receive(connection: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def serve(connection: socket.socket, handle: Callable[..., Any], loop: Loop) -> None:
    """Answer the one call of a connection."""
    with connection:
        try:
            size = struct.unpack(">I", receive(connection, 4))[0]
            head = json.loads(receive(connection, size))
            body = receive(connection, head["length"])
        except (EOFError, OSError):
            return
        try:
            result = handle(Event(head, body), Context())
            if inspect.isawaitable(result):
                result = loop.run(result)
            status, headers, content = reply(result)
        except BaseException as error:  # noqa: B902 - a handler may raise anything, SystemExit included
            sys.stderr.write(visible(error))
            status, headers = 500, [("Content-Type", JSON)]
            content = json.dumps({"message": "The function raised an error; its log has the details.", "error": one_line(error)}).encode()
        out = json.dumps({"status": status, "headers": headers, "length": len(content)}).encode()
        try:
            connection.sendall(struct.pack(">I", len(out)) + out + content)
        except OSError:
            return


def lifeline(control: socket.socket) -> None:
    """End this process and all it started when the emulator is gone."""
    try:
        while control.recv(64):
            pass
    except OSError:
        pass
    os.kill(0, signal.SIGKILL)


def load(home: str, entry: str, packages: Optional[str]) -> Callable[..., Any]:
    sys.path.insert(0, home)
    if packages:
        site.addsitedir(packages)
    module = importlib.import_module("function." + entry.rsplit(".", 1)[0])
    handle = getattr(module, "handle", None)
    if not callable(handle):
        raise AttributeError("%s defines no function handle(event, context)" % entry)
    found: Callable[..., Any] = handle
    return found


def main() -> None:
    path, fd, home, entry = sys.argv[1:5]
    packages = sys.argv[5] if len(sys.argv) > 5 else None
    control = socket.socket(fileno=int(fd))
    control.set_inheritable(False)
    threading.Thread(target=lifeline, args=(control,), daemon=True).start()
    sys.argv = [entry]
    try:
        handle = load(home, entry, packages)
    except BaseException as error:  # noqa: B902 - the code may raise anything while it is imported
        sys.stderr.write(visible(error))
        control.sendall(json.dumps({"error": one_line(error)}).encode() + b"\n")
        os._exit(1)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(128)
    control.sendall(json.dumps({"ready": True}).encode() + b"\n")
    loop = Loop()
    while True:
        connection = server.accept()[0]
        threading.Thread(target=serve, args=(connection, handle, loop), daemon=True).start()


if __name__ == "__main__":
    main()
