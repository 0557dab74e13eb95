# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The call that tells whether a new version works, and what counts as a good answer."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConnectionFailedError, SmokeTestFailedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.invoke import Answer, Call, invoke

#: Stands for JSON that the answer need not hold.
ANYTHING: t.Final = object()

_LONGEST_BODY = 300
# How long a function that was just started is given until its process listens; no retry is spent on that.
_STARTING_SECONDS = 30.0
_LEAST_PAUSE = 0.5
_GATEWAYS_OWN = "x-openfaas-internal"

Caller = t.Callable[[Call, Clock], Answer]


def call_once(call: Call, clock: Clock) -> Answer:
    """One call, whatever its status.

    :raises ConnectionFailedError: no answer.
    """
    return invoke(call, lambda status: True, retries=0, retry_delay=0.0, clock=clock)


@dataclass(frozen=True)
class SmokeTest:
    """A call without side effects, and what its answer has to be.

    :param statuses: accepted ones; empty for 200 to 299.
    :param contains: texts that the body holds.
    :param json: what the body's JSON holds, see :func:`holds`.
    :param timeout: seconds for one call.
    :param retries: further calls before the test counts as failed, with ``delay`` seconds in between. Those that do not reach the function yet are
        not counted for half a minute.
    """

    method: str = "GET"
    path: str = ""
    query: t.Mapping[str, t.Any] = field(default_factory=dict)
    headers: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    statuses: tuple[int, ...] = ()
    contains: tuple[str, ...] = ()
    json: t.Any = ANYTHING
    timeout: float = 30.0
    retries: int = 3
    delay: float = 2.0

    def problem(self, answer: Answer) -> str:
        """Why an answer is not good; empty when it is. Pure."""
        accepted = answer.status in self.statuses if self.statuses else 200 <= answer.status < 300
        if not accepted:
            return f"{self.method} {answer.url} answered {answer.status}, which is not an accepted status."
        body = answer.content.decode("utf-8", "replace")
        missing = [text for text in self.contains if text not in body]
        if missing:
            return f"{answer.url} answered {answer.status} without {' and '.join(json.dumps(text, ensure_ascii=False) for text in missing)}."
        if self.json is not ANYTHING and not holds(answer.json, self.json):
            return f"{answer.url} answered {answer.status} with other JSON than {json.dumps(self.json, ensure_ascii=False)}."
        return ""

    def run(
        self, url: str, *, verify: bool | str, clock: Clock, call: Caller = call_once, conceal: t.Callable[[str], str] = lambda text: text
    ) -> Answer:
        """Call the function until its answer is good.

        :param verify: what ``requests`` calls so.
        :param conceal: takes secrets out of the answer's body, before it is cut: half a secret would not be recognised.
        :raises SmokeTestFailedError: the last answer was not good, or there was none; its details show the answer's body.
        """
        path = self.path.lstrip("/")
        wanted = Call(
            url=f"{url.rstrip('/')}/{path}" if path else url,
            method=self.method,
            query=self.query,
            headers=self.headers,
            body=self.body,
            timeout=self.timeout,
            verify=verify,
        )
        retries, started = self.retries, clock.now() + _STARTING_SECONDS
        while True:
            lines: list[str] = []
            reached = True
            try:
                answer = call(wanted, clock)
            except ConnectionFailedError as error:
                problem = error.message
            else:
                problem = self.problem(answer)
                if not problem:
                    return answer
                lines, reached = _body_lines(answer, conceal), not _is_unreached(answer)
            if reached or clock.now() >= started:
                retries -= 1
            if retries < 0:
                break
            clock.sleep(self.delay if reached else max(self.delay, _LEAST_PAUSE))
        raise SmokeTestFailedError(conceal(problem), details=["It answered:", *(f"  {line}" for line in lines)] if lines else ())


def _is_unreached(answer: Answer) -> bool:
    """Whether a gateway answered in the function's place, because its process does not listen yet (reference O.7)."""
    return answer.status >= 500 and any(name.lower() == _GATEWAYS_OWN for name in answer.headers)


def holds(found: t.Any, wanted: t.Any) -> bool:
    """Whether a JSON value is the wanted one, where a mapping may have more keys than are wanted of it, at every depth.

    Lists have to agree in length and order.
    """
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and holds(found[key], value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(holds(*pair) for pair in zip(found, wanted))
    # JSON has no true that equals 1.
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


def _body_lines(answer: Answer, conceal: t.Callable[[str], str]) -> list[str]:
    if answer.text is None:
        return [f"{len(answer.content)} bytes that are not text"]
    text = conceal(answer.text.strip())
    return (text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}...").splitlines()
