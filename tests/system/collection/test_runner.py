# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-runner, the engine of AWX: a job is sent, worked on and taken in, and what it leaves for AWX to store holds no secret."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from canaries import KEY, OPTION_KEY, SECRET, TOKEN, leaks
from controller import Controller
from jobs import Runner
from samples import HELLO, PYTHON

NODE = {"name": "app", "plan": "C3.8GB", "image": "Ubuntu 24.04", "encryption_passphrase": SECRET}
FUNCTION = {"name": "f", "runtime": PYTHON, "code": HELLO, "secret_env": {"TOKEN": SECRET}}
STARTING_SECONDS = 60


@pytest.fixture(scope="module")
def _searchable_emulator(_emulators: Callable[..., Any]) -> Iterator[Any]:
    process = _emulators(build_seconds=0, api_key=KEY, auth_token=TOKEN)
    yield process
    process.stop()


@pytest.fixture
def emulator(_searchable_emulator: Any) -> Any:
    """In place of the emulator of the other tests: one whose credentials can be searched for, empty at the start of each test."""
    _searchable_emulator.reset()
    return _searchable_emulator


@pytest.fixture
def runner(controller_of: Callable[[Any], Controller], emulator: Any) -> Runner:
    return Runner(controller_of(emulator))


def task(title: str, module: str, *, fails: bool = False, **options: Any) -> dict[str, Any]:
    return {"name": title, f"e2enetworks.cloud.{module}": options, "ignore_errors": fails}


def test_what_a_job_leaves_holds_no_secret(runner: Runner, emulator: Any) -> None:
    emulator.fault({"method": "POST", "path": "vpc/", "action": "status", "status": 400, "message": f"rejected: apikey={KEY} Bearer {TOKEN}"})

    job = runner.run(
        [
            task("Node", "e2e_node", **NODE),
            task("Function", "e2e_faas_function", **FUNCTION),
            task("Refused", "e2e_vpc", fails=True, name="net"),
            task("Wrong key", "e2e_node_info", fails=True, api_key=OPTION_KEY),
            task("No server", "e2e_node_info", fails=True, api_endpoint="http://no-such-host.invalid/myaccount/"),
            task("Nodes", "e2e_node_info", links=True),
        ],
        "--diff",
        "-vvv",
    )

    assert job.code == 0
    assert [event["task"] for event in job.events("runner_on_ok")] == ["Node", "Function", "Nodes"]
    assert [event["task"] for event in job.events("runner_on_failed")] == ["Refused", "Wrong key", "No server"]
    assert "rejected: apikey=" in str(job.events("runner_on_failed")[0]["res"]["msg"])
    stored = job.stored()
    assert "stdout" in stored and any(path.startswith("job_events") for path in stored)
    for path, text in stored.items():
        assert leaks(text) == [], (path, [line for line in text.splitlines() if leaks(line)])


def test_a_check_job_says_what_the_job_does(runner: Runner, emulator: Any) -> None:
    tasks = [task("Network", "e2e_vpc", name="net"), task("Node", "e2e_node", **NODE, vpcs=["net"])]

    predicted = runner.run(tasks, "--check", "--diff")
    assert (predicted.code, emulator.writes()) == (0, 0)
    real = runner.run(tasks, "--diff")

    for job in (predicted, real):
        assert [event["res"]["changed"] for event in job.events("runner_on_ok")] == [True, True]
    assert [event["res"]["diff"] for event in predicted.events("runner_on_ok")] == [event["res"]["diff"] for event in real.events("runner_on_ok")]
    assert [event["res"]["changed"] for event in runner.run(tasks).events("runner_on_ok")] == [False, False]


def test_a_job_that_was_ended_while_it_deployed_leaves_the_next_one_in_no_doubt(runner: Runner, emulator: Any) -> None:
    """By its user, by AWX's time limit, or because it prints nothing while it waits: the function is sent once, and the next job says what it found."""
    emulator.fault({"method": "POST", "path": "faas/functions/", "action": "stuck_status"})
    project = runner.project([task("Deploy", "e2e_faas_function", **FUNCTION)])

    job = runner.start(project, "site.yml")
    ends_at = time.monotonic() + STARTING_SECONDS
    while not emulator.writes():
        assert time.monotonic() < ends_at, "the job has sent nothing"
        time.sleep(0.1)
    assert job.cancel().status == "canceled"
    waiting = [runner.start(project, "site.yml", **{limit: 3}) for limit in ("job_timeout", "idle_timeout")]
    assert [job.end().status for job in waiting] == ["timeout", "timeout"]

    found = "for function f, which was under way already (its status is creating), as a run that was cancelled leaves it"
    [predicted] = runner.start(project, "site.yml", "--check", "--diff").end().succeeded().events("runner_on_ok")
    assert (predicted["res"]["changed"], predicted["res"]["actions"]) == (False, [f"wait {found}"])
    emulator.clear_faults()
    [result] = runner.start(project, "site.yml").end().succeeded().events("runner_on_ok")
    assert (result["res"]["changed"], result["res"]["function"]["status"]) == (False, "running")
    assert emulator.writes() == 1
