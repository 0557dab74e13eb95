# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traps 2, 3, 4, 6 and 7 of the API: numbers, actions, plans, answers to creates and keys of nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from account import call, make_nodes, reserve_address
from controller import Controller
from wire import IMAGE, KEY, NEW, OTHER_KEY, PLAN, bad, good, keys, refusal, sent, written

DEBIAN_PLAN = PLAN.replace("Ubuntu-24.04", "Debian-12")
LARGER_PLAN = "C3-8vCPU-16RAM-200DISK-C3.16GB-Ubuntu-24.04-Delhi"


def node_of(emulator: Any, name: str = "app") -> dict[str, Any]:
    """A node as the API tells it."""
    found = next(node for node in call(emulator, "GET", "nodes/") if node["name"] == name)
    details: dict[str, Any] = call(emulator, "GET", f"nodes/{found['id']}/")
    return details


# 2: vm_id is not id.


def test_trap_02_groups_go_by_vm_id(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    node = node_of(emulator)
    good(controller.module("e2e_security_group", name="web", rules=[]))
    emulator.clear_requests()

    good(controller.module("e2e_node", name="app", security_groups=["web"]))

    assert node["vm_id"] != node["id"]
    paths = [f"POST security_group/{node['vm_id']}/{verb}/" for verb in ("attach", "detach")]
    assert written(emulator) == paths
    assert [keys(emulator, path) for path in paths] == [[["security_group_ids"]]] * 2
    emulator.clear_requests()
    found = good(controller.module("e2e_security_group_info", node="app"))["security_groups"]
    assert [group["name"] for group in found] == ["web"]
    assert sent(emulator)[-1] == f"GET security_group/{node['vm_id']}/attach/"
    assert refusal(emulator, "GET", f"security_group/{node['id']}/attach/") == 404


PLUGS: dict[str, list[dict[str, Any]]] = {
    "e2e_volume": [{"name": "data", "node": "app"}, {"name": "data", "node": ""}],
    "e2e_node": [{"name": "app", "volumes": ["data"]}, {"name": "app", "volumes": [], "allow_detach": True}],
}


@pytest.mark.parametrize(("module", "steps"), PLUGS.items(), ids=PLUGS)
def test_trap_02_volumes_go_by_vm_id(controller: Controller, emulator: Any, module: str, steps: list[dict[str, Any]]) -> None:
    make_nodes(emulator, "app")
    node = node_of(emulator)
    volume = good(controller.module("e2e_volume", name="data", size=250))["volume"]["id"]
    emulator.clear_requests()
    assert refusal(emulator, "PUT", f"block_storage/{volume}/vm/attach/", vm_id=node["id"]) == 404
    emulator.clear_requests()

    good(controller.module(module, **steps[0]))
    held = call(emulator, "GET", f"block_storage/{volume}/")["vm_detail"]
    good(controller.module(module, **steps[1]))

    assert (held["vm_id"], held["node_id"]) == (node["vm_id"], node["id"])
    paths = [f"PUT block_storage/{volume}/vm/{verb}/" for verb in ("attach", "detach")]
    assert written(emulator) == paths
    assert [keys(emulator, path) for path in paths] == [[["vm_id"]]] * 2


@pytest.mark.parametrize("module", ["e2e_reserved_ip", "e2e_node"])
def test_trap_02_addresses_go_by_vm_id(controller: Controller, emulator: Any, module: str) -> None:
    make_nodes(emulator, "app")
    node = node_of(emulator)
    reserve_address(emulator)
    address = call(emulator, "GET", "reserve_ips/")[0]["ip_address"]
    path = f"reserve_ips/{address}/actions/"
    assert refusal(emulator, "POST", path, type="attach", vm_id=node["id"]) == 404
    emulator.clear_requests()

    options = {"e2e_reserved_ip": {"ip_address": address, "node": "app"}, "e2e_node": {"name": "app", "reserved_ip": address, "allow_detach": True}}[module]
    good(controller.module(module, **options))
    held = call(emulator, "GET", "reserve_ips/")[0]["vm_id"]
    good(controller.module(module, **{**options, "node" if module == "e2e_reserved_ip" else "reserved_ip": ""}))

    assert held == node["vm_id"]
    assert keys(emulator, f"POST {path}") == [["type", "vm_id"]] * 2
    assert written(emulator) == [f"POST {path}"] * 2


def test_trap_02_the_public_address_goes_by_vm_id(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    address = node_of(emulator)["public_ip_address"]

    kept = good(controller.module("e2e_reserved_ip", node="app", live_reserve=True))["reserved_ip"]

    assert (kept["ip_address"], kept["vm_id"]) == (address, node_of(emulator)["vm_id"])
    assert keys(emulator, f"POST reserve_ips/{address}/actions/") == [["type", "vm_id"]]


def test_trap_02_vpcs_and_actions_go_by_id(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    node = node_of(emulator)
    network = good(controller.module("e2e_vpc", name="front"))["vpc"]["id"]
    assert refusal(emulator, "POST", "vpc/node/attach/", action="attach", network_id=network, node_id=node["vm_id"]) == 404
    assert refusal(emulator, "PUT", f"nodes/{node['vm_id']}/actions/", type="power_off") == 404
    emulator.clear_requests()

    good(controller.module("e2e_node", name="app", vpcs=["front"]))
    assert node_of(emulator)["is_vpc_attached"] is True
    good(controller.module("e2e_node", name="app", vpcs=[], label="back", plan="C3.16GB", allow_downtime=True))

    assert written(emulator) == [
        "POST vpc/node/attach/",
        f"PUT nodes/{node['id']}/actions/",
        "POST vpc/node/detach/",
        f"PUT nodes/{node['id']}/actions/",
        f"PUT nodes/upgrade/{node['id']}",
        f"PUT nodes/{node['id']}/actions/",
    ]
    for verb in ("attach", "detach"):
        assert keys(emulator, f"POST vpc/node/{verb}/") == [["action", "network_id", "node_id"]]


# 3: actions are PUT with a type, and their answer is not the node's status.

ACTIONS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "power_off": ("e2e_node", {"state": "stopped"}, ["type"]),
    "reboot": ("e2e_node", {"state": "restarted"}, ["type"]),
    "reinstall": ("e2e_node", {"state": "reinstalled", "allow_replace": True}, ["type"]),
    "lock_vm": ("e2e_node", {"locked": True}, ["type"]),
    "label_rename": ("e2e_node", {"label": "back"}, ["name", "type"]),
    "add_ssh_keys": ("e2e_node", {"ssh_keys": [KEY]}, ["ssh_keys", "type"]),
    "enable_recovery_mode": ("e2e_node_action", {"action": "enable_recovery_mode"}, ["type"]),
    "save_images": ("e2e_node_action", {"action": "save_image", "image_name": "gold"}, ["name", "type"]),
}


@pytest.mark.parametrize(("module", "options", "body"), ACTIONS.values(), ids=ACTIONS)
def test_trap_03_an_action_is_one_put_with_a_type(controller: Controller, emulator: Any, module: str, options: dict[str, Any], body: list[str]) -> None:
    make_nodes(emulator, "app")
    request = f"PUT nodes/{node_of(emulator)['id']}/actions/"

    good(controller.module(module, name="app", **options))

    assert written(emulator) == [request]
    assert keys(emulator, request) == [body]


def test_trap_03_no_other_form_of_an_action_is_taken(emulator: Any) -> None:
    make_nodes(emulator, "app")
    path = f"nodes/{node_of(emulator)['id']}/actions/"

    assert refusal(emulator, "POST", path, type="power_off") == 405
    assert refusal(emulator, "PUT", path, action="power_off") == 400


def test_trap_03_the_status_of_the_node_is_waited_for(controller: Controller, emulator: Any) -> None:
    """The answer says Done, as it does of long actions, while the node still runs."""
    make_nodes(emulator, "app")
    done = {"code": 200, "data": {"id": 1, "action_type": "Power Off", "status": "Done"}, "errors": {}, "message": "Success"}
    emulator.fault({"method": "PUT", "path": "nodes/*/actions/", "action": "status", "status": 200, "body": done, "when": "after"})

    stopped = good(controller.module("e2e_node", name="app", state="stopped"))["node"]

    assert stopped["status"] == "powered off"
    assert sent(emulator)[-1] == f"GET nodes/{stopped['id']}/"


@pytest.mark.parametrize("fault", ["stuck_status", "build_fails"])
def test_trap_03_an_answer_in_progress_is_no_success(controller: Controller, emulator: Any, fault: str) -> None:
    make_nodes(emulator, "app")
    emulator.fault({"method": "PUT", "path": "nodes/*/actions/", "action": fault})

    result = controller.module("e2e_node", name="app", state="stopped", wait_timeout=1)

    assert (result["failed"], result["error"]["code"]) == (True, "wait_timeout")
    assert "its status is running" in result["msg"]


# 4: the long plan name goes in, the short one comes out.

SPELLINGS: dict[str, dict[str, Any]] = {
    "short": {"plan": "C3.8GB", "image": "Ubuntu 24.04"},
    "short in lower case": {"plan": "c3.8gb", "image": "ubuntu 24.04"},
    "long": {"plan": PLAN, "image": IMAGE},
    "long in upper case": {"plan": PLAN.upper(), "image": IMAGE.upper()},
    "long without an image": {"plan": PLAN},
}
every_spelling = pytest.mark.parametrize("options", SPELLINGS.values(), ids=SPELLINGS)


@every_spelling
def test_trap_04_any_spelling_orders_the_long_pair(controller: Controller, emulator: Any, options: dict[str, Any]) -> None:
    assert refusal(emulator, "POST", "nodes/", name="app", plan="C3.8GB", image=IMAGE) == 412
    assert refusal(emulator, "POST", "nodes/", name="app", plan=PLAN, image="Ubuntu 24.04") == 412
    emulator.clear_requests()

    made = good(controller.module("e2e_node", name="app", **options))["node"]

    assert written(emulator) == ["POST nodes/"]
    assert (made["plan"], node_of(emulator)["plan"]) == ("C3.8GB", "C3.8GB")


@every_spelling
def test_trap_04_no_spelling_is_a_difference(controller: Controller, emulator: Any, options: dict[str, Any]) -> None:
    make_nodes(emulator, "app")

    for check_mode in (True, False):
        again = good(controller.module("e2e_node", name="app", check_mode=check_mode, **options))
        assert (again["changed"], again["diff"]) == (False, [])
    assert written(emulator) == []


@pytest.mark.parametrize("plan", ["C3.16GB", "c3.16gb", LARGER_PLAN])
def test_trap_04_a_plan_change_sends_the_long_pair(controller: Controller, emulator: Any, plan: str) -> None:
    make_nodes(emulator, "app")
    good(controller.module("e2e_node", name="app", state="stopped"))
    upgrade = f"nodes/upgrade/{node_of(emulator)['id']}"
    assert refusal(emulator, "PUT", upgrade, plan="C3.16GB", image=IMAGE) == 412
    emulator.clear_requests()

    changed = good(controller.module("e2e_node", name="app", plan=plan))

    assert (changed["node"]["plan"], written(emulator)) == ("C3.16GB", [f"PUT {upgrade}"])
    assert "C3.16GB" in str(changed["diff"]) and "Delhi" not in str(changed["diff"])
    assert keys(emulator, f"PUT {upgrade}") == [["image", "plan"]]
    assert good(controller.module("e2e_node", name="app", plan=plan))["changed"] is False


@pytest.mark.parametrize("options", [{"plan": DEBIAN_PLAN}, {"plan": DEBIAN_PLAN, "image": "Debian-12-Distro"}, {"plan": "C3.8GB", "image": "Debian 12"}])
def test_trap_04_the_same_size_with_another_system_is_another_node(controller: Controller, emulator: Any, options: dict[str, Any]) -> None:
    make_nodes(emulator, "app")

    message = bad(controller.module("e2e_node", name="app", **options), "consent_required")

    assert "Ubuntu 24.04" in message and "Debian" in message
    assert written(emulator) == []


def test_trap_04_a_system_with_software_is_another_system(controller: Controller, emulator: Any) -> None:
    """The long name of the one is within that of the other: both are Ubuntu 22.04."""
    plain, docker = (PLAN.replace("Ubuntu-24.04", system) for system in ("Ubuntu-22.04", "Docker-Ubuntu-22.04"))
    good(controller.module("e2e_node", name="plain", plan=plain))
    good(controller.module("e2e_node", name="docker", plan=docker))
    emulator.clear_requests()

    for name, same, other in (("plain", plain, docker), ("docker", docker, plain)):
        assert good(controller.module("e2e_node", name=name, plan=same))["changed"] is False
        bad(controller.module("e2e_node", name=name, plan=other), "consent_required")
    assert written(emulator) == []


def test_trap_04_the_plan_of_another_place_cannot_be_had_here(controller: Controller, emulator: Any) -> None:
    bad(controller.module("e2e_node", name="app", plan=PLAN.replace("Delhi", "Chennai"), image="Ubuntu 24.04"), "invalid_input")

    assert written(emulator) == []


# 6: two shapes of the answer to a create.


@pytest.mark.parametrize("shape", ["list", "object"])
def test_trap_06_the_number_of_a_new_node_is_read_from_either_answer(controller_of: Callable[[Any], Controller], emulator_factory: Any, shape: str) -> None:
    """Afterwards the node is read by its number: a look for its name would find another one of that name as well."""
    emulator = emulator_factory(build_seconds=0.1, node_create_shape=shape)

    made = good(controller_of(emulator).module("e2e_node", **NEW))["node"]

    requests = sent(emulator)
    # The list is read once, for whether somebody else has made another node of this name meanwhile.
    after = requests[requests.index("POST nodes/") + 1 :]
    assert set(after) == {"GET nodes/", f"GET nodes/{made['id']}/"} and after.count("GET nodes/") == 1
    assert made["vm_id"] == node_of(emulator)["vm_id"]


NOTHING_MADE: dict[str, dict[str, Any]] = {
    "none made": {"total_number_of_node_requested": 1, "total_number_of_node_created": 0, "node_create_response": []},
    "list without credit": {"total_number_of_node_requested": 1, "node_create_response": [{"is_credit_sufficient": False}]},
    "object without credit": {"is_credit_sufficient": False},
}


@pytest.mark.parametrize("data", NOTHING_MADE.values(), ids=NOTHING_MADE)
def test_trap_06_an_answer_without_a_node_is_a_failure(controller: Controller, emulator: Any, data: dict[str, Any]) -> None:
    body = {"code": 200, "data": data, "errors": {}, "message": "Add credit"}
    emulator.fault({"method": "POST", "path": "nodes/", "action": "status", "status": 200, "body": body, "times": -1})

    assert "Add credit" in bad(controller.module("e2e_node", **NEW, wait_timeout=10), "refused")
    assert written(emulator) == ["POST nodes/"]


# 7: keys are texts in a create and objects in an action, and stay.


def test_trap_07_a_create_sends_the_text_of_a_key(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_ssh_key", label="deploy", ssh_key=KEY))
    number = call(emulator, "GET", "ssh_keys/")[0]["pk"]
    for reference in (number, str(number), "deploy", {"label": "deploy", "ssh_key": KEY}):
        assert refusal(emulator, "POST", "nodes/", name="app", plan=PLAN, image=IMAGE, ssh_keys=[reference]) == 400

    made = good(controller.module("e2e_node", **NEW, ssh_keys=["deploy", OTHER_KEY]))["node"]

    assert [key["ssh_key"] for key in node_of(emulator)["ssh_keys"]] == [KEY, OTHER_KEY]
    assert len(made["ssh_keys"]) == 2


def test_trap_07_the_action_sends_label_and_text(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_ssh_key", label="deploy", ssh_key=KEY))
    make_nodes(emulator, "app")
    action = f"nodes/{node_of(emulator)['id']}/actions/"
    assert refusal(emulator, "PUT", action, type="add_ssh_keys", ssh_keys=[KEY]) == 400
    emulator.clear_requests()

    good(controller.module("e2e_node", name="app", ssh_keys=["deploy", OTHER_KEY]))

    assert written(emulator) == [f"PUT {action}"]
    assert node_of(emulator)["ssh_keys"] == [{"label": "deploy", "ssh_key": KEY}, {"label": "ops@example.com", "ssh_key": OTHER_KEY}]


def test_trap_07_a_key_stays_and_is_not_added_twice(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_ssh_key", label="deploy", ssh_key=KEY))
    good(controller.module("e2e_node", **NEW, ssh_keys=["deploy", OTHER_KEY]))
    before = node_of(emulator)["ssh_keys"]
    emulator.clear_requests()

    for ssh_keys in (["deploy", OTHER_KEY], [OTHER_KEY, "deploy"], [OTHER_KEY.replace("ops@", "other@")], ["deploy"], []):
        again = good(controller.module("e2e_node", name="app", ssh_keys=ssh_keys, wait_timeout=30))
        assert (again["changed"], again["diff"]) == (False, []), ssh_keys
    assert (written(emulator), node_of(emulator)["ssh_keys"]) == ([], before)
