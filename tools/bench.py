# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: the measurements of tests/benchmarks, against an emulator and the fakes of the peers started for them. They are no tests."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.__main__ import PARTS
from tests.benchmarks.runs import LATENCY_MS, NODES
from tools import emulator
from tools.project import BUILD, CACHE, ROOT, ToolError, environment
from tools.venvs import ensure
from tools.workspace import assemble

# Without Node.js: see SETTINGS in tests/benchmarks/tasks.py.
_EMULATOR = ("--build-seconds", "0", "--latency-ms", str(LATENCY_MS), "--nodes", str(NODES), "--project-id", "1", "--project-id", "2", "--node", "")
# What the documentation shows.
SHOWN = ROOT / "docs" / "docsite" / "rst"
SECONDS, GOALS, DOCUMENT = "benchmark_seconds.svg", "benchmark_goals.svg", "benchmark.json"


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, draw the chart. A run of all parts replaces the numbers and the chart of the documentation.

    Raises ToolError when something that is needed cannot be set up.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description="What things cost, beside other collections.")
    parser.add_argument("--runs", type=int, default=5, help="how often each thing is measured (default: %(default)s)")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these of {', '.join(PARTS)}")
    found = parser.parse_args(arguments)
    if unknown := [part for part in found.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]}; the parts are {', '.join(PARTS)}")
    if found.runs < 1:
        parser.error("--runs must be at least 1")
    where = assemble("bench")
    venv, peers, drawing = ensure("run"), ensure("peers"), ensure("bench")
    env = environment(venv, collections=where.parents[2])
    # A reader's Python keeps bytecode.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    document, seconds, goals = written = [BUILD / "bench" / name for name in (DOCUMENT, SECONDS, GOALS)]
    python = str(venv / "bin" / "python")
    with (
        emulator.running(Path(python), env, name="bench", options=_EMULATOR, cwd=where) as url,
        emulator.serving([python, "-m", "tests.benchmarks.fakes", str(LATENCY_MS), str(NODES)], env, name="bench-fakes", cwd=where) as fakes,
    ):
        command = [python, "-m", "tests.benchmarks", "--runs", str(found.runs), "--url", url, "--fakes", fakes, "--peers", str(peers)]
        measured = subprocess.run(
            [*command, "--output", str(document), *found.parts], cwd=where, env={**env, **emulator.credentials(url)}, stdin=subprocess.DEVNULL, check=False
        )
    if not document.exists():
        raise ToolError("Nothing was measured.")
    draw = [str(drawing / "bin" / "python"), "-m", "tests.benchmarks.chart", *map(str, (document, seconds, goals))]
    if subprocess.run(draw, cwd=where, env=environment(drawing, extra={"MPLCONFIGDIR": str(CACHE / "matplotlib")}), check=False).returncode:
        raise ToolError("The pictures could not be drawn.")
    if measured.returncode == 0 and not found.parts:
        for path in written:
            shutil.copyfile(path, SHOWN / path.name)
        print(f"\nThe documentation has these numbers now, in {SHOWN.relative_to(ROOT)}/benchmark*")
    else:
        print(f"\nNumbers and pictures are in {document.parent.relative_to(ROOT)}/benchmark*")
    return measured.returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ToolError as error:
        sys.exit(str(error))
