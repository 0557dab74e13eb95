# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that keeps a version of a function, variables in clear, between the task that replaces it and the one that restores it."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import KEPT, read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

Kind = t.Callable[[t.Any], bool]


def _several(kind: type) -> Kind:
    return lambda value: isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _named(kind: type) -> Kind:
    return lambda value: isinstance(value, dict) and all(isinstance(item, kind) for item in value.values())


def _one(kind: type) -> Kind:
    return lambda value: isinstance(value, kind)


# What a part of a version can be.
TEXT, NUMBER, TRUTH, TEXTS, NAMED_TEXTS, NAMED_NUMBERS = _one(str), _one(int), _one(bool), _several(str), _named(str), _named(int)


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


def read_snapshot_file(path: Path, name: str, kinds: t.Mapping[str, Kind], *, part: str | None = None, needed: str | None = None) -> dict[str, t.Any]:
    """Read the version of the function ``name``.

    :param kinds: what the caller writes: by key what it has to be, if it is not null.
    :param part: the key of the mapping that holds these, if they do not lie at the top.
    :param needed: the key that cannot be null.
    :returns: these keys, and no other.
    :raises InputError: the file is missing, unreadable, of another kind, or of another function.
    """
    try:
        document = load_json(read_text(path, KEPT))
    except OSError as error:
        raise InputError(f"snapshot: cannot read {path}: {error.strerror}.") from None
    except ValueError:
        document = None
    document = document if isinstance(document, dict) and document.get("v") == 1 else {}
    kept = document.get(part) if part else document
    if not document or not isinstance(kept, dict) or (needed and kept.get(needed) is None) or not _fits(kept, kinds):
        raise InputError(f"snapshot: {path} is not a file that snapshot_dest wrote.")
    if document.get("name") != name:
        raise InputError(f"snapshot: {path} holds the function {document.get('name')!r}, not {name}.")
    return {key: kept.get(key) for key in kinds}


def _fits(kept: t.Mapping[str, t.Any], kinds: t.Mapping[str, Kind]) -> bool:
    return all(kept.get(key) is None or kind(kept[key]) for key, kind in kinds.items())
