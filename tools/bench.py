# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: the measurements of tests/benchmarks, against an emulator started for them. They are no tests."""

from __future__ import annotations

import subprocess
import sys

from tools import emulator
from tools.project import ToolError, environment
from tools.venvs import ensure
from tools.workspace import assemble

FUNCTIONS, RUNS = 10, 5


def main() -> None:
    """Measure and print."""
    where = assemble("bench")
    venv = ensure("run")
    env = environment(venv, collections=where.parents[2])
    with emulator.running(venv / "bin" / "python", env, name="bench", options=["--build-seconds", "0", "--latency-ms", "20"], cwd=where) as url:
        command = [str(venv / "bin" / "python"), "-m", "tests.benchmarks.role", str(FUNCTIONS), str(RUNS)]
        if subprocess.run(command, cwd=where, env={**env, **emulator.credentials(url)}, stdin=subprocess.DEVNULL, check=False).returncode:
            raise ToolError("The benchmark of the role failed.")


if __name__ == "__main__":
    try:
        main()
    except ToolError as error:
        sys.exit(str(error))
