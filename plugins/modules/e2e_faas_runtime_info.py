#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_runtime_info
short_description: List the runtimes that functions of E2E Networks can use
version_added: 0.1.0
description:
  - Lists the runtimes that the platform offers to your account, with the templates of their code.
  - The identifiers differ from account to account and change over time, so ask the server instead of writing them down from memory.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  hardware:
    description:
      - Return only runtimes for this kind of machine.
    type: str
    choices: [cpu, gpu]
  language:
    description:
      - Return only runtimes of this language.
    type: str
    choices: [python, node, csharp, ruby, go, php, container]
seealso:
  - module: e2enetworks.cloud.e2e_faas_function
"""

EXAMPLES = r"""
- name: Which Python runtimes are there?
  e2enetworks.cloud.e2e_faas_runtime_info:
    language: python
  register: python

- name: Show their identifiers
  ansible.builtin.debug:
    msg: "{{ python.runtimes | map(attribute='runtime') }}"

- name: Start a function from the template of the first one
  e2enetworks.cloud.e2e_faas_function:
    name: from-template
    runtime: "{{ python.runtimes[0].runtime }}"
    code: "{{ python.runtimes[0].code_template }}"
    requirements: "{{ python.runtimes[0].requirements_template }}"
"""

RETURN = r"""
runtimes:
  description: The runtimes, in the server's order.
  returned: success
  type: list
  elements: dict
  contains:
    runtime:
      description: Identifier, for the option O(e2enetworks.cloud.e2e_faas_function#module:runtime).
      type: str
    label:
      description: How MyAccount calls it. The identifier where the API gives no such text.
      type: str
    hardware:
      description: V(cpu) or V(gpu).
      type: str
    language:
      description: Language, as this collection understands the runtime. V(unknown) if it does not.
      type: str
    handler_files:
      description: Names that the handler can have in a source directory, the first one that is found is taken.
      type: list
      elements: str
    dependency_file:
      description: Name of the dependency file, empty if the runtime has none.
      type: str
    code_template:
      description: The platform's template of the handler.
      type: str
    requirements_template:
      description: The platform's template of the dependency file.
      type: str
  sample:
    - runtime: python-3.11-http
      label: python-3.11-http
      hardware: cpu
      language: python
      handler_files: [func.py, handler.py]
      dependency_file: requirements.txt
      code_template: "def handler(event, context):\n    return {\"statusCode\": 200, \"body\": \"Hello\"}\n"
      requirements_template: ""
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient, Runtime

SPEC: ArgumentSpec = {
    "hardware": {"type": "str", "choices": ["cpu", "gpu"]},
    "language": {"type": "str", "choices": ["python", "node", "csharp", "ruby", "go", "php", "container"]},
}


def describe(runtime: Runtime) -> dict[str, t.Any]:
    """One runtime as the module returns it."""
    layout = layout_for(runtime.id, runtime.dependency_file, runtime.code_template)
    return {
        "runtime": runtime.id,
        "label": runtime.label,
        "hardware": runtime.hardware,
        "language": layout.language,
        "handler_files": list(layout.handler_names),
        "dependency_file": runtime.dependency_file,
        "code_template": runtime.code_template,
        "requirements_template": runtime.requirements_template,
    }


def run(module: CloudModule) -> None:
    """List the runtimes that match."""
    filters = {name: module.params[name] for name in SPEC if module.params[name] is not None}
    client = FunctionsClient(module.transport)
    runtimes = client.runtimes()
    if runtimes is None:
        # A server that is not the API has no list of functions either.
        client.functions()
        module.warn(
            "The API of this account has no list of runtimes. e2e_faas_function sends any identifier as it is; "
            "the vendor's documentation names python-3.11-fastapi, python-3.11-flask and node-20-express."
        )
    described = [describe(runtime) for runtime in runtimes or ()]
    module.result["runtimes"] = [runtime for runtime in described if all(runtime[name] == value for name, value in filters.items())]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
