# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every parser of a file that a user, a tool or this collection itself writes, with a real one to begin from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.build_context import handler_folder
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.bundle import make_bundle, open_bundle
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.entry_point import check_entry_point
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.function_config import read_function_config
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.ignore_rules import IgnoreRules
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import read_source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import Manifest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import CLI_CONFIG, resolve_gateway
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import Manifest as GatewayManifest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.stack_file import read_stack
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import E2E_CLI_CONFIG, E2ECTL_CONFIG, resolve_credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.config_file import ConfigFiles
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import FunctionOptions, with_snapshot
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_options import read_gateway_snapshot
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_secret import DigestFile
from recorded import folder_of, time_limit
from samples import PYTHON

STACK = """\
version: 1.0
provider: {name: openfaas, gateway: "http://127.0.0.1:8080"}
common: &common
  labels: {a: "b"}
functions:
  hello:
    <<: *common
    lang: python3-http
    handler: ./hello
    image: ${REGISTRY:-ghcr.io}/hello:1
    environment: {A: "1", B: 2.50}
    environment_file: [more.yml]
    secrets: [token]
    limits: {memory: 40Mi, cpu: 100m}
    constraints: ["node.platform.os == linux"]
    readonly_root_filesystem: true
"""
CONFIG = """\
function:
  name: hello
  runtime: python
  compute_type: cpu
  limits: {memory: "512", timeout: 15}
  environment: {A: 1, B: true, C: null}
  secrets: [token]
"""
LOGINS = "auths:\n- gateway: http://127.0.0.1:8080\n  auth: basic\n  token: bWU6c2VjcmV0\n  options: []\n"
E2ECTL = json.dumps({"default": "me", "profiles": {"me": {"api_key": "k", "auth_token": "t", "default_project_id": 1, "default_location": "Delhi"}}})
E2E_CLI = json.dumps({"default": {"api_key": "me", "project_id": "1", "location": "Delhi"}, "me": {"api_key": "k", "api_auth_token": "t"}})
SNAPSHOT = json.dumps(
    {"v": 1, "name": "f", "runtime": PYTHON, "code": "x", "requirements": "", "memory": 512, "timeout": 15, "environment": {"A": "1"}, "secrets": ["s"]}
)
GATEWAY_SNAPSHOT = json.dumps({"v": 1, "name": "f", "gateway": {"name": "f", "image": "i:1", "env": {"A": "1"}, "replicas": {"min": 1}, "secrets": ["s"]}})
DIGESTS = json.dumps({"v": 1, "secrets": {"http://gateway openfaas-fn token": {"salt": "00", "digest": "ff"}}})
IGNORED = "*.pyc\n!keep.pyc\n/data/**/*.csv\n# a comment\ntests/\n[ab]*\n\\#x\n"
HANDLER = 'import os\n\n\ndef handle(event, context):\n    return {"statusCode": 200, "body": open("./data.txt").read()}\n'
MODULE = 'import fs from "fs"\nexport const handler = async (event) => ({ statusCode: 200, body: `${fs.readFileSync("./a")}` })\n'
PACKAGE = json.dumps({"name": "f", "type": "module", "dependencies": {"express": "^4"}})
BUNDLE = make_bundle((SourceFile("handler.py", HANDLER.encode()), SourceFile("data.txt", b"1")), "handler.py", "python", "commonjs")
MANIFEST = json.dumps({"v": 1, "secret_env": ["A"], "requirements": "ab", "source": "sha256:00", "files": {"a": "b"}})
GATEWAY_MANIFEST = json.dumps(
    {"v": 1, "salt": "s", "env": {"A": "1"}, "secret_env": {"B": "2"}, "limits": {"memory": "1Mi"}, "requests": {}, "constraints": ["a"], "read_only": False}
)


@dataclass(frozen=True)
class Parser:
    """One parser: what it is called, a file that it reads, and how."""

    name: str
    sample: bytes
    read: Callable[[bytes, Path], object]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _at(folder: Path, path: Path | str, data: bytes) -> Path:
    folder_of((folder / path).parent)
    (folder / path).write_bytes(data)
    return folder / path


def _home(path: Path, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    def run(data: bytes, folder: Path) -> object:
        _at(folder, path, data)
        return read(folder)

    return run


def _stack(data: bytes, folder: Path) -> object:
    _at(folder, "more.yml", b"environment: {C: d}\n")
    params = {"config_file": str(_at(folder, "stack.yml", data)), "name": "hello", "provider": "openfaas", "state": "present", "secret_env": None, "env": None}
    return ConfigFiles({}).joined(params)


def _environment_file(data: bytes, folder: Path) -> object:
    return read_stack(STACK, {}, lambda name: data.decode("utf-8"))


def _ignored(data: bytes, folder: Path) -> object:
    _at(folder, ".faasignore", data)
    rules = IgnoreRules.load(str(folder))
    return [rules.ignores(path) for path in ("a", "data/x/y/z.csv", "tests/a.py", "keep.pyc", "a" * 200, "/".join("a" * 40))]


def _handler(runtime: str, name: str) -> Callable[[bytes, Path], object]:
    layout = layout_for(runtime)

    def run(data: bytes, folder: Path) -> object:
        root = folder_of(folder / "source")
        _at(root, name, data)
        found = read_source(root, layout)
        found.zip_members()
        return found.as_text(), found.text_warnings(), check_entry_point(found)

    return run


def _package(data: bytes, folder: Path) -> object:
    root = folder_of(folder / "source")
    _at(root, "handler.js", b"module.exports = 1\n")
    _at(root, "b.js", b"1\n")
    _at(root, "package.json", data)
    return read_source(root, layout_for("node")).as_text()


PARSERS = (
    Parser("stack.yml", STACK.encode(), _stack),
    Parser("environment_file", b"environment:\n  A: b\n  C: '1'\n", _environment_file),
    Parser("function_config.yaml", CONFIG.encode(), lambda data, folder: read_function_config(_text(data))),
    Parser("faas-cli's config.yml", LOGINS.encode(), _home(CLI_CONFIG, lambda home: resolve_gateway({"gateway_url": "http://127.0.0.1:8080"}, {}, home))),
    Parser("e2ectl's profiles", E2ECTL.encode(), _home(E2ECTL_CONFIG, lambda home: resolve_credentials({}, {}, home))),
    Parser("the vendor CLI's profiles", E2E_CLI.encode(), _home(E2E_CLI_CONFIG, lambda home: resolve_credentials({}, {}, home))),
    Parser("snapshot", SNAPSHOT.encode(), _home(Path("s"), lambda folder: with_snapshot(FunctionOptions("f", snapshot=folder / "s")))),
    Parser("gateway snapshot", GATEWAY_SNAPSHOT.encode(), _home(Path("s"), lambda folder: read_gateway_snapshot(folder / "s", "f"))),
    Parser("digest file", DIGESTS.encode(), _home(Path("d"), lambda folder: DigestFile(folder / "d", "http://gateway openfaas-fn").get("token"))),
    Parser(".faasignore", IGNORED.encode(), _ignored),
    Parser("template.yml", b"language: python\nhandler_folder: function\n", _home(Path("template.yml"), handler_folder)),
    Parser("package.json", PACKAGE.encode(), _package),
    Parser("Python handler", HANDLER.encode(), _handler(PYTHON, "handler.py")),
    Parser("Node.js handler", MODULE.encode(), _handler("node-20-http", "index.mjs")),
    Parser("bundle", BUNDLE.encode(), lambda data, folder: open_bundle(_text(data))),
    Parser("manifest", MANIFEST.encode(), lambda data, folder: Manifest.parse(_text(data))),
    Parser("gateway manifest", GATEWAY_MANIFEST.encode(), lambda data, folder: GatewayManifest.parse(_text(data))),
)


def problem_of(parser: Parser, data: bytes, folder: Path) -> str:
    """What is wrong with how a parser takes a file: empty when it reads it, or refuses it with one line."""
    try:
        with time_limit():
            parser.read(data, folder)
    except E2EError as error:
        return "" if "\n" not in error.message else f"{parser.name}: several lines: {error.message}"
    except Exception as error:  # pylint: disable=broad-except
        return f"{parser.name}: {type(error).__name__}: {error}"
    return ""
