# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes a node: actions, bulk actions, plan changes, growing the root disk (reference C.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import Account, Body, Route, body_of, number_of, require_settled, scope_of
from .catalog import CUSTOM_DISK, plans
from .images import new_image
from .node_create import NAME, checked_disk, find_plan
from .nodes import price_text
from .records import Image, Node
from .ssh_keys import checked_keys, material

IN_PROGRESS = "In Progress"
DONE = "Done"
OFF = "Powered off"
# The states of a node in which it takes an action; the others are taken in any that lasts.
NEEDED = {
    "power_on": (OFF,),
    "power_off": ("Running",),
    "reboot": ("Running",),
    "reinstall": ("Running",),
    "save_images": ("Running", OFF),
    "add_ssh_keys": ("Running",),
}
BULK = ("power_off", "power_on", "reboot", "lock_vm", "unlock_vm")
MOST_NODES = 10


class ActionsApi:
    """The action reply says how the action stands, never how the node stands: that is read from the node."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._store = account.store
        account.later.on("node-status", self._status_reached)
        account.later.on("node-saved", self._saved)
        account.later.on("node-rescue", self._rescue_reached)
        account.later.on("node-upgrade", self._upgraded)
        account.later.on("node-disk", self._grown)
        self._actions: dict[str, tuple[str, Callable[[ApiCall, Node, Body], str]]] = {
            "power_on": ("Power On", self._power_on),
            "power_off": ("Power Off", self._power_off),
            "reboot": ("Reboot", self._reboot),
            "reinstall": ("Reinstall", self._reinstall),
            "rename": ("Rename", self._rename),
            "label_rename": ("Label Rename", self._relabel),
            "lock_vm": ("Lock VM", self._lock),
            "unlock_vm": ("Unlock VM", self._unlock),
            "enable_recovery_mode": ("Enable Recovery Mode", self._enable_rescue),
            "disable_recovery_mode": ("Disable Recovery Mode", self._disable_rescue),
            "save_images": ("Save Image", self._save_image),
            "add_ssh_keys": ("Add SSH Keys", self._add_ssh_keys),
        }

    def routes(self) -> list[Route]:
        return [
            Route("PUT", "nodes/{id:[0-9]+}/actions/", self._act),
            Route("PUT", "nodes/action-on-multiple-nodes/", self._act_on_many),
            Route("PUT", "nodes/upgrade/{id:[0-9]+}", self._upgrade),
            Route("PUT", "nodes/{id:[0-9]+}/root-storage-upgrade/", self._grow),
        ]

    async def _act(self, call: ApiCall) -> web.StreamResponse:
        node, body = self._store.nodes.get(scope_of(call), number_of(call)), await body_of(call)
        kind = body.name("type")
        if kind not in self._actions:
            raise Refused(400, f"type: {kind!r} is not a valid choice.")
        self._check(node, kind)
        return success(self._run(call, node, kind, body), "Action has been initiated.")

    async def _act_on_many(self, call: ApiCall) -> web.StreamResponse:
        body = await body_of(call)
        kind, numbers = body.name("type"), list(dict.fromkeys(body.wholes("node_ids")))
        if kind not in BULK:
            raise Refused(400, f"type: {kind!r} is not a valid choice, use {', '.join(BULK)}.")
        if len(numbers) > MOST_NODES:
            raise Refused(400, f"node_ids: Use at most {MOST_NODES} nodes.")
        nodes = [self._store.nodes.get(scope_of(call), number) for number in numbers]
        for node in nodes:
            self._check(node, kind)
        return success([self._run(call, node, kind, body) for node in nodes], "Action has been initiated.")

    @staticmethod
    def _check(node: Node, kind: str) -> None:
        if kind != "unlock_vm":
            require_settled(node, kind.replace("_", " "))
        elif not node.is_locked:
            raise Refused(412, f"Node {node.name} is not locked.")
        _require_state(node, kind.replace("_", " "), NEEDED.get(kind, (node.status,)))

    def _run(self, call: ApiCall, node: Node, kind: str, body: Body) -> dict[str, Any]:
        title, act = self._actions[kind]
        before = len(self._store.images)
        status = act(call, node, body)
        reply: dict[str, Any] = {
            "id": self._store.next("action"),
            "action_type": title,
            "status": status,
            "created_at": self._account.now(),
            "resource_id": str(node.id),
        }
        if len(self._store.images) > before:
            reply["image_id"] = str(max(image.id for image in self._store.images))
        return reply

    def _start(self, call: ApiCall, node: Node, busy: str, step: str, value: dict[str, Any]) -> str:
        node.busy = busy
        self._account.begin(call, step, node.id, value)
        return IN_PROGRESS

    def _power_on(self, call: ApiCall, node: Node, body: Body) -> str:
        return self._start(call, node, "power on", "node-status", {"status": "Running"})

    def _power_off(self, call: ApiCall, node: Node, body: Body) -> str:
        return self._start(call, node, "power off", "node-status", {"status": OFF})

    def _reboot(self, call: ApiCall, node: Node, body: Body) -> str:
        return self._start(call, node, "reboot", "node-status", {"status": "Running"})

    def _reinstall(self, call: ApiCall, node: Node, body: Body) -> str:
        node.status = "Reinstalling"
        return self._start(call, node, "reinstall", "node-status", {"status": "Running", "failure": "Failed"})

    def _status_reached(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if node := self._store.nodes.find(number):
            node.busy = ""
            node.status = value.get("failure", node.status) if failed else value["status"]

    def _rename(self, call: ApiCall, node: Node, body: Body) -> str:
        name = body.name("name")
        if not NAME.fullmatch(name):
            raise Refused(400, f"name: {name!r} is not valid: use 3 to 50 letters, digits and hyphens.")
        self._account.require_free(self._store.nodes, node.scope, name, node)
        node.name = name
        return DONE

    def _relabel(self, call: ApiCall, node: Node, body: Body) -> str:
        node.label = body.name("name")
        return DONE

    def _lock(self, call: ApiCall, node: Node, body: Body) -> str:
        node.is_locked = True
        return DONE

    def _unlock(self, call: ApiCall, node: Node, body: Body) -> str:
        node.is_locked = False
        return DONE

    def _enable_rescue(self, call: ApiCall, node: Node, body: Body) -> str:
        return self._start(call, node, "recovery mode", "node-rescue", {"rescue": True})

    def _disable_rescue(self, call: ApiCall, node: Node, body: Body) -> str:
        return self._start(call, node, "recovery mode", "node-rescue", {"rescue": False})

    def _rescue_reached(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if node := self._store.nodes.find(number):
            node.busy, node.rescue = "", node.rescue if failed else value["rescue"]

    def _save_image(self, call: ApiCall, node: Node, body: Body) -> str:
        name = body.name("name")
        self._account.require_free(self._store.images, node.scope, name)
        image = self._store.images.add(new_image(self._store, node, name, self._account.now()))
        self._store.charge("image", image, f"{image.size} GB")
        before, node.status = node.status, "Saving"
        return self._start(call, node, "save image", "node-saved", {"status": before, "image": image.id})

    def _saved(self, number: int, value: dict[str, Any], failed: bool) -> None:
        image: Image | None = self._store.images.find(value["image"])
        if image:
            image.state = "ERROR" if failed else "READY"
        self._status_reached(number, value, False)

    def _add_ssh_keys(self, call: ApiCall, node: Node, body: Body) -> str:
        keys = body.items("ssh_keys")
        if not keys or not all(isinstance(key, dict) and {"label", "ssh_key"} <= set(key) for key in keys):
            raise Refused(400, "ssh_keys: Expected a list of objects with label and ssh_key.")
        texts = checked_keys([str(key["ssh_key"]) for key in keys], "ssh_keys")
        present = {material(key["ssh_key"]) for key in node.ssh_keys}
        for key, text in zip(keys, texts, strict=True):
            if material(text) not in present:
                present.add(material(text))
                node.ssh_keys.append({"label": str(key["label"]), "ssh_key": text})
        return DONE

    async def _upgrade(self, call: ApiCall) -> web.StreamResponse:
        node, body = self._store.nodes.get(scope_of(call), number_of(call)), await body_of(call)
        require_settled(node, "change the plan")
        accepted = (OFF, "Running") if self._account.settings.upgrade_while_running else (OFF,)
        _require_state(node, "a plan change", accepted)
        plan = find_plan(self._account, call.location, body)
        if plan.system.info != node.os and node.template_id is None:
            raise Refused(412, f"Node {node.name} runs {node.os['full_name']}: the plan is one of {plan.system.info['full_name']}.")
        if plan.size.name in self._account.purse.out_of_stock:
            raise Refused(412, f"Plan {plan.size.name} is currently out of stock in {call.location}.")
        if (plan.size.series in CUSTOM_DISK) != (node.plan.split(".")[0] in CUSTOM_DISK):
            raise Refused(412, f"Node {node.name} cannot change between {node.plan} and {plan.size.name}: their disks are of different kinds.")
        old = plans(call.location)[node.plan_id]
        said = words.NODE_DOWNGRADE if plan.size.hourly < old.size.hourly else words.NODE_UPGRADE
        self._start(call, node, "plan change", "node-upgrade", {"plan": plan.id})
        numbers = {"old_node_image_id": old.number, "new_node_image_id": plan.number}
        return success({"location": node.location, "vm_id": node.vm_id, **numbers}, said)

    def _upgraded(self, number: int, value: dict[str, Any], failed: bool) -> None:
        node = self._store.nodes.find(number)
        if node is None:
            return
        node.busy = ""
        if failed:
            return
        plan = plans(node.location)[value["plan"]]
        node.plan, node.plan_id, node.image = plan.size.name, plan.id, plan.system.image
        node.memory, node.vcpus, node.price = f"{plan.size.ram} GB", plan.size.cpu, price_text(plan)
        node.disk = plan.size.disk or node.disk

    async def _grow(self, call: ApiCall) -> web.StreamResponse:
        node, body = self._store.nodes.get(scope_of(call), number_of(call)), await body_of(call)
        require_settled(node, "grow the disk")
        if node.plan.split(".")[0] not in CUSTOM_DISK:
            raise Refused(412, f"The disk of plan {node.plan} cannot be changed.")
        size = checked_disk(body.whole("disk_size"))
        if size <= node.disk:
            raise Refused(412, f"The disk of node {node.name} has {node.disk} GB and can only grow.")
        self._start(call, node, "disk resize", "node-disk", {"disk": size})
        return success({}, "Root storage upgrade initiated.")

    def _grown(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if node := self._store.nodes.find(number):
            node.busy, node.disk = "", node.disk if failed else value["disk"]


def _require_state(node: Node, action: str, states: tuple[str, ...]) -> None:
    if node.status not in states:
        raise Refused(412, f"Node {node.name} is {node.status}: {action} needs it to be {' or '.join(states)}.")
