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
) | frozenset(("read_csv", "read_json", "read_excel", "read_parquet"))
_PYTHON_KEYWORDS = frozenset(("file", "path", "directory", "searchpath", "filename"))
_NODE_CALL = re.compile(
    r"\b(?:readFile|readFileSync|createReadStream|readdir|readdirSync|existsSync|statSync|sendFile|static|opendir)"
    r"""\(\s*(?:'([^'\\\n]{1,300})'|"([^"\\\n]{1,300})")"""
)
_CHANGES_DIRECTORY = re.compile(r"\bchdir\s*\(")


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
        if len(file.data) > MAX_PARSED_BYTES or not file.path.endswith((".py", ".js", ".mjs", ".cjs")):
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
    path = posixpath.normpath(literal)
    # The released templates put a function into the directory "function", below the working directory.
    return path in known or path.removeprefix("function/") in known


def _python_literals(text: str) -> list[tuple[int, str]]:
    try:
        tree = parse_python(text)
    except SyntaxError:
        return []
    found = []
    for node in ast.walk(tree) if tree else ():
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if called in _PYTHON_CALLS:
            values = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg in _PYTHON_KEYWORDS)]
            found += [(value.lineno, value.value) for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return found


def _node_literals(text: str) -> list[tuple[int, str]]:
    return [(text.count("\n", 0, match.start()) + 1, match[1] or match[2]) for match in _NODE_CALL.finditer(text)]
