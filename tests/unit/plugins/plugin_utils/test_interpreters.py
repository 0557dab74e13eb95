# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When another Python is as good as this one."""

from __future__ import annotations

import os
import pathlib
import sys
import venv

import pytest
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils import interpreters


@pytest.fixture(autouse=True)
def forget() -> None:
    interpreters._says.cache_clear()


def program(path: pathlib.Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_this_python_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters.subprocess, "run", pytest.fail)
    assert interpreters.is_like_this(sys.executable)


def test_another_name_in_the_same_folder_is_the_same(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("python", "python3"):
        (folder / name).symlink_to(sys.executable)
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    monkeypatch.setattr(interpreters.sys, "executable", str(folder / "python"))

    assert interpreters.is_this(str(folder / "python3"))
    assert interpreters.is_this(str(tmp_path / "link" / "python3"))


def test_a_virtual_environment_without_the_libraries_is_another(tmp_path: pathlib.Path) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    other = str(tmp_path / "venv" / "bin" / "python")

    assert os.path.realpath(other) == os.path.realpath(sys.executable)
    assert not interpreters.is_like_this(other)


def test_the_same_versions_are_as_good(tmp_path: pathlib.Path) -> None:
    assert interpreters.is_like_this(program(tmp_path / "python", f'exec {sys.executable} "$@"'))


@pytest.mark.parametrize(("library", "version"), [("pathspec", "'0.11.0'"), ("PyYAML", "None"), ("requests", "'2.0.0'")])
def test_another_version_of_what_a_module_imports_is_another(tmp_path: pathlib.Path, library: str, version: str) -> None:
    lie = f"import importlib.metadata as m; m.version = lambda name, true=m.version: {version} if name == {library!r} else true(name)"
    (tmp_path / "sitecustomize.py").write_text(lie, encoding="utf-8")
    assert not interpreters.is_like_this(program(tmp_path / "python", f'PYTHONPATH={tmp_path} exec {sys.executable} "$@"'))


@pytest.mark.parametrize("text", ["echo not JSON", "exit 1", "echo '[\"3.11\"]'"])
def test_one_that_says_something_else_is_another(tmp_path: pathlib.Path, text: str) -> None:
    assert not interpreters.is_like_this(program(tmp_path / "python", text))


@pytest.mark.parametrize("path", ["python3", "/no/such/python", "auto"])
def test_what_cannot_be_asked_is_another(path: str) -> None:
    assert not interpreters.is_like_this(path)


def test_a_python_is_asked_once(tmp_path: pathlib.Path) -> None:
    other = program(tmp_path / "python", f'echo asked >> {tmp_path}/log; exec {sys.executable} "$@"')
    assert interpreters.is_like_this(other) and interpreters.is_like_this(other)
    assert (tmp_path / "log").read_text(encoding="utf-8") == "asked\n"
