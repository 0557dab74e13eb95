# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes between a function's public URL and the function: paths, repeated headers, bytes, and whose CORS it is."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from aiohttp import web
from emulator_api import Api, body
from runner_bench import EXPRESS, FASTAPI, Bench, Function

from tests.emulator.clock import SystemClock
from tests.emulator.faas.public import PublicUrls
from tests.emulator.masking import Secrets
from tests.emulator.recorder import Recorder
from tests.emulator.runner.spec import Answer, Call

Ask = Callable[..., http.client.HTTPResponse]
ORIGIN = {"Origin": "https://a.example"}
PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "PUT"}
EVENT = """
import json

def handler(event, context):
    seen = {key: event[key] for key in ("httpMethod", "path", "multiValueHeaders", "multiValueQueryStringParameters", "body")}
    return {"statusCode": 200, "body": json.dumps({**seen, "ip": event["requestContext"]["identity"]["sourceIp"]})}
"""
ASGI = """
from fastapi import FastAPI, Request, Response
app = FastAPI()

@app.api_route("/{rest:path}", methods=["GET", "PUT", "OPTIONS"])
async def any(rest: str, request: Request):
    if request.method == "PUT":
        return Response(await request.body(), media_type="application/x-own", headers={"Content-Encoding": "gzip"})
    return {"method": request.method, "raw": request.scope["raw_path"].decode(), "query": request.scope["query_string"].decode(),
            "many": request.headers.getlist("x-many"), "host": request.headers["host"]}
"""
ABSOLUTE = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/items/")
async def items():
    return ["one"]
"""
NODE = "import express from 'express'\nexport const app = express()\napp.use((request, response) => response.json([request.method, request.url]))\n"


class One:
    """The service of one function, ``f``, which has been brought up without an API."""

    def __init__(self, function: Function) -> None:
        self._deployment = function.deployment

    def handles_cors(self, name: str) -> bool:
        return self._deployment.spec.handles_cors

    async def call(self, name: str, call: Call) -> Answer:
        return await self._deployment.call(call)


@pytest.fixture
def served(bench: Bench) -> Iterator[Callable[[Function], Ask]]:
    """Serves a function below ``/functions/f`` for the length of a request."""
    runners: list[web.AppRunner] = []

    def serve(function: Function) -> Ask:
        service: Any = One(function)
        urls = PublicUrls(service, Recorder(SystemClock(), Secrets(())))
        app = web.Application(client_max_size=64 << 20, middlewares=[urls.by_host])
        urls.register(app)
        runner = web.AppRunner(app, auto_decompress=False)
        runners.append(runner)

        async def start() -> int:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return int(runner.addresses[0][1])

        port = bench.loop.run(start())

        def ask(target: str, method: str = "GET", body: bytes | None = None, headers: Any = ()) -> http.client.HTTPResponse:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            answers: list[http.client.HTTPResponse] = []

            def run() -> None:
                connection.putrequest(method, target, skip_host="Host" in dict(headers), skip_accept_encoding=True)
                pairs = [*(headers.items() if isinstance(headers, dict) else headers), ("Content-Length", str(len(body or b"")))]
                for name, value in pairs:
                    connection.putheader(name, value)
                connection.endheaders(body)
                answers.append(connection.getresponse())

            bench.loop.run(_in_thread(run))
            return answers[0]

        return ask

    yield serve
    for runner in runners:
        bench.loop.run(runner.cleanup())


async def _in_thread(run: Callable[[], None]) -> None:
    await asyncio.get_running_loop().run_in_executor(None, run)


def test_an_event(bench: Bench, served: Callable[[Function], Ask]) -> None:
    ask = served(bench.deploy("python", "handler", EVENT))
    seen = json.loads(ask("/functions/f/a%20b/%C3%A9?x=1&x=%26", "PUT", b"text", [("X-Many", "1"), ("X-Many", "2")]).read())
    assert (seen["httpMethod"], seen["path"], seen["body"], seen["ip"]) == ("PUT", "/a b/é", "text", "127.0.0.1")
    assert (seen["multiValueHeaders"]["x-many"], seen["multiValueQueryStringParameters"]) == (["1", "2"], {"x": ["1", "&"]})
    assert json.loads(ask("/functions/f").read())["path"] == "/"


def test_the_platform_does_the_cors_of_an_event_function(bench: Bench, served: Callable[[Function], Ask]) -> None:
    ask = served(bench.deploy("python", "handler", EVENT))
    preflight = ask("/functions/f/", "OPTIONS", headers=PREFLIGHT)
    assert (preflight.status, preflight.getheader("Access-Control-Allow-Origin")) == (204, "*")
    assert ask("/functions/f/", headers=ORIGIN).getheader("Access-Control-Allow-Origin") == "*"


@pytest.mark.parametrize(
    "target, raw, query",
    [("/functions/f", "/", ""), ("/functions/f?x=1", "/", "x=1"), ("/functions/f/a%2Fb//c%20d?x=%26&&y", "/a%2Fb//c%20d", "x=%26&&y")],
)
def test_a_framework_gets_the_target_as_it_was_sent(bench: Bench, served: Callable[[Function], Ask], target: str, raw: str, query: str) -> None:
    ask = served(bench.deploy("python", "asgi", ASGI, FASTAPI))
    answer = ask(target, headers=[("X-Many", "1"), ("X-Many", "2"), *ORIGIN.items()])
    seen = json.loads(answer.read())
    assert (seen["raw"], seen["query"], seen["many"]) == (raw, query, ["1", "2"])
    assert seen["host"].startswith("127.0.0.1:")
    assert answer.getheader("Access-Control-Allow-Origin") is None


def test_a_framework_answers_preflights_itself_and_its_bytes_are_left_alone(bench: Bench, served: Callable[[Function], Ask]) -> None:
    ask = served(bench.deploy("python", "asgi", ASGI, FASTAPI))
    preflight = ask("/functions/f/x", "OPTIONS", headers=PREFLIGHT)
    assert (preflight.status, json.loads(preflight.read())["method"], preflight.getheader("Access-Control-Allow-Origin")) == (200, "OPTIONS", None)
    content = bytes(range(256)) * 4000
    answer = ask("/functions/f/", "PUT", content, {"Content-Encoding": "gzip"})
    assert (answer.read() == content, answer.getheader("Content-Type"), answer.getheader("Content-Encoding")) == (True, "application/x-own", "gzip")


@pytest.mark.node
def test_express_answers_preflights_itself(bench: Bench, served: Callable[[Function], Ask]) -> None:
    ask = served(bench.deploy("node", "server", NODE, EXPRESS))
    answer = ask("/functions/f/x?y=%20", "OPTIONS", headers=PREFLIGHT)
    assert (json.loads(answer.read()), answer.getheader("Access-Control-Allow-Origin")) == (["OPTIONS", "/x?y=%20"], None)


def test_absolute_paths_of_a_framework_work_on_the_function_s_own_host(bench: Bench, served: Callable[[Function], Ask]) -> None:
    """A function has a host of its own on the platform (reference P.5); below ``/functions/f`` a redirect to ``/items/`` leads elsewhere."""
    ask = served(bench.deploy("python", "asgi", ABSOLUTE, FASTAPI))
    host = {"Host": "F.functions.localhost:8480"}
    redirect = ask("/items", headers=host)
    assert (redirect.status, redirect.headers["Location"]) == (307, "http://F.functions.localhost:8480/items/")
    assert json.loads(ask("/items/", headers=host).read()) == ["one"]
    assert b"'/openapi.json'" in ask("/docs", headers=host).read()
    assert json.loads(ask("/openapi.json", headers=host).read())["paths"].keys() == {"/items/"}
    assert ask("/openapi.json").status == 404


def test_every_path_of_a_function_s_host_is_the_function_s(api: Api) -> None:
    api.call("POST", "faas/functions/", json=body(EVENT, function="f", runtime="python-3.11-http", node_type="cpu"))
    assert api.settled("f")["status"] == "running"
    host = f"f.functions.localhost:{api.url.rpartition(':')[2]}"
    for path in ("/", "/_emulator/requests", "/myaccount/api/v1/faas/functions/", "/function/g", "/functions/f/x", "/a%20b"):
        answer = requests.get(api.url + path, headers={"Host": host}, timeout=60)
        assert answer.json()["path"] == path.replace("%20", " ")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert requests.get(api.url + "/", headers={"Host": host.replace("f", "g", 1)}, timeout=60).status_code == 404
    seen = requests.get(api.url + "/_emulator/requests", timeout=60).json()
    assert seen["invocations"] == {"f": 6, "g": 1}
    assert not [one for one in seen["requests"] if "/functions/f" in one["path"] or one["path"].startswith("/_emulator")]
    api.process.fault({"path": "/functions/f/*", "action": "status", "status": 418})
    assert requests.get(api.url + "/x", headers={"Host": host}, timeout=60).status_code == 418
