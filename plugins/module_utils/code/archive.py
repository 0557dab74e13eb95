# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ZIP that the platform's upload takes (reference P.8, B.7), byte for byte the same for the same files.

One root directory, the runtime's file names, sorted entries, one fixed date and mode. The bytes are the same with the
same zlib; another build of zlib may compress to another length.

It is sent once and unpacked once, so it is compressed fast, and tightly only when it would not fit otherwise. Files that are compressed
already, such as pictures, are stored as they are.
"""

from __future__ import annotations

import itertools
import typing as t
import zipfile
import zlib

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import SourceLayout
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import MAX_SOURCE_BYTES, SourceFile, is_safe_path, pieces_of
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import MEBIBYTE
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

#: What the platform takes at most as one upload (reference P.8).
MAX_ARCHIVE_BYTES = 50 * MEBIBYTE

#: What the platform refuses inside an upload (reference P.8).
REFUSED_SUFFIXES = (".exe", ".dll", ".sh", ".bat", ".pyc", ".class", ".jar", ".zip")

#: Directories that are no part of any function: what macOS adds to archives, and a repository. Our choice: the platform
#: documents neither.
REFUSED_DIRECTORIES = ("__MACOSX", ".git")

_EMPTY_DEPENDENCY = {"python": b"", "node": b"{}\n"}
_DATE = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE_0644 = 0o100644 << 16
_UNIX = 3
_UTF8_NAME = 0x800
# Levels of zlib: the first one takes a third of the time of its default, and makes a fifth more of text.
_FAST, _TIGHT = 1, 9
# Of a file of so many bytes a few are tried, which tells what is compressed already.
_TRIED_FROM, _TRIED = 8 * 1024, 1024
_NOT_SMALLER = 0.95


def archive_members(files: t.Iterable[SourceFile], layout: SourceLayout) -> tuple[SourceFile, ...]:
    """The files of an archive, sorted: those given, and for Python and Node.js an empty dependency file if there is none.

    The platform's page calls the dependency file required for these two (reference P.8); what the others need is not known.

    :raises InputError: the name that the runtime requires is missing, or a name is refused.
    """
    members = {file.path: file for file in files}
    _refuse_names(members)
    _require_code_file(members, layout)
    name, empty = layout.dependency_name, _EMPTY_DEPENDENCY.get(layout.language)
    if name is not None and empty is not None and (name not in members or _is_blank(members[name])):
        members[name] = SourceFile(name, empty)
    return tuple(sorted(members.values(), key=lambda file: file.path))


def _is_blank(file: SourceFile) -> bool:
    return not any(piece.strip() for piece in pieces_of(file.content))


def _refuse_names(paths: t.Iterable[str]) -> None:
    ordered = sorted(paths)
    rules: tuple[tuple[str, t.Callable[[str], bool]], ...] = (
        (f"The platform refuses archives that hold {', '.join(REFUSED_SUFFIXES)} files", lambda path: path.lower().endswith(REFUSED_SUFFIXES)),
        (f"An archive cannot hold {' or '.join(REFUSED_DIRECTORIES)}", lambda path: any(part in REFUSED_DIRECTORIES for part in path.split("/"))),
        ("A name with a backslash means another file on another system", lambda path: "\\" in path),
    )
    for rule, is_refused in rules:
        found = [path for path in ordered if is_refused(path)]
        if found:
            more = f" and {len(found) - 5} more" if len(found) > 5 else ""
            raise InputError(f"{rule}. Found: {', '.join(found[:5])}{more}. Leave out with .faasignore what the function does not need.")


def _require_code_file(members: t.Collection[str], layout: SourceLayout) -> None:
    if not layout.documented or layout.handler_names[0] in members:
        return
    required = layout.handler_names[0]
    others = [name for name in layout.handler_names if name in members]
    raise InputError(
        f"An archive for this runtime ({layout.language}) needs {required} at the top of the source directory"
        + (f": rename {others[0]} to {required}." if others else ".")
    )


def build_zip(
    files: t.Iterable[SourceFile],
    root_name: str,
    layout: SourceLayout,
    target: t.IO[bytes],
    *,
    max_archive_bytes: int = MAX_ARCHIVE_BYTES,
    max_extracted_bytes: int = MAX_SOURCE_BYTES,
) -> None:
    """Write the archive.

    :param root_name: the one directory at its top.
    :param target: an empty file.
    :raises InputError: see :func:`archive_members`; a root name that is no plain name; a limit is exceeded.
    """
    check_root_name(root_name)
    members = archive_members(files, layout)
    if sum(file.size for file in members) > max_extracted_bytes:
        raise InputError(f"The files of the archive hold more than {max_extracted_bytes / MEBIBYTE:g} MB, which is the platform's limit.")
    for level in (_FAST, _TIGHT):
        target.seek(0)
        target.truncate()
        if _write(members, root_name, target, level, max_archive_bytes):
            return
    raise InputError(
        f"The archive is larger than {max_archive_bytes / MEBIBYTE:g} MB, which is the platform's limit. Leave files out with .faasignore."
    )


def check_root_name(root_name: str) -> None:
    """Refuse what is no plain name for the directory inside an archive.

    :raises InputError: it is none.
    """
    if "/" in root_name or "\\" in root_name or not is_safe_path(root_name) or root_name in REFUSED_DIRECTORIES:
        raise InputError(f"{root_name!r} cannot be the directory inside the archive: use one plain name.")


def _write(members: t.Iterable[SourceFile], root_name: str, target: t.IO[bytes], level: int, most: int) -> bool:
    """Whether all of it fits into ``most`` bytes; writing stops where it does not."""
    with zipfile.ZipFile(target, "w") as archive:
        for file in members:
            # In pieces, so that a large file is not in memory.
            pieces = iter(pieces_of(file.content))
            first = next(pieces, b"")
            entry = _entry(root_name, file)
            entry.compress_type = zipfile.ZIP_STORED if level == _FAST and _is_compressed(first) else zipfile.ZIP_DEFLATED
            # The level of an archive is not that of an entry which is made by hand, and this one has a public name from Python 3.13 on only.
            setattr(entry, "_compresslevel", level)
            with archive.open(entry, "w") as place:
                for piece in itertools.chain([first], pieces):
                    place.write(piece)
                    if target.tell() > most:
                        return False
    return target.tell() <= most


def _entry(root_name: str, file: SourceFile) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{root_name}/{file.path}", _DATE)
    entry.create_system = _UNIX
    entry.external_attr = _REGULAR_FILE_0644
    entry.file_size = file.size
    return entry


def _is_compressed(beginning: bytes) -> bool:
    """Whether a file that begins so holds what zlib makes no smaller. A short one is not worth the try."""
    # Its end: pictures and models have a head that is not compressed.
    tried = beginning[-_TRIED:]
    if len(beginning) < _TRIED_FROM or tried.isascii():
        return False
    # With a small window: making a large one takes longer than the try.
    packer = zlib.compressobj(_FAST, zlib.DEFLATED, -9)
    return len(packer.compress(tried)) + len(packer.flush()) > _NOT_SMALLER * len(tried)


def is_archive_of(archive: zipfile.ZipFile, members: t.Sequence[SourceFile], root_name: str) -> bool:
    """Whether an archive holds these files and nothing else, in the form that :func:`build_zip` gives them. Nothing is packed for that.

    :raises zipfile.BadZipFile: it is damaged.
    """
    entries = archive.infolist()
    if archive.comment or [entry.filename for entry in entries] != [f"{root_name}/{file.path}" for file in members]:
        return False
    return all(
        (entry.date_time, entry.create_system, entry.external_attr, entry.file_size) == (_DATE, _UNIX, _REGULAR_FILE_0644, file.size)
        and entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        and not entry.flag_bits & ~_UTF8_NAME
        and not entry.extra
        and not entry.comment
        and _holds(archive, entry, file)
        for entry, file in zip(entries, members)
    )


def _holds(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: SourceFile) -> bool:
    with archive.open(entry) as packed:
        return all(packed.read(len(piece)) == piece for piece in pieces_of(file.content)) and not packed.read(1)
