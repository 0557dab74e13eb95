# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball: the same bytes from the same commit, what is in it, and that a user's tools take it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tools.project import COLLECTION, environment
from tools.tarball import pack
from tools.workspace import assemble

VENV = Path(sys.prefix)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tarball")
    return pack(assemble("source", build=folder), folder / "dist", environment(VENV))


def galaxy(archive: Path, *arguments: str) -> str:
    """Run ansible-galaxy with the folder of collections beside the archive, and without a server."""
    collections = archive.parent / "collections"
    done = subprocess.run(
        ["ansible-galaxy", "collection", *arguments, "--offline", "-p", str(collections)],
        cwd=archive.parent, env=environment(VENV, collections=collections), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    return f"{done.stdout}\nexit code {done.returncode}"


def test_the_same_commit_gives_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    """In another folder, made in another order, at another time, by somebody with another umask."""
    umask = os.umask(0o077)
    try:
        first = assemble("first", build=tmp_path)
        second = tmp_path / "second"
        second.mkdir()
        for path in sorted((path.relative_to(first) for path in first.rglob("*") if path.is_file()), reverse=True):
            (second / path).parent.mkdir(parents=True, exist_ok=True)
            (second / path).write_bytes((first / path).read_bytes())
            (second / path).chmod(0o700 if os.access(first / path, os.X_OK) else 0o600)
            os.utime(second / path, (86_400, 86_400))
        assert pack(second, tmp_path / "dist", environment(VENV)).read_bytes() == archive.read_bytes()
    finally:
        os.umask(umask)


def test_what_users_need_is_in_it_and_nothing_else(archive: Path) -> None:
    with tarfile.open(archive) as source:
        names = source.getnames()
    assert names[:2] == ["MANIFEST.json", "FILES.json"]
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"MANIFEST.json", "FILES.json", "README.md", "CHANGELOG.rst", "CONTRIBUTING.md", "LICENSE", "bindep.txt", "requirements.txt",
                    "changelogs", "docs", "meta", "playbooks", "plugins", "roles"}
    assert {"docs/api/README.md", "docs/docsite/rst/guide_awx.rst", "playbooks/awx/project/collections/requirements.yml"} <= set(names)
    assert not any(name.startswith("changelogs/fragments/") for name in names)
    assert archive.stat().st_size < 1_000_000


def test_a_user_can_install_and_verify_it(archive: Path) -> None:
    assert galaxy(archive, "install", str(archive)).endswith("installed successfully\n\nexit code 0")
    assert "Successfully verified that checksums for" in galaxy(archive, "verify", "e2enetworks.cloud")
    installed = archive.parent / "collections" / COLLECTION / "playbooks" / "demo.yml"
    installed.write_text("changed", encoding="utf-8")
    assert "playbooks/demo.yml" in galaxy(archive, "verify", "e2enetworks.cloud")
