# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log: what was asked of the API, what it answered, how often. Function calls are only counted."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from .clock import Clock, stamp

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LONGEST = 10000
# On a request: which fault it met, and whether an answer went out.
MET_FAULT = web.RequestKey("met_fault", str)
ANSWERED = web.RequestKey("answered", bool)
# On a request: the names of what its body brought, how it brought them, and which of them were files.
BODY_KEYS = web.RequestKey("body_keys", list[str])
BODY_FORM = web.RequestKey("body_form", str)
BODY_FILES = web.RequestKey("body_files", list[str])


@dataclass(frozen=True)
class RecordedRequest:
    """``status`` is None when no answer went out; ``query`` never holds the API key; ``duration`` is in seconds.

    ``keys`` are those of the body, sorted, and never a value, which may be a secret; None when no handler read one. ``form`` is json
    or multipart, ``files`` are the keys that brought a file.
    """

    method: str
    path: str
    query: dict[str, str]
    keys: list[str] | None
    form: str | None
    files: list[str]
    status: int | None
    time: str
    duration: float
    fault: str | None


class Recorder:
    """Keeps the newest 10,000 requests; the counts go on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.requests: deque[RecordedRequest] = deque(maxlen=LONGEST)
        self.counts: Counter[str] = Counter()
        self.invocations: Counter[str] = Counter()

    def clear(self) -> None:
        self.requests.clear()
        self.counts.clear()
        self.invocations.clear()

    def record(self, request: web.Request, status: int | None, duration: float) -> None:
        shown = {key: value for key, value in request.query.items() if key.lower() != "apikey"}
        body = (request.get(BODY_KEYS), request.get(BODY_FORM), request.get(BODY_FILES, []))
        fault, now = request.get(MET_FAULT), stamp(self._clock.now())
        self.requests.append(RecordedRequest(request.method, request.path, shown, *body, status, now, round(duration, 4), fault))
        self.counts[request.method] += 1

    def report(self) -> dict[str, Any]:
        """The JSON of the control API."""
        return {
            "requests": [asdict(one) for one in self.requests],
            "counts": dict(self.counts),
            "writes": sum(count for method, count in self.counts.items() if method in WRITES),
            "invocations": dict(self.invocations),
        }
