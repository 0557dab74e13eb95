# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was really sent, and what the API makes of a request that is sent another way."""

from __future__ import annotations

from typing import Any

import requests

BASE = "/myaccount/api/v1/"
WRITING = ("POST", "PUT", "PATCH", "DELETE")

PLAN = "C3-4vCPU-8RAM-100DISK-C3.8GB-Ubuntu-24.04-Delhi"
IMAGE = "Ubuntu-24.04-Distro"
NEW: dict[str, Any] = {"name": "app", "plan": "C3.8GB", "image": "Ubuntu 24.04"}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtpK8iCjxLmbm2Y0yKu8XpT5w9CkmNX0zYl0v2c7Cqm deploy@example.com"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPz5jN3CkW9Y6s0Zq1v8D2hTgE4bXr7uLmKoV5yQfA1w ops@example.com"


def sent(emulator: Any, *methods: str) -> list[str]:
    """The requests of these methods, or else all, as ``PUT nodes/1/actions/``, oldest first."""
    return [f"{one['method']} {one['path'].removeprefix(BASE)}" for one in emulator.requests() if not methods or one["method"] in methods]


def written(emulator: Any) -> list[str]:
    """The requests that tried to write."""
    return sent(emulator, *WRITING)


def keys(emulator: Any, request: str) -> list[list[str] | None]:
    """The keys of the body each time this request was sent."""
    return [one["keys"] for one in emulator.requests() if f"{one['method']} {one['path'].removeprefix(BASE)}" == request]


def refusal(emulator: Any, method: str, path: str, **body: Any) -> int:
    """The status of a request that the API refuses, with nothing sent by the collection."""
    env = emulator.env
    query = {"apikey": env["E2E_API_KEY"], "project_id": env["E2E_PROJECT_ID"], "location": env["E2E_LOCATION"]}
    headers = {"Authorization": f"Bearer {env['E2E_AUTH_TOKEN']}"}
    answer = requests.request(method, emulator.api_endpoint + path, params=query, headers=headers, json=body or None, timeout=30)
    assert answer.status_code >= 400, answer.text
    return answer.status_code


def good(result: dict[str, Any]) -> dict[str, Any]:
    """This result, after checking that the module did not fail."""
    assert not result.get("failed"), result
    return result


def bad(result: dict[str, Any], code: str) -> str:
    """The message of this result, after checking that it is one line of this kind and that nothing was changed."""
    assert result.get("failed"), result
    assert (result["changed"], result["error"]["code"]) == (False, code), result
    assert "\n" not in result["msg"] and "Traceback" not in str(result), result
    return str(result["msg"])


def unsure(result: dict[str, Any], code: str) -> str:
    """The message of this result, after checking that it is one line of this kind and tells of a write whose outcome is not known."""
    assert result.get("failed"), result
    assert (result["changed"], result["error"]["code"], result["error"]["outcome_known"]) == (True, code, False), result
    assert result["actions"][-1].startswith("tried to "), result
    assert "\n" not in result["msg"] and "Traceback" not in str(result), result
    return str(result["msg"])
