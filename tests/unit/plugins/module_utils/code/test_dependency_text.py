# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.dependency_text import check_references, read_dependency_text, refuse_references
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import directory_members, from_text, read_source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.source_tree import write

HANDLER = "def handler(event, context):\n    return {'statusCode': 200}\n"
PYTHON, NODE = layout_for("python-3.11-http"), layout_for("node-20-http")


def named(text: str, files: dict[str, bytes] | None = None, name: str = "requirements.txt") -> list[tuple[str, int, str]]:
    return [tuple(reference) for reference in read_dependency_text(name, text, files).references]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# -r base.txt",
        "requests",
        "requests>=2 # ./lib",
        "requests[socks]==2.31 ; python_version > '3.9'",
        "pkg @ https://example.com/pkg.whl",
        "pkg @ git+https://token@example.com/x.git@main#subdirectory=lib/x",
        "git+https://example.com/x/y.git",
        "-e git+https://example.com/x/y.git#egg=y",
        "https://example.com/pkg-1.0.tar.gz",
        "-r https://example.com/base.txt",
        "--index-url https://u:p@example.com/simple/",
        "--extra-index-url=https://u:p@example.com/simple",
        "-i https://example.com/simple",
        "--find-links https://example.com/wheels",
        "--pre",
        "--no-binary :all:",
        "--trusted-host example.com",
        "requests --hash=sha256:abc/def",
    ],
)
def test_what_an_index_has_is_taken_as_it_is(line: str) -> None:
    for files in (None, {"base.txt": b"x"}):
        assert read_dependency_text("requirements.txt", f"{line}\n", files) == (f"{line}\n", ())


@pytest.mark.parametrize(
    "line, path",
    [
        ("-c constraints.txt", "constraints.txt"),
        ("--constraint=./c/x.txt", "c/x.txt"),
        ("-cconstraints.txt", "constraints.txt"),
        ("./lib", "lib"),
        ("lib/", "lib"),
        (".", "."),
        ("./lib[extra] ; python_version > '3'", "lib"),
        ("-e ./lib", "lib"),
        ("--editable ./lib", "lib"),
        ("-e .", "."),
        ("wheels/shop-1.0-py3-none-any.whl", "wheels/shop-1.0-py3-none-any.whl"),
        ("shop.tar.gz", "shop.tar.gz"),
        ("shop @ file:./lib", "lib"),
        ("file:lib#egg=x", "lib"),
        ("file:///opt/lib", "/opt/lib"),
        ("shop @ file://localhost/opt/lib", "/opt/lib"),
        ("--find-links wheels", "wheels"),
        ("-f ./wheels", "wheels"),
        ("../lib", "../lib"),
        ("-e ../lib", "../lib"),
        ("/opt/lib", "/opt/lib"),
        ("~/lib", "~/lib"),
        ("-r base.txt", "base.txt"),
        ("--requirement base.txt", "base.txt"),
    ],
)
def test_what_lies_beside_the_file_is_found_with_its_line(line: str, path: str) -> None:
    text = f"# one\nrequests\n{line}  # why\n"
    assert named(text) == [("requirements.txt", 3, path)]
    with pytest.raises(InputError, match=r"^requirements\.txt, line 3 names [^\n]*, a file that is not there when the platform installs") as raised:
        from_text(HANDLER, PYTHON, requirements=text).as_text()
    assert f"names {path}, " in raised.value.message


def test_a_continued_line_counts_from_its_beginning() -> None:
    assert named("requests \\\n  >= 2\n\n./lib \\\n ; python_version > '3'\n") == [("requirements.txt", 4, "lib")]


def test_what_is_read_from_other_files_becomes_a_part_of_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "func.py": HANDLER,
            "requirements.txt": "-r reqs/base.txt\nflask==3.0  # web\n--requirement=last.txt\n",
            "reqs/base.txt": "requests\n-r deeper/http.txt\n",
            "reqs/deeper/http.txt": "urllib3<3 \\\n  ,>2\n",
            "last.txt": "idna",
        },
    )
    source = read_source(tmp_path, PYTHON)

    assert source.requirements == "requests\nurllib3<3   ,>2\nflask==3.0  # web\nidna\n" and source.references == ()
    assert source.as_text()
    with zipfile.ZipFile(io.BytesIO(source.as_zip("x"))) as archive:
        assert archive.read("x/requirements.txt").decode() == source.requirements
    assert {file.path: file.data.decode() for file in directory_members(tmp_path, PYTHON)[0]}["requirements.txt"] == source.requirements


def test_the_paths_of_an_inlined_file_are_those_of_the_source_directory() -> None:
    files = {"reqs/base.txt": b"-c limits.txt\n-e ./lib\n./other\n", "reqs/limits.txt": b"", "lib/setup.py": b"", "other/setup.py": b""}
    found = read_dependency_text("requirements.txt", "-r reqs/base.txt\n", files)

    assert found.text == "-c reqs/limits.txt\n./lib\n./other\n"
    named_there = [(reference.file, reference.line, reference.path) for reference in found.references]
    assert named_there == [("reqs/base.txt", 1, "reqs/limits.txt"), ("reqs/base.txt", 2, "lib"), ("reqs/base.txt", 3, "other")]
    assert len(check_references(found.references, files)) == 1
    with pytest.raises(InputError, match=r"^reqs/base\.txt, line 1 names reqs/limits\.txt, "):
        refuse_references(found.references)


@pytest.mark.parametrize(
    "text, message",
    [
        ("x\n-r base.txt\n", r"^requirements\.txt, line 2 reads base\.txt, which is not among the files of the source directory\.$"),
        ("-r ../base.txt\n", r"^requirements\.txt, line 1 reads \.\./base\.txt, which is outside of the source directory\. Put a copy into it\.$"),
        ("-r /etc/base.txt\n", r"^requirements\.txt, line 1 reads /etc/base\.txt, which is outside"),
        ("-r loop.txt\n", r"^loop\.txt, line 1 reads loop\.txt, which is being read already\.$"),
        ("-r requirements.txt\n", r"^requirements\.txt, line 1 reads requirements\.txt, which is being read already\.$"),
        ("-r binary.txt\n", r"^binary\.txt is not text: it has to be UTF-8\.$"),
    ],
)
def test_other_requirement_files_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_dependency_text("requirements.txt", text, {"loop.txt": b"-r loop.txt", "binary.txt": b"\xff", "requirements.txt": text.encode()})


def test_an_archive_takes_what_lies_in_the_directory_and_nothing_else(tmp_path: Path) -> None:
    files = {"func.py": HANDLER, "requirements.txt": "-e ./lib\n-c limits.txt\n", "lib/pyproject.toml": "", "limits.txt": "idna<4\n"}
    source = read_source(write(tmp_path / "right", files), PYTHON)
    with zipfile.ZipFile(io.BytesIO(source.as_zip("x"))) as archive:
        assert archive.read("x/requirements.txt") == b"./lib\n-c limits.txt\n" and "x/lib/pyproject.toml" in archive.namelist()
    (warning,) = source.zip_warnings()
    assert warning.startswith("The dependency file names files that travel along: lib (requirements.txt, line 1), limits.txt (requirements.txt, line 2). ")
    assert directory_members(tmp_path / "right", PYTHON)[1] == [warning]
    with pytest.raises(InputError, match=r"^requirements\.txt, line 1 names lib, a file that is not there"):
        source.as_text()

    elsewhere = "outside of the source directory"
    for line, message in (("../lib", elsewhere), ("/opt/lib", elsewhere), ("./gone", "not among the files that are sent")):
        folder = write(tmp_path / line.strip("./").replace("/", "-"), {**files, "requirements.txt": f"idna\n{line}\n"})
        with pytest.raises(InputError, match=rf"^requirements\.txt, line 2 names .*{message}"):
            read_source(folder, PYTHON).as_zip("x")
        with pytest.raises(InputError, match=rf"^requirements\.txt, line 2 names .*{message}"):
            directory_members(folder, PYTHON)


def test_package_json_names_files_too(tmp_path: Path) -> None:
    lines = ("{", '"dependencies": {', '"a": "^1.0.0",', '"b": "file:./lib",', '"c": "../c",', '"d": "npm:x@1",', '"e": "git+https://t@h/x"', "},")
    text = "\n".join((*lines, '"devDependencies": {"f": "link:lib"}', "}"))
    assert named(text, name="package.json") == [("package.json", 4, "lib"), ("package.json", 5, "../c"), ("package.json", 9, "lib")]
    with pytest.raises(InputError, match=r"^package\.json, line 4 names lib, a file that is not there when the platform installs"):
        from_text("export const handler = async () => ({statusCode: 200})", NODE, requirements=text).as_text()
    source = read_source(write(tmp_path, {"index.mjs": "x", "package.json": '{"dependencies": {"b": "file:lib"}}', "lib/package.json": "{}"}), NODE)
    assert source.as_zip("x") and len(source.zip_warnings()) == 1
    assert named("[]", name="package.json") == named("{", name="package.json") == named('{"dependencies": [1]}', name="package.json") == []


def test_no_message_quotes_an_address() -> None:
    text = "--extra-index-url https://u:CANARY@h/simple\nshop @ file:./lib#CANARY\n-c https://CANARY@h/c.txt\n"
    with pytest.raises(InputError) as raised:
        from_text(HANDLER, PYTHON, requirements=text).as_text()
    assert "CANARY" not in raised.value.message and "line 2 names lib" in raised.value.message


def test_other_dependency_files_are_texts() -> None:
    assert read_dependency_text("go.mod", "replace x => ./lib\n", {}) == ("replace x => ./lib\n", ())
