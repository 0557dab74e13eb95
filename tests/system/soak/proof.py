# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a long proof has: a seed, and a line in which it says what it tried and found."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

SEED = int(os.environ.get("SOAK_SEED", "1"))
LINE = "soak"


class Proof:
    """One proof: where its cases come from and what it closes with."""

    def __init__(self, name: str, record: Callable[[str, object], None]) -> None:
        #: The same for the same seed and test, whatever else runs before or beside it.
        self.seed = f"{SEED} {name}"
        self.random = random.Random(self.seed)
        self._record = record

    def closes_with(self, line: str) -> None:
        """The line of `make soak`: what was tried, how often, and what was found. Say it before the asserts, so that a failure has it too."""
        self._record(LINE, line)
