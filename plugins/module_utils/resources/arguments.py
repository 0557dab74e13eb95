# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task gives, before Ansible makes of it what the specification says. Pure.

Where a text is wanted Ansible takes anything, and makes Python's repr of a mapping or a list. That is what ansible-core 2.18 has made of
each text that looks like one, such as the content of a JSON file, and what later releases make of a variable that is one.
"""

from __future__ import annotations

import json
import math
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import is_whole, whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import LONGEST_SECONDS
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import environment_text

Spec = t.Mapping[str, t.Mapping[str, t.Any]]

#: By name of a text option, such as ``functions[].requirements``, the kinds of values that stand for their JSON, and not for a mistake.
Documents = t.Mapping[str, tuple[type, ...]]

_LARGEST_NUMBER = 2**63


class Arguments:
    """The options of one task, made fit for Ansible's own conversion.

    :param values: with texts where the specification wants them, and nothing in the place of what is refused.
    """

    def __init__(self, spec: Spec, given: t.Mapping[str, t.Any], documents: Documents) -> None:
        self._documents = documents
        self._refusals: list[str] = []
        self.values = self._options(spec, given, "")

    def check(self) -> None:
        """Refuse what is no value for its option. The values themselves may be secret, so no message holds one.

        :raises InputError: it names the option and what it takes.
        """
        if self._refusals:
            raise InputError(self._refusals[0])

    def _refuse(self, option: str, problem: str, instead: t.Any = None) -> t.Any:
        self._refusals.append(f"{option}: {problem}.")
        return instead

    def _options(self, spec: Spec, given: t.Mapping[str, t.Any], prefix: str) -> dict[str, t.Any]:
        known = {name: entry for option, entry in spec.items() for name in (option, *entry.get("aliases", ()))}
        return {name: self._value(known[name], value, prefix + name) if name in known else value for name, value in given.items()}

    def _value(self, entry: t.Mapping[str, t.Any], value: t.Any, option: str) -> t.Any:
        kind = entry.get("type", "str")
        # Ansible itself tells the choices that there are.
        if value is None or "choices" in entry:
            return whole(value)
        if kind in ("str", "path"):
            value = self._text(kind, value, option)
        elif kind == "list" and isinstance(value, list):
            value = [self._element(entry, item, f"{option}[{index}]") for index, item in enumerate(value)]
        elif kind == "dict" and isinstance(value, dict) and "options" in entry:
            value = self._options(entry["options"], value, f"{option}.")
        elif kind == "dict" and not isinstance(value, dict) and not _may_be_dictionary(value):
            # Ansible breaks down at a number for an option that has suboptions, and names no option for a text.
            return self._refuse(option, "it has to be a dictionary", {})
        elif kind in ("int", "float"):
            value = self._number(kind, value, option)
        return value if _is_whole(value) else self._refuse(option, "it holds half of a character (a surrogate without the other one)", whole(value))

    def _element(self, entry: t.Mapping[str, t.Any], item: t.Any, option: str) -> t.Any:
        kind = entry.get("elements")
        if item is None and kind is not None:
            return self._refuse(option, "the entry is null; perhaps the variable that it comes from is not set", "")
        return item if kind is None else self._value({"type": kind, **{key: entry[key] for key in ("options", "choices") if key in entry}}, item, option)

    def _text(self, kind: str, value: t.Any, option: str) -> t.Any:
        if isinstance(value, (dict, list)):
            if isinstance(value, self._documents.get(re.sub(r"\[\d+\]", "[]", option), ())):
                return json.dumps(value, ensure_ascii=False)
            advice = "" if kind == "path" else "; use the filter to_json where JSON is meant"
            return self._refuse(option, f"it has to be one text, not a {'dictionary' if isinstance(value, dict) else 'list'}{advice}", "")
        if isinstance(value, bool):
            return environment_text(value)
        if kind == "path" and isinstance(value, str) and "\0" in value:
            return self._refuse(option, "a path cannot hold a NUL character", "")
        return value

    def _number(self, kind: str, value: t.Any, option: str) -> t.Any:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        except (TypeError, ValueError):
            # Ansible's own message says what it wants.
            return value
        # All options with a fraction are seconds.
        most = LONGEST_SECONDS if kind == "float" else _LARGEST_NUMBER
        if math.isfinite(number) and abs(number) <= most:
            return value
        return self._refuse(option, f"it has to be a number up to {most:,.0f}" + (" (seconds)" if kind == "float" else ""), 0)


def _may_be_dictionary(value: t.Any) -> bool:
    """Whether Ansible may read it as one: JSON, or ``key=value``."""
    return isinstance(value, str) and ("=" in value or value.lstrip().startswith("{"))


def _is_whole(value: t.Any) -> bool:
    if isinstance(value, str):
        return is_whole(value)
    if isinstance(value, dict):
        return all(_is_whole(part) for item in value.items() for part in item)
    return all(map(_is_whole, value)) if isinstance(value, list) else True
