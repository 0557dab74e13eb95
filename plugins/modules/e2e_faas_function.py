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
options:
  name:
    description:
      - Name of the function. Lower-case letters, digits and hyphens, up to 51 characters. Needed unless O(config_file) names it.
      - The newer documentation of the platform allows 40 characters and wants a letter first. Beyond that the module warns.
    type: str
  config_file:
    description:
      - A file that describes the function, or a directory that may have a C(function_config.yaml). The options of the task win over what it
        says.
      - On MyAccount the C(function_config.yaml) that the vendor's CLI writes. Its variables are joined with those of O(env), and one that
        O(secret_env) names is taken from there.
      - With O(provider=openfaas) the C(stack.yml) of C(faas-cli), of which O(name) chooses a function. What the file leaves out is cleared, as
        C(faas-cli deploy) does it. The gateway that it names is used where no other is given; credentials in the environment belong to
        E(OPENFAAS_URL) and are not sent there.
    type: path
  chdir:
    description:
      - The directory that the paths of C(environment_file) in a C(stack.yml) count from. C(faas-cli) takes the directory that it is called in.
      - Without it, the directory of O(config_file).
    type: path
  state:
    description:
      - With V(present) the function exists, runs the given code and has the given settings.
      - With V(absent) there is no such function.
    type: str
    choices: [present, absent]
    default: present
  runtime:
    description:
      - Runtime identifier or label, as M(e2enetworks.cloud.e2e_faas_runtime_info) lists them, such as V(python-3.11-fastapi). The words of the
        vendor's CLI, such as V(python) or V(node), are understood too. Where the API has no such list, the identifier is sent as it is.
      - Needed to create a function. It cannot be changed in place, see O(allow_replace).
    type: str
  hardware:
    description:
      - Kind of machine. Without it a new function gets the kind that its runtime belongs to.
      - It cannot be changed in place, see O(allow_replace).
    type: str
    choices: [cpu, gpu]
  src:
    description:
      - A file with the handler, or a directory with the handler and everything it needs, on the machine that runs the module.
      - The handler in a directory has the file name that the platform expects, C(func.py) for Python and C(index.mjs) for Node.js, or
        C(handler.py) and C(handler.js) for the runtimes of the vendor's CLI.
      - In an archive the directory arrives as it is. As a text, several files travel as one self-contained handler that restores them at
        first import, for Python and Node.js only.
      - A C(.faasignore) file in the directory names what to leave out, with the rules of C(.gitignore) and at most three asterisks in
        each part of a pattern. C(.git), C(__pycache__),
        C(node_modules), virtual environments and the vendor CLI's C(function_config.yaml) are left out unless it brings them back.
      - Files that hold credentials, such as C(.env), C(.npmrc), C(.netrc), C(.aws), C(id_rsa) and private keys, are left out too, with a
        warning that names them. Give a function its secrets with O(secret_env) or O(secrets).
      - Only the content counts. Time stamps, file modes and the order of files make no difference.
    type: path
  include:
    description:
      - Shell patterns of the names, or with a slash of the paths below O(src), of files and directories to send although they are left out by
        default, such as V(.npmrc). A line such as C(!.npmrc) in C(.faasignore) does the same.
      - What is in a file that holds credentials is in no diff all the same.
    type: list
    elements: str
  code:
    description:
      - The text of the handler.
    type: str
  upload:
    description:
      - In which form the code travels.
      - V(zip) sends a ZIP archive in the form that the vendor documents today. A change of settings alone sends no code then.
      - V(text) sends one text as the vendor's CLI of 2024 does. It is the only form with a place for O(secrets) and for V(gpu) as O(hardware).
      - V(auto) begins with the archive for the runtimes of today, and with the text for those of the vendor's CLI and for O(code). When the
        API refuses that form and certainly did nothing, it tries the other one, once. The return value RV(ignore:upload) says which one it was.
      - What is compared does not depend on it, so changing only this changes nothing.
    type: str
    choices: [auto, zip, text]
    default: auto
  check_entry_point:
    description:
      - Whether to look, before anything is sent, for the function that the runtime calls, such as C(handler) in C(func.py), or for the C(app) of
        FastAPI and Flask. The code is read, not run. Code for the other generation of the platform is refused with a line that says what to
        rename.
      - Turn it off for code that makes this function in a way that cannot be seen by reading it.
    type: bool
    default: true
  image:
    description:
      - A public container image for C(linux/amd64), deployed with the platform's custom container runtime.
      - No released client of the vendor does this. The Dockerfile that is sent is the one the platform's own template describes.
      - With O(provider=openfaas) the image of the function, needed to create it. Names are compared in full, so C(nginx) and
        C(docker.io/library/nginx:latest) are the same.
    type: str
  pull:
    description:
      - For O(provider=openfaas), when an image that has the same name as the one that runs is deployed again. A tag that never changes its
        content, such as those of M(e2enetworks.cloud.e2e_faas_image), needs none of it.
      - V(missing) compares names only, so a new image under an old tag is not deployed.
      - V(newer) asks the registry what the tag stands for now, and deploys when that is not what was deployed, which is kept in the annotation
        C(e2enetworks.cloud/image-digest). A function that was deployed without it is deployed once more. It uses the logins of C(docker login)
        that are in C(config.json), not those of credential helpers. Where the registry cannot be asked, O(when_unknown) decides.
      - V(always) deploys at each run.
      - Whether the gateway pulls the image again is up to its provider, which does so unless it was set up otherwise. With V(newer) a version
        that is rolled back is named by its digest, because the tag stands for the new one.
    type: str
    choices: [missing, newer, always]
    default: missing
  snapshot:
    description:
      - A file that an earlier run wrote through O(snapshot_dest). The function gets the code, variables and settings in it again.
      - With O(provider=openfaas) it gets the image, variables and settings in it again.
    type: path
  snapshot_dest:
    description:
      - Before anything is changed, write the version that runs now to this file, so that O(snapshot) can bring it back.
      - The file can be read by its owner alone and holds the values of all variables. Remove it when it is no longer needed.
      - Nothing is written if nothing changes, if the function does not exist, or if the API does not return its code. A gateway on
        Kubernetes does not return variables, so there nothing is written if the update changes them.
    type: path
  requirements:
    description:
      - The text of the dependency file, C(requirements.txt) for Python and C(package.json) for Node.js.
      - A dictionary is sent as JSON, because ansible-core 2.18 makes one of the content of a C(package.json).
      - When not given, it is the dependency file of the directory O(src). With another source, what is there is kept.
    type: str
  memory:
    description:
      - Memory in MB, from 64 to 8192. The platform documents 128, 256, 512 and 1024, with anything else the module warns.
      - A new function gets 512 when this is not given.
    type: int
  timeout:
    description:
      - Seconds that one call may take, from 1 to 900. The platform documents up to 600, above that the module warns.
      - A new function gets 15 when this is not given.
    type: int
  env:
    description:
      - Plain environment variables. The function gets exactly these, V({}) removes all plain ones.
      - Their values are shown in diffs. Put anything confidential into O(secret_env).
      - An OpenFaaS gateway does not return all of them, Kubernetes none. There an update that leaves them out is refused if it would lose
        them.
    type: dict
  secret_env:
    description:
      - Environment variables whose values appear in no output. The function gets exactly these secret ones.
      - Where a log or an answer repeats a value of less than four characters, it cannot be told from other words, and is shown.
    type: dict
  secrets:
    description:
      - Names of secrets of the platform for the function to use. Order makes no difference, V([]) removes all.
      - On an OpenFaaS gateway they are mounted as files. M(e2enetworks.cloud.e2e_secret) makes them. One that is missing is noticed
        before anything is sent, because on faasd the update would destroy the function.
    type: list
    elements: str
  labels:
    description:
      - Labels of the function, for O(provider=openfaas). The function gets exactly these, besides those of O(replicas).
    type: dict
  annotations:
    description:
      - Annotations of the function, for O(provider=openfaas). The function gets exactly these, besides the module's own
        C(e2enetworks.cloud/manifest).
    type: dict
  limits:
    description:
      - What one replica may use at most, for O(provider=openfaas). One that is left out has no limit, V({}) removes both.
      - faasd limits memory only.
    type: dict
    suboptions:
      memory:
        description: Memory, such as V(128Mi). Less than V(1Mi) is refused, because V(40m) is a fraction of a byte.
        type: str
      cpu:
        description: Share of a CPU, such as V(500m) or V(0.5).
        type: str
  requests:
    description:
      - What is reserved for one replica, for O(provider=openfaas). One that is left out has none, V({}) removes both.
      - faasd ignores it.
    type: dict
    suboptions:
      memory:
        description: Memory, such as V(64Mi).
        type: str
      cpu:
        description: Share of a CPU, such as V(100m).
        type: str
  replicas:
    description:
      - Between which numbers the gateway scales the function, for O(provider=openfaas). V({}) leaves that to the gateway.
      - The community edition allows 1 to 5. Outside of that the module warns, and the gateway refuses or ignores it.
      - faasd always runs one replica. On Kubernetes each update starts V(min) replicas, which undoes what
        M(e2enetworks.cloud.e2e_faas_scale) has set.
    type: dict
    suboptions:
      min:
        description: The smallest number of replicas.
        type: int
      max:
        description: The largest number of replicas.
        type: int
  constraints:
    description:
      - Where the function may run, for O(provider=openfaas), such as V(node.kubernetes.io/instance-type=large). faasd ignores it.
    type: list
    elements: str
  read_only_root_filesystem:
    description:
      - Whether the function can write to C(/tmp) only, for O(provider=openfaas). faasd ignores it.
    type: bool
  env_process:
    description:
      - The command that the watchdog in the image runs, for O(provider=openfaas). An empty text leaves it to the image.
    type: str
  smoke_test:
    description:
      - A call that tells whether the function works, made when it runs. When its answer is not good, the task fails, and O(rollback) puts the
        version before back.
      - It is made in every run that is not check mode, also when nothing changes, so choose a call without side effects.
      - A gateway can answer in the function's place until the function listens. For half a minute such answers count neither as failed nor
        as retries.
    type: dict
    suboptions:
      method:
        description: HTTP method. The default is V(POST) with a O(smoke_test.body), and V(GET) without.
        type: str
        choices: [GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS]
      path:
        description: What follows the function's URL.
        type: str
      query:
        description: The query, by name.
        type: dict
      headers:
        description: Headers of the call. Their values appear in no output, but for those that say nothing about who calls, such as C(Content-Type).
        type: dict
      body:
        description: What is sent. A text is sent as it is, anything else as JSON.
        type: raw
      status:
        description: Accepted status codes. The default is all from 200 to 299.
        type: list
        elements: int
      contains:
        description: Texts that the answer holds.
        type: list
        elements: str
      json:
        description:
          - What the answer's JSON holds. Of a mapping only the given keys are compared, at every depth.
          - Lists have to agree in length and order, and V(true) is not 1.
        type: raw
      timeout:
        description: Seconds to wait for an answer.
        type: float
        default: 30
      retries:
        description: Further calls before the test counts as failed. A function that has just started may need one.
        type: int
        default: 3
      delay:
        description: Seconds between the calls.
        type: float
        default: 2
  rollback:
    description:
      - Whether the version before is put back when the new one fails its build, does not start, or fails the O(smoke_test). The task fails all
        the same, and says what runs now.
      - A version that had failed itself is not put back, and a first version is left for you to look at.
      - On MyAccount it needs an API that returns the code, the variables and the settings. As far as is known the API does not return code that
        was sent as a ZIP archive; then a change of settings alone can be put back, and one of the code cannot. A warning says so, in check mode
        too. The platform has no switch between versions, so the version before is built again.
      - The platform takes no change while it builds, so a version that is not ready after O(wait_timeout) is reported and left.
      - With O(wait=false) only a change that fails while it is sent can be noticed, so only that is put back.
      - On faasd a failed update can leave no function at all, for example when the new image cannot be pulled; it is made again then.
      - On Kubernetes the gateway does not return variables. Those that the update changes cannot be put back, and then nothing is.
      - On Kubernetes the old version answers until the new one is ready, and the gateway counts the replicas of both. That the new one never
        gets ready shows in the gateway's log, whose lines name the instances. Where the log shows no instance, it cannot be noticed without a
        O(smoke_test) that only the new version passes; a warning and RV(rollout) say so.
    type: bool
    default: false
  extra_parameters:
    description:
      - Further keys for the request body, sent as they are, for what the platform offers and this module has no option for.
      - They are never compared, so changing only these does not cause an update.
    type: dict
    default: {}
  allow_replace:
    description:
      - Whether the function may be deleted and created again when its runtime or hardware has to change. It cannot be called meanwhile.
    type: bool
    default: false
  workflow_artifact:
    description:
      - Hand the function's result to the jobs that follow in a workflow of AWX, as an artifact of this name, as M(ansible.builtin.set_stats) does.
        It is a mapping from the function's name to RV(function) with C(changed) and RV(rolled_back), joined with what other tasks hand over under that name.
      - Nothing is handed over in check mode.
    type: str
  digest_variable:
    description:
      - Name of an environment variable that the module adds to the function. It holds digests of the files and the names of the
        secret variables, and decides about changes where the API does not return the code.
      - An empty string leaves it out. Then an API that does not return the code leaves nothing to compare, and nothing tells secret variables
        from plain ones, so O(env={}) removes both.
      - Where the code can be compared, a missing or outdated variable alone is never a change.
    type: str
    default: E2E_ANSIBLE_DIGEST
  when_unknown:
    description:
      - What to do when something that you want cannot be compared, because the API does not return it.
      - V(update) sends it and reports a change, V(keep) leaves it as it is, both with a warning. V(fail) fails before anything is sent.
      - An update replaces the whole function. With V(update), what you did not give and the API does not return is cleared or set to
        its default, and a warning names it. Give O(env), O(secret_env), O(secrets), O(memory) and O(timeout) to be sure.
    type: str
    choices: [update, keep, fail]
    default: update
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

import dataclasses
import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.deploy import Deployable
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.registry import docker_login, image_digest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, either_spec, run_module, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.config_file import with_config_file
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function import FunctionResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import FunctionOptions, check_options, environment, with_snapshot
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_function import GatewayFunctionResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_options import check_gateway_options, gateway_options
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.provider import FUNCTION_OPTIONS, refuse_foreign_options
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.smoke_test_options import open_headers, secret_headers, smoke_test_of

QUANTITIES: dict[str, dict[str, t.Any]] = {"memory": {"type": "str"}, "cpu": {"type": "str"}}

SMOKE_TEST: dict[str, dict[str, t.Any]] = {
    "method": {"type": "str", "choices": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]},
    "path": {"type": "str"},
    "query": {"type": "dict"},
    "headers": {"type": "dict", "no_log": True},
    "body": {"type": "raw"},
    "status": {"type": "list", "elements": "int"},
    "contains": {"type": "list", "elements": "str"},
    "json": {"type": "raw"},
    "timeout": {"type": "float", "default": 30.0},
    "retries": {"type": "int", "default": 3},
    "delay": {"type": "float", "default": 2.0},
}

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "config_file": {"type": "path"},
    "chdir": {"type": "path"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "runtime": {"type": "str"},
    "hardware": {"type": "str", "choices": ["cpu", "gpu"]},
    "src": {"type": "path"},
    "include": {"type": "list", "elements": "str"},
    "code": {"type": "str"},
    "upload": {"type": "str", "choices": ["auto", "zip", "text"], "default": "auto"},
    "check_entry_point": {"type": "bool", "default": True},
    "image": {"type": "str"},
    "pull": {"type": "str", "choices": ["missing", "newer", "always"], "default": "missing"},
    "snapshot": {"type": "path"},
    "snapshot_dest": {"type": "path"},
    "requirements": {"type": "str"},
    "memory": {"type": "int"},
    "timeout": {"type": "int"},
    "env": {"type": "dict"},
    "secret_env": {"type": "dict", "no_log": True},
    "secrets": {"type": "list", "elements": "str", "no_log": False},
    "labels": {"type": "dict"},
    "annotations": {"type": "dict"},
    "limits": {"type": "dict", "options": QUANTITIES},
    "requests": {"type": "dict", "options": QUANTITIES},
    "replicas": {"type": "dict", "options": {"min": {"type": "int"}, "max": {"type": "int"}}},
    "constraints": {"type": "list", "elements": "str"},
    "read_only_root_filesystem": {"type": "bool"},
    "env_process": {"type": "str"},
    "smoke_test": {"type": "dict", "options": SMOKE_TEST},
    "rollback": {"type": "bool", "default": False},
    "extra_parameters": {"type": "dict", "default": {}},
    "allow_replace": {"type": "bool", "default": False},
    "workflow_artifact": {"type": "str"},
    "digest_variable": {"type": "str", "default": "E2E_ANSIBLE_DIGEST"},
    "when_unknown": {"type": "str", "choices": ["update", "keep", "fail"], "default": "update"},
    **wait_spec(600),
}


def wanted(params: t.Mapping[str, t.Any]) -> FunctionOptions:
    """The module's parameters as the options of a function."""
    if params["state"] == "absent":
        return FunctionOptions(name=params["name"], manifest_variable=params["digest_variable"])
    paths = {name: Path(params[name]) if params[name] else None for name in ("src", "snapshot", "snapshot_dest")}
    return FunctionOptions(
        name=params["name"],
        runtime=params["runtime"],
        hardware=params["hardware"],
        include=tuple(params["include"] or ()),
        code=params["code"],
        image=params["image"],
        requirements=params["requirements"],
        memory=params["memory"],
        timeout=params["timeout"],
        env=environment("env", params["env"]),
        secret_env=environment("secret_env", params["secret_env"]),
        secrets=None if params["secrets"] is None else tuple(params["secrets"]),
        extra_parameters=params["extra_parameters"],
        manifest_variable=params["digest_variable"],
        upload=params["upload"],
        check_entry_point=params["check_entry_point"],
        **paths,
    )


def run_on_account(module: CloudModule) -> None:
    """Bring one function of the account to the wanted state."""
    absent = module.params["state"] == "absent"
    options = with_snapshot(wanted(module.params))
    if not absent:
        module.warn(*check_options(options))
    resource = FunctionResource(FunctionsClient(module.transport), options)
    policy = module.policy(absent=absent, allow_replace=module.params["allow_replace"], when_unknown=module.params["when_unknown"])
    try:
        transact(module, resource, policy)
    finally:
        module.result |= {"snapshot": str(options.snapshot_dest) if resource.snapshot_taken else None, "upload": resource.upload}


def digest_now(module: CloudModule, image: str | None) -> str | None:
    """What the image's tag stands for; empty, with a warning, where its registry cannot be asked."""
    if not image:
        return None
    try:
        login = docker_login(image, os.environ, module.home)
        if login is not None:
            module.protect(login.password)
        # Turning the check of the gateway's certificate off says nothing about the registry's.
        return image_digest(image, login, verify=module.verify or True, timeout=module.params["gateway_timeout"], clock=module.clock)
    except E2EError as error:
        module.warn(f"pull: what {image} stands for now is not known. {error.message}")
        return ""


def run_on_gateway(module: CloudModule) -> None:
    """Bring one function of a gateway to the wanted state."""
    absent = module.params["state"] == "absent"
    options = gateway_options(module.params)
    if not absent and options.pull == "newer" and module.params["snapshot"] is None:
        options = dataclasses.replace(options, image_digest=digest_now(module, options.image))
    if not absent:
        module.warn(*check_gateway_options(options))
    policy = module.policy(absent=absent, when_unknown=module.params["when_unknown"])
    kept = Path(module.params["snapshot_dest"]) if module.params["snapshot_dest"] else None
    resource = GatewayFunctionResource(GatewayClient(module.gateway), options, snapshot_dest=kept)
    try:
        transact(module, resource, policy)
    finally:
        module.result["snapshot"] = str(kept) if resource.snapshot_taken else None


def transact(module: CloudModule, resource: Deployable[C], policy: Policy) -> None:
    """Deploy, try out, and go back if that fails."""
    smoke_test = smoke_test_of(module.params["smoke_test"])
    outcome = module.deploy(resource, policy, "function", smoke_test=smoke_test, rollback=module.params["rollback"])
    artifact = module.params["workflow_artifact"]
    if artifact and not module.check_mode:
        handed = {artifact: {module.params["name"]: {**(outcome.resource or {}), "changed": outcome.changed, "rolled_back": outcome.rolled_back}}}
        module.result["ansible_stats"] = {"data": handed, "aggregate": True, "per_host": False}


def run(module: CloudModule) -> None:
    """Bring one function to the wanted state."""
    refuse_foreign_options(module.params, SPEC, FUNCTION_OPTIONS)
    module.unprotect(*open_headers(module.params["smoke_test"]), besides="smoke_test")
    module.protect(*secret_headers(module.params["smoke_test"]))
    module.use_params(with_config_file(module.params, os.environ))
    module.result |= {"snapshot": None, "upload": None}
    if module.params["provider"] == "openfaas":
        run_on_gateway(module)
    else:
        run_on_account(module)


def main() -> None:
    """Entry point."""
    # A package.json is a mapping.
    run_module(SPEC, run, connection=either_spec, documents={"requirements": (dict,)}, mutually_exclusive=[("src", "code", "image", "snapshot")])


if __name__ == "__main__":
    main()
