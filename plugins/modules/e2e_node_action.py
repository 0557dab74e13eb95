#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_node_action
short_description: Act on nodes of E2E Networks
version_added: 0.1.0
description:
  - Does with a node what is not a state of it. Saves it as an image, switches its recovery mode, reboots it.
  - To start, stop, reinstall or lock a node, use M(e2enetworks.cloud.e2e_node).
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
    support: partial
    details:
      - An image is saved once, by its name, and the recovery mode is switched once. A reboot happens in every run.
options:
  name:
    description:
      - Name of the node. One of O(name) and O(node_id) is needed.
    type: str
  node_id:
    description:
      - Number of the node, where the name is not unique.
    type: int
  action:
    description:
      - With V(save_image) the node is saved as an image with the name O(image_name), unless there is one of this name. It is billed.
        Whether the node has to be powered off or running for that is told differently by the vendor's clients; the platform refuses what
        it does not take.
      - With V(enable_recovery_mode) and V(disable_recovery_mode) its recovery mode is switched on or off.
      - With V(reboot) it is rebooted, or started if it is powered off.
    type: str
    choices: [save_image, enable_recovery_mode, disable_recovery_mode, reboot]
    required: true
  image_name:
    description:
      - Name of the image that O(action=save_image) saves.
    type: str
seealso:
  - module: e2enetworks.cloud.e2e_node
  - module: e2enetworks.cloud.e2e_image
"""

EXAMPLES = r"""
- name: Save a node as an image
  e2enetworks.cloud.e2e_node_action:
    name: web
    action: save_image
    image_name: web-golden

- name: Reboot it
  e2enetworks.cloud.e2e_node_action:
    name: web
    action: reboot

- name: Switch its recovery mode on
  e2enetworks.cloud.e2e_node_action:
    name: web
    action: enable_recovery_mode
"""

RETURN = r"""
node:
  description:
    - The node after the action, or in check mode as it would be. An empty dictionary with O(action=save_image).
  returned: always
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
      description: Always V(null) here.
      type: list
      elements: str
    security_group_details:
      description: Always V(null) here.
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
      description: Always V(null) here.
      type: list
      elements: str
    volumes:
      description: Always V(null) here.
      type: list
      elements: str
    reserved_ips:
      description: Always V(null) here.
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
    security_groups: null
    security_group_details: null
    vpcs: null
    volumes: null
    reserved_ips: null
image:
  description:
    - The image, or in check mode as it would be. An empty dictionary unless with O(action=save_image).
  returned: always
  type: dict
  contains:
    id:
      description: Its number, as a text.
      type: str
    template_id:
      description: The number by which a node is made from it.
      type: int
    name:
      description: Its name.
      type: str
    state:
      description: Its state in lower case, such as V(saving), V(ready) and V(available). V(absent) if there is no such image.
      type: str
    size:
      description: Its size, as the API writes it.
      type: str
    os:
      description: Its operating system.
      type: str
    created_at:
      description: When it was saved, as the API writes it.
      type: str
    running_nodes:
      description: How many nodes were made from it and run.
      type: int
    is_windows:
      description: Whether it is one of Windows.
      type: bool
  sample:
    id: "5021"
    template_id: 1001
    name: web-golden
    state: ready
    size: 100 GB
    os: Ubuntu 24.04
    created_at: "2026-11-23T06:30:00Z"
    running_nodes: 0
    is_windows: false
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
  sample: ["updated node web: changes power"]
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.images import ImagesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import NodesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.image import ImageOptions, ImageResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import given_name, id_and_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node import NodeResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_links import NodeLinks
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_options import RESTARTED, NodeOptions

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "node_id": {"type": "int"},
    "action": {"type": "str", "choices": ["save_image", "enable_recovery_mode", "disable_recovery_mode", "reboot"], "required": True},
    "image_name": {"type": "str"},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Do one action with one node."""
    params, action = module.params, module.params["action"]
    policy = module.policy()
    module.result |= {"node": {}, "image": {}}
    identifier, name = id_and_name(params, "node_id")
    if action == "save_image":
        image_name = given_name(params["image_name"], "image_name")
        options = ImageOptions(name=image_name, node=name, node_id=identifier, wait_timeout=policy.wait_timeout)
        module.converge(ImageResource(ImagesClient(module.transport), NodesClient(module.transport), options), policy, "image")
        return
    resource = NodeResource(
        NodeLinks(module.transport),
        NodeOptions(
            id=identifier,
            name=name if identifier is None else None,
            power=RESTARTED if action == "reboot" else None,
            recovery_mode=None if action == "reboot" else action == "enable_recovery_mode",
            wait_timeout=policy.wait_timeout,
        ),
    )
    module.converge(resource, policy, "node")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, required_one_of=[("name", "node_id")], required_if=[("action", "save_image", ["image_name"])])


if __name__ == "__main__":
    main()
