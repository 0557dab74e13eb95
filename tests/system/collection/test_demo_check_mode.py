# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode through the whole demo sends no write; the emulator's request log is the witness.

The demo runs as a job of AWX, check mode as a check job. It begins with an empty account, so each task of its nodes needs what an earlier one
would have made.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from controller import ROOT, Controller
from jobs import Job, Runner

PLAYBOOKS = ROOT / "playbooks"
FUNCTIONS = PLAYBOOKS / "demo" / "functions"


@pytest.fixture
def runner(controller: Controller) -> Runner:
    return Runner(controller)


def play(runner: Runner, functions: Path, *options: str) -> Job:
    variables = {"demo_functions_dir": str(functions), "demo_with_node": shutil.which("node") is not None}
    return runner.start(PLAYBOOKS, "demo.yml", *options, variables=variables).end().succeeded()


def play_nodes(runner: Runner, *options: str, state: str = "present") -> Job:
    return runner.start(PLAYBOOKS, "demo_nodes.yml", *options, variables={"demo_nodes_state": state}).end().succeeded()


def test_check_mode_through_the_demo_sends_no_write(runner: Runner, emulator: Any, tmp_path: Path) -> None:
    functions = tmp_path / "functions"
    shutil.copytree(FUNCTIONS, functions)

    predicted = play(runner, functions, "--check", "--diff")
    assert predicted.changes
    assert emulator.writes() == 0 and emulator.requests()
    assert emulator.control("GET", "requests")["invocations"] == {}

    real = play(runner, functions)
    assert real.changes == predicted.changes
    assert emulator.writes() == len(list(FUNCTIONS.iterdir())) - (shutil.which("node") is None)

    # One of the two is sent as a text, the other one in an archive.
    for edited in (functions / "hello" / "handler.py", functions / "invoice" / "billing" / "rates.py"):
        edited.write_text(edited.read_text(encoding="utf-8") + f"\n# One more line in {edited.name}.\n", encoding="utf-8")
    emulator.clear_requests()
    predicted = play(runner, functions, "--check", "--diff")
    assert len(predicted.changes) == 2
    assert "+# One more line in handler.py." in predicted.output and "changed  billing/rates.py" in predicted.output
    assert emulator.writes() == 0 and emulator.requests()
    assert emulator.control("GET", "requests")["invocations"] == {}


def test_check_mode_on_an_empty_account_sends_no_write(runner: Runner, emulator: Any) -> None:
    predicted = play_nodes(runner, "--check", "--diff")
    assert emulator.writes() == 0 and emulator.requests()
    assert "there is no security group demo-web. There are: default." in " ".join(predicted.output.split())

    real = play_nodes(runner)
    assert real.changes == predicted.changes
    assert emulator.bill()["running"] == {"node": 2, "volume": 1, "vpc": 1}

    assert play_nodes(runner, "--check").changes == []
    predicted = play_nodes(runner, "--check", state="absent")
    assert emulator.bill()["running"] == {"node": 2, "volume": 1, "vpc": 1}
    assert play_nodes(runner, state="absent").changes == predicted.changes
    assert emulator.bill()["running"] == {"node": 0, "volume": 0, "vpc": 0}
