# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder out of which an image is built: an OpenFaaS template with the source in one folder of it, as faas-cli lays it out."""

from __future__ import annotations

import stat
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile, is_safe_path, read_directory
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


def lay_out(folder: Path, template: Path, source: Path, handler: str) -> None:
    """Fill a new folder with the files of a template, and below ``handler`` with those of the source.

    What the digest of a directory leaves out is left out here too, so that one fingerprint stands for one image. Modes are kept,
    because in the image another user than the owner has to read the files.

    :raises InputError: a file cannot be read or written.
    """
    try:
        _make_folder(folder, 0o755)
        _copy(template, read_directory(template), folder)
        target = folder
        for part in handler.split("/"):
            target /= part
            if not target.is_dir():
                _make_folder(target, 0o755)
        _copy(source, read_directory(source), target)
    except OSError as error:
        raise InputError(f"The template {template} and the source {source} cannot be put together: {error.strerror} ({error.filename}).") from None


def _copy(origin: Path, files: t.Iterable[SourceFile], target: Path) -> None:
    for file in files:
        _make_parents(origin, target, file.path)
        place = target / file.path
        # One of the template may be there, and not writable.
        place.unlink(missing_ok=True)
        place.write_bytes(file.data)
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
