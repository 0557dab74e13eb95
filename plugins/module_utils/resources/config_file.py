# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a file of the vendor's CLI or of faas-cli says about a function, under the options of a task."""

from __future__ import annotations

import glob
import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.function_config import read_function_config
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.stack_file import read_stack
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

#: What the vendor's CLI writes beside the code.
CONFIG_FILE = "function_config.yaml"

Options = dict[str, t.Any]


def with_config_file(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Options:
    """The options of a task with what its ``config_file`` says, where it says something that the task does not.

    :param environ: for ``${NAME}`` in a stack.yml.
    :raises InputError: the file is not usable, or nothing names the function.
    """
    path = Path(params["config_file"]) if params["config_file"] else None
    if path is not None and os.path.isdir(path):
        path = path / CONFIG_FILE if os.path.exists(path / CONFIG_FILE) else None
    if path is None:
        if not params["name"]:
            raise InputError("name is not set, and no config_file names the function.")
        return dict(params)
    try:
        text = read_text(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError(f"config_file: cannot read {path}: {reason}.") from None
    read = _of_stack if params["provider"] == "openfaas" else _of_function_config
    said = read(text, path, params, environ)
    if not params["name"] and not said["name"]:
        raise InputError(f"name is not set, and {path} does not name the function.")
    if params["state"] == "absent":
        said = {key: said[key] for key in ("name", "namespace", "gateway_url") if key in said}
    variables = said.pop("env", None)
    options = {**params, **{key: value for key, value in said.items() if value is not None and params.get(key) in (None, "")}}
    if variables is not None:
        secret = params["secret_env"] or {}
        options["env"] = {**{name: value for name, value in variables.items() if name not in secret}, **(params["env"] or {})}
    return options


def _of_function_config(text: str, path: Path, params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Options:
    """The ``function_config.yaml`` of the vendor's CLI."""
    return read_function_config(text).options()


def _of_stack(text: str, path: Path, params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Options:
    """One function of a ``stack.yml``. What the file leaves out is cleared, as ``faas-cli deploy`` does it."""
    stack = read_stack(text, environ, lambda name: read_text(path.parent / name), glob.escape(params["name"] or "") or "*")
    if len(stack.functions) > 1:
        raise InputError(f"name: {path} has several functions: {', '.join(function.name for function in stack.functions)}. Name one.")
    return {**stack.functions[0].options(), "gateway_url": stack.gateway or None}
