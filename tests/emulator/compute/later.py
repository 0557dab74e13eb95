# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request sets going and time completes. Steps are data, looked at when a request comes in: no tasks, no timers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from ..clock import Clock
from ..faults import Fault
from ..state import BadState

Complete = Callable[[int, dict[str, Any], bool], None]


@dataclass
class Step:
    """``due`` is a POSIX time, None while a fault holds the step; ``failed`` tells how it ends."""

    due: float | None
    name: str
    target: int
    value: dict[str, Any] = field(default_factory=dict)
    failed: bool = False


class Later:
    """The steps under way, and the functions that complete them (target id, value, failed)."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self.seconds = seconds
        self._steps: list[Step] = []
        self._complete: dict[str, Complete] = {}

    def on(self, name: str, complete: Complete) -> None:
        self._complete[name] = complete

    def begin(self, name: str, target: int, fault: Fault | None, value: dict[str, Any] | None = None, share: float = 1.0) -> None:
        """Complete step ``name`` after ``share`` of the time things take; a fault lets it fail or never end."""
        action = fault.action if fault else ""
        due = None if action == "stuck_status" else self._now() + self.seconds * share
        self._steps.append(Step(due, name, target, value or {}, action == "build_fails"))

    def run_due(self) -> None:
        """Complete everything whose time has come, in the order of the times."""
        now = self._now()
        due = [step for step in self._steps if step.due is not None and step.due <= now]
        if not due:
            return
        self._steps = [step for step in self._steps if step.due is None or step.due > now]
        for step in sorted(due, key=lambda step: step.due or 0):
            self._complete[step.name](step.target, step.value, step.failed)

    def under_way(self, name: str, target: int) -> bool:
        return any((step.name, step.target) == (name, target) for step in self._steps)

    def release(self) -> None:
        """Let go of the steps that faults hold."""
        for step in self._steps:
            step.due = self._now() if step.due is None else step.due

    def clear(self) -> None:
        self._steps.clear()

    def stored(self) -> list[dict[str, Any]]:
        return [asdict(step) for step in self._steps]

    def restore(self, stored: Any) -> None:
        try:
            self._steps = [Step(**one) for one in stored]
        except TypeError as error:
            raise BadState(f"the state file does not hold steps of this emulator: {error}") from error
        if unknown := {step.name for step in self._steps} - set(self._complete):
            raise BadState(f"the state file names unknown steps: {', '.join(sorted(unknown))}")

    def _now(self) -> float:
        return self._clock.now().timestamp()
