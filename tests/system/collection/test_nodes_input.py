# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes and bad input: one line, and nothing is made or half done. Long lists cost few requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from account import make_nodes
from controller import Controller
from wire import NEW

REFUSED = {
    "an unknown plan": ({"plan": "C9.1TB"}, "C3.8GB"),
    "an unknown image": ({"image": "Windows 3.11"}, "Ubuntu"),
    "a plan out of stock": ({"plan": "C3.64GB"}, "C3.8GB"),
    "an unknown key": ({"ssh_keys": ["nobody"]}, "nobody"),
    "an unknown group": ({"security_groups": ["nowhere"]}, "default"),
    "an unknown VPC": ({"vpcs": ["nowhere"]}, "nowhere"),
    "an unknown volume": ({"volumes": ["nowhere"]}, "nowhere"),
    "a disk off the grid": ({"disk": 80}, "disk"),
}


@pytest.mark.parametrize(("options", "word"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_one_line_and_nothing_is_made(controller: Controller, emulator: Any, options: dict[str, Any], word: str) -> None:
    result = controller.module("e2e_node", **{**NEW, **options})

    assert result["failed"] and not result["changed"]
    assert word in result["msg"] and "\n" not in result["msg"]
    assert emulator.writes() == 0 and emulator.bill()["items"] == []


def test_without_credit_nothing_is_made(controller: Controller, emulator: Any) -> None:
    emulator.account(credit=False)

    result = controller.module("e2e_node", **NEW)

    assert (result["failed"], result["error"]["code"]) == (True, "refused")
    assert emulator.bill()["items"] == []


def test_what_would_destroy_something_needs_consent(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    before = emulator.writes()

    for options in ({"image": "Debian 12", "plan": "C3.8GB"}, {"plan": "C3.16GB"}, {"state": "reinstalled"}, {"security_groups": []}):
        result = controller.module("e2e_node", name="app", **options)
        assert result["failed"] and not result["changed"], (options, result)
    assert emulator.writes() == before


def test_the_catalog_lists_plans_with_prices(controller: Controller) -> None:
    found = controller.module("e2e_plan_info", images=["Ubuntu 24.04"])

    assert not found.get("failed"), found
    assert any("C3.8GB" in str(plan) for plan in found["plans"])


def test_many_nodes_are_read_with_few_requests(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0.1, nodes=250)
    controller = controller_of(emulator)

    assert len(controller.module("e2e_node_info")["nodes"]) == 250
    assert len(emulator.requests()) == 3
