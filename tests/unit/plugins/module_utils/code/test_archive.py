# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import io
import random
import tracemalloc
import zipfile

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.archive import REFUSED_SUFFIXES, archive_members, build_zip
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

CLI_PYTHON = layout_for("python3-http-debian")
PYTHON = layout_for("python-3.12-http")
NODE = layout_for("node-20-http")
GO = layout_for("go")

HANDLER = SourceFile("handler.py", b"def handle(event, context):\n    return ''\n")
REQUIREMENTS = SourceFile("requirements.txt", b"requests\n")
UTIL = SourceFile("lib/\u00fctil.py", b"")


def test_one_root_directory_with_all_files_sorted() -> None:
    data = build_zip([UTIL, REQUIREMENTS, HANDLER], "hello", CLI_PYTHON)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["hello/handler.py", "hello/lib/\u00fctil.py", "hello/requirements.txt"]
        assert archive.read("hello/handler.py") == HANDLER.data
        for entry in archive.infolist():
            assert (entry.date_time, entry.external_attr >> 16, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 0o100644, 3)


def test_the_same_files_give_the_same_bytes() -> None:
    first = build_zip([UTIL, REQUIREMENTS, HANDLER], "hello", CLI_PYTHON)
    assert hashlib.sha256(first).digest() == hashlib.sha256(build_zip([HANDLER, UTIL, REQUIREMENTS], "hello", CLI_PYTHON)).digest()
    assert first != build_zip([HANDLER, REQUIREMENTS], "hello", CLI_PYTHON)


def test_an_empty_dependency_file_is_added_where_that_is_harmless() -> None:
    assert archive_members([HANDLER], CLI_PYTHON) == (HANDLER, SourceFile("requirements.txt", b""))
    index = SourceFile("index.mjs", b"")
    assert archive_members([index], NODE) == (index, SourceFile("package.json", b"{}\n"))
    blank = SourceFile("package.json", b" \n")
    assert archive_members([index, blank], NODE) == (index, SourceFile("package.json", b"{}\n"))
    program = SourceFile("handle.go", b"")
    assert archive_members([program], GO) == (program,)


def test_the_documented_handler_name_is_required() -> None:
    with pytest.raises(InputError, match=r"needs func\.py at the top of the source directory: rename handler\.py to func\.py\."):
        archive_members([HANDLER], PYTHON)
    with pytest.raises(InputError, match=r"needs handler\.py at the top of the source directory\."):
        archive_members([UTIL], CLI_PYTHON)
    with pytest.raises(InputError, match=r"needs handle\.go at the top"):
        archive_members([SourceFile("go.mod", b"")], GO)
    assert archive_members([UTIL], layout_for("cobol85")) == (UTIL,)
    server = SourceFile("main.mjs", b"")
    assert archive_members([server], layout_for("node-20-express"))[0] == server


@pytest.mark.parametrize("suffix", REFUSED_SUFFIXES)
def test_refused_suffixes_are_named(suffix: str) -> None:
    with pytest.raises(InputError, match=f"Found: bin/Tool{suffix.upper()}"):
        archive_members([HANDLER, SourceFile(f"bin/Tool{suffix.upper()}", b"")], CLI_PYTHON)


def test_many_refused_files_are_counted() -> None:
    with pytest.raises(InputError, match=r"0\.sh, 1\.sh, 2\.sh, 3\.sh, 4\.sh and 2 more"):
        archive_members([SourceFile(f"{number}.sh", b"") for number in range(7)], CLI_PYTHON)


@pytest.mark.parametrize("path, rule", [("__MACOSX/._func.py", "cannot hold __MACOSX"), ("lib/.git/config", "cannot hold"), ("a\\b.py", "backslash")])
def test_names_that_no_function_has(path: str, rule: str) -> None:
    with pytest.raises(InputError, match=rule) as caught:
        archive_members([HANDLER, SourceFile(path, b"")], CLI_PYTHON)
    assert path in caught.value.message


def test_limits() -> None:
    with pytest.raises(InputError, match="files of the archive hold more than"):
        build_zip([HANDLER], "hello", CLI_PYTHON, max_extracted_bytes=10)
    with pytest.raises(InputError, match="The archive is larger than"):
        build_zip([HANDLER], "hello", CLI_PYTHON, max_archive_bytes=10)


@pytest.mark.parametrize("root", ["", ".", "..", "a/b", "a\\b", "a\0", "__MACOSX"])
def test_the_root_is_a_plain_name(root: str) -> None:
    with pytest.raises(InputError, match="use one plain name"):
        build_zip([HANDLER], root, CLI_PYTHON)


def test_a_large_file_is_in_memory_only_compressed() -> None:
    data = bytes(24 * 1024 * 1024)
    tracemalloc.start()
    try:
        archive = build_zip([HANDLER, SourceFile("data.bin", data)], "hello", CLI_PYTHON)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(archive) < 1024 * 1024
    assert peak < 6 * 1024 * 1024


def test_packing_stops_at_the_limit() -> None:
    files = [HANDLER, *(SourceFile(f"{number}.bin", random.Random(number).randbytes(1024 * 1024)) for number in range(12))]
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="The archive is larger than 1 MB"):
            build_zip(files, "hello", CLI_PYTHON, max_archive_bytes=1024 * 1024)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
