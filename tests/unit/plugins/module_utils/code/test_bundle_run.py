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


def write(root: Path, files: dict[str, bytes | str]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return root


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
