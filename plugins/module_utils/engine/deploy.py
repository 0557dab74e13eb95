# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deploy transaction: change a function, wait until it runs, try it out, and put the version before back when that fails.

The same for every platform. What was there, what was done, what runs now and why is one outcome; nobody reads it out of texts.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import C, Lifecycle, Outcome, Policy, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.smoke_test import Caller, SmokeTest, call_once
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError, SmokeTestFailedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.invoke import Answer


# How long a roll-out that nobody shows is given before a version is tried out again. Nothing tells how long it takes.
_ROLLOUT_SECONDS = 2.0


class Deployable(Resource[C], t.Protocol[C]):
    """What the transaction has to know about a function, besides what the lifecycle does."""

    @property
    def refusals_are_harmless(self) -> bool:
        """Whether a change that was refused certainly did nothing. A gateway's provider can destroy a function and refuse."""

    def hides_rollout(self) -> bool:
        """Whether the platform says that a new version runs while the old one may still answer."""

    def url(self, current: C) -> str | None:
        """Where it is called."""

    def works(self, current: C) -> bool:
        """Whether it is a version worth going back to."""

    def is_same(self, before: C, current: C) -> bool:
        """Whether nothing has happened to it."""

    def state(self, current: C) -> str:
        """How it is, such as ``is running``."""

    def version(self, current: C) -> str:
        """What tells one version from another, for a sentence."""

    def log_tail(self, current: C) -> list[str]:
        """The newest lines of its log without secrets; empty when there are none."""

    def restoring(self, before: C) -> Resource[C]:
        """The resource that brings a version back.

        :raises InputError: the platform does not tell enough about it; the message is a clause that begins with *the*.
        """

    def conceal(self, text: str) -> str:
        """A text without the values of secrets."""


@dataclass
class DeployOutcome(Outcome):
    """What became of a deployment.

    :param rolled_back: whether it runs again, because the new one does not.
    :param answer: of the smoke test, when it was good.
    """

    rolled_back: bool = False
    answer: Answer | None = field(default=None, repr=False)


class Deploy(t.Generic[C]):
    """One transaction over one function.

    :param rollback: whether a version that does not work is followed by the one before it.
    :param verify: how certificates of the function's URL are checked, as ``requests`` takes it.
    :param call: how the function is called, for tests.
    """

    def __init__(
        self,
        resource: Deployable[C],
        policy: Policy,
        clock: Clock,
        *,
        smoke_test: SmokeTest | None = None,
        rollback: bool = False,
        verify: bool | str = True,
        call: Caller = call_once,
    ) -> None:
        self._resource = resource
        self._policy = policy
        self._clock = clock
        self._smoke_test = smoke_test
        self._rollback = rollback
        self._verify = verify
        self._call = call
        self._lifecycle: Lifecycle[C] = Lifecycle(resource, policy, clock)
        self.outcome = DeployOutcome()

    def run(self) -> DeployOutcome:
        """Bring the function to the wanted state, and prove that it works.

        :raises E2EError: it does not; the message says what became of the version before, and :attr:`outcome` what there is now.
        """
        if self._smoke_test is not None and not self._policy.wait:
            raise InputError("smoke_test: a function is tried out when it runs, and wait: false does not wait for that.")
        try:
            self._lifecycle.run()
            self._keep()
            self._warn_of_no_way_back()
            if self._smoke_test is not None and not self._policy.check_mode and not self._policy.absent:
                self._try_out(self._smoke_test)
        except E2EError as error:
            self._keep()
            if self._policy.check_mode or self._policy.absent:
                raise
            if self._has_happened(error):
                self._settle(error)
            elif self._rollback and self._lifecycle.sent and error.outcome_known:
                self._say_untouched(error)
            raise
        return self.outcome

    def _keep(self) -> None:
        """What the lifecycle has found and done by now."""
        done = self._lifecycle.outcome
        self.outcome.changed, self.outcome.diff, self.outcome.resource = done.changed, done.diff, done.resource
        self.outcome.actions, self.outcome.warnings = list(done.actions), list(done.warnings)
        self.outcome.before = done.before

    def _warn_of_no_way_back(self) -> None:
        before = self._lifecycle.before
        if not self._rollback or self._policy.absent or before is None or not self.outcome.changed:
            return
        try:
            self._resource.restoring(before)
        except InputError as error:
            self.outcome.warnings.append(f"rollback: {error.message}, so if the new version of the {self._resource.label} fails, it cannot be put back.")

    def _try_out(self, smoke_test: SmokeTest) -> None:
        current = self._resource.read()
        url = None if current is None else self._resource.url(current)
        if url is None:
            raise SmokeTestFailedError(f"smoke_test: where the {self._resource.label} is called is not known, because the API returns no URL of it.")
        try:
            self.outcome.answer = smoke_test.run(url, verify=self._verify, clock=self._clock, call=self._call)
            if self._lifecycle.before is not None and self.outcome.changed and self._resource.hides_rollout():
                # The first good answer may have been the old version's.
                self._clock.sleep(max(smoke_test.delay, _ROLLOUT_SECONDS))
                self.outcome.answer = smoke_test.run(url, verify=self._verify, clock=self._clock, call=self._call)
        except SmokeTestFailedError as error:
            subject = f"The new version of the {self._resource.label}" if self.outcome.changed else f"The {self._resource.label}"
            error.message = f"{subject} fails its smoke test: {self._resource.conceal(error.message)}"
            error.args = (error.message,)
            error.details = [self._resource.conceal(line) for line in error.details]
            log = self._resource.log_tail(current) if current is not None else []
            error.details += ["Last lines of its log:", *(f"  {line}" for line in log)] if log else []
            raise

    # After a failure.

    def _has_happened(self, error: E2EError) -> bool:
        """Whether there is something to find out: a change took effect, or may have."""
        if self.outcome.changed or isinstance(error, SmokeTestFailedError):
            return True
        return self._lifecycle.sent and not self._resource.refusals_are_harmless

    def _settle(self, error: E2EError) -> None:
        """Find out what is there now, put the version before back if that is wanted and possible, and say so in the error."""
        label, before = self._resource.label, self._lifecycle.before
        if not self._lifecycle.sent:
            error.add("This run did not change it, so there is nothing to roll back.")
            return
        if before is None:
            if self._rollback:
                error.add("It is the first version, so there is nothing to roll back to. It is left as it is for you to look at.")
            return
        if not self._rollback and self._resource.refusals_are_harmless:
            # What it is now, the error says already.
            if self._resource.works(before):
                error.add("With rollback: true the version before it would have been put back.")
            return
        try:
            seen = self._resource.read()
        except E2EError as problem:
            error.add(f"What became of the {label} is not known, because it cannot be read: {problem.message}")
            self._note_try()
            return
        self.outcome.resource = self._resource.result(seen)
        if seen is not None and self._resource.is_same(before, seen):
            self.outcome.changed, self.outcome.actions = False, []
            error.add(f"The {label} runs as before.")
        else:
            self._note_try()
            error.add(self._go_back(before, seen))

    def _say_untouched(self, error: E2EError) -> None:
        """A refusal that certainly did nothing."""
        before = self._lifecycle.before
        if before is not None and self._resource.works(before):
            error.add(f"The version before it was not touched and runs ({self._resource.version(before)}).")

    def _note_try(self) -> None:
        if not self.outcome.actions:
            self.outcome.actions.append(f"tried to update {self._resource.label}")
        self.outcome.changed = True

    def _go_back(self, before: C, seen: C | None) -> str:
        """Put the version before back.

        :returns: what became of it, a sentence.
        """
        found = f"Now the {self._resource.label} {self._found(seen)}."
        if not self._rollback:
            return f"{found} With rollback: true the version before it would have been put back."
        if not self._resource.works(before):
            return f"{found} It was not rolled back, because the version before it had failed too."
        if seen is not None and self._resource.is_busy(seen):
            return f"{found} It was not rolled back, because the platform takes no change before it has settled. Look at it again later."
        try:
            way_back = Lifecycle(self._resource.restoring(before), self._policy, self._clock)
        except InputError as error:
            return f"{found} The version before it could not be put back, because {error.message}."
        try:
            way_back.run()
        except E2EError as problem:
            self.outcome.resource = way_back.outcome.resource or self.outcome.resource
            what = "was sent, but does not run" if way_back.outcome.changed else "could not be put back"
            return f"{found} The version before it {what}: {problem.message}"
        self.outcome.resource = way_back.outcome.resource
        self.outcome.rolled_back = True
        if way_back.outcome.changed:
            self.outcome.actions.append(f"put the version before of {self._resource.label} back")
            gone = f"{found} " if seen is None else ""
            return f"{gone}The version before it was put back and runs ({self._resource.version(before)})."
        return f"The version before it was not touched and runs ({self._resource.version(before)})."

    def _found(self, seen: C | None) -> str:
        return "is gone" if seen is None else self._resource.state(seen)
