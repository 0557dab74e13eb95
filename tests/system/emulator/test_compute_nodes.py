# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, reading and deleting nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from compute_api import ALL_IN, BIG_PLAN, E1_PLAN, IMAGE, KEY, PLAN, SSH_IN, ComputeApi

LISTED = {"id", "name", "status", "plan", "public_ip_address", "private_ip_address", "is_locked", "rescue_mode_status"}


def test_a_new_node_from_creating_to_running(cloud: ComputeApi) -> None:
    cloud.hold()
    answer = cloud.order("web-1", label="web", ssh_keys=[KEY], start_scripts=["#!/bin/sh\n"])
    data = answer.json()["data"]
    assert (data["total_number_of_node_requested"], data["total_number_of_node_created"]) == (1, 1)
    made = data["node_create_response"][0]
    assert (made["name"], made["status"], made["plan"], made["location"]) == ("web-1", "Creating", "C3.8GB", "Delhi")
    assert "vm_id" not in made
    assert cloud.status(made) == "Creating"
    cloud.release()
    node = cloud.read(f"nodes/{made['id']}/")
    assert node["status"] == "Running"
    assert node["vm_id"] != node["id"]
    assert (node["label"], node["plan"], node["disk"], node["memory"], node["vcpus"]) == ("web", "C3.8GB", "100 GB", "8 GB", "4")
    assert node["os_info"] == {"name": "Ubuntu", "version": "24.04", "category": "Ubuntu", "full_name": "Ubuntu 24.04"}
    assert node["ssh_keys"] == [{"label": "", "ssh_key": KEY}]
    assert (node["security_group_count"], node["is_vpc_attached"], node["isEncryptionEnabled"]) == (1, False, False)
    assert node["public_ip_address"].startswith("198.18.") and node["private_ip_address"].startswith("10.")


def test_the_list_has_neither_vm_id_nor_label(cloud: ComputeApi) -> None:
    first, second = cloud.node("web-1"), cloud.node("web-2")
    listed = cloud.read("nodes/")
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    assert all(set(one) == LISTED for one in listed)


def test_the_older_create_reply_is_the_node_itself(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(node_create_shape="object")
    data = cloud.order("web-1").json()["data"]
    assert (data["name"], data["status"], data["is_credit_sufficient"]) == ("web-1", "Creating", True)
    assert cloud.read(f"nodes/{data['id']}/")["vm_id"] == data["vm_id"]


def test_several_instances(cloud: ComputeApi) -> None:
    data = cloud.order("web", number_of_instances=3).json()["data"]
    assert [one["name"] for one in data["node_create_response"]] == ["web", "web-1", "web-2"]
    assert cloud.process.bill()["created"] == {"node": 3}


@pytest.mark.parametrize(
    "code, words, fields",
    [
        (400, "name", {"name": "x"}),
        (400, "name", {"name": "has space"}),
        (400, "name", {"name": None}),
        (400, "label", {"label": "x" * 51}),
        (412, "C3.8GB is not valid", {"plan": "C3.8GB"}),
        (412, "is not valid in Delhi", {"plan": PLAN.replace("Delhi", "Chennai")}),
        (412, "does not belong", {"image": "Debian-12-Distro"}),
        (412, "out of stock", {"plan": "C3-32vCPU-64RAM-800DISK-C3.64GB-Ubuntu-24.04-Delhi"}),
        (400, "ssh_keys", {"ssh_keys": ["my-laptop"]}),
        (400, "ssh_keys", {"ssh_keys": [12]}),
        (400, "ssh_keys", {"ssh_keys": [{"label": "a", "ssh_key": KEY}]}),
        (400, "start_scripts", {"start_scripts": "echo"}),
        (400, "backups", {"backups": "yes"}),
        (412, "fixed disk", {"disk": 100}),
        (412, "needs a disk", {"plan": E1_PLAN}),
        (412, "needs a disk", {"plan": E1_PLAN, "disk": 0}),
        (412, "not allowed", {"plan": E1_PLAN, "disk": 80}),
        (412, "not allowed", {"plan": E1_PLAN, "disk": 175}),
        (412, "not allowed", {"plan": E1_PLAN, "disk": 2450}),
        (404, "Security group not found.", {"security_group_id": 1}),
        (404, "VPC 1", {"vpc_id": "1"}),
        (404, "Reserved IP 1.2.3.4", {"reserve_ip": "1.2.3.4"}),
        (404, "Volume 5", {"image_id": 5}),
        (404, "template 7", {"is_saved_image": True, "saved_image_template_id": 7}),
        (400, "saved_image_template_id", {"is_saved_image": True}),
        (400, "saved_image_template_id", {"is_saved_image": True, "saved_image_template_id": 0}),
        (400, "encryption_passphrase", {"isEncryptionEnabled": True}),
        (400, "number_of_instances", {"number_of_instances": 0}),
        (412, "cn_id", {"cn_id": 1, "cn_status": "auto_renew"}),
    ],
)
def test_what_a_create_refuses(cloud: ComputeApi, code: int, words: str, fields: dict[str, Any]) -> None:
    cloud.refused(code, "POST", "nodes/", words, json={"name": "web-1", "plan": PLAN, "image": IMAGE, **fields})
    assert cloud.read("nodes/") == []
    assert cloud.process.bill()["items"] == []


@pytest.mark.parametrize("disk", [75, 125, 150, 200, 2400])
def test_the_disk_grid_of_e1(cloud: ComputeApi, disk: int) -> None:
    assert cloud.node("e1-node", plan=E1_PLAN, disk=disk)["disk"] == f"{disk} GB"


def test_no_address_is_said_in_three_ways(cloud: ComputeApi) -> None:
    nodes = [cloud.node(f"e1-{number}", plan=E1_PLAN, disk=75) for number in range(20)]
    shown = [node["public_ip_address"] for node in nodes]
    assert {None, "", "[]"} == set(shown)
    listed = {one["id"]: one["public_ip_address"] for one in cloud.read("nodes/")}
    assert [listed[node["id"]] for node in nodes] == shown
    assert cloud.node("e1-public", plan=E1_PLAN, disk=75, default_public_ip=True)["public_ip_address"].startswith("198.18.")


def test_create_with_neighbours(cloud: ComputeApi) -> None:
    group, vpc, volume = cloud.group("open", [ALL_IN]), cloud.vpc("net", is_e2e_vpc=False, ipv4="10.10.0.0/23"), cloud.volume()
    subnet = cloud.read(f"vpc/{vpc['network_id']}/")["subnets"][0]["id"]
    ip = cloud.data("POST", "reserve_ips/")["ip_address"]
    wanted = {"security_group_id": group, "vpc_id": str(vpc["network_id"]), "subnet_id": str(subnet), "image_id": volume, "reserve_ip": ip}
    node = cloud.node("web-1", **wanted)
    assert (node["public_ip_address"], node["is_vpc_attached"]) == (ip, True)
    assert [one["id"] for one in cloud.read(f"security_group/{node['vm_id']}/attach/")] == [group]
    assert cloud.read(f"block_storage/{volume}/")["vm_detail"]["node_id"] == node["id"]
    assert cloud.read("reserve_ips/")[0]["vm_id"] == node["vm_id"]
    assert cloud.read(f"nodes/{node['id']}/networkdetail/")["vpc"][0]["subnet_id"] == subnet


UNSET = {"security_group_id": 0, "vpc_id": "", "reserve_ip": "", "ngc_container_id": 0, "saved_image_template_id": 0}


def test_zero_and_empty_are_not_set(cloud: ComputeApi) -> None:
    wanted = cloud.group("second", default=True)
    node = cloud.node("web-1", **UNSET)
    assert [group["id"] for group in cloud.read(f"security_group/{node['vm_id']}/attach/")] == [wanted]
    assert (node["is_vpc_attached"], cloud.read("reserve_ips/")) == (False, [])
    assert cloud.node("web-2", **{**UNSET, "vpc_id": 0})["is_vpc_attached"] is False
    vpc, none = cloud.vpc(cn_id=0, cn_status="")["network_id"], {"subnet_id": 0, "disk": 0, "image_id": 0, "cn_id": 0, "cn_status": ""}
    for number, unset in enumerate((none, {**dict.fromkeys(none, ""), "disk": None})):
        made = cloud.node(f"in-{number}", vpc_id=vpc, **unset)
        assert cloud.read(f"nodes/{made['id']}/networkdetail/")["vpc"][0]["subnet_id"] is None
    where = {"action": "attach", "network_id": vpc, "node_id": node["id"], "subnet_id": 0, "input_ip": ""}
    cloud.data("POST", "vpc/node/attach/", json=where)
    cloud.data("POST", "block_storage/", 201, json={"name": "data", "size": 250, "iops": 5000, "cn_id": 0, "cn_status": ""})
    cloud.group("rules", [{**SSH_IN, "network_size": 0, "description": ""}, {**ALL_IN, "network_cidr": "", "network_size": 0}])


def test_details_that_only_reading_knows(cloud: ComputeApi, cloud_factory: Callable[..., ComputeApi]) -> None:
    node = cloud.node(isEncryptionEnabled=True, encryption_passphrase="a long passphrase")
    shown = ("is_accidental_protection", "is_node_compliance", "isEncryptionEnabled", "rescue_mode_status")
    assert [node[key] for key in shown] == [False, False, True, "Disabled"]
    cloud.act(node, "enable_recovery_mode")
    assert cloud.read(f"nodes/{node['id']}/")["rescue_mode_status"] == "Enabled"
    seeded = cloud_factory(nodes=40)
    details = [seeded.read(f"nodes/{one['id']}/") for one in seeded.read("nodes/")]
    assert {(one["is_accidental_protection"], one["is_node_compliance"]) for one in details} == {(a, b) for a in (True, False) for b in (True, False)}


def test_names_are_unique_unless_told_otherwise(cloud: ComputeApi, cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud.node("web-1")
    cloud.refused(412, "POST", "nodes/", "already exists", json={"name": "web-1", "plan": PLAN, "image": IMAGE})
    free = cloud_factory(names="free")
    assert free.node("web-1")["id"] != free.node("web-1")["id"]


def test_without_credit_a_200_says_so_and_nothing_is_made(cloud: ComputeApi) -> None:
    cloud.process.account(credit=False)
    answer = cloud.order()
    assert (answer.status_code, answer.json()["code"], answer.json()["errors"]) == (200, 200, {})
    assert answer.json()["data"] == {"is_credit_sufficient": False}
    assert "credit" in answer.json()["message"]
    assert cloud.read("nodes/") == [] and cloud.process.bill()["items"] == []


def test_a_build_that_fails(cloud: ComputeApi) -> None:
    cloud.process.fault({"method": "POST", "path": "nodes/", "action": "build_fails"})
    node = cloud.node()
    assert (node["status"], node["is_active"]) == ("Failed", False)
    assert cloud.node("web-2")["status"] == "Running"


def test_delete_takes_its_time_and_lets_go_of_everything(cloud: ComputeApi) -> None:
    volume, ip = cloud.volume(), cloud.data("POST", "reserve_ips/")["ip_address"]
    node = cloud.node(image_id=volume, reserve_ip=ip)
    cloud.hold()
    assert cloud.data("DELETE", f"nodes/{node['id']}/") == {}
    assert cloud.status(node) == "Terminating"
    cloud.refused(412, "DELETE", f"nodes/{node['id']}/", "Terminating")
    cloud.release()
    cloud.refused(404, "GET", f"nodes/{node['id']}/", "not found")
    assert cloud.read("nodes/") == []
    assert cloud.read(f"block_storage/{volume}/")["status"] == "Available"
    assert [(one["ip_address"], one["status"], one["vm_id"]) for one in cloud.read("reserve_ips/")] == [(ip, "Reserved", None)]
    assert cloud.process.bill()["running"] == {"node": 0, "reserved_ip": 1, "volume": 1}


def test_delete_that_keeps_the_address(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.data("DELETE", f"nodes/{node['id']}/", query={"reserve_ip_required": "true"})
    kept = cloud.read("reserve_ips/")[0]
    assert (kept["ip_address"], kept["status"], kept["reserved_type"]) == (node["public_ip_address"], "Reserved", "PublicIP")


def test_delete_is_refused_while_creating_and_while_locked(cloud: ComputeApi) -> None:
    cloud.hold()
    node = cloud.node()
    cloud.refused(412, "DELETE", f"nodes/{node['id']}/", "Creating")
    cloud.release()
    cloud.act(node, "lock_vm")
    cloud.refused(412, "DELETE", f"nodes/{node['id']}/", "locked")
    assert cloud.status(node) == "Running"


def test_a_vm_id_is_no_node_id(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.refused(404, "GET", f"nodes/{node['vm_id']}/")
    cloud.refused(404, "GET", f"security_group/{node['id']}/attach/")


def test_projects_and_locations_are_apart(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(project_id=["1", "2"])
    node = cloud.node()
    for other in ({"project_id": "2"}, {"location": "Chennai"}):
        assert cloud.read("nodes/", **other) == []
        assert cloud.call("GET", f"nodes/{node['id']}/", query={**cloud.query, **other}).status_code == 404
    discontinued = "Mumbai region has been discontinued. Delhi and Chennai are the only supported regions."
    assert cloud.refused(400, "GET", "nodes/", query={**cloud.query, "location": "Mumbai"}) == discontinued
    assert cloud.refused(400, "GET", "nodes/", query={**cloud.query, "location": "delhi"}) == "Delhi and Chennai are the only supported regions."
    assert cloud.call("GET", "nodes/", query={**cloud.query, "project_id": "3"}).json() == {"status_code": 400, "message": "Project not found"}


def test_state_of_the_machine_and_health(cloud: ComputeApi) -> None:
    node, volume = cloud.node(), cloud.volume()
    path = f"nodes/{node['id']}/check-lcm-state/"
    assert cloud.read(path) == {"lcm_state": "RUNNING"}
    cloud.hold()
    cloud.data("PUT", f"block_storage/{volume}/vm/attach/", json={"vm_id": node["vm_id"]})
    assert cloud.read(path) == {"lcm_state": "Hotplug"}
    cloud.release()
    assert cloud.read(path) == {"lcm_state": "RUNNING"}
    assert cloud.read(f"nodes/{node['id']}/monitor/server-health/")["server_health"] == "OK"


@pytest.mark.parametrize(
    "method, path",
    [("POST", "nodes/1/actions/"), ("PUT", "nodes/"), ("POST", "nodes/upgrade/1"), ("POST", "block_storage/1/vm/attach/"), ("DELETE", "reserve_ips/")],
)
def test_the_wrong_verb(cloud: ComputeApi, method: str, path: str) -> None:
    cloud.refused(405, method, path)


@pytest.mark.parametrize("path", ["nodes", "nodes/upgrade/1/", "ssh_keys/1/", "reserve_ips/1.2.3.4/", "vpc/", "nodes/x/"])
def test_paths_that_are_not_there(cloud: ComputeApi, path: str) -> None:
    assert cloud.call("GET", path).status_code in (404, 405)


@pytest.mark.parametrize("when, count", [("before", 0), ("after", 1)])
def test_faults_work_here_too(cloud: ComputeApi, when: str, count: int) -> None:
    cloud.process.fault({"method": "POST", "path": "nodes/", "action": "html", "when": when})
    answer = cloud.order("web-1", plan=BIG_PLAN)
    assert answer.status_code == 502 and answer.text.startswith("<!DOCTYPE html>")
    assert len(cloud.read("nodes/")) == count
    assert cloud.process.bill()["created"] == ({"node": 1} if count else {})
