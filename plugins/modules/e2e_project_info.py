#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_project_info
short_description: List projects of E2E Networks
version_added: 0.1.0
description:
  - Returns the projects that the account owns, and those that others share with it if O(shared) asks for them.
    A shared project can be used by its number whether it is asked for here or not.
  - It needs neither O(project_id) nor O(location).
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  names:
    description:
      - Return only projects with one of these names. A name without a project is named in RV(missing).
    type: list
    elements: str
    aliases: [name]
  shared:
    description:
      - Whether to return the projects of other accounts that this one may use as well. That takes one more call, and another one for each
        of these accounts.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: List the projects
  e2enetworks.cloud.e2e_project_info:
  register: account

- name: List those that others share with the account, too
  e2enetworks.cloud.e2e_project_info:
    shared: true
  register: usable

- name: Show the number of the default one
  ansible.builtin.debug:
    msg: "{{ account.projects | selectattr('is_default') | map(attribute='id') }}"
"""

RETURN = r"""
projects:
  description: The projects that match, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its number, for O(project_id).
      type: int
    name:
      description: Its name.
      type: str
    is_default:
      description: Whether it is the account's default project. V(null) of a shared one.
      type: bool
    is_starred:
      description: Whether it is marked with a star in MyAccount. V(null) of a shared one.
      type: bool
    owned:
      description: Whether it is the account's own, and not one that others share with it.
      type: bool
    crn:
      description: The account that it belongs to, as the API names it. V(null) without O(shared).
      type: str
  sample:
    - id: 4521
      name: default-project
      is_default: true
      is_starred: false
      owned: true
      crn: null
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
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.projects import ProjectsClient

SPEC: ArgumentSpec = {
    "names": {"type": "list", "elements": "str", "aliases": ["name"]},
    "shared": {"type": "bool", "default": False},
}


def run(module: CloudModule) -> None:
    """List the projects that match."""
    client = ProjectsClient(module.transport)
    known = client.with_shared() if module.params["shared"] else client.projects()
    projects, module.result["missing"] = select(known, module.params["names"], lambda project: project.name)
    module.result["projects"] = [vars(project) for project in projects]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, scoped=False)


if __name__ == "__main__":
    main()
