# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an environment lives follows from all that goes into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.project import ROOT
from tools.venvs import included_files, location


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_a_change_in_an_included_file_moves_the_environment(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "-c c.txt\n-r b.txt\none==1\n")
    write(tmp_path, "b.txt", "two==2\n")
    write(tmp_path, "c.txt", "")
    first = location("a", tmp_path / "venvs", tmp_path)
    assert first == location("a", tmp_path / "venvs", tmp_path)
    write(tmp_path, "b.txt", "two==3\n")
    assert location("a", tmp_path / "venvs", tmp_path) != first


def test_another_folder_is_another_environment(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "one==1\n")
    assert location("a", tmp_path / "x", tmp_path).name != location("a", tmp_path / "y", tmp_path).name


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.stem)
def test_every_requirement_is_pinned(path: Path) -> None:
    for file in included_files(path):
        for line in file.read_text(encoding="utf-8").splitlines():
            requirement = line.partition("#")[0].strip()
            assert not requirement or requirement.startswith("-") or "==" in requirement, f"{file.name}: {requirement}"
