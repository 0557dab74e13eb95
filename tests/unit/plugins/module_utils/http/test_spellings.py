# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server writes must not choose how long a search takes: no test here has a limit of time, they only have to end."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http import spellings
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.spellings import Spellings
from hypothesis import given
from hypothesis import strategies as st

LONG = 100_000
PIECES = [
    *("\\", "\\\\", "%5C", "%255c", "u002B", "u002f", "%2B", "%2f", "&#43;", "&#x2F;", "+", "/", "-", "=", "!", "&", "%"),
    *("\n", "\r\n", "\\n", "\\r\\n", " ", "\t", "n", "r", "a", "QUJD", "aGVsbG8"),
]


def found(text: str, *secrets: str) -> list[str]:
    wanted = Spellings()
    for secret in secrets:
        wanted.add(secret)
    return [text[start:end] for start, end in wanted.find(text)]


def signs(text: str, at: int) -> t.Iterator[int]:
    """Where each sign of base64 ends that follows on this place, told one after the other and without a pattern that goes back."""
    sign, fold = re.compile(f"(?:{spellings._SIGN})"), re.compile(spellings._FOLD)
    while True:
        gap = fold.match(text, at)
        next_sign = sign.match(text, at) or (gap and sign.match(text, gap.end()))
        if not next_sign:
            return
        at = next_sign.end()
        yield at


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
def test_runs_of_base64_are_those_that_a_step_by_step_reading_finds(text: str) -> None:
    expected, at = [], 0
    while at < len(text):
        ends = list(signs(text, at)) if re.compile(spellings._SIGN).match(text, at) else []
        if len(ends) >= 6:
            expected.append((at, ends[-1]))
        at = ends[-1] if len(ends) >= 6 else at + 1
    assert [run.span() for run in spellings._BASE64.finditer(text)] == expected


@pytest.mark.parametrize("escapes", [0, 1, 8])
@pytest.mark.parametrize("own", [1, 8])
def test_the_escapes_of_an_escape(escapes: int, own: int) -> None:
    for coded in ("x21", "u0021", "U00000021"):
        written = "\\" * (escapes + own) + coded
        assert found(f"hunter{written}two", "hunter!two") == [f"hunter{written}two"]
    assert not found("hunter" + "\\" * 17 + "x21two", "hunter!two")


HOSTILE: dict[str, str] = {
    "backslashes": "\\" * LONG,
    "escapes of escapes": "%255C" * (LONG // 5),
    "escapes of nothing": "\\u" * (LONG // 2),
    "almost a character": "&#" + "0" * LONG,
    "one line of base64": "QUJD" * (LONG // 4),
    "escaped signs of base64": "\\/" * (LONG // 2),
    "base64 that is too short": "abcde!" * (LONG // 6),
    "base64 folded for ever": "abcde\n" + " " * LONG,
    "base64 in short lines": "ab\n \t" * (LONG // 5),
    "a gap without an end": "hunter" + " \\n" * (LONG // 3),
    "a gap of odd spaces": "hunter" + "\xa0" * LONG,
    "signs of which each is escaped in many ways": "hunter" + ("\\" * 8 + "x21") * (LONG // 11),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_an_answer_that_is_made_to_keep_the_search_busy(hostile: str) -> None:
    secrets = ["hunter two", "hunter\xa0two", "hunter" + "!" * 40 + "two", "\\hunter\\\\two", "hüntertwo"]
    # They stand at its end, so that all before it has to be gone through.
    assert found(f"two {hostile} " + " ---- ".join(secrets), *secrets)[-len(secrets) :] == secrets
