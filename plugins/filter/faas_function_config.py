# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: faas_function_config
short_description: Read the function_config.yaml of the vendor's CLI
version_added: 0.1.0
description:
  - Turns the text of a C(function_config.yaml), as C(e2e_cli faas init) writes it, into values for
    M(e2enetworks.cloud.e2e_faas_function).
author:
  - e2enetworks.cloud contributors (@e2enetworks)
positional: _input
options:
  _input:
    description: The text of the file.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show what a folder of the vendor's CLI configures
  ansible.builtin.debug:
    msg: "{{ lookup('ansible.builtin.file', 'functions/legacy/function_config.yaml') | e2enetworks.cloud.faas_function_config }}"
"""

RETURN = r"""
_value:
  description: What the file says. V(null) stands for what it does not say.
  type: dict
  contains:
    name:
      description: Name of the function.
      type: str
    runtime:
      description: Identifier of the runtime.
      type: str
    hardware:
      description: V(cpu) or V(gpu).
      type: str
    memory:
      description: Memory in MB.
      type: int
    timeout:
      description: Seconds that one call may take.
      type: int
    env:
      description: Environment variables.
      type: dict
    secrets:
      description: Names of secrets.
      type: list
      elements: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.function_config import read_function_config
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.filter_input import given_text


def faas_function_config(text: str) -> dict[str, t.Any]:
    """The file's values under the names of the module's options."""
    try:
        return read_function_config(given_text("faas_function_config", text, "the text of a function_config.yaml")).options()
    except E2EError as error:
        raise AnsibleFilterError(error.message) from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"faas_function_config": faas_function_config}
