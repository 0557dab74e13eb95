#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_namespace
short_description: Make, label and remove namespaces of an OpenFaaS gateway
version_added: 0.1.0
description:
  - Makes a namespace for functions and secrets. faasd and OpenFaaS Pro can do that.
  - The community edition on Kubernetes has one namespace and no way to make another. There the module finds V(openfaas-fn) present,
    and says clearly that it cannot make others.
  - faasd of the community edition, from 0.19.1 on, makes another one, and then refuses every deploy and update of a function, in every
    namespace, until it is removed. The module warns before it makes one, in check mode too, where the gateway tells that it is of that kind.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.gateway.alone
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  name:
    description:
      - Name of the namespace.
    type: str
    required: true
  state:
    description:
      - With V(present) there is such a namespace. With V(absent) there is none.
      - A gateway removes only an empty one. faasd counts the images that functions have left there, so one that was used often stays.
    type: str
    choices: [present, absent]
    default: present
  labels:
    description:
      - Labels of the namespace. It gets exactly these, besides C(openfaas) which every namespace has.
    type: dict
  namespace:
    description:
      - Not used. It is there so that C(module_defaults) can hold it for all modules that call a gateway.
    type: str
seealso:
  - module: e2enetworks.cloud.e2e_faas_function
"""

EXAMPLES = r"""
- name: Make a namespace
  e2enetworks.cloud.e2e_faas_namespace:
    name: staging
    labels:
      team: billing

- name: Remove it
  e2enetworks.cloud.e2e_faas_namespace:
    name: staging
    state: absent
"""

RETURN = r"""
namespace:
  description: The namespace after the task, or in check mode as it would be.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    state:
      description: V(present) or V(absent).
      type: str
    labels:
      description: Its labels without C(openfaas). V(null) where the provider does not tell.
      type: dict
  sample:
    name: staging
    state: present
    labels:
      team: billing
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["created namespace staging"]
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

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, gateway_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_namespace import NamespaceOptions, NamespaceResource, check_namespace_options
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.texts import texts

SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "labels": {"type": "dict"},
}

# On Kubernetes a namespace is removed after the answer, with all that is in it.
LONGEST_WAIT = 120.0


def run(module: CloudModule) -> None:
    """Bring one namespace to the wanted state."""
    params = module.params
    absent = params["state"] == "absent"
    options = NamespaceOptions(params["name"], None if absent else texts("labels", params["labels"]))
    check_namespace_options(options)
    resource = NamespaceResource(GatewayClient(module.gateway, namespace=""), options)
    module.converge(resource, Policy(absent=absent, check_mode=module.check_mode, wait_timeout=LONGEST_WAIT), "namespace")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=gateway_spec)


if __name__ == "__main__":
    main()
