# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer of the API says about a function, and how results show it (reference B.5). Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import Manifest, Source, Text, total_digest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Unknown, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function


def known(value: Value) -> Value:
    """What an answer says, UNKNOWN where it is silent."""
    return UNKNOWN if value is None else value


def function_result(name: str, function: Function | None, manifest_variable: str, secret_names: t.Collection[str] = ()) -> dict[str, t.Any]:
    """A function as modules return it: names of variables, never a value; ``None`` where the API is silent.

    :param secret_names: variables that are known to be secret, besides those that the manifest names.
    """
    result: dict[str, t.Any] = dict.fromkeys(
        ("id", "runtime", "hardware", "url", "memory", "timeout", "env_names", "secret_env_names", "secrets", "digest", "reason", "gateway")
    )
    result |= {"name": name, "status": "absent"}
    if function is None:
        return result
    view = FunctionView(function, manifest_variable, secret_names)
    source, requirements = view.source, view.requirements
    result |= {
        "id": function.id,
        "runtime": function.runtime,
        "hardware": function.hardware,
        "status": function.status,
        "url": function.url,
        "memory": function.memory,
        "timeout": function.timeout,
        "env_names": None if view.env is UNKNOWN else sorted(view.env),
        "secret_env_names": None if view.secret_env is UNKNOWN else sorted(view.secret_env),
        "secrets": None if function.secrets is None else sorted(function.secrets),
        "digest": total_digest(source, requirements) if isinstance(source, Source) and isinstance(requirements, Text) else None,
        "reason": Redactor(secret_values(function, manifest_variable, secret_names))(function.reason or "") or None if function.is_failed else None,
    }
    return result


def secret_values(function: Function, manifest_variable: str, secret_names: t.Collection[str] = ()) -> list[str]:
    """Values of the secret variables, for a redactor: a function's log and the reason of a failure can hold them."""
    variables = function.environment or {}
    named = {*secret_names, *Manifest.parse(variables.get(manifest_variable)).secret_env}
    return [value for name, value in variables.items() if name in named]


class FunctionView:
    """What an answer says about each field, with the variables told apart by the manifest.

    ``env`` and ``secret_env`` count what the task calls secret as secret, which is right for showing and keeping. ``marked_env`` and
    ``marked_secret_env`` are as the last deploy told them apart, which is right for comparing: otherwise a variable that only moves
    from one to the other would not be sent, and what is not sent is not remembered as secret.
    """

    def __init__(self, function: Function, manifest_variable: str, secret_names: t.Collection[str], handler_name: str = "handler") -> None:
        variables = None if function.environment is None else dict(function.environment)
        mark = variables.pop(manifest_variable, None) if variables is not None and manifest_variable else None
        self.manifest = Manifest.parse(mark)
        self.env: dict[str, str] | Unknown = UNKNOWN
        self.secret_env: dict[str, str] | Unknown = UNKNOWN
        self.marked_env: dict[str, str] | Unknown = UNKNOWN
        self.marked_secret_env: dict[str, str] | Unknown = UNKNOWN
        if variables is not None:
            secret = {name for name in variables if name in secret_names or name in self.manifest.secret_env}
            self.env = {name: value for name, value in variables.items() if name not in secret}
            self.secret_env = {name: variables[name] for name in secret}
            marked = secret if mark is None else {name for name in variables if name in self.manifest.secret_env}
            self.marked_env = {name: value for name, value in variables.items() if name not in marked}
            self.marked_secret_env = {name: variables[name] for name in marked}
        self.source: Source | Unknown = UNKNOWN
        if function.code is not None:
            self.source = Source.deployed(function.code, handler_name)
        elif self.manifest.source:
            self.source = self.manifest.source
        self.requirements: Text | Unknown = UNKNOWN
        if function.requirements is not None:
            self.requirements = Text.of(function.requirements)
        elif self.manifest.requirements:
            self.requirements = self.manifest.requirements
