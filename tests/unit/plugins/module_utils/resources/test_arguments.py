# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task gives, before Ansible converts it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.arguments import Arguments

SPEC: dict[str, dict[str, t.Any]] = {
    "text": {"type": "str", "aliases": ["other"]},
    "plain": {},
    "document": {"type": "str"},
    "path": {"type": "path"},
    "choice": {"type": "str", "choices": ["a"]},
    "names": {"type": "list", "elements": "str"},
    "anything": {"type": "raw"},
    "mapping": {"type": "dict"},
    "nested": {"type": "dict", "options": {"inner": {"type": "str"}, "seconds": {"type": "float"}}},
    "rules": {"type": "list", "elements": "dict", "options": {"port": {"type": "str"}}},
    "seconds": {"type": "float"},
    "number": {"type": "int"},
}
DOCUMENTS = {"document": (dict, list)}


def given(**values: t.Any) -> Arguments:
    return Arguments(SPEC, values, DOCUMENTS)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"document": {"a": "\u00e9", "b": [1, None]}}, {"document": '{"a": "\u00e9", "b": [1, null]}'}),
        ({"document": [1]}, {"document": "[1]"}),
        ({"text": True, "names": [False, "x"]}, {"text": "true", "names": ["false", "x"]}),
        ({"anything": {"a": [1]}, "mapping": {"b": 2}}, {"anything": {"a": [1]}, "mapping": {"b": 2}}),
        ({"seconds": "1.5", "number": "many", "choice": {"a": 1}}, {"seconds": "1.5", "number": "many", "choice": {"a": 1}}),
        ({"mapping": "a=b", "nested": '{"inner": "x"}'}, {"mapping": "a=b", "nested": '{"inner": "x"}'}),
        ({"unknown": {"a": 1}, "text": None}, {"unknown": {"a": 1}, "text": None}),
    ],
)
def test_what_is_taken(values: dict[str, t.Any], expected: dict[str, t.Any]) -> None:
    arguments = given(**values)
    arguments.check()
    assert arguments.values == expected


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"text": {"a": "hidden"}}, "text: it has to be one text, not a dictionary; use the filter to_json where JSON is meant."),
        ({"other": ["hidden"]}, "other: it has to be one text, not a list; use the filter to_json where JSON is meant."),
        ({"plain": {"a": "hidden"}}, "plain: it has to be one text, not a dictionary; use the filter to_json where JSON is meant."),
        ({"path": ["hidden"]}, "path: it has to be one text, not a list."),
        ({"path": "hidden\0"}, "path: a path cannot hold a NUL character."),
        ({"names": ["a", {"b": "hidden"}]}, "names[1]: it has to be one text, not a dictionary; use the filter to_json where JSON is meant."),
        ({"names": ["a", None]}, "names[1]: the entry is null; perhaps the variable that it comes from is not set."),
        ({"nested": {"inner": ["hidden"]}}, "nested.inner: it has to be one text, not a list; use the filter to_json where JSON is meant."),
        ({"rules": [{"port": 1}, {"port": ["hidden"]}]}, "rules[1].port: it has to be one text, not a list; use the filter to_json where JSON is meant."),
        ({"nested": 5}, "nested: it has to be a dictionary."),
        ({"rules": ["hidden"]}, "rules[0]: it has to be a dictionary."),
        ({"mapping": "hidden"}, "mapping: it has to be a dictionary."),
        ({"text": "hidden\ud83d"}, "text: it holds half of a character (a surrogate without the other one)."),
        ({"mapping": {"a": ["hidden\udc00"]}}, "mapping: it holds half of a character (a surrogate without the other one)."),
        ({"seconds": "nan"}, "seconds: it has to be a number up to 1,000,000 (seconds)."),
        ({"seconds": float("inf")}, "seconds: it has to be a number up to 1,000,000 (seconds)."),
        ({"nested": {"seconds": 1e30}}, "nested.seconds: it has to be a number up to 1,000,000 (seconds)."),
        ({"number": 10**400}, "number: it has to be a number up to 9,223,372,036,854,775,808."),
    ],
)
def test_what_is_refused_and_not_kept(values: dict[str, t.Any], message: str) -> None:
    arguments = given(**values)
    with pytest.raises(InputError) as refused:
        arguments.check()
    assert refused.value.message == message
    # It would be shown with the invocation, and half of a character would break that.
    str(arguments.values).encode()
    assert not any(isinstance(value, str) and "\ud83d" in value for value in arguments.values.values())
