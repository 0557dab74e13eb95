# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes: paths, payloads and parsing (reference C.2 to C.6, E)."""

from __future__ import annotations

import dataclasses
import math
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, NotFoundError, ProtocolError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import free_text, number, text, word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_pages
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import remove, says_not_found
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import material
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

RUNNING = "running"
POWERED_OFF = "powered off"

# The first word is the API's (reference C.6), the other one is not known.
FAILED = frozenset({"failed", "error"})

# Two words of the API for one state (reference C.6).
_SAME_STATUS = {"stopped": POWERED_OFF}
# A node that is gone, although the API may still show it. The words are not known (reference C.4, C.6), and taken by their meaning.
_GONE = frozenset({"terminated", "deleted"})


@dataclass(frozen=True)
class NodeKey:
    """An SSH key of a node. The text is empty for one that is not there yet (see :class:`~references.References`)."""

    label: str
    text: str

    @property
    def identity(self) -> str:
        """What makes it the same key as another one."""
        return material(self.text) or self.label


@dataclass(frozen=True)
class Node:
    """A node as the list shows it; ``None`` stands for what the API does not tell.

    :param status: in lower case, such as ``running`` and ``powered off``.
    :param plan: the short name, which is not what a create wants (reference G.4).
    """

    id: int
    name: str
    status: str
    plan: str | None
    public_ip: str | None
    private_ip: str | None
    is_locked: bool | None
    rescue_mode: str | None

    @property
    def in_recovery(self) -> bool | None:
        """Whether the recovery mode is on, ``None`` when the API does not tell."""
        # Enabled and Disabled are the API's words (reference H.21); the others are not known, and taken by their meaning.
        return {"enabled": True, "true": True, "on": True, "disabled": False, "false": False, "off": False}.get(word(self.rescue_mode))

    @property
    def is_changing(self) -> bool:
        """Whether it is on its way to another state, such as creating or saving (reference C.6)."""
        return any(part.endswith("ing") and part != RUNNING for part in self.status.split())

    @property
    def is_leaving(self) -> bool:
        """Whether it is being deleted. The words for that are not known (reference C.6)."""
        return self.status in ("terminating", "deleting")


@dataclass(frozen=True)
class NodeDetails(Node):
    """A node as it shows when it is read alone (reference E, H.21). ``disk``, ``memory`` and ``price`` are in the API's own words.

    :param vm_id: what groups, volumes and addresses are attached by; another number than ``id``.
    :param tells_ssh_keys: whether the answer held the keys at all.
    """

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
    tells_ssh_keys: bool
    security_group_count: int | None
    is_vpc_attached: bool | None
    is_encryption_enabled: bool | None
    is_accidental_protection: bool | None
    is_node_compliance: bool | None
    is_active: bool | None
    is_monitored: bool | None
    is_bitninja_active: bool | None

    def with_list(self, listed: Node) -> NodeDetails:
        """With what the list tells and the node alone may not: whether both hold it is not certain (reference E)."""
        return dataclasses.replace(
            self,
            is_locked=listed.is_locked if self.is_locked is None else self.is_locked,
            rescue_mode=listed.rescue_mode if self.rescue_mode is None else self.rescue_mode,
        )

    @property
    def disk_size(self) -> int | None:
        """The root disk in GB."""
        size = _gigabytes(self.disk)
        return None if size is None else round(size)

    @property
    def memory_size(self) -> float | None:
        """The memory in GB."""
        return _gigabytes(self.memory)


def _gigabytes(size: str | None) -> float | None:
    found = re.match(r"([0-9]+(?:\.[0-9]+)?)\s*([MGT]?)", size or "", re.IGNORECASE)
    gigabytes = float(found[1]) * {"M": 0.001, "T": 1000.0}.get(found[2].upper(), 1.0) if found else math.inf
    return gigabytes if math.isfinite(gigabytes) else None


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
        "is_locked": _flag(raw.get("is_locked")),
        "rescue_mode": text(raw.get("rescue_mode_status")),
    }


def _details(raw: t.Mapping[str, t.Any], path: str) -> NodeDetails:
    system, keys = raw.get("os_info"), raw.get("ssh_keys")
    return NodeDetails(
        **_summary(raw, path),
        vm_id=number(raw.get("vm_id")),
        label=free_text(raw.get("label")),
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
        tells_ssh_keys=isinstance(keys, list),
        security_group_count=number(raw.get("security_group_count")),
        is_vpc_attached=_flag(raw.get("is_vpc_attached")),
        is_encryption_enabled=_flag(raw.get("isEncryptionEnabled")),
        is_accidental_protection=_flag(raw.get("is_accidental_protection")),
        is_node_compliance=_flag(raw.get("is_node_compliance")),
        is_active=_flag(raw.get("is_active")),
        is_monitored=_flag(raw.get("is_monitored")),
        is_bitninja_active=_flag(raw.get("is_bitninja_license_active")),
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
    """The calls of reference C.2 to C.5. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def nodes(self) -> list[Node]:
        """All nodes of the project and location, sorted by name and id."""
        nodes = [Node(**_summary(raw, "nodes/")) for raw in read_pages(self.transport, "nodes/", "id")]
        return sorted((node for node in nodes if node.status not in _GONE), key=lambda node: (node.name, node.id))

    def node(self, identifier: int) -> NodeDetails:
        """One node with its details.

        :raises NotFoundError: there is no such node.
        """
        path = f"nodes/{identifier}/"
        data = self.transport.request("GET", path).data
        if not isinstance(data, dict):
            raise ProtocolError(f"GET {path}: the answer holds no node.")
        return _details(data, path)

    def find(self, identifier: int) -> NodeDetails | None:
        """One node with its details, ``None`` when there is none with this id."""
        try:
            node = self.node(identifier)
        except ApiError as error:
            if not says_not_found(error):
                raise
            # Another server's 404 says nothing about a node, but it has no list of them either.
            if isinstance(error, NotFoundError) and not error.certain and any(node.id == identifier for node in self.nodes()):
                raise
            return None
        return None if node.status in _GONE else node

    def details_of(self, listed: Node) -> NodeDetails | None:
        """A node of the list with its details, ``None`` when it was deleted meanwhile."""
        node = self.find(listed.id)
        return None if node is None else node.with_list(listed)

    def details(self, listed: t.Sequence[Node], limit: int | None = None) -> list[NodeDetails]:
        """These nodes with their details, read side by side. One that was deleted meanwhile is left out.

        :param limit: how many calls run at once.
        """
        return [node for node in in_parallel(self.transport, self.details_of, listed, limit) if node is not None]

    def networks(self, node: NodeDetails) -> frozenset[int] | None:
        """The networks of a node by their id, ``None`` when the API does not tell. Not each has to be a VPC.

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
        remove(self.transport, f"nodes/{identifier}/", params={"reserve_ip_required": "true"} if keep_ip else None)

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
