# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a call reaches the worker: as a frame for functions that are called, as HTTP for those that serve it themselves."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from yarl import URL

from .events import proxy_event
from .spec import Answer, Call

NOT_PASSED_ON = frozenset({"content-length", "expect", "connection"})
LONGEST_HEADER = 64 * 1024


class ChannelBroken(Exception):
    """No whole answer came back."""


class Channel(Protocol):
    """A way to one worker."""

    async def exchange(self, call: Call) -> Answer:
        """Hand over one call; raises :class:`ChannelBroken`."""

    async def close(self) -> None:
        """Forget what is open."""


def classic_head(call: Call) -> dict[str, Any]:
    """What the contract ``handle`` is called with."""
    return {"method": call.method, "path": call.path, "query": call.query, "headers": call.headers}


def event_head(call: Call) -> dict[str, Any]:
    """What the contract ``handler`` is called with."""
    return {"event": proxy_event(call)}


class Frames:
    """One connection a call on a unix socket: four bytes with the length of a JSON head, the head, the body; the answer likewise."""

    def __init__(self, path: Path, head: Callable[[Call], dict[str, Any]]) -> None:
        self._path = path
        self._head = head

    async def exchange(self, call: Call) -> Answer:
        try:
            reader, writer = await asyncio.open_unix_connection(str(self._path))
            try:
                encoded = json.dumps({**self._head(call), "length": len(call.body)}).encode()
                writer.write(struct.pack(">I", len(encoded)) + encoded + call.body)
                await writer.drain()
                size = struct.unpack(">I", await reader.readexactly(4))[0]
                answer = json.loads(await reader.readexactly(size))
                body = await reader.readexactly(answer["length"])
            finally:
                writer.close()
        except (OSError, asyncio.IncompleteReadError) as error:
            raise ChannelBroken from error
        return Answer(answer["status"], [(str(name), str(value)) for name, value in answer["headers"]], body)

    async def close(self) -> None:
        pass


class Http:
    """Real HTTP to the function's own server: on a port of this host, or on a unix socket when ``port`` is None."""

    def __init__(self, path: Path, port: int | None) -> None:
        self._base = f"http://127.0.0.1:{port}" if port else "http://localhost"
        # A connection a call: one that the server closes while it is idle would look like a worker that died.
        connector = aiohttp.TCPConnector(force_close=True) if port else aiohttp.UnixConnector(str(path), force_close=True)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )

    async def exchange(self, call: Call) -> Answer:
        # The client library keeps repeated headers only where they are spelt alike.
        spelling: dict[str, str] = {}
        headers = [(spelling.setdefault(name.lower(), name), value) for name, value in call.headers if name.lower() not in NOT_PASSED_ON]
        url = URL(self._base + call.target, encoded=True)
        try:
            async with self._session.request(call.method, url, data=call.body or None, headers=headers, allow_redirects=False) as response:
                return Answer(response.status, list(response.headers.items()), await response.read())
        except (aiohttp.ClientError, OSError) as error:
            raise ChannelBroken from error

    async def close(self) -> None:
        await self._session.close()
