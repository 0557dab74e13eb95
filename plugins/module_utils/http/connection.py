# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One server's connection: session, time limits, retries, redaction, and the write lock of check mode.

Who calls and what an answer means are parameters, so that every API of the collection is called in the same way.
"""

from __future__ import annotations

import copy
import threading
import typing as t
from collections import Counter
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock, backoff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    CheckModeWriteError,
    ConnectionFailedError,
    E2EError,
    ProtocolError,
    RateLimitedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.multipart import Form, FormBody
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import check_proxy, environment_proxies
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.pool import ConnectionPool
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import Timeouts, explain_no_answer, failures, load_requests

USER_AGENT = "ansible-e2enetworks.cloud"

_SAFE_METHODS = ("GET", "HEAD")

A = t.TypeVar("A")


@dataclass(frozen=True)
class RetryPolicy:
    """How often a safe call is tried again, and the pauses between the tries in seconds.

    A Retry-After of the server replaces the computed pause, up to ``longest_retry_after``.
    """

    retries: int = 4
    base: float = 0.5
    cap: float = 20.0
    longest_retry_after: float = 120.0


def is_passing(error: E2EError) -> bool:
    """Whether the same request may be answered at another time, because nothing that can use an answer has given one."""
    return isinstance(error, (ConnectionFailedError, RateLimitedError, ServerError)) or (
        isinstance(error, ProtocolError) and (error.http_status or 0) not in range(300, 500)
    )


@dataclass(frozen=True)
class Received:
    """One answer as it came, for the function that knows what it means.

    :param call: how to name the request in an error, for example ``GET faas/functions/``.
    :param is_write: after a write, an answer that cannot be read leaves the outcome unknown.
    :param retry_after: seconds of the Retry-After header, if there was one.
    :param redact: for every text of it that goes into an error, before anything else is done with that text.
    """

    call: str
    status: int
    content: bytes
    is_write: bool
    retry_after: float | None = None
    redact: Redactor = field(default_factory=Redactor, repr=False)


class Connection:
    """A connection to one server, shared by any number of threads.

    :param base: URL before every path, with its trailing slash. It must not hold a secret.
    :param auth: what ``requests`` calls so; never ``None``, see :class:`~support.NoAuth`.
    :param accept: the Accept header.
    :param read_only: check mode: every write is refused before it is sent.
    :param verify: as :func:`~options.tls_verification` gives it.
    :raises ConfigurationError: the environment names a proxy that cannot be used.
    :param pool_size: connections held open, and with them the number of calls that run at once.
    :param pool: where they are held. Without one they end with the process.
    """

    def __init__(
        self,
        base: str,
        auth: t.Callable[[t.Any], t.Any],
        *,
        accept: str = "application/json",
        read_only: bool = False,
        timeouts: Timeouts = Timeouts(),
        retries: RetryPolicy = RetryPolicy(),
        verify: bool | str = True,
        pool_size: int = 8,
        clock: Clock = Clock(),
        redact: Redactor | None = None,
        pool: ConnectionPool | None = None,
    ) -> None:
        self.base = base
        self.read_only = read_only
        self.clock = clock
        self.pool_size = pool_size
        self.redact = redact or Redactor()
        self._counted = Counter[str]()
        self._timeouts = timeouts
        self._retries = retries
        self._lock = threading.Lock()
        self._verify = verify
        self._requests = load_requests()
        self._session = self._requests.Session()
        self._session.auth = auth
        # What the environment says of this server is asked once, not for each call; certificates and credentials are given with each.
        self._session.trust_env = False
        self._session.proxies = environment_proxies(self._requests, base)
        self._proxy_secrets = check_proxy(self._requests, base, self._session.proxies)
        self.redact.add(*self._proxy_secrets)
        self._session.headers.update({"Accept": accept, "User-Agent": USER_AGENT})
        adapter = (pool or ConnectionPool(clock)).adapter(verify, pool_size)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def redacting(self, redact: Redactor) -> t.Self:
        """The same connection for one of several callers, whose secrets are masked in what it is told and in nothing else.

        :param redact: gets to know the connection's own secrets.
        """
        twin = copy.copy(self)
        twin.redact = redact
        redact.add(*self.own_secrets)
        return twin

    @property
    def own_secrets(self) -> tuple[str, ...]:
        """What must not be shown of the connection itself."""
        return self._proxy_secrets

    @property
    def requests_sent(self) -> int:
        """How many requests were sent, those of all callers."""
        return self._counted["requests"]

    def exchange(
        self,
        method: str,
        path: str,
        interpret: t.Callable[[Received], A],
        *,
        params: t.Mapping[str, t.Any] | None = None,
        json: t.Any = None,
        form: Form | None = None,
        repeatable: bool = False,
    ) -> A:
        """Send one request and return what ``interpret`` makes of its answer.

        :param path: below the base.
        :param form: sent as multipart/form-data, in the place of ``json``.
        :param interpret: raises an error of the family when the answer is a failure.
        :param repeatable: this write can be sent twice without harm. GET always can.
        :raises E2EError: one of the family; ``outcome_known`` is false when a write may have taken effect.
        """
        is_write = method not in _SAFE_METHODS
        if is_write and self.read_only:
            raise CheckModeWriteError(f"{method} {path} would write in check mode. This is a defect of the collection; please report it.")
        attempt = 0
        while True:
            try:
                return self._send(method, path, interpret, params, json, form, is_write)
            except E2EError as error:
                pause = self._pause(error, attempt, is_write, repeatable)
                if pause is None:
                    raise
            self.clock.sleep(pause)
            attempt += 1

    def _pause(self, error: E2EError, attempt: int, is_write: bool, repeatable: bool) -> float | None:
        """Seconds until the next try, or ``None`` when the error stands."""
        # A write that certainly never left the machine can be repeated like a read.
        never_sent = isinstance(error, ConnectionFailedError) and error.outcome_known
        if not is_passing(error) or attempt >= self._retries.retries or (is_write and not repeatable and not never_sent):
            return None
        if isinstance(error, RateLimitedError) and error.retry_after is not None:
            return min(error.retry_after, self._retries.longest_retry_after)
        return backoff(attempt, base=self._retries.base, cap=self._retries.cap, chance=self.clock.random())

    def _send(
        self,
        method: str,
        path: str,
        interpret: t.Callable[[Received], A],
        params: t.Mapping[str, t.Any] | None,
        json: t.Any,
        form: Form | None,
        is_write: bool,
    ) -> A:
        call = f"{method} {path}"
        with self._lock:
            self._counted["requests"] += 1
        body = None if form is None else FormBody(form)
        try:
            response = self._session.request(
                method,
                self.base + path,
                params=params,
                json=json,
                data=body,
                headers=None if body is None else {"Content-Type": body.content_type},
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
                # Not of the session: a variable for all of requests would win over that.
                verify=self._verify,
            )
        except failures() as error:
            cause = explain_no_answer(error, self._timeouts)
            raise ConnectionFailedError(f"{call} at {self.base}: {cause.reason}.", outcome_known=not (is_write and cause.sent)) from None
        try:
            retry_after = self._retry_after(response.headers.get("Retry-After"))
            return interpret(Received(call, response.status_code, response.content, is_write, retry_after, self.redact))
        except E2EError as error:
            # Once more, as a whole: a secret can lie across several texts of an answer.
            error.message = self.redact(error.message)
            error.args = (error.message,)
            raise error from None

    @staticmethod
    def _retry_after(header: str | None) -> float | None:
        """Seconds of a Retry-After header, which is a number or a date; an unreadable one counts as absent."""
        if not header:
            return None
        # urllib3 knows both forms, and comes with requests.
        from urllib3.exceptions import InvalidHeader
        from urllib3.util import Retry

        try:
            return float(Retry().parse_retry_after(header))
        except (InvalidHeader, TypeError, ValueError):
            return None
