#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_reserved_ip
short_description: Manage reserved IPs of E2E Networks
version_added: 0.1.0
description:
  - Reserves public IP addresses, attaches them to nodes and detaches them, keeps the address that a node has now, and gives addresses back.
  - A reserved IP has no name. So that a second run changes nothing, a task says which one it means, by O(ip_address), by O(node)
    (that node has one), or by O(reuse=true) (one is free).
  - A reserved IP is billed from the moment it is made. When the answer to a create is lost or tells to come back later, the module
    looks for an address that has appeared meanwhile, and takes it over, whoever has reserved it, instead of reserving another one.
  - When one was reserved and is certain not to be attached, it is given back, and the next run pays for one again. Where that is not
    certain, or fails, it stays reserved, and the message and the result of the failed task name it.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.wait
attributes:
  check_mode:
    support: full
    details:
      - What the task refers to and is not there yet is a warning, not a failure, because an earlier task of the play may be going to make it.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  ip_address:
    description:
      - The address that is meant. The platform chooses the address of a new one, so an address that is not reserved fails, except
        with O(live_reserve).
      - Needed with O(state=absent).
    type: str
    aliases: [ip]
  node:
    description:
      - Name or id of the node that the address is attached to. Without O(ip_address), it is enough that the node has one reserved IP
        besides the public one that it was made with. If it has none, one is reserved and attached, see O(reuse).
      - An empty text detaches the address from whatever node has it. Without this option it stays where it is.
    type: str
  state:
    description:
      - With V(present) there is such an address.
      - With V(absent) it is given back. An address that is attached is given back only with O(allow_detach).
    type: str
    choices: [present, absent]
    default: present
  reuse:
    description:
      - What to do when O(node) has no reserved IP yet, O(ip_address) does not say which one it shall have, and some are free.
      - With V(true) a free one is attached. With V(false) another one is reserved, and billed, even if a free one is what an
        interrupted run has left; a warning names the free ones.
      - Without this option such a task fails before it changes anything, and lists the free ones. A run that ended between reserving
        and attaching leaves a free one, and no later run pays for another one beside it unasked.
      - Without O(ip_address) and O(node), V(true) makes sure that one is free, and returns it.
    type: bool
  live_reserve:
    description:
      - Reserve the public address that O(node) has now, so that it survives the node. The node goes on using it.
    type: bool
    default: false
  allow_detach:
    description:
      - Whether the address may be taken off a node to be attached to another one, or to be given back.
      - If it is the public IP that the node was made with, the node is left without one.
    type: bool
    default: false
notes:
  - How the API attaches and detaches floating IPs is not documented. They are shown, never taken for free ones, and left where they are.
  - The steps of attaching wait for one another, also with O(wait=false).
seealso:
  - module: e2enetworks.cloud.e2e_reserved_ip_info
"""

EXAMPLES = r"""
- name: Let a node have a reserved IP, a free one if there is any
  e2enetworks.cloud.e2e_reserved_ip:
    node: web
    reuse: true
  register: address

- name: Move it to another node
  e2enetworks.cloud.e2e_reserved_ip:
    ip_address: "{{ address.reserved_ip.ip_address }}"
    node: web2
    allow_detach: true

- name: Detach it and keep it
  e2enetworks.cloud.e2e_reserved_ip:
    ip_address: "{{ address.reserved_ip.ip_address }}"
    node: ''

- name: Give it back
  e2enetworks.cloud.e2e_reserved_ip:
    ip_address: "{{ address.reserved_ip.ip_address }}"
    state: absent

- name: Let a node have a reserved IP for which another one is reserved even if some are free
  e2enetworks.cloud.e2e_reserved_ip:
    node: web
    reuse: false

- name: Keep the public IP of a node
  e2enetworks.cloud.e2e_reserved_ip:
    node: web
    live_reserve: true
"""

RETURN = r"""
reserved_ip:
  description:
    - The address after the task, or in check mode as it would be.
    - V(null) stands for what the API does not return, what only the server can assign, or no node.
  returned: always
  type: dict
  contains:
    ip_address:
      description: The address.
      type: str
    id:
      description: Number of the reservation.
      type: int
    status:
      description: Its status in lower case, such as V(reserved) for a free one, V(assigned) and V(live reserved). V(absent) if there is none.
      type: str
    type:
      description: Kind of address as the API names it, V(AddonIP), V(PublicIP) or V(FloatingIP).
      type: str
    bought_at:
      description: When it was reserved, as the API writes it.
      type: str
    attached_nodes:
      description: All nodes it is attached to. A floating IP can have several, and C(node) is the first of them.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the node.
          type: str
        id:
          description: Its number, where the API tells it.
          type: int
        vm_id:
          description: The number by which the API attaches to it, which is not its id.
          type: int
    node:
      description: Name of the node it is attached to.
      type: str
    node_id:
      description: Number of that node, where the API tells it.
      type: int
    vm_id:
      description: The number by which the API attaches to that node, which is not its id.
      type: int
  sample:
    ip_address: 203.0.113.7
    id: 7781
    status: assigned
    type: AddonIP
    bought_at: 04-11-2025 10:37
    attached_nodes:
      - name: web
        id: 310277
        vm_id: 315801
    node: web
    node_id: 310277
    vm_id: 315801
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
    currency: null
    before: {per_hour: 0.0, per_month: 0.0}
    after: {per_hour: null, per_month: null}
    change: {per_hour: null, per_month: null}
    is_known: false
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["created reserved IP of the node web"]
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

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import References
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import NodesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIpsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_lookup import NodeLookup
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.reserved_ip import ReservedIpOptions, ReservedIpResource, check_reserved_ip

SPEC: ArgumentSpec = {
    "ip_address": {"type": "str", "aliases": ["ip"]},
    "node": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "reuse": {"type": "bool"},
    "live_reserve": {"type": "bool", "default": False},
    "allow_detach": {"type": "bool", "default": False},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Bring one reserved IP to the wanted state."""
    params = module.params
    absent = params["state"] == "absent"
    policy = module.policy(absent=absent)
    options = ReservedIpOptions(
        address=params["ip_address"],
        node=None if absent else params["node"],
        live=params["live_reserve"] and not absent,
        reuse=params["reuse"],
        allow_detach=params["allow_detach"],
        wait_timeout=policy.wait_timeout,
    )
    check_reserved_ip(options, absent)
    resource = ReservedIpResource(ReservedIpsClient(module.transport), options, NodeLookup(NodesClient(module.transport), References(module.check_mode)))
    module.converge(resource, policy, "reserved_ip")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
