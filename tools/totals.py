# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many tests passed and failed, read from what the test runners themselves print."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")
_PYTEST_LINE = re.compile(r"^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in \d[\d.]*s(?: \([\d:]+\))?(?: =+)?$", re.MULTILINE)
_PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")
_PROOF = re.compile(r"^proof (?:passed|failed): (.+)$", re.MULTILINE)
_SANITY_START = re.compile(r'^Running sanity test "', re.MULTILINE)
_SANITY_PROBLEM = re.compile(r"^(?:ERROR: Found|FATAL: Command)", re.MULTILINE)
_SANITY_FAILED = re.compile(r"^(?:FATAL|ERROR): The (\d+) sanity test\(s\) listed below \(out of \d+\) failed\..*$", re.MULTILINE)
_TARGET_START = re.compile(r"^Running (\S+) integration test (?:role|script)", re.MULTILINE)
_RECAP_FAILURE = re.compile(r"\b(?:unreachable|failed)=[1-9]")
_SCENARIO = re.compile(r"^(\S+)\s+: actions=\d+\s+successful=\d+ .*\bfailed=(\d+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Totals:
    """The outcome of one part of the tests, with the lines which its runners closed with."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    closing: tuple[str, ...] = ()

    def __add__(self, other: Totals) -> Totals:
        return Totals(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped, self.closing + other.closing)

    def with_exit_code(self, code: int, title: str) -> Totals:
        """Count one failure more when the program failed although its output names none, or when it ran no test at all."""
        if self.failed:
            return self
        if code:
            return self + Totals(failed=1, closing=(f"{title}: exit code {code}",))
        if not self.passed:
            return self + Totals(failed=1, closing=(f"{title}: no test was run",))
        return self


def plain(text: str) -> str:
    """Return `text` without terminal colours and links."""
    return _ESCAPES.sub("", text)


def read_pytest(output: str) -> Totals:
    """Add up pytest's closing lines, and keep those of the proofs; errors count as failures, expected failures as passed."""
    passed = failed = skipped = 0
    lines = [match[1] for match in _PROOF.finditer(plain(output))]
    for match in _PYTEST_LINE.finditer(plain(output)):
        lines.append(match.group(0))
        for number, word in _PYTEST_COUNT.findall(match.group(1)):
            if word in ("passed", "xfailed"):
                passed += int(number)
            elif word == "skipped":
                skipped += int(number)
            else:
                failed += int(number)
    return Totals(passed, failed, skipped, tuple(lines))


def read_sanity(output: str) -> Totals:
    """Count ansible-test's sanity tests, each of which looks at the whole collection."""
    text = plain(output)
    sections = _SANITY_START.split(text)[1:]
    match = _SANITY_FAILED.search(text)
    if match:
        failed = int(match.group(1))
        return Totals(len(sections) - failed, failed, closing=(match.group(0),))
    # A sanity test that cannot do its work ends the run before the list of those that failed.
    failed = sum(1 for section in sections if _SANITY_PROBLEM.search(section))
    return Totals(len(sections) - failed, failed, closing=(f"ansible-test sanity: {len(sections)} tests ran, {failed} failed",))


def read_integration(output: str) -> Totals:
    """Count ansible-test's integration targets; it stops at the first one that fails."""
    text = plain(output)
    started = len(_TARGET_START.findall(text))
    recaps = [line for line in text.splitlines() if line.startswith("testhost ") and "failed=" in line]
    failed = 1 if any(_RECAP_FAILURE.search(line) for line in recaps) else 0
    return Totals(started - failed, failed, closing=(f"ansible-test integration: {started} targets ran", *recaps[-1:]))


def read_molecule(output: str) -> Totals:
    """Count molecule's scenarios by its recap, in which one may stand twice: it prepares and cleans up for the others."""
    scenarios: dict[str, bool] = {}
    lines = []
    for match in _SCENARIO.finditer(plain(output)):
        lines.append(match.group(0).strip())
        scenarios[match[1]] = scenarios.get(match[1], True) and match[2] == "0"
    failed = sum(1 for passed in scenarios.values() if not passed)
    return Totals(len(scenarios) - failed, failed, closing=tuple(lines))
