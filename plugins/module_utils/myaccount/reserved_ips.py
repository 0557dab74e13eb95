# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reserved IPs and the nodes that have them: paths, payloads and parsing (reference D.6, C.5)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from urllib.parse import quote

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.attached_node import AttachedNode
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import first, number, text, word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import remove
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport


@dataclass(frozen=True)
class ReservedIp:
    """An address that the project keeps, as the API returns it.

    :param status: in lower case, such as ``reserved`` for a free one, ``assigned`` and ``live reserved``.
    :param type: ``AddonIP``, ``PublicIP`` or ``FloatingIP`` (reference D.6, H.22).
    :param node: the node that it is attached to, of several the first one.
    :param nodes: all nodes that it is attached to. A floating one can have several.
    """

    address: str
    id: int | None
    status: str
    type: str | None
    node: AttachedNode | None
    bought_at: str | None
    nodes: tuple[AttachedNode, ...] = ()

    @property
    def is_primary(self) -> bool:
        """Whether it is the address that its node was made with, rather than a further one."""
        return self.status == "live reserved" or (self.type or "").lower() == "publicip"

    @property
    def is_floating(self) -> bool:
        """Whether it moves between nodes. How one is attached and detached is not known."""
        return (self.type or "").lower() == "floatingip"

    @property
    def is_further(self) -> bool:
        """Whether it comes beside the address that its node was made with, and belongs to that node alone."""
        return not self.is_primary and not self.is_floating

    @property
    def is_free(self) -> bool:
        """Whether it can be attached to any node."""
        return self.node is None and not self.is_floating

    def is_on(self, vm_id: int | None) -> bool:
        """Whether the node with this number has it."""
        return any(node.vm_id == vm_id for node in self.nodes)


def _parse(raw: t.Mapping[str, t.Any]) -> ReservedIp | None:
    address = text(first(raw, "ip_address", "IP"))
    if address is None:
        return None
    node = AttachedNode.parse(raw, "node_id", "vm_name")
    nodes = raw.get("floating_ip_attached_nodes")
    listed = [AttachedNode.parse(other, "id", "name") for other in (nodes if isinstance(nodes, list) else ()) if isinstance(other, dict)]
    attached = {one.vm_id: one for one in listed if one is not None}
    if node is None:
        node = next(iter(attached.values()), None)
    else:
        # The list names the node's id, which the address alone does not.
        node = attached.setdefault(node.vm_id, node)
    return ReservedIp(
        address=address,
        id=number(raw.get("reserve_id")),
        status=word(raw.get("status")),
        type=text(raw.get("reserved_type")),
        node=node,
        bought_at=text(raw.get("bought_at")),
        nodes=tuple(attached.values()),
    )


class ReservedIpsClient:
    """The calls of reference D.6. Raises what :class:`Transport` raises. An address is the id; attaching goes by ``vm_id``."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def addresses(self) -> list[ReservedIp]:
        """All reserved addresses, sorted."""
        found = [ip for raw in read_list(self.transport, "reserve_ips/") if (ip := _parse(raw)) is not None]
        return sorted(found, key=lambda ip: ip.address)

    def create(self) -> str:
        """Reserve one more address, which the platform chooses. It can take a moment until the list shows it.

        :raises ProtocolError: the answer does not tell which one.
        """
        data = self.transport.request("POST", "reserve_ips/").data
        made = _parse(data) if isinstance(data, dict) else None
        if made is None:
            raise ProtocolError("POST reserve_ips/: the answer does not tell which address was reserved.", outcome_known=False)
        return made.address

    def delete(self, address: str) -> None:
        """Give an address back; one that is not there is fine."""
        remove(self.transport, self._actions(address))

    def attach(self, address: str, vm_id: int) -> None:
        """Put an address on a node."""
        self._act(address, "attach", vm_id)

    def detach(self, ip: ReservedIp) -> None:
        """Take an address off its node. The one that the node was made with has a call of its own."""
        if ip.node is None:
            return
        if ip.is_primary:
            body = {"type": "detach", "public_ip": ip.address, "vm_id": ip.node.vm_id}
            self.transport.request("POST", "reserve_ips/public_reserveip_actions/", json=body)
        else:
            self._act(ip.address, "detach", ip.node.vm_id)

    def reserve_live(self, address: str, vm_id: int) -> None:
        """Keep the public address that a node has now; the node goes on using it."""
        self._act(address, "live-reserve", vm_id)

    def _act(self, address: str, action: str, vm_id: int) -> None:
        self.transport.request("POST", self._actions(address), json={"type": action, "vm_id": vm_id})

    @staticmethod
    def _actions(address: str) -> str:
        return f"reserve_ips/{quote(address, safe='')}/actions/"
