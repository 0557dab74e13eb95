# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reserved IPs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from compute_api import E1_PLAN, ComputeApi


def reserve(cloud: ComputeApi) -> str:
    address: str = cloud.data("POST", "reserve_ips/")["ip_address"]
    return address


def test_it_takes_a_moment_until_the_list_shows_it(cloud: ComputeApi) -> None:
    cloud.hold()
    made = cloud.data("POST", "reserve_ips/")
    assert (made["status"], made["vm_id"], made["vm_name"], made["reserved_type"]) == ("Reserved", None, "--", "AddonIP")
    assert cloud.read("reserve_ips/") == []
    cloud.release()
    assert cloud.read("reserve_ips/") == [made]
    assert cloud.data("DELETE", f"reserve_ips/{made['ip_address']}/actions/")["message"]
    assert cloud.read("reserve_ips/") == []
    cloud.refused(404, "DELETE", f"reserve_ips/{made['ip_address']}/actions/")
    assert cloud.process.bill()["running"] == {"reserved_ip": 0}


def test_attach_and_detach_by_vm_id(cloud: ComputeApi) -> None:
    node, address = cloud.node(), reserve(cloud)
    path, vm = f"reserve_ips/{address}/actions/", {"vm_id": node["vm_id"]}
    cloud.refused(404, "POST", path, "VM", json={"type": "attach", "vm_id": node["id"]})
    cloud.refused(400, "POST", path, "vm_id", json={"type": "attach"})
    cloud.refused(412, "POST", path, "not attached", json={"type": "detach", **vm})
    reply = cloud.data("POST", path, json={"type": "attach", **vm})
    assert reply == {"IP": address, "status": "Assigned", "vm_id": node["vm_id"], "vm_name": "web-1"}
    listed = cloud.read("reserve_ips/")[0]
    assert (listed["status"], listed["vm_id"], listed["vm_name"]) == ("Assigned", node["vm_id"], "web-1")
    assert listed["floating_ip_attached_nodes"][0]["id"] == node["id"]
    assert cloud.read(f"nodes/{node['id']}/")["public_ip_address"] == node["public_ip_address"]
    cloud.refused(412, "POST", path, "already in use", json={"type": "attach", **vm})
    cloud.refused(412, "DELETE", path, "in use")
    assert cloud.data("POST", path, json={"type": "detach", **vm})["status"] == "Reserved"
    cloud.refused(400, "POST", path, "type", json={"type": "keep", **vm})


def test_a_node_without_an_address_gets_it(cloud: ComputeApi) -> None:
    node, address = cloud.node("e1-node", plan=E1_PLAN, disk=75), reserve(cloud)
    path, vm = f"reserve_ips/{address}/actions/", {"vm_id": node["vm_id"]}
    cloud.data("POST", path, json={"type": "attach", **vm})
    assert cloud.read(f"nodes/{node['id']}/")["public_ip_address"] == address
    cloud.data("POST", path, json={"type": "detach", **vm})
    assert cloud.read(f"nodes/{node['id']}/")["public_ip_address"] in (None, "", "[]")


def test_live_reserve_keeps_the_address_of_a_node(cloud: ComputeApi) -> None:
    node = cloud.node()
    address, vm = node["public_ip_address"], {"vm_id": node["vm_id"]}
    path = f"reserve_ips/{address}/actions/"
    cloud.refused(412, "POST", "reserve_ips/198.19.0.1/actions/", "not the public IP", json={"type": "live-reserve", **vm})
    assert cloud.data("POST", path, json={"type": "live-reserve", **vm}) == {"IP": address, "status": "Live Reserved", "vm_name": "web-1"}
    cloud.refused(412, "POST", path, "reserved already", json={"type": "live-reserve", **vm})
    assert cloud.process.bill()["created"]["reserved_ip"] == 1
    cloud.data("DELETE", f"nodes/{node['id']}/", query={"reserve_ip_required": "true"})
    assert [(one["ip_address"], one["status"]) for one in cloud.read("reserve_ips/")] == [(address, "Reserved")]
    assert cloud.node("web-2", reserve_ip=address)["public_ip_address"] == address


def test_one_address_is_an_array_of_one(cloud: ComputeApi) -> None:
    first, unused = reserve(cloud), reserve(cloud)
    (found,) = cloud.read(f"reserve_ips/{first}/actions/")
    assert found == next(one for one in cloud.read("reserve_ips/") if one["ip_address"] == first)
    cloud.refused(404, "GET", "reserve_ips/198.19.0.1/actions/", "not found")


@pytest.mark.parametrize("kept", ["true", "false"])
def test_a_live_reserved_address_can_go_while_its_node_goes(cloud: ComputeApi, kept: str) -> None:
    node = cloud.node()
    path = f"reserve_ips/{node['public_ip_address']}/actions/"
    cloud.data("POST", path, json={"type": "live-reserve", "vm_id": node["vm_id"]})
    cloud.refused(412, "DELETE", path, "in use")
    cloud.hold()
    cloud.data("DELETE", f"nodes/{node['id']}/", query={"reserve_ip_required": kept})
    assert cloud.status(node) == "Terminating"
    cloud.data("DELETE", path)
    assert cloud.read("reserve_ips/") == []
    cloud.release()
    assert cloud.read("nodes/") == cloud.read("reserve_ips/") == []
    assert cloud.process.bill()["running"] == {"node": 0, "reserved_ip": 0}


def test_an_address_besides_another_is_floating(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(floating="on")
    node, lonely = cloud.node(), cloud.node("e1-node", plan=E1_PLAN, disk=75)
    beside, alone = reserve(cloud), reserve(cloud)

    def kinds() -> dict[str, str]:
        return {one["ip_address"]: one["reserved_type"] for one in cloud.read("reserve_ips/")}

    for address, wearer in ((beside, node), (alone, lonely)):
        cloud.data("POST", f"reserve_ips/{address}/actions/", json={"type": "attach", "vm_id": wearer["vm_id"]})
    assert kinds() == {beside: "FloatingIP", alone: "AddonIP"}
    cloud.data("POST", f"reserve_ips/{beside}/actions/", json={"type": "detach", "vm_id": node["vm_id"]})
    assert kinds()[beside] == "AddonIP"


def test_the_primary_address_goes_and_comes_back(cloud: ComputeApi) -> None:
    node = cloud.node()
    body = {"public_ip": node["public_ip_address"], "vm_id": node["vm_id"]}
    path = "reserve_ips/public_reserveip_actions/"
    cloud.refused(404, "POST", path, "not found", json={"type": "attach", **body})
    cloud.data("POST", path, json={"type": "detach", **body})
    assert cloud.read(f"nodes/{node['id']}/")["public_ip_address"] in (None, "", "[]")
    assert cloud.read("reserve_ips/")[0]["status"] == "Reserved"
    cloud.refused(412, "POST", path, "not the public IP", json={"type": "detach", **body})
    cloud.data("POST", path, json={"type": "attach", **body})
    assert cloud.read(f"nodes/{node['id']}/")["public_ip_address"] == node["public_ip_address"]
    cloud.refused(412, "POST", path, "in use", json={"type": "attach", **body})
    cloud.refused(400, "POST", path, "type", json={"type": "swap", **body})


@pytest.mark.parametrize("state", ["Creating", "Terminating"])
def test_nodes_on_their_way(cloud: ComputeApi, state: str) -> None:
    address = reserve(cloud)
    if state == "Creating":
        cloud.hold()
        node = cloud.node()
    else:
        node = cloud.node()
        cloud.hold()
        cloud.data("DELETE", f"nodes/{node['id']}/")
    cloud.refused(412, "POST", f"reserve_ips/{address}/actions/", state, json={"type": "attach", "vm_id": node["vm_id"]})


def test_no_credit(cloud: ComputeApi) -> None:
    cloud.process.account(credit=False)
    cloud.refused(412, "POST", "reserve_ips/", "credit")
