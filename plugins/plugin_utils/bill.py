# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sum of what the tasks of a play add to the bill. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field


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

    def add(self, result: t.Mapping[str, t.Any]) -> None:
        """Count a result; of a loop, each of its items. Results without a ``cost``, and of what did not change, count nothing."""
        items = result.get("results")
        if isinstance(items, list):
            for item in items:
                if isinstance(item, dict):
                    self.add(item)
            return
        cost = result.get("cost")
        if not isinstance(cost, dict) or not result.get("changed") or "is_known" not in cost:
            return
        change = cost["change"]
        if not cost["is_known"]:
            self._unknown += [str(action) for action in result.get("actions") or ["a change"]]
        elif change["per_hour"] or change["per_month"]:
            found = self._sums.setdefault(cost.get("currency") or "", _Sum())
            found.per_hour += change["per_hour"] or 0.0
            found.per_month += change["per_month"] or 0.0
            found.count += 1

    def lines(self, *, predicted: bool) -> list[str]:
        """The sum for people, a line for each currency and one for what has no price. Empty when nothing has to do with the bill."""
        verb = "would change" if predicted else "changed"
        lines = []
        for currency, found in sorted(self._sums.items()):
            unit = f"{currency} " if currency else ""
            resources = f"{found.count} resource{'s' if found.count > 1 else ''}"
            lines.append(f"The bill {verb} by {unit}{found.per_month:+,.2f} a month ({unit}{found.per_hour:+,.4f} an hour), for {resources}.")
        if self._unknown:
            lines.append(f"Not in it, because the API has no price: {'; '.join(self._unknown)}.")
        return lines
