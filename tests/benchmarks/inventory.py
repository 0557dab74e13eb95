# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``ansible-inventory --list`` takes for the nodes of an account, beside a static file with the same hosts and variables, and beside a peer.

Usage, for `measure` alone: python -m tests.benchmarks.inventory FOLDER
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from .rows import Row
from .runs import NODES, Bench, BenchError, Usage, command, interleaved

PART = "inventory"
OURS = {"plugin": "e2enetworks.cloud.e2e"}
PEER = {"plugin": "hetzner.hcloud.hcloud"}
CACHED = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile"}

# The way people write static inventories. The same as JSON, which YAML is too, is read much faster.
STATIC, GROUPED = "static YAML file", "e2e, with groups"
_FILES = {
    STATIC: "static.yml",
    "the same file as JSON": "static_json.yml",
    "e2e": "plain.e2e.yml",
    "e2e, from its cache": "cached.e2e.yml",
    GROUPED: "grouped.e2e.yml",
}
_FILES_OF_PEER = {"hetzner.hcloud": "plain.hcloud.yml", "hetzner.hcloud, with groups": "grouped.hcloud.yml"}


def groups(prefix: str, plan: str) -> dict[str, Any]:
    """Three keyed groups, two entries of compose and a group, for variables with this prefix. One of the expressions differs for each node."""
    return {
        "compose": {"ansible_user": "'root'", "fqdn": f"{prefix}name ~ '.example.com'"},
        "groups": {"running": f"{prefix}status == 'running'"},
        "keyed_groups": [
            {"key": f"{prefix}location", "prefix": "location"},
            {"key": f"{prefix}status", "prefix": "status"},
            {"key": f"{prefix}{plan} | lower", "prefix": "plan"},
        ],
    }


def measure(bench: Bench) -> list[Row]:
    """All rows of this part. The peer takes so long that it is in the first half of the runs only."""
    # In a process of its own: what is read for the static files would count as the memory of all that is started later.
    command([sys.executable, "-m", "tests.benchmarks.inventory", str(bench.folder)])
    account = {"HCLOUD_ENDPOINT": f"{bench.fakes}/v1", "HCLOUD_TOKEN": "benchmark"}

    def case(file: str, **where: Any) -> Callable[[], Usage]:
        return lambda: listing(bench.folder / file, **where)

    ours = {name: case(file) for name, file in _FILES.items()}
    theirs = {name: case(file, venv=bench.peers, env=account) for name, file in _FILES_OF_PEER.items()}
    few = max(1, bench.runs // 2)
    found = interleaved({**ours, **theirs}, few)
    for name, more in interleaved(ours, bench.runs - few).items():
        found[name] += more
    return as_rows(found)


def as_rows(found: Mapping[str, Sequence[Usage]]) -> list[Row]:
    """The rows, from what the runs of each kind of inventory took."""
    seconds = {name: [used.seconds for used in used_by] for name, used_by in found.items()}
    peaks = {name: max(used.peak_mb for used in used_by) for name, used_by in found.items()}
    base = statistics.median(seconds[STATIC])
    reached = {
        "e2e": {"inventory-plain": statistics.median(seconds["e2e"]) / base, "inventory-memory": peaks["e2e"] / peaks[STATIC]},
        GROUPED: {"inventory-grouped": statistics.median(seconds[GROUPED]) / base},
    }
    return [
        Row(PART, name, seconds[name], NODES, peaks[name], peer=not name.startswith("e2e"), reached=reached.get(name, {})) for name in found
    ]


def listing(path: Path, **where: Any) -> Usage:
    """One ``ansible-inventory --list``, into a file beside `path`."""
    env = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true", **where.pop("env", {})}
    return command(["ansible-inventory", "-i", str(path), "--list", "--output", str(path.with_suffix(".out"))], env=env, cwd=path.parent, **where)


def prepare(folder: Path) -> None:
    """Write all inventory files. The cache is filled, and the static files are made of what the plugin gives.

    :raises BenchError: the inventory does not have all nodes.
    """
    contents: dict[str, Mapping[str, Any]] = {
        "plain.e2e.yml": OURS,
        "cached.e2e.yml": {**OURS, **CACHED, "cache_connection": str(folder / "cache")},
        "grouped.e2e.yml": {**OURS, **groups("e2e_", "plan")},
        "plain.hcloud.yml": PEER,
        "grouped.hcloud.yml": {**PEER, **groups("hcloud_", "server_type")},
    }
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    listing(folder / "cached.e2e.yml")
    hosts = json.loads((folder / "cached.e2e.out").read_text(encoding="utf-8"))["_meta"]["hostvars"]
    if len(hosts) != NODES:
        raise BenchError(f"The inventory has {len(hosts)} hosts, not {NODES}.")
    own = {name: {key: value for key, value in values.items() if key not in ("inventory_file", "inventory_dir")} for name, values in hosts.items()}
    static = {"all": {"hosts": own}}
    (folder / _FILES[STATIC]).write_text(yaml.dump(static, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)), encoding="utf-8")
    (folder / "static_json.yml").write_text(json.dumps(static), encoding="utf-8")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
