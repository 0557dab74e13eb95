# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thresholds: what counts, and what is said when a folder is below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.coverage_gate import by_folder, describe, read_report

REPORT = """\
<coverage><packages><package><classes>
<class filename="plugins/module_utils/a.py"><lines>
{lines}
</lines></class>
<class filename="plugins/modules/m.py"><lines><line number="1" hits="1"/></lines></class>
<class filename="tests/unit/test_a.py"><lines><line number="1" hits="0"/></lines></class>
</classes></package></packages></coverage>
"""


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path) -> Path:
    for name in ("module_utils/a.py", "modules/m.py", "doc_fragments/d.py"):
        path = tmp_path / "plugins" / name
        path.parent.mkdir(parents=True)
        path.write_text("x = 1\n", encoding="utf-8")
    return tmp_path


def report(hit: int, missed: int) -> str:
    hits = [1] * hit + [0] * missed
    return REPORT.format(lines="\n".join(f'<line number="{number}" hits="{value}"/>' for number, value in enumerate(hits, 1)))


def test_exactly_at_the_threshold_is_enough(root: Path) -> None:
    table, problems = describe(read_report(report(95, 5), root))
    assert problems == []
    assert "95.0 %  plugins/module_utils/a.py  (not run: 96-100)" in table


def test_below_the_threshold_is_a_problem(root: Path) -> None:
    _table, problems = describe(read_report(report(94, 6), root))
    assert problems == ["plugins/module_utils: 94.0 % of the lines ran in a test, at least 95 % are wanted"]


def test_a_file_that_no_test_imported_counts_with_all_its_statements(root: Path) -> None:
    (root / "plugins" / "modules" / "new.py").write_text('"""Text."""\nimport os\n\n\ndef f():\n    return os\n', encoding="utf-8")
    folders = by_folder(read_report(report(1, 0), root))
    assert (folders["plugins/modules"].covered, folders["plugins/modules"].valid) == (1, 4)


def test_only_code_below_plugins_counts(root: Path) -> None:
    assert set(by_folder(read_report(report(1, 0), root))) == {"plugins/module_utils", "plugins/modules"}


def test_a_folder_that_was_not_measured_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    _table, problems = describe(read_report("<coverage/>", tmp_path))
    assert len(problems) == 2
