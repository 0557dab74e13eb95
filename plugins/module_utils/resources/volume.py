# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A volume as a resource of the lifecycle (reference D.5)."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import NOTHING, UNKNOWN_PRICE, Cost, Price, price_told
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import by_id_or_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConsentError,
    InputError,
    MissingResourceError,
    RefusedError,
    ResourceFailedError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.attached_node import AttachedNode
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.volumes import Volume, VolumePlan, VolumesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.attachment import NODE_RULE, NodeChoice, Steps, attach_volume, node_result
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import check_name_of_removed
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_lookup import NodeLookup

T = t.TypeVar("T")

_READY = frozenset({"available", "attached"})
_FAILED = frozenset({"error", "failed"})
# While it is made or saved, the platform refuses every change (reference D.5).
_BUSY = frozenset({"creating", "saving"})


@dataclass(frozen=True)
class VolumeOptions:
    """What the user wants; ``None`` keeps what is there. One of ``id`` and ``name`` is given.

    :param size: in GB.
    :param node: name or id of a node, empty for none.
    """

    id: int | None = None
    name: str | None = None
    size: int | None = None
    iops: int | None = None
    node: str | None = None
    allow_detach: bool = False
    wait_timeout: float = 600.0


def volume_result(volume: Volume | None, options: VolumeOptions = VolumeOptions()) -> dict[str, t.Any]:
    """A volume as modules return it."""
    if volume is None:
        return {"id": options.id, "name": options.name, "size": None, "iops": None, "status": "absent", **node_result(None)}
    return {
        "id": volume.id,
        "name": volume.name,
        "size": volume.size,
        "iops": volume.iops,
        "status": volume.status,
        **node_result(volume.node),
    }


class VolumeResource(ResourceBase[Volume]):
    """One volume, known by its id or else by its name."""

    creates_in_steps = True
    rules = (FieldRule("name", in_place=False), FieldRule("size", show=lambda size: f"{size} GB"), NODE_RULE)

    def __init__(self, client: VolumesClient, options: VolumeOptions, nodes: NodeLookup) -> None:
        super().__init__()
        self.warnings = nodes.warnings
        self._client = client
        self._options = options
        self._id = options.id
        self._nodes = nodes
        self._node = NodeChoice(options.node, nodes)
        # One that had failed before it is deleted: coming off its node will not mend it.
        self._had_failed = False
        self._plan: VolumePlan | None = None
        self._offers: list[VolumePlan] | None = None
        self._steps = Steps(options.wait_timeout, client.transport.clock)
        self.progress = self._steps.done
        self.label = f"volume {options.name or options.id}"

    def read(self) -> Volume | None:
        return by_id_or_name(self._client.volumes(), self._id, self._options.name, self.label, is_own=self._id != self._options.id)

    # Wanting.

    def desired(self, current: Volume | None) -> dict[str, Value]:
        options = self._options
        if current is None:
            if options.id is not None:
                raise InputError(f"There is no volume with the id {options.id}. To create one, give its name and leave the id out.")
            if options.size is None:
                raise MissingResourceError(f"The {self.label} does not exist yet. Give its size in GB.")
        elif options.name not in (None, current.name):
            raise InputError(f"The volume {current.id} is named {current.name}, and this module does not rename volumes. Leave the name out, or give that one.")
        elif options.size is not None and current.size is not None and options.size < current.size:
            raise InputError(f"The {self.label} has {current.size} GB and cannot be made smaller; size: {options.size} was given.")
        size_is_known = current is None or current.size is not None
        wanted: dict[str, Value] = {"name": options.name, "size": options.size if size_is_known else None}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        if self._node.reference is not None and (self._node.reference or current is not None):
            wanted["node"] = self._node.wanted(current.node if current else None)
        return wanted

    def facts(self, current: Volume) -> dict[str, Value]:
        return {"name": current.name, "size": current.size, "node": current.node}

    def check_allowed(self, current: Volume | None, action: Action) -> None:
        if current is not None and action == "delete":
            check_name_of_removed("volume", current.id, current.name, self._options.name)
        if current is not None and current.node is not None and not self._options.allow_detach:
            if action == "delete":
                raise ConsentError(
                    f"The {self.label} is attached to the node {current.node}. Detach it first (node: ''), or set allow_detach: true to do both."
                )
            wanted = self.desired(current)
            if self._node.reference and wanted["node"].vm_id != current.node.vm_id:
                raise ConsentError(f"The {self.label} is attached to the node {current.node}, not to {wanted['node']}. Set allow_detach: true to move it.")
        if action == "create" or self._grows(current):
            self._wanted_plan()

    def _grows(self, current: Volume | None) -> bool:
        return current is not None and self._options.size is not None and current.size is not None and self._options.size > current.size

    def _wanted_plan(self) -> VolumePlan:
        """The plan of the wanted size, whose IOPS have to go with it (reference D.5)."""
        if self._plan is not None:
            return self._plan
        size, iops = self._options.size, self._options.iops
        plans = self._plans()
        found = [plan for plan in plans if plan.size == size and iops in (None, plan.iops)]
        ready = [plan for plan in found if plan.available]
        if len(ready) == 1:
            self._plan = ready[0]
            return ready[0]
        if len(ready) > 1:
            raise InputError(f"size: {size} GB is offered with {', '.join(str(plan.iops) for plan in ready)} IOPS. Choose with iops.")
        what = f"{size} GB" if iops is None else f"{size} GB with {iops} IOPS"
        offers = ", ".join(f"{plan.size} ({plan.iops} IOPS)" for plan in plans if plan.available)
        raise InputError(f"size: {what} is {'out of stock' if found else 'not offered'}. Sizes in GB that can be had now: {offers or 'none'}.")

    def _plans(self) -> list[VolumePlan]:
        if self._offers is None:
            self._offers = self._client.plans()
        return self._offers

    def cost(self, current: Volume | None, action: Action) -> Cost:
        if action not in ("create", "delete") and not self._grows(current):
            return Cost.same(UNKNOWN_PRICE)
        before = NOTHING if current is None else self._price(current)
        return Cost(before, NOTHING if action == "delete" else self._wanted_plan().cost)

    def _price(self, current: Volume) -> Price:
        """What it costs now: the price of its size and IOPS. Without its IOPS it can be told only where all plans of the size have the same."""

        def ask() -> Price:
            prices = {plan.cost for plan in self._plans() if plan.size == current.size and current.iops in (None, plan.iops)}
            return prices.pop() if len(prices) == 1 else UNKNOWN_PRICE

        return price_told(ask)

    # Writing.

    def create(self, previous: Volume | None) -> None:
        self._id = self._client.create(self._options.name or "", self._wanted_plan())

    def update(self, current: Volume) -> None:
        """Grow, detach, attach: what of this is needed, each finished before the next begins.

        The one released client that grows volumes always sends a node (reference H.13). Whether a volume on none can grow is not
        certain, so it does that on one where it can.
        """
        self.check_ready(current)
        wanted = self.desired(current)
        moves = "node" in wanted and not NODE_RULE.same(wanted["node"], current.node)
        attaches = moves and wanted["node"] is not None
        if self._grows(current) and (current.node is not None or not attaches):
            current = self._grow(current)
        if moves and current.node is not None:
            current = self._detach(current)
        if attaches:
            current = self._attach(current, wanted["node"])
        if self._grows(current):
            self._grow(current)

    def delete(self, current: Volume) -> None:
        self._had_failed = current.status in _FAILED
        if current.node is not None:
            current = self._detach(current)
        self._steps.send("delete", lambda: self._client.delete(current.id), lambda: self.read() is None)

    def _detach(self, current: Volume) -> Volume:
        node = current.node
        if node is not None:
            self._steps.send(
                "detach",
                lambda: self._client.detach(current.id, node.vm_id),
                lambda: self._shows(lambda seen: seen.node is None),
                f"detached {self.label} from the node {node}",
            )
        return self._until(lambda seen: seen.node is None and seen.status not in _BUSY | {"attached"}, "is being detached")

    def _grow(self, current: Volume) -> Volume:
        plan = self._wanted_plan()
        self._steps.send(
            "grow",
            lambda: self._client.grow(current, plan.size),
            lambda: self._shows(lambda seen: seen.size == plan.size),
            f"made {self.label} larger: {plan.size} GB",
        )
        return self._until(lambda seen: seen.size == plan.size and seen.status in _READY, "is being made larger")

    def _attach(self, current: Volume, node: AttachedNode) -> Volume:
        # A node takes one volume at a time (reference C.3).
        self._wait(lambda: self._nodes.is_hotplugging(node), lambda busy: not busy, lambda busy: "waits for another volume of its node to be plugged")

        def is_there(seen: Volume) -> bool:
            return seen.node is not None and seen.node.vm_id == node.vm_id

        attach = functools.partial(attach_volume, self._client, current, node.vm_id, self._options.wait_timeout)
        self._steps.send("attach", attach, lambda: self._shows(is_there), f"attached {self.label} to the node {node}")
        return self._until(is_there, "is being attached")

    def _shows(self, done: t.Callable[[Volume], bool]) -> bool:
        """Whether a step has come true, or there is no volume left to do it with."""
        seen = self.read()
        return seen is None or done(seen)

    def _until(self, done: t.Callable[[Volume], bool], doing: str) -> Volume:
        def reached(seen: Volume | None) -> bool:
            if seen is not None and not self._had_failed:
                self._fail_if_failed(seen)
            return seen is None or done(seen)

        seen = self._wait(self.read, reached, lambda seen: f"{doing}, {self.describe(seen) if seen else 'it is gone'}")
        if seen is None:
            raise RefusedError(f"The {self.label} was deleted by somebody else while this run changed it. Run it again.")
        return seen

    def _wait(self, probe: t.Callable[[], T], done: t.Callable[[T], bool], state: t.Callable[[T], str]) -> T:
        return wait_until(
            probe,
            done,
            timeout=self._options.wait_timeout,
            describe=lambda seen: f"The {self.label} {state(seen)}",
            clock=self._client.transport.clock,
        )

    # Waiting and reporting.

    def is_busy(self, current: Volume) -> bool:
        return current.status in _BUSY

    def check_ready(self, current: Volume) -> bool:
        self._fail_if_failed(current)
        return current.status in _READY

    def _fail_if_failed(self, current: Volume) -> None:
        if current.status in _FAILED:
            raise ResourceFailedError(f"The {self.label} does not work, its status is {current.status}. Look at it in MyAccount, or delete it.")

    def describe(self, current: Volume) -> str:
        return f"its status is {current.status}"

    def result(self, current: Volume | None) -> dict[str, t.Any]:
        return volume_result(current, self._options)

    def predict(self, current: Volume | None, action: Action) -> dict[str, t.Any]:
        wanted = {**(self.facts(current) if current else {"node": None}), **self.desired(current)}
        grows = current is None or self._grows(current)
        return {
            "id": current.id if current else None,
            "name": wanted["name"],
            "size": wanted["size"],
            "iops": self._wanted_plan().iops if grows else current.iops if current else None,
            "status": "attached" if wanted["node"] else "available",
            **node_result(wanted["node"]),
        }
