# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeping keys, tokens and secret values out of every text that can reach a person or a log."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import re
import typing as t
from urllib.parse import unquote

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.spellings import Spellings

MASK = "********"

# Below this length a value is too common to be masked wherever it occurs: "1" or "prod" would shred the text.
SHORTEST = 4

# Of a secret that is cut short, fewer characters are no more than a word.
_SHORTEST_BEGINNING = 6
_DOTS = re.compile(r"\.{2,}|\u2026")

# Longer than the lines of a key in PEM.
_LONG_LINE = 80
_PIECE = 32
# Of what a JSON document holds, words such as "production" and numbers of ports are no secrets by themselves.
_SHORTEST_MEMBER = 12

# A password in a URL, and what stands in its place without a user, which is a token.
_IN_URLS = (
    re.compile(r"(?i)((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://)([^\s/?#\"'<>\\:@]*:[^\s/?#\"'<>\\]*)@"),
    re.compile(r"(?i)((?<![a-z0-9+.-])(?:[a-z]+\+)?https?://)([^\s/?#\"'<>\\]+)@"),
)
_PATTERNS = (
    (re.compile(r"(?i)(api_?key(?:=|%3D|\"?\s*[:=]\s*\"?))[^&\s\"'<>]+"), r"\1" + MASK),
    (re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]+"), r"\1" + MASK),
    (re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?basic\s+)[A-Za-z0-9+/=_-]+"), r"\1" + MASK),
    *((pattern, r"\1" + MASK + "@") for pattern in _IN_URLS),
)
# What none of them can do without. Most texts have nothing of it.
_HINTS = re.compile("(?i)key|bearer|basic|@")


def passwords_in(text: str) -> list[str]:
    """The passwords and tokens in the URLs of a text, also as a client decodes them."""
    found = [userinfo.partition(":")[2] or userinfo for pattern in _IN_URLS for _start, userinfo in pattern.findall(text)]
    return [form for password in found for form in (password, unquote(password))]


def _parts(secret: str) -> t.Iterator[str]:
    """The secret and what of it may be shown alone: its lines, pieces of long lines, because a server may cut anywhere, and texts in its JSON."""
    yield secret
    for line in secret.splitlines():
        yield line
        text = line.strip()
        if len(text) > _LONG_LINE:
            yield from (text[at : at + _PIECE] for at in range(0, len(text) - _PIECE, _PIECE))
            yield text[-_PIECE:]
    if secret.lstrip().startswith(("{", "[")):
        try:
            document = json.loads(secret)
        except (ValueError, RecursionError):
            return
        for text in _texts(document):
            if len(text) >= _SHORTEST_MEMBER:
                yield from _parts(text)


def _texts(document: t.Any) -> t.Iterator[str]:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            waiting += value.values() if isinstance(value, dict) else value


def _masked(text: str, spans: t.Iterable[tuple[int, int]]) -> str:
    shown, at = [], 0
    for start, end in spans:
        shown += [text[at:start], MASK]
        at = end
    return "".join((*shown, text[at:]))


def _cut_part(text: str, end: int, secret: str) -> int | None:
    """Where a secret begins of which the text has no more than the beginning, up to this place."""
    start = text.find(secret[:_SHORTEST_BEGINNING], max(0, end - len(secret) + 1), end) if len(secret) > _SHORTEST_BEGINNING else -1
    while start != -1:
        if secret.startswith(text[start:end]) and end - start >= _SHORTEST_BEGINNING:
            return start
        start = text.find(secret[:_SHORTEST_BEGINNING], start + 1, end)
    return None


class Redactor:
    """Replaces known secrets, in every form in which they travel, by a mask.

    Called with a text it returns the text without the secrets. The ``apikey`` query parameter, bearer and basic
    credentials and those in URLs are masked even when their value is not known (reference A.1: the key is part of each URL).
    What a server says goes through it before it is cut, folded or taken apart: a part of a secret is not recognised.
    """

    def __init__(self, secrets: t.Iterable[str | None] = ()) -> None:
        self._spellings = Spellings()
        self._parts: dict[str, None] = {}
        self.add(*secrets)

    def add(self, *secrets: str | None) -> None:
        """Learn more secrets. Values shorter than four characters are not masked by value."""
        for secret in secrets:
            for part in _parts(secret) if secret else ():
                if len(part.strip()) >= SHORTEST:
                    self._spellings.add(part)
                    self._parts[part.strip()] = None

    def __call__(self, text: str) -> str:
        text = self.known(text)
        text = _masked(text, self._beginnings(text))
        if _HINTS.search(text):
            for pattern, replacement in _PATTERNS:
                text = pattern.sub(replacement, text)
        return text

    def _beginnings(self, text: str) -> t.Iterator[tuple[int, int]]:
        """Where a secret begins that whoever wrote the text has cut: at its end, or before dots that say so."""
        for end in (*(dots.start() for dots in _DOTS.finditer(text)), len(text.rstrip())):
            starts = (start for part in list(self._parts) if (start := _cut_part(text, end, part)) is not None)
            first = min(starts, default=None)
            if first is not None:
                yield first, end

    def known(self, text: str) -> str:
        """The text without the secrets that this object has learnt, and else as it is: an answer that is meant for the user may hold a new token."""
        return _masked(text, self._spellings.find(text))

    def lines(self, lines: t.Sequence[str]) -> list[str]:
        """Lines of one text, such as a log, as a call of this object leaves each. A secret can lie across several of them."""
        spans, at, shown = self._spellings.find("\n".join(lines)), 0, []
        for line in lines:
            end = at + len(line)
            inside = [(max(first, at) - at, min(last, end) - at) for first, last in spans if first < end and last > at]
            shown.append(self(_masked(line, inside)))
            at = end + 1
        return shown

    def content(self, content: bytes) -> bytes:
        """Bytes without the known secrets, whether they are a text or not."""
        return self.known(content.decode("latin-1")).encode("latin-1")

    def tree(self, value: t.Any) -> t.Any:
        """What came as JSON, with every text and number in it as a call of this object leaves it."""
        # Keys and short texts come again and again in a large document.
        return self._tree(value, functools.cache(self))

    def _tree(self, value: t.Any, redact: t.Callable[[str], str]) -> t.Any:
        if isinstance(value, dict):
            return {redact(str(key)): self._tree(item, redact) for key, item in value.items()}
        if isinstance(value, list):
            return [self._tree(item, redact) for item in value]
        if isinstance(value, str):
            return redact(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            shown = redact(str(value))
            return value if shown == str(value) else shown
        return value


def fingerprint(value: str, key: str) -> str:
    """A short keyed digest that shows *that* a secret changed and nothing about its value.

    Keyed with the account's API key: the same value gives the same fingerprint in check mode and in the real
    run, and without the key a guess cannot be confirmed.
    """
    return "digest " + hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()[:12]
