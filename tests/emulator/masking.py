# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are shown has no secret in it: which values those are, and how a text and a body look without them.

A platform cannot tell a plain variable of a function from a secret one. In a body the values of all of them are left out. In a text, such as a
line of a log, those are that can do harm: long ones, and short ones whose name looks like a secret's.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

MASK = "***"
SHORTEST_SECRET = 3
SHORTEST_VARIABLE = 8
KEPT_VALUES = 2000
SECRET_NAME = re.compile(r"pass|secret|token|api_?key|private_?key|credential|authoriz|auth$|pwd|dsn", re.IGNORECASE)
# Credentials that texts of any origin may have: in an address, in a query, in a header.
EVERYWHERE = (re.compile(r"(://)[^\s/@'\"]+(?=@)"), re.compile(r"\b(apikey=|bearer\s+|basic\s+(?=[A-Za-z0-9+/]{8}))[^\s'\"&]+", re.IGNORECASE))
# All keys are compared in lower case, as a gateway does.
VARIABLES = frozenset({"environment_variables", "envvars"})
# What a node runs when it starts often has a password in it.
NEVER_SHOWN = frozenset({"start_scripts"})
# The keys of a secret's value, where the body is a secret.
SECRET_BODY = frozenset({"value", "rawvalue"})
SECRET_PATH = "/system/secrets"
# A body is shown in part only: that many letters of a text, that many entries of a list, that deep.
LONGEST_TEXT, LONGEST_LIST, DEEPEST = 8000, 100, 8


class Secrets:
    """The values that must not be shown; the newest of them, should there be very many."""

    def __init__(self, credentials: Iterable[str]) -> None:
        self._credentials = tuple(credentials)
        self.clear()

    def clear(self) -> None:
        """Forget all but the credentials."""
        self._certain: OrderedDict[str, None] = OrderedDict()
        self._variables: OrderedDict[str, None] = OrderedDict()
        self._patterns: tuple[re.Pattern[str] | None, re.Pattern[str] | None] | None = None
        for value in self._credentials:
            self.learn(value)

    def learn(self, value: str) -> None:
        """A value that is a secret for certain."""
        for one in (value, *value.splitlines()):
            self._add(self._certain, one, SHORTEST_SECRET)

    def learn_variables(self, variables: Mapping[str, object]) -> None:
        """The variables of a function."""
        for name, value in variables.items():
            shortest = SHORTEST_SECRET if SECRET_NAME.search(name) else SHORTEST_VARIABLE
            for one in (str(value), *str(value).splitlines()):
                self._add(self._variables, one, shortest)

    def _add(self, values: OrderedDict[str, None], value: str, shortest: int) -> None:
        if len(value) < shortest:
            return
        if value in values:
            values.move_to_end(value)
            return
        values[value] = None
        if len(values) > KEPT_VALUES:
            values.popitem(last=False)
        self._patterns = None

    def hide(self, text: str) -> str:
        """A text that somebody wrote, or a program printed, without secrets and without values of variables."""
        unused, variables = self._compiled()
        for pattern in EVERYWHERE:
            text = pattern.sub(rf"\1{MASK}", text)
        return self.hide_certain(variables.sub(MASK, text) if variables else text)

    def hide_certain(self, text: str) -> str:
        """A name, a state and the like: a variable may have the same value, a secret has not."""
        certain, unused = self._compiled()
        return certain.sub(MASK, text) if certain else text

    def hide_all(self, tree: Any) -> Any:
        """Every text in JSON by :meth:`hide_certain`."""
        if isinstance(tree, str):
            return self.hide_certain(tree)
        if isinstance(tree, list):
            return [self.hide_all(one) for one in tree]
        return {self.hide_certain(key): self.hide_all(value) for key, value in tree.items()} if isinstance(tree, dict) else tree

    def _compiled(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        if self._patterns is None:
            self._patterns = _pattern(self._certain), _pattern(self._variables)
        return self._patterns

    def body(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What is shown of a body: nothing whose key says that it is secret, which is learnt, and not too much of the rest."""
        own = SECRET_BODY if path.startswith(SECRET_PATH) else frozenset()
        return {key: self._value(key, value, own) for key, value in body.items()}

    def _value(self, key: str, value: Any, own: frozenset[str], depth: int = 1) -> Any:
        name = key.lower()
        if name in VARIABLES:
            return self._of_variables(value)
        if name in NEVER_SHOWN:
            return MASK if value else value
        if isinstance(value, (dict, list)):
            if depth == DEEPEST:
                return "..."
            if isinstance(value, dict):
                return {inner: self._value(inner, one, own, depth + 1) for inner, one in value.items()}
            # What is in a list of secrets has either a name only, or a name and a value.
            listed, own = ("", SECRET_BODY) if name == "secrets" else (key, own)
            more = [f"... and {len(value) - LONGEST_LIST} more"] if len(value) > LONGEST_LIST else []
            return [self._value(listed, one, own, depth + 1) for one in value[:LONGEST_LIST]] + more
        if value and not isinstance(value, bool) and (name in own or SECRET_NAME.search(name)):
            self.learn(str(value))
            if name == "rawvalue":
                with contextlib.suppress(ValueError):
                    self.learn(base64.b64decode(str(value)).decode("utf-8", "replace"))
            return MASK
        return value[:LONGEST_TEXT] if isinstance(value, str) else value

    def _of_variables(self, value: Any) -> Any:
        if isinstance(value, str):
            # In a form they are JSON.
            with contextlib.suppress(ValueError, RecursionError):
                value = json.loads(value)
        if not isinstance(value, dict):
            return MASK if value else value
        self.learn_variables(value)
        return {name: MASK for name in value}


def _pattern(values: Iterable[str]) -> re.Pattern[str] | None:
    """Matches each value, and what becomes of it in base64, in a query and in JSON; the longest first."""
    forms: set[str] = set()
    for value in values:
        raw = value.encode("utf-8", "replace")
        forms |= {value, base64.b64encode(raw).decode(), quote(raw, safe=""), json.dumps(value)[1:-1]}
    return re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))) if forms else None
