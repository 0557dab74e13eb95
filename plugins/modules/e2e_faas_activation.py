#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_activation
short_description: Activate and deactivate Functions for an account of E2E Networks
version_added: 1.0.0
description:
  - Functions have to be activated once for an account, before it can have any. MyAccount does that under C(Compute > Functions), this module
    does it from a playbook.
  - An activation is billed. A prepaid account pays the monthly minimum at each activation, also when it was deactivated in the same month,
    so do not switch Functions off and on again to save money.
  - Whether Functions are activated is looked up first, and a play that runs again changes nothing. The activation is sent once. When its answer
    is lost, the module looks whether it took effect, and ends with an error instead of sending it again.
  - No other module of this collection, and not its role, activates or deactivates Functions.
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
      - Functions that are still there are a warning, not a failure, because an earlier task of the play may be going to delete them.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - With V(present) Functions are activated.
      - With V(absent) they are not. That needs O(allow_deactivate), and an account without functions. If there are functions the task fails
        before it sends anything, and names them.
    type: str
    choices: [present, absent]
    default: present
  allow_deactivate:
    description:
      - Whether Functions may be deactivated. That releases the outbound IP of the account, which others may have put on their allow lists,
        and the next activation can get another one. A prepaid account pays again for the next activation.
    type: bool
    default: false
notes:
  - How the API answers for an account without Functions is not documented. The module recognises an answer that says so by its words. An answer
    that says neither is an error, never a reason to activate.
  - The API takes O(project_id) and O(location) with these calls, but the vendor documents one activation for the account.
seealso:
  - module: e2enetworks.cloud.e2e_faas_activation_info
  - module: e2enetworks.cloud.e2e_faas_function
"""

EXAMPLES = r"""
- name: See what would happen, without a bill
  e2enetworks.cloud.e2e_faas_activation:
  check_mode: true
  register: prediction

- name: Show it
  ansible.builtin.debug:
    var: prediction.actions

- name: Activate Functions
  e2enetworks.cloud.e2e_faas_activation:

- name: Deactivate them, now that no function is left
  e2enetworks.cloud.e2e_faas_activation:
    state: absent
    allow_deactivate: true
"""

RETURN = r"""
activation:
  description: The activation after the task, or in check mode as it would be.
  returned: always
  type: dict
  contains:
    state:
      description: V(present) when Functions are activated, or V(absent).
      type: str
    namespace:
      description:
        - The namespace in which the platform keeps the functions of the account. It is a part of their URLs.
        - V(null) without one, and for what only the server can assign.
      type: str
  sample:
    state: present
    namespace: e2e-faas-1234-dl
actions:
  description: What was done, or in check mode would be done, one sentence each, with what it costs.
  returned: always
  type: list
  elements: str
  sample: ["activated Functions for the account, which is billed, on a prepaid account at each activation"]
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_activation import ActivationClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.faas_activation import ActivationResource

SPEC: ArgumentSpec = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "allow_deactivate": {"type": "bool", "default": False},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Bring the activation to the wanted state."""
    params = module.params
    resource = ActivationResource(ActivationClient(module.transport), allow_deactivate=params["allow_deactivate"])
    module.converge(resource, module.policy(absent=params["state"] == "absent"), "activation")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
