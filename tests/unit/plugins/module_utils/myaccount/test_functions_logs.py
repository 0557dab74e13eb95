# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines out of a log whose shape is not documented, and the end of a log for an error."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_logs import log_lines, log_tail
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, Answer, FakeClock, ScriptedApi, Step, html, ok, refusal
from hypothesis import given
from hypothesis import strategies as st


def texts(data: t.Any) -> list[str] | None:
    lines = log_lines(data)
    return None if lines is None else [line.text for line in lines]


@pytest.mark.parametrize(
    "data",
    [
        "a\nb\n",
        ["a", "b"],
        ["a\nb"],
        [{"message": "a"}, {"log": "b"}],
        [{"line": "a"}, {"unknown": 1}, "b"],
        {"logs": ["a", "b"]},
        {"logs": "a\nb"},
        {"log": "a\nb", "data": {}},
        {"message": "Success", "entries": [{"msg": "a"}, {"text": "b"}]},
        {"data": [], "lines": ["a", "b"]},
        {"function": {"output": [{"message": "a"}, {"message": "b"}]}},
        {"result": {"logs": {"pod-1": ["a"], "pod-2": ["b"]}}},
    ],
)
def test_forms_that_hold_two_lines(data: t.Any) -> None:
    assert texts(data) == ["a", "b"]


@pytest.mark.parametrize("data", [None, {}, [], "", {"logs": []}, {"message": "no logs yet", "logs": []}, {"data": {}, "x": 1}])
def test_forms_without_a_line(data: t.Any) -> None:
    assert texts(data) == []


@pytest.mark.parametrize("data", [{"x": 1}, [1, 2], 7, True, {"url": "https://logs.example.test/"}, [{"x": "y"}], {"x": {"y": {"z": {"u": {"logs": ["a"]}}}}}])
def test_forms_that_are_not_recognised(data: t.Any) -> None:
    assert texts(data) is None


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("logs"), inner)))
def test_no_form_is_an_error(data: t.Any) -> None:
    lines = log_lines(data)
    assert lines is None or all(isinstance(line.text, str) for line in lines)


@pytest.mark.parametrize(
    ("first", "second"),
    [("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5Z"), ("2026-01-31T12:30:00+05:30", "2026-01-31 07:00:01"), (1769860800, 1769860801.5), ("9", "10")],
)
def test_lines_with_times_are_put_in_order(first: t.Any, second: t.Any) -> None:
    entries = [{"time": second, "message": "b"}, {"time": first, "message": "a1\na2"}]
    lines = log_lines({"logs": entries}) or []
    assert [(line.timestamp, line.text) for line in lines] == [(str(first), "a1"), (str(first), "a2"), (str(second), "b")]


@pytest.mark.parametrize("time", [None, "yesterday", "nan", [1]])
def test_without_all_times_the_order_stays(time: t.Any) -> None:
    entries = [{"time": "2026-01-31T12:00:00Z", "message": "b"}, {"time": time, "message": "a"}]
    assert texts(entries) == ["b", "a"]


def logs(answer: Answer, kind: str) -> Step:
    return Step("GET", "faas/logs/7/", answer, None, {"type": kind, "duration": "60"})


def logs_by_name(answer: Answer) -> Step:
    return Step("GET", "faas/logs/hello/", answer, None)


@pytest.fixture
def transport(api: ScriptedApi, time: FakeClock) -> Transport:
    credentials = Credentials(**{key: CREDENTIALS[key] for key in ("api_key", "auth_token", "project_id", "location", "api_endpoint")})
    return Transport(credentials, clock=time.clock)


def test_the_end_of_the_log(api: ScriptedApi, transport: Transport) -> None:
    api.expect(logs(ok({"logs": ["a", "b", "c"]}), "function"))
    assert log_tail(transport, 7, "hello", 2) == ["b", "c"]
    api.expect(logs_by_name(ok([{"message": "a"}])))
    assert log_tail(transport, None, "hello") == ["a"]


def ended(api: ScriptedApi, transport: Transport, build: Answer, started: Answer, lines: int = 4) -> list[str]:
    api.expect(logs(started, "function"), logs(build, "build"))
    return log_tail(transport, 7, "hello", lines, failed=True)


@pytest.mark.parametrize(
    ("build", "started", "end"),
    [
        ("", "", ""),
        ("123456", "", "3456"),
        ("", "abcdef", "cdef"),
        ("123456", "abcdef", "56ef"),
        ("123456", "a", "456a"),
        ("1", "abcdef", "1def"),
    ],
)
def test_a_failure_shows_the_ends_of_both_logs(api: ScriptedApi, transport: Transport, build: str, started: str, end: str) -> None:
    assert "".join(ended(api, transport, ok({"logs": list(build)}), ok({"logs": list(started)}))) == end


@pytest.mark.parametrize("answer", [refusal(400, "type: not a valid choice"), refusal(404, "no such log"), ok({"x": 1}), html(404)])
def test_the_word_for_the_log_of_a_build_is_a_guess(api: ScriptedApi, transport: Transport, answer: Answer) -> None:
    assert ended(api, transport, answer, ok("started\n")) == ["started"]


def test_a_failure_without_a_number(api: ScriptedApi, transport: Transport) -> None:
    api.expect(logs_by_name(ok(["started"])))
    assert log_tail(transport, None, "hello", failed=True) == ["started"]


def test_no_log_is_no_error(api: ScriptedApi, transport: Transport) -> None:
    api.expect(logs(refusal(404, "no"), "function"), logs_by_name(html(404)), logs(refusal(400, "no"), "build"))
    assert log_tail(transport, 7, "hello", failed=True) == []


@pytest.mark.parametrize(("lines", "end"), [(0, []), (1, ["2"]), (3, ["1", "2", "b"])])
def test_few_lines(api: ScriptedApi, transport: Transport, lines: int, end: list[str]) -> None:
    assert ended(api, transport, ok(["1", "2"]), ok(["a", "b"]), lines) == end
