# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import pathlib

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.build_context import handler_folder, lay_out
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError


def put(folder: pathlib.Path, path: str, text: str = "", mode: int = 0o644) -> pathlib.Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
    return file


@pytest.fixture
def template(tmp_path: pathlib.Path) -> pathlib.Path:
    put(tmp_path, "template/Dockerfile", "FROM scratch\n")
    put(tmp_path, "template/function/handler.py", "# placeholder\n", 0o444)
    put(tmp_path, "template/function/requirements.txt", "flask\n")
    return tmp_path / "template"


@pytest.fixture
def source(tmp_path: pathlib.Path) -> pathlib.Path:
    put(tmp_path, "source/handler.py", "A = 1\n")
    put(tmp_path, "source/bin/tool", "#!/bin/sh\n", 0o750)
    put(tmp_path, "source/.env", "PASSWORD=x\n")
    put(tmp_path, "source/node_modules/left/pad.js")
    return tmp_path / "source"


def listing(folder: pathlib.Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mode & 0o777 for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_the_source_is_laid_over_the_template(template: pathlib.Path, source: pathlib.Path, tmp_path: pathlib.Path, umask: int) -> None:
    (source / "bin").chmod(0o711)
    (template / "function").chmod(0o755)
    before = os.umask(umask)
    try:
        lay_out(tmp_path / "context", template, source, "function")
    finally:
        os.umask(before)

    files = {"Dockerfile": 0o644, "function/bin/tool": 0o750, "function/handler.py": 0o644, "function/requirements.txt": 0o644}
    assert listing(tmp_path / "context") == {**files, "function": 0o755, "function/bin": 0o711}
    assert (tmp_path / "context").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "context" / "function" / "handler.py").read_text() == "A = 1\n"


def test_the_folder_for_the_source_is_made(template: pathlib.Path, source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    lay_out(tmp_path / "context", template, source, "src/app")

    assert listing(tmp_path / "context")["src/app/handler.py"] == 0o644


def test_files_that_are_in_each_others_way(template: pathlib.Path, source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    put(template, "function/bin", "a file")

    with pytest.raises(InputError, match=r"cannot be put together: File exists \(.*function/bin\)\.$"):
        lay_out(tmp_path / "context", template, source, "function")


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        (None, "function"),
        ("", "function"),
        ("language: python\nhandler_folder:\n", "function"),
        ("handler_folder: src/app/\n", "src/app"),
    ],
)
def test_the_template_names_the_folder_for_the_source(tmp_path: pathlib.Path, text: str | None, folder: str) -> None:
    if text is not None:
        put(tmp_path, "template.yml", text)

    assert handler_folder(tmp_path) == folder


@pytest.mark.parametrize("text", ["handler_folder: ../outside\n", "handler_folder: /etc\n", "handler_folder: 3\n"])
def test_a_folder_outside_of_the_template_is_refused(tmp_path: pathlib.Path, text: str) -> None:
    put(tmp_path, "template.yml", text)

    with pytest.raises(InputError, match="handler_folder in .*template.yml has to name a folder below the template"):
        handler_folder(tmp_path)


def test_a_template_that_is_no_yaml_is_refused(tmp_path: pathlib.Path) -> None:
    put(tmp_path, "template.yml", "a: [")

    with pytest.raises(InputError, match="template.yml is not valid YAML"):
        handler_folder(tmp_path)
