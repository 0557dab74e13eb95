# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPCs and the nodes in them."""

from __future__ import annotations

from typing import Any

import pytest
from compute_api import IMAGE, PLAN, SSH_IN, ComputeApi


def member(node: dict[str, Any], made: dict[str, Any], action: str, **fields: Any) -> dict[str, Any]:
    return {"action": action, "network_id": made["network_id"], "node_id": node["id"], **fields}


def test_a_vpc_from_creating_to_active(cloud: ComputeApi) -> None:
    cloud.hold()
    made = cloud.vpc()
    assert set(made) == {"network_id", "vpc_id", "vpc_name", "project_id", "is_credit_sufficient", "label_id", "resource_type"}
    assert made["network_id"] != made["vpc_id"] and made["is_credit_sufficient"] is True
    path = f"vpc/{made['network_id']}/"
    assert (cloud.read(path)["state"], cloud.read(path)["is_active"]) == ("Creating", False)
    cloud.refused(412, "DELETE", path, "VPC is in Creating state")
    cloud.refused(412, "POST", "nodes/", "not Active", json={"name": "web-1", "plan": PLAN, "image": IMAGE, "vpc_id": made["network_id"]})
    cloud.refused(404, "GET", f"vpc/{made['vpc_id']}/")
    cloud.release()
    vpc = cloud.read(path)
    assert (vpc["state"], vpc["name"], vpc["is_e2e_vpc"], vpc["vm_count"], vpc["subnets"]) == ("Active", "net", True, 0, [])
    deleted = cloud.data("DELETE", path)
    assert set(deleted) == {"vpc_id", "vpc_name", "project_id"}
    assert cloud.read("vpc/list/") == []


def test_a_network_of_ones_own(cloud: ComputeApi) -> None:
    made = cloud.vpc("own", is_e2e_vpc=False, ipv4="10.10.0.0/23")
    vpc = cloud.read("vpc/list/")[0]
    assert (vpc["network_id"], vpc["ipv4_cidr"], vpc["gateway_ip"], vpc["is_e2e_vpc"]) == (made["network_id"], "10.10.0.0/23", "10.10.0.1", False)
    assert set(vpc["subnets"][0]) == {"id", "subnet_name", "cidr", "totalIPs", "usedIPs"}


@pytest.mark.parametrize("ipv4", [None, "", "10.10.0.1/23", "8.8.8.0/24", "10.0.0.0/30", "fd00::/64", "x"])
def test_networks_that_are_refused(cloud: ComputeApi, ipv4: str | None) -> None:
    cloud.refused(400, "POST", "vpc/", "ipv4", json={"vpc_name": "own", "is_e2e_vpc": False, "ipv4": ipv4})


def test_networks_do_not_overlap_and_names_are_unique(cloud: ComputeApi) -> None:
    cloud.vpc("one")
    cloud.vpc("two")
    assert len({vpc["ipv4_cidr"] for vpc in cloud.read("vpc/list/")}) == 2
    cloud.refused(412, "POST", "vpc/", "already exists", json={"vpc_name": "one", "is_e2e_vpc": True})


def test_without_credit(cloud: ComputeApi) -> None:
    cloud.process.account(credit=False)
    answer = cloud.call("POST", "vpc/", json={"vpc_name": "net", "is_e2e_vpc": True})
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]["is_credit_sufficient"]) == (200, 200, False)
    assert cloud.read("vpc/list/") == [] and cloud.process.bill()["items"] == []


def test_plans_and_commitment(cloud: ComputeApi) -> None:
    plan = cloud.read("vpc/plans/")[0]
    cloud.vpc("net", cn_id=plan["committed_sku"][0]["committed_sku_id"], cn_status="hourly_billing")
    cloud.refused(412, "POST", "vpc/", "cn_id", json={"vpc_name": "other", "is_e2e_vpc": True, "cn_id": 1})
    cloud.refused(400, "POST", "vpc/", "cn_status", json={"vpc_name": "other", "is_e2e_vpc": True, "cn_status": "never"})


def test_a_node_joins_and_leaves_by_its_node_id(cloud: ComputeApi) -> None:
    node, made = cloud.node(), cloud.vpc()
    network = f"vpc/{made['network_id']}/"
    cloud.refused(404, "POST", "vpc/node/attach/", "Node", json={**member(node, made, "attach"), "node_id": node["vm_id"]})
    cloud.refused(404, "POST", "vpc/node/attach/", "VPC", json={**member(node, made, "attach"), "network_id": made["vpc_id"]})
    cloud.refused(400, "POST", "vpc/node/attach/", "action", json=member(node, made, "detach"))
    cloud.refused(412, "POST", "vpc/node/detach/", "not attached", json=member(node, made, "detach"))
    cloud.hold()
    reply = cloud.data("POST", "vpc/node/attach/", json=member(node, made, "attach"))
    assert reply == {"vpc_id": made["vpc_id"], "vpc_name": "net", "project_id": "1"}
    assert cloud.read(f"nodes/{node['id']}/")["is_vpc_attached"] is False
    cloud.refused(412, "POST", "vpc/node/attach/", "try again", json=member(node, made, "attach"))
    cloud.refused(412, "DELETE", network, "You have running servers on this VPC")
    cloud.release()
    assert cloud.read(f"nodes/{node['id']}/")["is_vpc_attached"] is True
    assert cloud.read(network)["vm_count"] == 1
    cloud.refused(412, "POST", "vpc/node/attach/", "already attached", json=member(node, made, "attach"))
    cloud.hold()
    cloud.data("POST", "vpc/node/detach/", json=member(node, made, "detach"))
    assert cloud.read(f"nodes/{node['id']}/")["is_vpc_attached"] is True
    cloud.refused(412, "DELETE", network, "Please try again later")
    cloud.release()
    assert cloud.read(f"nodes/{node['id']}/")["is_vpc_attached"] is False
    cloud.data("DELETE", network)


def test_a_vpc_that_is_creating_is_not_found_by_an_attach(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.hold()
    made = cloud.vpc()
    early = cloud.refused(404, "POST", "vpc/node/attach/", json=member(node, made, "attach"))
    assert early == f"VPC {made['network_id']} not found"
    unknown = cloud.refused(404, "POST", "vpc/node/attach/", json={**member(node, made, "attach"), "network_id": 1})
    assert unknown == "VPC 1 not found"
    cloud.release()
    cloud.data("POST", "vpc/node/attach/", json=member(node, made, "attach"))


def test_the_gateway_node_is_the_first_with_a_public_address(cloud: ComputeApi) -> None:
    private, first, second, made = cloud.node("web-1", is_private=True), cloud.node("web-2"), cloud.node("web-3"), cloud.vpc()
    network = f"vpc/{made['network_id']}/"
    assert cloud.read(network)["gateway_node"] == {}
    for node in (private, first, second):
        cloud.data("POST", "vpc/node/attach/", json=member(node, made, "attach"))
    shown = cloud.read("vpc/list/")[0]
    assert shown["gateway_node"] == {"node_id": first["id"], "ip_address_public": first["public_ip_address"]}
    assert shown["is_active"] is True
    cloud.data("POST", "vpc/node/detach/", json=member(first, made, "detach"))
    assert cloud.read(network)["gateway_node"]["node_id"] == second["id"]


def test_addresses_in_the_network(cloud: ComputeApi) -> None:
    first, second, made = cloud.node("web-1"), cloud.node("web-2"), cloud.vpc("own", is_e2e_vpc=False, ipv4="10.10.0.0/23")
    subnet = cloud.read(f"vpc/{made['network_id']}/")["subnets"][0]["id"]
    cloud.data("POST", "vpc/node/attach/", json=member(first, made, "attach", input_ip="10.10.0.77", subnet_id=subnet))
    shown = cloud.read(f"nodes/{first['id']}/networkdetail/")["vpc"][0]
    assert (shown["private_ip_address"], shown["subnet_id"], shown["network_id"]) == ("10.10.0.77", subnet, made["network_id"])
    cloud.refused(412, "POST", "vpc/node/attach/", "in use", json=member(second, made, "attach", input_ip="10.10.0.77"))
    cloud.refused(400, "POST", "vpc/node/attach/", "input_ip", json=member(second, made, "attach", input_ip="10.20.0.1"))
    cloud.refused(400, "POST", "vpc/node/attach/", "subnet_id", json=member(second, made, "attach", subnet_id=1))
    cloud.data("POST", "vpc/node/attach/", json=member(second, made, "attach"))
    assert cloud.read(f"vpc/{made['network_id']}/")["subnets"][0]["usedIPs"] == 2


def test_a_deleted_node_frees_its_network(cloud: ComputeApi) -> None:
    made = cloud.vpc()
    node = cloud.node(vpc_id=made["network_id"])
    cloud.refused(412, "DELETE", f"vpc/{made['network_id']}/", "You have running servers on this VPC")
    cloud.data("DELETE", f"nodes/{node['id']}/")
    cloud.data("DELETE", f"vpc/{made['network_id']}/")
    assert cloud.process.bill()["running"] == {"node": 0, "vpc": 0}


def test_a_rule_for_the_network(cloud: ComputeApi) -> None:
    rule = {**SSH_IN, "network": "myNetwork", "network_cidr": f"vpc_{cloud.vpc()['network_id']}"}
    assert cloud.read(f"security_group/{cloud.group('inside', [rule])}/")["rules"][0]["vpc_id"]


def test_a_vpc_that_fails(cloud: ComputeApi) -> None:
    cloud.process.fault({"action": "build_fails"})
    assert cloud.read(f"vpc/{cloud.vpc()['network_id']}/")["state"] == "Failed"
