# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event of today's HTTP runtimes: the form of an API gateway's proxy, the same for every language (reference P.3, P.4)."""

from __future__ import annotations

import base64
from typing import Any

from .spec import Call, Pairs

# Which content types are text is not known: our choice (reference P.4 says "JSON and text as UTF-8; binary as base64").
TEXT_TYPES = frozenset({"application/json", "application/xml", "application/x-www-form-urlencoded", "application/javascript"})
TEXT_SUFFIXES = ("+json", "+xml")


def proxy_event(call: Call) -> dict[str, Any]:
    """All keys of the event but ``rawBody``, which the worker adds as bytes."""
    headers = [(name.lower(), value) for name, value in call.headers]
    body, encoded = _body(call.body, dict(headers).get("content-type", ""))
    return {
        "httpMethod": call.method,
        "path": call.path,
        # The last of a repeated header, as with the query: our choice, all of them are in multiValueHeaders.
        "headers": dict(headers),
        "multiValueHeaders": _gathered(headers),
        "queryStringParameters": dict(call.query) or None,
        "multiValueQueryStringParameters": _gathered(call.query) or None,
        "body": body,
        "isBase64Encoded": encoded,
        "requestContext": {"stage": "local", "identity": {"sourceIp": call.source_ip, "userAgent": dict(headers).get("user-agent", "")}},
    }


def _gathered(pairs: Pairs) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _body(body: bytes, content_type: str) -> tuple[str | None, bool]:
    """The body as the event has it, and whether it is base64. Text that is not UTF-8 is binary, so that nothing is lost (our choice)."""
    if not body:
        return None, False
    if _is_text(content_type.partition(";")[0].strip().lower()):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def _is_text(media_type: str) -> bool:
    """Without a content type a body is text if it can be (our choice)."""
    return not media_type or media_type.startswith("text/") or media_type in TEXT_TYPES or media_type.endswith(TEXT_SUFFIXES)
