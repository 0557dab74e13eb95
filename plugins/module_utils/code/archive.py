# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ZIP that the platform's upload takes (reference P.8, B.7), byte for byte the same for the same files.

One root directory, the runtime's file names, sorted entries, one fixed date and mode. The bytes are the same with the
same zlib; another build of zlib may compress to another length.
"""

from __future__ import annotations

import io
import typing as t
import zipfile

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import SourceLayout
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import MAX_SOURCE_BYTES, MEBIBYTE, SourceFile, is_safe_path
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
_PIECE = MEBIBYTE


def archive_members(files: t.Iterable[SourceFile], layout: SourceLayout) -> tuple[SourceFile, ...]:
    """The files of an archive, sorted: those given, and for Python and Node.js an empty dependency file if there is none.

    The platform's page calls the dependency file required for these two (reference P.8); what the others need is not known.

    :raises InputError: the name that the runtime requires is missing, or a name is refused.
    """
    members = {file.path: file for file in files}
    _refuse_names(members)
    _require_code_file(members, layout)
    name, empty = layout.dependency_name, _EMPTY_DEPENDENCY.get(layout.language)
    if name is not None and empty is not None and (name not in members or not members[name].data.strip()):
        members[name] = SourceFile(name, empty)
    return tuple(sorted(members.values(), key=lambda file: file.path))


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
    *,
    max_archive_bytes: int = MAX_ARCHIVE_BYTES,
    max_extracted_bytes: int = MAX_SOURCE_BYTES,
) -> bytes:
    """The archive as bytes.

    :param root_name: the one directory at its top.
    :raises InputError: see :func:`archive_members`; a root name that is no plain name; a limit is exceeded.
    """
    if "/" in root_name or "\\" in root_name or not is_safe_path(root_name) or root_name in REFUSED_DIRECTORIES:
        raise InputError(f"{root_name!r} cannot be the directory inside the archive: use one plain name.")
    members = archive_members(files, layout)
    if sum(len(file.data) for file in members) > max_extracted_bytes:
        raise InputError(f"The files of the archive hold more than {max_extracted_bytes / MEBIBYTE:g} MB, which is the platform's limit.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in members:
            _add(archive, f"{root_name}/{file.path}", file.data)
            _check_size(buffer, max_archive_bytes)
    _check_size(buffer, max_archive_bytes)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = _UNIX
    entry.external_attr = _REGULAR_FILE_0644
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.file_size = len(data)
    # In pieces, so that a large file is not in memory a second time.
    with archive.open(entry, "w") as target:
        for start in range(0, len(data), _PIECE):
            target.write(data[start : start + _PIECE])


def _check_size(buffer: io.BytesIO, max_archive_bytes: int) -> None:
    if buffer.tell() > max_archive_bytes:
        raise InputError(
            f"The archive is larger than {max_archive_bytes / MEBIBYTE:g} MB, which is the platform's limit. Leave files out with .faasignore."
        )
