# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws what a run has measured, as SVG.

Usage: python -m tests.benchmarks.chart DOCUMENT SECONDS_PICTURE GOALS_PICTURE
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .report import bound, with_unit

OURS, PEER, MISSED, INK, GREY, FAINT = "#1a73e8", "#9aa0a6", "#d93025", "#202124", "#5f6368", "#dadce0"
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
    """The titles and bars of all panels that show seconds."""
    drawn = []
    for part, (title, each) in PANELS.items():
        rows = [row for row in found["rows"] if row["part"] == part and row["runs"] and (row["items"] > 1 or not each)]
        if rows:
            drawn.append((title, [_bar(row, each) for row in rows]))
    return drawn


def _bar(row: Mapping[str, Any], each: bool) -> Bar:
    seconds = row["per_item"] if each else row["median"]
    digits = 1 if seconds >= 10 else 2 if seconds >= 0.1 else 3 if seconds >= 0.01 else 4
    return Bar(_wrapped(row["name"]), max(seconds, 0), f"{seconds:.{digits}f}", PEER if row["peer"] else OURS)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 52)


def goals(found: Mapping[str, Any]) -> list[Bar]:
    """Each goal that was measured, as a share of its limit, so that shorter is better for all of them and 1 just reaches it."""
    return [_goal(goal) for goal in found["goals"] if goal["reached"] is not None]


def _goal(goal: Mapping[str, Any]) -> Bar:
    value, limit = goal["reached"], goal["limit"]
    share = value / limit if value <= 0 or not goal["at_least"] else limit / value
    text = f"{with_unit(value, goal)} ({bound(goal)})"
    return Bar(f"{_wrapped(goal['row'])}:\n{_wrapped(goal['text'])}", max(share, 0), text, OURS if goal["met"] else MISSED)


def footer(found: Mapping[str, Any]) -> str:
    """On which machine, when, and with what it was measured."""
    machine, versions = found["machine"], found["versions"]
    runs = f"Medians of {found['runs']} runs" if found["runs"] > 1 else "One run"
    with_what = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"{found['measured']}, {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, "
        f"load average before: {machine['load_before']}\n"
        f"{runs} side by side; the servers answer each request after {found['latency_ms']} ms. {with_what}"
    )


def draw(found: Mapping[str, Any], seconds: Path, reached: Path) -> None:
    """Write both pictures, or those for which something was measured. The same numbers make the same files."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "benchmark", "font.family": "DejaVu Sans", "font.size": 9, "text.color": INK})
    if drawn := panels(found):
        _save(seconds, drawn, {"this collection": OURS, "beside it": PEER}, footer(found))
    if bars := goals(found):
        _save(reached, [("How much of each limit is used, 1 being all of it", bars)], {"met": OURS, "not met": MISSED}, footer(found), limit=1)


def _save(
    picture: Path, drawn: Sequence[tuple[str, Sequence[Bar]]], colours: Mapping[str, str], below: str, limit: float | None = None
) -> None:
    from matplotlib import pyplot
    from matplotlib.patches import Patch

    heights = [_height(bars) for _title, bars in drawn]
    figure, axes = pyplot.subplots(
        len(drawn), 1, figsize=(10, sum(heights) + 0.8), height_ratios=heights, squeeze=False, layout="constrained"
    )
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    for axis, (title, bars) in zip(axes[:, 0], drawn):
        _panel(axis, title, bars, limit)
    handles = [Patch(color=colour, label=label) for label, colour in colours.items()]
    axes[0, 0].legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(handles), frameon=False, borderpad=0, handlelength=1)
    figure.supxlabel(below, fontsize=7.5, color=GREY, x=0.01, ha="left")
    figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _height(bars: Sequence[Bar]) -> float:
    return sum(max(_BAR, 0.2 * len(one.name.splitlines())) for one in bars) + 0.75


def _panel(axis: Any, title: str, bars: Sequence[Bar], limit: float | None) -> None:
    places = range(len(bars))
    axis.barh(places, [one.length for one in bars], height=0.66, color=[one.colour for one in bars])
    longest = max([*(one.length for one in bars), limit or 0]) or 1
    for place, one in zip(places, bars):
        axis.text(max(one.length, limit or 0) + longest * 0.01, place, one.text, va="center", ha="left", fontsize=8.5)
    if limit is not None:
        axis.axvline(limit, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axis.set_yticks(places, [one.name for one in bars])
    axis.set_ylim(len(bars) - 0.45, -0.55)
    axis.set_xlim(0, longest * (1.1 if limit is None else 1.35))
    axis.set_title(title, loc="left", fontsize=11, fontweight="bold")
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", colors=GREY, labelsize=8)
    axis.grid(axis="x", color=FAINT, linewidth=0.7)
    axis.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.spines["bottom"].set_color(FAINT)


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]), Path(sys.argv[3]))
