#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_logs
short_description: Read the log of a function of E2E Networks or of an OpenFaaS gateway
version_added: 0.1.0
description:
  - Returns the newest lines of a function's log. It never follows a log, so the task always ends.
  - Values of secret variables are masked, as far as they are known. These are the values of now, where the platform returns variables, and those
    in O(secret_values). Values from before a rotation, and secrets that a function reads from files, are known only if you give them.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.gateway.provider
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
options:
  name:
    description:
      - Name of the function, which has to exist.
    type: str
    required: true
  since:
    description:
      - How far to go back, as a span such as V(30m) or V(1h30m), or the moment to start from, such as V(2026-01-31T12:00:00Z).
      - With O(provider=myaccount) it is rounded up to whole minutes, because the API takes no others.
    type: str
    default: 5m
  tail:
    description:
      - How many lines to return at most, the newest ones. The lines are cut here, because faasd would give the oldest ones.
    type: int
    default: 100
  type:
    description:
      - Which log to read, passed on as it is. Only for O(provider=myaccount).
      - V(function) is the log of the running function, and the only word that the vendor documents. MyAccount shows a build log too, whose word
        may be V(build).
    type: str
    default: function
  instance:
    description:
      - Return only lines of this replica. Only for O(provider=openfaas).
    type: str
  secret_values:
    description:
      - Further values to mask in the log, such as a password from before a rotation. Values shorter than four characters are not masked.
    type: list
    elements: str
  digest_variable:
    description:
      - Name of the environment variable for digests, if you gave another one to M(e2enetworks.cloud.e2e_faas_function). It tells which variables
        are secret. Only for O(provider=myaccount).
    type: str
    default: E2E_ANSIBLE_DIGEST
notes:
  - With O(provider=myaccount) the vendor documents how the log is asked for, but not what the answer looks like. The module returns it as it came,
    in RV(data), and the lines that it recognises in it, in RV(lines). If it recognises none it says so in a warning.
seealso:
  - module: e2enetworks.cloud.e2e_faas_function_info
  - module: e2enetworks.cloud.e2e_faas_metrics_info
"""

EXAMPLES = r"""
- name: Read what a function of the account wrote in the last hour
  e2enetworks.cloud.e2e_faas_logs:
    name: hello
    since: 1h
    tail: 50
  register: log

- name: Show it
  ansible.builtin.debug:
    var: log.text

- name: Read it without a password that was replaced
  e2enetworks.cloud.e2e_faas_logs:
    name: hello
    secret_values:
      - "{{ database_password }}"

- name: Read the log of a function at a gateway
  e2enetworks.cloud.e2e_faas_logs:
    provider: openfaas
    name: figlet
"""

RETURN = r"""
lines:
  description: The lines, the oldest one first where all have a time.
  returned: success
  type: list
  elements: dict
  contains:
    timestamp:
      description: When it was written, as the platform writes it. V(null) where it does not say.
      type: str
    instance:
      description: Which replica wrote it. V(null) with O(provider=myaccount).
      type: str
    text:
      description: What was written.
      type: str
  sample:
    - timestamp: "2026-01-31T12:00:00Z"
      instance: "7041"
      text: Listening on port 8080
text:
  description: Only the texts, in the same order.
  returned: success
  type: list
  elements: str
  sample: [Listening on port 8080]
truncated:
  description: Whether there were more lines than O(tail).
  returned: success
  type: bool
data:
  description:
    - The log as the API returned it, with secret values masked and not cut to O(tail). V(null) with O(provider=openfaas).
  returned: success
  type: raw
  sample:
    logs:
      - timestamp: "2026-01-31T12:00:00Z"
        message: Listening on port 8080
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

import typing as t
from datetime import datetime, timezone

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.logs import since_moment
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.view import FunctionView
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.moments import read_moment
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, either_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_logs import FunctionLogsClient, log_lines, window_minutes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_view import secret_values
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.provider import refuse_foreign_options

SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "since": {"type": "str", "default": "5m"},
    "tail": {"type": "int", "default": 100},
    "type": {"type": "str", "default": "function"},
    "instance": {"type": "str"},
    "secret_values": {"type": "list", "elements": "str", "no_log": True},
    "digest_variable": {"type": "str", "default": "E2E_ANSIBLE_DIGEST"},
}

ONLY: dict[str, dict[str, str]] = {"myaccount": {"type": "", "digest_variable": ""}, "openfaas": {"instance": "", "namespace": ""}}


def keep(module: CloudModule, lines: t.Sequence[tuple[str | None, str | None, str]], data: t.Any = None) -> None:
    """Put the end of a log into the result, without secrets.

    :param lines: time, replica and text of each.
    """
    tail: int = module.params["tail"]
    texts = module.redact.lines([text for _time, _instance, text in lines])
    told = [{"timestamp": timestamp, "instance": instance, "text": text} for (timestamp, instance, _text), text in zip(lines, texts)]
    shown = told[-tail:]
    module.result |= {"lines": shown, "text": [line["text"] for line in shown], "truncated": len(lines) > tail, "data": module.redact.tree(data)}


def run_on_account(module: CloudModule, since: str, now: datetime) -> None:
    """Return the end of the log of a function of the account."""
    params = module.params
    name: str = params["name"]
    functions = FunctionsClient(module.transport)
    function = functions.get(name)
    if function is None:
        raise InputError(f"There is no function {name}.")
    # A function can print its secrets.
    module.redact.add(*secret_values(function, params["digest_variable"]))
    minutes = window_minutes(read_moment(since), now)
    data = FunctionLogsClient(module.transport).read(functions.identified(function), name, kind=params["type"], minutes=minutes)
    lines = log_lines(data)
    if lines is None:
        module.warn("The API returned a log in a form in which the module recognises no lines. It is in data as it came.")
    keep(module, [(line.timestamp, None, line.text) for line in lines or ()], data)


def run_on_gateway(module: CloudModule, since: str) -> None:
    """Return the end of the log of a function of a gateway."""
    params = module.params
    client = GatewayClient(module.gateway)
    # The log of a function that does not exist is empty, so whether it exists is asked first.
    function = client.function(params["name"])
    if function is None:
        raise InputError(f"There is no function {params['name']}{f' in the namespace {client.namespace}' if client.namespace else ''}.")
    view = FunctionView(function, lambda: client.dialect)
    if view.manifest is not None:
        # A function can print its secrets, and only the manifest says which variables are secret.
        module.redact.add(*view.secret_values)
    keep(module, [(line.timestamp, line.instance, line.text) for line in client.logs(params["name"], since, params["instance"] or "")])


def run(module: CloudModule) -> None:
    """Return the end of a log."""
    params = module.params
    refuse_foreign_options(params, SPEC, ONLY)
    if params["tail"] < 1:
        raise InputError(f"tail cannot be {params['tail']}; it is at least 1.")
    now = datetime.now(timezone.utc).replace(microsecond=0)
    since = since_moment(params["since"], now)
    module.redact.add(*(params["secret_values"] or ()))
    if params["provider"] == "openfaas":
        run_on_gateway(module, since)
    else:
        run_on_account(module, since, now)


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=either_spec)


if __name__ == "__main__":
    main()
