#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_activation_info
short_description: Tell whether Functions are activated for an account of E2E Networks
version_added: 1.0.0
description:
  - Tells whether the account can have functions, and in which namespace the platform keeps them. It never activates anything, so it costs nothing.
  - Use it to skip what needs Functions, or to stop a play early with a text of your own.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
notes:
  - How the API answers for an account without Functions is not documented. The module recognises an answer that says so by its words. An answer
    that says neither is an error.
seealso:
  - module: e2enetworks.cloud.e2e_faas_activation
"""

EXAMPLES = r"""
- name: Are Functions activated?
  e2enetworks.cloud.e2e_faas_activation_info:
  register: functions

- name: Say so
  ansible.builtin.debug:
    msg: "Functions are {{ functions.activation.state }}, in the namespace {{ functions.activation.namespace }}"
"""

RETURN = r"""
activation:
  description: Whether Functions are activated.
  returned: success
  type: dict
  contains:
    state:
      description: V(present) when Functions are activated, or V(absent).
      type: str
    namespace:
      description:
        - The namespace in which the platform keeps the functions of the account. It is a part of their URLs.
        - V(null) without one, and where the API does not name it.
      type: str
  sample:
    state: present
    namespace: e2e-faas-1234-dl
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_activation import ActivationClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.faas_activation import activation_result


def run(module: CloudModule) -> None:
    """Tell whether Functions are activated."""
    module.result["activation"] = activation_result(ActivationClient(module.transport).read())


def main() -> None:
    """Entry point."""
    run_module({}, run)


if __name__ == "__main__":
    main()
