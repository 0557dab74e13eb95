# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create, read, update, delete: states, refusals and what comes back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from emulator_api import PYTHON_HELLO, Api, body

CREATE: dict[str, Any] = {"function": "f", "runtime": "python3-http-debian", "node_type": "cpu"}


def test_states_are_seen_in_order(api_factory: Callable[..., Api]) -> None:
    api = api_factory(build_seconds=0.6)
    assert api.create("f").json()["data"]["status"] == "creating"
    seen: list[str] = []
    while not seen or seen[-1] != "running":
        status = api.get("f")["status"]
        seen += [status] if status not in seen[-1:] else []
    assert seen == ["creating", "deploying", "running"]
    assert api.update("f").json()["data"]["status"] == "deploying"


def test_what_a_full_read_returns(api: Api) -> None:
    function = api.deploy("f", environment_variables={"A": "1"}, secrets=["s"], requirements="# none\n")
    created, updated = function.pop("created_at"), function.pop("updated_at")
    assert created == updated
    assert function == {
        "id": 1001,
        "name": "f",
        "runtime": "python3-http-debian",
        "node_type": "cpu",
        "code": PYTHON_HELLO,
        "requirements": "# none\n",
        "memory": 128,
        "timeout": 30,
        "environment_variables": {"A": "1"},
        "secrets": ["s"],
        "status": "running",
        "version": 1,
        "url": f"{api.url}/functions/f/",
    }


def test_readback_without_code(api_factory: Callable[..., Api]) -> None:
    function = api_factory(readback="no-code").deploy("f", environment_variables={"A": "1"})
    assert {"code", "requirements"}.isdisjoint(function)
    assert function["environment_variables"] == {"A": "1"}


def test_readback_minimal(api_factory: Callable[..., Api]) -> None:
    api = api_factory(readback="minimal")
    function = api.deploy("f")
    assert set(function) == {"id", "name", "runtime", "status", "url"}
    assert api.call("GET", "faas/functions/").json()["data"] == [function]
    assert api.call("GET", "faas/logs/f/").json()["code"] == 404


def test_update_replaces_the_whole_set(api: Api) -> None:
    before = api.deploy("f", environment_variables={"A": "1"}, secrets=["s"], replicas=2)
    answer = api.call("PUT", "faas/handler_file/f/", json={"code": "def handle(e, c): return 'new'", "requirements": "", "memory": 256, "timeout": 9})
    assert answer.status_code == answer.json()["code"] == 200
    after = api.settled("f")
    assert (after["memory"], after["timeout"], after["version"]) == (256, 9, 2)
    assert after["environment_variables"] == {} and after["secrets"] == [] and "replicas" not in after
    assert (after["name"], after["runtime"], after["node_type"], after["id"]) == ("f", "python3-http-debian", "cpu", before["id"])
    assert api.invoke("f").text == "new"


def test_update_ignores_what_cannot_change(api: Api) -> None:
    api.deploy("f")
    api.update("f", function="g", runtime="node18", node_type="gpu", arguments={})
    after = api.settled("f")
    assert (after["name"], after["runtime"], after["node_type"]) == ("f", "python3-http-debian", "cpu")


def test_unknown_keys_are_kept_and_returned(api: Api) -> None:
    function = api.deploy("f", replicas=2, description="d", status="running", id=5)
    assert (function["replicas"], function["description"]) == (2, "d")
    assert function["id"] == 1001


def test_nothing_but_reading_while_it_is_built(api_factory: Callable[..., Api]) -> None:
    api = api_factory(build_seconds=30)
    api.create("f")
    for answer in (api.update("f"), api.delete("f")):
        assert answer.status_code == answer.json()["code"] == 412
        assert answer.json()["errors"]["detail"] == [answer.json()["message"]]
    assert api.invoke("f").status_code == 503
    assert api.get("f")["version"] == 1


def test_a_failed_function_is_repaired_by_an_update(api: Api) -> None:
    api.fail("f", "import nothing_of_this_name")
    assert api.invoke("f").status_code == 503
    api.update("f")
    function = api.settled("f")
    assert function["status"] == "running" and "error" not in function
    assert api.invoke("f").text == "hello"


def test_a_failed_update_leaves_it_failed(api: Api) -> None:
    api.deploy("f")
    api.update("f", "def handle(:")
    function = api.settled("f")
    assert function["status"] == "failed"
    assert function["error"] == "the handler could not be loaded: SyntaxError: invalid syntax (handler.py, line 1)"


def test_create_on_an_existing_name(api: Api) -> None:
    api.deploy("f")
    answer = api.create("f", "def handle(e, c): return 'other'")
    assert answer.status_code == answer.json()["code"] == 412
    assert "already exists" in answer.json()["message"]
    assert api.invoke("f").text == "hello"


def test_delete(api: Api) -> None:
    api.deploy("f")
    answer = api.delete("f")
    assert answer.status_code == answer.json()["code"] == 200
    assert api.call("GET", "faas/function/f/").status_code == 404
    assert api.invoke("f").status_code == 404
    assert api.delete("f").status_code == 404


def test_delete_works_without_a_body_and_refuses_another_name(api: Api) -> None:
    api.deploy("f")
    assert api.call("DELETE", "faas/function/f/", json={"function": "g"}).status_code == 400
    assert api.call("DELETE", "faas/function/f/").status_code == 200


@pytest.mark.parametrize(
    "method, path",
    [("GET", "faas/function/no/"), ("PUT", "faas/handler_file/no/"), ("DELETE", "faas/function/no/"), ("GET", "faas/logs/no/")],
)
def test_unknown_function(api: Api, method: str, path: str) -> None:
    answer = api.call(method, path, json=body("x"))
    assert answer.status_code == answer.json()["code"] == 404


@pytest.mark.parametrize(
    "fields, word",
    [
        ({"function": "Upper"}, "function"),
        ({"function": "-a"}, "function"),
        ({"function": "a-"}, "function"),
        ({"function": "a" * 52}, "function"),
        ({"function": ""}, "function"),
        ({"function": 5}, "function"),
        ({"runtime": "cobol"}, "runtime"),
        ({"node_type": "gpu"}, "node_type"),
        ({"node_type": "tpu"}, "node_type"),
        ({"runtime": "python3-http-cuda"}, "node_type"),
        ({"memory": 64}, "memory"),
        ({"memory": 2048}, "memory"),
        ({"memory": "lots"}, "memory"),
        ({"memory": True}, "memory"),
        ({"memory": 128.0}, "memory"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": 601}, "timeout"),
        ({"timeout": 1.5}, "timeout"),
        ({"code": ""}, "code"),
        ({"code": ["x"]}, "code"),
        ({"code": "\ud800"}, "code"),
        ({"environment_variables": {"A": "\ud800"}}, "environment_variables"),
        ({"environment_variables": {"A": "\0"}}, "environment_variables"),
        ({"requirements": None}, "requirements"),
        ({"environment_variables": {"1A": "x"}}, "1A"),
        ({"environment_variables": {"A" * 51: "x"}}, "environment_variables"),
        ({"environment_variables": {"PORT": "80"}}, "PORT"),
        ({"environment_variables": {"A": {}}}, "environment_variables"),
        ({"environment_variables": []}, "environment_variables"),
        ({"secrets": {}}, "secrets"),
    ],
)
def test_refused_on_create(api: Api, fields: dict[str, Any], word: str) -> None:
    answer = api.call("POST", "faas/functions/", json={**body(PYTHON_HELLO), **CREATE, **fields})
    assert answer.status_code == answer.json()["code"] == 400
    assert word in answer.json()["message"]
    assert api.call("GET", "faas/functions/").json()["data"] == []


@pytest.mark.parametrize("key", ["function", "runtime", "code", "requirements", "memory", "timeout", "node_type"])
def test_missing_on_create(api: Api, key: str) -> None:
    whole = body(PYTHON_HELLO, **CREATE)
    del whole[key]
    answer = api.call("POST", "faas/functions/", json=whole)
    assert answer.status_code == 400
    assert answer.json()["message"] == f"{key}: This field is required."


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object(api: Api, content: bytes) -> None:
    assert api.call("POST", "faas/functions/", data=content).status_code == 400


@pytest.mark.parametrize("name", ["a", "1a", "a-b", "0", "a" * 51])
def test_names_of_the_released_client(api: Api, name: str) -> None:
    assert api.create(name, memory="256", timeout="15").status_code == 201
    assert (api.get(name)["memory"], api.get(name)["timeout"]) == (256, 15)


def test_runtimes(api: Api) -> None:
    runtimes = {one["runtime"]: one for one in api.call("GET", "faas/runtimes/").json()["data"]}
    files = {name: runtimes[name]["label"] for name in ("node18", "python3-http-debian", "python3-tensorflow", "python3-http-cuda", "dotnet8-csharp", "ruby")}
    assert files == {
        "node18": "package.json",
        "python3-http-debian": "requirements.txt",
        "python3-tensorflow": "requirements.txt",
        "python3-http-cuda": "requirements.txt",
        "dotnet8-csharp": "Function.csproj",
        "ruby": "Gemfile",
    }
    assert {name for name, one in runtimes.items() if one["node_type"] == "gpu"} == {"python3-tensorflow", "python3-http-cuda"}
    assert {f"python-3.{minor}-http" for minor in range(9, 15)} | {"node-20-http", "node-22-http", "node-24-http"} <= set(runtimes)
    assert {"python-3.11-fastapi", "python-3.11-flask", "node-20-express"} <= set(runtimes)
    assert "\nARG BASE_IMAGE=" in runtimes["custom-container"]["boiler_code"]
    contracts = {"python-3.9-http": "async def handler(", "python-3.11-fastapi": "app = FastAPI(", "python-3.11-flask": "app = Flask("}
    contracts |= {"node-24-http": "export const handler = ", "python3-http-debian": "def handle(", "node18": "module.exports = "}
    assert [name for name, start in contracts.items() if start not in runtimes[name]["boiler_code"]] == []


@pytest.mark.parametrize("runtime", ["node18", "python3-http-debian"])
def test_boiler_code_works(api: Api, runtime: str) -> None:
    if runtime.startswith("node") and not shutil.which("node"):
        pytest.skip("Node.js is not installed")
    template = next(one for one in api.call("GET", "faas/runtimes/").json()["data"] if one["runtime"] == runtime)
    fields = {"function": "t", "runtime": runtime, "node_type": "cpu", "requirements": template["requirements_code"]}
    api.call("POST", "faas/functions/", json=body(template["boiler_code"], **fields))
    assert api.settled("t")["status"] == "running"
    assert "Hello from a" in api.invoke("t").text


@pytest.mark.parametrize("runtime, node_type", [("ruby", "cpu"), ("custom-container", "cpu"), ("python3-tensorflow", "gpu")])
def test_what_the_host_cannot_run_is_deployed_and_says_so(api: Api, runtime: str, node_type: str) -> None:
    api.call("POST", "faas/functions/", json=body("anything", function="f", runtime=runtime, node_type=node_type))
    assert api.settled("f")["status"] == "running"
    answer = api.invoke("f")
    assert answer.status_code == 501
    assert runtime in answer.json()["message"]


def test_logs_of_the_api_and_their_paging(api: Api) -> None:
    api.deploy("f", "def handle(event, context):\n    for number in range(30):\n        print('line', number)\n    return 'x'\n")
    api.invoke("f")
    whole = api.call("GET", "faas/logs/f/").json()
    assert "total_count" not in whole
    assert {"timestamp", "message", "level"} == set(whole["data"][0])
    lines = [one["message"] for one in whole["data"]]
    assert "line 29" in lines
    pages = [api.call("GET", "faas/logs/f/", query={**api.query, "page_no": str(number), "per_page": "10"}).json() for number in range(1, 6)]
    assert [one["message"] for page in pages for one in page["data"]] == lines
    assert pages[0]["total_count"] == len(lines) and pages[0]["total_page_number"] == 4
    assert pages[4]["data"] == []
    assert api.call("GET", "faas/logs/f/", query={**api.query, "page_no": "0"}).status_code == 400


def test_twenty_creates_at_once(api: Api) -> None:
    names = [f"f{number}" for number in range(20)]
    code = "import os\ndef handle(event, context): return os.environ['NAME']\n"
    with ThreadPoolExecutor(20) as pool:
        created = list(pool.map(lambda name: api.create(name, code, environment_variables={"NAME": name}), names))
        assert [answer.status_code for answer in created] == [201] * 20
        assert {api.settled(name)["status"] for name in names} == {"running"}
        assert list(pool.map(lambda name: api.invoke(name).text, names)) == names
    assert len({answer.json()["data"]["id"] for answer in created}) == 20
    listed = api.call("GET", "faas/functions/", query={**api.query, "page_size": "100"}).json()["data"]
    assert [one["name"] for one in listed] == sorted(names)


def test_one_name_many_creators(api: Api) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda unused: api.create("f").status_code, range(8)))
    assert sorted(codes) == [201] + [412] * 7
