# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to an OpenFaaS gateway: basic or bearer credentials on every call, texts instead of an envelope."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import GatewayAccess
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import Connection, Received, RetryPolicy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    AuthenticationError,
    NotFoundError,
    ProtocolError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.pool import ConnectionPool
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import BasicAuth, BearerAuth, HeaderAuth, NoAuth, Timeouts

_LONGEST_MESSAGE = 600
# Stopping a function takes up to 30 seconds, and an update may do it twice (reference O.3).
GATEWAY_TIMEOUTS = Timeouts(connect=10.0, read=120.0)


@dataclass(frozen=True)
class Reply:
    """A successful answer: any status from 200 to 299 (reference O.3)."""

    status: int
    content: bytes


def _text(answer: Received) -> str:
    """An error body as one line without secrets. It can be empty, and can hold two messages on two lines, or one twice."""
    lines = dict.fromkeys(line.strip() for line in answer.redact(answer.content.decode("utf-8", "replace")).splitlines())
    text = "; ".join(line for line in lines if line)
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + " ..."


def read_answer(answer: Received) -> Reply:
    """What an answer of a gateway means (reference O.1 and O.3). Pure.

    A 500 that says why it failed is the provider's own report, so its outcome counts as known: whoever sent the
    write reads what is there now. An empty one says nothing.

    :raises ApiError: the gateway or the provider behind it says that it failed; the class says how.
    :raises ProtocolError: this is not an answer of a gateway.
    """
    call, status = answer.call, answer.status
    if 200 <= status < 300:
        return Reply(status, answer.content)
    if 300 <= status < 400:
        raise ProtocolError(
            f"{call}: the server redirects (HTTP {status}) instead of answering. Set gateway_url to the address it redirects to.", http_status=status
        )
    text = _text(answer)
    if text.startswith("<"):
        raise ProtocolError(
            f"{call}: the answer is an HTML page (HTTP {status}). Check gateway_url; if it is right, another server stands in between.",
            http_status=status,
            outcome_known=not answer.is_write,
        )
    reason = f"{status}: {text}" if text else f"{status}, without a reason"
    if status == 401:
        raise AuthenticationError(
            f"{call}: the gateway refused the credentials ({reason}). Check gateway_username and gateway_password, or gateway_token.", http_status=status
        )
    if status == 403:
        raise AuthenticationError(f"{call}: the gateway does not allow this ({reason}). Check what the user or token may do.", http_status=status)
    if status == 404:
        raise NotFoundError(f"{call}: not found ({reason}).", http_status=status, certain=text != "404 page not found")
    if status == 429:
        raise RateLimitedError(f"{call}: too many requests ({reason}).", http_status=status, retry_after=answer.retry_after)
    if status == 501 or status < 500:
        raise RefusedError(f"{call}: the gateway refused this ({reason}).", http_status=status)
    if status == 502 and not text:
        reason = "502: it is up, but the provider behind it does not answer"
    raise ServerError(f"{call}: the gateway failed ({reason}).", http_status=status, outcome_known=not answer.is_write or (status == 500 and bool(text)))


class GatewayTransport(Connection):
    """One connection to a gateway. The parameters are those of a connection, and one more.

    :param warn: tells the user what a call could not see, from whichever thread.
    """

    def __init__(
        self,
        access: GatewayAccess,
        *,
        read_only: bool = False,
        timeouts: Timeouts = GATEWAY_TIMEOUTS,
        retries: RetryPolicy = RetryPolicy(),
        verify: bool | str = True,
        pool_size: int = 8,
        clock: Clock = Clock(),
        redact: Redactor | None = None,
        pool: ConnectionPool | None = None,
        warn: t.Callable[[str], None] = lambda text: None,
    ) -> None:
        auth: HeaderAuth | NoAuth = NoAuth()
        if access.token is not None:
            auth = BearerAuth(access.token)
        elif access.password is not None:
            auth = BasicAuth(access.username or "", access.password)
        super().__init__(
            access.url,
            auth,
            accept="*/*",
            read_only=read_only,
            timeouts=timeouts,
            retries=retries,
            verify=verify,
            pool_size=pool_size,
            clock=clock,
            redact=redact,
            pool=pool,
        )
        self.access = access
        self.warn = warn
        self.authorization = auth.header if isinstance(auth, HeaderAuth) else None
        self._login = tuple(text for text in (access.password, access.token, auth.encoded if isinstance(auth, BasicAuth) else None) if text)
        self.redact.add(*self._login)

    @property
    def own_secrets(self) -> tuple[str, ...]:
        return (*super().own_secrets, *self._login)

    def request(
        self, method: str, path: str, *, params: t.Mapping[str, t.Any] | None = None, json: t.Any = None, repeatable: bool = False
    ) -> Reply:
        """Send one request.

        :param path: below the gateway's URL, without a leading slash.
        :param repeatable: this write can be sent twice without harm. GET always can.
        :raises E2EError: one of the family; ``outcome_known`` is false when a write may have taken effect.
        """
        return self.exchange(method, path, read_answer, params=params, json=json, repeatable=repeatable)
