#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_function_info
short_description: Read functions of E2E Networks or of an OpenFaaS gateway
version_added: 0.1.0
description:
  - Returns one, several or all functions of a project, or with O(provider=openfaas) of a gateway's namespace, with what the API tells about them.
  - Values of environment variables are never returned, only their names.
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
  names:
    description:
      - Names of the functions to return. Each is read in detail. A function that does not exist is named in RV(missing).
      - Without it, all functions are listed with one call.
    type: list
    elements: str
    aliases: [name]
  statuses:
    description:
      - Return only functions with one of these statuses, upper or lower case.
    type: list
    elements: str
  runtimes:
    description:
      - Return only functions with one of these runtime identifiers. Only for O(provider=myaccount).
    type: list
    elements: str
  details:
    description:
      - When all functions are listed, read each one in detail too, several at a time. The list alone may hold only name, runtime,
        status and URL. The list of an OpenFaaS gateway may lack limits and how many replicas are ready.
    type: bool
    default: false
  log_lines:
    description:
      - How many of the newest log lines of each function to return.
      - They are those of the last hour, for a function that has failed also those of its build.
      - If the API gives none, or in a form that is not recognised, RV(functions[].log) is empty.
      - M(e2enetworks.cloud.e2e_faas_logs) can go back further, and fails when it gets no log.
      - Where a function prints its secret variables, their current values are masked. Earlier values are not known to the module,
        M(e2enetworks.cloud.e2e_faas_logs) can be told them.
    type: int
    default: 0
  digest_variable:
    description:
      - Name of the environment variable for digests, if you gave another one to M(e2enetworks.cloud.e2e_faas_function).
    type: str
    default: E2E_ANSIBLE_DIGEST
seealso:
  - module: e2enetworks.cloud.e2e_faas_function
"""

EXAMPLES = r"""
- name: Read one function
  e2enetworks.cloud.e2e_faas_function_info:
    name: hello
  register: hello

- name: Stop the play when it is not there
  ansible.builtin.assert:
    that: hello.missing == []

- name: List what has failed, with the end of the logs
  e2enetworks.cloud.e2e_faas_function_info:
    statuses: [failed]
    log_lines: 20
  register: failed

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ failed.functions | map(attribute='name') }}"

- name: List all functions in detail
  e2enetworks.cloud.e2e_faas_function_info:
    details: true

- name: List the functions of an OpenFaaS gateway
  e2enetworks.cloud.e2e_faas_function_info:
    provider: openfaas
"""

RETURN = r"""
functions:
  description: The functions that match, sorted by name. V(null) stands for what the API did not return.
  returned: success
  type: list
  elements: dict
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
      description: Its status in lower case.
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
      description: Names of its plain environment variables.
      type: list
      elements: str
    secret_env_names:
      description: Names of the environment variables that came from secret options of M(e2enetworks.cloud.e2e_faas_function).
      type: list
      elements: str
    secrets:
      description: Names of the secrets it uses.
      type: list
      elements: str
    digest:
      description: Digest over its code and dependency text. V(null) on an OpenFaaS gateway.
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
    log:
      description: The newest lines of its log, if O(log_lines) asks for them.
      type: list
      elements: str
  sample:
    - name: hello
      id: 1001
      runtime: python-3.11-http
      hardware: cpu
      status: running
      reason: null
      url: https://hello-e2e-faas-1234-dl.serverless.e2enetworks.net/
      memory: 512
      timeout: 15
      env_names: [GREETING]
      secret_env_names: []
      secrets: []
      digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
      gateway: null
      log: []
missing:
  description: Those of O(names) that do not exist.
  returned: success
  type: list
  elements: str
  sample: []
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

import typing as t
from datetime import datetime, timezone

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient, GatewayFunction
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.logs import since_moment
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.view import FunctionView, gateway_function_result
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, either_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function, FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_view import function_result, secret_values
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.provider import refuse_foreign_options

SPEC: ArgumentSpec = {
    "names": {"type": "list", "elements": "str", "aliases": ["name"]},
    "statuses": {"type": "list", "elements": "str"},
    "runtimes": {"type": "list", "elements": "str"},
    "details": {"type": "bool", "default": False},
    "log_lines": {"type": "int", "default": 0},
    "digest_variable": {"type": "str", "default": "E2E_ANSIBLE_DIGEST"},
}

ONLY: dict[str, dict[str, str]] = {"myaccount": {"runtimes": "", "digest_variable": ""}, "openfaas": {"namespace": ""}}

# How far back a gateway is asked for log lines.
LOG_SPAN = "1h"

Filter = t.Callable[[Function], bool]


def filter_of(params: t.Mapping[str, t.Any]) -> Filter:
    """Whether a function has one of the wanted statuses and runtimes."""
    statuses = None if params["statuses"] is None else {status.strip().lower() for status in params["statuses"]}
    runtimes = params["runtimes"]
    return lambda function: (statuses is None or function.status in statuses) and (runtimes is None or function.runtime in runtimes)


def read(client: FunctionsClient, names: t.Sequence[str] | None, details: bool, matches: Filter) -> list[Function]:
    """The functions with these names, or all that match; reads of single functions run side by side."""
    if names is not None and len(set(names)) < 2:
        return [function for name in set(names) if (function := client.get(name)) is not None]
    listed = [function for function in client.functions() if names is None or function.name in names]
    if names is None:
        # The list holds status and runtime (reference B.5), so what they exclude is not read in detail.
        listed = [function for function in listed if matches(function)]
        if not details:
            return listed
    return [function for function in in_parallel(client.transport, client.detailed, listed) if function is not None]


def run_on_account(module: CloudModule) -> None:
    """Read, filter and return functions of the account."""
    params = module.params
    client = FunctionsClient(module.transport)
    matches = filter_of(params)
    existing = read(client, params["names"], params["details"], matches)
    functions = [function for function in existing if matches(function)]
    lines: int = params["log_lines"]
    logs = in_parallel(module.transport, lambda function: client.log_tail(function, lines) if lines else [], functions)
    # A function can print its secrets.
    module.redact.add(*(value for function in functions for value in secret_values(function, params["digest_variable"])))
    module.result["functions"] = [
        {**function_result(function.name, function, params["digest_variable"]), "log": module.redact.lines(log)}
        for function, log in zip(functions, logs)
    ]
    module.result["missing"] = sorted(set(params["names"] or ()) - {function.name for function in existing})


def run_on_gateway(module: CloudModule) -> None:
    """Read, filter and return functions of a gateway."""
    params = module.params
    client = GatewayClient(module.gateway)
    names: list[str] | None = params["names"]
    statuses = None if params["statuses"] is None else {status.strip().lower() for status in params["statuses"]}
    lines: int = params["log_lines"]
    since = since_moment(LOG_SPAN, datetime.now(timezone.utc))

    def log_of(function: GatewayFunction) -> list[str]:
        return [line.text for line in client.logs(function.name, since)][-lines:] if lines else []

    listed = client.functions() if names is None else []
    wanted = sorted(set(names)) if names is not None else [function.name for function in listed]
    existing = [found for found in in_parallel(module.gateway, client.function, wanted) if found] if names is not None or params["details"] else listed
    views = [FunctionView(function, lambda: client.dialect) for function in existing]
    views = [view for view in views if statuses is None or view.status in statuses]
    logs = in_parallel(module.gateway, log_of, [view.function for view in views])
    # A function can print its secrets.
    module.redact.add(*(value for view in views for value in view.secret_values))
    module.result["functions"] = [
        {**gateway_function_result(view.function.name, view, client.url(view.function.name)), "log": module.redact.lines(log)}
        for view, log in zip(views, logs)
    ]
    module.result["missing"] = sorted(set(names or ()) - {function.name for function in existing})


def run(module: CloudModule) -> None:
    """Read, filter and return functions."""
    refuse_foreign_options(module.params, SPEC, ONLY)
    if module.params["log_lines"] < 0:
        raise InputError(f"log_lines cannot be {module.params['log_lines']}.")
    if module.params["provider"] == "openfaas":
        run_on_gateway(module)
    else:
        run_on_account(module)


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=either_spec)


if __name__ == "__main__":
    main()
