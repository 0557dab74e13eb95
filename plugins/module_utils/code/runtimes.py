# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection knows about a runtime: its files, and what its code has to define.

Two generations of the platform have runtimes of their own (reference P.1, P.2). Those of the released CLI are known by
their ids (B.2); today's by the form of the id, ``<language>-<version>-<framework>``, because no document lists them
all. Any other id passes through, and then as little as possible is said about it.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import typing as t

Generation = t.Literal["today", "classic"]

#: What the code has to define, whatever its language: ``handle`` is what the released CLI's templates want
#: (``def handle``, ``module.exports``), ``handler`` what today's event runtimes want (``def handler``,
#: ``export const handler``), ``asgi_app`` and ``wsgi_app`` an ``app`` of FastAPI and Flask (reference P.1, P.3 to P.7).
Contract = t.Literal["handle", "handler", "asgi_app", "wsgi_app", "express", "go", "csharp", "php", "container", "unknown"]


@dataclasses.dataclass(frozen=True)
class SourceLayout:
    """Which files make a function of one runtime, and what its code has to define.

    ``language`` is one of python, node, csharp, ruby, go, php, container, unknown. ``handler_names`` are in order of
    preference and empty for an unknown runtime. ``documented`` tells that the first of them is the vendor's own word
    (reference B.2, P.2), and so the only one that a ZIP may use (P.8). ``generation`` and ``language_version`` are
    ``None`` where the id does not tell.
    """

    language: str
    handler_names: tuple[str, ...]
    dependency_name: str | None
    documented: bool = False
    generation: Generation | None = None
    contract: Contract = "unknown"
    language_version: tuple[int, ...] | None = None


#: The languages of the vendor CLI and the runtime ids they stand for (reference B.2).
CLI_LANGUAGES: t.Mapping[str, str] = {
    "node": "node18",
    "python": "python3-http-debian",
    "python-tensorflow": "python3-tensorflow",
    "python-pytorch": "python3-http-cuda",
    "csharp": "dotnet8-csharp",
    "ruby": "ruby",
}

_NODE_NAMES = ("handler.js", "index.mjs", "index.js", "handler.mjs", "handler.cjs", "index.cjs")
# Which file an Express runtime loads is not documented (reference P.5).
_EXPRESS_NAMES = ("index.mjs", "index.js", "app.mjs", "app.js", "server.mjs", "server.js", "handler.js", "index.cjs", "app.cjs")

_CLASSIC_PYTHON = SourceLayout("python", ("handler.py", "func.py"), "requirements.txt", documented=True, generation="classic", contract="handle")
_CLASSIC_NODE = SourceLayout("node", _NODE_NAMES, "package.json", documented=True, generation="classic", contract="handle")
_CSHARP = SourceLayout("csharp", ("Handler.cs", "FunctionHandler.cs", "func.cs"), "Function.csproj", documented=True, generation="today", contract="csharp")
_RUBY = SourceLayout("ruby", ("handler.rb", "func.rb"), "Gemfile")

_RELEASED: t.Mapping[str, SourceLayout] = {
    "node18": dataclasses.replace(_CLASSIC_NODE, language_version=(18,)),
    "python3-http-debian": _CLASSIC_PYTHON,
    "python3-tensorflow": _CLASSIC_PYTHON,
    "python3-http-cuda": _CLASSIC_PYTHON,
    # No source shows what the released templates for these two languages call.
    "dotnet8-csharp": dataclasses.replace(_CSHARP, generation="classic", contract="unknown"),
    "ruby": dataclasses.replace(_RUBY, documented=True, generation="classic"),
}

_TODAY_PYTHON = SourceLayout("python", ("func.py", "handler.py"), "requirements.txt", documented=True, generation="today", contract="handler")
_TODAY_NODE = SourceLayout(
    "node",
    ("index.mjs", "handler.mjs", "index.js", "handler.js", "handler.cjs", "index.cjs"),
    "package.json",
    documented=True,
    generation="today",
    contract="handler",
)

_BY_GENERATION: t.Mapping[tuple[str, Generation], SourceLayout] = {
    ("python", "classic"): _CLASSIC_PYTHON,
    ("python", "today"): _TODAY_PYTHON,
    ("node", "classic"): _CLASSIC_NODE,
    ("node", "today"): _TODAY_NODE,
}

_FAMILIES: t.Mapping[str, SourceLayout] = {
    "python": _TODAY_PYTHON,
    "node": _TODAY_NODE,
    "csharp": _CSHARP,
    "ruby": _RUBY,
    "go": SourceLayout("go", ("handle.go", "handler.go", "func.go", "main.go"), "go.mod", documented=True, generation="today", contract="go"),
    "php": SourceLayout(
        "php", ("index.php", "Handler.php", "handler.php", "func.php"), "composer.json", documented=True, generation="today", contract="php"
    ),
    "container": SourceLayout("container", ("Dockerfile",), None, documented=True, generation="today", contract="container"),
}

_FAMILY_OF_ID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r".*(container|docker)"), "container"),
    (re.compile(r"python"), "python"),
    (re.compile(r"node"), "node"),
    (re.compile(r"dotnet|csharp|c#|\.net"), "csharp"),
    (re.compile(r"ruby"), "ruby"),
    (re.compile(r"php"), "php"),
    (re.compile(r"go(lang)?(?![a-z])"), "go"),
)

_FAMILY_OF_DEPENDENCY: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"requirements\.txt"), "python"),
    (re.compile(r"package\.json"), "node"),
    (re.compile(r".*\.csproj"), "csharp"),
    (re.compile(r"gemfile"), "ruby"),
    (re.compile(r"go\.mod"), "go"),
    (re.compile(r"composer\.json"), "php"),
    (re.compile(r"docs\.md"), "container"),
)

# "python-3.11-fastapi", "node-20-http", and the labels "Python 3.11 (Flask)", "Node 20.x". The released ids have no
# separator between language and version.
_TODAY_FORM = re.compile(r"(?:python|node(?:\.?js)?)[- ]v?(?P<version>\d+(?:\.\d+)*)(?:\.x)?(?:[- ]\(?(?P<framework>[a-z]+)\)?)?(?![a-z0-9.])")

_FRAMEWORKS: t.Mapping[tuple[str, str], Contract] = {
    ("python", "http"): "handler",
    ("python", "fastapi"): "asgi_app",
    ("python", "flask"): "wsgi_app",
    ("node", "http"): "handler",
    ("node", "express"): "express",
}


@functools.lru_cache(maxsize=256)
def layout_for(runtime_id: str, dependency_file: str | None = None, template: str = "") -> SourceLayout:
    """The source layout of a runtime.

    :param runtime_id: the id from the server's list; the ids of the released client have the layout of reference B.2.
    :param dependency_file: the runtime object's ``label``, which is the dependency file's name (reference B.2). It finds
        the family of an id that says nothing, and names the dependency file where only a guess would.
    :param template: the runtime object's ``boiler_code``. What it defines outranks what the id says (reference P.1).
    """
    layout = _RELEASED.get(runtime_id) or _by_form(runtime_id, dependency_file)
    return _with_template(layout, template)


def _by_form(runtime_id: str, dependency_file: str | None) -> SourceLayout:
    family = _family(_FAMILY_OF_ID, runtime_id) or _family(_FAMILY_OF_DEPENDENCY, dependency_file or "")
    if family is None:
        return SourceLayout("unknown", (), dependency_file or None)
    layout = _FAMILIES[family]
    if family in ("python", "node"):
        layout = _interpreted(layout, runtime_id)
    if dependency_file and _family(_FAMILY_OF_DEPENDENCY, dependency_file) == family and layout.dependency_name is not None:
        return dataclasses.replace(layout, dependency_name=dependency_file)
    return layout


def _interpreted(layout: SourceLayout, runtime_id: str) -> SourceLayout:
    form = _TODAY_FORM.match(runtime_id.lower())
    if form is None:
        # Neither the file nor the entry point can be told: any of the family's names will do.
        return dataclasses.replace(layout, documented=False, generation=None, contract="unknown")
    version = tuple(int(number) for number in form["version"].split("."))
    contract = _FRAMEWORKS.get((layout.language, form["framework"] or "http"), "unknown")
    return _with_contract(dataclasses.replace(layout, language_version=version), contract)


def _with_contract(layout: SourceLayout, contract: Contract) -> SourceLayout:
    if contract == "express":
        return dataclasses.replace(layout, handler_names=_EXPRESS_NAMES, documented=False, contract=contract)
    return dataclasses.replace(layout, documented=layout.documented and contract != "unknown", contract=contract)


def _family(table: tuple[tuple[re.Pattern[str], str], ...], word: str) -> str | None:
    return next((family for pattern, family in table if pattern.match(word.lower())), None)


# An assignment with or without an annotation, of a class with or without its module's name.
_APP_OF = r"^app\s*(?::[^=\n]+)?=\s*(?:\w+\.)?"
_TEMPLATES: t.Mapping[str, tuple[tuple[re.Pattern[str], Contract], ...]] = {
    "python": (
        (re.compile(_APP_OF + r"FastAPI\(", re.MULTILINE), "asgi_app"),
        (re.compile(_APP_OF + r"Flask\(", re.MULTILINE), "wsgi_app"),
        (re.compile(r"^(?:async\s+)?def\s+handler\s*\(", re.MULTILINE), "handler"),
        (re.compile(r"^(?:async\s+)?def\s+handle\s*\(", re.MULTILINE), "handle"),
    ),
    "node": (
        (re.compile(r"""(?:\bfrom\s*|\brequire\(\s*)["']express["']"""), "express"),
        (re.compile(r"^export\s+(?:(?:const|let|var)|(?:async\s+)?function)\s+handler\b|^export\s*\{[^{}]*\bhandler\b", re.MULTILINE), "handler"),
        (re.compile(r"^(?:module\.)?exports\b", re.MULTILINE), "handle"),
    ),
}


def template_contract(template: str, language: str) -> Contract | None:
    """The contract that a runtime's ``boiler_code`` follows; ``None`` if it shows none that is known."""
    return next((contract for pattern, contract in _TEMPLATES.get(language, ()) if pattern.search(template)), None)


def _with_template(layout: SourceLayout, template: str) -> SourceLayout:
    contract = template_contract(template, layout.language)
    if contract is None or contract == layout.contract:
        return layout
    generation: Generation = "classic" if contract == "handle" else "today"
    if generation != layout.generation:
        base = _BY_GENERATION[layout.language, generation]
        layout = dataclasses.replace(base, dependency_name=layout.dependency_name, language_version=layout.language_version)
    return _with_contract(layout, contract)
