# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FastAPI and Flask: the module's own ``app``, reached by real HTTP."""

from __future__ import annotations

import json

import pytest
from runner_bench import FASTAPI, FLASK, Bench

from tests.emulator.runner.spec import BuildError, CallTimeout, WorkerDied

# As a user would write it who has read the vendor's pages and nothing else (reference P.2, P.5).
FASTAPI_SHOP: dict[str, str | bytes] = {
    "func.py": """
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import StreamingResponse
from catalog import prices
from models import Order

started = []

@asynccontextmanager
async def lifespan(app):
    started.append("yes")
    yield

app = FastAPI(lifespan=lifespan)
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_methods=["POST"], allow_headers=["*"])

@app.get("/")
async def root():
    return {"message": "Hello World", "started": started}

@app.post("/orders", status_code=201)
def order(order: Order):
    return {"total": prices.total(order)}

@app.api_route("/echo/{rest:path}", methods=["GET", "PUT"])
async def echo(rest: str, request: Request):
    return {"rest": rest, "raw": request.scope["raw_path"].decode(), "query": request.scope["query_string"].decode(),
            "many": request.headers.getlist("x-many"), "client": request.client.host, "host": request.headers["host"]}

@app.post("/reverse")
async def reverse(request: Request):
    return Response((await request.body())[::-1], media_type="image/png", headers={"X-Size": "2"})

@app.get("/cookies")
def cookies(response: Response):
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")

@app.get("/stream")
def stream():
    return StreamingResponse((str(number) for number in range(3)))

@app.get("/bad")
def bad():
    raise ValueError("no such luck")
""",
    "models.py": "from pydantic import BaseModel, Field\n\nclass Order(BaseModel):\n    item: str\n    count: int = Field(gt=0)\n",
    "catalog/__init__.py": "",
    "catalog/prices.py": "def total(order):\n    return order.count * 100\n",
}


def test_fastapi_with_modules_and_validation(bench: Bench) -> None:
    function = bench.deploy("python", "asgi", FASTAPI_SHOP, FASTAPI)
    assert json.loads(function.call().body) == {"message": "Hello World", "started": ["yes"]}
    good = function.call("/orders", "POST", body=b'{"item": "x", "count": 3}', headers=[("Content-Type", "application/json")])
    assert (good.status, json.loads(good.body)) == (201, {"total": 300})
    bad = function.call("/orders", "POST", body=b'{"item": "x", "count": 0}', headers=[("Content-Type", "application/json")])
    assert (bad.status, json.loads(bad.body)["detail"][0]["loc"]) == (422, ["body", "count"])
    assert (function.call("/nothing").status, function.call("/orders").status) == (404, 405)
    assert "/orders" in json.loads(function.call("/openapi.json").body)["paths"]
    assert function.log.count("dependencies: pip install") + sum("from the cache" in line for line in function.log) == 1, "it brings its own uvicorn"


def test_fastapi_gets_the_request_as_it_was_sent(bench: Bench) -> None:
    function = bench.deploy("python", "asgi", FASTAPI_SHOP, FASTAPI)
    many = [("X-Many", "1"), ("x-many", "2")]
    seen = json.loads(function.call("/echo/a b/c", "PUT", raw_target="/echo/a%20b/c?x=1&x=%26&y", headers=many).body)
    assert seen == {"rest": "a b/c", "raw": "/echo/a%20b/c", "query": "x=1&x=%26&y", "many": ["1", "2"], "client": "127.0.0.1", "host": "f.example"}
    content = bytes(range(256)) * 4000
    reversed_answer = function.call("/reverse", "POST", body=content)
    headers = {name.lower(): value for name, value in reversed_answer.headers}
    assert (reversed_answer.body == content[::-1], headers["content-type"], headers["x-size"]) == (True, "image/png", "2")
    cookies = [value for name, value in function.call("/cookies").headers if name.lower() == "set-cookie"]
    assert [cookie.partition(";")[0] for cookie in cookies] == ["a=1", "b=2"]
    assert function.call("/stream").body == b"012"


def test_fastapi_does_its_own_cors_and_errors(bench: Bench) -> None:
    function = bench.deploy("python", "asgi", FASTAPI_SHOP, FASTAPI)
    assert function.deployment.spec.handles_cors
    asked = [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "POST")]
    allowed = {name.lower(): value for name, value in function.call("/", "OPTIONS", headers=asked).headers}
    assert allowed["access-control-allow-origin"] == "https://shop.example"
    assert not [name for name, value in function.call().headers if name.lower().startswith("access-control")]
    answer = function.call("/bad")
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert function.logged("ValueError: no such luck")


def test_an_asgi_app_without_a_server_of_its_own(bench: Bench) -> None:
    code = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 418, "headers": [(b"x-a", b"1"), (b"x-a", b"2")]})
    await send({"type": "http.response.body", "body": scope["path"].encode()})
"""
    function = bench.deploy("python", "asgi", code)
    answer = function.call("/tea")
    assert (answer.status, answer.body, [value for name, value in answer.headers if name.lower() == "x-a"]) == (418, b"/tea", ["1", "2"])
    assert "served by uvicorn==0.39.0" in function.log


def test_flask(bench: Bench) -> None:
    files: dict[str, str | bytes] = {
        "func.py": """
from flask import Flask, Response, jsonify, render_template, request
from shop import greeting

app = Flask(__name__)

@app.route("/")
def hello():
    return {"message": greeting()}

@app.route("/echo/<path:rest>", methods=["GET", "PUT"])
def echo(rest):
    return jsonify(rest=rest, query=request.query_string.decode(), all=request.args.getlist("x"), many=request.headers["X-Many"],
                   forwarded=request.headers.get("X-Forwarded-For"), host=request.host)

@app.post("/reverse")
def reverse():
    answer = Response(request.get_data()[::-1], mimetype="image/png")
    answer.set_cookie("a", "1")
    answer.set_cookie("b", "2")
    return answer

@app.get("/page")
def page():
    return render_template("page.html", name="you")

@app.get("/bad")
def bad():
    raise ValueError("no such luck")
""",
        "shop.py": "def greeting():\n    return 'Hello World'\n",
        "templates/page.html": "<p>Hello {{ name }}</p>",
        "static/style.css": "p {}",
    }
    function = bench.deploy("python", "wsgi", files, FLASK)
    assert json.loads(function.call().body) == {"message": "Hello World"}
    many = [("X-Many", "1"), ("x-many", "2"), ("X-Forwarded-For", "192.0.2.1")]
    seen = json.loads(function.call("/echo/a b/c", "PUT", raw_target="/echo/a%20b/c?x=1&x=%26", headers=many).body)
    assert seen["many"].replace(" ", "") == "1,2"
    assert {**seen, "many": ""} == {
        "rest": "a b/c",
        "query": "x=1&x=%26",
        "all": ["1", "&"],
        "many": "",
        "forwarded": "192.0.2.1",
        "host": "f.example",
    }
    content = bytes(range(256)) * 4000
    answer = function.call("/reverse", "POST", body=content)
    assert (answer.body == content[::-1], dict(answer.headers)["Content-Type"]) == (True, "image/png")
    assert len([name for name, value in answer.headers if name.lower() == "set-cookie"]) == 2
    assert (function.call("/page").body, function.call("/static/style.css").body) == (b"<p>Hello you</p>", b"p {}")
    assert (function.call("/bad").status, function.call("/nothing").status) == (500, 404)
    assert function.logged("ValueError: no such luck")
    assert function.deployment.spec.handles_cors
    answer = function.call(headers=[("Origin", "https://a.example")])
    assert not [name for name, value in answer.headers if name.lower().startswith("access-control")]


def test_packages_of_the_server_are_not_the_functions(bench: Bench) -> None:
    """An application that forgot to name what it imports must fail here as it would there."""
    with pytest.raises(BuildError, match="No module named 'waitress'"):
        bench.deploy("python", "wsgi", "import waitress\ndef app(environ, start): ...\n")


@pytest.mark.parametrize("contract", ["asgi", "wsgi"])
@pytest.mark.parametrize(
    "code, reason",
    [
        ("application = print\n", "AttributeError: func.py defines no application named app"),
        ("app = None\n", "AttributeError: func.py defines no application named app"),
        ("import fastapi\napp = fastapi.FastAPI()\n", "ModuleNotFoundError: No module named 'fastapi'"),
        ("raise RuntimeError('bad start')\n", "RuntimeError: bad start"),
    ],
)
def test_an_app_that_cannot_be_loaded(bench: Bench, contract: str, code: str, reason: str) -> None:
    with pytest.raises(BuildError) as error:
        bench.deploy("python", contract, code)  # type: ignore[arg-type]
    assert str(error.value) == f"the handler could not be loaded: {reason}"


def test_a_lifespan_that_fails(bench: Bench) -> None:
    code = """
from contextlib import asynccontextmanager
from fastapi import FastAPI

@asynccontextmanager
async def lifespan(app):
    raise RuntimeError("no database")
    yield

app = FastAPI(lifespan=lifespan)
"""
    with pytest.raises(BuildError, match="the application did not start, its log says why"):
        bench.deploy("python", "asgi", code, FASTAPI)
    assert [line for line in bench.log.read() if "RuntimeError: no database" in line.message]


LIMITED_FASTAPI = """
import os, time
from fastapi import FastAPI
app = FastAPI()

@app.get("/{name}")
def any(name: str):
    if name == "slow": time.sleep(60)
    if name == "big": return len(b"x" * (500 << 20))
    if name == "die": os._exit(3)
    return name
"""
LIMITED_FLASK = LIMITED_FASTAPI.replace("fastapi import FastAPI", "flask import Flask").replace("FastAPI()", "Flask(__name__)").replace("{name}", "<name>")


@pytest.mark.parametrize("contract, code, requirements", [("asgi", LIMITED_FASTAPI, FASTAPI), ("wsgi", LIMITED_FLASK.replace("len(", "str("), FLASK)])
def test_limits_and_a_new_start(bench: Bench, contract: str, code: str, requirements: str) -> None:
    hasty = bench.deploy("python", contract, code, requirements, timeout=1.0)  # type: ignore[arg-type]
    with pytest.raises(CallTimeout, match="timeout of 1 seconds"):
        hasty.call("/slow")
    assert hasty.call("/fine").status == 200
    function = bench.deploy("python", contract, code, requirements, memory=256)  # type: ignore[arg-type]
    with pytest.raises(WorkerDied, match="256 MB of memory"):
        function.call("/big")
    with pytest.raises(WorkerDied, match="code 3"):
        function.call("/die")
    assert function.call("/fine").status == 200
