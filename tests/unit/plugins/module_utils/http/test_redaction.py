# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import html
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
    if not any(word in text.lower() for word in ("key", "bearer", "basic", "://")):
        assert Redactor([None, ""])(text) == text


def test_short_values_would_shred_the_text() -> None:
    assert Redactor(["1", "dev"])("1 dev box") == "1 dev box"
    assert Redactor(["    \n"])("a    b") == "a    b"


def test_each_line_of_a_long_secret() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n"
    redact = Redactor([key])
    assert redact("log: MIIEvQIBADANBg and kqhkiG9w0BAQEF") == f"log: {MASK} and {MASK}"
    assert "MIIE" not in redact(json.dumps({"key": key}))


SERVICE_ACCOUNT = json.dumps({"type": "service_account", "private_key": "-----BEGIN KEY-----\nCANARYbirdSings/in+the=mine\n", "id": 7}, indent=2)
WRITTEN_AGAIN: dict[str, t.Callable[[str], str]] = {
    "with one space for each gap": lambda secret: " ".join(secret.split()),
    "indented": lambda secret: "\n".join(f"    {line}" for line in secret.splitlines()),
    "as a JSON document of its own": lambda secret: json.dumps(json.loads(secret)),
    "in JSON in JSON": lambda secret: json.dumps(json.dumps({"value": secret})),
    "in HTML": html.escape,
    "in HTML, twice": lambda secret: html.escape(html.escape(secret)),
    "in a query of a query": lambda secret: quote_plus(quote_plus(secret)),
    "in a program": repr,
    "in base64 of more": lambda secret: base64.b64encode(b"the body was " + secret.encode() + b", and more").decode(),
    "in base64 of more, one on": lambda secret: base64.b64encode(b"a body was " + secret.encode() + b", and more").decode(),
    "in base64 of more, two on": lambda secret: base64.b64encode(b"one body was " + secret.encode()).decode(),
    "in base64 with lines": lambda secret: base64.encodebytes(secret.encode()).decode(),
    "in JSON in base64 in JSON": lambda secret: json.dumps({"data": base64.b64encode(json.dumps({"key": secret}).encode()).decode()}),
}


@pytest.mark.parametrize("written", WRITTEN_AGAIN.values(), ids=WRITTEN_AGAIN)
def test_a_secret_of_several_lines_however_it_is_written_again(written: t.Callable[[str], str]) -> None:
    text = f"refused: {written(SERVICE_ACCOUNT)} is not valid"
    redacted = Redactor([SERVICE_ACCOUNT])(text)
    assert redacted.startswith("refused: ") and redacted.endswith(" is not valid") and MASK in redacted
    for shown in (redacted, base64_texts(redacted)):
        assert "CANARY" not in shown and "BEGIN" not in shown


def base64_texts(text: str) -> str:
    """What base64 in a text can say, at each of the four places where it can begin."""
    signs = "".join(sign for sign in text if sign.isalnum() or sign in "+/")
    return "".join(base64.b64decode(part + "=" * (-len(part) % 4)).decode("latin-1") for at in range(4) if len(part := signs[at:]) % 4 != 1)


def test_a_part_of_a_long_secret() -> None:
    token = "".join(f"{number:03x}" for number in range(400))
    shown = Redactor([token])(f"the header {token[:700]} ... is too long")
    assert token[:40] not in shown and token[300:340] not in shown


@pytest.mark.parametrize("secret", ["sk-live-0123456789", "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n", "x" * 70 + "y" * 70])
def test_a_secret_that_somebody_else_has_cut_shows_no_beginning(secret: str) -> None:
    redact = Redactor([secret])
    for end in range(6, len(secret)):
        shown = secret[:end]
        last = shown.splitlines()[-1].strip()
        for text in (f"invalid value {shown}", f"invalid value {shown} \n", f"invalid value {shown}... (truncated)", f"invalid value {shown}\u2026"):
            assert len(last) < 6 or last not in redact(text), text
        assert len(last) < 6 or all(last not in line for line in redact.lines(["first", *f"got {shown}".splitlines()]))


def test_a_text_that_only_begins_like_a_secret_is_left_as_it_is() -> None:
    redact = Redactor(["password123", "sk-live-0123456789", "https:"])
    for text in ("the password is wrong", "wrong password.", "give sk-li", "sk-live- is how a key begins", "see https"):
        assert redact(text) == text


def test_an_answer_that_is_meant_for_the_user_loses_only_what_is_known() -> None:
    redact = Redactor(["hunter22"])
    answer = b'{"api_key": "new-key", "was": "hunter22", "raw": "\xff"}'
    assert redact.content(answer) == answer.replace(b"hunter22", MASK.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /x/?apikey=abc/def&location=Delhi", f"GET /x/?apikey={MASK}&location=Delhi"),
        ("'APIKEY=abc'", f"'APIKEY={MASK}'"),
        ("apikey%3Dabc%26x", f"apikey%3D{MASK}"),
        ('{"api_key": "abc", "x": 1}', f'{{"api_key": "{MASK}", "x": 1}}'),
        ("Authorization: Bearer eyJ.a-b_c=", f"Authorization: Bearer {MASK}"),
        ("Authorization: Basic YWRtaW46cGFzcw==", f"Authorization: Basic {MASK}"),
        ("--extra-index-url https://u:p%40ss@host.example/simple", f"--extra-index-url https://{MASK}@host.example/simple"),
        ("pkg @ git+https://ghp_token@host.example/x.git", f"pkg @ git+https://{MASK}@host.example/x.git"),
        ("mail me@example.com or see https://host.example/@scope/pkg", "mail me@example.com or see https://host.example/@scope/pkg"),
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
