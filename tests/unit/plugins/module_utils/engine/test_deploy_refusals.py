# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a deployment that are refused, lost, or destroy what was there."""

from __future__ import annotations

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.deploy import Deploy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConnectionFailedError, RefusedError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.deploy_platform import (
    BACK,
    RUNS_AGAIN,
    TRIED,
    UPDATED,
    V1,
    V2,
    Function,
    Platform,
    State,
    deploy,
    every_kind,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock


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
