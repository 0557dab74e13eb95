# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import builtins
import errno
import hashlib
import os
import socket
import sys
import tracemalloc
import types
from collections.abc import Iterable
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import SourceFile, read_directory
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import content_digest, is_safe_path
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, MissingLibraryError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.source_tree import write
from hypothesis import given, settings
from hypothesis import strategies as st

HANDLER = b"def handle(event, context):\n    return 'ok'\n"


def paths(root: Path, **options: object) -> list[str]:
    return [file.path for file in read_directory(root, **options).files]  # type: ignore[arg-type]


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8).filter(lambda name: name not in (".", ".."))
FILE_SETS = st.dictionaries(NAMES, st.binary(max_size=64), min_size=1, max_size=6)


def _digest(files: Iterable[SourceFile]) -> str:
    return content_digest((file.path, file.content) for file in files)


def test_files_are_sorted_by_path_and_keep_their_bytes(tmp_path: Path) -> None:
    write(tmp_path, {"z.txt": b"\x00\xff", "a/b.txt": "b\r\n", "a.txt": "", "handler.py": HANDLER})
    assert read_directory(tmp_path).files == (
        SourceFile("a.txt", b""),
        SourceFile("a/b.txt", b"b\r\n"),
        SourceFile("handler.py", HANDLER),
        SourceFile("z.txt", b"\x00\xff"),
    )


def test_order_of_creation_times_and_modes_do_not_matter(tmp_path: Path) -> None:
    files = {"handler.py": HANDLER, "lib/a.py": "1", "lib/b.py": "2", "data": "x"}
    first = write(tmp_path / "first", files)
    second = write(tmp_path / "second", dict(reversed(files.items())))
    os.utime(second / "handler.py", (1, 1))
    (second / "data").chmod(0o755)
    assert read_directory(first).files == read_directory(second).files
    assert _digest(read_directory(first).files) == _digest(read_directory(second).files)


@settings(database=None, deadline=None)
@given(files=FILE_SETS, data=st.data())
def test_digest_depends_on_every_byte_and_on_nothing_else(files: dict[str, bytes], data: st.DataObject) -> None:
    sources = [SourceFile(path, content) for path, content in files.items()]
    digest = _digest(sources)
    assert digest == _digest(data.draw(st.permutations(sources)))
    assert digest.startswith("sha256:") and len(digest) == 71

    victim = data.draw(st.sampled_from(sources))
    position = data.draw(st.integers(0, len(victim.data)))
    longer = SourceFile(victim.path, victim.data[:position] + b"!" + victim.data[position:])
    renamed = SourceFile(victim.path + "!", victim.data)
    others = [file for file in sources if file is not victim]
    assert digest != _digest([*others, longer])
    assert digest != _digest(others)
    assert digest != _digest([*others, renamed])


def test_digest_is_the_same_for_ever() -> None:
    expected = hashlib.sha256(b"1:a5:11111" + b"1:b1:2").hexdigest()
    assert _digest([SourceFile("b", b"2"), SourceFile("a", b"11111")]) == f"sha256:{expected}"


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../up", "a/../b", "a//b", "./a", "a/", "nul\0"])
def test_paths_that_leave_the_directory_are_no_source_files(path: str) -> None:
    assert not is_safe_path(path)
    with pytest.raises(ValueError, match="below a directory"):
        SourceFile(path, b"")


def test_defaults_leave_out_what_no_function_needs(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            name: "x"
            for name in (
                ".git/config",
                ".gitignore",
                ".hg/x",
                ".svn/x",
                "__pycache__/a.cpython-311.pyc",
                "lib/__pycache__/b.pyc",
                "old.pyc",
                "node_modules/dep/index.js",
                ".venv/bin/python",
                "venv/bin/python",
                "env/pyvenv.cfg",
                "env/bin/python",
                ".tox/x",
                ".mypy_cache/x",
                ".pytest_cache/x",
                ".ruff_cache/x",
                ".DS_Store",
                ".idea/x",
                ".vscode/x",
                ".handler.py.swp",
                ".env",
                ".env.local",
                "function_config.yaml",
                "handler.py",
                "lib/function_config.yaml",
                "environment/settings.py",
            )
        },
    )
    assert paths(tmp_path) == ["environment/settings.py", "handler.py", "lib/function_config.yaml"]
    assert paths(tmp_path, extra_ignore=("*.py",)) == ["lib/function_config.yaml"]


def test_defaults_need_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pathspec", None)
    write(tmp_path, {"handler.py": HANDLER})
    assert paths(tmp_path) == ["handler.py"]
    write(tmp_path, {".faasignore": "*.md\n"})
    with pytest.raises(MissingLibraryError, match="pathspec 0.12 or newer"):
        read_directory(tmp_path)
    # As the one of Debian 12.
    monkeypatch.setitem(sys.modules, "pathspec", types.SimpleNamespace(GitIgnoreSpec=type("OldSpec", (), {})))
    with pytest.raises(MissingLibraryError, match="'pathspec>=0.12'"):
        read_directory(tmp_path)


def test_ignore_file_follows_the_rules_of_gitignore(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".faasignore": "\ufeff# comment\n*.log\n!keep.log\n/only-top.txt\nbuild/\ndocs/*\n!docs/api.md\n!node_modules/\n!.env\nclosed/\n!closed/x\n",
            "a.log": "",
            "lib/b.log": "",
            "lib/keep.log": "",
            "only-top.txt": "",
            "lib/only-top.txt": "",
            "build/x": "",
            "lib/build/y": "",
            "docs/api.md": "",
            "docs/other.md": "",
            "node_modules/dep.js": "",
            ".env": "A=1",
            "closed/x": "",
            "handler.py": "",
        },
    )
    assert paths(tmp_path) == [".env", "docs/api.md", "handler.py", "lib/keep.log", "lib/only-top.txt", "node_modules/dep.js"]


def test_ignored_directories_are_not_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {".faasignore": "secret/\n", "secret/x": "", "node_modules/x": "", "handler.py": ""})
    entered = []
    scandir = os.scandir

    def watched(directory: str) -> object:
        entered.append(os.path.relpath(directory, tmp_path))
        return scandir(directory)

    monkeypatch.setattr(os, "scandir", watched)
    assert paths(tmp_path) == ["handler.py"]
    assert entered == ["."]


@pytest.mark.parametrize(
    "content, message", [(b"\xff\xfe", "not UTF-8 text"), (b"ok\n!\n", "pattern that gitignore does not know")], ids=["bytes", "pattern"]
)
def test_bad_ignore_file(tmp_path: Path, content: bytes, message: str) -> None:
    write(tmp_path, {".faasignore": content, "handler.py": HANDLER})
    with pytest.raises(InputError, match=message) as caught:
        read_directory(tmp_path)
    assert "\n" not in caught.value.message


def test_missing_not_a_directory_and_empty(tmp_path: Path) -> None:
    write(tmp_path, {"file": "", "nothing/.git/config": "", "nothing/.faasignore": ""})
    for name, message in {"absent": "does not exist", "file": "is not a directory", "nothing": "holds no file"}.items():
        with pytest.raises(InputError, match=message) as caught:
            read_directory(tmp_path / name)
        assert str(tmp_path / name) in caught.value.message


def test_links_inside_are_followed_as_files(tmp_path: Path) -> None:
    write(tmp_path, {"handler.py": HANDLER, "lib/a.py": "a"})
    (tmp_path / "linked.py").symlink_to("lib/a.py")
    (tmp_path / "other").symlink_to(tmp_path / "lib")
    assert {file.path: file.data for file in read_directory(tmp_path).files} == {
        "handler.py": HANDLER,
        "lib/a.py": b"a",
        "linked.py": b"a",
        "other/a.py": b"a",
    }


def test_the_directory_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", {"handler.py": HANDLER})
    (tmp_path / "link").symlink_to("real")
    assert read_directory(tmp_path / "link").files == read_directory(tmp_path / "real").files


@pytest.mark.parametrize(
    "link, target, message",
    [
        ("out.txt", "../secret.txt", r"out\.txt in .* leaves the directory \(it points to \.\./secret\.txt\)"),
        ("lib/out", "../..", r"lib/out in .* leaves the directory"),
        ("abs", "/etc/hostname", r"abs in .* leaves the directory \(it points to /etc/hostname\)"),
        ("beside", "../src-other/x", "leaves the directory"),
        ("broken", "nowhere.txt", "leads nowhere"),
        ("self", "self", "leads nowhere"),
        ("lib/loop", "..", "points to a directory that contains it"),
        ("lib/itself", ".", "points to a directory that contains it"),
    ],
)
def test_links_that_are_refused(tmp_path: Path, link: str, target: str, message: str) -> None:
    write(tmp_path, {"secret.txt": "s", "src-other/x": "s"})
    source = write(tmp_path / "src", {"handler.py": HANDLER, "lib/a.py": "a"})
    (source / link).symlink_to(target)
    with pytest.raises(InputError, match=message) as caught:
        read_directory(source)
    assert link in caught.value.message
    write(source, {".faasignore": f"/{link}\n"})
    assert paths(source) == ["handler.py", "lib/a.py"]


def test_links_that_multiply_a_directory_end_at_the_limit(tmp_path: Path) -> None:
    write(tmp_path, {"d9/x": ""})
    for level in range(9):
        (tmp_path / f"d{level}").mkdir()
        for number in range(4):
            (tmp_path / f"d{level}" / f"l{number}").symlink_to(f"../d{level + 1}")
    with pytest.raises(InputError, match="more than 100 files"):
        read_directory(tmp_path, max_files=100)


def test_pipes_and_sockets_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe in .* neither a file nor a directory"):
        read_directory(tmp_path)
    (tmp_path / "pipe").unlink()
    monkeypatch.chdir(tmp_path)  # A socket's path has to be short.
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(InputError, match="socket in .* neither a file nor a directory"):
            read_directory(tmp_path)


def test_total_size_is_limited_while_reading(tmp_path: Path) -> None:
    write(tmp_path, {"a": b"x" * 60, "b": b"x" * 40})
    assert len(read_directory(tmp_path, max_bytes=100).files) == 2
    with pytest.raises(InputError, match="larger than"):
        read_directory(tmp_path, max_bytes=99)


def test_unreadable_things_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"handler.py": HANDLER, "lib/a.py": "", ".faasignore": ""})
    real_open, real_scandir = builtins.open, os.scandir

    def refuse(name: str) -> None:
        def guarded_open(path: str, *args: object, **options: object) -> object:
            if str(path).endswith(name):
                raise PermissionError(errno.EACCES, "Permission denied")
            return real_open(path, *args, **options)  # type: ignore[call-overload]

        def guarded_scandir(path: str) -> object:
            if str(path).endswith(name):
                raise PermissionError(errno.EACCES, "Permission denied")
            return real_scandir(path)

        monkeypatch.setattr(builtins, "open", guarded_open)
        monkeypatch.setattr(os, "scandir", guarded_scandir)

    for name in ("handler.py", "lib", ".faasignore"):
        refuse(name)
        with pytest.raises(InputError, match=f"{name}.* cannot be read: Permission denied"):
            _digest(read_directory(tmp_path).files)


def test_names_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.py")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    with pytest.raises(InputError, match="not UTF-8") as caught:
        read_directory(tmp_path)
    assert caught.value.message.isascii()


def test_contents_stay_on_disk_until_they_are_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"handler.py": HANDLER, "data.bin": bytes(24 * 1024 * 1024)})
    tracemalloc.start()
    try:
        files = read_directory(tmp_path).files
        digest = _digest(files)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * 1024 * 1024
    assert [file.size for file in files] == [24 * 1024 * 1024, len(HANDLER)]
    assert digest == content_digest((file.path, file.data) for file in files)


def test_a_file_that_changes_between_two_looks_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"handler.py": HANDLER, "data.txt": "1"})
    files = read_directory(tmp_path).files
    _digest(files)
    (tmp_path / "data.txt").write_bytes(b"22")
    with pytest.raises(InputError, match=r"data\.txt in .* was changed while it was read\. Run the task again\.$"):
        _digest(files)
    (tmp_path / "data.txt").write_bytes(b"3")
    os.utime(tmp_path / "data.txt", ns=(0, 0))
    with pytest.raises(InputError, match="was changed while it was read"):
        _digest(files)
    (tmp_path / "data.txt").unlink()
    with pytest.raises(InputError, match="cannot be read: No such file or directory"):
        _digest(files)
