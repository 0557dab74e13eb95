# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of Jinja2 expressions before they are evaluated, and what keeps data from being taken for one."""

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


def is_settled(value: t.Any) -> bool:
    """Whether evaluating a variable with this value certainly gives the value itself."""
    return _HARMLESS.fullmatch(value) is not None if isinstance(value, str) else value is None or isinstance(value, (bool, int, float))


def as_result(value: t.Any) -> t.Any:
    """The value in a form in which ``ansible-inventory`` exports texts as texts.

    A text that is marked as unsafe, or on ansible-core 2.19 and later not as trusted, comes out as an object, which AWX
    cannot read. So texts which certainly hold no template lose that mark; all others keep it.
    """
    return _each_text(value, lambda text: _plain(text) if _HARMLESS.fullmatch(text) else text)


def _each_text(value: t.Any, change: t.Callable[[str], t.Any]) -> t.Any:
    if isinstance(value, dict):
        return {key: _each_text(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
