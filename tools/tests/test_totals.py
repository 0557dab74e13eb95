# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runners' closing lines, as the real programs print them."""

from __future__ import annotations

import pytest

from tools.totals import Totals, read_integration, read_molecule, read_pytest, read_sanity

SANITY_BAD = """\
Running sanity test "pep8"
ERROR: Found 2 pep8 issue(s) which need to be resolved:
Running sanity test "yamllint"
FATAL: The 1 sanity test(s) listed below (out of 24) failed. See error output above for details.
pep8
"""

TARGETS = """\
Running first integration test role
testhost                   : ok=3    changed=0    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0
Running second integration test role
testhost                   : ok=1    changed=0    unreachable=0    failed={failed}    skipped=0    rescued=0    ignored=0
"""

SCENARIOS = """\
SCENARIO RECAP
default                   : actions=1  successful=1  disabled=0  skipped=0  missing=0  failed=0
deploy                    : actions=6  successful=6  disabled=0  skipped=0  missing=0  failed=0
rollback                  : actions=4  successful=2  disabled=0  skipped=0  missing=1  failed=1
default                   : actions=1  successful=1  disabled=0  skipped=0  missing=0  failed=0
"""


@pytest.mark.parametrize(("line", "expected"), [
    ("============================== 1 passed in 1.00s ===============================", (1, 0, 0)),
    ("12 passed, 3 skipped in 75.31s (0:01:15)", (12, 0, 3)),
    ("== 1 failed, 2 passed, 1 error, 1 xfailed, 4 warnings in 0.5s ==", (3, 2, 0)),
    ("no tests ran in 0.01s", (0, 0, 0)),
])
def test_pytest_closing_line(line: str, expected: tuple[int, int, int]) -> None:
    totals = read_pytest(f"collected\n{line}\n")
    assert (totals.passed, totals.failed, totals.skipped) == expected


def test_pytest_lines_of_several_runs_are_added() -> None:
    totals = read_pytest("= \x1b[32m2 passed\x1b[0m in 1.0s =\nnext\n= 3 passed in 1.0s =\n")
    assert totals.passed == 5
    assert len(totals.closing) == 2


def test_sanity_counts_the_failed_ones() -> None:
    totals = read_sanity(SANITY_BAD)
    assert (totals.passed, totals.failed) == (1, 1)


def test_sanity_that_was_cut_short() -> None:
    output = SANITY_BAD.splitlines()[:3] + ['FATAL: Command "yamllint" returned exit status 1.']
    totals = read_sanity("\n".join(output))
    assert (totals.passed, totals.failed) == (0, 2)


def test_sanity_counts_the_started_ones() -> None:
    assert read_sanity('Running sanity test "a"\nRunning sanity test "b"\n').passed == 2


@pytest.mark.parametrize(("failed", "expected"), [(0, (2, 0)), (1, (1, 1))])
def test_integration_targets(failed: int, expected: tuple[int, int]) -> None:
    totals = read_integration(TARGETS.format(failed=failed))
    assert (totals.passed, totals.failed) == expected


def test_molecule_counts_each_scenario_once() -> None:
    totals = read_molecule(SCENARIOS)
    assert (totals.passed, totals.failed) == (2, 1)


def test_a_program_that_failed_silently_counts_as_one_failure() -> None:
    assert Totals(passed=3).with_exit_code(1, "x").failed == 1
    assert Totals(passed=3, failed=2).with_exit_code(1, "x").failed == 2
    assert Totals(passed=3).with_exit_code(0, "x") == Totals(passed=3)


def test_a_run_without_any_test_is_a_failure() -> None:
    assert Totals().with_exit_code(0, "x").failed == 1


def test_the_lines_of_the_proofs_are_kept() -> None:
    output = "F.\nproof passed: 12 creates, 0 duplicates (seed 1)\nproof failed: 3 secrets, 1 find (seed 1)\n1 failed, 1 passed in 0.10s\n"
    totals = read_pytest(output)
    assert totals.closing == ("12 creates, 0 duplicates (seed 1)", "3 secrets, 1 find (seed 1)", "1 failed, 1 passed in 0.10s")
    assert (totals.passed, totals.failed) == (1, 1)
