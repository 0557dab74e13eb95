# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode tells the truth, on a few walks of every kind of resource; `make soak` goes on many."""

from __future__ import annotations

from typing import Any

import pytest
from check_mode import KINDS, Count, Walks


@pytest.mark.parametrize("name", KINDS)
def test_check_mode_tells_what_the_run_does(emulator_factory: Any, name: str) -> None:
    count = Count()
    Walks(KINDS[name], emulator_factory(build_seconds=0, **KINDS[name].server), count).take(5, "quick")
    assert count.pairs >= 10
