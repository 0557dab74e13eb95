# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bundles run by real interpreters, laid out as the platform lays out a function."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.bundle import read_bundle
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import read_source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.source_tree import write

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")

PYTHON_FILES: dict[str, bytes | str] = {
    "handler.py": '''"""A handler in several files."""
from __future__ import annotations

import os

import util
from . import util as relative
from .lib import deep
from function.lib.deep import LEVEL

HERE = os.path.dirname(os.path.abspath(__file__))


def handle(event, context):
    with open(os.path.join(HERE, "data", "greeting.bin"), "rb") as file:
        return {"body": [util.hello(), relative.hello(), deep.LEVEL, LEVEL, file.read().hex(), HERE]}


def broken():
    raise RuntimeError("from line 20")
''',
    "util.py": "def hello():\n    return 'hello'\n",
    "lib/__init__.py": "",
    "lib/deep.py": "from ..util import hello\nLEVEL = hello() + ' from below'\n",
    "data/greeting.bin": b"\x00\xff\r\n",
    "umlaut-\u00fc.txt": "",
}


def bundle(root: Path, runtime: str) -> str:
    code = read_source(root, layout_for(runtime)).as_text()
    assert read_bundle(code) is not None
    return code


class Platform:
    """A directory with the function in it, and a temporary directory that has to be empty when the process has ended."""

    def __init__(self, root: Path, program: str) -> None:
        self.function = root / "platform" / "function"
        self.function.mkdir(parents=True)
        self.temporary = root / "temporary"
        self.temporary.mkdir()
        self.program = program

    def run(self, *arguments: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [self.program, *arguments],
            cwd=self.function.parent,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(self.temporary)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (result.returncode != 0) is fails, result.stderr
        assert list(self.temporary.iterdir()) == []
        return result


@pytest.fixture
def python(tmp_path: Path) -> Platform:
    return Platform(tmp_path, sys.executable)


@pytest.fixture
def node(tmp_path: Path) -> Platform:
    return Platform(tmp_path, NODE or "node")


@pytest.mark.parametrize("with_init", [True, False], ids=["package", "namespace package"])
def test_python_imports_data_and_names(tmp_path: Path, python: Platform, with_init: bool) -> None:
    write(python.function, {"handler.py": bundle(write(tmp_path / "src", PYTHON_FILES), "python3-http-debian")})
    if with_init:
        write(python.function, {"__init__.py": ""})
    lines = python.run(
        "-c",
        "from function import handler\n"
        "import json, sys\n"
        "print(json.dumps(handler.handle(None, None)['body']))\n"
        "print(handler.__doc__, handler.__name__, [name for name in vars(handler) if 'e2e' in name], handler.handle.__module__)\n"
        "sys.path.insert(0, '/elsewhere')\n"
        "import function.lib.deep\n",
    ).stdout.splitlines()
    *values, here = json.loads(lines[0])
    assert values == ["hello", "hello", "hello from below", "hello from below", "00ff0d0a"]
    assert Path(here).parent == python.temporary
    assert lines[1] == "A handler in several files. function.handler [] function.handler"


def test_python_as_a_plain_module(tmp_path: Path, python: Platform) -> None:
    files: dict[str, bytes | str] = {"func.py": "import util\nhandle = util.hello\n", "util.py": PYTHON_FILES["util.py"]}
    write(python.function.parent, {"func.py": bundle(write(tmp_path / "src", files), "python-3.12-http")})
    assert python.run("-c", "import func; print(func.handle(), func.__file__)").stdout.startswith(f"hello {python.temporary}")


def test_python_tracebacks_show_the_file_and_the_line(tmp_path: Path, python: Platform) -> None:
    write(python.function, {"handler.py": bundle(write(tmp_path / "src", PYTHON_FILES), "python3-http-debian")})
    error = python.run("-c", "from function.handler import broken; broken()", fails=True).stderr
    assert 'handler.py", line 20, in broken' in error and 'raise RuntimeError("from line 20")' in error


def test_python_errors_at_import_leave_nothing_behind(tmp_path: Path, python: Platform) -> None:
    write(python.function, {"handler.py": bundle(write(tmp_path / "src", {"handler.py": "import util\n", "util.py": "1 +\n"}), "python3-http-debian")})
    assert "util.py" in python.run("-c", "import function.handler", fails=True).stderr


def test_python_forked_workers_keep_the_files_of_their_parent(tmp_path: Path, python: Platform) -> None:
    write(python.function, {"handler.py": bundle(write(tmp_path / "src", PYTHON_FILES), "python3-http-debian")})
    program = (
        "import os, sys\n"
        "from function import handler\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    sys.exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(handler.handle(None, None)['body'][0])\n"
    )
    assert python.run("-W", "ignore", "-c", program).stdout == "hello\n"


def test_python_dependencies_beside_the_platform_are_found(tmp_path: Path, python: Platform) -> None:
    write(python.function.parent, {"dep.py": "NAME = 'installed'\n"})
    files: dict[str, bytes | str] = {"handler.py": "import dep, util\n\ndef handle(event, context):\n    return dep.NAME + util.X\n", "util.py": "X = '!'\n"}
    write(python.function, {"handler.py": bundle(write(tmp_path / "src", files), "python3-http-debian"), "__init__.py": ""})
    assert python.run("-c", "from function.handler import handle; print(handle(0, 0))").stdout == "installed!\n"


COMMONJS: dict[str, bytes | str] = {
    "handler.js": """'use strict'
const fs = require('fs')
const path = require('path')
const dep = require('dep')
const outer = require('outer')
const { hello } = require('./lib/util')
const { version } = require('./package.json')

module.exports = async (event, context) => [
  dep.name, outer.name, hello(), version, fs.readFileSync(path.join(__dirname, 'data.bin')).toString('hex')
]
module.exports.extra = 'extra'
""",
    "lib/util.js": "exports.hello = () => 'hello ' + require('dep').name\n",
    "data.bin": b"\x00\xff",
    "package.json": '{"name": "fn", "version": "1.2.3"}',
}

MODULE: dict[str, bytes | str] = {
    "index.mjs": """import fs from 'node:fs'
import dep from 'dep'
import outer from 'outer'
import { hello } from './lib/util.mjs'
import { createRequire } from 'node:module'

const { version } = createRequire(import.meta.url)('./package.json')
export const extra = 'extra'
export default async (event, context) => [
  dep.name, outer.name, hello(), version, fs.readFileSync(new URL('./data.bin', import.meta.url)).toString('hex')
]
""",
    "lib/util.mjs": "import dep from 'dep'\nexport const hello = () => 'hello ' + dep.name\n",
    "data.bin": b"\x00\xff",
    "package.json": '{"name": "fn", "version": "1.2.3"}',
}

EXPECTED = [["dep", "outer", "hello dep", "1.2.3", "00ff"], "extra"]


def install(platform: Platform, manifest: bytes | str) -> None:
    """What the platform puts beside the handler; ``outer`` is a module of the platform's own, one directory up."""
    write(platform.function, {"package.json": manifest, "node_modules/dep/index.js": "exports.name = 'dep'\n"})
    write(platform.function.parent, {"package.json": '{"name": "platform"}', "node_modules/outer/index.js": "exports.name = 'outer'\n"})


@needs_node
def test_node_commonjs(tmp_path: Path, node: Platform) -> None:
    install(node, COMMONJS["package.json"])
    write(node.function, {"handler.js": bundle(write(tmp_path / "src", COMMONJS), "node18")})
    program = "const h = require('./function/handler'); h().then((r) => console.log(JSON.stringify([r, h.extra])))"
    assert json.loads(node.run("-e", program).stdout) == EXPECTED
    assert (node.function / "node_modules/dep/index.js").exists()


@needs_node
def test_node_module(tmp_path: Path, node: Platform) -> None:
    install(node, MODULE["package.json"])
    write(node.function, {"index.mjs": bundle(write(tmp_path / "src", MODULE), "node-20-http")})
    program = "import('./function/index.mjs').then(async (m) => console.log(JSON.stringify([await m.default(), m.extra])))"
    assert json.loads(node.run("-e", program).stdout) == EXPECTED


@needs_node
def test_node_module_by_package_type(tmp_path: Path, node: Platform) -> None:
    manifest = '{"name": "fn", "version": "1.2.3", "type": "module"}'
    files = {"handler.js": MODULE["index.mjs"], "lib/util.mjs": MODULE["lib/util.mjs"], "data.bin": b"\x00\xff", "package.json": manifest}
    install(node, manifest)
    write(node.function, {"handler.js": bundle(write(tmp_path / "src", files), "node18")})
    program = "import('./function/handler.js').then(async (m) => console.log(JSON.stringify([await m.default(), m.extra])))"
    assert json.loads(node.run("-e", program).stdout) == EXPECTED


@needs_node
def test_node_without_dependencies_and_with_own_modules(tmp_path: Path, node: Platform) -> None:
    files: dict[str, bytes | str] = {
        ".faasignore": "!node_modules/\n",
        "handler.cjs": "module.exports = () => require('own').name\n",
        "node_modules/own/index.js": "exports.name = 'own'\n",
    }
    write(node.function, {"handler.cjs": bundle(write(tmp_path / "src", files), "node18")})
    assert node.run("-e", "console.log(require('./function/handler.cjs')())").stdout == "own\n"
    write(node.function, {"node_modules/dep/index.js": ""})
    assert node.run("-e", "console.log(require('./function/handler.cjs')())").stdout == "own\n"
    assert [path.name for path in (node.function / "node_modules").iterdir()] == ["dep"]


@needs_node
def test_node_errors_at_import_leave_nothing_behind(tmp_path: Path, node: Platform) -> None:
    files: dict[str, bytes | str] = {"handler.js": "require('./lib')\n", "lib.js": "\nthrow new Error('from lib')\n"}
    write(node.function, {"handler.js": bundle(write(tmp_path / "src", files), "node18")})
    error = node.run("-e", "require('./function/handler')", fails=True).stderr
    assert "from lib" in error and "lib.js:2" in error


# Today's contracts. Who imports the file, and under which name, is not documented (reference P.5): uvicorn and WSGI servers take "func:app".

TODAY_PYTHON: dict[str, bytes | str] = {
    "func.py": """from __future__ import annotations

import json
import os

from lib.rates import GST

CONFIGURED = []
HERE = os.path.dirname(os.path.abspath(__file__))


def init():
    CONFIGURED.append("cors")
    return {"cors": True}


async def handler(event, context):
    with open(os.path.join(HERE, "data.json"), encoding="utf-8") as file:
        return {"statusCode": 200, "body": json.dumps([event["body"], GST, json.load(file), CONFIGURED])}


def plain(event, context):
    return {"statusCode": 200, "body": event["body"] + str(GST)}
""",
    "lib/__init__.py": "",
    "lib/rates.py": "GST = 18\n",
    "data.json": '{"a": 1}',
}


def test_python_handler_and_init(tmp_path: Path, python: Platform) -> None:
    write(python.function.parent, {"func.py": bundle(write(tmp_path / "src", TODAY_PYTHON), "python-3.11-http")})
    program = (
        "import asyncio, inspect, func\n"
        "func.init()\n"
        "answer = func.handler({'body': 'x'}, None)\n"
        "assert inspect.iscoroutine(answer) and inspect.iscoroutinefunction(func.handler)\n"
        "print(asyncio.run(answer)['body'])\n"
        "print(func.plain({'body': 'x'}, None)['body'])\n"
    )
    assert python.run("-c", program).stdout.splitlines() == ['["x", 18, {"a": 1}, ["cors"]]', "x18"]


def test_python_loaded_from_its_path(tmp_path: Path, python: Platform) -> None:
    write(python.function, {"func.py": bundle(write(tmp_path / "src", TODAY_PYTHON), "python-3.11-http")})
    program = (
        "import importlib.util\n"
        "spec = importlib.util.spec_from_file_location('any_name', 'function/func.py')\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "print(module.plain({'body': 'x'}, None)['body'])\n"
        "import runpy\n"
        "print(runpy.run_path('function/func.py')['plain']({'body': 'y'}, None)['body'])\n"
    )
    assert python.run("-c", program).stdout.splitlines() == ["x18", "y18"]


def test_python_asgi_app(tmp_path: Path, python: Platform) -> None:
    files: dict[str, bytes | str] = {
        "func.py": """from web import respond


class FastAPI:
    async def __call__(self, scope, receive, send):
        await send({"type": "http.response.body", "body": respond(scope["path"])})


app = FastAPI()
""",
        "web.py": "def respond(path):\n    return b'at ' + path.encode()\n",
    }
    write(python.function.parent, {"func.py": bundle(write(tmp_path / "src", files), "python-3.11-fastapi")})
    program = (
        "import asyncio, importlib\n"
        "app = importlib.import_module('func').app\n"
        "sent = []\n"
        "async def send(message): sent.append(message)\n"
        "asyncio.run(app({'type': 'http', 'path': '/x'}, None, send))\n"
        "print(sent[0]['body'].decode(), type(app).__module__)\n"
    )
    assert python.run("-c", program).stdout == "at /x func\n"


def test_python_wsgi_app_finds_its_templates(tmp_path: Path, python: Platform) -> None:
    # Flask looks for templates beside the file of the module whose name it was given.
    files: dict[str, bytes | str] = {
        "func.py": """import os
import sys


class Flask:
    def __init__(self, name):
        self.root = os.path.dirname(os.path.abspath(sys.modules[name].__file__))

    def __call__(self, environ, start_response):
        start_response("200 OK", [])
        with open(os.path.join(self.root, "templates", "index.html"), "rb") as file:
            return [file.read()]


app = Flask(__name__)
""",
        "templates/index.html": "<p>hello</p>",
    }
    write(python.function.parent, {"func.py": bundle(write(tmp_path / "src", files), "python-3.11-flask")})
    assert python.run("-c", "import func; print(func.app({}, lambda status, headers: None)[0].decode())").stdout == "<p>hello</p>\n"


def test_python_spawned_workers_have_files_of_their_own(tmp_path: Path, python: Platform) -> None:
    write(python.function.parent, {"func.py": bundle(write(tmp_path / "src", TODAY_PYTHON), "python-3.11-http")})
    program = (
        "import json, multiprocessing, sys\n"
        "import func\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(2) as pool:\n"
        "        print(json.dumps(pool.starmap(func.plain, [({'body': 'a'}, None), ({'body': 'b'}, None)])))\n"
        "        pool.close()\n"
        "        pool.join()\n"
        "        sys.stdout.flush()\n"
    )
    write(python.function.parent, {"server.py": program})
    assert [answer["body"] for answer in json.loads(python.run("server.py").stdout)] == ["a18", "b18"]


NODE_LIB = "export const rate = 18\n"


@needs_node
@pytest.mark.parametrize(
    "code",
    [
        "import { rate } from './lib.mjs'\n"
        "export const handler = async (event, context) => ({ statusCode: 200, body: event.body + rate })\nexport const init = () => 'cors'\n",
        "import { rate } from './lib.mjs'\n"
        "export async function handler(event) { return { body: event.body + rate } }\nexport function init() { return 'cors' }\n",
        "import { rate } from './lib.mjs'\nconst handler = (event) => ({ body: event.body + rate }), init = () => 'cors'\nexport { handler, init }\n",
        "export * from './impl.mjs'\n",
        "export { handler, start as init } from './impl.mjs'\n",
        "import * as impl from './impl.mjs'\nexport const { handler, start: init } = impl\n",
    ],
    ids=["const", "function", "list", "forwarded", "from", "taken apart"],
)
def test_node_handler_and_init(tmp_path: Path, node: Platform, code: str) -> None:
    files: dict[str, bytes | str] = {
        "index.mjs": code,
        "lib.mjs": NODE_LIB,
        "impl.mjs": "import { rate } from './lib.mjs'\nexport const handler = (event) => ({ body: event.body + rate })\n"
        "export const init = () => 'cors'\nexport const start = init\n",
    }
    write(node.function, {"index.mjs": bundle(write(tmp_path / "src", files), "node-22-http"), "package.json": "{}"})
    program = "import('./function/index.mjs').then(async (m) => console.log((await m.handler({ body: 'x' })).body, m.init()))"
    assert node.run("-e", program).stdout == "x18 cors\n"


@needs_node
@pytest.mark.parametrize("name", ["handler.cjs", "index.js"])
def test_node_commonjs_files_in_a_module_runtime(tmp_path: Path, node: Platform, name: str) -> None:
    files: dict[str, bytes | str] = {
        name: "const { rate } = require('./lib.cjs')\nexports.handler = async (event) => event.body + rate\n",
        "lib.cjs": "exports.rate = 18\n",
    }
    write(node.function, {"index.mjs": bundle(write(tmp_path / "src", files), "node-20-http")})
    assert node.run("-e", "import('./function/index.mjs').then(async (m) => console.log(await m.handler({ body: 'x' })))").stdout == "x18\n"


@needs_node
def test_node_express_apps(tmp_path: Path, node: Platform) -> None:
    commonjs: dict[str, bytes | str] = {
        "app.js": "const respond = require('./web')\nmodule.exports = (req, res) => res.end(respond(req.url))\n",
        "web.js": "module.exports = (url) => 'at ' + url\n",
    }
    write(node.function, {"app.js": bundle(write(tmp_path / "a", commonjs), "node-20-express")})
    assert node.run("-e", "require('./function/app')({ url: '/x' }, { end: (text) => console.log(text) })").stdout == "at /x\n"
    module: dict[str, bytes | str] = {
        "index.mjs": "import respond from './web.mjs'\nconst app = (req, res) => res.end(respond(req.url))\nexport default app\nexport { app }\n",
        "web.mjs": "export default (url) => 'at ' + url\n",
    }
    write(node.function, {"index.mjs": bundle(write(tmp_path / "b", module), "node-20-express")})
    program = "import('./function/index.mjs').then((m) => [m.default, m.app].forEach((app) => app({ url: '/y' }, { end: (text) => console.log(text) })))"
    assert node.run("-e", program).stdout == "at /y\nat /y\n"
