# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of a function that its code looks up in the working directory.

The files of a bundle are restored into a directory of their own, and the working directory belongs to the platform's
server, so such a path finds nothing there. A bundle does not change the working directory: the server may need it.
"""

from __future__ import annotations

import ast
import posixpath
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.python_syntax import MAX_PARSED_BYTES, parse_python
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile

# Calls whose path is relative to the working directory. Flask's send_file and open_resource are not: they start at the application.
_PYTHON_CALLS = frozenset(
    ("open", "Path", "listdir", "scandir", "walk", "glob", "iglob", "FileResponse", "StaticFiles", "Jinja2Templates", "FileSystemLoader", "load_dotenv")
) | frozenset(("read_csv", "read_json", "read_excel", "read_parquet", "join"))
_PYTHON_KEYWORDS = frozenset(("file", "path", "directory", "searchpath", "filename"))
_NODE_CALL = re.compile(
    r"\b(?:readFile|readFileSync|createReadStream|readdir|readdirSync|existsSync|statSync|sendFile|static|opendir|process\.cwd\(\),)"
    r"""\s*\(?\s*(?:'([^'\\\n]{1,300})'|"([^"\\\n]{1,300})"|`([^`$\\\n]{1,300}))"""
)
_NODE_TEXT = re.compile(r"""'([^'\\\n]{1,300})'|"([^"\\\n]{1,300})"|`([^`$\\\n]{1,300})""")
_CHANGES_DIRECTORY = re.compile(r"\bchdir\s*\(")

# Where the templates of OpenFaaS put a function: into the directory "function" of their home (reference T.1).
_TEMPLATE_FOLDER = re.compile(r"(?:/home/app/|\./)?function/")
_TEMPLATE_HOME = "/home/app/"


class PathUse(t.NamedTuple):
    """One place where a file of the function is looked up in the working directory."""

    file: str
    line: int
    path: str


def working_directory_uses(files: t.Sequence[SourceFile]) -> list[PathUse]:
    """The places, in order; none if the code changes its working directory itself."""
    known = {parent for file in files for parent in _with_parents(file.path)}
    found: list[PathUse] = []
    for file in files:
        if file.size > MAX_PARSED_BYTES or not file.path.endswith((".py", ".js", ".mjs", ".cjs")):
            continue
        text = file.data.decode("utf-8", "replace")
        if _CHANGES_DIRECTORY.search(text):
            return []
        literals = _python_literals(text) if file.path.endswith(".py") else _node_literals(text)
        found += [PathUse(file.path, line, literal) for line, literal in literals if _names(literal, known)]
    return sorted(found)


def _with_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _names(literal: str, known: t.Collection[str]) -> bool:
    path = posixpath.normpath(literal.removeprefix(_TEMPLATE_HOME))
    # The folder itself is there, with the one text in it and nothing else.
    return path in known or path.removeprefix("function/") in known or path == "function"


def _is_in_template(literal: str) -> bool:
    """Whether a text is a path below the template's folder, which no path beside the code is, wherever in the code it stands."""
    return _TEMPLATE_FOLDER.match(literal) is not None


def _python_literals(text: str) -> list[tuple[int, str]]:
    try:
        tree = parse_python(text)
    except SyntaxError:
        return []
    # A text within an f-string is met twice, and stands at a place of its own from Python 3.12 on.
    found: set[tuple[int, str]] = set()
    nodes = list(ast.walk(tree)) if tree else []
    names = _constants(nodes)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_in_template(node.value):
            found.add((node.lineno, node.value.rstrip("/")))
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if called in _PYTHON_CALLS:
            for value in (*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg in _PYTHON_KEYWORDS)):
                literal = _text_of(value, names)
                if literal is not None:
                    found.add((value.lineno, literal.rstrip("/") if _is_in_template(literal) else literal))
    return list(found)


def _constants(nodes: t.Iterable[ast.AST]) -> dict[str, str]:
    """Names that are given a value once, and that is a text."""
    given: dict[str, list[str | None]] = {}
    for node in nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.For)) else []
        for target in targets:
            if isinstance(target, ast.Name):
                value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
                given.setdefault(target.id, []).append(value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None)
    return {name: values[0] for name, values in given.items() if len(values) == 1 and values[0] is not None}


def _text_of(value: ast.expr, names: t.Mapping[str, str]) -> str | None:
    """The text of an expression; of one that is put together the directory that it begins with."""
    if isinstance(value, ast.Name):
        return names.get(value.id)
    if isinstance(value, ast.JoinedStr) and value.values and isinstance(value.values[0], ast.Constant):
        return _directory(str(value.values[0].value))
    if isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Mod)) and isinstance(value.left, ast.Constant):
        return _directory(value.left.value) if isinstance(value.left.value, str) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _directory(beginning: str) -> str | None:
    return posixpath.dirname(beginning) or None


def _node_literals(text: str) -> list[tuple[int, str]]:
    found = {match.start(match.lastindex or 0): match[match.lastindex or 0] for match in _NODE_CALL.finditer(text)}
    for match in _NODE_TEXT.finditer(text):
        literal = match[match.lastindex or 0]
        if _is_in_template(literal):
            found.setdefault(match.start(match.lastindex or 0), literal)
    return [(text.count("\n", 0, start) + 1, literal) for start, literal in sorted(found.items())]
