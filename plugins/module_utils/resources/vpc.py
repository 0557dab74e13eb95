# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A VPC as a resource of the lifecycle (reference D.4)."""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import NOTHING, UNKNOWN_PRICE, Cost, price_told
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import by_id_or_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import until_accepted
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, InUseError, ResourceFailedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import passes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.vpcs import Vpc, VpcsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import check_name_of_removed


_KEYS = ("id", "name", "ipv4", "is_e2e_vpc", "state", "is_active", "gateway", "gateway_node", "node_count", "created_at", "subnets")


@dataclass(frozen=True)
class VpcOptions:
    """What the user wants; ``None`` keeps what is there. One of ``id`` and ``name`` is given."""

    id: int | None = None
    name: str | None = None
    cidr: str | None = None
    wait: bool = True
    wait_timeout: float = 600.0


def network(value: str) -> str:
    """A network in its one spelling.

    :raises InputError: it is not a network.
    """
    try:
        return str(ipaddress.IPv4Network(value))
    except ValueError as error:
        raise InputError(f"ipv4: {value!r} is not a network such as 10.10.0.0/23 ({error}).") from None


def vpc_result(vpc: Vpc | None, options: VpcOptions = VpcOptions()) -> dict[str, t.Any]:
    """A VPC as modules return it."""
    if vpc is None:
        absent: dict[str, t.Any] = dict.fromkeys(_KEYS)
        return absent | {"id": options.id, "name": options.name, "state": "absent"}
    return {
        "id": vpc.id,
        "name": vpc.name,
        "ipv4": vpc.cidr,
        "is_e2e_vpc": vpc.is_e2e,
        "state": vpc.state,
        "is_active": vpc.is_active,
        "gateway": vpc.gateway,
        "gateway_node": {"node_id": vpc.gateway_node.node_id, "ip_address_public": vpc.gateway_node.public_ip} if vpc.gateway_node else None,
        "node_count": vpc.node_count,
        "created_at": vpc.created_at,
        "subnets": [vars(subnet) for subnet in vpc.subnets],
    }


class VpcResource(ResourceBase[Vpc]):
    """One network, known by its id or else by its name."""

    rules = (FieldRule("name", in_place=False), FieldRule("ipv4", in_place=False))
    settling = ("state",)

    def __init__(self, client: VpcsClient, options: VpcOptions) -> None:
        super().__init__()
        self._client = client
        self._options = options
        # A replacement has another id, and until that is told it is known by its name.
        self._id, self._name = options.id, options.name
        self.label = f"VPC {options.name or options.id}"

    def read(self) -> Vpc | None:
        return by_id_or_name(self._client.vpcs(), self._id, self._name, self.label, is_own=self._id != self._options.id)

    def desired(self, current: Vpc | None) -> dict[str, Value]:
        options = self._options
        if current is None and options.id is not None:
            raise InputError(f"There is no VPC with the id {options.id}. To create one, give its name and leave the id out.")
        if current is not None and options.name not in (None, current.name):
            raise InputError(f"The VPC {current.id} is named {current.name}, and a VPC cannot be renamed. Leave the name out, or give that one.")
        wanted = {"name": options.name, "ipv4": options.cidr}
        return {name: value for name, value in wanted.items() if value is not None}

    def facts(self, current: Vpc) -> dict[str, Value]:
        return {"name": current.name, "ipv4": UNKNOWN if current.cidr is None else current.cidr}

    def check_allowed(self, current: Vpc | None, action: Action) -> None:
        if current is not None and action == "delete":
            check_name_of_removed("VPC", current.id, current.name, self._options.name)
        if current is not None and current.node_count:
            raise InUseError(
                f"The {self.label} is used by {current.node_count} {'node' if current.node_count == 1 else 'nodes'}. Take them out of it first, "
                "then it can be deleted."
            )

    def cost(self, current: Vpc | None, action: Action) -> Cost:
        if action not in ("create", "delete"):
            return Cost.same(UNKNOWN_PRICE)
        price = price_told(self._client.price)
        return Cost(NOTHING, price) if action == "create" else Cost(price, NOTHING)

    def create(self, previous: Vpc | None) -> None:
        options = self._options
        self._id, self._name = None, options.name or (previous.name if previous else "")
        self._id = self._client.create(self._name, options.cidr)

    def delete(self, current: Vpc) -> None:
        """Nodes that have just left, and a network that is just being made, delay a delete; the API says so by refusing it."""
        if not self._options.wait:
            self._client.delete(current.id)
            return
        until_accepted(lambda: self._client.delete(current.id), timeout=self._options.wait_timeout, clock=self._client.transport.clock, passes=passes)

    def is_busy(self, current: Vpc) -> bool:
        return current.state == "creating"

    def check_ready(self, current: Vpc) -> bool:
        if current.state in ("failed", "error"):
            raise ResourceFailedError(f"The {self.label} could not be made, its state is {current.state}. Delete it, and try again.")
        return current.state == "active"

    def describe(self, current: Vpc) -> str:
        return f"its state is {current.state}"

    def result(self, current: Vpc | None) -> dict[str, t.Any]:
        return vpc_result(current, self._options)

    def predict(self, current: Vpc | None, action: Action) -> dict[str, t.Any]:
        wanted = {**(self.facts(current) if current else {}), **self.desired(current)}
        return {
            **vpc_result(None),
            "name": wanted["name"],
            "ipv4": self._options.cidr,
            "is_e2e_vpc": self._options.cidr is None,
            "state": "active",
            "node_count": 0,
        }
