# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calling a function at its public URL. The account's credentials never take part (reference B.1, call 7)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConnectionFailedError, E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import check_proxy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import Timeouts, explain_no_answer, failures, load_requests
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.urls import without_secrets


class UnacceptedAnswerError(E2EError):
    """The function answered with a status that the caller does not accept. ``answer`` is that answer."""

    code = "unaccepted_status"

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message, http_status=answer.status)
        self.answer = answer


@dataclass(frozen=True)
class Call:
    """One call. ``timeout`` is in seconds and holds for the connection and for each pause in the answer.

    :param verify: as :func:`~options.tls_verification` gives it.
    """

    url: str
    method: str = "GET"
    query: t.Mapping[str, t.Any] = field(default_factory=dict)
    headers: t.Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    timeout: float = 30.0
    follow_redirects: bool = False
    verify: bool | str = True

    @property
    def shown(self) -> str:
        """What a message says of it: a user, a query and a fragment can be secret."""
        return f"{self.method} {without_secrets(self.url)}"


@dataclass(frozen=True)
class Answer:
    """What came back. ``elapsed`` is in seconds, of the last attempt."""

    url: str
    status: int
    headers: dict[str, str]
    content: bytes = field(repr=False)
    elapsed: float
    attempts: int

    @property
    def text(self) -> str | None:
        """The body as text, ``None`` if it is binary."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            return None

    @property
    def json(self) -> t.Any:
        """The body as JSON, ``None`` if it is something else or nests too deeply."""
        try:
            return load_json(self.content)
        except ValueError:
            return None


def _send(call: Call, requests: t.Any, attempt: int) -> Answer:
    with requests.Session() as session:
        check_proxy(requests, call.url)
        proxies = session.merge_environment_settings(call.url, {}, None, None, None)["proxies"]
        # From here on without the environment: it would add the password of a ~/.netrc entry, also after a redirect.
        session.trust_env = False
        try:
            response = session.request(
                call.method,
                call.url,
                params=dict(call.query),
                headers=dict(call.headers),
                data=call.body,
                timeout=call.timeout,
                allow_redirects=call.follow_redirects,
                proxies=proxies,
                verify=call.verify,
            )
        except requests.TooManyRedirects:
            raise ConnectionFailedError(f"{call.shown}: too many redirects.", outcome_known=False) from None
        except failures() as error:
            cause = explain_no_answer(error, Timeouts(call.timeout, call.timeout))
            raise ConnectionFailedError(f"{call.shown}: {cause.reason}.", outcome_known=not cause.sent) from None
    return Answer(response.url, response.status_code, dict(response.headers), response.content, response.elapsed.total_seconds(), attempt)


def invoke(call: Call, accepts: t.Callable[[int], bool], *, retries: int, retry_delay: float, clock: Clock) -> Answer:
    """Call until the status is accepted, at most ``retries`` times more, with ``retry_delay`` seconds in between.

    :raises ConnectionFailedError: no answer to the last attempt.
    :raises UnacceptedAnswerError: the last answer's status is not accepted.
    """
    requests = load_requests()
    for attempt in range(1, retries + 1):
        try:
            answer = _send(call, requests, attempt)
            if accepts(answer.status):
                return answer
        except ConnectionFailedError:
            pass
        clock.sleep(retry_delay)
    answer = _send(call, requests, retries + 1)
    if not accepts(answer.status):
        raise UnacceptedAnswerError(f"{call.shown} answered {answer.status}, which is not an accepted status.", answer)
    return answer
