# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log: what was asked of the API, what it answered, how often. Of function calls the newest are kept, and all are counted."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from aiohttp import web

from .clock import Clock, stamp
from .masking import Secrets

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LONGEST = 10000
SHOWN_REQUESTS = 50
SHOWN_CALLS = 10
# On a request: which fault it met, and whether an answer went out.
MET_FAULT = web.RequestKey("met_fault", str)
ANSWERED = web.RequestKey("answered", bool)


@dataclass(frozen=True)
class Sent:
    """What a body brought: its values by their keys, how they came, and the sizes in bytes of those that were files."""

    form: Literal["json", "multipart"]
    values: Mapping[str, Any]
    files: Mapping[str, int] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        return sorted({*self.values, *self.files})


def parse(body: bytes) -> Sent | None:
    """A body that is a JSON object; None for any other."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return Sent("json", values) if isinstance(values, dict) else None


# On a request: its body, once a handler has read it.
SENT = web.RequestKey("sent", Sent)


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


@dataclass(frozen=True)
class RecordedCall:
    """A call of a function; ``path`` is below the function's URL, ``status`` None when no answer went out, ``duration`` in seconds."""

    method: str
    path: str
    status: int | None
    time: str
    duration: float


class Recorder:
    """Keeps the newest 10,000 requests, what is shown of the newest bodies, and the newest calls of each function; the counts go on."""

    def __init__(self, clock: Clock, secrets: Secrets) -> None:
        self._clock = clock
        self._secrets = secrets
        self.requests: deque[RecordedRequest] = deque(maxlen=LONGEST)
        self._bodies: deque[dict[str, Any] | None] = deque(maxlen=SHOWN_REQUESTS)
        self._calls: dict[str, deque[RecordedCall]] = {}
        self.counts: Counter[str] = Counter()
        self.invocations: Counter[str] = Counter()

    def clear(self) -> None:
        self.requests.clear()
        self._bodies.clear()
        self._calls.clear()
        self.counts.clear()
        self.invocations.clear()

    def record(self, request: web.Request, status: int | None, duration: float, unread: bytes = b"") -> None:
        """Note a request of an API; ``unread`` is a body that no handler has read, which is shown all the same when it is JSON."""
        shown = {key: value for key, value in request.query.items() if key.lower() != "apikey"}
        sent = request.get(SENT)
        keys, form, files = (sent.keys, sent.form, sorted(sent.files)) if sent else (None, None, [])
        fault, now = request.get(MET_FAULT), stamp(self._clock.now())
        self.requests.append(RecordedRequest(request.method, request.path, shown, keys, form, files, status, now, round(duration, 4), fault))
        self._bodies.append(self._shown(request.path, sent or parse(unread)))
        self.counts[request.method] += 1

    def _shown(self, path: str, sent: Sent | None) -> dict[str, Any] | None:
        if sent is None:
            return None
        files = {name: f"a file of {size:,} bytes" for name, size in sent.files.items()}
        return {**self._secrets.body(path, sent.values), **files}

    def called(self, method: str, path: str, status: int | None, duration: float) -> None:
        """Note a call of a function; the first two segments of ``path`` are the function's URL."""
        segments = path.split("/", 3)
        call = RecordedCall(method, "/" + "".join(segments[3:]), status, stamp(self._clock.now()), round(duration, 4))
        self._calls.setdefault("/".join(segments[:3]), deque(maxlen=SHOWN_CALLS)).appendleft(call)

    def calls(self, *urls: str) -> list[RecordedCall]:
        """The newest calls of a function by all the URLs that it has, such as ``/functions/hello``; the newest first."""
        found = [call for url in urls for call in self._calls.get(url, ())]
        return sorted(found, key=lambda call: call.time, reverse=True)[:SHOWN_CALLS]

    def newest(self) -> list[tuple[RecordedRequest, dict[str, Any] | None]]:
        """The newest requests, the newest first, each with what is shown of its body."""
        return list(zip(reversed(self.requests), reversed(self._bodies)))

    def report(self) -> dict[str, Any]:
        """The JSON of the control API."""
        return {
            "requests": [asdict(one) for one in self.requests],
            "counts": dict(self.counts),
            "writes": sum(count for method, count in self.counts.items() if method in WRITES),
            "invocations": dict(self.invocations),
        }
