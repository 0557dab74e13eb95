# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for something that another process does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Far more than any of it takes: it ends a test that would otherwise wait for ever.
LONGEST_WAIT_SECONDS = 60
PAUSE_SECONDS = 0.1


def until(probe: Callable[[], T], done: Callable[[T], bool]) -> T:
    """Call ``probe`` until ``done`` accepts what it gives, and give that."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        seen = probe()
        if done(seen):
            return seen
        assert time.monotonic() < deadline, f"still {seen}"
        time.sleep(PAUSE_SECONDS)
