#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_vpc
short_description: Manage VPCs of E2E Networks
version_added: 0.1.0
description:
  - Makes private networks, waits until they are active, and removes them.
  - A VPC is billed from the moment it is made. When the answer to a create is lost or tells to come back later, the module
    looks for the VPC and takes it over, whoever has made it, instead of making another one.
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
      - A VPC that nodes are in is a warning, not a failure, because an earlier task of the play may be going to take them out.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  name:
    description:
      - Name of the VPC. One of O(name) and O(vpc_id) is needed.
      - A VPC cannot be renamed. When both are given and the VPC has another name, the task fails, also with O(state=absent).
    type: str
  vpc_id:
    description:
      - Number of the VPC, where the name is not unique. It is the C(network_id) of the API, RV(vpc.id) of this module.
    type: int
    aliases: [network_id]
  state:
    description:
      - With V(present) there is such a VPC.
      - With V(absent) there is none. A VPC that nodes are in is not deleted, take them out first.
    type: str
    choices: [present, absent]
    default: present
  ipv4:
    description:
      - The addresses of a network of your own, such as V(10.10.0.0/23). Without it the platform chooses them.
      - The addresses of a VPC cannot be changed, see O(allow_replace).
    type: str
  allow_replace:
    description:
      - Whether the VPC may be deleted and made again when O(ipv4) differs.
    type: bool
    default: false
seealso:
  - module: e2enetworks.cloud.e2e_vpc_info
"""

EXAMPLES = r"""
- name: Make a network with addresses of your own
  e2enetworks.cloud.e2e_vpc:
    name: backend
    ipv4: 10.10.0.0/23
  register: backend

- name: Make a network and let the platform choose the addresses
  e2enetworks.cloud.e2e_vpc:
    name: frontend

- name: Remove both
  e2enetworks.cloud.e2e_vpc:
    name: "{{ item }}"
    state: absent
  loop:
    - backend
    - frontend
"""

RETURN = r"""
vpc:
  description:
    - The VPC after the task, or in check mode as it would be. V(null) stands for what only the server can assign.
    - In check mode with O(wait=false), V(null) also stands for what goes on changing after the task.
  returned: always
  type: dict
  contains:
    id:
      description: Its C(network_id), which every other call of the API wants.
      type: int
    name:
      description: Its name.
      type: str
    ipv4:
      description: Its addresses as a network.
      type: str
    is_e2e_vpc:
      description: Whether the platform chose the addresses.
      type: bool
    state:
      description: Its state in lower case, such as V(active). V(absent) if there is no such VPC.
      type: str
    is_active:
      description: Whether the platform counts it as active. V(null) if the API does not tell.
      type: bool
    gateway:
      description: Address of its gateway.
      type: str
    gateway_node:
      description: The node through which it reaches other networks, V(null) for none.
      type: dict
      contains:
        node_id:
          description: Number of the node.
          type: int
        ip_address_public:
          description: Its public address.
          type: str
    node_count:
      description: How many nodes are in it.
      type: int
    created_at:
      description: When it was made, as the API writes it.
      type: str
    subnets:
      description: Its subnets.
      type: list
      elements: dict
      contains:
        id:
          description: Number of the subnet.
          type: int
        name:
          description: Its name.
          type: str
        cidr:
          description: Its addresses as a network.
          type: str
        total_ips:
          description: How many addresses it has.
          type: int
        used_ips:
          description: How many of them are in use.
          type: int
  sample:
    id: 9120
    name: backend
    ipv4: 10.10.0.0/23
    is_e2e_vpc: false
    state: active
    is_active: true
    gateway: 10.10.0.1
    gateway_node: null
    node_count: 0
    created_at: "2026-02-18T10:00:00Z"
    subnets: []
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
    after: {per_hour: 1.0, per_month: 730.0}
    change: {per_hour: 1.0, per_month: 730.0}
    is_known: true
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["created VPC backend"]
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

from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.vpcs import VpcsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import id_and_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.vpc import VpcOptions, VpcResource, network

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "vpc_id": {"type": "int", "aliases": ["network_id"]},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "ipv4": {"type": "str"},
    "allow_replace": {"type": "bool", "default": False},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Bring one VPC to the wanted state."""
    params = module.params
    absent = params["state"] == "absent"
    policy = module.policy(absent=absent, allow_replace=params["allow_replace"])
    cidr = None if params["ipv4"] is None or absent else network(params["ipv4"])
    identifier, name = id_and_name(params, "vpc_id")
    options = VpcOptions(identifier, name, cidr, policy.wait, policy.wait_timeout)
    module.converge(VpcResource(VpcsClient(module.transport), options), policy, "vpc")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, required_one_of=[("name", "vpc_id")])


if __name__ == "__main__":
    main()
