# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs programs and plays side by side, and measures what each of them takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")

NODES = 10_000
LATENCY_MS = 20

_QUIET = {"ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false", "ANSIBLE_NOCOLOR": "true"}


class BenchError(Exception):
    """A program that is measured did not do what it is measured for; the text says which and how."""


@dataclass(frozen=True)
class Bench:
    """What every part of the benchmark is given.

    The emulator answers each request after `LATENCY_MS`; its address and credentials are in the environment, as for any playbook.

    :param runs: how often each thing is measured.
    :param folder: an empty folder for what a part has to write.
    :param url: the emulator's address, without a path. It has `NODES` nodes and no function at first.
    :param fakes: the address of what the peers talk to (fakes.py), with as many servers and the same 20 ms.
    :param peers: the virtual environment with the peers (amazon.aws, community.general, hetzner.hcloud and what they need),
        with the same ansible-core; its Python is ``peers / "bin" / "python"``.
    """

    runs: int
    folder: Path
    url: str
    fakes: str
    peers: Path


@dataclass(frozen=True)
class Usage:
    """What a program took: seconds by the clock, and the most memory in MB of it or any program it waited for."""

    seconds: float
    peak_mb: float
    output: str


def interleaved(cases: Mapping[str, Callable[[], _T]], runs: int) -> dict[str, list[_T]]:
    """What each case returns in each run. The cases take turns, A B C A B C, so that all of them meet the same load of the machine."""
    found: dict[str, list[_T]] = {name: [] for name in cases}
    for _run in range(runs):
        for name, case in cases.items():
            found[name].append(case())
    return found


def command(arguments: Sequence[str], *, venv: Path | None = None, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Usage:
    """Run a program to its end and measure it.

    A process that is started counts the memory of its parent as its own at first, so the one that calls this has to stay small.

    :param venv: the virtual environment that the program is taken from; without it, the one that runs this.
    :param env: variables that are added to the environment.
    :raises BenchError: it failed.
    """
    venv = venv or Path(sys.prefix)
    environment = {**os.environ, "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(venv), **(env or {})}
    began = time.monotonic()
    with subprocess.Popen(
        list(arguments), env=environment, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:
        output = process.stdout.read() if process.stdout else ""
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchError(f"{' '.join(arguments)} failed with exit code {process.returncode}:\n{output[-1500:]}")
    return Usage(seconds, usage.ru_maxrss * 1024 / 1e6, output)


def play(folder: Path, tasks: Sequence[Mapping[str, Any]], *, venv: Path | None = None, env: Mapping[str, str] | None = None) -> Usage:
    """Run the tasks as a play on localhost; see `command`. Every task is expected to change nothing, or to be the first of its kind."""
    venv = venv or Path(sys.prefix)
    playbook = folder / "play.yml"
    hosts = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": {"ansible_python_interpreter": str(venv / "bin" / "python")}}
    playbook.write_text(json.dumps([{**hosts, "tasks": list(tasks)}]), encoding="utf-8")
    return command(["ansible-playbook", str(playbook)], venv=venv, env={**_QUIET, **(env or {})}, cwd=folder)


def unchanged_play(folder: Path, tasks: Sequence[Mapping[str, Any]], *, venv: Path | None = None, env: Mapping[str, str] | None = None) -> Usage:
    """As `play`.

    :raises BenchError: something was changed, so that this is not what was to be measured.
    """
    used = play(folder, tasks, venv=venv, env=env)
    if tasks and "changed=0" not in used.output:
        raise BenchError(f"Something changed:\n{used.output[-1500:]}")
    return used
