# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that keeps a version of a function, variables in clear, between the task that replaces it and the one that restores it."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError


def write_snapshot_file(path: Path, document: t.Mapping[str, t.Any]) -> None:
    """Write a version, readable by the owner alone, in place of any file with looser permissions.

    :param document: with ``v`` and ``name``.
    :raises InputError: the file cannot be written.
    """
    try:
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(document, file)
    except OSError as error:
        raise InputError(f"snapshot_dest: cannot write {path}: {error.strerror}. Nothing was changed.") from None


def read_snapshot_file(path: Path, name: str, is_one: t.Callable[[dict[str, t.Any]], bool]) -> dict[str, t.Any]:
    """Read the version of the function ``name``.

    :param is_one: whether the document is of the kind that the caller writes.
    :raises InputError: the file is missing, unreadable, of another kind, or of another function.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"snapshot: cannot read {path}: {error.strerror}.") from None
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("v") != 1 or not is_one(document):
        raise InputError(f"snapshot: {path} is not a file that snapshot_dest wrote.")
    if document["name"] != name:
        raise InputError(f"snapshot: {path} holds the function {document['name']}, not {name}.")
    return document
