# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode tells the truth: random pairs of worlds and wanted states, through the engine alone and through an emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from check_mode import ACCOUNT, FUNCTIONS, Count, Kind, Walks, gateway
from engine_model import worlds
from proof import Proof

WALKS = 14
SERVERS: dict[str, dict[str, Kind]] = {
    "account": ACCOUNT,
    "functions": FUNCTIONS,
    "gateway": {**gateway("faasd"), **gateway("kubernetes")},
}


def test_in_the_engine(proof: Proof) -> None:
    count = Count()
    worlds(10_500, proof.seed, count)
    proof.closes_with(f"check mode in the engine: {count}")
    assert count.pairs >= 10_000


@pytest.mark.parametrize("server", SERVERS)
def test_on_an_emulator(proof: Proof, server: str, emulator_factory: Callable[..., Any]) -> None:
    count = Count()
    try:
        for name, kind in SERVERS[server].items():
            Walks(kind, emulator_factory(build_seconds=0, **kind.server), count).take(WALKS, f"{proof.seed} {name}")
    finally:
        proof.closes_with(f"check mode on an emulator, {server}: {count} in {len(SERVERS[server])} kinds")
    assert count.pairs >= 25 * len(SERVERS[server])
