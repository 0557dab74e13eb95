# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of the module sends and says, in check mode and really, for each of the API's ways of answering a read."""

from __future__ import annotations

import copy
import json
import pathlib
import typing as t
from dataclasses import dataclass

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    HANDLER,
    MISSING,
    READBACKS,
    URL,
    Run,
    ScriptedApi,
    Step,
    absent,
    delete,
    function,
    get,
    ok,
    post,
    put,
    run_module,
    runtimes,
    shows,
)

SECRET = 'pa55word&of/the"base'
OTHER = HANDLER.replace("Hello", "Goodbye")
ARGS: dict[str, t.Any] = {
    **CREDENTIALS,
    "name": "hello",
    "runtime": "python3-http-debian",
    "code": HANDLER,
    "requirements": "requests\n",
    "memory": 256,
    "timeout": 30,
    "env": {"GREETING": "Hello"},
    "secret_env": {"PASSWORD": SECRET},
    "secrets": ["registry"],
}


def run(args: t.Mapping[str, t.Any], check: bool = False, secrets: t.Iterable[str] = (SECRET,), **internal: t.Any) -> Run:
    return run_module(e2e_faas_function, args, check=check, secrets=secrets, **internal)


def deploy(api: ScriptedApi, args: t.Mapping[str, t.Any] | None = None) -> Run:
    """Create the function, so that later answers can show it."""
    api.expect(*absent(), runtimes(), post(), get(shows(status="Creating")), get(shows()))
    return run(args or ARGS)


@dataclass(frozen=True)
class Change:
    """A changing run: what differs from ARGS, what is read before the plan is known, and what is sent after it."""

    args: dict[str, t.Any]
    lookups: t.Sequence[Step]
    writes: t.Sequence[Step]
    exists: bool = True
    actions: t.Sequence[str] = ()


REPLACED = {"runtime": "node18", "code": "module.exports = 1;\n", "requirements": "{}", "allow_replace": True}
CHANGES = {
    "create": Change({}, [runtimes()], [post()], exists=False, actions=["created function hello"]),
    "new code": Change({"code": OTHER}, [], [put()], actions=["updated function hello: changes source"]),
    "new settings": Change(
        {"memory": 512, "env": {"GREETING": "Hi", "MORE": "1"}, "secrets": []},
        [],
        [put()],
        actions=["updated function hello: changes memory, env, secrets"],
    ),
    "new secret": Change({"secret_env": {"PASSWORD": SECRET + "2"}}, [], [put()], actions=["updated function hello: changes secret_env"]),
    "replace": Change(
        REPLACED,
        [runtimes()],
        [delete(), get(MISSING), post()],
        actions=["deleted and created again function hello: changes runtime, source, requirements"],
    ),
    "delete": Change({"state": "absent"}, [], [delete()], actions=["deleted function hello"]),
}


def future(sentence: str) -> str:
    for done, to_do in (("created", "create"), ("updated", "update"), ("deleted", "delete")):
        sentence = sentence.replace(done, to_do)
    return sentence


@pytest.mark.parametrize("readback", READBACKS)
@pytest.mark.parametrize("name", CHANGES)
def test_check_mode_predicts_what_the_real_run_does(api: ScriptedApi, name: str, readback: str) -> None:
    change = CHANGES[name]
    if change.exists:
        deploy(api)
    written = copy.deepcopy(api.written)
    start = (get(shows(readback)),) if change.exists else absent()
    end = [get(MISSING)] if name == "delete" else [get(shows(readback, "Deploying")), get(shows(readback))]

    api.expect(*start, *change.lookups)
    predicted = run({**ARGS, **change.args}, check=True)
    assert api.writes == []
    assert api.written == written

    api.expect(*start, *change.lookups, *change.writes, *end)
    real = run({**ARGS, **change.args})
    assert [step.method for step in change.writes if step.method != "GET"] == [sent.method for sent in api.writes]

    assert predicted["changed"] is real["changed"] is True
    assert predicted["diff"] == real["diff"] != []
    assert predicted["actions"] == [future(sentence) for sentence in real["actions"]]
    assert predicted.result.keys() == real.result.keys()
    assert predicted["function"].keys() == real["function"].keys()
    if readback != "minimal":
        assert real["actions"] == list(change.actions)
    for field, value in real["function"].items():
        if value is None:
            # Not returned by this API, while a prediction may know it.
            continue
        if field == "url" and predicted["function"]["url"] is None:
            continue
        assert predicted["function"][field] == value, field


@pytest.mark.parametrize("readback", ["full", "no code"])
@pytest.mark.parametrize("check", [False, True])
def test_a_second_run_is_one_request_and_no_change(api: ScriptedApi, readback: str, check: bool) -> None:
    first = deploy(api)
    api.expect(get(shows(readback)))
    second = run(ARGS, check=check)
    assert (second["changed"], second["diff"], second["actions"], second.warnings, second.slept) == (False, [], [], [], [])
    assert second["function"] == first["function"]


def test_create_sends_what_the_reference_says(api: ScriptedApi) -> None:
    outcome = deploy(api)
    body = dict(api.writes[0].body)
    variables = dict(body.pop("environment_variables"))
    manifest = json.loads(variables.pop("E2E_ANSIBLE_DIGEST"))
    assert body == {
        "function": "hello",
        "runtime": "python3-http-debian",
        "node_type": "cpu",
        "code": HANDLER,
        "requirements": "requests\n",
        "memory": 256,
        "timeout": 30,
        "secrets": ["registry"],
        "arguments": {},
        "params": {},
    }
    assert variables == {"GREETING": "Hello", "PASSWORD": SECRET}
    assert manifest["secret_env"] == ["PASSWORD"]
    result = dict(outcome["function"])
    assert result.pop("digest").startswith("sha256:")
    assert result == {
        "id": None,
        "name": "hello",
        "runtime": "python3-http-debian",
        "hardware": "cpu",
        "status": "running",
        "reason": None,
        "url": URL,
        "memory": 256,
        "timeout": 30,
        "env_names": ["GREETING"],
        "secret_env_names": ["PASSWORD"],
        "secrets": ["registry"],
        "gateway": None,
    }


def test_an_update_replaces_the_whole_set_and_nothing_bound_to_the_name(api: ScriptedApi) -> None:
    deploy(api)
    before = dict(api.written)
    api.expect(get(shows()), put(), get(shows()))
    run({**ARGS, "memory": 1024})
    expected = {name: before[name] for name in ("code", "requirements", "timeout", "environment_variables", "secrets", "params")}
    assert api.writes[0].body == {**expected, "memory": 1024}


def test_what_is_left_out_stays(api: ScriptedApi) -> None:
    deploy(api)
    before = dict(api.written)
    api.expect(get(shows()), put(), get(shows()))
    outcome = run({**CREDENTIALS, "name": "hello", "memory": 1024})
    assert outcome["actions"] == ["updated function hello: changes memory"]
    assert api.writes[0].body["environment_variables"] == before["environment_variables"]
    assert api.written == {**before, "memory": 1024}
    assert outcome.warnings == []


def test_a_replacement_keeps_what_is_left_out(api: ScriptedApi) -> None:
    deploy(api)
    before = dict(api.written)
    api.expect(get(shows()), runtimes(), delete(), get(MISSING), post(), get(shows()))
    run({**CREDENTIALS, "name": "hello", **REPLACED})
    changed = {"runtime": "node18", "code": REPLACED["code"], "requirements": "{}"}
    kept = {name: before[name] for name in ("memory", "timeout", "secrets", "node_type")}
    assert {name: api.written[name] for name in changed | kept} == {**changed, **kept}
    assert {name: api.written["environment_variables"][name] for name in ("GREETING", "PASSWORD")} == {"GREETING": "Hello", "PASSWORD": SECRET}


@pytest.mark.parametrize("check", [True, False])
def test_a_replacement_needs_consent(api: ScriptedApi, check: bool) -> None:
    deploy(api)
    api.expect(get(shows()), runtimes())
    outcome = run({**ARGS, **REPLACED, "allow_replace": False}, check=check)
    assert (outcome.failed, outcome.code, outcome["changed"]) == (True, "consent_required", False)
    assert "runtime from python3-http-debian to node18" in outcome.msg
    assert "allow_replace: true" in outcome.msg


def test_explicit_empty_values_clear(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows()), put(), get(shows()))
    outcome = run({**ARGS, "env": {}, "secret_env": {}, "secrets": [], "requirements": ""})
    assert list(api.written["environment_variables"]) == ["E2E_ANSIBLE_DIGEST"]
    assert (api.written["secrets"], api.written["requirements"]) == ([], "")
    assert (outcome["function"]["env_names"], outcome["function"]["secret_env_names"], outcome["function"]["secrets"]) == ([], [], [])


def test_the_order_of_secrets_and_the_spelling_of_line_ends_are_no_change(api: ScriptedApi) -> None:
    deploy(api, {**ARGS, "secrets": ["a", "b"]})
    api.expect(get(lambda scripted: ok(function(**{**shown(scripted), "secrets": ["b", "a"], "code": HANDLER.replace("\n", "\r\n")}))))
    assert run({**ARGS, "secrets": ["a", "b"]})["changed"] is False


def shown(api: ScriptedApi) -> dict[str, t.Any]:
    return {name: api.written[name] for name in READBACKS["full"]}


def test_a_function_that_somebody_else_deployed_is_compared_by_its_code(api: ScriptedApi) -> None:
    api.expect(get(ok(function())))
    assert run({**CREDENTIALS, "name": "hello", "runtime": "python", "code": HANDLER, "env": {}})["changed"] is False


def test_absent_and_already_absent(api: ScriptedApi) -> None:
    api.expect(*absent())
    outcome = run({**CREDENTIALS, "name": "hello", "state": "absent"})
    assert (outcome["changed"], outcome["function"]["status"], outcome["function"]["name"]) == (False, "absent", "hello")


def test_absent_waits_until_it_is_gone_or_not(api: ScriptedApi) -> None:
    api.expect(get(ok(function())), delete(), get(ok(function())), get(ok(function())), get(MISSING))
    assert run({**CREDENTIALS, "name": "hello", "state": "absent"})["function"]["status"] == "absent"
    api.expect(get(ok(function())), delete())
    assert run({**CREDENTIALS, "name": "hello", "state": "absent", "wait": False})["changed"] is True


@pytest.mark.parametrize("variable", ["", "MY_DIGEST"])
def test_the_digest_variable_can_be_named_and_turned_off(api: ScriptedApi, variable: str) -> None:
    args = {**ARGS, "digest_variable": variable}
    first = deploy(api, args)
    assert ("MY_DIGEST" in api.written["environment_variables"]) is bool(variable)
    assert "E2E_ANSIBLE_DIGEST" not in api.written["environment_variables"]
    assert first["function"]["env_names"] == ["GREETING"]
    api.expect(get(shows()))
    assert run(args)["changed"] is False
    api.expect(get(shows("no code")), *([] if variable else [put(), get(shows("no code"))]))
    assert run(args)["changed"] is not bool(variable)


def test_a_missing_digest_variable_alone_is_no_change_where_the_code_can_be_compared(api: ScriptedApi) -> None:
    deploy(api, {**ARGS, "digest_variable": ""})
    api.expect(get(shows()))
    assert run(ARGS)["changed"] is False


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("policy", "changed"), [("update", True), ("keep", False), ("fail", None)])
def test_what_cannot_be_compared(api: ScriptedApi, policy: str, changed: bool | None, check: bool) -> None:
    deploy(api)
    api.expect(get(shows("minimal")), *([put(), get(shows("minimal"))] if changed and not check else []))
    outcome = run({**ARGS, "when_unknown": policy}, check=check)
    if changed is None:
        assert (outcome.failed, outcome.code) == (True, "invalid_input")
        assert "memory, timeout, env, secret_env, secrets, source, requirements" in outcome.msg
        return
    assert outcome["changed"] is changed
    other = f"when_unknown: {'keep' if changed else 'update'}"
    assert any("The API does not return memory, timeout" in warning and other in warning for warning in outcome.warnings)


def test_without_read_back_an_update_without_code_is_refused(api: ScriptedApi) -> None:
    deploy(api)
    for check in (True, False):
        api.expect(get(shows("minimal")))
        outcome = run({**CREDENTIALS, "name": "hello", "memory": 1024, "upload": "text"}, check=check)
        assert (outcome.failed, outcome.code) == (True, "invalid_input")
        assert "does not return the code" in outcome.msg


def test_without_read_back_an_update_warns_of_what_it_clears(api: ScriptedApi) -> None:
    deploy(api)
    warnings = []
    for check in (True, False):
        api.expect(get(shows("minimal")), *([] if check else [put(), get(shows("minimal"))]))
        warnings.append(run({**CREDENTIALS, "name": "hello", "code": HANDLER}, check=check).warnings)
    assert warnings[0] == warnings[1]
    assert any("memory is set to 512" in warning and "env is cleared" in warning and "requirements is cleared" in warning for warning in warnings[0])


@pytest.mark.parametrize("state", ["Failed", "error"])
def test_a_failed_function_is_repaired_by_an_update(api: ScriptedApi, state: str) -> None:
    deploy(api)
    outcomes = []
    for check in (True, False):
        api.expect(get(shows(status=state)), *([] if check else [put(), get(shows(status="Deploying")), get(shows())]))
        outcomes.append(run(ARGS, check=check))
    predicted, real = outcomes
    assert predicted["diff"] == real["diff"]
    assert predicted["function"] == real["function"]
    assert real["actions"] == [f"updated function hello: it is {state.lower()}"]
    assert f"status: {state.lower()}" in real["diff"][0]["before"]


def test_a_busy_function_is_waited_for_before_the_change(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows(status="Deploying")), get(shows(status="Deploying")), get(shows()), put(), get(shows()))
    assert run({**ARGS, "memory": 512})["changed"] is True


def test_an_unchanged_function_that_still_deploys_is_waited_for(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows(status="Deploying")), get(shows()))
    assert run(ARGS)["function"]["status"] == "running"
    api.expect(get(shows(status="Deploying")))
    outcome = run({**ARGS, "wait": False})
    assert (outcome["changed"], outcome["function"]["status"]) == (False, "deploying")


def test_without_waiting_the_first_read_is_reported(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(), get(shows(status="Creating")))
    outcome = run({**ARGS, "wait": False})
    assert (outcome["changed"], outcome["function"]["status"]) == (True, "creating")
    api.expect(*absent(), runtimes(), post(), *absent())
    assert run({**ARGS, "wait": False})["function"]["status"] == "absent"


def test_a_created_function_that_is_late_to_show_up_is_waited_for(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(), *absent(), *absent(), get(shows()))
    assert run(ARGS)["function"]["status"] == "running"


def test_a_read_that_is_older_than_the_write_is_not_believed(api: ScriptedApi) -> None:
    deploy(api)
    stale = dict(api.written)
    old = ok(function(**{name: stale[name] for name in READBACKS["full"]}))
    api.expect(get(old), put(), get(old), get(old), get(shows()))
    assert run({**ARGS, "memory": 512})["function"]["memory"] == 512


def test_new_functions_get_the_defaults_of_the_vendors_cli(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(), post(), get(shows()))
    outcome = run({**CREDENTIALS, "name": "hello", "runtime": "python3-http-debian", "code": HANDLER})
    assert (api.written["memory"], api.written["timeout"], api.written["secrets"], api.written["requirements"]) == (512, 15, [], "")
    assert outcome.warnings == []


def test_extra_parameters_are_sent_and_never_compared(api: ScriptedApi) -> None:
    extra = {"min_replicas": 2}
    deploy(api, {**ARGS, "extra_parameters": extra})
    assert api.written["min_replicas"] == 2
    api.expect(get(shows()))
    assert run({**ARGS, "extra_parameters": {"min_replicas": 3}})["changed"] is False
    api.expect(get(shows()), put(), get(shows()))
    run({**ARGS, "memory": 512, "extra_parameters": {"min_replicas": 3}})
    assert api.writes[0].body["min_replicas"] == 3


def test_a_runtime_is_found_by_the_clis_word_and_by_its_label(api: ScriptedApi) -> None:
    labelled = [{"runtime": "py-312-x", "node_type": "cpu", "label": "requirements.txt", "name": "Python 3.12 (Http)"}]
    for wanted, offered, runtime in (("python", None, "python3-http-debian"), ("python 3.12 (http)", ok(labelled), "py-312-x")):
        api.expect(*absent(), runtimes(offered), post(), get(shows()))
        assert run({**ARGS, "runtime": wanted})["function"]["runtime"] == runtime


def test_a_container_image_becomes_the_templates_dockerfile(api: ScriptedApi) -> None:
    args = {**CREDENTIALS, "name": "web", "image": "docker.io/library/nginx:1.29"}
    args |= {"upload": "text"}
    api.expect(*absent("web"), runtimes(), post(), get(shows(), "web"))
    outcome = run(args)
    assert api.written["runtime"] == "custom-container"
    assert api.written["code"] == "ARG BASE_IMAGE=docker.io/library/nginx:1.29\nFROM ${BASE_IMAGE}\n"
    assert outcome["function"]["runtime"] == "custom-container"
    api.expect(get(shows(), "web"))
    assert run(args)["changed"] is False
    api.expect(get(shows(), "web"), runtimes(), put(name="web"), get(shows(), "web"))
    outcome = run({**args, "image": "docker.io/library/nginx:1.30"})
    assert outcome["actions"] == ["updated function web: changes source"]


def test_a_directory_is_sent_as_one_text_and_compared_by_its_files(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    (tmp_path / "handler.py").write_text("import rates\ndef handle(event, context): ...\n")
    (tmp_path / "rates.py").write_text("GST = 18\n")
    (tmp_path / "requirements.txt").write_text("requests\n")
    args = {**CREDENTIALS, "name": "hello", "runtime": "python", "src": str(tmp_path)}
    deploy(api, args)
    assert api.written["requirements"] == "requests\n"
    assert "Function bundle" in api.written["code"]
    for readback in ("full", "no code"):
        api.expect(get(shows(readback)))
        assert run(args)["changed"] is False

    (tmp_path / "rates.py").write_text("GST = 28\n")
    (tmp_path / "more.py").write_text("")
    api.expect(get(shows()))
    entries = run(args, check=True)["diff"]
    assert [(entry["before"], entry["after"]) for entry in entries if entry.get("after_header") == "hello/rates.py"] == [("GST = 18\n", "GST = 28\n")]
    api.expect(get(shows("no code")))
    assert run(args, check=True)["diff"] == [
        {"prepared": "hello: files (the API does not return the code, so they are compared by digest)\n" "  added    more.py\n  changed  rates.py\n"},
        {"prepared": "hello: the code travels as one text, or as a ZIP archive if the API does not take that\n"},
    ]


def test_a_snapshot_brings_the_earlier_version_back(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "before.json"
    deploy(api)
    before = dict(api.written)
    changed = {**ARGS, "code": OTHER, "memory": 1024, "env": {}, "secret_env": {"OTHER": SECRET}, "snapshot_dest": str(kept)}
    api.expect(get(shows()))
    assert run(changed, check=True)["snapshot"] is None
    assert not kept.exists()
    api.expect(get(shows()), put(), get(shows()))
    assert run(changed)["snapshot"] == str(kept)
    assert kept.stat().st_mode & 0o777 == 0o600
    api.expect(get(shows()), put(), get(shows()))
    outcome = run({**CREDENTIALS, "name": "hello", "snapshot": str(kept)})
    assert api.written == before
    assert outcome["function"]["secret_env_names"] == ["PASSWORD"]


def test_what_is_removed_is_kept_before(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "before.json"
    deploy(api)
    before = dict(api.written)
    args = {**CREDENTIALS, "name": "hello", "state": "absent", "snapshot_dest": str(kept)}
    api.expect(get(shows()))
    assert run(args, check=True)["snapshot"] is None and not kept.exists()
    api.expect(get(shows()), delete(), get(MISSING))
    assert run(args)["snapshot"] == str(kept)
    deploy(api, {**CREDENTIALS, "name": "hello", "snapshot": str(kept)})
    assert api.written == before


def test_no_snapshot_without_a_change_or_without_the_code(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "before.json"
    deploy(api)
    api.expect(get(shows()))
    assert run({**ARGS, "snapshot_dest": str(kept)})["snapshot"] is None
    api.expect(get(shows("no code")), put(), get(shows("no code")))
    outcome = run({**ARGS, "memory": 512, "snapshot_dest": str(kept)})
    assert outcome["snapshot"] is None
    assert any(warning.startswith("snapshot_dest: the API does not return the code") for warning in outcome.warnings)
    assert not kept.exists()
