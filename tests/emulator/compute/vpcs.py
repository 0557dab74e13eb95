# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPCs (reference D.4, C.5, H.22, H.27, H.29): ``network_id`` everywhere, and nodes by node id."""

from __future__ import annotations

import ipaddress
from typing import Any

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import NO_CREDIT, TRANSITIONAL, Account, Body, Route, body_of, number_of, scope_of
from .catalog import committed, monthly
from .records import Node, Vpc

HOURLY = 2.6
CN_STATUS = ("auto_renew", "hourly_billing")
PLAN_NUMBER = 7000


def checked_commitment(body: Body, offered: list[dict[str, Any]], accepted: tuple[str, ...]) -> None:
    """``cn_id`` and ``cn_status`` of committed billing."""
    if body.sets("cn_id") and body.whole("cn_id") not in {one["committed_sku_id"] for one in offered}:
        raise Refused(412, f"cn_id: {body.whole('cn_id')} is not offered for this plan.")
    if body.has("cn_status") and body.text("cn_status") not in accepted:
        raise Refused(400, f"cn_status: {body.text('cn_status')!r} is not a valid choice, use {', '.join(accepted)}.")


class VpcsApi:
    """Networks, and the nodes in them."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._store = account.store
        account.later.on("vpc", self._made)
        account.later.on("vpc-attach", self._joined)
        account.later.on("vpc-detach", self._left)

    def routes(self) -> list[Route]:
        one = "vpc/{id:[0-9]+}/"
        return [
            Route("GET", "vpc/list/", self._list),
            Route("GET", "vpc/plans/", self._plans),
            Route("POST", "vpc/", self._create),
            Route("GET", one, self._get),
            Route("DELETE", one, self._delete),
            Route("POST", "vpc/node/attach/", self._attach),
            Route("POST", "vpc/node/detach/", self._detach),
        ]

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return self._account.listed(call, self._store.vpcs.within(scope_of(call)), self._view)

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        return success(self._view(self._store.vpcs.get(scope_of(call), number_of(call))))

    async def _plans(self, call: ApiCall) -> web.StreamResponse:
        plan = {
            "name": "VPC",
            "currency": "INR",
            "location": call.location,
            "price_per_hour": HOURLY,
            "price_per_month": monthly(HOURLY),
            "committed_sku": committed(PLAN_NUMBER, "VPC", HOURLY),
        }
        return success([plan])

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        body, scope = await body_of(call), scope_of(call)
        name, own = body.name("vpc_name"), not body.flag("is_e2e_vpc", default=not body.has("ipv4"))
        cidr = _own_network(body) if own else ""
        checked_commitment(body, committed(PLAN_NUMBER, "VPC", HOURLY), CN_STATUS)
        self._account.require_free(self._store.vpcs, scope, name)
        if not self._account.purse.credit:
            return success({"vpc_name": name, "project_id": scope.project_id, "is_credit_sufficient": False}, NO_CREDIT)
        vpc = Vpc(
            self._store.next("VPC"),
            scope.project_id,
            scope.location,
            name,
            self._store.next("vpc_id"),
            cidr or self._store.new_network(),
            not own,
            self._account.now(),
        )
        if own:
            vpc.subnets = [{"id": self._store.next("subnet"), "subnet_name": f"{name}-subnet", "cidr": vpc.cidr}]
        self._store.vpcs.add(vpc)
        self._store.charge("vpc", vpc, vpc.cidr)
        self._account.begin(call, "vpc", vpc.id)
        labels = {"label_id": str(self._store.next("label")), "resource_type": "vpc"}
        made = {**self._reply(vpc), "network_id": vpc.id, "is_credit_sufficient": True, **labels}
        return success(made, words.CREATED, 201)

    def _made(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if vpc := self._store.vpcs.find(number):
            vpc.state = "Failed" if failed else "Active"

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        vpc = self._store.vpcs.get(scope_of(call), number_of(call))
        if vpc.state == "Creating":
            raise Refused(412, words.VPC_CREATING)
        if members := self._members(vpc):
            # Which of the two it says when is not known (reference D.4): our choice.
            leaving = all(member["state"] == "detaching" for member in members)
            raise Refused(412, words.TRY_LATER if leaving else words.RUNNING_SERVERS)
        self._store.vpcs.drop(vpc.id)
        self._store.discharge("vpc", vpc.id)
        return success(self._reply(vpc), words.VPC_DELETED)

    async def _attach(self, call: ApiCall) -> web.StreamResponse:
        node, vpc, body = await self._node_and_vpc(call, "attach")
        self.join(call, node, vpc, body)
        return success(self._reply(vpc), words.VPC_ATTACHED)

    async def _detach(self, call: ApiCall) -> web.StreamResponse:
        node, vpc, unused = await self._node_and_vpc(call, "detach")
        member = membership(node, vpc)
        if member is None:
            raise Refused(412, f"VPC {vpc.name} is not attached to node {node.name}.")
        member["state"] = "detaching"
        self._account.begin(call, "vpc-detach", node.id, {"network_id": vpc.id})
        return success(self._reply(vpc), words.VPC_DETACHED)

    def join(self, call: ApiCall, node: Node, vpc: Vpc, body: Body) -> None:
        """Begin to attach a node, which takes its time."""
        if vpc.state != "Active":
            raise Refused(412, f"VPC {vpc.name} is {vpc.state}, not Active.")
        if membership(node, vpc):
            raise Refused(412, f"VPC {vpc.name} is already attached to node {node.name}.")
        node.vpcs.append({"network_id": vpc.id, "state": "attaching", **self._place(vpc, body)})
        self._account.begin(call, "vpc-attach", node.id, {"network_id": vpc.id})

    def _place(self, vpc: Vpc, body: Body) -> dict[str, Any]:
        subnet = body.whole("subnet_id") if body.sets("subnet_id") else None
        if subnet is not None and subnet not in {one["id"] for one in vpc.subnets}:
            raise Refused(400, f"subnet_id: VPC {vpc.name} has no subnet {subnet}.")
        network = ipaddress.ip_network(vpc.cidr)
        taken = {member["ip"] for member in self._members(vpc)}
        if not body.has("input_ip"):
            hosts = (str(host) for index, host in enumerate(network.hosts()) if index)
            free = next((host for host in hosts if host not in taken), None)
            if free is None:
                raise Refused(412, f"VPC {vpc.name} has no free address.")
            return {"subnet_id": subnet, "ip": free}
        wanted = body.text("input_ip")
        try:
            inside = ipaddress.ip_address(wanted) in network
        except ValueError:
            inside = False
        if not inside:
            raise Refused(400, f"input_ip: {wanted!r} is not an address of {vpc.cidr}.")
        if wanted in taken:
            raise Refused(412, f"input_ip: {wanted} is in use.")
        return {"subnet_id": subnet, "ip": wanted}

    def _members(self, vpc: Vpc) -> list[dict[str, Any]]:
        return [member for node in self._store.nodes.within(vpc.scope) if (member := membership(node, vpc))]

    def _joined(self, number: int, value: dict[str, Any], failed: bool) -> None:
        self._settle(number, value["network_id"], stays=not failed)

    def _left(self, number: int, value: dict[str, Any], failed: bool) -> None:
        self._settle(number, value["network_id"], stays=failed)

    def _settle(self, number: int, network_id: int, stays: bool) -> None:
        node = self._store.nodes.find(number)
        if node is None:
            return
        for member in [one for one in node.vpcs if one["network_id"] == network_id]:
            member["state"] = "attached"
            if not stays:
                node.vpcs.remove(member)

    async def _node_and_vpc(self, call: ApiCall, action: str) -> tuple[Node, Vpc, Body]:
        body, scope = await body_of(call), scope_of(call)
        if body.text("action") != action:
            raise Refused(400, f"action: This path takes {action!r} only.")
        vpc = self._store.vpcs.get(scope, body.whole("network_id"))
        if action == "attach" and vpc.state == "Creating":
            # As of one that is not there (reference H.29); that the status is the same too is our choice.
            raise Refused(404, words.VPC_NOT_FOUND.format(vpc.id))
        node = self._store.nodes.get(scope, body.whole("node_id"))
        if node.status in TRANSITIONAL:
            raise Refused(412, f"Node {node.name} is {node.status}, try again later.")
        if (member := membership(node, vpc)) and member["state"] != "attached":
            raise Refused(412, f"VPC {vpc.name} is being attached to or detached from node {node.name}, try again later.")
        return node, vpc, body

    def _gateway(self, vpc: Vpc) -> dict[str, Any]:
        """Which node it is at the platform is not known: our choice is the oldest one in the network that has a public address."""
        nodes = [node for node in self._store.nodes.within(vpc.scope) if node.public_ip and (one := membership(node, vpc)) and one["state"] == "attached"]
        return {"node_id": nodes[-1].id, "ip_address_public": nodes[-1].public_ip} if nodes else {}

    @staticmethod
    def _reply(vpc: Vpc) -> dict[str, Any]:
        return {"vpc_id": vpc.vpc_id, "vpc_name": vpc.name, "project_id": vpc.project_id}

    def _view(self, vpc: Vpc) -> dict[str, Any]:
        network = ipaddress.ip_network(vpc.cidr)
        used = len(self._members(vpc))
        total = max(network.num_addresses - 3, 0)
        return {
            "network_id": vpc.id,
            "name": vpc.name,
            "ipv4_cidr": vpc.cidr,
            "is_e2e_vpc": vpc.is_e2e_vpc,
            "state": vpc.state,
            "is_active": vpc.state == "Active",
            "gateway_ip": str(network[1]),
            "gateway_node": self._gateway(vpc),
            "pool_size": total,
            "created_at": vpc.created_at,
            "location": vpc.location,
            "project_name": self._store.project_name(vpc.project_id),
            "vm_count": used,
            "subnets": [{**one, "totalIPs": total, "usedIPs": used} for one in vpc.subnets],
        }


def membership(node: Node, vpc: Vpc) -> dict[str, Any] | None:
    """How a node belongs to a VPC, from the request to attach until the detach is done."""
    return next((one for one in node.vpcs if one["network_id"] == vpc.id), None)


def _own_network(body: Body) -> str:
    body.require("ipv4")
    try:
        network = ipaddress.ip_network(body.text("ipv4"))
    except ValueError as error:
        raise Refused(400, f"ipv4: {error}.") from None
    if network.version != 4 or not network.is_private or not 8 <= network.prefixlen <= 28:
        raise Refused(400, f"ipv4: {network} is not a private network from /8 to /28.")
    return str(network)
