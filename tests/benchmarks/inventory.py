# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``ansible-inventory --list`` takes for the nodes of an account, against static files with the same hosts and variables.

Usage: python -m tests.benchmarks.inventory NODES RUNS
An emulator with so many nodes and a latency of 20 ms is started for it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tools import emulator

LATENCY_MS = 20
PLUGIN = {"plugin": "e2enetworks.cloud.e2e"}
# Three keyed groups, two entries of compose and a group. One of the expressions differs for each node.
GROUPED = {
    "compose": {"ansible_user": "'root'", "fqdn": "e2e_name ~ '.example.com'"},
    "groups": {"running": "e2e_status == 'running'"},
    "keyed_groups": [
        {"key": "e2e_location", "prefix": "location"},
        {"key": "e2e_status", "prefix": "status"},
        {"key": "e2e_plan | lower", "prefix": "plan"},
    ],
}
CACHED = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile"}

#: What the ratios are to: the way people write static inventories. The same as JSON, which YAML is too, is read much faster.
STATIC = "static YAML file"


class Row(NamedTuple):
    """One kind of inventory: seconds of the middle run, the most memory of any run in MB (10^6 bytes), and the seconds as a multiple of `STATIC`."""

    name: str
    seconds: float
    peak_mb: float
    ratio: float


def rows(nodes: int, runs: int) -> list[Row]:
    """Measure each kind of inventory so many times. They take turns, so that all of them meet the same load of the machine.

    The collection and ansible-core are those of the environment that runs this.
    """
    options = ["--nodes", str(nodes), "--latency-ms", str(LATENCY_MS)]
    with tempfile.TemporaryDirectory() as scratch, emulator.running(Path(sys.executable), os.environ, name="bench-inventory", options=options) as url:
        env = {**os.environ, **emulator.credentials(url), "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
        files = _files(Path(scratch), env, nodes)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in files}
        for _run in range(runs):
            for name, path in files.items():
                taken[name].append(_listing(path, env))
    base = statistics.median(seconds for seconds, _peak in taken[STATIC])
    found = []
    for name, measured in taken.items():
        seconds = statistics.median(seconds for seconds, _peak in measured)
        found.append(Row(name, seconds, max(peak for _seconds, peak in measured), seconds / base))
    return found


def _files(folder: Path, env: Mapping[str, str], nodes: int) -> dict[str, Path]:
    """The inventory files by the names of the rows. The cache is filled, and the static ones are made of what the plugin gives."""

    def written(name: str, content: Mapping[str, Any]) -> Path:
        path = folder / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    cached = written("cached.e2e.yml", {**PLUGIN, **CACHED, "cache_connection": str(folder / "cache")})
    _listing(cached, env)
    hosts = json.loads(_output(cached).read_text(encoding="utf-8"))["_meta"]["hostvars"]
    if len(hosts) != nodes:
        sys.exit(f"the inventory has {len(hosts)} hosts of {nodes}")
    own = {name: {key: value for key, value in values.items() if key not in ("inventory_file", "inventory_dir")} for name, values in hosts.items()}
    content = {"all": {"hosts": own}}
    static = folder / "static.yml"
    static.write_text(yaml.dump(content, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)), encoding="utf-8")
    return {
        STATIC: static,
        "the same file as JSON": written("static_json.yml", content),
        "e2e": written("e2e.yml", PLUGIN),
        "e2e, from its cache": cached,
        "e2e, grouped": written("grouped.e2e.yml", {**PLUGIN, **GROUPED}),
    }


def _output(path: Path) -> Path:
    return path.with_suffix(".out")


def _listing(path: Path, env: Mapping[str, str]) -> tuple[float, float]:
    """Seconds and peak memory in MB of one ``ansible-inventory --list``."""
    began = time.monotonic()
    with subprocess.Popen(
        ["ansible-inventory", "-i", str(path), "--list", "--output", str(_output(path))],
        env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:
        errors = process.stderr.read() if process.stderr else ""
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(errors)
    return seconds, usage.ru_maxrss * 1024 / 1e6


def main(nodes: int, runs: int) -> None:
    """Measure and print."""
    print(f"ansible-inventory --list of {nodes} nodes, {LATENCY_MS} ms latency, median of {runs} runs:")
    for row in rows(nodes, runs):
        print(f"  {row.name:24} {row.seconds:7.2f} s {row.peak_mb:6.0f} MB   ratio {row.ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
