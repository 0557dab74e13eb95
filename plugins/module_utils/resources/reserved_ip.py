# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A reserved IP as a resource of the lifecycle (reference D.6).

A reserved IP has no name. What makes a task repeatable is the address, or else the node that shall have one, or else
that one shall be free.
"""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import Cost, unpriced
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import candidates, only_one
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import AmbiguousError, ConsentError, E2EError, InputError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.attached_node import AttachedNode
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIp, ReservedIpsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.attachment import NODE_RULE, NodeChoice, Steps, node_result, nodes_result
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_lookup import NodeLookup


@dataclass(frozen=True)
class ReservedIpOptions:
    """What the user wants; ``None`` keeps what is there.

    :param node: name or id of a node, empty for none.
    :param live: reserve the public address that the node has now.
    :param reuse: take a free address before reserving one more; ``None`` refuses to choose while one is free.
    """

    address: str | None = None
    node: str | None = None
    live: bool = False
    reuse: bool | None = None
    allow_detach: bool = False
    wait_timeout: float = 600.0


def check_reserved_ip(options: ReservedIpOptions, absent: bool) -> None:
    """Refuse options that do not say which address is meant.

    :raises InputError: they do not.
    """
    if options.address is not None:
        try:
            ipaddress.ip_address(options.address)
        except ValueError:
            raise InputError(f"ip_address: {options.address!r} is not an IP address.") from None
    elif absent:
        raise InputError("ip_address is needed to give a reserved IP back. e2e_reserved_ip_info lists those of a node.")
    elif not options.node and not options.reuse:
        raise InputError(
            "Which reserved IP is meant? Give ip_address, or the node that shall have one, or reuse: true for one that is free. "
            "A reserved IP has no name, so without any of them each run would reserve, and bill, one more."
        )
    if options.live and not options.node:
        raise InputError("live_reserve keeps the public IP that a node has now. Give the node.")


def reserved_ip_result(ip: ReservedIp | None, address: str | None = None) -> dict[str, t.Any]:
    """A reserved IP as modules return it."""
    if ip is None:
        return {"ip_address": address, "id": None, "status": "absent", "type": None, "bought_at": None, "attached_nodes": [], **node_result(None)}
    return {
        "ip_address": ip.address,
        "id": ip.id,
        "status": ip.status,
        "type": ip.type,
        "bought_at": ip.bought_at,
        "attached_nodes": nodes_result(ip.nodes),
        **node_result(ip.node),
    }


_BY_ADDRESS = "Give the one that is meant as ip_address."


class ReservedIpResource(ResourceBase[ReservedIp]):
    """One address: the given one, the one of the node, or a free one. ``options`` passed :func:`check_reserved_ip`."""

    creates_in_steps = True
    rules = (NODE_RULE,)

    def __init__(self, client: ReservedIpsClient, options: ReservedIpOptions, nodes: NodeLookup) -> None:
        super().__init__()
        self.warnings = nodes.warnings
        self._client = client
        self._options = options
        self._address = options.address
        self._node = NodeChoice(options.node, nodes)
        self._steps = Steps(options.wait_timeout, client.transport.clock)
        self.progress = self._steps.done
        # The addresses there were before one was reserved, to find the new one when the answer is lost.
        self._before: frozenset[str] | None = None
        self._reserved: str | None = None
        # Whether the answer to the create has named it, so that it is nobody else's.
        self._is_own = False
        self._all: list[ReservedIp] = []

    @property
    def label(self) -> str:
        # One that was reserved in this run keeps the words that check mode used for it.
        if self._address and self._before is None:
            return f"reserved IP {self._address}"
        return f"reserved IP of the node {self._options.node}" if self._options.node else "free reserved IP"

    def read(self) -> ReservedIp | None:
        self._all = self._client.addresses()
        if self._options.live and self._address is None:
            self._address = self._live_address()
        if self._address is None:
            found = self._look()
            if found is not None:
                self._meet(found.address)
            return found
        if self._reserved is not None and self._options.node:
            self._check_alone(self._reserved)
        return next((ip for ip in self._all if ip.address == self._address), None)

    def _check_alone(self, reserved: str) -> None:
        """Notice that somebody else has reserved another one for the same node while this run did.

        :raises AmbiguousError: the node has it.
        """
        node, before = self._wanted_node(None), self._before or frozenset()
        others = [ip.address for ip in self._all if ip.is_on(node.vm_id) and ip.is_further and ip.address not in (reserved, *before)]
        if others:
            raise AmbiguousError(f"While this run reserved the IP {reserved} for the node {node}, somebody else has given it another one: {', '.join(others)}.")

    def _meet(self, address: str) -> None:
        """From now on this address is meant."""
        self._address = address
        if self._before is not None:
            self._reserved = address
            self._steps.done[:] = [f"reserved the IP {address}"]

    def _look(self) -> ReservedIp | None:
        if self._before is not None:
            made = [ip for ip in self._all if ip.address not in self._before and ip.is_free]
            return only_one(made, "The reserved IP whose answer was lost", lambda ip: ip.address, _BY_ADDRESS)
        if self._options.node:
            node = self._wanted_node(None)
            found = only_one([ip for ip in self._all if ip.is_on(node.vm_id) and ip.is_further], self.label, lambda ip: ip.address, _BY_ADDRESS)
            if found is not None:
                return found
        return next((ip for ip in self._all if ip.is_free), None) if self._options.reuse else None

    def _wanted_node(self, current: AttachedNode | None) -> AttachedNode:
        node = self._node.wanted(current)
        if node is None:
            raise InputError("node: give the name or the id of a node.")
        return node

    def _live_address(self) -> str | None:
        """The public address of the node, ``None`` of one that is not there yet."""
        node = self._wanted_node(None)
        if node.public_ip is None and not node.is_expected:
            raise InputError(f"live_reserve: the node {node} has no public IP.")
        return node.public_ip

    # Wanting.

    def desired(self, current: ReservedIp | None) -> dict[str, Value]:
        # A live address is its node's own; whether the list shows that node is not certain (reference D.6).
        if self._node.reference is None or self._options.live or (current is None and not self._node.reference):
            return {}
        return {"node": self._node.wanted(self._node_of(current) if current else None)}

    def _node_of(self, current: ReservedIp) -> AttachedNode | None:
        """The node to compare: of several the wanted one, if it is among them."""
        reference = self._node.reference
        return next((node for node in current.nodes if reference and node.is_named(reference)), current.node)

    def facts(self, current: ReservedIp) -> dict[str, Value]:
        return {"node": self._node_of(current)}

    def check_allowed(self, current: ReservedIp | None, action: Action) -> None:
        options = self._options
        if current is None:
            if options.live:
                live = self._live_address()
                if live != self._address:
                    raise InputError(f"live_reserve: the public IP of the node {options.node} is {live}, not {self._address}.")
            elif options.address is not None:
                free = candidates(ip.address for ip in self._all if ip.is_free)
                raise InputError(
                    f"There is no reserved IP {options.address}, and the platform chooses the address of a new one. Free ones: {free}. "
                    "Leave ip_address out to reserve another, or set live_reserve: true to keep the one that the node has."
                )
            elif options.reuse is None:
                self._check_none_is_free()
            elif options.reuse is False and (unused := [ip.address for ip in self._all if ip.is_free]):
                self.warn(
                    f"The {self.label} will be another one than these, which are free: {candidates(unused)}. A run that was interrupted may have "
                    "reserved one of them; with reuse: true it is taken."
                )
            return
        if current.is_floating and (action == "update" or current.node is not None):
            nodes = ", ".join(map(str, current.nodes)) or "none"
            raise InputError(
                f"The {self.label} is a floating IP (its nodes: {nodes}), and how the API attaches and detaches one is not documented. "
                "Do that in MyAccount. A floating IP without nodes can be given back here."
            )
        if current.node is None or options.allow_detach:
            return
        if action == "delete":
            raise ConsentError(f"The {self.label} is attached to the node {current.node}. Detach it first (node: ''), or set allow_detach: true to do both.")
        wanted = self.desired(current).get("node")
        if wanted is not None and wanted.vm_id != current.node.vm_id:
            raise ConsentError(f"The {self.label} is attached to the node {current.node}, not to {wanted}. Set allow_detach: true to move it.")

    def _check_none_is_free(self) -> None:
        """One more beside a free one, which a run that ended half-way may have left, is paid for only when that is wanted."""
        free = [ip.address for ip in self._all if ip.is_free]
        if free:
            raise InputError(
                f"The node {self._options.node} has no reserved IP yet, and these are free: {candidates(free)}. Set reuse: true to attach one of them, "
                "reuse: false to reserve, and pay for, another one, or ip_address to say which one."
            )

    # Writing.

    def cost(self, current: ReservedIp | None, action: Action) -> Cost:
        # It is billed, and the API has no price list for it.
        return unpriced(action)

    def create(self, previous: ReservedIp | None) -> None:
        if self._options.live and self._address is not None:
            self._client.reserve_live(self._address, self._wanted_node(None).vm_id)
            return
        self._before, self._reserved, self._is_own = frozenset(ip.address for ip in self._all), None, False
        self._meet(self._client.create())
        self._is_own = True

    def update(self, current: ReservedIp) -> None:
        """Detach, attach: what of this is needed, each finished before the next begins."""
        wanted = self.desired(current)["node"]
        if current.node is not None:
            self._detach(current)
        if wanted is not None:
            self._attach(current, wanted)

    def delete(self, current: ReservedIp) -> None:
        if current.node is not None:
            self._detach(current)
        self._steps.send("delete", lambda: self._client.delete(current.address), lambda: self.read() is None)

    def _attach(self, current: ReservedIp, node: AttachedNode) -> None:
        def is_there(seen: ReservedIp) -> bool:
            return seen.node is not None and seen.node.vm_id == node.vm_id

        try:
            self._steps.send(
                "attach",
                lambda: self._client.attach(current.address, node.vm_id),
                lambda: self._shows(is_there),
                f"attached {self.label} to the node {node}",
            )
        except RefusedError as error:
            raise RefusedError(
                f"{error.message} The IP {current.address} was not attached to the node {node}. The node may still be Creating, or be locked, or "
                "have all the addresses that it can have. Look at it with e2e_node_info, and run the task again when it can take one.",
                http_status=error.http_status,
            ) from error
        self._until(is_there, "is being attached")

    def _detach(self, current: ReservedIp) -> None:
        self._steps.send(
            "detach",
            lambda: self._client.detach(current),
            lambda: self._shows(lambda seen: seen.node is None),
            f"detached {self.label} from the node {current.node}",
        )
        self._until(lambda ip: ip.node is None, "is being detached")

    def _shows(self, done: t.Callable[[ReservedIp], bool]) -> bool:
        """Whether a step has come true, or there is no address left to do it with."""
        seen = self.read()
        return seen is None or done(seen)

    def _until(self, done: t.Callable[[ReservedIp], bool], doing: str) -> None:
        seen = wait_until(
            self.read,
            lambda ip: ip is None or done(ip),
            timeout=self._options.wait_timeout,
            describe=lambda ip: f"The {self.label} {doing}, {self.describe(ip) if ip else 'it is gone'}",
            clock=self._client.transport.clock,
        )
        if seen is None:
            raise RefusedError(f"The {self.label} was given back by somebody else while this run changed it. Run it again.")

    # Reporting.

    def describe(self, current: ReservedIp) -> str:
        return f"its status is {current.status}"

    def result(self, current: ReservedIp | None) -> dict[str, t.Any]:
        shown = reserved_ip_result(current, self._address)
        return shown if current or self._reserved is None else {**shown, "status": "reserved"}

    def recover(self, error: E2EError) -> None:
        if self._reserved is None:
            return
        if self._is_own and error.outcome_known and self._give_back(self._reserved):
            error.add(f"The IP {self._reserved}, which this run had reserved for it, was given back.")
            self._reserved = None
        else:
            error.add(
                f"The IP {self._reserved} was reserved by this run. It stays reserved, and is billed: run the task with ip_address: {self._reserved} to go on, "
                "or with state: absent too to give it back."
            )

    def _give_back(self, address: str) -> bool:
        """Give an address back that this run has reserved and nothing uses, so that the next run does not pay for another one beside it."""
        try:
            if not any(ip.address == address and ip.is_free for ip in self._client.addresses()):
                return False
            self._client.delete(address)
        except E2EError:
            return False
        self._steps.done.append(f"gave the IP {address} back")
        return True

    def after_lost_create(self) -> str:
        if self._options.live or self._options.reuse:
            return super().after_lost_create()
        before = candidates(sorted(self._before or ()))
        another = "; with reuse: false it would reserve, and bill, another one" if self._options.reuse is False else ""
        return (
            "Before the task is run again, look at the list of e2e_reserved_ip_info. A free IP that is not one of those that there were before "
            f"({before}) may be the one: run the task with it as ip_address{another}."
        )

    def predict(self, current: ReservedIp | None, action: Action) -> dict[str, t.Any]:
        node = self._wanted_node(None) if self._options.live and current is None else self.desired(current).get("node")
        status = "live reserved" if self._options.live else "assigned" if node else "reserved"
        shown = {"status": status, "attached_nodes": nodes_result([node] if node else []), **node_result(node)}
        return {**reserved_ip_result(current, self._address), **shown}
