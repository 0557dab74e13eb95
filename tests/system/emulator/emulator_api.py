# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client of the emulator for its own tests: plain requests, nothing of the collection."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import requests

WAIT_SECONDS = 120
# Deployed, and no host runs it.
CONTAINER = "custom-container"
PYTHON_HELLO = 'def handle(event, context):\n    return {"statusCode": 200, "body": "hello"}\n'


class Api:
    """Calls with good credentials unless told otherwise."""

    def __init__(self, process: Any) -> None:
        self.process = process
        self.url: str = process.url
        self.token = process.options.get("auth_token", "emulator-token")
        self.query: dict[str, str] = {"apikey": process.options.get("api_key", "emulator-key"), "project_id": "1", "location": "Delhi"}

    def call(
        self,
        method: str,
        path: str,
        token: str | None = None,
        query: dict[str, str] | None = None,
        media_type: str | None = None,
        **arguments: Any,
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.token}", **({"Content-Type": media_type} if media_type else {})}
        arguments.setdefault("timeout", 60)
        return requests.request(method, f"{self.url}/myaccount/api/v1/{path}", params=self.query if query is None else query, headers=headers, **arguments)

    def get(self, name: str) -> dict[str, Any]:
        answer = self.call("GET", f"faas/function/{name}/")
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def create(self, name: str, code: str = PYTHON_HELLO, **fields: Any) -> requests.Response:
        return self.call("POST", "faas/functions/", json=body(code, function=name, **{"runtime": "python3-http-debian", "node_type": "cpu", **fields}))

    def update(self, name: str, code: str = PYTHON_HELLO, **fields: Any) -> requests.Response:
        return self.call("PUT", f"faas/handler_file/{name}/", json=body(code, **fields))

    def delete(self, name: str) -> requests.Response:
        return self.call("DELETE", f"faas/function/{name}/", json={"function": name})

    def listed(self, **query: str) -> requests.Response:
        return self.call("GET", "faas/functions/", query={**self.query, **query})

    def create_zip(self, name: str, content: bytes | None = None, **fields: str | None) -> requests.Response:
        """Create in the form with a ZIP; a field that is None is left out."""
        settings = {"function_name": name, "runtime": CONTAINER, "memory": "128", "timeout": "15", "environment_variables": "{}", **fields}
        return self.call("POST", "faas/functions/", files=form(settings, packed() if content is None else content))

    def update_zip(self, reference: object, content: bytes | None = None, **fields: str | None) -> requests.Response:
        """Update in the form, without a ZIP unless there is ``content``."""
        settings = {"memory": "128", "timeout": "15", "environment_variables": "{}", **fields}
        return self.call("PUT", f"faas/function/{reference}/", files=form(settings, content))

    def delete_by_id(self, number: int) -> requests.Response:
        return self.call("DELETE", f"faas/function/{number}/")

    def settled(self, name: str) -> dict[str, Any]:
        """The function once it is running or failed."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            function = self.get(name)
            if function["status"] in ("running", "failed"):
                return function
            time.sleep(0.02)
        raise AssertionError(f"{name} is still {function['status']}: {self.process.logs(name)}")

    def deploy(self, name: str, code: str = PYTHON_HELLO, **fields: Any) -> dict[str, Any]:
        """Create and wait until it runs."""
        answer = self.create(name, code, **fields)
        assert answer.status_code == 201, answer.text
        function = self.settled(name)
        assert function["status"] == "running", self.process.logs(name)
        return function

    def fail(self, name: str, code: str = PYTHON_HELLO, **fields: Any) -> dict[str, Any]:
        """Create and wait until it has failed."""
        answer = self.create(name, code, **fields)
        assert answer.status_code == 201, answer.text
        function = self.settled(name)
        assert function["status"] == "failed"
        return function

    def invoke(self, name: str, path: str = "", method: str = "GET", **arguments: Any) -> requests.Response:
        arguments.setdefault("timeout", 60)
        return requests.request(method, f"{self.url}/functions/{name}/{path}", **arguments)


def body(code: str, **fields: Any) -> dict[str, Any]:
    """A whole create or update body with small defaults."""
    defaults = {"requirements": "", "memory": 128, "timeout": 30, "environment_variables": {}, "secrets": [], "arguments": {}, "params": {}}
    return {"code": code, **defaults, **fields}


def packed(files: dict[str, str | bytes] | None = None, root: str = "code/") -> bytes:
    """A ZIP with ``files`` below ``root``; those of a container when none are named."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ({"Dockerfile": "FROM scratch\n"} if files is None else files).items():
            archive.writestr(root + name, content)
    return target.getvalue()


def form(fields: dict[str, str | None], content: bytes | None) -> dict[str, tuple[str | None, str | bytes]]:
    """The parts of a multipart body, as requests takes them."""
    parts: dict[str, tuple[str | None, str | bytes]] = {key: (None, value) for key, value in fields.items() if value is not None}
    return parts if content is None else {**parts, "code_file": ("code.zip", content)}
