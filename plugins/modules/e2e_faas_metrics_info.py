#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_metrics_info
short_description: Read memory usage and number of calls of functions of E2E Networks
version_added: 1.0.0
description:
  - Returns the monitoring data of one, several or all functions of a project, several functions at a time.
  - The vendor documents that the API has memory usage and numbers of calls, but not in which form. The module passes on what it gets, so look
    at an answer of your account before you build on it.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
options:
  names:
    description:
      - Names of the functions. A function that does not exist is named in RV(missing).
      - Without it, all functions are listed first.
    type: list
    elements: str
    aliases: [name]
  interval:
    description:
      - The C(interval) of the API, a whole number. The vendor does not document its unit, nor a default. The default here is a choice
        of this collection.
    type: int
    default: 5
seealso:
  - module: e2enetworks.cloud.e2e_faas_function_info
  - module: e2enetworks.cloud.e2e_faas_logs
"""

EXAMPLES = r"""
- name: Read the metrics of one function
  e2enetworks.cloud.e2e_faas_metrics_info:
    name: hello
  register: hello

- name: Show them
  ansible.builtin.debug:
    var: hello.metrics[0].data

- name: Read those of all functions
  e2enetworks.cloud.e2e_faas_metrics_info:
    interval: 60
"""

RETURN = r"""
metrics:
  description: What the API returned for each function, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the function.
      type: str
    data:
      description: Its metrics as they came.
      type: raw
  sample:
    - name: hello
      data:
        memory_usage: []
        invocation_count: 12
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

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_metrics import FunctionMetricsClient

SPEC: ArgumentSpec = {
    "names": {"type": "list", "elements": "str", "aliases": ["name"]},
    "interval": {"type": "int", "default": 5},
}


def run(module: CloudModule) -> None:
    """Return the metrics of the functions."""
    interval: int = module.params["interval"]
    if interval < 1:
        raise InputError(f"interval cannot be {interval}; it is at least 1.")
    given: list[str] | None = module.params["names"]
    listed = [function.name for function in FunctionsClient(module.transport).functions()] if given is None else given
    names = sorted(set(listed))
    client = FunctionMetricsClient(module.transport)
    found = in_parallel(module.transport, lambda name: client.read(name, interval), names)
    module.result["metrics"] = [{"name": name, "data": module.redact.tree(data)} for name, data in zip(names, found) if data is not None]
    # One that went while the list was read is missing from nothing that the task names.
    module.result["missing"] = [] if given is None else [name for name, data in zip(names, found) if data is None]


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
