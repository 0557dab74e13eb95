# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small functions that the tests deploy."""

from __future__ import annotations

import textwrap

# A runtime of the vendor's CLI of 2024, one of today's, and code for each: `python` and `handler`.
PYTHON = "python3-http-debian"
PYTHON_TODAY = "python-3.11-http"
NODE = "node18"
# The emulator deploys it and starts no process for it.
NOT_RUNNABLE = "dotnet8-csharp"


def python(text: str) -> str:
    """A Python handler that answers ``text``."""
    return textwrap.dedent(
        f"""\
        def handle(event, context):
            return {{"statusCode": 200, "body": {text!r}}}
        """
    )


def handler(text: str) -> str:
    """The same for today's runtimes."""
    return python(text).replace("def handle(", "def handler(")


HELLO = python("hello")
BROKEN = "import no_such_library\n" + HELLO
# Answers the names of its variables and the value of one.
SHOW_ENVIRONMENT = textwrap.dedent(
    """\
    import os


    def handle(event, context):
        return {"statusCode": 200, "body": os.environ.get("GREETING", "nothing")}
    """
)
