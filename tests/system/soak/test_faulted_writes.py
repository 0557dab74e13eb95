# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A create never bills twice and is never lost: faults before and after the effect at every request of every write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faulted_writes import STORIES, Count, Faulted, shared, summary
from proof import Proof

CREATES = 2_016
# Of each story that is no create, drawn from all of its requests and all faults.
OTHERS = 16
# Of those whose runs take seconds.
SLOW = 8


def test_every_write_survives_a_fault_at_every_request(proof: Proof, emulator_factory: Callable[..., Any]) -> None:
    count, server = Count(), shared(emulator_factory, build_seconds=0)
    creating = sum(story.write == "create" and not story.is_slow for story in STORIES.values())
    try:
        for story in STORIES.values():
            faulted = Faulted(story, server(story), count)
            wanted = SLOW if story.is_slow else -(-CREATES // creating) if story.write == "create" else OTHERS
            cases = faulted.cases()
            # The whole product where it is small, and again for creates, in which a mistake costs most.
            rounds = [case for _round in range(wanted // len(cases)) for case in cases]
            for place, fault in rounds + proof.random.sample(cases, wanted % len(cases)):
                faulted.take(place, fault)
    finally:
        proof.closes_with(f"faults at every request: {count}")
    assert not count.faults, summary(count.faults)
    assert count.creates >= 2_000
