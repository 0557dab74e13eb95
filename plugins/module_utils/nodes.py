# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes: paths, payloads and parsing (reference C.2 to C.6, E)."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.errors import NotFoundError, ProtocolError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.fields import number, text, word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.listing import read_pages
from ansible_collections.e2enetworks.cloud.plugins.module_utils.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.transport import Transport

RUNNING = "running"
POWERED_OFF = "powered off"
FAILED = frozenset({"failed", "error"})
# Words for the same state (reference C.6), and for a node that is gone although the API still shows it.
_OFF = frozenset({POWERED_OFF, "power off", "poweredoff", "stopped"})
_GONE = frozenset({"terminated", "deleted"})


@dataclass(frozen=True)
class NodeOs:
    """The operating system of a node. ``category`` is the name again, or what is installed on it, such as ``Docker``."""

    name: str | None
    version: str | None
    category: str | None
    full_name: str | None


@dataclass(frozen=True)
class NodeKey:
    """A public key that was put on a node."""

    label: str
    key: str


@dataclass(frozen=True)
class Node:
    """A node as the API returns it, ``None`` for what an answer does not hold: the list holds less than the detail.

    :param status: in lower case; ``powered off`` stands for all words of that state.
    :param plan: the short name, such as ``C3.8GB``, where a create takes the long one.
    :param vm_id: what groups, volumes and addresses are attached by; another number than ``id``. Only in the detail.
    :param disk: in GB, as ``memory``.
    :param rescue: whether recovery mode is on.
    """

    id: int
    name: str
    status: str
    public_ip: str | None = None
    private_ip: str | None = None
    plan: str | None = None
    is_locked: bool | None = None
    rescue: bool | None = None
    vm_id: int | None = None
    label: str | None = None
    created_at: str | None = None
    location: str | None = None
    disk: int | None = None
    memory: float | None = None
    vcpus: int | None = None
    price: str | None = None
    os: NodeOs | None = None
    ssh_keys: tuple[NodeKey, ...] | None = None
    security_group_count: int | None = None
    is_vpc_attached: bool | None = None
    is_active: bool | None = None
    is_monitored: bool | None = None
    is_bitninja_active: bool | None = None
    is_encrypted: bool | None = None

    @property
    def is_changing(self) -> bool:
        """Whether it is on its way to another state, such as Creating or Saving (reference C.6)."""
        return any(part.endswith("ing") and part != RUNNING for part in self.status.split())

    @property
    def is_leaving(self) -> bool:
        """Whether it is being deleted."""
        return self.status in ("terminating", "deleting")


def node_status(value: t.Any) -> str:
    """A status in one spelling (reference C.6)."""
    status = word(value)
    return POWERED_OFF if status in _OFF else status


def _flag(value: t.Any) -> bool | None:
    """A yes or no that may be a word, such as the ``Enabled`` of the rescue mode."""
    if isinstance(value, bool) or value is None:
        return value
    known = {"enabled": True, "true": True, "on": True, "disabled": False, "false": False, "off": False}
    return known.get(word(value))


def _amount(value: t.Any) -> float | None:
    """Gigabytes of a text such as ``100 GB``, or of a number."""
    found = re.match(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([MGT]?)", str(value), re.IGNORECASE) if value is not None else None
    return float(found[1]) * {"M": 0.001, "T": 1000.0}.get(found[2].upper(), 1.0) if found else None


def _keys(raw: t.Any) -> tuple[NodeKey, ...] | None:
    if not isinstance(raw, list):
        return None
    return tuple(NodeKey(str(key.get("label") or ""), str(key.get("ssh_key") or "").strip()) for key in raw if isinstance(key, dict))


def parse_node(raw: t.Mapping[str, t.Any]) -> Node | None:
    """Read an entry of the list or a detail, ``None`` for one without an id."""
    identifier = number(raw.get("id"))
    if identifier is None:
        return None
    info, disk = raw.get("os_info"), _amount(raw.get("disk"))
    return Node(
        id=identifier,
        name=str(raw.get("name") or ""),
        status=node_status(raw.get("status")),
        public_ip=text(raw.get("public_ip_address")),
        private_ip=text(raw.get("private_ip_address")),
        plan=text(raw.get("plan")),
        is_locked=_flag(raw.get("is_locked")),
        rescue=_flag(raw.get("rescue_mode_status")),
        vm_id=number(raw.get("vm_id")),
        label=text(raw.get("label")),
        created_at=text(raw.get("created_at")),
        location=text(raw.get("location")),
        disk=None if disk is None else round(disk),
        memory=_amount(raw.get("memory")),
        vcpus=number(raw.get("vcpus")),
        price=text(raw.get("price")),
        os=NodeOs(*(text(info.get(key)) for key in ("name", "version", "category", "full_name"))) if isinstance(info, dict) else None,
        ssh_keys=_keys(raw.get("ssh_keys")),
        security_group_count=number(raw.get("security_group_count")),
        is_vpc_attached=_flag(raw.get("is_vpc_attached")),
        is_active=_flag(raw.get("is_active")),
        is_monitored=_flag(raw.get("is_monitored")),
        is_bitninja_active=_flag(raw.get("is_bitninja_license_active")),
        is_encrypted=_flag(raw.get("isEncryptionEnabled")),
    )


def _network_ids(data: t.Any) -> set[int]:
    """Every ``network_id`` in an answer whose shape is not documented."""
    if isinstance(data, list):
        return set().union(*map(_network_ids, data))
    if not isinstance(data, dict):
        return set()
    found = number(data.get("network_id"))
    return ({found} if found else set()).union(*map(_network_ids, data.values()))


class NodesClient:
    """The calls of reference C. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def nodes(self) -> list[Node]:
        """All nodes, sorted by name, with what the list holds of them.

        :raises ProtocolError: an entry has no id: a part of the nodes is never returned.
        """
        nodes = [parse_node(raw) for raw in read_pages(self.transport, "nodes/", "id")]
        if None in nodes:
            raise ProtocolError("GET nodes/: the answer holds a node without an id.")
        return sorted((node for node in nodes if node is not None and node.status not in _GONE), key=lambda node: (node.name, node.id))

    def get(self, identifier: int) -> Node | None:
        """One node with everything, ``None`` when there is none with this id.

        :raises ProtocolError: the answer holds something else.
        """
        path = f"nodes/{identifier}/"
        try:
            data = self.transport.request("GET", path).data
        except NotFoundError as error:
            if not error.certain:
                raise
            return None
        node = parse_node(data) if isinstance(data, dict) else None
        if node is None:
            raise ProtocolError(f"GET {path}: the answer holds no node.")
        return None if node.status in _GONE else node

    def details(self, identifiers: t.Sequence[int]) -> list[Node]:
        """These nodes with everything, read side by side. One that was deleted meanwhile is left out."""
        return [node for node in in_parallel(self.transport, self.get, identifiers) if node is not None]

    def networks(self, node: Node) -> frozenset[int] | None:
        """The networks (VPCs) of a node by their id, ``None`` when the API does not tell.

        Whether the detail of the network holds them is not certain (reference C.3, E).
        """
        if node.is_vpc_attached is False:
            return frozenset()
        try:
            found = _network_ids(self.transport.request("GET", f"nodes/{node.id}/networkdetail/").data)
        except (NotFoundError, RefusedError):
            return None
        return frozenset(found) or None

    def is_hotplugging(self, identifier: int) -> bool:
        """Whether a volume is just being plugged in or out (reference C.3)."""
        try:
            data = self.transport.request("GET", f"nodes/{identifier}/check-lcm-state/").data
        except (NotFoundError, RefusedError):
            return False
        return isinstance(data, dict) and "hotplug" in word(data.get("lcm_state"))

    def create(self, body: t.Mapping[str, t.Any]) -> int | None:
        """Ask for one node; it is made after the answer. Its id where the answer holds one, in either of its shapes.

        :param body: the keys of reference C.2 but ``number_of_instances``, which is always 1.
        :raises RefusedError: none was made.
        """
        answer = self.transport.request("POST", "nodes/", json={**body, "number_of_instances": 1})
        data = answer.data if isinstance(answer.data, dict) else {}
        made = data.get("node_create_response", [data])
        entry = made[0] if isinstance(made, list) and made and isinstance(made[0], dict) else {}
        if number(data.get("total_number_of_node_created")) == 0 or entry.get("is_credit_sufficient") is False:
            raise RefusedError(f"POST nodes/: the API made no node ({answer.message.rstrip('.') or 'it gave no reason'}).", http_status=answer.status)
        return number(entry.get("id"))

    def delete(self, identifier: int, *, keep_ip: bool = False) -> None:
        """Ask to remove a node; one that is not there is fine.

        :param keep_ip: keep its public address as a reserved IP, which is billed.
        """
        try:
            self.transport.request("DELETE", f"nodes/{identifier}/", params={"reserve_ip_required": "true"} if keep_ip else None)
        except NotFoundError:
            return

    def act(self, identifier: int, action: str, **more: t.Any) -> dict[str, t.Any]:
        """Start an action of reference C.5 and return what the API says about it, which is not the status of the node."""
        data = self.transport.request("PUT", f"nodes/{identifier}/actions/", json={"type": action, **more}).data
        return data if isinstance(data, dict) else {}

    def change_plan(self, identifier: int, plan: str, image: str) -> None:
        """Ask for another plan, by its long name. The only path without a slash at its end (reference A.6)."""
        self.transport.request("PUT", f"nodes/upgrade/{identifier}", json={"plan": plan, "image": image})

    def grow_disk(self, identifier: int, size: int) -> None:
        """Ask for a larger root disk, in GB. Only plans of the E1 kind can have one; the key is not certain (reference C.5)."""
        self.transport.request("PUT", f"nodes/{identifier}/root-storage-upgrade/", json={"disk_size": size})
