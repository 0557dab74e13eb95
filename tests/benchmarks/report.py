# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document that a run leaves behind, as JSON, and the table that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .goals import GOALS
from .rows import Row

UNITS = {"s": " s", "x": " x", "MB": " MB"}
_NAME, _NUMBER = 48, 9


def document(rows: Sequence[Row], about: Mapping[str, Any]) -> dict[str, Any]:
    """All that was measured, as data for JSON: `about` and the rows, and each goal with the number that was reached, None without one.

    :param about: when, on which machine and with which versions it was measured.
    """
    reached = {key: value for row in rows for key, value in row.reached.items()}
    return {
        **about,
        "rows": [_row(row) for row in rows],
        "goals": [
            {
                "key": key, "part": goal.part, "row": _name_of(key, rows), "text": goal.text, "unit": goal.unit,
                "limit": goal.limit, "at_least": goal.at_least,
                "reached": round(reached[key], 4) if key in reached else None,
                "met": goal.met(reached[key]) if key in reached else None,
            }
            for key, goal in GOALS.items()
        ],
    }


def _row(row: Row) -> dict[str, Any]:
    measured = {"median": round(row.median, 4), "per_item": round(row.per_item, 6)} if row.seconds else {"median": None, "per_item": None}
    return {
        "part": row.part, "name": row.name, "peer": row.peer, "items": row.items, "runs": [round(second, 4) for second in row.seconds], **measured,
        "peak_mb": None if row.peak_mb is None else round(row.peak_mb, 1), "note": row.note,
    }


def _name_of(key: str, rows: Sequence[Row]) -> str | None:
    return next((row.name for row in rows if key in row.reached), None)


def table(found: Mapping[str, Any]) -> str:
    """The document as a table: a line for each row, below it the goals that it has to reach, and at the end those that nothing reached."""
    lines = []
    for part in dict.fromkeys(row["part"] for row in found["rows"]):
        lines += ["", f"{part:<{_NAME}}{'items':>{_NUMBER}}{'median s':>{_NUMBER}}{'from':>{_NUMBER}}{'to':>{_NUMBER}}{'s/item':>{_NUMBER}}{'MB':>{_NUMBER}}"]
        for row in found["rows"]:
            if row["part"] == part:
                lines.append(_line(row))
                lines += [f"    {_goal(goal)}" for goal in found["goals"] if goal["part"] == part and goal["row"] == row["name"]]
    return "\n".join([*lines, "", *closing(found)])


def _line(row: Mapping[str, Any]) -> str:
    cells = [f"  {row['name']}".ljust(_NAME)]
    if row["runs"]:
        seconds = (row["median"], min(row["runs"]), max(row["runs"]))
        cells += [f"{row['items']:{_NUMBER}}", *(f"{second:{_NUMBER}.3f}" for second in seconds)]
        cells.append(f"{row['per_item']:{_NUMBER}.4f}" if row["items"] > 1 else " " * _NUMBER)
        cells.append(f"{row['peak_mb']:{_NUMBER}.0f}" if row["peak_mb"] is not None else "")
    return "".join(cells).rstrip() + (f"  {row['note']}" if row["note"] else "")


def _goal(goal: Mapping[str, Any]) -> str:
    unit = UNITS[goal["unit"]]
    bound = "at least" if goal["at_least"] else "at most"
    verdict = "met" if goal["met"] else "NOT MET"
    return f"-> {goal['reached']:.2f}{unit}: {goal['text']}; goal {bound} {goal['limit']:g}{unit}: {verdict}"


def closing(found: Mapping[str, Any]) -> list[str]:
    """How many goals are met, and the names of those that are not, or were not measured."""
    goals = found["goals"]
    lines = [f"{sum(goal['met'] is True for goal in goals)} of {len(goals)} goals met"]
    for text, verdict in (("not met", False), ("not measured", None)):
        named = [goal["key"] for goal in goals if goal["met"] is verdict]
        if named:
            lines.append(f"{text}: {', '.join(named)}")
    return lines
