# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-runner, the engine of AWX: a job is sent, worked on and taken in, and what it leaves for AWX to store holds no secret."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from canaries import KEY, OPTION_KEY, SECRET, TOKEN, leaks
from controller import INVENTORY, LONGEST_RUN_SECONDS, PLAY, Controller
from samples import HELLO, PYTHON

# What AWX gives to every job that the user did not fill in.
BLANK = {"E2E_REGION": "", "SERVICE_API_KEY": "", "SERVICE_AUTH_TOKEN": ""}
NODE = {"name": "app", "plan": "C3.8GB", "image": "Ubuntu 24.04", "encryption_passphrase": SECRET}
FUNCTION = {"name": "f", "runtime": PYTHON, "code": HELLO, "secret_env": {"TOKEN": SECRET}}


@dataclass(frozen=True)
class Job:
    """A job that has ended: its exit code, and the files that AWX would store."""

    code: int
    artifacts: Path

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of a kind, such as ``runner_on_ok``, in their order."""
        found = [json.loads(path.read_text(encoding="utf-8")) for path in (self.artifacts / "job_events").glob("*.json")]
        return [one["event_data"] for one in sorted(found, key=lambda one: one["counter"]) if one["event"] == kind]

    def stored(self) -> dict[str, str]:
        """Every text that it left, but for the command, which holds the environment by design."""
        paths = [path for path in self.artifacts.rglob("*") if path.is_file() and path.name != "command"]
        return {str(path.relative_to(self.artifacts)): path.read_text(encoding="utf-8", errors="replace") for path in paths}


class Runner:
    """Runs jobs as AWX does: ``transmit | worker | process``, with credentials in the environment of the job only."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._jobs = 0
        passed = ("E2E_", "ANSIBLE_COLLECTIONS_PATH", "LC_ALL", "HOME", "PATH", "PYTHONPATH")
        self._envvars = {name: value for name, value in controller.environ.items() if name.startswith(passed)} | BLANK
        self._environ = {name: value for name, value in controller.environ.items() if not name.startswith("E2E_")}

    def run(self, tasks: list[dict[str, Any]], *options: str) -> Job:
        self._jobs += 1
        folder = self._controller.folder / f"job-{self._jobs}"
        sent = folder / "sent"
        for path, text in {
            "env/envvars": json.dumps(self._envvars),
            "env/settings": json.dumps({"idle_timeout": 120, "job_timeout": LONGEST_RUN_SECONDS}),
            "inventory/hosts": INVENTORY,
            "project/site.yml": json.dumps([{**PLAY, "tasks": tasks}]),
        }.items():
            (sent / path).parent.mkdir(parents=True, exist_ok=True)
            (sent / path).write_text(text, encoding="utf-8")
        sent.chmod(0o700)
        worked, taken = folder / "worked", folder / "taken"
        worked.mkdir()
        stream = self._ansible_runner(b"", "transmit", str(sent), "-p", "site.yml", "-i", "1", f"--cmdline={' '.join(options)}")
        stream = self._ansible_runner(stream, "worker", "--private-data-dir", str(worked))
        self._ansible_runner(stream, "process", str(taken), "-i", "1")
        artifacts = taken / "artifacts" / "1"
        return Job(int((artifacts / "rc").read_text(encoding="utf-8")), artifacts)

    def _ansible_runner(self, given: bytes, *arguments: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "ansible_runner", *arguments], env=self._environ, input=given, capture_output=True, timeout=LONGEST_RUN_SECONDS, check=False
        )
        # The exit code of ``process`` is that of the job.
        assert not done.stderr, done.stderr.decode()
        return done.stdout


@pytest.fixture
def emulator(emulator_factory: Callable[..., Any]) -> Any:
    """In place of the emulator of the other tests: one whose credentials can be searched for."""
    return emulator_factory(build_seconds=0, api_key=KEY, auth_token=TOKEN)


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
