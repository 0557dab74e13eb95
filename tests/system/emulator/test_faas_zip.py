# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the platform refuses of a ZIP, and what it takes."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable

import pytest
from emulator_api import CONTAINER, Api, packed

PYTHON = "python-3.12-http"
FILES: dict[str, str | bytes] = {"func.py": "async def handler(event, context): ...\n", "requirements.txt": ""}


def archive(*members: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    """A ZIP with exactly these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return target.getvalue()


def container(*members: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    """A ZIP that is good but for ``members``."""
    return archive(("code/Dockerfile", "FROM scratch\n"), *members)


def special(name: str, mode: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = mode << 16
    return member


def refusal(api: Api, content: bytes, runtime: str = CONTAINER) -> str:
    answer = api.create_zip("f", content, runtime=runtime)
    assert answer.status_code == answer.json()["code"] == 400, answer.text
    assert api.listed().json()["total_count"] == 0
    message: str = answer.json()["message"]
    assert message.startswith("code_file: ")
    return message


@pytest.mark.parametrize("root", ["code/", "any name/", "f.d/", "ünïcode/"])
def test_the_root_directory_may_have_any_name(api: Api, root: str) -> None:
    assert api.create_zip("f", packed(root=root)).status_code == 200


@pytest.mark.parametrize(
    "members, word",
    [
        ([("code/", ""), ("code/deep/", ""), ("code/deep/er/x.txt", "x"), ("code/.env", "x"), ("code/DOCS.md", "x")], ""),
        ([("README.md", "x")], "README.md is outside of a root directory"),
        ([("other/x.txt", "x")], "exactly one root directory, not 2 (code, other)"),
        ([("__MACOSX/code/._Dockerfile", "x")], "exactly one root directory, not 2 (__MACOSX, code)"),
        ([("empty/", "")], "exactly one root directory, not 2 (code, empty)"),
        ([("code/x.txt", "1"), ("code/x.txt", "2")], "code/x.txt is there more than once"),
        ([("code/x", "1"), ("code/x/y", "2")], "x is a file and a directory"),
        ([("code/x/y", "1"), ("code/x", "2")], "x is a file and a directory"),
        ([("code/x/", ""), ("code/x", "2")], "x is a file and a directory"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_root_directory_and_each_path_once(api: Api, members: list[tuple[str, str]], word: str) -> None:
    if word:
        assert word in refusal(api, container(*members))
    else:
        assert api.create_zip("f", container(*members)).status_code == 200


@pytest.mark.parametrize("content", [archive(), archive(("code/", ""))])
def test_nothing_in_it(api: Api, content: bytes) -> None:
    assert any(word in refusal(api, content) for word in ("is empty", "Dockerfile must be directly in the root directory"))


@pytest.mark.parametrize("name", ["../x", "code/../x", "code/../../x", "/x", "/code/x", "code//x", "code/./x", "./code/x", "C:/x", "code\\x", "code/a\\b"])
def test_paths_that_lead_elsewhere(api: Api, name: str) -> None:
    assert "is not a path inside of the root directory" in refusal(api, container((name, "x")))


def test_a_name_that_would_be_cut(api: Api) -> None:
    content = container(("code/x_y.txt", "x")).replace(b"x_y.txt", b"x\0y.txt")
    assert "'code/x\\x00y.txt' is not a path" in refusal(api, content)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_neither_file_nor_directory(api: Api, kind: int) -> None:
    assert "code/link is neither a file nor a directory" in refusal(api, container((special("code/link", kind | 0o777), "/etc/passwd")))


def test_a_file_with_the_mode_of_one(api: Api) -> None:
    assert api.create_zip("f", container((special("code/run", stat.S_IFREG | 0o755), "x"))).status_code == 200


@pytest.mark.parametrize("ending", [".exe", ".dll", ".sh", ".bat", ".pyc", ".class", ".jar", ".zip", ".SH", ".Pyc"])
def test_endings_that_are_not_allowed(api: Api, ending: str) -> None:
    assert f"code/lib/x{ending}: files ending in .exe, " in refusal(api, container((f"code/lib/x{ending}", "x")))


@pytest.mark.parametrize("name", ["x.sh.txt", "sh", "x.so", "x.ps1", "x.pyo", "x.tar.gz"])
def test_endings_that_are_allowed(api: Api, name: str) -> None:
    assert api.create_zip("f", container((f"code/{name}", "x"))).status_code == 200


@pytest.mark.parametrize(
    "runtime, files, missing",
    [
        (PYTHON, ["func.py", "requirements.txt"], ""),
        (PYTHON, ["handler.py", "requirements.txt"], "func.py"),
        (PYTHON, ["Func.py", "requirements.txt"], "func.py"),
        (PYTHON, ["src/func.py", "requirements.txt"], "func.py"),
        (PYTHON, ["func.py"], "requirements.txt"),
        (PYTHON, ["func.py", "src/requirements.txt"], "requirements.txt"),
        (PYTHON, ["main.py"], "func.py, requirements.txt"),
        ("python-3.11-fastapi", ["func.py"], "requirements.txt"),
        ("node-22-http", ["index.js", "package.json"], "index.mjs"),
        ("node-22-http", ["index.mjs"], "package.json"),
        ("node-20-express", ["server.js", "package.json"], "index.mjs or index.js"),
        ("node-20-express", ["index.js", "package.json"], ""),
        ("node-20-express", ["index.mjs", "package.json"], ""),
        ("python3-http-debian", ["func.py", "requirements.txt"], "handler.py"),
        ("go", ["handler.go"], "handle.go"),
        ("go", ["handle.go"], ""),
        ("csharp", ["Handler.cs"], ""),
        ("php", ["index.php"], ""),
        (CONTAINER, ["dockerfile"], "Dockerfile"),
        (CONTAINER, ["Dockerfile"], ""),
    ],
)
def test_the_files_that_a_runtime_needs(api: Api, runtime: str, files: list[str], missing: str) -> None:
    content = packed(dict.fromkeys(files, ""))
    if missing:
        assert refusal(api, content, runtime) == f"code_file: {missing} must be directly in the root directory for the runtime {runtime}."
    else:
        assert api.create_zip("f", content, runtime=runtime).status_code == 200


def test_an_update_is_held_to_the_same_rules(api: Api) -> None:
    api.create_zip("f")
    api.settled("f")
    answer = api.update_zip(1001, packed({"func.py": "", "requirements.txt": ""}))
    assert answer.status_code == 400
    assert "Dockerfile must be directly in the root directory" in answer.json()["message"]
    assert api.get("f")["version"] == 1


@pytest.mark.parametrize("name", ["code.zip", "CODE.ZIP", "my.code.zip"])
def test_the_name_of_the_file(api: Api, name: str) -> None:
    fields = {"function_name": "f", "runtime": CONTAINER, "memory": "128", "timeout": "15", "environment_variables": "{}"}
    parts = {key: (None, value) for key, value in fields.items()}
    assert api.call("POST", "faas/functions/", files={**parts, "code_file": (name, packed())}).status_code == 200


@pytest.fixture(scope="module")
def small(_emulators: Callable[..., object]) -> Api:
    """An emulator that takes little: ZIP files of 4 KB, with 16 KB in them."""
    return Api(_emulators(build_seconds=0, zip_mb=4 / 1024, extracted_mb=16 / 1024))


@pytest.fixture
def narrow(small: Api) -> Api:
    small.process.reset()
    return small


def test_the_size_of_the_zip(narrow: Api) -> None:
    stored = zipfile.ZipInfo("code/data")
    good, large = (archive(("code/Dockerfile", ""), (stored, bytes(size))) for size in (3000, 4000))
    assert len(good) < 4096 < len(large)
    assert refusal(narrow, large) == "code_file: The ZIP file is larger than 0.00390625 MB."
    assert narrow.create_zip("f", good).status_code == 200


@pytest.mark.parametrize("sizes", [[16 * 1024 + 1], [8 * 1024, 8 * 1024 + 1], [64 * 1024 * 1024]])
def test_what_the_zip_holds(narrow: Api, sizes: list[int]) -> None:
    members = [(f"code/{number}", bytes(size)) for number, size in enumerate(sizes)]
    content = archive(("code/Dockerfile", ""), *members)
    if len(content) <= 4096:
        assert refusal(narrow, content) == "code_file: The ZIP file holds more than 0.015625 MB."
    else:
        assert "is larger than" in refusal(narrow, content)


def test_exactly_as_much_as_is_allowed(narrow: Api) -> None:
    assert narrow.create_zip("f", archive(("code/Dockerfile", ""), ("code/data", bytes(16 * 1024)))).status_code == 200


def test_a_size_that_is_not_true_is_refused(narrow: Api) -> None:
    """The directory of the ZIP claims ten bytes for a file of 10 KB."""
    content = archive(("code/Dockerfile", ""), ("code/data", bytes(10_000)))
    assert content.count((10_000).to_bytes(4, "little")) == 2
    assert "cannot be read" in refusal(narrow, content.replace((10_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))


def test_a_damaged_zip(api: Api) -> None:
    content = bytearray(archive(("code/Dockerfile", "FROM scratch\n" * 100)))
    content[60] ^= 0xFF
    assert "cannot be read" in refusal(api, bytes(content))


def test_a_zip_that_is_cut(api: Api) -> None:
    assert "cannot be read" in refusal(api, packed()[:-10])


def test_an_encrypted_zip(api: Api) -> None:
    content = bytearray(packed())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    assert "cannot be read" in refusal(api, bytes(content))
