# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import io
import random
import tracemalloc
import typing as t
import zipfile

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.archive import REFUSED_SUFFIXES, archive_members, build_zip, is_archive_of
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import SourceLayout, layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

CLI_PYTHON = layout_for("python3-http-debian")
PYTHON = layout_for("python-3.12-http")
NODE = layout_for("node-20-http")
GO = layout_for("go")

HANDLER = SourceFile("handler.py", b"def handle(event, context):\n    return ''\n")
REQUIREMENTS = SourceFile("requirements.txt", b"requests\n")
UTIL = SourceFile("lib/\u00fctil.py", b"")


def packed(files: t.Iterable[SourceFile], root_name: str, layout: SourceLayout, **limits: int) -> bytes:
    target = io.BytesIO()
    build_zip(files, root_name, layout, target, **limits)
    return target.getvalue()


def test_one_root_directory_with_all_files_sorted() -> None:
    data = packed([UTIL, REQUIREMENTS, HANDLER], "hello", CLI_PYTHON)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["hello/handler.py", "hello/lib/\u00fctil.py", "hello/requirements.txt"]
        assert archive.read("hello/handler.py") == HANDLER.data
        for entry in archive.infolist():
            assert (entry.date_time, entry.external_attr >> 16, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 0o100644, 3)


def test_the_same_files_give_the_same_bytes() -> None:
    first = packed([UTIL, REQUIREMENTS, HANDLER], "hello", CLI_PYTHON)
    assert hashlib.sha256(first).digest() == hashlib.sha256(packed([HANDLER, UTIL, REQUIREMENTS], "hello", CLI_PYTHON)).digest()
    assert first != packed([HANDLER, REQUIREMENTS], "hello", CLI_PYTHON)


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
        packed([HANDLER], "hello", CLI_PYTHON, max_extracted_bytes=10)
    with pytest.raises(InputError, match="The archive is larger than"):
        packed([HANDLER], "hello", CLI_PYTHON, max_archive_bytes=10)


@pytest.mark.parametrize("root", ["", ".", "..", "a/b", "a\\b", "a\0", "__MACOSX"])
def test_the_root_is_a_plain_name(root: str) -> None:
    with pytest.raises(InputError, match="use one plain name"):
        packed([HANDLER], root, CLI_PYTHON)


def test_a_large_file_is_in_memory_only_compressed() -> None:
    data = bytes(24 * 1024 * 1024)
    tracemalloc.start()
    try:
        archive = packed([HANDLER, SourceFile("data.bin", data)], "hello", CLI_PYTHON)
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
            packed(files, "hello", CLI_PYTHON, max_archive_bytes=1024 * 1024)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def methods(data: bytes) -> dict[str, int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {entry.filename: entry.compress_type for entry in archive.infolist()}


def test_what_is_compressed_already_is_stored_unless_it_would_not_fit() -> None:
    noise = random.Random(1).randbytes(64 * 1024)
    files = [HANDLER, SourceFile("picture.png", noise), SourceFile("small.png", noise[: 8 * 1024 - 1]), SourceFile("text.txt", b"ab" * 64 * 1024)]
    fast = packed(files, "hello", CLI_PYTHON)
    assert {name for name, method in methods(fast).items() if method == zipfile.ZIP_STORED} == {"hello/picture.png"}
    # Random where it is tried only, so that storing it takes more room than there is.
    files = [HANDLER, SourceFile("data.bin", b"ab" * 512 * 1024 + noise)]
    assert methods(packed(files, "hello", CLI_PYTHON))["hello/data.bin"] == zipfile.ZIP_STORED
    tight = packed(files, "hello", CLI_PYTHON, max_archive_bytes=80 * 1024)
    assert methods(tight)["hello/data.bin"] == zipfile.ZIP_DEFLATED
    assert len(tight) <= 80 * 1024


def test_what_fits_is_packed_fast_and_what_does_not_is_packed_tightly() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefgh", k=6)) for _word in range(300)]
    files = [HANDLER, SourceFile("text.txt", " ".join(chance.choices(words, k=20_000)).encode())]
    fast = packed(files, "hello", CLI_PYTHON)
    tight = packed(files, "hello", CLI_PYTHON, max_archive_bytes=len(fast) - 1)
    assert len(tight) < 0.95 * len(fast)
    assert same(fast, files)
    assert same(tight, files)


def same(data: bytes, files: t.Sequence[SourceFile], root_name: str = "hello") -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return is_archive_of(archive, archive_members(files, CLI_PYTHON), root_name)


def test_an_archive_is_known_by_what_it_holds_and_nothing_is_packed_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [HANDLER, REQUIREMENTS, SourceFile("data.bin", random.Random(1).randbytes(600 * 1024))]
    data, tight = packed(files, "hello", CLI_PYTHON), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(tight, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as other:
        for entry in archive.infolist():
            content = archive.read(entry)
            entry.compress_type = zipfile.ZIP_DEFLATED
            other.writestr(entry, content)

    def refuse(*args: object) -> t.NoReturn:
        raise AssertionError("compressed")

    for name in ("compressobj", "compress"):
        monkeypatch.setattr(f"zlib.{name}", refuse)
    assert same(data, files)
    assert same(tight.getvalue(), files)
    for others in (
        [HANDLER, REQUIREMENTS],
        [*files, UTIL],
        [HANDLER, REQUIREMENTS, SourceFile("data.bin", b"0" * 600 * 1024)],
        [SourceFile("handler.py", HANDLER.data + b" "), *files[1:]],
        [SourceFile("handler.py", HANDLER.data[:-1]), *files[1:]],
        [HANDLER, REQUIREMENTS, SourceFile("data2.bin", files[2].data)],
    ):
        assert not same(data, others)
    assert not same(data, files, "other")


@pytest.mark.parametrize(
    "alter",
    [
        {"date_time": (2020, 1, 1, 0, 0, 0)},
        {"external_attr": 0o100755 << 16},
        {"create_system": 0},
        {"comment": b"x"},
        {"extra": b"\x01\x00\x00\x00"},
    ],
    ids=lambda alter: next(iter(alter)),
)
def test_an_archive_in_another_form_is_another_one(alter: dict[str, t.Any]) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed([HANDLER, REQUIREMENTS], "hello", CLI_PYTHON))) as archive, zipfile.ZipFile(target, "w") as other:
        for entry in archive.infolist():
            content = archive.read(entry)
            for name, value in alter.items():
                setattr(entry, name, value)
            other.writestr(entry, content)
    assert not same(target.getvalue(), [HANDLER, REQUIREMENTS])
