# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lifecycle with a kind of resource that costs money: a create that can be answered and make two of them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import Resource, ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConnectionFailedError,
    ConsentError,
    E2EError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
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

    blind: set[int] = field(default_factory=set)
    reads: int = 0

    def read(self) -> State | None:
        """Reads are counted from 1; those in ``blind`` fail."""
        self.reads += 1
        if self.reads in self.blind:
            raise ServerError("GET: unwell.")
        return None if self.state is None else dict(self.state)

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
        return self.server.read()

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


class Rival(Server):
    """While this run pauses after a create that was refused, somebody else makes the resource."""

    def __init__(self, made: State, *faults: E2EError, blind: int = 0) -> None:
        super().__init__(faults=[(False, fault) for fault in faults])
        self.made, self.late = made, blind

    def read(self) -> State | None:
        if self.writes and self.state is None and self.reads > self.late:
            self.state = self.made
        return super().read()


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("late", [0, 2])
def test_what_is_there_after_a_create_that_was_refused_for_now_is_not_created_again(repeatable: bool, late: int) -> None:
    if repeatable and late:
        late = 0
    server = Rival({"kind": "a", "size": 1}, RateLimitedError("slow down"), blind=late)
    outcome = run(server, {"kind": "a", "size": 1}, repeatable=repeatable)
    assert (server.writes, outcome.resource, outcome.tried) == (["create"], {"kind": "a", "size": 1}, [])
    assert any("was not created again: slow down" in text for text in outcome.warnings)


def test_a_create_that_took_effect_and_was_answered_429_is_not_refused_the_second_time() -> None:
    """The second request is refused because the first one has arrived, and shows only then."""
    server = Rival({"size": 1}, RateLimitedError("slow down"), RefusedError("is reserved already"), blind=3)
    outcome = run(server, {"size": 1})
    assert (server.writes, outcome.changed, outcome.resource["size"]) == (["create", "create"], True, 1)


@pytest.mark.parametrize(("state", "wanted"), [({"size": 1}, {"size": 2}), ({"size": 1}, None), (None, {"size": 1})])
def test_a_refusal_is_told_when_the_look_after_it_fails(state: State | None, wanted: Wanted | None) -> None:
    server = Server(state, faults=[(False, RefusedError("no credit"))], blind={2})
    with pytest.raises(RefusedError, match="no credit"):
        run(server, wanted or {}, absent=wanted is None)
    assert len(server.writes) == 1


def test_a_replacement_whose_create_was_refused_and_is_there_tells_both() -> None:
    class Busy(Server):
        def write(self, action: str, state: State | None) -> None:
            if action == "create":
                self.faults = [(True, RateLimitedError("slow down"))]
            super().write(action, state)

    outcome = run(Busy({"kind": "a"}), {"kind": "b"}, allow_replace=True)
    assert outcome.actions == ["deleted node n1", "took over node n1, which is there although its create was refused"]


def test_a_refusal_is_believed_where_nothing_was_made() -> None:
    server = Server(faults=[(False, RefusedError("no credit"))])
    with pytest.raises(RefusedError, match="no credit"):
        run(server, {"size": 1})
    assert server.writes == ["create"]
    outcome = run(Rival({"size": 1}, RefusedError("exists")), {"size": 1})
    assert outcome.actions == ["took over node n1, which is there although its create was refused"]
    # Where names are unique, the platform keeps a second one from being made, and what is there may be somebody else's.
    with pytest.raises(RefusedError, match="exists"):
        run(Rival({"size": 1}, RefusedError("exists")), {"size": 1}, repeatable=True)


@pytest.mark.parametrize("problem", [RateLimitedError("slow down"), ConnectionFailedError("no answer", outcome_known=False)])
def test_what_somebody_else_has_made_is_changed_only_as_the_task_allows(problem: E2EError) -> None:
    server = Rival({"kind": "a", "size": 1}, problem)
    outcome = run(server, {"kind": "a", "size": 2})
    assert (server.writes, outcome.resource) == (["create", "update"], {"kind": "a", "size": 2})

    server = Rival({"kind": "b", "size": 2}, problem)
    with pytest.raises(ConsentError, match="kind is b, not a"):
        run(server, {"kind": "a", "size": 2}, allow_replace=True)
    assert (server.writes, server.state) == (["create"], {"kind": "b", "size": 2})

    class Guarded(Node):
        def check_allowed(self, current: State | None, action: Action) -> None:
            if current is not None:
                raise ConsentError("allow_resize")

    server = Rival({"kind": "a", "size": 1}, problem)
    with pytest.raises(ConsentError, match="allow_resize"):
        Lifecycle(Guarded(server, {"size": 2}), Policy(), FakeClock().clock).run()
    assert server.writes == ["create"]


@pytest.mark.parametrize("problem", [RateLimitedError("slow down"), ConnectionFailedError("no answer", outcome_known=False)])
@pytest.mark.parametrize(("state", "wanted", "action"), [(None, {"size": 1}, "create"), ({"size": 1}, {"size": 2}, "update"), ({"size": 1}, None, "delete")])
@pytest.mark.parametrize("took_effect", [True, False])
def test_a_write_that_was_sent_is_reported_when_the_look_after_it_fails(
    problem: E2EError, state: State | None, wanted: Wanted | None, action: str, took_effect: bool
) -> None:
    server = Server(state, faults=[(took_effect, problem)], blind={2, 3})
    lifecycle = Lifecycle(Node(server, wanted or {}), Policy(absent=wanted is None), FakeClock().clock)
    with pytest.raises(ServerError) as raised:
        lifecycle.run()
    assert (raised.value.outcome_known, lifecycle.outcome.tried, server.writes) == (False, [f"tried to {action} node n1"], [action])
    assert raised.value.message.startswith(f"GET: unwell. Whether the {action} of the node n1 took effect is not known: {problem.message}")
    assert ("Run the task again later" in raised.value.message) is (action == "create")


@pytest.mark.parametrize("blind", [3, 4, 5, 6])
def test_a_lost_create_is_reported_whichever_look_fails(blind: int) -> None:
    server = Server(faults=[(False, lost())], blind={blind})
    lifecycle = Lifecycle(Node(server, {"size": 1}), Policy(), FakeClock().clock)
    with pytest.raises(ServerError) as raised:
        lifecycle.run()
    assert (raised.value.outcome_known, lifecycle.outcome.tried) == (False, ["tried to create node n1"])


def test_a_lost_create_that_never_shows_is_reported() -> None:
    lifecycle = Lifecycle(Node(Server(faults=[(False, lost())]), {"size": 1}), Policy(), FakeClock().clock)
    with pytest.raises(ConnectionFailedError, match="did not show up in 5 looks") as raised:
        lifecycle.run()
    assert (raised.value.outcome_known, lifecycle.outcome.tried) == (False, ["tried to create node n1"])


def test_an_update_that_was_refused_for_now_and_is_done_by_somebody_else_is_not_sent_again() -> None:
    server = Server({"size": 1}, faults=[(True, RateLimitedError("slow down"))])
    outcome = run(server, {"size": 2})
    assert (server.writes, outcome.changed, outcome.tried) == (["update"], True, [])
    assert "it is as wanted now: slow down" in outcome.warnings[0]


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


class Linked(Node):
    """What it is linked with is read when the plan asks for it."""

    def __init__(self, server: Server, wanted: Wanted) -> None:
        super().__init__(server, wanted)
        self.links: list[str] | None = None

    def facts(self, current: State) -> Wanted:
        self.links = ["net"]
        return current

    def result(self, current: State | None) -> dict[str, t.Any]:
        return {**super().result(current), "links": self.links}


def test_what_planning_reads_is_part_of_the_prediction_of_no_change() -> None:
    for check_mode in (True, False):
        outcome = Lifecycle(Linked(Server({"size": 1}), {"size": 1}), Policy(check_mode=check_mode), FakeClock().clock).run()
        assert (outcome.changed, outcome.resource["links"], outcome.before) == (False, ["net"], outcome.resource)


@given(STATES, WANTED, st.booleans())
def test_check_mode_never_writes(state: State | None, wanted: Wanted, absent: bool) -> None:
    server = Server(state)
    run(server, wanted, absent=absent, allow_replace=True, check_mode=True)
    assert (server.writes, server.state) == ([], state)


class Making(Node):
    """One that an earlier run has ordered: it is under way for as many reads as ``left`` says."""

    left = 2

    def read(self) -> State | None:
        self.left -= 1
        return super().read()

    def is_busy(self, current: State) -> bool:
        return self.left > 0

    def check_ready(self, current: State) -> bool:
        return self.left <= 0


@pytest.mark.parametrize("wanted", [{"size": 1}, {"size": 2}])
@pytest.mark.parametrize("policy", [{}, {"check_mode": True}, {"absent": True}, {"wait": False}])
def test_what_a_cancelled_run_left_under_way_is_told(wanted: Wanted, policy: dict[str, bool]) -> None:
    server = Server(state={"kind": "a", "size": 1})
    outcome = Lifecycle(Making(server, wanted), Policy(**policy), FakeClock().clock).run()
    unchanged = wanted == {"size": 1} and not policy.get("absent")
    verb = "wait" if policy.get("check_mode") else "waited"
    expected = f"{verb} for node n1, which was under way already (its state is strange), as a run that was cancelled leaves it"
    assert outcome.found == ([] if unchanged and policy == {"wait": False} else [expected])
    assert outcome.changed is not unchanged and len(outcome.actions) == outcome.changed


def test_what_is_ready_is_not_told_of() -> None:
    assert run(Server(state={"kind": "a", "size": 1}), {"size": 2}).found == []
