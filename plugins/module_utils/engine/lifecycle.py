# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking a resource from what it is to what it should be: the same way for every kind of resource.

read, plan, and in check mode stop; otherwise write, survive a lost answer, wait, read back and report.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome, sentence
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, Plan, WhenUnknown, reconcile, render_diff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import not_there_yet
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.writes import Writes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConsentError,
    E2EError,
    InputError,
    InUseError,
    MissingResourceError,
    RefusedError,
)

# A read right after a write can still show the old state; so many equal answers in a row are believed.
_STALE_READS = 3


@dataclass(frozen=True)
class Policy:
    """What the user allows and wants. Times are seconds."""

    absent: bool = False
    check_mode: bool = False
    allow_replace: bool = False
    when_unknown: WhenUnknown = "update"
    wait: bool = True
    wait_timeout: float = 600.0


class Lifecycle(t.Generic[C]):
    """One run over one resource. Holds no state beyond its own, so many can run side by side."""

    def __init__(self, resource: Resource[C], policy: Policy, clock: Clock) -> None:
        self._resource = resource
        self._policy = policy
        self._clock = clock
        # How many sentences of the resource's progress are among the actions.
        self._told = 0
        #: What was there when the first change was sent; before that, what was read first.
        self.before: C | None = None
        self.outcome = Outcome()
        #: What was sent, and whether its outcome is known.
        self.writes: Writes[C] = Writes(
            resource, self.outcome, clock, self._plan, lambda current, action: self._until_editable(current, may_go=action == "delete")
        )

    def run(self) -> Outcome:
        """Bring the resource to the wanted state.

        :raises E2EError: with :attr:`outcome` telling what had been done by then.
        """
        current = self.before = self._read_to_keep()
        self.outcome.resource = self._resource.result(current)
        self.outcome.before = None if current is None else self.outcome.resource
        try:
            plan = self._plan(current)
        except MissingResourceError as error:
            if not self._policy.check_mode:
                raise
            self.outcome.warnings.append(not_there_yet(error.message))
            return self.outcome
        self._check_consent(plan)
        self.outcome.diff = render_diff(plan, self._resource.label)
        self._warn_of_unknown(plan)
        # Planning reads more of what is there, and that is part of the result.
        predicted = self.outcome.resource = self._resource.result(current)
        self.outcome.before = None if current is None else self.outcome.resource
        if plan.is_change:
            self._check_allowed(current, plan.action)
            predicted = self._resource.result(None) if self._policy.absent else self._resource.predict(current, plan.action)
            if not self._policy.wait and not self._policy.absent:
                predicted = self._resource.under_way(predicted)
        self.outcome.cost = self._resource.cost(current, plan.action)
        if self._policy.check_mode:
            if plan.is_change:
                self._note_found(current, plan, done=False)
                self._record(plan, done=False)
            elif self._policy.wait and not self._policy.absent and current is not None:
                self._note_found(current, plan, done=False)
            self.outcome.resource = predicted
            return self.outcome
        try:
            if plan.is_change:
                self._note_found(current, plan, done=True)
                current = self._apply(plan, current)
            if self._policy.wait and not self._policy.absent and current is not None:
                if not plan.is_change:
                    self._note_found(current, plan, done=True)
                current = self._settle(plan, current)
        except E2EError as error:
            was_told = self._tell_progress()
            self.writes.tell_open(error)
            self._resource.recover(error)
            if self._tell_progress() or was_told or self.writes.came_half_way:
                self._show_recovered()
            raise
        self.outcome.resource = self._resource.result(current)
        return self.outcome

    def _read_to_keep(self) -> C | None:
        """What there is, without what is being deleted although it shall be there."""
        current = self._resource.read()
        if current is None or self._policy.absent or not self._resource.is_leaving(current):
            return current
        if not self._policy.check_mode:
            self._until_gone()
        return None

    def _plan(self, current: C | None) -> Plan:
        resource = self._resource
        if self._policy.absent:
            return reconcile(None, None if current is None else resource.facts(current), resource.rules)
        desired = resource.desired(current)
        if current is None:
            return reconcile(desired, None, resource.rules)
        return reconcile(
            desired, resource.facts(current), resource.rules, when_unknown=self._policy.when_unknown, repair=resource.repair_reason(current)
        )

    def _record(self, plan: Plan, *, done: bool) -> None:
        self.outcome.changed = True
        self.outcome.actions = [self._resource.sentence(plan.action, done) or sentence(plan, self._resource.label, done)]
        self._told = len(self._resource.progress)

    def _note_found(self, current: C | None, plan: Plan, *, done: bool) -> None:
        """Tell of what is waited for although this run has not asked for it: a run before this one has, and has not seen its end.

        :raises E2EError: it will never be ready.
        """
        if current is None or not (self._resource.is_busy(current) if plan.is_change else not self._resource.check_ready(current)):
            return
        verb = "waited" if done else "wait"
        self.outcome.found = [
            f"{verb} for {self._resource.label}, which was under way already ({self._resource.describe(current)}), as a run that was cancelled leaves it"
        ]

    def _tell_progress(self) -> bool:
        """Add what a change had done by the time that it failed to what was done.

        :returns: whether there was anything to add.
        """
        more = self._resource.progress[self._told :]
        self._told += len(more)
        self.outcome.actions += more
        self.outcome.changed |= bool(more)
        return bool(more)

    def _show_recovered(self) -> None:
        """Show what there is after something was put right. The failure stays what the run ends with."""
        with contextlib.suppress(E2EError):
            self.outcome.resource = self._resource.result(self._resource.read())

    def _check_consent(self, plan: Plan) -> None:
        if plan.action == "replace" and not self._policy.allow_replace:
            changes = "; ".join(f"{c.rule.name} from {c.rule.show(c.before)} to {c.rule.show(c.after)}" for c in plan.changes if not c.rule.in_place)
            raise ConsentError(
                f"The {self._resource.label} would have to be deleted and created again, because these cannot be changed in place: {changes}. "
                "Set allow_replace: true to allow that."
            )

    def _check_taken_over(self, seen: C, plan: Plan) -> None:
        """Refuse to make something else of what somebody else has made meanwhile, unless the task would do so with what it finds."""
        if plan.action != "replace":
            self._resource.check_allowed(seen, plan.action)
            return
        differences = "; ".join(f"{c.rule.name} is {c.rule.show(c.before)}, not {c.rule.show(c.after)}" for c in plan.changes if c.known)
        raise ConsentError(
            f"The {self._resource.label} that is there now was made by somebody else while this run asked for it, and differs: {differences}. "
            "It was left as it is. Run the task again to have it changed as the task allows."
        )

    def _check_allowed(self, current: C | None, action: Action) -> None:
        try:
            self._resource.check_allowed(current, action)
        except InUseError as error:
            if not self._policy.check_mode:
                raise
            self.outcome.warnings.append(f"{error.message} Check mode goes on, because an earlier task may change that; if none does, the real run fails.")

    def _warn_of_unknown(self, plan: Plan) -> None:
        if not plan.unknown or self._policy.when_unknown == "ignore":
            return
        what = f"The API does not return {', '.join(plan.unknown)} of the {self._resource.label}, so it cannot be compared with what is wanted"
        if self._policy.when_unknown == "fail":
            raise InputError(f"{what}. Nothing was changed, because when_unknown is fail; keep leaves it as it is.")
        if any(not change.known for change in plan.changes):
            doing = "It is sent again and reported as changed; when_unknown: keep leaves it"
        elif any(rule.in_place for rule in self._resource.rules if rule.name in plan.unknown):
            doing = "It is left as it is; when_unknown: update sends it"
        else:
            doing = "It stays as it was made; when_unknown: ignore leaves this warning out"
        self.outcome.warnings.append(f"{what}. {doing}.")

    def _apply(self, plan: Plan, current: C | None) -> C | None:
        previous = current
        if plan.action in ("update", "replace", "delete") and current is not None:
            current = self.before = self._until_editable(current, may_go=plan.action != "update")
        if plan.action == "replace":
            if current is not None:
                self.writes.send("delete", current)
            # If the create fails, this is what has happened.
            self._tell_progress()
            self.outcome.changed = True
            self.outcome.actions.append(f"deleted {self._resource.label}")
            self._until_gone()
            self.outcome.resource = self._resource.result(None)
            self.writes.send("create", current or previous)
        elif plan.action == "create" or current is not None:
            self.writes.send(plan.action, current)
        if plan.action != "update":
            self.outcome.resource = self._resource.result(None)
        deleted = self.outcome.actions
        self._record(plan, done=True)
        if self.writes.took_over_as:
            self.outcome.actions = [*deleted, self.writes.took_over_as]
        if plan.action == "delete":
            if self._policy.wait:
                self._until_gone()
            return None
        seen = self._first_read()
        self.outcome.resource = self._resource.result(seen)
        if seen is not None and plan.action != "update" and (self._resource.creates_in_steps or (self.writes.took_over and self._differs(seen))):
            seen = self._complete(seen)
        return seen

    def _differs(self, seen: C) -> bool:
        return any(change.known for change in self._plan(seen).changes)

    def _complete(self, seen: C) -> C | None:
        """Update what the create could not carry, as soon as the platform takes an update."""
        seen = self._until_editable(seen)
        plan = self._plan(seen)
        if self.writes.took_over and any(change.known for change in plan.changes):
            self._check_taken_over(seen, plan)
        if plan.action != "update":
            return seen
        self.writes.send("update", seen)
        return self._first_read()

    @t.overload
    def _until_editable(self, current: C) -> C:
        ...

    @t.overload
    def _until_editable(self, current: C, *, may_go: bool) -> C | None:
        ...

    def _until_editable(self, current: C, *, may_go: bool = False) -> C | None:
        """Wait while the platform would refuse a change. One that is to be deleted may vanish meanwhile."""
        if not self._resource.is_busy(current):
            return current
        seen = wait_until(
            self._resource.read,
            lambda found: found is None or not self._resource.is_busy(found),
            timeout=self._policy.wait_timeout,
            describe=lambda found: f"The {self._resource.label} could not be changed: {self._state(found)}",
            clock=self._clock,
        )
        if seen is None and not may_go:
            raise RefusedError(f"The {self._resource.label} was deleted by somebody else while this run waited to change it. Run it again.")
        return seen

    def _until_gone(self) -> None:
        wait_until(
            self._resource.read,
            lambda found: found is None,
            timeout=self._policy.wait_timeout,
            describe=lambda found: f"The {self._resource.label} was deleted, but is still there ({self._state(found)})",
            clock=self._clock,
        )

    def _first_read(self) -> C | None:
        seen = self._resource.read()
        if seen is None and (self._policy.wait or self._resource.creates_in_steps):
            seen = wait_until(
                self._resource.read,
                lambda found: found is not None,
                timeout=self._policy.wait_timeout,
                describe=lambda found: f"The {self._resource.label} was created, but does not show up",
                clock=self._clock,
            )
        return seen

    def _settle(self, plan: Plan, current: C) -> C:
        """Wait until it is ready and shows what was sent. ``current`` is the first read after the write."""
        pending: list[C] = [current]
        stale = 0

        def probe() -> C | None:
            seen = pending.pop() if pending else self._resource.read()
            self.outcome.resource = self._resource.result(seen)
            return seen

        def done(seen: C | None) -> bool:
            nonlocal stale
            if seen is None:
                return False
            if plan.is_change and plan.repair and self._still_failed(seen) and stale < _STALE_READS:
                stale += 1
                return False
            if not self._resource.check_ready(seen):
                return False
            return not plan.is_change or all(not change.known for change in self._plan(seen).changes)

        settled = wait_until(
            probe,
            done,
            timeout=self._policy.wait_timeout,
            describe=lambda found: f"The {self._resource.label} is not ready: {self._state(found)}{self._not_yet(plan, found)}",
            clock=self._clock,
            interval=0.5,
        )
        return current if settled is None else settled

    def _not_yet(self, plan: Plan, found: C | None) -> str:
        """What of the plan does not show yet."""
        names = [change.rule.name for change in self._plan(found).changes if change.known] if plan.is_change and found is not None else []
        return f", and does not show what is wanted of {', '.join(names)}" if names else ""

    def _still_failed(self, seen: C) -> bool:
        return bool(self._resource.repair_reason(seen))

    def _state(self, found: C | None) -> str:
        return "it is gone" if found is None else self._resource.describe(found)
