#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_vpc_info
short_description: List VPCs of E2E Networks
version_added: 0.1.0
description:
  - Returns the private networks of a project.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  names:
    description:
      - Return only VPCs with one of these names. A name without a VPC is named in RV(missing).
    type: list
    elements: str
    aliases: [name]
  states:
    description:
      - Return only VPCs in one of these states, upper or lower case.
    type: list
    elements: str
seealso:
  - module: e2enetworks.cloud.e2e_vpc
"""

EXAMPLES = r"""
- name: List the networks that can be used
  e2enetworks.cloud.e2e_vpc_info:
    states: [active]
  register: networks

- name: Show the unused ones
  ansible.builtin.debug:
    msg: "{{ networks.vpcs | selectattr('node_count', 'equalto', 0) | map(attribute='name') }}"
"""

RETURN = r"""
vpcs:
  description: The VPCs that match, sorted by name.
  returned: success
  type: list
  elements: dict
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
    - id: 9120
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
missing:
  description: Those of O(names) that do not exist.
  returned: success
  type: list
  elements: str
  sample: []
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import select
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.vpcs import VpcsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.vpc import vpc_result

SPEC: ArgumentSpec = {"names": {"type": "list", "elements": "str", "aliases": ["name"]}, "states": {"type": "list", "elements": "str"}}


def run(module: CloudModule) -> None:
    """List the VPCs that match."""
    vpcs, module.result["missing"] = select(VpcsClient(module.transport).vpcs(), module.params["names"], lambda vpc: vpc.name)
    states = module.params["states"]
    wanted = None if states is None else {word(state) for state in states}
    module.result["vpcs"] = [vpc_result(vpc) for vpc in vpcs if wanted is None or vpc.state in wanted]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
