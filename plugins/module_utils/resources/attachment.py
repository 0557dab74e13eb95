# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which node something is attached to, and which one it should be attached to."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import until_accepted, wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, ServerError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.attached_node import AttachedNode
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import passes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.volumes import Volume, VolumesClient


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


def nodes_result(nodes: t.Iterable[AttachedNode]) -> list[dict[str, t.Any]]:
    """All nodes that something is attached to, for a result."""
    return [{"name": node.name, "id": None if node.is_expected else node.id, "vm_id": None if node.is_expected else node.vm_id} for node in nodes]


class Steps:
    """Sends each step of a longer change until the platform takes it, and knows which it has sent before.

    A step is sent again when its answer was lost, and while it is refused because another action is under way. One that is
    refused for good after a lost answer may have arrived the first time: that is for the wait that follows each step to find out.

    ``done`` has a sentence for each step that the platform took, whether it was seen to come true or not.

    :param timeout: seconds for a refusal to pass.
    """

    def __init__(self, timeout: float, clock: Clock) -> None:
        self._sent: set[str] = set()
        self._timeout = timeout
        self._clock = clock
        self.done: list[str] = []

    def send(self, step: str, call: t.Callable[[], None], is_done: t.Callable[[], bool], sentence: str = "") -> None:
        """Make the call of a step.

        :param is_done: looks whether what it is for has come true while it was refused.
        :param sentence: what is done once the call is taken; empty where the lifecycle tells it.
        """
        again = step in self._sent
        self._sent.add(step)

        def settled(error: ApiError) -> bool:
            return is_done() if passes(error) else again

        until_accepted(call, timeout=self._timeout, clock=self._clock, passes=passes, settled=settled)
        # Before anybody waits for it: the wait can fail, and what was taken is under way all the same.
        if sentence and sentence not in self.done:
            self.done.append(sentence)


class _HasId(t.Protocol):
    @property
    def id(self) -> int:
        ...

    @property
    def name(self) -> str:
        ...


def attach_volume(client: VolumesClient, volume: _HasId, vm_id: int, timeout: float) -> None:
    """Put a volume on a node. While it is still being made the API fails instead of refusing (reference A.3, C.5): then it is waited for.

    :param timeout: seconds for it to be made.
    """

    def look() -> Volume | None:
        return next((one for one in client.volumes() if one.id == volume.id), None)

    def is_made(seen: Volume | None) -> bool:
        return seen is None or seen.status != "creating"

    try:
        client.attach(volume.id, vm_id)
    except ServerError:
        if is_made(look()):
            raise
        state = f"The volume {volume.name} is still being made"
        seen = wait_until(look, is_made, timeout=timeout, describe=lambda seen: state, clock=client.transport.clock)
        if seen is None or seen.node is None or seen.node.vm_id != vm_id:
            client.attach(volume.id, vm_id)


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
