# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of every shape, and a search that finds a piece of one however it was written again.

The search shares no idea with the product: it undoes every way of writing, one after the other, and compares pieces of twelve characters.
"""

from __future__ import annotations

import base64
import html
import json
import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

PIECE = 12
DEPTH = 3
# A run of base64, apart from the folds in it.
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Canary:
    """A secret, and the parts of it that are random, so that they stand nowhere else."""

    text: str
    hearts: tuple[str, ...]


def _letters(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(string.ascii_letters + string.digits, k=count))


def _mixed(chance: random.Random, odd: str) -> str:
    return "".join(_letters(chance, 5) + chance.choice(odd) for _syllable in range(6)) + "x"


def _joined(chance: random.Random, before: str, *between: str) -> Canary:
    hearts = tuple(_letters(chance, 24) for _mark in between)
    return Canary(before + "".join(heart + after for heart, after in zip(hearts, between)), hearts)


def _document(chance: random.Random, indent: int | str | None) -> Canary:
    hearts = tuple(_letters(chance, 28) for _heart in range(4))
    content = {"private_key": f"-----BEGIN KEY-----\n{hearts[0]}\n{hearts[1]}\n-----END KEY-----\n", "client": {"id": hearts[2], "list": [hearts[3]]}}
    return Canary(json.dumps(content, indent=indent) + "\n", hearts)


def _single(text: str) -> Canary:
    return Canary(text, (text,))


Shape = Callable[[random.Random], Canary]
#: What fits into a header, a URL or an environment variable.
LINES: dict[str, Shape] = {
    "one line": lambda chance: _single(_letters(chance, 24)),
    "short": lambda chance: _single(_letters(chance, 8)),
    "base64": lambda chance: _single(base64.b64encode(_letters(chance, 25).encode()).decode()),
    "quotes": lambda chance: _single(_mixed(chance, "\"'\\%&<>")),
    "signs of a URL": lambda chance: _single(_mixed(chance, "@:/?#+=;$!")),
    "spaces": lambda chance: _joined(chance, "", "  ", "\t\t", ""),
    "long": lambda chance: _single(_letters(chance, 2000)),
    "unicode": lambda chance: _single(_mixed(chance, "äß€漢😀")),
}
TEXTS: dict[str, Shape] = {
    **LINES,
    "several lines": lambda chance: _joined(chance, "-----BEGIN KEY-----\n", "\n", "\n", "\r\n", "\n-----END KEY-----\n"),
    "indented": lambda chance: _joined(chance, "a:\n    ", "\n\tb: ", "\n\n  - ", "\n"),
    "JSON": lambda chance: _document(chance, None),
    "JSON with two spaces": lambda chance: _document(chance, 2),
    "JSON with tabs": lambda chance: _document(chance, "\t"),
}


def _unescaped(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _CONTROL.get(found[3], found[3])

    # Halves of a surrogate pair become one character.
    return _ESCAPE.sub(plain, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decoded(text: str) -> str:
    """What the runs of base64 in it hold, wherever a group of four begins."""
    found = []
    for run in _BASE64.findall("".join(text.split())):
        signs = run.replace("-", "+").replace("_", "/")
        for shift in range(4):
            part = signs[shift:]
            # A single sign holds no byte.
            part = part[: len(part) - (len(part) % 4 == 1)]
            found.append(base64.b64decode(part + "=" * (-len(part) % 4)).decode("latin-1"))
    return "\n".join(found)


def views(text: str) -> Iterator[str]:
    """The text with what may have been done to it undone, up to three times, without spaces."""
    seen, layer = {text}, [text]
    for _depth in range(DEPTH):
        layer = [way(one) for one in layer for way in (_unescaped, html.unescape, unquote, _decoded)]
        layer = [one for one in dict.fromkeys(layer) if one not in seen]
        seen.update(layer)
    for one in seen:
        yield "".join(one.split())


class Search:
    """Looks for canaries in whatever was written."""

    def __init__(self, *canaries: Canary) -> None:
        self.searched = 0
        self._whole: set[str] = set()
        self._pieces: set[str] = set()
        for heart in (heart for canary in canaries for heart in canary.hearts):
            # UTF-8 that was read as Latin-1 is how base64 comes back.
            for text in dict.fromkeys((heart, heart.encode().decode("latin-1"))):
                if len(text) < PIECE:
                    self._whole.add(text)
                self._pieces.update(text[at : at + PIECE] for at in range(len(text) - PIECE + 1))

    def finds(self, text: str) -> list[str]:
        """The pieces of canaries that are in it."""
        found: set[str] = set()
        for view in views(text):
            self.searched += len(view)
            found.update(self._pieces.intersection(view[at : at + PIECE] for at in range(len(view) - PIECE + 1)))
            found.update(whole for whole in self._whole if whole in view)
        return sorted(found)
