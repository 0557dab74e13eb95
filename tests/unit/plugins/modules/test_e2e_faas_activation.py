# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The activation of Functions: billed, so never sent on a guess, never twice, and never by anything but its own module."""

from __future__ import annotations

import ast
import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConnectionFailedError, E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.envelope import interpret
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_activation import explain_not_activated
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_activation, e2e_faas_activation_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    EMPTY,
    Answer,
    Reply,
    Run,
    ScriptedApi,
    Step,
    html,
    listing,
    ok,
    refusal,
    refused,
    reset,
    run_module,
    timed_out,
)

PATH = "faas/namespace/"
NAME = "e2e-faas-28393-dl"
THERE = ok(f"Namespace {NAME} exists", "Success")
NOT_THERE = refusal(404, "Namespace does not exist")
PRESENT = {"state": "present", "namespace": NAME}
ABSENT = {"state": "absent", "namespace": None}


def read(answer: Answer = THERE) -> Step:
    return Step("GET", PATH, answer, None)


def activate(answer: Answer = ok("Namespace created", "FaaS plan activated successfully.")) -> Step:
    return Step("POST", PATH, answer, None)


def deactivate(answer: Answer = ok("Namespace deleted", "Namespace deleted successfully.")) -> Step:
    return Step("DELETE", PATH, answer, None)


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_faas_activation, {**CREDENTIALS, **args}, check=check)


def info() -> Run:
    return run_module(e2e_faas_activation_info, CREDENTIALS)


# Activating.


def test_it_is_activated_once_and_waited_for(api: ScriptedApi) -> None:
    api.expect(read(NOT_THERE))
    predicted = run(check=True)
    api.expect(read(NOT_THERE), activate(), read(NOT_THERE), read(NOT_THERE), read())
    real = run()
    assert (real["activation"], real["changed"], predicted["changed"]) == (PRESENT, True, True)
    assert predicted["diff"] == real["diff"] != []
    assert predicted["actions"] == ["activate Functions for the account, which is billed, on a prepaid account at each activation"]
    assert real["actions"] == ["activated Functions for the account, which is billed, on a prepaid account at each activation"]
    assert predicted["activation"] == {"state": "present", "namespace": None}


def test_a_second_run_is_one_request(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(read())
        again = run(check)
        assert (again["changed"], again["activation"], again["actions"]) == (False, PRESENT, [])


@pytest.mark.parametrize("lost", [timed_out(), reset(), html(502), html(200), EMPTY, refusal(500, "oops"), html(429), refusal(429, "slow down")])
def test_a_lost_answer_is_looked_up_and_never_sent_again(api: ScriptedApi, lost: Answer) -> None:
    api.expect(read(NOT_THERE), activate(lost), read(NOT_THERE), *[read()] * 2)
    adopted = run()
    assert (adopted["activation"], len(api.writes)) == (PRESENT, 1)
    assert "it took effect" in adopted.warnings[0]
    api.expect(read(NOT_THERE), activate(lost), *[read(NOT_THERE)] * 5)
    uncertain = run()
    assert (uncertain["error"]["outcome_known"], len(api.writes)) == (False, 1)
    assert "is not certain" in uncertain.msg


def test_a_request_that_never_left_is_sent_again(api: ScriptedApi) -> None:
    api.expect(read(NOT_THERE), activate(refused()), activate(), read())
    assert run()["activation"] == PRESENT


@pytest.mark.parametrize(
    "answer",
    [
        refusal(412, "Credit are not sufficient."),
        ok({}, "Credit are not sufficient."),
        ok("Insufficient balance"),
        ok({"is_credit_sufficient": False}, "Credit are not sufficient."),
    ],
)
def test_without_credit(api: ScriptedApi, answer: Answer) -> None:
    api.expect(read(NOT_THERE), activate(answer), read(NOT_THERE))
    outcome = run()
    assert (outcome.code, outcome["error"]["outcome_known"], outcome["changed"]) == ("refused", True, False)
    assert "Functions were not activated, because the balance" in outcome.msg and "Add credit in MyAccount" in outcome.msg


def test_another_refusal_stays_as_it_is(api: ScriptedApi) -> None:
    api.expect(read(NOT_THERE), activate(refusal(412, "Not in Chennai")), read(NOT_THERE))
    assert "the API refused this (412: Not in Chennai)" in run().msg


# What the API says about the activation.


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (f"Namespace {NAME} exists", NAME),
        ("namespace 'my-functions' already exists", "my-functions"),
        ("FaaS plan is active", None),
        (NAME, NAME),
        ({"namespace": NAME, "created_at": "2026-01-01"}, NAME),
        ({"name": "mine"}, "mine"),
        ({"namespace": {"name": NAME, "status": "Active"}}, NAME),
        ({"is_active": True}, None),
        ({"status": "Active"}, None),
        ([{"namespace": f"Namespace {NAME} exists"}], NAME),
    ],
)
def test_answers_that_say_activated(api: ScriptedApi, data: t.Any, name: str | None) -> None:
    api.expect(read(ok(data, "Success")))
    assert info()["activation"] == {"state": "present", "namespace": name}
    api.expect(read(ok(data, "Success")))
    assert run()["changed"] is False


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404, "Namespace does not exist"),
        refusal(404, "Not found"),
        refusal(404, "Namespace not found for this project"),
        refusal(400, "Namespace does not exists"),
        refusal(412, "You have not activated FaaS"),
        refusal(412, "Please activate Functions first."),
        refusal(400, "Functions are not yet activated for this account"),
        refusal(400, "No active FaaS plan"),
        ok(f"Namespace {NAME} does not exist", "Success"),
        ok({}, "Namespace doesn't exist"),
        ok({}, "Not activated"),
        ok({"exists": False, "namespace": NAME}),
        ok({"status": "Inactive"}),
        ok({"namespace": None, "message": "FaaS plan is inactive"}),
    ],
)
def test_answers_that_say_not_activated(api: ScriptedApi, answer: Answer) -> None:
    api.expect(read(answer))
    assert info()["activation"] == ABSENT


FAILURES: list[tuple[Answer, str]] = [
    (refusal(401, "Namespace does not exist"), "authentication"),
    (refusal(403, "FaaS is not activated for this token"), "authentication"),
    (refusal(400, "Invalid location"), "refused"),
    (refusal(405, "Method not allowed"), "refused"),
    (refusal(400, "Functions service is not available, try again later"), "refused"),
    (refusal(404, "Project not found"), "not_found"),
    (Reply(404, b'{"detail": "Not found."}'), "not_found"),
    (html(404), "protocol"),
    (Reply(302, b""), "protocol"),
    (ok({}, "Success"), "protocol"),
    (ok([], "Success"), "protocol"),
    (ok("Success"), "protocol"),
]


@pytest.mark.parametrize(("answer", "code"), FAILURES)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_other_answers_are_errors_and_nothing_is_sent(api: ScriptedApi, state: str, answer: Answer, code: str) -> None:
    api.expect(read(answer))
    assert run(state=state, allow_deactivate=True).code == code
    assert not api.writes


@pytest.mark.parametrize("answer", [refusal(503, "Namespace does not exist"), html(502), timed_out(), refusal(429, "FaaS is not activated"), EMPTY])
def test_failures_that_may_pass_are_tried_again_and_never_taken_for_not_activated(api: ScriptedApi, answer: Answer) -> None:
    api.expect(*[read(answer)] * 5)
    assert run().failed
    assert not api.writes


# Deactivating.


def test_deactivating_needs_consent(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(read())
        outcome = run(check, state="absent")
        assert (outcome.code, outcome["changed"]) == ("consent_required", False)
        assert "allow_deactivate: true" in outcome.msg and "outbound IP is released" in outcome.msg and "billed again" in outcome.msg


def test_deactivating(api: ScriptedApi) -> None:
    api.expect(read(), listing())
    predicted = run(check=True, state="absent", allow_deactivate=True)
    api.expect(read(), listing(), deactivate(), read(), read(NOT_THERE))
    real = run(state="absent", allow_deactivate=True)
    assert predicted["activation"] == real["activation"] == ABSENT
    assert predicted["diff"] == real["diff"] and NAME in real["diff"][0]["before"]
    assert real["actions"][0].startswith("deactivated Functions for the account: the outbound IP is released")
    assert "billed again" in predicted["actions"][0]
    api.expect(read(NOT_THERE))
    assert run(state="absent")["changed"] is False


def test_not_while_there_are_functions(api: ScriptedApi) -> None:
    functions = [{"name": f"f{number:02}", "runtime": "node18", "status": "Running"} for number in range(12)]
    api.expect(read(), listing(*functions))
    outcome = run(state="absent", allow_deactivate=True)
    assert outcome.code == "in_use" and "f00, f01" in outcome.msg and "f09 and 2 more" in outcome.msg and not api.writes
    # An earlier task of the play may be going to delete them.
    api.expect(read(), listing(functions[0]))
    predicted = run(check=True, state="absent", allow_deactivate=True)
    assert predicted["changed"] and "there are functions: f00." in predicted.warnings[0]


def test_the_platform_counts_functions_that_the_list_does_not_show(api: ScriptedApi) -> None:
    words = "You cannot deactivate the FaaS plan while functions are active. Please delete all functions before proceeding with deactivation."
    api.expect(read(), listing(), deactivate(refusal(412, words)))
    outcome = run(state="absent", allow_deactivate=True)
    assert outcome.code == "in_use" and "in whichever project" in outcome.msg and words.rstrip(".") in outcome.msg
    api.expect(read(), listing(), deactivate(refusal(412, "Try again tomorrow")), read())
    assert run(state="absent", allow_deactivate=True).code == "refused"


@pytest.mark.parametrize("answer", [refusal(404, "Namespace does not exist"), refusal(400, "Namespace does not exist"), timed_out()])
def test_one_that_is_gone_already(api: ScriptedApi, answer: Answer) -> None:
    looks = 2 if isinstance(answer, BaseException) else 1
    api.expect(read(), listing(), deactivate(answer), *[read(NOT_THERE)] * looks)
    assert run(state="absent", allow_deactivate=True)["activation"] == ABSENT


# Advice for calls to functions.


def failure(words: str, status: int = 412) -> E2EError:
    """The error that the transport makes of an answer."""
    body = {"code": status, "data": {}, "errors": {}, "message": words}
    with pytest.raises(E2EError) as raised:
        interpret("POST faas/functions/", status, json.dumps(body).encode(), is_write=True)
    return raised.value


@pytest.mark.parametrize(
    "error",
    [
        failure("FaaS is not activated"),
        failure("Please subscribe to the Functions plan"),
        failure("Namespace e2e-faas-7-dl does not exist"),
        failure("Namespace not found.", 404),
    ],
)
def test_the_advice_names_the_module(error: E2EError) -> None:
    assert "e2enetworks.cloud.e2e_faas_activation" in (explain_not_activated(error) or "")


@pytest.mark.parametrize(
    "error",
    [
        failure("Function not found"),
        failure("memory: not a valid choice"),
        failure("no such page", 404),
        failure("", 500),
        ConnectionFailedError("FaaS is not activated (412: FaaS is not activated)"),
    ],
)
def test_other_failures_get_no_advice(error: E2EError) -> None:
    assert explain_not_activated(error) is None


# Nothing else activates or deactivates.

ROOT = Path(__file__).parents[4]
PACKAGE = "ansible_collections.e2enetworks.cloud."
CLIENT = "plugins/module_utils/myaccount/functions_activation.py"
RESOURCE = "plugins/module_utils/resources/faas_activation.py"
MODULE = "plugins/modules/e2e_faas_activation.py"


def sources() -> dict[str, ast.Module]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "plugins").rglob("*.py")}


def imports(tree: ast.Module) -> t.Iterator[tuple[str, str]]:
    """Files of the collection that it imports, with the name that it takes from each."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            module = str(node.module).removeprefix(PACKAGE).replace(".", "/")
            for alias in node.names:
                # What is imported may be a name in the file, or a file in the package.
                yield f"{module}.py", alias.name
                yield f"{module}/{alias.name}.py", "*"
        elif isinstance(node, ast.Import):
            yield from ((f"{alias.name.removeprefix(PACKAGE).replace('.', '/')}.py", "*") for alias in node.names if alias.name.startswith(PACKAGE))


def test_only_its_client_knows_the_path() -> None:
    texts = {file for file, tree in sources().items() for node in ast.walk(tree) if isinstance(node, ast.Constant) and "faas/namespace" in str(node.value)}
    assert texts == {CLIENT}


def test_only_its_module_reaches_the_writes() -> None:
    found = {file: set(imports(tree)) for file, tree in sources().items()}
    # Both the whole file and the class in it.
    clients = {file for file, names in found.items() if names & {(CLIENT, "ActivationClient"), (CLIENT, "*")}}
    assert clients == {RESOURCE, MODULE, "plugins/modules/e2e_faas_activation_info.py"}
    calls = {
        (file, node.func.attr)
        for file in clients
        for node in ast.walk(sources()[file])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("activate", "deactivate")
    }
    assert calls == {(RESOURCE, "activate"), (RESOURCE, "deactivate")}
    resources = {file for file, names in found.items() if any(name == RESOURCE and what != "activation_result" for name, what in names)}
    assert resources == {MODULE}


def test_no_role_and_no_playbook_names_the_module() -> None:
    folders = ("roles", "playbooks", "extensions")
    texts = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".yml", ".yaml", ".j2", ".py")]
    assert len(texts) > 10
    assert [str(path) for path in texts if "e2e_faas_activation" in path.read_text(encoding="utf-8")] == []
