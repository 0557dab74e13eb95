# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counts of `docs/promises.md`, and what the long proofs print: `python -m tools.promises` puts the lines of the last `make soak` there."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator

from tools.project import CACHE, ROOT

PAGE = ROOT / "docs" / "promises.md"
PROOFS = ROOT / "tests" / "system" / "soak"
LOG = CACHE / "logs" / "soak.log"

_BLOCK = re.compile(r"(?<=```text\n).*?(?=```)", re.DOTALL)
_PASSED = re.compile(r"^proof passed: (?P<line>.+)$", re.MULTILINE)
_SEED = re.compile(r" \(seed \d+\)$")


def forms(source: str) -> Iterator[re.Pattern[str]]:
    """What the lines of the proofs in a file look like, each value of them being any text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "closes_with" and isinstance(node.args[0], ast.JoinedStr):
            yield re.compile("".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.args[0].values))


def all_forms() -> list[re.Pattern[str]]:
    """Those of all long proofs."""
    return [form for path in sorted(PROOFS.glob("test_*.py")) for form in forms(path.read_text(encoding="utf-8"))]


def counts(page: str) -> list[str]:
    """The lines that a page shows."""
    found = _BLOCK.search(page)
    return found.group().splitlines() if found else []


def without_seed(line: str) -> str:
    """What a proof has said, without the seed that is told beside it."""
    return _SEED.sub("", line)


def unlike(lines: Iterable[str], known: list[re.Pattern[str]]) -> list[str]:
    """The lines that no proof prints."""
    return [line for line in lines if not any(form.fullmatch(without_seed(line)) for form in known)]


def renewed(page: str, log: str, known: list[re.Pattern[str]]) -> str:
    """The page with the lines of a log in it. What a line of the same beginning said before is forgotten, and the others stay."""
    lines = {_name(line): line for line in counts(page)}
    lines |= {_name(found["line"]): found["line"] for found in _PASSED.finditer(log)}
    kept = [line for line in lines.values() if not unlike([line], known)]
    return _BLOCK.sub(lambda _old: "".join(f"{line}\n" for line in sorted(kept, key=_name)), page, count=1)


def _name(line: str) -> str:
    """What stays the same of a line whatever was counted."""
    return re.sub(r"\d[\d,]*", "", without_seed(line).partition(":")[0])


def main() -> int:
    """Renew the page. The exit code says whether there was a log."""
    if not LOG.exists():
        print("There is no log of `make soak`. Run that first.", file=sys.stderr)
        return 1
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(renewed(page, LOG.read_text(encoding="utf-8", errors="replace"), all_forms()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
