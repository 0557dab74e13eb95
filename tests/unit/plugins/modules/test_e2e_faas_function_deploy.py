# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A function of the account that is tried out, and put back when its new version fails."""

from __future__ import annotations

import io
import typing as t
import zipfile

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    ANY,
    CREDENTIALS,
    HANDLER,
    MISSING,
    URL,
    Answer,
    Reply,
    Run,
    ScriptedApi,
    Step,
    absent,
    delete,
    function,
    get,
    listing,
    no_logs,
    ok,
    post,
    put,
    refusal,
    refused,
    run_module,
    runtimes,
    shows,
    timed_out,
    view,
)

SECRET = "pa55word of the base"
KEY = "hunter2-and-more"
OTHER = HANDLER.replace("Hello", "Goodbye")
ARGS: dict[str, t.Any] = {
    **CREDENTIALS,
    "name": "hello",
    "runtime": "python3-http-debian",
    "code": HANDLER,
    "env": {"GREETING": "Hello"},
    "secret_env": {"PASSWORD": SECRET},
    "smoke_test": {"retries": 0},
    "rollback": True,
    "wait_timeout": 60,
}
CHANGED = {**ARGS, "code": OTHER, "memory": 1024, "env": {"GREETING": "Bye"}, "secret_env": {"PASSWORD": SECRET, "MORE": "another secret"}}
BACK = "put the version before of function hello back"


def run(args: t.Mapping[str, t.Any], check: bool = False, secrets: t.Iterable[str] = (SECRET, KEY, "another secret")) -> Run:
    return run_module(e2e_faas_function, args, check=check, secrets=secrets)


def call(answer: Answer | None = None, path: str = "", method: str = "GET", body: t.Any = None, **query: str) -> Step:
    """The smoke test's call."""
    return Step(method, f"{URL}{path}", answer or Reply(), body, query)


def log(*lines: str) -> tuple[Step, Step]:
    return listing(), Step("GET", "faas/logs/hello/", ok([{"message": line} for line in lines]), None)


def unzipped(archive: bytes) -> list[bytes]:
    """The contents of the files in an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return [opened.read(name) for name in opened.namelist()]


def deployed(api: ScriptedApi, args: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """Deploy the first version, and return what was sent."""
    api.expect(*absent(), runtimes(), post(), get(shows()), get(shows()), call())
    outcome = run(ARGS if args is None else args)
    assert not outcome.failed and outcome["before"] is None and outcome["rolled_back"] is False
    return dict(api.written)


def settings(written: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What an update sends of a version, without the order of the variables."""
    return {name: written[name] for name in ("code", "requirements", "memory", "timeout", "environment_variables", "secrets")}


def test_a_new_version_that_answers(api: ScriptedApi) -> None:
    before = deployed(api)
    smoke_test = {"method": "POST", "path": "/health", "query": {"deep": "1"}, "body": {"ping": [1]}, "json": {"up": True}, "contains": ["pong"]}
    answer = Reply(200, b'{"up": true, "say": "pong"}')
    api.expect(get(ok(view(before))), put(), get(shows()), get(shows()), call(answer, "health", "POST", b'{"ping": [1]}', deep="1"))
    outcome = run({**CHANGED, "smoke_test": smoke_test})
    assert not outcome.failed and outcome["changed"] and outcome["rolled_back"] is False and len(outcome["actions"]) == 1
    assert (outcome["before"]["memory"], outcome["function"]["memory"]) == (512, 1024)
    assert api.sent[-1].headers["Content-Type"] == "application/json"


def test_a_smoke_test_without_options_is_a_get_that_succeeds(api: ScriptedApi) -> None:
    before = deployed(api)
    api.expect(get(ok(view(before))), get(ok(view(before))), call(Reply(204)))
    assert run({**ARGS, "smoke_test": {}})["changed"] is False
    # Three further calls, two seconds apart.
    api.expect(get(ok(view(before))), get(ok(view(before))), *[call(Reply(302))] * 2, call(refused()), call(Reply(200)))
    outcome = run({**ARGS, "smoke_test": {}})
    assert outcome["changed"] is False and outcome.slept == [2.0] * 3


def test_a_new_version_that_answers_badly_is_put_back(api: ScriptedApi) -> None:
    before = deployed(api)
    bad = Reply(503, f"the database is away: {SECRET}".encode())
    api.expect(
        get(ok(view(before))),
        put(),
        get(shows()),
        get(shows()),
        call(bad),
        *log("KeyError", f"it was {SECRET}"),
        get(shows()),
        get(shows()),
        put(),
        get(shows()),
    )
    outcome = run(CHANGED)
    assert settings(api.written) == settings(before)
    digest = outcome["before"]["digest"]
    assert outcome.msg == (
        f"The new version of the function hello fails its smoke test: GET {URL} answered 503, which is not an accepted status. "
        f"The version before it was put back and runs ({digest}).\n"
        "It answered:\n  the database is away: ********\nLast lines of its log:\n  KeyError\n  it was ********"
    )
    assert (outcome.code, outcome["changed"], outcome["rolled_back"]) == ("smoke_test_failed", True, True)
    assert outcome["function"] == outcome["before"] and outcome["actions"][1:] == [BACK]


def test_short_values_of_secrets_come_back_as_they_were(api: ScriptedApi) -> None:
    """Ansible would mask them in all that a module returns, so that a way back by way of a result would bring masks back, and nobody could read it."""
    short = {"STAGE": "tmp", "B": "a"}
    api.expect(*absent(), runtimes(), post(), get(shows()), get(shows()), call())
    assert not run({**ARGS, "secret_env": short}, secrets=()).failed
    before = dict(api.written)
    api.expect(get(ok(view(before))), put(), get(shows()), get(shows()), call(Reply(500)), *no_logs(), get(shows()), get(shows()), put(), get(shows()))
    outcome = run({**CHANGED, "secret_env": short}, secrets=())
    assert settings(api.written) == settings(before) and api.written["code"] == HANDLER
    assert {**api.written["environment_variables"], **short} == api.written["environment_variables"]
    assert outcome.failed and outcome["rolled_back"] is True
    assert "fails its smoke test" in outcome.msg and outcome.code == "smoke_test_failed"
    assert outcome["invocation"]["module_args"]["secret_env"] == {"STAGE": "********", "B": "********"}


def test_a_new_version_that_is_not_built_is_put_back(api: ScriptedApi) -> None:
    before = deployed(api)
    failed = get(shows(status="Failed", error="no such package"))
    api.expect(get(ok(view(before))), put(), failed, *log("ERROR: nothing found"), failed, failed, put(), failed, get(shows()))
    outcome = run(CHANGED)
    assert outcome.msg.startswith(
        "The function hello does not run, its status is failed: no such package. The version before it was put back and runs (sha256:"
    )
    assert outcome.msg.endswith("\nLast lines of its log:\n  ERROR: nothing found")
    assert settings(api.written) == settings(before) and outcome["rolled_back"] and outcome["function"]["status"] == "running"


def test_a_deployment_that_hangs_is_reported_and_left(api: ScriptedApi) -> None:
    before = deployed(api)
    api.expect(get(ok(view(before))), put(), *[get(shows(status="Deploying"))] * 5, *no_logs())
    outcome = run({**CHANGED, "wait_timeout": 1})
    assert outcome.code == "wait_timeout" and len(api.writes) == 1
    assert outcome.msg.endswith("It was not rolled back, because the platform takes no change before it has settled. Look at it again later.")
    assert (outcome["changed"], outcome["rolled_back"], outcome["function"]["status"]) == (True, False, "deploying")


def test_a_refused_update_says_what_runs(api: ScriptedApi) -> None:
    before = deployed(api)
    api.expect(get(ok(view(before))), put(refusal(412, "too many functions")), get(ok(view(before))), get(ok(view(before))))
    outcome = run(CHANGED)
    assert outcome.msg.endswith("too many functions). The function hello runs as before.") and len(api.writes) == 1
    assert (outcome.code, outcome["changed"], outcome["actions"], outcome["rolled_back"]) == ("refused", False, [], False)
    assert outcome["function"] == outcome["before"]


def test_a_lost_update_that_no_answer_shows_is_not_denied(api: ScriptedApi) -> None:
    """An API that returns neither code nor settings looks the same before and after."""
    deployed(api)
    before = get(ok(view(api.written, "minimal")))
    api.expect(before, *[put(timed_out()), before] * 4, before)
    outcome = run(CHANGED)
    assert outcome.msg.endswith("Now the function hello is running. The version before it could not be put back, because the API does not return its code.")
    assert (outcome["changed"], outcome["actions"]) == (True, ["tried to update function hello"]) and outcome["error"]["outcome_known"] is False


def test_a_way_back_that_is_refused(api: ScriptedApi) -> None:
    before = deployed(api)
    api.expect(
        get(ok(view(before))),
        put(),
        get(shows()),
        get(shows()),
        call(Reply(500)),
        *no_logs(),
        get(shows()),
        get(shows()),
        put(refusal(400, "no more today")),
        get(shows()),
        get(shows()),
    )
    outcome = run(CHANGED)
    assert "fails its smoke test" in outcome.msg and "no more today). Now the function hello is running." in outcome.msg
    assert outcome["rolled_back"] is False and outcome["actions"][1:] == ["tried to put the version before of function hello back"]


def test_a_first_version_stays(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(), get(shows()), get(shows()), call(Reply(500)), *no_logs(), get(shows()))
    outcome = run(ARGS)
    assert outcome.msg.endswith("It is the first version, so there is nothing to roll back to. It is left as it is for you to look at.")
    assert (outcome["before"], outcome["changed"], outcome["function"]["status"]) == (None, True, "running")


def test_an_unchanged_function_that_answers_badly(api: ScriptedApi) -> None:
    before = deployed(api)
    api.expect(get(ok(view(before))), get(ok(view(before))), call(Reply(500)), *no_logs())
    outcome = run(ARGS)
    assert outcome.msg.endswith("This run did not change it, so there is nothing to roll back.") and api.writes == []
    assert (outcome["changed"], outcome["rolled_back"], outcome["diff"]) == (False, False, [])


def test_a_version_of_another_tool_is_put_back(api: ScriptedApi) -> None:
    foreign = function(code=OTHER, environment_variables={"A": "1", "TOKEN": KEY}, requirements="requests\n", timeout=99)
    api.written = {**foreign, "function": "hello"}
    api.expect(get(ok(foreign)), put(), get(shows()), get(shows()), call(Reply(500)), *no_logs(), get(shows()), get(shows()), put(), get(shows()))
    outcome = run({**ARGS, "secret_env": {"TOKEN": SECRET}})
    assert outcome["rolled_back"] and (api.written["code"], api.written["timeout"], api.written["requirements"]) == (OTHER, 99, "requests\n")
    kept = api.written["environment_variables"]
    assert {name: value for name, value in kept.items() if name != "E2E_ANSIBLE_DIGEST"} == foreign["environment_variables"]


def test_a_replaced_runtime_is_put_back_by_another_replacement(api: ScriptedApi) -> None:
    before = deployed(api)
    args = {**CHANGED, "runtime": "node18", "code": "module.exports = async () => 1;\n", "allow_replace": True}
    gone = get(MISSING)
    api.expect(
        get(ok(view(before))),
        runtimes(),
        delete(),
        gone,
        post(),
        get(shows()),
        get(shows()),
        call(Reply(500)),
        *no_logs(),
        get(shows()),
        get(shows()),
        delete(),
        gone,
        post(),
        get(shows()),
    )
    outcome = run(args)
    assert "was put back and runs" in outcome.msg and outcome["rolled_back"] and outcome["function"] == outcome["before"]
    assert {**api.written, "environment_variables": None} == {**before, "environment_variables": None}
    assert settings(api.written) == settings(before)


# What the API does not return.


@pytest.mark.parametrize("lacking", ["code", "requirements", "environment_variables", "memory", "timeout"])
def test_a_version_comes_back_whole_or_not_at_all(api: ScriptedApi, lacking: str) -> None:
    deployed(api)
    what = {"requirements": "dependencies", "environment_variables": "variables"}.get(lacking, lacking)
    before = {name: value for name, value in view(api.written).items() if name != lacking}
    api.expect(get(ok(before)))
    outcome = run(CHANGED, check=True)
    warning = f"rollback: the API does not return its {what}, so if the new version of the function hello fails, it cannot be put back."
    assert warning in outcome.warnings and outcome["changed"]
    api.expect(get(ok(before)), put(), get(shows()), get(shows()), call(Reply(500)), *no_logs(), get(shows()))
    outcome = run(CHANGED)
    assert outcome.msg.endswith(f"Now the function hello is running. The version before it could not be put back, because the API does not return its {what}.")
    assert (outcome["changed"], outcome["rolled_back"]) == (True, False) and len(api.writes) == 1


TODAY: dict[str, t.Any] = {
    **{name: value for name, value in ARGS.items() if name != "code"},
    "runtime": "python-3.11-fastapi",
    "code": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    "upload": "zip",
}


NO_LOGS_TODAY = (Step("GET", "faas/logs/7/", refusal(404, "no such page"), query=ANY), Step("GET", "faas/logs/hello/", refusal(404, "no such page"), None))


def put_form(answer: Answer | None = None) -> Step:
    return Step("PUT", "faas/function/7/", answer or ok())


def shows_today(status: str = "Running") -> t.Callable[[ScriptedApi], Reply]:
    """Today's API returns no code that came in an archive."""
    return lambda api: ok(view(api.written, "no code", status, id=7))


def deployed_today(api: ScriptedApi) -> dict[str, t.Any]:
    no_list = runtimes(Reply(404, b'{"detail": "Not found."}'))
    api.expect(*absent(), no_list, post(), get(shows_today()), get(shows_today()), call())
    assert not run(TODAY).failed
    return view(api.written, "no code", id=7)


def test_code_of_an_archive_has_no_way_back_and_that_is_said_before(api: ScriptedApi) -> None:
    before = deployed_today(api)
    changed = {**TODAY, "code": f"{TODAY['code']}# new\n"}
    api.expect(get(ok(before)))
    outcome = run(changed, check=True)
    assert outcome["changed"] and api.writes == []
    assert "rollback: the API does not return its code, so if the new version of the function hello fails, it cannot be put back." in outcome.warnings
    failed = get(shows_today("Failed"))
    api.expect(get(ok(before)), put_form(), failed, *NO_LOGS_TODAY, NO_LOGS_TODAY[0], failed)
    outcome = run(changed)
    assert "The version before it could not be put back, because the API does not return its code." in outcome.msg and not outcome["rolled_back"]


def test_what_was_a_text_comes_back_in_the_form_that_the_api_took(api: ScriptedApi) -> None:
    deployed(api)
    before = view(api.written, id=7)
    after = get(shows(id=7))
    api.expect(get(ok(before)), put_form(), *[after] * 2, call(Reply(500)), *NO_LOGS_TODAY, *[after] * 2, put_form(), get(ok(before)))
    outcome = run({**CHANGED, "upload": "zip"})
    assert "was put back and runs" in outcome.msg and outcome["rolled_back"] and outcome["upload"] == "zip"
    assert (api.writes[-1].body["memory"], HANDLER.encode() in unzipped(api.writes[-1].body["code_file"])) == ("512", True)


def test_settings_alone_come_back_without_the_code(api: ScriptedApi) -> None:
    before = deployed_today(api)
    args = {name: value for name, value in TODAY.items() if name != "code"} | {"memory": 1024, "env": {"GREETING": "Bye"}}
    api.expect(
        get(ok(before)), put_form(), *[get(shows_today())] * 2, call(Reply(500)), *NO_LOGS_TODAY, *[get(shows_today())] * 2, put_form(), get(shows_today())
    )
    outcome = run(args)
    assert outcome["rolled_back"] and outcome["function"] == outcome["before"] and not any("rollback" in text for text in outcome.warnings)
    there, back = api.writes
    assert "code_file" not in there.body and "code_file" not in back.body and (there.body["memory"], back.body["memory"]) == ("1024", "512")


# What must not be shown.


def test_what_the_test_sends_is_not_shown_when_it_is_repeated(api: ScriptedApi) -> None:
    before = deployed(api)
    headers = {"X-Key": KEY, "X-Token": "Token tok-3f9a7c51", "Content-Type": "text/csv"}
    echo = f"{KEY} {SECRET} tok-3f9a7c51 text/csv".encode()
    api.expect(get(ok(view(before))), get(ok(view(before))), call(Reply(500, echo), method="POST", body=b"a,b"), *log(f"got {KEY} and tok-3f9a7c51", SECRET))
    outcome = run({**ARGS, "smoke_test": {"headers": headers, "body": "a,b", "retries": 0}}, secrets=(SECRET, KEY, "tok-3f9a7c51"))
    sent = api.sent[2].headers
    assert (sent["X-Key"], sent["X-Token"], sent["Content-Type"]) == (KEY, "Token tok-3f9a7c51", "text/csv")
    assert "It answered:\n  ******** ******** ******** text/csv\nLast lines of its log:\n  got ******** and ********\n  ********" in outcome.msg


@pytest.mark.parametrize("secret_env", [{"PASSWORD": "r0tated value"}, {}], ids=["rotated", "removed"])
def test_the_value_before_a_rotation_is_not_shown(api: ScriptedApi, secret_env: dict[str, str]) -> None:
    """The task knows the new value only; the one before is still in the log, and was read back."""
    before = deployed(api)
    bad = Reply(503, f"was {SECRET}".encode())
    api.expect(get(ok(view(before))), put(), *[get(shows())] * 2, call(bad), *log(f"used {SECRET}"), *[get(shows())] * 2, put(), get(shows()))
    outcome = run({**CHANGED, "secret_env": secret_env}, secrets=(SECRET, "r0tated value"))
    assert "It answered:\n  was ********\nLast lines of its log:\n  used ********" in outcome.msg and outcome["rolled_back"]


@pytest.mark.parametrize("start", [285, 295, 299])
def test_half_a_secret_is_not_shown_where_the_answer_is_cut(api: ScriptedApi, start: int) -> None:
    before = deployed(api)
    api.expect(get(ok(view(before))), get(ok(view(before))), call(Reply(500, b"x" * start + SECRET.encode())), *no_logs())
    assert "pa55" not in run(ARGS).msg


# Options.


@pytest.mark.parametrize(
    ("smoke_test", "message"),
    [
        ({"method": "FETCH"}, "value of method must be one of: GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, got: FETCH"),
        ({"retries": -1}, "smoke_test: retries cannot be -1."),
        ({"delay": -0.5}, "smoke_test: delay cannot be -0.5."),
        ({"timeout": 0}, "smoke_test: timeout cannot be 0."),
        ({"timeout": "nan"}, "smoke_test.timeout: it has to be a number up to 1,000,000 (seconds)."),
        ({"retries": "often"}, "retries"),
        ({"status": ["fine"]}, "status"),
        ({"status": [200, 99, 600]}, "smoke_test: status cannot be 99, 600; a status of HTTP has three digits, from 100 to 599."),
        ({"headers": {"X-Key": f"{KEY}\u00fc"}}, "smoke_test.headers: the header 'X-Key' or its value holds a character that a header cannot carry there."),
        ({"headers": {"X-Key": f"{KEY}\nX-More: 1"}}, "smoke_test.headers: the header 'X-Key' or its value"),
        ({"headers": {"X-Key": f" {KEY}"}}, "smoke_test.headers: the header 'X-Key' or its value"),
        ({"headers": {"X Key": KEY}}, "smoke_test.headers: the header 'X Key' or its value"),
        ({"headers": {"X-K\u00e9y": KEY}}, "smoke_test.headers: the header 'X-K\\xe9y' or its value"),
        ({"paths": "/"}, "paths"),
    ],
)
def test_a_test_that_cannot_be_made_is_one_line_and_nothing_is_sent(api: ScriptedApi, smoke_test: dict[str, t.Any], message: str) -> None:
    for check in (True, False):
        outcome = run({**ARGS, "smoke_test": smoke_test}, check=check)
        assert outcome.failed and message in outcome.msg and "\n" not in outcome.msg and api.sent == []


def test_a_test_without_a_wait(api: ScriptedApi) -> None:
    outcome = run({**ARGS, "wait": False})
    assert outcome.msg == "smoke_test: a function is tried out when it runs, and wait: false does not wait for that." and api.sent == []
    api.expect(get(ok(function())), delete())
    assert run({**CREDENTIALS, "name": "hello", "state": "absent", "wait": False, "smoke_test": {}, "rollback": True})["changed"]


@pytest.mark.parametrize(
    ("body", "sent", "content_type"),
    [("plain", b"plain", "text/plain; charset=utf-8"), ({"a": "ü"}, '{"a": "ü"}'.encode(), "application/json"), ([1], b"[1]", "application/json")],
)
def test_what_is_sent(api: ScriptedApi, body: t.Any, sent: bytes, content_type: str) -> None:
    before = deployed(api)
    api.expect(get(ok(view(before))), get(ok(view(before))), call(Reply(), method="POST", body=sent))
    assert not run({**ARGS, "smoke_test": {"body": body}}).failed
    assert api.sent[-1].headers["Content-Type"] == content_type
