# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the platform accepts in a JSON body (reference B.3, B.4, B.7), and what it accepts of single values in any body.

Every refusal is a 400 envelope with one readable sentence; the words are our choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..envelope import Refused
from .model import files_of_texts
from .runtimes import RUNTIMES, Runtime

MEMORY_MB = (128, 256, 512, 1024)
TIMEOUT_SECONDS = range(1, 601)
NAME = re.compile(r"(?!-)[a-z0-9-]{0,50}[a-z0-9]")
ENV_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,49}")
RESERVED_ENV = frozenset({"PORT"})
CREATE_KEYS = ("function", "runtime", "code", "requirements", "memory", "timeout", "node_type")
UPDATE_KEYS = ("code", "requirements", "memory", "timeout")
KNOWN_KEYS = frozenset({*CREATE_KEYS, "environment_variables", "secrets", "arguments", "params"})
# What the platform itself computes cannot be set as an additional key.
COMPUTED_KEYS = frozenset({"id", "name", "status", "url", "error", "version", "created_at", "updated_at", "extra", "project_id"})


def checked_create(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of a new function."""
    require(body, CREATE_KEYS)
    name, runtime_id, node_type = (text(body, key) for key in ("function", "runtime", "node_type"))
    if not NAME.fullmatch(name):
        raise Refused(400, f"function: {name!r} is not a valid name: use lowercase letters, digits and inner hyphens, at most 51 characters.")
    runtime = runtime_of(runtime_id)
    if node_type not in ("cpu", "gpu"):
        raise Refused(400, f"node_type: {node_type!r} is not a valid choice, use cpu or gpu.")
    if runtime.node_type != node_type:
        raise Refused(400, f"node_type: runtime {runtime_id} runs on {runtime.node_type}, not on {node_type}.")
    return {"name": name, "runtime": runtime_id, "node_type": node_type, **_settings(body, runtime)}


def checked_update(body: dict[str, Any], runtime: Runtime) -> dict[str, Any]:
    """The fields an update replaces; what cannot change is not among them."""
    require(body, UPDATE_KEYS)
    return _settings(body, runtime)


def runtime_of(runtime_id: str) -> Runtime:
    runtime = RUNTIMES.get(runtime_id)
    if runtime is None:
        raise Refused(400, f"runtime: {runtime_id!r} is not a valid choice.")
    return runtime


def size(body: Mapping[str, Any]) -> dict[str, int]:
    """``memory`` in MB and ``timeout`` in seconds; 1024 MB is the UI's and the older client's, and not in the enum of the API's page."""
    memory, timeout = _whole(body, "memory"), _whole(body, "timeout")
    if memory not in MEMORY_MB:
        raise Refused(400, f"memory: {memory} is not a valid choice, use {', '.join(map(str, MEMORY_MB))} (MB).")
    if timeout not in TIMEOUT_SECONDS:
        raise Refused(400, f"timeout: {timeout} is out of range, use 1 to 600 (seconds).")
    return {"memory": memory, "timeout": timeout}


def environment(value: Any) -> dict[str, Any]:
    """The variables of a function (reference B.7)."""
    if not isinstance(value, dict):
        raise Refused(400, "environment_variables: Expected an object of names and values.")
    for key, content in value.items():
        if not ENV_KEY.fullmatch(key):
            raise Refused(400, f"environment_variables: {key!r} is not a valid name: use letters, digits and underscores, no digit first, at most 50.")
        if key in RESERVED_ENV:
            raise Refused(400, f"environment_variables: {key} is reserved by the platform.")
        if not isinstance(content, (str, int, float)) or (isinstance(content, str) and ("\0" in content or not _is_unicode(content))):
            raise Refused(400, f"environment_variables: the value of {key} must be a string.")
    return value


def require(body: Mapping[str, Any], keys: Iterable[str]) -> None:
    missing = [key for key in keys if body.get(key) is None]
    if missing:
        raise Refused(400, f"{', '.join(missing)}: This field is required.")


def text(body: Mapping[str, Any], key: str) -> str:
    value = body[key]
    if not isinstance(value, str) or not _is_unicode(value):
        raise Refused(400, f"{key}: Not a valid string.")
    return value


def _settings(body: dict[str, Any], runtime: Runtime) -> dict[str, Any]:
    code = text(body, "code")
    if not code.strip():
        raise Refused(400, "code: This field may not be blank.")
    return {
        "form": "json",
        "files": files_of_texts(runtime, code, text(body, "requirements")),
        **size(body),
        "environment_variables": environment(body.get("environment_variables", {})),
        "secrets": _secrets(body.get("secrets", [])),
        "extra": {key: value for key, value in body.items() if key not in KNOWN_KEYS | COMPUTED_KEYS},
    }


def _is_unicode(text: str) -> bool:
    """JSON can carry half of a surrogate pair, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(body: Mapping[str, Any], key: str) -> int:
    value = body[key]
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Refused(400, f"{key}: A valid integer is required.")


def _secrets(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Refused(400, "secrets: Expected a list.")
    return value
