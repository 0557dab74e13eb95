#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_function
short_description: Deploy, update and remove functions of E2E Networks or of an OpenFaaS gateway
version_added: 0.1.0
description:
  - Makes a function of the E2E Networks Functions platform run the code that you have, with the settings that you want.
  - The code is a directory, a file, a text, or a container image. It travels as a ZIP archive, as the platform documents it today, or as
    one text, as the vendor's CLI of 2024 sends it. The module finds out which of them your account takes, see O(upload).
  - An update replaces the settings of the function as a whole. The module sends the complete set each time, and keeps what you left out.
  - With O(provider=openfaas) the function is a container image on an OpenFaaS gateway of your own, faasd or Kubernetes. A function that
    is as you want it is never sent again, because that would restart it.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.function
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.gateway.provider
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.wait
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Texts are compared line by line when the API returns the code, otherwise the files are listed by their digests.
      - Values of variables are shown only for O(env). All other variables are shown by a digest.
  idempotent:
    support: partial
    details:
      - What the API does not return cannot be compared. See O(when_unknown) and O(digest_variable).
      - On an OpenFaaS gateway everything can be compared that was deployed with this module, because it keeps what the provider does not
        return, and digests of variables, in the annotation C(e2enetworks.cloud/manifest).
seealso:
  - module: e2enetworks.cloud.e2e_faas_function_info
  - module: e2enetworks.cloud.e2e_faas_invoke
  - module: e2enetworks.cloud.e2e_faas_scale
  - module: e2enetworks.cloud.e2e_secret
  - module: e2enetworks.cloud.e2e_faas_runtime_info
"""

EXAMPLES = r"""
- name: Deploy a directory, its requirements.txt included
  e2enetworks.cloud.e2e_faas_function:
    name: invoice
    runtime: python-3.11-http
    src: functions/invoice
    memory: 256
    timeout: 30
    env:
      CURRENCY: INR
    secret_env:
      DATABASE_PASSWORD: "{{ database_password }}"
  register: invoice

- name: Show where it answers
  ansible.builtin.debug:
    var: invoice.function.url

- name: Deploy a few lines of code
  e2enetworks.cloud.e2e_faas_function:
    name: hello
    runtime: python-3.11-http
    code: |
      def handler(event, context):
          return {"statusCode": 200, "body": "Hello from E2E"}

- name: Give it more memory and keep everything else
  e2enetworks.cloud.e2e_faas_function:
    name: hello
    memory: 1024

- name: Deploy a container image
  e2enetworks.cloud.e2e_faas_function:
    name: web
    image: docker.io/library/nginx:1.29
    env:
      __PORT__: "80"

- name: Move a function to another runtime, which deletes it and creates it again
  e2enetworks.cloud.e2e_faas_function:
    name: hello
    runtime: node-20-http
    code: |
      export const handler = async (event) => ({ statusCode: 200, body: "Hello from Node.js" });
    allow_replace: true

- name: Deploy a folder of the vendor's CLI of 2024 with handler.py, which defines handle(event, context)
  e2enetworks.cloud.e2e_faas_function:
    name: legacy
    runtime: python
    src: functions/legacy

- name: Deploy an image to an OpenFaaS gateway, and put the old version back if that fails
  e2enetworks.cloud.e2e_faas_function:
    provider: openfaas
    name: figlet
    image: ghcr.io/shop/figlet:1.4.0
    env:
      WIDTH: "80"
    limits:
      memory: 128Mi
    replicas:
      min: 1
      max: 3
    rollback: true

- name: Remove it from the gateway
  e2enetworks.cloud.e2e_faas_function:
    provider: openfaas
    name: figlet
    state: absent

- name: Remove functions
  e2enetworks.cloud.e2e_faas_function:
    name: "{{ item }}"
    state: absent
  loop:
    - hello
    - invoice
    - legacy
    - web
"""

RETURN = r"""
function:
  description:
    - The function after the task, or in check mode as it would be. The same keys whether it was created, changed or left alone.
    - V(null) stands for what the API does not return, or what only the server can assign.
    - In check mode with O(wait=false), V(null) also stands for what goes on changing after the task.
  returned: success, and after a failure as far as the module came
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    id:
      description: Its number at the platform. V(null) on an OpenFaaS gateway.
      type: int
    runtime:
      description: Identifier of its runtime.
      type: str
    hardware:
      description: V(cpu) or V(gpu).
      type: str
    status:
      description:
        - Its status in lower case, V(absent) if there is no such function. Check mode predicts the status after the wait.
        - On an OpenFaaS gateway V(running), V(starting), V(stopped) when its process has ended, or V(scaled to zero).
      type: str
    reason:
      description: Why it has failed, if it has and the API says so.
      type: str
    url:
      description: Where it is called.
      type: str
    memory:
      description: Memory in MB.
      type: int
    timeout:
      description: Seconds that one call may take.
      type: int
    env_names:
      description: Names of its plain environment variables, without the one of O(digest_variable).
      type: list
      elements: str
    secret_env_names:
      description: Names of the environment variables that came from O(secret_env).
      type: list
      elements: str
    secrets:
      description: Names of the secrets it uses.
      type: list
      elements: str
    digest:
      description: Digest over its code and dependency text. V(null) on an OpenFaaS gateway, where the image holds the code.
      type: str
    gateway:
      description: What only a function of an OpenFaaS gateway has. V(null) with O(provider=myaccount), or without a function.
      type: dict
      contains:
        namespace:
          description: Its namespace.
          type: str
        image:
          description: Its image, with registry and tag.
          type: str
        env_process:
          description: The command that the watchdog runs, empty if it is left to the image.
          type: str
        labels:
          description: Its labels, without those of the provider and those for replicas.
          type: dict
        annotations:
          description: Its annotations, without those of the provider and of this collection.
          type: dict
        constraints:
          description: Where it may run.
          type: list
          elements: str
        limits:
          description: What one replica may use.
          type: dict
        requests:
          description: What is reserved for one replica.
          type: dict
        read_only_root_filesystem:
          description: Whether its root file system is read-only.
          type: bool
        replicas:
          description: The bounds of its scaling, C(min) and C(max).
          type: dict
        replicas_wanted:
          description: How many replicas it has to have now.
          type: int
        replicas_available:
          description: How many of them are ready.
          type: int
  sample:
    name: hello
    id: 1001
    runtime: python-3.11-http
    hardware: cpu
    status: running
    reason: null
    url: https://hello-e2e-faas-1234-dl.serverless.e2enetworks.net/
    memory: 512
    timeout: 15
    env_names: []
    secret_env_names: []
    secrets: []
    digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    gateway: null
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: success, and after a failure as far as the module came
  type: list
  elements: str
  sample: ["updated function hello: changes memory, source"]
diff:
  description: The changes, as shown with C(--diff). An empty list when nothing changes.
  returned: success, and after a failure as far as the module came
  type: list
  elements: dict
upload:
  description:
    - The form in which the function was sent, V(zip) or V(text). In check mode the one that would be tried first.
    - V(null) when nothing was sent, and on an OpenFaaS gateway.
  returned: success, and after a failure as far as the module came
  type: str
ansible_stats:
  description: What O(workflow_artifact) hands over.
  returned: when O(workflow_artifact) is given, and it is not check mode
  type: dict
before:
  description: The function as it was before the task, with the keys of RV(function). V(null) if there was none.
  returned: success, and after a failure as far as the module came
  type: dict
rollout:
  description:
    - V(finished) when the platform showed that the new version has taken over from the one before.
    - V(unknown) when it does not tell, which happens on Kubernetes. Then a warning says so.
    - V(null) when nothing was changed, when the task did not wait, and after a failure.
  returned: success, and after a failure as far as the module came
  type: str
rolled_back:
  description: Whether the version before was put back and runs, because the new one does not.
  returned: success, and after a failure as far as the module came
  type: bool
snapshot:
  description: Path of the file that was written, V(null) if none was.
  returned: success, and after a failure as far as the module came
  type: str
error:
  description: The machine-readable part of a failure.
  returned: on failure
  type: dict
  contains:
    code:
      description: Kind of failure, for example V(invalid_input), V(authentication), V(refused), V(function_failed), V(wait_timeout).
      type: str
    http_status:
      description: HTTP status that led to it, if there was one.
      type: int
    outcome_known:
      description: Whether it is certain what became of the request.
      type: bool
"""

from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, either_spec, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_spec import FUNCTION_SPEC, ONE_SOURCE
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_task import FunctionTask

SPEC: ArgumentSpec = {**FUNCTION_SPEC, **wait_spec(600)}


def run(module: CloudModule) -> None:
    """Bring one function to the wanted state."""
    task = FunctionTask(module)
    task.prepare()
    task.load()
    task.run()


def main() -> None:
    """Entry point."""
    # A package.json is a mapping.
    run_module(SPEC, run, connection=either_spec, documents={"requirements": (dict,)}, mutually_exclusive=[ONE_SOURCE])


if __name__ == "__main__":
    main()
