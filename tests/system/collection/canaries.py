# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets to plant, and how to find them again in whatever was written."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

# Each with characters that look different in a URL, in base64 and in JSON.
KEY = "canary/key+1=&\"q'"
TOKEN = "canary.token-eyJhbGciOi"
OPTION_KEY = "canary/option+key=9"
SECRET = "canary secret/1+ä\"x"
OLD_SECRET = "canary-old/secret+2"
FOREIGN = "canary-foreign/value+3"
CANARIES = {"key": KEY, "token": TOKEN, "key option": OPTION_KEY, "secret": SECRET, "old secret": OLD_SECRET, "foreign variable": FOREIGN}


def forms(secret: str) -> Iterator[str]:
    """The secret in every form in which it can travel; base64 also from the middle of something longer."""
    yield from {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + secret.encode()).decode()
        # Apart from the first and last group, which depend on what stands around it.
        yield encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]


def leaks(text: str) -> list[str]:
    """Which canaries are in the text, as it is and with the lines put together again."""
    joined = re.sub(r"\s+", "", text)
    return [name for name, secret in CANARIES.items() if any(form in text or re.sub(r"\s+", "", form) in joined for form in forms(secret))]
