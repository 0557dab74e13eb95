# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one unchanged function costs through the role, against the module alone, above an empty play."""

from __future__ import annotations

import re
import statistics

from . import tasks
from .rows import Row, above
from .runs import Bench, interleaved, play, unchanged_play

PART = "role"
FUNCTIONS = 10

_HEADER = re.compile(r"^TASK \[", re.MULTILINE)
_ORDINARY = {"E2E_DIRECT": "false"}


def measure(bench: Bench) -> list[Row]:
    """All rows of this part. The goal is about the ordinary execution, in which a task costs a process; the direct one is shown beside it."""
    tasks.control(bench, "POST", "reset")
    code = tasks.source(bench)
    names = tasks.names("role", FUNCTIONS)
    by_module, by_role = [tasks.single(name, code) for name in names], [tasks.role(name, code) for name in names]
    play(bench.folder, by_module)
    used = interleaved({
        "empty": lambda: play(bench.folder, []),
        "module": lambda: unchanged_play(bench.folder, by_module, env=_ORDINARY),
        "role": lambda: unchanged_play(bench.folder, by_role, env=_ORDINARY),
        "module, direct": lambda: unchanged_play(bench.folder, by_module),
        "role, direct": lambda: unchanged_play(bench.folder, by_role),
    }, bench.runs)
    # The header of include_role itself is the play's own.
    headers = len(_HEADER.findall(used["role"][0].output)) // FUNCTIONS - 1
    found = {name: [one.seconds for one in used_by] for name, used_by in used.items()}
    seconds = {name: above(taken, found["empty"]) for name, taken in found.items()}
    ratio = statistics.median(seconds["role"]) / statistics.median(seconds["module"])
    return [
        Row(PART, "the module, not direct", seconds["module"], FUNCTIONS),
        Row(PART, "the role, not direct", seconds["role"], FUNCTIONS, note=f"{headers} tasks printed for each function", reached={"role-module": ratio}),
        Row(PART, "the module, direct", seconds["module, direct"], FUNCTIONS),
        Row(PART, "the role, direct", seconds["role, direct"], FUNCTIONS),
    ]
