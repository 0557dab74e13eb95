# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several runs: what is told of those that fail, and that nothing that one fails with keeps the others from their state."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.several import Member, SomeFailedError, check_members, run_members
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import Connection
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import RefusedError, ServerError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import NoAuth
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock


class Thing(ResourceBase[str]):
    """What is there once it was made, unless that fails."""

    repeatable = True
    rules = (FieldRule("name"),)

    def __init__(self, name: str, problem: Exception | None = None) -> None:
        super().__init__()
        self.name, self.label, self._problem, self.is_there = name, f"thing {name}", problem, False

    def read(self) -> str | None:
        return self.name if self.is_there else None

    def desired(self, current: str | None) -> t.Mapping[str, Value]:
        return {"name": self.name}

    def facts(self, current: str) -> t.Mapping[str, Value]:
        return {"name": current}

    def create(self, previous: str | None) -> None:
        if self._problem:
            raise self._problem
        self.is_there = True

    def delete(self, current: str) -> None:
        self.is_there = False

    def result(self, current: str | None) -> dict[str, t.Any]:
        return {"name": self.name, "there": current is not None}

    def predict(self, current: str | None, action: Action) -> dict[str, t.Any]:
        return {"name": self.name, "there": True}


def run(*things: Thing, limit: int | None = None, fail_fast: bool = False) -> list[Member[str]]:
    members = [Member(thing.name, thing, Policy()) for thing in things]
    run_members(members, FakeClock().clock, Connection("http://127.0.0.1:9/", NoAuth()), limit, fail_fast=fail_fast)
    return members


def test_none_failed() -> None:
    members = run(*(Thing(str(number)) for number in range(20)))
    assert [(member.outcome.changed, member.outcome.resource["there"], member.error) for member in members] == [(True, True, None)] * 20
    check_members(members, "things")


def test_many_failures_are_one_line() -> None:
    members = run(*(Thing(f"t{number}", RefusedError(f"No room for {number}.") if number % 2 else None) for number in range(26)))
    with pytest.raises(SomeFailedError) as failed:
        check_members(members, "things")
    assert failed.value.message.startswith("13 of 26 things are not in the wanted state. t1: No room for 1. t3: No room for 3.")
    assert failed.value.message.endswith("t19: No room for 19. And t21, t23, t25.")
    assert failed.value.as_dict() == {"code": "some_failed", "http_status": None, "outcome_known": True}


def test_a_lone_failure_is_that_failure() -> None:
    members = run(Thing("a"), Thing("b", ServerError("Lost.", http_status=500, outcome_known=True)))
    with pytest.raises(SomeFailedError) as failed:
        check_members(members, "things")
    assert failed.value.as_dict() == {"code": "server_error", "http_status": 500, "outcome_known": True}


def test_a_defect_is_kept_until_all_others_are_done() -> None:
    things = [Thing("a", KeyError("x")), *(Thing(f"t{number}") for number in range(20))]
    members = run(*things, limit=2)
    assert all(thing.is_there for thing in things[1:])
    with pytest.raises(KeyError):
        check_members(members, "things")


def test_none_is_begun_after_a_failure_when_that_is_asked_for() -> None:
    things = [Thing("a"), Thing("b", RefusedError("No.")), Thing("c")]
    for fail_fast in (True, False):
        members = run(*things, limit=1, fail_fast=fail_fast)
        assert [member.was_begun for member in members] == [True, True, not fail_fast]
        assert things[2].is_there is not fail_fast
    with pytest.raises(SomeFailedError) as failed:
        check_members(run(Thing("a", RefusedError("No.")), Thing("b"), limit=1, fail_fast=True), "things")
    assert failed.value.message == "1 of 2 things are not in the wanted state. a: No. Not begun: b."
