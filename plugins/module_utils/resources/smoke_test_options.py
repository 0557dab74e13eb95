# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The smoke test that a task describes, checked before anything is sent."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.smoke_test import ANYTHING, SmokeTest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.http_fields import header_fields, query_fields

#: Header fields that say nothing about who calls. The values of all others are taken for secret.
OPEN_HEADERS = frozenset(("accept", "accept-charset", "accept-encoding", "accept-language", "content-type", "user-agent"))

_CREDENTIAL = re.compile("auth|cookie|credential|key|passw|secret|session|signature|token", re.IGNORECASE)


def smoke_test_of(params: t.Mapping[str, t.Any] | None) -> SmokeTest | None:
    """The test out of the option ``smoke_test``; ``None`` when it is not given.

    :raises InputError: what is wrong with it.
    """
    if params is None:
        return None
    for name, least in (("timeout", 0.001), ("retries", 0), ("delay", 0)):
        if not least <= params[name] <= 86400:
            raise InputError(f"smoke_test: {name} cannot be {params[name]:g}.")
    body, headers = _body(params["body"])
    headers |= header_fields("smoke_test.headers", params["headers"])
    odd = [str(status) for status in params["status"] or () if not 100 <= status <= 599]
    if odd:
        raise InputError(f"smoke_test: status cannot be {', '.join(odd)}; a status of HTTP has three digits, from 100 to 599.")
    return SmokeTest(
        method=params["method"] or ("GET" if body is None else "POST"),
        path=params["path"] or "",
        query=query_fields("smoke_test.query", params["query"]),
        headers=headers,
        body=body,
        statuses=tuple(params["status"] or ()),
        contains=tuple(params["contains"] or ()),
        json=ANYTHING if params["json"] is None else params["json"],
        timeout=params["timeout"],
        retries=params["retries"],
        delay=params["delay"],
    )


def _body(body: t.Any) -> tuple[bytes | None, dict[str, str]]:
    """A text as it is, anything else as JSON."""
    if body is None:
        return None, {}
    if isinstance(body, str):
        return body.encode(), {"Content-Type": "text/plain; charset=utf-8"}
    return json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}


def secret_headers(params: t.Mapping[str, t.Any] | None) -> list[str]:
    """Values of headers that must not be shown."""
    headers = (params or {}).get("headers") or {}
    values = [str(value) for name, value in headers.items() if str(name).lower() not in OPEN_HEADERS]
    return _with_tokens(values)


def credential_headers(headers: t.Mapping[str, t.Any]) -> list[str]:
    """Values of headers whose name says that they are credentials."""
    return _with_tokens([str(value) for name, value in headers.items() if _CREDENTIAL.search(str(name))])


def _with_tokens(values: list[str]) -> list[str]:
    # A function that repeats what it was sent need not repeat the scheme in front of a token.
    return [*values, *(token for value in values if (token := value.partition(" ")[2].strip()))]
