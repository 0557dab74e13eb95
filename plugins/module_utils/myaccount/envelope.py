# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer of the MyAccount API means (reference A.3). Pure: bytes in, an envelope or an error out."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ApiError,
    AuthenticationError,
    NotFoundError,
    ProtocolError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor

_LONGEST_MESSAGE = 600
_DEEPEST_ERRORS = 8


@dataclass(frozen=True)
class Envelope:
    """A successful answer. ``data`` is the payload; the totals are only on some lists."""

    data: t.Any
    message: str
    status: int
    total_count: int | None = None
    total_page_number: int | None = None


def _flatten(errors: t.Any, depth: int = 0) -> str:
    if depth > _DEEPEST_ERRORS:
        return "and more"
    if isinstance(errors, dict):
        parts = [(f"{key}: " if key not in ("detail", "non_field_errors") else "") + _flatten(value, depth + 1) for key, value in errors.items()]
        return "; ".join(part for part in parts if part)
    if isinstance(errors, list):
        return "; ".join(part for item in errors if (part := _flatten(item, depth + 1)))
    return "" if errors is None or isinstance(errors, bool) else str(errors).strip()


def _message(body: dict[str, t.Any]) -> str:
    for key in ("message", "detail"):
        value = body.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    for key in ("errors", "error", "detail"):
        text = _flatten(body.get(key))
        if text:
            return text
    return "it gave no reason"


def _number(value: t.Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _failure_status(status: int, body: dict[str, t.Any]) -> int | None:
    """The status that a failure stands for, or ``None`` for a success. HTTP 200 can be a failure (reference A.3, point 5)."""
    for key in ("code", "status_code"):
        number = _number(body.get(key))
        if number is not None and number >= 400:
            return number
    if not 200 <= status < 300:
        return status
    data = body.get("data")
    out_of_credit = isinstance(data, dict) and data.get("is_credit_sufficient") is False
    if body.get("detail") or body.get("errors") is True or body.get("error") is True or out_of_credit:
        return status
    return None


def _api_error(
    call: str, status: int, text: str, *, http_status: int, is_write: bool, retry_after: float | None, is_envelope: bool
) -> ApiError:
    if status == 401:
        return AuthenticationError(
            f"{call}: the API refused the credentials (401: {text}). Check api_key and auth_token; both are made in MyAccount under API & IAM.",
            http_status=status,
        )
    if status == 403:
        return AuthenticationError(
            f"{call}: the API does not allow this (403: {text}). A token made without write permission can only read; "
            "check also that it may use this project.",
            http_status=status,
        )
    if status == 404:
        return NotFoundError(f"{call}: not found (404: {text}).", http_status=status, certain=is_envelope)
    if status == 429:
        return RateLimitedError(f"{call}: too many requests (429: {text}).", http_status=status, retry_after=retry_after)
    if status >= 500:
        return ServerError(f"{call}: the API failed ({status}: {text}).", http_status=status, outcome_known=not is_write)
    shown = f"{status}: {text}" if status >= 400 else f"under HTTP {http_status}: {text}"
    return RefusedError(f"{call}: the API refused this ({shown}).", http_status=status)


def _decode(call: str, status: int, content: bytes, outcome_known: bool) -> dict[str, t.Any]:
    text = content.decode("utf-8", "replace").strip()
    if not text:
        raise ProtocolError(f"{call}: the answer is empty (HTTP {status}).", http_status=status, outcome_known=outcome_known)
    try:
        body = load_json(text)
    except ValueError:
        if text.startswith("<"):
            what = "an HTML page instead of JSON. Check api_endpoint; if it is right, a gateway or rate limit stands in between"
        else:
            what = "text that is not valid JSON, perhaps cut off"
        raise ProtocolError(f"{call}: the answer is {what} (HTTP {status}).", http_status=status, outcome_known=outcome_known) from None
    if not isinstance(body, dict):
        raise ProtocolError(f"{call}: the answer is JSON, but not the API's envelope (HTTP {status}).", http_status=status, outcome_known=outcome_known)
    return body


def interpret(
    call: str, status: int, content: bytes, *, is_write: bool, retry_after: float | None = None, redact: Redactor = Redactor()
) -> Envelope:
    """Read one answer.

    :param call: how to name the request in an error, for example ``GET faas/functions/``.
    :param status: HTTP status.
    :param content: the body as received.
    :param is_write: after a write, an answer that cannot be read leaves the outcome unknown.
    :param retry_after: seconds of the Retry-After header, if there was one.
    :param redact: takes the secrets out of each text before it is folded and cut, after which they would not be recognised.
    :raises ApiError: the API says that it failed; the class says how.
    :raises ProtocolError: this is not an answer of the API.
    """
    outcome_known = not is_write
    if 300 <= status < 400:
        raise ProtocolError(
            f"{call}: the server redirects (HTTP {status}) instead of answering. Set api_endpoint to the address it redirects to.", http_status=status
        )
    if status == 413:
        # The API or a proxy before it, which may answer with a page of its own: nothing came through in either case.
        raise RefusedError(f"{call}: what was sent is too large for the API or for a proxy before it (413).", http_status=status)
    if status == 204:
        return Envelope(data=None, message="", status=status)
    if status == 429 and not content.lstrip().startswith(b"{"):
        # Such a page was seen although the write had succeeded (reference A.3, point 6).
        raise RateLimitedError(f"{call}: too many requests (429).", http_status=status, outcome_known=outcome_known, retry_after=retry_after)
    body = _decode(call, status, content, outcome_known)
    failure = _failure_status(status, body)
    if failure is not None:
        text = " ".join(_message(redact.tree(body)).split()).rstrip(".")
        if len(text) > _LONGEST_MESSAGE:
            text = text[:_LONGEST_MESSAGE] + " ..."
        is_envelope = "code" in body or "status_code" in body
        error = _api_error(call, failure, text, http_status=status, is_write=is_write, retry_after=retry_after, is_envelope=is_envelope)
        error.said = "; ".join(part for key in ("message", "detail", "errors", "error") if (part := _flatten(body.get(key))))
        raise error
    if not {"code", "data", "message", "errors"} & body.keys():
        raise ProtocolError(f"{call}: the answer is JSON, but not the API's envelope (HTTP {status}).", http_status=status, outcome_known=outcome_known)
    return Envelope(
        data=body.get("data"),
        message=str(body.get("message") or ""),
        status=status,
        total_count=_number(body.get("total_count")),
        total_page_number=_number(body.get("total_page_number")),
    )
