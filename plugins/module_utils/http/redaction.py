# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeping keys, tokens and secret values out of every text that can reach a person or a log."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

MASK = "********"

# Below this length a value is too common to be masked wherever it occurs: "1" or "prod" would shred the text.
SHORTEST = 4

_PATTERNS = (
    (re.compile(r"(?i)(api_?key(?:=|%3D|\"?\s*[:=]\s*\"?))[^&\s\"'<>]+"), r"\1" + MASK),
    (re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]+"), r"\1" + MASK),
)


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
    }


class Redactor:
    """Replaces known secrets, in every form in which they travel, by a mask.

    Called with a text it returns the text without the secrets. The ``apikey`` query parameter and bearer
    tokens are masked even when their value is not known (reference A.1: the key is part of each URL).
    """

    def __init__(self, secrets: t.Iterable[str | None] = ()) -> None:
        self._forms: list[str] = []
        self.add(*secrets)

    def add(self, *secrets: str | None) -> None:
        """Learn more secrets. Values shorter than four characters are not masked by value."""
        known = set(self._forms)
        for secret in secrets:
            # Logs and diffs are cut into lines, and with them a key of several lines.
            for part in {secret, *secret.splitlines()} if secret else ():
                if len(part.strip()) >= SHORTEST:
                    known |= _forms(part)
        # Longest first: a secret that contains another one must not leave its rest behind.
        self._forms = sorted(known, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, MASK)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def tree(self, value: t.Any) -> t.Any:
        """What came as JSON, with every text and number in it as this object leaves it."""
        if isinstance(value, dict):
            return {self(str(key)): self.tree(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.tree(item) for item in value]
        if isinstance(value, str):
            return self(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            shown = self(str(value))
            return value if shown == str(value) else shown
        return value


def fingerprint(value: str, key: str) -> str:
    """A short keyed digest that shows *that* a secret changed and nothing about its value.

    Keyed with the account's API key: the same value gives the same fingerprint in check mode and in the real
    run, and without the key a guess cannot be confirmed.
    """
    return "digest " + hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()[:12]
