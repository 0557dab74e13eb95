# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts about the APIs that comments cite as `reference B.2`, and the pages in `docs/api` that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGES = Path("docs") / "api"
CITING = ("plugins", "roles", "playbooks", "extensions", "tests", "tools", "docs", "README.md")

_LABEL = r"[A-Z](?:\.\d+){0,2}\b"
# A page is the heading `# B: Functions`; a fact is a heading `## B.2 Runtime object`, or a list entry or table row that begins with **B.2**.
_DEFINED = re.compile(
    r"^(?:#+ (?P<page>[A-Z]): |#+ (?P<heading>[A-Z](?:\.\d+){1,2}) |(?:[-*] |\d+\. |\| )\*\*(?P<entry>[A-Z](?:\.\d+){1,2})\*\*)",
    re.MULTILINE,
)
# Comments break lines inside of a citation.
_GAP = r"(?:\s+(?:#:? *|\* +|// *)?)"
_CITED = re.compile(rf"\b[Rr]eferences?{_GAP}(?P<labels>{_LABEL}(?:(?:,{_GAP}?|{_GAP})?(?:(?:and|or|to){_GAP})?{_LABEL})*)")
_RANGE = re.compile(rf"(?P<first>{_LABEL}){_GAP}to{_GAP}(?P<last>{_LABEL})")
_BARE = re.compile(r"(?<![\w.])[A-Z](?:\.\d+){1,2}\b(?!\.\d)")
# Ways to name pages that the repository does not hold, or that hold only where their author works.
_FOREIGN = re.compile(
    r"gateway" + _GAP + r"reference|\b[Rr]eference,?" + _GAP + r"(?:OpenFaaS|FaaS|sections?\b|\d)|\(sections? \d|\bof sections? \d"
    r"|\bopenfaas-api\b|\bfaas-platform\b|\be2e-api(?:-more)?\.md\b"
)


@dataclass(frozen=True, order=True)
class Problem:
    """Something that a comment says and a reader cannot look up."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def defined(pages: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """Return where each label is defined, and those that are defined twice. `pages` are texts by the names of their files."""
    found: dict[str, str] = {}
    problems = []
    for file, text in sorted(pages.items()):
        for match in _DEFINED.finditer(text):
            label = match["page"] or match["heading"] or match["entry"]
            if label in found:
                problems.append(Problem(file, _line(text, match.start()), f"{label} is defined a second time, after {found[label]}"))
            found.setdefault(label, f"{file}:{_line(text, match.start())}")
    return found, problems


def cited(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the label of each citation; `B.2 to B.4` is three of them."""
    for match in _CITED.finditer(text):
        start = match.start("labels")
        for label in re.finditer(_LABEL, match["labels"]):
            yield _line(text, start + label.start()), label[0]
        for span in _RANGE.finditer(match["labels"]):
            for between in _between(span["first"], span["last"]):
                yield _line(text, start + span.start()), between


def check(pages: Mapping[str, str], files: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the pages and with the citations of `files`, sorted. Both are texts by the names of their files."""
    labels, problems = defined(pages)
    for file, text in files.items():
        problems += [Problem(file, line, f"reference {label} is not defined in {PAGES}") for line, label in cited(text) if label not in labels]
        problems += [Problem(file, _line(text, match.start()), f'"{match[0]}" names a page that is not here; cite a label of {PAGES}')
                     for match in _FOREIGN.finditer(text)]
    # The pages refer to each other by the label alone.
    for file, text in pages.items():
        problems += [Problem(file, _line(text, match.start()), f"{match[0]} is not defined in {PAGES}")
                     for match in _BARE.finditer(text) if match[0] not in labels]
    return sorted(set(problems))


def read(root: Path, paths: Sequence[Path]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts of the pages and of all files that may cite them, of `paths` below `root`. What is no text is left out."""
    pages, files = {}, {}
    for path in paths:
        if path.parts[0] not in CITING:
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        files[path.as_posix()] = text
        if path.parent == PAGES:
            pages[path.as_posix()] = text
    return pages, files


def _between(first: str, last: str) -> list[str]:
    head, _dot, begin = first.rpartition(".")
    tail, _dot, end = last.rpartition(".")
    if not head or head != tail:
        return []
    return [f"{head}.{number}" for number in range(int(begin) + 1, int(end))]


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
