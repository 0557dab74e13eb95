#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_image
short_description: Build the image of a function for an OpenFaaS gateway
version_added: 1.0.0
description:
  - Builds an image from a directory of source code with a tool that you have, and pushes it to its registry.
  - The tag gets a fingerprint of the source, so V(shop/hello:v2) becomes V(shop/hello:v2-3f1c09a7d2be). A changed source is a new image, and an
    image that is there already is not built again.
  - The fingerprint counts the names and contents of the files in O(src), O(template) and O(copy_extra), and O(runtime), O(build_args),
    O(build_options) and, for C(faas-cli), O(template_source), never time stamps, file modes or places. A C(.faasignore) file names what to leave
    out, as for M(e2enetworks.cloud.e2e_faas_function).
  - Files that hold credentials, such as C(.env), C(.npmrc) and private keys, are left out of what is put into a template, with a warning that
    names them. Where the C(Dockerfile) of O(src) is built, the folder is used as it is, and the warning says what is in it.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.gateway.unused
attributes:
  check_mode:
    support: full
    details:
      - Asks C(docker), C(podman) or C(buildah) whether it has the image, and runs nothing else.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - C(faas-cli) cannot tell what it has built. It builds at each run, unless O(deployed_image) is the wanted image.
      - With O(force) the image is built at each run.
options:
  src:
    description:
      - Directory with the source, on the machine that runs the module.
    type: path
    required: true
  image:
    description:
      - Name of the image, with its registry and perhaps with a tag. The fingerprint is added to it.
      - A digest cannot be given, because it is known only after the build.
    type: str
    required: true
  builder:
    description:
      - Tool that builds. It has to be on the E(PATH) of the machine that runs the module, and logged in to the registry.
      - V(faas-cli) runs C(faas-cli publish), or C(faas-cli build) when O(push=false). It needs O(runtime), and C(docker).
      - The others build the C(Dockerfile) in O(src), or O(template).
    type: str
    required: true
    choices: [faas-cli, docker, podman, buildah]
  runtime:
    description:
      - Name of an OpenFaaS template, such as V(python3-http), for O(builder=faas-cli).
      - It counts in the fingerprint whatever the builder is.
    type: str
  template:
    description:
      - Folder of an OpenFaaS template to build with, for all tools but C(faas-cli), such as V(template/python3-http) after
        C(faas-cli template store pull python3-http). It has a C(Dockerfile).
      - The source is put into the folder C(function) of a copy of it, or into the one that C(handler_folder) in its C(template.yml) names.
        What the fingerprint does not count stays out.
      - With O(builder=faas-cli), which finds its templates by itself, the folder only counts in the fingerprint.
    type: path
  build_args:
    description:
      - Arguments of the build, by name.
      - They are not for secrets. Their values appear in no output of this module, but C(docker history) shows them to everybody who has the
        image, and the list of processes while it is built. A C(RUN --mount=type=secret) in a C(Dockerfile) is for secrets.
    type: dict
  build_options:
    description:
      - Options that the template offers to O(builder=faas-cli), such as V(dev).
    type: list
    elements: str
  build_secrets:
    description:
      - Files with secrets for the build, by the name that a C(RUN --mount=type=secret,id=NAME) in the C(Dockerfile) has for them, as
        C(build_secrets) in a C(stack.yml). They do not come into the image, and the fingerprint does not count them.
      - A relative path counts from O(chdir).
    type: dict
  include:
    description:
      - Shell patterns of the names, or with a slash of the paths below O(src), of files and directories that the image gets, and the fingerprint
        counts, although they are left out by default, such as V(.npmrc).
    type: list
    elements: str
  copy_extra:
    description:
      - Files and folders below O(chdir) that are copied beside the source, under their paths, as C(configuration.copy) in a C(stack.yml).
    type: list
    elements: str
  template_source:
    description:
      - The Git repository from which O(builder=faas-cli) gets the template O(runtime) when O(chdir) has none, as C(configuration.templates) in a
        C(stack.yml), such as V(https://github.com/openfaas/python-flask-template#1.0). Without it, C(faas-cli) asks its store.
    type: str
  push:
    description:
      - Whether to push the image to its registry, which a gateway needs to pull it.
      - Only a push can tell whether the registry has an image. So one that the builder has already is pushed again, which sends nothing that
        the registry has and does not count as a change. With O(deployed_image) that is not needed.
    type: bool
    default: true
  chdir:
    description:
      - Directory in which the builder runs. For C(faas-cli) it is the one with the folder C(template). If that has not the wanted template,
        C(faas-cli) fetches it, see O(template_source).
      - Without it, the working directory of the module.
    type: path
  deployed_image:
    description:
      - The image that the function runs now, as M(e2enetworks.cloud.e2e_faas_function_info) returns it. When it is the wanted one, nothing is
        built or pushed.
    type: str
  force:
    description:
      - Whether to build and push although the image is there, for example because its base image has been updated.
      - Its name stays the same, so a gateway does not notice.
    type: bool
    default: false
requirements:
  - the tool that O(builder) names
  - PyYAML, when O(template) has a C(template.yml)
  - pathspec 0.12 or newer, when there is a C(.faasignore)
notes:
  - A build takes as long as it takes. The module has no time limit for it; the keyword C(timeout) of a task sets one.
  - C(faas-cli) leaves a folder C(build) in O(chdir).
seealso:
  - module: e2enetworks.cloud.e2e_faas_function
  - plugin: e2enetworks.cloud.faas_source_digest
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Look what is deployed
  e2enetworks.cloud.e2e_faas_function_info:
    provider: openfaas
    name: figlet
  register: deployed

- name: Build and push an image, if the source is not the deployed one
  e2enetworks.cloud.e2e_faas_image:
    src: images/figlet
    image: ghcr.io/shop/figlet
    builder: docker
    deployed_image: "{{ (deployed.functions | first | default({})).gateway.image | default('') }}"
  register: figlet

- name: Deploy it
  e2enetworks.cloud.e2e_faas_function:
    provider: openfaas
    name: figlet
    image: "{{ figlet.image }}"

- name: Put the source into a template
  e2enetworks.cloud.e2e_faas_image:
    src: functions/hello
    template: template/python3-http
    image: ghcr.io/shop/hello:v2
    builder: podman
    build_args:
      PYTHON_VERSION: "3.12"

- name: Let faas-cli build with its template, in the folder that has it
  e2enetworks.cloud.e2e_faas_image:
    src: functions/hello
    runtime: python3-http
    image: ghcr.io/shop/hello:v2
    builder: faas-cli
    chdir: .

- name: Build for this machine only
  e2enetworks.cloud.e2e_faas_image:
    src: images/figlet
    image: localhost/figlet
    builder: buildah
    push: false
"""

RETURN = r"""
image:
  description: Full name of the image, with the fingerprint in its tag.
  returned: always
  type: str
  sample: ghcr.io/shop/hello:v2-3f1c09a7d2be
fingerprint:
  description: The fingerprint, 64 hexadecimal digits. The tag has the first 12 of them.
  returned: always
  type: str
built:
  description: Whether the image was built, or in check mode would be. RV(ignore:changed) is the same.
  returned: always
  type: bool
pushed:
  description: Whether the image was pushed, or in check mode would be, also where the registry may have had it.
  returned: always
  type: bool
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["built ghcr.io/shop/hello:v2-3f1c09a7d2be", "pushed ghcr.io/shop/hello:v2-3f1c09a7d2be"]
diff:
  description: The deployed image and the built one, as shown with C(--diff). An empty list when nothing changes.
  returned: always
  type: list
  elements: dict
log:
  description: The last lines that the builder wrote, at most 10, with the values of O(build_args) masked.
  returned: always
  type: list
  elements: str
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, gateway_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.image_build import BUILDERS, ImageBuild, image_options, plan_build

SPEC: ArgumentSpec = {
    "src": {"type": "path", "required": True},
    "image": {"type": "str", "required": True},
    "builder": {"type": "str", "required": True, "choices": list(BUILDERS)},
    "runtime": {"type": "str"},
    "template": {"type": "path"},
    "build_args": {"type": "dict", "no_log": True},
    "build_options": {"type": "list", "elements": "str"},
    "build_secrets": {"type": "dict", "no_log": False},
    "include": {"type": "list", "elements": "str"},
    "copy_extra": {"type": "list", "elements": "str"},
    "template_source": {"type": "str"},
    "push": {"type": "bool", "default": True},
    "chdir": {"type": "path"},
    "deployed_image": {"type": "str"},
    "force": {"type": "bool", "default": False},
}


def run(module: CloudModule) -> None:
    """Build the image, unless it is there."""
    options = image_options(module.params, module.withhold("build_args"))
    plan = plan_build(options, module)
    module.warn(*plan.warnings)
    build = ImageBuild(plan, module)
    try:
        if not module.check_mode:
            build.run(Path(module.ansible.tmpdir))
    finally:
        module.result |= build.result(check_mode=module.check_mode)


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=gateway_spec)


if __name__ == "__main__":
    main()
