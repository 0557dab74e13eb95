# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: faas_function_plan
short_description: Tell what the role faas_function has to do
version_added: 1.0.0
description:
  - Turns the variables of the role C(e2enetworks.cloud.faas_function) into options for M(e2enetworks.cloud.e2e_faas_stack) and
    M(e2enetworks.cloud.e2e_faas_image), and says which tasks of the role run.
  - What is null, an empty text or omitted counts as not set. Relative paths are looked for, and a C(stack.yml) is read.
  - It is made for the role. Use the modules, or the role, in playbooks.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
positional: _input
options:
  _input:
    description: The variables of the role, without C(faas_function_) before their names.
    type: dict
    required: true
  omit:
    description: Ansible's variable C(omit), so that what is omitted is known.
    type: raw
    required: true
  playbook_dir:
    description: The directory of the playbook, where relative paths are looked for last.
    type: path
    required: true
  roles:
    description: The directories of the roles that use this one, where relative paths are looked for first, in C(files) and in the role itself.
    type: list
    elements: path
    default: []
  before:
    description: What M(e2enetworks.cloud.e2e_faas_stack) returned about what runs before images are built.
    type: dict
    default: {}
  built:
    description: What M(e2enetworks.cloud.e2e_faas_image) returned in a loop over RV(_value.builds).
    type: dict
    default: {}
  deployment:
    description: What M(e2enetworks.cloud.e2e_faas_stack) returned.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Show what the role would give the module
  ansible.builtin.debug:
    msg: "{{ ({'src': 'functions/hello', 'name': 'hello'} | e2enetworks.cloud.faas_function_plan(omit, playbook_dir)).functions }}"
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    label:
      description: What to call it in the name of a task.
      type: str
    provider:
      description: Where the functions are.
      type: str
    functions:
      description: For each function the options that M(e2enetworks.cloud.e2e_faas_stack) gets, only those that are set.
      type: list
      elements: dict
    looks:
      description: The same for a look at what runs, for each function whose image is built.
      type: list
      elements: dict
    builds:
      description: Options for M(e2enetworks.cloud.e2e_faas_image), only those that are set, with the C(name) of the function.
      type: list
      elements: dict
    tasks:
      description: For a file of tasks that goes on with another one, the name of that one without C(.yml).
      type: dict
    problem:
      description: Why not all of it can be done, or was done. An empty text when it can.
      type: str
    result:
      description: What the role publishes of the last function.
      type: dict
    results:
      description: What it publishes of each function, by name.
      type: dict
    blank:
      description: The result of a function that was not deployed.
      type: dict
    nothing:
      description: Results of functions that were not deployed, by name.
      type: dict
"""

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.function_plan import Happened, Places, function_plan


def faas_function_plan(
    variables: t.Mapping[str, t.Any],
    omit: t.Any,
    playbook_dir: str,
    roles: t.Sequence[str] = (),
    before: t.Mapping[str, t.Any] | None = None,
    built: t.Mapping[str, t.Any] | None = None,
    deployment: t.Mapping[str, t.Any] | None = None,
) -> dict[str, t.Any]:
    """What the role has to do."""
    return function_plan(variables, omit, Places(roles, playbook_dir), Happened(before or {}, built or {}, deployment or {}))


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"faas_function_plan": faas_function_plan}
