# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Express: a program of its own that answers HTTP. How the platform starts it is not known (reference P.5)."""

from __future__ import annotations

import json

import pytest
from runner_bench import EXPRESS, Bench

from tests.emulator.runner.spec import BuildError, CallTimeout, WorkerDied

pytestmark = pytest.mark.node
SHOP = """
import express from 'express'
import { readFileSync } from 'node:fs'
import { greeting } from './lib/greeting.mjs'

export const app = express()
app.get('/', (request, response) => response.json({ message: greeting(readFileSync('name.txt', 'utf8')) }))
app.all('/echo/*', (request, response) => response.status(207).json({
  method: request.method, url: request.originalUrl, query: request.query, many: request.headersDistinct['x-many'], host: request.hostname }))
app.post('/json', express.json(), (request, response) => response.json(request.body))
app.post('/reverse', express.raw({ type: () => true, limit: '5mb' }), (request, response) => {
  response.cookie('a', '1').cookie('b', '2').type('image/png').send(request.body.reverse())
})
app.get('/bad', () => { throw new Error('no such luck') })
"""
FILES: dict[str, str | bytes] = {"index.mjs": SHOP, "lib/greeting.mjs": "export const greeting = (name) => `Hello ${name}`\n", "name.txt": "World"}


def test_an_exported_application(bench: Bench) -> None:
    function = bench.deploy("node", "server", FILES, EXPRESS)
    assert json.loads(function.call().body) == {"message": "Hello World"}
    many = [("X-Many", "1"), ("x-many", "2")]
    answer = function.call("/echo/a b", "PUT", raw_target="/echo/a%20b?x=1&x=%26", headers=many)
    assert (answer.status, json.loads(answer.body)) == (
        207,
        {"method": "PUT", "url": "/echo/a%20b?x=1&x=%26", "query": {"x": ["1", "&"]}, "many": ["1", "2"], "host": "f.example"},
    )
    assert json.loads(function.call("/json", "POST", body=b'{"a": [1]}', headers=[("Content-Type", "application/json")]).body) == {"a": [1]}
    content = bytes(range(256)) * 4000
    reversed_answer = function.call("/reverse", "POST", body=content)
    assert (reversed_answer.body == content[::-1], dict(reversed_answer.headers)["Content-Type"]) == (True, "image/png")
    assert len([name for name, value in reversed_answer.headers if name.lower() == "set-cookie"]) == 2
    assert (function.call("/nothing").status, function.call("/bad").status) == (404, 500)
    assert function.logged("Error: no such luck")


def test_it_does_its_own_cors(bench: Bench) -> None:
    function = bench.deploy("node", "server", FILES, EXPRESS)
    assert function.deployment.spec.handles_cors
    answer = function.call("/", "OPTIONS", headers=[("Origin", "https://a.example"), ("Access-Control-Request-Method", "POST")])
    assert (answer.status, answer.body) == (200, b"GET,HEAD"), "Express answers OPTIONS itself"
    assert not [name for name, value in answer.headers if name.lower().startswith("access-control")]


LISTENS = "app.listen(process.env.PORT, () => console.log('listening'))"


@pytest.mark.parametrize(
    "entry, code",
    [
        ("index.js", "const app = require('express')()\napp.get('/', (q, r) => r.send('ok'))\nmodule.exports = app\n"),
        ("app.js", "const app = require('express')()\napp.get('/', (q, r) => r.send('ok'))\nmodule.exports = { app }\n"),
        ("index.mjs", "import express from 'express'\nconst app = express()\napp.get('/', (q, r) => r.send('ok'))\nexport default app\n"),
        ("index.js", f"const app = require('express')()\napp.get('/', (q, r) => r.send('ok'))\n{LISTENS}\n"),
        ("index.js", f"const app = require('express')()\napp.get('/', (q, r) => r.send('ok'))\nsetTimeout(() => {LISTENS}, 100)\n"),
        ("index.js", f"const app = require('express')()\napp.get('/', (q, r) => r.send('ok'))\n{LISTENS}\nmodule.exports = app\n"),
        ("index.js", f"const app = require('express')()\napp.get('/', (q, r) => r.send('ok'))\nsetTimeout(() => {LISTENS}, 100)\nmodule.exports = app\n"),
        ("index.js", "require('http').createServer((q, r) => r.end('ok')).listen({ port: Number(process.env.PORT), host: '0.0.0.0' })\n"),
    ],
)
def test_ways_to_be_started(bench: Bench, entry: str, code: str) -> None:
    function = bench.deploy("node", "server", {entry: code}, EXPRESS, entry=entry)
    if "listening" in code:
        assert function.logged("listening")
    answer = function.call()
    assert (answer.status, answer.body) == (200, b"ok")


def test_two_functions_listen_on_the_same_port(bench: Bench) -> None:
    code = f"const app = require('express')()\napp.get('/', (q, r) => r.send(process.env.WHO + process.env.PORT))\n{LISTENS}\n"
    functions = [bench.deploy("node", "server", {"index.js": code}, EXPRESS, entry="index.js", environment={"WHO": who}) for who in ("one", "two")]
    assert [function.call().body for function in functions] == [b"one8080", b"two8080"]


@pytest.mark.parametrize(
    "code, reason",
    [
        ("import express from 'express'\nexpress()\n", "index.mjs neither exports an application (app, or the default export) nor listens on the port in PORT"),
        ("import http from 'node:http'\nhttp.createServer(() => {}).listen(0, '127.0.0.1')\n", "nor listens on the port in PORT, but on "),
        ("await new Promise(() => {})\n", "the worker ended while the handler was loaded: ended by itself with code 13"),
        ("import nothing from 'nothing-of-this-name'\n", "Cannot find package 'nothing-of-this-name'"),
    ],
)
def test_what_cannot_be_started(bench: Bench, code: str, reason: str) -> None:
    with pytest.raises(BuildError) as error:
        bench.deploy("node", "server", code, EXPRESS)
    assert reason in str(error.value)


def test_limits_and_a_new_start(bench: Bench) -> None:
    code = """
import express from 'express'
export const app = express()
app.get('/slow', () => { while (true) {} })
app.get('/waits', () => {})
app.get('/big', () => { const kept = []; while (true) kept.push(Buffer.alloc(8e6, 1)) })
app.get('/die', () => process.exit(3))
app.get('/', (request, response) => response.send('fine'))
"""
    hasty = bench.deploy("node", "server", code, EXPRESS, timeout=1.0)
    for path in ("/slow", "/waits"):
        with pytest.raises(CallTimeout):
            hasty.call(path)
        assert hasty.call().body == b"fine"
    function = bench.deploy("node", "server", code, EXPRESS, memory=128)
    with pytest.raises(WorkerDied, match="128 MB of memory"):
        function.call("/big")
    with pytest.raises(WorkerDied, match="code 3"):
        function.call("/die")
    assert function.call().body == b"fine"
