# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ZIP that the platform's upload takes (reference B.7), byte for byte the same for the same files.

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

#: What the platform takes at most as one upload (reference B.7).
MAX_ARCHIVE_BYTES = 50 * MEBIBYTE

#: What the platform refuses inside an upload (reference B.7).
REFUSED_SUFFIXES = (".exe", ".dll", ".sh", ".bat", ".pyc", ".class", ".jar", ".zip")

_EMPTY_DEPENDENCY = {"python": b"", "node": b"{}\n"}
_DATE = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE_0644 = 0o100644 << 16
_UNIX = 3


def archive_members(files: t.Iterable[SourceFile], layout: SourceLayout) -> tuple[SourceFile, ...]:
    """The files of an archive, sorted: those given, and for Python and Node.js an empty dependency file if there is none.

    :raises InputError: a name that the runtime requires is missing, or a suffix is refused.
    """
    members = {file.path: file for file in files}
    refused = sorted(path for path in members if path.lower().endswith(REFUSED_SUFFIXES))
    if refused:
        raise InputError(
            f"The platform refuses archives that hold {', '.join(REFUSED_SUFFIXES)} files. Found: {', '.join(refused[:5])}"
            + (f" and {len(refused) - 5} more" if len(refused) > 5 else "")
            + ". Leave them out with .faasignore."
        )
    required = layout.handler_names[:1] if layout.documented else layout.handler_names
    if required and not members.keys() & set(required):
        others = sorted(members.keys() & set(layout.handler_names))
        raise InputError(
            f"An archive for this runtime ({layout.language}) needs {' or '.join(required)} at the top of the source directory"
            + (f", and there is {others[0]}: rename it." if others else ".")
        )
    name = layout.dependency_name
    if name is not None and name not in members:
        empty = _EMPTY_DEPENDENCY.get(layout.language)
        if empty is None:
            raise InputError(f"An archive for this runtime ({layout.language}) needs {name} at the top of the source directory.")
        members[name] = SourceFile(name, empty)
    return tuple(sorted(members.values(), key=lambda file: file.path))


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
    if "/" in root_name or "\\" in root_name or not is_safe_path(root_name):
        raise InputError(f"{root_name!r} cannot be the directory inside the archive: use one plain name.")
    members = archive_members(files, layout)
    if sum(len(file.data) for file in members) > max_extracted_bytes:
        raise InputError(f"The files of the archive hold more than {max_extracted_bytes / MEBIBYTE:g} MB, which is the platform's limit.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in members:
            entry = zipfile.ZipInfo(f"{root_name}/{file.path}", _DATE)
            entry.create_system = _UNIX
            entry.external_attr = _REGULAR_FILE_0644
            archive.writestr(entry, file.data, zipfile.ZIP_DEFLATED, 9)
    if buffer.tell() > max_archive_bytes:
        raise InputError(
            f"The archive is larger than {max_archive_bytes / MEBIBYTE:g} MB, which is the platform's limit. Leave files out with .faasignore."
        )
    return buffer.getvalue()
