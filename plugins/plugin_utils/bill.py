# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sum of what the tasks of a play add to the bill. Pure."""

from __future__ import annotations

import collections
import typing as t
from dataclasses import dataclass, field

#: The modules whose results have a ``cost``. What they changed behind no_log is on the bill all the same.
PRICED = frozenset(f"e2enetworks.cloud.{name}" for name in ("e2e_image", "e2e_node", "e2e_node_action", "e2e_reserved_ip", "e2e_volume", "e2e_vpc"))


@dataclass
class _Sum:
    """Amounts of one currency."""

    per_hour: float = 0.0
    per_month: float = 0.0
    count: int = 0


@dataclass
class Bill:
    """Adds up results of modules."""

    _sums: dict[str, _Sum] = field(default_factory=dict)
    _unknown: list[str] = field(default_factory=list)
    _hidden: collections.Counter[str] = field(default_factory=collections.Counter)

    def add(self, result: t.Mapping[str, t.Any]) -> None:
        """Count a result of a task, or of one item of its loop. Results without a ``cost``, and of what did not change, count nothing."""
        cost = result.get("cost")
        if not isinstance(cost, dict) or not result.get("changed") or "is_known" not in cost:
            return
        per_hour, per_month = cost["change"]["per_hour"], cost["change"]["per_month"]
        if per_hour is None or per_month is None:
            # A part of it would make the sum one of nothing.
            self._unknown += [str(action) for action in result.get("actions") or ["a change"]]
        elif per_hour or per_month:
            found = self._sums.setdefault(cost.get("currency") or "", _Sum())
            found.per_hour += per_hour
            found.per_month += per_month
            found.count += 1

    def add_hidden(self, task: str) -> None:
        """Count a change of a task whose result is hidden, and its ``cost`` with it."""
        self._hidden[task] += 1

    def lines(self, *, predicted: bool) -> list[str]:
        """The sum for people, a line for each currency and one for each reason why something is not in it. Empty when nothing has to do with the bill."""
        verb = "would change" if predicted else "changed"
        lines = []
        for currency, found in sorted(self._sums.items()):
            unit = f"{currency} " if currency else ""
            resources = f"{found.count} resource{'s' if found.count > 1 else ''}"
            lines.append(f"The bill {verb} by {unit}{found.per_month:+,.2f} a month ({unit}{found.per_hour:+,.4f} an hour), for {resources}.")
        without = "Not in it" if lines else f"The bill {verb} by what is not known"
        if self._unknown:
            lines.append(f"{without}, because the API has no price: {'; '.join(self._unknown)}.")
        if self._hidden:
            tasks = (f"{task} ({count} times)" if count > 1 else task for task, count in self._hidden.items())
            lines.append(f"{without}, because no_log hides the cost: {'; '.join(tasks)}.")
        return lines
