# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an expression may use, and which texts are left alone."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.expressions import as_data, as_result, is_settled, is_template, literal, names_in
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("a", {"a"}),
        ("a.b | default(c, true)", {"a", "c"}),
        ("'a' in b", {"a", "b"}),
        ("a if b else c", {"a", "b", "c"}),
        ("x | map('upper') | list", {"x", "upper"}),
        ("{{ a }}.{{ b | no_such_filter }}", {"a", "b"}),
        ("{% if a %}b{% endif %}", {"a"}),
        ("a is no_such_test", {"a"}),
        ("hostvars['a']['b']", {"hostvars", "a", "b"}),
        ("plain", {"plain"}),
        ("1 + 2", set()),
    ],
)
def test_names_of_an_expression(expression: str, names: set[str]) -> None:
    assert names_in(expression) == names


@pytest.mark.parametrize("expression", ["a )", "{{ a", "", "a b", "{% if a %}"])
def test_what_is_no_expression(expression: str) -> None:
    with pytest.raises(ValueError, match="."):
        names_in(expression)


@pytest.mark.parametrize(("text", "expected"), [("a ~ b", False), ("{{ a }}", True), ("{% if a %}b{% endif %}", True)])
def test_templates_and_expressions(text: str, expected: bool) -> None:
    assert is_template(text) is expected


@pytest.mark.parametrize("text", ["web-1", "198.51.100.7", "Rs. 4.1/Hour or Rs. 2993.0/Month", "2026-02-18T10:00:00.123Z", "Windows 2022 (64-bit)", ""])
def test_plain_texts_need_no_guard(text: str) -> None:
    assert is_settled(text)


@pytest.mark.parametrize("text", ["{{ a }}", "{% a %}", "[[ a ]]", "<< a >>", "#jinja2: x", "a\n# b", "$a", "a|b", "!a", "`a`"])
def test_texts_that_some_template_task_could_evaluate(text: str) -> None:
    assert not is_settled(text)


@pytest.mark.parametrize(("expression", "text"), [("'root'", "root"), ('"it is"', "it is"), ("''", ""), ("'a.b/c-1'", "a.b/c-1")])
def test_a_text_in_quotes(expression: str, text: str) -> None:
    assert literal(expression) == text


@pytest.mark.parametrize("expression", ["root", "'a' + 'b'", "'a', 'b'", '"a" if b else "c"', "'{{ a }}'", "'a\\n'", "'a\"", "'a' | upper", "", "'"])
def test_more_than_a_text_in_quotes(expression: str) -> None:
    assert literal(expression) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_values_stay_equal(value: t.Any) -> None:
    assert as_data(value) == value
    assert as_result(as_data(value)) == value
    assert json.loads(json.dumps(as_result(value))) == value
