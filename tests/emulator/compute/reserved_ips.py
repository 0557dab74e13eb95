# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reserved IPs (reference D.6, C.5, H.22, H.40, H.42): the address is the id in paths, nodes go by vm id."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import NO_CREDIT, TRANSITIONAL, Account, Body, Route, body_of, scope_of
from .nodes import NodesApi
from .records import Node, ReservedIp, Scope

FREE = "Reserved"
ASSIGNED = "Assigned"
LIVE = "Live Reserved"
ADDON, FLOATING = "AddonIP", "FloatingIP"


class ReservedIpsApi:
    """Addresses, and the nodes that have them."""

    def __init__(self, account: Account, nodes: NodesApi) -> None:
        self._account = account
        self._store = account.store
        self._nodes = nodes
        account.later.on("reserved-ip", self._appeared)

    def routes(self) -> list[Route]:
        one = "reserve_ips/{ip:[0-9.]+}/actions/"
        return [
            Route("GET", "reserve_ips/", self._list),
            Route("POST", "reserve_ips/", self._create),
            Route("POST", "reserve_ips/public_reserveip_actions/", self._public),
            Route("GET", one, self._get),
            Route("POST", one, self._act),
            Route("DELETE", one, self._delete),
        ]

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return success([self._view(ip) for ip in self._store.ips.within(scope_of(call)) if ip.visible])

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        """One address, as an array of one (reference H.42)."""
        return success([self._view(self._ip(call))])

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        scope = scope_of(call)
        if not self._account.purse.credit:
            raise Refused(412, NO_CREDIT)
        bought = self._account.clock.now().strftime("%d-%m-%Y %H:%M")
        ip = ReservedIp(self._store.next("reserved IP"), *scope, self._store.new_public_address(), ADDON, bought, visible=False)
        self._store.ips.add(ip)
        self._store.charge("reserved_ip", ip, ip.name)
        # It takes a moment until the list shows it.
        self._account.begin(call, "reserved-ip", ip.id, share=0.5)
        return success(self._view(ip), words.IP_RESERVED)

    def _appeared(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if ip := self._store.ips.find(number):
            ip.visible = True

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        ip = self._ip(call)
        node = self._store.find_vm(ip.vm_id) if ip.vm_id else None
        if node and node.status != "Terminating":
            raise Refused(412, f"Reserved IP {ip.name} is in use: detach it first.")
        if node and node.public_ip == ip.name:
            # The end of the node must not bring back what is gone (reference H.40).
            node.public_ip = ""
        self._store.ips.drop(ip.id)
        self._store.discharge("reserved_ip", ip.id)
        said = words.IP_RELEASED.format(ip.name)
        return success({"message": said}, said)

    async def _act(self, call: ApiCall) -> web.StreamResponse:
        body, scope = await body_of(call), scope_of(call)
        kind, address = body.name("type"), call.request.match_info["ip"]
        node = self._node(scope, body)
        if kind == "live-reserve":
            return self._live_reserve(scope, node, address)
        ip = self._ip(call)
        if kind == "attach":
            if ip.vm_id:
                raise Refused(412, f"Reserved IP {ip.name} is already in use.")
            ip.vm_id, ip.status = node.vm_id, ASSIGNED
            node.public_ip = node.public_ip or ip.name
            return self._done(ip, node, words.IP_ASSIGNED)
        if kind == "detach":
            if ip.vm_id != node.vm_id:
                raise Refused(412, f"Reserved IP {ip.name} is not attached to node {node.name}.")
            ip.vm_id, ip.status = 0, FREE
            node.public_ip = "" if node.public_ip == ip.name else node.public_ip
            return self._done(ip, node, words.IP_DETACHED)
        raise Refused(400, f"type: {kind!r} is not a valid choice, use attach, detach or live-reserve.")

    def _live_reserve(self, scope: Scope, node: Node, address: str) -> web.StreamResponse:
        if node.public_ip != address:
            raise Refused(412, f"{address} is not the public IP of node {node.name}.")
        if self._store.ip(scope, address):
            raise Refused(412, f"{address} is reserved already.")
        ip = self._nodes.reserve(scope, address)
        ip.vm_id, ip.status = node.vm_id, LIVE
        return success({"IP": ip.name, "status": ip.status, "vm_name": node.name}, words.IP_RESERVED)

    async def _public(self, call: ApiCall) -> web.StreamResponse:
        body, scope = await body_of(call), scope_of(call)
        kind, address = body.name("type"), body.name("public_ip")
        node = self._node(scope, body)
        ip = self._store.ip(scope, address)
        if kind == "detach":
            if node.public_ip != address:
                raise Refused(412, f"{address} is not the public IP of node {node.name}.")
            ip = ip or self._nodes.reserve(scope, address)
            node.public_ip, ip.vm_id, ip.status = "", 0, FREE
            return self._done(ip, node, words.PUBLIC_IP_DETACHED)
        if kind != "attach":
            raise Refused(400, f"type: {kind!r} is not a valid choice, use attach or detach.")
        if ip is None:
            raise Refused(404, f"Reserved IP {address} not found.")
        if ip.vm_id or node.public_ip:
            raise Refused(412, f"Reserved IP {address} is in use, or node {node.name} has a public IP.")
        node.public_ip, ip.vm_id, ip.status = address, node.vm_id, ASSIGNED
        return self._done(ip, node, "Public IP attached successfully.")

    def _ip(self, call: ApiCall) -> ReservedIp:
        address = call.request.match_info["ip"]
        ip = self._store.ip(scope_of(call), address)
        if ip is None:
            raise Refused(404, f"Reserved IP {address} not found.")
        return ip

    def _node(self, scope: Scope, body: Body) -> Node:
        node = self._store.vm(scope, body.whole("vm_id"))
        if node.status in TRANSITIONAL:
            raise Refused(412, f"Node {node.name} is {node.status}, try again later.")
        return node

    @staticmethod
    def _done(ip: ReservedIp, node: Node, message: str) -> web.StreamResponse:
        return success({"IP": ip.name, "status": ip.status, "vm_id": node.vm_id, "vm_name": node.name}, message)

    def _is_floating(self, ip: ReservedIp, node: Node | None) -> bool:
        asked_for = self._account.settings.floating == "on"
        return asked_for and node is not None and ip.kind == ADDON and node.public_ip != ip.name

    def _view(self, ip: ReservedIp) -> dict[str, Any]:
        node = self._store.find_vm(ip.vm_id) if ip.vm_id else None
        attached = []
        if node:
            attached.append(
                {
                    "id": node.id,
                    "name": node.name,
                    "vm_id": node.vm_id,
                    "status_name": node.status,
                    "ip_address_public": node.public_ip,
                    "ip_address_private": node.private_ip,
                    "security_group_status": "Updated",
                }
            )
        return {
            "ip_address": ip.name,
            "reserve_id": ip.id,
            "status": ip.status,
            "vm_id": node.vm_id if node else None,
            "vm_name": node.name if node else "--",
            # When the platform calls an address floating is not known: our choice is, if asked for, one that its node has besides another.
            "reserved_type": FLOATING if self._is_floating(ip, node) else ip.kind,
            "appliance_type": "NODE",
            "bought_at": ip.bought_at,
            "project_name": self._store.project_name(ip.project_id),
            "floating_ip_attached_nodes": attached,
        }
