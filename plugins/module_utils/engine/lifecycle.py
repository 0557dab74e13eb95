# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking a resource from what it is to what it should be: the same way for every kind of resource.

read, plan, and in check mode stop; otherwise write, survive a lost answer, wait, read back and report.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import (
    Action,
    DiffEntry,
    Plan,
    WhenUnknown,
    reconcile,
    render_diff,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import not_there_yet
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock, backoff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConsentError,
    E2EError,
    InputError,
    InUseError,
    MissingResourceError,
    RateLimitedError,
    RefusedError,
)

_WRITE_ATTEMPTS = 4
# A read right after a write can still show the old state; so many equal answers in a row are believed.
_STALE_READS = 3
# What a lost create has made can show late. After so many looks without it, the run ends with the outcome unknown.
_LOST_LOOKS = 5
# A create that was told to come back later has made nothing, by the meaning of 429. That is not relied on where a second one would be billed.
_REFUSED_LOOKS = 3


@dataclass(frozen=True)
class Policy:
    """What the user allows and wants. Times are seconds."""

    absent: bool = False
    check_mode: bool = False
    allow_replace: bool = False
    when_unknown: WhenUnknown = "update"
    wait: bool = True
    wait_timeout: float = 600.0


@dataclass
class Outcome:
    """What was planned and what became of it. Filled step by step, so that a failure can report how far it came.

    ``before`` and ``resource`` are what was there and what is there now, as results show it. ``tried`` has a sentence for each write that was
    sent and whose outcome is not known.
    """

    changed: bool = False
    diff: list[DiffEntry] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    before: dict[str, t.Any] | None = None
    resource: dict[str, t.Any] = field(default_factory=dict)


_VERBS: dict[str, tuple[str, str]] = {
    "create": ("create", "created"),
    "update": ("update", "updated"),
    "replace": ("delete and create again", "deleted and created again"),
    "delete": ("delete", "deleted"),
}


def _sentence(plan: Plan, label: str, done: bool) -> str:
    verb = _VERBS[plan.action][done]
    details = ""
    if plan.action in ("update", "replace"):
        names = ", ".join(change.rule.name for change in plan.changes)
        why = [f"changes {names}"] if names else []
        if plan.repair:
            why.append(f"it is {plan.repair}")
        details = f": {'; '.join(why)}"
    return f"{verb} {label}{details}"


class Lifecycle(t.Generic[C]):
    """One run over one resource. Holds no state beyond its own, so many can run side by side."""

    def __init__(self, resource: Resource[C], policy: Policy, clock: Clock) -> None:
        self._resource = resource
        self._policy = policy
        self._clock = clock
        # How many sentences of the resource's progress are among the actions.
        self._told = 0
        # The write whose outcome is not known, and how it failed.
        self._unsure: tuple[Action, E2EError] | None = None
        # Whether a create has met what is there, which may be somebody else's and another than is wanted.
        self._taken_over = False
        self._taken_over_as = ""
        #: What was there when the first change was sent; before that, what was read first.
        self.before: C | None = None
        #: Whether any change was sent, whatever became of it.
        self.sent = False
        #: Whether the answer to a change was lost, so that it may have taken effect, or still will.
        self.lost = False
        self.outcome = Outcome()

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
        if self._policy.check_mode:
            if plan.is_change:
                self._record(plan, done=False)
            elif self._policy.wait and not self._policy.absent and current is not None:
                self._resource.check_ready(current)
            self.outcome.resource = predicted
            return self.outcome
        try:
            if plan.is_change:
                current = self._apply(plan, current)
            if self._policy.wait and not self._policy.absent and current is not None:
                current = self._settle(plan, current)
        except E2EError as error:
            self._tell_progress()
            self._tell_open(error)
            self._resource.recover(error)
            self._tell_progress()
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
        self.outcome.actions = [self._resource.sentence(plan.action, done) or _sentence(plan, self._resource.label, done)]
        self._told = len(self._resource.progress)

    def _tell_progress(self) -> None:
        """Add what a change had done by the time that it failed to what was done."""
        more = self._resource.progress[self._told :]
        self._told += len(more)
        self.outcome.actions += more
        self.outcome.changed |= bool(more)

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
                self._write("delete", current)
            # If the create fails, this is what has happened.
            self._tell_progress()
            self.outcome.changed = True
            self.outcome.actions.append(f"deleted {self._resource.label}")
            self._until_gone()
            self.outcome.resource = self._resource.result(None)
            self._write("create", current or previous)
        elif plan.action == "create" or current is not None:
            self._write(plan.action, current)
        if plan.action != "update":
            self.outcome.resource = self._resource.result(None)
        self._record(plan, done=True)
        if self._taken_over_as:
            self.outcome.actions = [self._taken_over_as]
        if plan.action == "delete":
            if self._policy.wait:
                self._until_gone()
            return None
        seen = self._first_read()
        self.outcome.resource = self._resource.result(seen)
        if seen is not None and plan.action != "update" and (self._resource.creates_in_steps or (self._taken_over and self._differs(seen))):
            seen = self._complete(seen)
        return seen

    def _differs(self, seen: C) -> bool:
        return any(change.known for change in self._plan(seen).changes)

    def _complete(self, seen: C) -> C | None:
        """Update what the create could not carry, as soon as the platform takes an update."""
        seen = self._until_editable(seen)
        plan = self._plan(seen)
        if self._taken_over and any(change.known for change in plan.changes):
            self._check_taken_over(seen, plan)
        if plan.action != "update":
            return seen
        self._write("update", seen)
        return self._first_read()

    def _write(self, action: Action, current: C | None) -> None:
        """Send one write. After an answer that was lost, or that tells to come back later, look before deciding whether to send it again."""
        attempt = 0
        while True:
            try:
                self._send(action, current)
                self._close()
                return
            except RateLimitedError as error:
                problem: E2EError = error
                pause = error.retry_after
            except RefusedError as error:
                problem, pause = error, None
                if action == "create" and (attempt or not self._resource.repeatable) and self._is_there():
                    # An earlier try has arrived, or this one all the same, or somebody else was faster. Where names are unique, the refusal says it.
                    self._take_over(problem)
                    return
                if not (current is not None and action != "create" and self._became_busy()):
                    raise
            except E2EError as error:
                if error.outcome_known:
                    raise
                problem, pause = error, None
            attempt += 1
            last = attempt >= _WRITE_ATTEMPTS
            if last and problem.outcome_known and action != "create":
                raise problem
            self.lost |= not problem.outcome_known
            self._open(action, problem)
            self._clock.sleep(backoff(attempt, base=0.5, cap=10.0, chance=self._clock.random()) if pause is None else min(pause, 120.0))
            seen = self._look_after(action, problem)
            if action == "create" and seen is not None:
                self._take_over(problem)
                return
            if not problem.outcome_known and self._took_effect(action, seen):
                self.outcome.warnings.append(f"The answer to the {action} of the {self._resource.label} was lost, but it took effect: {problem.message}")
                self._close()
                return
            if action == "create" and not self._resource.repeatable and not problem.outcome_known:
                # Creating again could make, and bill, a second one.
                problem.add(
                    f"Whether the {self._resource.label} was created is not certain: it did not show up in {_LOST_LOOKS} looks, and was not created again. "
                    f"{self._resource.after_lost_create()}"
                )
                raise problem
            if problem.outcome_known:
                self._close()
            if last:
                raise problem
            if seen is not None and action != "create":
                current = seen = self._until_editable(seen, may_go=action == "delete")
            self._close()
            if action == "update" and seen is not None and isinstance(problem, RateLimitedError) and not self._plan(seen).is_change:
                self.outcome.warnings.append(f"The {action} of the {self._resource.label} was not taken, and yet it is as wanted now: {problem.message}")
                return
            if seen is None and action == "delete":
                return

    def _open(self, action: Action, problem: E2EError) -> None:
        """From here on it is not known whether a write took effect. It is part of the report, however the run ends."""
        self._unsure = (action, problem)
        self.outcome.tried = [f"tried to {action} {self._resource.label}"]

    def _close(self) -> None:
        self._unsure = None
        self.outcome.tried = []

    def _tell_open(self, error: E2EError) -> None:
        """Let an error that ends the run say that a write was sent before it, and that its outcome is not known."""
        if self._unsure is None or error is self._unsure[1]:
            return
        action, problem = self._unsure
        error.outcome_known = False
        error.add(f"Whether the {action} of the {self._resource.label} took effect is not known: {problem.message}")
        if action == "create":
            error.add(self._resource.after_lost_create())

    def _take_over(self, problem: E2EError) -> None:
        """Go on with what is there now, instead of creating, and billing, a second one.

        It was made by a request of this run, whatever its answer said, or by somebody else meanwhile: nothing tells the two apart.
        """
        label = self._resource.label
        if problem.outcome_known:
            self._taken_over_as = f"took over {label}, which is there although its create was refused"
            self.outcome.warnings.append(
                f"The create of the {label} was refused, and then it was there: that request has made it all the same, or somebody else has. "
                f"It is taken as it is and was not created again: {problem.message}"
            )
        else:
            self.outcome.warnings.append(f"The answer to the create of the {label} was lost, but it took effect: {problem.message}")
        self._taken_over = True
        self._close()

    def _is_there(self) -> bool:
        try:
            return self._resource.read() is not None
        except E2EError:
            return False

    def _look_after(self, action: Action, problem: E2EError) -> C | None:
        """What there is after a write that was refused or whose answer was lost. What a create has made can show late.

        :raises E2EError: that cannot be read.
        """
        looks = 1
        if action == "create" and not self._resource.repeatable:
            looks = _REFUSED_LOOKS if problem.outcome_known else _LOST_LOOKS
        seen = self._resource.read()
        for attempt in range(1, looks):
            if seen is not None:
                break
            self._clock.sleep(backoff(attempt, base=1.0, cap=10.0, chance=self._clock.random()))
            seen = self._resource.read()
        return seen

    def _send(self, action: Action, current: C | None) -> None:
        sent_before, self.sent = self.sent, True
        try:
            if action == "create":
                self._resource.create(current)
            elif current is not None and action == "update":
                self._resource.update(current)
            elif current is not None:
                self._resource.delete(current)
        except InputError:
            # By its meaning nothing was sent.
            self.sent = sent_before
            raise

    def _became_busy(self) -> bool:
        seen = self._resource.read()
        return seen is not None and self._resource.is_busy(seen)

    def _took_effect(self, action: Action, seen: C | None) -> bool:
        if action == "create":
            return seen is not None
        if action == "delete":
            return seen is None
        if seen is None or self._resource.is_busy(seen):
            return seen is not None
        return not self._plan(seen).is_change

    @t.overload
    def _until_editable(self, current: C) -> C: ...

    @t.overload
    def _until_editable(self, current: C, *, may_go: bool) -> C | None: ...

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
