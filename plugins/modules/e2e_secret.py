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
      - One of O(name) and O(secrets) is needed.
    type: str
  secrets:
    description:
      - Several secrets at once, in the place of O(name), O(value) and O(value_file). The other options hold for all of them.
      - One call tells which of them there are, and they are sent several at a time. One that fails does not keep the others from it. The task
        fails at the end, and names each that is not as it is wanted.
    type: list
    version_added: 1.0.0
    elements: dict
    suboptions:
      name:
        description:
          - As O(name).
        type: str
        required: true
      value:
        description:
          - As O(value).
        type: str
      value_file:
        description:
          - As O(value_file).
        type: path
  state:
    description:
      - With V(present) there is a secret of each name. With V(absent) there is none.
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
      - Where it cannot be written after the gateway has been sent something, the task fails with the code C(digest_not_kept) and reports the change.
    type: path
  force:
    description:
      - With O(state=absent), whether to remove a secret that a function still mounts. Such a function runs on with the old value and
        cannot be started again.
      - Without it the task fails, with the error code V(in_use). Check mode only warns, because an earlier task may remove the function.
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

- name: Make all secrets of an application that are missing, with one task
  e2enetworks.cloud.e2e_secret:
    secrets:
      - name: database-password
        value: "{{ database_password }}"
      - name: service-account
        value_file: files/service-account.json
    update: on_create

- name: Remove a secret that no function uses
  e2enetworks.cloud.e2e_secret:
    name: database-password
    state: absent
"""

RETURN = r"""
secret:
  description: The secret after the task, or in check mode as it would be. Never its value.
  returned: with O(name)
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
secrets:
  description: With O(secrets), what became of each, in their order.
  returned: with O(secrets)
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
      description: Whether it is not as it is wanted.
      type: bool
    begun:
      description: Always V(true), because one that fails keeps no other from being begun.
      type: bool
    msg:
      description: Why it failed. V(null) if it did not.
      type: str
    error:
      description: The machine-readable part of that, as RV(error).
      type: dict
    actions:
      description: What was done about it, as RV(actions).
      type: list
      elements: str
    diff:
      description: Its changes, as RV(diff). Never its value.
      type: list
      elements: dict
    warnings:
      description: What the user should know about it.
      type: list
      elements: str
    secret:
      description: The secret, as RV(secret). V(null) if it could not be read.
      type: dict
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
import collections
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import MEBIBYTE, read_bytes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import MASK
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, gateway_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_secret import SecretOptions, SecretSet, check_secret_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import given_name

VALUE: ArgumentSpec = {"value": {"type": "str", "no_log": True}, "value_file": {"type": "path", "no_log": True}}

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    **VALUE,
    "secrets": {
        "type": "list",
        "elements": "dict",
        "no_log": False,
        "options": {"name": {"type": "str", "required": True}, **VALUE},
        "mutually_exclusive": [("value", "value_file")],
    },
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "allow_empty": {"type": "bool", "default": False},
    "update": {"type": "str", "choices": ["always", "on_create", "on_change"], "default": "always"},
    "digest_file": {"type": "path"},
    "force": {"type": "bool", "default": False},
}

# Kubernetes takes 1 MB, faasd does not say.
LARGEST_VALUE = 16 * MEBIBYTE

# A gateway shows a write in its list at once or soon after.
LONGEST_WAIT = 30.0


def value_of(entry: t.Mapping[str, t.Any], place: str) -> bytes | None:
    """The value as bytes, ``None`` when none is given.

    :param place: where its options are, to begin a message.
    """
    if entry["value_file"] is not None:
        try:
            return read_bytes(entry["value_file"], LARGEST_VALUE)
        except OSError as error:
            raise InputError(f"{place}value_file: the file cannot be read: {error.strerror}.") from None
    return None if entry["value"] is None else t.cast("str", entry["value"]).encode()


def check_value(entry: t.Mapping[str, t.Any], value: bytes, place: str, *, allow_empty: bool) -> None:
    """Refuse a value with nothing in it, which would take the place of a good one without a word.

    :raises InputError: it is one, and that is not asked for.
    """
    if not value.strip() and not allow_empty:
        option = "value" if entry["value_file"] is None else "value_file"
        raise InputError(
            f"{place}{option}: the value of the secret {entry['name']} is empty. Perhaps the variable or file that it comes from is. "
            "Set allow_empty: true if it has to be."
        )


def protect(module: CloudModule, given: str | None, value: bytes) -> None:
    """Keep a value out of every output, in each form in which it travels. White space alone is no secret, and would take the words apart."""
    if not value.strip():
        module.ansible.no_log_values.discard(given)
        return
    forms = [base64.b64encode(value).decode()]
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        forms += [text, text.strip()]
    module.protect(*forms)


def wanted(module: CloudModule, entry: t.Mapping[str, t.Any], place: str) -> SecretOptions:
    """One secret as the engine takes it.

    :param place: where its options are, to begin a message; empty for those of the task.
    :raises InputError: its name or its value is not what it has to be.
    """
    params, name = module.params, given_name(entry["name"], f"{place}name")
    if params["state"] == "absent":
        return SecretOptions(name, force=params["force"])
    value = value_of(entry, place)
    if value is None:
        raise InputError(f"Give the value of the secret {name}: {place}value or {place}value_file.")
    protect(module, entry["value"], value)
    check_value(entry, value, place, allow_empty=params["allow_empty"])
    module.warn(*check_secret_name(name, f"{place}name"))
    return SecretOptions(name, value, params["update"])


def hide(module: CloudModule) -> None:
    """Keep what Ansible returns of the options from showing values that are too short to be looked for in all texts."""
    shown = [{key: MASK if key in VALUE and value is not None else value for key, value in entry.items()} for entry in module.params["secrets"]]
    module.ansible.params = {**module.ansible.params, "secrets": shown}


def run(module: CloudModule) -> None:
    """Bring one secret to the wanted state, or several."""
    params = module.params
    several = params["secrets"] is not None
    if several:
        hide(module)
    entries = [(f"secrets[{number}].", entry) for number, entry in enumerate(params["secrets"])] if several else [("", params)]
    options = [wanted(module, entry, place) for place, entry in entries]
    twice = sorted(name for name, count in collections.Counter(one.name for one in options).items() if count > 1)
    if twice:
        raise InputError(f"secrets: {', '.join(twice)} is there more than once.")
    digest_file = Path(params["digest_file"]) if params["digest_file"] else None
    secrets = SecretSet(GatewayClient(module.gateway), options, digest_file)
    policy = Policy(absent=params["state"] == "absent", check_mode=module.check_mode, wait_timeout=LONGEST_WAIT)
    if several:
        module.converge_all(secrets.run(policy), "secret")
    else:
        module.converge(secrets.resources[0], policy, "secret")


def main() -> None:
    """Entry point."""
    run_module(
        SPEC,
        run,
        connection=gateway_spec,
        documents={"value": (dict, list), "secrets[].value": (dict, list)},
        mutually_exclusive=[("value", "value_file"), *(("secrets", option) for option in ("name", *VALUE))],
        required_one_of=[("name", "secrets")],
    )


if __name__ == "__main__":
    main()
