# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of the CLI of 2024: ``handle(event, context)`` of the package ``function``, with an event object."""

from __future__ import annotations

import importlib
import json
import os
import site
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from .frames import Loop, Reply, listen
from .frames import serve as serve_frames
from .start import Control

TEXT = "text/html; charset=utf-8"
JSON = "application/json"


class Headers(Mapping[str, str]):
    """Request headers; look-ups ignore case."""

    def __init__(self, pairs: list[list[str]]) -> None:
        self._pairs: dict[str, tuple[str, str]] = {}
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


class Query(dict[str, str]):
    """Query parameters; a repeated one reads as its first value, :meth:`getlist` gives them all."""

    def __init__(self, pairs: list[list[str]]) -> None:
        super().__init__()
        self._pairs = pairs
        for name, value in pairs:
            self.setdefault(name, value)

    def getlist(self, name: str) -> list[str]:
        return [value for known, value in self._pairs if known == name]


class Event:
    """The request: ``body`` (bytes), ``headers``, ``method``, ``query``, ``path``."""

    def __init__(self, head: dict[str, Any], body: bytes) -> None:
        self.body = body
        self.headers = Headers(head["headers"])
        self.method: str = head["method"]
        self.query = Query(head["query"])
        self.path: str = head["path"]


class Context:
    """What the handler may know of its place."""

    def __init__(self) -> None:
        self.hostname = os.environ.get("HOSTNAME", "localhost")


def encode(value: Any) -> tuple[bytes, str]:
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


def serve(control: Control, path: str, root: str, entry: str, packages: str, server: str) -> None:
    """Relative imports work: the module is ``function.handler``, or ``function.func``."""
    sys.path.insert(0, os.path.dirname(root))
    if packages:
        site.addsitedir(packages)
    module = importlib.import_module("function." + os.path.splitext(entry)[0])
    handle = getattr(module, "handle", None)
    if not callable(handle):
        raise AttributeError("%s defines no function handle(event, context)" % entry)
    listening = listen(path)
    control.ready()
    serve_frames(listening, lambda head, body: handle(Event(head, body), Context()), reply, Loop())
