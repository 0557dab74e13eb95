# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong inputs over all modules, plugins, filters and the role: each gets one line that names the option, and nothing is sent."""

from __future__ import annotations

from typing import Any

import yaml
from controller import Controller
from proof import Proof
from wrong_inputs import INVENTORIES, documentation, filter_tasks, play, problem, role_tasks, wrong_inputs

FEWEST_CASES = 300


def test_wrong_inputs(controller: Controller, emulator: Any, proof: Proof) -> None:
    documented = documentation(controller)
    inputs = wrong_inputs(documented)
    found = [said for wrong in inputs if (said := problem(wrong))]

    filters = filter_tasks()
    seen = play(controller, filters)
    for task in filters:
        message = str(seen.task(task["name"]).result.get("msg", ""))
        if "defect" in message or "object has no attribute" in message or task["name"].partition(" ")[2] not in message:
            found.append(f"filter {task['ansible.builtin.debug']['msg']} of {task['vars']['given']!a}: {message[:300]}")

    roles = role_tasks(documented)
    seen = play(controller, roles)
    for block in roles:
        (name,) = block["block"][0]["vars"]
        told = [task for task in seen.tasks if task.name.endswith(f"refused {name}")]
        if not told or name not in str(told[0].result.get("msg")):
            found.append(f"role: {name}: {told}")

    for option, value in INVENTORIES:
        path = controller.file("wrong.e2e.yml", yaml.safe_dump({"plugin": "e2enetworks.cloud.e2e", "cache": False, option: value}))
        done = controller.run("-m", "ansible", "inventory", "-i", str(path), "--list")
        # The project of a list is checked as one that stands alone is.
        named = "project_id" if value == ["mine"] else option
        if named not in done.stderr or "defect" in done.stderr or "Traceback" in done.stderr:
            found.append(f"inventory: {option}: {value}: {done.stderr[:400]}")

    number = len(inputs) + len(filters) + len(roles) + len(INVENTORIES)
    asked = len(emulator.requests())
    where = f"{len(documented['module'])} modules, {len(documented['filter'])} filters, the role and the inventory"
    proof.closes_with(f"{number:,} wrong inputs over {where}, {len(found)} answered badly, {asked} requests")
    assert not found, f"{len(found)}\n" + "\n".join(found)
    assert asked == 0 and number >= FEWEST_CASES
