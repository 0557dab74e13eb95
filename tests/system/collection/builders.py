# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the tools that build images. They keep lists of images, and write down how they were called."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller import Controller

TOOLS = ("faas-cli", "docker", "podman", "buildah")

# Each has its own images, as the real ones have. FAIL in the environment names a subcommand that fails.
_PROGRAM = """\
#!{python}
import json, os, sys
name, arguments = os.path.basename(sys.argv[0]), sys.argv[1:]
images = os.path.join({folder!r}, name + ".images")
if arguments[:2] in (["image", "inspect"], ["image", "exists"]) or arguments[0] == "inspect":
    sys.exit(0 if os.path.exists(images) and arguments[-1] in open(images).read().split() else 1)
last = arguments[-1]
files = sorted(os.path.relpath(os.path.join(top, file), last) for top, _, found in os.walk(last) for file in found)
call = {{"tool": name, "arguments": arguments, "folder": os.getcwd(), "files": files, "stack": open(last).read() if os.path.isfile(last) else ""}}
with open(os.path.join({folder!r}, "calls.jsonl"), "a") as calls:
    calls.write(json.dumps(call) + "\\n")
if os.environ.get("FAIL") == arguments[0]:
    sys.exit("first line\\nno space left")
if "--tag" in arguments:
    with open(images, "a") as file:
        file.write(arguments[arguments.index("--tag") + 1] + "\\n")
"""


@dataclass(frozen=True)
class Call:
    """One call that builds or pushes. ``files`` are those in the folder that it builds, ``stack`` is the text of its stack.yml."""

    tool: str
    arguments: list[str]
    folder: str
    files: list[str]
    stack: str


class Builders:
    """The stand-ins on a user's PATH."""

    def __init__(self, user: Controller) -> None:
        self._folder = user.folder / "bin"
        for name in TOOLS:
            user.file(f"bin/{name}", _PROGRAM.format(python=sys.executable, folder=str(self._folder))).chmod(0o755)
        user.environ["PATH"] = f"{self._folder}{os.pathsep}{user.environ['PATH']}"

    def calls(self) -> list[Call]:
        """The calls since the last time, without those that only ask."""
        log = self._folder / "calls.jsonl"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        calls: list[dict[str, Any]] = [json.loads(line) for line in lines]
        return [Call(**call) for call in calls]

    def program(self, name: str) -> Path:
        """The file of a stand-in."""
        return self._folder / name
