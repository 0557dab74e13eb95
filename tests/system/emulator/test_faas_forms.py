# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions that come as a ZIP in a form: create, read, update, delete."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from emulator_api import CONTAINER, PYTHON_HELLO, Api, packed

HANDLER = {"handler.py": PYTHON_HELLO, "requirements.txt": ""}


def message(api: Api, name: str = "f", content: bytes | None = None, **fields: str | None) -> str:
    """The refusal of a create, which leaves nothing behind."""
    answer = api.create_zip(name, content, **fields)
    assert answer.status_code == answer.json()["code"] == 400, answer.text
    text: str = answer.json()["message"]
    assert answer.json()["errors"] == {"detail": [text]}
    assert api.listed().json()["data"] == []
    return text


def test_a_create_answers_200_with_an_object(api: Api) -> None:
    answer = api.create_zip("f")
    assert answer.status_code == 200
    assert answer.json() == {"code": 200, "data": {"id": 1001, "name": "f"}, "errors": {}, "message": "Success"}
    assert api.settled("f")["status"] == "running"


def test_what_a_full_read_returns(api: Api) -> None:
    api.create_zip("f", memory="256", timeout="9", environment_variables='{"A": "1"}', colour="red")
    function = api.settled("f")
    assert function.pop("created_at") == function.pop("updated_at")
    assert function == {
        "id": 1001,
        "name": "f",
        "runtime": CONTAINER,
        "node_type": "cpu",
        "memory": 256,
        "timeout": 9,
        "environment_variables": {"A": "1"},
        "secrets": [],
        "status": "running",
        "version": 1,
        "url": f"{api.url}/functions/f/",
    }


@pytest.mark.parametrize("readback, code", [("full", {"code", "requirements"}), ("no-code", set()), ("minimal", set())])
def test_only_code_that_came_as_text_is_returned(api_factory: Callable[..., Api], readback: str, code: set[str]) -> None:
    api = api_factory(readback=readback)
    api.create_zip("zipped", environment_variables='{"A": "1"}')
    api.create("texts", runtime=CONTAINER, environment_variables={"A": "1"})
    texts, zipped = (api.settled(name) for name in ("texts", "zipped"))
    assert texts.keys() - zipped.keys() == code
    assert zipped.keys() <= texts.keys()
    assert isinstance(zipped["id"], int) and zipped["id"] != texts["id"]
    assert (zipped.get("environment_variables") == {"A": "1"}) is (readback != "minimal")
    assert api.listed().json()["data"] == [texts, zipped]


def test_a_zip_of_the_older_contract_runs(api: Api) -> None:
    code = "import os\nfrom .lib.words import WORD\ndef handle(event, context): return WORD + os.environ['END']\n"
    files: dict[str, str | bytes] = {**HANDLER, "handler.py": code, "lib/__init__.py": "", "lib/words.py": "WORD = 'hello'\n"}
    api.create_zip("f", packed(files), runtime="python3-http-debian", environment_variables='{"END": "!"}')
    assert api.settled("f")["status"] == "running", api.process.logs("f")
    assert api.invoke("f").text == "hello!"


def test_an_update_without_a_file_keeps_the_code(api: Api) -> None:
    api.create_zip("f", packed({**HANDLER}), runtime="python3-http-debian", environment_variables='{"A": "1"}')
    number = api.settled("f")["id"]
    answer = api.update_zip(number, memory="512", timeout="60", environment_variables='{"B": "2"}')
    assert answer.status_code == 200
    assert answer.json() == {"code": 200, "data": "Function sent to build", "errors": {}, "message": "Success"}
    function = api.settled("f")
    assert (function["memory"], function["timeout"], function["environment_variables"], function["version"]) == (512, 60, {"B": "2"}, 2)
    assert api.invoke("f").text == "hello"


def test_an_update_with_a_file_replaces_all_files(api: Api) -> None:
    api.create_zip("f", packed({**HANDLER, "gone.py": "X = 1\n"}), runtime="python3-http-debian")
    number = api.settled("f")["id"]
    code = "import pathlib\ndef handle(event, context): return sorted(p.name for p in pathlib.Path(__file__).parent.glob('g*.py'))\n"
    assert api.update_zip(number, packed({**HANDLER, "handler.py": code})).status_code == 200
    assert api.settled("f")["status"] == "running"
    assert api.invoke("f").json() == []


def test_an_update_leaves_running_and_is_refused_meanwhile(api_factory: Callable[..., Api]) -> None:
    api = api_factory(build_seconds=30)
    number = api.create_zip("f").json()["data"]["id"]
    for answer in (api.update_zip(number), api.delete_by_id(number)):
        assert answer.status_code == answer.json()["code"] == 412
    assert api.get("f")["version"] == 1


def test_the_forms_replace_each_other(api: Api) -> None:
    api.deploy("f", requirements="# texts\n", secrets=["s"], replicas=2)
    assert api.update_zip(1001, packed({**HANDLER, "handler.py": "def handle(event, context): return 'zip'\n"})).status_code == 200
    zipped = api.settled("f")
    assert {"code", "requirements"}.isdisjoint(zipped)
    assert (zipped["secrets"], zipped["replicas"]) == (["s"], 2)
    assert api.invoke("f").text == "zip"
    api.update("f")
    assert api.settled("f")["code"] == PYTHON_HELLO
    assert api.invoke("f").text == "hello"


def test_settings_alone_leave_texts_readable(api: Api) -> None:
    api.deploy("f", requirements="# texts\n")
    api.update_zip(1001, memory="256")
    function = api.settled("f")
    assert (function["code"], function["requirements"], function["memory"]) == (PYTHON_HELLO, "# texts\n", 256)


@pytest.mark.parametrize("key", ["function_name", "runtime", "memory", "timeout", "environment_variables"])
def test_every_field_of_a_create_is_required(api: Api, key: str) -> None:
    assert message(api, **{key: None}) == f"{key}: This field is required."


def test_all_missing_fields_are_named_at_once(api: Api) -> None:
    answer = api.call("POST", "faas/functions/", files={"runtime": (None, CONTAINER)})
    assert answer.status_code == 400
    assert answer.json()["message"] == "function_name, memory, timeout, environment_variables, code_file: This field is required."


@pytest.mark.parametrize("key", ["memory", "timeout", "environment_variables"])
def test_every_setting_of_an_update_is_required(api: Api, key: str) -> None:
    api.create_zip("f")
    api.settled("f")
    answer = api.update_zip(1001, **{key: None})
    assert answer.status_code == 400
    assert answer.json()["message"] == f"{key}: This field is required."
    assert api.get("f")["version"] == 1


@pytest.mark.parametrize(
    "fields, word",
    [
        ({"function_name": "1a"}, "function_name"),
        ({"function_name": "a-"}, "function_name"),
        ({"function_name": "Upper"}, "function_name"),
        ({"function_name": "a" * 41}, "function_name"),
        ({"function_name": ""}, "function_name"),
        ({"runtime": "cobol"}, "runtime"),
        ({"memory": "64"}, "memory"),
        ({"memory": "128 MB"}, "memory"),
        ({"memory": ""}, "memory"),
        ({"timeout": "0"}, "timeout"),
        ({"timeout": "601"}, "timeout"),
        ({"timeout": "1.5"}, "timeout"),
        ({"environment_variables": ""}, "valid JSON"),
        ({"environment_variables": "{'A': '1'}"}, "valid JSON"),
        ({"environment_variables": "[" * 100_000}, "valid JSON"),
        ({"environment_variables": "[]"}, "an object"),
        ({"environment_variables": '{"PORT": "80"}'}, "PORT is reserved"),
        ({"environment_variables": '{"1A": "x"}'}, "1A"),
        ({"environment_variables": json.dumps({"A" * 51: "x"})}, "environment_variables"),
        ({"environment_variables": '{"A": "\\u0000"}'}, "environment_variables"),
        ({"environment_variables": '{"A": {}}'}, "environment_variables"),
    ],
)
def test_refused_on_create(api: Api, fields: dict[str, str], word: str) -> None:
    assert word in message(api, **fields)


@pytest.mark.parametrize("name", ["a", "a1", "a-b", "a" * 40])
@pytest.mark.parametrize("memory", ["128", "1024"])
def test_accepted_on_create(api: Api, name: str, memory: str) -> None:
    assert api.create_zip(name, memory=memory, environment_variables=json.dumps({"__PORT__": "80", "A" * 50: ""})).status_code == 200


@pytest.mark.parametrize(
    "part, word",
    [
        ((None, "text"), "was not a file"),
        (("code.txt", b"PK"), "must end in .zip"),
        (("code.zip", b""), "is empty"),
        (("code.zip", b"text"), "cannot be read"),
    ],
)
def test_a_code_file_that_is_none(api: Api, part: tuple[str | None, str | bytes], word: str) -> None:
    fields = {"function_name": "f", "runtime": CONTAINER, "memory": "128", "timeout": "15", "environment_variables": "{}"}
    answer = api.call("POST", "faas/functions/", files={**{key: (None, value) for key, value in fields.items()}, "code_file": part})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("code_file: ") and word in answer.json()["message"]


@pytest.mark.parametrize("key", ["function_name", "memory", "environment_variables"])
def test_a_file_in_the_place_of_a_text(api: Api, key: str) -> None:
    parts = {"function_name": "f", "runtime": CONTAINER, "memory": "128", "timeout": "15", "environment_variables": "{}"}
    files = {name: ("x.txt" if name == key else None, value) for name, value in parts.items()}
    answer = api.call("POST", "faas/functions/", files={**files, "code_file": ("code.zip", packed())})
    assert answer.status_code == 400
    assert answer.json()["message"] == f"{key}: Not a valid string."


@pytest.mark.parametrize("body", [b"", b"nothing", b"--b\r\n\r\n", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"])
@pytest.mark.parametrize("media_type", ["multipart/form-data; boundary=b", "multipart/form-data"])
def test_a_broken_form(api: Api, body: bytes, media_type: str) -> None:
    answer = api.call("POST", "faas/functions/", data=body, media_type=media_type)
    assert answer.status_code == answer.json()["code"] == 400


def test_one_name_for_both_forms(api: Api) -> None:
    api.create("f")
    answer = api.create_zip("f")
    assert answer.status_code == answer.json()["code"] == 412
    assert "already exists" in answer.json()["message"]


def test_the_dependency_file_that_is_no_text_fails_the_build(api: Api) -> None:
    api.create_zip("f", packed({**HANDLER, "requirements.txt": b"\xff\xfe"}), runtime="python3-http-debian")
    function = api.settled("f")
    assert function["status"] == "failed" and "requirements.txt is not UTF-8 text" in function["error"]


def test_build_faults_meet_the_form_too(api: Api) -> None:
    api.process.fault({"method": "POST", "path": "faas/functions/", "action": "build_fails", "message": "out of disk"})
    api.process.fault({"method": "PUT", "path": "faas/function/1001/", "action": "build_fails", "message": "again"})
    api.create_zip("f")
    assert api.settled("f")["error"] == "out of disk"
    api.update_zip(1001)
    assert api.settled("f")["error"] == "again"
    api.update_zip(1001)
    assert api.settled("f")["status"] == "running"


def test_the_request_log_has_field_names_and_no_value(api: Api) -> None:
    api.create_zip("f", environment_variables='{"PASSWORD": "hunter2"}')
    api.settled("f")
    api.update_zip(1001)
    api.delete_by_id(1001)
    writes = [one for one in api.process.requests() if one["method"] != "GET"]
    settings = ["environment_variables", "memory", "timeout"]
    assert [(one["keys"], one["form"], one["files"]) for one in writes] == [
        (["code_file", "environment_variables", "function_name", "memory", "runtime", "timeout"], "multipart", ["code_file"]),
        (settings, "multipart", []),
        (None, None, []),
    ]
    assert "hunter2" not in str(api.process.control("GET", "requests")) and "scratch" not in str(writes)


def test_the_request_log_tells_json_from_a_form(api: Api) -> None:
    api.create("f", runtime=CONTAINER)
    created = api.process.requests()[-1]
    assert (created["form"], created["files"]) == ("json", []) and "code" in created["keys"]


def test_the_page_shows_how_a_function_came(api: Api) -> None:
    api.create_zip("f")
    shown = api.process.control("GET", "overview")["functions"]["items"][0]
    assert (shown["id"], shown["name"], shown["form"], shown["files"]) == (1001, "f", "zip", ["Dockerfile"])
