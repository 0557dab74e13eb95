# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every shape of an answer that reference A.3 lists, and every other one."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http import errors
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import MASK, Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.envelope import Envelope, interpret
from hypothesis import example, given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("code", "status_code", "data", "message", "errors", "error", "detail", "total_count", "total_page_number")
BODIES = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6)


def read(body: t.Any, status: int = 200, is_write: bool = False, **more: t.Any) -> Envelope:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return interpret("GET faas/functions/", status, content, is_write=is_write, **more)


@pytest.mark.parametrize("status", [200, 201, 202])
def test_success(status: int) -> None:
    body = {"code": status, "data": [1], "errors": {}, "message": "fine", "total_count": 3, "total_page_number": "2"}
    assert read(body, status) == Envelope([1], "fine", status, 3, 2)


def test_success_without_a_body_or_with_little() -> None:
    assert read(b"", 204) == Envelope(None, "", 204)
    assert read({"data": None}) == Envelope(None, "", 200)
    assert read({"message": "deleted"}).message == "deleted"
    assert read({"data": {}, "total_count": True, "total_page_number": "many"}).total_count is None


# Point of reference A.3, answer, class, HTTP status that is reported, text.
FAILURES: list[tuple[int, t.Any, type[errors.E2EError], int, str]] = [
    (
        412,
        {"code": 412, "data": {}, "errors": {"detail": ["plan is wrong"]}, "message": "plan is wrong"},
        errors.RefusedError,
        412,
        "(412: plan is wrong)",
    ),
    (401, {"detail": "Invalid token"}, errors.AuthenticationError, 401, "Check api_key and auth_token"),
    (403, {"detail": "You do not have permission"}, errors.AuthenticationError, 403, "without write permission"),
    (400, {"status_code": 400, "message": "Project not found"}, errors.RefusedError, 400, "(400: Project not found)"),
    (429, {"status_code": 429, "errors": "slow down"}, errors.RateLimitedError, 429, "(429: slow down)"),
    (200, {"code": 412, "data": {}, "errors": True, "message": "still attached"}, errors.RefusedError, 412, "(412: still attached)"),
    (200, {"status_code": "400", "message": "no"}, errors.RefusedError, 400, "(400: no)"),
    (200, {"detail": "Invalid token"}, errors.RefusedError, 200, "under HTTP 200: Invalid token"),
    (200, {"code": 200, "errors": True}, errors.RefusedError, 200, "it gave no reason"),
    (200, {"code": 200, "error": True, "message": "bad"}, errors.RefusedError, 200, "bad"),
    (200, {"code": 401, "message": "who?"}, errors.AuthenticationError, 401, "(401: who?)"),
    (200, {"code": 404, "message": "none"}, errors.NotFoundError, 404, "(404: none)"),
    (200, {"code": 500, "message": "oops"}, errors.ServerError, 500, "(500: oops)"),
    (200, {"code": 200, "data": {"is_credit_sufficient": False}, "message": "Add money"}, errors.RefusedError, 200, "Add money"),
    (503, {"code": 503, "error": [{"name": ["too long", "taken"]}, "and more"]}, errors.ServerError, 503, "name: too long; taken; and more"),
    (405, {"code": 200, "message": "wrong verb"}, errors.RefusedError, 405, "(405: wrong verb)"),
    (502, b"<html>bad gateway</html>", errors.ProtocolError, 502, "an HTML page instead of JSON"),
    (200, b"<!DOCTYPE html>", errors.ProtocolError, 200, "an HTML page instead of JSON"),
    (200, b"", errors.ProtocolError, 200, "the answer is empty"),
    (200, b" \n", errors.ProtocolError, 200, "the answer is empty"),
    (200, b'{"code": 200, "da', errors.ProtocolError, 200, "not valid JSON, perhaps cut off"),
    (200, b"[" * 100_000, errors.ProtocolError, 200, "not valid JSON"),
    (200, [1], errors.ProtocolError, 200, "not the API's envelope"),
    (200, {"hello": 1}, errors.ProtocolError, 200, "not the API's envelope"),
    (301, b"", errors.ProtocolError, 301, "redirects"),
    (429, b"<html>limit</html>", errors.RateLimitedError, 429, "too many requests"),
    (400, {"code": 400, "message": "first\n  second line."}, errors.RefusedError, 400, "(400: first second line)"),
    (429, b"", errors.RateLimitedError, 429, "too many requests"),
]


@pytest.mark.parametrize(("status", "body", "kind", "reported", "text"), FAILURES)
@pytest.mark.parametrize("is_write", [True, False])
def test_failures(status: int, body: t.Any, kind: type[errors.E2EError], reported: int, text: str, is_write: bool) -> None:
    with pytest.raises(errors.E2EError) as raised:
        read(body, status, is_write)
    error = raised.value
    assert error.__class__ is kind
    assert error.http_status == reported
    assert text in error.message
    assert error.message.startswith("GET faas/functions/: ")
    assert "\n" not in error.message
    # Only the API's own refusal tells what became of a write.
    open_outcome = is_write and (kind is errors.ServerError or isinstance(body, bytes) or "envelope" in text) and status != 301
    assert error.outcome_known is not open_outcome


def test_a_404_in_the_envelope_is_certain_and_another_is_not() -> None:
    for body, certain in (({"code": 404, "message": "x"}, True), ({"status_code": 404}, True), ({"detail": "Not found."}, False)):
        with pytest.raises(errors.NotFoundError) as raised:
            read(body, 404)
        assert raised.value.certain is certain


def test_the_pause_that_the_server_asks_for() -> None:
    for body in ({"code": 429, "message": "x"}, b"<html>"):
        with pytest.raises(errors.RateLimitedError) as raised:
            read(body, 429, retry_after=12.5)
        assert raised.value.retry_after == 12.5


def test_long_and_deep_messages_are_cut() -> None:
    with pytest.raises(errors.RefusedError) as raised:
        read({"code": 400, "message": "x" * 10_000})
    assert len(raised.value.message) < 700
    deep: t.Any = "bottom"
    for level in range(90):
        deep = {"errors": deep} if level % 2 else [deep]
    with pytest.raises(errors.RefusedError, match="errors: and more"):
        read({"code": 400, "errors": deep})


@pytest.mark.parametrize("secret", ["{\n  \"private_key\": \"CANARY of  two\tgaps\"\n}\n", "CANARY" * 30])
def test_a_secret_is_taken_out_before_a_message_is_folded_and_cut(secret: str) -> None:
    for said in (f"cannot use {secret}", "x" * 560 + secret):
        with pytest.raises(errors.RefusedError) as raised:
            interpret("POST x/", 400, json.dumps({"code": 400, "message": said, "errors": {"body": [said]}}).encode(), is_write=True, redact=Redactor([secret]))
        assert "CANARY" not in raised.value.message and MASK in raised.value.message


@given(st.integers(100, 599), st.binary(max_size=60), st.booleans())
@example(200, b'{"code": 1e999, "data": []}', True)
@example(200, b'{"code": NaN}', False)
@example(200, b'{"data": ' + b"[" * 5000 + b"]" * 5000 + b"}", False)
def test_any_bytes_give_an_envelope_or_an_error_of_the_family(status: int, content: bytes, is_write: bool) -> None:
    try:
        envelope = interpret("GET x/", status, content, is_write=is_write)
    except errors.E2EError as error:
        assert error.message
        assert "\n" not in error.message
    else:
        assert 200 <= envelope.status < 300


@given(st.integers(200, 599), BODIES, st.booleans())
def test_no_success_where_anything_says_failure(status: int, body: dict[str, t.Any], is_write: bool) -> None:
    says_failure = (
        status >= 300
        or any(isinstance(body.get(key), int) and body[key] >= 400 for key in ("code", "status_code"))
        or body.get("detail")
        or body.get("errors") is True
    )
    try:
        read(body, status, is_write)
    except errors.E2EError:
        return
    # An answer without a body is the one success whose text does not count.
    assert status == 204 or not says_failure
