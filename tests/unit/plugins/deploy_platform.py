# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A platform in memory that holds one function, and deploy transactions over it. Its truth is what their outcomes are held against."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass, field

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.deploy import Deploy, Deployable, DeployOutcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import Resource, ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.smoke_test import SmokeTest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConnectionFailedError,
    E2EError,
    FunctionFailedError,
    InputError,
    RefusedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.invoke import Answer, Call
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock

SECRET = "swordfish"
URL = "https://hello.example.test/"
TIMEOUT = 20.0

Effect = t.Literal["works", "refused", "input", "destroyed", "lost", "lost but done", "build fails", "hangs", "never ready", "defect"]


@dataclass(frozen=True)
class State:
    """A function as the platform has it. ``born`` counts its writes, so that one made again is not the same.

    :param kind: what no update can change.
    """

    version: str
    status: str = "running"
    kind: str = "cpu"
    born: int = 0


@dataclass
class Platform:
    """One function, what each write to it does, and which reads fail.

    :param effects: of the writes in their order; those that follow work.
    :param blind: which reads fail, counted from 0.
    :param settles_after: how many reads a function that is deploying from the beginning stays so.
    """

    state: State | None = None
    effects: list[Effect] = field(default_factory=list)
    blind: t.Container[int] = ()
    settles_after: int = 0
    writes: list[str] = field(default_factory=list)
    reads: int = 0
    could_read: bool = True

    def read(self) -> State | None:
        number, self.reads = self.reads, self.reads + 1
        if self.settles_after and self.state is not None and self.reads > self.settles_after:
            self.state, self.settles_after = dataclasses.replace(self.state, status="running"), 0
        self.could_read = number not in self.blind
        if not self.could_read:
            raise ServerError("GET hello: unwell.", http_status=503)
        return self.state

    def write(self, action: str, wanted: State | None) -> None:
        effect = self.effects.pop(0) if self.effects else "works"
        if effect == "input":
            raise InputError("snapshot_dest: the disk is full. Nothing was changed.")
        self.writes.append(action)
        if effect == "refused":
            raise RefusedError(f"{action}: refused.", http_status=400)
        if effect == "lost":
            raise ConnectionFailedError(f"{action}: no answer.", outcome_known=False)
        if effect == "defect":
            self.state = wanted
            raise ZeroDivisionError
        status = {"build fails": "failed", "hangs": "deploying", "never ready": "starting"}.get(effect, "running")
        gone = effect == "destroyed" or wanted is None
        self.state = None if gone or wanted is None else dataclasses.replace(wanted, status=status, born=len(self.writes))
        if effect == "destroyed":
            raise RefusedError(f"{action}: refused.", http_status=400)
        if effect == "lost but done":
            raise ConnectionFailedError(f"{action}: no answer.", outcome_known=False)


class Function(ResourceBase[State]):
    """One function of the platform.

    :param obstacle: why a version cannot be brought back.
    :param telling: whether the platform returns the version.
    """

    label = "function hello"
    repeatable = True
    rules = (FieldRule("version"), FieldRule("kind", in_place=False))

    def __init__(
        self, platform: Platform, wanted: t.Mapping[str, str], *, harmless: bool = True, obstacle: str = "", telling: bool = True, url: str | None = URL
    ) -> None:
        super().__init__()
        self.platform, self.wanted, self.obstacle, self.telling = platform, wanted, obstacle, telling
        self.refusals_are_harmless = harmless
        self.log: list[str] = []
        self.log_error: E2EError | None = None
        self.given_url = url

    def read(self) -> State | None:
        return self.platform.read()

    def desired(self, current: State | None) -> dict[str, Value]:
        return {"kind": "cpu", **self.wanted} if current is None else dict(self.wanted)

    def facts(self, current: State) -> dict[str, Value]:
        return {"version": current.version if self.telling else UNKNOWN, "kind": current.kind}

    def create(self, previous: State | None) -> None:
        self.platform.write("create", State(self.wanted["version"], kind=self.wanted.get("kind", previous.kind if previous else "cpu")))

    def update(self, current: State) -> None:
        self.platform.write("update", dataclasses.replace(current, version=self.wanted.get("version", current.version)))

    def delete(self, current: State) -> None:
        self.platform.write("delete", None)

    def is_busy(self, current: State) -> bool:
        return current.status == "deploying"

    def repair_reason(self, current: State) -> str:
        return "failed" if current.status == "failed" else ""

    def check_ready(self, current: State) -> bool:
        if current.status == "failed":
            log = self.log_tail(current)
            raise FunctionFailedError("The function hello does not run.", details=["Last lines of its log:", *(f"  {line}" for line in log)] if log else ())
        return current.status == "running"

    def describe(self, current: State) -> str:
        return f"its status is {current.status}"

    def result(self, current: State | None) -> dict[str, t.Any]:
        return {"version": None, "status": "absent"} if current is None else {"version": current.version, "status": current.status}

    def predict(self, current: State | None, action: Action) -> dict[str, t.Any]:
        return {"version": self.wanted.get("version"), "status": "running"}

    def url(self, current: State) -> str | None:
        return self.given_url

    @property
    def shows_new_version(self) -> bool:
        return True

    def works(self, current: State) -> bool:
        return current.status not in ("failed", "deploying")

    def is_same(self, before: State, current: State) -> bool:
        return before == current and self.telling

    def state(self, current: State) -> str:
        return f"is {current.status} as {current.version}"

    def version(self, current: State) -> str:
        return current.version

    def log_tail(self, current: State) -> list[str]:
        if self.log_error is not None:
            raise self.log_error
        return [f"{current.version}: {line}" for line in self.log]

    def restoring(self, before: State, *, is_gone: bool) -> Resource[State]:
        if self.obstacle:
            raise InputError(self.obstacle)
        way_back = Function(self.platform, {"version": before.version, "kind": before.kind}, telling=self.telling)
        way_back.warn("what was brought back is old")
        return way_back

    def conceal(self, text: str) -> str:
        return text.replace(SECRET, "********")


@dataclass
class Ended:
    """A transaction and how it ended."""

    transaction: Deploy[State]
    error: E2EError | None
    calls: list[Call]

    @property
    def outcome(self) -> DeployOutcome:
        return self.transaction.outcome

    @property
    def message(self) -> str:
        assert self.error is not None, "it did not fail"
        return self.error.message

    @property
    def facts(self) -> tuple[bool, list[str], bool]:
        return self.outcome.changed, self.outcome.actions, self.outcome.rolled_back


def deploy(
    function: Function, *, broken: t.Container[str] = (), smoke_test: SmokeTest | None = SmokeTest(retries=0), rollback: bool = True, **policy: t.Any
) -> Ended:
    """One transaction.

    :param broken: versions that answer with an error.
    """
    calls: list[Call] = []

    def call(wanted: Call, clock: Clock) -> Answer:
        calls.append(wanted)
        state = function.platform.state
        if state is None or state.status != "running":
            raise ConnectionFailedError("GET hello: cannot connect.")
        status = 500 if state.version in broken else 200
        return Answer(wanted.url, status, {}, f"{state.version} knows {SECRET}".encode(), 0.01, 1)

    resource: Deployable[State] = function
    settings_of_run = Policy(**{"wait_timeout": TIMEOUT, **policy})
    transaction = Deploy(resource, settings_of_run, FakeClock().clock, smoke_test=smoke_test, rollback=rollback, call=call)
    try:
        returned = transaction.run()
    except E2EError as error:
        return Ended(transaction, error, calls)
    assert returned is transaction.outcome
    return Ended(transaction, None, calls)


V1, V2 = State("v1"), {"version": "v2"}
TRIED, UPDATED, BACK = "tried to update function hello", "updated function hello: changes version", "put the version before of function hello back"
TRIED_BACK = "tried to put the version before of function hello back"
RUNS_AGAIN = "The version before it was put back and runs (v1)."

#: Whether a refusal does nothing for certain, as on the account, or may have destroyed the function, as on a gateway.
every_kind = pytest.mark.parametrize("harmless", [True, False], ids=["harmless", "gateway"])
