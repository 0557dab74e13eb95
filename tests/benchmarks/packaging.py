# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a function of 50 MB costs: to see that it has not changed, against hashing its files, and to pack it, against community.general.archive.

In both sources half of the bytes are code, taken from Python's own library. The rest cannot be compressed, as pictures and models cannot.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
import os
import random
import statistics
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .rows import Row, above
from .runs import Bench, Usage, command, interleaved

PART = "packaging"
ROOT = Path(__file__).resolve().parents[5]
OURS = "ansible_collections.e2enetworks.cloud.plugins."
BYTES = 50_000_000
# Files by their number: a package with its dependencies, and a function with a model.
SOURCES = {"2,000 small files": 2_000, "10 large files": 10}
RUNTIME = "python-3.11-http"
PACKAGE = f"{OURS}modules.e2e_faas_package"
ARCHIVE = "ansible_collections.community.general.plugins.modules.archive"
# What a module takes before it does any work is measured in a part of its own.
FLOORS = {"archive": "their start", "package": "our start", "again": "our start"}
TITLES = {
    "hashing": "plain SHA-256",
    "unchanged": "see that a function has not changed",
    "archive": "community.general.archive, a new ZIP",
    "package": "e2e_faas_package, a new ZIP",
    "again": "e2e_faas_package, the ZIP is there",
}


def code() -> bytes:
    """As much code as half of a source."""
    found = bytearray()
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
        if "site-packages" not in path.parts and len(found) < BYTES // 2:
            found += path.read_bytes()
    # Not all libraries come with their tests.
    return bytes(found * (BYTES // 2 // len(found) + 1))[: BYTES // 2]


def fill(folder: Path, files: int) -> None:
    """Write a source of :data:`BYTES` into a folder, the same in each run."""
    chance, text, size = random.Random(files), code(), BYTES // files
    for number in range(files):
        place = folder / f"package_{number % 40}" / f"module_{number}{'.py' if number % 2 else '.bin'}"
        place.parent.mkdir(parents=True, exist_ok=True)
        begin = number // 2 * size
        place.write_bytes(text[begin : begin + size] if number % 2 else chance.randbytes(size))
    (folder / "func.py").write_text("def handler(event, context):\n    return {'statusCode': 200}\n", encoding="utf-8")


def plain(folder: Path) -> None:
    """Read and hash the files of a folder, one after the other."""
    whole = hashlib.sha256()
    for directory, _folders, names in os.walk(folder):
        for name in names:
            with open(os.path.join(directory, name), "rb") as file:
                whole.update(file.read())


def unchanged(folder: Path) -> Callable[[], object]:
    """What a run does that finds a function as it was: find its files and make the digest that is compared."""
    packaging, runtimes, source = (importlib.import_module(f"{OURS}module_utils.code.{name}") for name in ("packaging", "runtimes", "source"))
    layout = runtimes.layout_for(RUNTIME)
    return lambda: source.Source.of_files(packaging.read_source(folder, layout).files).digest


def timed(what: str, folder: Path) -> None:
    """Print the seconds that the work takes, without those for Python to start."""
    work = unchanged(folder) if what == "unchanged" else lambda: plain(folder)
    began = time.monotonic()
    work()
    print(json.dumps(time.monotonic() - began))


def apart(*arguments: str) -> Usage:
    """This file in a process of its own: what is read and made here would count as the memory of all that is started later."""
    return command([sys.executable, "-m", "tests.benchmarks.packaging", *arguments], env={"PYTHONPATH": str(ROOT)})


def inside(what: str, folder: Path) -> Usage:
    """The work of :func:`timed`, with the memory of its process."""
    usage = apart(what, str(folder))
    return Usage(float(json.loads(usage.output)), usage.peak_mb, "")


def module(bench: Bench, name: str, options: Mapping[str, Any], venv: Path | None = None) -> Usage:
    """One run of a module as Ansible runs it: a Python process, from its start to its end."""
    arguments = bench.folder / "arguments.json"
    arguments.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": options}), encoding="utf-8")
    run = "import runpy, sys; from ansible.module_utils import basic; basic._ANSIBLE_PROFILE = 'legacy'; runpy.run_module(sys.argv.pop(1), run_name='__main__')"
    python = sys.executable if venv is None else str(venv / "bin" / "python")
    return command([python, "-c", run, name, str(arguments)], venv=venv, env={} if venv else {"PYTHONPATH": str(ROOT)})


def start(name: str, venv: Path | None = None) -> Usage:
    """What Python takes to start and to import a module."""
    python = sys.executable if venv is None else str(venv / "bin" / "python")
    return command([python, "-c", f"import {name}"], venv=venv, env={} if venv else {"PYTHONPATH": str(ROOT)})


def _anew(path: Path, run: Callable[[], Usage]) -> Usage:
    """Measure a run that finds no file of an earlier one."""
    path.unlink(missing_ok=True)
    return run()


def measure(bench: Bench) -> list[Row]:
    """Both sources: unchanged, packed for the first time, and packed when the archive is there."""
    rows: list[Row] = []
    for label, files in SOURCES.items():
        source = bench.folder / str(files)
        apart("fill", str(source), str(files))
        ours, theirs, there = (bench.folder / f"{name}-{files}.zip" for name in ("ours", "theirs", "there"))
        packed = {"src": str(source), "dest": str(ours), "runtime": RUNTIME, "name": "hello"}
        module(bench, PACKAGE, {**packed, "dest": str(there)})

        ours_new = functools.partial(_anew, ours, functools.partial(module, bench, PACKAGE, packed))
        archive = {"path": [str(source)], "dest": str(theirs), "format": "zip"}
        theirs_new = functools.partial(_anew, theirs, functools.partial(module, bench, ARCHIVE, archive, bench.peers))
        cases: dict[str, Callable[[], Usage]] = {
            "hashing": functools.partial(inside, "plain", source),
            "unchanged": functools.partial(inside, "unchanged", source),
            "their start": functools.partial(start, ARCHIVE, bench.peers),
            "archive": theirs_new,
            "our start": functools.partial(start, PACKAGE),
            "package": ours_new,
            "again": functools.partial(module, bench, PACKAGE, {**packed, "dest": str(there)}),
        }
        found = interleaved(cases, bench.runs)
        seconds = {name: tuple(usage.seconds for usage in usages) for name, usages in found.items()}
        seconds |= {name: above(seconds[name], seconds[floor]) for name, floor in FLOORS.items()}
        median = {name: statistics.median(values) for name, values in seconds.items()}
        peaks = {name: max(usage.peak_mb for usage in usages) for name, usages in found.items()}
        sizes = {name: f", {path.stat().st_size / 1e6:.1f} MB" for name, path in {"archive": theirs, "package": ours, "again": there}.items()}
        reached = {
            "unchanged": {
                "packaging-unchanged": median["unchanged"] / median["hashing"],
                "packaging-memory": max(peaks[name] for name in ("unchanged", "package", "again")),
            },
            "package": {"packaging-changed": median["package"] / median["archive"]},
        }
        rows += [
            Row(
                PART,
                f"{title}: 50 MB in {label}",
                seconds[name],
                peak_mb=peaks[name],
                note=f"above the start of Python{sizes.get(name, '')}",
                peer=name in ("hashing", "archive"),
                reached=reached.get(name, {}),
            )
            for name, title in TITLES.items()
        ]
    return rows


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        timed(sys.argv[1], Path(sys.argv[2]))
