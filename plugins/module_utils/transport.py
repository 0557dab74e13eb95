# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to the MyAccount API: session, credentials, time limits, retries, and the write lock of check mode."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.envelope import Envelope, interpret
from ansible_collections.e2enetworks.cloud.plugins.module_utils.errors import (
    CheckModeWriteError,
    ConnectionFailedError,
    E2EError,
    ProtocolError,
    RateLimitedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http_support import BearerAuth, Timeouts, explain_no_answer, load_requests
from ansible_collections.e2enetworks.cloud.plugins.module_utils.redaction import Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.waiting import Clock, backoff

USER_AGENT = "ansible-e2enetworks.cloud"

_SAFE_METHODS = ("GET", "HEAD")


@dataclass(frozen=True)
class RetryPolicy:
    """How often a safe call is tried again, and the pauses between the tries in seconds.

    A Retry-After of the server replaces the computed pause, up to ``longest_retry_after``.
    """

    retries: int = 4
    base: float = 0.5
    cap: float = 20.0
    longest_retry_after: float = 120.0


class Transport:
    """One account's connection to the API, shared by any number of threads.

    :param read_only: check mode: every write is refused before it is sent.
    :param verify: what ``requests`` calls so: check certificates, or the path of the authorities to trust.
    :param pool_size: connections held open, and with them the number of calls that run at once.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        read_only: bool = False,
        timeouts: Timeouts = Timeouts(),
        retries: RetryPolicy = RetryPolicy(),
        verify: bool | str = True,
        pool_size: int = 8,
        clock: Clock = Clock(),
        redact: Redactor | None = None,
    ) -> None:
        self.credentials = credentials
        self.read_only = read_only
        self.clock = clock
        self.pool_size = pool_size
        self.redact = redact or Redactor()
        self.redact.add(credentials.api_key, credentials.auth_token)
        self.requests_sent = 0
        self._timeouts = timeouts
        self._retries = retries
        self._lock = threading.Lock()
        self._requests = load_requests()
        self._session = self._requests.Session()
        self._session.auth = BearerAuth(credentials.auth_token)
        self._session.verify = verify
        self._session.headers.update({"Accept": "application/json", "User-Agent": USER_AGENT})
        adapter = self._requests.adapters.HTTPAdapter(pool_connections=2, pool_maxsize=pool_size, pool_block=True)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def request(
        self, method: str, path: str, *, params: t.Mapping[str, t.Any] | None = None, json: t.Any = None, repeatable: bool = False, scoped: bool = True
    ) -> Envelope:
        """Send one request and return its envelope.

        :param path: below the endpoint, with its exact trailing slash (reference A.6).
        :param repeatable: this write can be sent twice without harm. GET always can.
        :param scoped: whether project and location belong to the call (reference A.1).
        :raises E2EError: one of the family; ``outcome_known`` is false when a write may have taken effect.
        """
        is_write = method not in _SAFE_METHODS
        if is_write and self.read_only:
            raise CheckModeWriteError(f"{method} {path} would write in check mode. This is a defect of the collection; please report it.")
        attempt = 0
        while True:
            try:
                return self._send(method, path, params, json, is_write, scoped)
            except E2EError as error:
                pause = self._pause(error, attempt, is_write, repeatable)
                if pause is None:
                    raise
            self.clock.sleep(pause)
            attempt += 1

    def _pause(self, error: E2EError, attempt: int, is_write: bool, repeatable: bool) -> float | None:
        """Seconds until the next try, or ``None`` when the error stands."""
        passing = isinstance(error, (ConnectionFailedError, RateLimitedError, ServerError)) or (
            isinstance(error, ProtocolError) and (error.http_status or 0) not in range(300, 500)
        )
        # A write that certainly never left the machine can be repeated like a read.
        never_sent = isinstance(error, ConnectionFailedError) and error.outcome_known
        if not passing or attempt >= self._retries.retries or (is_write and not repeatable and not never_sent):
            return None
        if isinstance(error, RateLimitedError) and error.retry_after is not None:
            return min(error.retry_after, self._retries.longest_retry_after)
        return backoff(attempt, base=self._retries.base, cap=self._retries.cap, chance=self.clock.random())

    def _send(self, method: str, path: str, params: t.Mapping[str, t.Any] | None, json: t.Any, is_write: bool, scoped: bool) -> Envelope:
        query: dict[str, t.Any] = {"apikey": self.credentials.api_key}
        if scoped:
            query |= {"project_id": self.credentials.project_id, "location": self.credentials.location}
        query |= params or {}
        call = f"{method} {path}"
        with self._lock:
            self.requests_sent += 1
        try:
            response = self._session.request(
                method,
                self.credentials.api_endpoint + path,
                params=query,
                json=json,
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
            )
        except self._requests.RequestException as error:
            cause = explain_no_answer(error, self._timeouts)
            raise ConnectionFailedError(
                f"{call} at {self.credentials.api_endpoint}: {cause.reason}.", outcome_known=not (is_write and cause.sent)
            ) from None
        try:
            return interpret(
                call, response.status_code, response.content, is_write=is_write, retry_after=self._retry_after(response.headers.get("Retry-After"))
            )
        except E2EError as error:
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
