# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one unchanged function costs through the role, against the module alone, above an empty play.

Usage: python -m tests.benchmarks.role FUNCTIONS RUNS
The endpoint and the credentials come from the environment, as for any playbook; the functions are made first.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CODE = "def handler(event, context):\n    return {'statusCode': 200}\n"
SETTINGS = {"runtime": "python-3.11-http", "memory": 128}
HEADER = re.compile(r"^TASK \[", re.MULTILINE)


def play(folder: Path, tasks: list[dict[str, Any]]) -> tuple[float, str]:
    """Seconds that a playbook takes, and what it prints."""
    playbook = folder / "play.yml"
    hosts = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": {"ansible_python_interpreter": sys.executable}}
    playbook.write_text(json.dumps([{**hosts, "tasks": tasks}]), encoding="utf-8")
    environment = {**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false", "ANSIBLE_NOCOLOR": "true"}
    began = time.monotonic()
    process = subprocess.run(["ansible-playbook", str(playbook)], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if process.returncode:
        sys.exit(f"{process.stdout}{process.stderr}")
    return seconds, process.stdout


def by_module(name: str, source: Path) -> dict[str, Any]:
    return {"e2enetworks.cloud.e2e_faas_function": {"name": name, "src": str(source), **SETTINGS}}


def by_role(name: str, source: Path) -> dict[str, Any]:
    variables = {"faas_function_name": name, "faas_function_src": str(source), **{f"faas_function_{key}": value for key, value in SETTINGS.items()}}
    return {"ansible.builtin.include_role": {"name": "e2enetworks.cloud.faas_function"}, "vars": variables}


def main(functions: int, runs: int) -> None:
    names = [f"bench-{number}" for number in range(functions)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "source"
        source.mkdir()
        (source / "func.py").write_text(CODE, encoding="utf-8")
        play(folder, [by_module(name, source) for name in names])
        seconds: dict[str, list[float]] = {"empty": [], "module": [], "role": []}
        headers = 0
        for _run in range(runs):
            seconds["empty"].append(play(folder, [])[0])
            seconds["module"].append(play(folder, [by_module(name, source) for name in names])[0])
            spent, printed = play(folder, [by_role(name, source) for name in names])
            seconds["role"].append(spent)
            # The header of include_role itself is the play's own.
            headers = len(HEADER.findall(printed)) // functions - 1
            if "changed=0" not in printed:
                sys.exit(f"something changed:\n{printed}")
    empty = statistics.median(seconds["empty"])
    module, role = ((statistics.median(seconds[name]) - empty) / functions for name in ("module", "role"))
    print(f"seconds per unchanged function above an empty play ({functions} functions, median of {runs} runs):")
    print(f"  module {module:.3f}   role {role:.3f}   ratio {role / module:.2f}   tasks printed by the role: {headers}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
