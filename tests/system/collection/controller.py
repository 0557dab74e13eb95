# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine of a user: playbooks and modules run in processes of their own, with nothing of this process in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
MODULES = "ansible_collections.e2enetworks.cloud.plugins.modules"
FOREIGN = ("E2E_", "SERVICE_", "OPENFAAS_", "ANSIBLE_", "PYTEST_", "COVERAGE_")

# Longer than any run needs: a process that hangs must not hang the tests.
LONGEST_RUN_SECONDS = 300

INVENTORY = 'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n'
PLAY = {"hosts": "localhost", "connection": "local", "gather_facts": False}


def _warning_text(warning: Any) -> str:
    """ansible-core up to 2.18 sends a text, later releases an event."""
    return str(warning["event"]["msg"]) if isinstance(warning, dict) else str(warning)


@dataclass(frozen=True)
class Task:
    """What a callback plugin saw of one task; ``status`` is ok, ignored, failed, skipped or unreachable."""

    name: str
    action: str
    status: str
    result: dict[str, Any]

    @property
    def changed(self) -> bool:
        return bool(self.result.get("changed"))


@dataclass(frozen=True)
class Play:
    """A finished run of ``ansible-playbook``."""

    code: int
    output: str = field(repr=False)
    tasks: list[Task] = field(repr=False)

    def task(self, name: str) -> Task:
        """The last result of the task of this name; roles put theirs in front of it."""
        found = [task for task in self.tasks if task.name == name or task.name.endswith(f" : {name}")]
        assert found, f"no task {name!r} among {[task.name for task in self.tasks]}\n{self.output}"
        return found[-1]

    @property
    def changes(self) -> list[str]:
        """The names of the tasks that reported a change."""
        return [task.name for task in self.tasks if task.changed and not task.status.startswith("item")]

    def succeeded(self) -> Play:
        """This run, after checking that it ended well."""
        assert self.code == 0, self.output
        return self

    def failed(self) -> Play:
        """This run, after checking that a task failed and nothing crashed."""
        assert self.code == 2, f"exit code {self.code}\n{self.output}"
        assert "Traceback" not in self.output, self.output
        return self


class Controller:
    """Runs Ansible with a home, a working directory and an environment of its own.

    ``environ`` is what its processes get; tests may change it.
    """

    def __init__(self, collections: Path, folder: Path, account: Mapping[str, str]) -> None:
        self.folder = folder
        self.collections = collections
        home = folder / "home"
        home.mkdir()
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        self.environ |= {
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(collections),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_REMOTE_TMP": str(home / ".ansible" / "tmp"),
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_INVENTORY": str(self.file("hosts.ini", INVENTORY)),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_RETRY_FILES_ENABLED": "false",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            **account,
        }

    def file(self, path: str, content: str | bytes) -> Path:
        """Write a file below the working directory."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def tasks(self, tasks: list[dict[str, Any]], *options: str, **play: Any) -> Play:
        """Run tasks as a play on localhost; ``play`` holds more keywords of it."""
        return self.playbook(self.file("playbook.yml", json.dumps([{**PLAY, **play, "tasks": tasks}])), *options)

    def playbook(self, path: Path, *options: str) -> Play:
        """Run a playbook file."""
        log = self.folder / "tasks.jsonl"
        log.unlink(missing_ok=True)
        done = self._run(["-m", "ansible", "playbook", str(path), *options], {"E2E_TEST_TASK_LOG": str(log)})
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        tasks = [Task(entry["task"], entry["action"], entry["status"], entry["result"]) for entry in map(json.loads, lines)]
        return Play(done.returncode, done.stdout + done.stderr, tasks)

    def module(self, module: str, /, *, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Run one module without ``ansible-playbook`` around it, which takes a third of the time, and give its result."""
        arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check_mode, "_ansible_diff": True}}
        done = self._run(["-m", f"{MODULES}.{module}"], {}, json.dumps(arguments))
        assert not done.stderr, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        result["warnings"] = [_warning_text(warning) for warning in result.get("warnings", [])]
        return result

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a Python program of Ansible."""
        return self._run(list(command), {})

    def function(self, **options: Any) -> dict[str, Any]:
        """Run ``e2e_faas_function``."""
        return self.module("e2e_faas_function", **options)

    def _run(self, command: list[str], environ: Mapping[str, str], text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env={**self.environ, **environ},
            input=text,
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN_SECONDS,
            check=False,
        )
