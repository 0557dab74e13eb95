# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import first, free_text, note, number, text, title, word


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), ("7", 7), (7.0, 7), ("7.0", 7), (" 7 ", 7), (None, None), ("", None), (True, None), ("x", None), ([], None), (float("inf"), None)],
)
def test_numbers_come_in_several_spellings(value: t.Any, expected: int | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize("value", [None, "", " ", "--", "[]", "null", "None", 7, []])
def test_nothing_has_several_spellings(value: t.Any) -> None:
    assert text(value) is None


def test_a_text_loses_the_space_around_it() -> None:
    assert text(" web ") == "web"


@pytest.mark.parametrize(("value", "expected"), [(" web\n", "web"), ("none", "none"), ("--", "--"), (" ", None), (None, None), (7, None)])
def test_a_text_of_a_user_is_any_text(value: t.Any, expected: str | None) -> None:
    assert free_text(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(" web\n", "web"), ("null", "null"), (" -- ", ""), ("", ""), (None, "")])
def test_a_description(value: t.Any, expected: str) -> None:
    assert note(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(" web\n", "web"), ("none", "none"), (7, "7"), (None, "")])
def test_a_name(value: t.Any, expected: str) -> None:
    assert title(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Powered off", "powered off"), ("POWERED_OFF", "powered off"), (" Live  Reserved ", "live reserved"), (None, "unknown"), ("", "unknown")],
)
def test_a_status_has_one_spelling(value: t.Any, expected: str) -> None:
    assert word(value) == expected


def test_the_first_key_with_a_value_counts() -> None:
    assert first({"a": None, "b": 0, "c": 1}, "a", "b", "c") == 0
    assert first({}, "a") is None
