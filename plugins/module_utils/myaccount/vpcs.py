# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VPCs and the nodes in them: paths, payloads and parsing (reference D.4, C.5)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import Price
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import first, number, text, title, word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list, read_pages
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.prices import amount
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import remove
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport


@dataclass(frozen=True)
class Subnet:
    """A part of a VPC; ``total_ips`` and ``used_ips`` are counts of addresses."""

    id: int | None
    name: str | None
    cidr: str | None
    total_ips: int | None
    used_ips: int | None


@dataclass(frozen=True)
class GatewayNode:
    """The node through which a network reaches others (reference H.22)."""

    node_id: int | None
    public_ip: str | None


@dataclass(frozen=True)
class Vpc:
    """A network as the API returns it.

    :param id: its ``network_id``, which every other call wants; the ``vpc_id`` of some answers is another number.
    :param is_e2e: whether the platform chose the addresses.
    :param state: in lower case, such as ``creating`` and ``active``.
    :param node_count: how many nodes are in it.
    """

    id: int
    name: str
    cidr: str | None
    is_e2e: bool | None
    state: str
    gateway: str | None
    node_count: int | None
    created_at: str | None
    subnets: tuple[Subnet, ...]
    is_active: bool | None = None
    gateway_node: GatewayNode | None = None


def _parse(raw: t.Mapping[str, t.Any]) -> Vpc | None:
    identifier = number(raw.get("network_id"))
    if identifier is None:
        return None
    own = raw.get("is_e2e_vpc")
    subnets, active, gateway = raw.get("subnets"), raw.get("is_active"), raw.get("gateway_node")
    return Vpc(
        id=identifier,
        name=title(first(raw, "name", "vpc_name")),
        cidr=text(raw.get("ipv4_cidr")),
        is_e2e=own if isinstance(own, bool) else None,
        state=word(raw.get("state")),
        gateway=text(raw.get("gateway_ip")),
        node_count=number(raw.get("vm_count")),
        created_at=text(raw.get("created_at")),
        subnets=tuple(
            Subnet(number(one.get("id")), text(one.get("subnet_name")), text(one.get("cidr")), number(one.get("totalIPs")), number(one.get("usedIPs")))
            for one in (subnets if isinstance(subnets, list) else ())
            if isinstance(one, dict)
        ),
        is_active=active if isinstance(active, bool) else None,
        gateway_node=GatewayNode(number(gateway.get("node_id")), text(gateway.get("ip_address_public"))) if isinstance(gateway, dict) and gateway else None,
    )


class VpcsClient:
    """The calls of reference D.4. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def vpcs(self) -> list[Vpc]:
        """All networks, sorted by name."""
        vpcs = [vpc for raw in read_pages(self.transport, "vpc/list/", "network_id") if (vpc := _parse(raw)) is not None]
        return sorted(vpcs, key=lambda vpc: (vpc.name, vpc.id))

    def create(self, name: str, cidr: str | None) -> int | None:
        """Ask for a network; it is made after the answer. Its id where the answer holds one.

        :param cidr: its addresses, ``None`` lets the platform choose them.
        """
        body: dict[str, t.Any] = {"vpc_name": name, "is_e2e_vpc": cidr is None}
        if cidr is not None:
            body["ipv4"] = cidr
        data = self.transport.request("POST", "vpc/", json=body).data
        return number(data.get("network_id")) if isinstance(data, dict) else None

    def price(self) -> Price:
        """What a network costs; it has one plan (reference D.4)."""
        plan = next(iter(read_list(self.transport, "vpc/plans/")), {})
        return Price.told(amount(plan.get("price_per_hour")), amount(plan.get("price_per_month")), text(plan.get("currency")))

    def delete(self, identifier: int) -> None:
        """Remove a network; one that is not there is fine. The API refuses while nodes are in it."""
        remove(self.transport, f"vpc/{identifier}/", repeatable=True)

    def attach(self, identifier: int, node_id: int, *, subnet_id: int | None = None, address: str | None = None) -> None:
        """Ask to put a node, by its node id, into a network; it happens after the answer."""
        more = {"subnet_id": subnet_id, "input_ip": address}
        body = {"action": "attach", "network_id": identifier, "node_id": node_id, **{name: value for name, value in more.items() if value is not None}}
        self.transport.request("POST", "vpc/node/attach/", json=body)

    def detach(self, identifier: int, node_id: int) -> None:
        """Ask to take a node, by its node id, out of a network; it happens after the answer."""
        self.transport.request("POST", "vpc/node/detach/", json={"action": "detach", "network_id": identifier, "node_id": node_id})
