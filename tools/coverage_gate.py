# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Line coverage of `plugins/` by folder, from ansible-test's report, held against the project's thresholds."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

THRESHOLDS: Mapping[str, float] = {"plugins/module_utils": 95.0, "plugins/modules": 90.0}

# Documentation fragments are text for ansible-doc: there is nothing in them to run.
_NO_CODE = ("plugins/doc_fragments",)


@dataclass
class Lines:
    """The lines with code of one file or folder, and those of them that ran."""

    valid: int = 0
    covered: int = 0
    missed: list[int] = field(default_factory=list)

    @property
    def percent(self) -> float:
        return 100.0 * self.covered / self.valid if self.valid else 100.0


def read_report(xml: str, root: Path) -> dict[str, Lines]:
    """Return the lines of each Python file below `root/plugins`, by its relative path.

    A file that the report does not name was never imported by any test: all of its statements count as missed.
    """
    files: dict[str, Lines] = {}
    for element in ElementTree.fromstring(xml).iter("class"):
        lines = files.setdefault(element.get("filename", ""), Lines())
        for line in element.iter("line"):
            lines.valid += 1
            if int(line.get("hits", "0")):
                lines.covered += 1
            else:
                lines.missed.append(int(line.get("number", "0")))
    result = {}
    for path in sorted((root / "plugins").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(_NO_CODE):
            result[name] = files.get(name) or _never_run(path)
    return result


def _never_run(path: Path) -> Lines:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    numbers = sorted({node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt) and not _is_docstring(node)})
    return Lines(len(numbers), 0, numbers)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def by_folder(files: Mapping[str, Lines]) -> dict[str, Lines]:
    """Add the files up by the folder below `plugins/`."""
    folders: dict[str, Lines] = {}
    for name, lines in files.items():
        total = folders.setdefault("/".join(name.split("/")[:2]), Lines())
        total.valid += lines.valid
        total.covered += lines.covered
    return folders


def describe(files: Mapping[str, Lines]) -> tuple[str, list[str]]:
    """Return a readable table and one sentence for each folder that is below its threshold or missing."""
    table = []
    for name, lines in files.items():
        if lines.missed:
            table.append(f"  {lines.percent:6.1f} %  {name}  (not run: {_ranges(lines.missed)})")
    folders = by_folder(files)
    for name, lines in folders.items():
        wanted = f", at least {THRESHOLDS[name]:.0f} % wanted" if name in THRESHOLDS else ""
        table.append(f"  {lines.percent:6.1f} %  {name}/  {lines.covered} of {lines.valid} lines{wanted}")
    covered = sum(lines.covered for lines in folders.values())
    valid = sum(lines.valid for lines in folders.values())
    table.append(f"  {Lines(valid, covered).percent:6.1f} %  plugins/  {covered} of {valid} lines")
    problems = []
    for name, minimum in THRESHOLDS.items():
        folder = folders.get(name)
        if folder is None:
            problems.append(f"{name}: no coverage was measured")
        elif folder.percent < minimum:
            problems.append(f"{name}: {folder.percent:.1f} % of the lines ran in a test, at least {minimum:.0f} % are wanted")
    return "\n".join(table), problems


def _ranges(numbers: list[int]) -> str:
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in parts]
    return ", ".join(texts[:12]) + (f" and {len(texts) - 12} more" if len(texts) > 12 else "")
