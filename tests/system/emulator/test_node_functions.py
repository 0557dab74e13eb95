# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Node.js handlers really run, as CommonJS and as ES module."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_api import Api

pytestmark = pytest.mark.node
ECHO = """
module.exports = async (event, context) => context
  .status(207)
  .headers({ 'X-Answer': 'yes', 'X-Many': ['a', 'b'] })
  .succeed({ body: event.body, header: event.headers['x-ask'], method: event.method, query: event.query, path: event.path })
"""


def test_the_event(api: Api) -> None:
    api.deploy("f", ECHO, runtime="node18")
    answer = api.invoke("f", "deep/er?a=1&a=2&b=%26", "PUT", json={"k": [1]}, headers={"X-Ask": "me"})
    assert answer.status_code == 207
    assert (answer.headers["X-Answer"], answer.headers["X-Many"]) == ("yes", "a, b")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {"body": {"k": [1]}, "header": "me", "method": "PUT", "query": {"a": ["1", "2"], "b": "&"}, "path": "/deep/er"}


@pytest.mark.parametrize(
    "arguments, seen",
    [
        ({}, {}),
        ({"data": b"plain", "headers": {"Content-Type": "text/plain"}}, "plain"),
        ({"data": {"a": "1"}}, {"a": "1"}),
        ({"data": b"\x01\x02"}, {"type": "Buffer", "data": [1, 2]}),
    ],
)
def test_how_a_body_arrives(api: Api, arguments: dict[str, Any], seen: object) -> None:
    api.deploy("f", "module.exports = async (event) => ({ body: event.body })", runtime="node18")
    assert api.invoke("f", method="POST", **arguments).json() == {"body": seen}


def test_a_body_that_claims_to_be_json(api: Api) -> None:
    api.deploy("f", ECHO, runtime="node18")
    assert api.invoke("f", method="POST", data=b"{", headers={"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize(
    "runtime, code, package",
    [
        ("node18", "module.exports = async (event, context) => context.succeed('ok')", ""),
        ("node18", "exports.handler = async () => 'ok'", '{"name": "x"}'),
        ("node18", "export default async (event, context) => context.succeed('ok')", '{"type": "module"}'),
        ("node18", "import os from 'node:os'\nexport default function (event, context) { return os.EOL ? 'ok' : '' }", '{"type": "module"}'),
        ("node18", "module.exports = (event, context, callback) => { setTimeout(() => callback(null, 'ok'), 5) }", ""),
        ("node18", "module.exports = (event, context) => { context.succeed('ok') }", ""),
    ],
)
def test_forms_of_a_handler(api: Api, runtime: str, code: str, package: str) -> None:
    api.deploy("f", code, runtime=runtime, requirements=package)
    answer = api.invoke("f")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize(
    "statement, status, body",
    [
        ("return 'text'", 200, "text"),
        ("return { a: 1 }", 200, '{"a":1}'),
        ("return Buffer.from('raw')", 200, "raw"),
        ("return undefined", 200, ""),
        ("return context.fail('bad')", 500, "bad"),
        ("return context.status(422).fail('bad')", 422, "bad"),
        ("return context.fail(new Error('bad'))", 500, "Error: bad"),
        ("return context.status('201').succeed()", 201, ""),
        ("context.succeed('first'); return 'second'", 200, "first"),
    ],
)
def test_what_may_be_answered(api: Api, statement: str, status: int, body: str) -> None:
    api.deploy("f", f"module.exports = async (event, context) => {{ {statement} }}", runtime="node18")
    answer = api.invoke("f")
    assert (answer.status_code, answer.text) == (status, body)


@pytest.mark.parametrize("code", ["async () => { throw new Error('no luck') }", "() => { throw new Error('no luck') }", "(e, c) => c.status(7).succeed('')"])
def test_an_error_is_a_500_and_is_logged(api: Api, code: str) -> None:
    api.deploy("f", f"module.exports = {code}", runtime="node18")
    answer = api.invoke("f")
    assert answer.status_code == 500
    assert [line for line in api.process.logs("f") if line.startswith("Error: ")]


def test_an_uncaught_error_ends_the_process_and_the_next_call_starts_it_again(api: Api) -> None:
    code = """
module.exports = (event, context, callback) => {
  if (event.path === '/bad') setTimeout(() => { throw new Error('late') }, 1)
  else callback(null, 'ok')
}
"""
    api.deploy("f", code, runtime="node18")
    assert api.invoke("f", "bad").status_code == 502
    assert api.invoke("f").text == "ok"
    assert [line for line in api.process.logs("f") if "late" in line]


@pytest.mark.parametrize(
    "runtime, code, reason",
    [
        ("node18", "require('nothing-of-this-name')", "Error: Cannot find module 'nothing-of-this-name'"),
        ("node18", "module.exports = (", "SyntaxError: "),
        ("node18", "module.exports = {}", "Error: handler.js exports no function"),
    ],
)
def test_code_that_cannot_be_loaded(api: Api, runtime: str, code: str, reason: str) -> None:
    assert api.fail("f", code, runtime=runtime)["error"].startswith(f"the handler could not be loaded: {reason}")
    assert len(api.process.logs("f")) > 2


def test_environment_folder_and_output(api: Api) -> None:
    code = """
const path = require('path')
console.log('loading')
module.exports = async () => { console.error('wrong'); return { env: process.env, cwd: process.cwd() === __dirname, file: path.basename(__filename) } }
"""
    api.deploy("f", code, runtime="node18", environment_variables={"GREETING": "hi"})
    seen = api.invoke("f").json()
    assert set(seen["env"]) == {"GREETING", "PATH", "HOME", "TMPDIR"}
    assert (seen["cwd"], seen["file"]) == (True, "handler.js")
    assert {"loading", "wrong"} <= set(api.process.logs("f"))


def test_large_bodies_both_ways(api: Api) -> None:
    api.deploy("f", "module.exports = async (event) => event.body.split('').reverse().join('')", runtime="node18", memory=1024)
    content = "0123456789" * 300000
    assert api.invoke("f", method="POST", data=content.encode(), headers={"Content-Type": "text/plain"}).text == content[::-1]


def test_without_node_the_function_is_deployed_and_answers_501(api_factory: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    api = api_factory()
    api.deploy("f", ECHO, runtime="node18")
    assert api.invoke("f").status_code == 501
