#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_image
short_description: Manage saved images of E2E Networks
version_added: 0.1.0
description:
  - Saves nodes as images, renames and removes images. Nodes can be made from them with O(e2enetworks.cloud.e2e_node#module:saved_image).
  - An image is billed. When the answer to saving one is lost or tells to come back later, the module looks for the image and takes it over,
    whoever has saved it, instead of saving another one.
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
      - Name of the image. One of O(name) and O(image_id) is needed. Together with O(image_id) it renames the image.
      - When both are given with O(state=absent) and the image has another name, the task fails.
    type: str
  image_id:
    description:
      - Number of the image, to rename it or where the name is not unique.
    type: str
  state:
    description:
      - With V(present) there is such an image.
      - With V(absent) there is none. Nodes that were made from it stay.
    type: str
    choices: [present, absent]
    default: present
  node:
    description:
      - Name or id of the node to save. Needed when there is no such image yet. An image that is there is not saved again.
    type: str
seealso:
  - module: e2enetworks.cloud.e2e_image_info
  - module: e2enetworks.cloud.e2e_node
"""

EXAMPLES = r"""
- name: Save a node as an image
  e2enetworks.cloud.e2e_image:
    name: web-golden
    node: web
  register: saved

- name: Rename it
  e2enetworks.cloud.e2e_image:
    image_id: "{{ saved.image.id }}"
    name: web-2026

- name: Remove it
  e2enetworks.cloud.e2e_image:
    name: web-2026
    state: absent
"""

RETURN = r"""
image:
  description:
    - The image after the task, or in check mode as it would be.
    - V(null) stands for what the API does not return, or what only the server can assign.
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
  sample: ["created image web-golden"]
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import id_and_name

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "image_id": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "node": {"type": "str"},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Bring one image to the wanted state."""
    params = module.params
    identifier, name = id_and_name(params, "image_id")
    options = ImageOptions(id=identifier, name=name, node=params["node"], wait_timeout=module.policy().wait_timeout)
    resource = ImageResource(ImagesClient(module.transport), NodesClient(module.transport), options)
    module.converge(resource, module.policy(absent=params["state"] == "absent"), "image")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, required_one_of=[("name", "image_id")])


if __name__ == "__main__":
    main()
