#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_secret
short_description: Make, replace and remove secrets of an OpenFaaS gateway
version_added: 0.1.0
description:
  - Makes a secret that functions of an OpenFaaS gateway can mount as a file.
  - A gateway never gives a value back, so a changed value cannot be seen there. The option O(update) says what to do about that.
  - The value appears in no result, no diff and no error.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.gateway.alone
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Says that a value is new, and never shows it.
  idempotent:
    support: partial
    details:
      - Fully with O(update=on_create), and with O(update=on_change) together with O(digest_file). With O(update=always) a value that is
        given is sent each time.
options:
  name:
    description:
      - Name of the secret, and of the file below C(/var/openfaas/secrets) in a function that mounts it.
    type: str
    required: true
  state:
    description:
      - With V(present) there is a secret of this name. With V(absent) there is none.
    type: str
    choices: [present, absent]
    default: present
  value:
    description:
      - The value as text. An empty one is refused, see O(allow_empty).
      - A dictionary or a list is sent as JSON, because ansible-core 2.18 makes one of the content of a JSON file. A boolean is V(true) or
        V(false), as in the variables of a function. To send a file byte for byte, use O(value_file).
    type: str
  value_file:
    description:
      - A file that holds the value, on the machine that runs the module. Every byte counts, a line end at the end too.
      - Neither the content nor the path appears in any output.
    type: path
  allow_empty:
    description:
      - Whether the value may be empty or only white space. Without it such a value is refused, because it is usually the work of a variable
        or a file that was not filled.
    type: bool
    default: false
  update:
    description:
      - What to do with a secret that exists. V(always) sends the value each time and reports a change. V(on_create) leaves it as it is.
      - V(on_change) sends the value when it differs from the one that was sent last. A gateway has no place to remember that, so give
        O(digest_file). Without a digest the value is sent and reported as a change, and a warning says so.
      - On faasd a running function sees the new value at once, on Kubernetes after a while.
    type: str
    choices: [always, on_create, on_change]
    default: always
  digest_file:
    description:
      - A file on the machine that runs the module, in which salted digests of the values that were sent are kept. One file serves all
        secrets of all gateways.
      - It is made when it is missing, and only its owner can read it. What somebody else sends to the gateway it cannot know.
    type: path
  force:
    description:
      - With O(state=absent), whether to remove a secret that a function still mounts. Such a function runs on with the old value and
        cannot be started again.
    type: bool
    default: false
seealso:
  - module: e2enetworks.cloud.e2e_secret_info
  - module: e2enetworks.cloud.e2e_faas_function
"""

EXAMPLES = r"""
- name: Make a secret once, and leave it alone afterwards
  e2enetworks.cloud.e2e_secret:
    name: database-password
    value: "{{ database_password }}"
    update: on_create

- name: Send a file when it has changed since it was sent last
  e2enetworks.cloud.e2e_secret:
    name: service-account
    value_file: files/service-account.json
    update: on_change
    digest_file: "{{ playbook_dir }}/.secret-digests.json"

- name: Remove a secret that no function uses
  e2enetworks.cloud.e2e_secret:
    name: database-password
    state: absent
"""

RETURN = r"""
secret:
  description: The secret after the task, or in check mode as it would be. Never its value.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    namespace:
      description: Its namespace.
      type: str
    state:
      description: V(present) or V(absent).
      type: str
  sample:
    name: database-password
    namespace: openfaas-fn
    state: present
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["created secret database-password"]
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

import base64
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import MEBIBYTE, read_bytes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, gateway_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_secret import SecretOptions, SecretResource, check_secret_name

SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "value": {"type": "str", "no_log": True},
    "value_file": {"type": "path", "no_log": True},
    "allow_empty": {"type": "bool", "default": False},
    "update": {"type": "str", "choices": ["always", "on_create", "on_change"], "default": "always"},
    "digest_file": {"type": "path"},
    "force": {"type": "bool", "default": False},
}

# Kubernetes takes 1 MB, faasd does not say.
LARGEST_VALUE = 16 * MEBIBYTE

# A gateway shows a write in its list at once or soon after.
LONGEST_WAIT = 30.0


def value_of(params: t.Mapping[str, t.Any]) -> bytes | None:
    """The value as bytes, ``None`` when none is given."""
    if params["value_file"] is not None:
        try:
            return read_bytes(params["value_file"], LARGEST_VALUE)
        except OSError as error:
            raise InputError(f"value_file: the file cannot be read: {error.strerror}.") from None
    return None if params["value"] is None else params["value"].encode()


def check_value(params: t.Mapping[str, t.Any], value: bytes) -> None:
    """Refuse a value with nothing in it, which would take the place of a good one without a word.

    :raises InputError: it is one, and that is not asked for.
    """
    if not value.strip() and not params["allow_empty"]:
        option = "value" if params["value_file"] is None else "value_file"
        raise InputError(
            f"{option}: the value of the secret {params['name']} is empty. Perhaps the variable or file that it comes from is. "
            "Set allow_empty: true if it has to be."
        )


def protect(module: CloudModule, value: bytes) -> None:
    """Keep a value out of every output, in each form in which it travels. White space alone is no secret, and would take the words apart."""
    if not value.strip():
        module.ansible.no_log_values.discard(module.params["value"])
        return
    forms = [base64.b64encode(value).decode()]
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        forms += [text, text.strip()]
    module.protect(*forms)


def run(module: CloudModule) -> None:
    """Bring one secret to the wanted state."""
    params = module.params
    absent = params["state"] == "absent"
    value = None if absent else value_of(params)
    if value is not None:
        protect(module, value)
        check_value(params, value)
    if not absent:
        module.warn(*check_secret_name(params["name"]))
        if value is None:
            raise InputError(f"Give the value of the secret {params['name']}: value or value_file.")
    digest_file = Path(params["digest_file"]) if params["digest_file"] else None
    resource = SecretResource(GatewayClient(module.gateway), SecretOptions(params["name"], value, params["update"], digest_file))
    if absent and not params["force"]:
        resource.check_unused()
    module.converge(resource, Policy(absent=absent, check_mode=module.check_mode, wait_timeout=LONGEST_WAIT), "secret")


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=gateway_spec, documents={"value": (dict, list)}, mutually_exclusive=[("value", "value_file")])


if __name__ == "__main__":
    main()
