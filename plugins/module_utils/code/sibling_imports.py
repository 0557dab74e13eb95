# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports of modules beside the handler that Python does not find where the handler is a part of a package.

The templates for Python of the vendor's CLI load it with ``from function import handler`` (reference T.1), so ``import words`` looks for
``words`` beside the template's own program. A bundle finds both ``words`` and ``.words``, an archive only the second.
"""

from __future__ import annotations

import ast
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.python_syntax import MAX_PARSED_BYTES, parse_python
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile


class SiblingImport(t.NamedTuple):
    """One place that imports a module beside the handler by its bare name."""

    file: str
    line: int
    module: str


def sibling_imports(files: t.Sequence[SourceFile]) -> list[SiblingImport]:
    """The places, in order; none if the code changes the path that modules are looked up in."""
    paths = [file.path for file in files if file.path.endswith(".py")]
    beside = {path.removesuffix(".py") if "/" not in path else path.split("/")[0] for path in paths}
    found = []
    for file in files:
        if not file.path.endswith(".py") or file.size > MAX_PARSED_BYTES:
            continue
        text = file.data.decode("utf-8", "replace")
        if "sys.path" in text:
            return []
        found += [SiblingImport(file.path, line, module) for line, module in _imported(text) if module.split(".")[0] in beside]
    return sorted(found)


def _imported(text: str) -> t.Iterator[tuple[int, str]]:
    try:
        tree = parse_python(text)
    except SyntaxError:
        return
    # Only what runs in any case: an import in a try may have another one in its except.
    for node in tree.body if tree else ():
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
