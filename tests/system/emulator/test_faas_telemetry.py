# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs of a window and figures of a function."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import requests
from emulator_api import CONTAINER, Api

from tests.emulator.faas.telemetry import recent
from tests.emulator.runner.logs import LogBuffer

CODE = "import sys\ndef handle(event, context):\n    print('out')\n    print('wrong', file=sys.stderr)\n    return 'x'\n"


def logs(api: Api, reference: object = 1001, **query: str) -> requests.Response:
    return api.call("GET", f"faas/logs/{reference}/", query={**api.query, **query})


@pytest.fixture
def called(api: Api) -> Api:
    """An emulator with a function that wrote something."""
    api.deploy("f", CODE)
    api.invoke("f")
    return api


def test_what_the_function_wrote(called: Api) -> None:
    answer = logs(called, type="function", duration="5")
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (set(data), data["type"], data["duration"]) == ({"type", "duration", "logs"}, "function", 5)
    lines = {(line["message"], line["level"]) for line in data["logs"]}
    assert lines == {("out", "INFO"), ("wrong", "ERROR")}
    assert set(data["logs"][0]) == {"timestamp", "message", "level"}


def test_what_the_build_wrote(called: Api) -> None:
    lines = [line["message"] for line in logs(called, type="build", duration="5").json()["data"]["logs"]]
    assert lines == ["version 1: deploying on python3-http-debian", "version 1: running"]


def test_by_name_as_well(called: Api) -> None:
    by_id, by_name = (logs(called, reference, type="build", duration="5").json() for reference in (1001, "f"))
    assert by_id == by_name


@pytest.mark.parametrize(
    "reference, query, word",
    [
        (1001, {}, "type, duration: This field is required."),
        (1001, {"type": "function"}, "duration: This field is required."),
        (1001, {"duration": "5"}, "type: This field is required."),
        ("f", {"duration": "5"}, "type: This field is required."),
        (1001, {"type": "", "duration": "5"}, "type: This field is required."),
        (1001, {"type": "runtime", "duration": "5"}, "type: 'runtime' is not a valid choice"),
        (1001, {"type": "function", "duration": "0"}, "duration: A whole number of minutes"),
        (1001, {"type": "function", "duration": "x"}, "duration: A whole number of minutes"),
        (1001, {"type": "function", "duration": "1.5"}, "duration: A whole number of minutes"),
        (1001, {"type": "function", "duration": "9" * 12}, "duration: A whole number of minutes"),
    ],
)
def test_bad_questions(called: Api, reference: object, query: dict[str, str], word: str) -> None:
    answer = logs(called, reference, **query)
    assert answer.status_code == answer.json()["code"] == 400
    assert answer.json()["message"].startswith(word)


def test_of_no_function(api: Api) -> None:
    assert logs(api, type="function", duration="5").status_code == 404


@pytest.mark.parametrize("readback", ["full", "no-code", "minimal"])
def test_however_much_a_read_returns(api_factory: Callable[..., Api], readback: str) -> None:
    api = api_factory(readback=readback)
    api.create_zip("f")
    api.settled("f")
    assert logs(api, type="build", duration="1").json()["data"]["logs"]


class FixedClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.moment = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone.utc)

    def now(self) -> datetime.datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")


@pytest.mark.parametrize("minutes, expected", [(1, ["now"]), (4, ["now"]), (5, ["earlier", "now"]), (60, ["earlier", "now"])])
def test_lines_before_the_window_are_left_out(minutes: int, expected: list[str]) -> None:
    clock = FixedClock()
    buffer = LogBuffer(clock)
    buffer.write("stdout", "earlier")
    clock.moment += datetime.timedelta(minutes=5)
    buffer.write("stdout", "now")
    assert [line.message for line in recent(buffer.read(), clock.now(), minutes)] == expected


def figures(api: Api, **query: str) -> requests.Response:
    return api.call("GET", "faas/monitoring-data/", query={**api.query, **query})


def test_figures(called: Api) -> None:
    called.invoke("f")
    data: dict[str, Any] = figures(called, function_name="f", interval="5").json()["data"]
    used = data["memory_usage"].pop("used")
    assert data == {"function_name": "f", "interval": 5, "memory_usage": {"limit": 128}, "invocation_count": 2}
    assert 1 < used < 128


def test_figures_of_what_does_not_run(api: Api) -> None:
    api.create_zip("f", runtime=CONTAINER)
    api.settled("f")
    data = figures(api, function_name="f", interval="1").json()["data"]
    assert (data["memory_usage"], data["invocation_count"]) == ({"used": 0, "limit": 128}, 0)


@pytest.mark.parametrize(
    "query, status, word",
    [
        ({}, 400, "function_name, interval: This field is required."),
        ({"function_name": "f"}, 400, "interval: This field is required."),
        ({"function_name": "f", "interval": "x"}, 400, "interval: "),
        ({"function_name": "g", "interval": "5"}, 404, "Function g not found."),
        ({"function_name": "1001", "interval": "5"}, 404, "Function 1001 not found."),
    ],
)
def test_figures_of_a_bad_question(called: Api, query: dict[str, str], status: int, word: str) -> None:
    answer = figures(called, **query)
    assert answer.status_code == answer.json()["code"] == status
    assert answer.json()["message"].startswith(word)
