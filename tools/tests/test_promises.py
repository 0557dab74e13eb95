# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of promises shows what the proofs print, and names tests that there are."""

from __future__ import annotations

import re

from tools.project import ROOT
from tools.promises import PAGE, all_forms, counts, forms, renewed, unlike

SOURCE = 'proof.closes_with(f"faults at every request: {count}")\nproof.closes_with(f"{number:,} wrong inputs, {len(found)} answered badly")\n'
TEXT = "# Counts\n\n```text\nfaults at every request: 7 faulted writes (seed 1)\nno proof says this (seed 1)\n```\n"


def test_each_line_of_the_page_is_one_that_a_proof_prints() -> None:
    lines = counts(PAGE.read_text(encoding="utf-8"))
    assert len(lines) >= 4 and unlike(lines, all_forms()) == []
    assert all(re.search(r" \(seed \d+\)$", line) for line in lines)


def test_every_test_that_the_page_names_is_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/.]+\.py)`", page)
    assert len(named) >= 10 and [path for path in named if not (ROOT / path).exists()] == []


def test_a_line_of_another_form_is_noticed() -> None:
    known = list(forms(SOURCE))
    assert unlike(["faults at every request: 12, 0 duplicates (seed 3)", "2,730 wrong inputs, 0 answered badly (seed 1)"], known) == []
    assert unlike(["faults at some requests: 12 (seed 1)", "wrong inputs (seed 1)"], known) == ["faults at some requests: 12 (seed 1)", "wrong inputs (seed 1)"]


def test_the_lines_of_a_log_take_the_place_of_those_before() -> None:
    log = "...\nproof passed: faults at every request: 9 faulted writes (seed 2)\nproof failed: 1 wrong inputs, 1 answered badly (seed 2)\n"
    log += "proof passed: 2,730 wrong inputs, 0 answered badly (seed 2)\n"
    page = renewed(TEXT, log, list(forms(SOURCE)))
    assert counts(page) == ["2,730 wrong inputs, 0 answered badly (seed 2)", "faults at every request: 9 faulted writes (seed 2)"]
    assert renewed(page, "", list(forms(SOURCE))) == page
