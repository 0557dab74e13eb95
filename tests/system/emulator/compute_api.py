# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client for nodes and what surrounds them, for the emulator's own tests."""

from __future__ import annotations

from typing import Any

import requests
from emulator_api import Api

PLAN = "C3-4vCPU-8RAM-100DISK-C3.8GB-Ubuntu-24.04-Delhi"
BIG_PLAN = "C3-8vCPU-16RAM-200DISK-C3.16GB-Ubuntu-24.04-Delhi"
E1_PLAN = "E1-2vCPU-6RAM-0DISK-E1.6GB-Ubuntu-24.04-Delhi"
IMAGE = "Ubuntu-24.04-Distro"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcUIS47SFVib3yJlqOwvcrX5PH+CxglMj9MWWZzgI2a somebody@example"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4bKDVCT1xpdoOQnaq3xNHe6/gFEh8sOUZTYG16h5Sh other@example"
ALL_IN = {"rule_type": "Inbound", "protocol_name": "All", "port_range": "All", "network": "any"}
SSH_IN = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "22", "network": "manual", "network_cidr": "10.1.0.0/24"}


class ComputeApi(Api):
    """Answers are the ``data`` of the envelope; :meth:`refused` is for those that must not work."""

    def data(self, method: str, path: str, expected: int = 200, query: dict[str, str] | None = None, **arguments: Any) -> Any:
        answer = self.call(method, path, query={**self.query, **(query or {})}, **arguments)
        assert answer.status_code == answer.json()["code"] == expected, answer.text
        assert answer.json()["errors"] == {}
        return answer.json()["data"]

    def read(self, path: str, **query: str) -> Any:
        return self.data("GET", path, query=query)

    def refused(self, code: int, method: str, path: str, words: str = "", **arguments: Any) -> str:
        """The message of a refusal, which must hold ``words``."""
        answer = self.call(method, path, **arguments)
        assert answer.status_code == code, f"{answer.status_code} {answer.text}"
        message: str = answer.json()["message"]
        assert answer.json()["errors"]["detail"] == [message]
        assert words in message, message
        return message

    def order(self, name: str = "web-1", **fields: Any) -> requests.Response:
        """Ask for a node."""
        return self.call("POST", "nodes/", json={"name": name, "plan": PLAN, "image": IMAGE, **fields})

    def node(self, name: str = "web-1", **fields: Any) -> dict[str, Any]:
        """A new node with its details."""
        answer = self.order(name, **fields)
        assert answer.status_code == 200, answer.text
        made = answer.json()["data"]["node_create_response"][0]
        details: dict[str, Any] = self.read(f"nodes/{made['id']}/")
        return details

    def act(self, node: dict[str, Any], kind: str, expected: int = 200, **fields: Any) -> Any:
        """A node action: its data, or its message when it is refused."""
        answer = self.call("PUT", f"nodes/{node['id']}/actions/", json={"type": kind, **fields})
        assert answer.status_code == expected, answer.text
        return answer.json()["data" if expected == 200 else "message"]

    def status(self, node: dict[str, Any]) -> str:
        status: str = self.read(f"nodes/{node['id']}/")["status"]
        return status

    def vpc(self, name: str = "net", **fields: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.data("POST", "vpc/", 201, json={"vpc_name": name, "is_e2e_vpc": True, **fields})
        return made

    def volume(self, name: str = "data", size: int = 250, iops: int = 5000) -> int:
        number: int = self.data("POST", "block_storage/", 201, json={"name": name, "size": size, "iops": iops})["id"]
        return number

    def group(self, name: str = "ssh", rules: list[dict[str, Any]] | None = None, **fields: Any) -> int:
        body = {"name": name, "description": "", "rules": [SSH_IN] if rules is None else rules, **fields}
        number: int = self.data("POST", "security_group/", json=body)["id"]
        return number

    def hold(self) -> None:
        """From here on nothing that takes time comes to its end."""
        self.process.fault({"action": "stuck_status", "times": -1})

    def release(self) -> None:
        """Let go of all that, and of what follows."""
        self.process.clear_faults()
