# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted secrets: no output holds them, whatever goes well or wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from canaries import CANARIES, FOREIGN, KEY, OLD_SECRET, OPTION_KEY, SECRET, TOKEN, leaks
from controller import Controller, Play
from samples import HELLO, PYTHON, python

# Fails its build and prints its secret on the way, in several forms.
TELLTALE = """
import base64, json, os
from urllib.parse import quote

secret = os.environ["TOKEN"]
print("the secret is", secret)
print(json.dumps({"secret": secret}), base64.b64encode(secret.encode()).decode(), quote(secret, safe=""))
raise RuntimeError("cannot log in with " + secret)


def handle(event, context): ...
"""
# Put where Python imports it at every start: any request ends in an error that nobody has thought of.
DEFECT = """
import requests


def request(*arguments, **keywords):
    raise RuntimeError(f"defect with {arguments} {keywords}")


requests.Session.request = request
"""
# Works, and prints its secret.
CHATTY = 'import os\n\nprint("started with", os.environ.get("TOKEN"))\n\n' + HELLO


@pytest.mark.parametrize("secret", CANARIES.values(), ids=CANARIES.keys())
def test_the_search_finds_what_it_looks_for(secret: str) -> None:
    for text in (secret, secret[:9] + "\n    " + secret[9:], quote(secret), json.dumps(secret), base64.b64encode(f"TOKEN={secret};".encode()).decode()):
        assert leaks(f"before {text} after")


@pytest.fixture
def server(request: pytest.FixtureRequest, emulator_factory: Callable[..., Any]) -> Any:
    """An emulator; a test's parameters are further options of it."""
    return emulator_factory(build_seconds=0, api_key=KEY, auth_token=TOKEN, **getattr(request, "param", {}))


#: An API that takes no code text, so that archives are sent after a refusal.
ARCHIVES = {"create_forms": "zip"}
in_both_forms = pytest.mark.parametrize("server", [{}, ARCHIVES], indirect=True, ids=["both forms", "archives"])


def function(task: str, *, fails: bool = False, **options: Any) -> dict[str, Any]:
    return {"name": task, "e2enetworks.cloud.e2e_faas_function": options, "ignore_errors": fails}


def look(machine: Controller, tasks: list[dict[str, Any]]) -> Play:
    """Run with everything that can show more, check that the tasks ended as planned, and search all that was written."""
    for path in ("ansible.log", "tasks.jsonl"):
        (machine.folder / path).unlink(missing_ok=True)
    play = machine.tasks(tasks, "-vvv", "--diff").succeeded()
    for task in tasks:
        if "ansible.builtin.include_role" in task or "block" in task:
            continue
        assert play.task(task["name"]).status == ("ignored" if task.get("ignore_errors") else "ok"), play.task(task["name"])
    written = [play.output] + [(machine.folder / path).read_text(encoding="utf-8") for path in ("ansible.log", "tasks.jsonl")]
    for text in written:
        assert len(text) > 500
        assert leaks(text) == [], [line for line in text.splitlines() if leaks(line)]
    return play


DEPLOYED: dict[str, Any] = {"name": "f", "runtime": PYTHON, "code": CHATTY}


@in_both_forms
def test_success(machine: Controller, server: Any) -> None:
    snapshot = str(machine.folder / "snapshot.json")
    # The code of an archive is not returned, so there is nothing to restore.
    restore = [] if "create_forms" in server.options else [function("restore", name="f", snapshot=snapshot)]

    play = look(
        machine,
        [
            function("create", **DEPLOYED, secret_env={"TOKEN": OLD_SECRET}, env={"SHOWN": "plain"}),
            {"name": "read with logs", "e2enetworks.cloud.e2e_faas_function_info": {"names": ["f"], "log_lines": 50}},
            function("change the secret", **DEPLOYED, secret_env={"TOKEN": SECRET}, env={"SHOWN": "other"}, snapshot_dest=snapshot),
            function("same again", **DEPLOYED, secret_env={"TOKEN": SECRET}, env={"SHOWN": "other"}),
            {"name": "call", "e2enetworks.cloud.e2e_faas_invoke": {"name": "f"}},
            *restore,
            function("remove a secret", name="f", secret_env={"OTHER": SECRET}),
            function("remove", name="f", state="absent"),
        ],
    )

    # The change of a secret is visible without its value, and what is not secret is visible.
    shown = str(play.task("change the secret").result["diff"])
    assert shown.count("TOKEN: digest") == 2 and "SHOWN: other" in shown
    assert play.task("same again").changed is False
    assert "started with" in str(play.task("read with logs").result)


def test_variables_that_somebody_else_set(machine: Controller, server: Any) -> None:
    machine.function(name="f", runtime=PYTHON, code=HELLO, env={"FOREIGN": FOREIGN}, digest_variable="")

    play = look(
        machine,
        [
            function("replace the variables", name="f", runtime=PYTHON, code=HELLO, env={"MINE": "x"}),
            function("replace the code", name="f", runtime=PYTHON, code=python("2")),
            function("remove", name="f", state="absent"),
        ],
    )

    assert "FOREIGN: digest" in str(play.task("replace the variables").result["diff"])


def test_failures(machine: Controller, server: Any) -> None:
    echo = f"rejected: apikey={KEY} Bearer {TOKEN} value {SECRET} url {quote(SECRET)} base64 {base64.b64encode(SECRET.encode()).decode()}"
    faults: list[dict[str, Any]] = [
        {"path": "faas/function/page/", "action": "html", "times": -1, "body": f"<html>{KEY} {TOKEN} {SECRET}</html>"},
        {"path": "faas/function/hang/", "action": "hang", "times": -1},
        {"path": "faas/function/reset/", "action": "reset", "times": -1},
        {"path": "faas/function/broken/", "action": "status", "status": 500, "times": -1, "message": echo},
        {"path": "faas/function/envelope/", "action": "failure_envelope", "status": 401, "times": -1, "message": echo},
        {"path": "faas/functions/", "method": "POST", "action": "status", "status": 400, "message": echo},
    ]
    for fault in faults:
        server.fault(fault)
    quick = {"runtime": PYTHON, "code": HELLO, "secret_env": {"TOKEN": SECRET}, "api_retries": 0, "api_timeout": 3}

    play = look(
        machine,
        [
            function("refused", fails=True, name="refused", **quick),
            function("page", fails=True, name="page", **quick),
            function("hang", fails=True, name="hang", **quick),
            function("reset", fails=True, name="reset", **quick),
            function("server error", fails=True, name="broken", **quick),
            function("failure under 200", fails=True, name="envelope", **quick),
            function("wrong key", fails=True, name="f", **quick, api_key=OPTION_KEY),
            function("wrong token", fails=True, name="f", **quick, auth_token=OPTION_KEY),
            function("no server", fails=True, name="f", **quick, api_endpoint="http://no-such-host.invalid/myaccount/"),
            function("failed function", fails=True, name="telltale", **{**quick, "code": TELLTALE}),
            function("bad secret", fails=True, name="f", **{**quick, "secret_env": {"TOKEN": {"nested": SECRET}}}),
            function("bad variable name", fails=True, name="f", **{**quick, "secret_env": {"1TOKEN": SECRET}}),
            function("bad name", fails=True, name="F", **quick),
            function("two sources", fails=True, name="f", **quick, src="/tmp"),
            function("unknown option", fails=True, name="f", **quick, tokn="x"),
            {"name": "failed function's log", "e2enetworks.cloud.e2e_faas_function_info": {"statuses": ["failed"], "log_lines": 50}},
        ],
    )

    for name, text in {"refused": "rejected: apikey=", "failed function": "cannot log in with", "failed function's log": "the secret is"}.items():
        assert text in str(play.task(name).result), name


@pytest.mark.parametrize("server", [ARCHIVES], indirect=True, ids=["archives"])
def test_failures_with_archives(machine: Controller, server: Any) -> None:
    echo = f"function is required: apikey={KEY} Bearer {TOKEN} value {SECRET}; code is required"
    server.fault({"path": "faas/functions/", "method": "POST", "action": "status", "status": 400, "message": echo})
    given = {"runtime": PYTHON, "code": HELLO, "secret_env": {"TOKEN": SECRET}}

    play = look(
        machine,
        [
            function("refused", fails=True, name="refused", **given, upload="zip"),
            function("neither form", fails=True, name="f", **given, upload="text"),
            function("secrets of the platform", fails=True, name="f", **given, secrets=["registry"]),
            function("failed function", fails=True, name="telltale", **{**given, "code": TELLTALE}),
        ],
    )

    for name, text in {"refused": "function is required: apikey=", "failed function": "cannot log in with", "neither form": "415"}.items():
        assert text in str(play.task(name).result), name


def role(task: str, code: str, **variables: Any) -> dict[str, Any]:
    options = {"src": code, "name": "r", "runtime": PYTHON, "secret_env": {"TOKEN": SECRET}, **variables}
    return {
        "name": task,
        "ansible.builtin.include_role": {"name": "e2enetworks.cloud.faas_function"},
        "vars": {f"faas_function_{name}": value for name, value in options.items()},
    }


def failing(task: dict[str, Any]) -> dict[str, Any]:
    shown = {"name": f"after the {task['name']}", "ansible.builtin.debug": {"var": "faas_function_result"}}
    return {"name": f"failing {task['name']}", "block": [task], "rescue": [shown]}


def test_the_role(machine: Controller, server: Any) -> None:
    machine.environ |= {"ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "true", "ANSIBLE_SHOW_CUSTOM_STATS": "true"}
    works, fails = str(machine.file("works/handler.py", CHATTY)), str(machine.file("fails/handler.py", TELLTALE))
    bad_smoke_test = {"contains": "good-bye", "retries": 0, "headers": {"Authorization": f"Bearer {TOKEN}"}}

    play = look(
        machine,
        [
            role("first", works),
            failing(role("build", fails)),
            failing(role("smoke test", works, env={"OTHER": "1"}, smoke_test=bad_smoke_test)),
        ],
    )

    for name in ("after the build", "after the smoke test"):
        assert play.task(name).result["faas_function_result"]["rolled_back"] is True
    assert play.output.count("The version before it was put back and runs") >= 2


def test_unexpected_errors_hold_no_secret_either(machine: Controller, server: Any) -> None:
    """A defect shows its traceback: the URL in it holds the key."""
    breaking = machine.file("broken/sitecustomize.py", DEFECT)
    machine.environ["PYTHONPATH"] += f":{breaking.parent}"

    play = look(machine, [function("defect", fails=True, name="f", runtime=PYTHON, code=HELLO, secret_env={"TOKEN": SECRET})])

    assert "This is a defect" in play.task("defect").result["msg"]
    assert play.task("defect").result["error"]["code"] == "defect"


def node(task: str, *, fails: bool = False, **options: Any) -> dict[str, Any]:
    return {"name": task, "e2enetworks.cloud.e2e_node": {"name": "app", **options}, "ignore_errors": fails}


def test_nodes(machine: Controller, server: Any) -> None:
    """Start scripts and passphrases are secrets, in what works and in what fails."""
    echo = f"rejected: apikey={KEY} passphrase {SECRET} script export TOKEN='{OLD_SECRET}' base64 {base64.b64encode(SECRET.encode()).decode()}"
    server.fault({"method": "POST", "path": "nodes/", "action": "status", "status": 400, "message": echo})
    made = {"plan": "C3.8GB", "image": "Ubuntu 24.04", "encryption_passphrase": SECRET, "start_script": f"#!/bin/sh\nexport TOKEN='{OLD_SECRET}'\n"}

    play = look(
        machine,
        [
            node("refused", fails=True, **made),
            node("make", **made),
            node("same again", **made),
            node("another image", fails=True, **{**made, "image": "Debian 12"}),
            node("replace", **{**made, "image": "Debian 12"}, allow_replace=True),
            node("wrong key", fails=True, **made, api_key=OPTION_KEY),
            {"name": "list", "e2enetworks.cloud.e2e_node_info": {"links": True}},
            node("remove", state="absent"),
        ],
    )

    assert "rejected: apikey=" in str(play.task("refused").result)
    assert play.task("same again").changed is False
