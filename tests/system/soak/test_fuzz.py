# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No answer of a server and no file leads to an exception outside of the collection's own family, to a hang, or to a result that breaks Ansible."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from controller import Controller
from file_parsers import PARSERS, problem_of
from mutations import changed_answer, changed_file
from proof import Proof
from recorded import CASES, Recording, fill, problem

ANSWERS = 25_000
FILES = 12_000


@pytest.fixture
def recording(emulator: Any, controller: Controller) -> Recording:
    """What the emulator answers to every module, with one of everything on it."""
    fill(emulator, controller)
    return Recording.of(emulator)


def test_answers(recording: Recording, proof: Proof) -> None:
    places = [(index, at) for index in range(len(CASES)) for at in sorted(recording.answers[index])]
    found = Counter[str]()
    for number in range(ANSWERS):
        index, at = places[number % len(places)]
        # One case can be tried alone: its chance comes from its number.
        chance = random.Random(f"{proof.seed} {number}")
        if said := problem(recording.replay(index, lambda answer, chance=chance: changed_answer(answer, chance), at)):
            found[f"{number} {CASES[index][0]}: {said}"] += 1
    proof.closes_with(f"{ANSWERS:,} mutated answers through {len({name for name, unused in CASES})} modules, {len(found)} ended outside of the family")
    assert not found, "\n".join(list(found)[:20])


def test_files(tmp_path_factory: pytest.TempPathFactory, proof: Proof) -> None:
    found = Counter[str]()
    folder = tmp_path_factory.mktemp("files")
    for number in range(FILES):
        parser = PARSERS[number % len(PARSERS)]
        chance = random.Random(f"{proof.seed} {number}")
        if said := problem_of(parser, changed_file(parser.sample, chance), folder):
            found[f"{number} {said}"] += 1
    proof.closes_with(f"{FILES:,} mutated files through {len(PARSERS)} parsers, {len(found)} ended outside of the family")
    assert not found, "\n".join(list(found)[:20])
