# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mappings of texts, which a task may give as numbers and booleans as well. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import environment_text


def texts(option: str, values: t.Mapping[str, t.Any] | None, rule: str = "it has to be one text") -> dict[str, str] | None:
    """Names and values as texts, because the servers refuse any other kind. ``None`` stays: the option was not given.

    :param option: where they come from, to begin a message.
    :param rule: what a message says of the values.
    :raises InputError: a value is a list or a dictionary.
    """
    if values is None:
        return None
    for name, value in values.items():
        if isinstance(value, (dict, list)):
            raise InputError(f"{option}: the value of {name} is a {type(value).__name__}; {rule}. Use to_json for structured values.")
    return {str(name): environment_text(value) for name, value in values.items()}


def empty_secrets(option: str, values: t.Mapping[str, str] | None) -> list[str]:
    """A warning that names the secret variables without a value, if there are any. A program may tell apart an empty variable and none."""
    empty = sorted(name for name, value in (values or {}).items() if not value.strip())
    return [f"{option}: {', '.join(empty)} {'is' if len(empty) == 1 else 'are'} empty. Perhaps the variable that it comes from is not set."] if empty else []
