# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/system/logs``: one JSON object a line (reference O.9)."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web

from ..clock import Clock
from ..runner.logs import LogLine
from .answers import Refusal, refusal, text
from .model import DEFAULT_NAMESPACE
from .provider import Provider

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
YES = frozenset({"1", "t", "T", "true", "True", "TRUE"})
LOOK_SECONDS = 0.1
LONGEST_STREAM = 60.0
WINDOW = datetime.timedelta(minutes=5)

Line = tuple[str, LogLine]


@dataclass(frozen=True)
class LogRequest:
    """What the query asks for; ``tail`` of 0 is all lines. An instance can be asked for, and no provider looks at it."""

    name: str
    namespace: str
    tail: int
    follow: bool
    since: datetime.datetime | None


def read(query: Mapping[str, str]) -> LogRequest:
    """The query; a :class:`Refusal` in the gateway's own words when the provider turns it down."""
    tail, since = query.get("tail", ""), query.get("since", "")
    try:
        if tail and WHOLE.fullmatch(tail) is None or since and MOMENT.fullmatch(since) is None:
            raise ValueError
        moment = datetime.datetime.fromisoformat(since) if since else None
    except ValueError:
        raise refusal(500, "unknown log request error (422)") from None
    namespace = query.get("namespace", "") or DEFAULT_NAMESPACE
    return LogRequest(query.get("name", ""), namespace, max(0, int(tail or 0)), query.get("follow", "") in YES, moment)


class Logs:
    """Sends log lines, and goes on sending them when asked to follow."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self._provider = provider
        self._clock = clock

    async def answer(self, request: web.Request) -> web.StreamResponse:
        asked = read(request.query)
        if self._provider.logs(asked.name, asked.namespace) is None:
            raise refusal(500, "unknown log request error (500)")
        lines = self._lines(asked)
        if not asked.follow:
            whole = text(200, "".join(self._format(asked, lines)))
            whole.enable_chunked_encoding()
            return whole
        return await self._follow(request, asked, lines)

    def _lines(self, asked: LogRequest, seen: Mapping[str, int] | None = None) -> list[Line]:
        """The lines by instance; ``seen`` are the numbers of the last ones that were sent already."""
        found: list[Line] = []
        for instance, log in (self._provider.logs(asked.name, asked.namespace) or {}).items():
            lines = log.read((seen or {}).get(instance, 0))
            if seen is None:
                lines = self._wanted(asked, lines)
            found += [(instance, line) for line in lines]
        return found

    def _wanted(self, asked: LogRequest, lines: list[LogLine]) -> list[LogLine]:
        """``tail`` counts for each instance; on Kubernetes it is all that counts when no moment is given (reference O.9)."""
        since = asked.since
        if since is None and not (asked.tail and self._provider.tail_is_enough):
            since = self._clock.now() - WINDOW
        found = [line for line in lines if since is None or datetime.datetime.fromisoformat(line.time) >= since]
        if not asked.tail:
            return found
        return found[: asked.tail] if self._provider.oldest_lines_first else found[-asked.tail :]

    @staticmethod
    def _format(asked: LogRequest, lines: Iterable[Line]) -> Iterable[str]:
        for instance, line in lines:
            shown = {"name": asked.name, "namespace": asked.namespace, "instance": instance, "timestamp": line.time, "text": line.message}
            yield json.dumps(shown, separators=(",", ":")) + "\n"

    async def _follow(self, request: web.Request, asked: LogRequest, lines: list[Line]) -> web.StreamResponse:
        """Until the client goes, or the gateway's own time is up."""
        answer = web.StreamResponse(headers={"Content-Type": "text/plain; charset=utf-8"})
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        seen: dict[str, int] = {}
        left = LONGEST_STREAM
        while request.transport is not None and not request.transport.is_closing():
            for part in self._format(asked, lines):
                await answer.write(part.encode())
            seen |= {instance: max(seen.get(instance, 0), line.seq) for instance, line in lines}
            if left <= 0:
                break
            await self._clock.sleep(LOOK_SECONDS)
            left -= LOOK_SECONDS
            lines = self._lines(asked, seen)
        await answer.write_eof()
        return answer


def unreachable() -> Refusal:
    """What is said when the provider does not answer."""
    return refusal(500, "log request failed")
