# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t

import yaml

# What is said of each function alone, and never of all of them.
_OF_ONE = ("name", "config_file", "chdir", "src", "code", "image", "snapshot", "snapshot_dest", "requirements")
# Options that are about the task in a module for one function, and that a module for several has for each of them too.
_OF_THE_TASK = """
options:
  namespace:
    description: Namespace at the gateway, for O(provider=openfaas). Without it, the O(namespace) of the task is taken.
    type: str
  wait:
    description: Whether to wait until the change has taken effect. Without it, the O(wait) of the task is taken.
    type: bool
  wait_timeout:
    description: Seconds to wait before this function counts as failed. Without it, the O(wait_timeout) of the task is taken.
    type: int
"""
# Options of the task, which a function names as they are.
_TASK_ONLY = ("provider", "namespace", "wait", "wait_timeout")


def _in_list(text: str) -> str:
    """A text in which the options and results of one function are those of one of several."""
    text = re.sub(r"RV\((?!ignore:)(\w)", r"RV(functions[].\1", text)
    return re.sub(rf"\bO\((?!(?:{'|'.join(_TASK_ONLY)})\b)([^)#]+)\)", r"O(functions[].\1)", text)


def _lines(option: t.Mapping[str, t.Any]) -> list[str]:
    description = option["description"]
    return [_in_list(line) for line in ([description] if isinstance(description, str) else description)]


def _described(name: str, option: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """An option as a suboption. It has no default of its own, because another place can give its value."""
    lines = _lines(option)
    if "default" in option and name not in _OF_ONE:
        default = option["default"]
        shown = "an empty dictionary" if default == {} else f"V({str(default).lower() if isinstance(default, bool) else default})"
        lines.append(f"Without it and without O(defaults.{name}), it is {shown}.")
    suboptions = {key: {**entry, "description": _lines(entry)} for key, entry in option.get("suboptions", {}).items()}
    shape = {key: value for key, value in option.items() if key not in ("default", "description", "suboptions")}
    return {"description": lines, **shape, **({"suboptions": suboptions} if suboptions else {})}


def _referred(name: str, option: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """An option that is described elsewhere."""
    suboptions = {key: {**entry, "description": f"As O(functions[].{name}.{key})."} for key, entry in option.get("suboptions", {}).items()}
    shape = {key: value for key, value in option.items() if key not in ("default", "description", "suboptions")}
    return {"description": f"As O(functions[].{name}).", **shape, **({"suboptions": suboptions} if suboptions else {})}


def _of_stack(function: str) -> str:
    options: dict[str, t.Any] = yaml.safe_load(function)["options"]
    task: dict[str, t.Any] = yaml.safe_load(_OF_THE_TASK)["options"]
    functions = {**{name: _described(name, option) for name, option in options.items()}, **task}
    defaults = {name: _referred(name, option) for name, option in {**options, **task}.items() if name not in (*_OF_ONE, "wait", "wait_timeout", "namespace")}
    described = {
        "functions": {
            "description": [
                "The functions, each with the options of M(e2enetworks.cloud.e2e_faas_function).",
                "An empty list is a stack without functions, of which O(prune) removes all that it has made.",
            ],
            "type": "list",
            "elements": "dict",
            "suboptions": functions,
        },
        "defaults": {
            "description": ["Options for every function that does not have them itself. They win over what a file says of it."],
            "type": "dict",
            "suboptions": defaults,
        },
    }
    return str(yaml.safe_dump({"options": described}, sort_keys=False, width=1000))


class ModuleDocFragment:
    # What a function has at either provider.
    DOCUMENTATION = r"""
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
        Reading such a file needs the Python library pathspec 0.12 or newer.
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
        that is rolled back, or brought back by O(snapshot), is named by its digest, because the tag stands for the new one.
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
      - Before anything is changed, or with O(state=absent) removed, write the version that runs now to this file, so that O(snapshot) can bring
        it back. Check mode writes no file.
      - The file can be read by its owner alone and holds the values of all variables. Remove it when it is no longer needed.
      - Nothing is written if nothing changes, if the function does not exist, or if the API does not return its code. A gateway on
        Kubernetes does not return variables, so there nothing is written if the update changes them, or if a function that has some is removed.
        A warning says so.
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
      - A new image under the same tag can be rolled back when the version before was deployed with O(pull=newer). Otherwise what the tag stood
        for is not known, and a warning says so, in check mode too. A function that the update has destroyed is made again with what the tag
        stands for now.
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
"""

    # The same for several functions, made of the same words. Tools that read literals take no note of what has an annotation.
    STACK: str = _of_stack(DOCUMENTATION)
