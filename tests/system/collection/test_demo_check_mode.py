# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode through the whole demo sends no write; the emulator's request log is the witness.

The demo begins with an empty account, so each task of its nodes needs what an earlier one would have made.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from controller import ROOT, Controller, Play

PLAYBOOK = ROOT / "playbooks" / "demo.yml"
NODES_PLAYBOOK = ROOT / "playbooks" / "demo_nodes.yml"
FUNCTIONS = ROOT / "playbooks" / "demo" / "functions"


def play(controller: Controller, functions: Path, *options: str) -> Play:
    variables = {"demo_functions_dir": str(functions), "demo_with_node": shutil.which("node") is not None}
    return controller.playbook(PLAYBOOK, "-e", json.dumps(variables), *options).succeeded()


def test_check_mode_through_the_demo_sends_no_write(controller: Controller, emulator: Any) -> None:
    functions = controller.folder / "functions"
    shutil.copytree(FUNCTIONS, functions)

    predicted = play(controller, functions, "--check", "--diff")
    assert predicted.changes
    assert emulator.writes() == 0 and emulator.requests()
    assert emulator.control("GET", "requests")["invocations"] == {}

    real = play(controller, functions)
    assert real.changes == predicted.changes
    assert emulator.writes() == len(list(FUNCTIONS.iterdir())) - (shutil.which("node") is None)

    # One of the two is sent as a text, the other one in an archive.
    for edited in (functions / "hello" / "handler.py", functions / "invoice" / "billing" / "rates.py"):
        edited.write_text(edited.read_text(encoding="utf-8") + f"\n# One more line in {edited.name}.\n", encoding="utf-8")
    emulator.clear_requests()
    predicted = play(controller, functions, "--check", "--diff")
    assert len(predicted.changes) == 2
    assert "+# One more line in handler.py." in predicted.output and "changed  billing/rates.py" in predicted.output
    assert emulator.writes() == 0 and emulator.requests()
    assert emulator.control("GET", "requests")["invocations"] == {}


def test_check_mode_on_an_empty_account_sends_no_write(controller: Controller, emulator: Any) -> None:
    predicted = controller.playbook(NODES_PLAYBOOK, "--check", "--diff").succeeded()
    assert emulator.writes() == 0 and emulator.requests()
    assert "there is no security group demo-web. There are: default." in " ".join(predicted.output.split())

    real = controller.playbook(NODES_PLAYBOOK).succeeded()
    assert real.changes == predicted.changes
    assert emulator.bill()["running"] == {"node": 2, "volume": 1, "vpc": 1}

    assert controller.playbook(NODES_PLAYBOOK, "--check").succeeded().changes == []
    removal = ("-e", "demo_nodes_state=absent")
    predicted = controller.playbook(NODES_PLAYBOOK, *removal, "--check").succeeded()
    assert emulator.bill()["running"] == {"node": 2, "volume": 1, "vpc": 1}
    assert controller.playbook(NODES_PLAYBOOK, *removal).succeeded().changes == predicted.changes
    assert emulator.bill()["running"] == {"node": 0, "volume": 0, "vpc": 0}
