# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of Jinja2 expressions before they are evaluated, and what keeps data from being taken for one.

Ansible compiles an expression each time it evaluates it, which takes far longer than all the rest. :func:`compile_once` and
:func:`inputs_of` spare that for thousands of hosts, and leave every evaluation to Ansible.
"""

from __future__ import annotations

import re
import typing as t

from jinja2 import Environment, TemplateSyntaxError, nodes

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18, which templates every string that is not marked as unsafe
    from ansible.utils.unsafe_proxy import wrap_var

    def as_data(value: t.Any) -> t.Any:
        """The value in a form that no supported ansible-core takes for a template."""
        return _each_text(value, lambda text: text if _HARMLESS.fullmatch(text) else wrap_var(text))

    def _plain(text: str) -> t.Any:
        return text

else:  # Later ones template only strings that are marked as trusted, and what an API sends never is.

    def as_data(value: t.Any) -> t.Any:
        """The value in a form that no supported ansible-core takes for a template."""
        return value

    def _plain(text: str) -> t.Any:
        return trust_as_template(text)


# No delimiters of Jinja2 can be made of these, whichever a template task chooses.
_HARMLESS = re.compile(r"[\w .,:;/@+=()&'-]*")
_LITERAL = re.compile(r"""'([\w .,:;/@+=()&-]*)'|"([\w .,:;/@+=()&-]*)\"""")

# A backslash is read in two ways, by expressions and by conditions, and Ansible takes lookups out of what it has compiled.
_COMPILED_BY_MORE = re.compile(r"\\|\b(?:lookup|query|q)\b")

# What gives the same for the same values.
_PARTS = (
    nodes.Template, nodes.Output, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Getattr, nodes.Getitem, nodes.Slice,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.Neg,
)  # fmt: skip
_FILTERS = frozenset(
    "abs basename bool capitalize count d default dirname first float int join last length list lower max min regex_replace regex_search replace reverse "
    "round sort split string sum ternary title trim unique upper".split()
)
_TESTS = frozenset(
    "!= < <= == > >= boolean contains defined eq equalto even false float ge gt in integer le lower lt mapping match ne none number odd regex search "
    "sequence string true undefined upper version".split()
)


def is_template(text: str) -> bool:
    """Whether this is a template, such as ``{{ a }}.{{ b }}``, rather than an expression, such as ``a ~ '.' ~ b``."""
    return "{{" in text or "{%" in text


def names_in(expression: str) -> frozenset[str]:
    """The variables that an expression or template may use: more rather than fewer.

    Texts in it count as well, because of ``lookup('vars', 'name')`` and the like.

    :raises ValueError: it is not valid Jinja2; the message says why.
    """
    try:
        tree = Environment().parse(expression if is_template(expression) else "{{ " + expression + " }}")
    except TemplateSyntaxError as error:
        raise ValueError(str(error)) from None
    names = {node.name for node in tree.find_all(nodes.Name)}
    return frozenset(names | {node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)})


def literal(expression: str) -> str | None:
    """The text that an expression gives when it is nothing but that text in quotes, such as ``'root'``."""
    found = _LITERAL.fullmatch(expression)
    return found and (found[1] if found[2] is None else found[2])


def inputs_of(expression: t.Any) -> frozenset[str] | None:
    """The variables that alone decide what an expression gives, ``None`` where something else may.

    Filters and tests have to be known, since others may read the time, a file or a random number.
    """
    # Ansible evaluates a template in a text of a condition as well, and that may use anything.
    if not isinstance(expression, str) or is_template(expression) or "#jinja2:" in expression:
        return None
    try:
        tree = Environment().parse("{{ " + expression + " }}")
    except TemplateSyntaxError:
        return None
    names = set()
    for node in tree.find_all(nodes.Node):
        if isinstance(node, (nodes.Filter, nodes.Test)):
            if node.name.removeprefix("ansible.builtin.") not in (_FILTERS if isinstance(node, nodes.Filter) else _TESTS):
                return None
        elif isinstance(node, nodes.Name):
            names.add(node.name)
        elif not isinstance(node, _PARTS):
            return None
    return frozenset(names)


def is_settled(value: t.Any) -> bool:
    """Whether evaluating a variable with this value certainly gives the value itself."""
    if isinstance(value, str):
        # ansible-core 2.18 takes the two words for truth values.
        return _HARMLESS.fullmatch(value) is not None and value not in ("True", "False")
    return value is None or isinstance(value, (bool, int, float))


def is_settled_throughout(value: t.Any) -> bool:
    """The same for a value that may hold others."""
    if isinstance(value, dict):
        return all(is_settled(key) and is_settled_throughout(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_settled_throughout, value))
    return is_settled(value)


def compile_once(templar: t.Any) -> None:
    """Have a templar keep what it has compiled, where the text alone decides what comes out of it."""
    # The engine of ansible-core 2.19 and later; before that the templar is its own.
    environment = getattr(getattr(templar, "_engine", templar), "environment", None)
    if not isinstance(environment, Environment):
        return
    kind: t.Any = type(environment)
    known: dict[t.Any, t.Any] = {}

    class Keeping(kind):  # type: ignore[misc]
        """An environment that compiles each text once. Others that are derived from it, with other delimiters, do not."""

        def _kept(self, make: t.Callable[..., t.Any], source: t.Any, *more: t.Any, **named: t.Any) -> t.Any:
            if self is not environment or named or not isinstance(source, str) or _COMPILED_BY_MORE.search(source):
                return make(source, *more, **named)
            key = (make.__name__, source, more)
            if key not in known:
                known[key] = make(source, *more)
            return known[key]

        def from_string(self, source: t.Any, *more: t.Any, **named: t.Any) -> t.Any:
            """As Jinja2's own."""
            return self._kept(super().from_string, source, *more, **named)

        def compile_expression(self, source: t.Any, *more: t.Any, **named: t.Any) -> t.Any:
            """As Jinja2's own."""
            return self._kept(super().compile_expression, source, *more, **named)

    environment.__class__ = Keeping


def as_result(value: t.Any) -> t.Any:
    """The value in a form in which ``ansible-inventory`` exports texts as texts.

    A text that is marked as unsafe, or on ansible-core 2.19 and later not as trusted, comes out as an object, which AWX
    cannot read. So texts which certainly hold no template lose that mark; all others keep it.
    """
    return _each_text(value, lambda text: _plain(text) if _HARMLESS.fullmatch(text) else text)


def remembering(change: t.Callable[[t.Any], t.Any]) -> t.Callable[[t.Mapping[str, t.Any]], dict[str, t.Any]]:
    """:func:`as_data` or :func:`as_result` for the variables of many hosts, where the same texts come again and again: each becomes one object."""
    known: dict[str, t.Any] = {}

    def changed(variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        found = {}
        for name, value in variables.items():
            # No subclass: such a text is equal to others, but marked otherwise.
            if type(value) is str:  # pylint: disable=unidiomatic-typecheck
                text = known.get(value)
                if text is None:
                    known[value] = text = change(value)
                found[name] = text
            else:
                found[name] = change(value)
        return found

    return changed


def _each_text(value: t.Any, change: t.Callable[[str], t.Any]) -> t.Any:
    if isinstance(value, dict):
        return {key: _each_text(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
