# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page at the root shows, and what it never does. How a browser shows it is tested in ``test_page_in_browser.py``."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from emulator_api import CONTAINER, Api, body
from gateway_api import Gateway

from tests.emulator.masking import DEEPEST, LONGEST_LIST, MASK, Secrets

KEY, TOKEN, READER, PASSWORD = "canary-api-key", "canary-auth-token", "canary-reader", "canary-gateway-password"
SECRET, VARIABLE, SHORT, PRIVATE_KEY = "canary-secret/value", "canary-variable", "hunter2", "-----BEGIN KEY-----\ncanary-line-one\ncanary-line-two"
PRINTS = """\
import json, os
def handle(event, context):
    print("plain", os.environ["SETTING"], "short", os.environ["DB_PASSWORD"], "as JSON", json.dumps(os.environ["PEM"]))
    print(os.environ["PEM"])
    print(event.headers)
    return "ok"
"""
VARIABLES = {"SETTING": VARIABLE, "DB_PASSWORD": SHORT, "PEM": PRIVATE_KEY, "DEBUG": "true"}


def overview(api: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.process.control("GET", "overview")
    return found


def page(url: str, path: str = "/", accept: str = "text/html,*/*;q=0.8") -> requests.Response:
    return requests.get(url + path, headers={"Accept": accept}, timeout=10, allow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/_emulator/"])
def test_a_person_gets_the_page(api: Api, path: str) -> None:
    answer = page(api.url, path)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "<script>" not in answer.text and "style=" not in answer.text and "http://127" not in answer.text


def test_a_client_of_a_gateway_gets_there_what_a_gateway_answers(api: Api) -> None:
    answer = page(api.url, accept="*/*")
    assert answer.status_code in (301, 307) and answer.headers["Location"] == "/ui/"


def test_looking_is_no_request_and_meets_no_fault(api: Api) -> None:
    api.process.fault({"action": "status", "status": 500, "times": -1})
    assert page(api.url).status_code == 200
    for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript"), ("overview", "application/json")):
        answer = page(api.url, f"/_emulator/{name}")
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert api.process.requests() == [] and overview(api)["faults"][0]["fired"] == 0
    api.process.clear_faults()


def test_the_front_page_of_a_function_is_the_functions(api: Api) -> None:
    api.deploy("f")
    host = {"Host": f"f.functions.localhost:{api.url.rpartition(':')[2]}", "Accept": "text/html"}
    assert requests.get(api.url, headers=host, timeout=10).text == "hello"
    assert [call["path"] for call in overview(api)["functions"]["items"][0]["last_calls"]] == ["/"]


def test_a_function_with_its_calls_and_its_log(api: Api) -> None:
    api.deploy("f", "def handle(event, context):\n    print('seen', event.path)\n    return {'statusCode': 418}\n", environment_variables={"WHO": "me"})
    for path in ("a", "b/c?token=x"):
        api.invoke("f", path, method="PUT")
    shown = overview(api)["functions"]["items"][0]
    assert (shown["status"], shown["memory"], shown["timeout"], shown["version"], shown["variables"]) == ("running", 128, 30, 1, ["WHO"])
    assert shown["url"] == f"{api.url}/functions/f/" and shown["calls"] == 2
    assert [(call["method"], call["path"], call["status"]) for call in shown["last_calls"]] == [("PUT", "/b/c", 418), ("PUT", "/a", 418)]
    assert [line["text"] for line in shown["log"] if line["stream"] == "stdout"] == ["seen /a", "seen /b/c"]


def test_requests_with_their_bodies(api: Api) -> None:
    api.process.fault({"method": "PUT", "action": "slow", "seconds": 0})
    api.create("f", runtime=CONTAINER)
    api.call("PUT", "faas/handler_file/none/", json={"code": "x"})
    api.create_zip("g")
    api.call("POST", "faas/functions/", token="wrong", json=body("x"))
    refused, zipped, update, created = overview(api)["requests"]["items"]
    assert (created["method"], created["path"], created["status"]) == ("POST", "/myaccount/api/v1/faas/functions/", 201)
    assert created["query"] == {"project_id": "1", "location": "Delhi"} and created["form"] == "json"
    assert (created["body"]["function"], created["body"]["memory"]) == ("f", 128) and "def handle" in created["body"]["code"]
    assert update["fault"] == "#1 slow" and update["body"] == {"code": "x"}
    assert zipped["form"] == "multipart" and zipped["body"]["function_name"] == "g" and zipped["body"]["code_file"].endswith(" bytes")
    assert refused["status"] == 401 and refused["body"]["code"] == "x"
    assert overview(api)["requests"]["total"] == 4


def test_only_the_newest_requests(api: Api) -> None:
    for number in range(55):
        api.call("GET", f"faas/function/f{number}/")
    shown = overview(api)["requests"]
    assert shown["total"] == 55 and len(shown["items"]) == 50
    assert shown["items"][0]["path"].endswith("/f54/")


def test_faults_that_are_armed(api: Api) -> None:
    api.process.fault({"method": "GET", "path": "faas/functions/", "action": "status", "status": 503, "times": 2, "message": "apikey=canary please"})
    api.listed()
    shown = overview(api)["faults"][0]
    assert (shown["action"], shown["status"], shown["method"], shown["path"]) == ("status", 503, "GET", "faas/functions/")
    assert (shown["times"], shown["fired"], shown["message"]) == (2, 1, f"apikey={MASK} please")


@pytest.fixture(scope="module")
def _with_canaries(_emulators: Callable[..., Any]) -> Any:
    options = {"api_key": KEY, "auth_token": TOKEN, "read_only_token": READER, "gateway_password": PASSWORD}
    return _emulators(build_seconds=0, gateway_release="mit", **options)


def test_no_secret_is_shown(_with_canaries: Any) -> None:
    api, gateway = Api(_with_canaries), Gateway(_with_canaries)
    gateway.auth = ("admin", PASSWORD)
    api.deploy("f", PRINTS, environment_variables=VARIABLES)
    api.fail("broken", f"raise RuntimeError('cannot log in with {SHORT} at https://me:canary-in-address@example.com')", environment_variables=VARIABLES)
    api.create_zip("z", environment_variables=json.dumps(VARIABLES))
    api.create_zip("z", environment_variables=f"not JSON {VARIABLE}")
    api.invoke("f", headers={"Authorization": "Bearer canary-of-a-caller"})
    api.invoke("f", f"{SECRET}/{KEY}?token={VARIABLE}")
    api.call("POST", "nodes/", json={"name": "n", "start_scripts": ["echo canary-script"], "password": "canary-password", "deep": [{"token": "canary-deep"}]})
    api.call("GET", f"faas/function/{TOKEN}/", query={**api.query, "search": TOKEN, "apikey": KEY})
    gateway.secret("POST", "first", SECRET)
    gateway.secret("PUT", "first", "canary-second-value")
    gateway.secret("POST", "raw", rawValue=base64.b64encode(b"canary-raw-value").decode())
    gateway.call("POST", "system/secrets", json={"Name": "odd", "VALUE": "canary-odd-case"})
    gateway.deploy_python(PRINTS.replace("event.headers", f"'{SECRET}', 'canary-raw-value'"), "g", secrets=["first"], envVars=VARIABLES)
    gateway.call("POST", "function/g")
    api.process.fault({"path": f"/{KEY}", "action": "status", "status": 500, "body": {"token": TOKEN}, "message": f"{PASSWORD} {SECRET} {VARIABLE}"})

    shown = overview(api)
    text = json.dumps(shown) + page(api.url).text
    for canary in ("canary", "hunter2", base64.b64encode(SECRET.encode()).decode(), base64.b64encode(b"canary-raw-value").decode()):
        at = text.find(canary)
        assert at < 0, text[max(at - 200, 0) : at + 60]
    logs = {one["name"]: [line["text"] for line in one["log"]] for one in shown["functions"]["items"] + shown["gateway_functions"]["items"]}
    assert any(line.startswith(f"plain {MASK} short {MASK} as JSON") for line in logs["f"]) and any(f"plain {MASK}" in line for line in logs["g"])
    names = {one["name"]: one["variables"] for one in shown["functions"]["items"]}
    assert names["f"] == names["z"] == sorted(VARIABLES)
    assert {"name": "raw", "namespace": "openfaas-fn"} in shown["gateway_secrets"]
    bodies = [one["body"] for one in shown["requests"]["items"] if one["body"] and "environment_variables" in one["body"]]
    assert {name: MASK for name in VARIABLES} in [one["environment_variables"] for one in bodies]


def test_what_was_a_secret_before_an_update_is_one_still(_with_canaries: Any) -> None:
    _with_canaries.reset()
    api = Api(_with_canaries)
    api.deploy("f", "import os\nprint('with', os.environ['TOKEN'])\ndef handle(event, context): return ''\n", environment_variables={"TOKEN": "canary-old"})
    api.update("f", environment_variables={})
    api.settled("f")
    log = [line["text"] for line in overview(api)["functions"]["items"][0]["log"]]
    assert f"with {MASK}" in log


def test_a_plain_short_value_stays_readable() -> None:
    secrets = Secrets(["the-key"])
    secrets.learn_variables({"DEBUG": "true", "REGION": "Delhi", "TOKEN": "abc"})
    assert secrets.hide("true: in Delhi with abc and the-key") == f"true: in Delhi with {MASK} and {MASK}"
    assert secrets.hide_certain("abc of the-key") == f"abc of {MASK}"
    secrets.clear()
    assert secrets.hide("abc and the-key") == f"abc and {MASK}"


def test_a_body_is_shown_in_part() -> None:
    secrets = Secrets(())
    deep: Any = "end"
    for unused in range(50):
        deep = {"in": deep}
    shown = secrets.body("/", {"deep": deep, "long": "x" * 100_000, "many": list(range(10_000)), "disable_password": True, "pin_password": 1234})
    assert json.dumps(shown["deep"]).count("in") == DEEPEST - 1
    assert len(shown["long"]) < 10_000 and len(shown["many"]) == LONGEST_LIST + 1
    assert shown["disable_password"] is True and shown["pin_password"] == MASK
    assert secrets.body("/", {"secrets": ["name", {"name": "n", "value": "v"}]}) == {"secrets": ["name", {"name": "n", "value": MASK}]}
