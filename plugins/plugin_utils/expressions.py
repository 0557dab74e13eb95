# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of Jinja2 expressions before they are evaluated, and what keeps data from being taken for one."""

from __future__ import annotations

import typing as t

import ansible.template
from ansible.utils.unsafe_proxy import wrap_var
from jinja2 import Environment, TemplateSyntaxError, nodes

# Since ansible-core 2.19 only strings that are marked as trusted are templated, and what an API sends never is.
_DATA_IS_SAFE = hasattr(ansible.template, "trust_as_template")


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


def as_data(value: t.Any) -> t.Any:
    """The value in a form that no supported ansible-core ever takes for a template."""
    if _DATA_IS_SAFE:
        return value
    if isinstance(value, dict):
        return {key: as_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_data(item) for item in value]
    # Marks only what could be one: ansible-inventory exports a marked string as an object instead of a text.
    return wrap_var(value) if isinstance(value, str) and "{" in value else value
