# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Today's contract for Python: ``handler(event, context)`` in func.py, with the event of an API gateway's proxy."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from runner_bench import Bench

from tests.emulator.runner.spec import BuildError, CallTimeout, WorkerDied

RUNNER = Path(__file__).resolve().parents[2] / "emulator/runner"
ECHO = """
import json

def handler(event, context):
    raw = event.pop("rawBody")
    return {"statusCode": 200, "body": json.dumps({"event": event, "raw": [type(raw).__name__, len(raw)], "context": context})}
"""


def returning(expression: str) -> str:
    return f"def handler(event, context):\n    return {expression}\n"


# As a user would write them who has read the vendor's pages and nothing else (reference P.3, P.4).
def test_the_sample_of_the_documentation(bench: Bench) -> None:
    code = """
import json

async def handler(event, context):
    return {
        "statusCode": 200,
        "body": json.dumps({"message": "Hello from " + event["httpMethod"]})
    }
"""
    answer = bench.deploy("python", "handler", code).call(method="DELETE")
    assert (answer.status, json.loads(answer.body)) == (200, {"message": "Hello from DELETE"})


def test_a_webhook_written_from_the_documentation(bench: Bench) -> None:
    code = """
import hashlib
import hmac
import json
import os

def handler(event, context):
    given = event["headers"].get("x-signature", "")
    expected = hmac.new(os.environ["SECRET"].encode(), event["rawBody"], hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given, expected):
        return {"statusCode": 401, "headers": {"Content-Type": "text/plain"}, "body": "wrong signature"}
    if event["body"] is None or event["queryStringParameters"] is None:
        return {"statusCode": 400, "body": ""}
    order = json.loads(event["body"])
    return {"statusCode": 201, "headers": {"Location": "/orders/%s" % order["id"]}, "body": json.dumps(event["queryStringParameters"])}
"""
    function = bench.deploy("python", "handler", code, environment={"SECRET": "s3"})
    assert function.call(method="POST", body=b'{"id": 7}', headers=[("X-Signature", "00")]).status == 401
    good = ("X-Signature", hmac.new(b"s3", b'{"id": 7}', hashlib.sha256).hexdigest())
    answer = function.call(method="POST", body=b'{"id": 7}', headers=[good], query=[("a", "1"), ("a", "2")])
    assert (answer.status, dict(answer.headers)["Location"], json.loads(answer.body)) == (201, "/orders/7", {"a": "2"})


def test_the_whole_event(bench: Bench) -> None:
    function = bench.deploy("python", "handler", ECHO)
    answer = function.call(
        "/users/42",
        "PUT",
        body=b'{"k": [1]}',
        query=[("a", "1"), ("b", "&"), ("a", "2")],
        headers=[("Content-Type", "application/json"), ("X-Many", "1"), ("x-many", "2"), ("User-Agent", "me/1")],
    )
    assert json.loads(answer.body) == {
        "event": {
            "httpMethod": "PUT",
            "path": "/users/42",
            "headers": {"host": "f.example", "content-type": "application/json", "x-many": "2", "user-agent": "me/1"},
            "multiValueHeaders": {"host": ["f.example"], "content-type": ["application/json"], "x-many": ["1", "2"], "user-agent": ["me/1"]},
            "queryStringParameters": {"a": "2", "b": "&"},
            "multiValueQueryStringParameters": {"a": ["1", "2"], "b": ["&"]},
            "body": '{"k": [1]}',
            "isBase64Encoded": False,
            "requestContext": {"stage": "local", "identity": {"sourceIp": "192.0.2.7", "userAgent": "me/1"}},
        },
        "raw": ["bytes", 10],
        "context": {},
    }


def test_what_is_missing_is_none(bench: Bench) -> None:
    seen = json.loads(bench.deploy("python", "handler", ECHO).call().body)["event"]
    for key in ("body", "queryStringParameters", "multiValueQueryStringParameters"):
        assert seen[key] is None
    assert (seen["isBase64Encoded"], seen["requestContext"]["identity"]["userAgent"]) == (False, "")


@pytest.mark.parametrize(
    "kind, body, text",
    [
        ("application/json", b'{"a": "\xc3\xa9"}', True),
        ("application/json; charset=utf-8", b"{", True),
        ("application/problem+json", b"{}", True),
        ("text/csv", b"a,b", True),
        ("Application/XML", b"<a/>", True),
        ("image/svg+xml", b"<svg/>", True),
        ("application/x-www-form-urlencoded", b"a=1", True),
        ("application/javascript", b"1", True),
        ("multipart/form-data; boundary=x", b"--x--", False),
        ("application/octet-stream", b"plain", False),
        ("image/png", b"\x89PNG", False),
        ("text/plain", b"\xff\xfe", False),
        (None, b"plain", True),
        (None, b"\x00\xff", False),
    ],
)
def test_text_and_binary_bodies(bench: Bench, kind: str | None, body: bytes, text: bool) -> None:
    headers = [("Content-Type", kind)] if kind else []
    seen = json.loads(bench.deploy("python", "handler", ECHO).call(method="POST", body=body, headers=headers).body)
    assert seen["event"]["isBase64Encoded"] is not text
    assert seen["event"]["body"] == (body.decode() if text else base64.b64encode(body).decode())
    assert seen["raw"] == ["bytes", len(body)]


def test_binary_both_ways(bench: Bench) -> None:
    code = """
import base64

def handler(event, context):
    content = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
    assert content == event["rawBody"]
    return {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": base64.b64encode(content[::-1]).decode(), "isBase64Encoded": True}
"""
    content = bytes(range(256)) * 4000
    answer = bench.deploy("python", "handler", code).call(method="POST", body=content, headers=[("Content-Type", "image/png")])
    assert (answer.body == content[::-1], answer.headers) == (True, [("Content-Type", "image/png")])


@pytest.mark.parametrize(
    "result, status, kind, body",
    [
        ("{'statusCode': 204}", 204, "application/json", b""),
        ("{'statusCode': 200, 'body': None}", 200, "application/json", b""),
        ("{'statusCode': 404, 'body': 'é'}", 404, "application/json", "é".encode()),
        ("{'statusCode': 200, 'body': 'x', 'headers': {'content-type': 'text/html'}}", 200, "text/html", b"x"),
        ("{'statusCode': 200, 'body': 'eA==', 'isBase64Encoded': True}", 200, "application/octet-stream", b"x"),
        ("{'statusCode': 200, 'body': 'eA==', 'isBase64Encoded': False}", 200, "application/json", b"eA=="),
    ],
)
def test_what_may_be_returned(bench: Bench, result: str, status: int, kind: str, body: bytes) -> None:
    answer = bench.deploy("python", "handler", returning(result)).call()
    assert (answer.status, answer.body, [value for name, value in answer.headers if name.lower() == "content-type"]) == (status, body, [kind])


@pytest.mark.parametrize(
    "result, reason",
    [
        ("'text'", "a dict with statusCode, it returned of type str"),
        ("None", "a dict with statusCode, it returned None"),
        ("('text', 200)", "it returned of type tuple"),
        ("{'body': 'x'}", "it returned a dict with body"),
        ("{'statusCode': '200'}", "statusCode must be a whole number from 200 to 599, it is '200'"),
        ("{'statusCode': True}", "statusCode must be a whole number"),
        ("{'statusCode': 42}", "statusCode must be a whole number"),
        ("{'statusCode': 200, 'body': {'a': 1}}", "body must be a string, it is a dict with a"),
        ("{'statusCode': 200, 'body': b'x'}", "body must be a string, it is of type bytes"),
        ("{'statusCode': 200, 'headers': [('a', 'b')]}", "headers must be a dict"),
        ("{'statusCode': 200, 'headers': {'a': ['b']}}", "headers must hold strings, 'a' is of type list"),
        ("{'statusCode': 200, 'body': 'x', 'isBase64Encoded': 'true'}", "isBase64Encoded must be True or False"),
        ("{'statusCode': 200, 'body': '!', 'isBase64Encoded': True}", "base64"),
    ],
)
def test_an_answer_that_is_none(bench: Bench, result: str, reason: str) -> None:
    function = bench.deploy("python", "handler", returning(result))
    answer = function.call()
    assert (answer.status, dict(answer.headers)) == (500, {"Content-Type": "application/json"})
    assert "its log has the details" in json.loads(answer.body)["message"]
    assert function.logged(reason)


@pytest.mark.parametrize("statement", ["raise ValueError('no such luck')", "event.body", "import sys; sys.exit(3)"])
@pytest.mark.parametrize("keyword", ["def", "async def"])
def test_an_exception_is_a_500_whose_traceback_is_in_the_log_only(bench: Bench, statement: str, keyword: str) -> None:
    code = f"{keyword} handler(event, context):\n    if event['path'] == '/bad':\n        {statement}\n    return {{'statusCode': 200, 'body': 'fine'}}\n"
    function = bench.deploy("python", "handler", code)
    answer = function.call("/bad")
    assert (answer.status, json.loads(answer.body)) == (500, {"message": "The function raised an error; its log has the details."})
    assert function.logged('func.py", line 3, in handler')
    assert not [line for line in function.log if "python_contracts" in line]
    assert function.call().body == b"fine"


def test_async_calls_share_one_loop_and_run_side_by_side(bench: Bench) -> None:
    code = """
import asyncio
waiting = []
arrived = asyncio.Event()

async def handler(event, context):
    waiting.append(id(asyncio.get_running_loop()))
    if len(waiting) == 4:
        arrived.set()
    await arrived.wait()
    return {"statusCode": 200, "body": str(len(set(waiting)))}
"""
    answers = bench.deploy("python", "handler", code).together("/", "/", "/", "/")
    assert [answer.body for answer in answers] == [b"1"] * 4


def test_plain_calls_run_in_threads(bench: Bench) -> None:
    code = "import threading\nmeet = threading.Barrier(4)\ndef handler(event, context):\n    meet.wait(20)\n    return {'statusCode': 200}\n"
    assert [answer.status for answer in bench.deploy("python", "handler", code).together("/", "/", "/", "/")] == [200] * 4


def test_modules_packages_and_data_beside_it(bench: Bench) -> None:
    code = """
import json
import os
from pathlib import Path

import helper
import shop.prices
from shop import VAT
from shop.deep.inner import depth

HERE = Path(__file__).parent

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({
        "name": __name__, "helper": helper.greet(), "prices": shop.prices.gross(100), "vat": VAT, "depth": depth,
        "by_file": (HERE / "data" / "countries.json").read_text(), "by_cwd": open("data/countries.json").read(),
        "cwd": os.getcwd() == str(HERE), "binary": list((HERE / "logo.bin").read_bytes())})}
"""
    files: dict[str, str | bytes] = {
        "func.py": code,
        "helper.py": "def greet(): return 'hi'\n",
        "shop/__init__.py": "VAT = 18\n",
        "shop/prices.py": "from . import VAT\nimport helper\ndef gross(net): return net + VAT\n",
        "shop/deep/inner.py": "depth = 2\n",
        "data/countries.json": '["IN"]',
        "logo.bin": b"\x00\xff",
    }
    seen = json.loads(bench.deploy("python", "handler", files).call().body)
    assert seen == {
        "name": "func",
        "helper": "hi",
        "prices": 118,
        "vat": 18,
        "depth": 2,
        "by_file": '["IN"]',
        "by_cwd": '["IN"]',
        "cwd": True,
        "binary": [0, 255],
    }


def test_requirements_are_installed(bench: Bench) -> None:
    code = "import six\ndef handler(event, context): return {'statusCode': 200, 'body': six.__version__}\n"
    assert bench.deploy("python", "handler", {"func.py": code, "requirements.txt": "six==1.16.0\n"}, "six==1.16.0\n").call().body == b"1.16.0"


@pytest.mark.parametrize("path", ["../outside.py", "a/../../outside.py", "/outside.py"])
def test_files_stay_in_the_root_directory(bench: Bench, path: str) -> None:
    with pytest.raises(BuildError, match="outside of the function's root directory"):
        bench.deploy("python", "handler", {"func.py": returning("{'statusCode': 200}"), path: "x = 1\n"})


@pytest.mark.parametrize("keyword", ["def", "async def"])
def test_init_is_called_once_and_its_form_is_not_known(bench: Bench, keyword: str) -> None:
    code = f"calls = []\n{keyword} init():\n    calls.append(1)\n    return {{'cors': False}}\n"
    function = bench.deploy("python", "handler", code + "def handler(event, context):\n    return {'statusCode': 200, 'body': str(len(calls))}\n")
    assert [function.call().body, function.call().body] == [b"1", b"1"]
    assert function.logged("its real form is not known")


@pytest.mark.parametrize(
    "code, reason",
    [
        ("def handle(event, context): return 'x'\n", "func.py defines no function handler(event, context) (handle is the name of the CLI of 2024)"),
        ("app = 1\n", "AttributeError: func.py defines no function handler(event, context)"),
        ("handler = 5\n", "AttributeError: func.py defines no function handler(event, context)"),
        ("import nothing_of_this_name\n", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        ("import aiohttp\n", "ModuleNotFoundError: No module named 'aiohttp'"),
        ("import worker\n", "ModuleNotFoundError: No module named 'worker'"),
        ("def handler(:\n", "SyntaxError: invalid syntax (func.py, line 1)"),
        ("def init(): raise RuntimeError('bad start')\ndef handler(event, context): ...\n", "RuntimeError: bad start"),
    ],
)
def test_code_that_cannot_be_loaded(bench: Bench, code: str, reason: str) -> None:
    with pytest.raises(BuildError) as error:
        bench.deploy("python", "handler", code)
    assert str(error.value).startswith("the handler could not be loaded: ") and reason in str(error.value)


@pytest.mark.parametrize("statement", ["import time; time.sleep(60)", "while True: pass"])
def test_the_timeout_ends_it_and_the_next_call_starts_it_again(bench: Bench, statement: str) -> None:
    code = f"def handler(event, context):\n    if event['path'] == '/slow':\n        {statement}\n    return {{'statusCode': 200, 'body': 'quick'}}\n"
    function = bench.deploy("python", "handler", code, timeout=1.0)
    first = function.pid
    with pytest.raises(CallTimeout, match="timeout of 1 seconds"):
        function.call("/slow")
    assert function.call().body == b"quick"
    assert function.pid != first and "the worker is started again" in function.log


def test_the_memory_limit_ends_it(bench: Bench) -> None:
    code = "def handler(event, context):\n    b'x' * ((400 if event['path'] == '/big' else 1) << 20)\n    return {'statusCode': 200}\n"
    function = bench.deploy("python", "handler", code, memory=128)
    with pytest.raises(WorkerDied, match="128 MB of memory"):
        function.call("/big")
    assert function.call().status == 200


def test_output_is_logged(bench: Bench) -> None:
    code = "import logging, sys\ndef handler(event, context):\n    print('out')\n    logging.warning('careful')\n    return {'statusCode': 200}\n"
    function = bench.deploy("python", "handler", code)
    function.call()
    assert function.logged("out") and function.logged("WARNING:root:careful")


def test_the_workers_are_written_for_old_pythons_and_the_standard_library() -> None:
    """A function's Python may be older than the emulator's."""
    names: set[str] = set()
    for path in [RUNNER / "python_worker.py", RUNNER / "php_worker.py", *(RUNNER / "python_contracts").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
        names |= {_module(node) for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))}
    assert names - {"."} <= set(sys.stdlib_module_names) | {"__future__"}


def _module(node: Any) -> str:
    if isinstance(node, ast.ImportFrom):
        return "." if node.level else str(node.module).partition(".")[0]
    return str(node.names[0].name).partition(".")[0]
