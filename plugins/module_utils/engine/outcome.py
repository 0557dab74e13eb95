# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run reports: what was planned, and what became of it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import Cost
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import DiffEntry, Plan


@dataclass
class Outcome:
    """What was planned and what became of it. Filled step by step, so that a failure can report how far it came.

    ``found`` has a sentence when something was under way already when the run began, as a run that was cancelled leaves it. ``before`` and
    ``resource`` are what was there and what is there now, as results show it. ``tried`` has a sentence for each write that was sent and whose
    outcome is not known. ``cost`` is that of the plan, ``None`` for a kind of resource without a price of its own.
    """

    changed: bool = False
    diff: list[DiffEntry] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    before: dict[str, t.Any] | None = None
    resource: dict[str, t.Any] = field(default_factory=dict)
    cost: Cost | None = None

    @property
    def has_changed(self) -> bool:
        """Whether anything was changed, or may have been by a write whose answer was lost."""
        return self.changed or bool(self.tried)

    @property
    def cost_so_far(self) -> Cost | None:
        """The cost of the plan, or of leaving things as they are when nothing came of it: what was refused is not billed."""
        return self.cost if self.cost is None or self.has_changed else Cost.same(self.cost.before)


_VERBS: dict[str, tuple[str, str]] = {
    "create": ("create", "created"),
    "update": ("update", "updated"),
    "replace": ("delete and create again", "deleted and created again"),
    "delete": ("delete", "deleted"),
}


def sentence(plan: Plan, label: str, done: bool) -> str:
    """What a plan will do, or has done, for people."""
    verb = _VERBS[plan.action][done]
    details = ""
    if plan.action in ("update", "replace"):
        names = ", ".join(change.rule.name for change in plan.changes)
        why = [f"changes {names}"] if names else []
        if plan.repair:
            why.append(f"it is {plan.repair}")
        details = f": {'; '.join(why)}"
    return f"{verb} {label}{details}"
