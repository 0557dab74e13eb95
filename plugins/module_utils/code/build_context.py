# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder out of which an image is built: an OpenFaaS template with the source in one folder of it, as faas-cli lays it out."""

from __future__ import annotations

import posixpath
import stat
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import (
    SourceFile,
    find_file,
    is_safe_path,
    pieces_of,
    read_directory,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import SETTINGS, read_bytes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import NotYamlError, load_yaml
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

_HANDLER_FOLDER = "function"


def handler_folder(template: Path) -> str:
    """The folder of a template that takes the source, as its ``template.yml`` names it.

    :raises InputError: the file cannot be used.
    :raises MissingLibraryError: PyYAML is not installed.
    """
    path = template / "template.yml"
    if not path.is_file():
        return _HANDLER_FOLDER
    try:
        found = load_yaml(read_bytes(path, SETTINGS), "to read template.yml")
    except OSError as error:
        raise InputError(f"template: cannot read {path}: {error.strerror}.") from None
    except NotYamlError as error:
        raise InputError(f"template: {path} {error}.") from None
    folder = (found.get("handler_folder") if isinstance(found, dict) else None) or _HANDLER_FOLDER
    if not isinstance(folder, str) or not is_safe_path(folder.rstrip("/")):
        raise InputError(f"template: handler_folder in {path} has to name a folder below the template.")
    return folder.rstrip("/")


def read_extra(base: Path, paths: t.Iterable[str]) -> tuple[SourceFile, ...]:
    """The files that are copied beside the source, by their paths below a folder, as ``configuration.copy`` in a stack.yml names them.

    :raises InputError: one is missing, unreadable, the folder itself, or outside of it, which faas-cli refuses too (reference T.2).
    """
    found: dict[str, SourceFile] = {}
    for path in paths:
        name = posixpath.normpath(path)
        if name == "." or not is_safe_path(name) or not (base / name).resolve().is_relative_to(base.resolve()):
            raise InputError(f"copy_extra: {path} is not below {base}.")
        if (base / name).is_dir():
            for file in read_directory(base / name).files:
                found[f"{name}/{file.path}"] = SourceFile(f"{name}/{file.path}", file.content)
        else:
            shown = f"copy_extra: {base / name}"
            found[name] = SourceFile(name, find_file(str(base / name), shown, f"{shown} is too large."))
    return tuple(found[name] for name in sorted(found))


def lay_out(
    folder: Path,
    template: Path | None,
    source: Path,
    handler: str,
    *,
    include: t.Iterable[str] = (),
    base: Path | None = None,
    copy_extra: t.Iterable[str] = (),
) -> None:
    """Fill a new folder with the files of a template, and below ``handler`` with those of the source.

    What the digest of a directory leaves out is left out here too, so that one fingerprint stands for one image. Modes are kept,
    because in the image another user than the owner has to read the files.

    :param template: ``None`` for the source alone; then ``handler`` is empty.
    :param base: the folder that ``copy_extra`` counts from.
    :raises InputError: a file cannot be read or written.
    """
    try:
        _make_folder(folder, 0o755)
        if template is not None:
            _copy(template, read_directory(template).files, folder)
        target = folder
        for part in handler.split("/") if handler else ():
            target /= part
            if not target.is_dir():
                _make_folder(target, 0o755)
        _copy(source, read_directory(source, include=include).files, target)
        if base is not None:
            _copy(base, read_extra(base, copy_extra), target)
    except OSError as error:
        raise InputError(f"The files of the build cannot be put together: {error.strerror} ({error.filename}).") from None


def _copy(origin: Path, files: t.Iterable[SourceFile], target: Path) -> None:
    for file in files:
        _make_parents(origin, target, file.path)
        place = target / file.path
        # One of the template may be there, and not writable.
        place.unlink(missing_ok=True)
        with open(place, "wb") as target_file:
            target_file.writelines(pieces_of(file.content))
        place.chmod(_mode(origin / file.path))


def _make_parents(origin: Path, target: Path, path: str) -> None:
    parts = path.split("/")
    for parent in ("/".join(parts[:length]) for length in range(1, len(parts))):
        if not (target / parent).is_dir():
            _make_folder(target / parent, _mode(origin / parent))


def _make_folder(folder: Path, mode: int) -> None:
    folder.mkdir()
    # The umask would have its say in mkdir. The owner has to be able to remove what is in it.
    folder.chmod(mode | stat.S_IRWXU)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) & 0o777
