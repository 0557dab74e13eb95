# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are killed at a write, and two runs that meet at one: a few of what `make soak` tries at every request."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from faulted_writes import Count, summary
from killed_writes import KILLED, Killed

BUILD_SECONDS = 0.02


def begin(emulator_factory: Any, name: str) -> tuple[Killed, list[int]]:
    """A story, and the places of its writes."""
    story = KILLED[name]
    killed = Killed(story, emulator_factory(build_seconds=BUILD_SECONDS, **story.server), Count())
    return killed, [place for place in range(len(killed.requests)) if killed.is_write(place)]


@pytest.mark.parametrize("name", ["e2e_node, another plan", "e2e_node, replace with neighbours that are not"])
def test_a_killed_run_leaves_nothing_that_the_next_one_does_not_put_right_or_name(emulator_factory: Any, name: str) -> None:
    killed, writes = begin(emulator_factory, name)
    for place in writes:
        killed.kill(place, signal.SIGKILL)
    assert not killed.count.faults, summary(killed.count.faults)
    assert killed.count.failures


@pytest.mark.parametrize("name", ["e2e_node, create", "e2e_volume, create", "e2e_vpc, create", "e2e_reserved_ip, create unasked"])
def test_two_runs_at_once_make_one_or_say_that_there_are_two(emulator_factory: Any, name: str) -> None:
    killed, (write, *_more) = begin(emulator_factory, name)
    # Both have looked, and nothing was there.
    killed.meet(write - 1)
    assert not killed.count.faults, summary(killed.count.faults)
    assert killed.count.failures == 1
