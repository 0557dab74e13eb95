# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Node actions, plan changes and growing disks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from compute_api import BIG_PLAN, E1_PLAN, IMAGE, KEY, OTHER_KEY, PLAN, ComputeApi

STATES = {"power_off": ("Running", "Powered off"), "power_on": ("Powered off", "Running"), "reboot": ("Running", "Running")}


@pytest.mark.parametrize("kind", STATES)
def test_the_reply_is_not_the_state_of_the_node(cloud: ComputeApi, kind: str) -> None:
    before, after = STATES[kind]
    node = cloud.node()
    if before == "Powered off":
        cloud.act(node, "power_off")
    cloud.hold()
    reply = cloud.act(node, kind)
    assert set(reply) == {"id", "action_type", "status", "created_at", "resource_id"}
    assert (reply["action_type"].lower().replace(" ", "_"), reply["status"], reply["resource_id"]) == (kind, "In Progress", str(node["id"]))
    assert cloud.status(node) == before
    assert "in progress" in cloud.act(node, kind, 412)
    cloud.release()
    assert cloud.status(node) == after


@pytest.mark.parametrize("kind", ["power_on"])
def test_powered_on_already(cloud: ComputeApi, kind: str) -> None:
    assert "Running" in cloud.act(cloud.node(), kind, 412)


@pytest.mark.parametrize("kind, fields", [("power_off", {}), ("reboot", {}), ("reinstall", {}), ("add_ssh_keys", {"ssh_keys": []})])
def test_what_a_node_that_is_off_refuses(cloud: ComputeApi, kind: str, fields: dict[str, Any]) -> None:
    node = cloud.node()
    cloud.act(node, "power_off")
    assert "Powered off" in cloud.act(node, kind, 412, **fields)


def test_reinstall(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.hold()
    cloud.act(node, "reinstall")
    assert cloud.status(node) == "Reinstalling"
    cloud.act(node, "lock_vm", 412)
    cloud.release()
    assert cloud.status(node) == "Running"
    cloud.process.fault({"action": "build_fails"})
    cloud.act(node, "reinstall")
    assert cloud.status(node) == "Failed"


def test_an_action_that_comes_to_nothing(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.process.fault({"method": "PUT", "action": "build_fails"})
    assert cloud.act(node, "power_off")["status"] == "In Progress"
    assert cloud.status(node) == "Running"


def test_rename_and_label(cloud: ComputeApi) -> None:
    node, unused = cloud.node("web-1"), cloud.node("web-2")
    assert cloud.act(node, "rename", name="db-1")["status"] == "Done"
    cloud.act(node, "label_rename", name="db")
    details = cloud.read(f"nodes/{node['id']}/")
    assert (details["name"], details["label"]) == ("db-1", "db")
    assert "already exists" in cloud.act(node, "rename", 412, name="web-2")
    assert "name" in cloud.act(node, "rename", 400, name="_")
    assert "name" in cloud.act(node, "label_rename", 400)


def test_a_locked_node_refuses_everything_but_the_key(cloud: ComputeApi) -> None:
    node = cloud.node()
    assert "not locked" in cloud.act(node, "unlock_vm", 412)
    cloud.act(node, "lock_vm")
    assert cloud.read("nodes/")[0]["is_locked"] is True
    for kind in ("power_off", "reboot", "reinstall", "rename", "lock_vm", "save_images"):
        assert "locked" in cloud.act(node, kind, 412, name="other")
    cloud.refused(412, "PUT", f"nodes/upgrade/{node['id']}", "locked", json={"plan": BIG_PLAN, "image": IMAGE})
    cloud.act(node, "unlock_vm")
    cloud.act(node, "power_off")


def test_a_node_that_is_creating_refuses_actions(cloud: ComputeApi) -> None:
    cloud.hold()
    node = cloud.node()
    for kind in ("power_off", "lock_vm", "rename", "enable_recovery_mode"):
        assert "Creating" in cloud.act(node, kind, 412, name="other")


def test_recovery_mode(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.act(node, "enable_recovery_mode")
    assert cloud.read("nodes/")[0]["rescue_mode_status"] == "Enabled"
    cloud.act(node, "disable_recovery_mode")
    assert cloud.read("nodes/")[0]["rescue_mode_status"] == "Disabled"


def test_keys_are_added_as_objects_and_only_once(cloud: ComputeApi) -> None:
    node = cloud.node(ssh_keys=[KEY])
    for wrong in ([OTHER_KEY], [{"label": "x"}], [], [{"label": "x", "ssh_key": "none"}], "x"):
        assert "ssh_keys" in cloud.act(node, "add_ssh_keys", 400, ssh_keys=wrong)
    cloud.act(node, "add_ssh_keys", ssh_keys=[{"label": "mine", "ssh_key": KEY}, {"label": "other", "ssh_key": OTHER_KEY}])
    assert [key["label"] for key in cloud.read(f"nodes/{node['id']}/")["ssh_keys"]] == ["", "other"]


@pytest.mark.parametrize("body, code", [({}, 400), ({"type": "explode"}, 400), ({"action": "power_on"}, 400)])
def test_unknown_actions(cloud: ComputeApi, body: dict[str, Any], code: int) -> None:
    cloud.refused(code, "PUT", f"nodes/{cloud.node()['id']}/actions/", "type", json=body)


def test_many_nodes_at_once(cloud: ComputeApi) -> None:
    nodes = [cloud.node(f"web-{number}") for number in range(3)]
    numbers = [node["id"] for node in nodes]
    replies = cloud.data("PUT", "nodes/action-on-multiple-nodes/", json={"node_ids": numbers, "type": "power_off"})
    assert [reply["resource_id"] for reply in replies] == [str(number) for number in numbers]
    assert {cloud.status(node) for node in nodes} == {"Powered off"}
    cloud.act(nodes[0], "power_on")
    cloud.refused(412, "PUT", "nodes/action-on-multiple-nodes/", "Running", json={"node_ids": numbers[::-1], "type": "power_on"})
    assert [cloud.status(node) for node in nodes] == ["Running", "Powered off", "Powered off"]
    cloud.refused(400, "PUT", "nodes/action-on-multiple-nodes/", "type", json={"node_ids": numbers, "type": "reinstall"})
    cloud.refused(400, "PUT", "nodes/action-on-multiple-nodes/", "at most 10", json={"node_ids": list(range(11)), "type": "power_on"})
    cloud.refused(404, "PUT", "nodes/action-on-multiple-nodes/", json={"node_ids": [1], "type": "power_on"})


def test_a_plan_change(cloud: ComputeApi) -> None:
    node = cloud.node()
    path, body = f"nodes/upgrade/{node['id']}", {"plan": BIG_PLAN, "image": IMAGE}
    cloud.act(node, "power_off")
    cloud.hold()
    reply = cloud.call("PUT", path, json=body).json()
    assert set(reply["data"]) == {"location", "vm_id", "old_node_image_id", "new_node_image_id"}
    assert (reply["data"]["vm_id"], reply["message"]) == (node["vm_id"], "Node upgrade initiated")
    assert cloud.read(f"nodes/{node['id']}/")["plan"] == "C3.8GB"
    cloud.release()
    after = cloud.read(f"nodes/{node['id']}/")
    assert (after["plan"], after["memory"], after["disk"], after["status"]) == ("C3.16GB", "16 GB", "200 GB", "Powered off")
    assert cloud.call("PUT", path, json={"plan": PLAN, "image": IMAGE}).json()["message"] == "Node downgrade initiated"
    assert cloud.process.bill()["created"] == {"node": 1}


def test_a_plan_change_of_a_running_node(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.data("PUT", f"nodes/upgrade/{node['id']}", json={"plan": BIG_PLAN, "image": IMAGE})
    after = cloud.read(f"nodes/{node['id']}/")
    assert (after["plan"], after["status"]) == ("C3.16GB", "Running")


def test_a_plan_change_of_a_running_node_is_refused_by_option(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(no_upgrade_while_running=True)
    node = cloud.node()
    path, body = f"nodes/upgrade/{node['id']}", {"plan": BIG_PLAN, "image": IMAGE}
    cloud.refused(412, "PUT", path, "Powered off", json=body)
    cloud.act(node, "power_off")
    cloud.data("PUT", path, json=body)
    assert cloud.read(f"nodes/{node['id']}/")["plan"] == "C3.16GB"


@pytest.mark.parametrize(
    "words, plan, image",
    [
        ("not valid", "C3.16GB", IMAGE),
        ("does not belong", BIG_PLAN, "Debian-12-Distro"),
        ("runs Ubuntu 24.04", BIG_PLAN.replace("Ubuntu-24.04", "Debian-12"), "Debian-12-Distro"),
        ("out of stock", "C3-32vCPU-64RAM-800DISK-C3.64GB-Ubuntu-24.04-Delhi", IMAGE),
        ("different kinds", E1_PLAN, IMAGE),
    ],
)
def test_plan_changes_that_are_refused(cloud: ComputeApi, words: str, plan: str, image: str) -> None:
    node = cloud.node(plan=PLAN)
    cloud.act(node, "power_off")
    cloud.refused(412, "PUT", f"nodes/upgrade/{node['id']}", words, json={"plan": plan, "image": image})


def test_growing_the_disk_of_an_e1_node(cloud: ComputeApi) -> None:
    node, other = cloud.node("e1-node", plan=E1_PLAN, disk=75), cloud.node("c3-node")
    path = f"nodes/{node['id']}/root-storage-upgrade/"
    cloud.hold()
    cloud.data("PUT", path, json={"disk_size": 100})
    assert cloud.read(f"nodes/{node['id']}/check-lcm-state/") == {"lcm_state": "DISK_RESIZE"}
    cloud.release()
    assert cloud.read(f"nodes/{node['id']}/")["disk"] == "100 GB"
    cloud.refused(412, "PUT", path, "only grow", json={"disk_size": 75})
    cloud.refused(412, "PUT", path, "not allowed", json={"disk_size": 110})
    cloud.refused(400, "PUT", path, "disk_size", json={"disk": 200})
    cloud.refused(412, "PUT", f"nodes/{other['id']}/root-storage-upgrade/", "cannot be changed", json={"disk_size": 200})
