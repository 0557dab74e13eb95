#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_ssh_key
short_description: Manage SSH keys of E2E Networks
version_added: 0.1.0
description:
  - Adds public SSH keys to a project, so that new nodes can be reached with them, and removes them.
  - Keys that are on a node already stay there. The API cannot take a key off a node.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.wait
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  label:
    description:
      - Label of the key. It is how the key is found again.
    type: str
    required: true
    aliases: [name]
  ssh_key:
    description:
      - The text of the public key, one line in OpenSSH's form. The comment at its end makes no difference.
      - Needed to add a key. The platform takes each key only once, so the task fails when it is there under another label.
    type: str
  state:
    description:
      - With V(present) there is a key of this label.
      - With V(absent) there is none.
    type: str
    choices: [present, absent]
    default: present
  allow_replace:
    description:
      - Whether the key may be removed and added again when O(ssh_key) is another one than the key of this label.
      - Nodes keep the old key, and do not get the new one.
    type: bool
    default: false
seealso:
  - module: e2enetworks.cloud.e2e_ssh_key_info
"""

EXAMPLES = r"""
- name: Add a key
  e2enetworks.cloud.e2e_ssh_key:
    label: deploy
    ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtpK8iCjxLmbm2Y0yKu8XpT5w9CkmNX0zYl0v2c7Cqm deploy@example.com

- name: Put another key under the same label
  e2enetworks.cloud.e2e_ssh_key:
    label: deploy
    ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPz5jN3CkW9Y6s0Zq1v8D2hTgE4bXr7uLmKoV5yQfA1w deploy@example.com
    allow_replace: true

- name: Remove it
  e2enetworks.cloud.e2e_ssh_key:
    label: deploy
    state: absent
"""

RETURN = r"""
ssh_key:
  description:
    - The key after the task, or in check mode as it would be.
    - V(null) stands for what the API does not return, or what only the server can assign. Without a key, everything but the label is V(null).
  returned: always
  type: dict
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
    id: 5123
    label: deploy
    ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtpK8iCjxLmbm2Y0yKu8XpT5w9CkmNX0zYl0v2c7Cqm deploy@example.com
    type: ED25519
    fingerprint: SHA256:9v0b1MYFdnzQjvP3sHrXoL1NRWmDnNiQJyP5w4cZ2Xk
    created: 18-Feb-2025
    attached_nodes: 2
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["created SSH key deploy"]
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import SshKeysClient, is_public_key
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import given_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.ssh_key import SshKeyResource, check_public_key

SPEC: ArgumentSpec = {
    "label": {"type": "str", "required": True, "aliases": ["name"]},
    "ssh_key": {"type": "str", "no_log": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "allow_replace": {"type": "bool", "default": False},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Bring one key to the wanted state."""
    absent, key = module.params["state"] == "absent", module.params["ssh_key"]
    if key is not None and not is_public_key(key):
        # It may be a private key.
        module.protect(key, *key.splitlines())
    if key is not None and not absent:
        check_public_key(key)
    resource = SshKeyResource(SshKeysClient(module.transport), given_name(module.params["label"], "label"), None if absent else key)
    module.converge(resource, module.policy(absent=absent, allow_replace=module.params["allow_replace"]), "ssh_key")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
