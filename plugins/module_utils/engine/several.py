# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several at once: each goes its way on its own, side by side with the others; a resource takes that of :mod:`lifecycle`."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import Connection
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel

# So many failures are told in one message. All of them are in the result.
_MOST_TOLD = 10


class Attempt:
    """What becomes of one of several. Failing keeps none of the others from theirs.

    :param name: how messages and results call it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        #: Why it is not as it is wanted.
        self.error: Exception | None = None
        #: Whether anything was done for it; not so for one that was left alone after another one had failed.
        self.was_begun = False

    def make(self, step: t.Callable[[], None]) -> None:
        """Make a step of it. What that fails with is its own."""
        try:
            step()
        except Exception as error:  # pylint: disable=broad-except
            # A defect as well: what has become of the others must be told.
            self.error = error


A = t.TypeVar("A", bound=Attempt)


def attempt_each(attempts: t.Sequence[A], step: t.Callable[[A], None], connection: Connection, limit: int | None = None, *, fail_fast: bool = False) -> None:
    """Make a step of all of them, side by side.

    :param limit: how many run at once; never more than the connection takes.
    :param fail_fast: begin none after one has failed.
    """

    def begin(attempt: A) -> None:
        if fail_fast and any(other.error for other in attempts):
            return
        attempt.was_begun = True
        attempt.make(lambda: step(attempt))

    in_parallel(connection, begin, attempts, limit)


class Member(Attempt, t.Generic[C]):
    """One of several resources. Its outcome is told as far as it came."""

    def __init__(self, name: str, resource: Resource[C], policy: Policy) -> None:
        super().__init__(name)
        self.resource, self.policy = resource, policy
        self.outcome = Outcome()

    def run(self, clock: Clock) -> None:
        """Bring it to the wanted state."""
        lifecycle = Lifecycle(self.resource, self.policy, clock)
        self.outcome = lifecycle.outcome
        lifecycle.run()


class SomeFailedError(E2EError):
    """Some of several resources are not in the wanted state. Of a lone one it says what that one says."""

    code = "some_failed"

    def __init__(self, message: str, errors: t.Sequence[E2EError]) -> None:
        super().__init__(message, outcome_known=all(error.outcome_known for error in errors))
        self._errors = errors

    def as_dict(self) -> dict[str, t.Any]:
        return self._errors[0].as_dict() if len(self._errors) == 1 else super().as_dict()


def run_members(members: t.Sequence[Member[C]], clock: Clock, connection: Connection, limit: int | None = None, *, fail_fast: bool = False) -> None:
    """Run all of them as :func:`attempt_each` does. Those that fail keep it to themselves, see :func:`check_members`."""
    attempt_each(members, lambda member: member.run(clock), connection, limit, fail_fast=fail_fast)


def check_members(members: t.Sequence[Member[C]], kind: str) -> None:
    """Make one error of those of the members.

    :param kind: what they are, such as ``nodes``.
    :raises SomeFailedError: it names each that is not in the wanted state. A defect is raised as it is.
    """
    failures = [(member.name, member.error) for member in members if member.error is not None]
    errors: list[E2EError] = []
    for _name, error in failures:
        if not isinstance(error, E2EError):
            raise error
        errors.append(error)
    if not errors:
        return
    told = [f"{name}: {error.message}" for (name, _error), error in zip(failures[:_MOST_TOLD], errors)]
    if len(failures) > _MOST_TOLD:
        told.append(f"And {', '.join(name for name, _error in failures[_MOST_TOLD:])}.")
    waiting = [member.name for member in members if not member.was_begun]
    if waiting:
        told.append(f"Not begun: {', '.join(waiting)}.")
    raise SomeFailedError(f"{len(failures)} of {len(members)} {kind} are not in the wanted state. {' '.join(told)}", errors)
