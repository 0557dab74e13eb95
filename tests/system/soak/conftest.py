# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The long proofs of `make soak`: each draws its cases from one seed, counts them, and says in one line what it has found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from controller import ROOT, Controller
from proof import LINE, SEED, Proof


@pytest.fixture
def proof(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Proof:
    return Proof(request.node.name, record_property)


@pytest.fixture
def controller(emulator: Any, tmp_path: Path) -> Controller:
    """A controller with the account and the gateway of the shared emulator. `make soak` runs in a copy that is laid out as a collection."""
    return Controller(ROOT.parents[2], tmp_path, {**emulator.env, **emulator.gateway_env})


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, line in report.user_properties:
                if name == LINE and report.when == "call":
                    terminalreporter.write_line(f"proof {outcome}: {line} (seed {SEED})")
