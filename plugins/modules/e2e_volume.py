#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_volume
short_description: Manage volumes of E2E Networks
version_added: 0.1.0
description:
  - Makes volumes (block storage), attaches them to nodes and detaches them, makes them larger, and removes them.
  - A volume is billed from the moment it is made. When the answer to a create is lost or tells to come back later, the module
    looks for the volume and takes it over, whoever has made it, instead of making another one.
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
  name:
    description:
      - Name of the volume. One of O(name) and O(volume_id) is needed.
      - This module does not rename volumes, because the API takes another name only together with a larger size. When both are given and the
        volume has another name, the task fails, also with O(state=absent).
    type: str
  volume_id:
    description:
      - Number of the volume, where the name is not unique.
    type: int
    aliases: [block_id]
  state:
    description:
      - With V(present) there is such a volume.
      - With V(absent) there is none, and its data is gone. A volume that is attached is deleted only with O(allow_detach).
    type: str
    choices: [present, absent]
    default: present
  size:
    description:
      - Size in GB, one of those on offer. Needed to make a volume. A size that is not offered fails with a list of those that are.
      - A volume never gets smaller. How it gets larger is taken from the vendor's Terraform provider, which does that with volumes that a node
        has; the platform may refuse it for others.
    type: int
  iops:
    description:
      - Input and output operations in a second, to choose where one size is offered with several. They are not compared afterwards.
    type: int
  node:
    description:
      - Name or id of the node that the volume is attached to. An empty text detaches it from whatever node has it.
      - Without this option it stays where it is. A volume that another node has is moved only with O(allow_detach).
    type: str
  allow_detach:
    description:
      - Whether the volume may be taken off a node to be attached to another one, or to be deleted.
      - The node should have unmounted it before.
    type: bool
    default: false
notes:
  - While the volume or its node is busy with another action, the platform refuses the next one. That is waited for, up to O(wait_timeout) seconds.
  - The steps of attaching wait for one another, also with O(wait=false).
seealso:
  - module: e2enetworks.cloud.e2e_volume_info
"""

EXAMPLES = r"""
- name: Make a volume
  e2enetworks.cloud.e2e_volume:
    name: data
    size: 250

- name: Attach it to a node
  e2enetworks.cloud.e2e_volume:
    name: data
    node: web

- name: Move it to another node
  e2enetworks.cloud.e2e_volume:
    name: data
    node: web2
    allow_detach: true

- name: Detach it
  e2enetworks.cloud.e2e_volume:
    name: data
    node: ''

- name: Remove it with its data
  e2enetworks.cloud.e2e_volume:
    name: data
    state: absent
"""

RETURN = r"""
volume:
  description:
    - The volume after the task, or in check mode as it would be.
    - V(null) stands for what the API does not return, what only the server can assign, or no node.
  returned: always
  type: dict
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
    id: 48211
    name: data
    size: 250
    iops: 5000
    status: attached
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
    currency: INR
    before: {per_hour: 0.0, per_month: 0.0}
    after: {per_hour: 1.7123, per_month: 1250.0}
    change: {per_hour: 1.7123, per_month: 1250.0}
    is_known: true
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["updated volume data: changes node"]
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import NodesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.volumes import VolumesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import id_and_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_lookup import NodeLookup
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.volume import VolumeOptions, VolumeResource

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "volume_id": {"type": "int", "aliases": ["block_id"]},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "size": {"type": "int"},
    "iops": {"type": "int"},
    "node": {"type": "str"},
    "allow_detach": {"type": "bool", "default": False},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Bring one volume to the wanted state."""
    params = module.params
    absent = params["state"] == "absent"
    policy = module.policy(absent=absent)
    if params["size"] is not None and params["size"] <= 0:
        raise InputError(f"size: a volume cannot have {params['size']} GB.")
    identifier, name = id_and_name(params, "volume_id")
    options = VolumeOptions(
        id=identifier,
        name=name,
        size=params["size"],
        iops=params["iops"],
        node=params["node"],
        allow_detach=params["allow_detach"],
        wait_timeout=policy.wait_timeout,
    )
    resource = VolumeResource(VolumesClient(module.transport), options, NodeLookup(NodesClient(module.transport), References(module.check_mode)))
    module.converge(resource, policy, "volume")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, required_one_of=[("name", "volume_id")])


if __name__ == "__main__":
    main()
