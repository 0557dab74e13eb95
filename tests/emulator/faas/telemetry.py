# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs and figures of a function (reference H.9, H.10).

Documented are the calls, their required parameters, and that ``data`` is an object; what is in it, the second ``type`` and the unit of
``interval`` (minutes) are our choice. Logs by name in a list are those of a client that was never released (reference B.8).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from ..clock import Clock, stamp
from ..envelope import Refused, page, success
from ..myaccount import ApiCall
from ..runner.logs import LogLine
from ..runner.memory import used_megabytes
from ..settings import Readback
from .model import Function
from .service import FunctionService

LEVELS = {"stderr": "ERROR", "system": "WARNING"}
STREAMS = {"function": frozenset({"stdout", "stderr", "system"}), "build": frozenset({"build"})}
WINDOW = ("type", "duration")
LONGEST_MINUTES = 366 * 24 * 60


class Telemetry:
    """Answers for a function that was found; ``clock`` says when a window ends."""

    def __init__(self, service: FunctionService, clock: Clock, readback: Readback) -> None:
        self._service = service
        self._clock = clock
        self._readback = readback

    def log_window(self, call: ApiCall, function: Function) -> web.StreamResponse:
        """The documented call: one ``type`` of lines of the last ``duration`` minutes."""
        _require(call, WINDOW)
        kind, minutes = call.request.query["type"], _minutes(call, "duration")
        if kind not in STREAMS:
            raise Refused(400, f"type: {kind!r} is not a valid choice, use {' or '.join(STREAMS)}.")
        lines = recent(self._service.log(function.name).read(), self._clock.now(), minutes)
        return success({"type": kind, "duration": minutes, "logs": [_line(line) for line in lines if line.stream in STREAMS[kind]]})

    def log_list(self, call: ApiCall, function: Function) -> web.StreamResponse:
        """The undocumented call: all lines in a list, by ``page_no`` and ``per_page`` if asked for."""
        if self._readback != "full":
            raise Refused(404, "Not found.")
        shown, totals = page([_line(line) for line in self._service.log(function.name).read()], call.request.query)
        return success(shown, top_level=totals)

    async def figures(self, call: ApiCall) -> web.StreamResponse:
        """Memory now, in MB, and how often the function was called in the last ``interval`` minutes."""
        _require(call, ("function_name", "interval"))
        minutes = _minutes(call, "interval")
        function = self._service.get(call.project_id, call.request.query["function_name"])
        now, pid = self._clock.now(), self._service.pid(function.name)
        since = now - datetime.timedelta(minutes=minutes)
        data: dict[str, Any] = {
            "function_name": function.name,
            "interval": minutes,
            "memory_usage": {"used": round(used_megabytes(pid), 1) if pid else 0, "limit": function.memory},
            "invocation_count": sum(moment >= since for moment in self._service.calls(function.name)),
        }
        return success(data)


def recent(lines: Iterable[LogLine], now: datetime.datetime, minutes: int) -> list[LogLine]:
    """The lines of the last ``minutes``."""
    since = stamp(now - datetime.timedelta(minutes=minutes))
    return [line for line in lines if line.time >= since]


def asks_for_a_window(call: ApiCall) -> bool:
    """Whether the request is the documented one."""
    return any(key in call.request.query for key in WINDOW)


def _line(line: LogLine) -> dict[str, str]:
    return {"timestamp": line.time, "message": line.message, "level": LEVELS.get(line.stream, "INFO")}


def _require(call: ApiCall, keys: Iterable[str]) -> None:
    if missing := [key for key in keys if not call.request.query.get(key)]:
        raise Refused(400, f"{', '.join(missing)}: This field is required.")


def _minutes(call: ApiCall, key: str) -> int:
    text = call.request.query[key]
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= LONGEST_MINUTES):
        raise Refused(400, f"{key}: A whole number of minutes from 1 to {LONGEST_MINUTES} is required.")
    return int(text)
