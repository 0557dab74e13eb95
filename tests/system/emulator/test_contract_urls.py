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
from aiohttp import web
from runner_bench import EXPRESS, FASTAPI, Bench, Function

from tests.emulator.clock import SystemClock
from tests.emulator.faas.public import PublicUrls
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
        app = web.Application(client_max_size=64 << 20)
        service: Any = One(function)
        PublicUrls(service, Recorder(SystemClock())).register(app)
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
                connection.putrequest(method, target, skip_accept_encoding=True)
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
