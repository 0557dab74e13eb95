# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Today's contract for Node.js: ``export const handler`` in index.mjs, with the same event as for Python."""

from __future__ import annotations

import json

import pytest
from runner_bench import Bench

from tests.emulator.runner.spec import BuildError, CallTimeout, WorkerDied

pytestmark = pytest.mark.node
ECHO = """
export const handler = async (event, context) => {
  const { rawBody, ...rest } = event
  return { statusCode: 200, body: JSON.stringify({ event: rest, raw: [Buffer.isBuffer(rawBody), rawBody.length], context }) }
}
"""


def returning(expression: str) -> str:
    return f"export const handler = async () => ({expression})\n"


# As a user would write them who has read the vendor's pages and nothing else (reference P.4).
def test_the_sample_of_the_documentation(bench: Bench) -> None:
    code = """
export const handler = async (event, context) => {
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ message: `Hello from ${event.httpMethod}` }),
  };
};
"""
    answer = bench.deploy("node", "handler", code).call(method="PATCH")
    assert (answer.status, answer.headers, json.loads(answer.body)) == (200, [("Content-Type", "application/json")], {"message": "Hello from PATCH"})


def test_a_router_written_from_the_documentation(bench: Bench) -> None:
    code = """
import { readFile } from 'node:fs/promises';
import { price } from './lib/prices.mjs';

const countries = JSON.parse(await readFile(new URL('./data/countries.json', import.meta.url), 'utf8'));

export async function handler(event, context) {
  if (event.queryStringParameters === null && event.httpMethod === 'GET') return { statusCode: 400, body: 'which country?' };
  const order = event.body === null ? {} : JSON.parse(event.body);
  const found = countries[event.queryStringParameters?.code ?? order.code];
  if (!found) return { statusCode: 404, body: JSON.stringify({ error: 'unknown' }) };
  const agent = event.headers['user-agent'];
  return { statusCode: 200, body: JSON.stringify({ found, all: event.multiValueQueryStringParameters, gross: price(100), agent }) };
}
"""
    files: dict[str, str | bytes] = {
        "index.mjs": code,
        "lib/prices.mjs": "export const price = (net) => net * 1.18\n",
        "data/countries.json": '{"IN": "India"}',
        "package.json": "{}",
    }
    function = bench.deploy("node", "handler", files)
    assert function.call().status == 400
    assert function.call(query=[("code", "XX")]).status == 404
    seen = json.loads(function.call(query=[("code", "DE"), ("code", "IN")], headers=[("User-Agent", "me")]).body)
    assert seen == {"found": "India", "all": {"code": ["DE", "IN"]}, "gross": 118, "agent": "me"}
    assert json.loads(function.call(method="POST", body=b'{"code": "IN"}').body)["found"] == "India"


def test_the_whole_event(bench: Bench) -> None:
    function = bench.deploy("node", "handler", ECHO)
    headers = [("Content-Type", "application/json"), ("X-Many", "1"), ("x-many", "2"), ("User-Agent", "me/1")]
    answer = function.call("/users/42", "PUT", body=b'{"k": [1]}', query=[("a", "1"), ("b", "&"), ("a", "2")], headers=headers)
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
        "raw": [True, 10],
        "context": {},
    }


def test_what_is_missing_is_null(bench: Bench) -> None:
    seen = json.loads(bench.deploy("node", "handler", ECHO).call().body)
    assert (seen["raw"], seen["event"]["body"], seen["event"]["queryStringParameters"]) == ([True, 0], None, None)
    assert seen["event"]["multiValueQueryStringParameters"] is None


def test_binary_both_ways(bench: Bench) -> None:
    code = """
export const handler = async (event) => {
  if (!event.isBase64Encoded || !Buffer.from(event.body, 'base64').equals(event.rawBody)) return { statusCode: 400 }
  const body = Buffer.from(event.rawBody).reverse().toString('base64')
  return { statusCode: 200, headers: { 'Content-Type': 'image/png' }, body, isBase64Encoded: true }
}
"""
    content = bytes(range(256)) * 4000
    answer = bench.deploy("node", "handler", code).call(method="POST", body=content, headers=[("Content-Type", "multipart/form-data; boundary=x")])
    assert (answer.status, answer.body == content[::-1], answer.headers) == (200, True, [("Content-Type", "image/png")])


@pytest.mark.parametrize(
    "result, status, kind, body",
    [
        ("{ statusCode: 204 }", 204, "application/json", b""),
        ("{ statusCode: 200, body: null }", 200, "application/json", b""),
        ("{ statusCode: 404, body: 'é', headers: { 'content-type': 'text/plain' } }", 404, "text/plain", "é".encode()),
        ("{ statusCode: 200, body: 'eA==', isBase64Encoded: true }", 200, "application/octet-stream", b"x"),
        ("Object.assign(Object.create(null), { statusCode: 200, body: 'x' })", 200, "application/json", b"x"),
    ],
)
def test_what_may_be_returned(bench: Bench, result: str, status: int, kind: str, body: bytes) -> None:
    answer = bench.deploy("node", "handler", returning(result)).call()
    assert (answer.status, answer.body, [value for name, value in answer.headers if name.lower() == "content-type"]) == (status, body, [kind])


@pytest.mark.parametrize(
    "result, reason",
    [
        ("'text'", "a plain object with statusCode, it returned a string"),
        ("undefined", "it returned undefined"),
        ("null", "it returned null"),
        ("[200]", "it returned an array"),
        ("new (class Answer { statusCode = 200 })()", "a plain object"),
        ("{ body: 'x' }", "it returned an object with body"),
        ("{ statusCode: '200' }", 'statusCode must be a whole number from 200 to 599, it is "200"'),
        ("{ statusCode: 99 }", "statusCode must be a whole number"),
        ("{ statusCode: 200, body: { a: 1 } }", "body must be a string, it is an object with a"),
        ("{ statusCode: 200, body: Buffer.from('x') }", "body must be a string"),
        ("{ statusCode: 200, headers: { a: ['b'] } }", "headers must hold strings, a is an array"),
        ("{ statusCode: 200, headers: 'a' }", "headers must be a plain object"),
        ("{ statusCode: 200, body: '!', isBase64Encoded: true }", "body is not base64"),
        ("{ statusCode: 200, body: 'eA==', isBase64Encoded: 'true' }", "isBase64Encoded must be true or false"),
    ],
)
def test_an_answer_that_is_none(bench: Bench, result: str, reason: str) -> None:
    function = bench.deploy("node", "handler", returning(result))
    answer = function.call()
    assert (answer.status, dict(answer.headers)) == (500, {"Content-Type": "application/json"})
    assert function.logged(reason)


@pytest.mark.parametrize("handler", ["async () => { throw new Error('no luck') }", "() => { throw new Error('no luck') }"])
def test_an_exception_is_a_500_whose_stack_is_in_the_log_only(bench: Bench, handler: str) -> None:
    function = bench.deploy("node", "handler", f"export const handler = {handler}\n")
    answer = function.call()
    assert (answer.status, json.loads(answer.body)) == (500, {"message": "The function raised an error; its log has the details."})
    assert function.logged("Error: no luck") and function.logged("index.mjs:1")


def test_calls_run_side_by_side_and_a_plain_function_works(bench: Bench) -> None:
    code = """
let waiting = []
export const handler = (event) => new Promise((resolve) => {
  waiting.push(resolve)
  if (waiting.length === 4) waiting.forEach((one) => one({ statusCode: 200, body: 'met' }))
})
"""
    assert [answer.body for answer in bench.deploy("node", "handler", code).together("/", "/", "/", "/")] == [b"met"] * 4


def test_packages_data_and_folder(bench: Bench) -> None:
    code = """
import odd from 'is-odd'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
export const handler = async () => ({ statusCode: 200, body: JSON.stringify({
  odd: odd(3), byCwd: readFileSync('data.txt', 'utf8'), cwd: process.cwd() === path.dirname(fileURLToPath(import.meta.url)), env: process.env.GREETING }) })
"""
    package = '{"name": "f", "dependencies": {"is-odd": "3.0.1"}}'
    files: dict[str, str | bytes] = {"index.mjs": code, "data.txt": "data", "package.json": package, "node_modules/is-odd/index.js": "stale"}
    function = bench.deploy("node", "handler", files, package, environment={"GREETING": "hi"})
    assert json.loads(function.call().body) == {"odd": True, "byCwd": "data", "cwd": True, "env": "hi"}


def test_init_is_called_once_and_its_form_is_not_known(bench: Bench) -> None:
    code = "let calls = 0\nexport const init = async () => { calls += 1 }\nexport const handler = async () => ({ statusCode: 200, body: String(calls) })\n"
    function = bench.deploy("node", "handler", code)
    assert [function.call().body, function.call().body] == [b"1", b"1"]
    assert function.logged("its real form is not known")


@pytest.mark.parametrize(
    "code, reason",
    [
        ("export default async () => ({ statusCode: 200 })", "use export const handler = async (event, context) => ... (it has a default export"),
        ("export const handle = async () => 1", "TypeError: index.mjs exports no function named handler"),
        ("export const handler = { statusCode: 200 }", "TypeError: index.mjs exports no function named handler"),
        ("module.exports.handler = async () => 1", "ReferenceError: module is not defined"),
        ("import 'nothing-of-this-name'", "Cannot find package 'nothing-of-this-name'"),
        ("export const handler = (", "SyntaxError"),
        ("export const init = () => { throw new Error('bad start') }\nexport const handler = 1 && (() => 1)", "Error: bad start"),
    ],
)
def test_code_that_cannot_be_loaded(bench: Bench, code: str, reason: str) -> None:
    with pytest.raises(BuildError) as error:
        bench.deploy("node", "handler", code)
    assert str(error.value).startswith("the handler could not be loaded: ") and reason in str(error.value)


def test_timeout_memory_and_a_new_start(bench: Bench) -> None:
    code = """
export const handler = async (event) => {
  const kept = []
  while (event.path === '/slow') {}
  while (event.path === '/grow') kept.push(Buffer.alloc(8e6, 1))
  if (event.path === '/late') setTimeout(() => { throw new Error('late') }, 1)
  if (event.path === '/late') await new Promise(() => {})
  return { statusCode: 200, body: 'small' }
}
"""
    hasty = bench.deploy("node", "handler", code, timeout=1.0)
    with pytest.raises(CallTimeout):
        hasty.call("/slow")
    assert hasty.call().body == b"small"
    function = bench.deploy("node", "handler", code, memory=128)
    for path in ("/grow", "/late"):
        with pytest.raises(WorkerDied):
            function.call(path)
        assert function.call().body == b"small"
    assert function.logged("Error: late")
