# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the state file keeps of functions of both forms."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from emulator_api import CONTAINER, PYTHON_HELLO, Api, packed

ROOT = Path(__file__).resolve().parents[3]
FILES: dict[str, str | bytes] = {"handler.py": "from .lib import WORD\ndef handle(event, context): return WORD\n", "lib.py": "WORD = 'kept'\n"}
# As the emulator wrote it when a function was one text of code.
OLD: dict[str, Any] = {
    "id": 1007,
    "project_id": "1",
    "name": "old",
    "runtime": "python3-http-debian",
    "node_type": "cpu",
    "code": PYTHON_HELLO,
    "requirements": "# none\n",
    "memory": 128,
    "timeout": 30,
    "environment_variables": {},
    "secrets": [],
    "created_at": "2026-01-01T00:00:00.000Z",
    "updated_at": "2026-01-01T00:00:00.000Z",
    "status": "running",
    "error": None,
    "version": 3,
    "extra": {"replicas": 2},
}


def test_files_survive_a_restart(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    api = api_factory(state=state)
    picture = bytes(range(256))
    api.create_zip("zipped", packed({**FILES, "requirements.txt": "", "deep/picture": picture}), runtime="python3-http-debian")
    api.create("texts", requirements="# none\n")
    before = [api.settled(name) for name in ("zipped", "texts")]
    api.process.restart()
    again = Api(api.process)
    assert [{**again.settled(one["name"]), "url": ""} for one in before] == [{**one, "url": ""} for one in before]
    assert [again.invoke(name).text for name in ("zipped", "texts")] == ["kept", "hello"]
    stored = {one["name"]: one for one in json.loads(state.read_text(encoding="utf-8"))["functions"]}
    assert base64.b64decode(stored["zipped"]["files"]["deep/picture"]) == picture
    assert [stored[name]["form"] for name in ("zipped", "texts")] == ["zip", "json"]


def test_a_state_file_of_one_text_of_code_still_loads(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"functions": [OLD]}), encoding="utf-8")
    api = api_factory(state=state)
    function = api.settled("old")
    assert (function["code"], function["requirements"], function["replicas"], function["version"]) == (PYTHON_HELLO, "# none\n", 2, 3)
    assert api.invoke("old").text == "hello"
    assert api.create("next", runtime=CONTAINER).json()["data"]["id"] == 1008
    assert api.call("GET", "faas/namespace/").status_code == 200


def new(**changes: Any) -> dict[str, Any]:
    kept = {key: value for key, value in OLD.items() if key not in ("code", "requirements")}
    return {**kept, "form": "zip", "files": {"handler.py": "", "requirements.txt": ""}, **changes}


def test_the_files_below_are_good_but_for_one_thing(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"functions": [new()], "activation": {"active": False, "count": 3}}), encoding="utf-8")
    api = api_factory(state=state)
    assert api.settled("old")["id"] == 1007
    assert api.call("GET", "faas/namespace/").status_code == 404


@pytest.mark.parametrize(
    "content, reason",
    [
        ({"functions": [{key: value for key, value in OLD.items() if key != "code"}]}, "does not hold functions of this emulator: KeyError('code')"),
        ({"functions": [{**OLD, "code": 5}]}, "does not hold functions of this emulator"),
        ({"functions": [{**OLD, "runtime": "cobol"}]}, "names an unknown runtime: cobol"),
        ({"functions": [new(files={"handler.py": "no base64!"})]}, "does not hold functions of this emulator"),
        ({"functions": [new(files=["handler.py"])]}, "does not hold functions of this emulator"),
        ({"functions": [new(files={"requirements.txt": ""})]}, "holds no handler.py of the function old"),
        ({"functions": [new(form="json", files={"handler.py": ""})]}, "does not hold functions of this emulator"),
        ({"functions": [new(surprise=1)]}, "does not hold functions of this emulator"),
        ({"activation": True}, "does not tell whether functions are activated"),
        ({"activation": {"active": True}}, "does not tell whether functions are activated"),
    ],
)
def test_a_state_file_that_is_none_is_refused_and_kept(tmp_path: Path, content: dict[str, Any], reason: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-m", "tests.emulator", "--port", "0", "--state", str(state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert reason in done.stderr and "Traceback" not in done.stderr
    assert json.loads(state.read_text(encoding="utf-8")) == content


@pytest.mark.parametrize(
    "arguments",
    [("--create-forms", "xml"), ("--function-paths", "label"), ("--function-page-size", "0"), ("--function-page-size", "101"), ("--zip-mb", "-1")],
)
def test_bad_options(arguments: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.emulator", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert arguments[0] in done.stderr and "Traceback" not in done.stderr
