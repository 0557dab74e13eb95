# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON and YAML of others, and texts that can be shown."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import shortened, whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import DEEPEST, NotYamlError, load_json, load_yaml


DEEP = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)


@pytest.mark.parametrize("text", ["", "{", "[" * 5000, "[" * 500_000, DEEP, '{"a":' * 200 + "1" + "}" * 200, "9" * 5000, b"\xff"])
def test_json_that_is_none(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        load_json(text)


def test_json() -> None:
    assert load_json("[" * 90 + "1" + "]" * 90)
    assert load_json('{"a\\ud83d": ["\\udc00x", "\\ud83d\\ude00"]}') == {"a\ufffd": ["\ufffdx", "\U0001f600"]}
    assert load_json(b'"\\uD83D"') == "\ufffd"


BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(f"{n}: &{n} [{', '.join([f'*{m}'] * 9)}]\n" for m, n in zip("abcdefgh", "bcdefghi"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "has aliases that stand for more than 100,000 values"),
        (BOMB.replace("[", "{<<: [").replace("]", "]}"), "has aliases that stand for more than 100,000 values"),
        ("&a [*a]", "has aliases that stand for more than 100,000 values"),
        ("a: [", "is not valid YAML (line 1, column 5)"),
        *((text, "is not valid YAML") for text in ("!!int x", "!!timestamp x", "!!bool x", "!!float _", "? [a]\n: b", "2001-99-99", "\0")),
        *((text, "is not valid YAML") for text in ("[" * 5000, "- " * 5000)),
    ],
)
def test_yaml_that_cannot_be_used(text: str, said: str) -> None:
    with pytest.raises(NotYamlError) as refused:
        load_yaml(text, "to read it")
    assert str(refused.value).startswith(said)


def test_yaml() -> None:
    assert load_yaml("a: &a {b: 1}\nc: {<<: *a, d: [*a, *a]}", "to read it") == {"a": {"b": 1}, "c": {"b": 1, "d": [{"b": 1}, {"b": 1}]}}
    assert load_yaml("", "to read it") is None
    assert load_yaml("a: 1.10", "to read it", {}) == {"a": "1.10"}


def test_texts_for_a_person() -> None:
    value: t.Any = {"a\udcff": ["\ud83d", {"b": ("x", 1, None)}]}
    assert whole(value) == {"a\ufffd": ["\ufffd", {"b": ["x", 1, None]}]}
    assert shortened("x" * 2000) == "x" * 2000
    assert shortened("x" * 4001) == "x" * 2000 + " ... (and 2,001 more characters)"
