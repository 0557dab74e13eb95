# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files as a function knows them: a relative path and its bytes, and nothing that changes by copying.

Times, modes, owners and the order of a directory are not part of a function, so they are not part of a digest.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import stat
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.ignore_rules import IGNORE_FILE, IgnoreRules
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import is_whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

MEBIBYTE = 1024 * 1024

#: What the platform extracts at most from one upload (reference B.7); also the most that is read into memory.
MAX_SOURCE_BYTES = 200 * MEBIBYTE
#: More files than this are a wrong directory, or links that multiply it.
MAX_SOURCE_FILES = 20_000


def is_safe_path(path: str) -> bool:
    """Whether a path stays below the directory it is put into: relative, forward slashes, no ``.`` or ``..``, no NUL."""
    return "\0" not in path and all(part not in ("", ".", "..") for part in path.split("/"))


@dataclasses.dataclass(frozen=True)
class SourceFile:
    """One file: ``path`` relative with forward slashes, ``data`` its bytes.

    :raises ValueError: the path would leave the directory.
    """

    path: str
    data: bytes

    def __post_init__(self) -> None:
        if not is_safe_path(self.path):
            raise ValueError(f"{self.path!r} is not a path below a directory")


def content_digest(entries: t.Iterable[tuple[str, bytes]]) -> str:
    """``sha256:<64 hex digits>`` over names and contents, whatever their order. Names are unique."""
    whole = hashlib.sha256()
    for name, data in sorted(entries):
        label = name.encode()
        whole.update(b"%d:%b%d:" % (len(label), label, len(data)))
        whole.update(data)
    return f"sha256:{whole.hexdigest()}"


def read_directory(
    root: Path,
    *,
    extra_ignore: t.Iterable[str] = (),
    max_bytes: int = MAX_SOURCE_BYTES,
    max_files: int = MAX_SOURCE_FILES,
) -> tuple[SourceFile, ...]:
    """Read the files of a source directory, sorted by path, without what :mod:`ignore_rules` leaves out.

    Symbolic links that stay inside the directory are followed; what they point to is read as a file.

    :param extra_ignore: shell patterns of names that stay out besides the defaults.
    :param max_bytes: the limit for all files together; reading stops there.
    :raises InputError: missing, not a directory, unreadable, empty, too large, a link that leaves the directory, leads
        nowhere or into itself, or something that is no file (a socket, a pipe).
    :raises MissingLibraryError: there is a ``.faasignore``, and ``pathspec`` is not installed.
    """
    if not os.path.lexists(root):
        raise InputError(f"The source directory {root} does not exist on the machine that runs this module.")
    if not root.is_dir():
        raise InputError(f"The source {root} is not a directory.")
    files = _DirectoryReader(root, extra_ignore, max_bytes, max_files).read()
    if not files:
        raise InputError(f"The source directory {root} holds no file to send (defaults and {IGNORE_FILE} leave some files out).")
    return tuple(sorted(files, key=lambda file: file.path))


def read_regular_file(path: str, shown: str, max_bytes: int, too_large: str) -> bytes:
    """The content of a regular file.

    :param shown: how to call it in a message.
    :param too_large: the message when it holds more than ``max_bytes``.
    :raises InputError: not a regular file, unreadable, or too large.
    """
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{shown} is neither a file nor a directory (a socket, a pipe or a device): it cannot be part of a function.")
        if found.st_size > max_bytes:
            raise InputError(too_large)
        with open(path, "rb") as file:
            # Not the limit itself: memory for all of it would be set aside for every small file.
            return file.read(min(max_bytes, found.st_size + 1))
    except OSError as error:
        raise InputError(f"{shown} cannot be read: {error.strerror}.") from None


class _DirectoryReader:
    """One walk through one directory, with what it may still read."""

    def __init__(self, root: Path, extra_ignore: t.Iterable[str], max_bytes: int, max_files: int) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._rules = IgnoreRules.load(str(root), extra_ignore)
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._bytes = 0
        self._files: list[SourceFile] = []

    def read(self) -> list[SourceFile]:
        self._enter(str(self._root), "", (self._real_root,))
        return self._files

    def _enter(self, directory: str, prefix: str, real_parents: tuple[str, ...]) -> None:
        try:
            with os.scandir(directory) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as error:
            raise InputError(f"The directory {directory} cannot be read: {error.strerror}.") from None
        for name in names:
            if not is_whole(name):
                raise InputError(f"The directory {directory} holds a file whose name is not UTF-8 ({name!a}). Rename it.")
            self._take(os.path.join(directory, name), f"{prefix}{name}", real_parents)

    def _take(self, place: str, path: str, real_parents: tuple[str, ...]) -> None:
        is_directory = os.path.isdir(place)
        if self._rules.ignores(path, place if is_directory else None):
            return
        if os.path.islink(place):
            self._check_link(place, path)
        if is_directory:
            real = os.path.realpath(place)
            if real in real_parents:
                raise InputError(f"The symbolic link {path} in {self._root} points to a directory that contains it. Remove it or list it in {IGNORE_FILE}.")
            self._enter(place, f"{path}/", (*real_parents, real))
        else:
            self._read(place, path)

    def _check_link(self, place: str, path: str) -> None:
        target = os.readlink(place)
        real = os.path.realpath(place)
        if os.path.commonpath((real, self._real_root)) != self._real_root:
            raise InputError(
                f"The symbolic link {path} in {self._root} leaves the directory (it points to {target}). "
                f"Put a copy of the file in its place, or list it in {IGNORE_FILE}."
            )
        if not os.path.exists(place):
            raise InputError(f"The symbolic link {path} in {self._root} leads nowhere (it points to {target}). Remove it or list it in {IGNORE_FILE}.")

    def _read(self, place: str, path: str) -> None:
        if len(self._files) >= self._max_files:
            raise InputError(
                f"The source directory {self._root} holds more than {self._max_files} files. Is it the right one? "
                f"List in {IGNORE_FILE} what the function does not need."
            )
        data = read_regular_file(
            place,
            f"{path} in {self._root}",
            self._max_bytes - self._bytes,
            f"The source directory {self._root} is larger than {self._max_bytes / MEBIBYTE:g} MB, which is the platform's limit. "
            f"List in {IGNORE_FILE} what the function does not need.",
        )
        self._bytes += len(data)
        self._files.append(SourceFile(path, data))
