#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_security_group
short_description: Manage security groups of E2E Networks
version_added: 0.1.0
description:
  - Makes a security group have exactly the rules that you want, and removes groups.
  - Rules are compared as a set. Their order, and the several spellings that the API has for one rule, make no difference.
  - The API replaces all rules of a group at once. The diff shows the change rule by rule.
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
    details:
      - One line for each rule.
  idempotent:
    support: full
options:
  name:
    description:
      - Name of the group. One of O(name) and O(security_group_id) is needed.
      - When the group is given by O(security_group_id), it gets this name. With O(state=absent) it must have it already, or the task fails.
    type: str
  security_group_id:
    description:
      - Number of the group, where the name is not unique or shall change.
    type: int
  state:
    description:
      - With V(present) there is such a group, with the given rules.
      - With V(absent) there is none. The platform refuses to delete a group while nodes have it.
    type: str
    choices: [present, absent]
    default: present
  description:
    description:
      - Description of the group. An empty text clears it. Space around it makes no difference, and V(--) is the API's word for none.
    type: str
  rules:
    description:
      - The rules that the group has, all of them. Without this option the rules stay, V([]) removes all.
    type: list
    elements: dict
    suboptions:
      rule_type:
        description:
          - Direction, seen from the node.
        type: str
        choices: [Inbound, Outbound]
        required: true
      protocol_name:
        description:
          - Protocol. Only V(Custom_TCP) and V(Custom_UDP) have ports to choose.
        type: str
        choices: [All, All_TCP, All_UDP, ICMP, Custom_TCP, Custom_UDP]
        default: All
      port_range:
        description:
          - A port such as V(22), two with a hyphen such as V(8000-9000), or V(All).
          - Needed with V(Custom_TCP) and V(Custom_UDP). An empty text is refused there, never taken as V(All).
        type: str
      network:
        description:
          - The other side. V(any), an address or a network such as V(10.0.0.0/24), or C(vpc_) and the id of a VPC such as V(vpc_1234).
          - The vendor documents networks in two ways. This module sends the one of the released Terraform provider, and reads both.
        type: str
        default: any
      description:
        description:
          - Description of the rule. It is a part of the rule when rules are compared.
        type: str
        default: ''
  default:
    description:
      - With V(true), this is the group that new nodes of the project get when nothing else is said.
      - One group has to be the default, so V(false) fails when it is this one. Make another one the default instead.
    type: bool
seealso:
  - module: e2enetworks.cloud.e2e_security_group_info
"""

EXAMPLES = r"""
- name: Let the world see the web servers, and the office reach them
  e2enetworks.cloud.e2e_security_group:
    name: web
    description: Web servers
    rules:
      - rule_type: Inbound
        protocol_name: Custom_TCP
        port_range: "443"
        description: HTTPS
      - rule_type: Inbound
        protocol_name: Custom_TCP
        port_range: "22"
        network: 203.0.113.0/24
        description: SSH from the office
      - rule_type: Outbound
  register: web

- name: Rename it and keep its rules
  e2enetworks.cloud.e2e_security_group:
    security_group_id: "{{ web.security_group.id }}"
    name: web-servers

- name: Remove it
  e2enetworks.cloud.e2e_security_group:
    name: web-servers
    state: absent
"""

RETURN = r"""
security_group:
  description:
    - The group after the task, or in check mode as it would be.
    - V(null) stands for what only the server can assign. Without a group, everything but what it was asked by is V(null).
  returned: always
  type: dict
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
          description: Protocol, as in O(rules[].protocol_name).
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
    id: 3071
    name: web
    description: Web servers
    is_default: false
    rules:
      - rule_type: Inbound
        protocol_name: Custom_TCP
        port_range: "443"
        network: any
        description: HTTPS
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["updated security group web: changes rules"]
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

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import note
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_groups import SecurityGroupsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_rules import wanted_rule
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import id_and_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.security_group import SecurityGroupOptions, SecurityGroupResource

RULE_SPEC: ArgumentSpec = {
    "rule_type": {"type": "str", "choices": ["Inbound", "Outbound"], "required": True},
    "protocol_name": {"type": "str", "choices": ["All", "All_TCP", "All_UDP", "ICMP", "Custom_TCP", "Custom_UDP"], "default": "All"},
    "port_range": {"type": "str"},
    "network": {"type": "str", "default": "any"},
    "description": {"type": "str", "default": ""},
}
SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "security_group_id": {"type": "int"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "description": {"type": "str"},
    "rules": {"type": "list", "elements": "dict", "options": RULE_SPEC},
    "default": {"type": "bool"},
    **wait_spec(600),
}


def wanted(params: t.Mapping[str, t.Any]) -> SecurityGroupOptions:
    """The module's parameters as the options of a group."""
    identifier, name = id_and_name(params, "security_group_id")
    if params["state"] == "absent":
        return SecurityGroupOptions(identifier, name)
    description = None if params["description"] is None else note(params["description"])
    rules = None if params["rules"] is None else frozenset(wanted_rule(rule, position) for position, rule in enumerate(params["rules"], 1))
    return SecurityGroupOptions(identifier, name, description, rules, params["default"])


def run(module: CloudModule) -> None:
    """Bring one group to the wanted state."""
    options = wanted(module.params)
    resource = SecurityGroupResource(SecurityGroupsClient(module.transport), options)
    module.converge(resource, module.policy(absent=module.params["state"] == "absent"), "security_group")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, required_one_of=[("name", "security_group_id")])


if __name__ == "__main__":
    main()
