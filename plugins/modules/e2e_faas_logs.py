#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_logs
short_description: Read the log of a function on an OpenFaaS gateway
version_added: 0.1.0
description:
  - Returns the newest lines of a function's log. It never follows a log, so the task always ends.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.attributes.read_only
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
  - e2enetworks.cloud.gateway.alone
options:
  name:
    description:
      - Name of the function, which has to exist.
    type: str
    required: true
  since:
    description:
      - How far to go back, as a span such as V(30m) or V(1h30m), or the moment to start from, such as V(2026-01-31T12:00:00Z).
    type: str
    default: 5m
  tail:
    description:
      - How many lines to return at most, the newest ones. The lines are cut here, because faasd would give the oldest ones.
    type: int
    default: 100
  instance:
    description:
      - Return only lines of this replica.
    type: str
seealso:
  - module: e2enetworks.cloud.e2e_faas_function_info
"""

EXAMPLES = r"""
- name: Read what it wrote in the last hour
  e2enetworks.cloud.e2e_faas_logs:
    name: figlet
    since: 1h
    tail: 50
  register: log

- name: Show it
  ansible.builtin.debug:
    var: log.text
"""

RETURN = r"""
lines:
  description: The lines, the oldest one first.
  returned: success
  type: list
  elements: dict
  contains:
    timestamp:
      description: When it was written.
      type: str
    instance:
      description: Which replica wrote it.
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
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

from datetime import datetime, timezone

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.logs import since_moment
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, gateway_spec, run_module

SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "since": {"type": "str", "default": "5m"},
    "tail": {"type": "int", "default": 100},
    "instance": {"type": "str"},
}


def run(module: CloudModule) -> None:
    """Return the end of a log."""
    params = module.params
    tail: int = params["tail"]
    if tail < 1:
        raise InputError(f"tail cannot be {tail}; it is at least 1.")
    since = since_moment(params["since"], datetime.now(timezone.utc))
    client = GatewayClient(module.gateway)
    # The log of a function that does not exist is empty, so whether it exists is asked first.
    if client.function(params["name"]) is None:
        raise InputError(f"There is no function {params['name']}{f' in the namespace {client.namespace}' if client.namespace else ''}.")
    found = client.logs(params["name"], since, params["instance"] or "")
    lines = [{"timestamp": line.timestamp, "instance": line.instance, "text": module.redact(line.text)} for line in found[-tail:]]
    module.result |= {"lines": lines, "text": [line["text"] for line in lines], "truncated": len(found) > tail}


def main() -> None:
    """Entry point."""
    run_module(SPEC, run, connection=gateway_spec)


if __name__ == "__main__":
    main()
