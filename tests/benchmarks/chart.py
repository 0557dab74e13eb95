# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws what a run has measured, as SVG.

Usage: python -m tests.benchmarks.chart DOCUMENT PICTURE
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .report import UNITS

OURS, PEER, MISSED, INK, FAINT = "#1a73e8", "#9aa0a6", "#d93025", "#202124", "#dadce0"
_BAR = 0.34
# The parts that have a panel of their own, its title, and whether it shows the cost of one item or of all.
PANELS = {
    "functions": ("Nothing to change: seconds for each function", True),
    "inventory": ("An inventory of 10,000 nodes: seconds", False),
    "deploy": ("100 first deployments: seconds", False),
    "packaging": ("Packaging 50 MB of source: seconds", False),
}


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, the text at its end, and its colour."""

    name: str
    length: float
    text: str
    colour: str


def panels(found: Mapping[str, Any]) -> list[tuple[str, list[Bar]]]:
    """The titles and bars of all panels: seconds for each part that has one, and at last how much of each goal's limit is used."""
    drawn = []
    for part, (title, each) in PANELS.items():
        rows = [row for row in found["rows"] if row["part"] == part and row["runs"] and (row["items"] > 1 or not each)]
        if rows:
            drawn.append((title, [_bar(row, each) for row in rows]))
    goals = [goal for goal in found["goals"] if goal["reached"] is not None]
    if goals:
        drawn.append(("How much of the limit is used: a goal is met up to 1", [_goal(goal) for goal in goals]))
    return drawn


def _bar(row: Mapping[str, Any], each: bool) -> Bar:
    seconds = row["per_item"] if each else row["median"]
    text = f"{seconds:.2f}" if seconds >= 0.1 else f"{seconds:.3f}" if seconds >= 0.01 else f"{seconds:.4f}"
    return Bar(row["name"], max(seconds, 0), text, PEER if row["peer"] else OURS)


def _goal(goal: Mapping[str, Any]) -> Bar:
    """A goal as a share of its limit, so that shorter is better for all of them."""
    value, limit, unit = goal["reached"], goal["limit"], UNITS[goal["unit"]]
    share = limit / value if goal["at_least"] and value > 0 else value / limit
    bound = "at least" if goal["at_least"] else "at most"
    name = f"{goal['row']}:\n{goal['text']}"
    return Bar(name, max(share, 0), f"{value:.3g}{unit} ({bound} {limit:g})", OURS if goal["met"] else MISSED)


def footer(found: Mapping[str, Any]) -> str:
    """On which machine, when, and with what it was measured."""
    machine, versions = found["machine"], found["versions"]
    with_what = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"{found['measured']}, {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, "
        f"load before: {machine['load_before']}\n"
        f"Medians of {found['runs']} runs side by side; each answer of the servers takes {found['latency_ms']} ms more. {with_what}"
    )


def draw(found: Mapping[str, Any], picture: Path) -> None:
    """Write the picture."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    # The same numbers make the same file.
    pyplot.rcParams.update({"svg.hashsalt": "benchmark", "font.family": "DejaVu Sans", "font.size": 9, "text.color": INK, "axes.labelcolor": INK})
    drawn = panels(found)
    heights = [_height(bars) for _title, bars in drawn]
    figure, axes = pyplot.subplots(len(drawn), 1, figsize=(10, sum(heights) + 0.9), height_ratios=heights, squeeze=False, layout="constrained")
    for axis, (title, bars) in zip(axes[:, 0], drawn):
        _panel(axis, title, bars)
    if drawn and drawn[-1][0].startswith("How much"):
        axes[-1, 0].axvline(1, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    figure.supxlabel(footer(found), fontsize=7.5, color="#5f6368", x=0.01, ha="left")
    figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})


def _height(bars: Sequence[Bar]) -> float:
    return sum(_BAR if "\n" not in bar.name else _BAR * 1.15 for bar in bars) + 0.75


def _panel(axis: Any, title: str, bars: Sequence[Bar]) -> None:
    places = range(len(bars))
    axis.barh(places, [bar.length for bar in bars], height=0.66, color=[bar.colour for bar in bars])
    longest = max((bar.length for bar in bars), default=0) or 1
    for place, bar in zip(places, bars):
        axis.text(bar.length + longest * 0.008, place, bar.text, va="center", ha="left", fontsize=8.5)
    axis.set_yticks(places, [bar.name for bar in bars])
    axis.set_ylim(len(bars) - 0.45, -0.55)
    axis.set_xlim(0, longest * 1.18)
    axis.set_title(title, loc="left", fontsize=11, fontweight="bold")
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", colors="#5f6368", labelsize=8)
    axis.grid(axis="x", color=FAINT, linewidth=0.7)
    axis.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.spines["bottom"].set_color(FAINT)


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
