# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics of functions are passed on as they come."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_metrics_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    MISSING,
    Answer,
    Reply,
    Run,
    ScriptedApi,
    Step,
    function,
    html,
    listing,
    ok,
    refusal,
    response,
    run_module,
)

DATA = {"memory_usage": [[1769860800, 12.5]], "invocation_count": 3}


def metrics(name: str, answer: Answer = ok(DATA), interval: int = 5) -> Step:
    return Step("GET", "faas/monitoring-data/", answer, None, {"function_name": name, "interval": str(interval)})


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_faas_metrics_info, {**CREDENTIALS, **args}, check=check)


@pytest.mark.parametrize("check", [True, False])
def test_one(api: ScriptedApi, check: bool) -> None:
    api.expect(metrics("hello", interval=60))
    found = run(check, name="hello", interval=60)
    assert (found["metrics"], found["missing"], found["changed"]) == ([{"name": "hello", "data": DATA}], [], False)


def test_several_at_a_time(api: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: requests.PreparedRequest) -> requests.Response:
        # The calls have one path and come in any order, so a script cannot tell them apart.
        (name,) = parse_qs(urlsplit(str(request.url)).query)["function_name"]
        return response(MISSING if name == "f03" else ok({"of": name}), request)

    monkeypatch.setattr(api, "_answer", answer)
    found = run(names=[f"f{number:02}" for number in reversed(range(12))] * 2)
    assert found["metrics"] == [{"name": f"f{number:02}", "data": {"of": f"f{number:02}"}} for number in range(12) if number != 3]
    assert found["missing"] == ["f03"]


def test_all_of_them(api: ScriptedApi) -> None:
    api.expect(listing(function(name="b")), metrics("b"))
    assert run()["metrics"] == [{"name": "b", "data": DATA}]
    api.expect(listing())
    assert run()["metrics"] == []
    assert run(names=[])["metrics"] == []


@pytest.mark.parametrize("data", [[], [1], "text", 7, {}])
def test_any_form_is_passed_on(api: ScriptedApi, data: t.Any) -> None:
    api.expect(metrics("hello", Reply(200, json.dumps({"code": 200, "data": data}).encode())))
    assert run(name="hello")["metrics"] == [{"name": "hello", "data": data}]


@pytest.mark.parametrize("answer", [refusal(404, "no such function"), refusal(400, "Function not found"), refusal(412, "Function does not exist")])
def test_a_function_that_is_not_there(api: ScriptedApi, answer: Answer) -> None:
    api.expect(metrics("hello", answer))
    found = run(name="hello")
    assert (found["metrics"], found["missing"]) == ([], ["hello"])
    api.expect(listing(function()), metrics("hello", answer))
    assert run()["missing"] == []


@pytest.mark.parametrize(
    ("answer", "code"), [(refusal(401, "not found"), "authentication"), (refusal(400, "interval: invalid"), "refused"), (html(404), "protocol")]
)
def test_failures(api: ScriptedApi, answer: Answer, code: str) -> None:
    api.expect(metrics("hello", answer))
    assert run(name="hello").code == code


def test_an_interval_that_is_none(api: ScriptedApi) -> None:
    assert "interval cannot be 0" in run(name="hello", interval=0).msg
    assert not api.sent
