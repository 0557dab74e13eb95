# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Direct execution against a process for each task: what tasks say, warn of and send is the same."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from builders import Builders
from controller import ROOT, Controller, Play
from direct_story import BAD, GOOD, files, tasks, timeless

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("e2e_*.py"))


def requests_of(emulator: Any) -> list[Any]:
    return [timeless({name: value for name, value in one.items() if name not in ("time", "at", "seconds")}) for one in emulator.requests()]


@pytest.mark.parametrize("story", [GOOD, BAD], ids=["good", "bad"])
def test_the_story_has_every_module(story: Any) -> None:
    assert sorted({module for module, _options in story}) == MODULES


def test_every_module_has_its_action() -> None:
    assert sorted(path.stem for path in (ROOT / "plugins" / "action").glob("*.py")) == MODULES


def test_every_module_says_and_sends_the_same_both_ways(controller_of: Any, emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0, gateway_release="mit")
    controller: Controller = controller_of(emulator)
    Builders(controller)
    for path, content in files().items():
        controller.file(path, content)
    # Half of what a process costs, and the same to the module.
    controller.environ["ANSIBLE_PIPELINING"] = "true"
    plays: dict[str, Play] = {}
    sent: dict[str, list[Any]] = {}
    for direct in ("true", "false"):
        emulator.reset()
        controller.file("function.zip", "").unlink()
        controller.environ["E2E_DIRECT"] = direct
        plays[direct] = controller.tasks(tasks(), "-vvv", "--diff").succeeded()
        sent[direct] = requests_of(emulator)

    for here, there in zip(plays["true"].tasks, plays["false"].tasks, strict=True):
        assert timeless(dataclasses.asdict(here)) == timeless(dataclasses.asdict(there))
    assert [task.status for task in plays["true"].tasks] == ["ok"] * len(GOOD) + ["ignored"] * len(BAD)
    assert sent["true"] == sent["false"]
    assert plays["true"].output.count(": runs directly") == len(GOOD) + len(BAD)
    assert plays["false"].output.count("direct execution is switched off") == len(GOOD) + len(BAD)
