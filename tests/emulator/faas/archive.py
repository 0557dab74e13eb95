# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ZIP that a function's code comes in, and what the platform refuses of it (reference P.8).

The rules are the vendor's: one root directory, exact names in it, two limits of size, refused endings. That paths which lead out of the
directory, links, duplicates and encryption are refused too, and the words of all refusals, are our choice.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass

from ..envelope import Refused
from .runtimes import Runtime

FIELD = "code_file"
REFUSED_ENDINGS = (".exe", ".dll", ".sh", ".bat", ".pyc", ".class", ".jar", ".zip")
DRIVE = re.compile(r"[A-Za-z]:")
MEGABYTE = 1024 * 1024
PART = 64 * 1024
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zlib.error, lzma.LZMAError, struct.error)


@dataclass(frozen=True)
class Limits:
    """In bytes: of the ZIP as it is sent, and of everything in it."""

    compressed: int = 50 * MEGABYTE
    extracted: int = 200 * MEGABYTE


def unpack(content: bytes, runtime: Runtime, limits: Limits) -> dict[str, bytes]:
    """The files of a ZIP by their paths below its root directory; a 400 for one that the platform does not take."""
    if len(content) > limits.compressed:
        raise _refused(f"The ZIP file is larger than {_megabytes(limits.compressed)}.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive)
            files = _read(archive, members, limits.extracted)
    except UNREADABLE as error:
        raise _refused(f"The ZIP file cannot be read: {error or type(error).__name__}.") from error
    _require_files(files, runtime)
    return files


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The regular files by their paths below the one root directory."""
    found: dict[str, zipfile.ZipInfo] = {}
    folders: set[str] = set()
    roots: set[str] = set()
    for member in archive.infolist():
        _check_member(member)
        root, slash, inside = member.filename.partition("/")
        if not slash:
            raise _refused(f"{member.filename} is outside of a root directory: put everything into one.")
        roots.add(root)
        name = inside.rstrip("/")
        folders |= {name[:end] for end in (position for position, character in enumerate(name) if character == "/")}
        if member.is_dir():
            folders.add(name)
        elif name in found:
            raise _refused(f"{member.filename} is there more than once.")
        else:
            found[name] = member
    if len(roots) != 1:
        raise _refused(f"There must be exactly one root directory, not {len(roots)} ({', '.join(sorted(roots)[:5])})." if roots else "The ZIP file is empty.")
    if both := folders & set(found):
        raise _refused(f"{min(both)} is a file and a directory.")
    return found


def _check_member(member: zipfile.ZipInfo) -> None:
    """Refuse what would be written elsewhere, or as something else than a file, and what the platform does not want."""
    # zipfile itself mends some names: what was sent counts.
    name = member.orig_filename
    parts = name.removesuffix("/").split("/")
    if "\\" in name or "\0" in name or DRIVE.match(name) or any(part in ("", ".", "..") for part in parts):
        raise _refused(f"{name!r} is not a path inside of the root directory.")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(f"{name} is neither a file nor a directory.")
    if name.lower().endswith(REFUSED_ENDINGS):
        raise _refused(f"{name}: files ending in {', '.join(REFUSED_ENDINGS)} are not allowed.")


def _read(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], limit: int) -> dict[str, bytes]:
    """The contents, read no further than ``limit`` bytes: the sizes that a ZIP claims may be wrong."""
    files: dict[str, bytes] = {}
    left = limit
    for name, member in members.items():
        content = bytearray()
        with archive.open(member) as source:
            while part := source.read(min(PART, left + 1)):
                content += part
                left -= len(part)
                if left < 0:
                    raise _refused(f"The ZIP file holds more than {_megabytes(limit)}.")
        files[name] = bytes(content)
    return files


def _require_files(files: dict[str, bytes], runtime: Runtime) -> None:
    missing = [] if runtime.entry(files) else [" or ".join(runtime.code_files)]
    if runtime.needs_label and runtime.label not in files:
        missing.append(runtime.label)
    if missing:
        raise _refused(f"{', '.join(missing)} must be directly in the root directory for the runtime {runtime.id}.")


def _refused(reason: str) -> Refused:
    return Refused(400, f"{FIELD}: {reason}")


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:g} MB"
