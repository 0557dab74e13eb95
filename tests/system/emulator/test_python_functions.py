# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python handlers really run, the way the platform runs them."""

from __future__ import annotations

import base64

import pytest
import requests
from emulator_api import Api

ECHO = """
def handle(event, context):
    return {
        "statusCode": 207,
        "headers": {"X-Answer": "yes", "Content-Type": "application/vnd.echo+json"},
        "body": {
            "body": [type(event.body).__name__, event.body.decode("latin-1")],
            "header": event.headers.get("x-ASK"),
            "in": "X-ask" in event.headers,
            "method": event.method,
            "query": event.query,
            "first": event.query.get("a"),
            "all": event.query.getlist("a"),
            "path": event.path,
            "hostname": bool(context.hostname),
        },
    }
"""


def test_the_event(api: Api) -> None:
    api.deploy("f", ECHO)
    answer = api.invoke("f", "deep/er?a=1&a=2&b=%26", "PUT", data=b"\xffraw", headers={"X-Ask": "me"})
    assert answer.status_code == 207
    assert answer.headers["X-Answer"] == "yes"
    assert answer.headers["Content-Type"] == "application/vnd.echo+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "body": ["bytes", "\xffraw"],
        "header": "me",
        "in": True,
        "method": "PUT",
        "query": {"a": "1", "b": "&"},
        "first": "1",
        "all": ["1", "2"],
        "path": "/deep/er",
        "hostname": True,
    }


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_any_method_without_credentials(api: Api, method: str) -> None:
    api.deploy("f", "def handle(event, context): return event.method + event.path")
    for url in (f"{api.url}/functions/f", f"{api.url}/functions/f/"):
        assert requests.request(method, url, timeout=10).text == f"{method}/"


def test_head_and_preflight(api: Api) -> None:
    api.deploy("f")
    assert api.invoke("f", method="HEAD").status_code == 200
    preflight = api.invoke("f", method="OPTIONS", headers={"Origin": "http://a.example", "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "result, status, kind, body",
    [
        ("'text'", 200, "text/html; charset=utf-8", b"text"),
        ("{'a': [1]}", 200, "application/json", b'{"a": [1]}\n'),
        ("b'\\x00\\xff'", 200, "application/octet-stream", b"\x00\xff"),
        ("None", 200, "text/html; charset=utf-8", b""),
        ("{'statusCode': '201', 'body': 'made'}", 201, "text/html; charset=utf-8", b"made"),
        ("{'statusCode': 204}", 204, None, b""),
        ("{'body': b'raw', 'headers': {'content-type': 'image/png'}}", 200, "image/png", b"raw"),
        ("('teapot', 418)", 418, "text/html; charset=utf-8", b"teapot"),
        ("12", 200, "text/html; charset=utf-8", b"12"),
    ],
)
def test_what_may_be_returned(api: Api, result: str, status: int, kind: str | None, body: bytes) -> None:
    api.deploy("f", f"def handle(event, context): return {result}")
    answer = api.invoke("f")
    assert (answer.status_code, answer.content) == (status, body)
    if kind:
        assert answer.headers["Content-Type"] == kind


@pytest.mark.parametrize("result", ["{'statusCode': 42}", "{'statusCode': 'x'}", "{'body': {1, 2}, 'headers': 7}"])
def test_an_answer_that_cannot_be_sent(api: Api, result: str) -> None:
    api.deploy("f", f"def handle(event, context): return {result}")
    assert api.invoke("f").status_code == 500


def test_a_header_with_a_line_break(api: Api) -> None:
    api.deploy("f", "def handle(event, context): return {'headers': {'X': 'a\\r\\nSet-Cookie: b'}, 'body': ''}")
    assert api.invoke("f").status_code == 502


def test_async_handler_keeps_its_loop(api: Api) -> None:
    api.deploy(
        "f",
        """
import asyncio
seen = set()
async def handle(event, context):
    await asyncio.sleep(0)
    seen.add(id(asyncio.get_running_loop()))
    return str(len(seen))
""",
    )
    assert [api.invoke("f").text for number in range(3)] == ["1"] * 3


def test_an_error_is_a_500_and_its_traceback_is_in_the_log(api: Api) -> None:
    api.deploy("f", "def handle(event, context):\n    raise ValueError('no such luck')\n")
    answer = api.invoke("f")
    assert answer.status_code == 500
    log = api.process.logs("f")
    assert "ValueError: no such luck" in log
    assert "Traceback (most recent call last):" in log
    assert not [line for line in log if "python_worker" in line]
    assert api.invoke("f").status_code == 500


@pytest.mark.parametrize("statement", ["raise SystemExit(3)", "import sys; sys.exit()", "raise KeyboardInterrupt"])
def test_leaving_the_program_is_an_error_of_one_call(api: Api, statement: str) -> None:
    api.deploy("f", f"def handle(event, context):\n    if event.path == '/bad':\n        {statement}\n    return 'fine'\n")
    assert api.invoke("f", "bad").status_code == 500
    assert api.invoke("f").text == "fine"


def test_environment_is_only_its_own(api: Api) -> None:
    api.deploy(
        "f", "import os\ndef handle(event, context): return dict(os.environ)\n", environment_variables={"GREETING": "hi", "__PORT__": "81", "NUMBER": 5}
    )
    seen = api.invoke("f").json()
    assert {"GREETING": "hi", "__PORT__": "81", "NUMBER": "5"}.items() <= seen.items()
    assert set(seen) - {"LC_CTYPE"} == {"GREETING", "__PORT__", "NUMBER", "PATH", "HOME", "TMPDIR"}


def test_its_own_variables_win(api: Api) -> None:
    api.deploy("f", "import os\ndef handle(event, context): return os.environ['HOME']\n", environment_variables={"HOME": "/somewhere"})
    assert api.invoke("f").text == "/somewhere"


def test_folder_and_imports(api: Api) -> None:
    api.deploy(
        "f",
        """
import json, os, pathlib, sys, tempfile
here = pathlib.Path(__file__).parent
(here / "beside.py").write_text("VALUE = 7")
from . import beside
def handle(event, context):
    with tempfile.TemporaryFile() as scratch:
        scratch.write(b"x")
    return {"name": __name__, "file": pathlib.Path(__file__).name, "cwd": os.getcwd() == str(here), "value": beside.VALUE,
            "home": here.parent == pathlib.Path.home(), "tmp": tempfile.gettempdir() == str(here.parent / "tmp"), "argv": sys.argv}
""",
    )
    names = {"name": "function.handler", "file": "handler.py", "argv": ["handler.py"]}
    assert api.invoke("f").json() == {**names, "cwd": True, "value": 7, "home": True, "tmp": True}


def test_packages_of_the_emulator_are_out_of_reach(api: Api) -> None:
    error = api.fail("f", "import aiohttp\ndef handle(event, context): return ''\n")["error"]
    assert error == "the handler could not be loaded: ModuleNotFoundError: No module named 'aiohttp'"


def test_output_is_logged_line_by_line(api: Api) -> None:
    api.deploy(
        "f",
        """
import sys
print("loading")
def handle(event, context):
    print("one\\ntwo", end="")
    print("-more")
    print("wrong", file=sys.stderr)
    return ""
""",
    )
    api.invoke("f")
    lines = api.process.control("GET", "functions/f/logs")["logs"]
    assert [(line["stream"], line["message"]) for line in lines if line["stream"] == "stdout"] == [("stdout", text) for text in ("loading", "one", "two-more")]
    assert ("stderr", "wrong") in [(line["stream"], line["message"]) for line in lines]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))


def test_a_flood_of_output_is_bounded(api: Api) -> None:
    api.deploy("f", "def handle(event, context):\n    print('x' * 100000)\n    for number in range(5000): print(number)\n    return 'done'\n")
    assert api.invoke("f").text == "done"
    lines = api.process.logs("f")
    assert len(lines) <= 2000
    assert max(map(len, lines)) <= 8192


def test_large_bodies_both_ways(api: Api) -> None:
    api.deploy("f", "def handle(event, context): return event.body[::-1]", memory=512)
    content = base64.b64encode(bytes(range(256)) * 20000)
    assert api.invoke("f", method="POST", data=content).content == content[::-1]


def test_a_compressed_body_arrives_as_sent(api: Api) -> None:
    api.deploy("f", "def handle(event, context): return event.body")
    assert api.invoke("f", method="POST", data=b"not gzip", headers={"Content-Encoding": "gzip"}).content == b"not gzip"


@pytest.mark.parametrize(
    "code, reason",
    [
        ("import nothing_of_this_name\n", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        ("def handle(:\n", "SyntaxError: invalid syntax (handler.py, line 1)"),
        ("x = 1\n", "AttributeError: handler.py defines no function handle(event, context)"),
        ("handle = 5\n", "AttributeError: handler.py defines no function handle(event, context)"),
        ("raise RuntimeError('first\\nsecond')\n", "RuntimeError: first"),
        ("import sys; sys.exit(2)\n", "SystemExit: 2"),
    ],
)
def test_code_that_cannot_be_loaded(api: Api, code: str, reason: str) -> None:
    assert api.fail("f", code)["error"] == f"the handler could not be loaded: {reason}"
    assert [line for line in api.process.logs("f") if line.startswith(reason.split(":")[0])]


def test_a_process_that_ends_while_it_is_loaded(api: Api) -> None:
    assert api.fail("f", "import os\nos._exit(4)\n")["error"] == "the worker ended while the handler was loaded: ended by itself with code 4"
