#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_ssh_key_info
short_description: List SSH keys of E2E Networks
version_added: 0.1.0
description:
  - Returns the public SSH keys of a project.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  labels:
    description:
      - Return only keys with one of these labels. A label without a key is named in RV(missing).
    type: list
    elements: str
    aliases: [label]
seealso:
  - module: e2enetworks.cloud.e2e_ssh_key
"""

EXAMPLES = r"""
- name: List all keys
  e2enetworks.cloud.e2e_ssh_key_info:
  register: keys

- name: Show their labels and fingerprints
  ansible.builtin.debug:
    msg: "{{ keys.ssh_keys | items2dict(key_name='label', value_name='fingerprint') }}"

- name: Is this key there?
  e2enetworks.cloud.e2e_ssh_key_info:
    label: deploy
  register: deploy
"""

RETURN = r"""
ssh_keys:
  description: The keys that match, sorted by label.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its number.
      type: int
    label:
      description: Its label.
      type: str
    ssh_key:
      description: The text of the public key.
      type: str
    type:
      description: Kind of key as the API names it, such as V(ED25519).
      type: str
    fingerprint:
      description: Its fingerprint, as C(ssh-keygen -l) shows it.
      type: str
    created:
      description: The day it was added, as the API writes it.
      type: str
    attached_nodes:
      description: On how many nodes it was put.
      type: int
  sample:
    - id: 5123
      label: deploy
      ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtpK8iCjxLmbm2Y0yKu8XpT5w9CkmNX0zYl0v2c7Cqm deploy@example.com
      type: ED25519
      fingerprint: SHA256:9v0b1MYFdnzQjvP3sHrXoL1NRWmDnNiQJyP5w4cZ2Xk
      created: 18-Feb-2025
      attached_nodes: 2
missing:
  description: Those of O(labels) that do not exist.
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import SshKeysClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.ssh_key import ssh_key_result

SPEC: ArgumentSpec = {"labels": {"type": "list", "elements": "str", "aliases": ["label"]}}


def run(module: CloudModule) -> None:
    """List the keys that match."""
    keys, module.result["missing"] = select(SshKeysClient(module.transport).keys(), module.params["labels"], lambda key: key.label)
    module.result["ssh_keys"] = [ssh_key_result(key) for key in keys]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
