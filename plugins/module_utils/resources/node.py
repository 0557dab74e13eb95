# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A node as a resource of the lifecycle (reference C)."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, Plan, Value, WhenUnknown, reconcile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import candidates, check_alone
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import NOTHING, UNKNOWN_PRICE, Cost, Price, price_told
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConsentError,
    E2EError,
    InputError,
    MissingResourceError,
    RefusedError,
    ResourceFailedError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.catalog import CUSTOM_DISK_SERIES, NodePlan
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import FAILED, POWERED_OFF, RUNNING, Node, NodeDetails
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.prices import price_in_words
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIp
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.catalog_choice import names_system, rest_of_long_name, same_plan
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import check_name_of_removed
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_change import NodeChange
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_links import NodeLinks, NodeState
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_options import (
    REINSTALLED,
    RESTARTED,
    NodeOptions,
    check_disk_size,
    check_new_name,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_order import adds_unpriced, create_body, needs_steps
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_view import (
    Link,
    Links,
    absent_node,
    groups_view,
    keys_view,
    node_rules,
    node_view,
    system_name,
    with_label,
)

# What a create takes and no answer ever tells again.
_MADE_WITH = ("saved_image", "start_script", "backups", "disable_password", "ipv6", "public_ip")
# The platform puts them on a node that runs (reference C.5).
_NEEDS_RUNNING = ("ssh_keys", "security_groups")


def _has_custom_disk(plan: str | None) -> bool:
    """Whether a plan of this short name lets its user choose the disk (reference C.2)."""
    return (plan or "").split(".")[0].upper() in CUSTOM_DISK_SERIES


class NodeResource(ResourceBase[NodeState]):
    """One node, known by its id or else by its name. ``options`` passed :func:`check_node_options`.

    :param listed: gives all nodes for the first look, or ``None`` when a list that was read for several nodes is too old by now.
    """

    settling = ("status",)

    def __init__(self, links: NodeLinks, options: NodeOptions, listed: t.Callable[[], t.Sequence[Node] | None] = lambda: None) -> None:
        super().__init__()
        self.warnings = links.references.warnings
        self._listed = listed
        self._links = links
        self._options = options
        links.nodes.transport.redact.add(options.encryption_passphrase, options.start_script)
        self._id = options.id
        # Whether this run has made it, and has not looked since whether somebody else has made another one.
        self._is_new = False
        self._change = NodeChange(links, options, self.read, f"node {options.name or options.id}")
        self.label = f"node {options.name or options.id}"
        self.progress = self._change.progress
        self._prices: dict[str, str] = {}
        # Whether it was looked once, before this run changes anything, for what an earlier one has left.
        self._has_looked_for_left = False
        # The volumes that it had then. One of them may be coming off it, because an earlier run asked for that.
        self._had_volumes: Links = frozenset()
        # The node that was deleted to be made again, by the number that volumes know it by, and what it had.
        self._replaced: int | None = None
        self._legacy = ""
        self.rules = node_rules(self._show_plan)
        self.creates_in_steps = needs_steps(self._options)

    def read(self) -> NodeState | None:
        if self._id is None:
            found = self._links.find(self._options.name or "", self._listed())
            # What is asked after a change is what it has made.
            self._listed = lambda: None
            if found is None:
                return None
            self._id = found.id
        if self._is_new:
            check_alone(self._links.nodes.nodes(), self._id, self._options.name, self.label)
            self._is_new = False
        node = self._links.nodes.find(self._id)
        if node is None:
            return None
        if self._options.recovery_mode is not None and node.rescue_mode is None:
            # Whether the detail holds it is not certain; the list does (reference E).
            listed = next((one for one in self._links.nodes.nodes() if one.id == node.id), None)
            node = node.with_list(listed) if listed else node
        self._change.saw(node)
        return NodeState(node, self._links)

    # Wanting.

    def desired(self, current: NodeState | None) -> dict[str, Value]:
        options, links, node = self._options, self._links, current.node if current else None
        if node is None and options.id is not None:
            raise InputError(f"There is no node with the id {options.id}. To create one, give its name and leave the id out.")
        if node is None and options.plan is None:
            raise MissingResourceError(f"There is no {self.label}. e2e_node creates it when plan and image are given.")
        if options.name is not None and (node is None or options.name != node.name):
            check_new_name(options.name)
        wanted: dict[str, Value] = {
            "name": options.name,
            "label": options.label.strip() if options.label is not None else None,
            "plan": self._wanted_plan(node),
            "image": self._wanted_image(node),
            "disk": self._wanted_disk(node),
            "power": self._wanted_power(node),
            "locked": options.locked,
            "recovery_mode": options.recovery_mode,
            "bitninja": options.bitninja,
            "encrypted": True if options.encryption_passphrase else None,
            "status": RUNNING if node is not None and self._makes_again(node) else None,
            **{name: getattr(options, name) for name in _MADE_WITH},
        }
        wanted = {name: value for name, value in wanted.items() if value is not None}
        if options.ssh_keys is not None:
            keys = links.wanted_keys(options.ssh_keys)
            if node is not None:
                keys = (*(with_label(key) for key in keys), *node.ssh_keys)
            wanted["ssh_keys"] = tuple({key.identity: key for key in keys}.values())
        if options.security_groups is not None:
            wanted["security_groups"] = frozenset(links.wanted_groups(options.security_groups, current.groups if current else UNKNOWN))
        if options.vpcs is not None and (options.vpcs or node):
            wanted["vpcs"] = frozenset(links.wanted_vpcs(options.vpcs))
        if options.volumes is not None and (options.volumes or node):
            wanted["volumes"] = frozenset(Link(volume.id, volume.name) for volume in links.wanted_volumes(options.volumes))
        if options.reserved_ip is not None and (options.reserved_ip or node):
            wanted["reserved_ip"] = links.wanted_address(options.reserved_ip).address if options.reserved_ip else None
        if options.allow_replace and not self._has_looked_for_left:
            self._has_looked_for_left = True
            self._warn_of_what_is_free(node)
        return wanted

    def _makes_again(self, node: NodeDetails) -> bool:
        """Whether it has failed, and may be replaced by one that works."""
        return node.status in FAILED and self._options.allow_replace

    def _was_left_off(self, node: NodeDetails) -> bool:
        """Whether an interrupted run of this task may have powered it off: nothing tells that from a stop that somebody wanted.

        A task that may do that starts it, unless it says what the power shall be. A locked node is changed by no such run.
        """
        options = self._options
        may_stop = options.allow_downtime or options.allow_replace
        return may_stop and options.power is None and node.status == POWERED_OFF and not node.is_locked

    def _wanted_power(self, node: NodeDetails | None) -> str | None:
        power = self._change.power
        if node is not None and self._was_left_off(node):
            return RUNNING
        return RUNNING if node is None and power in (RESTARTED, REINSTALLED) else power

    def _wanted_plan(self, node: NodeDetails | None) -> str | None:
        plan = self._options.plan
        if plan is None:
            return None
        if node is not None and (node.plan is None or same_plan(plan, node.plan)):
            return node.plan
        return self._choice(node).name

    def _choice(self, node: NodeDetails | None) -> NodePlan:
        """What to order: the plan with the wanted image, or else with that of the node or the saved image."""
        options = self._options
        image = options.image
        if image is None and options.saved_image is not None and node is None:
            image = self._links.wanted_image(options.saved_image).os
        if image is None and node is not None:
            image = system_name(node)
        plan = options.plan or (node.plan if node else None)
        if plan is None:
            raise InputError(f"plan is needed for the {self.label}.")
        choice = self._links.catalog.choose(plan, image)
        self._prices[choice.name] = choice.price
        return choice

    def cost(self, current: NodeState | None, action: Action) -> Cost:
        node = current.node if current else None
        before = NOTHING if node is None else price_in_words(node.price)
        if adds_unpriced(self._options, node, action, self._wanted_disk(node) if action == "update" else None):
            return Cost(before, UNKNOWN_PRICE)
        if action == "delete":
            return Cost(before, NOTHING)
        options = self._options
        has_other_plan = node is None or (options.plan is not None and node.plan is not None and not same_plan(options.plan, node.plan))
        if action != "none" and (has_other_plan or action == "replace"):
            return Cost(before, self._price(node, action))
        return Cost.same(before)

    def _price(self, node: NodeDetails | None, action: Action) -> Price:
        """What is ordered costs. The catalog has no price of a disk whose size is the user's choice."""

        def ask() -> Price:
            choice = self._choice(node)
            return UNKNOWN_PRICE if choice.has_custom_disk and action in ("create", "replace") else choice.cost

        return price_told(ask)

    def _show_plan(self, plan: Value) -> Value:
        """What is ordered is shown with its price; that of the plan before was not looked up."""
        return f"{plan} ({self._prices[plan]})" if plan in self._prices else plan

    def _wanted_image(self, node: NodeDetails | None) -> str | None:
        image, plan = self._options.image, self._options.plan
        if node is None or not node.os:
            return image
        os, version, category = (node.os.get(part) for part in ("name", "version", "category"))
        if image is None and plan is not None and node.plan is not None and same_plan(plan, node.plan):
            rest = rest_of_long_name(plan, node.plan)
            location = node.location or self._links.nodes.transport.credentials.location
            if rest and word(rest) != word(f"{category if category != os else ''} {os} {version} {location}"):
                # The long name of the same plan tells the image as well.
                image = self._links.catalog.choose(plan, None).image
        if image is None:
            return None
        if names_system(image, os, version, category):
            return system_name(node)
        rows = self._links.catalog.plans_of(image)
        is_same = any((row.os, row.os_version, row.os_category) == (os, version, category) for row in rows)
        return system_name(node) if is_same else image

    def _wanted_disk(self, node: NodeDetails | None) -> int | None:
        """The disk, where the plan lets one choose.

        :raises InputError: it does not, or the size cannot be had.
        """
        size = self._options.disk
        if node is None:
            choice = self._choice(None)
            if choice.has_custom_disk and size is None:
                raise InputError(f"disk is needed with the plan {choice.name}: 75 to 2400 GB, in steps of 25 below 150 and of 50 from there.")
            if size is not None and not choice.has_custom_disk and size != choice.disk:
                raise InputError(f"disk: the plan {choice.name} comes with {choice.disk} GB. Leave disk out, or choose a plan of the series E1.")
        elif size is None or node.disk_size in (None, size):
            return None if node.disk_size is None else size
        elif not _has_custom_disk(node.plan):
            if self._wanted_plan(node) not in (None, node.plan) and self._choice(node).disk == size:
                # The disk comes with the wanted plan.
                return None
            raise InputError(f"disk: the {self.label} has {node.disk_size} GB, and that of the plan {node.plan} cannot be changed.")
        elif node.disk_size is not None and size < node.disk_size:
            raise InputError(f"disk: the {self.label} has {node.disk_size} GB and cannot be made smaller; {size} was given.")
        if size is not None and (node is not None or self._choice(None).has_custom_disk):
            check_disk_size(size)
        return size

    def facts(self, current: NodeState) -> dict[str, Value]:
        node, options = current.node, self._options
        facts: dict[str, Value] = {
            "name": node.name,
            "label": node.label,
            "plan": node.plan,
            "image": system_name(node),
            "disk": node.disk_size,
            # It is on its way there.
            "power": RUNNING if node.status in ("creating", "reinstalling") else node.status,
            "locked": node.is_locked,
            "recovery_mode": node.in_recovery,
            "bitninja": node.is_bitninja_active,
            "encrypted": node.is_encryption_enabled,
            "ssh_keys": node.ssh_keys if node.tells_ssh_keys else None,
        }
        facts = {name: UNKNOWN if value is None else value for name, value in facts.items()}
        if self._makes_again(node):
            facts["status"] = node.status
        if options.security_groups is not None:
            facts["security_groups"] = current.groups
        if options.vpcs is not None:
            facts["vpcs"] = current.vpcs
        if options.volumes is not None:
            facts["volumes"] = current.volumes
        if options.reserved_ip is not None:
            facts["reserved_ip"] = self._address(current)
        return facts

    def _address(self, current: NodeState) -> str | None:
        """The reserved address to compare: the wanted one if the node has it, or else one that is not its own public one."""
        addresses = [ip.address for ip in current.addresses if ip.address == self._options.reserved_ip]
        return next(iter(addresses or [ip.address for ip in current.addresses if ip.is_further]), None)

    def _plan(self, current: NodeState) -> Plan:
        policy: WhenUnknown = "update" if self._options.sends_unknown else "keep"
        return reconcile(self.desired(current), self.facts(current), self.rules, when_unknown=policy)

    # What may be done.

    def check_allowed(self, current: NodeState | None, action: Action) -> None:
        node, options = current.node if current else None, self._options
        if node is not None and node.is_locked and options.locked is not False:
            raise ConsentError(f"The {self.label} is locked, so it cannot be changed or deleted. Set locked: false to unlock it.")
        if action == "delete":
            if node is not None:
                check_name_of_removed("node", node.id, node.name, options.name)
            return
        if node is not None and self._was_left_off(node):
            self.warn(
                f"The {self.label} was found powered off. This task may power it off itself (allow_downtime, allow_replace), and a run that was interrupted "
                "leaves it so, so it shall run now. Set state: stopped to have it powered off."
            )
        if node is not None and options.name not in (None, node.name):
            self._check_rename(options.name)
        if current is not None and action == "replace":
            self._check_replacement(current)
            self._carry_over(current)
        if current is not None and action == "update":
            self._check_update(current)
        else:
            self._check_order()
        self._check_links(current)

    def _check_order(self) -> None:
        """Refuse a create that the platform would refuse, or that would make something else than what is wanted."""
        options, choice = self._options, self._choice(None)
        if options.volumes and choice.takes_volumes is False:
            raise InputError(f"volumes: no volume can be attached to a node of the plan {choice.name}. Leave them out, or choose another plan.")
        if options.saved_image is not None and options.image is not None:
            saved = self._links.wanted_image(options.saved_image)
            if saved.os is not None and word(f"{choice.os} {choice.os_version}") not in word(saved.os):
                raise InputError(f"image: the saved image {saved.name} is one of {saved.os}, not of {options.image}. Leave image out, or give that one.")
        self._body()

    def _check_rename(self, name: str) -> None:
        """Refuse a name that another node has: tasks know nodes by their names, and so does this run the node that it makes."""
        other = self._links.find(name)
        if other is not None:
            raise InputError(f"name: the {self.label} cannot be called {name}, because another node is: {other.id}.")

    def _check_replacement(self, current: NodeState) -> None:
        """Refuse to delete what the node that is made instead of it would silently go without."""
        node, options = current.node, self._options
        if node.is_encryption_enabled and options.encryption_passphrase is None:
            raise InputError(f"encryption_passphrase: the {self.label} is encrypted. Give a passphrase for the node that is made instead of it.")
        for name, links in (("security_groups", current.groups), ("vpcs", current.vpcs)):
            if links is UNKNOWN and getattr(options, name) is None:
                raise InputError(f"{name}: the API does not tell those of the {self.label}. Give the ones that the node made instead of it shall have.")
        if options.id is not None and options.name in (None, node.name):
            # The new node is known by its name only, should the answer to its create be lost.
            self._links.find(node.name)
        unknown = [name for name in _MADE_WITH if name != "saved_image" and getattr(options, name) is None]
        if unknown:
            self.warn(
                f"The {self.label} is made again without what the API does not tell of the present one: {', '.join(unknown)}. "
                "Give these options if it has any of it."
            )

    def _check_update(self, current: NodeState) -> None:
        node, options = current.node, self._options
        changed = {change.rule.name for change in self._plan(current).changes}
        if node.status in FAILED and changed - {"name", "label", "locked"}:
            raise ResourceFailedError(
                f"The {self.label} has failed, so it cannot be changed. Look at it in MyAccount, "
                "or set allow_replace: true to have it deleted and made again."
            )
        power = self._wanted_power(node) if "power" in changed else None
        if "plan" in changed and node.status == POWERED_OFF and power is None:
            self.warn(f"The {self.label} is powered off, and stays so with its new plan. Set state: started to have it run afterwards.")
        if power == REINSTALLED and not options.allow_replace:
            raise ConsentError(f"Reinstalling the {self.label} destroys the data on its disk. Set allow_replace: true to allow that.")
        if "plan" in changed and node.status == RUNNING and power != POWERED_OFF and not options.allow_downtime:
            raise ConsentError(
                f"The {self.label} has to be powered off for the change of its plan from {node.plan} to {self._choice(node).name}. "
                "Set allow_downtime: true to allow that; it is started again afterwards."
            )
        needs = [name for name in _NEEDS_RUNNING if name in changed]
        if node.status == POWERED_OFF and power is None and needs:
            raise InputError(f"{needs[0]}: they can be changed only while the {self.label} is running, and it is powered off. Set state: started.")

    def _check_links(self, current: NodeState | None) -> None:
        options, vm_id = self._options, current.node.vm_id if current else None
        if current is not None and (options.security_groups or options.volumes is not None or options.reserved_ip is not None):
            self._change.vm_id(current.node)
        if options.volumes is not None:
            for volume in self._links.wanted_volumes(options.volumes):
                if volume.node is not None and volume.node.vm_id not in (vm_id, self._replaced) and not options.allow_detach:
                    raise ConsentError(f"volumes: the volume {volume.name} is attached to the node {volume.node}. Set allow_detach: true to move it.")
                if volume.status not in ("available", "attached", "creating"):
                    raise InputError(f"volumes: the volume {volume.name} cannot be attached, its status is {volume.status}.")
            surplus = sorted(link.name for link in current.volumes - self.desired(current)["volumes"]) if current else []
            if surplus and not options.allow_detach:
                raise ConsentError(
                    f"volumes: the {self.label} has {', '.join(surplus)} too, which would be detached. List them, or set allow_detach: true."
                )
        if options.reserved_ip:
            ip: ReservedIp = self._links.wanted_address(options.reserved_ip)
            if ip.is_floating and not ip.is_on(vm_id):
                raise InputError(f"reserved_ip: {ip.address} is a floating IP, and how the API attaches one is not documented. Do that in MyAccount.")
            if ip.node is not None and not ip.is_on(vm_id) and not options.allow_detach:
                raise ConsentError(f"reserved_ip: {ip.address} is attached to the node {ip.node}. Set allow_detach: true to move it.")
        if options.reserved_ip is not None and current is not None and not options.allow_detach:
            surplus = [ip.address for ip in current.addresses if ip.is_further and ip.address != options.reserved_ip]
            if surplus:
                raise ConsentError(f"reserved_ip: the {self.label} has {', '.join(surplus)}, which would be detached. Set allow_detach: true to allow that.")

    def _warn_of_what_is_free(self, node: NodeDetails | None) -> None:
        """A replacement that was interrupted leaves what the task does not list without a node, and nothing on the platform tells whose it was.

        The node that it leaves is gone, or powered off, or was made again and has no volume yet.
        """
        options, free, is_on = self._options, [], node is not None and node.status != POWERED_OFF
        if options.volumes is None:
            volumes = self._links.volumes.volumes()
            self._had_volumes = self._links.volumes_of(node, volumes) if node is not None else frozenset()
            if not is_on or not self._had_volumes:
                free += [f"the volume {volume.name}" for volume in volumes if volume.node is None]
        if options.reserved_ip is None and not is_on:
            free += [f"the reserved IP {ip.address}" for ip in self._links.addresses.addresses() if ip.is_free]
        if free:
            self.warn(
                f"On no node are {candidates(free)}. If a run that was to replace the {self.label} was interrupted, they may be what it had. "
                "Give those in volumes and reserved_ip."
            )

    def _carry_over(self, current: NodeState) -> None:
        """Give what the user left out to the node that replaces this one."""
        node, options = current.node, self._options
        ids = {"security_groups": current.groups, "vpcs": current.vpcs, "volumes": current.volumes | self._had_volumes}
        kept: dict[str, t.Any] = {
            "name": node.name,
            "plan": node.plan,
            "label": node.label,
            "bitninja": node.is_bitninja_active,
            "image": system_name(node) if options.saved_image is None else None,
            "disk": node.disk_size if _has_custom_disk(options.plan or node.plan) else None,
            "ssh_keys": tuple(key.text for key in node.ssh_keys) or None,
            "reserved_ip": next((ip.address for ip in current.addresses if ip.is_further), None),
            "power": POWERED_OFF if node.status == POWERED_OFF and not self._was_left_off(node) else None,
            **{name: tuple(sorted(str(link.id) for link in links)) or None for name, links in ids.items() if links is not UNKNOWN},
        }
        # The node that is made instead of it has another id.
        self._options = dataclasses.replace(options, id=None, **{name: value for name, value in kept.items() if getattr(options, name) is None})
        self._legacy = self._told_of(current)
        self._change.options = self._options
        self.creates_in_steps = needs_steps(self._options)

    def _told_of(self, current: NodeState) -> str:
        """What a node has, for a person who has to make it again."""
        node = current.node
        links = {"security_groups": current.groups, "vpcs": current.vpcs, "volumes": current.volumes}
        names = {name: sorted(link.name for link in found) for name, found in links.items() if found is not UNKNOWN}
        names |= {"ssh_keys": sorted(key.label or "no label" for key in node.ssh_keys), "reserved_ip": sorted(ip.address for ip in current.addresses)}
        had = {"plan": node.plan, "image": system_name(node), "label": node.label, **{name: ", ".join(found) for name, found in names.items()}}
        return "; ".join(f"{name}: {value}" for name, value in had.items() if value)

    # Writing.

    def create(self, previous: NodeState | None) -> None:
        links, options = self._links, self._options
        self._id = None
        self._change.made()
        if previous is not None:
            # It was on the node that is gone.
            links.forget_address()
            self._replaced = previous.node.vm_id
        # Before the call: its answer may be lost. A create carries one of each at most (reference C.2).
        links.put_groups = frozenset(links.wanted_groups(options.security_groups)[:1]) if options.security_groups else UNKNOWN
        links.put_vpcs = frozenset(links.wanted_vpcs(options.vpcs or ())[:1])
        self._id = links.nodes.create(self._body())
        self._is_new = self._id is not None

    def _body(self) -> dict[str, t.Any]:
        return create_body(self._options, self._links, self._choice(None))

    def update(self, current: NodeState) -> None:
        choice = None
        changes = {change.rule.name: change.after for change in self._plan(current).changes}
        if "plan" in changes:
            choice = self._choice(current.node)
        self._change.update(current, changes, choice)

    def delete(self, current: NodeState) -> None:
        self._change.delete(current)

    def recover(self, error: E2EError) -> None:
        if told := self._change.recover():
            error.add(told)
        if self._legacy and self._id is None:
            error.add(f"The {self.label} was deleted before, to be made again. It had {self._legacy}.")

    # Waiting and reporting.

    def is_busy(self, current: NodeState) -> bool:
        return current.node.is_changing

    def is_leaving(self, current: NodeState) -> bool:
        return current.node.is_leaving

    def check_ready(self, current: NodeState) -> bool:
        node = current.node
        if node.status in FAILED:
            raise ResourceFailedError(
                f"The {self.label} does not work, its status is {node.status}. Look at it in MyAccount, "
                "or set allow_replace: true to have it deleted and made again."
            )
        if node.is_leaving:
            raise RefusedError(f"The {self.label} is being deleted. Run the task again when it is gone.")
        return not node.is_changing

    def describe(self, current: NodeState) -> str:
        return f"its status is {current.node.status}"

    def result(self, current: NodeState | None) -> dict[str, t.Any]:
        if current is None:
            return absent_node(self._options.id, self._options.name)
        return node_view(current.node, self._links.nodes.transport.credentials.location) | current.view()

    def predict(self, current: NodeState | None, action: Action) -> dict[str, t.Any]:
        is_new = current is None or action == "replace"
        wanted = self.desired(None if is_new else current)
        shown, options = self.result(None if is_new else current), self._options
        if is_new:
            location = self._links.nodes.transport.credentials.location
            fresh = {"id": None, "name": options.name, "label": "default", "status": RUNNING, "is_locked": False, "location": location}
            shown |= fresh | {"ssh_keys": []}
            links = {"vpcs": options.vpcs, "volumes": options.volumes, "reserved_ips": options.reserved_ip}
            # A new node has none of them, and they are looked at when the task names them.
            shown |= {name: [] for name, given in links.items() if given is not None}
        for name in ("name", "label", "disk", "recovery_mode"):
            if name in wanted:
                shown[name] = wanted[name]
        if "recovery_mode" in wanted and (current is None or is_new or current.node.in_recovery is not wanted["recovery_mode"]):
            shown["rescue_mode_status"] = "Enabled" if wanted["recovery_mode"] else "Disabled"
        if wanted.get("power") in (RUNNING, RESTARTED, REINSTALLED, POWERED_OFF):
            shown["status"] = POWERED_OFF if wanted["power"] == POWERED_OFF else RUNNING
        for name, key in (("locked", "is_locked"), ("bitninja", "is_bitninja_active"), ("encrypted", "is_encryption_enabled")):
            if name in wanted:
                shown[key] = wanted[name]
        if is_new or wanted.get("plan", shown["plan"]) != shown["plan"]:
            choice = self._choice(None if is_new or current is None else current.node)
            shown |= {"plan": choice.name, "memory": choice.ram, "vcpus": choice.cpu, "disk": choice.disk or shown["disk"], "price": None}
        if "ssh_keys" in wanted:
            shown["ssh_keys"] = keys_view(wanted["ssh_keys"])
        for name in ("security_groups", "vpcs", "volumes"):
            if name in wanted:
                shown[name] = sorted(link.name for link in wanted[name])
        if "security_groups" in wanted:
            shown["security_group_count"] = len(wanted["security_groups"])
            shown["security_group_details"] = groups_view(wanted["security_groups"])
        if "vpcs" in wanted:
            shown["is_vpc_attached"] = bool(wanted["vpcs"])
        if "reserved_ip" in wanted:
            own = [ip.address for ip in current.addresses if not ip.is_further] if current and not is_new else []
            if current is not None and not is_new and self._address(current) != wanted["reserved_ip"]:
                # Whether it becomes the node's public address is the platform's affair.
                shown["public_ip_address"] = None
            shown["reserved_ips"] = sorted({*own, *([wanted["reserved_ip"]] if wanted["reserved_ip"] else [])})
        return shown
