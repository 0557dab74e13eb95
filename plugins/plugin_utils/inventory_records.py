# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes of several projects and locations as plain records, all of them or an error (reference E)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.errors import InputError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.nodes import Node, NodeDetails, NodesClient, status_word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.transport import Transport

Record = dict[str, t.Any]

_OS_FIELDS = ("name", "version", "category", "full_name")


def _basics(node: Node, transport: Transport) -> Record:
    """What is known of every node: the list holds it, or the question did."""
    return {
        "id": node.id,
        "name": node.name,
        "status": node.status,
        "public_ip": node.public_ip,
        "private_ip": node.private_ip,
        "plan": node.plan,
        "is_locked": node.is_locked,
        "in_recovery": node.in_recovery,
        "project_id": transport.credentials.project_id,
        "location": transport.credentials.location,
    }


# What takes one more call for each node (reference E), by the name of the field.
_DETAILS: dict[str, t.Callable[[NodeDetails], t.Any]] = {
    "vm_id": lambda node: node.vm_id,
    "label": lambda node: node.label,
    "created_at": lambda node: node.created_at,
    "disk": lambda node: node.disk_size,
    "memory": lambda node: node.memory_size,
    "vcpus": lambda node: node.vcpus,
    "price": lambda node: node.price,
    "os": lambda node: {name: node.os.get(name) for name in _OS_FIELDS},
    # The texts of the keys would make every host many lines longer, and serve nobody here.
    "ssh_keys": lambda node: sorted(key.label for key in node.ssh_keys),
    "security_group_count": lambda node: node.security_group_count,
    "is_vpc_attached": lambda node: node.is_vpc_attached,
    "is_encrypted": lambda node: node.is_encrypted,
    "is_active": lambda node: node.is_active,
    "is_monitored": lambda node: node.is_monitored,
    "is_bitninja_active": lambda node: node.is_bitninja_active,
}

DETAIL_FIELDS = frozenset(_DETAILS)


@dataclass(frozen=True)
class Query:
    """Which nodes are wanted, and how much of them.

    :param statuses: in any spelling; empty for all.
    :param labels: exact; empty for all.
    :param details: ``auto``, ``always`` or ``never``.
    :param uses: the fields that something makes use of, which is what ``auto`` goes by.
    """

    statuses: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    details: str = "auto"
    uses: frozenset[str] = frozenset()

    @property
    def wants_details(self) -> bool:
        """Whether each node has to be read on its own.

        :raises InputError: labels are wanted and details are not.
        """
        if self.details == "never" and self.labels:
            raise InputError("labels: the label of a node is one of its details, and fetch_details is never. Set fetch_details to auto.")
        return self.details == "always" or (self.details == "auto" and bool(self.labels or self.uses & DETAIL_FIELDS))


@dataclass(frozen=True)
class _Found:
    """A node of the list, and the connection that leads to it."""

    transport: Transport
    node: Node

    def record(self) -> Record:
        return _basics(self.node, self.transport)

    def detailed_record(self) -> Record | None:
        """``None`` when there is no such node any more."""
        node = NodesClient(self.transport).find(self.node.id)
        return None if node is None else {**_basics(node, self.transport), **{name: read(node) for name, read in _DETAILS.items()}}


def read_records(transports: t.Sequence[Transport], query: Query) -> list[Record]:
    """The nodes that match, from every project and location, in one order for the same nodes.

    :param transports: one for each project and location. The first one's pool bounds how many calls run at once.
    :raises E2EError: any call failed, or the answers contradict each other: a part is never returned.
    """
    has_details, widest = query.wants_details, transports[0]
    statuses = {status_word(status) for status in query.statuses}
    found = [one for nodes in in_parallel(widest, _listed, transports) for one in nodes if not statuses or one.node.status in statuses]
    if has_details:
        read = in_parallel(widest, _Found.detailed_record, found)
        _check_gone([one for one, record in zip(found, read) if record is None])
        records = [record for record in read if record is not None]
    else:
        records = [one.record() for one in found]
    if query.labels:
        records = [record for record in records if record["label"] in query.labels]
    return sorted(records, key=lambda record: (record["name"], record["project_id"], record["location"], record["id"]))


def _listed(transport: Transport) -> list[_Found]:
    return [_Found(transport, node) for node in NodesClient(transport).nodes()]


def _check_gone(gone: t.Sequence[_Found]) -> None:
    """Nodes may be deleted between the list and their details, but then the list does not show them any more.

    :raises ProtocolError: it still does.
    """
    for transport in {id(one.transport): one.transport for one in gone}.values():
        ids = {one.node.id for one in gone if one.transport is transport}
        still = sorted(ids & {node.id for node in NodesClient(transport).nodes()})
        if still:
            raise ProtocolError(f"GET nodes/{still[0]}/: the API has no details of a node that it lists.")
