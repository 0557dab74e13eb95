# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lost answers, refusals and stuck functions: what the collection makes of every fault the emulator can play."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from controller import Controller
from samples import NOT_RUNNABLE

CREATE = {"method": "POST", "path": "faas/functions/"}
# Both generations' calls.
UPDATE = {"method": "PUT", "path": "faas/*"}
DELETE = {"method": "DELETE", "path": "faas/function/*"}
RUNTIMES = {"method": "GET", "path": "faas/runtimes/"}
READ = {"method": "GET", "path": "faas/function/*"}

# Of the tests that wait for it: short, and long enough for an answer on a busy machine.
API_TIMEOUT = 3

LOST = {
    "504": {"action": "status", "status": 504},
    "page": {"action": "html"},
    "page of a rate limit": {"action": "html", "status": 429},
    "page with 200": {"action": "html", "status": 200},
    "empty": {"action": "empty"},
    "cut": {"action": "cut"},
    "reset": {"action": "reset"},
    "hang": {"action": "hang"},
}


def faults(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", [LOST[name] for name in names], ids=names)


def faults_of_both(*names: str, today: tuple[str, ...]) -> pytest.MarkDecorator:
    """Faults of the shared emulator, and some of them for an API that has today's documented calls alone."""
    cases = [(generation, name) for generation, chosen in (("both", names), ("today", today)) for name in chosen]
    parameters = [(generation, LOST[name]) for generation, name in cases]
    return pytest.mark.parametrize(("emulator", "fault"), parameters, indirect=["emulator"], ids=[f"{generation}-{name}" for generation, name in cases])


# A create is where a mistake makes two: it meets them all. A cut answer is always cut after the effect.
every_lost = faults_of_both(*LOST, today=("504", "page with 200", "cut", "reset"))
every_lost_before = faults_of_both(*(name for name in LOST if name != "cut"), today=("504", "reset"))
some_lost = faults_of_both("504", "page of a rate limit", "reset", today=("504",))
some_unreadable = faults("page", "cut", "reset")


@pytest.fixture(scope="module")
def _todays_emulator(_emulators: Callable[..., Any]) -> Any:
    return _emulators(build_seconds=0.2, create_forms="zip", function_paths="id", runtime_list="off")


@pytest.fixture
def emulator(request: pytest.FixtureRequest, emulator: Any) -> Any:
    if getattr(request, "param", "both") == "both":
        return emulator
    todays = request.getfixturevalue("_todays_emulator")
    todays.reset()
    return todays


def deploy(controller: Controller, fault: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Deploy a function; with the time limit for ``fault``, if it is one that does not answer."""
    return controller.function(**{"name": "f", "runtime": NOT_RUNNABLE, "code": "// one", "wait_timeout": 60, **limits(fault or {}), **options})


def limits(fault: dict[str, Any]) -> dict[str, Any]:
    return {"api_timeout": API_TIMEOUT} if fault.get("action") == "hang" else {}


def form(emulator: Any) -> dict[str, Any]:
    """How to send code so that it is one request: an archive where that is all that is taken."""
    return {"upload": "zip"} if "create_forms" in emulator.options else {}


def sent(emulator: Any, method: str) -> int:
    return sum(1 for request in emulator.requests() if request["method"] == method)


@every_lost
def test_a_create_whose_answer_is_lost_is_adopted(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    emulator.fault({**CREATE, **fault, "when": "after"})

    result = deploy(controller, fault, **form(emulator))

    assert not result.get("failed"), result
    assert result["changed"] and result["function"]["status"] == "running"
    assert sent(emulator, "POST") == 1
    assert "took effect" in result["warnings"][0]
    assert not deploy(controller, **form(emulator))["changed"]


@every_lost_before
def test_a_create_that_never_took_effect_is_sent_again(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    emulator.fault({**CREATE, **fault, "when": "before"})

    result = deploy(controller, fault, **form(emulator))

    assert not result.get("failed"), result
    assert result["changed"] and result["function"]["status"] == "running"
    assert sent(emulator, "POST") == 2
    assert not result.get("warnings")


@some_lost
def test_an_update_whose_answer_is_lost_is_adopted(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    deploy(controller, **form(emulator))
    emulator.fault({**UPDATE, **fault, "when": "after"})

    result = deploy(controller, code="// two", **form(emulator))

    assert not result.get("failed"), result
    assert result["changed"] and sent(emulator, "PUT") == 1
    assert not deploy(controller, code="// two", **form(emulator))["changed"]


@some_lost
def test_an_update_that_never_took_effect_is_sent_again(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    deploy(controller, **form(emulator))
    emulator.fault({**UPDATE, **fault, "when": "before"})

    result = deploy(controller, code="// two", **form(emulator))

    assert not result.get("failed"), result
    assert result["changed"] and sent(emulator, "PUT") == 2
    assert not deploy(controller, code="// two", **form(emulator))["changed"]


@some_lost
def test_a_delete_whose_answer_is_lost_is_done(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    deploy(controller, **form(emulator))
    emulator.fault({**DELETE, **fault, "when": "after"})

    result = deploy(controller, state="absent", runtime=None, code=None)

    assert not result.get("failed"), result
    assert result["changed"] and result["function"]["status"] == "absent"
    assert not deploy(controller, state="absent", runtime=None, code=None)["changed"]


@pytest.mark.parametrize("emulator", ["today"], indirect=True)
def test_a_form_that_is_refused_and_an_answer_that_is_lost_make_one_function(controller: Controller, emulator: Any) -> None:
    emulator.fault({**CREATE, **LOST["reset"], "when": "after", "skip": 1})

    result = deploy(controller)

    assert not result.get("failed"), result
    assert (result["changed"], result["upload"]) == (True, "zip")
    assert [(request["files"], request["status"]) for request in emulator.requests() if request["method"] == "POST"] == [([], 415), (["code_file"], None)]
    assert not deploy(controller)["changed"]


def test_a_create_that_is_never_answered_ends_with_one_error(controller: Controller, emulator: Any) -> None:
    emulator.fault({**CREATE, "action": "status", "status": 503, "times": -1})

    result = deploy(controller)

    # Whether it was made is not known, and what was sent is reported.
    assert result["failed"] and result["changed"] and result["actions"][0].startswith("tried to create function ")
    assert result["error"]["code"] == "server_error" and result["error"]["outcome_known"] is False
    assert 1 < sent(emulator, "POST") < 10


@pytest.mark.parametrize("retry_after_format", ["seconds", "date"])
def test_a_rate_limit_is_waited_for(controller: Controller, emulator: Any, retry_after_format: str) -> None:
    limit = {"action": "rate_limit", "retry_after": 1, "retry_after_format": retry_after_format}
    emulator.fault({**READ, **limit})
    emulator.fault({**CREATE, **limit})

    result = deploy(controller)

    assert not result.get("failed"), result
    assert result["function"]["status"] == "running"
    assert sent(emulator, "POST") == 2


@some_unreadable
def test_reads_are_repeated(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    emulator.fault({**RUNTIMES, **fault, "times": 2})

    result = controller.module("e2e_faas_runtime_info")

    assert not result.get("failed"), result
    assert result["runtimes"]
    assert sent(emulator, "GET") == 3


@some_unreadable
def test_reads_are_not_repeated_for_ever(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    emulator.fault({**RUNTIMES, **fault, "times": -1})

    result = controller.module("e2e_faas_runtime_info", api_retries=1)

    assert result["failed"] and sent(emulator, "GET") == 2
    assert result["error"]["code"] in ("connection", "protocol", "server_error", "rate_limited")
    assert "\n" not in result["msg"]


def test_a_server_that_never_answers_is_named(controller: Controller, emulator: Any) -> None:
    emulator.fault({**RUNTIMES, "action": "hang", "times": -1})

    result = controller.module("e2e_faas_runtime_info", api_timeout=API_TIMEOUT, api_retries=0)

    assert result["msg"] == f"GET faas/runtimes/ at {emulator.api_endpoint}: no answer within {API_TIMEOUT} seconds."


@pytest.mark.parametrize(
    ("fault", "code", "text"),
    [
        ({"action": "status", "status": 412, "body": {"code": 412, "data": {}, "message": "No.", "errors": {"detail": ["No."]}}}, "refused", "412: No"),
        ({"action": "status", "status": 401, "body": {"detail": "Token expired"}}, "authentication", "401: Token expired"),
        ({"action": "status", "status": 403, "body": {"detail": "Read only"}}, "authentication", "403: Read only"),
        ({"action": "status", "status": 400, "body": {"status_code": 400, "message": "Unknown project"}}, "refused", "400: Unknown project"),
        ({"action": "status", "status": 429, "body": {"status_code": 429, "errors": "Slow down"}}, "rate_limited", "429: Slow down"),
        ({"action": "status", "status": 400, "body": {"code": 400, "errors": ["a", "b"]}}, "refused", "400: a; b"),
        ({"action": "status", "status": 400, "body": {"code": 400, "error": {"memory": ["bad"]}}}, "refused", "400: memory: bad"),
        ({"action": "status", "status": 405, "body": {"detail": "Method not allowed"}}, "refused", "405: Method not allowed"),
        ({"action": "failure_envelope", "shape": "code", "message": "Not now"}, "refused", "412: Not now"),
        ({"action": "failure_envelope", "shape": "status_code", "message": "Not now"}, "refused", "412: Not now"),
        ({"action": "failure_envelope", "shape": "detail", "message": "Not now"}, "refused", "under HTTP 200: Not now"),
        ({"action": "failure_envelope", "shape": "errors_true", "message": "Not now"}, "refused", "under HTTP 200: Not now"),
        ({"action": "failure_envelope", "status": 401, "message": "Who?"}, "authentication", "401: Who?"),
        (
            {"action": "failure_envelope", "body": {"code": 200, "data": {"is_credit_sufficient": False}, "errors": {}, "message": "Add credit"}},
            "refused",
            "under HTTP 200: Add credit",
        ),
    ],
)
def test_every_shape_of_a_refusal_is_recognised(controller: Controller, emulator: Any, fault: dict[str, Any], code: str, text: str) -> None:
    emulator.fault({**CREATE, **fault, "times": -1})

    result = deploy(controller, api_retries=0)

    assert result["failed"] and not result["changed"]
    assert result["error"]["code"] == code and text in result["msg"]
    assert "\n" not in result["msg"]
    # A rate limit is waited for, and 405 can mean the form: each of the two is sent once.
    assert sent(emulator, "POST") == {429: 4, 405: 2}.get(result["error"]["http_status"], 1)


def test_a_redirect_is_not_followed_with_the_key(controller: Controller, emulator: Any) -> None:
    emulator.fault({**RUNTIMES, "action": "status", "status": 302, "body": "moved"})

    result = controller.module("e2e_faas_runtime_info")

    assert result["error"]["code"] == "protocol" and "redirects" in result["msg"]
    assert sent(emulator, "GET") == 1


def test_a_status_that_never_changes_ends_the_wait(controller: Controller, emulator: Any) -> None:
    emulator.fault({**CREATE, "action": "stuck_status"})

    result = deploy(controller, wait_timeout=1)

    assert result["failed"] and result["changed"]
    assert result["error"]["code"] == "wait_timeout"
    assert result["msg"] == "The function f is not ready: its status is creating after 1 seconds. Raise wait_timeout if it only needs longer."
    assert result["actions"] == ["created function f"]

    busy = deploy(controller, code="// two", wait_timeout=1)
    assert busy["failed"] and busy["error"]["code"] == "wait_timeout"
    assert sent(emulator, "PUT") == 0

    emulator.clear_faults()
    assert deploy(controller, code="// two")["function"]["status"] == "running"


def test_without_wait_the_task_ends_at_once(controller: Controller, emulator: Any) -> None:
    emulator.fault({**CREATE, "action": "stuck_status"})

    result = deploy(controller, wait=False)

    assert not result.get("failed"), result
    assert result["changed"] and result["function"]["status"] == "creating"


def test_a_build_that_fails_says_why_and_is_repaired_by_the_next_run(controller: Controller, emulator: Any) -> None:
    emulator.fault({**CREATE, "action": "build_fails", "message": "no space left"})

    result = deploy(controller)

    assert result["failed"] and result["changed"]
    assert result["error"]["code"] == "function_failed"
    assert result["msg"].startswith("The function f does not run, its status is failed: no space left.\nLast lines of its log:\n")
    assert "version 1: failed: no space left" in result["msg"]

    predicted = deploy(controller, check_mode=True)
    assert predicted["changed"] and predicted["actions"] == ["update function f: it is failed"]
    repaired = deploy(controller)
    assert repaired["changed"] and repaired["function"]["status"] == "running"
    assert repaired["diff"] == predicted["diff"]
    assert not deploy(controller)["changed"]


def test_an_update_that_fails_to_build_fails_the_task(controller: Controller, emulator: Any) -> None:
    deploy(controller)
    emulator.fault({**UPDATE, "action": "build_fails", "message": "syntax error"})

    result = deploy(controller, code="// two")

    assert result["failed"] and result["error"]["code"] == "function_failed"
    assert "syntax error" in result["msg"]


def test_a_function_that_is_being_deployed_is_waited_for_before_it_is_changed(controller: Controller, emulator: Any) -> None:
    deploy(controller, wait=False)

    result = deploy(controller, code="// two")

    assert result["changed"] and result["function"]["status"] == "running"
    assert not deploy(controller, code="// two")["changed"]
