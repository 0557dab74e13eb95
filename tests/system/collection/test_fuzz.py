# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers and files that nobody expects, a few of each kind. `make soak` has many more of them."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from controller import Controller
from file_parsers import PARSERS, Parser, problem_of
from mutations import changed_answer, changed_file
from recorded import CASES, Recording, fill, problem


@pytest.fixture
def recording(emulator: Any, controller: Controller) -> Recording:
    fill(emulator, controller)
    return Recording.of(emulator)


def test_answers_of_any_shape_end_in_a_result_or_an_error_of_the_family(recording: Recording) -> None:
    chance, found = random.Random("quick"), Counter[str]()
    for index, (module, unused_options) in enumerate(CASES):
        for at in sorted(recording.answers[index]):
            for unused in range(5):
                result = recording.replay(index, lambda answer: changed_answer(answer, chance), at)
                if said := problem(result):
                    found[f"{module}: {said}"] += 1
    assert not found, "\n".join(found)


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_files_of_any_content_are_read_or_refused_in_one_line(parser: Parser, tmp_path: Path) -> None:
    chance = random.Random("quick")
    assert not problem_of(parser, parser.sample, tmp_path)
    parser.read(parser.sample, tmp_path)
    found = {said for unused in range(100) if (said := problem_of(parser, changed_file(parser.sample, chance), tmp_path))}
    assert not found
