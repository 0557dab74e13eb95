# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the parts one after the other and writes what they measured; `make bench` starts it with all that it needs.

Usage: python -m tests.benchmarks --runs N --url EMULATOR --fakes ADDRESS --peers FOLDER --output FILE [PART ...]
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .report import document, table
from .rows import Row
from .runs import LATENCY_MS, NODES, Bench, BenchError

PARTS = ("functions", "deploy", "role", "inventory", "packaging", "startup")
_PEERS = ("amazon.aws", "community.general", "hetzner.hcloud")


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and return 1 when a part could not be measured. A goal that is not met is no failure: the table says it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--fakes", required=True)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("parts", nargs="*")
    found = parser.parse_args(arguments)
    about = _about(found.runs, found.peers)
    rows: list[Row] = []
    failures: list[str] = []
    for part in found.parts or PARTS:
        print(f"Measuring {part} ...", file=sys.stderr, flush=True)
        try:
            rows += _measured(part, found)
        except (BenchError, ModuleNotFoundError) as error:
            failures.append(f"{part} could not be measured: {error}")
    report = document(rows, about)
    found.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(table(report))
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def _measured(part: str, found: argparse.Namespace) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix=f"bench-{part}-") as folder:
        bench = Bench(found.runs, Path(folder), found.url, found.fakes, found.peers)
        rows: list[Row] = importlib.import_module(f"{__package__}.{part}").measure(bench)
        return rows


def _about(runs: int, peers: Path) -> dict[str, Any]:
    """When, where and with what."""
    return {
        "measured": datetime.date.today().isoformat(),
        "runs": runs,
        "latency_ms": LATENCY_MS,
        "nodes": NODES,
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
            "system": f"{platform.system()} {platform.release()}",
            # Of the minute before: on an idle machine it is near 0.
            "load_before": round(os.getloadavg()[0], 2),
        },
        "versions": {"Python": platform.python_version(), "ansible-core": version("ansible-core"), **_versions_of(peers)},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor() or platform.machine())


def _versions_of(peers: Path) -> dict[str, str]:
    found = {}
    for name in _PEERS:
        (manifest,) = peers.glob(f"lib/python*/site-packages/ansible_collections/{name.replace('.', '/')}/MANIFEST.json")
        found[name] = json.loads(manifest.read_text(encoding="utf-8"))["collection_info"]["version"]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
