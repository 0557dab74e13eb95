# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: faas_stack
short_description: Read the stack.yml of faas-cli
version_added: 0.1.0
description:
  - Turns the text of a C(stack.yml), which C(faas-cli) deploys functions from, into options for M(e2enetworks.cloud.e2e_faas_function).
  - As in C(faas-cli), C(${NAME}) and C(${NAME:-default}) are replaced first, all values are taken as text, and unknown keys are ignored.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
positional: _input
options:
  _input:
    description: The text of the file.
    type: str
    required: true
  directory:
    description: The directory of the file, which the paths of C(environment_file) count from.
    type: path
    default: "."
  name:
    description: Only functions with this name, as a shell pattern such as V(pay-*).
    type: str
    default: "*"
  variables:
    description: Variables to put in, besides those of the environment of Ansible. These win.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Read the functions of a project
  ansible.builtin.set_fact:
    stack: "{{ lookup('ansible.builtin.file', 'shop/stack.yml') | e2enetworks.cloud.faas_stack(directory=playbook_dir ~ '/shop') }}"

- name: Show which images it wants
  ansible.builtin.debug:
    msg: "{{ stack.functions | items2dict(key_name='name', value_name='image') }}"
"""

RETURN = r"""
_value:
  description: What the file says.
  type: dict
  contains:
    gateway:
      description: URL of the gateway, V(null) when the file names none.
      type: str
    functions:
      description:
        - The functions, in the order of the file. C(name), C(image), C(namespace), C(env), C(secrets), C(labels), C(annotations), C(limits),
          C(requests), C(replicas), C(constraints), C(read_only_root_filesystem) and C(env_process) are options of
          M(e2enetworks.cloud.e2e_faas_function). What the file leaves out is empty, because a deployment with C(faas-cli) clears it too.
        - C(handler), C(lang) and C(skip_build) say how the image is built.
      type: list
      elements: dict
"""

import os
import typing as t
from collections.abc import Mapping
from pathlib import Path

from ansible.errors import AnsibleFilterError

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.stack_file import StackFunction, read_stack
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.filter_input import given_text


def _described(function: StackFunction) -> dict[str, t.Any]:
    """One function under the names of the module's options."""
    return {**function.options(), "handler": function.handler, "lang": function.lang, "skip_build": function.skip_build}


def faas_stack(text: str, directory: str = ".", name: str = "*", variables: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """The file's functions as options of the module."""
    base, pattern = given_text("directory", directory, "a path"), given_text("name", name, "a shell pattern")
    if variables is not None and not isinstance(variables, Mapping):
        raise AnsibleFilterError(f"variables: they have to be a dictionary, not a {type(variables).__name__}.")

    def read(path: str) -> str:
        return read_text(Path(base) / path)

    known = {**os.environ, **{key: str(value) for key, value in (variables or {}).items()}}
    try:
        stack = read_stack(given_text("faas_stack", text, "the text of a stack.yml"), known, read, pattern)
    except E2EError as error:
        raise AnsibleFilterError(error.message) from None
    return {"gateway": stack.gateway or None, "functions": [_described(function) for function in stack.functions]}


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"faas_stack": faas_stack}
