# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a benchmark hands back: rows of measured runs, and the goals that some of them have to reach."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """A number that has to be reached.

    :param part: the part of the benchmark that measures it, as in ``make bench ONLY=part``.
    :param text: what the number is, to be read after it, such as ``times the static file`` or ``of peak memory``.
    :param limit: the number that just reaches it.
    :param unit: ``s``, ``MB``, or empty for a ratio.
    :param at_least: whether more is better. Otherwise less is.
    """

    part: str
    text: str
    limit: float
    unit: str = ""
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether a measured number reaches the goal. Nothing takes less than an empty play: such a number is the noise of a busy machine."""
        return value > 0 and (value >= self.limit if self.at_least else value <= self.limit)


@dataclass(frozen=True)
class Row:
    """One thing that was measured.

    :param part: the part of the benchmark it belongs to.
    :param name: what was done, in a few words, such as ``loop over e2e_faas_function``.
    :param seconds: of each run, for all items together. Without any, `note` says why nothing was measured.
    :param items: how many items were worked on in one run.
    :param peak_mb: the most memory of any run in MB (10^6 bytes), where it counts.
    :param note: what else there is to say, such as the size of a payload.
    :param peer: whether it is something else than this collection, measured beside it.
    :param reached: the number for each goal (a key of ``goals.GOALS``) that this row has to reach.
    """

    part: str
    name: str
    seconds: Sequence[float] = ()
    items: int = 1
    peak_mb: float | None = None
    note: str = ""
    peer: bool = False
    reached: Mapping[str, float] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Seconds of the middle run."""
        return statistics.median(self.seconds)

    @property
    def per_item(self) -> float:
        """Seconds of one item in the middle run."""
        return self.median / self.items


def above(seconds: Sequence[float], empty: Sequence[float]) -> tuple[float, ...]:
    """What each run took above the middle one of the empty plays beside it.

    :param seconds: of the runs.
    :param empty: of the empty plays, of the same Ansible and configuration.
    """
    floor = statistics.median(empty)
    return tuple(second - floor for second in seconds)
