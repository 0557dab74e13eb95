# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws `docs/demo.svg`: what `make demo` really prints when an edited function is checked, in colour.

Run it again when the output changes: `python3 -m tools.picture`. It plays the whole demo in a terminal of its own.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from tools.project import ROOT, ToolError
from tools.venvs import ensure

PICTURE = ROOT / "docs" / "demo.svg"
# The step of the demo that the picture shows, as its heading begins.
STEP = "=== Edit two files"
COMMAND = "$ ansible-playbook playbooks/demo.yml --check --diff"

_DRAW = """
import io, json, re, sys
from rich.console import Console
from rich.text import Text
step = json.load(sys.stdin)
console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
for line in step["lines"]:
    console.print(Text.from_ansi(line))
# Without the fonts that it would load from elsewhere: a picture that is read on its own asks nobody.
picture = re.sub(r"@font-face \\{[^}]*\\}\\s*", "", console.export_svg(title=step["title"])).replace("Fira Code", "monospace")
open(step["path"], "w", encoding="utf-8").write(picture)
"""


def printed() -> str:
    """Play the demo in a terminal and return what it prints, with its colours.

    Raises ToolError when the demo fails.
    """
    output = bytearray()

    def keep(handle: int) -> bytes:
        data = os.read(handle, 4096)
        output.extend(data)
        return data

    status = pty.spawn([sys.executable, "-m", "tools.demo"], keep)
    if os.waitstatus_to_exitcode(status):
        raise ToolError("The demo failed, so there is no picture of it.")
    return output.decode("utf-8", errors="replace").replace("\r\n", "\n")


def step(text: str, heading: str) -> list[str]:
    """Return the lines of a step of the demo without its heading.

    Raises ToolError when there is no such step.
    """
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if heading in line), None)
    if first is None:
        raise ToolError(f"The demo has no step {heading!r}.")
    rest = lines[first + 1:]
    last = next((number for number, line in enumerate(rest) if "=== " in line), len(rest))
    found = rest[:last]
    while found and not found[-1].strip():
        found.pop()
    return found


def with_command(lines: list[str]) -> list[str]:
    """Put the command between what the demo says of its edits and what Ansible prints."""
    first = next((number for number, line in enumerate(lines) if line.startswith("PLAY")), 0)
    return [*lines[:first], COMMAND, *lines[first:]]


def draw(lines: list[str], path: Path) -> None:
    """Write lines of a terminal as an SVG."""
    document = json.dumps({"lines": lines, "path": str(path), "title": "make demo"})
    subprocess.run([str(ensure("docs") / "bin" / "python"), "-c", _DRAW], input=document, text=True, check=True)


if __name__ == "__main__":
    try:
        draw(with_command(step(printed(), STEP)), PICTURE)
    except ToolError as error:
        sys.exit(str(error))
