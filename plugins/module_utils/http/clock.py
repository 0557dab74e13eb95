# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time and chance, and the pauses between tries. Tests replace the clock, so that a failure can be played again."""

from __future__ import annotations

import random
import time
import typing as t
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clock:
    """Time and chance, so that tests can replace both. All values are seconds; ``random`` is in [0, 1).

    ``progress`` is told in a sentence what is waited for, each time that this has changed. ``None`` when nobody listens.
    """

    now: t.Callable[[], float] = field(default=time.monotonic)
    sleep: t.Callable[[float], None] = field(default=time.sleep)
    random: t.Callable[[], float] = field(default=random.random)
    progress: t.Callable[[str], None] | None = None


def backoff(attempt: int, *, base: float, cap: float, chance: float, factor: float = 2.0) -> float:
    """Seconds to pause before retry number ``attempt`` (from 0): exponential, capped, with jitter.

    Half of the pause is fixed and half is drawn, so that many clients spread out and none hammers.
    """
    ceiling = min(cap, base * factor**attempt)
    return ceiling / 2 + chance * ceiling / 2
