# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation tells a reader to type, and the files that it tells a reader to write."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# A block of a page: what stands in front of each of its lines, its language and its text.
_BLOCKS = {
    ".md": re.compile(r"^(?P<indent> *)```(?P<language>[\w+]+)\n(?P<text>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL),
    ".rst": re.compile(r"^(?P<indent> *)\.\. code-block:: (?P<language>[\w+]+)\n(?: +:.*\n)*\n(?P<text>(?:(?P=indent) +.*\n|\n)+)", re.MULTILINE),
}
_INLINE = {".md": re.compile(r"(?<!`)`([^`\n]+)`(?!`)"), ".rst": re.compile(r"(?<!`)``([^`\n]+)``(?!`)")}
_SHELL = ("console", "shell", "bash", "sh")
# Within a sentence these are commands of a reader. Other programs stand there for what the collection does with them.
_TYPED = re.compile(r"(?:make|ansible(?:-\w+)?|python3? -m|curl|e2e-emulator) \S")


@dataclass(frozen=True)
class Command:
    """A command as printed, which can have several lines; `shown` is what the page says that it prints, `...` standing for anything."""

    page: str
    line: int
    text: str
    shown: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Block:
    """A block of code without its indentation; `line` is that of its first line."""

    language: str
    line: int
    text: str


def blocks(text: str, suffix: str) -> list[Block]:
    """Return the blocks of code in a page that is Markdown or reStructuredText, as its file's suffix says."""
    found = []
    for match in _BLOCKS[suffix].finditer(text):
        lines = match["text"].rstrip().split("\n")
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        found.append(Block(match["language"], text.count("\n", 0, match.start("text")) + 1, "\n".join(line[indent:] for line in lines)))
    return found


def commands(page: str, text: str) -> list[Command]:
    """Return the commands of a page in its order: those of its shell blocks, of its workflows, and those that stand within its sentences."""
    suffix = Path(page).suffix
    found = [
        Command(page, block.line + number, command, shown)
        for block in blocks(text, suffix)
        for number, command, shown in (_typed(block.text) if block.language in _SHELL else _run_by(block))
    ]
    # Blanked out, so that nothing in a block counts as prose, and lines keep their numbers.
    prose = _BLOCKS[suffix].sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)
    for match in _INLINE[suffix].finditer(prose):
        if _TYPED.match(match[1]):
            found.append(Command(page, prose.count("\n", 0, match.start()) + 1, match[1]))
    return sorted(found, key=lambda command: command.line)


def _typed(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the commands of a block and what they print. Where one has the prompt `$ `, lines without it are output, or go on with a command."""
    lines = text.split("\n")
    prompts = any(line.startswith("$ ") for line in lines)
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        number += 1
        if not line.strip() or line.startswith("#") or prompts and not line.startswith("$ "):
            continue
        command = line.removeprefix("$ ")
        while number < len(lines) and _goes_on(command):
            command += "\n" + lines[number]
            number += 1
        after = number
        while prompts and number < len(lines) and not lines[number].startswith("$ "):
            number += 1
        yield first, command, "\n".join(lines[after:number]).strip("\n")


def workflow(block: Block) -> dict[Any, Any] | None:
    """Return what a block of YAML says when it is a workflow of continuous integration, or else None."""
    if block.language != "yaml" or not re.search("^jobs:", block.text, re.MULTILINE):
        return None
    found: dict[Any, Any] = yaml.safe_load(block.text)
    return found


def _run_by(block: Block) -> Iterator[tuple[int, str, str]]:
    """Yield the commands of a workflow's steps. A step runs in the folder in which the one before it has run."""
    lines = [line.strip().removeprefix("- ").removeprefix("run: ") for line in block.text.split("\n")]
    for job in (workflow(block) or {"jobs": {}})["jobs"].values():
        for step in job["steps"]:
            for _number, command, shown in _typed(step.get("run", "")):
                yield lines.index(command.split("\n")[0].strip()), command, shown


def _goes_on(command: str) -> bool:
    if command.endswith("\\"):
        return True
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return True
    return False
