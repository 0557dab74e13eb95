# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function, e2e_faas_function_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    HANDLER,
    READBACKS,
    Run,
    ScriptedApi,
    Step,
    absent,
    function,
    get,
    html,
    listing,
    ok,
    post,
    refusal,
    run_module,
    runtimes,
    shows,
    together,
)

SECRET = "hunter2-hunter2"


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_faas_function_info, {**CREDENTIALS, **args}, check=check, secrets=[SECRET])


def names(outcome: Run) -> list[str]:
    return [found["name"] for found in outcome["functions"]]


@pytest.mark.parametrize("check", [True, False])
def test_all_functions_are_one_request(api: ScriptedApi, check: bool) -> None:
    api.expect(listing({"name": "b", "runtime": "node18", "status": "FAILED", "url": "https://b.example.test/"}, function(name="a")))
    outcome = run(check)
    assert (names(outcome), outcome["missing"], outcome["changed"]) == (["a", "b"], [], False)
    first, second = outcome["functions"]
    assert (first["status"], first["memory"], first["log"]) == ("running", 512, [])
    assert second["status"] == "failed"
    assert [second[key] for key in ("memory", "timeout", "env_names", "secrets", "digest", "reason")] == [None] * 6


def test_details_are_read_for_each(api: ScriptedApi) -> None:
    short = [{"name": name, "runtime": "node18", "status": "Running", "url": None} for name in ("a", "b")]
    api.expect(listing(*short), together(get(ok(function(name="a")), "a"), get(ok(function(name="b")), "b")))
    assert [found["memory"] for found in run(details=True)["functions"]] == [512, 512]


def test_named_functions_and_missing_ones(api: ScriptedApi) -> None:
    api.expect(listing(function(name="a"), function(name="c")), get(ok(function(name="a")), "a"))
    outcome = run(names=["b", "a", "a"])
    assert (names(outcome), outcome["missing"]) == (["a"], ["b"])
    api.expect(get(ok(function())))
    assert names(run(name="hello")) == ["hello"]
    assert run(names=[])["functions"] == []


def test_filters(api: ScriptedApi) -> None:
    api.expect(listing(function(name="a"), function(name="b", status="Failed"), function(name="c", runtime="node18")))
    assert names(run(statuses=["FAILED"])) == ["b"]
    api.expect(listing(function(name="a"), function(name="b", status="Failed"), function(name="c", runtime="node18")))
    assert names(run(statuses=["running"], runtimes=["python3-http-debian", "ruby"])) == ["a"]
    api.expect(get(ok(function())))
    outcome = run(names=["hello"], statuses=["failed"])
    assert (outcome["functions"], outcome["missing"]) == ([], [])


def test_values_of_variables_are_not_returned(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(), get(shows()))
    args = {**CREDENTIALS, "name": "hello", "runtime": "python", "code": HANDLER, "env": {"PLAIN": SECRET}, "secret_env": {"PASSWORD": SECRET}}
    deployed = run_module(e2e_faas_function, {**args, "env": {"PLAIN": "x"}})
    for readback in READBACKS:
        api.expect(get(shows(readback)))
        (found,) = run(name="hello")["functions"]
        assert found.pop("log") == []
        if readback != "minimal":
            assert found == deployed["function"]


def test_logs_are_searched_for_credentials_and_optional(api: ScriptedApi) -> None:
    log = ok([{"message": "one"}, {"message": f"two?apikey={CREDENTIALS['api_key']}"}, "three"])
    logs = together(
        Step("GET", "faas/logs/1/", log, query={"type": "function", "duration": "60"}),
        Step("GET", "faas/logs/2/", html(404), query={"type": "function", "duration": "60"}),
    )
    api.expect(listing(function(name="a", id=1), function(name="b", id=2)), logs)
    first, second = run(log_lines=2)["functions"]
    assert first["log"] == ["two?apikey=********", "three"]
    assert second["log"] == []


def test_logs_are_asked_for_by_number(api: ScriptedApi) -> None:
    window = {"type": "function", "duration": "60"}
    api.expect(listing(function(id=77)), Step("GET", "faas/logs/77/", ok({"logs": ["one", "two"]}), None, window))
    assert run(log_lines=1)["functions"][0]["log"] == ["two"]


def test_another_digest_variable(api: ScriptedApi) -> None:
    api.expect(get(ok(function(environment_variables={"MINE": "{}", "A": "1"}))))
    assert run(name="hello", digest_variable="MINE")["functions"][0]["env_names"] == ["A"]


def test_the_reason_of_a_failure(api: ScriptedApi) -> None:
    api.expect(get(ok(function(status="Failed", error="no module named flask"))))
    assert run(name="hello")["functions"][0]["reason"] == "no module named flask"


def test_failures(api: ScriptedApi) -> None:
    assert run(log_lines=-1).msg == "log_lines cannot be -1."
    api.expect(listing(answer=ok({"not": "a list"})))
    assert "holds no list" in run().msg
    api.expect(listing(answer=refusal(401, "no")))
    assert run().code == "authentication"
    assert run_module(e2e_faas_function_info, {}).code == "configuration"
