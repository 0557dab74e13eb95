# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs of functions of the account: asked for by number and window, and read in whatever form they come."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_logs
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    Answer,
    Run,
    ScriptedApi,
    Step,
    absent,
    function,
    get,
    listing,
    ok,
    refusal,
    run_module,
)

SECRET, OLD_SECRET = "hunter2-hunter2", "swordfish-1"
ENTRIES = [{"timestamp": f"2026-01-31T12:00:0{number}Z", "message": f"line {number}"} for number in range(3)]


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_faas_logs, {**CREDENTIALS, "name": "hello", **args}, check=check, secrets=[SECRET, OLD_SECRET])


def logs(answer: Answer, minutes: int = 5, kind: str = "function", identifier: int = 77) -> Step:
    return Step("GET", f"faas/logs/{identifier}/", answer, None, {"type": kind, "duration": str(minutes)})


def logs_by_name(answer: Answer) -> Step:
    return Step("GET", "faas/logs/hello/", answer, None)


def known(**fields: t.Any) -> Step:
    return get(ok(function(id=77, **fields)))


@pytest.mark.parametrize("check", [True, False])
def test_by_number_and_window(api: ScriptedApi, check: bool) -> None:
    api.expect(known(), logs(ok({"logs": ENTRIES})))
    log = run(check, tail=2)
    assert (log["text"], log["truncated"], log["changed"]) == (["line 1", "line 2"], True, False)
    assert log["lines"][0] == {"timestamp": "2026-01-31T12:00:01Z", "instance": None, "text": "line 1"}
    assert log["data"] == {"logs": ENTRIES}


def moment(**ago: int) -> str:
    return (datetime.now(timezone.utc) - timedelta(**ago)).isoformat()


@pytest.mark.parametrize(("since", "minutes"), [("1h30m", 90), ("90s", 2), ("0s", 1), ("1d", 1440), ("2999-01-01T00:00:00Z", 1)])
def test_the_window_is_in_whole_minutes(api: ScriptedApi, since: str, minutes: int) -> None:
    api.expect(known(), logs(ok({}), minutes))
    assert run(since=since)["lines"] == []


def test_a_window_from_a_moment(api: ScriptedApi) -> None:
    # Half a minute off, so that no slow run makes another minute of it.
    api.expect(known(), logs(ok({}), 10))
    assert run(since=moment(minutes=9, seconds=30))["lines"] == []


def test_another_log(api: ScriptedApi) -> None:
    api.expect(known(), logs(ok({"logs": "step 1\nstep 2\n"}), kind="build"))
    assert run(type="build")["text"] == ["step 1", "step 2"]
    api.expect(known(), logs(refusal(400, "type: not a valid choice"), kind="audit"))
    assert "not a valid choice" in run(type="audit").msg
    api.expect(known(), logs(refusal(404, "no such log"), kind="audit"))
    assert run(type="audit").code == "not_found"


def test_the_number_may_be_in_the_list_only(api: ScriptedApi) -> None:
    api.expect(get(ok(function())), listing(function(name="other", id=1), function(id="77")), logs(ok(["one"])))
    assert run()["text"] == ["one"]


def test_without_a_number_the_name_is_asked_for(api: ScriptedApi) -> None:
    for steps in ([get(ok(function())), listing(function())], [known(), logs(refusal(404, "no such page"))]):
        api.expect(*steps, logs_by_name(ok(ENTRIES)))
        assert run()["text"] == ["line 0", "line 1", "line 2"]
    api.expect(get(ok(function())), listing(function()))
    assert "does not tell the number of the function hello" in run(type="build").msg
    api.expect(known(), logs(refusal(404, "no log yet")), logs_by_name(refusal(404, "no such page")))
    assert "no log yet" in run().msg


def test_what_is_not_recognised_is_returned_as_it_came(api: ScriptedApi) -> None:
    api.expect(known(), logs(ok({"url": "https://logs.example.test/7", "size": 12})))
    log = run()
    assert (log["lines"], log["text"], log["truncated"]) == ([], [], False)
    assert log["data"] == {"url": "https://logs.example.test/7", "size": 12}
    assert "recognises no lines" in log.warnings[0]


@pytest.mark.parametrize("form", [lambda lines: lines, lambda lines: {"entries": [{"log": line} for line in lines]}, lambda lines: {"x": {lines[0]: lines}}])
def test_secrets_are_masked_in_lines_and_in_data(api: ScriptedApi, form: t.Callable[[list[str]], t.Any]) -> None:
    variables = {"TOKEN": SECRET, "E2E_ANSIBLE_DIGEST": '{"v": 1, "secret_env": ["TOKEN"]}'}
    data = form([f"token {SECRET}", f"before it was {OLD_SECRET}", f"?apikey={CREDENTIALS['api_key']}"])
    api.expect(known(environment_variables=variables), logs(ok(data)))
    log = run(secret_values=[OLD_SECRET])
    assert log["text"] == ["token ********", "before it was ********", "?apikey=********"]
    assert "token ********" in str(log["data"])


def test_a_number_that_is_a_secret_is_masked(api: ScriptedApi) -> None:
    api.expect(known(), logs(ok({"logs": [], "pin": 271828, "count": 2})))
    assert run_module(e2e_faas_logs, {**CREDENTIALS, "name": "hello", "secret_values": ["271828"]}, secrets=["271828"])["data"]["count"] == 2


@pytest.mark.parametrize("args", [{"since": "yesterday"}, {"tail": 0}, {"instance": "1"}, {"namespace": "stage"}])
def test_options_that_are_refused(api: ScriptedApi, args: dict[str, t.Any]) -> None:
    outcome = run(**args)
    assert outcome.code == "invalid_input" and not api.sent


def test_a_function_that_is_not_there(api: ScriptedApi) -> None:
    api.expect(*absent())
    assert run().msg == "There is no function hello."
