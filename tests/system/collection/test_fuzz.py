# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A few hundred answers and files that nobody expects. `make soak` has many more of them."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from controller import Controller
from mutations import changed_answer
from recorded import CASES, Recording, fill, problem


@pytest.fixture
def recording(emulator: Any, controller: Controller) -> Recording:
    fill(emulator, controller)
    return Recording.of(emulator)


def test_answers_of_any_shape_end_in_a_result_or_an_error_of_the_family(recording: Recording) -> None:
    chance, found = random.Random("quick"), Counter[str]()
    for index in range(len(CASES)):
        for at in sorted(recording.answers[index]):
            for unused in range(60):
                result = recording.replay(index, lambda answer: changed_answer(answer, chance), at)
                if said := problem(result):
                    found[f"{CASES[index][0]}: {said}"] += 1
    assert not found
