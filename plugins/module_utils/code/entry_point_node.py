# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entry point of JavaScript code (reference P.1, P.4), as far as its text tells without a parser.

Code is refused only when the word that it needs occurs nowhere, comments included. The text without comments and strings,
in which a regular expression literal may still be misread, chooses the words of a refusal, and gives warnings.
"""

from __future__ import annotations

import re

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

# Each alternative also ends at the end of the text, so that what is left open is not searched again and again.
_COMMENTS_AND_STRINGS = re.compile(
    r"""//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?|`(?:[^`\\]|\\[\s\S])*`?"""
)
_COMMONJS_EXPORT = re.compile(r"\bmodule\s*\.\s*exports\b|^\s*exports\s*\.", re.MULTILINE)
_MODULE_EXPORT = re.compile(r"^\s*export\s+(?:default|const|let|var|async|function|class)\b|^\s*export\s*[{*]", re.MULTILINE)
_NAMED_EXPORT = re.compile(r"\bexport\b(?!\s+default\b)")
_OLD_CONTEXT = re.compile(r"\bcontext\s*\.\s*(?:status|succeed|fail)\s*\(")

_WANTED_MODULE = "export const handler = async (event, context) => ({ statusCode: 200, body: ... })"
_WANTED_COMMONJS = "module.exports = async (event, context) => ..."


def strip_comments_and_strings(text: str) -> str:
    """The text without comments and with empty strings. Regular expression literals are not told apart."""
    return _COMMENTS_AND_STRINGS.sub(lambda match: " " if match[0][0] == "/" else '""', text)


def check_module(name: str, text: str) -> list[str]:
    """Refuse an ES module that certainly exports no ``handler``.

    :returns: warnings.
    :raises InputError: it says what to write.
    """
    code = strip_comments_and_strings(text)
    named = _NAMED_EXPORT.search(text) is not None
    if named and re.search(r"\bexport\s*\*", text):
        return _module_warnings(name, text, code)
    if not named and _COMMONJS_EXPORT.search(code):
        raise InputError(f"{name} is written for CommonJS (module.exports), and this runtime loads an ES module: write {_WANTED_MODULE}.")
    if not named and re.search(r"\bexport\s+default\b", text):
        raise InputError(f"{name} has a default export only, and this runtime calls the export handler: write {_WANTED_MODULE}.")
    if not named or not re.search(r"\bhandler\b", text):
        raise InputError(f"{name} does not export handler, which this runtime calls: write {_WANTED_MODULE}.")
    return _module_warnings(name, text, code)


def _module_warnings(name: str, text: str, code: str) -> list[str]:
    found = []
    if re.search(r"(?<![.\w$])require\s*\(", code) and "createRequire" not in text:
        found.append(f"{name} calls require, which an ES module does not have: use import, or createRequire of node:module.")
    if _OLD_CONTEXT.search(code):
        found.append(f"{name} answers through context, which is the form of 2024; in this runtime the handler returns an object with statusCode.")
    return found


def check_commonjs(name: str, text: str) -> list[str]:
    """Refuse a CommonJS file that certainly exports nothing.

    :returns: warnings; there are none yet.
    :raises InputError: it says what to write.
    """
    if re.search(r"\bexports\b", text):
        return []
    if _MODULE_EXPORT.search(strip_comments_and_strings(text)):
        raise InputError(
            f"{name} is written as an ES module (export), as today's runtimes want it, and this runtime of 2024 loads CommonJS: write {_WANTED_COMMONJS}."
        )
    raise InputError(f"{name} exports nothing, and this runtime calls what it exports: write {_WANTED_COMMONJS}.")
