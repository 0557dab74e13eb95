# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python code as a syntax tree, without running it and without a word on the error stream."""

from __future__ import annotations

import ast
import threading
import warnings

#: Longer files are generated ones; parsing them would take more memory than it is worth. Our choice.
MAX_PARSED_BYTES = 512 * 1024

# Filters of warnings belong to the process: two threads must not save and restore them in turn.
_WARNINGS_LOCK = threading.Lock()


def parse_python(text: str, *, compiles: bool = False) -> ast.Module | None:
    """The tree, or ``None`` for code that is nested too deeply to have one.

    :param compiles: find also what the grammar alone does not, such as ``await`` in a plain function.
    :raises SyntaxError: the code is no Python of the version that runs here.
    """
    with _WARNINGS_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
            if compiles:
                compile(tree, "handler", "exec", dont_inherit=True)
        except (ValueError, RecursionError, MemoryError):
            return None
        return tree
