#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_reserved_ip_info
short_description: List reserved IPs of E2E Networks
version_added: 0.1.0
description:
  - Returns the reserved public IP addresses of a project, with the nodes that they are attached to.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  ip_addresses:
    description:
      - Return only these addresses. One that is not reserved is named in RV(missing).
    type: list
    elements: str
    aliases: [ip_address]
  statuses:
    description:
      - Return only addresses with one of these statuses, upper or lower case.
    type: list
    elements: str
  node:
    description:
      - Return only addresses that are attached to this node, given by its name or id.
    type: str
seealso:
  - module: e2enetworks.cloud.e2e_reserved_ip
"""

EXAMPLES = r"""
- name: List the addresses that cost money and serve nobody
  e2enetworks.cloud.e2e_reserved_ip_info:
    statuses: [reserved]
  register: free

- name: Give them back
  e2enetworks.cloud.e2e_reserved_ip:
    ip_address: "{{ item.ip_address }}"
    state: absent
  loop: "{{ free.reserved_ips }}"
"""

RETURN = r"""
reserved_ips:
  description: The addresses that match, sorted.
  returned: success
  type: list
  elements: dict
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
    - ip_address: 203.0.113.7
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
missing:
  description: Those of O(ip_addresses) that are not reserved.
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIpsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.reserved_ip import reserved_ip_result

SPEC: ArgumentSpec = {
    "ip_addresses": {"type": "list", "elements": "str", "aliases": ["ip_address"]},
    "statuses": {"type": "list", "elements": "str"},
    "node": {"type": "str"},
}


def run(module: CloudModule) -> None:
    """List the addresses that match."""
    node = module.params["node"]
    addresses, module.result["missing"] = select(ReservedIpsClient(module.transport).addresses(), module.params["ip_addresses"], lambda ip: ip.address)
    statuses = None if module.params["statuses"] is None else {word(status) for status in module.params["statuses"]}
    module.result["reserved_ips"] = [
        reserved_ip_result(ip)
        for ip in addresses
        if (statuses is None or ip.status in statuses) and (node is None or any(one.is_named(node) for one in ip.nodes))
    ]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
