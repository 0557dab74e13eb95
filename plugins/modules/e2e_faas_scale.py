#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_scale
short_description: Set the number of replicas of a function on an OpenFaaS gateway
version_added: 0.1.0
description:
  - Sets how many replicas a function has now, and checks that it got them.
  - A gateway of the community edition keeps the number between 1 and 5 and answers success whatever was asked for. The module notices
    that and fails. faasd always runs one replica; asking for one starts a function that has stopped.
  - The gateway scales on by itself afterwards. An update of a function that has a minimum starts that many again. To set bounds that
    last, use O(e2enetworks.cloud.e2e_faas_function#module:replicas).
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.gateway.alone
  - e2enetworks.cloud.wait
attributes:
  check_mode:
    support: full
    details:
      - Whether the gateway is of the community edition shows only when it is asked. Outside of 1 to 5, check mode warns.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  name:
    description:
      - Name of the function, which has to exist.
    type: str
    required: true
  replicas:
    description:
      - How many replicas it has to have. 0 stops it, which OpenFaaS Pro allows.
    type: int
    required: true
seealso:
  - module: e2enetworks.cloud.e2e_faas_function
"""

EXAMPLES = r"""
- name: Run three replicas
  e2enetworks.cloud.e2e_faas_scale:
    name: figlet
    replicas: 3
"""

RETURN = r"""
function:
  description: The function's replicas after the task, or in check mode as they would be.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    namespace:
      description: Its namespace.
      type: str
    replicas:
      description: How many it has to have.
      type: int
    replicas_available:
      description: How many of them are ready.
      type: int
  sample:
    name: figlet
    namespace: openfaas-fn
    replicas: 3
    replicas_available: 3
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["updated function figlet: changes replicas"]
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

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, gateway_spec, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_scale import ScaleResource

SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "replicas": {"type": "int", "required": True},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Bring one function to the wanted number of replicas."""
    replicas = module.params["replicas"]
    if replicas < 0:
        raise InputError(f"replicas cannot be {replicas}.")
    policy = module.policy()
    resource = ScaleResource(GatewayClient(module.gateway), module.params["name"], replicas)
    try:
        module.converge(resource, policy, "function")
    except RefusedError:
        before = module.result["function"]
        if resource.reached is not None and before["replicas"] != resource.reached.replicas:
            after = resource.result(resource.reached)
            module.result |= {"changed": True, "function": after, "actions": [f"scaled {resource.label} to {after['replicas']} replicas"]}
        raise


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=gateway_spec)


if __name__ == "__main__":
    main()
