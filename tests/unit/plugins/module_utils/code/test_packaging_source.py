# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code import packaging
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.bundle import read_bundle
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import FunctionSource, from_text, read_source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import Source, Text, total_digest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.source_tree import write

CLI_PYTHON = layout_for("python3-http-debian")
PYTHON = layout_for("python-3.12-http")
NODE = layout_for("node-20-http")
CLI_NODE = layout_for("node18")
GO = layout_for("go")
UNKNOWN = layout_for("cobol85")
HANDLER = "def handle(event, context):\r\n    return 'ö'\r\n"


def unpack(archive: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {entry.filename: opened.read(entry).decode() for entry in opened.infolist()}


def test_a_lone_handler_stays_verbatim(tmp_path: Path) -> None:
    write(tmp_path, {"handler.py": HANDLER, "requirements.txt": "requests\n", "function_config.yaml": "function: {}", "uv.lock": "x"})
    source = read_source(tmp_path, CLI_PYTHON)
    assert (source.as_text(), source.requirements, source.handler_name) == (HANDLER, "requests\n", "handler.py")
    assert [(file.path, file.data) for file in source.files] == [("handler.py", HANDLER.encode())]


def test_several_files_become_a_bundle(tmp_path: Path) -> None:
    write(tmp_path, {"handler.py": HANDLER, "lib/util.py": "x = 1\n", "requirements.txt": "requests\n"})
    source = read_source(tmp_path, CLI_PYTHON)
    assert source.requirements == "requests\n"
    assert [file.path for file in source.files] == ["handler.py", "lib/util.py"]
    assert read_bundle(source.as_text()) == {"handler.py": HANDLER.encode(), "lib/util.py": b"x = 1\n"}


def _digest(source: FunctionSource) -> str:
    return total_digest(Source.of({file.path: file.data for file in source.files}), Text.of(source.requirements or ""))


def test_the_same_content_has_the_same_digest_however_it_is_given(tmp_path: Path) -> None:
    write(tmp_path, {"dir/handler.py": HANDLER, "dir/requirements.txt": "", "hello.py": HANDLER, "other/func.py": HANDLER})
    digests = {
        _digest(read_source(tmp_path / "dir", CLI_PYTHON)),
        _digest(read_source(tmp_path / "hello.py", CLI_PYTHON)),
        _digest(read_source(tmp_path / "other", CLI_PYTHON)),
        _digest(from_text(HANDLER, CLI_PYTHON)),
    }
    assert len(digests) == 1
    assert _digest(from_text(HANDLER, CLI_PYTHON, requirements="requests")) not in digests
    assert _digest(from_text(HANDLER + "\n", CLI_PYTHON)) not in digests


def test_digest_of_a_bundle_depends_on_files_names_and_requirements(tmp_path: Path) -> None:
    root = write(tmp_path / "fn", {"handler.py": HANDLER, "util.py": "x = 1\n"})
    digests = [_digest(read_source(root, CLI_PYTHON))]
    write(root, {"requirements.txt": "requests"})
    digests.append(_digest(read_source(root, CLI_PYTHON)))
    (root / "util.py").rename(root / "tool.py")
    digests.append(_digest(read_source(root, CLI_PYTHON)))
    write(root, {"tool.py": "x = 2\n"})
    digests.append(_digest(read_source(root, CLI_PYTHON)))
    assert len(set(digests)) == 4
    os.utime(root / "tool.py", (5, 5))
    assert _digest(read_source(root, CLI_PYTHON)) == digests[-1]


def test_a_file_is_the_handler_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, {"hello.py": HANDLER})
    assert read_source(tmp_path / "hello.py", PYTHON).handler_name == "func.py"
    assert read_source(tmp_path / "hello.py", UNKNOWN).handler_name == "hello.py"
    assert read_source(tmp_path / "hello.py", PYTHON, requirements="a").requirements == "a"


def test_given_requirements_replace_those_of_the_directory(tmp_path: Path) -> None:
    write(tmp_path, {"handler.py": HANDLER, "requirements.txt": b"\xff"})
    assert read_source(tmp_path, CLI_PYTHON, requirements="flask").requirements == "flask"
    assert read_source(tmp_path, CLI_PYTHON, requirements="").requirements == ""


def test_the_first_accepted_handler_wins(tmp_path: Path) -> None:
    write(tmp_path, {"handler.py": "a = 1\n", "func.py": "b = 1\n"})
    assert read_source(tmp_path, CLI_PYTHON).handler_name == "handler.py"
    assert read_source(tmp_path, PYTHON).handler_name == "func.py"


def test_an_unknown_runtime_takes_a_lone_file(tmp_path: Path) -> None:
    write(tmp_path, {"prog.cob": "STOP RUN."})
    assert read_source(tmp_path, UNKNOWN).as_text() == "STOP RUN."
    write(tmp_path, {"more.cob": ""})
    with pytest.raises(InputError, match="Name the file itself as the source. Found: more.cob, prog.cob"):
        read_source(tmp_path, UNKNOWN)


@pytest.mark.parametrize(
    "files, layout, message",
    [
        ({"app.py": "x"}, PYTHON, r"no handler for this runtime \(python\): expected func.py or handler.py at its top. Found: app.py"),
        ({"lib/func.py": "x"}, PYTHON, "Found: lib/func.py"),
        ({"requirements.txt": "x"}, PYTHON, "Found: only the dependency file"),
        ({f"{n}.py": "x" for n in range(7)}, PYTHON, "Found: 0.py, 1.py, 2.py, 3.py, 4.py and 2 more"),
        ({"func.py": b"\xff\xfe\x00"}, PYTHON, r"func\.py in .* is not text: it has to be UTF-8"),
        ({"func.py": b"a\0b"}, PYTHON, r"func\.py in .* is not text: it holds NUL"),
        ({"func.py": b"\xff", "b.py": ""}, PYTHON, r"func\.py in .* is not text"),
        ({"func.py": " \n"}, PYTHON, r"func\.py in .* is empty"),
        ({"func.py": "x", "requirements.txt": b"\x89PNG\x00"}, PYTHON, r"requirements\.txt in .* is not text"),
        ({"handler.go": "x", "util.go": "y", "go.mod": "z"}, GO, r"Only one source file can be sent for this runtime \(go\).*there is: util.go"),
        ({"index.js": "x", "a.js": "y", "package.json": "{"}, CLI_NODE, "package.json is not valid JSON: .*line 1"),
    ],
)
def test_directories_that_are_refused(tmp_path: Path, files: dict[str, bytes | str], layout: object, message: str) -> None:
    write(tmp_path, files)
    with pytest.raises(InputError, match=message) as caught:
        read_source(tmp_path, layout).as_text()  # type: ignore[arg-type]
    assert "\n" not in caught.value.message


def test_files_that_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"bytes.py": b"\xff", "empty.py": "", "large.py": "x" * 11})
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(packaging, "MAX_SOURCE_BYTES", 10)
    for name, message in {
        "absent.py": "does not exist",
        "bytes.py": "is not text",
        "empty.py": "is empty",
        "large.py": "is larger than",
        "pipe": "neither a file nor a directory",
    }.items():
        with pytest.raises(InputError, match=message) as caught:
            read_source(tmp_path / name, PYTHON)
        assert name in caught.value.message


@pytest.mark.parametrize(
    "files, opening",
    [
        ({"index.mjs": "export default 1", "a.mjs": ""}, "import fs from"),
        ({"handler.cjs": "x", "a.js": "", "package.json": '{"type": "module"}'}, "'use strict'"),
        ({"handler.js": "x", "a.js": "", "package.json": '{"type": "module"}'}, "import fs from"),
        ({"handler.js": "x", "a.js": "", "package.json": '{"name": "x"}'}, "'use strict'"),
        ({"handler.js": "x", "a.js": "", "package.json": "[]"}, "'use strict'"),
        ({"handler.js": "x", "a.js": ""}, "'use strict'"),
    ],
)
def test_classic_node_bundles_load_as_the_platform_loads_the_handler(tmp_path: Path, files: dict[str, bytes | str], opening: str) -> None:
    code = read_source(write(tmp_path, files), CLI_NODE).as_text()
    assert next(line for line in code.splitlines() if line and not line.startswith("//")).startswith(opening)


@pytest.mark.parametrize("name", ["index.mjs", "index.js", "handler.cjs"])
def test_bundles_for_todays_node_are_modules(tmp_path: Path, name: str) -> None:
    code = read_source(write(tmp_path, {name: "x", "a.js": ""}), NODE).as_text()
    assert "\nimport fs from" in code and "use strict" not in code


def test_as_zip_has_one_root_and_the_dependency_file(tmp_path: Path) -> None:
    write(tmp_path, {"func.py": HANDLER, "lib/util.py": "x = 1\n", "requirements.txt": "requests\n"})
    source = read_source(tmp_path, PYTHON)
    assert unpack(source.as_zip("hello")) == {"hello/func.py": HANDLER, "hello/lib/util.py": "x = 1\n", "hello/requirements.txt": "requests\n"}
    assert source.as_zip("hello") == read_source(tmp_path, PYTHON).as_zip("hello")
    assert unpack(read_source(tmp_path, PYTHON, requirements="flask").as_zip("hello"))["hello/requirements.txt"] == "flask"
    assert unpack(read_source(tmp_path, PYTHON, requirements="").as_zip("hello"))["hello/requirements.txt"] == ""


def test_text_and_a_lone_file_have_the_name_that_the_runtime_wants(tmp_path: Path) -> None:
    write(tmp_path, {"hello.py": HANDLER})
    expected = {"f/func.py": HANDLER, "f/requirements.txt": ""}
    assert unpack(from_text(HANDLER, PYTHON).as_zip("f")) == expected
    assert unpack(read_source(tmp_path / "hello.py", PYTHON).as_zip("f")) == expected
    assert unpack(from_text("x", NODE).as_zip("f")) == {"f/index.mjs": "x", "f/package.json": "{}\n"}
    assert unpack(from_text("FROM scratch", layout_for("container")).as_zip("f")) == {"f/Dockerfile": "FROM scratch"}
    assert unpack(from_text("STOP RUN.", UNKNOWN).as_zip("f")) == {"f/handler": "STOP RUN."}


def test_a_directory_with_another_name_is_text_but_no_zip(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, {"handler.py": HANDLER}), PYTHON)
    assert source.as_text() == HANDLER
    with pytest.raises(InputError, match=r"rename handler\.py to func\.py"):
        source.as_zip("f")


def test_requirements_where_there_is_no_dependency_file() -> None:
    layout = layout_for("container")
    assert unpack(from_text("FROM scratch", layout, requirements="").as_zip("f")) == {"f/Dockerfile": "FROM scratch"}
    with pytest.raises(InputError, match="has no dependency file"):
        from_text("FROM scratch", layout, requirements="flask").as_zip("f")


def test_a_bundle_that_comes_back_is_its_files(tmp_path: Path) -> None:
    code = read_source(write(tmp_path, {"func.py": HANDLER, "util.py": "x = 1\n"}), PYTHON).as_text()
    again = from_text(code, PYTHON, requirements="requests")
    assert ([file.path for file in again.files], again.handler_name, again.handler) == (["func.py", "util.py"], "func.py", HANDLER)
    assert again.as_text() == code
    assert unpack(again.as_zip("f")) == {"f/func.py": HANDLER, "f/util.py": "x = 1\n", "f/requirements.txt": "requests"}
    write(tmp_path / "other", {"func.py": code})
    assert _digest(read_source(tmp_path / "other", PYTHON)) == _digest(from_text(code, PYTHON))


def test_nothing_is_packed_before_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("packed")

    monkeypatch.setattr(packaging, "make_bundle", refuse)
    monkeypatch.setattr(packaging, "build_zip", refuse)
    source = read_source(write(tmp_path, {"func.py": HANDLER, "util.py": ""}), PYTHON)
    assert _digest(source).startswith("sha256:")
    for pack in (source.as_text, lambda: source.as_zip("f")):
        with pytest.raises(AssertionError, match="packed"):
            pack()


@pytest.mark.parametrize("code, message", [("", "code is empty"), (" \n", "code is empty"), ("a\udcff", "code is not text")])
def test_texts_that_are_refused(code: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_text(code, CLI_PYTHON)
