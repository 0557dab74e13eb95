# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine against a server in memory: any fields, any of them untold by the API or bound to the name, any world, any policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, FieldRule
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from check_mode import Count
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

FIELDS = ("size", "label", "tags", "kind")
VALUES = {"size": st.integers(0, 3), "label": st.sampled_from("abc"), "tags": st.lists(st.sampled_from("xyz"), max_size=2), "kind": st.booleans()}
State = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One pair.

    :param world: what there is, ``None`` for nothing; ``failed`` among its keys where it needs an update.
    :param untold: fields that no read returns.
    :param bound: fields that only a replacement changes.
    """

    world: State | None
    wanted: State
    untold: frozenset[str]
    bound: frozenset[str]
    policy: Policy
    creates_in_steps: bool


@dataclass
class Server:
    """One resource, and how often it was written to."""

    state: State | None
    writes: list[str] = field(default_factory=list)
    made: int = 0

    def put(self, action: str, state: State | None) -> None:
        self.writes.append(action)
        self.state = state


class Thing(ResourceBase[State]):
    """A resource with the fields of the case, and an id that the server gives."""

    label = "thing one"

    def __init__(self, case: Case, server: Server) -> None:
        super().__init__()
        self.case, self.server = case, server
        self.creates_in_steps = case.creates_in_steps
        self.rules = tuple(FieldRule(name, in_place=name not in case.bound) for name in FIELDS)

    def read(self) -> State | None:
        return None if self.server.state is None else dict(self.server.state)

    def desired(self, current: State | None) -> State:
        return self.case.wanted

    def facts(self, current: State) -> State:
        return {name: UNKNOWN if name in self.case.untold else current[name] for name in FIELDS}

    def create(self, previous: State | None) -> None:
        self.server.made += 1
        carried = {name: (previous or {}).get(name, 0) for name in FIELDS}
        first = dict(list(self.case.wanted.items())[: 1 if self.creates_in_steps else None])
        bound = {name: value for name, value in self.case.wanted.items() if name in self.case.bound or name in self.case.untold}
        self.server.put("create", {**carried, **first, **bound, "id": self.server.made})

    def update(self, current: State) -> None:
        self.server.put("update", {**current, **self.case.wanted, "failed": False})

    def delete(self, current: State) -> None:
        self.server.put("delete", None)

    def repair_reason(self, current: State) -> str:
        return "failed" if current.get("failed") else ""

    def result(self, current: State | None) -> State:
        return {"id": None, **dict.fromkeys(FIELDS)} if current is None else {"id": current["id"], **{name: current[name] for name in FIELDS}}

    def predict(self, current: State | None, action: Action) -> State:
        made_again = current is None or action == "replace"
        return {**(self.result(current) if current else dict.fromkeys(FIELDS, 0)), **self.case.wanted, "id": None if made_again else (current or {})["id"]}


def run(case: Case, server: Server, *, check_mode: bool) -> tuple[Outcome, str]:
    """One run and the message that it failed with."""
    policy = Policy(**{**vars(case.policy), "check_mode": check_mode})
    lifecycle = Lifecycle(Thing(case, server), policy, Clock(now=lambda: 0.0, sleep=lambda seconds: None, random=lambda: 0.5))
    try:
        lifecycle.run()
    except E2EError as error:
        return lifecycle.outcome, error.message
    return lifecycle.outcome, ""


def hold(case: Case, count: Count) -> None:
    """Check mode, the run, and the run again."""
    server = Server(None if case.world is None else dict(case.world))
    predicted, foretold = run(case, server, check_mode=True)
    assert server.writes == [], "check mode wrote"
    real, failure = run(case, server, check_mode=False)
    count.pairs += 1
    count.changes += real.changed
    assert foretold == failure
    if failure:
        count.refusals += 1
        assert server.writes == [] and not real.changed
        return
    assert (predicted.changed, predicted.diff, len(predicted.actions), predicted.before) == (real.changed, real.diff, len(real.actions), real.before)
    unlike = {name for name, value in real.resource.items() if predicted.resource[name] != value}
    assert unlike <= {"id"} and (not unlike or predicted.resource["id"] is None)
    assert bool(server.writes) == real.changed
    sent = len(server.writes)
    again, failure = run(case, server, check_mode=False)
    if failure:
        # What was just made cannot be compared either, and the task wants to fail then.
        assert case.policy.when_unknown == "fail" and case.wanted.keys() & case.untold and len(server.writes) == sent
        return
    blind = case.policy.when_unknown == "update" and not case.policy.absent and (case.wanted.keys() & case.untold) - case.bound
    assert blind or (again.changed, again.diff, again.actions, len(server.writes)) == (False, [], [], sent)


STATE = st.fixed_dictionaries({**VALUES, "id": st.just(7), "failed": st.booleans()})
POLICY = st.builds(
    Policy,
    absent=st.sampled_from((False, False, False, True)),
    allow_replace=st.booleans(),
    when_unknown=st.sampled_from(("update", "keep", "ignore", "fail")),
    wait=st.booleans(),
)
CASES = st.builds(
    Case,
    world=st.none() | STATE,
    wanted=st.fixed_dictionaries({}, optional=VALUES),
    untold=st.frozensets(st.sampled_from(FIELDS), max_size=2),
    bound=st.frozensets(st.sampled_from(FIELDS), max_size=2),
    policy=POLICY,
    creates_in_steps=st.booleans(),
)


def worlds(pairs: int, chance: str, count: Count) -> None:
    """Draw so many pairs and hold each."""

    @settings(max_examples=pairs, deadline=None, database=None, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
    @seed(chance)
    @given(CASES)
    def pair(case: Case) -> None:
        hold(case, count)

    pair()
