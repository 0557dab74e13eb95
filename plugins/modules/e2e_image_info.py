#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_image_info
short_description: List saved images of E2E Networks
version_added: 0.1.0
description:
  - Returns the images that were saved of nodes of a project. The operating systems that the platform offers are in
    M(e2enetworks.cloud.e2e_plan_info).
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  names:
    description:
      - Return only images with one of these names. A name without an image is named in RV(missing).
    type: list
    elements: str
    aliases: [name]
  states:
    description:
      - Return only images in one of these states, upper or lower case.
    type: list
    elements: str
seealso:
  - module: e2enetworks.cloud.e2e_image
"""

EXAMPLES = r"""
- name: List the saved images
  e2enetworks.cloud.e2e_image_info:
  register: saved

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ saved.images | map(attribute='name') }}"
"""

RETURN = r"""
images:
  description: The images that match, sorted by name.
  returned: success
  type: list
  elements: dict
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
    - id: "5021"
      template_id: 1001
      name: web-golden
      state: ready
      size: 100 GB
      os: Ubuntu 24.04
      created_at: "2026-11-23T06:30:00Z"
      running_nodes: 0
      is_windows: false
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.images import ImagesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.image import image_result

SPEC: ArgumentSpec = {
    "names": {"type": "list", "elements": "str", "aliases": ["name"]},
    "states": {"type": "list", "elements": "str"},
}


def run(module: CloudModule) -> None:
    """List the images that match."""
    images, module.result["missing"] = select(ImagesClient(module.transport).images(), module.params["names"], lambda image: image.name)
    states = None if module.params["states"] is None else {word(state) for state in module.params["states"]}
    module.result["images"] = [image_result(image) for image in images if states is None or image.state in states]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
