# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor CLI's ``function_config.yaml``."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import CLI_LANGUAGES
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import NotYamlError, load_yaml
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError


@dataclasses.dataclass(frozen=True)
class FunctionConfig:
    """A vendor CLI ``function_config.yaml``; ``None`` or empty where the file says nothing.

    ``runtime`` is the runtime id of reference B.2 (or the file's own word, if the CLI's list does not know it),
    ``hardware`` is ``cpu`` or ``gpu``, ``memory`` is in MB, ``timeout`` in seconds.
    """

    name: str | None = None
    runtime: str | None = None
    hardware: str | None = None
    memory: int | None = None
    timeout: int | None = None
    environment: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    def options(self) -> dict[str, t.Any]:
        """Under the names that the module's options have."""
        return {
            "name": self.name,
            "runtime": self.runtime,
            "hardware": self.hardware,
            "memory": self.memory,
            "timeout": self.timeout,
            "env": dict(self.environment),
            "secrets": list(self.secrets),
        }


def read_function_config(text: str) -> FunctionConfig:
    """Read the vendor CLI's ``function_config.yaml``: ``function.{name,runtime,compute_type,limits,environment,secrets}``.

    Numbers may be numeric strings, because the CLI's own template writes them so. No message quotes a value of
    ``environment`` or a piece of a file that cannot be parsed: both may hold secrets.

    :raises InputError: not YAML, or not this shape.
    :raises MissingLibraryError: PyYAML is not installed.
    """
    function = _section(_load_yaml(text), "function", required=True)
    limits = _section(function, "limits")
    runtime = _text(function, "runtime")
    hardware = _text(function, "compute_type")
    if hardware not in (None, "cpu", "gpu"):
        raise _config_error(f"function.compute_type is {hardware!r}, but has to be cpu or gpu")
    return FunctionConfig(
        name=_text(function, "name"),
        runtime=None if runtime is None else CLI_LANGUAGES.get(runtime, runtime),
        hardware=hardware,
        memory=_number(limits, "memory"),
        timeout=_number(limits, "timeout"),
        environment=_environment(_section(function, "environment")),
        secrets=_secrets(function.get("secrets")),
    )


def _load_yaml(text: str) -> t.Any:
    try:
        return {"function": None} | _mapping(load_yaml(text, "to read function_config.yaml"), "the file")
    except NotYamlError as error:
        raise _config_error(f"it {error}") from None


def _config_error(problem: str) -> InputError:
    return InputError(f"function_config.yaml cannot be used: {problem}.")


def _mapping(value: t.Any, where: str) -> dict[t.Any, t.Any]:
    if not isinstance(value, dict):
        raise _config_error(f"{where} has to be a mapping (key: value)")
    return value


def _section(parent: t.Mapping[str, t.Any], key: str, required: bool = False) -> dict[t.Any, t.Any]:
    value = parent.get(key)
    if value is None and not required:
        return {}
    return _mapping(value, key if key == "function" else f"function.{key}")


def _text(function: t.Mapping[str, t.Any], key: str) -> str | None:
    value = function.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise _config_error(f"function.{key} has to be text: put it in quotes")


def _number(limits: t.Mapping[str, t.Any], key: str) -> int | None:
    value = limits.get(key)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return int(value)
    raise _config_error(f"function.limits.{key} has to be a whole number")


def _environment(values: t.Mapping[t.Any, t.Any]) -> dict[str, str]:
    result = {}
    for name, value in values.items():
        if not isinstance(name, str):
            raise _config_error(f"the name {name!r} in function.environment has to be text: put it in quotes")
        if isinstance(value, bool):
            result[name] = "true" if value else "false"
        elif value is None:
            result[name] = ""
        elif isinstance(value, (str, int, float)):
            result[name] = str(value)
        else:
            raise _config_error(f"the value of {name} in function.environment has to be text: put it in quotes")
    return result


def _secrets(value: t.Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _config_error("function.secrets has to be a list of secret names")
    return tuple(value)
