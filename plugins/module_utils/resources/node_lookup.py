# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the node that a user names, for what gets attached to it (reference C.3, E)."""

from __future__ import annotations

import functools

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import References
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.attached_node import AttachedNode
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import RUNNING, Node, NodesClient


class NodeLookup:
    """Finds nodes of one project and location by name or id: one list, and the detail of the one that was found."""

    def __init__(self, client: NodesClient, references: References) -> None:
        self._client = client
        self._references = references
        self.warnings = references.warnings

    def summary(self, reference: str) -> Node:
        """The node with this name or id, as the list shows it.

        :raises InputError: there is none; the message lists the nodes there are.
        :raises AmbiguousError: several have the name.
        """
        expected = functools.partial(
            Node, name=reference, status=RUNNING, plan=None, public_ip=None, private_ip=None, is_locked=False, rescue_mode=None
        )
        return self._references.find(self._client.nodes(), reference, "node", "node", expected)

    def by_id(self, identifier: int) -> Node:
        """The node with this id, as the list shows it.

        :raises InputError: there is none.
        """
        node = next((node for node in self._client.nodes() if node.id == identifier), None)
        if node is None:
            raise InputError(f"node_id: there is no node with the id {identifier}.")
        return node

    def __call__(self, reference: str) -> AttachedNode:
        """The node with this name or id, with what attaching to it takes.

        :raises InputError: there is none; the message lists the nodes there are.
        :raises AmbiguousError: several have the name.
        """
        node = self.summary(reference)
        if node.id < 0:
            return AttachedNode(node.id, node.id, node.name)
        details = self._client.node(node.id)
        if details.vm_id is None:
            raise ProtocolError(f"The API returns no vm_id of the node {reference}, and attaching goes by it.")
        return AttachedNode(details.vm_id, node.id, node.name, details.public_ip)

    def is_hotplugging(self, node: AttachedNode) -> bool:
        """Whether another volume is just being plugged into or out of the node (reference C.3)."""
        return node.id is not None and self._client.is_hotplugging(node.id)
