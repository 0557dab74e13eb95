# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups (reference D.2, C.5, H.14, H.36): the same path slot is a group id for the groups and a vm id for attaching."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import LOCATIONS, Account, Body, Route, body_of, number_of, scope_of
from .records import Node, Scope, SecurityGroup
from .store import Store

DIRECTIONS = ("Inbound", "Outbound")
PROTOCOLS = ("All", "All_TCP", "All_UDP", "ICMP", "Custom_TCP", "Custom_UDP")
PORTS = re.compile(r"All|[0-9]{1,5}(-[0-9]{1,5})?")
VPC_CIDR = re.compile(r"vpc_([0-9]+)")
VPC_SIZE = 512
NO_CIDR = "--"


def seed_groups(store: Store, project_id: str) -> None:
    """The default group each project has in each location, open in both directions."""
    for location in sorted(LOCATIONS):
        group = SecurityGroup(store.next("security group"), project_id, location, "default", "Default security group", [], is_default=True)
        for direction in DIRECTIONS:
            group.rules.append(checked_rule(store, group, {"rule_type": direction, "protocol_name": "All", "port_range": "All", "network": "any"}, "", set()))
        store.groups.add(group)


def default_group(store: Store, scope: Scope) -> SecurityGroup:
    return next(group for group in store.groups.within(scope) if group.is_default)


def checked_rule(store: Store, group: SecurityGroup, rule: Any, now: str, known: set[int]) -> dict[str, Any]:
    """One rule as it is read; an id among ``known`` is kept, any other is replaced."""
    if not isinstance(rule, dict):
        raise Refused(400, "rules: Expected a list of objects.")
    body = Body(rule)
    body.require("rule_type", "protocol_name", "port_range", "network")
    direction, protocol, ports = body.text("rule_type"), body.text("protocol_name"), body.text("port_range")
    if direction not in DIRECTIONS:
        raise Refused(400, f"rules: rule_type {direction!r} is not a valid choice, use {', '.join(DIRECTIONS)}.")
    if protocol not in PROTOCOLS:
        raise Refused(400, f"rules: protocol_name {protocol!r} is not a valid choice, use {', '.join(PROTOCOLS)}.")
    if not PORTS.fullmatch(ports) or any(part.isdigit() and int(part) > 65535 for part in ports.split("-")):
        raise Refused(400, f"rules: port_range {ports!r} is not valid, use a port, two with a hyphen, or All.")
    network, cidr, size, vpc_id = _network(store, group.scope, body)
    number = rule.get("id")
    return {
        "id": number if isinstance(number, int) and number in known else store.next("rule"),
        "rule_type": direction,
        "protocol_name": protocol,
        "port_range": ports,
        "network": network,
        "network_cidr": cidr,
        "network_size": size,
        "vpc_id": vpc_id,
        "description": body.text("description") if body.has("description") else "",
        "is_active": True,
        "deleted": False,
        "created_at": now,
        "updated_at": now,
        "security_group": group.id,
    }


def _network(store: Store, scope: Scope, body: Body) -> tuple[str, str, int, int | None]:
    network = body.text("network")
    if network == "any":
        return "any", NO_CIDR, 1, None
    if network == "myNetwork":
        found = VPC_CIDR.fullmatch(body.text("network_cidr"))
        vpc = store.vpcs.find(int(found[1])) if found else None
        if vpc is None or vpc.scope != scope:
            raise Refused(400, f"rules: network_cidr {body.text('network_cidr')!r} names no VPC of this project, use vpc_<network id>.")
        return "myNetwork", f"vpc_{vpc.id}", body.whole("network_size") if body.sets("network_size") else VPC_SIZE, vpc.id
    # The vendor's skill documents a CIDR in place of the word, the Terraform provider the word "manual" with a CIDR beside it.
    cidr = body.text("network_cidr") if network == "manual" else network
    try:
        ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        raise Refused(400, f"rules: {cidr!r} is not an address or network; network is any, myNetwork or manual.") from None
    return "manual", cidr, body.whole("network_size") if body.sets("network_size") else 1, None


class SecurityGroupsApi:
    """Groups, their default, and their nodes."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._store = account.store

    def routes(self) -> list[Route]:
        one = "security_group/{id:[0-9]+}/"
        return [
            Route("GET", "security_group/", self._list),
            Route("POST", "security_group/", self._create),
            Route("GET", one, self._get),
            Route("PUT", one, self._update),
            Route("DELETE", one, self._delete),
            Route("POST", one + "mark-default/", self._mark_default),
            Route("GET", one + "attach/", self._attached),
            Route("POST", one + "attach/", self._attach),
            Route("GET", one + "detach/", self._available),
            Route("POST", one + "detach/", self._detach),
        ]

    def _group(self, call: ApiCall) -> SecurityGroup:
        return self._store.groups.get(scope_of(call), number_of(call))

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return success([_view(group) for group in self._store.groups.within(scope_of(call))])

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        return success(_view(self._group(call)))

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        body, scope = await body_of(call), scope_of(call)
        body.require("rules")
        name, default = body.name("name"), body.flag("default")
        self._account.require_free(self._store.groups, scope, name)
        group = SecurityGroup(self._store.next("security group"), scope.project_id, scope.location, name, body.text("description"), [])
        group.rules = [checked_rule(self._store, group, rule, self._account.now(), set()) for rule in body.items("rules")]
        self._store.groups.add(group)
        if default:
            self._make_default(group)
        made = {"id": group.id, "label_id": f"{self._store.next('label')}", "resource_type": "security_group"}
        if self._account.settings.group_create_reply == "no-id":
            del made["id"]
        return success(made, words.GROUP_CREATED)

    async def _update(self, call: ApiCall) -> web.StreamResponse:
        group, body = self._group(call), await body_of(call)
        body.require("name", "description", "rules")
        name, description = body.name("name"), body.text("description")
        self._account.require_free(self._store.groups, group.scope, name, group)
        known = {rule["id"] for rule in group.rules}
        rules = [checked_rule(self._store, group, rule, self._account.now(), known) for rule in body.items("rules")]
        group.name, group.description, group.rules = name, description, rules
        return success("", words.GROUP_UPDATED)

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        group = self._group(call)
        if group.is_default:
            raise Refused(412, f"Security group {group.name} is the default one and cannot be deleted.")
        if count := sum(group.id in node.groups for node in self._store.nodes.within(group.scope)):
            raise Refused(412, f"Security group {group.name} is attached to {count} node(s): detach it first.")
        self._store.groups.drop(group.id)
        return success({"name": group.name}, words.GROUP_DELETED)

    async def _mark_default(self, call: ApiCall) -> web.StreamResponse:
        group = self._group(call)
        self._make_default(group)
        return success({}, f"Security group {group.name} is now the default one.")

    def _make_default(self, group: SecurityGroup) -> None:
        for other in self._store.groups.within(group.scope):
            other.is_default = other is group

    async def _attached(self, call: ApiCall) -> web.StreamResponse:
        node = self._store.vm(scope_of(call), number_of(call))
        return success([_view(group) for number in node.groups if (group := self._store.groups.find(number))])

    async def _available(self, call: ApiCall) -> web.StreamResponse:
        """Whatever the path says: the groups that the node does not have (reference H.14). That they are whole groups too is our choice."""
        node = self._store.vm(scope_of(call), number_of(call))
        return success([_view(group) for group in self._store.groups.within(node.scope) if group.id not in node.groups])

    async def _attach(self, call: ApiCall) -> web.StreamResponse:
        node, groups = await self._node_and_groups(call)
        node.groups += [group.id for group in groups if group.id not in node.groups]
        return success({}, words.GROUP_ATTACHED)

    async def _detach(self, call: ApiCall) -> web.StreamResponse:
        node, groups = await self._node_and_groups(call)
        for group in groups:
            if group.id not in node.groups:
                raise Refused(412, f"Security group {group.name} is not attached to node {node.name}.")
        left = [number for number in node.groups if number not in {group.id for group in groups}]
        if not left:
            raise Refused(412, f"Node {node.name} must keep at least one security group.")
        node.groups = left
        return success({}, words.GROUP_DETACHED)

    async def _node_and_groups(self, call: ApiCall) -> tuple[Node, list[SecurityGroup]]:
        scope = scope_of(call)
        node = self._store.vm(scope, number_of(call))
        groups = [self._store.groups.get(scope, number) for number in dict.fromkeys((await body_of(call)).wholes("security_group_ids"))]
        if node.status != "Running":
            raise Refused(412, f"Node {node.name} is {node.status}: its security groups can be changed only while it is Running.")
        return node, groups


def _view(group: SecurityGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "description": group.description,
        "is_default": group.is_default,
        "is_all_traffic_rule": any(rule["protocol_name"] == "All" and rule["network"] == "any" for rule in group.rules),
        "rules": group.rules,
    }
