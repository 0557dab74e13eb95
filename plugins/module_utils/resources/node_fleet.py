# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several nodes of one task, known by their names. Each is looked up, made and changed as a node of a task of its own.

The API makes several nodes with one call, but under names that are documented nowhere (reference C.2). So nothing could tell after a lost
answer which of them were made, and billed, and a next run could not find them again. One call for each name can.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.several import Member, run_members
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import Node
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node import NodeResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_links import NodeLinks, NodeState
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_options import NodeOptions, check_new_name

MOST_NODES = 100
# A list of all nodes tells for so many seconds that a name is free, about as long as a node of a task of its own takes from look to create.
_FRESH = 3.0
_NUMBER = re.compile(r"%(?:0([1-9]))?d")


@dataclasses.dataclass(frozen=True)
class NumberedName:
    """A name with a place for a number, such as ``web-%d`` or ``web-%02d``.

    :raises InputError: it has none, or several.
    """

    text: str

    def __post_init__(self) -> None:
        if len(_NUMBER.findall(self.text)) != 1 or self.text.count("%") != 1:
            raise InputError(
                f"name: {self.text!r} needs one place for the number of the node when count is given, such as web-%d for web-1, or web-%02d for web-01."
            )

    def of(self, number: int) -> str:
        """The name of one node."""
        return self.text % number

    def number(self, name: str) -> int | None:
        """The number in a name, ``None`` for one that is not of this kind."""
        before, _width, after = _NUMBER.split(self.text)
        found = re.fullmatch(f"{re.escape(before)}([0-9]{{1,9}}){re.escape(after)}", name)
        return int(found[1]) if found and self.of(int(found[1])) == name else None


def check_lone_name(name: str | None) -> None:
    """Refuse a name that is meant for several nodes.

    :raises InputError: it is one.
    """
    if name is not None and "%" in name:
        raise InputError(f"name: {name!r} has a place for a number, so it needs count, the number of nodes.")


class NodeFleet:
    """The nodes with the numbers from 1 to ``count``.

    :param options: what each of them shall be; the name is that of :class:`NumberedName`.
    :raises InputError: what is wanted cannot be for several nodes.
    """

    def __init__(self, links: NodeLinks, options: NodeOptions, policy: Policy, count: int) -> None:
        self._links = links
        self._options = options
        self._policy = policy
        self._name = NumberedName(options.name or "")
        if not 1 <= count <= MOST_NODES:
            raise InputError(f"count is from 1 to {MOST_NODES}; got {count}.")
        for option in ("volumes", "reserved_ip"):
            if getattr(options, option):
                raise InputError(f"{option}: what is named there can be on one node only, and count asks for several. Use a task for each node.")
        self._names = [self._name.of(number) for number in range(1, count + 1)]
        if not policy.absent:
            for name in (self._names[0], self._names[-1]):
                check_new_name(name)
        self._listed: tuple[float, list[Node]] = (0.0, [])
        #: The nodes of this name whose number is above ``count``, in the order of the numbers.
        self.surplus: list[Node] = []

    def run(self, concurrency: int, *, prune: bool, fail_fast: bool) -> list[Member[NodeState]]:
        """Bring all of them to the wanted state; see :func:`~several.check_members` for those that are not.

        :param concurrency: how many are worked on at once.
        :param prune: remove those whose number is above, when all others are as wanted.
        """
        transport = self._links.nodes.transport
        nodes = self._links.nodes.nodes()
        self._listed = (transport.clock.now(), nodes)
        numbers = {node.id: self._name.number(node.name) or 0 for node in nodes}
        self.surplus = sorted((node for node in nodes if numbers[node.id] > len(self._names)), key=lambda node: (numbers[node.id], node.id))
        members = [Member(name, self._resource(name=name), self._policy) for name in self._names]
        run_members(members, transport.clock, transport, concurrency, fail_fast=fail_fast)
        if prune and not any(member.error for member in members):
            gone = [Member(node.name, self._resource(id=node.id, name=node.name), dataclasses.replace(self._policy, absent=True)) for node in self.surplus]
            run_members(gone, transport.clock, transport, concurrency, fail_fast=fail_fast)
            members += gone
        return members

    def _resource(self, **identity: t.Any) -> NodeResource:
        return NodeResource(self._links.for_another(), dataclasses.replace(self._options, **identity), self._first_look)

    def _first_look(self) -> list[Node] | None:
        """The list of all nodes, while it can be relied on that a name which is not in it is free. Check mode makes none."""
        transport, (read_at, nodes) = self._links.nodes.transport, self._listed
        return nodes if transport.read_only or transport.clock.now() - read_at < _FRESH else None
