# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes and their images: check mode tells what the run does, a second run does nothing, nothing is billed twice or half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from account import IMAGE, PLAN, call, make_nodes
from controller import Controller
from convergence import Kind, both, unchanged

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtpK8iCjxLmbm2Y0yKu8XpT5w9CkmNX0zYl0v2c7Cqm deploy@example.com"

# What only the platform can tell about a new node, or one with another plan.
ASSIGNED = {
    "id",
    "vm_id",
    "created_at",
    "public_ip_address",
    "private_ip_address",
    "disk",
    "memory",
    "vcpus",
    "price",
    "os",
    "is_active",
    "is_bitninja_active",
    "is_encrypted",
    "is_monitored",
    "is_vpc_attached",
    "recovery_mode",
    "security_group_count",
}
NODE = Kind("e2e_node", {"name": "app", "plan": "C3.8GB", "image": "Ubuntu 24.04", "label": "app"}, [], ASSIGNED, "nodes/", "node")
SAVED = {"id", "template_id", "created_at", "size", "is_windows", "state", "os"}
SAVED_IMAGE = Kind("e2e_image", {"name": "gold", "node": "app"}, [], SAVED, "actions/", "image")


def test_the_older_answer_to_a_create(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0.1, node_create_shape="object")

    both(controller_of(emulator), emulator, NODE, NODE.create)


def test_a_node_is_made_changed_and_removed(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "other")
    assert controller.module("e2e_volume", name="data", size=250)["changed"]
    assert controller.module("e2e_vpc", name="backend", ipv4="10.10.0.0/23")["changed"]
    assert controller.module("e2e_security_group", name="web", rules=[{"rule_type": "Outbound"}])["changed"]

    made = both(controller, emulator, NODE, NODE.create)["node"]
    assert made["status"] == "running" and made["id"] != made["vm_id"]
    for change in (
        {"label": "web"},
        {"ssh_keys": [KEY]},
        {"security_groups": ["web"]},
        {"vpcs": ["backend"]},
        {"volumes": ["data"]},
        {"volumes": [], "allow_detach": True},
        {"vpcs": []},
        {"plan": "C3.16GB", "allow_downtime": True},
        {"state": "stopped"},
        {"state": "started", "locked": True},
        {"locked": False},
    ):
        both(controller, emulator, NODE, {"name": "app", **change})
    both(controller, emulator, NODE, {"node_id": made["id"], "name": "renamed"})
    both(controller, emulator, NODE, {"name": "renamed", "state": "absent"})
    assert emulator.bill()["running"]["node"] == 1


LOST = {
    "504": {"action": "status", "status": 504},
    "page of a rate limit": {"action": "html", "status": 429},
    "cut": {"action": "cut"},
    "reset": {"action": "reset"},
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_create_whose_answer_is_lost_is_billed_once(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    emulator.fault({"method": "POST", "path": "nodes/", **fault, "when": "after"})

    result = controller.module("e2e_node", **NODE.create)

    assert not result.get("failed"), result
    assert emulator.bill()["created"]["node"] == 1
    unchanged(controller, emulator, NODE, NODE.create)


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
    result = controller.module("e2e_node", **{**NODE.create, **options})

    assert result["failed"] and not result["changed"]
    assert word in result["msg"] and "\n" not in result["msg"]
    assert emulator.writes() == 0 and emulator.bill()["items"] == []


def test_without_credit_nothing_is_made(controller: Controller, emulator: Any) -> None:
    emulator.account(credit=False)

    result = controller.module("e2e_node", **NODE.create)

    assert (result["failed"], result["error"]["code"]) == (True, "refused")
    assert emulator.bill()["items"] == []


def test_two_nodes_of_one_name_are_never_guessed(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0.1, names="free")
    controller = controller_of(emulator)
    made = [call(emulator, "POST", "nodes/", name="app", plan=PLAN, image=IMAGE)["node_create_response"][0]["id"] for _number in range(2)]

    result = controller.module("e2e_node", name="app", state="absent")

    assert (result["error"]["code"], result["changed"]) == ("ambiguous", False)
    assert all(str(identifier) in result["msg"] for identifier in made)


def test_what_would_destroy_something_needs_consent(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    before = emulator.writes()

    for options in ({"image": "Debian 12", "plan": "C3.8GB"}, {"plan": "C3.16GB"}, {"state": "reinstalled"}, {"security_groups": []}):
        result = controller.module("e2e_node", name="app", **options)
        assert result["failed"] and not result["changed"], (options, result)
    assert emulator.writes() == before


def test_an_image_is_saved_renamed_and_removed(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")

    made = both(controller, emulator, SAVED_IMAGE, SAVED_IMAGE.create)["image"]
    assert [image["name"] for image in controller.module("e2e_image_info")["images"]] == ["gold"]
    both(controller, emulator, SAVED_IMAGE, {"image_id": made["id"], "name": "golden"})
    both(controller, emulator, SAVED_IMAGE, {"name": "golden", "state": "absent"})


def test_the_catalog_lists_plans_with_prices(controller: Controller) -> None:
    found = controller.module("e2e_plan_info", images=["Ubuntu 24.04"])

    assert not found.get("failed"), found
    assert any("C3.8GB" in str(plan) for plan in found["plans"])


def test_many_nodes_are_read_with_few_requests(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0.1, nodes=250)
    controller = controller_of(emulator)

    assert len(controller.module("e2e_node_info")["nodes"]) == 250
    assert len(emulator.requests()) == 3
