# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes: list, details, create, delete, and what can be asked about one (reference C.2 to C.4, E, H.21)."""

from __future__ import annotations

import zlib
from typing import Any

from aiohttp import web

from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import NO_CREDIT, TRANSITIONAL, Account, Body, Route, number_of, scope_of
from .catalog import Plan, monthly
from .node_create import Order, checked_order
from .records import Node, ReservedIp, Scope
from .store import Store
from .vpcs import VpcsApi

NO_ADDRESS = (None, "", "[]")


def price_text(plan: Plan) -> str:
    return f"Rs. {plan.size.hourly}/Hour or Rs. {monthly(plan.size.hourly)}/Month"


def new_node(store: Store, scope: Scope, name: str, plan: Plan, created_at: str) -> Node:
    """A node of a plan with numbers and a private address of its own, Creating."""
    return Node(
        id=store.next("node"),
        project_id=scope.project_id,
        location=scope.location,
        name=name,
        vm_id=store.next("vm"),
        label="default",
        plan=plan.size.name,
        plan_id=plan.id,
        image=plan.system.image,
        disk=plan.size.disk,
        memory=f"{plan.size.ram} GB",
        vcpus=plan.size.cpu,
        price=price_text(plan),
        os=plan.system.info,
        private_ip=store.new_private_address(),
        created_at=created_at,
    )


class NodesApi:
    """What is not an action."""

    def __init__(self, account: Account, vpcs: VpcsApi) -> None:
        self._account = account
        self._store = account.store
        self._vpcs = vpcs
        account.later.on("node-create", self._made)
        account.later.on("node-delete", self._gone)

    def routes(self) -> list[Route]:
        one = "nodes/{id:[0-9]+}/"
        return [
            Route("GET", "nodes/", self._list),
            Route("POST", "nodes/", self._create),
            Route("GET", one, self._get),
            Route("DELETE", one, self._delete),
            Route("GET", one + "networkdetail/", self._network),
            Route("GET", one + "check-lcm-state/", self._lcm_state),
            Route("GET", one + "monitor/server-health/", self._health),
        ]

    def _node(self, call: ApiCall) -> Node:
        return self._store.nodes.get(scope_of(call), number_of(call))

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return self._account.listed(call, self._store.nodes.within(scope_of(call)), self.summary)

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        return success(self.details(self._node(call)))

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        values, scope = await call.json_object(), scope_of(call)
        order = checked_order(self._account, scope, values)
        if not self._account.purse.credit:
            return success({"is_credit_sufficient": False}, NO_CREDIT)
        made = [self._make(call, scope, name, order, Body(values)) for name in order.names]
        if self._account.settings.node_create_shape == "object":
            return success({**self.details(made[0]), "is_credit_sufficient": True}, "Node creation has started.")
        shown = [self._created(node) for node in made]
        counts = {"total_number_of_node_requested": len(order.names), "total_number_of_node_created": len(made)}
        return success({**counts, "node_create_response": shown}, "Node creation has started.")

    def _make(self, call: ApiCall, scope: Scope, name: str, order: Order, body: Body) -> Node:
        store, plan = self._store, order.plan
        node = new_node(store, scope, name, plan, self._account.now())
        node.label, node.disk, node.start_scripts = order.label, order.disk, order.start_scripts
        node.groups = [order.group.id]
        labels = {key.text: key.name for key in store.ssh_keys.within(scope)}
        node.ssh_keys = [{"label": labels.get(text.strip(), ""), "ssh_key": text} for text in order.ssh_keys]
        for flag, value in order.flags.items():
            setattr(node, flag, value)
        if order.image:
            node.template_id, node.os = order.image.template_id, order.image.os
        if order.ip:
            node.public_ip, order.ip.vm_id, order.ip.status = order.ip.name, node.vm_id, "Assigned"
        elif order.has_public_ip:
            node.public_ip = store.new_public_address()
        store.add_node(node)
        store.charge("node", node, plan.id)
        self._account.begin(call, "node-create", node.id)
        if order.volume:
            order.volume.vm_id, order.volume.status = node.vm_id, "Attached"
        if order.vpc:
            self._vpcs.join(call, node, order.vpc, body)
        return node

    def _made(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if node := self._store.nodes.find(number):
            node.status = "Failed" if failed else "Running"

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        node = self._node(call)
        if node.is_locked:
            raise Refused(412, f"Node {node.name} is locked: unlock it before you delete it.")
        if node.status in TRANSITIONAL:
            raise Refused(412, f"Node {node.name} is {node.status} and cannot be deleted now, try again later.")
        keep = call.request.query.get("reserve_ip_required") == "true"
        node.status = "Terminating"
        self._account.begin(call, "node-delete", node.id, {"keep_ip": keep})
        return success({})

    def _gone(self, number: int, value: dict[str, Any], failed: bool) -> None:
        node = self._store.nodes.find(number)
        if node is None:
            return
        if failed:
            node.status = "Failed"
            return
        for volume in self._store.volumes:
            if volume.vm_id == node.vm_id:
                volume.vm_id, volume.status = 0, "Available"
        for ip in self._store.ips:
            if ip.vm_id == node.vm_id:
                ip.vm_id, ip.status = 0, "Reserved"
        if value["keep_ip"] and node.public_ip and self._store.ip(node.scope, node.public_ip) is None:
            self.reserve(node.scope, node.public_ip)
        self._store.drop_node(node)
        self._store.discharge("node", node.id)

    def reserve(self, scope: Scope, address: str) -> ReservedIp:
        """Make a node's own public address a reserved IP, which is billed from here on."""
        bought = self._account.clock.now().strftime("%d-%m-%Y %H:%M")
        ip = self._store.ips.add(ReservedIp(self._store.next("reserved IP"), scope.project_id, scope.location, address, "PublicIP", bought))
        self._store.charge("reserved_ip", ip, address)
        return ip

    async def _network(self, call: ApiCall) -> web.StreamResponse:
        node = self._node(call)
        networks = []
        for member in node.vpcs:
            vpc = self._store.vpcs.find(member["network_id"])
            if vpc and member["state"] != "attaching":
                shown = {"vpc_name": vpc.name, "ipv4_cidr": vpc.cidr, "private_ip_address": member["ip"]}
                networks.append({"network_id": vpc.id, "subnet_id": member["subnet_id"], **shown})
        addresses = {"public_ip_address": self.public_ip(node), "private_ip_address": node.private_ip}
        return success({**addresses, "vpc": networks, "reserved_ips": [ip.name for ip in self._store.ips if ip.vm_id == node.vm_id]})

    async def _lcm_state(self, call: ApiCall) -> web.StreamResponse:
        node = self._node(call)
        off = node.status == "Powered off"
        state = "LCM_INIT" if off else "RUNNING"
        if node.busy == "disk resize":
            state = "DISK_RESIZE_POWEROFF" if off else "DISK_RESIZE"
        elif self._account.later.under_way("hotplug", node.vm_id):
            state = "HOTPLUG_PROLOG_POWEROFF" if off else "Hotplug"
        return success({"lcm_state": state})

    async def _health(self, call: ApiCall) -> web.StreamResponse:
        node = self._node(call)
        return success({"node_id": node.id, "server_health": "OK" if node.status == "Running" else "UNKNOWN"})

    def public_ip(self, node: Node) -> str | None:
        """The address, or one of the three ways in which the platform says none (reference E)."""
        return node.public_ip or NO_ADDRESS[zlib.crc32(f"{self._account.settings.seed}:{node.id}".encode()) % len(NO_ADDRESS)]

    def summary(self, node: Node) -> dict[str, Any]:
        """A node in the list: without vm_id and label."""
        return {
            "id": node.id,
            "name": node.name,
            "status": node.status,
            "plan": node.plan,
            "public_ip_address": self.public_ip(node),
            "private_ip_address": node.private_ip,
            "is_locked": node.is_locked,
            "rescue_mode_status": "Enabled" if node.rescue else "Disabled",
        }

    def _created(self, node: Node) -> dict[str, Any]:
        shown = self.summary(node)
        del shown["rescue_mode_status"]
        return {**shown, "created_at": node.created_at, "location": node.location}

    def details(self, node: Node) -> dict[str, Any]:
        """A node read by id."""
        return {
            **self.summary(node),
            "vm_id": node.vm_id,
            "label": node.label,
            "created_at": node.created_at,
            "location": node.location,
            "disk": f"{node.disk} GB",
            "memory": node.memory,
            "vcpus": str(node.vcpus),
            "price": node.price,
            "os_info": node.os,
            "ssh_keys": node.ssh_keys,
            "security_group_count": len(node.groups),
            "is_vpc_attached": any(member["state"] != "attaching" for member in node.vpcs),
            "is_active": node.status != "Failed",
            "is_monitored": True,
            "is_bitninja_license_active": node.bitninja,
            "isEncryptionEnabled": node.encrypted,
            "is_accidental_protection": node.protected,
            "is_node_compliance": node.compliant,
        }
