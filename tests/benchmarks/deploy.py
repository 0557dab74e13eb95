# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred first deployments in one task, above an empty play, beside a bare script that sends the same requests."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from . import tasks
from .rows import Row, above
from .runs import Bench, BenchError, Usage, command, interleaved, play

PART = "deploy"
FUNCTIONS, AT_ONCE = 100, 16


def measure(bench: Bench) -> list[Row]:
    """All rows of this part."""
    if not tasks.has_stack():
        return [Row(PART, "100 first deployments", note="this collection does not have e2e_faas_stack")]
    names = tasks.names("first", FUNCTIONS)
    task = tasks.stack(names, tasks.source(bench), concurrency=AT_ONCE)
    tasks.control(bench, "POST", "reset")
    play(bench.folder, [task])
    sent = tasks.control(bench, "GET", "requests")["requests"]
    plan = bench.folder / "requests.json"
    plan.write_text(json.dumps({"at_once": AT_ONCE, "runtime": tasks.SETTINGS["runtime"], **as_plan(sent, names)}), encoding="utf-8")

    def by_task() -> Usage:
        tasks.control(bench, "POST", "reset")
        return play(bench.folder, [task])

    def by_script() -> Usage:
        tasks.control(bench, "POST", "reset")
        used = command([sys.executable, "-m", "tests.benchmarks.bare_script", str(plan), str(bench.folder / "source")])
        again = tasks.control(bench, "GET", "requests")["requests"]
        if kinds(again, names) != kinds(sent, names):
            raise BenchError(f"The bare script sent other requests than the task: {kinds(again, names)}, not {kinds(sent, names)}.")
        return used

    used = interleaved({"empty": lambda: play(bench.folder, []), "script": by_script, "task": by_task}, bench.runs)
    found = {name: [one.seconds for one in used_by] for name, used_by in used.items()}
    seconds = above(found["task"], found["empty"])
    ratio = statistics.median(seconds) / statistics.median(found["script"])
    return [
        Row(PART, "a bare script, 16 requests at a time", found["script"], FUNCTIONS, note=f"{len(sent)} requests", peer=True),
        Row(PART, "e2e_faas_stack, 16 at a time", seconds, FUNCTIONS, reached={"deploy-100": ratio}),
    ]


def kinds(sent: Sequence[dict[str, Any]], names: Sequence[str]) -> Counter[tuple[str, str, int]]:
    """How often which method, path without the function's name, and status were in the emulator's log."""
    return Counter((one["method"], _split(one["path"], names)[0], one["status"]) for one in sent)


def as_plan(sent: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """What a script has to send for the same log: what names no function, and for each function the reads before and after its create.

    :raises BenchError: the log has a request of a kind that the script cannot send.
    """
    common, before, after, creates = [], dict.fromkeys(names, 0), dict.fromkeys(names, 0), 0
    for one in sent:
        shape, name = _split(one["path"], names)
        if one["method"] == "POST" and shape.endswith("/faas/functions/") and one["form"] == "multipart":
            creates += 1
        elif one["method"] != "GET":
            raise BenchError(f"The bare script cannot send {one['method']} {one['path']}.")
        elif not name:
            common.append({"path": one["path"], "query": one["query"]})
        elif one["status"] == 404:
            before[name] += 1
        else:
            after[name] += 1
    if creates != len(names):
        raise BenchError(f"{creates} functions were created, not {len(names)}.")
    return {"common": common, "functions": [{"name": name, "before": before[name], "after": after[name]} for name in names]}


def _split(path: str, names: Sequence[str]) -> tuple[str, str]:
    """A path with ``NAME`` in the place of the function's name, and that name."""
    parts = path.split("/")
    found = set(parts).intersection(names)
    return "/".join("NAME" if part in found else part for part in parts), next(iter(found), "")
