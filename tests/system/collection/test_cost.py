# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A play ends with what it adds to the bill, and its check said the same."""

from __future__ import annotations

import re
from typing import Any

from account import IMAGE, PLAN
from controller import Controller


def test_a_play_tells_its_price_before_and_after(controller: Controller, emulator: Any) -> None:
    controller.environ["ANSIBLE_CALLBACKS_ENABLED"] = "e2enetworks.cloud.cost"
    tasks = [
        {"name": "node", "e2enetworks.cloud.e2e_node": {"name": "web", "plan": PLAN, "image": IMAGE}},
        {"name": "volumes", "e2enetworks.cloud.e2e_volume": {"name": "{{ item }}", "size": 250}, "loop": ["a", "b"]},
        {"name": "address", "e2enetworks.cloud.e2e_reserved_ip": {"reuse": True}},
    ]

    predicted = controller.tasks(tasks, "--check").succeeded().output
    play = controller.tasks(tasks).succeeded()
    again = controller.tasks(tasks).succeeded().output

    after = [task.result["cost"]["after"]["per_month"] for task in play.tasks if task.name == "node"]
    said = re.search(r"^The bill would change by INR \+([0-9,.]+) a month \(INR \+[0-9.]+ an hour\), for 3 resources\.$", predicted, re.MULTILINE)
    assert said and float(said[1].replace(",", "")) == after[0] + 2 * 250 * 5.0, predicted
    assert said[0].replace("would change", "changed") in play.output
    assert re.search(r"^Not in it, because the API has no price: create free reserved IP\.$", predicted, re.MULTILINE), predicted
    assert "COST" not in again and "The bill" not in again
    assert emulator.bill()["running"]["volume"] == 2


def lines(output: str) -> list[str]:
    return re.findall(r"^(?:The bill|Not in it).*$", output, re.MULTILINE)


def test_each_task_is_told_by_its_own_check_mode_and_what_is_hidden_is_named(controller: Controller) -> None:
    controller.environ["ANSIBLE_CALLBACKS_ENABLED"] = "e2enetworks.cloud.cost"

    def volume(called: str, **keywords: Any) -> dict[str, Any]:
        return {"name": f"volume {called}", "e2enetworks.cloud.e2e_volume": {"name": called, "size": 250}} | keywords

    looked = controller.tasks([volume("a", check_mode=True), volume("a")]).succeeded().output
    assert lines(looked) == [
        "The bill changed by INR +1,250.00 a month (INR +1.7123 an hour), for 1 resource.",
        "The bill would change by INR +1,250.00 a month (INR +1.7123 an hour), for 1 resource.",
    ]
    mixed = volume("{{ item }}", loop=["b", "c", "d"], check_mode="{{ item != 'b' }}")
    looped = controller.tasks([mixed], "--check").succeeded().output
    assert lines(looped) == [
        "The bill changed by INR +1,250.00 a month (INR +1.7123 an hour), for 1 resource.",
        "The bill would change by INR +2,500.00 a month (INR +3.4246 an hour), for 2 resources.",
    ]
    hidden = [volume("e", no_log=True), volume("f"), volume("e", no_log=True), volume("{{ item }}", loop=["g", "h"], no_log=True, name="volumes")]
    label = {"name": "group", "e2enetworks.cloud.e2e_security_group": {"name": "web", "rules": []}, "no_log": True}
    assert lines(controller.tasks([*hidden, label]).succeeded().output) == [
        "The bill changed by INR +1,250.00 a month (INR +1.7123 an hour), for 1 resource.",
        "Not in it, because no_log hides the cost: volume e; volumes (2 times).",
    ]
