# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes of several projects and locations as plain records, all of them or an error (reference E)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import Node, NodesClient, status_word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_view import DETAIL_KEYS, node_view

Record = dict[str, t.Any]

# What is known of every node: the list holds it, or the question did.
_BASIC_FIELDS = ("id", "name", "status", "public_ip_address", "private_ip_address", "plan", "is_locked", "recovery_mode", "rescue_mode_status")

# What takes one more call for each node (reference E).
DETAIL_FIELDS = DETAIL_KEYS


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
        return self.details == "always" or (self.details == "auto" and bool(self.labels or self.uses.intersection(DETAIL_FIELDS)))


@dataclass(frozen=True)
class _Found:
    """A node of the list, and the connection that leads to it."""

    transport: Transport
    node: Node

    def record(self) -> Record:
        return _record(self.node, self.transport, _BASIC_FIELDS)

    def detailed_record(self) -> Record | None:
        """``None`` when there is no such node any more."""
        node = NodesClient(self.transport).details_of(self.node)
        return None if node is None else _record(node, self.transport, (*_BASIC_FIELDS, *DETAIL_FIELDS))


def read_records(transports: t.Sequence[Transport], query: Query) -> list[Record]:
    """The nodes that match, from every project and location, in one order for the same nodes.

    :param transports: one for each project and location. They share their connections, which bound how many calls run at once.
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


def _record(node: Node, transport: Transport, fields: t.Sequence[str]) -> Record:
    scope = transport.credentials
    view = node_view(node, scope.location)
    return {**{field: view[field] for field in fields}, "project_id": whole(scope.project_id), "location": whole(scope.location)}


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
