# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document that a run leaves behind, as JSON, and the table that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .goals import GOALS
from .rows import Row

_NUMBER = 9


def document(rows: Sequence[Row], about: Mapping[str, Any]) -> dict[str, Any]:
    """All that was measured, as data for JSON: `about` and the rows, and each goal with the numbers that were reached, or None.

    :param about: when, on which machine and with which versions it was measured.
    """
    return {**about, "rows": [_row(row) for row in rows], "goals": [goal for key in GOALS for goal in _goals(key, rows)]}


def _goals(key: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """A goal once for each row that has to reach it, or once without a row."""
    goal = GOALS[key]
    what = {"key": key, "part": goal.part, "text": goal.text, "unit": goal.unit, "limit": goal.limit, "at_least": goal.at_least}
    found = [(row.name, row.reached[key]) for row in rows if key in row.reached]
    return [
        {**what, "row": name, "reached": round(value, 4), "met": goal.met(value)} for name, value in found
    ] or [{**what, "row": None, "reached": None, "met": None}]


def _row(row: Row) -> dict[str, Any]:
    measured = {"median": round(row.median, 4), "per_item": round(row.per_item, 6)} if row.seconds else {"median": None, "per_item": None}
    return {
        "part": row.part, "name": row.name, "peer": row.peer, "items": row.items, "runs": [round(second, 4) for second in row.seconds], **measured,
        "peak_mb": None if row.peak_mb is None else round(row.peak_mb, 1), "note": row.note,
    }


def table(found: Mapping[str, Any]) -> str:
    """The document as a table: a line for each row, below it the goals that it has to reach, and at the end those that nothing reached."""
    lines = []
    for part in dict.fromkeys(row["part"] for row in found["rows"]):
        rows = [row for row in found["rows"] if row["part"] == part]
        width = max(len(row["name"]) for row in rows) + 2
        lines += ["", part.ljust(width) + "".join(f"{title:>{_NUMBER}}" for title in ("items", "median s", "from", "to", "s/item", "MB"))]
        for row in rows:
            lines.append(_line(row, width))
            lines += [f"    {_goal(goal)}" for goal in found["goals"] if goal["part"] == part and goal["row"] == row["name"]]
    return "\n".join([*lines, "", *closing(found)])


def _line(row: Mapping[str, Any], width: int) -> str:
    cells = [f"  {row['name']}".ljust(width)]
    if row["runs"]:
        seconds = (row["median"], min(row["runs"]), max(row["runs"]))
        cells += [f"{row['items']:{_NUMBER}}", *(f"{second:{_NUMBER}.3f}" for second in seconds)]
        cells.append(f"{row['per_item']:{_NUMBER}.4f}" if row["items"] > 1 else " " * _NUMBER)
        cells.append(f"{row['peak_mb']:{_NUMBER}.0f}" if row["peak_mb"] is not None else "")
    return "".join(cells).rstrip() + (f"  {row['note']}" if row["note"] else "")


def _goal(goal: Mapping[str, Any]) -> str:
    return f"-> {with_unit(goal['reached'], goal)} {goal['text']} (goal: {bound(goal)}): {'met' if goal['met'] else 'NOT MET'}"


def with_unit(value: float, goal: Mapping[str, Any]) -> str:
    """A number that a goal is about, with three digits that count."""
    return f"{value:#.3g} {goal['unit']}".strip() if abs(value) < 100 else f"{value:.0f} {goal['unit']}".strip()


def bound(goal: Mapping[str, Any]) -> str:
    """What just reaches a goal, in words."""
    return f"{'at least' if goal['at_least'] else 'at most'} {goal['limit']:g} {goal['unit']}".strip()


def closing(found: Mapping[str, Any]) -> list[str]:
    """How many goals are met, and the names of those that are not, or were not measured."""
    verdicts: dict[str, list[bool | None]] = {}
    for goal in found["goals"]:
        verdicts.setdefault(goal["key"], []).append(goal["met"])
    missed, unknown = ([key for key, all_of_it in verdicts.items() if verdict in all_of_it] for verdict in (False, None))
    lines = [f"{len(verdicts) - len(missed) - len(unknown)} of {len(verdicts)} goals met"]
    return lines + [f"{text}: {', '.join(keys)}" for text, keys in (("not met", missed), ("not measured", unknown)) if keys]
