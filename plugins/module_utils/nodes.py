# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes: paths, payloads and parsing (reference C.2 to C.6, E)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.errors import ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.fields import number, text, word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.listing import read_pages
from ansible_collections.e2enetworks.cloud.plugins.module_utils.transport import Transport

RUNNING = "running"
POWERED_OFF = "powered off"

# Two words of the API for one state (reference C.6).
_SAME_STATUS = {"stopped": POWERED_OFF}


@dataclass(frozen=True)
class NodeKey:
    """An SSH key of a node."""

    label: str
    text: str


@dataclass(frozen=True)
class Node:
    """A node as the list shows it.

    :param status: in lower case, such as ``running`` and ``powered off``.
    :param plan: the short name, which is not what a create wants (reference G.4).
    """

    id: int
    name: str
    status: str
    plan: str | None
    public_ip: str | None
    private_ip: str | None
    is_locked: bool
    rescue_mode: str | None


@dataclass(frozen=True)
class NodeDetails(Node):
    """A node as it shows when it is read alone. ``disk``, ``memory`` and ``price`` are in the API's own words."""

    vm_id: int | None
    label: str | None
    location: str | None
    created_at: str | None
    disk: str | None
    memory: str | None
    vcpus: int | None
    price: str | None
    os: dict[str, str]
    ssh_keys: tuple[NodeKey, ...]
    security_group_count: int | None
    is_vpc_attached: bool | None
    is_encrypted: bool | None


def status_word(value: t.Any) -> str:
    """A status in the one spelling that this collection uses (reference C.6)."""
    status = word(value)
    return _SAME_STATUS.get(status, status)


def _flag(value: t.Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _summary(raw: t.Mapping[str, t.Any], path: str) -> dict[str, t.Any]:
    identifier = number(raw.get("id"))
    if identifier is None:
        raise ProtocolError(f"GET {path}: the answer holds a node without an id.")
    return {
        "id": identifier,
        "name": str(raw.get("name") or ""),
        "status": status_word(raw.get("status")),
        "plan": text(raw.get("plan")),
        "public_ip": text(raw.get("public_ip_address")),
        "private_ip": text(raw.get("private_ip_address")),
        "is_locked": bool(raw.get("is_locked")),
        "rescue_mode": text(raw.get("rescue_mode_status")),
    }


def _details(raw: t.Mapping[str, t.Any], path: str) -> NodeDetails:
    system, keys = raw.get("os_info"), raw.get("ssh_keys")
    return NodeDetails(
        **_summary(raw, path),
        vm_id=number(raw.get("vm_id")),
        label=text(raw.get("label")),
        location=text(raw.get("location")),
        created_at=text(raw.get("created_at")),
        disk=text(raw.get("disk")),
        memory=text(raw.get("memory")),
        vcpus=number(raw.get("vcpus")),
        price=text(raw.get("price")),
        os={name: str(value) for name, value in system.items() if value is not None} if isinstance(system, dict) else {},
        ssh_keys=tuple(
            NodeKey(str(key.get("label") or ""), str(key.get("ssh_key") or "")) for key in (keys if isinstance(keys, list) else ()) if isinstance(key, dict)
        ),
        security_group_count=number(raw.get("security_group_count")),
        is_vpc_attached=_flag(raw.get("is_vpc_attached")),
        is_encrypted=_flag(raw.get("isEncryptionEnabled")),
    )


class NodesClient:
    """The calls of reference C.2 to C.4. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def nodes(self) -> list[Node]:
        """All nodes of the project and location, sorted by name and id."""
        nodes = [Node(**_summary(raw, "nodes/")) for raw in read_pages(self.transport, "nodes/", "id")]
        return sorted(nodes, key=lambda node: (node.name, node.id))

    def node(self, identifier: int) -> NodeDetails:
        """One node with its details.

        :raises NotFoundError: there is no such node.
        """
        path = f"nodes/{identifier}/"
        data = self.transport.request("GET", path).data
        if not isinstance(data, dict):
            raise ProtocolError(f"GET {path}: the answer holds no node.")
        return _details(data, path)
