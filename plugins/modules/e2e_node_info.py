#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_node_info
short_description: List nodes of E2E Networks
version_added: 0.1.0
description:
  - Returns the nodes (virtual machines) of a project and location.
  - The list holds names, statuses, plans and addresses of all nodes, and takes one call for 100 of them. Everything else takes one more call
    for each node, see O(details).
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  names:
    description:
      - Return only nodes with one of these names. A name without a node is named in RV(missing).
    type: list
    elements: str
    aliases: [name]
  node_ids:
    description:
      - Return only nodes with one of these numbers.
    type: list
    elements: int
    aliases: [node_id]
  statuses:
    description:
      - Return only nodes with one of these statuses, upper or lower case.
    type: list
    elements: str
  plans:
    description:
      - Return only nodes with one of these plans, by their short names.
    type: list
    elements: str
  labels:
    description:
      - Return only nodes with one of these labels. The list does not hold labels, so this reads the details of the nodes that the other
        filters leave.
    type: list
    elements: str
  details:
    description:
      - Whether to read everything about each node that is returned. Without it, what the list does not hold is V(null).
    type: bool
    default: false
  links:
    description:
      - Whether to read the security groups, VPCs, volumes and reserved IPs of each node that is returned, too. That takes up to three calls for
        each node, and three for the lists. Implies O(details).
    type: bool
    default: false
  concurrency:
    description:
      - How many calls for details and links run at once, at most 8.
    type: int
    default: 8
seealso:
  - module: e2enetworks.cloud.e2e_node
"""

EXAMPLES = r"""
- name: List the nodes that run
  e2enetworks.cloud.e2e_node_info:
    statuses: [running]
  register: running

- name: Show their addresses
  ansible.builtin.debug:
    msg: "{{ running.nodes | items2dict(key_name='name', value_name='public_ip_address') }}"

- name: Read everything about the nodes of a label
  e2enetworks.cloud.e2e_node_info:
    labels: [web]
    details: true

- name: Read what they are linked with, too
  e2enetworks.cloud.e2e_node_info:
    labels: [web]
    links: true
"""

RETURN = r"""
nodes:
  description: The nodes that match, sorted by name.
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
    status:
      description:
        - Its status in lower case, such as V(running), V(powered off), V(creating), V(reinstalling), V(saving) and V(failed).
          V(absent) if there is no such node.
      type: str
    plan:
      description: The short name of its plan.
      type: str
    public_ip_address:
      description: Its public address, V(null) for none.
      type: str
    private_ip_address:
      description: Its private address.
      type: str
    is_locked:
      description: Whether it is locked.
      type: bool
    recovery_mode:
      description: Whether its recovery mode is on.
      type: bool
    rescue_mode_status:
      description: The same in the API's own word, V(Enabled) or V(Disabled).
      type: str
    location:
      description: Where it is.
      type: str
    vm_id:
      description: The number by which security groups, volumes and addresses are attached to it. It is not its id.
      type: int
    label:
      description: Its label.
      type: str
    created_at:
      description: When it was made, as the API writes it.
      type: str
    disk:
      description: The size of its root disk in GB.
      type: int
    memory:
      description: Its memory in GB.
      type: float
    vcpus:
      description: The number of its processors.
      type: int
    price:
      description: Its price, as the API writes it.
      type: str
    os:
      description: Its operating system.
      type: dict
      contains:
        name:
          description: Such as V(Ubuntu).
          type: str
        version:
          description: Such as V(24.04).
          type: str
        category:
          description: The name again, or what came installed, such as V(Docker).
          type: str
        full_name:
          description: Such as V(Ubuntu 24.04).
          type: str
    ssh_keys:
      description: The SSH keys that were put on it.
      type: list
      elements: dict
      contains:
        label:
          description: The label of the key.
          type: str
        fingerprint:
          description: Its fingerprint, as C(ssh-keygen -l) shows it.
          type: str
    security_group_count:
      description: How many security groups it has.
      type: int
    is_vpc_attached:
      description: Whether it is in a VPC.
      type: bool
    is_active:
      description: Whether the platform counts it as active.
      type: bool
    is_monitored:
      description: Whether the platform monitors it.
      type: bool
    is_bitninja_active:
      description: Whether it has a BitNinja license.
      type: bool
    is_encryption_enabled:
      description: Whether its disk is encrypted.
      type: bool
    is_accidental_protection:
      description: Whether it is protected from being deleted by accident. What the platform does then is not documented.
      type: bool
    is_node_compliance:
      description: What the API calls C(is_node_compliance). Its meaning is not documented.
      type: bool
    security_groups:
      description: The names of its security groups. V(null) without O(links), or if the API does not tell.
      type: list
      elements: str
    security_group_details:
      description: Its security groups. V(null) without O(links), or if the API does not tell.
      type: list
      elements: dict
      contains:
        id:
          description: Number of the group.
          type: int
        name:
          description: Its name.
          type: str
        is_default:
          description: Whether it is the default one of the project.
          type: bool
        rules:
          description: Its rules, sorted, in the form that M(e2enetworks.cloud.e2e_security_group) takes. V(null) if the API does not tell them.
          type: list
          elements: dict
    vpcs:
      description: The names of its VPCs. V(null) without O(links), or if the API does not tell.
      type: list
      elements: str
    volumes:
      description: The names of its volumes. V(null) without O(links).
      type: list
      elements: str
    reserved_ips:
      description: Its reserved IPs. V(null) without O(links).
      type: list
      elements: str
  sample:
    - id: 310277
      name: web
      status: running
      plan: C3.8GB
      public_ip_address: 203.0.113.7
      private_ip_address: 10.10.0.5
      is_locked: false
      recovery_mode: false
      rescue_mode_status: Disabled
      location: Delhi
      vm_id: 315801
      label: web
      created_at: "2026-11-23T06:30:00Z"
      disk: 100
      memory: 8.0
      vcpus: 4
      price: Rs. 3.1/Hour
      os:
        name: Ubuntu
        version: "24.04"
        category: Ubuntu
        full_name: Ubuntu 24.04
      ssh_keys:
        - label: deploy
          fingerprint: SHA256:2tdR5gmXOrnyV5sMZBDUwHWm9vXNWYbAIBoEWUwNSmQ
      security_group_count: 1
      is_vpc_attached: true
      is_active: true
      is_monitored: true
      is_bitninja_active: false
      is_encryption_enabled: false
      is_accidental_protection: false
      is_node_compliance: false
      security_groups: null
      security_group_details: null
      vpcs: null
      volumes: null
      reserved_ips: null
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import NodesClient, status_word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_links import NodeLinks, linked
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_view import node_view

SPEC: ArgumentSpec = {
    "names": {"type": "list", "elements": "str", "aliases": ["name"]},
    "node_ids": {"type": "list", "elements": "int", "aliases": ["node_id"]},
    "statuses": {"type": "list", "elements": "str"},
    "plans": {"type": "list", "elements": "str"},
    "labels": {"type": "list", "elements": "str"},
    "details": {"type": "bool", "default": False},
    "links": {"type": "bool", "default": False},
    "concurrency": {"type": "int", "default": 8},
}


def run(module: CloudModule) -> None:
    """List the nodes that match. Details and links are read only of those that the list leaves."""
    params, client = module.params, NodesClient(module.transport)
    if params["concurrency"] <= 0:
        raise InputError(f"concurrency must be at least 1; got {params['concurrency']}.")
    listed, module.result["missing"] = select(client.nodes(), params["names"], lambda node: node.name)
    ids, plans, labels = params["node_ids"], params["plans"], params["labels"]
    statuses = None if params["statuses"] is None else {status_word(status) for status in params["statuses"]}
    nodes = [
        node
        for node in listed
        if (ids is None or node.id in ids) and (statuses is None or node.status in statuses) and (plans is None or node.plan in plans)
    ]
    views = [node_view(node, module.transport.credentials.location) for node in nodes]
    if params["details"] or params["links"] or labels is not None:
        detailed = client.details(nodes, params["concurrency"])
        detailed = [node for node in detailed if labels is None or node.label in labels]
        views = [node_view(node, module.transport.credentials.location) for node in detailed]
        if params["links"]:
            links = linked(NodeLinks(module.transport), detailed, params["concurrency"])
            views = [view | more for view, more in zip(views, links)]
    module.result["nodes"] = views


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
