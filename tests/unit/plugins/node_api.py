# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of nodes, their catalog and what surrounds them, for scripts of the harness (reference C, D)."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ANY, Answer, Step, ok

PAGE = {"page_no": "1", "per_page": "100"}
LINUX = "Linux Virtual Node"
UBUNTU = {"name": "Ubuntu", "version": "24.04", "category": "Ubuntu", "full_name": "Ubuntu 24.04"}
DEBIAN = {"name": "Debian", "version": "12", "category": "Debian", "full_name": "Debian 12"}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFx1Vqfb9bJp0qR2m8m0V2Q3vL7eX8Y3kqk1o0v0p1aa deploy@example"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFx1Vqfb9bJp0qR2m8m0V2Q3vL7eX8Y3kqk1o0v0p1bb ops@example"

# Short name, series, disk, price, whether it is in stock.
PLANS = (("C3.8GB", "C3", 100, 3.1, True), ("C3.16GB", "C3", 200, 6.2, True), ("C3.64GB", "C3", 800, 24.8, False), ("E1.6GB", "E1", 0, 1.9, True))


def long_name(plan: str, system: str = "Ubuntu-24.04") -> str:
    return f"X-{plan}-{system}-Delhi"


def systems() -> Step:
    rows = [
        ("Ubuntu", "24.04", "Ubuntu"),
        ("Ubuntu", "24.04", "Docker"),
        ("Debian", "12", "Debian"),
    ]
    groups = [
        {"OS": os, "category": [LINUX], "version": [{"os": os, "version": version, "sub_category": category, "software_version": ""}]}
        for os, version, category in rows
    ]
    return Step("GET", "images/os-category/", ok({"category_list": groups}), None)


def plans(os: str = "Ubuntu", version: str = "24.04", category: str = "Ubuntu", *more: dict[str, t.Any]) -> Step:
    stem = f"{os}-{version}" if category == os else f"{category}-{os}-{version}"
    entries = [
        {
            "name": name,
            "plan": long_name(name, stem),
            "image": f"{stem}-Distro",
            "location": "Delhi",
            "currency": "INR",
            "available_inventory_status": there,
            "is_blockstorage_attachable": True,
            "os": {"name": os, "version": version, "category": category},
            "specs": {"series": series, "family": "", "cpu": 4, "ram": "8.00", "disk_space": disk, "price_per_hour": price, "price_per_month": price * 730},
        }
        for name, series, disk, price, there in PLANS
    ]
    query = {"display_category": LINUX, "category": category, "os": os, "osversion": version}
    return Step("GET", "images/", ok([*entries, *more]), None, query)


def summary(**fields: t.Any) -> dict[str, t.Any]:
    base = {"id": 31, "name": "web", "status": "Running", "plan": "C3.8GB", "public_ip_address": "203.0.113.7", "private_ip_address": "10.0.0.5"}
    return {**base, "is_locked": False, "rescue_mode_status": "Disabled", **fields}


def node(**fields: t.Any) -> dict[str, t.Any]:
    more = {"vm_id": 81, "label": "default", "disk": "100 GB", "memory": "8 GB", "vcpus": "4", "price": "Rs. 3.1/Hour", "os_info": UBUNTU, "ssh_keys": []}
    return {**summary(), **more, "security_group_count": 1, "is_vpc_attached": False, "isEncryptionEnabled": False, **fields}


def listed(*nodes: dict[str, t.Any]) -> Step:
    return Step("GET", "nodes/", ok([{key: value for key, value in one.items() if key in summary()} for one in nodes]), None, PAGE)


def detail(answer: Answer | None = None, **fields: t.Any) -> Step:
    return Step("GET", f"nodes/{fields.get('id', 31)}/", ok(node(**fields)) if answer is None else answer, None)


def seen(**fields: t.Any) -> tuple[Step, Step]:
    """The node looked up by its name."""
    return listed(node(**fields)), detail(**fields)


MADE = ok({"total_number_of_node_requested": 1, "total_number_of_node_created": 1, "node_create_response": [{"id": 31}]})


def post(answer: Answer = MADE, body: t.Any = ANY) -> Step:
    return Step("POST", "nodes/", answer, body)


def alone(**fields: t.Any) -> Step:
    """The look after a create, whether somebody else has made another node of its name at the same time."""
    return listed(node(**fields))


def act(kind: str, answer: Answer = ok({"status": "In Progress"}), **more: t.Any) -> Step:
    return Step("PUT", "nodes/31/actions/", answer, {"type": kind, **more})


def delete(answer: Answer = ok(), **query: str) -> Step:
    return Step("DELETE", "nodes/31/", answer, None, query)


def groups(*names: str, vm: int | None = None) -> Step:
    """All groups, or those of a node (reference H.36); the id of a group is its place in the alphabet, and its one rule opens that port."""
    rule = {"id": 4, "rule_type": "Inbound", "protocol_name": "Custom_TCP", "network": "any", "network_cidr": "--"}
    entries = [
        {"id": number, "name": name, "is_default": False, "is_all_traffic_rule": False, "rules": [{**rule, "port_range": str(number)}]}
        for number, name in ((ord(name[0]) - 96, name) for name in names)
    ]
    return Step("GET", f"security_group/{vm}/attach/" if vm else "security_group/", ok(entries), None)


def vpcs(*names: str, state: str = "Active") -> Step:
    return Step("GET", "vpc/list/", ok([{"network_id": ord(name[0]) - 96, "vpc_id": 7, "name": name, "state": state} for name in names]), None, PAGE)


def networks(*ids: int) -> Step:
    return Step("GET", "nodes/31/networkdetail/", ok({"vpc": [{"network_id": identifier} for identifier in ids]}), None)


def volumes(**homes: int | None) -> Step:
    """Volumes by name with the vm id that has them; the id of a volume is its place in the alphabet."""
    entries = [
        {
            "block_id": ord(name[0]) - 96,
            "name": name,
            "size_string": "250 GB",
            "status": "Attached" if vm else "Available",
            "vm_detail": {"vm_id": vm, "node_id": vm - 50, "vm_name": "web" if vm == 81 else "other"} if vm else {},
        }
        for name, vm in homes.items()
    ]
    return Step("GET", "block_storage/", ok(entries), None, PAGE)


def plug(action: str, identifier: int, vm: int = 81, answer: Answer = ok()) -> Step:
    return Step("PUT", f"block_storage/{identifier}/vm/{action}/", answer, {"vm_id": vm})


def unplugged(state: str = "RUNNING") -> Step:
    return Step("GET", "nodes/31/check-lcm-state/", ok({"lcm_state": state}), None)


def addresses(**homes: int | None) -> Step:
    """Reserved addresses by the last number, as ``n7``."""
    entries = [
        {
            "ip_address": f"198.51.100.{name[1:]}",
            "reserve_id": 1,
            "status": "Assigned" if vm else "Reserved",
            "vm_id": vm,
            "vm_name": "web" if vm == 81 else "other",
        }
        for name, vm in homes.items()
    ]
    return Step("GET", "reserve_ips/", ok(entries), None)


def keys(**known: str) -> Step:
    entries = [{"pk": number, "label": label, "ssh_key": key} for number, (label, key) in enumerate(known.items(), 1)]
    return Step("GET", "ssh_keys/", ok(entries), None)
