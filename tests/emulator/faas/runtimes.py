# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runtime list (reference B.2, P.2): the ids of the CLI of 2024 and today's.

Today's ids of FastAPI, Flask and Express are documented; that of ``python-3.11-http`` follows from a sample's name, the other ``-http`` ones
are made like it; those of Go, C#, PHP and the container are known nowhere and are our choice.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ..runner.spec import Contract, Family
from . import templates

# What only an ES module may hold. A word in a comment or a text is seen, too, where it begins a line.
MODULE_SYNTAX = re.compile(r"^[ \t]*(?:import|export)[ \t{*'\"]", re.MULTILINE)


@dataclass(frozen=True)
class Runtime:
    """``family`` is what a host needs to run it, None that no host can; ``label`` is the dependency file's name.

    ``code_files`` are the names that the code file may have, the usual one first. ``needs_label`` tells whether a ZIP has to hold the
    dependency file as well: so where the vendor names that file (reference P.8).
    """

    id: str
    name: str
    family: Family | None
    contract: Contract
    code_files: tuple[str, ...]
    label: str
    boiler_code: str
    requirements_code: str
    needs_label: bool = True
    node_type: str = "cpu"

    @property
    def code_file(self) -> str:
        return self.code_files[0]

    def text_name(self, code: str) -> str:
        """The file that a lone text becomes. Where there are two, ``index.mjs`` and ``index.js``, its own words choose (our choice, reference P.5)."""
        if len(self.code_files) == 1 or MODULE_SYNTAX.search(code):
            return self.code_file
        return self.code_files[-1]

    def entry(self, files: Collection[str]) -> str:
        """The code file among ``files``; empty when there is none."""
        return next((name for name in self.code_files if name in files), "")

    def view(self) -> dict[str, str]:
        """The object of the API's list; ``name`` is an addition, the other keys are the released client's."""
        return {
            "runtime": self.id,
            "name": self.name,
            "node_type": self.node_type,
            "label": self.label,
            "boiler_code": self.boiler_code,
            "requirements_code": self.requirements_code,
        }


def _python_of_2024(runtime: str, name: str, node_type: str = "cpu") -> Runtime:
    family: Family | None = "python" if node_type == "cpu" else None
    texts = (templates.PYTHON_HANDLE, templates.PYTHON_REQUIREMENTS)
    return Runtime(runtime, name, family, "handle", ("handler.py",), "requirements.txt", *texts, node_type=node_type)


def _of_2024() -> list[Runtime]:
    return [
        Runtime(
            "node18", "Node 18.x (Express)", "node", "handle", ("handler.js",), "package.json", templates.NODE_HANDLE, templates.NODE_HANDLE_PACKAGE
        ),
        _python_of_2024("python3-http-debian", "Python 3 (Http)"),
        _python_of_2024("python3-tensorflow", "Python TensorFlow", "gpu"),
        _python_of_2024("python3-http-cuda", "Python PyTorch", "gpu"),
        Runtime("dotnet8-csharp", "C# .NET 8", None, "handle", ("Handler.cs",), "Function.csproj", templates.CSHARP_HANDLE, templates.CSHARP_PROJECT),
        Runtime("ruby", "Ruby", None, "handle", ("handler.rb",), "Gemfile", templates.RUBY_HANDLE, templates.RUBY_GEMS),
    ]


def _python(framework: str, minor: int, contract: Contract, code: str, requirements: str) -> Runtime:
    names = (f"python-3.{minor}-{framework.lower()}", f"Python 3.{minor} ({framework})")
    return Runtime(*names, "python", contract, ("func.py",), "requirements.txt", code, requirements)


def _node(major: int) -> Runtime:
    names = (f"node-{major}-http", f"Node {major}.x (Http)")
    return Runtime(*names, "node", "handler", ("index.mjs",), "package.json", templates.NODE_HANDLER, templates.NODE_HANDLER_PACKAGE)


def _of_today() -> list[Runtime]:
    return [
        *(_python("Http", minor, "handler", templates.PYTHON_HANDLER, templates.PYTHON_REQUIREMENTS) for minor in range(9, 15)),
        _python("FastAPI", 11, "asgi", templates.FASTAPI_APP, templates.FASTAPI_REQUIREMENTS),
        _python("Flask", 11, "wsgi", templates.FLASK_APP, templates.FLASK_REQUIREMENTS),
        *(_node(major) for major in (20, 22, 24)),
        # No page shows the code file of Express: either name is taken.
        Runtime(
            "node-20-express",
            "Node 20.x (Express)",
            "node",
            "server",
            ("index.mjs", "index.js"),
            "package.json",
            templates.EXPRESS_APP,
            templates.EXPRESS_PACKAGE,
        ),
        Runtime("go", "Go", "go", "server", ("handle.go",), "go.mod", templates.GO_HANDLE, templates.GO_MODULE, needs_label=False),
        Runtime(
            "csharp", "C#", "dotnet", "server", ("Handler.cs",), "Function.csproj", templates.CSHARP_HANDLER, templates.CSHARP_PROJECT, needs_label=False
        ),
        Runtime("php", "PHP", "php", "server", ("index.php",), "composer.json", templates.PHP_SCRIPT, templates.PHP_PACKAGE, needs_label=False),
        # A second tab holds the platform's own documentation, where others have the dependency file (reference P.7).
        Runtime(
            "custom-container",
            "Custom Container Image",
            None,
            "server",
            ("Dockerfile",),
            "DOCS.md",
            templates.DOCKERFILE,
            templates.CONTAINER_DOCS,
            needs_label=False,
        ),
    ]


RUNTIMES: dict[str, Runtime] = {runtime.id: runtime for runtime in (*_of_2024(), *_of_today())}
