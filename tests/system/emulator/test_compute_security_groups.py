# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from compute_api import ALL_IN, SSH_IN, ComputeApi


def plain(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    left_out = {"id", "created_at", "updated_at", "is_active", "deleted", "security_group"}
    return [{key: value for key, value in rule.items() if key not in left_out} for rule in rules]


def test_every_project_has_a_default_group_in_every_location(cloud: ComputeApi) -> None:
    for location in ("Delhi", "Chennai"):
        groups = cloud.read("security_group/", location=location)
        assert [(group["name"], group["is_default"], group["is_all_traffic_rule"]) for group in groups] == [("default", True, True)]


def test_what_is_read_is_not_what_was_sent(cloud: ComputeApi) -> None:
    vpc = cloud.vpc()["network_id"]
    inside = {"rule_type": "Outbound", "protocol_name": "Custom_UDP", "port_range": "8000-9000", "network": "myNetwork", "network_cidr": f"vpc_{vpc}"}
    number = cloud.group("mixed", [ALL_IN, SSH_IN, inside])
    group = cloud.read(f"security_group/{number}/")
    assert plain(group["rules"]) == [
        {**ALL_IN, "network_cidr": "--", "network_size": 1, "vpc_id": None, "description": ""},
        {**SSH_IN, "network_size": 1, "vpc_id": None, "description": ""},
        {**inside, "network_size": 512, "vpc_id": vpc, "description": ""},
    ]
    assert len({rule["id"] for rule in group["rules"]}) == 3
    assert group["is_all_traffic_rule"] is True


def test_a_cidr_in_place_of_the_word(cloud: ComputeApi) -> None:
    number = cloud.group("cidr", [{**SSH_IN, "network": "192.0.2.0/24", "network_cidr": ""}])
    assert cloud.read(f"security_group/{number}/")["rules"][0]["network_cidr"] == "192.0.2.0/24"


def test_create_without_an_id_in_the_reply(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(group_create_reply="no-id")
    made = cloud.data("POST", "security_group/", json={"name": "ssh", "description": "", "rules": [SSH_IN]})
    assert set(made) == {"label_id", "resource_type"}
    assert [group["name"] for group in cloud.read("security_group/")] == ["ssh", "default"]


def test_an_update_replaces_all_rules(cloud: ComputeApi) -> None:
    number = cloud.group("ssh", [SSH_IN])
    path = f"security_group/{number}/"
    before = cloud.read(path)["rules"][0]["id"]
    web = {**SSH_IN, "port_range": "443"}
    assert isinstance(cloud.data("PUT", path, json={"name": "web", "description": "d", "rules": [web, {**SSH_IN, "id": before}]}), str)
    after = cloud.read(path)
    assert (after["name"], after["description"]) == ("web", "d")
    assert [rule["port_range"] for rule in after["rules"]] == ["443", "22"]
    assert after["rules"][1]["id"] == before != after["rules"][0]["id"]
    for key in ("name", "description", "rules"):
        body = {"name": "web", "description": "d", "rules": [web]}
        del body[key]
        cloud.refused(400, "PUT", path, key, json=body)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule_type": "inbound"},
        {"protocol_name": "TCP"},
        {"port_range": "99999"},
        {"port_range": 22},
        {"network": "nowhere"},
        {"network_cidr": "10.0.0.0/40"},
        {"network": "myNetwork", "network_cidr": "vpc_1"},
        {"port_range": None},
    ],
)
def test_rules_that_are_refused(cloud: ComputeApi, wrong: dict[str, Any]) -> None:
    body = {"name": "ssh", "description": "", "rules": [{**SSH_IN, **wrong}]}
    assert cloud.call("POST", "security_group/", json=body).status_code == 400
    assert len(cloud.read("security_group/")) == 1


def test_default(cloud: ComputeApi) -> None:
    first, second = cloud.group("first", default=True), cloud.group("second")
    cloud.data("POST", f"security_group/{second}/mark-default/")
    assert [group["id"] for group in cloud.read("security_group/") if group["is_default"]] == [second]
    cloud.refused(412, "DELETE", f"security_group/{second}/", "default")
    assert cloud.data("DELETE", f"security_group/{first}/") == {"name": "first"}
    assert [one["id"] for one in cloud.read(f"security_group/{cloud.node()['vm_id']}/attach/")] == [second]


def test_attach_and_detach_by_vm_id(cloud: ComputeApi) -> None:
    node, number = cloud.node(), cloud.group()
    path = f"security_group/{node['vm_id']}/"
    cloud.refused(404, "POST", f"security_group/{node['id']}/attach/", "VM", json={"security_group_ids": [number]})
    cloud.refused(404, "POST", path + "attach/", "Security group not found.", json={"security_group_ids": [number, 1]})
    assert cloud.read(f"nodes/{node['id']}/")["security_group_count"] == 1
    cloud.data("POST", path + "attach/", json={"security_group_ids": [number]})
    attached = [group["id"] for group in cloud.read(path + "attach/")]
    assert len(attached) == 2 and number in attached
    cloud.refused(412, "DELETE", f"security_group/{number}/", "attached to 1 node")
    cloud.refused(412, "POST", path + "detach/", "at least one", json={"security_group_ids": attached})
    cloud.data("POST", path + "detach/", json={"security_group_ids": [number]})
    cloud.refused(412, "POST", path + "detach/", "not attached", json={"security_group_ids": [number]})
    cloud.data("DELETE", f"security_group/{number}/")
    cloud.refused(400, "POST", path + "attach/", "security_group_ids", json={"security_group_ids": []})


def test_groups_that_a_node_has_and_could_have(cloud: ComputeApi) -> None:
    node, number = cloud.node(), cloud.group("mixed", [ALL_IN, SSH_IN])
    path = f"security_group/{node['vm_id']}/"
    whole = {group["id"]: group for group in cloud.read("security_group/")}
    default = next(group for group in whole.values() if group["is_default"])
    assert (cloud.read(path + "attach/"), cloud.read(path + "detach/")) == ([default], [whole[number]])
    assert [set(rule) >= {"id", "rule_type", "protocol_name", "port_range", "network", "network_cidr"} for rule in whole[number]["rules"]] == [True, True]
    cloud.data("POST", path + "attach/", json={"security_group_ids": [number]})
    assert (cloud.read(path + "attach/"), cloud.read(path + "detach/")) == ([default, whole[number]], [])
    cloud.refused(404, "GET", f"security_group/{node['id']}/detach/", "not found")


def test_the_node_must_be_running(cloud: ComputeApi) -> None:
    node, number = cloud.node(), cloud.group()
    cloud.act(node, "power_off")
    cloud.refused(412, "POST", f"security_group/{node['vm_id']}/attach/", "Powered off", json={"security_group_ids": [number]})


def test_names_may_repeat_by_option(cloud: ComputeApi, cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud.group("ssh")
    cloud.refused(412, "POST", "security_group/", "already exists", json={"name": "ssh", "description": "", "rules": []})
    free = cloud_factory(names="free")
    assert free.group("ssh") != free.group("ssh")
