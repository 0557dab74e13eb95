# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending a write, and finding out what became of it when its answer was lost or told to come back later.

A create that could make, and bill, a second one is never sent again before a look has shown that the first has made nothing.
"""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, Plan
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock, backoff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    E2EError,
    InputError,
    RateLimitedError,
    RefusedError,
    ServerError,
)

_ATTEMPTS = 4
# What a lost create has made can show late. After so many looks without it, the run ends with the outcome unknown.
_LOST_LOOKS = 5
# A create that was told to come back later has made nothing, by the meaning of 429. That is not relied on where a second one would be billed.
_REFUSED_LOOKS = 3
# A server that asks for a longer pause is asked again after so many seconds.
_LONGEST_PAUSE = 120.0


class Writes(t.Generic[C]):
    """The writes of one run.

    :param outcome: gets the warnings, and a sentence about each write whose outcome is not known.
    :param plan: what is still to be done about what there is.
    :param until_editable: waits while the platform would refuse an action; ``None`` when what is there has vanished meanwhile.
    """

    def __init__(
        self,
        resource: Resource[C],
        outcome: Outcome,
        clock: Clock,
        plan: t.Callable[[C], Plan],
        until_editable: t.Callable[[C, Action], C | None],
    ) -> None:
        self._resource = resource
        self._outcome = outcome
        self._clock = clock
        self._plan = plan
        self._until_editable = until_editable
        # The write whose outcome is not known, and how it failed.
        self._unsure: tuple[Action, E2EError] | None = None
        #: Whether any change was sent, whatever became of it.
        self.sent = False
        #: Whether the answer to a change was lost, so that it may have taken effect, or still will.
        self.lost = False
        #: Whether a part of a change was told to show although its answer was lost.
        self.came_half_way = False
        #: Whether a create has met what is there, which may be somebody else's and another than is wanted.
        self.took_over = False
        #: What to report in place of a create that was refused, and then what it was for was there; empty if that did not happen.
        self.took_over_as = ""

    def send(self, action: Action, current: C | None) -> None:
        """Send one write, and again while that can do no harm.

        :raises E2EError: it did not take effect, or nobody can tell; :meth:`tell_open` tells the two apart.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            problem = self._attempt(action, current, is_first=attempt == 1)
            if problem is None:
                return
            is_last = attempt == _ATTEMPTS
            if is_last and problem.outcome_known and action != "create":
                raise problem
            self.lost |= not problem.outcome_known
            self._open(action, problem)
            self._pause(attempt, problem)
            seen = self._look_after(action, problem)
            if self._has_come_true(action, seen, problem):
                return
            if problem.outcome_known:
                self._close()
            if is_last:
                raise problem
            if seen is not None and action != "create":
                was_busy, before = self._resource.is_busy(seen), current
                current = seen = self._until_editable(seen, action)
                if was_busy and self._has_come_true(action, seen, problem):
                    return
                if not problem.outcome_known:
                    self._tell_part(action, before, seen)
            self._close()
            if self._is_needless(action, seen, problem):
                return

    def tell_open(self, error: E2EError) -> None:
        """Let an error that ends the run say that a write was sent before it, and that its outcome is not known."""
        if self._unsure is None or error is self._unsure[1]:
            return
        action, problem = self._unsure
        error.outcome_known = False
        error.add(f"Whether the {action} of the {self._resource.label} took effect is not known: {problem.message}")
        if action == "create":
            error.add(self._resource.after_lost_create())

    # One attempt.

    def _attempt(self, action: Action, current: C | None, *, is_first: bool) -> E2EError | None:
        """Send it once. ``None`` when it is done with, otherwise why it may have to be sent again.

        :raises E2EError: sending it again would not help.
        """
        try:
            self._call(action, current)
        except RateLimitedError as error:
            return error
        except RefusedError as error:
            # An earlier try has arrived, or this one all the same, or somebody else was faster. Where names are unique, the refusal of the first says it.
            if action == "create" and not (is_first and self._resource.repeatable) and self._is_there():
                self._take_over(error)
                return None
            if current is None or action == "create" or not self._became_busy():
                raise
            return error
        except ServerError as error:
            if error.outcome_known:
                if self._has_worked(action, current, error):
                    return None
                raise
            return error
        except E2EError as error:
            if error.outcome_known:
                raise
            return error
        self._close()
        return None

    def _call(self, action: Action, current: C | None) -> None:
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

    def _pause(self, attempt: int, problem: E2EError) -> None:
        asked = problem.retry_after if isinstance(problem, RateLimitedError) else None
        pause = backoff(attempt, base=0.5, cap=10.0, chance=self._clock.random()) if asked is None else min(asked, _LONGEST_PAUSE)
        self._clock.sleep(pause)

    # What became of it.

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

    def _has_come_true(self, action: Action, seen: C | None, problem: E2EError) -> bool:
        """Whether what there is now is what the write was for.

        :raises E2EError: a create may or may not have made something, and creating again could make, and bill, a second one.
        """
        label = self._resource.label
        if action == "create":
            if seen is not None:
                self._take_over(problem)
                return True
            if not self._resource.repeatable and not problem.outcome_known:
                problem.add(
                    f"Whether the {label} was created is not certain: it did not show up in {_LOST_LOOKS} looks, and was not created again. "
                    f"{self._resource.after_lost_create()}"
                )
                raise problem
            return False
        if problem.outcome_known or not self._took_effect(action, seen):
            return False
        self._outcome.warnings.append(f"The answer to the {action} of the {label} was lost, but it took effect: {problem.message}")
        self._close()
        return True

    def _took_effect(self, action: Action, seen: C | None) -> bool:
        if action == "delete" or seen is None:
            return action == "delete" and seen is None
        plan = self._plan(seen)
        # While it is changing, that may be one of several steps.
        return not any(change.known for change in plan.changes) if self._resource.is_busy(seen) else not plan.is_change

    def _has_worked(self, action: Action, current: C | None, error: ServerError) -> bool:
        """Whether a change that the server says has failed is there all the same, which a look tells.

        Where it tells nothing, the write is left open. So is a create whose resource is there now: what of it the server failed to make is not known.
        """
        try:
            seen = self._resource.read()
            if seen is not None and action == "update" and self._resource.is_busy(seen) and not self._took_effect(action, seen):
                seen = self._until_editable(seen, action)
        except E2EError:
            is_open = True
        else:
            if action != "create" and self._took_effect(action, seen):
                self._outcome.warnings.append(f"The {action} of the {self._resource.label} was answered with a failure, but took effect: {error.message}")
                self._close()
                return True
            if action != "create":
                self._tell_part(action, current, seen)
            is_open = seen is not None and (action == "create" or (action == "update" and any(not change.known for change in self._plan(seen).changes)))
        if is_open:
            error.outcome_known = False
            error.add(f"Whether the {action} of the {self._resource.label} took effect all the same is not known.")
            self._open(action, error)
        return False

    def _is_needless(self, action: Action, seen: C | None, problem: E2EError) -> bool:
        """Whether a write that was not taken need not be sent again, because somebody else has done what it is for."""
        if action == "update" and seen is not None and isinstance(problem, RateLimitedError) and not self._plan(seen).is_change:
            self._outcome.warnings.append(f"The update of the {self._resource.label} was not taken, and yet it is as wanted now: {problem.message}")
            return True
        return action == "delete" and seen is None

    def _is_there(self) -> bool:
        return self._glance() is not None

    def _became_busy(self) -> bool:
        seen = self._glance()
        return seen is not None and self._resource.is_busy(seen)

    def _glance(self) -> C | None:
        """What there is after a refusal, ``None`` too when it cannot be read: the refusal is what has to be told then."""
        try:
            return self._resource.read()
        except E2EError:
            return None

    # What is reported.

    def _tell_part(self, action: Action, before: C | None, seen: C | None) -> None:
        """Report what of a change shows although its answer was lost: that is not sent again, so nothing else would tell it."""
        if before is None or seen is None:
            return
        if action == "update":
            left = {change.rule.name for change in self._plan(seen).changes}
            names = [change.rule.name for change in self._plan(before).changes if change.known and change.rule.name not in left]
        else:
            had, has = self._resource.facts(before), self._resource.facts(seen)
            names = [name for name, value in had.items() if UNKNOWN not in (value, has.get(name, UNKNOWN)) and value != has[name]]
        if names:
            self.came_half_way = self._outcome.changed = True
            self._outcome.actions.append(f"changed {', '.join(sorted(names))} of {self._resource.label}")

    def _open(self, action: Action, problem: E2EError) -> None:
        """From here on it is not known whether a write took effect. It is part of the report, however the run ends."""
        self._unsure = (action, problem)
        self._outcome.tried = [f"tried to {action} {self._resource.label}"]

    def _close(self) -> None:
        self._unsure = None
        self._outcome.tried = []

    def _take_over(self, problem: E2EError) -> None:
        """Go on with what is there now, instead of creating, and billing, a second one.

        It was made by a request of this run, whatever its answer said, or by somebody else meanwhile: nothing tells the two apart.
        """
        label = self._resource.label
        if problem.outcome_known:
            self.took_over_as = f"took over {label}, which is there although its create was refused"
            self._outcome.warnings.append(
                f"The create of the {label} was refused, and then it was there: that request has made it all the same, or somebody else has. "
                f"It is taken as it is and was not created again: {problem.message}"
            )
        else:
            self._outcome.warnings.append(f"The answer to the create of the {label} was lost, but it took effect: {problem.message}")
        self.took_over = True
        self._close()
