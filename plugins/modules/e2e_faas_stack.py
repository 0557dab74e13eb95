#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_stack
short_description: Deploy many functions of E2E Networks or of an OpenFaaS gateway with one task
version_added: 0.1.0
description:
  - Brings a whole set of functions to the wanted state, several at a time. Each one is deployed, tried out and rolled back as
    M(e2enetworks.cloud.e2e_faas_function) does it, and has its own result and diff.
  - All functions are listed first. A function is looked at by itself only where the list does not tell enough, or where it changes.
  - A function that fails does not keep the others from being deployed. The task fails at the end and names all of them.
  - The functions come from the task, from the C(stack.yml) of C(faas-cli), or from a folder of function folders.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.gateway.provider
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.wait
  - e2enetworks.cloud.function.stack
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The changes of all functions, one after the other. RV(functions[].diff) has those of each.
  idempotent:
    support: partial
    details:
      - As far as M(e2enetworks.cloud.e2e_faas_function) is.
options:
  name:
    description:
      - Name of the stack. A function that the stack makes remembers it, in the variable that O(functions[].digest_variable) names, or at a gateway in
        the annotation C(e2enetworks.cloud/stack).
      - A function that was there before is never marked, also when this task changes it. Needed for O(prune).
    type: str
  stack_file:
    description:
      - The C(stack.yml) of C(faas-cli), for O(provider=openfaas). Its functions are deployed as C(faas-cli deploy) does it, so what the file leaves out
        is cleared.
      - The gateway that it names is used where neither O(gateway_url) nor E(OPENFAAS_URL) names one.
    type: path
  directory:
    description:
      - A folder, for O(provider=myaccount). Each folder in it is a function. With the C(function_config.yaml) of the vendor's CLI that tells its name and
        settings, otherwise the folder's name is the function's and O(defaults) has the rest, such as its runtime.
      - Folders whose names begin with a dot or an underscore, and C(node_modules), are left out.
    type: path
  chdir:
    description:
      - The directory that the paths of C(environment_file) in O(stack_file) count from. Without it, the directory of that file.
    type: path
  filter:
    description:
      - Shell patterns such as V(pay-*). Only functions whose names match one of them are deployed or removed.
    type: list
    elements: str
  prune:
    description:
      - Whether to remove the functions that this stack has made, and that are no longer in it. Only those that carry the O(name) of the stack are.
      - At a gateway, those in the namespaces of the functions and of the task; one of the same name in another namespace is another function.
        On MyAccount, only where the API returns the variables of a function.
      - Nothing is removed when a function of the stack could not be deployed.
    type: bool
    default: false
  concurrency:
    description:
      - How many functions are worked on at a time, from 1 to 64. There are as many connections.
    type: int
    default: 8
  fail_fast:
    description:
      - Whether to begin with no further function once one has failed. Those that were begun are brought to an end.
    type: bool
    default: false
seealso:
  - module: e2enetworks.cloud.e2e_faas_function
  - module: e2enetworks.cloud.e2e_faas_function_info
"""

EXAMPLES = r"""
- name: Deploy two functions that have most of their settings in common
  e2enetworks.cloud.e2e_faas_stack:
    name: shop
    defaults:
      runtime: python-3.11-http
      memory: 256
      rollback: true
      smoke_test:
        status: [200]
    functions:
      - name: invoice
        src: functions/invoice
        secret_env:
          DATABASE_PASSWORD: "{{ database_password }}"
      - name: hello
        code: |
          def handler(event, context):
              return {"statusCode": 200, "body": "Hello from E2E"}
  register: shop

- name: Show where they answer
  ansible.builtin.debug:
    msg: "{{ shop.functions | items2dict(key_name='name', value_name='function') }}"

- name: Deploy every folder in a folder, and remove what the stack made and no longer has
  e2enetworks.cloud.e2e_faas_stack:
    name: services
    directory: services
    defaults:
      runtime: python-3.11-http
    prune: true
    concurrency: 16

- name: Deploy the functions of a stack.yml whose names begin with pay
  e2enetworks.cloud.e2e_faas_stack:
    provider: openfaas
    stack_file: shop/stack.yml
    filter: [pay*]

- name: Remove everything that the stack has made
  e2enetworks.cloud.e2e_faas_stack:
    name: shop
    functions: []
    prune: true
"""

RETURN = r"""
functions:
  description: What became of each function, in the order of the task, and then of those that were pruned.
  returned: success, and after a failure as far as the module came
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    changed:
      description: Whether it was changed, or in check mode would be.
      type: bool
    failed:
      description: Whether it is not in the wanted state.
      type: bool
    msg:
      description: Why it has failed. V(null) when it has not.
      type: str
    error:
      description: The machine-readable part of its failure, with the keys of RV(error). V(null) when it has not failed.
      type: dict
    exception:
      description: Details for a report, when its failure is a defect of the collection. V(null) otherwise.
      type: str
    begun:
      description: Whether its deployment was begun. V(false) when its options or its code were refused, or when O(fail_fast) kept it from that.
      type: bool
    pruned:
      description: Whether it was removed, or in check mode would be, because the stack no longer has it.
      type: bool
    function:
      description:
        - The function after the task, as RV(e2enetworks.cloud.e2e_faas_function#module:function) tells it. V(null) when it was not begun.
        - What the list does not tell of a function that is as wanted is V(null) in it.
      type: dict
    before:
      description: The function as it was before the task. V(null) if there was none.
      type: dict
    actions:
      description: What was done, or in check mode would be done, one sentence each.
      type: list
      elements: str
    diff:
      description: Its changes.
      type: list
      elements: dict
    warnings:
      description: What was warned of.
      type: list
      elements: str
    rollout:
      description: As RV(e2enetworks.cloud.e2e_faas_function#module:rollout).
      type: str
    rolled_back:
      description: Whether the version before was put back and runs, because the new one does not.
      type: bool
    upload:
      description: As RV(e2enetworks.cloud.e2e_faas_function#module:upload).
      type: str
    snapshot:
      description: Path of the file that was written, V(null) if none was.
      type: str
  sample:
    - name: hello
      changed: true
      failed: false
      msg: null
      error: null
      exception: null
      begun: true
      pruned: false
      function:
        name: hello
        status: running
        url: https://hello-e2e-faas-1234-dl.serverless.e2enetworks.net/
      before: null
      actions: [created function hello]
      diff: []
      warnings: []
      rollout: finished
      rolled_back: false
      upload: zip
      snapshot: null
failed_functions:
  description: Names of the functions that are not in the wanted state.
  returned: success, and after a failure as far as the module came
  type: list
  elements: str
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: success, and after a failure as far as the module came
  type: list
  elements: str
  sample: ["updated function hello: changes memory, source"]
diff:
  description: The changes of all functions, as shown with C(--diff). An empty list when nothing changes.
  returned: success, and after a failure as far as the module came
  type: list
  elements: dict
ansible_stats:
  description: What O(functions[].workflow_artifact) hands over, of all functions. Where several namespaces have one name, as C(name.namespace).
  returned: when O(functions[].workflow_artifact) is given, and it is not check mode
  type: dict
error:
  description: The machine-readable part of a failure.
  returned: on failure
  type: dict
  contains:
    code:
      description: Kind of failure. V(functions_failed) when several functions have failed, and otherwise that of the one.
      type: str
    http_status:
      description: HTTP status that led to it, if there was one.
      type: int
    outcome_known:
      description: Whether it is certain what became of every request.
      type: bool
"""

from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, either_spec, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_spec import DEFAULTS_SPEC, ENTRY_SPEC, ONE_SOURCE
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_stack import FunctionStack

SOURCES = ("functions", "stack_file", "directory")

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "functions": {"type": "list", "elements": "dict", "options": ENTRY_SPEC, "mutually_exclusive": [ONE_SOURCE]},
    "stack_file": {"type": "path"},
    "directory": {"type": "path"},
    "chdir": {"type": "path"},
    "defaults": {"type": "dict", "options": DEFAULTS_SPEC},
    "filter": {"type": "list", "elements": "str"},
    "prune": {"type": "bool", "default": False},
    "concurrency": {"type": "int", "default": 8},
    "fail_fast": {"type": "bool", "default": False},
    **wait_spec(600),
}


def run(module: CloudModule) -> None:
    """Bring a set of functions to the wanted state."""
    module.concurrency = module.params["concurrency"]
    FunctionStack(module).run()


def main() -> None:
    """Entry point."""
    run_module(
        SPEC,
        run,
        connection=either_spec,
        # A package.json is a mapping.
        documents={"functions[].requirements": (dict,)},
        mutually_exclusive=[SOURCES],
        required_one_of=[SOURCES],
        required_if=[("prune", True, ("name",))],
    )


if __name__ == "__main__":
    main()
