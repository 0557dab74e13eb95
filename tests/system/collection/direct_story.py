# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One story of an account and a gateway, in which every module succeeds and fails, to be told in more than one way."""

from __future__ import annotations

import re
from typing import Any

from gateways import IMAGE
from samples import HELLO, NOT_RUNNABLE
from wire import KEY

Options = dict[str, Any]

GATEWAY = {"provider": "openfaas"}
NODE = {"name": "web", "plan": "C3.8GB", "image": "Ubuntu 24.04"}
NODE_FUNCTION = {"name": "hello", "runtime": NOT_RUNNABLE, "code": "// one", "env": {"A": "1"}, "secret_env": {"B": "hidden-value"}}
RULE = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "443"}
BUILD = {"src": "src", "image": "shop/hello:v2", "builder": "podman"}

#: Module and options of each task that succeeds, in an order in which they can. Some change things, and some find nothing to do.
GOOD: tuple[tuple[str, Options], ...] = (
    ("e2e_project_info", {}),
    ("e2e_plan_info", {"images": ["Ubuntu-24.04"]}),
    ("e2e_ssh_key", {"label": "ops", "ssh_key": KEY}),
    # With a warning.
    ("e2e_ssh_key_info", {"validate_certs": False}),
    ("e2e_security_group", {"name": "front", "rules": [RULE]}),
    ("e2e_security_group_info", {}),
    ("e2e_vpc", {"name": "net"}),
    ("e2e_vpc_info", {}),
    ("e2e_node", {**NODE, "ssh_keys": ["ops"], "security_groups": ["front"]}),
    ("e2e_node", {**NODE, "label": "shop", "ssh_keys": ["ops"]}),
    ("e2e_node_info", {"details": True, "names": ["web"]}),
    ("e2e_volume", {"name": "data", "size": 250, "node": "web"}),
    ("e2e_volume_info", {}),
    ("e2e_reserved_ip", {"node": "web"}),
    ("e2e_reserved_ip_info", {}),
    ("e2e_image", {"name": "gold", "node": "web"}),
    ("e2e_image_info", {}),
    ("e2e_node_action", {"name": "web", "action": "reboot"}),
    ("e2e_faas_activation", {}),
    ("e2e_faas_activation_info", {}),
    ("e2e_faas_runtime_info", {}),
    ("e2e_faas_package", {"runtime": "python3-http-debian", "src": "src", "dest": "function.zip"}),
    ("e2e_faas_function", NODE_FUNCTION),
    ("e2e_faas_function", {**NODE_FUNCTION, "code": "// two"}),
    ("e2e_faas_function", {**NODE_FUNCTION, "code": "// two"}),
    ("e2e_faas_function_info", {"names": ["hello"]}),
    ("e2e_faas_logs", {"name": "hello"}),
    ("e2e_faas_metrics_info", {"names": ["hello"]}),
    ("e2e_faas_namespace", {"name": "stage"}),
    ("e2e_secret", {"name": "token", "value": "the value of a secret"}),
    ("e2e_secret_info", {}),
    ("e2e_faas_function", {**GATEWAY, "name": "echo", "image": IMAGE, "env_process": "cat", "secrets": ["token"]}),
    ("e2e_faas_function_info", GATEWAY),
    ("e2e_faas_stack", {**GATEWAY, "functions": [{"name": "echo", "image": IMAGE, "env_process": "cat", "secrets": ["token"]}]}),
    ("e2e_faas_scale", {"name": "echo", "replicas": 1}),
    ("e2e_faas_invoke", {**GATEWAY, "name": "echo", "body": "hello"}),
    ("e2e_faas_logs", {**GATEWAY, "name": "echo"}),
    ("e2e_faas_image", BUILD),
    ("e2e_export", {"dest": "export"}),
)

#: The same of tasks that fail: for what Ansible refuses, for what the module refuses, and for what the API says.
BAD: tuple[tuple[str, Options], ...] = (
    ("e2e_project_info", {"api_key": "a-wrong-key"}),
    ("e2e_plan_info", {"images": "x", "unknown": True}),
    ("e2e_ssh_key", {"label": "ops", "ssh_key": "no key at all"}),
    ("e2e_ssh_key_info", {"api_timeout": -1}),
    ("e2e_security_group", {"rules": []}),
    ("e2e_security_group_info", {"auth_token": "a wrong token"}),
    ("e2e_vpc", {"name": "other", "ipv4": "nonsense"}),
    ("e2e_vpc_info", {"project_id": "999"}),
    ("e2e_node", {**NODE, "plan": "C99.8GB"}),
    ("e2e_node_info", {"location": "Atlantis"}),
    ("e2e_volume", {"name": "data", "size": 1}),
    ("e2e_volume_info", {"profile": "nobody"}),
    ("e2e_reserved_ip", {"node": "nowhere"}),
    ("e2e_reserved_ip_info", {"api_endpoint": "http://127.0.0.1:9/myaccount/api/v1/", "api_retries": 0}),
    ("e2e_image", {"name": "silver"}),
    ("e2e_image_info", {"api_timeout": "soon"}),
    ("e2e_node_action", {"name": "nowhere", "action": "reboot"}),
    ("e2e_faas_activation", {"state": "absent"}),
    ("e2e_faas_activation_info", {"ca_path": "/no/such/file"}),
    ("e2e_faas_runtime_info", {"api_retries": "many"}),
    ("e2e_faas_package", {"runtime": "python3-http-debian", "src": "nowhere", "dest": "function.zip"}),
    ("e2e_faas_function", {**NODE_FUNCTION, "image": IMAGE}),
    ("e2e_faas_function_info", {**GATEWAY, "gateway_password": "a-wrong-password"}),
    ("e2e_faas_logs", {"name": "nothing"}),
    ("e2e_faas_metrics_info", {"names": ["hello"], "api_key": "a-wrong-key"}),
    ("e2e_faas_namespace", {"name": "Not A Name"}),
    ("e2e_secret", {"name": "token", "state": "nonsense"}),
    ("e2e_secret_info", {"gateway_url": "ftp://nowhere"}),
    ("e2e_faas_stack", {**GATEWAY, "functions": [{"name": "nothing"}]}),
    ("e2e_faas_scale", {"name": "nothing", "replicas": 1}),
    ("e2e_faas_invoke", {**GATEWAY, "name": "nothing"}),
    ("e2e_faas_image", {**BUILD, "src": "nowhere"}),
    ("e2e_export", {**GATEWAY, "dest": "other", "gateway_password": "a-wrong-password"}),
)


def tasks() -> list[Options]:
    """The story as tasks of a play."""
    told = [(*case, False) for case in GOOD] + [(*case, True) for case in BAD]
    return [
        {"name": f"{number} {module}", f"e2enetworks.cloud.{module}": options, "ignore_errors": fails}
        for number, (module, options, fails) in enumerate(told)
    ]


def files() -> dict[str, str]:
    """What the tasks read, by path in the folder of the playbook."""
    return {"src/handler.py": HELLO, "src/Dockerfile": "FROM scratch\n"}


# Moments and days, also in nanoseconds, and what a server calls a call.
_OF_A_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.0-9]*(?:Z|[+-]\d\d:\d\d)?|\d\d-(?:\d\d|[A-Z][a-z]{2})-\d{4}(?: \d\d:\d\d)?"
    r"|\b\d\d:\d\d:\d\d\b|\b\d{16,}\b|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)


def timeless(value: Any) -> Any:
    """A value with nothing in it that two tellings need not share: moments and durations, and where a traceback was."""
    if isinstance(value, dict):
        return {name: timeless(item) for name, item in value.items() if name not in ("exception", "duration", "elapsed")}
    if isinstance(value, list):
        return [timeless(item) for item in value]
    if isinstance(value, str):
        return _OF_A_MOMENT.sub("(of a moment)", value)
    return value
