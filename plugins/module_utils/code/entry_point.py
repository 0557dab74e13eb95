# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the code defines what its runtime starts, told from its text: nothing is imported or run.

Refused is only what certainly fails; what probably fails is a warning, and what cannot be decided passes.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.entry_point_node import check_commonjs, check_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.entry_point_python import check_python
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import FunctionSource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.python_syntax import MAX_PARSED_BYTES
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

# Reference P.6: both names are fixed.
_COMPILED: t.Mapping[str, tuple[str, re.Pattern[str], str]] = {
    "go": (".go", re.compile(r"\bfunc\s+Handle\s*\("), "func Handle(ctx context.Context, request APIGatewayProxyRequest) (APIGatewayProxyResponse, error)"),
    "csharp": (".cs", re.compile(r"\bHandleAsync\s*\("), "a public class Handler with the method HandleAsync"),
}


def check_entry_point(source: FunctionSource) -> list[str]:
    """Refuse code that its runtime cannot start.

    :returns: warnings, one line each.
    :raises InputError: one line that says what to rename or rewrite, or where the syntax error is.
    """
    layout = source.layout
    if layout.contract in _COMPILED:
        return _check_compiled(source)
    handler = next(file for file in source.files if file.path == source.handler_name)
    if handler.size > MAX_PARSED_BYTES:
        return []
    name, text = source.handler_name, source.handler
    if layout.language == "python" and layout.contract in ("handle", "handler", "asgi_app", "wsgi_app"):
        return check_python(name, text, layout.contract, layout.language_version)
    # Among several files of a bundle one that is no .mjs may be CommonJS.
    if layout.language == "node" and layout.contract == "handler" and (name.endswith(".mjs") or len(source.files) == 1):
        return check_module(name, text)
    if layout.language == "node" and layout.contract == "handle" and source.module_type == "commonjs":
        return check_commonjs(name, text)
    if layout.contract == "container" and not re.search(r"^\s*FROM\s", text, re.MULTILINE | re.IGNORECASE):
        raise InputError(f"{name} names no image to build from: it needs a line FROM ...")
    return []


def _check_compiled(source: FunctionSource) -> list[str]:
    suffix, pattern, wanted = _COMPILED[source.layout.contract]
    texts = [file.data.decode("utf-8", "replace") for file in source.files if file.path.endswith(suffix) or file.path == source.handler_name]
    if any(pattern.search(text) for text in texts):
        return []
    return [f"{source.handler_name} does not seem to define what this runtime ({source.layout.language}) calls: {wanted}."]
