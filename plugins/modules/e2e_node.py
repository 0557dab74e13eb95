#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_node
short_description: Manage nodes of E2E Networks
version_added: 0.1.0
description:
  - Makes nodes (virtual machines), changes them, starts, stops, restarts and reinstalls them, and removes them.
  - A node is billed from the moment it is made. When the answer to a create is lost or tells to come back later, the module
    looks for the node and takes it over, whoever has made it, instead of making another one. No request asks for more than one node.
  - What a running node cannot change is refused with the reason, or done when an option allows it (see O(allow_downtime), O(allow_replace),
    O(allow_detach)). All of this is known before anything is changed, and in check mode too.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
attributes:
  check_mode:
    support: full
    details:
      - What the task refers to and is not there yet is a warning, not a failure, because an earlier task of the play may be going to make it.
  diff_mode:
    support: full
    details:
      - A start script is shown by its number of lines, and SSH keys by label and fingerprint.
  idempotent:
    support: partial
    details:
      - V(restarted) and V(reinstalled) of O(state) do so in every run.
options:
  name:
    description:
      - Name of the node, which is its host name too. One of O(name) and O(node_id) is needed.
      - Two nodes of this name are an error that lists their ids.
      - Together with O(node_id) it renames the node. With O(state=absent) it is held against the name of the node instead.
      - It has 3 to 50 letters, digits and hyphens.
      - With O(count) it has a place for the number of each node, V(%d), or V(%02d) for numbers of two digits.
    type: str
  count:
    description:
      - How many nodes there shall be, numbered from 1, at most 100. With O(name=web-%02d) and V(3) they are C(web-01), C(web-02) and C(web-03).
      - What the task says holds for each of them, and each is looked for by its name and dealt with as by a task of its own. So a run makes those
        that are missing, whether an earlier one got half-way or somebody removed one in the middle. RV(cost) is that of all of them together.
      - A node that fails does not keep the others from it. The task fails at the end, and names each that is not as it is wanted.
      - Nodes with higher numbers are left alone and named in RV(surplus), unless O(prune) is set. With O(state=absent) those with the numbers
        up to this one are removed.
      - What can be on one node only, O(volumes) and O(reserved_ip), is refused, and so is O(node_id).
    type: int
    version_added: 1.0.0
  prune:
    description:
      - With O(count), whether to remove the nodes of this O(name) with higher numbers, once all others are as they are wanted. Who made them makes
        no difference, and the data on their disks is lost. A locked one needs O(locked=false).
    type: bool
    version_added: 1.0.0
    default: false
  concurrency:
    description:
      - With O(count), how many nodes are worked on at once, at most 8.
      - With V(1) they come one after the other, each as soon as the one before is as it is wanted. Together with O(fail_fast), restarts and changes
        that need O(allow_downtime) never take more than one node down.
    type: int
    version_added: 1.0.0
    default: 8
  fail_fast:
    description:
      - With O(count), whether to begin with no further node after one has failed.
    type: bool
    version_added: 1.0.0
    default: false
  node_id:
    description:
      - Number of the node, to rename it or where the name is not unique.
    type: int
  state:
    description:
      - With V(present) there is such a node, running or not. The others, but for V(absent), make it too when there is none.
      - With V(started) and V(stopped) it runs or not.
      - With V(restarted) it is rebooted in every run, or started if it is powered off. One that was just made is not.
      - With V(reinstalled) its disk is made new from its image in every run, which needs O(allow_replace).
      - With V(absent) there is none. Volumes are detached from it before, once it is powered off, and are kept.
    type: str
    choices: [present, absent, started, stopped, restarted, reinstalled]
    default: present
  plan:
    description:
      - Plan of the node, needed to make one. Either the short name, such as V(C3.8GB), or the long one of the catalog, which
        M(e2enetworks.cloud.e2e_plan_info) lists. What the API needs is looked up in the catalog.
      - Another plan than the node has is changed in place. The node has to be powered off for that, see O(allow_downtime).
      - A plan that is unknown or out of stock fails with the plans that can be had and their prices.
    type: str
  image:
    description:
      - Operating system of the node, such as V(Ubuntu 24.04), or the name of its image, such as V(Ubuntu-24.04-Distro).
      - Needed to make a node, unless O(plan) is a long name or O(saved_image) is given.
      - It cannot be changed in place, see O(allow_replace).
    type: str
  saved_image:
    description:
      - Name or number of a saved image to make the node from. M(e2enetworks.cloud.e2e_image_info) lists them.
    type: str
  label:
    description:
      - Label of the node, of at most 50 characters. The inventory can group by it. A new node without one gets V(default).
    type: str
  ssh_keys:
    description:
      - SSH keys to put on the node, each given by its label in the project or by the text of the public key.
      - They are only ever added, because the API has no way to remove one. Remove it on the node itself.
      - On an existing node they are added while it is running.
    type: list
    elements: str
  security_groups:
    description:
      - All security groups of the node, by name or number. Others are taken off it. A node keeps at least one.
      - They can be changed only while the node is running. A new node without this option gets the project's default group.
    type: list
    elements: str
  vpcs:
    description:
      - All VPCs that the node is in, by name or number. It is taken out of others. An empty list takes it out of all. One that is still being
        made is waited for.
      - Whether the API tells the VPCs of a node is not certain. Where it does not, see O(when_unknown).
    type: list
    elements: str
  volumes:
    description:
      - All volumes that are attached to the node, by name or number. Taking others off it, and taking one of these off another node,
        need O(allow_detach). An empty list detaches all.
    type: list
    elements: str
  reserved_ip:
    description:
      - Reserved IP that is attached to the node besides its own public address. Taking another one off it, and an empty text, which takes any
        off it, need O(allow_detach).
    type: str
  start_script:
    description:
      - Script that the node runs at its first start. It may hold secrets, so it is not shown.
      - It is used when the node is made, and cannot be compared later, see O(when_unknown).
    type: str
  backups:
    description:
      - Whether the node is made with backups. It cannot be compared later, see O(when_unknown).
    type: bool
  disable_password:
    description:
      - Whether the node is made without a password for logging in. Without this option it has none if O(ssh_keys) are given.
      - It cannot be compared later, see O(when_unknown).
    type: bool
  ipv6:
    description:
      - Whether the node is made with an IPv6 address. It cannot be compared later, see O(when_unknown).
    type: bool
  public_ip:
    description:
      - Whether to ask for a public address. Most plans come with one anyway, those of the series E1 do not.
      - It cannot be compared later, see O(when_unknown).
    type: bool
  bitninja:
    description:
      - Whether the node is made with a BitNinja license, which is billed. It cannot be changed in place, see O(allow_replace).
    type: bool
  disk:
    description:
      - Size of the root disk in GB, for plans of the series E1 and E1WC, which need it. It is 75 to 2400, in steps of 25 below 150 and of 50
        from there. It can grow in place, and never shrinks.
    type: int
  encryption_passphrase:
    description:
      - Makes the node with an encrypted disk that opens with this passphrase. It cannot be changed later.
      - That a node is encrypted is compared, the passphrase is not.
    type: str
  extra_parameters:
    description:
      - Further keys for the request that makes a node, in the API's own words, for what has no option here, such as C(subnet_id) of a VPC,
        or C(cn_id) and C(cn_status) of committed billing.
      - They are used when the node is made, and are neither checked nor compared later.
    type: dict
    default: {}
  locked:
    description:
      - Whether the node is locked against changes. A locked node is changed or deleted only with V(false), which unlocks it first.
      - V(true) locks it after everything else.
    type: bool
  keep_ip:
    description:
      - Whether the public address of a node that is removed is kept as a reserved IP, which is billed.
    type: bool
    default: false
  allow_replace:
    description:
      - Whether a node may be deleted and made again when what is wanted cannot be changed in place, such as another O(image), or when it
        has failed, and whether it may be reinstalled. The data on its disk is lost, and its addresses change, except for a reserved IP.
      - What the task leaves out is taken over from the node that was there, as far as the API tells it. A warning names what it never tells.
        Security groups and VPCs that cannot be read, and the passphrase of an encrypted node, have to be given.
      - If the new node cannot be made, the error says what the old one had. If the node cannot be deleted, it is started again and gets the
        volumes back that came off it.
      - A run that is interrupted in between leaves nothing to take over from, so list in the task what the node must have. A warning names the
        volumes and reserved IPs that are on no node then. A node that is found powered off is started, see O(allow_downtime).
    type: bool
    default: false
  allow_downtime:
    description:
      - Whether a running node may be powered off for another O(plan). It is started again afterwards, also when the change fails.
      - Whether the platform also changes the plan of a running node is not certain, and so is whether that goes without a restart. So it is
        always powered off first. Where the platform starts it with the new plan by itself, that is taken as it comes, and a node that
        shall be powered off is powered off again.
      - A run that is interrupted in between leaves it powered off, and nothing tells that from a stop that somebody wanted. So with this option,
        and with O(allow_replace), a node that is found powered off is started, unless it is locked. Give O(state=stopped) to have it powered off.
    type: bool
    default: false
  allow_detach:
    description:
      - Whether volumes and reserved IPs may be taken off a node. Volumes should have been unmounted before.
    type: bool
    default: false
  when_unknown:
    description:
      - What to do about options that cannot be compared, because the API does not return what the node has.
      - With V(keep) the node stays as it is, with a warning; V(ignore) leaves the warning out; with V(fail) the task fails.
      - V(update) sends O(security_groups) and O(vpcs) again where they cannot be read; what is used only when a node is made stays as it is.
    type: str
    choices: [keep, ignore, update, fail]
    default: keep
  wait:
    description:
      - Whether to wait until the last step has taken effect. The steps before it are always waited for.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for each step before the task fails. What was started goes on at the platform.
    type: int
    default: 900
seealso:
  - module: e2enetworks.cloud.e2e_node_info
  - module: e2enetworks.cloud.e2e_node_action
  - module: e2enetworks.cloud.e2e_plan_info
"""

EXAMPLES = r"""
- name: Make a node
  e2enetworks.cloud.e2e_node:
    name: app
    plan: C3.8GB
    image: Ubuntu 24.04
    label: app

- name: Give it a larger plan
  e2enetworks.cloud.e2e_node:
    name: app
    plan: C3.16GB
    allow_downtime: true
    state: started

- name: Stop it
  e2enetworks.cloud.e2e_node:
    name: app
    state: stopped

- name: Start it, and lock it
  e2enetworks.cloud.e2e_node:
    name: app
    state: started
    locked: true

- name: Have three nodes of a kind, web-1 to web-3
  e2enetworks.cloud.e2e_node:
    name: web-%d
    count: 3
    plan: C3.8GB
    image: Ubuntu 24.04
    label: web
  register: web

- name: Show their addresses
  ansible.builtin.debug:
    msg: "{{ web.nodes | map(attribute='node.public_ip_address') }}"

- name: Restart them one after the other, and stop at the first that does not come back
  e2enetworks.cloud.e2e_node:
    name: web-%d
    count: 3
    state: restarted
    concurrency: 1
    fail_fast: true

- name: Go back to two, and remove the third
  e2enetworks.cloud.e2e_node:
    name: web-%d
    count: 2
    prune: true

- name: Remove it and keep its address
  e2enetworks.cloud.e2e_node:
    name: app
    state: absent
    locked: false
    keep_ip: true
"""

RETURN = r"""
node:
  description:
    - The node after the task, or in check mode as it would be.
    - V(null) stands for what the API does not return, or what only the server can assign.
    - In check mode with O(wait=false), V(null) also stands for what goes on changing after the task.
  returned: without O(count)
  type: dict
  contains:
    id:
      description: Its number.
      type: int
    name:
      description: Its name.
      type: str
    status:
      description:
        - Its status in lower case, such as V(running), V(powered off), V(creating), V(reinstalling), V(saving) and V(failed).
          V(absent) if there is no such node.
      type: str
    plan:
      description: The short name of its plan.
      type: str
    public_ip_address:
      description: Its public address, V(null) for none.
      type: str
    private_ip_address:
      description: Its private address.
      type: str
    is_locked:
      description: Whether it is locked.
      type: bool
    recovery_mode:
      description: Whether its recovery mode is on.
      type: bool
    rescue_mode_status:
      description: The same in the API's own word, V(Enabled) or V(Disabled).
      type: str
    location:
      description: Where it is.
      type: str
    vm_id:
      description: The number by which security groups, volumes and addresses are attached to it. It is not its id.
      type: int
    label:
      description: Its label.
      type: str
    created_at:
      description: When it was made, as the API writes it.
      type: str
    disk:
      description: The size of its root disk in GB.
      type: int
    memory:
      description: Its memory in GB.
      type: float
    vcpus:
      description: The number of its processors.
      type: int
    price:
      description: Its price, as the API writes it.
      type: str
    os:
      description: Its operating system.
      type: dict
      contains:
        name:
          description: Such as V(Ubuntu).
          type: str
        version:
          description: Such as V(24.04).
          type: str
        category:
          description: The name again, or what came installed, such as V(Docker).
          type: str
        full_name:
          description: Such as V(Ubuntu 24.04).
          type: str
    ssh_keys:
      description: The SSH keys that were put on it.
      type: list
      elements: dict
      contains:
        label:
          description: The label of the key.
          type: str
        fingerprint:
          description: Its fingerprint, as C(ssh-keygen -l) shows it.
          type: str
    security_group_count:
      description: How many security groups it has.
      type: int
    is_vpc_attached:
      description: Whether it is in a VPC.
      type: bool
    is_active:
      description: Whether the platform counts it as active.
      type: bool
    is_monitored:
      description: Whether the platform monitors it.
      type: bool
    is_bitninja_active:
      description: Whether it has a BitNinja license.
      type: bool
    is_encryption_enabled:
      description: Whether its disk is encrypted.
      type: bool
    is_accidental_protection:
      description: Whether it is protected from being deleted by accident. What the platform does then is not documented.
      type: bool
    is_node_compliance:
      description: What the API calls C(is_node_compliance). Its meaning is not documented.
      type: bool
    security_groups:
      description: The names of its security groups. V(null) unless the option of this name asks for them.
      type: list
      elements: str
    security_group_details:
      description: Its security groups. V(null) unless O(security_groups) asks for them.
      type: list
      elements: dict
      contains:
        id:
          description: Number of the group.
          type: int
        name:
          description: Its name.
          type: str
        is_default:
          description: Whether it is the default one of the project.
          type: bool
        rules:
          description: Its rules, sorted, in the form that M(e2enetworks.cloud.e2e_security_group) takes. V(null) if the API does not tell them.
          type: list
          elements: dict
    vpcs:
      description: The names of its VPCs. V(null) unless the option of this name asks for them, or if the API does not tell.
      type: list
      elements: str
    volumes:
      description: The names of its volumes. V(null) unless the option of this name asks for them.
      type: list
      elements: str
    reserved_ips:
      description: Its reserved IPs. V(null) unless O(reserved_ip) asks for them.
      type: list
      elements: str
  sample:
    id: 310277
    name: web
    status: running
    plan: C3.8GB
    public_ip_address: 203.0.113.7
    private_ip_address: 10.10.0.5
    is_locked: false
    recovery_mode: false
    rescue_mode_status: Disabled
    location: Delhi
    vm_id: 315801
    label: web
    created_at: "2026-11-23T06:30:00Z"
    disk: 100
    memory: 8.0
    vcpus: 4
    price: Rs. 3.1/Hour
    os:
      name: Ubuntu
      version: "24.04"
      category: Ubuntu
      full_name: Ubuntu 24.04
    ssh_keys:
      - label: deploy
        fingerprint: SHA256:2tdR5gmXOrnyV5sMZBDUwHWm9vXNWYbAIBoEWUwNSmQ
    security_group_count: 1
    is_vpc_attached: true
    is_active: true
    is_monitored: true
    is_bitninja_active: false
    is_encryption_enabled: false
    is_accidental_protection: false
    is_node_compliance: false
    security_groups: [web]
    security_group_details:
      - id: 58712
        name: web
        is_default: false
        rules:
          - rule_type: Inbound
            protocol_name: Custom_TCP
            port_range: "443"
            network: any
            description: ""
    vpcs: [private]
    volumes: null
    reserved_ips: null
nodes:
  description: With O(count), what became of each node, in the order of their numbers. Those that O(prune) removed come last.
  returned: with O(count)
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    changed:
      description: Whether it was changed, or in check mode would be.
      type: bool
    failed:
      description: Whether it is not as it is wanted.
      type: bool
    begun:
      description: V(false) for one that O(fail_fast) kept from being begun.
      type: bool
    msg:
      description: Why it failed. V(null) if it did not.
      type: str
    error:
      description: The machine-readable part of that, as RV(error).
      type: dict
    actions:
      description: What was done about it, as RV(actions).
      type: list
      elements: str
    diff:
      description: Its changes, as RV(diff).
      type: list
      elements: dict
    warnings:
      description: What the user should know about it.
      type: list
      elements: str
    cost:
      description: What its change adds to the bill, as RV(cost). V(null) if it could not be planned.
      type: dict
    node:
      description: The node, as RV(node). V(null) if it could not be read.
      type: dict
surplus:
  description: With O(count), the names of the nodes with higher numbers that were found.
  returned: with O(count)
  type: list
  elements: str
  sample: [web-4]
cost:
  description:
    - What the change adds to the bill, and what it saves below zero, with the prices before and after. The same in check mode.
    - What the API tells for an hour or a month alone is told for both, a month being 730 hours, as the vendor's client reckons.
    - V(null) stands for an amount that the API does not tell. Discounts, commitments and taxes are not in it. What was refused adds nothing.
  returned: when the change could be planned
  type: dict
  contains:
    currency:
      description: Currency of the amounts, such as V(INR). V(null) if the API does not tell.
      type: str
    before:
      description: What it costs before the change, zero for what is not there.
      type: dict
      contains:
        per_hour:
          description: For an hour.
          type: float
        per_month:
          description: For a month.
          type: float
    after:
      description: What it costs after the change.
      type: dict
      contains:
        per_hour:
          description: For an hour.
          type: float
        per_month:
          description: For a month.
          type: float
    change:
      description: The difference.
      type: dict
      contains:
        per_hour:
          description: For an hour.
          type: float
        per_month:
          description: For a month.
          type: float
    is_known:
      description:
        - Whether the API has a price for what changes. It has none for reserved IPs, saved images, BitNinja licenses and root disks whose size is
          chosen, and they are billed.
      type: bool
  sample:
    currency: INR
    before: {per_hour: 0.0, per_month: 0.0}
    after: {per_hour: 3.1, per_month: 2263.0}
    change: {per_hour: 3.1, per_month: 2263.0}
    is_known: true
actions:
  description:
    - What was done, or in check mode would be done, one sentence each. When the task fails half-way, the steps that the platform took.
  returned: always
  type: list
  elements: str
  sample: ["updated node app: changes label, plan"]
diff:
  description: The changes, as shown with C(--diff). An empty list when nothing changes.
  returned: always
  type: list
  elements: dict
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import id_and_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node import NodeResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_fleet import NodeFleet, check_lone_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_links import NodeLinks
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_options import POWER, NodeOptions, check_node_options

_LISTS = ("ssh_keys", "security_groups", "vpcs", "volumes")
_AS_GIVEN = (
    "plan",
    "image",
    "saved_image",
    "label",
    "reserved_ip",
    "start_script",
    "backups",
    "disable_password",
    "ipv6",
    "public_ip",
    "bitninja",
    "disk",
    "encryption_passphrase",
    "extra_parameters",
    "locked",
    "allow_replace",
    "allow_downtime",
    "allow_detach",
    "keep_ip",
)

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "count": {"type": "int"},
    "prune": {"type": "bool", "default": False},
    "concurrency": {"type": "int", "default": 8},
    "fail_fast": {"type": "bool", "default": False},
    "node_id": {"type": "int"},
    "state": {"type": "str", "choices": ["present", "absent", "started", "stopped", "restarted", "reinstalled"], "default": "present"},
    "plan": {"type": "str"},
    "image": {"type": "str"},
    "saved_image": {"type": "str"},
    "label": {"type": "str"},
    "ssh_keys": {"type": "list", "elements": "str", "no_log": False},
    "security_groups": {"type": "list", "elements": "str"},
    "vpcs": {"type": "list", "elements": "str"},
    "volumes": {"type": "list", "elements": "str"},
    "reserved_ip": {"type": "str"},
    "start_script": {"type": "str", "no_log": True},
    "backups": {"type": "bool"},
    "disable_password": {"type": "bool", "no_log": False},
    "ipv6": {"type": "bool"},
    "public_ip": {"type": "bool"},
    "bitninja": {"type": "bool"},
    "disk": {"type": "int"},
    "encryption_passphrase": {"type": "str", "no_log": True},
    "extra_parameters": {"type": "dict", "default": {}},
    "locked": {"type": "bool"},
    "keep_ip": {"type": "bool", "default": False},
    "allow_replace": {"type": "bool", "default": False},
    "allow_downtime": {"type": "bool", "default": False},
    "allow_detach": {"type": "bool", "default": False},
    "when_unknown": {"type": "str", "choices": ["keep", "ignore", "update", "fail"], "default": "keep"},
    **wait_spec(900),
}


def options_of(params: t.Mapping[str, t.Any], wait_timeout: float) -> NodeOptions:
    """The options of a task as the engine takes them."""
    identifier, name = id_and_name(params, "node_id")
    given: dict[str, t.Any] = {option: params[option] for option in _AS_GIVEN}
    given |= {option: None if params[option] is None else tuple(params[option]) for option in _LISTS}
    given |= {"power": POWER.get(params["state"]), "sends_unknown": params["when_unknown"] == "update"}
    return NodeOptions(id=identifier, name=name, wait_timeout=wait_timeout, **given)


def run(module: CloudModule) -> None:
    """Bring one node to the wanted state, or several."""
    params = module.params
    policy = module.policy(absent=params["state"] == "absent", allow_replace=params["allow_replace"], when_unknown=params["when_unknown"])
    options = options_of(params, policy.wait_timeout)
    check_node_options(options)
    if params["count"] is None:
        check_lone_name(options.name)
        module.converge(NodeResource(NodeLinks(module.transport, policy.wait_timeout), options), policy, "node")
        return
    if params["concurrency"] <= 0:
        raise InputError(f"concurrency must be at least 1; got {params['concurrency']}.")
    fleet = NodeFleet(NodeLinks(module.transport, policy.wait_timeout), options, policy, params["count"])
    members = fleet.run(params["concurrency"], prune=params["prune"], fail_fast=params["fail_fast"])
    module.result["surplus"] = [node.name for node in fleet.surplus]
    module.converge_all(members, "node", priced=True)


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, required_one_of=[("name", "node_id")], required_by={"count": "name"}, mutually_exclusive=[("count", "node_id")])


if __name__ == "__main__":
    main()
