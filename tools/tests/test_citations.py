# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that a comment cites is in `docs/api`, and the check of it can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.citations import Problem, check, cited, defined, read
from tools.project import ROOT
from tools.workspace import list_files

PAGE = """\
# B: Functions

## B.1 Calls

| **B.2** | a row |

- **B.3** an entry, see B.1

## B.10 Another

### B.10.1 A part of it
"""
PAGES = {"docs/api/functions.md": PAGE}


def test_everything_that_is_cited_is_there() -> None:
    # The citations of this file are wrong on purpose.
    here = Path(__file__).resolve().relative_to(ROOT)
    pages, files = read(ROOT, [path for path in list_files(ROOT) if path != here])
    assert [str(problem) for problem in check(pages, files)] == []
    # A pattern that finds nothing would pass everything.
    labels = {label for text in files.values() for _line, label in cited(text)}
    assert len(defined(pages)[0]) > 100 and {"A.3", "B.2", "C.5", "D.2", "E"} <= labels


def test_the_forms_of_a_definition() -> None:
    labels, problems = defined(PAGES)
    assert list(labels) == ["B", "B.1", "B.2", "B.3", "B.10", "B.10.1"] and labels["B.2"] == "docs/api/functions.md:5"
    assert problems == []


@pytest.mark.parametrize(("text", "labels"), [
    ("as it is (reference B.1).", ["B.1"]),
    ("Reference B, call 6, and reference B.10.1", ["B", "B.10.1"]),
    ("(reference B.1, B.2; see there)", ["B.1", "B.2"]),
    ("reference B.1 and B.2", ["B.1", "B.2"]),
    ("reference B.1, call 7", ["B.1"]),
    ("reference B.1, E", ["B.1", "E"]),
    ("reference B.1 to B.4, E", ["B.1", "B.4", "E", "B.2", "B.3"]),
    ("# (reference B.1,\n# B.2)", ["B.1", "B.2"]),
    ("#: see reference\n    #: B.1", ["B.1"]),
    ("ReferenceError, a reference of B.1, references: None, reference = B", []),
])
def test_the_forms_of_a_citation(text: str, labels: list[str]) -> None:
    assert [label for _line, label in cited(text)] == labels


@pytest.mark.parametrize("label", ["B.4", "Z", "B.10.2", "B.100", "B.1, B.4", "B.1 and B.4", "B.3 to B.5"])
def test_a_label_that_is_nowhere(label: str) -> None:
    problems = check(PAGES, {"plugins/x.py": f'"""One.\n\nTwo (reference {label})."""\n'})
    assert problems and {(problem.file, problem.line) for problem in problems} == {("plugins/x.py", 3)}
    assert str(problems[0]).endswith("is not defined in docs/api")


def test_a_label_that_is_there_twice() -> None:
    pages = {**PAGES, "docs/api/more.md": "# C: More\n\n- **B.2** again\n"}
    assert check(pages, {}) == [Problem("docs/api/more.md", 3, "B.2 is defined a second time, after docs/api/functions.md:5")]


def test_a_page_that_points_nowhere() -> None:
    assert check({"docs/api/x.md": "# B: Functions\n\nSee B.7, and C3.8GB of B.\n"}, {}) == [
        Problem("docs/api/x.md", 3, "B.7 is not defined in docs/api")
    ]


@pytest.mark.parametrize("text", [
    "(gateway reference, section 2)", "(reference, OpenFaaS section 2)", "reference OpenFaaS sections 2 to 6", "reference section B.1", "(gateway reference 2)",
    "as it comes back (section 2)", "The calls of section 1", "the sections of openfaas-api", "faas-platform", "e2e-api.md", "e2e-api-more.md",
])
def test_a_page_that_is_not_here(text: str) -> None:
    problems = check(PAGES, {"tests/x.py": f"#\n# {text}\n"})
    assert problems and {problem.line for problem in problems} == {2}


def test_what_cites_nothing() -> None:
    assert check(PAGES, {"plugins/x.py": "references: References  # RFC 9110, section 15.5.1; e2e-api-key\n"}) == []


def test_only_texts_of_the_project_are_read(tmp_path: Path) -> None:
    for name, content in {"plugins/x.py": b"x", "docs/api/a.md": b"a", "docs/b.rst": b"b", "tests/x.zip": b"\xff\xfe", "LICENSE": b"l"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    pages, files = read(tmp_path, [path.relative_to(tmp_path) for path in sorted(tmp_path.rglob("*")) if path.is_file()])
    assert pages == {"docs/api/a.md": "a"}
    assert files == {"docs/api/a.md": "a", "docs/b.rst": "b", "plugins/x.py": "x"}
