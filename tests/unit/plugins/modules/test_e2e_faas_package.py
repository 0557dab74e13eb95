# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import os
import pathlib
import typing as t
import zipfile

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_package
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, Run, ScriptedApi, ok, run_module, runtimes


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_faas_package, args, check=check)


@pytest.fixture
def source(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "invoice"
    path.mkdir()
    (path / "handler.py").write_text("import rates\n")
    (path / "rates.py").write_text("GST = 18\n")
    (path / "requirements.txt").write_text("requests\n")
    return path


def test_written_once_and_the_same_again(api: ScriptedApi, source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    args: dict[str, t.Any] = {"src": str(source), "dest": str(tmp_path / "out.zip"), "runtime": "python3-http-debian"}
    predicted = run(check=True, **args)
    assert not (tmp_path / "out.zip").exists()
    first = run(**args)
    assert (predicted["actions"], first["actions"]) == ([f"write {args['dest']}"], [f"wrote {args['dest']}"])
    for key in ("changed", "path", "sha256", "size", "files", "diff"):
        assert predicted[key] == first[key], key
    data = (tmp_path / "out.zip").read_bytes()
    assert (first["sha256"], first["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert first["files"] == ["handler.py", "rates.py", "requirements.txt"]
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == [f"invoice/{name}" for name in first["files"]]

    (source / "rates.py").touch()
    again = run(**args)
    assert (again["changed"], again["actions"], again["diff"], again["sha256"]) == (False, [], [], first["sha256"])
    assert api.sent == []


def test_the_diff_lists_files(source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    args: dict[str, t.Any] = {"src": str(source), "dest": str(tmp_path / "out.zip"), "runtime": "python"}
    (entry,) = run(**args)["diff"]
    assert entry["before"] == ""
    assert [line.split()[0] for line in entry["after"].splitlines()] == ["handler.py", "rates.py", "requirements.txt"]
    (source / "rates.py").write_text("GST = 28\n")
    (source / "more.py").write_text("\n")
    (entry,) = run(**args)["diff"]
    before, after = set(entry["before"].splitlines()), set(entry["after"].splitlines())
    assert sorted(line.split()[0] for line in after - before) == ["more.py", "rates.py"]


def test_into_a_directory_under_a_name(source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    outcome = run(src=str(source), dest=str(tmp_path), runtime="python", name="bill")
    assert outcome["path"] == str(tmp_path / "bill.zip")
    with zipfile.ZipFile(tmp_path / "bill.zip") as archive:
        assert archive.namelist()[0] == "bill/handler.py"


def test_what_is_not_an_archive_is_replaced(source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "out.zip").write_text("no archive")
    outcome = run(src=str(source), dest=str(tmp_path / "out.zip"), runtime="python")
    assert (outcome["changed"], outcome["diff"][0]["before"]) == (True, "")


@pytest.mark.parametrize("wanted", ["cobol-1", "COBOL (classic)"])
def test_a_runtime_whose_files_only_the_server_knows(api: ScriptedApi, source: pathlib.Path, tmp_path: pathlib.Path, wanted: str) -> None:
    api.expect(runtimes(ok([{"runtime": "cobol-1", "name": "Cobol (classic)", "label": "requirements.txt"}])))
    (source / "handler.py").rename(source / "func.py")
    outcome = run(**CREDENTIALS, src=str(source), dest=str(tmp_path / "out.zip"), runtime=wanted)
    assert outcome["files"] == ["func.py", "rates.py", "requirements.txt"]


def test_todays_runtimes(api: ScriptedApi, source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (source / "handler.py").rename(source / "func.py")
    (source / "requirements.txt").unlink()
    (source / "poetry.lock").write_text("")
    for runtime in ("python-3.11-http", "Python 3.11 (FastAPI)", "python-3.11-flask"):
        outcome = run(src=str(source), dest=str(tmp_path / "out.zip"), runtime=runtime)
        assert outcome["files"] == ["func.py", "rates.py", "requirements.txt"]
    outcome = run(src=str(source), dest=str(tmp_path / "out.zip"), runtime="node-20-http")
    assert "(node) needs index.mjs at the top of the source directory." in outcome.msg
    assert api.sent == []


def test_the_template_decides_where_the_id_says_nothing(api: ScriptedApi, source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    entry = {"runtime": "r-7", "label": "requirements.txt", "boiler_code": "async def handler(event, context):\n    return {}\n"}
    api.expect(runtimes(ok([entry])))
    outcome = run(**CREDENTIALS, src=str(source), dest=str(tmp_path / "out.zip"), runtime="r-7")
    assert "rename handler.py to func.py." in outcome.msg


def test_bad_input(api: ScriptedApi, source: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api.expect(runtimes())
    outcome = run(**CREDENTIALS, src=str(source), dest=str(tmp_path), runtime="cobol")
    assert outcome.msg.startswith("runtime: 'cobol' is not one that the server offers. Accepted: python3-http-debian, node18")
    assert "dest: the directory" in run(src=str(source), dest=str(tmp_path / "a" / "b.zip"), runtime="python").msg
    assert "needs func.py" in run(src=str(source), dest=str(tmp_path), runtime="python-3.12").msg
    assert run(src=str(tmp_path / "nowhere"), dest=str(tmp_path), runtime="python").code == "invalid_input"
    (tmp_path / "out.zip").write_text("")

    def refuse(path: pathlib.Path) -> t.NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(e2e_faas_package, "open_regular", refuse)
    outcome = run(src=str(source), dest=str(tmp_path / "out.zip"), runtime="python")
    assert outcome.msg == f"dest: cannot read {tmp_path / 'out.zip'}: Permission denied."


def test_an_archive_that_holds_the_same_is_not_packed_again(source: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    args: dict[str, t.Any] = {"src": str(source), "dest": str(tmp_path / "out.zip"), "runtime": "python"}
    first = run(**args)
    assert (first["changed"], os.listdir(tmp_path)) == (True, ["invoice", "out.zip"])

    def refuse(*given: t.Any) -> t.NoReturn:
        raise AssertionError("packed")

    with monkeypatch.context() as nothing:
        nothing.setattr(e2e_faas_package, "build_zip", refuse)
        again = run(**args)
    assert {name: again[name] for name in ("path", "sha256", "size", "files")} == {name: first[name] for name in ("path", "sha256", "size", "files")}
    assert (again["changed"], again["actions"], again["diff"]) == (False, [], [])
    # Damaged in the middle of a file, it is written again.
    data = bytearray((tmp_path / "out.zip").read_bytes())
    data[data.index(b"rates.py") + 9] ^= 1
    (tmp_path / "out.zip").write_bytes(data)
    assert run(**args)["changed"] is True
    assert hashlib.sha256((tmp_path / "out.zip").read_bytes()).hexdigest() == first["sha256"]


def test_a_pipe_in_the_place_of_the_archive_is_not_waited_for(source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "out.zip")
    outcome = run(src=str(source), dest=str(tmp_path / "out.zip"), runtime="python")
    assert outcome.msg == f"dest: cannot read {tmp_path / 'out.zip'}: it is no regular file but a socket, a pipe or a device."
