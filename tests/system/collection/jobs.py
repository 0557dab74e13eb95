# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them, by its engine ansible-runner: sent, worked on and taken in, each by a process of its own."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller import INVENTORY, LONGEST_RUN_SECONDS, PLAY, Controller

# What AWX gives to every job that the user did not fill in.
BLANK = {name: "" for name in ("E2E_REGION", "SERVICE_API_KEY", "SERVICE_AUTH_TOKEN", "E2E_CA_PATH", "E2E_VALIDATE_CERTS", "OPENFAAS_TOKEN")}


@dataclass(frozen=True)
class Job:
    """A job that has ended: its exit code, AWX's word for its end, and the files that AWX would store."""

    code: int
    status: str
    artifacts: Path

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of a kind, such as ``runner_on_ok``, in their order."""
        found = [json.loads(path.read_text(encoding="utf-8")) for path in (self.artifacts / "job_events").glob("*.json")]
        return [one["event_data"] for one in sorted(found, key=lambda one: one["counter"]) if one["event"] == kind]

    @property
    def output(self) -> str:
        return (self.artifacts / "stdout").read_text(encoding="utf-8", errors="replace")

    @property
    def changes(self) -> list[str]:
        """The names of the tasks that changed something."""
        return [event["task"] for event in self.events("runner_on_ok") if event["res"].get("changed")]

    def succeeded(self) -> Job:
        """This job, after checking that it ended well."""
        assert (self.code, self.status) == (0, "successful"), self.output
        return self

    def stored(self) -> dict[str, str]:
        """Every text that it left, but for the command, which holds the environment by design."""
        paths = [path for path in self.artifacts.rglob("*") if path.is_file() and path.name != "command"]
        return {str(path.relative_to(self.artifacts)): path.read_text(encoding="utf-8", errors="replace") for path in paths}


class RunningJob:
    """A job that a worker has begun."""

    def __init__(self, worker: subprocess.Popen[bytes], folder: Path, environ: Mapping[str, str]) -> None:
        self._worker = worker
        self._folder = folder
        self._environ = environ

    def cancel(self) -> Job:
        """End it as AWX does when somebody presses the button."""
        self._worker.send_signal(signal.SIGTERM)
        return self.end()

    def end(self) -> Job:
        """Wait for its end, and take in what it left."""
        # Its exit code and that of the last step are the job's own.
        self._worker.wait(LONGEST_RUN_SECONDS)
        taken = self._folder / "taken"
        with (self._folder / "worked.stream").open("rb") as stream:
            subprocess.run(_command("process", str(taken), "-i", "1"), env=dict(self._environ), stdin=stream, capture_output=True,
                           timeout=LONGEST_RUN_SECONDS, check=False)
        artifacts = taken / "artifacts" / "1"
        code, status = ((artifacts / name).read_text(encoding="utf-8") for name in ("rc", "status"))
        return Job(int(code), status, artifacts)


class Runner:
    """Starts jobs with the controller's credentials in the environment of the job only, and in no process around it."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._jobs = 0
        passed = ("E2E_", "OPENFAAS_", "ANSIBLE_COLLECTIONS_PATH", "LC_ALL", "HOME", "PATH", "PYTHONPATH")
        self._envvars = BLANK | {name: value for name, value in controller.environ.items() if name.startswith(passed)}
        self._environ = {name: value for name, value in controller.environ.items() if not name.startswith(("E2E_", "OPENFAAS_"))}

    def run(self, tasks: list[dict[str, Any]], *options: str) -> Job:
        """Run tasks as a play on localhost."""
        return self.start(self.project(tasks), "site.yml", *options).end()

    def project(self, tasks: list[dict[str, Any]]) -> Path:
        """A project with these tasks as its ``site.yml``."""
        return self._controller.file(f"project-{self._jobs}/site.yml", json.dumps([{**PLAY, "tasks": tasks}])).parent

    def start(self, project: Path, playbook: str, *options: str, variables: Mapping[str, Any] | None = None, **settings: int) -> RunningJob:
        """Begin with a playbook of a project. ``settings`` are those of ansible-runner, such as ``job_timeout``."""
        self._jobs += 1
        folder = self._controller.folder / f"job-{self._jobs}"
        sent, worked = folder / "sent", folder / "worked"
        for path, text in {
            "env/envvars": json.dumps(self._envvars),
            "env/settings": json.dumps({"idle_timeout": 120, "job_timeout": LONGEST_RUN_SECONDS, **settings}),
            "env/extravars": json.dumps(variables or {}),
            "inventory/hosts": INVENTORY,
        }.items():
            (sent / path).parent.mkdir(parents=True, exist_ok=True)
            (sent / path).write_text(text, encoding="utf-8")
        shutil.copytree(project, sent / "project")
        sent.chmod(0o700)
        worked.mkdir()
        with (folder / "sent.stream").open("wb") as stream:
            subprocess.run(_command("transmit", str(sent), "-p", playbook, "-i", "1", f"--cmdline={' '.join(options)}"), env=self._environ, stdout=stream,
                           timeout=LONGEST_RUN_SECONDS, check=True)
        with (folder / "sent.stream").open("rb") as given, (folder / "worked.stream").open("wb") as stream:
            worker = subprocess.Popen(_command("worker", "--private-data-dir", str(worked)), env=self._environ, stdin=given, stdout=stream)
        return RunningJob(worker, folder, self._environ)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ansible_runner", *arguments]
