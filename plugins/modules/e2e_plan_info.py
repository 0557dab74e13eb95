#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_plan_info
short_description: List operating systems and plans of E2E Networks
version_added: 0.1.0
description:
  - Returns what nodes can be made of in a location. The operating systems, and the plans with their prices and whether they are in stock.
  - Reading the plans takes a call for each operating system and kind of node. O(images) and O(categories) keep them few.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  images:
    description:
      - Return only plans with one of these operating systems or images, such as V(Ubuntu 24.04).
      - An empty list returns the operating systems alone.
    type: list
    elements: str
    aliases: [image]
  categories:
    description:
      - Return only plans of these kinds of node, such as V(Linux Virtual Node), upper or lower case.
    type: list
    elements: str
  names:
    description:
      - Return only plans with one of these short or long names. A name without a plan is named in RV(missing).
    type: list
    elements: str
    aliases: [name]
  available:
    description:
      - Return only plans that are in stock, or with V(false) only those that are not.
    type: bool
seealso:
  - module: e2enetworks.cloud.e2e_node
"""

EXAMPLES = r"""
- name: Which plans with Ubuntu 24.04 are in stock?
  e2enetworks.cloud.e2e_plan_info:
    images: [Ubuntu 24.04]
    available: true
  register: catalog

- name: Show the cheapest
  ansible.builtin.debug:
    msg: "{{ catalog.plans[0].name }} for {{ catalog.plans[0].price_per_hour }} {{ catalog.plans[0].currency }} an hour"

- name: Which operating systems are there?
  e2enetworks.cloud.e2e_plan_info:
    images: []
"""

RETURN = r"""
systems:
  description: The operating systems that nodes can have, in the platform's order.
  returned: success
  type: list
  elements: dict
  contains:
    os:
      description: Its name.
      type: str
    version:
      description: Its version.
      type: str
    category:
      description: The name again, or what comes installed, such as V(Docker).
      type: str
    software_version:
      description: The version of what comes installed.
      type: str
    displays:
      description: The kinds of node that have it, for O(categories).
      type: list
      elements: str
    image:
      description: How it can be given as an image, to this module and to M(e2enetworks.cloud.e2e_node).
      type: str
  sample:
    - os: Ubuntu
      version: "24.04"
      category: Ubuntu
      software_version: null
      displays: [Linux Virtual Node, GPU]
      image: Ubuntu 24.04
plans:
  description: The plans that match, the cheapest first.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The short name.
      type: str
    id:
      description: The long name, which holds the operating system and the location.
      type: str
    image:
      description: The image that goes with the long name.
      type: str
    location:
      description: Where it can be had.
      type: str
    available:
      description: Whether it is in stock.
      type: bool
    os:
      description: Name of the operating system.
      type: str
    os_version:
      description: Its version.
      type: str
    os_category:
      description: Its name again, or what comes installed.
      type: str
    series:
      description: The series, such as V(C3). Those of E1 and E1WC let one choose the disk.
      type: str
    family:
      description: The series in words.
      type: str
    cpu:
      description: The number of processors.
      type: int
    ram:
      description: The memory in GB.
      type: float
    disk:
      description: The root disk in GB, 0 where one chooses it.
      type: int
    price_per_hour:
      description: The price of an hour.
      type: float
    price_per_month:
      description: The price of a month.
      type: float
    currency:
      description: The currency of the prices.
      type: str
    takes_volumes:
      description: Whether volumes can be attached.
      type: bool
    commitments:
      description: Prices for a longer time.
      type: list
      elements: dict
      contains:
        id:
          description: Its number.
          type: int
        name:
          description: Its name.
          type: str
        days:
          description: For how many days.
          type: int
        price:
          description: The price of the whole time.
          type: float
  sample:
    - name: C3.8GB
      id: C3-4vCPU-8RAM-100DISK-C3.8GB-Ubuntu-24.04-Delhi
      image: Ubuntu-24.04-Distro
      location: Delhi
      available: true
      os: Ubuntu
      os_version: "24.04"
      os_category: Ubuntu
      series: C3
      family: CPU Intensive 3rd Generation
      cpu: 4
      ram: 8.0
      disk: 100
      price_per_hour: 3.1
      price_per_month: 2263.0
      currency: INR
      takes_volumes: true
      commitments: []
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

import dataclasses

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import candidates
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.catalog import CatalogClient, NodePlan
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.catalog_choice import CatalogChoice

SPEC: ArgumentSpec = {
    "images": {"type": "list", "elements": "str", "aliases": ["image"]},
    "categories": {"type": "list", "elements": "str"},
    "names": {"type": "list", "elements": "str", "aliases": ["name"]},
    "available": {"type": "bool"},
}


def run(module: CloudModule) -> None:
    """List the operating systems, and the plans that match."""
    params = module.params
    catalog = CatalogChoice(CatalogClient(module.transport))
    systems = catalog.systems()
    known = {display.casefold(): display for system in systems for display in system.displays}
    categories = None if params["categories"] is None else [category.strip().casefold() for category in params["categories"]]
    for category in categories or ():
        if category not in known:
            raise InputError(f"categories: there is no {category}. There are: {candidates(known.values())}.")
    plans = catalog.plans(params["images"], categories)
    names = params["names"]
    wanted = None if names is None else {name.casefold() for name in names}
    found: list[NodePlan] = [plan for plan in plans if wanted is None or wanted & {plan.name.casefold(), plan.id.casefold()}]
    have = {name.casefold() for plan in found for name in (plan.name, plan.id)}
    module.result["missing"] = sorted(name for name in names or () if name.casefold() not in have)
    module.result["systems"] = [{**vars(system), "displays": list(system.displays), "image": str(system)} for system in systems]
    module.result["plans"] = [
        {**vars(plan), "commitments": [dataclasses.asdict(one) for one in plan.commitments]}
        for plan in found
        if params["available"] in (None, plan.available)
    ]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
