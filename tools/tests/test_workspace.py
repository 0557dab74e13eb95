# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copy holds what git would commit, with and without git."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.project import COLLECTION, ROOT
from tools.workspace import assemble, list_files

WANTED = {".gitignore", "galaxy.yml", "plugins/modules/m.py", "tests/output.py", "docs/build/kept.txt"}
UNWANTED = {"build/x.txt", ".cache/y", "tests/output/z.txt", "plugins/modules/__pycache__/m.pyc", "a/b.tar.gz", "node_modules/n/i.js", ".venv/bin/python"}


@pytest.fixture(name="tree")
def fixture_tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in WANTED | UNWANTED:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    shutil.copyfile(ROOT / ".gitignore", root / ".gitignore")
    return root


def names(paths: list[Path]) -> set[str]:
    return {path.as_posix() for path in paths}


def test_without_git(tree: Path) -> None:
    assert names(list_files(tree)) == WANTED


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_with_git(tree: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tree)], check=True)
    assert names(list_files(tree)) == WANTED


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_tracked_file_that_was_deleted_is_left_out(tree: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tree)], check=True)
    subprocess.run(["git", "-C", str(tree), "add", "galaxy.yml"], check=True)
    (tree / "galaxy.yml").unlink()
    assert names(list_files(tree)) == WANTED - {"galaxy.yml"}


def test_a_second_copy_has_nothing_of_the_first(tree: Path, tmp_path: Path) -> None:
    first = assemble("x", tree, tmp_path / "build")
    assert first == tmp_path / "build" / "x" / COLLECTION
    (tree / "docs" / "build" / "kept.txt").unlink()
    (first / "left-over.txt").touch()
    second = assemble("x", tree, tmp_path / "build")
    assert not (second / "left-over.txt").exists()
    assert not (second / "docs").exists()
    assert (second / "galaxy.yml").read_text(encoding="utf-8") == "galaxy.yml"
