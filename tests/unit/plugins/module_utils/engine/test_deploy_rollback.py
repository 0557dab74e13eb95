# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A new version that fails, and what becomes of the version before it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ServerError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.deploy_platform import (
    BACK,
    RUNS_AGAIN,
    TRIED_BACK,
    UPDATED,
    URL,
    V1,
    V2,
    Effect,
    Function,
    Platform,
    State,
    deploy,
    every_kind,
)


FAILS: dict[str, tuple[Effect, set[str], str]] = {
    "build": ("build fails", set(), "The function hello does not run. "),
    "readiness": ("never ready", set(), "The function hello is not ready: its status is starting after 20 seconds."),
    "smoke test": ("works", {"v2"}, f"The new version of the function hello fails its smoke test: GET {URL} answered 500, which is not an accepted status. "),
}
every_failure = pytest.mark.parametrize(("effect", "broken", "reason"), FAILS.values(), ids=FAILS)


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
    platform = Platform(V1, ["works", *["lost"] * 12])
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
    ],
    ids=["before it is sent", "from then on"],
)
def test_a_way_back_that_cannot_be_read(blind: t.Container[int], text: str) -> None:
    ended = deploy(Function(Platform(V1, blind=blind), V2), broken={"v2"})
    assert ended.message.endswith(f"The version before it {text}") and not ended.outcome.rolled_back


@pytest.mark.parametrize("blind", [[3], [4], [5], [3, 4], [3, 5, 7]])
def test_a_trouble_for_a_moment_does_not_keep_it_from_coming_back(blind: list[int]) -> None:
    """Whether it hits the look after the failure, the one before the way back or the one after it."""
    ended = deploy(Function(Platform(V1, blind=blind), V2), broken={"v2"})
    assert ended.message.endswith(RUNS_AGAIN) and ended.outcome.rolled_back


def test_lost_answers_of_the_way_back_do_not_keep_it_from_coming_back() -> None:
    platform = Platform(V1, ["works", *["lost"] * 4, "lost but done"])
    ended = deploy(Function(platform, V2), broken={"v2"})
    assert ended.message.endswith(RUNS_AGAIN) and ended.outcome.rolled_back and platform.state == State("v1", born=6)


def test_a_deployment_that_nobody_has_waited_for_is_waited_for_before_the_way_back() -> None:
    """An answer that cannot be read ends the wait, and not what the platform does: the version that nobody has tried out must not stay."""
    ended = deploy(Function(Platform(V1, ["hangs"], blind=[2], settles_after=8), V2))
    assert "GET hello: unwell." in ended.message and ended.message.endswith(RUNS_AGAIN) and ended.outcome.rolled_back


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

    def restoring(self, before: State, *, is_gone: bool) -> Resource[State]:
        return Quiet(self.platform, {"version": before.version, "kind": before.kind})


def test_a_way_back_that_cannot_be_made_out_hides_nothing() -> None:
    class Unreadable(Function):
        def restoring(self, before: State, *, is_gone: bool) -> Resource[State]:
            raise ServerError("GET info: unwell.")

    ended = deploy(Unreadable(Platform(V1), V2), broken={"v2"})
    assert ended.error is not None and ended.error.code == "smoke_test_failed"
    assert ended.message.endswith("The version before it could not be put back, because what it was cannot be read (GET info: unwell).")
    assert deploy(Unreadable(Platform(V1), V2)).error is None
