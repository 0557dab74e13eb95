# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: their definitions, and which request meets which."""

from __future__ import annotations

import fnmatch
import itertools
import random
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

ANSWER_ACTIONS = frozenset({"status", "html", "empty", "cut", "reset", "hang", "slow", "rate_limit", "failure_envelope"})
BUILD_ACTIONS = frozenset({"build_fails", "stuck_status"})
GATEWAY_ACTIONS = frozenset({"provider_down", "list_crash", "stop_timeout", "process_dies", "not_listening"})
LIST_ACTIONS = frozenset({"pages_shift"})
ACTIONS = ANSWER_ACTIONS | BUILD_ACTIONS | GATEWAY_ACTIONS | LIST_ACTIONS
METHODS = frozenset({"*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SHAPES = ("code", "status_code", "detail", "errors_true")
# Cutting is only a fault of the way back by default, because what is cut is the real answer.
DEFAULT_WHEN = {"cut": "after"}


class BadFault(ValueError):
    """A definition that cannot be used; the text says what is accepted."""


@dataclass(frozen=True)
class Fault:
    """One fault as defined; ``body`` is text or anything JSON, ``seconds`` the length of a hang or of slowness.

    ``shift`` is by how many items a page is off, as if something had been made (or gone, when negative) since the page before it.
    """

    id: int
    action: str
    method: str = "*"
    path: str = "*"
    path_regex: str | None = None
    when: str = "before"
    times: int = 1
    skip: int = 0
    probability: float = 1.0
    status: int | None = None
    body: Any = None
    seconds: float | None = None
    retry_after: float = 1.0
    retry_after_format: str = "seconds"
    shape: str = "code"
    message: str | None = None
    shift: int = 1

    @property
    def label(self) -> str:
        return f"#{self.id} {self.action}"

    def matches(self, method: str, path: str) -> bool:
        """``path`` is a glob on the whole path, or on what follows ``/v1/``; ``path_regex`` is searched in the whole."""
        if self.method not in ("*", method):
            return False
        if self.path_regex is not None:
            return re.search(self.path_regex, path) is not None
        short = path.partition("/v1/")[2]
        return any(candidate and fnmatch.fnmatchcase(candidate, self.path.lstrip("/")) for candidate in (path.lstrip("/"), short))


@dataclass
class _Armed:
    fault: Fault
    seen: int = 0
    fired: int = 0


class Faults:
    """The faults in force, oldest first; a request meets the first that matches and still has turns left."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.reset()

    def reset(self) -> None:
        """Disarm all, and begin the random numbers and the ids anew, so that what follows can be replayed."""
        self._random = random.Random(self._seed)
        self._ids = itertools.count(1)
        self._armed: list[_Armed] = []

    def add(self, definition: object) -> Fault:
        """Arm a fault; :class:`BadFault` when the definition is wrong."""
        fault = parse(definition, next(self._ids))
        self._armed.append(_Armed(fault))
        return fault

    def clear(self) -> None:
        """Disarm all."""
        self._armed.clear()

    def report(self) -> list[dict[str, Any]]:
        """The definitions, each with how many requests matched (``seen``) and met it (``fired``)."""
        return [{**asdict(armed.fault), "seen": armed.seen, "fired": armed.fired} for armed in self._armed]

    def take(self, method: str, path: str, actions: frozenset[str]) -> Fault | None:
        """The fault this request meets among ``actions``; uses up one of its turns."""
        for armed in self._armed:
            fault = armed.fault
            if fault.action not in actions or not fault.matches(method, path):
                continue
            if fault.times >= 0 and armed.fired >= fault.times:
                continue
            armed.seen += 1
            if armed.seen <= fault.skip:
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            armed.fired += 1
            return fault
        return None


def parse(definition: object, number: int) -> Fault:
    """Check a definition as it comes in JSON."""
    if not isinstance(definition, Mapping):
        raise BadFault('A fault is a JSON object such as {"method": "POST", "path": "*faas/functions/", "action": "status", "status": 503}.')
    known = {name for name in Fault.__dataclass_fields__ if name != "id"}
    unknown = sorted(set(definition) - known)
    if unknown:
        raise BadFault(f"Unknown key {', '.join(map(str, unknown))}; accepted: {', '.join(sorted(known))}.")
    action = definition.get("action")
    if action not in ACTIONS:
        raise BadFault(f"action must be one of {', '.join(sorted(ACTIONS))}, not {action!r}.")
    checks: dict[str, tuple[bool, str]] = {}

    def check(key: str, good: bool, accepted: str) -> None:
        checks[key] = (good, accepted)

    fields = {"method": "*", "path": "*", "when": DEFAULT_WHEN.get(str(action), "before"), **definition}
    method = str(fields["method"]).upper()
    check("method", method in METHODS, f"one of {', '.join(sorted(METHODS))}")
    check("path", isinstance(fields["path"], str) and bool(fields["path"]), "a glob such as *faas/function/*")
    check("path_regex", _is_regex(fields.get("path_regex")), "a regular expression")
    check("when", fields["when"] in ("before", "after"), "before or after")
    check("times", _whole(fields.get("times", 1), -1) and fields.get("times") != 0, "a whole number from 1, or -1 for always")
    check("skip", _whole(fields.get("skip", 0), 0), "a whole number from 0")
    check("probability", _number(fields.get("probability", 1.0), 0) and fields.get("probability", 1.0) <= 1, "a number from 0 to 1")
    status = fields.get("status")
    check("status", status is None or (_whole(status, 200) and status <= 599), "an HTTP status from 200 to 599")
    check("seconds", fields.get("seconds") is None or _number(fields["seconds"], 0), "a number from 0")
    check("retry_after", _number(fields.get("retry_after", 1.0), 0), "a number of seconds from 0")
    check("retry_after_format", fields.get("retry_after_format", "seconds") in ("seconds", "date"), "seconds or date")
    check("shape", fields.get("shape", "code") in SHAPES, f"one of {', '.join(SHAPES)}")
    check("shift", _whole(fields.get("shift", 1), -1000) and fields.get("shift") != 0, "a whole number other than 0")
    check("message", fields.get("message") is None or isinstance(fields["message"], str), "a text")
    for key, (good, accepted) in checks.items():
        if not good:
            raise BadFault(f"{key} must be {accepted}, not {fields.get(key)!r}.")
    if action == "status" and status is None:
        raise BadFault("The action status needs a status, for example 503.")
    return Fault(id=number, **{**fields, "method": method})


def _whole(value: object, lowest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= lowest


def _number(value: object, lowest: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= lowest


def _is_regex(value: object) -> bool:
    if value is None:
        return True
    try:
        re.compile(value)  # type: ignore[call-overload]
    except (re.error, TypeError):
        return False
    return True
