# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to the MyAccount API: the account's credentials on every call, and its envelope around every answer."""

from __future__ import annotations

import copy
import typing as t
from collections import Counter

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import Connection, Received, RetryPolicy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.multipart import Form
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.pool import ConnectionPool
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import BearerAuth, Timeouts
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.envelope import Envelope, interpret


def _interpret(answer: Received) -> Envelope:
    return interpret(
        answer.call, answer.status, answer.content, is_write=answer.is_write, retry_after=answer.retry_after, redact=answer.redact
    )


class Transport(Connection):
    """One account's connection to the API, shared by any number of threads. The parameters are those of a connection."""

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
        pool: ConnectionPool | None = None,
    ) -> None:
        super().__init__(
            credentials.api_endpoint,
            BearerAuth(credentials.auth_token),
            read_only=read_only,
            timeouts=timeouts,
            retries=retries,
            verify=verify,
            pool_size=pool_size,
            clock=clock,
            redact=redact,
            pool=pool,
        )
        self.credentials = credentials
        self.redact.add(*self.own_secrets)

    @property
    def own_secrets(self) -> tuple[str, ...]:
        return (*super().own_secrets, self.credentials.api_key, self.credentials.auth_token)

    def elsewhere(self, credentials: Credentials) -> Transport:
        """The same connections, for another project or location of the account: all of them together are as many as one alone would have.

        Its requests are counted apart.
        """
        other = copy.copy(self)
        other.credentials = credentials
        other._counted = Counter[str]()
        return other

    def request(
        self,
        method: str,
        path: str,
        *,
        params: t.Mapping[str, t.Any] | None = None,
        json: t.Any = None,
        form: Form | None = None,
        repeatable: bool = False,
        scoped: bool = True,
    ) -> Envelope:
        """Send one request and return its envelope.

        :param path: below the endpoint, with its exact trailing slash (reference A.6).
        :param form: sent as multipart/form-data, in the place of ``json``.
        :param repeatable: this write can be sent twice without harm. GET always can.
        :param scoped: whether project and location belong to the call (reference A.1).
        :raises E2EError: one of the family; ``outcome_known`` is false when a write may have taken effect.
        """
        query: dict[str, t.Any] = {"apikey": self.credentials.api_key}
        if scoped:
            query |= {"project_id": self.credentials.project_id, "location": self.credentials.location}
        return self.exchange(method, path, _interpret, params={**query, **(params or {})}, json=json, form=form, repeatable=repeatable)
