#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_secret_info
short_description: List secrets of an OpenFaaS gateway and who uses them
version_added: 0.1.0
description:
  - Lists the names of the secrets of a namespace, each with the functions that mount it.
  - A gateway never gives a value back.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.gateway.alone
options:
  names:
    description:
      - Names of the secrets to return. One that does not exist is named in RV(missing). Without it, all are returned.
    type: list
    elements: str
    aliases: [name]
seealso:
  - module: e2enetworks.cloud.e2e_secret
"""

EXAMPLES = r"""
- name: List all secrets of a namespace
  e2enetworks.cloud.e2e_secret_info:
    namespace: openfaas-fn
  register: found

- name: Show those that no function uses
  ansible.builtin.debug:
    msg: "{{ found.secrets | selectattr('used_by', 'equalto', []) | map(attribute='name') }}"

- name: Stop the play when one is missing
  e2enetworks.cloud.e2e_secret_info:
    name: database-password
  register: password
  failed_when: password.missing != []
"""

RETURN = r"""
secrets:
  description: The secrets, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    namespace:
      description: Its namespace.
      type: str
    used_by:
      description: Names of the functions that mount it.
      type: list
      elements: str
  sample:
    - name: database-password
      namespace: openfaas-fn
      used_by: [invoice]
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

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import DEFAULT_NAMESPACE, GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, gateway_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_secret import users_of

SPEC: ArgumentSpec = {"names": {"type": "list", "elements": "str", "aliases": ["name"]}}


def run(module: CloudModule) -> None:
    """List the secrets that match, with their users."""
    client = GatewayClient(module.gateway)
    existing = client.secrets()
    names: list[str] | None = module.params["names"]
    found = existing if names is None else sorted(set(names) & set(existing))
    functions = client.functions() if found else []
    namespace = client.namespace or DEFAULT_NAMESPACE
    module.result["secrets"] = [{"name": name, "namespace": namespace, "used_by": users_of(name, functions)} for name in found]
    module.result["missing"] = sorted(set(names or ()) - set(existing))


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=gateway_spec)


if __name__ == "__main__":
    main()
