# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the node that a user names, for what gets attached to it (reference C.3, E)."""

from __future__ import annotations

from ansible_collections.e2enetworks.cloud.plugins.module_utils.attachment import AttachedNode
from ansible_collections.e2enetworks.cloud.plugins.module_utils.errors import InputError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.fields import number, text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.listing import candidates, only_one, read_pages
from ansible_collections.e2enetworks.cloud.plugins.module_utils.transport import Transport


class NodeLookup:
    """Finds nodes of one project and location by name or id: one list, and the detail of the one that was found."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __call__(self, reference: str) -> AttachedNode:
        """The node with this id, or else with this name.

        :raises InputError: there is none; the message lists the nodes there are.
        :raises AmbiguousError: several have the name.
        """
        nodes = read_pages(self._transport, "nodes/", "id")
        by_name = [node for node in nodes if node.get("name") == reference]
        found = [node for node in nodes if str(number(node.get("id"))) == reference] or by_name
        node = only_one(found, f"node {reference}", lambda node: str(number(node.get("id"))))
        if node is None:
            raise InputError(f"node: there is no node {reference}. Nodes here: {candidates(str(node.get('name')) for node in nodes)}.")
        path = f"nodes/{number(node.get('id'))}/"
        detail = self._transport.request("GET", path).data
        vm_id = number(detail.get("vm_id")) if isinstance(detail, dict) else None
        if not vm_id:
            raise ProtocolError(f"GET {path}: the answer holds no vm_id, which attaching goes by.")
        return AttachedNode(vm_id, number(node.get("id")), text(node.get("name")), text(detail.get("public_ip_address")))
