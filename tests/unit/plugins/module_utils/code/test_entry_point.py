# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import sys
import warnings

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code import entry_point_python
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.bundle import make_bundle
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.entry_point import check_entry_point
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import FunctionSource, from_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.python_syntax import MAX_PARSED_BYTES
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from hypothesis import given, settings
from hypothesis import strategies as st

HTTP, FASTAPI, FLASK, CLASSIC = "python-3.11-http", "python-3.11-fastapi", "python-3.11-flask", "python3-http-debian"
NODE, NODE_CLASSIC, EXPRESS = "node-20-http", "node18", "node-20-express"
RUNTIMES = (HTTP, FASTAPI, FLASK, CLASSIC, NODE, NODE_CLASSIC, EXPRESS, "go", "php", "csharp", "container", "ruby", "cobol85")


def check(code: str, runtime: str) -> list[str]:
    return check_entry_point(from_text(code, layout_for(runtime)))


PASSES: dict[str, tuple[str, ...]] = {
    HTTP: (
        "def handler(event, context):\n    return {'statusCode': 200, 'body': event['body']}\n",
        "async def handler(event, context): ...",
        "def handler(event, context=None, *more): ...",
        "def handler(*args, **kwargs): ...",
        "import mangum\nhandler = mangum.Mangum(app=1)",
        "handler: object = print",
        "from lib.impl import handler",
        "from lib import impl as handler",
        "from lib.impl import *",
        "(a, [handler, *b]) = 1, [2, 3]",
        "if True:\n    def handler(event, context): ...\nelse:\n    handler = None",
        "try:\n    from fast import handler\nexcept ImportError:\n    def handler(event, context): ...",
        "with open('x') as handler: ...",
        "for handler in [print]: ...",
        "while (handler := print) is None: ...",
        "match 1:\n    case handler: ...",
        "@decorated\ndef handler(event): ...",
        "def handler(event): ...\ndef handler(event, context): ...",
        "def handler(event): ...\nhandler = wrapped(handler)",
        "if True:\n    def handler(event, context): ...\nelse:\n    def handler(event): ...",
        "def set_it():\n    global handler\n    handler = print\nset_it()",
        "exec('handler = print')",
        "globals()['handler'] = print",
        "import sys\nsys.modules[__name__] = 1",
        "def __getattr__(name): ...",
        "class handler:\n    def __init__(self, event, context): ...",
        "def handler(event, context):\n    event = wrap(event)\n    return event.body",
        "def handler(event, context):\n    return event.body if hasattr(event, 'body') else event['body']",
        "def handler(event, context):\n    def inner(event): return event.body\n    return inner(make(event))",
        "def handler(event, context):\n    return other.body + event.get('path')",
        "def handler(event, context): return '\\d'",
    ),
    FASTAPI: (
        "from fastapi import FastAPI\napp = FastAPI()",
        "from lib.web import app",
        "import lib.web as app",
        "from lib.web import *",
        "from flask import Flask\napp = Flask(__name__)\napp = WsgiToAsgi(app)",
        "api = FastAPI()\napp = CORSMiddleware(api)",
        "async def app(scope, receive, send): ...",
        "if True:\n    app = FastAPI()",
    ),
    FLASK: ("app = flask.Flask(__name__)", "def app(environ, start_response): ...", "app = create_app()"),
    CLASSIC: (
        "def handle(event, context):\n    return {'statusCode': 200, 'body': event.body.decode()}\n",
        "async def handle(event, context): ...",
        "def handle(event, context):\n    return event['body'] if isinstance(event, dict) else event.body",
    ),
    NODE: (
        "export const handler = async (event, context) => ({ statusCode: 200 })",
        "export async function handler(event) {}",
        "const f = 1\nexport { f as handler }",
        "const f = 1\nexport { f as 'handler' }",
        "export * from './impl.mjs'",
        "export const { handler, init } = make()",
        "export const a = 1, handler = 2",
        "export default {}\nexport let handler = 1",
        "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\nrequire('x')\nexport const handler = 1",
        "// module.exports = old\nexport const handler = () => 'require(1)'",
        "export const handler = x.require(1)",
    ),
    NODE_CLASSIC: (
        "module.exports = async (event, context) => context.status(200).succeed('x')",
        "'use strict'\nconst e = exports\ne.x = 1",
        "// export const handler\nmodule['exports'] = 1",
    ),
    EXPRESS: ("anything at all",),
    "go": ("package main\nfunc Handle (ctx context.Context, request APIGatewayProxyRequest) (APIGatewayProxyResponse, error) {}",),
    "csharp": ("public class Handler { public async Task<X> HandleAsync(Y a, Y b) {} }",),
    "php": ("<?php echo 1;",),
    "container": ("ARG X=1\nfrom --platform=linux/amd64 ${X}\n",),
    "ruby": ("x",),
    "cobol85": ("def handle(:",),
}


# A match statement is read by Python 3.10 or later.
READ = [(runtime, code) for runtime, codes in PASSES.items() for code in codes if sys.version_info >= (3, 10) or not code.startswith("match ")]


@pytest.mark.parametrize("runtime, code", READ)
def test_passes_without_a_word(runtime: str, code: str) -> None:
    assert check(code, runtime) == []


@pytest.mark.parametrize(
    "runtime, code, message",
    [
        (HTTP, "def handle(event, context): ...", 'func.py defines handle, as the runtimes of 2024 .* rename handle to handler, and read .* event\\["body"\\]'),
        (HTTP, "from fastapi import FastAPI\napp = FastAPI()", "makes a FastAPI application, .* use the runtime python-3.11-fastapi"),
        (HTTP, "api = flask.Flask(__name__)", "makes a Flask application, .* use the runtime python-3.11-flask"),
        (HTTP, "def lambda_handler(event, context): ...", "rename lambda_handler to handler"),
        (HTTP, "def main(event, context): ...", "rename main to handler"),
        (HTTP, "class A:\n    def handler(self, event, context): ...", "func.py does not define handler at its top level"),
        (HTTP, "def outer():\n    def handler(event, context): ...", "does not define handler at its top level"),
        (HTTP, "'''def handler(event, context): ...'''", "does not define handler"),
        (HTTP, "x = 1  # handler", "does not define handler"),
        (HTTP, "x = 1\n\ndef handler(event): ...", "func.py:3: handler has to take two arguments"),
        (HTTP, "def handler(event, context, database): ...", "has to take two arguments"),
        (HTTP, "def handler(event, context, *, database): ...", "has to take two arguments"),
        (HTTP, "def handler(event, context):\n    return (\n", r"func\.py:\d: .*(?:never closed|EOF).* \(as Python 3\."),
        (HTTP, "def handler(event, context):\n    await x\n", r"func\.py:2: 'await' outside async function"),
        (HTTP, "\tdef handler(event, context): ...", r"func\.py:1: unexpected indent"),
        (CLASSIC, "def handle(event, context)\n    pass", r"handler\.py:1: (?:expected ':'|invalid syntax)"),
        (FASTAPI, "api = FastAPI()", "calls its FastAPI application api, .* rename api to app"),
        (FASTAPI, "def handler(event, context): ...", "use an -http runtime, such as python-3.11-http"),
        (FASTAPI, "def create(): ...", "does not define app at its top level"),
        (FASTAPI, "app = Flask(__name__)", "app is a Flask application, .* use the runtime python-3.11-flask"),
        (FLASK, "app = fastapi.FastAPI()", "app is a FastAPI application, .* use the runtime python-3.11-fastapi"),
        (FLASK, "application = Flask(__name__)", "rename application to app"),
        (CLASSIC, "def handler(event, context): ...", "handler.py defines handler, as today's runtimes .* rename handler to handle"),
        (CLASSIC, "app = FastAPI()", "use the runtime python-3.11-fastapi, or define handle"),
        (CLASSIC, "x = 1", "does not define handle at"),
        (NODE, "module.exports = async (event, context) => {}", r"index\.mjs is written for CommonJS \(module\.exports\), .* write export const handler"),
        (NODE, "exports.handler = async (event) => {}", "is written for CommonJS"),
        (NODE, "const handler = 1\nexport default handler", "has a default export only"),
        (NODE, "export const handle = 1", "does not export handler"),
        (NODE, "console.log('/* export */'.length)".replace("export", "x"), "does not export handler"),
        (NODE_CLASSIC, "export const handler = async (event) => ({})", r"handler\.js is written as an ES module \(export\).* write module\.exports"),
        (NODE_CLASSIC, "export default 1", "is written as an ES module"),
        (NODE_CLASSIC, "async function handle(event, context) {}\n// export default", "exports nothing"),
        ("container", "USER 1001", "Dockerfile names no image"),
    ],
)
def test_refused_with_what_to_do(runtime: str, code: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        check(code, runtime)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "runtime, code, warning",
    [
        (
            HTTP,
            "def handler(event, context):\n    x = 1\n    return event.body, event.path",
            'func.py:3: event.body is the form of 2024; .*: event\\["body"\\]',
        ),
        (HTTP, "async def handler(request, context):\n    return request.query", 'request\\["queryStringParameters"\\]'),
        (CLASSIC, "def handle(event, context):\n    return event['body']", "handler.py:2: .* the event is an object"),
        (CLASSIC, "def handle(request):\n    return request", "handler.py:1: handle has to take two arguments"),
        (NODE, "const fs = require('fs')\nexport const handler = 1", "index.mjs calls require"),
        (NODE, "export const handler = (event, context) => context\n  .status(200).succeed(1)", "answers through context"),
        ("go", "func main() {}", "handle.go does not seem to define"),
        ("csharp", "class Function {}", "Handler.cs does not seem to define"),
    ],
)
def test_warned(runtime: str, code: str, warning: str) -> None:
    (found,) = check(code, runtime)
    assert re.search(warning, found)
    assert "\n" not in found


def test_a_template_decides_what_is_wanted() -> None:
    code = "def handle(event, context): ..."
    layout = layout_for(HTTP, template=code)
    assert check_entry_point(from_text(code, layout)) == []
    with pytest.raises(InputError, match="rename handler to handle"):
        check_entry_point(from_text("def handler(event, context): ...", layout))


@pytest.mark.parametrize(
    "line",
    [
        *("x = f'{d['a']}'", "type X = int", "def f[T](x: T): ...", "class A[T]: ...", "    except ValueError, KeyError:", "    except* ValueError:"),
        *("x = t'{a}'", "match x | y:"),
    ],
)
def test_what_a_newer_python_may_read_is_a_warning(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    def refuse(text: str, *, compiles: bool) -> None:
        raise SyntaxError("invalid syntax", ("x", 2, 1, line))

    monkeypatch.setattr(entry_point_python, "parse_python", refuse)
    code = f"def handler(event, context): ...\n{line}\n"
    newer = f"python-3.{sys.version_info.minor + 1}-http"
    (warning,) = check(code, newer)
    assert warning.startswith("func.py:2: invalid syntax, says Python 3.")
    with pytest.raises(InputError, match=r"func\.py:2: invalid syntax"):
        check(code, f"python-3.{sys.version_info.minor}-http")
    with pytest.raises(InputError, match=r"func\.py:2: invalid syntax"):
        check("def handler(event, context): ...\nx = (\n", newer)


def test_parsing_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check("def handler(event, context): return '\\d' is 1\n", HTTP) == []


def test_the_handler_inside_a_bundle_is_what_counts() -> None:
    files = (SourceFile("func.py", b"def handle(event, context): ..."), SourceFile("lib/x.py", b"def handler(event, context): ..."))
    with pytest.raises(InputError, match="func.py defines handle"):
        check(make_bundle(files, "func.py", "python"), HTTP)


def test_other_files_of_a_compiled_language_count() -> None:
    files = (SourceFile("handle.go", b"package main"), SourceFile("web.go", b"func Handle(c, r) {}"), SourceFile("x.txt", b"\xff"))
    assert check_entry_point(FunctionSource(files, "handle.go", None, layout_for("go"))) == []


@pytest.mark.parametrize("name, passes", [("handler.cjs", True), ("index.js", True), ("index.mjs", False)])
def test_a_commonjs_file_among_several_passes(name: str, passes: bool) -> None:
    code = SourceFile(name, b"exports.handler = 1")
    several = FunctionSource((code, SourceFile("zlib.mjs", b"")), name, None, layout_for(NODE))
    if passes:
        assert check_entry_point(several) == []
    else:
        with pytest.raises(InputError, match="CommonJS"):
            check_entry_point(several)
    with pytest.raises(InputError, match="CommonJS"):
        check_entry_point(FunctionSource((code,), name, None, layout_for(NODE)))


def test_a_module_for_the_classic_runtime_passes() -> None:
    source = from_text("export default 1", layout_for(NODE_CLASSIC), requirements='{"type": "module"}')
    assert check_entry_point(source) == []


def test_a_generated_handler_passes() -> None:
    assert check("#" * MAX_PARSED_BYTES + "\n)", HTTP) == []


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "-" * 100_000 + "1",
        "x = " + "1+" * 100_000 + "1",
        "x = " + "(" * 5_000,
        "x = " + "a." * 50_000 + "b",
        "if a: ...\n" + "elif b: ...\n" * 20_000,
        "/*" * 100_000,
        "'" * 200_001,
        "`${" * 100_000,
        "export " * 50_000,
    ],
    ids=["unary", "sum", "parentheses", "attributes", "elif", "comments", "quotes", "templates", "exports"],
)
@pytest.mark.parametrize("runtime", [HTTP, NODE, NODE_CLASSIC])
def test_deep_and_repetitive_code_ends(code: str, runtime: str) -> None:
    try:
        assert all("\n" not in warning for warning in check(code, runtime))
    except InputError as error:
        assert "\n" not in error.message


PIECES = st.sampled_from(
    [
        "def handler(event, context):",
        "handler",
        "app = Flask(",
        "export ",
        "module.exports",
        "\n",
        "    ",
        "'",
        '"',
        "`",
        "/*",
        "*/",
        "//",
        "/",
        "{",
        ")",
        "event.body",
        "\\",
    ]
)


@settings(database=None, deadline=None, max_examples=300)
@given(
    code=st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join), st.binary().map(lambda data: data.decode("latin-1"))),
    runtime=st.sampled_from(RUNTIMES),
)
def test_any_text_is_checked_or_refused(code: str, runtime: str) -> None:
    try:
        warned = check(code, runtime)
    except InputError as error:
        warned = [error.message]
    assert all("\n" not in line for line in warned)
