# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading files that a task or the environment names: regular ones, up to a size; and writing those that hold secrets."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import typing as t
from pathlib import Path

MEBIBYTE = 1024 * 1024

#: For settings that people write: a megabyte of YAML takes seconds to parse.
SETTINGS = MEBIBYTE
#: For what the modules themselves keep, with the code of a function in it.
KEPT = 512 * MEBIBYTE


def open_regular(path: t.Union[str, Path], buffering: int = -1) -> t.BinaryIO:
    """A file to read. A pipe would be waited for without an end, and a device such as ``/dev/zero`` fills the memory.

    :param buffering: as for :func:`open`.
    :raises OSError: it cannot be opened, or is no regular file; ``strerror`` says so in words for a message.
    """
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "its name holds a NUL character")
    found = os.stat(path)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file but a socket, a pipe or a device")
    return open(path, "rb", buffering)


def read_bytes(path: t.Union[str, Path], most: int) -> bytes:
    """The content of a file.

    :param most: how many bytes it may hold.
    :raises OSError: as :func:`open_regular`, or it is larger.
    """
    content = b""
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size <= most:
            # Not the limit itself: memory for all of it would be set aside for every small file. Files below /proc say that they are empty.
            content = file.read(min(most, size or MEBIBYTE) + 1)
    if size > most or len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most / MEBIBYTE:g} MB")
    return content


def read_text(path: t.Union[str, Path], most: int = SETTINGS) -> str:
    """The text of a file.

    :raises OSError: as :func:`read_bytes`.
    :raises ValueError: it is not UTF-8.
    """
    return read_bytes(path, most).decode("utf-8")


def write_private(path: Path, content: t.Union[str, bytes]) -> None:
    """Put a file, readable by the owner alone, in the place of any other. Where that fails, the other one stays as it is.

    :raises OSError: it cannot be written.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with open(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        os.replace(temporary, path)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise
