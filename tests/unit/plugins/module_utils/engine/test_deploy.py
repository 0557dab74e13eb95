# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deploy transaction: what works, what check mode says, and the smoke test within it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConsentError, ServerError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.deploy_platform import (
    RUNS_AGAIN,
    UPDATED,
    URL,
    V1,
    V2,
    Function,
    Platform,
    State,
    deploy,
)


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
    function.log_error = ServerError("GET logs: unwell.")
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
