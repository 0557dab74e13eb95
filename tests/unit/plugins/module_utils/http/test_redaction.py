# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import typing as t
from urllib.parse import quote, quote_plus, urlencode

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import MASK, Redactor, fingerprint
from hypothesis import given
from hypothesis import strategies as st

# Printable, and without the character of the mask itself.
SECRETS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="*"), min_size=6, max_size=24).filter(
    lambda text: len(text.strip()) >= 6
)

FORMS: dict[str, t.Callable[[str], str]] = {
    "plain": str,
    "in a path": lambda secret: quote(secret, safe=""),
    "in a query": quote_plus,
    "in JSON": lambda secret: json.dumps(secret)[1:-1],
    "in JSON with other letters": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "in Python": lambda secret: repr(secret)[1:-1],
    "in base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "in base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
}


@given(SECRETS, st.sampled_from(list(FORMS.values())), st.text(max_size=10), st.text(max_size=10))
def test_no_form_of_a_secret_survives(secret: str, form: t.Callable[[str], str], before: str, after: str) -> None:
    redacted = Redactor([secret])(f"{before}{form(secret)}{after}")
    assert MASK in redacted
    for other in FORMS.values():
        assert other(secret) not in redacted


@given(st.lists(SECRETS, min_size=1, max_size=5))
def test_secrets_that_hold_one_another(secrets: list[str]) -> None:
    secrets = [*secrets, secrets[0] + "-more", "less-" + secrets[0]]
    redacted = Redactor(secrets)(" ".join(secrets))
    assert not any(secret in redacted for secret in secrets)
    assert "more" not in redacted
    assert "less" not in redacted


@given(st.text(max_size=40))
def test_without_secrets_only_keys_and_tokens_are_masked(text: str) -> None:
    if "key" not in text.lower() and "bearer" not in text.lower():
        assert Redactor([None, ""])(text) == text


def test_short_values_would_shred_the_text() -> None:
    assert Redactor(["1", "dev"])("1 dev box") == "1 dev box"
    assert Redactor(["    \n"])("a    b") == "a    b"


def test_each_line_of_a_long_secret() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n"
    redact = Redactor([key])
    assert redact("log: MIIEvQIBADANBg and kqhkiG9w0BAQEF") == f"log: {MASK} and {MASK}"
    assert "MIIE" not in redact(json.dumps({"key": key}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /x/?apikey=abc/def&location=Delhi", f"GET /x/?apikey={MASK}&location=Delhi"),
        ("'APIKEY=abc'", f"'APIKEY={MASK}'"),
        ("apikey%3Dabc%26x", f"apikey%3D{MASK}"),
        ('{"api_key": "abc", "x": 1}', f'{{"api_key": "{MASK}", "x": 1}}'),
        ("Authorization: Bearer eyJ.a-b_c=", f"Authorization: Bearer {MASK}"),
        ("Missing: api_key, auth_token.", "Missing: api_key, auth_token."),
    ],
)
def test_keys_and_tokens_of_unknown_value(text: str, expected: str) -> None:
    assert Redactor()(text) == expected


def test_secrets_can_be_learnt_later() -> None:
    redact = Redactor()
    assert redact("hunter22") == "hunter22"
    redact.add("hunter22", None)
    assert redact(urlencode({"p": "hunter22"})) == f"p={MASK}"


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_fingerprint_shows_that_something_changed_and_nothing_else(first: str, second: str) -> None:
    assert (fingerprint(first, "key") == fingerprint(second, "key")) is (first == second)
    assert fingerprint(first, "key") != fingerprint(first, "other key")
    assert fingerprint(first, "key").startswith("digest ")
    assert len(fingerprint(first, "key")) == len("digest ") + 12
