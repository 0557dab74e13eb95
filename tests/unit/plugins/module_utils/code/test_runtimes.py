# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import CLI_LANGUAGES, layout_for, template_contract


@pytest.mark.parametrize(
    "runtime, language, handler, dependency",
    [
        ("node18", "node", "handler.js", "package.json"),
        ("python3-http-debian", "python", "handler.py", "requirements.txt"),
        ("python3-tensorflow", "python", "handler.py", "requirements.txt"),
        ("python3-http-cuda", "python", "handler.py", "requirements.txt"),
        ("dotnet8-csharp", "csharp", "Handler.cs", "Function.csproj"),
        ("ruby", "ruby", "handler.rb", "Gemfile"),
    ],
)
def test_released_runtimes_have_the_layout_of_the_reference(runtime: str, language: str, handler: str, dependency: str) -> None:
    layout = layout_for(runtime, "whatever.txt")
    assert (layout.language, layout.handler_names[0], layout.dependency_name, layout.documented) == (language, handler, dependency, True)
    assert runtime in CLI_LANGUAGES.values()


@pytest.mark.parametrize(
    "runtime, label, language, handler, dependency",
    [
        ("python-3.12-http", None, "python", "func.py", "requirements.txt"),
        ("Python 3.11 (FastAPI)", "", "python", "func.py", "requirements.txt"),
        ("node-22-http", "package.json", "node", "index.mjs", "package.json"),
        ("Node 20.x", None, "node", "index.mjs", "package.json"),
        ("C# .NET 7.0", "Function.csproj", "csharp", "Handler.cs", "Function.csproj"),
        ("csharp", "My.csproj", "csharp", "Handler.cs", "My.csproj"),
        ("golang-1.21", None, "go", "handle.go", "go.mod"),
        ("go", "requirements.txt", "go", "handle.go", "go.mod"),
        ("gothic", "go.mod", "go", "handle.go", "go.mod"),
        ("php-8.2", None, "php", "index.php", "composer.json"),
        ("ruby-3", None, "ruby", "handler.rb", "Gemfile"),
        ("r-7", "Gemfile", "ruby", "handler.rb", "Gemfile"),
        ("r-8", "composer.json", "php", "index.php", "composer.json"),
        ("Custom Container Image", "", "container", "Dockerfile", None),
        ("python-docker", "requirements.txt", "container", "Dockerfile", None),
        ("r-9", "DOCS.md", "container", "Dockerfile", None),
    ],
)
def test_other_runtimes_are_known_by_id_and_by_dependency_file(
    runtime: str, label: str | None, language: str, handler: str, dependency: str | None
) -> None:
    layout = layout_for(runtime, label)
    assert (layout.language, layout.handler_names[0], layout.dependency_name) == (language, handler, dependency)


@pytest.mark.parametrize(
    "runtime, contract, generation, version, documented",
    [
        ("python-3.11-http", "handler", "today", (3, 11), True),
        ("python-3.14-http", "handler", "today", (3, 14), True),
        ("Python 3.9 (Http)", "handler", "today", (3, 9), True),
        ("python-3.11-fastapi", "asgi_app", "today", (3, 11), True),
        ("Python 3.11 (Flask)", "wsgi_app", "today", (3, 11), True),
        ("python-3.12", "handler", "today", (3, 12), True),
        ("python-3.12-django", "unknown", "today", (3, 12), False),
        ("node-20-http", "handler", "today", (20,), True),
        ("Node 22.x (Http)", "handler", "today", (22,), True),
        ("node-20-express", "express", "today", (20,), False),
        ("python3-http-debian", "handle", "classic", None, True),
        ("node18", "handle", "classic", (18,), True),
        ("dotnet8-csharp", "unknown", "classic", None, True),
        ("python3-http-alpine", "unknown", None, None, False),
        ("node22", "unknown", None, None, False),
        ("python-3.11fast", "unknown", None, None, False),
        ("go-1.21-http", "go", "today", None, True),
        ("php-8.2", "php", "today", None, True),
        ("C# .NET 7.0", "csharp", "today", None, True),
        ("Custom Container Image", "container", "today", None, True),
        ("cobol85", "unknown", None, None, False),
    ],
)
def test_what_an_id_tells_about_the_code(runtime: str, contract: str, generation: str | None, version: tuple[int, ...] | None, documented: bool) -> None:
    layout = layout_for(runtime)
    assert (layout.contract, layout.generation, layout.language_version, layout.documented) == (contract, generation, version, documented)


@pytest.mark.parametrize(
    "language, template, contract",
    [
        ("python", "import json\n\nasync def handler(event, context):\n    ...", "handler"),
        ("python", "def handler (event, context): ...", "handler"),
        ("python", "def handle(event, context): ...", "handle"),
        ("python", "from fastapi import FastAPI\napp = FastAPI()\n\ndef handle(): ...", "asgi_app"),
        ("python", "app: fastapi.FastAPI = fastapi.FastAPI(", "asgi_app"),
        ("python", "app = Flask(__name__)", "wsgi_app"),
        ("python", "class A:\n    def handle(self): ...\n# def handler(event, context)", None),
        ("node", "export const handler = async (event) => ({})", "handler"),
        ("node", "async function handler() {}\nexport { handler }", "handler"),
        ("node", "'use strict'\nmodule.exports = async (event, context) => {}", "handle"),
        ("node", "const express = require('express')\nmodule.exports = app", "express"),
        ("node", 'import express from "express"\nexport const handler = 1', "express"),
        ("node", "def handler(event, context): ...", None),
        ("go", "func Handle(", None),
        ("python", "", None),
    ],
)
def test_what_a_template_tells_about_the_code(language: str, template: str, contract: str | None) -> None:
    assert template_contract(template, language) == contract


def test_a_template_outranks_the_id() -> None:
    today = layout_for("python3-http-debian", template="def handler(event, context):\n    return {}\n")
    assert (today.contract, today.generation, today.handler_names[0], today.documented) == ("handler", "today", "func.py", True)
    classic = layout_for("python-3.12-http", template="def handle(event, context):\n    return {}\n")
    assert (classic.contract, classic.generation, classic.handler_names[0], classic.language_version) == ("handle", "classic", "handler.py", (3, 12))
    new = layout_for("r-7", "requirements.txt", "app = Flask(__name__)\n")
    assert (new.contract, new.generation, new.documented) == ("wsgi_app", "today", True)
    express = layout_for("node18", template="const app = require('express')()\n")
    assert (express.contract, express.generation, express.documented, express.language_version) == ("express", "today", False, (18,))
    for template in ("", "nothing known", "def handler(event, context): ..."):
        assert layout_for("node-20-http", template=template) == layout_for("node-20-http")


def test_a_runtime_nobody_knows() -> None:
    layout = layout_for("cobol85", "copybook.txt")
    assert (layout.language, layout.handler_names, layout.dependency_name, layout.documented) == ("unknown", (), "copybook.txt", False)
    assert layout_for("cobol85", "").dependency_name is None
