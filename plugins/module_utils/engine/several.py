# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several resources in one run: each takes the way of :mod:`lifecycle` on its own, side by side with the others."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import Connection
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel

# So many failures are told in one message. All of them are in the result.
_MOST_TOLD = 10


@dataclass
class Member(t.Generic[C]):
    """One of them, and what became of it.

    :param name: how messages and results call it.
    :param outcome: as far as it came.
    :param error: why it is not as it is wanted.
    :param was_begun: ``False`` for one that was left alone after another one had failed.
    """

    name: str
    resource: Resource[C]
    policy: Policy
    outcome: Outcome = field(default_factory=Outcome)
    error: Exception | None = None
    was_begun: bool = False

    def run(self, clock: Clock) -> None:
        """Bring it to the wanted state. What that fails with is its own."""
        self.was_begun = True
        lifecycle = Lifecycle(self.resource, self.policy, clock)
        self.outcome = lifecycle.outcome
        try:
            lifecycle.run()
        except Exception as error:  # pylint: disable=broad-except
            # A defect as well: what has become of the others must be told.
            self.error = error


class SomeFailedError(E2EError):
    """Some of several resources are not in the wanted state. Of a lone one it says what that one says."""

    code = "some_failed"

    def __init__(self, message: str, errors: t.Sequence[E2EError]) -> None:
        super().__init__(message, outcome_known=all(error.outcome_known for error in errors))
        self._errors = errors

    def as_dict(self) -> dict[str, t.Any]:
        return self._errors[0].as_dict() if len(self._errors) == 1 else super().as_dict()


def run_members(members: t.Sequence[Member[C]], clock: Clock, connection: Connection, limit: int | None = None, *, fail_fast: bool = False) -> None:
    """Run all of them; those that fail keep it to themselves, see :func:`check_members`.

    :param limit: how many run at once; never more than the connection takes.
    :param fail_fast: begin none after one has failed.
    """

    def run(member: Member[C]) -> None:
        if not (fail_fast and any(other.error for other in members)):
            member.run(clock)

    in_parallel(connection, run, members, limit)


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
