# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client of the emulator's OpenFaaS gateway for its own tests: plain requests, nothing of the collection."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import requests

WAIT_SECONDS = 60
NAMESPACE = "openfaas-fn"
HELLO = "def handle(event, context):\n    return 'hello'\n"


class Gateway:
    """Calls with good credentials unless told otherwise, and never follows a redirect."""

    def __init__(self, process: Any) -> None:
        self.process = process
        self.url: str = process.url
        self.auth: tuple[str, str] | None = ("admin", "emulator-password")

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        arguments = {"timeout": 30, "auth": self.auth, "allow_redirects": False, **arguments}
        return requests.request(method, f"{self.url}/{path}", **arguments)

    def create(self, service: str = "f", image: str = "functions/echo:1", **fields: Any) -> requests.Response:
        return self.call("POST", "system/functions", json={"service": service, "image": image, **fields})

    def replace(self, service: str = "f", image: str = "functions/echo:1", **fields: Any) -> requests.Response:
        return self.call("PUT", "system/functions", json={"service": service, "image": image, **fields})

    def delete(self, name: str = "f", namespace: str = NAMESPACE) -> requests.Response:
        return self.call("DELETE", "system/functions", params={"namespace": namespace}, json={"functionName": name, "namespace": namespace})

    def read(self, name: str = "f", namespace: str = "") -> requests.Response:
        return self.call("GET", f"system/function/{name}", params={"namespace": namespace} if namespace else None)

    def get(self, name: str = "f", namespace: str = "") -> dict[str, Any]:
        answer = self.read(name, namespace)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def list(self, namespace: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "system/functions", params={"namespace": namespace}).json()
        return found

    def scale(self, name: str, replicas: Any, namespace: str = NAMESPACE) -> requests.Response:
        body = {"serviceName": name, "replicas": replicas, "namespace": namespace}
        return self.call("POST", f"system/scale-function/{name}", params={"namespace": namespace}, json=body)

    def deploy(self, service: str = "f", image: str = "functions/echo:1", **fields: Any) -> dict[str, Any]:
        """Create and wait until it answers."""
        answer = self.create(service, image, **fields)
        assert answer.ok, answer.text
        return self.until(lambda: self.get(service, fields.get("namespace", "")), lambda found: found.get("availableReplicas", 0) > 0)

    def deploy_python(self, code: str = HELLO, service: str = "f", annotations: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
        return self.deploy(service, "e2e-emulator/python:1", annotations={"e2e-emulator/handler": code, **(annotations or {})}, **fields)

    def until(self, look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            found = look()
            if good(found):
                return found
            time.sleep(0.02)
        raise AssertionError(f"nothing came of it: {found!r}")

    def invoke(self, name: str = "f", path: str = "", method: str = "POST", **arguments: Any) -> requests.Response:
        return self.call(method, f"function/{name}{path}", **{"auth": None, **arguments})

    def secret(self, method: str, name: str, value: Any = None, namespace: str = "", **fields: Any) -> requests.Response:
        body = {"name": name, **({"value": value} if value is not None else {}), **({"namespace": namespace} if namespace else {}), **fields}
        return self.call(method, "system/secrets", json=body, params={"namespace": namespace} if namespace else None)

    def secrets(self, namespace: str = "") -> list[str]:
        return [one["name"] for one in self.call("GET", "system/secrets", params={"namespace": namespace}).json()]

    def value(self, name: str, namespace: str = NAMESPACE) -> bytes:
        """The value of a secret, which only the control API tells."""
        held = self.process.gateway()["secrets"]
        return base64.b64decode(next(one["value"] for one in held if (one["name"], one["namespace"]) == (name, namespace)))

    def events(self, name: str = "f") -> list[str]:
        """What the cluster would tell about a function, which no gateway does."""
        return next(list(one["events"]) for one in self.process.gateway()["functions"] if one["name"] == name)

    def starts(self, name: str = "f") -> int:
        """How often a function was started."""
        return next(int(one["starts"]) for one in self.process.gateway()["functions"] if one["name"] == name)

    def logs(self, **query: Any) -> list[dict[str, str]]:
        answer = self.call("GET", "system/logs", params=query)
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def fault(self, **definition: Any) -> None:
        self.process.fault(definition)
