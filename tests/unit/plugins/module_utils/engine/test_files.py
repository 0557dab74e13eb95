# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that a task names: regular ones up to a size, whatever lies there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_bytes, read_text


def test_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\xff\x00" * 50)
    assert read_bytes(path, 100) == path.read_bytes()
    path.write_text("\u00e9")
    assert read_text(path) == "\u00e9"
    (tmp_path / "link").symlink_to(path)
    assert read_text(tmp_path / "link") == "\u00e9"
    # It says of itself that it is empty.
    assert read_bytes("/proc/self/status", 1024 * 1024)


def test_what_is_not_read(tmp_path: Path) -> None:
    large, pipe = tmp_path / "large", tmp_path / "pipe"
    large.write_bytes(b"x" * 101)
    os.mkfifo(pipe)
    for path, most, said in (
        (large, 100, "it is larger than"),
        (Path("/proc/self/status"), 10, "it is larger than"),
        (pipe, 100, "it is no regular file but a socket, a pipe or a device"),
        (Path("/dev/zero"), 100, "it is no regular file but a socket, a pipe or a device"),
        (tmp_path, 100, "Is a directory"),
        (tmp_path / "none", 100, "No such file or directory"),
        (Path("a\0b"), 100, "its name holds a NUL character"),
    ):
        with pytest.raises(OSError) as refused:
            read_bytes(path, most)
        assert said in str(refused.value.strerror)
