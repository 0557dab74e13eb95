# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bounded log of one function: build messages and the lines its worker wrote."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from ..clock import Clock, stamp

Stream = Literal["build", "system", "stdout", "stderr"]
LONGEST_LINE = 8192


@dataclass(frozen=True)
class LogLine:
    """One line; ``seq`` grows by one for each line ever written and never repeats within a function."""

    seq: int
    time: str
    stream: Stream
    message: str


class LogBuffer:
    """Keeps the newest ``limit`` lines."""

    def __init__(self, clock: Clock, limit: int = 2000) -> None:
        self._clock = clock
        self._lines: deque[LogLine] = deque(maxlen=limit)
        self._next = 1

    def write(self, stream: Stream, text: str) -> None:
        """Append ``text``, one entry for each of its lines; over-long lines are cut."""
        for line in text.splitlines() or [""]:
            self._lines.append(LogLine(self._next, stamp(self._clock.now()), stream, line[:LONGEST_LINE]))
            self._next += 1

    def read(self, after: int = 0, limit: int | None = None) -> list[LogLine]:
        """The kept lines whose ``seq`` is greater than ``after``, oldest first, at most ``limit``."""
        found = [line for line in self._lines if line.seq > after]
        return found if limit is None else found[:limit]
