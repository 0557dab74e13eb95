# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A script as somebody would write it who needs no Ansible: it sends the requests of a plan, some at a time, and knows nothing of the collection.

Usage: python -m tests.benchmarks.bare_script PLAN SOURCE
The plan is what deploy.py made of the emulator's log. The address and the credentials come from the environment.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests


def main(plan: dict[str, Any], source: Path) -> None:
    """Send everything, each function in a thread of its own."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=plan["at_once"]))
    session.headers["Authorization"] = f"Bearer {os.environ['E2E_AUTH_TOKEN']}"
    scope = {"apikey": os.environ["E2E_API_KEY"], "project_id": os.environ["E2E_PROJECT_ID"], "location": os.environ["E2E_LOCATION"]}
    endpoint = os.environ["E2E_API_ENDPOINT"]

    def read(path: str, status: int, query: dict[str, str] | None = None) -> None:
        answer = session.get(urljoin(endpoint, path), params={**scope, **(query or {})}, timeout=60)
        if answer.status_code != status:
            sys.exit(f"GET {path}: {answer.status_code} {answer.text}")
        answer.json()

    def deploy(function: dict[str, Any]) -> None:
        path = f"faas/function/{function['name']}/"
        for _number in range(function["before"]):
            read(path, 404)
        texts = {"function_name": function["name"], "memory": "128", "timeout": "15", "environment_variables": "{}", "runtime": plan["runtime"]}
        parts = {**{key: (None, text) for key, text in texts.items()}, "code_file": (f"{function['name']}.zip", _archive(source))}
        answer = session.post(urljoin(endpoint, "faas/functions/"), params=scope, files=parts, timeout=60)
        if not answer.ok:
            sys.exit(f"POST {function['name']}: {answer.status_code} {answer.text}")
        for _number in range(function["after"]):
            read(path, 200)

    for one in plan["common"]:
        read(one["path"], 200, one["query"])
    with ThreadPoolExecutor(plan["at_once"]) as pool:
        for _done in pool.map(deploy, plan["functions"]):
            pass


def _archive(source: Path) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(source.iterdir()):
            file.write(path, f"{source.name}/{path.name}")
    return memory.getvalue()


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
