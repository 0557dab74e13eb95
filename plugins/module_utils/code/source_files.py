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

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.ignore_rules import IGNORE_FILE, IgnoreRules, may_hold_key
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import MEBIBYTE, open_regular
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import is_whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

#: What the platform extracts at most from one upload (reference B.7); also the most that is read.
MAX_SOURCE_BYTES = 200 * MEBIBYTE
#: More files than this are a wrong directory, or links that multiply it.
MAX_SOURCE_FILES = 20_000


# So much of a file is read at once: it stays in the processor's cache while it is hashed.
_PIECE = 256 * 1024


def is_safe_path(path: str) -> bool:
    """Whether a path stays below the directory it is put into: relative, forward slashes, no ``.`` or ``..``, no NUL."""
    return "\0" not in path and all(part not in ("", ".", "..") for part in path.split("/"))


class Stored(t.Protocol):
    """Content that is not in memory as a whole."""

    @property
    def size(self) -> int:
        """The number of its bytes."""

    def pieces(self) -> t.Iterator[bytes]:
        """The content, a piece at a time; the same each time it is asked for."""


@dataclasses.dataclass(frozen=True)
class OnDisk:
    """The content of a file that is read each time it is asked for, so that a large source is never in memory as a whole.

    What is compared and what is sent are read one after the other. So a file that is no longer the one that was found is an error.

    :param shown: how to call the file in a message.
    """

    place: str
    shown: str
    size: int
    changed_at: int

    @classmethod
    def at(cls, place: str, shown: str, found: os.stat_result) -> OnDisk:
        """What lies there.

        :raises InputError: it is no regular file.
        """
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{shown} is neither a file nor a directory (a socket, a pipe or a device): it cannot be part of a function.")
        return cls(place, shown, found.st_size, found.st_mtime_ns)

    def pieces(self) -> t.Iterator[bytes]:
        """The content, a piece at a time.

        :raises InputError: it cannot be read, or is not what was found.
        """
        try:
            with open_regular(self.place, buffering=0) as file:
                now, left = os.fstat(file.fileno()), self.size
                is_same = (now.st_size, now.st_mtime_ns) == (self.size, self.changed_at)
                while is_same and left:
                    piece = file.read(min(left, _PIECE))
                    is_same, left = bool(piece), left - len(piece)
                    yield piece
        except OSError as error:
            raise InputError(f"{self.shown} cannot be read: {error.strerror}.") from None
        if not is_same:
            raise InputError(f"{self.shown} was changed while it was read. Run the task again.")


Content = t.Union[bytes, Stored]


def size_of(content: Content) -> int:
    """The number of its bytes."""
    return len(content) if isinstance(content, bytes) else content.size


def pieces_of(content: Content) -> t.Iterable[bytes]:
    """All its bytes, those of a file on disk a piece at a time. Raises what :meth:`OnDisk.pieces` raises."""
    return (content,) if isinstance(content, bytes) else content.pieces()


def bytes_of(content: Content) -> bytes:
    """All its bytes at once. Raises what :meth:`OnDisk.pieces` raises."""
    return content if isinstance(content, bytes) else b"".join(content.pieces())


@dataclasses.dataclass(frozen=True, eq=False)
class SourceFile:
    """One file: ``path`` relative with forward slashes.

    :raises ValueError: the path would leave the directory.
    """

    path: str
    content: Content = dataclasses.field(repr=False)

    def __post_init__(self) -> None:
        if not is_safe_path(self.path):
            raise ValueError(f"{self.path!r} is not a path below a directory")

    @property
    def data(self) -> bytes:
        """Its bytes. Raises what :meth:`OnDisk.pieces` raises."""
        return bytes_of(self.content)

    @property
    def size(self) -> int:
        """The number of its bytes."""
        return size_of(self.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SourceFile) and (self.path, self.data) == (other.path, other.data)

    def __hash__(self) -> int:
        return hash(self.path)


class Contents(t.Mapping[str, bytes]):
    """The bytes of files by path, read when they are asked for."""

    def __init__(self, files: t.Iterable[SourceFile]) -> None:
        self._files = {file.path: file for file in files}

    def __getitem__(self, path: str) -> bytes:
        return self._files[path].data

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _as_it_is(content: Content) -> Content:
    return content


def content_digest(entries: t.Iterable[tuple[str, Content]], view: t.Callable[[Content], Content] = _as_it_is) -> str:
    """``sha256:<64 hex digits>`` over names and contents, whatever their order. Names are unique.

    Digests are kept in deployed functions, so what goes into them never changes.

    :param view: what of a content counts. It is asked of one at a time.
    """
    whole = hashlib.sha256()
    for name, given in sorted(entries, key=lambda entry: entry[0]):
        label, content = name.encode(), view(given)
        whole.update(b"%d:%b%d:" % (len(label), label, size_of(content)))
        for piece in pieces_of(content):
            whole.update(piece)
    return f"sha256:{whole.hexdigest()}"


@dataclasses.dataclass(frozen=True)
class DirectoryContent:
    """What is read of a directory.

    :param withheld: paths of the files, and with a slash at the end of the directories, that stay out because they hold credentials.
    """

    files: tuple[SourceFile, ...] = dataclasses.field(repr=False)
    withheld: tuple[str, ...]


def withheld_warnings(root: Path | str, withheld: t.Sequence[str]) -> list[str]:
    """That files stay out because they hold credentials. One line."""
    if not withheld:
        return []
    more = f" and {len(withheld) - 8} more" if len(withheld) > 8 else ""
    return [
        f"Left out of {root}, because such files hold credentials: {', '.join(withheld[:8])}{more}. "
        f"If the function needs one of them, name it in include. List the others in {IGNORE_FILE} to hear no more of them."
    ]


def read_directory(
    root: Path,
    *,
    extra_ignore: t.Iterable[str] = (),
    include: t.Iterable[str] = (),
    max_bytes: int = MAX_SOURCE_BYTES,
    max_files: int = MAX_SOURCE_FILES,
) -> DirectoryContent:
    """Find the files of a source directory, sorted by path, without what :mod:`ignore_rules` leaves out.

    Symbolic links that stay inside the directory are followed; what they point to counts as a file. Contents are read when they are asked for.

    :param extra_ignore: shell patterns of names that stay out besides the defaults.
    :param include: shell patterns of names and paths that are taken whatever the rules say.
    :param max_bytes: the limit for all files together.
    :raises InputError: missing, not a directory, unreadable, empty, too large, a link that leaves the directory, leads
        nowhere or into itself, or something that is no file (a socket, a pipe).
    :raises MissingLibraryError: there is a ``.faasignore``, and ``pathspec`` is not installed.
    """
    if not os.path.lexists(root):
        raise InputError(f"The source directory {root} does not exist on the machine that runs this module.")
    if not root.is_dir():
        raise InputError(f"The source {root} is not a directory.")
    content = _DirectoryReader(root, IgnoreRules.load(str(root), extra_ignore, include), max_bytes, max_files).read()
    if not content.files:
        raise InputError(f"The source directory {root} holds no file to send (defaults and {IGNORE_FILE} leave some files out).")
    return content


def find_file(path: str, shown: str, too_large: str) -> OnDisk:
    """A regular file that is part of a function.

    :param shown: how to call it in a message.
    :param too_large: the message when it holds more than :data:`MAX_SOURCE_BYTES`.
    :raises InputError: it is none, cannot be looked at, or is too large.
    """
    try:
        found = OnDisk.at(path, shown, os.stat(path))
    except OSError as error:
        raise InputError(f"{shown} cannot be read: {error.strerror}.") from None
    if found.size > MAX_SOURCE_BYTES:
        raise InputError(too_large)
    return found


class _DirectoryReader:
    """One walk through one directory, with what it may still read."""

    def __init__(self, root: Path, rules: IgnoreRules, max_bytes: int, max_files: int) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._rules = rules
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._bytes = 0
        self._files: list[SourceFile] = []
        self._withheld: list[str] = []

    def read(self) -> DirectoryContent:
        self._enter(str(self._root), "", (self._real_root,))
        return DirectoryContent(tuple(sorted(self._files, key=lambda file: file.path)), tuple(sorted(self._withheld)))

    def _enter(self, directory: str, prefix: str, real_parents: tuple[str, ...]) -> None:
        try:
            with os.scandir(directory) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise InputError(f"The directory {directory} cannot be read: {error.strerror}.") from None
        for entry in found:
            if not is_whole(entry.name):
                raise InputError(f"The directory {directory} holds a file whose name is not UTF-8 ({entry.name!a}). Rename it.")
            self._take(entry, f"{prefix}{entry.name}", real_parents)

    def _take(self, entry: os.DirEntry[str], path: str, real_parents: tuple[str, ...]) -> None:
        is_directory = _is_directory(entry)
        if self._rules.ignores(path, entry.path if is_directory else None):
            return
        if self._rules.withholds(path, is_directory=is_directory):
            self._withheld.append(f"{path}/" if is_directory else path)
            return
        if entry.is_symlink():
            self._check_link(entry.path, path)
        if is_directory:
            real = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real_parents[-1], entry.name)
            if real in real_parents:
                raise InputError(f"The symbolic link {path} in {self._root} points to a directory that contains it. Remove it or list it in {IGNORE_FILE}.")
            self._enter(entry.path, f"{path}/", (*real_parents, real))
        else:
            self._keep(entry, path)

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

    def _keep(self, entry: os.DirEntry[str], path: str) -> None:
        if len(self._files) >= self._max_files:
            raise InputError(
                f"The source directory {self._root} holds more than {self._max_files} files. Is it the right one? "
                f"List in {IGNORE_FILE} what the function does not need."
            )
        shown = f"{path} in {self._root}"
        try:
            content = OnDisk.at(entry.path, shown, entry.stat())
        except OSError as error:
            raise InputError(f"{shown} cannot be read: {error.strerror}.") from None
        if self._bytes + content.size > self._max_bytes:
            raise InputError(
                f"The source directory {self._root} is larger than {self._max_bytes / MEBIBYTE:g} MB, which is the platform's limit. "
                f"List in {IGNORE_FILE} what the function does not need."
            )
        if may_hold_key(path) and self._rules.withholds(path, bytes_of(content)):
            self._withheld.append(path)
            return
        self._bytes += content.size
        self._files.append(SourceFile(path, content))


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads into itself.
        return False
