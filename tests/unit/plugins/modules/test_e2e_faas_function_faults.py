# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of a run when the API is slow, lost, busy, or says no."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    EMPTY,
    HANDLER,
    MISSING,
    Answer,
    Reply,
    Run,
    ScriptedApi,
    Step,
    absent,
    delete,
    function,
    get,
    html,
    listing,
    no_logs,
    ok,
    post,
    put,
    refusal,
    refused,
    reset,
    run_module,
    runtimes,
    shows,
    timed_out,
)

SECRET = "pa55word of the base"
ARGS: dict[str, t.Any] = {
    **CREDENTIALS,
    "name": "hello",
    "runtime": "python3-http-debian",
    "code": HANDLER,
    "secret_env": {"PASSWORD": SECRET},
    "wait_timeout": 60,
}

# Answers after which nobody can know whether the write took effect (reference A.3, points 6 and 7).
LOST: dict[str, t.Callable[[], Answer]] = {
    "no answer in time": timed_out,
    "connection reset": reset,
    "HTML page of a gateway": lambda: html(502),
    "HTML page with 200": lambda: html(200),
    "HTML page of a rate limit": lambda: html(429),
    "server error": lambda: refusal(500, "Internal error"),
    "empty body": lambda: EMPTY,
    "cut body": lambda: Reply(200, b'{"code": 200, "da'),
}
lost_answers = pytest.mark.parametrize("lost", LOST.values(), ids=LOST)


def run(args: t.Mapping[str, t.Any] | None = None, check: bool = False) -> Run:
    return run_module(e2e_faas_function, args or ARGS, check=check, secrets=[SECRET])


def deploy(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(), get(shows()))
    run()


@lost_answers
def test_a_create_that_took_effect_is_adopted(api: ScriptedApi, lost: t.Callable[[], Answer]) -> None:
    api.expect(*absent(), runtimes(), post(lost()), get(shows(status="Creating")), get(shows(status="Creating")), get(shows()))
    outcome = run()
    assert (outcome["changed"], outcome["function"]["status"], len(api.writes)) == (True, "running", 1)
    assert any("lost, but it took effect" in warning for warning in outcome.warnings)


@lost_answers
def test_a_create_that_had_no_effect_is_sent_again(api: ScriptedApi, lost: t.Callable[[], Answer]) -> None:
    api.expect(*absent(), runtimes(), post(lost()), *absent(), post(), get(shows()))
    outcome = run()
    assert (outcome["changed"], outcome.warnings) == (True, [])


def test_a_create_that_never_gets_through_fails_and_says_that_the_outcome_is_open(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), *[post(timed_out()), *absent()] * 4)
    outcome = run()
    assert outcome.failed
    assert outcome["error"] == {"code": "connection", "http_status": None, "outcome_known": False}
    assert outcome.msg == f"POST faas/functions/ at {CREDENTIALS['api_endpoint']}: no answer within 60 seconds."
    assert (outcome["changed"], outcome["actions"]) == (True, ["tried to create function hello"])


def test_the_last_lost_answer_is_looked_after_too(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), *[post(timed_out()), *absent()] * 3, post(timed_out()), get(shows()), get(shows()))
    assert run()["changed"] is True


@lost_answers
def test_an_update_that_took_effect_is_not_repeated(api: ScriptedApi, lost: t.Callable[[], Answer]) -> None:
    deploy(api)
    api.expect(get(shows()), put(lost()), get(shows(status="Deploying")), get(shows(status="Deploying")), get(shows()))
    assert run({**ARGS, "memory": 1024})["function"]["memory"] == 1024
    api.expect(get(shows()), put(lost()), get(shows()), get(shows()))
    assert run({**ARGS, "memory": 256})["function"]["memory"] == 256


@lost_answers
def test_an_update_that_had_no_effect_is_sent_again(api: ScriptedApi, lost: t.Callable[[], Answer]) -> None:
    deploy(api)
    old = ok(function(**{**api.written, "name": "hello"}))
    api.expect(get(old), put(lost()), get(old), put(), get(shows()))
    assert run({**ARGS, "memory": 1024})["changed"] is True


@lost_answers
@pytest.mark.parametrize("effect", [True, False])
def test_a_delete_is_repeated_until_it_is_answered(api: ScriptedApi, lost: t.Callable[[], Answer], effect: bool) -> None:
    # That it is gone is looked after: a 404 of this call can also mean that the server deletes by another call.
    again = [delete(MISSING), get(MISSING)] if effect else [delete()]
    api.expect(get(ok(function())), delete(lost()), *again, get(MISSING))
    assert run({**CREDENTIALS, "name": "hello", "state": "absent"})["changed"] is True


def test_a_delete_that_the_transport_gives_up_is_looked_after(api: ScriptedApi) -> None:
    gone = {**CREDENTIALS, "name": "hello", "state": "absent", "api_retries": 0}
    api.expect(get(ok(function())), delete(timed_out()), get(MISSING), get(MISSING))
    assert run(gone)["changed"] is True
    api.expect(get(ok(function())), delete(timed_out()), get(ok(function())), delete(), get(MISSING))
    assert run(gone)["changed"] is True
    api.expect(get(ok(function())), delete(refusal(429, "slow down")), get(MISSING), get(MISSING))
    assert run(gone)["changed"] is True


def test_a_request_that_never_left_is_sent_again_without_a_look(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(refused()), post(), get(shows()))
    assert run()["changed"] is True


def test_too_many_requests_on_create_waits_as_long_as_the_server_says(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(refusal(429, "Too many requests", **{"Retry-After": "7"})), *absent(), post(), get(shows()))
    outcome = run()
    assert outcome["changed"] is True
    assert outcome.slept[0] == 7
    api.expect(*absent(), runtimes(), *[post(refusal(429, "quota")), *absent()] * 4)
    outcome = run()
    assert (outcome.code, outcome["error"]["http_status"]) == ("rate_limited", 429)


def test_a_function_that_became_busy_is_waited_for(api: ScriptedApi) -> None:
    deploy(api)
    busy = refusal(412, "Function is being deployed")
    deploying = get(shows(status="Deploying"))
    api.expect(get(shows()), put(busy), deploying, deploying, deploying, get(shows()), put(), get(shows()))
    assert run({**ARGS, "memory": 1024})["changed"] is True


def test_a_refusal_is_shown_and_not_repeated(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows()), put(refusal(412, "memory 100 is not offered")), get(shows()))
    outcome = run({**ARGS, "memory": 100})
    assert (outcome.code, outcome["error"]["http_status"], outcome["error"]["outcome_known"]) == ("refused", 412, True)
    assert "memory 100 is not offered" in outcome.msg
    assert outcome["changed"] is False
    assert outcome["function"]["memory"] == 512
    api.expect(*absent(), runtimes(), post(refusal(400, "no such function type")))
    assert run().code == "refused"


def test_success_that_means_failure(api: ScriptedApi) -> None:
    broke = ok({"is_credit_sufficient": False}, "Insufficient credit")
    api.expect(*absent(), runtimes(), post(broke))
    outcome = run()
    assert (outcome.failed, outcome.code) == (True, "refused")
    assert "Insufficient credit" in outcome.msg


def test_an_update_at_the_other_path_when_the_first_is_not_there(api: ScriptedApi) -> None:
    deploy(api)
    elsewhere = Step("PUT", "faas/function/hello/", ok())
    api.expect(get(shows()), put(MISSING), get(shows()), listing(), elsewhere, get(shows()))
    assert run({**ARGS, "memory": 1024})["changed"] is True
    api.expect(get(shows()), put(MISSING), get(MISSING))
    assert run({**ARGS, "memory": 256}).code == "not_found"


def test_deleted_by_somebody_else_while_waiting(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows(status="Deploying")), get(MISSING))
    outcome = run({**ARGS, "memory": 1024})
    assert "deleted by somebody else" in outcome.msg


def test_a_failed_deploy_fails_with_the_reason_and_the_log(api: ScriptedApi) -> None:
    log = ok([{"message": "Collecting requests"}, {"message": f"password {SECRET}\nERROR: no such package"}, "end"])
    failed = get(shows(status="Failed", error="build failed"))
    api.expect(*absent(), runtimes(), post(), get(shows(status="Deploying")), failed, listing(), Step("GET", "faas/logs/hello/", log))
    outcome = run()
    assert (outcome.failed, outcome.code, outcome["changed"]) == (True, "function_failed", True)
    assert outcome.msg == (
        "The function hello does not run, its status is failed: build failed.\nLast lines of its log:\n"
        "  Collecting requests\n  password ********\n  ERROR: no such package\n  end"
    )
    assert (outcome["function"]["status"], outcome["function"]["reason"]) == ("failed", "build failed")
    assert outcome["actions"] == ["created function hello"]


def test_a_failed_deploy_without_reason_and_log(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(), get(shows(status="Failed")), *no_logs())
    assert run().msg == "The function hello does not run, its status is failed: the API gives no reason."


def test_an_unchanged_function_is_not_ready_for_ever(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows(status="Deploying")), get(shows(status="Failed")), *no_logs())
    assert run().code == "function_failed"


def test_a_repair_that_fails_again(api: ScriptedApi) -> None:
    deploy(api)
    failed = get(shows(status="Failed"))
    # The first reads may still show the failure of before.
    api.expect(failed, put(), failed, failed, failed, failed, *no_logs(), failed)
    outcome = run()
    assert (outcome.code, outcome["changed"]) == ("function_failed", True)
    assert outcome.msg.endswith("With rollback: true it would not have been rolled back either, because the version before it had failed too.")


@pytest.mark.parametrize("status", ["Creating", "Deploying", "Paused"])
def test_a_state_that_never_comes_ends_at_the_deadline(api: ScriptedApi, status: str) -> None:
    api.expect(*absent(), runtimes(), post(), get(shows(status=status), forever=True))
    outcome = run()
    assert (outcome.failed, outcome.code, outcome["changed"]) == (True, "wait_timeout", True)
    assert outcome.msg == (
        f"The function hello is not ready: its status is {status.lower()} after 60 seconds. Raise wait_timeout if it only needs longer."
    )
    assert sum(outcome.slept) == pytest.approx(60)
    assert outcome["function"]["status"] == status.lower()
    # Polling backs off: far fewer reads than seconds, and none of the pauses is long.
    assert len(outcome.slept) < 30
    assert max(outcome.slept) <= 10


def test_waiting_for_what_does_not_show_up_or_does_not_go(api: ScriptedApi) -> None:
    late = {**ARGS, "wait_timeout": 3}
    api.expect(*absent(), runtimes(), post(), *absent() * 6)
    assert "was created, but does not show up after 3 seconds" in run(late).msg
    api.expect(get(ok(function())), delete(), get(ok(function()), forever=True))
    outcome = run({**CREDENTIALS, "name": "hello", "state": "absent", "wait_timeout": 60})
    assert "was deleted, but is still there (its status is running) after 60 seconds" in outcome.msg
    deploy(api)
    api.expect(get(shows(status="Deploying"), forever=True))
    outcome = run({**ARGS, "memory": 1024})
    assert "could not be changed: its status is deploying after 60 seconds" in outcome.msg
    assert outcome["changed"] is False


def test_gone_while_it_settles(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows()), put(), get(shows(status="Deploying")), get(MISSING, forever=True))
    assert "is not ready: it is gone" in run({**ARGS, "memory": 1024}).msg


def test_a_failed_replacement_says_what_was_left_behind(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows()), runtimes(), delete(), get(MISSING), post(refusal(400, "no more functions")), get(MISSING))
    outcome = run({**ARGS, "runtime": "node18", "code": "module.exports = 1;", "allow_replace": True})
    assert outcome.code == "refused"
    assert outcome["changed"] is True
    assert outcome["function"]["status"] == "absent"
    assert outcome["actions"] == ["deleted function hello"]


def test_reads_are_repeated(api: ScriptedApi) -> None:
    bad: list[Step] = [get(timed_out()), get(refusal(503, "unwell")), get(html(502)), get(refusal(429, "slow", **{"Retry-After": "3"}))]
    api.expect(*bad, *absent())
    outcome = run({**CREDENTIALS, "name": "hello", "state": "absent"})
    assert (outcome["changed"], len(outcome.slept), outcome.slept[3]) == (False, 4, 3)
    api.expect(get(refusal(503, "unwell")), get(refusal(503, "unwell")))
    outcome = run({**CREDENTIALS, "name": "hello", "state": "absent", "api_retries": 1})
    assert (outcome.code, outcome["error"]["http_status"]) == ("server_error", 503)


def test_a_read_that_is_refused_is_checked_against_the_list(api: ScriptedApi) -> None:
    gone = {**CREDENTIALS, "name": "hello", "state": "absent"}
    api.expect(get(refusal(400, "Function does not exist")), listing(function(name="other")))
    assert run(gone)["changed"] is False
    api.expect(get(refusal(400, "Something else")), listing(function()))
    assert run(gone).code == "refused"
    api.expect(get(Reply(404, json.dumps({"detail": "Not found."}).encode())), listing())
    assert run(gone)["changed"] is False
    api.expect(get(ok({})))
    assert run(gone)["changed"] is False


BAD_ACCESS: dict[str, tuple[Reply, str, str]] = {
    "wrong key": (Reply(401, b'{"detail": "Invalid token."}'), "authentication", "Invalid token"),
    "foreign project": (Reply(403, b'{"detail": "You do not have permission."}'), "authentication", "may use this project"),
    "HTML": (html(200), "protocol", "an HTML page instead of JSON. Check api_endpoint"),
    "redirect": (Reply(301, b"", {"Location": "https://elsewhere.example.test/"}), "protocol", "redirects"),
    "other JSON": (Reply(200, b'{"hello": "world"}'), "protocol", "not the API's envelope"),
    "a list where an object belongs": (ok([1]), "protocol", "holds no function object"),
}


@pytest.mark.parametrize(("answer", "code", "text"), BAD_ACCESS.values(), ids=BAD_ACCESS)
def test_access_that_does_not_work(api: ScriptedApi, answer: Reply, code: str, text: str) -> None:
    api.expect(get(answer, forever=True))
    for check in (True, False):
        outcome = run(check=check)
        assert (outcome.failed, outcome.code, outcome["changed"]) == (True, code, False)
        assert text in outcome.msg
    assert api.writes == []


def test_a_server_that_is_not_the_api(api: ScriptedApi) -> None:
    """A 404 page may stand for a path that this API does not know, so the list has the last word, and it is no list."""
    for check in (True, False):
        api.expect(get(html(404)), listing(answer=html(404)))
        outcome = run(check=check)
        assert (outcome.failed, outcome.code, outcome["changed"]) == (True, "protocol", False)
        assert "an HTML page instead of JSON. Check api_endpoint" in outcome.msg
    assert api.writes == []


def test_a_project_that_does_not_exist(api: ScriptedApi) -> None:
    unknown = Reply(400, b'{"status_code": 400, "message": "Project not found"}')
    api.expect(get(unknown), listing(answer=unknown))
    outcome = run()
    assert (outcome.code, api.writes) == ("refused", [])
    assert "Project not found" in outcome.msg


def test_a_read_only_token(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(Reply(403, b'{"detail": "Write not allowed"}')))
    outcome = run()
    assert (outcome.code, outcome["changed"]) == ("authentication", False)
    assert "A token made without write permission can only read" in outcome.msg


def test_an_endpoint_that_is_not_there(api: ScriptedApi) -> None:
    api.expect(get(refused(), forever=True))
    outcome = run({**ARGS, "api_retries": 2})
    assert (outcome.code, len(api.sent)) == ("connection", 3)
    assert outcome.msg == f"GET faas/function/hello/ at {CREDENTIALS['api_endpoint']}: cannot connect (Connection refused)."
