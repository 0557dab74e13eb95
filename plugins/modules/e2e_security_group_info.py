#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_security_group_info
short_description: List security groups of E2E Networks
version_added: 0.1.0
description:
  - Returns the security groups of a project with their rules.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  names:
    description:
      - Return only groups with one of these names. A name without a group is named in RV(missing).
    type: list
    elements: str
    aliases: [name]
  node:
    description:
      - Return only the groups of this node, given by its name or id.
    type: str
seealso:
  - module: e2enetworks.cloud.e2e_security_group
"""

EXAMPLES = r"""
- name: List all groups
  e2enetworks.cloud.e2e_security_group_info:
  register: found

- name: Show which one new nodes get
  ansible.builtin.debug:
    msg: "{{ found.security_groups | selectattr('is_default') | map(attribute='name') }}"
"""

RETURN = r"""
security_groups:
  description: The groups that match, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its number.
      type: int
    name:
      description: Its name.
      type: str
    description:
      description: Its description.
      type: str
    is_default:
      description: Whether new nodes get it when nothing else is said.
      type: bool
    rules:
      description: Its rules, in a fixed order, each in the spelling that the option takes.
      type: list
      elements: dict
      contains:
        rule_type:
          description: V(Inbound) or V(Outbound).
          type: str
        protocol_name:
          description: Protocol, as in O(e2enetworks.cloud.e2e_security_group#module:rules[].protocol_name).
          type: str
        port_range:
          description: A port, two with a hyphen, or V(All).
          type: str
        network:
          description: V(any), a network, or C(vpc_) and the id of a VPC.
          type: str
        description:
          description: Its description.
          type: str
  sample:
    - id: 3071
      name: web
      description: Web servers
      is_default: false
      rules:
        - rule_type: Inbound
          protocol_name: Custom_TCP
          port_range: "443"
          network: any
          description: HTTPS
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

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import References, select
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import NodesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_groups import SecurityGroupsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_lookup import NodeLookup
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.security_group import security_group_result

SPEC: ArgumentSpec = {"names": {"type": "list", "elements": "str", "aliases": ["name"]}, "node": {"type": "str"}}


def run(module: CloudModule) -> None:
    """List the groups that match."""
    client = SecurityGroupsClient(module.transport)
    node = module.params["node"]
    found = client.attached(NodeLookup(NodesClient(module.transport), References(may_expect=False))(node).vm_id) if node else client.groups()
    groups, module.result["missing"] = select(found, module.params["names"], lambda group: group.name)
    module.result["security_groups"] = [security_group_result(group) for group in groups]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
