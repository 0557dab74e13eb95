# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the node that a user names, for what gets attached to it (reference C.3, E)."""

from __future__ import annotations

from ansible_collections.e2enetworks.cloud.plugins.module_utils.attachment import AttachedNode
from ansible_collections.e2enetworks.cloud.plugins.module_utils.errors import InputError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.listing import candidates, only_one
from ansible_collections.e2enetworks.cloud.plugins.module_utils.nodes import NodesClient


class NodeLookup:
    """Finds nodes of one project and location by name or id: one list, and the detail of the one that was found."""

    def __init__(self, client: NodesClient) -> None:
        self._client = client

    def __call__(self, reference: str) -> AttachedNode:
        """The node with this id, or else with this name.

        :raises InputError: there is none; the message lists the nodes there are.
        :raises AmbiguousError: several have the name.
        """
        nodes = self._client.nodes()
        found = [node for node in nodes if str(node.id) == reference] or [node for node in nodes if node.name == reference]
        node = only_one(found, f"node {reference}", lambda node: str(node.id))
        if node is None:
            raise InputError(f"node: there is no node {reference}. Nodes here: {candidates(node.name for node in nodes)}.")
        details = self._client.node(node.id)
        if details.vm_id is None:
            raise ProtocolError(f"The API returns no vm_id of the node {reference}, and attaching goes by it.")
        return AttachedNode(details.vm_id, node.id, node.name, details.public_ip)

    def is_hotplugging(self, node: AttachedNode) -> bool:
        """Whether another volume is just being plugged into or out of the node (reference C.3)."""
        return node.id is not None and self._client.is_hotplugging(node.id)
