# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the functions of a stack come from: the task itself, a ``stack.yml``, or a folder of function folders. No HTTP."""

from __future__ import annotations

import os
import typing as t
from fnmatch import fnmatchcase
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.config_file import CONFIG_FILE, ConfigFiles

Entry = dict[str, t.Any]

# Folders beside functions that are none, besides those whose names begin with a dot or an underscore.
_NO_FUNCTIONS = ("node_modules",)


def stack_entries(params: t.Mapping[str, t.Any], files: ConfigFiles) -> list[Entry]:
    """The options of each function that the task names, as far as they are said where it is named.

    :raises InputError: what names them is not usable, or does not go with the provider.
    """
    if params["stack_file"] is not None:
        if params["provider"] != "openfaas":
            raise InputError("stack_file belongs to provider: openfaas, and this task has provider: myaccount; instead of stack_file use directory.")
        path = Path(params["stack_file"])
        return [{"name": name, "config_file": str(path), "chdir": params["chdir"]} for name in files.stack(path, "stack_file").names]
    if params["directory"] is not None:
        if params["provider"] == "openfaas":
            raise InputError("directory belongs to provider: myaccount, and this task has provider: openfaas; instead of directory use stack_file.")
        return [of_folder(folder) for folder in folders_in(Path(params["directory"]), "directory")]
    return list(params["functions"] or ())


def folders_in(directory: Path, option: str) -> list[Path]:
    """The folders with functions in a folder.

    :param option: what names the folder, to begin a message.
    :raises InputError: it cannot be read, or there is none in it.
    """
    try:
        found = sorted(entry.path for entry in os.scandir(directory) if entry.is_dir())
    except OSError as error:
        raise InputError(f"{option}: cannot read {directory}: {error.strerror}.") from None
    folders = [Path(path) for path in found if not os.path.basename(path).startswith((".", "_")) and os.path.basename(path) not in _NO_FUNCTIONS]
    if not folders:
        raise InputError(f"{option}: {directory} has no folder in it, so no function.")
    return folders


def of_folder(folder: Path) -> Entry:
    """One folder with a function, which has the folder's name unless the vendor's file in it tells another one."""
    entry: Entry = {"src": str(folder), "config_file": str(folder)}
    return entry if (folder / CONFIG_FILE).exists() else {**entry, "name": folder.name}


class Names:
    """Which functions a task means.

    :param patterns: shell patterns, of which one has to match; ``None`` for all functions.
    """

    def __init__(self, patterns: t.Sequence[str] | None) -> None:
        self._patterns = patterns

    def __contains__(self, name: object) -> bool:
        return self._patterns is None or any(fnmatchcase(str(name), pattern) for pattern in self._patterns)
