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
from ..runner.logs import LogBuffer, LogLine
from .answers import Refusal, refusal, text
from .model import DEFAULT_NAMESPACE
from .provider import Provider

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
YES = frozenset({"1", "t", "T", "true", "True", "TRUE"})
LOOK_SECONDS = 0.1
LONGEST_STREAM = 60.0


@dataclass(frozen=True)
class LogRequest:
    """What the query asks for; ``tail`` of 0 is all lines."""

    name: str
    namespace: str
    instance: str
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
    return LogRequest(query.get("name", ""), namespace, query.get("instance", ""), max(0, int(tail or 0)), query.get("follow", "") in YES, moment)


class Logs:
    """Sends log lines, and goes on sending them when asked to follow."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self._provider = provider
        self._clock = clock

    async def answer(self, request: web.Request) -> web.StreamResponse:
        asked = read(request.query)
        log = self._provider.log(asked.name, asked.namespace)
        lines = self._lines(asked, log)
        if not asked.follow:
            whole = text(200, "".join(self._format(asked, lines)))
            whole.enable_chunked_encoding()
            return whole
        return await self._follow(request, asked, lines)

    def _lines(self, asked: LogRequest, log: LogBuffer | None) -> list[LogLine]:
        if log is None or asked.instance not in ("", self._instance(asked)):
            return []
        since = asked.since
        if since is None and self._provider.log_window is not None:
            since = self._clock.now() - self._provider.log_window
        found = [line for line in log.read() if since is None or datetime.datetime.fromisoformat(line.time) >= since]
        if not asked.tail:
            return found
        return found[: asked.tail] if self._provider.oldest_lines_first else found[-asked.tail :]

    def _instance(self, asked: LogRequest) -> str:
        return asked.name if self._provider.log_window is not None else f"{asked.name}-0"

    def _format(self, asked: LogRequest, lines: Iterable[LogLine]) -> Iterable[str]:
        for line in lines:
            shown = {"name": asked.name, "namespace": asked.namespace, "instance": self._instance(asked), "timestamp": line.time, "text": line.message}
            yield json.dumps(shown, separators=(",", ":")) + "\n"

    async def _follow(self, request: web.Request, asked: LogRequest, lines: list[LogLine]) -> web.StreamResponse:
        """Until the client goes, or the gateway's own time is up."""
        answer = web.StreamResponse(headers={"Content-Type": "text/plain; charset=utf-8"})
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        seen, left = 0, LONGEST_STREAM
        while request.transport is not None and not request.transport.is_closing():
            for part in self._format(asked, lines):
                await answer.write(part.encode())
            log = self._provider.log(asked.name, asked.namespace)
            seen = max([seen, *(line.seq for line in lines)])
            if left <= 0:
                break
            await self._clock.sleep(LOOK_SECONDS)
            left -= LOOK_SECONDS
            lines = log.read(seen) if log is not None else []
        await answer.write_eof()
        return answer


def unreachable() -> Refusal:
    """What is said when the provider does not answer."""
    return refusal(500, "log request failed")
