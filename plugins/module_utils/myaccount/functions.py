# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions on the MyAccount API: paths, payloads and parsing (reference B)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from urllib.parse import quote

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, NotFoundError, ProtocolError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import environment_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

# Compared after lower-casing: clients and documents disagree about the spelling (reference B.6).
READY_STATES = frozenset({"running", "ready", "active"})
FAILED_STATES = frozenset({"failed", "error"})


@dataclass(frozen=True)
class Runtime:
    """One entry of the runtime list (reference B.2).

    :param id: what create wants.
    :param hardware: ``cpu`` or ``gpu``.
    :param dependency_file: name of the file whose text is sent as requirements.
    :param label: how MyAccount calls it; the id where the API gives no such text.
    """

    id: str
    hardware: str
    dependency_file: str
    label: str
    code_template: str = field(repr=False)
    requirements_template: str = field(repr=False)


@dataclass(frozen=True)
class Function:
    """A function as the API returns it (reference B.5). ``None`` is a value that the answer did not hold.

    :param memory: in MB.
    :param timeout: in seconds.
    :param environment: plain and secret variables together; never shown to anybody.
    :param reason: why it failed, where the API says so.
    :param raw: the whole answer, to tell two answers apart.
    """

    name: str
    runtime: str | None
    status: str
    url: str | None
    memory: int | None
    timeout: int | None
    hardware: str | None
    code: str | None = field(repr=False)
    requirements: str | None = field(repr=False)
    environment: dict[str, str] | None = field(repr=False)
    secrets: tuple[str, ...] | None
    reason: str | None
    raw: dict[str, t.Any] = field(repr=False)

    @property
    def is_ready(self) -> bool:
        return self.status in READY_STATES

    @property
    def is_failed(self) -> bool:
        return self.status in FAILED_STATES

    @property
    def is_busy(self) -> bool:
        """While it is created or deployed the platform refuses every change (reference B.6)."""
        return not self.is_ready and not self.is_failed


def _first(raw: t.Mapping[str, t.Any], *keys: str) -> t.Any:
    for key in keys:
        if raw.get(key) is not None:
            return raw[key]
    return None


def _text(value: t.Any) -> str | None:
    return value if isinstance(value, str) else None


def _int(value: t.Any) -> int | None:
    try:
        return None if isinstance(value, bool) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def parse_function(raw: t.Mapping[str, t.Any]) -> Function:
    """Read one function object. Key names beyond name, runtime, status and url are read defensively (reference B.5)."""
    environment = _first(raw, "environment_variables", "environment", "env")
    secrets = _first(raw, "secrets")
    return Function(
        name=str(_first(raw, "name", "function") or ""),
        runtime=_text(_first(raw, "runtime")),
        status=str(_first(raw, "status", "state") or "unknown").strip().lower(),
        url=_text(_first(raw, "url", "endpoint_url", "invoke_url")),
        memory=_int(_first(raw, "memory", "memory_mb")),
        timeout=_int(_first(raw, "timeout", "timeout_seconds")),
        hardware=_text(_first(raw, "node_type")),
        code=_text(raw.get("code", raw.get("code_inline"))),
        requirements=_text(raw.get("requirements")),
        environment={str(key): environment_text(value) for key, value in environment.items()} if isinstance(environment, dict) else None,
        secrets=tuple(str(item) for item in secrets) if isinstance(secrets, list) else None,
        reason=_text(_first(raw, "error", "failure_reason", "status_message")),
        raw=dict(raw),
    )


def _parse_runtime(raw: t.Mapping[str, t.Any]) -> Runtime:
    identifier = str(raw["runtime"])
    return Runtime(
        id=identifier,
        hardware=str(raw.get("node_type") or "cpu"),
        dependency_file=str(raw.get("label") or ""),
        label=str(_first(raw, "name", "display_name") or identifier),
        code_template=str(raw.get("boiler_code") or ""),
        requirements_template=str(raw.get("requirements_code") or ""),
    )


class FunctionsClient:
    """The calls of reference B.1. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def runtimes(self) -> list[Runtime]:
        """All runtimes that the account can choose from, in the server's order."""
        return [_parse_runtime(item) for item in self._array("faas/runtimes/") if item.get("runtime")]

    def functions(self) -> list[Function]:
        """All functions, sorted by name. An entry may hold less than :meth:`get` returns."""
        functions = [parse_function(item) for item in self._array("faas/functions/")]
        return sorted((function for function in functions if function.name), key=lambda function: function.name)

    def get(self, name: str) -> Function | None:
        """One function, or ``None`` when the API itself says that there is none.

        How a missing function is reported is not certain (reference B.1, call 4), so any refusal other than a
        404 in the API's own envelope is checked against the list. A server that is not the API fails there.
        """
        try:
            data = self.transport.request("GET", self._path("faas/function", name)).data
        except (NotFoundError, RefusedError) as error:
            if isinstance(error, NotFoundError) and error.certain:
                return None
            if any(function.name == name for function in self.functions()):
                raise
            return None
        if isinstance(data, dict) and data:
            return parse_function({"name": name, **data})
        if not data:
            return None
        raise ProtocolError(f"GET faas/function/{name}/: the answer holds no function object.")

    def create(self, payload: t.Mapping[str, t.Any]) -> None:
        """Ask for a new function; it is built after the answer (reference B.3)."""
        self.transport.request("POST", "faas/functions/", json=dict(payload))

    def update(self, name: str, payload: t.Mapping[str, t.Any]) -> None:
        """Replace code, requirements, variables, secrets and limits as a whole (reference B.4)."""
        try:
            self.transport.request("PUT", self._path("faas/handler_file", name), json=dict(payload))
        except NotFoundError:
            # Reference B.9: another generation of the API may take the update at the function's own path.
            if self.get(name) is None:
                raise
            self.transport.request("PUT", self._path("faas/function", name), json=dict(payload))

    def delete(self, name: str) -> None:
        """Remove a function; one that is not there is fine. The body repeats the name (reference B.1, call 6)."""
        try:
            self.transport.request("DELETE", self._path("faas/function", name), json={"function": name}, repeatable=True)
        except NotFoundError:
            return

    def log_tail(self, name: str, lines: int = 20) -> list[str]:
        """The newest lines of the function's log, oldest first.

        No released client reads logs (reference B.8), so an API without them is not an error: the list is empty.
        """
        try:
            data = self.transport.request("GET", self._path("faas/logs", name)).data
        except E2EError:
            return []
        entries = data if isinstance(data, list) else []
        texts = [str(entry.get("message", "")) if isinstance(entry, dict) else str(entry) for entry in entries]
        return [line for text in texts for line in text.splitlines()][-lines:]

    @staticmethod
    def _path(prefix: str, name: str) -> str:
        return f"{prefix}/{quote(name, safe='')}/"

    def _array(self, path: str) -> list[dict[str, t.Any]]:
        data = self.transport.request("GET", path).data
        if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
            raise ProtocolError(f"GET {path}: the answer holds no list.")
        return data
