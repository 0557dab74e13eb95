# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deploy transaction over a platform in memory, whose truth each outcome and each sentence is held against."""

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
    ConsentError,
    E2EError,
    FunctionFailedError,
    InputError,
    RefusedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.invoke import Answer, Call
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st

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
        self.log: list[str] | E2EError = []
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
            log = self.log_tail(current) if self.log else []
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

    def hides_rollout(self) -> bool:
        return False

    def works(self, current: State) -> bool:
        return current.status not in ("failed", "deploying")

    def is_same(self, before: State, current: State) -> bool:
        return before == current and self.telling

    def state(self, current: State) -> str:
        return f"is {current.status} as {current.version}"

    def version(self, current: State) -> str:
        return current.version

    def log_tail(self, current: State) -> list[str]:
        if isinstance(self.log, E2EError):
            raise self.log
        return [f"{current.version}: {line}" for line in self.log]

    def restoring(self, before: State) -> Resource[State]:
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


# What works.


@pytest.mark.parametrize("rollback", [True, False])
@pytest.mark.parametrize(
    ("before", "action"),
    [
        (None, "created function hello"),
        (V1, UPDATED),
        (State("v1", "failed"), "updated function hello: changes version; it is failed"),
        (State("v2", "failed"), "updated function hello: it is failed"),
    ],
)
def test_a_version_that_works(before: State | None, action: str, rollback: bool) -> None:
    ended = deploy(Function(Platform(before), V2), rollback=rollback)
    assert ended.error is None and ended.facts == (True, [action], False)
    assert ended.outcome.resource == {"version": "v2", "status": "running"} and ended.outcome.warnings == []
    assert ended.outcome.before == (None if before is None else {"version": before.version, "status": before.status})
    assert ended.outcome.answer is not None and ended.outcome.answer.status == 200 and ended.calls[0].url == URL


def test_an_unchanged_function_is_tried_out_as_well() -> None:
    platform = Platform(V1)
    ended = deploy(Function(platform, {"version": "v1"}))
    assert ended.error is None and ended.facts == (False, [], False) and platform.writes == [] and len(ended.calls) == 1


def test_nothing_is_called_without_a_smoke_test() -> None:
    ended = deploy(Function(Platform(V1), V2), smoke_test=None, broken={"v2"})
    assert ended.error is None and ended.calls == []


def test_without_waiting_nothing_can_be_tried_out() -> None:
    platform = Platform(V1)
    ended = deploy(Function(platform, V2), wait=False)
    assert ended.message == "smoke_test: a function is tried out when it runs, and wait: false does not wait for that."
    assert (platform.reads, platform.writes, ended.outcome.changed) == (0, [], False)
    assert deploy(Function(platform, V2), wait=False, smoke_test=None).error is None


def test_removing_tries_nothing_out_and_puts_nothing_back() -> None:
    platform = Platform(V1)
    ended = deploy(Function(platform, {}, obstacle="the API is silent"), absent=True, wait=False)
    assert ended.error is None and ended.facts == (True, ["deleted function hello"], False)
    assert (platform.writes, ended.calls, ended.outcome.warnings) == (["delete"], [], [])
    ended = deploy(Function(Platform(V1, ["refused"]), {}, harmless=False), absent=True)
    assert ended.message == "delete: refused." and ended.facts == (False, [], False)


# Check mode.


@pytest.mark.parametrize("before", [None, V1, State("v1", "failed")])
def test_check_mode_sends_nothing(before: State | None) -> None:
    platform = Platform(before)
    ended = deploy(Function(platform, V2), check_mode=True, broken={"v2"})
    assert ended.error is None and ended.outcome.changed and platform.writes == [] and ended.calls == []
    assert ended.outcome.resource == {"version": "v2", "status": "running"} and ended.outcome.warnings == [] and not ended.outcome.rolled_back


@pytest.mark.parametrize("check_mode", [True, False])
def test_it_is_said_that_there_is_no_way_back(check_mode: bool) -> None:
    warning = "rollback: the API is silent, so if the new version of the function hello fails, it cannot be put back."
    ended = deploy(Function(Platform(V1), V2, obstacle="the API is silent"), check_mode=check_mode)
    assert ended.error is None and ended.outcome.warnings == [warning]
    ended = deploy(Function(Platform(V1), V2, obstacle="the API is silent"), broken={"v2"})
    assert ended.error is not None and ended.outcome.warnings == [warning]


@pytest.mark.parametrize(
    ("before", "wanted", "rollback"),
    [(V1, V2, False), (V1, {"version": "v1"}, True), (None, V2, True), (State("v1", "failed"), V2, True)],
    ids=["not wanted", "no change", "first version", "had failed"],
)
def test_it_is_said_only_where_it_matters(before: State | None, wanted: t.Mapping[str, str], rollback: bool) -> None:
    ended = deploy(Function(Platform(before), wanted, obstacle="the API is silent"), rollback=rollback, check_mode=True)
    assert ended.error is None and ended.outcome.warnings == []


def test_a_failure_of_check_mode_is_not_settled() -> None:
    ended = deploy(Function(Platform(State("v1", "failed")), V2, harmless=False), check_mode=True, smoke_test=None)
    assert ended.error is None
    ended = deploy(Function(Platform(V1), {"kind": "gpu"}), check_mode=True)
    assert isinstance(ended.error, ConsentError) and "This run" not in ended.message


# A new version that fails and a version before it that comes back.

FAILS: dict[str, tuple[Effect, set[str], str]] = {
    "build": ("build fails", set(), "The function hello does not run. "),
    "readiness": ("never ready", set(), "The function hello is not ready: its status is starting after 20 seconds."),
    "smoke test": ("works", {"v2"}, f"The new version of the function hello fails its smoke test: GET {URL} answered 500, which is not an accepted status. "),
}
every_failure = pytest.mark.parametrize(("effect", "broken", "reason"), FAILS.values(), ids=FAILS)
every_kind = pytest.mark.parametrize("harmless", [True, False], ids=["harmless", "gateway"])


@every_kind
@every_failure
def test_it_is_put_back(effect: Effect, broken: set[str], reason: str, harmless: bool) -> None:
    platform = Platform(V1, [effect])
    function = Function(platform, V2, harmless=harmless)
    function.log = ["oops"]
    ended = deploy(function, broken=broken)
    assert ended.message.startswith(reason) and ended.message.endswith(f" {RUNS_AGAIN}")
    assert ended.facts == (True, [UPDATED, BACK], True) and platform.writes == ["update", "update"]
    assert ended.outcome.resource == {"version": "v1", "status": "running"} == ended.outcome.before
    # The log of the version that failed, read before it was replaced.
    assert ended.error is not None and ended.error.details[-2:] == ["Last lines of its log:", "  v2: oops"]
    assert ended.outcome.warnings == ["what was brought back is old"]


@every_kind
@every_failure
def test_it_would_have_been_put_back(effect: Effect, broken: set[str], reason: str, harmless: bool) -> None:
    platform = Platform(V1, [effect])
    ended = deploy(Function(platform, V2, harmless=harmless), broken=broken, rollback=False)
    assert ended.message.startswith(reason) and ended.message.endswith("With rollback: true the version before it would have been put back.")
    assert ended.facts == (True, [UPDATED], False) and platform.writes == ["update"] and ended.outcome.resource["version"] == "v2"
    assert ("Now the function hello is running as v2." in ended.message) == (effect == "works")


@every_failure
@pytest.mark.parametrize(
    ("before", "obstacle", "text"),
    [
        (State("v1", "failed"), "", "It was not rolled back, because the version before it had failed too."),
        (V1, "the API does not return its code", "The version before it could not be put back, because the API does not return its code."),
    ],
    ids=["had failed", "not returned"],
)
def test_it_cannot_be_put_back(effect: Effect, broken: set[str], reason: str, before: State, obstacle: str, text: str) -> None:
    for rollback in (True, False):
        platform = Platform(before, [effect])
        ended = deploy(Function(platform, V2, obstacle=obstacle), broken=broken, rollback=rollback)
        why = obstacle or "the version before it had failed too"
        assert ended.message.endswith(text if rollback else f"With rollback: true it would not have been rolled back either, because {why}.")
        assert ended.outcome.changed and not ended.outcome.rolled_back and len(platform.writes) == 1
        assert ended.outcome.resource["version"] == "v2"


@pytest.mark.parametrize("rollback", [True, False])
def test_a_platform_that_does_not_settle_takes_no_change(rollback: bool) -> None:
    platform = Platform(V1, ["hangs"])
    function = Function(platform, V2)
    function.log = ["still pulling"]
    ended = deploy(function, rollback=rollback)
    assert ended.message.startswith("The function hello is not ready: its status is deploying after 20 seconds. Raise wait_timeout if it only needs longer. ")
    either = "It was not rolled back" if rollback else "With rollback: true it would not have been rolled back either"
    assert ended.message.endswith(f" {either}, because the platform takes no change before it has settled. Look at it again later.")
    assert ended.facts == (True, [UPDATED], False) and platform.writes == ["update"]
    assert ended.error is not None and ("  v2: still pulling" in ended.error.details) == rollback


@every_failure
def test_a_first_version_is_left_for_inspection(effect: Effect, broken: set[str], reason: str) -> None:
    first = "It is the first version, so there is nothing to roll back to. It is left as it is for you to look at."
    for rollback in (True, False):
        platform = Platform(None, [effect])
        ended = deploy(Function(platform, V2), broken=broken, rollback=rollback)
        assert ended.message.startswith(reason.rstrip()) and ended.message.endswith(first) == rollback
        assert ended.facts == (True, ["created function hello"], False) and platform.writes == ["create"]
        assert ended.outcome.before is None and ended.outcome.resource["version"] == "v2"


def test_an_unchanged_function_that_fails_its_smoke_test() -> None:
    for rollback in (True, False):
        platform = Platform(V1)
        ended = deploy(Function(platform, {"version": "v1"}), broken={"v1"}, rollback=rollback)
        assert ended.message == (
            f"The function hello fails its smoke test: GET {URL} answered 500, which is not an accepted status. "
            "This run did not change it, so there is nothing to roll back."
        )
        assert ended.facts == (False, [], False) and platform.writes == []


def test_an_unchanged_function_that_is_not_ready() -> None:
    ended = deploy(Function(Platform(State("v1", "starting")), {"version": "v1"}))
    assert ended.message.endswith("This run did not change it, so there is nothing to roll back.") and not ended.outcome.changed


def test_a_deployment_of_somebody_else_is_not_disturbed() -> None:
    platform = Platform(State("v1", "deploying"))
    ended = deploy(Function(platform, V2))
    assert ended.message.startswith("The function hello could not be changed: its status is deploying after 20 seconds.")
    assert ended.message.endswith("This run did not change it, so there is nothing to roll back.")
    assert ended.facts == (False, [], False) and platform.writes == []


def test_a_deployment_of_somebody_else_is_waited_for_and_is_what_comes_back() -> None:
    platform = Platform(State("v1", "deploying"), settles_after=3)
    ended = deploy(Function(platform, V2), broken={"v2"})
    assert ended.message.endswith(RUNS_AGAIN) and ended.outcome.rolled_back
    assert ended.outcome.before == {"version": "v1", "status": "deploying"}


# Changes that are refused, lost, or destroy what was there.


def test_a_harmless_refusal() -> None:
    platform = Platform(V1, ["refused"])
    ended = deploy(Function(platform, V2))
    assert ended.message == "update: refused. The function hello runs as before."
    assert ended.facts == (False, [], False) and platform.writes == ["update"] and ended.outcome.resource == ended.outcome.before
    platform = Platform(V1, ["refused"])
    ended = deploy(Function(platform, V2), rollback=False)
    assert ended.message == "update: refused." and ended.facts == (False, [], False) and platform.reads == 2


@pytest.mark.parametrize("rollback", [True, False])
def test_a_refusal_that_did_nothing(rollback: bool) -> None:
    ended = deploy(Function(Platform(V1, ["refused"]), V2, harmless=False), rollback=rollback)
    assert ended.message == "update: refused. The function hello runs as before." and ended.facts == (False, [], False)


@every_kind
@pytest.mark.parametrize("status", ["failed", "starting"])
def test_what_did_not_run_before_does_not_run_as_before(status: str, harmless: bool) -> None:
    ended = deploy(Function(Platform(State("v1", status), ["refused"]), V2, harmless=harmless))
    assert ended.message == f"update: refused. This run did not change it. Now the function hello is {status} as v1."
    assert ended.facts == (False, [], False)


def test_a_function_that_goes_while_a_change_is_refused() -> None:
    class Vanishing(Platform):
        def write(self, action: str, wanted: State | None) -> None:
            self.state = None
            raise RefusedError("update: refused.", http_status=400)

    ended = deploy(Function(Vanishing(V1), V2))
    assert ended.message == "update: refused. This run did not change it. Now the function hello is gone."
    assert ended.facts == (False, [], False) and ended.outcome.resource["status"] == "absent"


def test_a_refusal_that_destroyed_it() -> None:
    platform = Platform(V1, ["destroyed"])
    ended = deploy(Function(platform, V2, harmless=False))
    assert ended.message == f"update: refused. The function hello was gone. {RUNS_AGAIN}"
    assert ended.facts == (True, [TRIED, BACK], True) and platform.writes == ["update", "create"]
    ended = deploy(Function(Platform(V1, ["destroyed"]), V2, harmless=False), rollback=False)
    assert ended.message == ("update: refused. Now the function hello is gone. With rollback: true the version before it would have been put back.")
    assert ended.facts == (True, [TRIED], False) and ended.outcome.resource["status"] == "absent"


def test_nothing_is_claimed_about_a_change_that_was_never_sent() -> None:
    for harmless in (True, False):
        platform = Platform(V1, ["input"])
        ended = deploy(Function(platform, V2, harmless=harmless))
        assert ended.message == "snapshot_dest: the disk is full. Nothing was changed." and ended.facts == (False, [], False)
        assert platform.reads == 1


def test_a_change_that_was_never_sent_after_one_that_was_lost() -> None:
    ended = deploy(Function(Platform(V1, ["lost", "input"]), V2))
    assert ended.message.endswith("The function hello runs as before.") and ended.outcome.changed is False


@every_kind
def test_a_change_whose_answers_are_all_lost(harmless: bool) -> None:
    for rollback in (True, False):
        platform = Platform(V1, ["lost"] * 4)
        ended = deploy(Function(platform, V2, harmless=harmless), rollback=rollback)
        assert ended.message == "update: no answer. So far the function hello runs as before."
        assert ended.error is not None and not ended.error.outcome_known and ended.facts == (False, [], False)
        assert platform.writes == ["update"] * 4


def test_a_lost_change_that_works_late_is_not_denied_by_a_refusal() -> None:
    class Late(Platform):
        def write(self, action: str, wanted: State | None) -> None:
            self.writes.append(action)
            if len(self.writes) == 1:
                raise ConnectionFailedError("update: no answer.", outcome_known=False)
            self.state = wanted
            if len(self.writes) == 2:
                raise RefusedError("update: the same is on its way.", http_status=400)

    ended = deploy(Function(Late(V1), V2))
    assert ended.message == f"update: the same is on its way. {RUNS_AGAIN}" and ended.facts == (True, [TRIED, BACK], True)


def test_a_lost_change_that_cannot_be_seen_is_not_denied() -> None:
    """The platform returns too little to tell: then nobody says that it runs as before."""
    function = Function(Platform(V1, ["lost but done"] * 4), V2, telling=False, obstacle="the API does not return its code")
    ended = deploy(function)
    assert ended.message.endswith(
        "Now the function hello is running as v2. The version before it could not be put back, because the API does not return its code."
    )
    assert ended.facts == (True, [TRIED], False)


@every_kind
def test_an_accepted_change_that_cannot_be_seen_is_not_denied(harmless: bool) -> None:
    """What is read before and after is the same, and yet the change was accepted and what runs fails."""

    class Twins(Function):
        def is_same(self, before: State, current: State) -> bool:
            return True

    ended = deploy(Twins(Platform(V1), V2, harmless=harmless, telling=False), broken={"v2"})
    assert ended.message.endswith(RUNS_AGAIN) and ended.facts == (True, [UPDATED, BACK], True)


def test_a_lost_change_that_nobody_can_look_after() -> None:
    """It was sent, may have worked, and cannot be read: never told as unchanged for certain."""
    for rollback in (True, False):
        ended = deploy(Function(Platform(V1, ["lost but done"], blind=range(1, 9)), V2), rollback=rollback)
        assert ended.message == (
            "GET hello: unwell. Whether the update of the function hello took effect is not known: update: no answer. "
            "What became of the function hello is not known, because it cannot be read: GET hello: unwell."
        )
        assert ended.error is not None and not ended.error.outcome_known and ended.facts == (True, [TRIED], False)


def test_a_lost_create_that_nobody_can_look_after() -> None:
    ended = deploy(Function(Platform(None, ["lost but done"], blind=range(1, 9)), V2))
    assert ended.error is not None and not ended.error.outcome_known
    assert ended.facts == (True, ["tried to create function hello"], False) and "is not known" in ended.message


def test_a_lost_create_that_shows_after_all() -> None:
    ended = deploy(Function(Platform(None, ["lost but done"], blind=[1]), V2))
    assert ended.message.endswith("It is the first version, so there is nothing to roll back to. It is left as it is for you to look at.")
    assert ended.facts == (True, ["tried to create function hello"], False) and ended.outcome.resource["status"] == "running"


@every_kind
def test_a_refused_create_is_not_called_a_version(harmless: bool) -> None:
    ended = deploy(Function(Platform(None, ["refused"]), V2, harmless=harmless))
    assert ended.message == "create: refused." and ended.facts == (False, [], False)


@pytest.mark.parametrize("blind", [range(1, 99), range(2, 99)], ids=["first read", "while it settles"])
def test_what_cannot_be_read_after_an_accepted_change(blind: range) -> None:
    ended = deploy(Function(Platform(V1, ["hangs"], blind), V2))
    assert ended.message.endswith("What became of the function hello is not known, because it cannot be read: GET hello: unwell.")
    assert ended.facts == (True, [UPDATED], False)


def test_a_change_that_is_accepted_and_ignored() -> None:
    class Deaf(Platform):
        def write(self, action: str, wanted: State | None) -> None:
            self.writes.append(action)

    platform = Deaf(V1)
    ended = deploy(Function(platform, V2))
    assert ended.message.endswith("The version before it is still there and runs (v1), so nothing had to be put back.")
    assert ended.facts == (True, [UPDATED], False) and platform.writes == ["update"]


def test_a_defect_hides_nothing_that_was_done() -> None:
    class Defective(Function):
        def check_ready(self, current: State) -> bool:
            raise ZeroDivisionError

    transaction: Deploy[State] = Deploy(Defective(Platform(V1), V2), Policy(), FakeClock().clock)
    with pytest.raises(ZeroDivisionError):
        transaction.run()
    assert transaction.outcome.changed and transaction.outcome.actions == [UPDATED] and transaction.outcome.before is not None


# Replacements.

GPU = {"version": "v2", "kind": "gpu"}


def test_a_replacement_is_put_back_by_another_one() -> None:
    platform = Platform(V1)
    ended = deploy(Function(platform, GPU), broken={"v2"}, allow_replace=True)
    assert ended.message.endswith(RUNS_AGAIN) and ended.outcome.rolled_back
    assert platform.writes == ["delete", "create", "delete", "create"] and platform.state == State("v1", born=4)


def test_a_replacement_that_stops_half_way() -> None:
    platform = Platform(V1, ["works", "refused"])
    ended = deploy(Function(platform, GPU), allow_replace=True)
    assert ended.message == f"create: refused. The function hello was gone. {RUNS_AGAIN}" and platform.writes == ["delete", "create", "create"]
    assert ended.facts == (True, ["deleted function hello", BACK], True)
    platform = Platform(V1, ["works", "refused"])
    ended = deploy(Function(platform, GPU), allow_replace=True, rollback=False)
    assert ended.message.endswith("Now the function hello is gone. With rollback: true the version before it would have been put back.")


def test_a_way_back_that_stops_half_way() -> None:
    platform = Platform(V1, ["works", "works", "works", "refused"])
    ended = deploy(Function(platform, GPU), broken={"v2"}, allow_replace=True)
    assert ended.message.endswith("The version before it could not be put back: create: refused. Now the function hello is gone.")
    assert ended.outcome.actions[1:] == [TRIED_BACK] and ended.outcome.resource["status"] == "absent" and not ended.outcome.rolled_back


# Ways back that fail.

WAYS: dict[str, tuple[Effect, str]] = {
    "refused": ("refused", "could not be put back: update: refused. Now the function hello is running as v2."),
    "fails": ("build fails", "was sent, but does not run: The function hello does not run. Now the function hello is failed as v1."),
    "never ready": (
        "never ready",
        "was sent, but does not run: The function hello is not ready: its status is starting after 20 seconds. "
        "Raise wait_timeout if it only needs longer. Now the function hello is starting as v1.",
    ),
    "destroyed": ("destroyed", "could not be put back: update: refused. Now the function hello is gone."),
}


@pytest.mark.parametrize(("effect", "text"), WAYS.values(), ids=WAYS)
def test_a_way_back_that_fails(effect: Effect, text: str) -> None:
    platform = Platform(V1, ["works", effect])
    ended = deploy(Function(platform, V2, harmless=False), broken={"v2"})
    assert "fails its smoke test" in ended.message and ended.message.endswith(f" The version before it {text}")
    assert ended.facts == (True, [UPDATED, TRIED_BACK], False)
    assert ended.outcome.resource == Function(platform, {}).result(platform.state)


def test_a_way_back_whose_answers_are_lost() -> None:
    platform = Platform(V1, ["works", "lost", "lost", "lost", "lost"])
    ended = deploy(Function(platform, V2), broken={"v2"})
    assert ended.message.endswith(
        "The version before it was sent, but whether it runs is not known: update: no answer. Now the function hello is running as v2."
    )
    assert ended.facts == (True, [UPDATED, TRIED_BACK], False)


@pytest.mark.parametrize(
    ("blind", "text"),
    [
        # Reads: 0 before, 1 and 2 the new version, 3 what became of it, 4 before the way back, 5 and on after it.
        (range(4, 99), "could not be put back: GET hello: unwell. What there is now cannot be read."),
        (range(5, 99), "was sent, but whether it runs is not known: GET hello: unwell. What there is now cannot be read."),
        ([5], "was sent, but whether it runs is not known: GET hello: unwell. Now the function hello is running as v1."),
    ],
    ids=["before it is sent", "from then on", "for a moment"],
)
def test_a_way_back_that_cannot_be_read(blind: t.Container[int], text: str) -> None:
    ended = deploy(Function(Platform(V1, blind=blind), V2), broken={"v2"})
    assert ended.message.endswith(f"The version before it {text}") and not ended.outcome.rolled_back


def test_the_way_back_is_waited_for_and_sends_what_cannot_be_compared() -> None:
    """Whatever the task says about waiting and about what is not known."""
    ended = deploy(Function(Platform(V1, ["destroyed", "build fails"]), V2, harmless=False), wait=False, smoke_test=None)
    assert "was sent, but does not run" in ended.message and not ended.outcome.rolled_back
    platform = Platform(V1)
    ended = deploy(Function(platform, {"version": "v1", "kind": "gpu"}, telling=False), allow_replace=True, when_unknown="keep", broken={"v1"})
    assert ended.outcome.rolled_back
    for when_unknown in ("keep", "fail"):
        quiet = Quiet(Platform(V1), V2)
        ended = deploy(quiet, broken={"v2"}, when_unknown=when_unknown)
        assert ended.message.endswith(RUNS_AGAIN) and quiet.platform.state == State("v1", born=2)


class Quiet(Function):
    """A platform that returns the version until the first change, as one that keeps no code of an archive."""

    def facts(self, current: State) -> dict[str, Value]:
        return {**super().facts(current), "version": current.version if current.born == 0 else UNKNOWN}

    def restoring(self, before: State) -> Resource[State]:
        return Quiet(self.platform, {"version": before.version, "kind": before.kind})


def test_a_way_back_that_cannot_be_made_out_hides_nothing() -> None:
    class Unreadable(Function):
        def restoring(self, before: State) -> Resource[State]:
            raise ServerError("GET info: unwell.")

    ended = deploy(Unreadable(Platform(V1), V2), broken={"v2"})
    assert ended.error is not None and ended.error.code == "smoke_test_failed"
    assert ended.message.endswith("The version before it could not be put back, because what it was cannot be read (GET info: unwell).")
    assert deploy(Unreadable(Platform(V1), V2)).error is None


# The smoke test within the transaction.


def test_the_answer_and_the_log_are_shown_without_secrets() -> None:
    function = Function(Platform(V1), V2)
    function.log = ["Traceback", "KeyError"]
    ended = deploy(function, broken={"v2"})
    assert ended.error is not None
    assert ended.error.details == ["It answered:", "  v2 knows ********", "Last lines of its log:", "  v2: Traceback", "  v2: KeyError"]
    assert str(ended.error) == ended.error.message


def test_a_log_that_cannot_be_read_hides_nothing() -> None:
    function = Function(Platform(V1), V2)
    function.log = ServerError("GET logs: unwell.")
    ended = deploy(function, broken={"v2"})
    assert ended.error is not None and ended.error.code == "smoke_test_failed" and ended.outcome.rolled_back
    assert "Last lines of its log:" not in ended.error.details


def test_a_function_without_a_url_cannot_be_tried_out() -> None:
    ended = deploy(Function(Platform(V1), V2, url=None))
    assert ended.message.startswith("smoke_test: where the function hello is called is not known, because the API returns no URL of it.")
    assert ended.outcome.rolled_back and ended.calls == []


def test_a_function_that_is_gone_before_it_is_tried_out() -> None:
    class Leaving(Platform):
        def read(self) -> State | None:
            if self.reads == 2:
                self.state = None
            return super().read()

    ended = deploy(Function(Leaving(V1), V2))
    assert ended.message == (
        f"smoke_test: the function hello is gone, perhaps because somebody else has removed it meanwhile. The function hello was gone. {RUNS_AGAIN}")


# All of it together.

EFFECTS = st.sampled_from(t.get_args(Effect)).filter(lambda effect: effect != "defect")
BEFORE = st.sampled_from([None, V1, State("v1", "failed"), State("v1", "starting"), State("v1", "deploying"), State("v2"), State("v2", "failed")])

#: One of these is in every message about a function that neither works as wanted nor as before.
ADMISSIONS = (
    "is not known",
    "cannot be read",
    "could not be put back",
    "was sent, but",
    "was not rolled back",
    "would have been put back",
    "not have been rolled back",
    "This run did not change it",
    "It is the first version",
)


@settings(max_examples=400)
@given(
    before=BEFORE,
    settles_after=st.sampled_from([0, 3]),
    effects=st.lists(EFFECTS, max_size=6),
    blind=st.sets(st.integers(1, 14), max_size=3),
    broken=st.sets(st.sampled_from(["v1", "v2"])),
    harmless=st.booleans(),
    telling=st.booleans(),
    obstacle=st.sampled_from(["", "the API does not return its code"]),
    rollback=st.booleans(),
    kind=st.sampled_from(["cpu", "gpu"]),
)
def test_there_is_no_silent_third(
    before: State | None,
    settles_after: int,
    effects: list[Effect],
    blind: set[int],
    broken: set[str],
    harmless: bool,
    telling: bool,
    obstacle: str,
    rollback: bool,
    kind: str,
) -> None:
    """The wanted version works, or the one before works and that is said, or the message says that neither is so."""
    if harmless:
        # Platforms whose refusals do nothing do not destroy by them.
        effects = ["refused" if effect == "destroyed" else effect for effect in effects]
    platform = Platform(before, list(effects), blind, settles_after)
    function = Function(platform, {"version": "v2", "kind": kind}, harmless=harmless, telling=telling, obstacle=obstacle)
    ended = deploy(function, broken=broken, rollback=rollback, allow_replace=True)
    now, outcome = platform.state, ended.outcome
    runs = now is not None and now.status == "running"
    as_before = runs and now is not None and before is not None and (now.version, now.kind) == (before.version, before.kind)

    if ended.error is None:
        assert runs and now is not None and (now.version, now.kind) == ("v2", kind) and "v2" not in broken and not outcome.rolled_back
        return
    message = ended.message
    # What is claimed is so.
    assert outcome.rolled_back == ("was put back and runs" in message)
    assert outcome.rolled_back == (outcome.actions[-1:] == [BACK])
    if outcome.rolled_back or "runs as before" in message or "is still there and runs" in message:
        assert as_before
    if "Now the function hello is gone" in message:
        assert now is None
    if "Now the function hello is running" in message:
        assert runs
    if outcome.rolled_back:
        assert rollback and not obstacle
    # What was done is not denied, and what was not done is not claimed.
    if not platform.writes:
        assert (outcome.changed, outcome.actions) == (False, [])
    if not outcome.changed and ended.error.outcome_known and telling and before is not None and not settles_after:
        assert now == before
    if outcome.changed:
        assert outcome.actions
    # Nothing is left unsaid. A refusal that did nothing says it all, where nobody asks for a way back.
    if platform.writes and before is not None and not as_before and (rollback or outcome.changed):
        assert any(text in message for text in ADMISSIONS), message
    if platform.could_read and platform.writes and rollback and before is not None:
        assert outcome.resource == function.result(now)
