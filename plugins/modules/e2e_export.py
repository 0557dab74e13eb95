#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_export
short_description: Write what an account or a gateway holds as a playbook
version_added: 1.0.0
description:
  - Reads everything of a MyAccount project, or of an OpenFaaS gateway, and writes a playbook with a task for each part. Run with C(--check),
    that playbook changes nothing, so it is the way to bring what was made by hand or with another tool under Ansible.
  - Nothing at the account or the gateway is changed. Only files below O(dest) are written, readable by the owner alone.
  - The folder gets C(playbook.yml), C(secrets.yml), the code of functions below C(functions/), and for an account C(inventory.e2e.yml).
  - Secrets are not in the playbook. C(secrets.yml) names the values to fill in; as long as they are not, the playbook keeps those that are
    there. An export never replaces a C(secrets.yml) that is there already.
  - The key of a value in C(secrets.yml) is made of what it belongs to, such as C(secret_db_pass). Where that would be the same for several,
    as for the secrets C(db-pass) and C(db.pass), each key begins with C(alike_) and ends in a digest; the task that uses it tells whose it is.
  - Code is written as it was deployed. Where it holds files with credentials, such as C(.env) that C(include) had brought in, so does
    the export; a warning names them, so that they do not get into a repository.
  - What the API does not return cannot be exported. A comment above a task says what is missing; for nodes these are the start script and
    the choices that count only when a node is made.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.gateway.provider
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Shows each file that is written, with what it replaces.
  idempotent:
    support: full
options:
  dest:
    description:
      - Folder to write the export into, on the machine that runs the module. It is made if it is missing.
    type: path
    required: true
  overwrite:
    description:
      - Whether files of an earlier export that have other content now are replaced, and files below C(functions/) that a function no longer has
        are removed. Without it, the module fails and names them.
    type: bool
    default: false
  digest_variable:
    description:
      - Environment variable in which M(e2enetworks.cloud.e2e_faas_function) keeps the digest of what it deployed, if that was changed there.
    type: str
    default: E2E_ANSIBLE_DIGEST
requirements:
  - PyYAML on the machine that runs the module
seealso:
  - module: e2enetworks.cloud.e2e_node
  - module: e2enetworks.cloud.e2e_faas_function
  - plugin: e2enetworks.cloud.e2e
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Write the project as a playbook
  e2enetworks.cloud.e2e_export:
    dest: "{{ playbook_dir }}/export"
  register: exported

- name: Tell what has to be filled in before the playbook can make it all anew
  ansible.builtin.debug:
    var: exported.to_fill

- name: Write the functions, secrets and namespaces of a gateway
  e2enetworks.cloud.e2e_export:
    provider: openfaas
    dest: "{{ playbook_dir }}/gateway-export"
"""

RETURN = r"""
path:
  description: The folder of the export.
  returned: success
  type: str
  sample: /path/to/export
playbook:
  description: Path of the playbook.
  returned: success
  type: str
  sample: /path/to/export/playbook.yml
tasks:
  description: The number of tasks by module.
  returned: success
  type: dict
  sample: {e2e_node: 2, e2e_ssh_key: 1}
to_fill:
  description: What C(secrets.yml) has to hold before the playbook can make everything anew, names of values by their key.
  returned: success
  type: dict
  sample: {function_hello: [API_KEY]}
files:
  description: All files of the export, relative to RV(path).
  returned: success
  type: list
  elements: str
  sample: [functions/hello/func.py, inventory.e2e.yml, playbook.yml, secrets.yml]
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["wrote playbook.yml"]
diff:
  description: The changes, as shown with C(--diff). An empty list when nothing changes.
  returned: always
  type: list
  elements: dict
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

import os
import typing as t
from collections import Counter
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.ignore_rules import holds_credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, either_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export import (
    INVENTORY,
    PLAYBOOK,
    VALUES,
    Task,
    inventory,
    playbook,
    values_file,
    values_to_fill,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export_folder import folder_change
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export_reading import account_tasks, gateway_tasks
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.provider import refuse_foreign_options

SPEC: ArgumentSpec = {
    "dest": {"type": "path", "required": True},
    "overwrite": {"type": "bool", "default": False},
    "digest_variable": {"type": "str", "default": "E2E_ANSIBLE_DIGEST"},
}

ONLY: dict[str, dict[str, str]] = {"myaccount": {"digest_variable": ""}, "openfaas": {"namespace": ""}}

NOTES = (
    "Written by e2e_export. As it is, it describes what there was: ansible-playbook playbook.yml --check --diff reports no change. "
    "Credentials come from the environment.",
    "What has to be secret is named in secrets.yml, and what the API does not return is not here.",
)
ACCOUNT_NOTE = (
    "Nodes: their start scripts, backups, and whether they were made with an IPv6 address or without a public one are not returned. Of a node "
    "that was made from a saved image, image is the system in it."
)


def exported(module: CloudModule) -> tuple[list[Task], dict[str, str]]:
    """The tasks, and the files that belong to the export besides the code of functions."""
    if module.params["provider"] == "openfaas":
        tasks = gateway_tasks(module.gateway)
        return tasks, {PLAYBOOK: playbook(tasks, {"gateway_url": module.gateway.access.url}, NOTES)}
    tasks = account_tasks(module.transport, module.params["digest_variable"])
    credentials = module.transport.credentials
    context = {"project_id": credentials.project_id, "location": credentials.location}
    return tasks, {PLAYBOOK: playbook(tasks, context, (*NOTES, ACCOUNT_NOTE)), INVENTORY: inventory(context)}


def credential_warnings(code: t.Mapping[str, bytes]) -> list[str]:
    """That what was deployed has brought credentials along. One line."""
    found = sorted(path for path, data in code.items() if holds_credentials(path.split("/", 2)[-1], data))
    if not found:
        return []
    more = f" and {len(found) - 8} more" if len(found) > 8 else ""
    return [f"Functions were deployed with files that hold credentials, and the export holds them as well: {', '.join(found[:8])}{more}."]


def run(module: CloudModule) -> None:
    """Read all of it, and write what differs."""
    refuse_foreign_options(module.params, SPEC, ONLY)
    tasks, texts = exported(module)
    to_fill = values_to_fill(tasks)
    texts[VALUES] = values_file(to_fill)
    code = {path: data for task in tasks for path, data in task.files.items()}
    files = code | {path: text.encode() for path, text in texts.items()}
    module.warn(*credential_warnings(code))
    folder = Path(os.path.abspath(module.params["dest"]))
    change = folder_change(folder, files, kept=(VALUES,))
    removed = [path for path in change.lost if path not in change.after]
    write, remove = ("write", "remove") if module.check_mode else ("wrote", "removed")
    result: dict[str, t.Any] = {
        "path": str(folder),
        "playbook": str(folder / PLAYBOOK),
        "tasks": dict(sorted(Counter(task.module for task in tasks).items())),
        "to_fill": to_fill,
        "files": sorted(files),
        "actions": [],
        "diff": module.redact.tree(change.diff),
    }
    module.result |= result
    change.check_consent(module.params["overwrite"])
    if not module.check_mode and (change.written or removed):
        change.write()
    module.result |= {
        "changed": bool(change.written or removed),
        "actions": [*(f"{write} {path}" for path in change.written), *(f"{remove} {path}" for path in removed)],
    }


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=either_spec)


if __name__ == "__main__":
    main()
