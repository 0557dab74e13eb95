#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_volume_info
short_description: List volumes of E2E Networks
version_added: 0.1.0
description:
  - Returns the volumes (block storage) of a project, with the nodes that they are attached to.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  names:
    description:
      - Return only volumes with one of these names. A name without a volume is named in RV(missing).
    type: list
    elements: str
    aliases: [name]
  statuses:
    description:
      - Return only volumes with one of these statuses, upper or lower case.
    type: list
    elements: str
  node:
    description:
      - Return only volumes that are attached to this node, given by its name or id.
    type: str
  plans:
    description:
      - Return the sizes that can be had in RV(plans), too.
    type: bool
    default: false
seealso:
  - module: e2enetworks.cloud.e2e_volume
"""

EXAMPLES = r"""
- name: List the volumes that no node uses
  e2enetworks.cloud.e2e_volume_info:
    statuses: [available]
  register: unused

- name: Which sizes are there?
  e2enetworks.cloud.e2e_volume_info:
    plans: true
  register: offer

- name: Show them
  ansible.builtin.debug:
    msg: "{{ offer.plans | selectattr('available') | map(attribute='size') }}"
"""

RETURN = r"""
volumes:
  description: The volumes that match, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its number.
      type: int
    name:
      description: Its name.
      type: str
    size:
      description: Its size in GB.
      type: int
    iops:
      description: Its input and output operations in a second, where the API tells them.
      type: int
    status:
      description: Its status in lower case, such as V(available) and V(attached). V(absent) if there is no such volume.
      type: str
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
    - id: 48211
      name: data
      size: 250
      iops: 5000
      status: attached
      node: web
      node_id: 310277
      vm_id: 315801
missing:
  description: Those of O(names) that do not exist.
  returned: success
  type: list
  elements: str
  sample: []
plans:
  description: The sizes on offer, smallest first. Empty unless O(plans) asks for them.
  returned: success
  type: list
  elements: dict
  contains:
    size:
      description: Size in GB.
      type: int
    iops:
      description: Input and output operations in a second.
      type: int
    available:
      description: Whether it can be had now.
      type: bool
    price:
      description: What a GB of it costs in a month, in INR. V(null) if the API does not tell.
      type: float
  sample:
    - size: 250
      iops: 5000
      available: true
      price: 5.0
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import select
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.volumes import VolumesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.volume import volume_result

SPEC: ArgumentSpec = {
    "names": {"type": "list", "elements": "str", "aliases": ["name"]},
    "statuses": {"type": "list", "elements": "str"},
    "node": {"type": "str"},
    "plans": {"type": "bool", "default": False},
}


def run(module: CloudModule) -> None:
    """List the volumes that match."""
    client, node = VolumesClient(module.transport), module.params["node"]
    volumes, module.result["missing"] = select(client.volumes(), module.params["names"], lambda volume: volume.name)
    statuses = None if module.params["statuses"] is None else {word(status) for status in module.params["statuses"]}
    module.result["volumes"] = [
        volume_result(volume)
        for volume in volumes
        if (statuses is None or volume.status in statuses) and (node is None or (volume.node is not None and volume.node.is_named(node)))
    ]
    module.result["plans"] = [vars(plan) for plan in client.plans()] if module.params["plans"] else []


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
