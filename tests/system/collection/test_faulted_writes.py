# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A create never bills twice and is never lost, on a few faults of every write; `make soak` meets thousands."""

from __future__ import annotations

import random
from typing import Any

import pytest
from faulted_writes import STORIES, Count, Faulted, summary

FEW = 4


@pytest.mark.parametrize("name", STORIES)
def test_a_fault_at_a_write_makes_nothing_twice_and_hides_nothing(emulator_factory: Any, name: str) -> None:
    story = STORIES[name]
    count = Count()
    faulted = Faulted(story, emulator_factory(build_seconds=0, **story.server), count)
    writes = [(place, fault) for place, fault in faulted.cases() if not faulted.requests[place].startswith("GET") and not fault.startswith("hang")]
    for place, fault in random.Random(f"quick {name}").sample(writes, 1 if story.is_slow else FEW):
        faulted.take(place, fault)
    assert not count.faults, summary(count.faults)
