# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lifecycle has to know about a kind of resource, and what most kinds have in common."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import Cost
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, FieldRule, Value, reconcile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError

C = t.TypeVar("C")


class Resource(t.Protocol[C]):
    """What the lifecycle has to know about a kind of resource. ``C`` is the parsed current state."""

    @property
    def label(self) -> str:
        """Kind and name, for every message."""

    @property
    def repeatable(self) -> bool:
        """Whether creating twice cannot make two of them, because the name is unique on the server."""

    @property
    def creates_in_steps(self) -> bool:
        """Whether a create can leave something to an update that follows it, such as attaching what was made."""

    @property
    def progress(self) -> t.Sequence[str]:
        """What a change of several calls has done so far, a sentence each: it is reported when the rest of it fails."""

    @property
    def warnings(self) -> t.Sequence[str]:
        """What the user should know about this run, whether it ends well or not."""

    @property
    def rules(self) -> t.Sequence[FieldRule]:
        """How each field is compared and shown."""

    def read(self) -> C | None:
        """The current state, ``None`` when it does not exist."""

    def desired(self, current: C | None) -> t.Mapping[str, Value]:
        """The wanted values by field; a field that is left out keeps what is there."""

    def facts(self, current: C) -> t.Mapping[str, Value]:
        """The current values by field, UNKNOWN where the API does not tell."""

    def create(self, previous: C | None) -> None:
        """Send the create. A replacement passes what was there, so that what the user left out is carried over."""

    def update(self, current: C) -> None:
        """Send the update."""

    def delete(self, current: C) -> None:
        """Send the delete."""

    def is_busy(self, current: C) -> bool:
        """Whether the platform would refuse a change now."""

    def is_leaving(self, current: C) -> bool:
        """Whether it is being deleted, so that it has to be made again."""

    def repair_reason(self, current: C) -> str:
        """Why it needs an update even if nothing differs; empty if it does not."""

    def check_ready(self, current: C) -> bool:
        """Whether it is in the state that a wait waits for; raises when it never will be."""

    def recover(self, error: E2EError) -> None:
        """Put right what a change that has failed for good left behind, and tell in the error's message what became of it."""

    def after_lost_create(self) -> str:
        """What to do before the task is run again, when the answer to a create was lost and nothing was found: sentences for the user."""

    def describe(self, current: C) -> str:
        """The current state in a few words, for a time-out."""

    def result(self, current: C | None) -> dict[str, t.Any]:
        """The resource as a module returns it."""

    def check_allowed(self, current: C | None, action: Action) -> None:
        """Raise when the planned action must not be done. Called before anything is written, in check mode too.

        :raises InUseError: others have to let go of it before. Check mode only warns, because an earlier task may see to that.
        """

    def sentence(self, action: Action, done: bool) -> str:
        """What an action does, or has done, where verb and label would not say enough; empty for the usual sentence."""

    def predict(self, current: C | None, action: Action) -> dict[str, t.Any]:
        """What :meth:`result` will be once the plan is done, with ``None`` for what only the server can assign.

        Called before every write, so it is also where a request that cannot be made is refused.
        """

    def cost(self, current: C | None, action: Action) -> Cost | None:
        """What the planned action changes of the bill, ``None`` for a kind of resource without a price of its own."""

    def under_way(self, predicted: dict[str, t.Any]) -> dict[str, t.Any]:
        """What is predicted of a run that does not wait: ``None`` for what is still changing when it ends."""


@dataclass(frozen=True)
class Listed(t.Generic[C]):
    """What a list of all resources of a kind, read just before, says of one of them: ``None`` when it is not in it.

    A list can hold less than a look at each one, so it spares that look only where it is certain to be enough.
    """

    entry: C | None

    def is_enough(self, resource: Resource[C]) -> bool:
        """Whether a closer look would change nothing: it is not there, or all that is wanted can be compared and is there."""
        if self.entry is None:
            return True
        if resource.is_busy(self.entry):
            return False
        try:
            plan = reconcile(resource.desired(self.entry), resource.facts(self.entry), resource.rules, repair=resource.repair_reason(self.entry))
        except E2EError:
            # The closer look ends in the same, in its own words.
            return False
        return not plan.is_change and not plan.unknown


class ResourceBase(t.Generic[C]):
    """What most kinds of resource have in common: never busy, never in need of repair, ready as soon as they exist."""

    #: Creating blindly a second time could make, and bill, a second one.
    repeatable = False
    creates_in_steps = False
    #: Fields of the result that go on changing after a write, until the wait is over.
    settling: t.Sequence[str] = ()
    progress: t.Sequence[str] = ()

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        """Let the user know something about this run. Each text is shown once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def is_busy(self, current: C) -> bool:
        return False

    def is_leaving(self, current: C) -> bool:
        return False

    def repair_reason(self, current: C) -> str:
        return ""

    def check_ready(self, current: C) -> bool:
        return True

    def describe(self, current: C) -> str:
        return "it exists"

    def under_way(self, predicted: dict[str, t.Any]) -> dict[str, t.Any]:
        return {**predicted, **dict.fromkeys(self.settling)}

    def cost(self, current: C | None, action: Action) -> Cost | None:
        return None

    def recover(self, error: E2EError) -> None:
        """A write of one call leaves nothing behind."""

    def after_lost_create(self) -> str:
        return "Run the task again later; it takes over what is there by then."

    def check_allowed(self, current: C | None, action: Action) -> None:
        """Everything is allowed that the policy allows."""

    def sentence(self, action: Action, done: bool) -> str:
        return ""

    def update(self, current: C) -> None:
        """Never called for a kind of resource whose fields are all bound to its name."""
        raise InputError("Nothing of this can be changed in place.")
