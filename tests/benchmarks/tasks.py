# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The functions and the tasks that several parts of the benchmark use."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .runs import Bench

COLLECTION = Path(__file__).resolve().parents[2]

# The emulator of the benchmark has no Node.js, so it deploys this without starting a process: a thousand of those would take the machine's
# memory, and a deployment most of its time.
SETTINGS = {"runtime": "node-20-http", "memory": 128}
_FILES = {
    "index.mjs": "export const handler = async (event, context) => ({ statusCode: 200, body: 'hello' });\n",
    "package.json": '{"name": "hello", "version": "1.0.0"}\n',
}


def names(prefix: str, number: int) -> list[str]:
    """So many names of functions."""
    return [f"{prefix}-{place:04}" for place in range(number)]


def source(bench: Bench) -> Path:
    """The folder with the code of every function."""
    folder = bench.folder / "source"
    folder.mkdir(exist_ok=True)
    for name, text in _FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def options(name: str, code: Path) -> dict[str, Any]:
    """What a function is to be."""
    return {"name": name, "src": str(code), **SETTINGS}


def loop(wanted: Sequence[str], code: Path) -> dict[str, Any]:
    """A task that deploys each function in a loop."""
    return {"e2enetworks.cloud.e2e_faas_function": options("{{ item }}", code), "loop": list(wanted)}


def single(name: str, code: Path) -> dict[str, Any]:
    """A task that deploys one function."""
    return {"e2enetworks.cloud.e2e_faas_function": options(name, code)}


def stack(wanted: Sequence[str], code: Path, **more: Any) -> dict[str, Any]:
    """A task that deploys all functions at once."""
    return {"e2enetworks.cloud.e2e_faas_stack": {"functions": [options(name, code) for name in wanted], **more}}


def role(name: str, code: Path) -> dict[str, Any]:
    """A task that deploys one function with the role."""
    variables = {f"faas_function_{key}": value for key, value in options(name, code).items()}
    return {"ansible.builtin.include_role": {"name": "e2enetworks.cloud.faas_function"}, "vars": variables}


def role_with_list(wanted: Sequence[str], code: Path) -> dict[str, Any]:
    """A task that deploys all functions with the role."""
    variables = {"faas_functions": [options(name, code) for name in wanted]}
    return {"ansible.builtin.include_role": {"name": "e2enetworks.cloud.faas_function"}, "vars": variables}


def has_stack() -> bool:
    """Whether this collection has the module for many functions at once."""
    return (COLLECTION / "plugins" / "modules" / "e2e_faas_stack.py").exists()


def has_role_with_list() -> bool:
    """Whether the role of this collection takes a list."""
    return "      faas_functions:" in (COLLECTION / "roles" / "faas_function" / "meta" / "argument_specs.yml").read_text(encoding="utf-8")


def control(bench: Bench, method: str, path: str) -> Any:
    """Ask the emulator's own API, such as POST reset, GET requests, DELETE requests."""
    request = urllib.request.Request(f"{bench.url}/_emulator/{path}", method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
