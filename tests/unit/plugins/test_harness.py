# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a script of the harness lets pass: one order of calls that follow each other, every order of those that run side by side."""

from __future__ import annotations

import itertools
import threading

import pytest
import requests
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import API_KEY, AUTH_TOKEN, CONTEXT, ENDPOINT, ScriptedApi, Step, ok, together

A, B, C = (Step("GET", "nodes/", ok([]), None, {"page_no": number}) for number in "123")
WRITE_ONE, WRITE_TWO = (Step("POST", "vpc/", ok(), {"vpc_name": name}) for name in ("one", "two"))
FIRST, LAST = Step("GET", "first/", ok()), Step("DELETE", "last/", ok())


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ScriptedApi:
    """A scripted API whose script need not be played out."""
    return ScriptedApi(monkeypatch)


def send(*steps: Step) -> None:
    """The calls of these steps, one after the other, so that a test chooses the order that threads leave to chance."""
    for step in steps:
        query = {"apikey": API_KEY, **CONTEXT, **step.query}
        body = None if step.method == "GET" else step.body if isinstance(step.body, dict) else {}
        requests.request(step.method, ENDPOINT + step.path, params=query, json=body, headers={"Authorization": f"Bearer {AUTH_TOKEN}"}, timeout=5)


def refuses(*steps: Step) -> None:
    """The last of these calls is not in the script."""
    send(*steps[:-1])
    with pytest.raises(pytest.fail.Exception, match="unexpected call"):
        send(steps[-1])


ORDERS = list(itertools.permutations((A, B, C)))


@pytest.mark.parametrize("order", ORDERS[1:])
def test_calls_that_follow_each_other_have_one_order(script: ScriptedApi, order: tuple[Step, ...]) -> None:
    script.expect(A, B, C)
    with pytest.raises(pytest.fail.Exception, match="unexpected call"):
        send(*order)


@pytest.mark.parametrize("order", ORDERS)
def test_members_of_a_group_come_in_any_order(script: ScriptedApi, order: tuple[Step, ...]) -> None:
    script.expect(FIRST, together(A, B, C), LAST)
    send(FIRST, *order, LAST)
    script.finish()


@pytest.mark.parametrize("order", [(WRITE_ONE, WRITE_TWO), (WRITE_TWO, WRITE_ONE)])
def test_members_may_differ_in_their_bodies_alone(script: ScriptedApi, order: tuple[Step, ...]) -> None:
    script.expect(together(WRITE_ONE, WRITE_TWO))
    send(*order)
    script.finish()


def test_a_body_that_no_member_has_is_refused(script: ScriptedApi) -> None:
    script.expect(together(WRITE_ONE, WRITE_TWO))
    refuses(WRITE_ONE, Step("POST", "vpc/", ok(), {"vpc_name": "three"}))


@pytest.mark.parametrize("order", [(A, B, C), (A, C, B), (C, A, B)])
def test_the_calls_of_one_thread_stay_in_order(script: ScriptedApi, order: tuple[Step, ...]) -> None:
    script.expect(together((A, B), C))
    send(*order)
    script.finish()


@pytest.mark.parametrize("came", [(B,), (C, B)])
def test_a_thread_does_not_begin_in_the_middle(script: ScriptedApi, came: tuple[Step, ...]) -> None:
    script.expect(together((A, B), C))
    refuses(*came)


@pytest.mark.parametrize(
    "came",
    [
        (A,),
        (FIRST, FIRST),
        (FIRST, LAST),
        (FIRST, A, A),
        (FIRST, B, A, B),
        (FIRST, A, C),
        (FIRST, A, LAST),
        (FIRST, A, B, A),
        (FIRST, A, B, LAST, A),
    ],
    ids=["before its place", "no member", "none", "repeated", "repeated later", "another query", "too few", "too many", "after its place"],
)
def test_what_a_group_does_not_have_is_refused(script: ScriptedApi, came: tuple[Step, ...]) -> None:
    script.expect(FIRST, together(A, B), LAST)
    refuses(*came)


@pytest.mark.parametrize("came", [(), (B,), (A, C)])
def test_a_member_that_does_not_come_is_missed(script: ScriptedApi, came: tuple[Step, ...]) -> None:
    script.expect(together(A, B, C))
    send(*came)
    with pytest.raises(AssertionError, match="did not come"):
        script.finish()


@pytest.mark.parametrize("came", [(A,), (C, A), (B, C, A)])
def test_a_failure_may_cut_a_group_short(script: ScriptedApi, came: tuple[Step, ...]) -> None:
    script.expect(together(A, B, C, cut_short=True))
    send(*came)
    script.finish()


def test_what_is_cut_short_has_begun_and_repeats_nothing(script: ScriptedApi) -> None:
    script.expect(together(A, B, cut_short=True))
    with pytest.raises(AssertionError, match="did not come"):
        script.finish()
    refuses(A, A)


def test_calls_that_nobody_could_tell_apart_are_no_group() -> None:
    with pytest.raises(AssertionError, match="cannot be told"):
        together(A, Step("GET", "nodes/", ok([1]), query=A.query))
    together((A, A), B)
    with pytest.raises(AssertionError, match="no end"):
        together(Step("GET", "first/", ok(), forever=True), A)


def test_a_wrong_call_of_a_thread_is_found_without_its_result(script: ScriptedApi) -> None:
    script.expect(A)
    caught: list[BaseException] = []

    def call() -> None:
        try:
            send(B)
        except pytest.fail.Exception as error:
            caught.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    send(A)
    with pytest.raises(AssertionError, match="unexpected call"):
        script.finish()
    assert len(caught) == 1
