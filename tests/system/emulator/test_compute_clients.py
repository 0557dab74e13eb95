# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call for nodes and their neighbours that a published client makes, with the body that it builds (reference C and D).

Not here: the POST of the older CLI to a node's actions and to the attaching of volumes, which the platform answers with 405
(``test_vendor_cli_nodes.py``), and what its code holds without a way to reach it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from compute_api import BIG_PLAN, E1_PLAN, IMAGE, KEY, OTHER_KEY, PLAN, SSH_IN, ComputeApi

OLD_CLI, CLI, TERRAFORM, DOCUMENTATION, TOOLS = "e2e-cli", "e2ectl", "terraform", "documentation", "tools of others"
# How an emulator must be for a client: this one reads the older create reply, that one leaves out the project.
EMULATORS: dict[str, dict[str, Any]] = {OLD_CLI: {"context": "optional"}, CLI: {}, TERRAFORM: {"node_create_shape": "object"}, DOCUMENTATION: {}, TOOLS: {}}

Keys = dict[str, type | tuple[type, ...]]

MAYBE_TEXT = (str, type(None))
NUMBER = (int, float)
LISTED: Keys = {"id": int, "name": str, "status": str, "plan": str, "is_locked": bool, "public_ip_address": MAYBE_TEXT, "private_ip_address": MAYBE_TEXT}
CREATED: Keys = {"total_number_of_node_requested": int, "total_number_of_node_created": int, "node_create_response": list}
DETAILS: Keys = {
    **LISTED,
    "vm_id": int,
    "label": str,
    "created_at": str,
    "location": str,
    "disk": str,
    "memory": str,
    "vcpus": str,
    "price": str,
    "os_info": dict,
    "security_group_count": int,
    "is_vpc_attached": bool,
    "is_active": bool,
    "is_bitninja_license_active": bool,
    "isEncryptionEnabled": bool,
    "ssh_keys": list,
}
ACTION: Keys = {"id": int, "action_type": str, "status": str, "created_at": str, "resource_id": str}
SAVED: Keys = {**ACTION, "image_id": str}
UPGRADED: Keys = {"location": str, "vm_id": int, "old_node_image_id": int, "new_node_image_id": int}
PLAN_ROW: Keys = {"name": str, "plan": str, "image": str, "location": str, "currency": str, "available_inventory_status": bool, "os": dict, "specs": dict}
SAVED_IMAGE: Keys = {
    "image_id": str,
    "template_id": int,
    "image_state": str,
    "image_size": str,
    "os_distribution": str,
    "creation_time": str,
    "running_vms": (int, str),
    "is_windows": bool,
    "node_plans_available": bool,
    "project_name": str,
    "scaler_group_count": int,
}
OLDER_IMAGE: Keys = {**SAVED_IMAGE, "image_type": str, "distro": str, "sku_type": str, "cloning_ops": str, "vm_info": list}
RENAMED: Keys = {"status": bool, "message": str}
GROUP: Keys = {"id": int, "name": str, "description": str, "is_default": bool, "is_all_traffic_rule": bool, "rules": list}
GROUP_MADE: Keys = {"label_id": str, "resource_type": str}
KEY_MADE: Keys = {"pk": int, "label": str, "ssh_key": str, "timestamp": str, "project_id": (int, str)}
KEY_ROW: Keys = {"pk": int, "label": str, "ssh_key": str, "ssh_key_type": str, "timestamp": str, "project_name": str, "total_attached_nodes": int}
VPC: Keys = {
    "network_id": int,
    "name": str,
    "ipv4_cidr": str,
    "is_e2e_vpc": bool,
    "state": str,
    "gateway_ip": str,
    "created_at": str,
    "location": str,
    "project_name": str,
    "vm_count": int,
    "subnets": list,
}
OLDER_VPC: Keys = {**VPC, "pool_size": NUMBER, "is_active": bool}
VPC_REPLY: Keys = {"vpc_id": int, "vpc_name": str, "project_id": str}
VPC_MADE: Keys = {**VPC_REPLY, "network_id": int, "is_credit_sufficient": bool, "label_id": str, "resource_type": str}
VPC_PLAN: Keys = {"name": str, "currency": str, "location": str, "price_per_hour": NUMBER, "price_per_month": NUMBER, "committed_sku": list}
VOLUME: Keys = {
    "block_id": int,
    "name": str,
    "size": int,
    "size_string": str,
    "status": str,
    "vm_detail": dict,
    "template": dict,
    "snapshot_exist": bool,
    "is_block_storage_exporting_to_eos": bool,
    "dr_data": dict,
}
VOLUME_MADE: Keys = {"id": int, "image_name": str, "label_id": int, "resource_type": str}
VOLUME_PLAN: Keys = {"name": str, "bs_size": NUMBER, "iops": int, "available_inventory_status": bool, "price": NUMBER, "committed_sku": list}
VOLUME_LINK: Keys = {"image_id": int, "vm_id": int}
ATTACHABLE: Keys = {"name": str, "vm_id": int, "ip_address_public": str, "ip_address_private": str}
IP: Keys = {
    "ip_address": str,
    "reserve_id": int,
    "status": str,
    "vm_id": (int, type(None)),
    "vm_name": str,
    "reserved_type": str,
    "appliance_type": str,
    "bought_at": str,
    "project_name": str,
    "floating_ip_attached_nodes": list,
}
LIVE_REPLY: Keys = {"IP": str, "status": str, "vm_name": str}
IP_REPLY: Keys = {**LIVE_REPLY, "vm_id": int}
PROJECT: Keys = {"project_id": int, "name": str, "is_default": bool, "is_starred": bool}
ACCOUNTS: Keys = {"crn_data": list, "last_used_project": dict}
HEADER: Keys = {"project_id": int, "name": str}
PROJECT_REPLY: Keys = {"project_id": int, "project_name": str}

NOBODY = {"contact_person_id": "null"}
UBUNTU = {"category": "Ubuntu", "os": "Ubuntu", "osversion": "24.04"}
ORDER = {
    "name": "new",
    "plan": PLAN,
    "image": IMAGE,
    "backups": False,
    "default_public_ip": False,
    "disable_password": True,
    "enable_bitninja": False,
    "is_ipv6_availed": False,
    "is_saved_image": False,
    "label": "default",
    "number_of_instances": 1,
    "ssh_keys": [],
    "start_scripts": [],
}
# Go sends a value for every field; one of them is misspelt.
TERRAFORM_ORDER = {
    "name": "new",
    "label": "default",
    "plan": PLAN,
    "backup": False,
    "image": IMAGE,
    "default_public_id": False,
    "disable_password": False,
    "enable_bitninja": False,
    "is_ipv6_availed": False,
    "is_saved_image": False,
    "region": "",
    "reserve_ip": "",
    "vpc_id": "",
    "saved_image_template_id": 0,
    "security_group_id": "{default}",
    "ssh_keys": [],
    "start_scripts": [],
    "image_id": 0,
    "disk": 0,
    "isEncryptionEnabled": False,
    "encryption_passphrase": "",
}
DOCUMENTED_ORDER = {
    **ORDER,
    "saved_image_template_id": None,
    "reserve_ip": "",
    "vpc_id": "{vpc}",
    "subnet_id": "{subnet_text}",
    "is_private": False,
    "ngc_container_id": None,
    "security_group_id": "{group}",
    "isEncryptionEnabled": False,
    "encryption_passphrase": "",
    "is_encryption_required": False,
}
TERRAFORM_RULE = {**SSH_IN, "network_size": 256, "description": ""}


@dataclass(frozen=True)
class Call:
    """``data`` is the keys of an object, of each object in a list, or just its type. What stands in braces comes from :func:`furnish`."""

    client: str
    line: str
    data: Keys | list[Keys] | type
    body: Any = None
    status: int = 200
    query: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    before: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        kind = self.body.get("type") or self.body.get("action_type") if isinstance(self.body, dict) else ""
        return " ".join(filter(None, (self.client, self.line, kind)))


NO_PROJECT = ("project_id",)
NO_LOCATION = ("location",)
NEITHER = ("project_id", "location")
ACTIONS = "PUT nodes/{node}/actions/"
PUBLIC_IP = "POST reserve_ips/public_reserveip_actions/"
LOSE_ADDRESS = (PUBLIC_IP, {"type": "detach", "public_ip": "{address}", "vm_id": "{vm}"})

CALLS = [
    # Reference C.1, the catalog.
    Call(OLD_CLI, "GET images/category-list/", {"category_list": dict}, query=NOBODY, without=NO_PROJECT),
    Call(
        OLD_CLI,
        "GET images/",
        [PLAN_ROW],
        query={**NOBODY, **UBUNTU, "display_category": "Linux Virtual Node ", "gpu_type": "", "ng_container": "null"},
        without=NO_PROJECT,
    ),
    Call(CLI, "GET images/os-category/", {"category_list": list}),
    Call(CLI, "GET images/", [PLAN_ROW], query={**UBUNTU, "display_category": "Linux Virtual Node"}),
    # Reference C.2, new nodes.
    Call(
        OLD_CLI,
        "POST nodes/",
        CREATED,
        {"image": IMAGE, "plan": PLAN, "region": "ncr", "security_group_id": "{group_text}", "name": "new", "ssh_keys": [KEY], "start_scripts": []},
    ),
    Call(CLI, "POST nodes/", CREATED, ORDER),
    Call(CLI, "POST nodes/", CREATED, {**ORDER, "ssh_keys": [KEY, OTHER_KEY]}),
    Call(CLI, "POST nodes/", CREATED, {**ORDER, "cn_id": "{sku}", "cn_status": "auto_renew"}),
    Call(CLI, "POST nodes/", CREATED, {**ORDER, "plan": E1_PLAN, "disk": 150}),
    Call(CLI, "POST nodes/", CREATED, {**ORDER, "is_saved_image": True, "saved_image_template_id": "{template}"}),
    Call(TERRAFORM, "POST nodes/", DETAILS, TERRAFORM_ORDER),
    Call(
        TERRAFORM,
        "POST nodes/",
        DETAILS,
        {**TERRAFORM_ORDER, "vpc_id": "{vpc_text}", "image_id": "{volume}", "reserve_ip": "{ip}", "ssh_keys": [KEY], "start_scripts": ["true"]},
    ),
    Call(TERRAFORM, "POST nodes/", DETAILS, {**TERRAFORM_ORDER, "plan": E1_PLAN, "disk": 100}),
    Call(TERRAFORM, "POST nodes/", DETAILS, {**TERRAFORM_ORDER, "security_group_id": 0, "ngc_container_id": 0}),
    Call(DOCUMENTATION, "POST nodes/", CREATED, DOCUMENTED_ORDER),
    # Reference C.3 and C.4, reading and deleting them.
    Call(OLD_CLI, "GET nodes/", [LISTED]),
    Call(CLI, "GET nodes/", [LISTED]),
    Call(TERRAFORM, "GET nodes/", [{**LISTED, "rescue_mode_status": str}], query=NOBODY),
    Call(OLD_CLI, "GET nodes/{node}/", DETAILS),
    Call(CLI, "GET nodes/{node}/", DETAILS),
    Call(TERRAFORM, "GET nodes/{node}/", DETAILS, query=NOBODY),
    Call(TOOLS, "GET nodes/{node}/", {**DETAILS, "is_accidental_protection": bool, "is_node_compliance": bool, "rescue_mode_status": str}),
    Call(DOCUMENTATION, "GET nodes/{node}/networkdetail/", dict),
    Call(OLD_CLI, "GET nodes/{node}/monitor/server-health/", dict, without=NEITHER),
    Call(TERRAFORM, "GET nodes/{node}/check-lcm-state/", {"lcm_state": str}),
    Call(OLD_CLI, "DELETE nodes/{node}/", dict),
    Call(CLI, "DELETE nodes/{node}/", dict),
    Call(CLI, "DELETE nodes/{node}/", dict, query={"reserve_ip_required": "true"}),
    Call(TERRAFORM, "DELETE nodes/{node}/", dict, query=NOBODY),
    # Reference C.5, what changes a node.
    Call(OLD_CLI, ACTIONS, SAVED, {"name": "second", "type": "save_images"}, without=NO_PROJECT),
    Call(CLI, "PUT nodes/{off}/actions/", ACTION, {"type": "power_on"}),
    Call(CLI, ACTIONS, ACTION, {"type": "power_off"}),
    Call(CLI, ACTIONS, SAVED, {"name": "second", "type": "save_images"}),
    Call(CLI, ACTIONS, ACTION, {"type": "add_ssh_keys", "ssh_keys": [{"label": "mine", "ssh_key": KEY}]}),
    Call(TERRAFORM, "PUT nodes/{off}/actions/", ACTION, {"type": "power_on", "name": "off"}),
    *(Call(TERRAFORM, ACTIONS, ACTION, {"type": kind, "name": "web"}) for kind in ("power_off", "reboot", "reinstall", "lock_vm", "rename")),
    Call(TERRAFORM, "PUT nodes/{locked}/actions/", ACTION, {"type": "unlock_vm", "name": "locked"}),
    Call(TERRAFORM, ACTIONS, ACTION, {"type": "label_rename", "name": "front"}),
    Call(TERRAFORM, ACTIONS, SAVED, {"type": "save_images", "name": "second"}),
    Call(TERRAFORM, ACTIONS, ACTION, {"type": "add_ssh_keys", "ssh_keys": [{"label": "ssh-key-1", "ssh_key": KEY}]}),
    *(Call(DOCUMENTATION, ACTIONS, ACTION, {"type": kind}) for kind in ("enable_recovery_mode", "disable_recovery_mode")),
    *(
        Call(DOCUMENTATION, "PUT nodes/action-on-multiple-nodes/", list, {"node_ids": numbers, "type": kind})
        for kind, numbers in (
            ("power_off", ["{node}", "{small}"]),
            ("power_on", ["{off}"]),
            ("reboot", ["{node}", "{small}"]),
            ("lock_vm", ["{node}", "{off}"]),
            ("unlock_vm", ["{locked}"]),
        )
    ),
    *(Call(client, "PUT nodes/upgrade/{off}", UPGRADED, {"plan": BIG_PLAN, "image": IMAGE}) for client in (CLI, TERRAFORM)),
    Call(CLI, "PUT nodes/upgrade/{node}", UPGRADED, {"plan": BIG_PLAN, "image": IMAGE}),
    Call(TERRAFORM, "PUT nodes/{small}/root-storage-upgrade/", dict, {"disk_size": 150}),
    # Reference D.1, saved images.
    Call(OLD_CLI, "GET images/saved-images/", [SAVED_IMAGE], without=NO_PROJECT),
    Call(CLI, "GET images/saved-images/", [SAVED_IMAGE]),
    Call(TERRAFORM, "GET images/saved-images/", [OLDER_IMAGE], query=NOBODY),
    Call(TERRAFORM, "GET images/{image}/", OLDER_IMAGE, without=NO_LOCATION),
    Call(OLD_CLI, "PUT images/{image}/", RENAMED, {"name": "silver", "action_type": "rename"}, without=NO_PROJECT),
    Call(CLI, "PUT images/{image}/", RENAMED, {"name": "silver", "action_type": "rename"}),
    Call(OLD_CLI, "PUT images/{image}/", dict, {"action_type": "delete_image"}, without=NO_PROJECT),
    Call(CLI, "DELETE images/{image}/", dict),
    Call(TERRAFORM, "DELETE images/{image}/", dict, {"action_type": "delete_image"}, without=NO_LOCATION),
    # Reference D.2, security groups.
    Call(OLD_CLI, "GET security_group/", [GROUP], without=NEITHER),
    *(Call(client, "GET security_group/", [GROUP]) for client in (CLI, TERRAFORM)),
    Call(CLI, "GET security_group/{group}/", GROUP),
    Call(CLI, "POST security_group/", GROUP_MADE, {"name": "new", "description": "", "rules": [SSH_IN]}),
    Call(CLI, "POST security_group/", GROUP_MADE, {"default": True, "name": "new", "description": "", "rules": [SSH_IN]}),
    Call(TERRAFORM, "POST security_group/", dict, {"name": "new", "description": "", "rules": [TERRAFORM_RULE], "default": False}),
    Call(CLI, "PUT security_group/{group}/", str, {"name": "new", "description": "", "rules": [SSH_IN]}),
    Call(TERRAFORM, "PUT security_group/{group}/", str, {"name": "ssh", "description": "", "rules": [{**TERRAFORM_RULE, "id": "{rule}"}]}),
    Call(TERRAFORM, "POST security_group/{group}/mark-default/", dict),
    Call(TERRAFORM, "GET security_group/{vm}/attach/", [{"id": int}]),
    Call(TOOLS, "GET security_group/{vm}/attach/", [GROUP]),
    Call(TOOLS, "GET security_group/{vm}/detach/", [GROUP]),
    *(Call(client, "POST security_group/{vm}/attach/", dict, {"security_group_ids": ["{group}"]}) for client in (CLI, TERRAFORM)),
    *(Call(client, "POST security_group/{vm}/detach/", dict, {"security_group_ids": ["{worn}"]}) for client in (CLI, TERRAFORM)),
    *(Call(client, "DELETE security_group/{group}/", {"name": str}) for client in (CLI, TERRAFORM)),
    # Reference D.3, SSH keys.
    *(Call(client, "GET ssh_keys/", [KEY_ROW]) for client in (CLI, TERRAFORM)),
    Call(TERRAFORM, "GET ssh_keys/", KEY_ROW, query={"label": "mine"}),
    Call(TERRAFORM, "GET ssh_keys/", [KEY_ROW], query={"pk": "{key}"}),
    *(Call(client, "POST ssh_keys/", KEY_MADE, {"label": "other", "ssh_key": OTHER_KEY}) for client in (CLI, TERRAFORM)),
    Call(TERRAFORM, "POST ssh_keys/", KEY_MADE, {"label": "other", "ssh_key": OTHER_KEY}, without=NO_LOCATION),
    *(Call(client, "DELETE delete_ssh_key/{key}/", dict) for client in (CLI, TERRAFORM)),
    # Reference D.4, VPCs.
    Call(OLD_CLI, "GET vpc/list/", [OLDER_VPC], without=NO_PROJECT),
    Call(CLI, "GET vpc/list/", [VPC], query={"page_no": "1", "per_page": "100"}),
    Call(TERRAFORM, "GET vpc/list/", [OLDER_VPC]),
    *(Call(client, "GET vpc/{vpc}/", OLDER_VPC) for client in (CLI, TERRAFORM)),
    Call(TOOLS, "GET vpc/list/", [{**OLDER_VPC, "gateway_node": dict}], query={"page_no": "1", "per_page": "100"}),
    Call(CLI, "GET vpc/plans/", [VPC_PLAN]),
    Call(OLD_CLI, "POST vpc/", VPC_MADE, {"network_size": 512, "vpc_name": "new"}, 201, without=NO_PROJECT),
    Call(CLI, "POST vpc/", VPC_MADE, {"vpc_name": "new", "is_e2e_vpc": True}, 201),
    Call(CLI, "POST vpc/", VPC_MADE, {"vpc_name": "new", "is_e2e_vpc": False, "ipv4": "10.20.0.0/23"}, 201),
    *(
        Call(CLI, "POST vpc/", VPC_MADE, {"vpc_name": "new", "is_e2e_vpc": True, "cn_id": "{vpc_sku}", "cn_status": status}, 201)
        for status in ("auto_renew", "hourly_billing")
    ),
    Call(TERRAFORM, "POST vpc/", VPC_MADE, {"ipv4": "", "is_e2e_vpc": True, "vpc_name": "new"}, 201),
    Call(TERRAFORM, "POST vpc/", VPC_MADE, {"ipv4": "10.20.0.0/23", "is_e2e_vpc": False, "vpc_name": "new"}, 201),
    Call(OLD_CLI, "DELETE vpc/{vpc}/", VPC_REPLY, without=NEITHER),
    *(Call(client, "DELETE vpc/{vpc}/", VPC_REPLY) for client in (CLI, TERRAFORM)),
    Call(CLI, "POST vpc/node/attach/", VPC_REPLY, {"action": "attach", "network_id": "{vpc}", "node_id": "{node}"}),
    Call(
        CLI,
        "POST vpc/node/attach/",
        VPC_REPLY,
        {"action": "attach", "input_ip": "10.10.0.25", "network_id": "{vpc}", "node_id": "{node}", "subnet_id": "{subnet}"},
    ),
    Call(CLI, "POST vpc/node/detach/", VPC_REPLY, {"action": "detach", "network_id": "{joined}", "node_id": "{node}"}),
    # Reference D.5, volumes.
    Call(OLD_CLI, "GET block_storage/", [VOLUME], without=NO_PROJECT),
    Call(CLI, "GET block_storage/", [VOLUME], query={"page_no": "1", "per_page": "100"}),
    *(Call(client, "GET block_storage/{volume}/", VOLUME) for client in (CLI, TERRAFORM)),
    *(Call(client, "GET block_storage/plans/", [VOLUME_PLAN]) for client in (CLI, TERRAFORM)),
    Call(OLD_CLI, "POST block_storage/", VOLUME_MADE, {"name": "new", "size": "250", "iops": "5000"}, 201, without=NO_PROJECT),
    Call(CLI, "POST block_storage/", VOLUME_MADE, {"name": "new", "size": 250, "iops": 5000}, 201),
    *(
        Call(CLI, "POST block_storage/", VOLUME_MADE, {"name": "new", "size": 250, "iops": 5000, "cn_id": "{volume_sku}", "cn_status": status}, 201)
        for status in ("auto_renew", "hourly_billing")
    ),
    # It counts 15 for each GB, whatever the plan says.
    Call(TERRAFORM, "POST block_storage/", VOLUME_MADE, {"name": "new", "size": 250, "iops": "3750"}, 201),
    Call(TERRAFORM, "PUT block_storage/{used}/vm/upgrade/", dict, {"name": "used", "block_storage_size": 500, "vm_id": "{vm}"}),
    *(Call(client, "PUT block_storage/{volume}/vm/attach/", VOLUME_LINK, {"vm_id": "{vm}"}) for client in (CLI, TERRAFORM)),
    *(Call(client, "PUT block_storage/{used}/vm/detach/", VOLUME_LINK, {"vm_id": "{vm}"}) for client in (CLI, TERRAFORM)),
    Call(DOCUMENTATION, "GET block_storage/{volume}/vm/attach/", [ATTACHABLE]),
    *(Call(client, "DELETE block_storage/{volume}/", dict) for client in (CLI, TERRAFORM)),
    # Reference D.6, reserved IPs.
    *(Call(client, "GET reserve_ips/", [IP]) for client in (CLI, TERRAFORM)),
    Call(TERRAFORM, "GET reserve_ips/{ip}/actions/", [IP]),
    *(Call(client, "POST reserve_ips/", IP) for client in (CLI, TERRAFORM)),
    *(Call(client, "DELETE reserve_ips/{ip}/actions/", {"message": str}) for client in (CLI, TERRAFORM)),
    Call(CLI, "POST reserve_ips/{ip}/actions/", IP_REPLY, {"type": "attach", "vm_id": "{vm}"}),
    Call(CLI, "POST reserve_ips/{taken}/actions/", IP_REPLY, {"type": "detach", "vm_id": "{small_vm}"}),
    Call(CLI, "POST reserve_ips/{address}/actions/", LIVE_REPLY, {"type": "live-reserve", "vm_id": "{vm}"}),
    *(Call(client, PUBLIC_IP, IP_REPLY, {"type": "detach", "public_ip": "{address}", "vm_id": "{vm}"}) for client in (CLI, TERRAFORM)),
    Call(TERRAFORM, PUBLIC_IP, IP_REPLY, {"type": "attach", "public_ip": "{ip}", "vm_id": "{vm}"}, before=(LOSE_ADDRESS,)),
    # Reference D.7, projects, and the credentials.
    Call(CLI, "GET pbac/project/", [PROJECT], without=NEITHER),
    Call(CLI, "POST pbac/project/", PROJECT_REPLY, {"name": "new"}, without=NEITHER),
    *(
        Call(CLI, "PUT pbac/project/", PROJECT_REPLY, {"project_id": 1, "name": "default-project", "is_starred": starred}, without=NEITHER)
        for starred in (True, False)
    ),
    Call(CLI, "GET iam/multi-crn/", ACCOUNTS, without=NEITHER),
    Call(TOOLS, "GET iam/multi-crn/", ACCOUNTS, without=NEITHER),
    Call(TOOLS, "GET pbac/projects-header/", [HEADER], without=NEITHER),
    Call(OLD_CLI, "GET customer/details/", dict, query=NOBODY, without=NEITHER),
]


@pytest.fixture(scope="module")
def _clouds(_emulators: Callable[..., Any]) -> Callable[[str], Any]:
    return functools.cache(lambda client: _emulators(build_seconds=0, **EMULATORS[client]))


def furnish(cloud: ComputeApi) -> dict[str, Any]:
    """An account that has some of everything: its numbers and addresses."""
    key = cloud.data("POST", "ssh_keys/", json={"label": "mine", "ssh_key": KEY})["pk"]
    for name, fields in (("web", {}), ("off", {}), ("locked", {}), ("small", {"plan": E1_PLAN, "disk": 100})):
        assert cloud.order(name, **fields).status_code == 200
    web, off, locked, small = (cloud.read(f"nodes/{one['id']}/") for one in reversed(cloud.read("nodes/")))
    cloud.act(off, "power_off")
    cloud.act(locked, "lock_vm")
    image = cloud.act(off, "save_images", name="golden")["image_id"]
    vpc, joined = cloud.vpc("own", is_e2e_vpc=False, ipv4="10.10.0.0/23")["network_id"], cloud.vpc("joined")["network_id"]
    cloud.data("POST", "vpc/node/attach/", json={"action": "attach", "network_id": joined, "node_id": web["id"]})
    volume, used = cloud.volume("free"), cloud.volume("used")
    cloud.data("PUT", f"block_storage/{used}/vm/attach/", json={"vm_id": web["vm_id"]})
    group, worn = cloud.group("ssh"), cloud.group("worn")
    cloud.data("POST", f"security_group/{web['vm_id']}/attach/", json={"security_group_ids": [worn]})
    ip, taken = (cloud.data("POST", "reserve_ips/")["ip_address"] for unused in range(2))
    cloud.data("POST", f"reserve_ips/{taken}/actions/", json={"type": "attach", "vm_id": small["vm_id"]})
    subnet = cloud.read(f"vpc/{vpc}/")["subnets"][0]["id"]
    plan = next(row for row in cloud.read("images/", **UBUNTU, display_category="Linux Virtual Node") if row["plan"] == PLAN)
    volume_plan = next(row for row in cloud.read("block_storage/plans/") if row["bs_size"] == 0.25)
    return {
        "node": web["id"],
        "vm": web["vm_id"],
        "address": web["public_ip_address"],
        "off": off["id"],
        "locked": locked["id"],
        "small": small["id"],
        "small_vm": small["vm_id"],
        "key": key,
        "image": image,
        "template": cloud.read(f"images/{image}/")["template_id"],
        "vpc": vpc,
        "vpc_text": str(vpc),
        "subnet": subnet,
        "subnet_text": str(subnet),
        "joined": joined,
        "volume": volume,
        "used": used,
        "group": group,
        "group_text": str(group),
        "rule": cloud.read(f"security_group/{group}/")["rules"][0]["id"],
        "worn": worn,
        "default": next(one["id"] for one in cloud.read("security_group/") if one["is_default"]),
        "ip": ip,
        "taken": taken,
        "sku": plan["specs"]["committed_sku"][0]["committed_sku_id"],
        "vpc_sku": cloud.read("vpc/plans/")[0]["committed_sku"][0]["committed_sku_id"],
        "volume_sku": volume_plan["committed_sku"][0]["committed_sku_id"],
    }


def filled(value: Any, things: dict[str, Any]) -> Any:
    """A body or query with what its braces name."""
    if isinstance(value, dict):
        return {key: filled(one, things) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    found = re.fullmatch(r"\{(\w+)\}", value) if isinstance(value, str) else None
    return things[found[1]] if found else value


def require_keys(data: Any, keys: Keys) -> None:
    assert isinstance(data, dict), data
    for key, kinds in keys.items():
        assert key in data, f"{key} is missing: {data}"
        assert type(data[key]) in (kinds if isinstance(kinds, tuple) else (kinds,)), f"{key} is {data[key]!r}"


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_call_of_a_client(_clouds: Callable[[str], Any], call: Call) -> None:
    process = _clouds(call.client)
    process.reset()
    cloud = ComputeApi(process)
    things = furnish(cloud)
    for line, body in call.before:
        method, path = line.split(" ")
        cloud.data(method, path.format(**things), json=filled(body, things))
    for key in call.without:
        del cloud.query[key]
    method, path = call.line.split(" ")
    sent = {} if call.body is None else {"json": filled(call.body, things)}

    answer = cloud.call(method, path.format(**things), query={**cloud.query, **filled(call.query, things)}, **sent)

    assert answer.status_code == call.status, answer.text
    envelope = answer.json()
    assert (envelope["code"], envelope["errors"]) == (call.status, {}) and isinstance(envelope["message"], str) and envelope["message"]
    data = envelope["data"]
    if isinstance(call.data, type):
        assert isinstance(data, call.data)
    elif isinstance(call.data, list):
        assert isinstance(data, list) and data
        for one in data:
            require_keys(one, call.data[0])
    else:
        require_keys(data, call.data)
