# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A physical copy of the working tree where Ansible's tools want it: below `ansible_collections/e2enetworks/cloud`.

The copy holds what git would commit (tracked files and new ones that are not ignored) as it is on disk now.
"""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.project import BUILD, COLLECTION, ROOT


def assemble(name: str, root: Path = ROOT, build: Path = BUILD) -> Path:
    """Make a fresh copy of `root` in `build/NAME` and return the copy's collection folder."""
    top = build / name
    shutil.rmtree(top, ignore_errors=True)
    target = top / COLLECTION
    target.mkdir(parents=True)
    for relative in list_files(root):
        destination = target / relative
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / relative, destination, follow_symlinks=False)
    return target


def list_files(root: Path) -> list[Path]:
    """Return the files that belong to the project, relative to `root`, sorted."""
    paths = _list_with_git(root)
    if paths is None:
        paths = _list_without_git(root)
    return sorted(path for path in paths if (root / path).is_file() or (root / path).is_symlink())


def _list_with_git(root: Path) -> list[Path] | None:
    # A source archive unpacked inside somebody's repository is not that repository's root.
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [Path(os.fsdecode(name)) for name in answer.stdout.split(b"\0") if name]


def _list_without_git(root: Path) -> list[Path]:
    ignored = _Ignored((root / ".gitignore").read_text(encoding="utf-8"))
    found = []
    for folder, folders, names in os.walk(root):
        relative = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if name != ".git" and not ignored.matches(relative / name, folder=True)]
        found += [relative / name for name in names if not ignored.matches(relative / name, folder=False)]
    return found


class _Ignored:
    """The patterns of this project's .gitignore: NAME, NAME/, *.EXT and /PATH."""

    def __init__(self, text: str) -> None:
        self._patterns = [line for line in text.splitlines() if line and not line.startswith("#")]

    def matches(self, path: Path, *, folder: bool) -> bool:
        for pattern in self._patterns:
            if pattern.endswith("/") and not folder:
                continue
            subject = path.as_posix() if pattern.startswith("/") else path.name
            if fnmatch.fnmatchcase(subject, pattern.strip("/")):
                return True
        return False


if __name__ == "__main__":
    print(assemble(sys.argv[1] if len(sys.argv) > 1 else "workspace"))
