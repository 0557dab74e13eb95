# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs of functions of the account: the call, and lines out of an answer whose shape is not documented (reference H.9)."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import quote

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError, NotFoundError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.moments import read_moment
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import first
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

# The documented example (reference H.9).
RUNTIME_LOG = "function"
# MyAccount shows build logs as well (reference H.9); that this is their word is a guess.
BUILD_LOG = "build"
# How far back the end of a log is looked for, in minutes. Our choice: long enough for a build that has just failed.
TAIL_MINUTES = 60

# Under which names texts, times and lists of lines are looked for. message and timestamp are those of a client of 2024 (reference B.8),
# the others are our choice.
_TEXT_KEYS = ("message", "log", "line", "text", "msg")
_TIME_KEYS = ("timestamp", "time", "ts", "@timestamp", "date", "created_at")
_LIST_KEYS = ("logs", "lines", "entries", "log", "messages", "records", "data", "result")
_DEEPEST = 4


@dataclass(frozen=True)
class LogLine:
    """One line. ``timestamp`` is as the API writes it, ``None`` for none."""

    timestamp: str | None
    text: str


def log_lines(data: t.Any) -> list[LogLine] | None:
    """The lines of an answer, oldest first where all carry a time; ``None`` when no lines can be recognised in it.

    :param data: a text, a list of texts or objects, or an object that holds one of these, at whatever depth.
    """
    lines = _lines(data, _DEEPEST)
    if not lines:
        return lines
    moments = [_moment(line.timestamp) for line in lines]
    known = [moment for moment in moments if moment is not None]
    if len(known) < len(lines):
        return lines
    return [line for unused, line in sorted(zip(known, lines), key=lambda pair: pair[0])]


def _lines(data: t.Any, depth: int) -> list[LogLine] | None:
    if data is None or data in ({}, []):
        return []
    if isinstance(data, str):
        return [LogLine(None, text) for text in data.splitlines()]
    if isinstance(data, list):
        return _entries(data)
    if not isinstance(data, dict) or depth == 0:
        return None
    entry = _entry(data)
    named = [found for key in _LIST_KEYS if isinstance(data.get(key), (list, dict)) and (found := _lines(data[key], depth - 1)) is not None]
    named += [_lines(data[key], 0) or [] for key in _LIST_KEYS if isinstance(data.get(key), str) and key not in _TEXT_KEYS]
    if any(named):
        return next(found for found in named if found)
    # A message beside an empty list of lines is about the answer.
    if entry is not None and (not named or isinstance(data.get("log"), str)):
        return entry
    # No name that is known: all that looks like lines, for there may be a list for each replica.
    others = [found for key, value in data.items() if key not in _LIST_KEYS and isinstance(value, (list, dict)) and (found := _lines(value, depth - 1))]
    if others:
        return [line for found in others for line in found]
    return [] if named else None


def _entries(data: list[t.Any]) -> list[LogLine] | None:
    """The entries that can be read; ``None`` when none can."""
    found = [_entry(item) if isinstance(item, dict) else _lines(item, 0) if isinstance(item, str) else None for item in data]
    read = [lines for lines in found if lines is not None]
    return [line for lines in read for line in lines] if read else None


def _entry(item: t.Mapping[str, t.Any]) -> list[LogLine] | None:
    """One entry, which can hold several lines."""
    message = next((item[key] for key in _TEXT_KEYS if isinstance(item.get(key), str)), None)
    if message is None:
        return None
    written = first(item, *_TIME_KEYS)
    timestamp = str(written) if isinstance(written, (str, int, float)) else None
    return [LogLine(timestamp, text) for text in message.splitlines()]


def _moment(timestamp: str | None) -> float | None:
    """Seconds since 1970, to sort by; ``None`` for what is neither a number nor ISO 8601. Without a zone it counts as UTC."""
    if timestamp is None:
        return None
    try:
        seconds = float(timestamp)
        return seconds if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        moment = read_moment(timestamp)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def window_minutes(since: datetime, now: datetime) -> int:
    """How far to go back to reach a moment, in whole minutes, as the API wants it: at least one."""
    return max(1, math.ceil((now - since).total_seconds() / 60))


class FunctionLogsClient:
    """The call of reference H.9. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def read(self, identifier: int | None, name: str, *, kind: str = RUNTIME_LOG, minutes: int = 5) -> t.Any:
        """The ``data`` of the log as it came.

        A function without a known number, or that the API does not know by it, is asked for by its name and without a window, as a
        client of 2024 did (reference B.8). That form knows one kind of log only.

        :param kind: what the API calls ``type``.
        :param minutes: how far back.
        :raises InputError: another kind of log of a function whose number is not known.
        """
        missing: NotFoundError | None = None
        if identifier is not None:
            try:
                return self.transport.request("GET", f"faas/logs/{identifier}/", params={"type": kind, "duration": minutes}).data
            except NotFoundError as error:
                if kind != RUNTIME_LOG:
                    raise
                missing = error
        elif kind != RUNTIME_LOG:
            raise InputError(f"type: the API does not tell the number of the function {name}, and without it gives only the log {RUNTIME_LOG}.")
        try:
            return self.transport.request("GET", f"faas/logs/{quote(name, safe='')}/").data
        except NotFoundError as error:
            raise missing or error from None


def log_tail(transport: Transport, identifier: int | None, name: str, lines: int = 20, *, failed: bool = False) -> list[str]:
    """The newest lines of a log, oldest first; empty when none can be had, which is no error.

    The texts are as the function wrote them: the caller masks what is secret in them.

    :param failed: the function has failed, in its build or in its start, which cannot be told apart (reference B.6). So the ends of
        both logs are given, each at least half of the lines: a version that still runs can write more after a build has failed.
    """
    client = FunctionLogsClient(transport)
    started = _texts(client, identifier, name, RUNTIME_LOG)
    built = _texts(client, identifier, name, BUILD_LOG) if failed and identifier is not None else []
    room = max(lines // 2, lines - len(built))
    end = started[-room:] if room > 0 else []
    return (built[-(lines - len(end)) :] if lines > len(end) else []) + end


def _texts(client: FunctionLogsClient, identifier: int | None, name: str, kind: str) -> list[str]:
    try:
        return [line.text for line in log_lines(client.read(identifier, name, kind=kind, minutes=TAIL_MINUTES)) or ()]
    except E2EError:
        return []
