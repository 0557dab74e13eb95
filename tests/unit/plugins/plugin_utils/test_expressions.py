# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an expression may use, and which texts are left alone."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.expressions import (
    as_data,
    as_result,
    compile_once,
    inputs_of,
    is_settled,
    is_settled_throughout,
    is_template,
    literal,
    names_in,
    remembering,
)
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18, which evaluates every text

    def trust_as_template(text: str) -> str:
        return text


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


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("a", {"a"}),
        ("a.b | default(c, true) | lower == 'x'", {"a", "c"}),
        ("a is ansible.builtin.match('w') and not b", {"a", "b"}),
        ("a ~ '.example.com' if a in ['x', 'y'] else {'k': b}", {"a", "b"}),
        ("'text'", set()),
    ],
)
def test_what_alone_decides_a_result(expression: str, names: set[str]) -> None:
    assert inputs_of(expression) == names


@pytest.mark.parametrize(
    "expression",
    ["lookup('env', 'HOME')", "now()", "a | random", "a | hash", "a | map('random')", "a is no_such_test", "a.upper()", "range(3)", "a )", "", None, 7]
    + ["{{ a }}", "'{{ a }}' == b", "a | default('{% raw %}')", "a == '#jinja2: x'", "a is sameas b"],
)
def test_where_something_else_may_decide_as_well(expression: t.Any) -> None:
    assert inputs_of(expression) is None


@pytest.mark.parametrize(("value", "expected"), [({"a": ["b", None, 1]}, True), ({"a": ["{{ b }}"]}, False), ({"{{ a }}": 1}, False), (("a",), False)])
def test_values_that_hold_others(value: t.Any, expected: bool) -> None:
    assert is_settled_throughout(value) is expected


def test_a_text_that_is_marked_is_not_taken_for_another_one() -> None:
    class Marked(str):
        """As Ansible marks what may be evaluated, and what may not."""

    changed = remembering(lambda value: [value])
    first, second = changed({"a": "x", "b": "x", "c": Marked("x")}), changed({"a": "x", "b": None})
    assert first["a"] is first["b"] is second["a"]
    assert isinstance(first["c"][0], Marked) and not isinstance(first["a"][0], Marked)
    assert second["b"] == [None]


def evaluate(templar: t.Any, expression: str) -> t.Any:
    if hasattr(templar, "evaluate_expression"):
        return templar.evaluate_expression(trust_as_template(expression))
    return templar.template("{{" + expression + "}}", disable_lookups=False)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Jinja2 has compiled."""
    texts: list[str] = []
    generate = Environment._generate
    monkeypatch.setattr(Environment, "_generate", lambda self, source, *more, **named: texts.append(str(source)) or generate(self, source, *more, **named))
    return texts


def test_a_text_is_compiled_once(compiled: list[str]) -> None:
    templar = Templar(loader=DataLoader())
    compile_once(templar)
    for number in range(3):
        templar.available_variables = {"a": number}
        assert str(evaluate(templar, "a + 1")) == str(number + 1)
        assert templar.template(trust_as_template("{{ a }}-{{ a }}")) == f"{number}-{number}"
    assert len(compiled) == 2
    # Other delimiters make another thing of the same text.
    other = "#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n"
    # ansible-core 2.18 leaves the line that says so in its place.
    assert templar.template(trust_as_template(f"{other}{{{{ a }}}}-{{{{ a }}}}")).splitlines()[-1] == "{{ a }}-{{ a }}"


@pytest.mark.parametrize("expression", ["'a\\b' ~ a", "lookup('ansible.builtin.vars', 'a')"])
def test_what_more_than_the_text_decides_is_compiled_again(compiled: list[str], expression: str) -> None:
    templar = Templar(loader=DataLoader(), variables={"a": "x"})
    compile_once(templar)
    for unused in range(2):
        evaluate(templar, expression)
    assert len(compiled) == 2
