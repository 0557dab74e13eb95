# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a file of the vendor's CLI or of faas-cli says about a function, under the options of a task."""

from __future__ import annotations

import glob
import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

if t.TYPE_CHECKING:
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.stack_file import StackFile

#: What the vendor's CLI writes beside the code.
CONFIG_FILE = "function_config.yaml"

Options = dict[str, t.Any]


class ConfigFiles:
    """The files of one task. One that several functions are in is read once.

    :param environ: for ``${NAME}`` in a stack.yml.
    """

    def __init__(self, environ: t.Mapping[str, str]) -> None:
        self._environ = environ
        self._stacks: dict[Path, StackFile] = {}

    def stack(self, path: Path, option: str = "config_file") -> StackFile:
        """A ``stack.yml``.

        :raises InputError: it is not usable.
        """
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.stack_file import StackFile

        if path not in self._stacks:
            self._stacks[path] = StackFile(_text_of(path, option), self._environ)
        return self._stacks[path]

    def joined(self, params: t.Mapping[str, t.Any]) -> Options:
        """The options of a function with what its ``config_file`` says, where it says something that they do not.

        :raises InputError: the file is not usable, or nothing names the function.
        """
        path = Path(params["config_file"]) if params["config_file"] else None
        if path is not None and os.path.isdir(path):
            path = path / CONFIG_FILE if os.path.exists(path / CONFIG_FILE) else None
        if path is None:
            if not params["name"]:
                raise InputError("name is not set, and no config_file names the function.")
            return dict(params)
        said = self._of_stack(path, params) if params["provider"] == "openfaas" else _of_function_config(path)
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

    def _of_stack(self, path: Path, params: t.Mapping[str, t.Any]) -> Options:
        """One function of a ``stack.yml``. What the file leaves out is cleared, as ``faas-cli deploy`` does it."""
        base = Path(params["chdir"]) if params.get("chdir") else path.parent
        stack = self.stack(path)
        names = stack.matching(glob.escape(params["name"] or "") or "*")
        if len(names) > 1:
            raise InputError(f"name: {path} has several functions: {', '.join(names)}. Name one.")
        function = stack.function(names[0], lambda name: read_text(base / name))
        return {**function.options(), "gateway_url": stack.gateway or None}


def _of_function_config(path: Path) -> Options:
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.function_config import read_function_config

    return read_function_config(_text_of(path)).options()


def _text_of(path: Path, option: str = "config_file") -> str:
    try:
        return read_text(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError(f"{option}: cannot read {path}: {reason}.") from None
