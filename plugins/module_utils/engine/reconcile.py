# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparing what is wanted with what is there. Pure: no I/O, no clock, no Ansible.

The plan that comes out is the only source of ``changed``, of the diff and of the ``actions`` of a result, so
check mode and the real run cannot disagree.
"""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

Value = t.Any
DiffEntry = dict[str, str]


class Unknown(enum.Enum):
    """Stands for a value that the API does not return."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: t.Final = Unknown.UNKNOWN

Action = t.Literal["none", "create", "update", "replace", "delete"]
WhenUnknown = t.Literal["update", "keep", "ignore", "fail"]


def _same(wanted: Value, current: Value) -> bool | Unknown:
    return UNKNOWN if current is UNKNOWN else bool(wanted == current)


def _plain(value: Value) -> Value:
    return value


@dataclass(frozen=True)
class FieldRule:
    """How one field of a resource is compared and shown.

    :param name: as users know it; also the key in both mappings.
    :param in_place: ``False`` for a field that is bound to the name: only replacing the resource changes it.
    :param same: ``same(wanted, current)`` is true, false, or UNKNOWN when that cannot be told.
    :param show: what a person may see of a value: small, readable, never a secret.
    :param entries: for values that deserve diff entries of their own, such as texts; called with (current, wanted),
        either of which is ``None`` when the resource does not exist on that side.
    :param write_only: no API returns it, and everybody knows: that it cannot be compared is not worth a warning.
    """

    name: str
    in_place: bool = True
    same: t.Callable[[Value, Value], bool | Unknown] = _same
    show: t.Callable[[Value], Value] = _plain
    entries: t.Callable[[Value, Value], list[DiffEntry]] | None = None
    write_only: bool = False


@dataclass(frozen=True)
class FieldChange:
    """One field that will change. ``known`` is false when the current value could not be compared."""

    rule: FieldRule
    before: Value
    after: Value
    known: bool = True


@dataclass(frozen=True)
class Plan:
    """What has to happen, and why."""

    action: Action
    changes: tuple[FieldChange, ...] = ()
    unknown: tuple[str, ...] = ()
    repair: str = ""

    @property
    def is_change(self) -> bool:
        return self.action != "none"


def reconcile(
    desired: t.Mapping[str, Value] | None,
    current: t.Mapping[str, Value] | None,
    rules: t.Sequence[FieldRule],
    *,
    when_unknown: WhenUnknown = "update",
    repair: str = "",
) -> Plan:
    """Plan the way from ``current`` to ``desired``.

    :param desired: wanted values by field; a field that is missing keeps what is there. ``None``: should not exist.
    :param current: values by field, :data:`UNKNOWN` where the API does not tell. ``None``: does not exist.
    :param when_unknown: whether a wanted field that cannot be compared is a reason to update. With the others the plan
        still lists it under ``unknown``; telling about it or refusing is the caller's decision.
    :param repair: why the resource needs an update although nothing differs, for example that it has failed.
    """
    if desired is None:
        if current is None:
            return Plan("none")
        return Plan("delete", tuple(FieldChange(rule, current[rule.name], None) for rule in rules if rule.name in current))
    if current is None:
        return Plan("create", tuple(FieldChange(rule, None, desired[rule.name]) for rule in rules if rule.name in desired))

    changes: list[FieldChange] = []
    unknown: list[str] = []
    for rule in rules:
        if rule.name not in desired:
            continue
        before, after = current.get(rule.name, UNKNOWN), desired[rule.name]
        verdict = rule.same(after, before)
        if verdict is UNKNOWN:
            if not rule.write_only:
                unknown.append(rule.name)
            if rule.in_place and when_unknown == "update":
                changes.append(FieldChange(rule, before, after, known=False))
        elif not verdict:
            changes.append(FieldChange(rule, before, after))

    action: Action = "none"
    if any(not change.rule.in_place for change in changes):
        action = "replace"
    elif changes or repair:
        action = "update"
    return Plan(action, tuple(changes), tuple(unknown), repair)


def _lines(values: t.Mapping[str, Value]) -> str:
    lines: list[str] = []
    for name, value in sorted(values.items()):
        if isinstance(value, dict):
            lines.append(f"{name}:" if value else f"{name}: {{}}")
            lines += [f"  {key}: {item}" for key, item in sorted(value.items())]
        elif isinstance(value, (list, tuple)):
            lines.append(f"{name}:" if value else f"{name}: []")
            lines += [f"  - {item}" for item in value]
        else:
            lines.append(f"{name}: {value}")
    return "".join(line + "\n" for line in lines)


def _shown(change: FieldChange, value: Value) -> Value:
    return "(not returned by the API)" if value is UNKNOWN else change.rule.show(value)


def render_diff(plan: Plan, label: str) -> list[DiffEntry]:
    """The plan as Ansible's diff: first the changed fields side by side, then the entries of texts and files.

    :param label: names the resource in the headers, for example ``function hello``.
    """
    if not plan.is_change:
        return []
    before: dict[str, Value] = {}
    after: dict[str, Value] = {}
    entries: list[DiffEntry] = []
    if plan.action in ("delete", "replace"):
        before["state"] = "present"
    if plan.action in ("create", "replace"):
        after["state"] = "present (created again)" if plan.action == "replace" else "present"
    if plan.action == "create":
        before["state"] = "absent"
    elif plan.action == "delete":
        after["state"] = "absent"
    if plan.repair:
        before["status"], after["status"] = plan.repair, "deployed again"
    for change in plan.changes:
        if change.rule.entries is not None:
            entries += change.rule.entries(change.before, change.after)
            continue
        if plan.action != "create":
            before[change.rule.name] = _shown(change, change.before)
        if plan.action != "delete":
            after[change.rule.name] = _shown(change, change.after)
    head = {"before_header": label, "after_header": label, "before": _lines(before), "after": _lines(after)}
    return ([head] if before != after else []) + entries
