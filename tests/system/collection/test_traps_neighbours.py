# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traps 12 and 13 of the API: the numbers of a VPC, and security groups that are always replaced as a whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from account import call, make_nodes
from controller import Controller
from wire import IMAGE, NEW, PLAN, bad, good, keys, refusal, sent, written

SSH = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "22", "network": "10.1.0.0/24", "description": "office"}
HTTPS = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "443"}


# 12: network_id, and not vpc_id.


def other_number(emulator: Any, network_id: int) -> int:
    """The ``vpc_id`` of a network, which only the answers to writes hold."""
    node = call(emulator, "GET", "nodes/")[0]["id"]
    number: int = call(emulator, "POST", "vpc/node/attach/", action="attach", network_id=network_id, node_id=node)["vpc_id"]
    return number


def test_trap_12_the_number_of_a_vpc_is_its_network_id(controller: Controller, emulator: Any) -> None:
    made = good(controller.module("e2e_vpc", name="front", wait_timeout=30))["vpc"]

    assert made["id"] == call(emulator, "GET", "vpc/list/")[0]["network_id"]
    assert [one["status"] for one in emulator.requests() if one["method"] == "POST"] == [201]
    assert (made["state"], call(emulator, "GET", f"vpc/{made['id']}/")["state"]) == ("active", "Active")
    emulator.clear_requests()
    assert good(controller.module("e2e_vpc", vpc_id=made["id"]))["changed"] is False
    assert good(controller.module("e2e_vpc", network_id=made["id"], state="absent"))["changed"] is True
    assert written(emulator) == [f"DELETE vpc/{made['id']}/"]


def test_trap_12_the_vpc_id_of_an_answer_leads_nowhere(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "other")
    network = good(controller.module("e2e_vpc", name="front"))["vpc"]["id"]
    wrong = other_number(emulator, network)
    emulator.clear_requests()
    assert wrong != network
    assert refusal(emulator, "GET", f"vpc/{wrong}/") == 404
    assert refusal(emulator, "POST", "nodes/", name="app", plan=PLAN, image=IMAGE, vpc_id=wrong) == 404

    assert str(wrong) in bad(controller.module("e2e_vpc", vpc_id=wrong), "invalid_input")
    emulator.clear_requests()
    assert "front" in bad(controller.module("e2e_node", **NEW, vpcs=[str(wrong)]), "invalid_input")
    assert written(emulator) == []


@pytest.mark.parametrize("by", ["name", "id"])
def test_trap_12_a_node_is_made_in_a_network_by_its_network_id(controller: Controller, emulator: Any, by: str) -> None:
    vpc = good(controller.module("e2e_vpc", name="front"))["vpc"]
    emulator.clear_requests()

    made = good(controller.module("e2e_node", **NEW, vpcs=[str(vpc[by])], wait_timeout=30))["node"]

    assert written(emulator) == ["POST nodes/"]
    assert [one["network_id"] for one in call(emulator, "GET", f"nodes/{made['id']}/networkdetail/")["vpc"]] == [vpc["id"]]
    assert "vpc_id" in (keys(emulator, "POST nodes/")[0] or [])


def test_trap_12_a_network_is_used_when_it_is_active(controller: Controller, emulator: Any) -> None:
    emulator.fault({"method": "POST", "path": "vpc/", "action": "stuck_status"})
    result = controller.module("e2e_vpc", name="front", wait_timeout=1)
    assert (result["failed"], result["error"]["code"]) == (True, "wait_timeout")
    network = call(emulator, "GET", "vpc/list/")[0]["network_id"]
    assert refusal(emulator, "POST", "nodes/", name="app", plan=PLAN, image=IMAGE, vpc_id=network) == 412
    emulator.clear_requests()

    assert "The VPC front is still being made" in bad(controller.module("e2e_node", **NEW, vpcs=["front"], wait_timeout=1), "wait_timeout")
    assert written(emulator) == []

    emulator.clear_faults()
    assert good(controller.module("e2e_vpc", name="front"))["vpc"]["state"] == "active"
    assert good(controller.module("e2e_node", **NEW, vpcs=["front"]))["node"]["vpcs"] == ["front"]


def test_trap_12_a_rule_for_a_network_names_it_by_its_network_id(controller: Controller, emulator: Any) -> None:
    network = good(controller.module("e2e_vpc", name="front"))["vpc"]["id"]

    good(controller.module("e2e_security_group", name="web", rules=[{"rule_type": "Inbound", "network": f"vpc_{network}"}]))

    assert group_of(emulator)["rules"][0]["vpc_id"] == network


# 13: groups without a number, rules all at once, and the last group of a node.


def group_of(emulator: Any, name: str = "web") -> dict[str, Any]:
    """The group as the API tells it."""
    found: dict[str, Any] = next(group for group in call(emulator, "GET", "security_group/") if group["name"] == name)
    return found


def rules_of(group: dict[str, Any]) -> set[str]:
    """Its rules without what each write makes new."""
    return {json.dumps({**rule, "id": 0, "created_at": "", "updated_at": ""}, sort_keys=True) for rule in group["rules"]}


@pytest.mark.parametrize("reply", ["id", "no-id"])
def test_trap_13_a_new_group_is_known_without_its_number(controller_of: Callable[[Any], Controller], emulator_factory: Any, reply: str) -> None:
    emulator = emulator_factory(build_seconds=0.1, group_create_reply=reply)
    controller = controller_of(emulator)

    made = good(controller.module("e2e_security_group", name="web", rules=[SSH]))["security_group"]

    assert made["id"] == group_of(emulator)["id"]
    assert written(emulator) == ["POST security_group/"]
    assert good(controller.module("e2e_security_group", name="web", default=True))["changed"]
    assert written(emulator)[1:] == [f"POST security_group/{made['id']}/mark-default/"]


def test_trap_13_groups_of_one_name_are_never_guessed(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0.1, names="free", group_create_reply="no-id")
    for _number in range(2):
        call(emulator, "POST", "security_group/", name="web", description="", rules=[])
    emulator.clear_requests()

    bad(controller_of(emulator).module("e2e_security_group", name="web", rules=[SSH]), "ambiguous")

    assert written(emulator) == []


CHANGES: dict[str, dict[str, Any]] = {"description": {"description": "new"}, "name": {"name": "db"}, "default": {"default": True}}


@pytest.mark.parametrize("options", CHANGES.values(), ids=CHANGES)
def test_trap_13_a_change_of_something_else_keeps_the_rules(controller: Controller, emulator: Any, options: dict[str, Any]) -> None:
    number = good(controller.module("e2e_security_group", name="web", description="Web", rules=[SSH, HTTPS]))["security_group"]["id"]
    before = group_of(emulator)
    assert refusal(emulator, "PUT", f"security_group/{number}/", name="web", description="Web") == 400
    emulator.clear_requests()

    assert good(controller.module("e2e_security_group", security_group_id=number, **options))["changed"]

    after = group_of(emulator, options.get("name", "web"))
    assert rules_of(after) == rules_of(before)
    assert after["description"] == options.get("description", "Web")


def test_trap_13_the_rules_are_replaced_as_a_whole(controller: Controller, emulator: Any) -> None:
    number = good(controller.module("e2e_security_group", name="web", description="Web", rules=[SSH]))["security_group"]["id"]
    put = f"PUT security_group/{number}/"
    emulator.clear_requests()

    good(controller.module("e2e_security_group", name="web", rules=[HTTPS, SSH]))
    assert {rule["port_range"] for rule in group_of(emulator)["rules"]} == {"22", "443"}
    good(controller.module("e2e_security_group", name="web", rules=[HTTPS]))
    assert {rule["port_range"] for rule in group_of(emulator)["rules"]} == {"443"}
    good(controller.module("e2e_security_group", name="web", rules=[]))

    assert group_of(emulator)["rules"] == []
    assert keys(emulator, put) == [["description", "name", "rules"]] * 3
    assert group_of(emulator)["description"] == "Web"


def test_trap_13_a_node_keeps_a_group_all_the_time(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    node = call(emulator, "GET", f"nodes/{call(emulator, 'GET', 'nodes/')[0]['id']}/")
    good(controller.module("e2e_security_group", name="web", rules=[]))
    default = group_of(emulator, "default")["id"]
    assert refusal(emulator, "POST", f"security_group/{node['vm_id']}/detach/", security_group_ids=[default]) == 412
    emulator.clear_requests()

    assert controller.module("e2e_node", name="app", security_groups=[])["error"]["code"] == "invalid_input"
    assert written(emulator) == []

    good(controller.module("e2e_node", name="app", security_groups=["web"]))
    assert written(emulator) == [f"POST security_group/{node['vm_id']}/{verb}/" for verb in ("attach", "detach")]
    assert {one["status"] for one in emulator.requests() if one["method"] == "POST"} == {200}


def test_trap_13_a_group_that_a_node_has_is_not_deleted(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    good(controller.module("e2e_security_group", name="web", rules=[]))
    good(controller.module("e2e_node", name="app", security_groups=["web"]))
    number = group_of(emulator)["id"]
    emulator.clear_requests()

    assert "attached" in bad(controller.module("e2e_security_group", name="web", state="absent", wait_timeout=30), "refused")
    assert sent(emulator, "DELETE") == [f"DELETE security_group/{number}/"]
    assert good(controller.module("e2e_security_group_info", node="app"))["security_groups"][0]["id"] == number
