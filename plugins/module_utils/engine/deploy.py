# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deploy transaction: change a function, wait until it runs, try it out, and put the version before back when that fails.

The same for every platform. What was there, what was done, what runs now and why is one outcome; nobody reads it out of texts.
"""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.smoke_test import Caller, SmokeTest, call_once
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock, backoff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConnectionFailedError,
    E2EError,
    FunctionFailedError,
    InputError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    SmokeTestFailedError,
    WaitTimeoutError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.invoke import Answer

T = t.TypeVar("T")

# Errors that say nothing about the function, and that may be over at the next try; and how often there is one.
_PASSING = (ConnectionFailedError, ProtocolError, RateLimitedError, ServerError)
_TRIES = 3
#: Errors that say about the function itself how it is.
_DOES_NOT_WORK = (FunctionFailedError, SmokeTestFailedError, WaitTimeoutError)
# How long a roll-out that nothing shows is given before a version is tried out again.
_ROLLOUT_SECONDS = 2.0


class Deployable(Resource[C], t.Protocol[C]):
    """What the transaction has to know about a function, besides what the lifecycle does."""

    @property
    def refusals_are_harmless(self) -> bool:
        """Whether a change that was refused certainly did nothing. A gateway's provider can destroy a function and refuse."""

    @property
    def shows_new_version(self) -> bool:
        """Whether, after an update that was waited for, it is certain that the new version answers and not the old one."""

    def url(self, current: C) -> str | None:
        """Where it is called."""

    def works(self, current: C) -> bool:
        """Whether it is a version worth going back to."""

    def is_same(self, before: C, current: C) -> bool:
        """Whether nothing has happened to it, as far as that can be seen. False where the platform does not tell enough to see it."""

    def state(self, current: C) -> str:
        """How it is, such as ``is running``."""

    def version(self, current: C) -> str:
        """What tells one version from another, for a sentence."""

    def log_tail(self, current: C) -> list[str]:
        """The newest lines of its log without secrets; empty when there are none."""

    def restoring(self, before: C, *, is_gone: bool) -> Resource[C]:
        """The resource that brings a version back.

        Asked after the run has compared what is wanted, so that it may depend on what the run changes.

        :param is_gone: whether nothing is left of it, so that something like it is better than nothing.
        :raises InputError: the platform does not tell enough about it; the message is a clause that begins with *the*.
        """

    def conceal(self, text: str) -> str:
        """A text without the values of secrets."""


@dataclass
class DeployOutcome(Outcome):
    """What became of a deployment.

    :param rollout: ``finished`` when the platform showed that the new version has taken over, ``unknown`` when it does not tell, ``None`` when
        this run changed nothing or did not wait.
    :param rolled_back: whether the version before was put back and runs, because the new one does not.
    :param answer: of the smoke test, when it was good.
    """

    rollout: str | None = None
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
        self.resource = resource
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
        if self._smoke_test is not None and not self._policy.wait and not self._policy.absent:
            raise InputError("smoke_test: a function is tried out when it runs, and wait: false does not wait for that.")
        try:
            self._bring()
            if self._smoke_test is not None and not self._policy.check_mode and not self._policy.absent:
                self._try_out(self._smoke_test)
        except E2EError as error:
            if not self._policy.check_mode and not self._policy.absent:
                self._settle(error)
            raise
        return self.outcome

    def _bring(self) -> None:
        try:
            self._lifecycle.run()
        finally:
            # After a defect, too: what was done is reported however the run ends.
            done = self._lifecycle.outcome
            self.outcome.changed, self.outcome.diff, self.outcome.resource = done.changed, done.diff, done.resource
            self.outcome.found = list(done.found)
            self.outcome.actions, self.outcome.tried, self.outcome.warnings = list(done.actions), list(done.tried), list(done.warnings)
            self.outcome.before = done.before
        if self.outcome.changed and self._policy.wait and not self._policy.absent and not self._policy.check_mode:
            self.outcome.rollout = "finished" if self.resource.shows_new_version else "unknown"
        self._warn_of_no_way_back()

    def _warn_of_no_way_back(self) -> None:
        before = self._lifecycle.before
        if not self._rollback or self._policy.absent or before is None or not self.outcome.changed or not self.resource.works(before):
            return
        unused, obstacle = self._way_back(before)
        if obstacle:
            self.outcome.warnings.append(f"rollback: {obstacle}, so if the new version of the {self.resource.label} fails, it cannot be put back.")

    def _try_out(self, smoke_test: SmokeTest) -> None:
        current = self.resource.read()
        if current is None:
            raise SmokeTestFailedError(f"smoke_test: the {self.resource.label} is gone, perhaps because somebody else has removed it meanwhile.")
        url = self.resource.url(current)
        if url is None:
            raise SmokeTestFailedError(f"smoke_test: where the {self.resource.label} is called is not known, because the API returns no URL of it.")
        try:
            self.outcome.answer = self._call_by(smoke_test, url)
            if self._lifecycle.before is not None and self.outcome.rollout == "unknown":
                # The first good answer may have been the old version's.
                self._clock.sleep(max(smoke_test.delay, _ROLLOUT_SECONDS))
                self.outcome.answer = self._call_by(smoke_test, url)
        except SmokeTestFailedError as error:
            subject = f"The new version of the {self.resource.label}" if self.outcome.changed else f"The {self.resource.label}"
            error.message = f"{subject} fails its smoke test: {error.message}"
            error.args = (error.message,)
            self._show_log(error, current)
            raise

    def _call_by(self, smoke_test: SmokeTest, url: str) -> Answer:
        return smoke_test.run(url, verify=self._verify, clock=self._clock, call=self._call, conceal=self.resource.conceal)

    def _show_log(self, error: E2EError, current: C) -> None:
        """Add the end of the log. To find no log must not hide what has failed."""
        try:
            lines = self.resource.log_tail(current)
        except E2EError:
            return
        error.details += ["Last lines of its log:", *(f"  {line}" for line in lines)] if lines else []

    # After a failure.

    def _settle(self, error: E2EError) -> None:
        """Find out what is there now, put the version before back if that is wanted and possible, and say so in the error."""
        if not self._lifecycle.writes.sent:
            if isinstance(error, _DOES_NOT_WORK):
                error.add("This run did not change it, so there is nothing to roll back.")
            return
        if not self._is_open(error):
            return
        try:
            seen = self._look()
        except E2EError as problem:
            self._note_try()
            error.add(f"What became of the {self.resource.label} is not known, because it cannot be read: {problem.message}")
            return
        if self._rollback and self.outcome.changed and seen is not None and isinstance(error, WaitTimeoutError):
            # The log goes with the version. The other errors that tell about a version come with its log.
            self._show_log(error, seen)
        before = self._lifecycle.before
        if before is not None:
            error.add(self._as_before(error, before, seen) or self._go_back(error, before, seen))
        elif seen is not None:
            self._note_try()
            error.add("It is the first version, so there is nothing to roll back to. It is left as it is for you to look at.")

    def _look(self) -> C | None:
        """What there is now. One answer that cannot be read must not keep the version before from coming back.

        :raises E2EError: it cannot be read, for longer than a moment.
        """
        seen = self._persistently(self.resource.read)
        self.outcome.resource = self.resource.result(seen)
        return seen

    def _persistently(self, act: t.Callable[[], T]) -> T:
        """What an act returns that is tried again after a trouble that may pass by itself."""
        for attempt in range(_TRIES - 1):
            try:
                return act()
            except _PASSING:
                self._clock.sleep(backoff(attempt, base=1.0, cap=10.0, chance=self._clock.random()))
        return act()

    def _until_settled(self, seen: C) -> C | None:
        """What there is when the platform takes a change again, or what there was if that takes too long."""
        try:
            return wait_until(
                self._look,
                lambda found: found is None or not self.resource.is_busy(found),
                timeout=self._policy.wait_timeout,
                describe=lambda found: "",
                clock=self._clock,
            )
        except E2EError:
            return seen

    def _is_open(self, error: E2EError) -> bool:
        """Whether there is more to find out and to say than the error says."""
        if self._lifecycle.before is None:
            # What a refused create leaves behind is the resource's business, and the error tells about it.
            return self._rollback and (self.outcome.changed or not error.outcome_known)
        return self._rollback or self.outcome.changed or self._may_have_happened(error)

    def _may_have_happened(self, error: E2EError) -> bool:
        """Whether a change that was not accepted can have had an effect."""
        return self._lifecycle.writes.lost or not error.outcome_known or not self.resource.refusals_are_harmless

    def _as_before(self, error: E2EError, before: C, seen: C | None) -> str:
        """The sentence for a change that has had no effect; empty when one was accepted, or nobody can tell."""
        label, same = self.resource.label, seen is not None and self.resource.is_same(before, seen)
        if self.outcome.changed or (not same and self._may_have_happened(error)):
            return ""
        # One that starts may be worth going back to, and yet it does not run.
        if seen is None or not same or not self.resource.works(seen) or not self.resource.check_ready(seen):
            return f"This run did not change it. Now the {label} {self._found(seen)}."
        return f"The {label} runs as before." if error.outcome_known else f"So far the {label} runs as before."

    def _note_try(self) -> None:
        if not self.outcome.actions:
            verb = "create" if self._lifecycle.before is None else "update"
            self.outcome.actions.append(f"tried to {verb} {self.resource.label}")
        self.outcome.changed = True

    def _go_back(self, error: E2EError, before: C, seen: C | None) -> str:
        """Put the version before back.

        :returns: what became of it, a sentence.
        """
        self._note_try()
        if seen is not None and self._rollback and self.resource.is_busy(seen) and not isinstance(error, WaitTimeoutError):
            # The error was about something else, such as an answer that could not be read: nobody has waited.
            seen = self._until_settled(seen)
        told = seen is not None and isinstance(error, (FunctionFailedError, WaitTimeoutError))
        found = "" if told else f"Now the {self.resource.label} {self._found(seen)}. "
        if seen is not None and self.resource.is_busy(seen):
            return f"{found}{self._not_wanted('the platform takes no change before it has settled')} Look at it again later."
        if not self.resource.works(before):
            return found + self._not_wanted("the version before it had failed too")
        resource, obstacle = self._way_back(before, is_gone=seen is None)
        if not self._rollback:
            return found + (self._not_wanted(obstacle) if obstacle else "With rollback: true the version before it would have been put back.")
        if resource is None:
            return f"{found}The version before it could not be put back, because {obstacle}."
        return self._restore(before, resource, found, was_lost=seen is None)

    def _not_wanted(self, obstacle: str) -> str:
        if self._rollback:
            return f"It was not rolled back, because {obstacle}."
        return f"With rollback: true it would not have been rolled back either, because {obstacle}."

    def _way_back(self, before: C, *, is_gone: bool = False) -> tuple[Resource[C] | None, str]:
        """What brings a version back, or a clause that says why nothing does."""
        try:
            return self.resource.restoring(before, is_gone=is_gone), ""
        except InputError as error:
            return None, error.message
        except E2EError as error:
            return None, f"what it was cannot be read ({error.message.rstrip('.')})"

    def _restore(self, before: C, resource: Resource[C], found: str, *, was_lost: bool) -> str:
        # Whatever the task says: what cannot be compared has to be sent, and only a wait tells whether it runs.
        policy = dataclasses.replace(self._policy, wait=True, when_unknown="update")
        tries: list[Lifecycle[C]] = []

        def bring_back() -> Outcome:
            # What an earlier try has sent is compared, and not sent once more.
            tries.append(Lifecycle(resource, policy, self._clock))
            return tries[-1].run()

        try:
            self.outcome.resource = self._persistently(bring_back).resource
        except E2EError as problem:
            return self._not_restored(tries, problem)
        finally:
            self.outcome.warnings += [*(text for way_back in tries for text in way_back.outcome.warnings), *resource.warnings]
        version = self.resource.version(before)
        if not any(way_back.writes.sent for way_back in tries):
            return f"{found}The version before it is still there and runs ({version}), so nothing had to be put back."
        self.outcome.rolled_back = True
        self.outcome.actions.append(f"put the version before of {self.resource.label} back")
        return f"{f'The {self.resource.label} was gone. ' if was_lost else ''}The version before it was put back and runs ({version})."

    def _not_restored(self, tries: t.Sequence[Lifecycle[C]], problem: E2EError) -> str:
        accepted = any(way_back.outcome.changed for way_back in tries)
        if any(way_back.writes.sent for way_back in tries):
            self.outcome.actions.append(f"tried to put the version before of {self.resource.label} back")
        try:
            seen = self.resource.read()
            self.outcome.resource = self.resource.result(seen)
        except E2EError:
            self.outcome.resource = tries[-1].outcome.resource or self.outcome.resource
            fate = "was sent, but whether it runs is not known" if accepted or not problem.outcome_known else "could not be put back"
            return f"The version before it {fate}: {problem.message} What there is now cannot be read."
        if seen is None or (problem.outcome_known and not accepted):
            fate = "could not be put back"
        elif isinstance(problem, _DOES_NOT_WORK):
            fate = "was sent, but does not run"
        else:
            fate = "was sent, but whether it runs is not known"
        return f"The version before it {fate}: {problem.message} Now the {self.resource.label} {self._found(seen)}."

    def _found(self, seen: C | None) -> str:
        return "is gone" if seen is None else self.resource.state(seen)
