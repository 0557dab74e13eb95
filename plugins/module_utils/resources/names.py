# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names and ids by which a task means a resource. Pure."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError


def given_name(value: str | None, option: str = "name") -> str:
    """A name as a user gives it, without space around it.

    :param option: what it was given as, to begin a message.
    :raises InputError: nothing is left of it.
    """
    name = (value or "").strip()
    if not name:
        raise InputError(f"{option} is empty. Perhaps the variable that it comes from is.")
    return name


def id_and_name(params: t.Mapping[str, t.Any], id_option: str) -> tuple[t.Any, str | None]:
    """The id and the name that a task gives; one of them can be left out.

    :raises InputError: both are, or one of them is empty.
    """
    identifier, name = params[id_option], params["name"]
    if identifier is None and name is None:
        raise InputError(f"One of name and {id_option} is needed, and both are empty.")
    return given_name(identifier, id_option) if isinstance(identifier, str) else identifier, None if name is None else given_name(name)


def check_name_of_removed(kind: str, identifier: int | str, current: str, given: str | None) -> None:
    """Refuse to remove what has the given id and another name than the one that is given beside it.

    :param kind: such as ``volume``, to begin a message.
    :raises InputError: one of the two is a mistake.
    """
    if given not in (None, current):
        raise InputError(f"The {kind} {identifier} is named {current}, not {given}, so it is not removed. Leave the name out, or give that one.")


def telling_names(places: t.Sequence[tuple[str, str]]) -> list[str]:
    """How messages and results call each function: by its name, and as ``name.namespace`` where several have the same name.

    :param places: name and namespace of each; empty where it is not known, or left out.
    """
    counts = collections.Counter(name for name, _namespace in places)
    return [f"{name}.{namespace}" if name and namespace and counts[name] > 1 else name for name, namespace in places]
