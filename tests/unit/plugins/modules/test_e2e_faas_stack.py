# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many functions with one task: which calls it takes, what becomes of each, and what is said when some of them fail."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import STACK_ANNOTATION
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function, e2e_faas_stack
from ansible_collections.e2enetworks.cloud.tests.unit.plugins import gateway_harness as at_gateway
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import ACCESS, IMAGE, ScriptedGateway, every_dialect, foreign, info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    HANDLER,
    Reply,
    Run,
    ScriptedApi,
    Step,
    delete,
    function,
    get,
    listing,
    ok,
    post,
    put,
    refusal,
    reset,
    run_module,
    runtimes,
    together,
)

SECRET = "pa55word of the base"
NAMES = ("a", "b", "c")
MARK = "E2E_ANSIBLE_DIGEST"


def entry(name: str, **options: t.Any) -> dict[str, t.Any]:
    return {"name": name, "runtime": "python3-http-debian", "code": HANDLER, **options}


def stack(*entries: t.Mapping[str, t.Any], check: bool = False, secrets: t.Iterable[str] = (), **options: t.Any) -> Run:
    functions = {} if options.keys() & {"directory", "stack_file"} else {"functions": list(entries)}
    return run_module(e2e_faas_stack, {**CREDENTIALS, **functions, **options}, check=check, secrets=secrets)


def there(*names: str, **fields: t.Any) -> list[dict[str, t.Any]]:
    return [function(name=name, **fields) for name in names]


def by_name(run: Run) -> dict[str, dict[str, t.Any]]:
    return {one["name"]: one for one in run["functions"]}


# How many calls it takes.


def test_what_is_as_wanted_takes_one_list(api: ScriptedApi) -> None:
    api.expect(listing(*there(*NAMES)))
    outcome = stack(*map(entry, NAMES))
    assert not outcome["changed"] and [one["name"] for one in outcome["functions"]] == [*NAMES]
    assert all(one["begun"] and not one["failed"] and one["function"] == one["before"] for one in outcome["functions"])


def test_a_list_of_several_pages_is_read_once(api: ScriptedApi) -> None:
    names = [f"f{number:03}" for number in range(250)]
    totals = {"total_page_number": 3, "total_count": 250}
    bodies = [{"code": 200, "data": there(*names[at : at + 100]), "errors": {}, "message": "", **totals} for at in (0, 100, 200)]
    pages = [Reply(200, json.dumps(body).encode()) for body in bodies]
    api.expect(*(Step("GET", "faas/functions/", answer, None, {"page": str(number), "page_size": "100"}) for number, answer in enumerate(pages, 1)))
    assert not stack(*map(entry, names), concurrency=16)["changed"]


def test_what_the_list_leaves_open_is_looked_at_once(api: ScriptedApi) -> None:
    minimal = [{key: one[key] for key in ("name", "runtime", "status", "url")} for one in there(*NAMES)]
    api.expect(listing(*minimal), together(*(get(ok(one), one["name"]) for one in there(*NAMES))))
    assert not stack(*map(entry, NAMES))["changed"]
    api.expect(listing(*minimal[:1], *there("b")), get(ok(function(name="a")), "a"))
    assert not stack(entry("a"), entry("b"))["changed"]


def test_what_is_kept_of_a_function_that_is_removed_is_read_from_itself(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "kept.json"
    listed = [{key: one[key] for key in ("name", "runtime", "status", "url")} for one in there("a", "b")]
    gone = get(refusal(404, "Function not found"), "a")
    api.expect(listing(*listed), get(ok(function(name="a")), "a"), delete(name="a"), gone, get(ok(function(name="b")), "b"))
    outcome = stack({"name": "a", "state": "absent", "snapshot_dest": str(kept)}, entry("b"), concurrency=1)
    assert by_name(outcome)["a"]["snapshot"] == str(kept) and json.loads(kept.read_text(encoding="utf-8"))["code"] == HANDLER


def test_one_function_alone_is_not_looked_for_in_a_list(api: ScriptedApi) -> None:
    api.expect(get(ok(function(name="a")), "a"))
    assert not stack(entry("a"))["changed"]


def sent(name: str) -> dict[str, t.Any]:
    """What a create sends of :func:`entry` without a manifest."""
    settings = {"memory": 512, "timeout": 15, "environment_variables": {}, "secrets": [], "arguments": {}, "params": {}}
    return {"function": name, "runtime": "python3-http-debian", "node_type": "cpu", "code": HANDLER, "requirements": "", **settings}


def made(name: str) -> tuple[Step, Step]:
    """The calls that make a function."""
    return post(body=sent(name)), get(ok(function(name=name)), name)


def unmarked(*names: str) -> list[dict[str, t.Any]]:
    return [entry(name, digest_variable="") for name in names]


def test_new_functions_are_not_looked_for_one_by_one(api: ScriptedApi) -> None:
    """Two calls each, and one list of runtimes for all."""
    api.expect(listing(), runtimes(), *made("a"), *made("b"))
    one_by_one = stack(*unmarked("a", "b"), concurrency=1)
    assert one_by_one["actions"] == ["created function a", "created function b"]
    api.expect(listing(*there("z")), together(runtimes(), *map(made, NAMES)))
    outcome = stack(*unmarked(*NAMES))
    assert outcome["actions"] == [f"created function {name}" for name in NAMES] and all(one["before"] is None for one in outcome["functions"])


def test_check_mode_sends_nothing_and_predicts_what_the_run_does(api: ScriptedApi) -> None:
    entries = [*unmarked("a"), entry("b", memory=1024, digest_variable=""), *unmarked("c"), {"name": "d", "state": "absent"}]
    there_now = there("b", "c", "d")
    api.expect(listing(*there_now), together(runtimes(), get(ok(there_now[0]), "b")))
    predicted = stack(*entries, check=True)
    assert api.writes == []
    changed = get(ok(function(name="b", memory=1024)), "b")
    calls = (made("a"), (get(ok(there_now[0]), "b"), put(name="b"), changed), (delete(name="d"), get(refusal(404, "Function not found"), "d")))
    api.expect(listing(*there_now), runtimes(), *(call for lane in calls for call in lane))
    real = stack(*entries, concurrency=1)
    assert predicted["diff"] == real["diff"] == [part for one in real["functions"] for part in one["diff"]]
    assert [one["changed"] for one in predicted["functions"]] == [one["changed"] for one in real["functions"]] == [True, True, False, True]
    assert real["actions"] == ["created function a", "updated function b: changes memory", "deleted function d"]
    assert {**predicted["functions"][1], "actions": None} == {**real["functions"][1], "actions": None, "rollout": None, "upload": "text"}


def test_one_function_is_told_as_a_task_of_its_own_tells_it(api: ScriptedApi) -> None:
    script = (get(ok(function(name="a")), "a"), put(name="a"), get(ok(function(name="a", memory=1024)), "a"))
    api.expect(*script)
    (one,) = stack(entry("a", memory=1024))["functions"]
    api.expect(*script)
    alone = run_module(e2e_faas_function, {**CREDENTIALS, **entry("a", memory=1024)})
    shared = ("changed", "actions", "diff", "function", "before", "rollout", "rolled_back", "upload", "snapshot")
    assert {key: one[key] for key in shared} == {key: alone[key] for key in shared}


# What fails.

GONE = refusal(404, "Function not found")


def test_what_fails_does_not_keep_the_others_from_being_deployed(api: ScriptedApi) -> None:
    failed = function(name="c", status="Failed", error="no module slugfy")
    log = Step("GET", "faas/logs/c/", ok([{"message": "line of c"}]), None)
    api.expect(
        listing(*there("b")),
        runtimes(),
        post(refusal(400, "memory cannot be 512"), sent("a")),
        *made("d"),
        post(body=sent("c")),
        get(ok(failed), "c"),
        listing(),
        log,
    )
    outcome = stack(*unmarked("a", "b", "d", "c"), {"name": "e", "code": HANDLER, "env": {"A-B": "1"}}, concurrency=1)
    assert outcome.failed and outcome.code == "functions_failed" and outcome["failed_functions"] == ["a", "c", "e"]
    first, *details = outcome.msg.splitlines()
    assert first.startswith("3 of 5 functions could not be deployed. a: POST faas/functions/: ")
    assert " c: The function c does not run, its status is failed: " in first
    assert " e: " in first and details == ["c: Last lines of its log:", "c:   line of c"]
    told = by_name(outcome)
    assert (told["a"]["error"]["code"], told["c"]["error"]["code"], told["e"]["error"]["code"]) == ("refused", "function_failed", "invalid_input")
    assert told["d"]["changed"] and told["d"]["function"]["status"] == "running" and not told["b"]["changed"] and outcome["changed"]


def test_each_of_many_failures_is_named(api: ScriptedApi) -> None:
    names = [f"function-{number:02}" for number in range(40)]
    api.expect(listing())
    outcome = stack(*(entry(name, env={"A-B": "1"}) for name in names))
    first, *details = outcome.msg.splitlines()
    assert first.startswith("40 of 40 functions could not be deployed. They are function-00, function-01,") and all(name in first for name in names)
    assert len(details) == 40 and details[3].startswith("function-03: ")


def test_what_is_wrong_with_all_functions_comes_before_what_the_connection_lacks(api: ScriptedApi) -> None:
    entries = [entry(name, image="functions/echo:1", labels={"a": "b"}) for name in NAMES]
    outcome = run_module(e2e_faas_stack, {"functions": [{key: value for key, value in one.items() if key != "code"} for one in entries]})
    assert outcome["failed_functions"] == list(NAMES) and "labels belongs to provider: openfaas" in outcome.msg


def test_one_function_fails_in_its_own_words(api: ScriptedApi) -> None:
    api.expect(get(GONE, "a"), listing(), runtimes(), post(refusal(400, "memory cannot be 512")))
    outcome = stack(entry("a"))
    api.expect(get(GONE, "a"), listing(), runtimes(), post(refusal(400, "memory cannot be 512")))
    alone = run_module(e2e_faas_function, {**CREDENTIALS, **entry("a")})
    assert (outcome.msg, outcome["error"]) == (alone.msg, alone["error"])


def test_fail_fast_begins_with_nothing_more(api: ScriptedApi) -> None:
    api.expect(listing(*there("b")), runtimes(), post(refusal(400, "no"), sent("a")))
    outcome = stack(*unmarked(*NAMES), concurrency=1, fail_fast=True)
    assert outcome.msg.endswith("Because of fail_fast, these were not begun: b, c.")
    assert [one["begun"] for one in outcome["functions"]] == [True, False, False] and outcome["failed_functions"] == ["a"]
    api.expect(listing(*there("b", "c")))
    refused = stack(entry("a", env={"A-B": "1"}), entry("b"), entry("c"), concurrency=1, fail_fast=True)
    assert [one["begun"] for one in refused["functions"]] == [False, False, False] and refused["failed_functions"] == ["a"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"functions": [entry("a"), entry("b"), entry("a")]}, "These functions are in the stack more than once: a."),
        ({"functions": [entry("a")], "filter": ["x*"]}, "filter: no function of the stack matches. It has: a."),
        ({"functions": [entry("a")], "prune": True}, "prune is True but all of the following are missing: name"),
        ({"functions": [], "concurrency": 0}, "concurrency is from 1 to 64; got 0."),
        ({"functions": [], "stack_file": "s.yml"}, "parameters are mutually exclusive: functions|stack_file|directory"),
        ({"functions": [entry("a", src="x")]}, "parameters are mutually exclusive: src|code|image|snapshot found in functions"),
        ({"functions": [entry("a", memory="much")]}, "memory"),
        ({"functions": [entry(" ")]}, "name is empty."),
        ({"functions": [{"code": HANDLER}]}, "name is not set, and no config_file names the function."),
        ({"functions": [entry("a", limits={"memory": "1Gi"})]}, "limits belongs to provider: openfaas"),
        ({"functions": [entry("a", wait_timeout=0)]}, "wait_timeout must be more than 0 seconds"),
        ({"stack_file": "s.yml"}, "stack_file belongs to provider: openfaas, and this task has provider: myaccount; instead of stack_file use directory."),
        ({"provider": "openfaas", "directory": "d"}, "directory belongs to provider: myaccount"),
        ({"directory": "/nowhere/at/all"}, "directory: cannot read /nowhere/at/all: No such file or directory."),
        ({"provider": "openfaas", "stack_file": "/nowhere.yml"}, "stack_file: cannot read /nowhere.yml: No such file or directory."),
        (
            {"provider": "openfaas", "functions": [{"name": "a", "image": IMAGE}, {"name": "a", "image": IMAGE, "namespace": "openfaas-fn"}]},
            "These functions are in the stack more than once: a.",
        ),
        ({}, "one of the following is required: functions, stack_file, directory"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_sent(api: ScriptedApi, options: dict[str, t.Any], message: str) -> None:
    api.expect()
    outcome = run_module(e2e_faas_stack, {**CREDENTIALS, **options})
    assert outcome.failed and message in outcome.msg


# Where the options come from.


def test_a_function_wins_over_the_defaults_and_those_over_the_task(api: ScriptedApi) -> None:
    entries = [{"name": "a", "code": HANDLER}, {"name": "b", "code": HANDLER, "memory": 256, "wait": True}]
    api.expect(
        listing(*there("a", "b")),
        get(ok(function(name="a")), "a"),
        put(name="a"),
        get(ok(function(name="a", memory=1024)), "a"),
        get(ok(function(name="b")), "b"),
        put(name="b"),
        get(ok(function(name="b", status="Deploying", memory=256)), "b"),
        get(ok(function(name="b", memory=256)), "b"),
    )
    outcome = stack(*entries, defaults={"memory": 1024, "digest_variable": ""}, wait=False, concurrency=1)
    assert [sent.body["memory"] for sent in api.writes] == [1024, 256] and [one["function"]["status"] for one in outcome["functions"]] == ["running", "running"]


def test_a_folder_of_folders(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    for folder in ("one", "two", ".git", "_drafts", "node_modules"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "handler.py").write_text(HANDLER, encoding="utf-8")
    (tmp_path / "two/function_config.yaml").write_text("function: {name: shop, runtime: python, limits: {memory: 512, timeout: 15}}", encoding="utf-8")
    (tmp_path / "README.md").write_text("", encoding="utf-8")
    api.expect(listing(*there("one", "shop")))
    outcome = stack(directory=str(tmp_path), defaults={"runtime": "python3-http-debian"})
    assert [one["name"] for one in outcome["functions"]] == ["one", "shop"] and not outcome["changed"]
    (tmp_path / "two/function_config.yaml").write_text("a: [", encoding="utf-8")
    api.expect(get(ok(function(name="one")), "one"))
    broken = stack(directory=str(tmp_path), defaults={"runtime": "python3-http-debian"})
    assert broken["failed_functions"] == ["two"] and "1 of 2 functions could not be deployed. two: function_config.yaml cannot be used" in broken.msg


def test_a_filter_leaves_the_others_alone(api: ScriptedApi) -> None:
    api.expect(listing(*there("pay-a", "pay-b")))
    assert [one["name"] for one in stack(*map(entry, ("pay-a", "x", "pay-b")), filter=["pay-*", "nothing"])["functions"]] == ["pay-a", "pay-b"]


# Secrets.


def test_the_secrets_of_a_function_are_in_nothing_that_is_told(api: ScriptedApi) -> None:
    other = "another-secret-value"
    smoke_test = {"headers": {"X-Key": "key of the call", "Accept": "text/plain"}}
    entries = [
        entry("a", secret_env={"PASSWORD": SECRET, "SHORT": "abc"}, digest_variable=""),
        entry("b", secret_env={"TOKEN": other}, digest_variable="", env={"abc": "abc"}, smoke_test=smoke_test),
    ]
    api.expect(listing(), runtimes(), post(refusal(400, f"{SECRET} is not allowed, nor is abc")), post(refusal(400, f"{other} and Bearer {SECRET}")))
    outcome = stack(*entries, concurrency=1, secrets=(SECRET, other, "key of the call"))
    assert "******** is not allowed, nor is abc" in outcome.msg
    shown = outcome["invocation"]["module_args"]["functions"]
    assert shown[0]["secret_env"] == {"PASSWORD": "********", "SHORT": "********"} and shown[1]["env"] == {"abc": "abc"}
    assert shown[1]["smoke_test"]["headers"] == {"X-Key": "********", "Accept": "********"} and "memory" not in shown[0]


def test_a_defect_in_one_function_is_told_with_the_others(api: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def surprise(*args: t.Any) -> t.NoReturn:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function.FunctionResource.predict", surprise)
    api.expect(listing(*there("b")), runtimes())
    outcome = stack(entry("a", secret_env={"PASSWORD": SECRET}), entry("b"), secrets=(SECRET,))
    assert outcome.msg.startswith("1 of 2 functions could not be deployed. a: Unexpected ZeroDivisionError: ********. This is a defect")
    assert by_name(outcome)["a"]["error"]["code"] == "defect" and "surprise" in by_name(outcome)["a"]["exception"]


# Pruning.


def marked(name: str, by: str = "shop", **fields: t.Any) -> dict[str, t.Any]:
    return function(name=name, environment_variables={MARK: json.dumps({"v": 1, "secret_env": [], "stack": by})}, **fields)


def test_what_a_stack_makes_remembers_it_and_an_update_keeps_that(api: ScriptedApi) -> None:
    def show(name: str) -> t.Callable[[ScriptedApi], Reply]:
        return lambda api: ok(function(name=name, memory=api.written["memory"], environment_variables=api.written["environment_variables"]))

    api.expect(listing(), runtimes(), post(), get(show("a"), "a"), post(), get(show("b"), "b"))
    stack(entry("a"), entry("b"), name="shop", concurrency=1)
    variables = [json.loads(sent.body["environment_variables"][MARK])["stack"] for sent in api.writes]
    assert variables == ["shop", "shop"]
    api.expect(get(ok(marked("a")), "a"), put(name="a"), get(show("a"), "a"))
    run_module(e2e_faas_function, {**CREDENTIALS, **entry("a", memory=1024)})
    assert json.loads(api.writes[0].body["environment_variables"][MARK])["stack"] == "shop"
    api.expect(get(ok(function(name="a")), "a"), put(name="a"), get(show("a"), "a"))
    stack(entry("a", memory=1024), name="shop")
    assert "stack" not in json.loads(api.writes[0].body["environment_variables"][MARK])


def test_prune_removes_what_this_stack_has_made_and_nothing_else(api: ScriptedApi) -> None:
    listed = [*there("mine"), marked("a"), marked("left"), marked("other", by="another"), function(name="unread", environment_variables=None)]
    script = (listing(*listed), get(ok(marked("unread", by="another")), "unread"))
    api.expect(*script)
    predicted = stack(entry("a"), entry("mine"), name="shop", prune=True, check=True)
    assert predicted["actions"] == ["delete function left"] and api.writes == []
    api.expect(*script, delete(name="left"), get(GONE, "left"))
    outcome = stack(entry("a"), entry("mine"), name="shop", prune=True)
    assert outcome["actions"] == ["deleted function left"] and outcome["diff"] == predicted["diff"]
    assert by_name(outcome)["left"]["pruned"] and by_name(outcome)["left"]["function"]["status"] == "absent"


def test_prune_leaves_what_a_filter_leaves(api: ScriptedApi) -> None:
    api.expect(listing(*there("pay"), marked("left"), marked("pay-left"), marked("x")), delete(name="pay-left"), get(GONE, "pay-left"), listing())
    outcome = stack(entry("pay"), entry("x"), name="shop", prune=True, filter=["pay*"])
    assert outcome["actions"] == ["deleted function pay-left"]


def test_nothing_is_pruned_when_something_has_failed(api: ScriptedApi) -> None:
    api.expect(listing(marked("left"), *there("b")), runtimes(), post(refusal(400, "no")))
    outcome = stack(entry("a"), entry("b"), name="shop", prune=True)
    assert "prune: nothing was removed, because some functions could not be deployed." in outcome.warnings and outcome.failed


def test_an_empty_stack_removes_all_that_it_has_made(api: ScriptedApi) -> None:
    api.expect(listing(marked("a"), *there("b")), delete(name="a"), get(GONE, "a"), listing())
    assert stack(name="shop", prune=True)["actions"] == ["deleted function a"]
    api.expect()
    assert stack()["functions"] == []


# On a gateway.


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[ScriptedGateway]:
    scripted = ScriptedGateway(monkeypatch)
    yield scripted
    scripted.finish()


def image(name: str, **options: t.Any) -> dict[str, t.Any]:
    return {"name": name, "image": IMAGE, **options}


def at(*entries: t.Mapping[str, t.Any], **options: t.Any) -> Run:
    more = {key: options.pop(key) for key in ("check", "secrets") if key in options}
    functions = {} if "stack_file" in options else {"functions": list(entries)}
    return at_gateway.run(e2e_faas_stack, {**ACCESS, "provider": "openfaas", **functions, **options}, **more)


def expect(gateway: ScriptedGateway, dialect: str, *script: Step) -> None:
    """A script in which the gateway may be asked once who it is."""
    gateway.expect(*script)
    gateway.who = info(dialect)


def test_check_mode_expects_a_namespace_that_an_earlier_task_makes(gateway: ScriptedGateway) -> None:
    nothing = at_gateway.functions(answer=at_gateway.NO_NAMESPACE, namespace="stage")
    gateway.expect(nothing)
    predicted = at(*map(image, NAMES), namespace="stage", check=True)
    assert predicted["actions"] == [f"create function {name}" for name in NAMES] and predicted.warnings == [at_gateway.NOT_THERE_YET]
    gateway.expect(nothing)
    assert at(*map(image, NAMES), namespace="stage").msg.startswith("namespace: the gateway does not have or allow 'stage'.")


def deployed(dialect: str, *names: str, **fields: t.Any) -> list[dict[str, t.Any]]:
    return [{**foreign(dialect), "name": name, **fields} for name in names]


@every_dialect
def test_a_gateways_functions_that_are_as_wanted_take_one_list(gateway: ScriptedGateway, dialect: str) -> None:
    expect(gateway, dialect, at_gateway.functions(*deployed(dialect, *NAMES)))
    assert not at(*map(image, NAMES))["changed"]
    assert [sent.path for sent in gateway.sent].count("system/functions") == 1


@every_dialect
def test_what_is_made_at_a_gateway_is_marked_and_pruned(gateway: ScriptedGateway, dialect: str) -> None:
    def shown(name: str) -> Step:
        return at_gateway.get(lambda api: at_gateway.document(at_gateway.shown(api.written, dialect)), name)

    expect(gateway, dialect, at_gateway.functions(*deployed(dialect, "z")), at_gateway.post(), shown("a"), at_gateway.post(), shown("b"))
    assert at(image("a"), image("b"), name="shop", concurrency=1)["actions"] == ["created function a", "created function b"]
    assert [sent.body["annotations"][STACK_ANNOTATION] for sent in gateway.writes] == ["shop", "shop"]
    (first, second) = [at_gateway.shown(sent.body, dialect) for sent in gateway.writes]
    assert STACK_ANNOTATION not in at_gateway_annotations(gateway, first, dialect)
    expect(gateway, dialect, at_gateway.functions(first, second, *deployed(dialect, "z")), at_gateway.delete(name="b"), at_gateway.missing("b"))
    outcome = at(image("a"), image("z"), name="shop", prune=True)
    assert outcome["actions"] == ["deleted function b"]


def at_gateway_annotations(gateway: ScriptedGateway, shown: dict[str, t.Any], dialect: str) -> t.Any:
    """What the module shows of a function's annotations."""
    expect(gateway, dialect, at_gateway.get(at_gateway.document(shown), shown["name"]))
    return at(image(shown["name"]))["functions"][0]["function"]["gateway"]["annotations"]


def test_each_namespace_has_its_list(gateway: ScriptedGateway) -> None:
    stage = [{**one, "namespace": "stage"} for one in deployed("faasd", "a", "c")]
    gateway.expect(at_gateway.functions(*deployed("faasd", "a", "b")), at_gateway.functions(*stage, namespace="stage"))
    entries = [image("a"), image("b"), image("a", namespace="stage"), image("c", namespace="stage")]
    outcome = at(*entries)
    assert [one["function"]["gateway"]["namespace"] for one in outcome["functions"]] == ["openfaas-fn", "openfaas-fn", "stage", "stage"]


def test_functions_of_one_name_are_told_with_their_namespaces(gateway: ScriptedGateway) -> None:
    first, second = deployed("faasd", "a") + deployed("faasd", "a", namespace="stage")
    gateway.expect(at_gateway.get(at_gateway.document(first), "a"), at_gateway.get(at_gateway.document(second), "a", namespace="stage"))
    entries = [image("a", workflow_artifact="made"), image("a", namespace="stage", workflow_artifact="made")]
    handed = at(*entries, concurrency=1)["ansible_stats"]["data"]["made"]
    assert {name: one["gateway"]["namespace"] for name, one in handed.items()} == {"a": "openfaas-fn", "a.stage": "stage"}
    gateway.expect()
    refused = at(*(image("a", namespace=space, env={"A=B": "1"}) for space in ("stage", "live")))
    assert " a.stage: " in refused.msg and " a.live: " in refused.msg and refused["failed_functions"] == ["a", "a"]


def made_in(namespace: str, *names: str) -> list[dict[str, t.Any]]:
    """Functions of a namespace that the stack ``shop`` has made."""
    return deployed("faasd", *names, namespace=namespace, annotations={STACK_ANNOTATION: "shop"})


def test_prune_removes_from_the_default_namespace_what_is_in_it_whatever_the_namespace_of_the_task(gateway: ScriptedGateway) -> None:
    lists = (at_gateway.functions(*made_in("openfaas-fn", "old", "new")), at_gateway.functions(*deployed("faasd", "old", namespace="x"), namespace="x"))
    gateway.expect(*lists, at_gateway.delete(name="old"), at_gateway.missing("old"))
    outcome = at(image("new", namespace=""), namespace="x", name="shop", prune=True)
    assert outcome["actions"] == ["deleted function old"]


def test_prune_tells_functions_of_one_name_apart_by_their_namespaces(gateway: ScriptedGateway) -> None:
    lists = (at_gateway.functions(*made_in("openfaas-fn", "m")), at_gateway.functions(*made_in("two", "m", "z"), namespace="two"))
    gateway.expect(*lists, at_gateway.delete(name="m", namespace="two"), at_gateway.missing("m", namespace="two"))
    outcome = at(image("m"), image("z", namespace="two"), name="shop", prune=True)
    assert outcome["actions"] == ["deleted function m"]


def test_prune_knows_the_default_namespace_by_its_name_too(gateway: ScriptedGateway) -> None:
    here = made_in("openfaas-fn", "a", "b", "left")
    lists = (at_gateway.functions(*here), at_gateway.functions(*here, namespace="openfaas-fn"))
    gateway.expect(*lists, at_gateway.delete(name="left"), at_gateway.missing("left"))
    outcome = at(image("a"), image("b", namespace="openfaas-fn"), name="shop", prune=True)
    assert outcome["actions"] == ["deleted function left"]


def test_a_gateway_that_cannot_list_is_asked_for_each(gateway: ScriptedGateway) -> None:
    first, second = (at_gateway.get(at_gateway.document(one), one["name"]) for one in deployed("faasd", "a", "b"))
    gateway.expect(at_gateway.functions(answer=reset()), info("faasd"), first, info("faasd"), second)
    outcome = at(image("a"), image("b"), concurrency=1, api_retries=0)
    assert not outcome["changed"] and any("Each function is looked up by itself." in warning for warning in outcome.warnings)


STACK = """\
provider: {name: openfaas, gateway: GATEWAY}
functions:
  a: {image: IMAGE, environment: {A: "1"}}
  b: {image: IMAGE, environment: {A: "1"}}
  broken: {image: IMAGE, environment_file: [nowhere.yml]}
"""


def test_a_stack_file(gateway: ScriptedGateway, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "stack.yml"
    path.write_text(STACK.replace("IMAGE", IMAGE).replace("GATEWAY", "http://another.example.test"), encoding="utf-8")
    gateway.expect(at_gateway.functions())
    outcome = at(stack_file=str(path), check=True)
    assert outcome["failed_functions"] == ["broken"] and "cannot read nowhere.yml" in outcome.msg
    assert outcome["actions"] == ["create function a", "create function b"]
    gateway.expect(at_gateway.functions())
    assert not at(stack_file=str(path), filter=["?"], check=True).failed


def of_two_gateways(folder: pathlib.Path) -> list[dict[str, t.Any]]:
    """Two functions, each from a file that names a gateway of its own."""
    files = [folder / "1.yml", folder / "2.yml"]
    for number, file in enumerate(files, 1):
        file.write_text(STACK.replace("IMAGE", IMAGE).replace("GATEWAY", f"http://gw{number}.example.test"), encoding="utf-8")
    return [{"name": name, "config_file": str(file)} for name, file in zip(("a", "b"), files)]


def test_files_of_several_gateways_are_refused(gateway: ScriptedGateway, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENFAAS_URL", raising=False)
    gateway.expect()
    outcome = at_gateway.run(e2e_faas_stack, {"provider": "openfaas", "functions": of_two_gateways(tmp_path)})
    assert outcome.msg == "The functions are of several gateways, and a task has one: http://gw1.example.test, http://gw2.example.test."


@pytest.mark.parametrize("given", ["option", "environment"])
def test_the_gateways_of_files_are_not_asked_where_another_one_is_given(
    gateway: ScriptedGateway, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    if given == "environment":
        monkeypatch.setenv("OPENFAAS_URL", at_gateway.URL)
    gateway.expect(at_gateway.functions())
    outcome = at(*of_two_gateways(tmp_path), check=True, gateway_url=at_gateway.URL if given == "option" else None)
    assert outcome["actions"] == ["create function a", "create function b"]
