# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node create accepts (reference C.2). Everything is checked before anything is made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..envelope import Refused
from .account import Account, Body
from .catalog import CUSTOM_DISK, Plan, plans
from .records import Image, ReservedIp, Scope, SecurityGroup, Volume, Vpc
from .security_groups import default_group
from .ssh_keys import checked_keys
from .vpcs import checked_commitment

NAME = re.compile(r"[A-Za-z0-9-]{3,50}")
MOST_INSTANCES = 10


@dataclass
class Order:
    """A create that can be carried out; ``disk`` is in GB."""

    names: list[str]
    plan: Plan
    disk: int
    label: str
    group: SecurityGroup
    image: Image | None = None
    vpc: Vpc | None = None
    ip: ReservedIp | None = None
    volume: Volume | None = None
    ssh_keys: list[str] = field(default_factory=list)
    start_scripts: list[str] = field(default_factory=list)
    flags: dict[str, bool] = field(default_factory=dict)
    has_public_ip: bool = True


def checked_order(account: Account, scope: Scope, values: dict[str, Any]) -> Order:
    """Read the body of a create; refusals are 400 for what it is made of, 412 for what it asks for."""
    body = Body(values)
    body.require("name", "plan", "image")
    name, label = body.text("name"), body.text("label", "default")
    if not NAME.fullmatch(name):
        raise Refused(400, f"name: {name!r} is not valid: use 3 to 50 letters, digits and hyphens.")
    if len(label) > 50:
        raise Refused(400, "label: Use at most 50 characters.")
    plan = find_plan(account, scope.location, body)
    if plan.size.name in account.purse.out_of_stock:
        raise Refused(412, f"Plan {plan.size.name} is currently out of stock in {scope.location}.")
    checked_commitment(body, plan.commitments, ("auto_renew", "hourly_billing"))
    order = Order(_names(body, name), plan, _disk(body, plan), label, _group(account, scope, body))
    for one in order.names:
        account.require_free(account.store.nodes, scope, one)
    order.ssh_keys = checked_keys(body.texts("ssh_keys"), "ssh_keys")
    order.start_scripts = body.texts("start_scripts")
    order.image = _saved_image(account, scope, body)
    order.vpc = _vpc(account, scope, body)
    order.ip = _reserved_ip(account, scope, body)
    order.volume = _volume(account, scope, body, plan)
    order.flags = {
        "disable_password": body.flag("disable_password", True),
        "backups": body.flag("backups"),
        "bitninja": body.flag("enable_bitninja"),
        "ipv6": body.flag("is_ipv6_availed"),
        "encrypted": body.flag("isEncryptionEnabled"),
    }
    if order.flags["encrypted"] and not body.text("encryption_passphrase"):
        raise Refused(400, "encryption_passphrase: This field is required when the disk is encrypted.")
    # Every plan but E1 comes with a public address (reference D.6), whatever default_public_ip says.
    order.has_public_ip = not body.flag("is_private") and (plan.size.series not in CUSTOM_DISK or body.flag("default_public_ip"))
    if len(order.names) > 1 and (order.ip or order.volume):
        raise Refused(412, "A reserved IP or a volume can go to one node only: set number_of_instances to 1.")
    return order


def find_plan(account: Account, location: str, body: Body) -> Plan:
    """The plan of a long name together with its own image; short names are refused with a 412 (reference C.1)."""
    long, image = body.name("plan", 200), body.name("image", 200)
    plan = plans(location).get(long)
    if plan is None:
        raise Refused(412, f"Plan {long} is not valid in {location}.")
    if plan.system.image != image:
        raise Refused(412, f"Image {image} does not belong to plan {long}.")
    return plan


def checked_disk(size: int) -> int:
    """A size on the grid of E1 root disks: 75 to 2400 GB, in steps of 25 below 150 and of 50 from there."""
    if not 75 <= size <= 2400 or size % (25 if size < 150 else 50):
        raise Refused(412, f"Disk size {size} GB is not allowed: use 75 to 2400 GB, in steps of 25 below 150 and of 50 from 150.")
    return size


def _names(body: Body, name: str) -> list[str]:
    count = body.whole("number_of_instances") if body.has("number_of_instances") else 1
    if not 1 <= count <= MOST_INSTANCES:
        raise Refused(400, f"number_of_instances: Use 1 to {MOST_INSTANCES}.")
    return [name, *(f"{name}-{index}" for index in range(1, count))]


def _disk(body: Body, plan: Plan) -> int:
    size = body.whole("disk") if body.sets("disk") else 0
    if plan.size.series not in CUSTOM_DISK:
        if size:
            raise Refused(412, f"Plan {plan.size.name} has a fixed disk of {plan.size.disk} GB: leave disk out.")
        return plan.size.disk
    if not size:
        raise Refused(412, f"Plan {plan.size.name} needs a disk size.")
    return checked_disk(size)


def _group(account: Account, scope: Scope, body: Body) -> SecurityGroup:
    if not body.sets("security_group_id"):
        return default_group(account.store, scope)
    return account.store.groups.get(scope, body.whole("security_group_id"))


def _saved_image(account: Account, scope: Scope, body: Body) -> Image | None:
    if not body.flag("is_saved_image"):
        return None
    if not body.sets("saved_image_template_id"):
        raise Refused(400, "saved_image_template_id: This field is required.")
    number = body.whole("saved_image_template_id")
    image = next((one for one in account.store.images.within(scope) if one.template_id == number), None)
    if image is None:
        raise Refused(404, f"Saved image with template {number} not found.")
    if image.state != "READY":
        raise Refused(412, f"Saved image {image.name} is {image.state}, not READY.")
    return image


def _vpc(account: Account, scope: Scope, body: Body) -> Vpc | None:
    if not body.sets("vpc_id"):
        return None
    vpc = account.store.vpcs.get(scope, body.whole("vpc_id"))
    if vpc.state != "Active":
        raise Refused(412, f"VPC {vpc.name} is {vpc.state}, not Active.")
    if body.sets("subnet_id") and body.whole("subnet_id") not in {subnet["id"] for subnet in vpc.subnets}:
        raise Refused(400, f"subnet_id: VPC {vpc.name} has no subnet {body.whole('subnet_id')}.")
    return vpc


def _reserved_ip(account: Account, scope: Scope, body: Body) -> ReservedIp | None:
    address = body.text("reserve_ip") if body.has("reserve_ip") else ""
    if not address:
        return None
    ip = account.store.ip(scope, address)
    if ip is None:
        raise Refused(404, f"Reserved IP {address} not found.")
    if ip.vm_id:
        raise Refused(412, f"Reserved IP {address} is in use.")
    return ip


def _volume(account: Account, scope: Scope, body: Body, plan: Plan) -> Volume | None:
    if not body.sets("image_id"):
        return None
    volume = account.store.volumes.get(scope, body.whole("image_id"))
    if plan.size.series == "C2":
        raise Refused(412, f"Plan {plan.size.name} takes no volume at creation.")
    if volume.status != "Available":
        raise Refused(412, f"Volume {volume.name} is {volume.status}, not Available.")
    return volume
