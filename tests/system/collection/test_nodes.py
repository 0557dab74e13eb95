# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes and images: check mode tells what the run does, a second run does nothing, and nothing is billed twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from account import call, make_nodes
from controller import Controller
from convergence import predicted_and_real, unchanged
from in_process import InProcess
from waiting import until
from wire import KEY, NEW, OTHER_KEY

SSH = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "22"}


def both(controller: Controller, emulator: Any, module: str = "e2e_node", key: str = "node", again: bool = True, **options: Any) -> dict[str, Any]:
    """Predict, run, run again: the result of the run, held against what check mode said, but for what only the server can assign."""
    predicted, real = predicted_and_real(controller, emulator, module, key, options)
    told = {name: value for name, value in predicted[key].items() if value is not None}
    assert told == {name: real[key][name] for name in told}
    if again:
        unchanged(controller, emulator, module, options)
    return real


def surround(controller: Controller) -> None:
    """A key, two groups, two networks and two volumes."""
    for module, options in (
        ("e2e_ssh_key", {"label": "deploy", "ssh_key": KEY}),
        ("e2e_security_group", {"name": "web", "rules": [SSH]}),
        ("e2e_security_group", {"name": "db", "rules": [SSH]}),
        ("e2e_vpc", {"name": "front"}),
        ("e2e_vpc", {"name": "back"}),
        ("e2e_volume", {"name": "data", "size": 250}),
        ("e2e_volume", {"name": "logs", "size": 250}),
    ):
        assert controller.module(module, **options)["changed"]


@pytest.mark.parametrize("shape", ["list", "object"])
def test_a_life(controller_of: Callable[[Any], Controller], emulator_factory: Any, shape: str) -> None:
    emulator = emulator_factory(build_seconds=0.1, node_create_shape=shape)
    controller = controller_of(emulator)
    made = both(controller, emulator, **NEW, label="front")["node"]
    assert made["vm_id"] != made["id"]
    both(controller, emulator, name="app", plan="C3.16GB", allow_downtime=True)
    both(controller, emulator, name="app", state="stopped")
    both(controller, emulator, name="app", state="started", locked=True)
    both(controller, emulator, name="app", locked=False, label="back")
    both(controller, emulator, again=False, name="app", state="restarted")
    both(controller, emulator, again=False, name="app", state="reinstalled", allow_replace=True)
    both(controller, emulator, node_id=made["id"], name="renamed")
    replaced = both(controller, emulator, name="renamed", image="Debian 12", allow_replace=True)["node"]
    assert (replaced["label"], replaced["plan"], replaced["os"]["name"]) == ("back", "C3.16GB", "Debian")
    both(controller, emulator, name="renamed", state="absent", keep_ip=True)
    bill = emulator.bill()
    assert (bill["created"]["node"], bill["running"]["node"], bill["running"]["reserved_ip"]) == (2, 0, 1)


def test_what_surrounds_it(controller: Controller, emulator: Any) -> None:
    surround(controller)
    links = {"ssh_keys": ["deploy"], "security_groups": ["web", "db"], "vpcs": ["front", "back"], "volumes": ["data", "logs"]}
    made = both(controller, emulator, **NEW, **links, state="stopped")["node"]
    assert (made["security_groups"], made["vpcs"], made["volumes"]) == (["db", "web"], ["back", "front"], ["data", "logs"])
    fewer = {"security_groups": ["db"], "vpcs": ["back"], "volumes": ["logs"], "ssh_keys": [OTHER_KEY], "allow_detach": True}
    both(controller, emulator, name="app", state="started", **fewer)
    both(controller, emulator, name="other", plan="E1.6GB", image="Debian 12", disk=100, volumes=["logs"], allow_detach=True)
    both(controller, emulator, name="other", disk=150)
    address = controller.module("e2e_reserved_ip", node="app")["reserved_ip"]["ip_address"]
    both(controller, emulator, name="other", reserved_ip=address, allow_detach=True)
    both(controller, emulator, name="other", reserved_ip="", allow_detach=True)
    # Volumes are kept and free when the node goes.
    both(controller, emulator, name="other", state="absent")
    assert {volume["status"] for volume in controller.module("e2e_volume_info")["volumes"]} == {"available"}


def test_a_new_node_gets_all_its_links_though_the_api_does_not_tell_them(controller: Controller, emulator: Any) -> None:
    surround(controller)
    for path in ("security_group/*/attach/", "nodes/*/networkdetail/"):
        emulator.fault({"method": "GET", "path": path, "action": "status", "status": 404, "times": -1})

    made = both(controller, emulator, **NEW, again=False, security_groups=["web", "db"], vpcs=["front", "back"])["node"]

    emulator.clear_faults()
    groups = call(emulator, "GET", f"security_group/{made['vm_id']}/attach/")
    assert {group["name"] for group in groups} == {"web", "db"}
    networks = until(lambda: call(emulator, "GET", f"nodes/{made['id']}/networkdetail/")["vpc"], lambda found: len(found) == 2)
    assert {network["vpc_name"] for network in networks} == {"front", "back"}


def test_several_of_a_kind(emulator: Any) -> None:
    """Predicted, made, left alone, half of them lost, made whole again, taken back and removed; each is billed once."""
    controller = InProcess(emulator.env)
    fleet = {**NEW, "name": "app-%02d", "count": 5}

    def told(result: dict[str, Any], key: str = "changed") -> list[Any]:
        return [entry[key] for entry in result["nodes"]]

    emulator.fault({"method": "POST", "path": "nodes/", "action": "reset", "when": "after", "skip": 1, "times": 2})
    predicted = controller.module("e2e_node", check_mode=True, **fleet)
    assert (told(predicted), emulator.writes()) == ([True] * 5, 0)
    made = controller.module("e2e_node", **fleet)
    assert (told(made), told(made, "failed"), len(made["warnings"])) == ([True] * 5, [False] * 5, 2)
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == [action.replace("created", "create") for action in made["actions"]] == [f"create node app-{n:02d}" for n in range(1, 6)]
    assert emulator.bill()["created"]["node"] == 5
    unchanged(controller, emulator, "e2e_node", fleet)

    for name in ("app-02", "app-04"):
        controller.module("e2e_node", name=name, state="absent")
    emulator.fault({"method": "POST", "path": "nodes/", "action": "status", "status": 504, "when": "before", "times": 1})
    half = controller.module("e2e_node", **fleet)
    assert (half["failed"], half["error"]["outcome_known"], sorted(told(half, "failed"))) == (True, False, [False] * 4 + [True])
    assert half["msg"].startswith("1 of 5 nodes are not in the wanted state. app-0")
    whole = controller.module("e2e_node", **fleet)
    assert sum(told(whole)) == 1
    assert {entry["node"]["status"] for entry in whole["nodes"]} == {"running"}
    assert emulator.bill()["created"]["node"] == 7

    assert controller.module("e2e_node", name="app-%02d", count=3)["surplus"] == ["app-04", "app-05"]
    fewer = {"name": "app-%02d", "count": 3, "prune": True}
    gone = controller.module("e2e_node", check_mode=True, **fewer)["actions"]
    assert [action.replace("delete ", "deleted ") for action in gone] == controller.module("e2e_node", **fewer)["actions"] != []
    unchanged(controller, emulator, "e2e_node", fewer)
    assert told(controller.module("e2e_node", name="app-%02d", count=5, state="absent")) == [True, True, True, False, False]
    assert emulator.bill()["running"]["node"] == 0


@pytest.mark.parametrize("action", ["enable_recovery_mode", "disable_recovery_mode"])
def test_recovery_mode(controller: Controller, emulator: Any, action: str) -> None:
    make_nodes(emulator, "app")
    if action == "disable_recovery_mode":
        controller.module("e2e_node_action", name="app", action="enable_recovery_mode")
    both(controller, emulator, "e2e_node_action", name="app", action=action)


def test_the_life_of_an_image(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    saved = both(controller, emulator, "e2e_image", "image", name="gold", node="app")["image"]
    both(controller, emulator, "e2e_image", "image", image_id=saved["id"], name="old")
    both(controller, emulator, "e2e_node_action", "image", name="app", action="save_image", image_name="gold")
    made = both(controller, emulator, again=False, name="copy", plan="C3.8GB", saved_image="gold")["node"]
    assert made["os"]["full_name"] == "Ubuntu 24.04"
    both(controller, emulator, "e2e_image", "image", name="gold", state="absent")
    assert emulator.bill()["created"]["image"] == 2


LOST = {
    "504": {"action": "status", "status": 504},
    "page of a rate limit": {"action": "html", "status": 429},
    "cut": {"action": "cut"},
    "reset": {"action": "reset"},
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_create_whose_answer_is_lost_makes_one(controller: Controller, emulator: Any, fault: dict[str, Any]) -> None:
    emulator.fault({"method": "POST", "path": "nodes/", **fault, "when": "after"})

    result = controller.module("e2e_node", **NEW)

    assert not result.get("failed"), result
    assert any("it took effect" in warning for warning in result["warnings"])
    assert emulator.bill()["created"]["node"] == 1
    unchanged(controller, emulator, "e2e_node", NEW)


@pytest.mark.parametrize("call_number", range(3))
def test_a_plan_change_whose_answers_are_lost(controller: Controller, emulator: Any, call_number: int) -> None:
    make_nodes(emulator, "app")
    emulator.fault({"method": "PUT", "path": "nodes/*", "action": "reset", "when": "after", "skip": call_number})

    result = controller.module("e2e_node", name="app", plan="C3.16GB", allow_downtime=True)

    assert not result.get("failed"), result
    assert (result["node"]["plan"], result["node"]["status"]) == ("C3.16GB", "running")


def test_what_may_have_been_made_is_not_made_again(controller: Controller, emulator: Any) -> None:
    emulator.fault({"method": "POST", "path": "nodes/", "action": "status", "status": 504, "when": "before"})

    result = controller.module("e2e_node", **NEW)

    assert (result["failed"], result["error"]["outcome_known"], emulator.writes()) == (True, False, 1)


def test_nothing_half_done(controller: Controller, emulator: Any) -> None:
    emulator.account(credit=False)
    assert controller.module("e2e_node", **NEW)["error"]["code"] == "refused"
    emulator.account(credit=True)
    emulator.clear_requests()
    for options in ({"plan": "C3.64GB"}, {"plan": "X"}, {"image": "X"}, {"saved_image": "x"}, {"reserved_ip": "198.18.0.1"}):
        for check_mode in (True, False):
            assert controller.module("e2e_node", check_mode=check_mode, **{**NEW, **options})["error"]["code"] == "invalid_input"
    assert (emulator.writes(), emulator.bill()["items"]) == (0, [])


def test_two_of_one_name_are_never_guessed(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0.1, names="free")
    controller = controller_of(emulator)
    make_nodes(emulator, "app", "app")

    result = controller.module("e2e_node", name="app", state="absent")

    assert (result["error"]["code"], result["changed"]) == ("ambiguous", False)
    for node in call(emulator, "GET", "nodes/"):
        assert str(node["id"]) in result["msg"]


def test_lists(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app", "web")
    plain = controller.module("e2e_node_info")["nodes"]
    assert [(node["name"], node["vm_id"]) for node in plain] == [("app", None), ("web", None)]
    emulator.clear_requests()
    assert [node["label"] for node in controller.module("e2e_node_info", labels=["default"])["nodes"]] == ["default", "default"]
    assert len(emulator.requests()) == 3
    plans = controller.module("e2e_plan_info", images=["Ubuntu 24.04"], available=True)["plans"]
    assert "C3.64GB" not in {plan["name"] for plan in plans}
    assert controller.module("e2e_image_info")["images"] == []
