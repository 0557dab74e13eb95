# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault, before and after the effect took place."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from emulator_api import Api


def names(api: Api) -> list[str]:
    return [one["name"] for one in api.call("GET", "faas/functions/").json()["data"]]


@pytest.mark.parametrize("form", ["json", "multipart"])
@pytest.mark.parametrize("when, made", [("before", []), ("after", ["f"])])
def test_a_status_before_or_after_the_effect(api: Api, when: str, made: list[str], form: str) -> None:
    api.process.fault({"method": "POST", "path": "faas/functions/", "action": "status", "status": 503, "when": when})
    answer = api.create("f") if form == "json" else api.create_zip("f")
    assert answer.status_code == answer.json()["code"] == 503
    assert names(api) == made


@pytest.mark.parametrize("body, text", [("busy", "busy"), ({"detail": "x"}, '{"detail": "x"}'), ([], "[]")])
def test_the_body_of_a_status(api: Api, body: object, text: str) -> None:
    api.process.fault({"action": "status", "status": 500, "body": body})
    assert api.call("GET", "faas/functions/").text == text


@pytest.mark.parametrize("status, code", [(None, 502), (200, 200)])
def test_html(api: Api, status: int | None, code: int) -> None:
    api.process.fault({"action": "html", "status": status})
    answer = api.call("GET", "faas/functions/")
    assert answer.status_code == code
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_empty(api: Api) -> None:
    api.process.fault({"action": "empty", "when": "after"})
    answer = api.create("f")
    assert (answer.status_code, answer.content) == (200, b"")
    assert names(api) == ["f"]


def test_cut_sends_half_of_the_real_answer(api: Api) -> None:
    whole = api.call("GET", "faas/runtimes/").content
    api.process.fault({"action": "cut"})
    answer = api.call("GET", "faas/runtimes/", stream=True)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(whole)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        answer.raw.enforce_content_length = True
        assert answer.content is None
    assert [one["status"] for one in api.process.requests()] == [200, None]


@pytest.mark.parametrize("when, made", [("before", []), ("after", ["f"])])
@pytest.mark.parametrize("action", ["cut", "reset"])
def test_a_lost_answer(api: Api, action: str, when: str, made: list[str]) -> None:
    api.process.fault({"method": "POST", "action": action, "when": when})
    with pytest.raises((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        api.create("f")
    assert names(api) == made


def test_hang_ends_with_the_patience_of_the_client(api: Api) -> None:
    api.process.fault({"action": "hang", "when": "after"})
    with pytest.raises(requests.exceptions.ReadTimeout):
        api.call("POST", "faas/functions/", json={}, timeout=0.3)
    assert names(api) == []


def test_hang_ends_by_itself(api: Api) -> None:
    api.process.fault({"action": "hang", "seconds": 0.2})
    with pytest.raises(requests.exceptions.ConnectionError):
        api.call("GET", "faas/functions/")


@pytest.mark.parametrize("when", ["before", "after"])
def test_slow_gives_the_real_answer(api: Api, when: str) -> None:
    api.process.fault({"action": "slow", "seconds": 0.3, "when": when})
    began = time.monotonic()
    assert api.call("GET", "faas/functions/").json()["code"] == 200
    assert time.monotonic() - began >= 0.3


def test_rate_limit_in_seconds(api: Api) -> None:
    api.process.fault({"action": "rate_limit", "retry_after": 7})
    answer = api.call("GET", "faas/functions/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json() == {"status_code": 429, "errors": "Request limit reached, please wait."}


def test_rate_limit_with_a_date(api: Api) -> None:
    api.process.fault({"action": "rate_limit", "retry_after": 3600, "retry_after_format": "date"})
    moment = email.utils.parsedate_to_datetime(api.call("GET", "faas/functions/").headers["Retry-After"])
    assert moment.timestamp() > time.time()


@pytest.mark.parametrize(
    "shape, signal",
    [("code", ("code", 412)), ("status_code", ("status_code", 412)), ("detail", ("detail", "no")), ("errors_true", ("errors", True))],
)
def test_a_success_that_says_failure(api: Api, shape: str, signal: tuple[str, Any]) -> None:
    api.process.fault({"action": "failure_envelope", "shape": shape, "message": "no"})
    answer = api.call("GET", "faas/functions/")
    assert answer.status_code == 200
    assert answer.json()[signal[0]] == signal[1]


def test_a_build_that_fails(api: Api) -> None:
    api.process.fault({"method": "POST", "action": "build_fails", "message": "out of disk"})
    assert api.fail("f")["error"] == "out of disk"
    assert [line for line in api.process.logs("f") if "out of disk" in line]
    api.update("f")
    assert api.settled("f")["status"] == "running"


def test_an_update_whose_build_fails(api: Api) -> None:
    api.process.fault({"method": "PUT", "path": "faas/handler_file/f/", "action": "build_fails"})
    api.deploy("f")
    api.update("f")
    assert api.settled("f")["status"] == "failed"


@pytest.mark.parametrize("write, state", [("POST", "creating"), ("PUT", "deploying")])
def test_a_status_that_never_changes(api_factory: Callable[..., Api], write: str, state: str) -> None:
    api = api_factory()
    api.process.fault({"method": write, "action": "stuck_status"})
    if write == "POST":
        api.create("f")
    else:
        api.deploy("f")
        api.update("f")
    time.sleep(0.3)
    assert api.get("f")["status"] == state
    api.process.clear_faults()
    assert api.settled("f")["status"] == "running"


def test_a_stuck_function_goes_with_a_reset(api: Api) -> None:
    api.process.fault({"action": "stuck_status"})
    api.create("f")
    api.process.reset()
    assert names(api) == []


def test_times_and_skip(api: Api) -> None:
    api.process.fault({"action": "status", "status": 500, "skip": 1, "times": 2})
    assert [api.call("GET", "faas/functions/").status_code for number in range(5)] == [200, 500, 500, 200, 200]
    api.process.fault({"action": "status", "status": 501, "times": -1})
    assert {api.call("GET", "faas/functions/").status_code for number in range(5)} == {501}
    fault = api.process.control("GET", "faults")["faults"][0]
    assert (fault["seen"], fault["fired"]) == (3, 2)


def test_probability_is_seeded(api: Api) -> None:
    def draw() -> list[int]:
        api.process.reset()
        api.process.fault({"action": "status", "status": 500, "times": -1, "probability": 0.5})
        return [api.call("GET", "faas/functions/").status_code for number in range(20)]

    first = draw()
    assert set(first) == {200, 500}
    assert draw() == first


@pytest.mark.parametrize(
    "pattern, method, met",
    [
        ({"path": "faas/functions/"}, "*", True),
        ({"path": "/myaccount/api/v1/faas/functions/"}, "*", True),
        ({"path": "*functions*"}, "get", True),
        ({"path": "*functions*"}, "POST", False),
        ({"path": "faas/runtimes/"}, "*", False),
        ({"path_regex": "/faas/func[a-z]+/$"}, "*", True),
        ({"path_regex": "^/faas"}, "*", False),
    ],
)
def test_what_a_fault_matches(api: Api, pattern: dict[str, str], method: str, met: bool) -> None:
    api.process.fault({**pattern, "method": method, "action": "status", "status": 500})
    assert (api.call("GET", "faas/functions/").status_code == 500) == met


def test_faults_reach_the_functions_too(api: Api) -> None:
    api.deploy("f")
    api.process.fault({"path": "/functions/f/*", "action": "status", "status": 503, "body": "busy"})
    assert [api.invoke("f").status_code for number in range(2)] == [503, 200]


def test_the_request_log_names_the_fault(api: Api) -> None:
    api.process.fault({"action": "reset"})
    with pytest.raises(requests.exceptions.ConnectionError):
        api.call("GET", "faas/functions/")
    request = api.process.requests()[-1]
    assert (request["status"], request["fault"]) == (None, "#1 reset")


@pytest.mark.parametrize(
    "definition, word",
    [
        ({}, "action must be one of"),
        ({"action": "explode"}, "hang"),
        ({"action": "status"}, "needs a status"),
        ({"action": "status", "status": 99}, "from 200 to 599"),
        ({"action": "html", "methode": "GET"}, "Unknown key methode"),
        ({"action": "html", "method": "FETCH"}, "method must be one of"),
        ({"action": "html", "when": "during"}, "before or after"),
        ({"action": "html", "times": 0}, "times"),
        ({"action": "html", "times": "1"}, "times"),
        ({"action": "html", "skip": -1}, "skip"),
        ({"action": "html", "probability": 2}, "probability"),
        ({"action": "html", "path_regex": "("}, "regular expression"),
        ({"action": "html", "path": ""}, "glob"),
        ({"action": "hang", "seconds": "long"}, "seconds"),
        ({"action": "rate_limit", "retry_after_format": "iso"}, "seconds or date"),
        ({"action": "failure_envelope", "shape": "round"}, "errors_true"),
        ([], "JSON object"),
    ],
)
def test_bad_definitions(api: Api, definition: object, word: str) -> None:
    answer = requests.post(f"{api.url}/_emulator/faults", json=definition, timeout=10)
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert api.process.control("GET", "faults")["faults"] == []
