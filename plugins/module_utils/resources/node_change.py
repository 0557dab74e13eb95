# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing a node: several calls in an order that the platform takes, each after the one before has come true (reference C.5)."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Unknown, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import until_accepted, wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, E2EError, RefusedError, ResourceFailedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.catalog import NodePlan
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import FAILED, POWERED_OFF, RUNNING, NodeDetails
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import passes, says_not_found
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIp
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.attachment import attach_volume
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.catalog_choice import same_plan
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_links import NodeLinks, NodeState
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_options import REINSTALLED, RESTARTED, NodeOptions
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_view import Link, Links

Done = t.Callable[[NodeState], bool]


class NodeChange:
    """Sends the calls of one run and knows how far it came.

    :param read: the node as it is now.
    :param label: for messages.
    """

    def __init__(self, links: NodeLinks, options: NodeOptions, read: t.Callable[[], NodeState | None], label: str) -> None:
        self._links = links
        self.options = options
        self._read = read
        self._label = label
        self._sent: set[str] = set()
        self._pending: tuple[str, Done] | None = None
        # A restart or a reinstallation is done once; afterwards the node shall run like any other.
        self._is_power_sent = False
        self._is_power_done = False
        # One that had failed before it is deleted: none of the steps to that will mend it.
        self._had_failed = False
        # A node that was stopped for another plan, or for what has to come off it before it is deleted.
        self._starts_again = False
        # The volumes that came off it for that.
        self._taken_off: list[Link] = []
        #: What the platform has taken so far, a sentence each, whether it was seen to come true or not.
        self.progress: list[str] = []

    @property
    def power(self) -> str | None:
        """What is still wanted of the power, ``None`` to keep it."""
        if self._starts_again and self.options.power is None:
            return RUNNING
        once = self.options.power in (RESTARTED, REINSTALLED)
        return RUNNING if once and self._is_power_done else self.options.power

    def made(self) -> None:
        """The node was just made, so there is nothing to restart or to reinstall."""
        self._is_power_done = True
        self._starts_again = False
        self._taken_off = []

    def saw(self, node: NodeDetails) -> None:
        """Look at a node that was read: one that is changing got the restart whose answer was lost."""
        self._is_power_done |= self._is_power_sent and node.is_changing

    def update(self, current: NodeState, changes: t.Mapping[str, Value], choice: NodePlan | None) -> None:
        """Send what the changes need.

        :param changes: the wanted values of the fields that differ.
        :param choice: what to order when the plan is one of them.
        """
        node, act = current.node, self._links.nodes.act
        is_on, power = node.status == RUNNING, changes.get("power")
        self._pending = None
        if changes.get("locked") is False:
            self._unlock(node)
        if "name" in changes:
            self._step(f"renamed to {changes['name']}", lambda: act(node.id, "rename", name=changes["name"]), lambda seen: seen.node.name == changes["name"])
        if "label" in changes:
            label = changes["label"]
            self._step(f"labelled {label}", lambda: act(node.id, "label_rename", name=label), lambda seen: seen.node.label == label)
        if not is_on:
            self._change_size(node, changes, choice)
            if choice is not None and power in (None, POWERED_OFF):
                self._stop_again(node)
            if power in (RUNNING, RESTARTED, REINSTALLED):
                self._power(node, "power_on", "started", RUNNING)
                self._is_power_done = power == RESTARTED
        if power == REINSTALLED:
            self._once(node, "reinstall", "reinstalled")
        self._link(current, changes)
        if is_on:
            is_restarted = self._change_plan_of_running(node, changes, choice, power)
            if power == POWERED_OFF and not is_restarted:
                self._power(node, "power_off", "powered off", POWERED_OFF)
            if power == RESTARTED and not is_restarted:
                self._once(node, "reboot", "restarted")
        if "recovery_mode" in changes:
            wanted = changes["recovery_mode"]
            action = "enable_recovery_mode" if wanted else "disable_recovery_mode"
            self._step(f"recovery mode switched {'on' if wanted else 'off'}", lambda: act(node.id, action), lambda seen: seen.node.in_recovery is wanted)
        if changes.get("locked") is True:
            self._step("locked", lambda: act(node.id, "lock_vm"), lambda seen: bool(seen.node.is_locked))

    def delete(self, current: NodeState) -> None:
        """Remove the node, after what has to stay was taken off it."""
        node = current.node
        self._pending = None
        self._had_failed = node.status in FAILED
        if node.is_locked:
            self._unlock(node)
        if current.volumes and node.status == RUNNING:
            # So that it writes what it has still to write.
            self._starts_again = True
            self._power(node, "power_off", "powered off", POWERED_OFF)
        for link in _sorted(current.volumes):
            self._taken_off.append(link)
            self._detach_volume(node, link)
        self._finish()
        self._send("delete", lambda: self._links.nodes.delete(node.id, keep_ip=self.options.keep_ip))

    # Power and size.

    def _unlock(self, node: NodeDetails) -> None:
        self._step("unlocked", lambda: self._links.nodes.act(node.id, "unlock_vm"), lambda seen: not seen.node.is_locked)

    def _power(self, node: NodeDetails, action: str, sentence: str, status: str) -> None:
        self._step(sentence, lambda: self._links.nodes.act(node.id, action), lambda seen: seen.node.status == status)

    def _once(self, node: NodeDetails, action: str, sentence: str) -> None:
        self._finish()
        self._is_power_sent = True
        try:
            self._step(sentence, lambda: self._links.nodes.act(node.id, action), lambda seen: seen.node.status == RUNNING, once=True)
        except RefusedError:
            # What the node may be seen doing now is somebody else's.
            self._is_power_sent = False
            raise
        self._is_power_done = True

    def _change_size(self, node: NodeDetails, changes: t.Mapping[str, Value], choice: NodePlan | None) -> None:
        if choice is not None:
            self._step(
                f"plan changed to {choice.name}",
                lambda: self._links.nodes.change_plan(node.id, choice.id, choice.image),
                lambda seen: _has_plan(seen.node, choice) and not seen.node.is_changing,
            )
        if "disk" in changes:
            size = changes["disk"]
            self._step(f"disk made larger, {size} GB", lambda: self._links.nodes.grow_disk(node.id, size), lambda seen: seen.node.disk_size == size)

    def _change_plan_of_running(self, node: NodeDetails, changes: t.Mapping[str, Value], choice: NodePlan | None, power: str | None) -> bool:
        """Stop, change and start. Whether it came to that: a restart is done then, and a stop as well.

        The vendor's provider wants a node powered off for that, and the vendor's client leaves it running (reference C.5, H.39).
        What is certain to be taken is the first.
        """
        if choice is None:
            self._change_size(node, changes, choice)
            return False
        stays_off = power == POWERED_OFF
        # Before the call: its answer may be lost, and the next look find the node powered off.
        self._starts_again = not stays_off
        self._power(node, "power_off", "powered off", POWERED_OFF)
        self._change_size(node, changes, choice)
        if stays_off:
            self._stop_again(node)
        elif not self._is_running():
            self._power(node, "power_on", "started again", RUNNING)
        self._is_power_done |= power == RESTARTED
        return True

    def _is_running(self) -> bool:
        """Whether the platform has started the node with its new plan by itself, which it may do (reference H.39)."""
        seen = self._finish()
        return seen is not None and seen.node.status == RUNNING

    def _stop_again(self, node: NodeDetails) -> None:
        if self._is_running():
            self._power(node, "power_off", "powered off again", POWERED_OFF)

    def recover(self) -> str:
        """Put back what a change that has failed did to the node on its way: start it, and attach its volumes.

        :returns: what came of it, in sentences; empty if there was nothing to do.
        """
        self._pending = None
        try:
            seen = self._read() if self._starts_again or self._taken_off else None
        except E2EError:
            # What failed was asked for with a node that runs and has its volumes.
            had = f" without {_names(self._taken_off)}" if self._taken_off else ""
            return f"The {self._label} may be powered off{had}, and what became of it cannot be read. Look at it before anything else."
        if seen is None or seen.node.is_leaving:
            return ""
        return " ".join(filter(None, (self._start_again(seen.node), self._attach_again(seen))))

    def _start_again(self, node: NodeDetails) -> str:
        if not self._starts_again or node.status != POWERED_OFF:
            return ""
        try:
            # Not repeated: what keeps the platform from it may be the very change that has failed.
            self._links.nodes.act(node.id, "power_on")
            self._note("started again")
            self._pending = ("started again", lambda seen: seen.node.status == RUNNING)
            self._finish()
        except E2EError:
            return f"The {self._label} is powered off, and could not be started again. Do that with state: started."
        self._starts_again = False
        return f"The {self._label} was started again, with the plan {node.plan}."

    def _attach_again(self, seen: NodeState) -> str:
        lost = [link for link in self._taken_off if link not in seen.volumes]
        if not lost:
            return ""
        try:
            for link in lost:
                self._attach_volume(seen.node, self.vm_id(seen.node), link)
                self._finish()
        except E2EError as error:
            return f"The volumes {_names(lost)} came off it, and could not all be attached again ({error.message}) Do that with the option volumes."
        self._taken_off = []
        return f"The volumes {_names(lost)} were attached again."

    # Links.

    def vm_id(self, node: NodeDetails) -> int:
        """What groups, volumes and addresses are attached by.

        :raises RefusedError: the API does not tell it.
        """
        if node.vm_id is None:
            raise RefusedError(f"The API returns no vm_id of the {self._label}, and groups, volumes and addresses are attached by it.")
        return node.vm_id

    def _link(self, current: NodeState, changes: t.Mapping[str, Value]) -> None:
        node = current.node
        if "ssh_keys" in changes:
            there = {key.identity for key in node.ssh_keys}
            keys = [{"label": key.label, "ssh_key": key.text} for key in changes["ssh_keys"] if key.identity not in there]
            self._step("SSH keys added", lambda: self._links.nodes.act(node.id, "add_ssh_keys", ssh_keys=keys))
        if "security_groups" in changes:
            self._change_groups(current, self.vm_id(node), changes["security_groups"])
        if "vpcs" in changes:
            for link in _sorted(_known(current.vpcs) - changes["vpcs"]):
                self._leave_vpc(node, link)
            for link in _sorted(changes["vpcs"] - _known(current.vpcs)):
                self._enter_vpc(node, link)
        if "volumes" in changes:
            for link in _sorted(current.volumes - changes["volumes"]):
                self._detach_volume(node, link)
            for link in _sorted(changes["volumes"] - current.volumes):
                self._attach_volume(node, self.vm_id(node), link)
        if "reserved_ip" in changes:
            self._change_address(current, self.vm_id(node), changes["reserved_ip"])

    def _change_groups(self, current: NodeState, vm_id: int, wanted: Links) -> None:
        """Attach before detaching: a node is never without a group."""
        there = _known(current.groups)
        groups, more, less = self._links.groups, _sorted(wanted - there), _sorted(there - wanted)
        if more:
            self._step(f"security groups attached, {_names(more)}", lambda: groups.attach(vm_id, [link.id for link in more]))
        if less:
            self._step(f"security groups detached, {_names(less)}", lambda: groups.detach(vm_id, [link.id for link in less]))
        self._links.put_groups = wanted

    def _leave_vpc(self, node: NodeDetails, link: Link) -> None:
        self._step(f"taken out of the VPC {link.name}", lambda: self._links.vpcs.detach(link.id, node.id), lambda seen: link not in _known(seen.vpcs))

    def _enter_vpc(self, node: NodeDetails, link: Link) -> None:
        self._step(
            f"put into the VPC {link.name}",
            lambda: self._links.vpcs.attach(link.id, node.id),
            lambda seen: seen.node.is_vpc_attached is not False and link in _known(seen.vpcs),
            passing=lambda error: passes(error) or (says_not_found(error) and self._is_listed(link)),
        )
        self._links.put_vpcs = _known(self._links.put_vpcs) | {link}

    def _is_listed(self, vpc: Link) -> bool:
        """Whether a network that the API does not find is there all the same: one that is still being made is not found (reference H.29)."""
        return any(one.id == vpc.id for one in self._links.vpcs.vpcs())

    def _detach_volume(self, node: NodeDetails, link: Link) -> None:
        vm_id = self.vm_id(node)
        done = self._plugged(node, lambda seen: link not in seen.volumes)
        self._step(f"volume {link.name} detached", lambda: self._links.volumes.detach(link.id, vm_id), done)

    def _attach_volume(self, node: NodeDetails, vm_id: int, link: Link) -> None:
        volumes = self._links.volumes
        other = next((one.node for one in volumes.volumes() if one.id == link.id and one.node and one.node.vm_id != vm_id), None)
        if other is not None:
            detach = functools.partial(volumes.detach, link.id, other.vm_id)
            self._step(f"volume {link.name} detached from the node {other}", detach, lambda seen: self._is_free(link))
        done = self._plugged(node, lambda seen: link in seen.volumes)
        self._step(f"volume {link.name} attached", lambda: attach_volume(volumes, link, vm_id, self.options.wait_timeout), done)

    def _plugged(self, node: NodeDetails, done: Done) -> Done:
        """Whether a volume is where it shall be, and the node takes another one (reference C.3)."""
        return lambda seen: done(seen) and not self._links.nodes.is_hotplugging(node.id)

    def _is_free(self, link: Link) -> bool:
        return any(volume.id == link.id and volume.node is None and volume.status == "available" for volume in self._links.volumes.volumes())

    def _change_address(self, current: NodeState, vm_id: int, wanted: str | None) -> None:
        addresses = self._links.addresses
        for ip in current.addresses:
            if ip.is_further and ip.address != wanted:
                self._drop_address(ip)
        if wanted is None:
            return
        ip = self._links.wanted_address(wanted)
        if ip.node is not None and ip.node.vm_id != vm_id:
            self._step(f"reserved IP {wanted} detached from the node {ip.node}", lambda: addresses.detach(ip))
        self._step(
            f"reserved IP {wanted} attached",
            lambda: addresses.attach(wanted, vm_id),
            lambda seen: wanted in {one.address for one in seen.addresses},
        )

    def _drop_address(self, ip: ReservedIp) -> None:
        self._step(
            f"reserved IP {ip.address} detached",
            lambda: self._links.addresses.detach(ip),
            lambda seen: ip.address not in {one.address for one in seen.addresses},
        )

    # Steps.

    def _step(
        self,
        sentence: str,
        call: t.Callable[[], t.Any],
        done: Done | None = None,
        *,
        once: bool = False,
        passing: t.Callable[[ApiError], bool] = passes,
    ) -> None:
        """Make a call after the one before has come true. What the last one does is for the lifecycle to wait for.

        :param done: whether the node shows what the call is for; ``None`` when it does not show that.
        :param once: the call does something even when the node shows what it is for.
        :param passing: which refusals pass by themselves.
        """
        self._finish()
        self._send(sentence, call, done, once=once, passing=passing)
        self._note(sentence)
        self._pending = (sentence, done or _shows_nothing)

    def _note(self, sentence: str) -> None:
        told = f"{self._label}: {sentence}"
        if told not in self.progress:
            self.progress.append(told)

    def _send(
        self,
        step: str,
        call: t.Callable[[], t.Any],
        done: Done | None = None,
        *,
        once: bool = False,
        passing: t.Callable[[ApiError], bool] = passes,
    ) -> None:
        """Make a call until the platform takes it, or until there is no need for it any more.

        Another run, or this one with an answer that was lost, may have made it before: the platform refuses it then, first
        because an action is in progress, and afterwards because there is nothing left to do.
        """
        again = step in self._sent
        self._sent.add(step)

        def settled(error: ApiError) -> bool:
            if again and (once or not passing(error)):
                # The first call has arrived. Whether it comes true is for the wait to find out.
                return True
            if once or done is None:
                return False
            seen = self._read()
            return seen is None or done(seen)

        until_accepted(call, timeout=self.options.wait_timeout, clock=self._links.nodes.transport.clock, passes=passing, settled=settled)

    def _finish(self) -> NodeState | None:
        """Wait until the last call has come true. The node as it was seen then, ``None`` if there was nothing to wait for."""
        if self._pending is None:
            return None
        (sentence, done), self._pending = self._pending, None

        def reached(seen: NodeState | None) -> bool:
            if seen is not None and seen.node.status in FAILED and not self._had_failed:
                raise ResourceFailedError(f"The {self._label} has failed: its status is {seen.node.status}. Look at it in MyAccount.")
            return seen is None or done(seen)

        seen = wait_until(
            self._read,
            reached,
            timeout=self.options.wait_timeout,
            describe=lambda seen: f"The {self._label} does not show the last step ({sentence}); its status is {seen.node.status if seen else 'absent'}",
            clock=self._links.nodes.transport.clock,
        )
        if seen is None:
            raise RefusedError(f"The {self._label} was deleted by somebody else while this run changed it. Run it again.")
        return seen


def _has_plan(node: NodeDetails, choice: NodePlan) -> bool:
    return node.plan is None or same_plan(choice.id, node.plan) or same_plan(choice.name, node.plan)


def _shows_nothing(seen: NodeState) -> bool:
    return True


def _known(links: Links | Unknown) -> Links:
    return frozenset() if links is UNKNOWN else links


def _sorted(links: t.Iterable[Link]) -> list[Link]:
    return sorted(links, key=lambda link: (link.name, link.id))


def _names(links: t.Iterable[Link]) -> str:
    return ", ".join(link.name for link in links)
