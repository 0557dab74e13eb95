# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed at a request, or meets another run there: nothing is made twice, and the next plain run puts right what is left or says what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faulted_writes import Count, shared, summary
from killed_writes import KILLED, SIGNALS, Killed
from proof import Proof

# So long does what the platform begins go on, so that runs meet it half-way.
BUILD_SECONDS = 0.02


def test_every_write_survives_a_kill_at_every_request(proof: Proof, emulator_factory: Callable[..., Any]) -> None:
    count, requests, server = Count(), 0, shared(emulator_factory, build_seconds=BUILD_SECONDS)
    try:
        for story in KILLED.values():
            killed = Killed(story, server(story), count)
            for place in killed.places(reads=True):
                requests += 1
                # What was sent is what counts; after a look, one of the two is enough.
                for sign in SIGNALS if killed.is_write(place) else [proof.random.choice(SIGNALS)]:
                    killed.kill(place, sign)
    finally:
        proof.closes_with(f"kills at {requests} requests of {len(KILLED)} writes: {count}")
    assert not count.faults, summary(count.faults)


def test_every_write_survives_another_run_of_the_same(proof: Proof, emulator_factory: Callable[..., Any]) -> None:
    count, server = Count(), shared(emulator_factory, build_seconds=BUILD_SECONDS)
    try:
        for story in KILLED.values():
            killed = Killed(story, server(story), count)
            for place in killed.places(reads=False):
                killed.meet(place)
    finally:
        proof.closes_with(f"two runs at once that meet at a request: {count}")
    assert not count.faults, summary(count.faults)
