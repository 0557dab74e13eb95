# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traps 8 to 11 of the API: paths, updates, states and runtimes of functions."""

from __future__ import annotations

from typing import Any

import pytest
from account import call
from controller import Controller
from samples import NODE, NOT_RUNNABLE
from wire import bad, good, keys, refusal, sent, written

# The emulator starts nothing for it, so that it is there at once.
OPTIONS: dict[str, Any] = {"name": "f", "runtime": NOT_RUNNABLE, "code": "// one"}
GPU = "python3-tensorflow"


def function_of(emulator: Any) -> dict[str, Any]:
    """The function as the API tells it."""
    found: dict[str, Any] = call(emulator, "GET", "faas/function/f/")
    return found


def answer(data: Any) -> dict[str, Any]:
    return {"action": "status", "status": 200, "body": {"code": 200, "data": data, "errors": {}, "message": "Success"}, "times": -1}


# 8: by name, and in the plural, in the singular or as a handler file.


def test_trap_08_each_call_has_its_own_path_and_keys(controller: Controller, emulator: Any) -> None:
    good(controller.function(**OPTIONS))
    good(controller.function(**{**OPTIONS, "code": "// two"}))
    good(controller.module("e2e_faas_function_info"))
    good(controller.function(name="f", state="absent"))

    assert written(emulator) == ["POST faas/functions/", "PUT faas/handler_file/f/", "DELETE faas/function/f/"]
    assert set(sent(emulator, "GET")) == {"GET faas/runtimes/", "GET faas/functions/", "GET faas/function/f/"}
    (create,), (update,), (delete,) = (keys(emulator, request) for request in written(emulator))
    both = {"code", "requirements", "environment_variables", "secrets", "memory", "timeout", "params"}
    assert set(create or ()) == both | {"function", "runtime", "node_type", "arguments"}
    assert set(update or ()) == both
    assert delete == ["function"]


def test_trap_08_the_other_number_of_a_path_leads_nowhere(controller: Controller, emulator: Any) -> None:
    good(controller.function(**OPTIONS))

    assert refusal(emulator, "POST", "faas/function/", function="g") == 404
    assert refusal(emulator, "GET", "faas/functions/f/") == 404
    assert refusal(emulator, "POST", "faas/handler_file/f/", code="// two") == 405
    assert refusal(emulator, "GET", f"faas/function/{function_of(emulator)['id']}/") == 404
    assert refusal(emulator, "POST", "faas/functions/", name="g") == 400


# 9: an update replaces everything, what a function is made with stays, and there is a time to wait.

FULL = {**OPTIONS, "requirements": "<Project/>", "memory": 256, "timeout": 30, "env": {"A": "1"}, "secret_env": {"B": "2"}, "secrets": ["c"]}
CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "code": ({"code": "// two"}, "code"),
    "requirements": ({"requirements": ""}, "requirements"),
    "memory": ({"memory": 1024}, "memory"),
    "timeout": ({"timeout": 31}, "timeout"),
    "env": ({"env": {}}, "environment_variables"),
    "secret_env": ({"secret_env": {"B": "3"}}, "environment_variables"),
    "secrets": ({"secrets": []}, "secrets"),
}


@pytest.mark.parametrize(("options", "key"), CHANGES.values(), ids=CHANGES)
def test_trap_09_an_update_keeps_what_the_task_leaves_out(controller: Controller, emulator: Any, options: dict[str, Any], key: str) -> None:
    good(controller.function(**FULL))
    before = function_of(emulator)

    assert good(controller.function(name="f", **options))["changed"]

    after = function_of(emulator)
    for shown in (before, after):
        del shown["environment_variables"]["E2E_ANSIBLE_DIGEST"], shown["version"], shown["updated_at"]
    assert {name for name in before if before[name] != after[name]} == {key}
    if key == "environment_variables":
        assert after[key] == ({"B": "2"} if "env" in options else {"A": "1", "B": "3"})


MADE_WITH: dict[str, dict[str, Any]] = {
    "runtime": {"runtime": "ruby", "code": "class Handler; end"},
    "runtime and hardware": {"runtime": GPU, "hardware": "gpu", "code": "def handle(event, context): pass"},
}


@pytest.mark.parametrize("options", MADE_WITH.values(), ids=MADE_WITH)
def test_trap_09_what_a_function_is_made_with_is_replaced_with_consent_only(controller: Controller, emulator: Any, options: dict[str, Any]) -> None:
    good(controller.function(**OPTIONS))
    emulator.clear_requests()

    message = bad(controller.function(name="f", **options), "consent_required")
    assert "allow_replace" in message and options["runtime"] in message and written(emulator) == []

    good(controller.function(name="f", **options, allow_replace=True))
    assert written(emulator) == ["DELETE faas/function/f/", "POST faas/functions/"]
    assert function_of(emulator)["runtime"] == options["runtime"]


@pytest.mark.parametrize("state", ["creating", "deploying"])
def test_trap_09_an_update_waits_until_the_platform_takes_it(emulator_factory: Any, controller_of: Any, state: str) -> None:
    # Long enough that it still builds when it is asked again, on a busy machine too.
    emulator = emulator_factory(build_seconds=4)
    controller = controller_of(emulator)
    good(controller.function(**OPTIONS, wait=state == "deploying"))
    if state == "deploying":
        good(controller.function(**{**OPTIONS, "code": "// between"}, wait=False))
    assert refusal(emulator, "PUT", "faas/handler_file/f/", code="// no", requirements="", memory=128, timeout=1) == 412
    emulator.clear_requests()

    good(controller.function(**{**OPTIONS, "code": "// two"}))

    assert [(one["method"], one["status"]) for one in emulator.requests() if one["method"] != "GET"] == [("PUT", 200)]
    assert function_of(emulator)["code"] == "// two"


def test_trap_09_a_failed_function_takes_an_update(controller: Controller, emulator: Any) -> None:
    emulator.fault({"method": "POST", "action": "build_fails"})
    assert controller.function(**OPTIONS)["error"]["code"] == "function_failed"
    assert function_of(emulator)["status"] == "failed"
    emulator.clear_requests()

    assert good(controller.function(**OPTIONS, wait_timeout=30))["function"]["status"] == "running"
    assert written(emulator) == ["PUT faas/handler_file/f/"]


# 10: who says running, and who says Running.


@pytest.mark.parametrize("status", ["running", "Running", "RUNNING", "Ready", "Active"])
def test_trap_10_any_word_for_running_ends_the_wait(controller: Controller, emulator: Any, status: str) -> None:
    good(controller.function(**OPTIONS))
    shown = {**function_of(emulator), "status": status}
    emulator.fault({"method": "GET", "path": "faas/function/f/", **answer(shown)})
    emulator.fault({"method": "GET", "path": "faas/functions/", **answer([shown])})

    again = good(controller.function(**OPTIONS, wait_timeout=1))
    assert (again["changed"], again["function"]["status"]) == (False, status.lower())
    assert len(good(controller.module("e2e_faas_function_info", statuses=[status]))["functions"]) == 1
    # The host runs no such function, which its own URL says: the module has called it.
    assert controller.module("e2e_faas_invoke", name="f", status_code=[501])["status"] == 501


@pytest.mark.parametrize("status", ["failed", "Failed", "FAILED", "Error"])
def test_trap_10_any_word_for_failed_ends_the_wait(controller: Controller, emulator: Any, status: str) -> None:
    good(controller.function(**OPTIONS))
    shown = {**function_of(emulator), "status": status}
    emulator.fault({"method": "GET", "path": "faas/function/f/", **answer(shown)})

    result = controller.function(**OPTIONS, wait_timeout=5)

    assert (result["failed"], result["error"]["code"]) == (True, "function_failed")


@pytest.mark.parametrize("status", ["Creating", "Deploying", "Building"])
def test_trap_10_any_other_word_is_waited_out(controller: Controller, emulator: Any, status: str) -> None:
    good(controller.function(**OPTIONS))
    emulator.fault({"method": "GET", "path": "faas/function/f/", **answer({**function_of(emulator), "status": status}), "times": 2})

    assert good(controller.function(**OPTIONS))["function"]["status"] == "running"


# 11: runtimes are the server's, functions are in Delhi, and somebody has to switch them on.


def runtime(identifier: str, hardware: str = "cpu") -> dict[str, str]:
    return {"runtime": identifier, "node_type": hardware, "label": "Function.csproj", "boiler_code": "", "requirements_code": ""}


def test_trap_11_a_runtime_that_nobody_has_heard_of_is_sent_if_the_server_lists_it(controller: Controller, emulator: Any) -> None:
    emulator.fault({"method": "GET", "path": "faas/runtimes/", **answer([runtime("dotnet-20-csharp")])})

    message = bad(controller.function(**{**OPTIONS, "runtime": "dotnet-20-csharp"}), "refused")

    assert "'dotnet-20-csharp' is not a valid choice" in message
    assert written(emulator) == ["POST faas/functions/"]


def test_trap_11_a_runtime_that_the_server_has_dropped_is_not_sent(controller: Controller, emulator: Any) -> None:
    emulator.fault({"method": "GET", "path": "faas/runtimes/", **answer([runtime("dotnet-20-csharp"), runtime("go-2")])})

    for dropped in (NOT_RUNNABLE, NODE, "node"):
        message = bad(controller.function(**{**OPTIONS, "runtime": dropped}), "invalid_input")
        assert "dotnet-20-csharp, go-2" in message
    assert written(emulator) == []


@pytest.mark.parametrize(("options", "hardware"), [({"hardware": "gpu"}, "cpu"), ({"runtime": GPU, "hardware": "cpu", "code": "def handle(): pass"}, "gpu")])
def test_trap_11_a_runtime_has_its_hardware(controller: Controller, emulator: Any, options: dict[str, Any], hardware: str) -> None:
    message = bad(controller.function(**{**OPTIONS, **options}), "invalid_input")

    assert f"runs on {hardware}" in message
    assert written(emulator) == []


def test_trap_11_the_hardware_that_nobody_named_is_that_of_the_runtime(controller: Controller, emulator: Any) -> None:
    good(controller.function(name="f", runtime=GPU, code="def handle(event, context): pass"))

    assert function_of(emulator)["node_type"] == "gpu"


def test_trap_11_elsewhere_than_in_delhi_the_server_says_no(controller: Controller, emulator: Any) -> None:
    for module, options in (("e2e_faas_function", OPTIONS), ("e2e_faas_runtime_info", {}), ("e2e_faas_function_info", {})):
        assert "Delhi" in bad(controller.module(module, **options, location="Chennai"), "refused")
    assert written(emulator) == []


def test_trap_11_what_the_server_says_before_functions_are_activated_is_shown(controller: Controller, emulator: Any) -> None:
    emulator.fault({"path": "faas/*", "action": "failure_envelope", "shape": "code", "message": "Functions are not activated", "times": -1})

    for module, options in (("e2e_faas_function", OPTIONS), ("e2e_faas_runtime_info", {})):
        assert "Functions are not activated" in bad(controller.module(module, **options), "refused")
    assert written(emulator) == []
