# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes as reference E describes them, and the calls that read them."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import Answer, Reply, Step, ok


def listed(identifier: int = 7, name: str = "web", **fields: t.Any) -> dict[str, t.Any]:
    """A node in the list."""
    base = {"id": identifier, "name": name, "status": "Running", "plan": "C3.8GB", "is_locked": False, "rescue_mode_status": "Disabled"}
    return {**base, "public_ip_address": f"198.51.100.{identifier % 250}", "private_ip_address": f"10.0.0.{identifier % 250}", **fields}


def detailed(identifier: int = 7, name: str = "web", **fields: t.Any) -> dict[str, t.Any]:
    """A node read by id."""
    system = {"name": "Ubuntu", "version": "24.04", "category": "Ubuntu", "full_name": "Ubuntu 24.04"}
    base = {"vm_id": 90000 + identifier, "label": "web", "created_at": "2026-02-18", "location": "Delhi", "disk": "100 GB", "memory": "8 GB"}
    base |= {"vcpus": "4", "price": "Rs. 4.1/Hour", "os_info": system, "ssh_keys": [{"label": "me", "ssh_key": "ssh-ed25519 AAAA"}]}
    base |= {"security_group_count": 1, "is_vpc_attached": False, "is_active": True, "is_monitored": True}
    base |= {"is_bitninja_license_active": False, "isEncryptionEnabled": False}
    base |= {"is_accidental_protection": True, "is_node_compliance": False}
    return {**listed(identifier, name), **base, **fields}


def page(nodes: t.Sequence[t.Mapping[str, t.Any]], total: int | None = None, pages: int = 1) -> Reply:
    """A page of the list, with totals."""
    body = {"code": 200, "data": list(nodes), "errors": {}, "message": "", "total_count": len(nodes) if total is None else total}
    return Reply(200, json.dumps({**body, "total_page_number": pages}).encode())


def listing(*nodes: t.Mapping[str, t.Any], answer: Answer | None = None, number: int = 1, **scope: str) -> Step:
    """The call of a page. ``scope`` is a project_id or location other than those of the credentials."""
    return Step("GET", "nodes/", answer or page(nodes), None, {"page_no": str(number), "per_page": "100", **scope})


def detail(node: t.Mapping[str, t.Any] | None = None, answer: Answer | None = None, identifier: int = 7, **scope: str) -> Step:
    return Step("GET", f"nodes/{node['id'] if node else identifier}/", answer or ok(node), None, scope)
