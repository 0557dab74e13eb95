# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which node something is attached to, and which one it should be attached to."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.attached_node import AttachedNode


#: Finds a node by its name or id; raises InputError or AmbiguousError.
NodeFinder = t.Callable[[str], AttachedNode]


def _same(wanted: Value, current: Value) -> bool:
    return bool((wanted and wanted.vm_id) == (current and current.vm_id))


def _show(value: Value) -> Value:
    return str(value) if value else "none"


#: The field of a resource that a node can have; its value is an :class:`AttachedNode` or ``None``.
NODE_RULE = FieldRule("node", same=_same, show=_show)


def node_result(node: AttachedNode | None) -> dict[str, t.Any]:
    """The node's part of a result."""
    if node is None:
        return {"node": None, "node_id": None, "vm_id": None}
    return {"node": node.name, "node_id": None if node.is_expected else node.id, "vm_id": None if node.is_expected else node.vm_id}


class Steps:
    """Sends each step of a longer change, and knows which it has sent before.

    A step is sent again only when its answer was lost. If it is refused then, the first one may have arrived: that is
    for the wait that follows each step to find out.

    ``done`` has a sentence for each step that came to its end.
    """

    def __init__(self) -> None:
        self._sent: set[str] = set()
        self.done: list[str] = []

    def send(self, step: str, call: t.Callable[[], None]) -> None:
        again = step in self._sent
        self._sent.add(step)
        try:
            call()
        except RefusedError:
            if not again:
                raise


class NodeChoice:
    """The user's option ``node``: looked up once, and only when what is there does not settle it.

    :param reference: name or id, empty for none, ``None`` to keep what is there.
    """

    def __init__(self, reference: str | None, find: NodeFinder) -> None:
        self.reference = reference
        self._find = find
        self._found: AttachedNode | None = None

    def wanted(self, current: AttachedNode | None) -> AttachedNode | None:
        """The node that is wanted, ``None`` for none. Only to be asked when the option is given.

        :raises E2EError: there is no such node, or there are several.
        """
        if not self.reference:
            return None
        if self._found is None and current is not None and current.is_named(self.reference):
            return current
        if self._found is None:
            self._found = self._find(self.reference)
        return self._found
