# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lifecycle with a kind of resource that costs money: a create that can be answered and make two of them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Outcome, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import Resource, ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConnectionFailedError, ConsentError, E2EError, RateLimitedError, RefusedError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock
from hypothesis import given
from hypothesis import strategies as st

State = dict[str, t.Any]
Wanted = dict[str, Value]


@dataclass
class Server:
    """One resource and what happens to each write: nothing, an effect, and an answer or a failure."""

    state: State | None = None
    writes: list[str] = field(default_factory=list)
    faults: list[tuple[bool, E2EError]] = field(default_factory=list)

    def write(self, action: str, state: State | None) -> None:
        self.writes.append(action)
        if not self.faults:
            self.state = state
            return
        takes_effect, error = self.faults.pop(0)
        if takes_effect:
            self.state = state
        raise error


class Node(ResourceBase[State]):
    """A resource with a size, and a kind that only a replacement changes."""

    label = "node n1"
    rules = (FieldRule("kind", in_place=False), FieldRule("size"))

    def __init__(self, server: Server, wanted: Wanted, repeatable: bool = False) -> None:
        super().__init__()
        self.server, self.wanted, self.repeatable = server, wanted, repeatable

    def read(self) -> State | None:
        return None if self.server.state is None else dict(self.server.state)

    def desired(self, current: State | None) -> Wanted:
        return self.wanted

    def facts(self, current: State) -> Wanted:
        return current

    def create(self, previous: State | None) -> None:
        self.server.write("create", {**(previous or {}), **self.wanted})

    def update(self, current: State) -> None:
        self.server.write("update", {**current, **self.wanted})

    def delete(self, current: State) -> None:
        self.server.write("delete", None)

    def is_busy(self, current: State) -> bool:
        return False

    def repair_reason(self, current: State) -> str:
        return ""

    def check_ready(self, current: State) -> bool:
        return True

    def describe(self, current: State) -> str:
        return "its state is strange"

    def result(self, current: State | None) -> dict[str, t.Any]:
        return {"kind": None, "size": None, **(current or {})}

    def predict(self, current: State | None, action: Action) -> dict[str, t.Any]:
        return {**self.result(current), **self.wanted}


def run(server: Server, wanted: Wanted, *, repeatable: bool = False, **policy: t.Any) -> Outcome:
    node: Resource[State] = Node(server, wanted, repeatable)
    return Lifecycle(node, Policy(**policy), FakeClock().clock).run()


def lost() -> E2EError:
    return ConnectionFailedError("no answer", outcome_known=False)


def test_a_lost_create_is_adopted() -> None:
    server = Server(faults=[(True, lost())])
    outcome = run(server, {"size": 1})
    assert (server.writes, outcome.changed, outcome.resource["size"]) == (["create"], True, 1)
    assert "lost, but it took effect: no answer" in outcome.warnings[0]


def test_a_lost_create_that_would_make_two_is_not_repeated() -> None:
    server = Server(faults=[(False, lost())])
    with pytest.raises(ConnectionFailedError):
        run(server, {"size": 1})
    assert server.writes == ["create"]
    server = Server(faults=[(False, lost())])
    run(server, {"size": 1}, repeatable=True)
    assert server.writes == ["create", "create"]


def test_a_create_that_was_certainly_refused_for_now_is_repeated() -> None:
    server = Server(faults=[(False, RateLimitedError("slow down", retry_after=3))])
    run(server, {"size": 1})
    assert server.writes == ["create", "create"]


def test_a_replacement_needs_consent_and_shows_its_plan() -> None:
    server = Server({"kind": "a", "size": 1})
    node: Resource[State] = Node(server, {"kind": "b"})
    lifecycle = Lifecycle(node, Policy(), FakeClock().clock)
    with pytest.raises(ConsentError, match="kind from a to b"):
        lifecycle.run()
    assert (server.writes, lifecycle.outcome.changed, lifecycle.outcome.resource) == ([], False, {"kind": "a", "size": 1})
    outcome = run(server, {"kind": "b"}, allow_replace=True)
    assert (server.writes, server.state) == (["delete", "create"], {"kind": "b", "size": 1})
    assert outcome.actions == ["deleted and created again node n1: changes kind"]


class InSteps(Node):
    """Its update is two calls, and the second one fails."""

    def __init__(self, server: Server, wanted: Wanted) -> None:
        super().__init__(server, wanted)
        self.progress: list[str] = []

    def update(self, current: State) -> None:
        self.progress.append("grew node n1")
        raise RefusedError("enough")


@pytest.mark.parametrize("state", [{"kind": "a", "size": 1}, None])
def test_what_an_update_had_done_when_it_failed_is_reported(state: State | None) -> None:
    class Completed(InSteps):
        creates_in_steps = state is None

        def create(self, previous: State | None) -> None:
            self.server.write("create", {"kind": "a", "size": 1})

    lifecycle = Lifecycle(Completed(Server(state), {"size": 2}), Policy(), FakeClock().clock)
    with pytest.raises(RefusedError):
        lifecycle.run()
    made = [] if state else ["created node n1"]
    assert (lifecycle.outcome.changed, lifecycle.outcome.actions) == (True, [*made, "grew node n1"])


class Leaving(Node):
    """It is being deleted already, by somebody else."""

    def is_busy(self, current: State) -> bool:
        self.server.state = None
        return True


def test_one_that_goes_by_itself_is_gone_or_made_again() -> None:
    server = Server({"kind": "a", "size": 1})
    outcome = Lifecycle(Leaving(server, {}), Policy(absent=True), FakeClock().clock).run()
    assert (server.writes, outcome.changed) == ([], True)
    server = Server({"kind": "a", "size": 1})
    Lifecycle(Leaving(server, {"kind": "b", "size": 1}), Policy(allow_replace=True), FakeClock().clock).run()
    assert (server.writes, server.state) == (["create"], {"kind": "b", "size": 1})
    with pytest.raises(RefusedError, match="deleted by somebody else"):
        Lifecycle(Leaving(Server({"kind": "a", "size": 1}), {"size": 2}), Policy(), FakeClock().clock).run()


@pytest.mark.parametrize(("policy", "words"), [("keep", "stays as it was made"), ("update", "stays as it was made"), ("ignore", None)])
def test_what_is_bound_to_the_name_and_unknown_is_told_once(policy: t.Any, words: str | None) -> None:
    class Silent(Node):
        def facts(self, current: State) -> Wanted:
            return {"size": 1}

    outcome = Lifecycle(Silent(Server({"kind": "a", "size": 1}), {"kind": "b"}), Policy(when_unknown=policy), FakeClock().clock).run()
    assert outcome.changed is False
    assert [words in text for text in outcome.warnings if words] == ([True] if words else [])


FAULTS = st.lists(st.tuples(st.booleans(), st.sampled_from([lost, lambda: RateLimitedError("slow down")]).map(lambda make: make())), max_size=3)
STATES = st.none() | st.fixed_dictionaries({"kind": st.sampled_from("ab"), "size": st.integers(0, 2)})
WANTED = st.fixed_dictionaries({"kind": st.sampled_from("ab"), "size": st.integers(0, 2)})


@given(STATES, WANTED, st.booleans(), FAULTS)
def test_whatever_gets_lost_the_wanted_state_is_reached(
    state: State | None, wanted: Wanted, absent: bool, faults: list[tuple[bool, E2EError]]
) -> None:
    # A rate limit is refused before anything happens; a lost answer may have had its effect.
    faults = [(effect and not isinstance(error, RateLimitedError), error) for effect, error in faults]
    predicted = run(Server(state), wanted, absent=absent, allow_replace=True, check_mode=True)
    server = Server(state, faults=list(faults))
    outcome = run(server, wanted, absent=absent, allow_replace=True, repeatable=True)
    assert server.state == (None if absent else wanted)
    assert outcome.changed is predicted.changed is (server.state != state)
    assert (outcome.diff, outcome.resource) == (predicted.diff, predicted.resource)
    assert len(outcome.actions) == len(predicted.actions) == int(outcome.changed)
    writes = len(server.writes)
    again = run(server, wanted, absent=absent)
    assert (again.changed, again.diff, len(server.writes)) == (False, [], writes)


@given(STATES, WANTED, st.booleans())
def test_check_mode_never_writes(state: State | None, wanted: Wanted, absent: bool) -> None:
    server = Server(state)
    run(server, wanted, absent=absent, allow_replace=True, check_mode=True)
    assert (server.writes, server.state) == ([], state)
