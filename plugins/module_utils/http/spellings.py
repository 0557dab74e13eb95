# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way in which a server, a log or a program can write a known text again, found as positions in what it wrote. Pure.

Each character of the text has its spellings: as it is, escaped for JSON, a URL, HTML or a program, once or twice. Spaces and line
breaks count as one gap, however many there are, because whoever shows a text may indent and fold it. Base64 is decoded and searched.
"""

from __future__ import annotations

import base64
import functools
import html.entities
import re
import typing as t

Span = tuple[int, int]

# A pattern reads the same characters in one way only, or what a server writes would choose how long a search takes. Possessive
# quantifiers would see to that, but a target's Python may be older than they are.

# A text inside a text inside a text is escaped again each time.
_ESCAPE = r"(?:\\|%(?:25){0,2}5[Cc])"
_ESCAPES = f"{_ESCAPE}{{1,8}}"
_AMP = "&(?:amp;){0,2}"
_PERCENT = "%(?:25){0,2}"
# A plus is a space in a form.
_GAP = re.compile(r"[\s+]*\s[\s+]*")
_GAPS = (
    rf"[\s+]|{_ESCAPES}(?:[nrtfvb]|u00(?:0[9a-dA-D]|20|2[bB]))|{_PERCENT}(?:0[9A-Da-d]|20|2[Bb])"
    rf"|{_AMP}(?:nbsp|Tab|NewLine|plus|#(?:9|1[0-3]|32|43|x0?9|x0?[a-dA-D]|x20|x2[bB]));"
)

# One sign of base64, also as JSON, HTML and URLs escape the two that are no letters, and where a program breaks the line.
_SIGN = rf"[A-Za-z0-9_-]|\\{{0,8}}[+/]|%2[BbFf]|&#4[37];|&#x2[BbFf];|{_ESCAPES}u002[BbFf]"
_FOLD = rf"(?:\r?\n|{_ESCAPES}n|{_ESCAPES}r{_ESCAPES}n)[ \t]*"
# Once it is certain that there are enough of them, all that follow are taken: nothing can fail any more.
_BASE64 = re.compile(rf"(?=(?:{_SIGN})(?:(?:{_FOLD})?(?:{_SIGN})){{5}})(?:[A-Za-z0-9_+/-]+|(?:{_FOLD})?(?:{_SIGN}))+")
_SIGNS = re.compile(rf"{_FOLD}|(?P<sign>{_SIGN})")
_SLASHES = ("/", "2F", "2f", "47;", "2F;", "2f;")
_PLAIN = re.compile("[A-Za-z0-9_+/-]+")
# Addresses use two other signs.
_USUAL = {ord("-"): "+", ord("_"): "/"}


@functools.cache
def _spelled(char: str) -> str:
    """A pattern for one character that is neither space nor backslash."""
    if char.isascii() and char.isalnum():
        return char
    names = sorted({name.rstrip(";") for name, text in html.entities.html5.items() if text == char})
    named = [f"{_AMP}(?:{'|'.join(names)});"] if names else []
    numbered = f"{_AMP}#(?:0*{ord(char)}|x0*{ord(char):x});"
    if char.isascii():
        # What is no letter may have an escape before it, whatever else was made of it: the escapes of both are counted together.
        ways = [re.escape(char), f"(?i:{_PERCENT}{ord(char):02x}|{numbered})", *named]
        return f"(?:{_ESCAPE}{{0,8}}(?:{'|'.join(ways)})|(?i:{_ESCAPE}{{1,16}}(?:u{ord(char):04x}|x{ord(char):02x}|u{ord(char):08x})))"
    octets, units = char.encode("utf-8", "surrogatepass"), char.encode("utf-16-be", "surrogatepass")
    coded = [
        "".join(f"{_PERCENT}{octet:02x}" for octet in octets),
        "".join(f"{_ESCAPES}u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)),
        "".join(f"{_ESCAPES}x{octet:02x}" for octet in octets),
        f"{_ESCAPES}U{ord(char):08x}",
        numbered,
    ]
    if ord(char) < 0x100:
        coded += [f"{_PERCENT}{ord(char):02x}", f"{_ESCAPES}x{ord(char):02x}"]
    # An octet that stands for itself is UTF-8 that was read as Latin-1, or was found in base64.
    ways = [re.escape(char), re.escape(octets.decode("latin-1")), f"(?i:{'|'.join(coded)})", *named]
    return f"(?:{'|'.join(ways)})"


def _backslashes(count: int) -> str:
    """A pattern for so many backslashes, which each escape doubles."""
    return rf"(?:{_ESCAPE}{{{count},{8 * count}}}|(?i:(?:{_ESCAPES}u005c|{_AMP}(?:#0*92|#x0*5c|bsol);){{{count}}}))"


def _tokens(text: str) -> t.Iterator[str]:
    at = 0
    for gap in _GAP.finditer(text):
        yield from _without_gaps(text[at : gap.start()])
        # As it is, each of them is a gap already.
        odd = "".join(rf"|(?!\s){_spelled(char)}" for char in dict.fromkeys(gap.group()) if not char.isascii())
        yield f"(?:{_GAPS}{odd})+"
        at = gap.end()
    yield from _without_gaps(text[at:])


def _without_gaps(text: str) -> t.Iterator[str]:
    for part in re.findall(r"\\+|[^\\]", text):
        yield _backslashes(len(part)) if part[0] == "\\" else _spelled(part)


class _Wanted:
    """One text to look for. Most are nowhere, so its pattern is made when the longest word of it was seen: letters and digits have one spelling."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        #: No fewer signs of base64 hold it: each character is a byte or more, and a gap is one, however long it is.
        self.signs = -(-4 * len(_GAP.sub(" ", self._text)) // 3)
        self._word = max(re.findall("[A-Za-z0-9]+", text), key=len, default="")

    @functools.cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("".join(_tokens(self._text)))

    def spans(self, text: str) -> t.Iterator[Span]:
        if self._word in text:
            yield from (found.span() for found in self._pattern.finditer(text))


class Spellings:
    """Finds texts in whatever way they are written."""

    def __init__(self) -> None:
        self._wanted: dict[str, _Wanted] = {}

    def add(self, text: str) -> None:
        """Look for this text, too, which is not blank."""
        if text not in self._wanted:
            self._wanted[text] = _Wanted(text)

    def find(self, text: str) -> list[Span]:
        """Where they are, in order and without overlap: beginning and end of each."""
        if not self._wanted:
            return []
        return _merged([*self._written(text), *self._in_base64(text)])

    def _written(self, text: str) -> t.Iterator[Span]:
        for wanted in list(self._wanted.values()):
            yield from wanted.spans(text)

    def _in_base64(self, text: str) -> t.Iterator[Span]:
        fewest = min(wanted.signs for wanted in list(self._wanted.values()))
        runs = [run for found in _BASE64.finditer(text) if found.end() - found.start() >= fewest and len(run := _Run(found)) >= fewest]
        for shift in range(4 if runs else 0):
            decoded = [run.decoded(shift) for run in runs]
            # Most texts hold nothing, which one search tells.
            if next(self._written("\n\n".join(decoded)), None) is None:
                continue
            for run, content in zip(runs, decoded):
                for start, end in self._written(content):
                    yield run.place(shift, start, end)


class _Run:
    """A piece of a text that may be base64, or be a part of some."""

    def __init__(self, found: re.Match[str]) -> None:
        self._text, self._start = found.group(), found.start()
        # In most of them each character is a sign.
        signs = self._text if _PLAIN.fullmatch(self._text) else "".join(map(_sign, self._found()))
        self._signs = signs.translate(_USUAL)

    def _found(self) -> list[re.Match[str]]:
        return [found for found in _SIGNS.finditer(self._text) if found["sign"] is not None]

    @functools.cached_property
    def _places(self) -> list[Span]:
        return [(self._start + found.start(), self._start + found.end()) for found in self._found()]

    def __len__(self) -> int:
        return len(self._signs)

    def decoded(self, shift: int) -> str:
        """The bytes as Latin-1, counted from the sign with this number: where a group of four begins cannot be seen."""
        signs = self._signs[shift:]
        # A single sign at the end holds no whole byte.
        signs = signs[: len(signs) - (len(signs) % 4 == 1)]
        return base64.b64decode(signs + "=" * (-len(signs) % 4)).decode("latin-1")

    def place(self, shift: int, start: int, end: int) -> Span:
        """Where in the text the bytes from ``start`` to ``end`` are."""
        first, last = shift + start * 8 // 6, shift + (end * 8 - 1) // 6
        return self._places[first][0], self._places[last][1]


def _sign(found: re.Match[str]) -> str:
    written = found["sign"]
    return written if len(written) == 1 else "/" if written.endswith(_SLASHES) else "+"


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
