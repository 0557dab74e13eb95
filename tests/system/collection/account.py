# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account has before a test begins, made without the collection."""

from __future__ import annotations

from typing import Any

import requests
from waiting import until

PLAN = "C3-4vCPU-8RAM-100DISK-C3.8GB-Ubuntu-24.04-Delhi"
IMAGE = "Ubuntu-24.04-Distro"


def call(emulator: Any, method: str, path: str, **body: Any) -> Any:
    """Send a request to the emulator's API and give its data."""
    env = emulator.env
    query = {"apikey": env["E2E_API_KEY"], "project_id": env["E2E_PROJECT_ID"], "location": env["E2E_LOCATION"]}
    headers = {"Authorization": f"Bearer {env['E2E_AUTH_TOKEN']}"}
    answer = requests.request(method, emulator.api_endpoint + path, params=query, headers=headers, json=body or None, timeout=30)
    assert answer.ok, answer.text
    return answer.json()["data"]


def make_nodes(emulator: Any, *names: str) -> None:
    """Make nodes and wait until they run. Their requests are forgotten."""
    for name in names:
        call(emulator, "POST", "nodes/", name=name, plan=PLAN, image=IMAGE)
    until(lambda: {node["status"] for node in call(emulator, "GET", "nodes/")}, lambda statuses: statuses == {"Running"})
    emulator.clear_requests()


def reserve_address(emulator: Any) -> None:
    """Reserve one public address and wait until it shows."""
    call(emulator, "POST", "reserve_ips/")
    until(lambda: call(emulator, "GET", "reserve_ips/"), bool)
    emulator.clear_requests()
