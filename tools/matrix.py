# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test with each supported ansible-core, on each Python it supports that is installed, and closes with a table."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools import emulator
from tools.check import Report, run_chain
from tools.parts import Runner, copy
from tools.project import CACHE, ROOT, ToolError, environment
from tools.totals import Totals, read_integration, read_pytest, read_sanity
from tools.venvs import ensure

TESTS = ("sanity", "units", "integration")

#: What tests/config.yml says that modules need.
OLDEST_TARGET = "3.9"


@dataclass(frozen=True)
class Core:
    """The Pythons that a release of ansible-core supports: those that Ansible itself runs on, and older ones that only modules run on."""

    controllers: tuple[str, ...]
    targets: tuple[str, ...]


#: As each release's ansible-test has them; a run fails when it has others.
CORES: Mapping[str, Core] = {
    "2.18": Core(("3.11", "3.12", "3.13"), ("3.8", "3.9", "3.10")),
    "2.19": Core(("3.11", "3.12", "3.13"), ("3.8", "3.9", "3.10")),
    "2.20": Core(("3.12", "3.13", "3.14"), ("3.9", "3.10", "3.11")),
    "2.21": Core(("3.12", "3.13", "3.14"), ("3.9", "3.10", "3.11")),
}

_SUPPORTED = "from ansible_test._util.target.common.constants import *; print(*CONTROLLER_PYTHON_VERSIONS); print(*REMOTE_ONLY_PYTHON_VERSIONS)"


@dataclass(frozen=True)
class Pythons:
    """The Pythons of this machine: where each version is, or why it cannot be used."""

    found: Mapping[str, str]
    missing: Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """One run: tests of one kind, with one ansible-core on one Python."""

    core: str
    python: str
    test: str

    @property
    def name(self) -> str:
        """What it is called while it runs, and its log."""
        return f"core-{self.core}-python{self.python}-{self.test}"


def version_key(version: str) -> tuple[int, ...]:
    """What versions are sorted by."""
    return tuple(map(int, version.split(".")))


def find_pythons(versions: Iterable[str], which: Callable[[str], str | None] = shutil.which) -> Pythons:
    """Look for `python3.X` on the PATH. One that does not run, is another version or cannot make environments counts as missing."""
    found, missing = {}, {}
    for version in versions:
        try:
            found[version] = _interpreter(which(f"python{version}"), version)
        except ToolError as error:
            missing[version] = str(error)
    return Pythons(found, missing)


def _interpreter(path: str | None, version: str) -> str:
    """The program itself, where what stands on the PATH may be a link or a script that chooses among several versions."""
    if path is None:
        raise ToolError(f"python{version} is not on the PATH")
    command = [path, "-c", "import ensurepip, venv, os, sys; print('%d.%d' % sys.version_info[:2], os.path.realpath(sys.executable))"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ToolError(f"{path} does not run: {error.strerror}") from None
    said = done.stderr.strip().splitlines()
    if done.returncode:
        raise ToolError(f"{path} does not run: {said[-1 if 'Traceback' in said[0] else 0] if said else f'exit code {done.returncode}'}")
    real_version, _sep, interpreter = done.stdout.strip().partition(" ")
    if real_version != version:
        raise ToolError(f"{path} is Python {real_version}")
    return interpreter


def plan(cores: Sequence[str], tests: Sequence[str], pythons: Pythons) -> tuple[list[Cell], dict[tuple[str, str], str]]:
    """Return what to run, in order, and why the other pairs of an ansible-core and a Python are left out."""
    cells, skipped = [], {}
    for core in cores:
        controllers = [version for version in CORES[core].controllers if version in pythons.found]
        for version in sorted((*CORES[core].targets, *CORES[core].controllers), key=version_key):
            if version_key(version) < version_key(OLDEST_TARGET):
                skipped[core, version] = f"the collection needs Python {OLDEST_TARGET}"
            elif version not in pythons.found:
                skipped[core, version] = pythons.missing[version]
            elif not controllers:
                skipped[core, version] = f"ansible-core {core} itself needs one of Python {', '.join(CORES[core].controllers)}"
            else:
                cells += [Cell(core, version, test) for test in tests]
    return cells, skipped


def command(cell: Cell, controller: str) -> list[str]:
    """Return the call of ansible-test for a cell, where Ansible runs on the Python `controller` if it cannot run on the cell's."""
    options = ["--color", "no", "--truncate", "0"]
    if cell.test == "sanity":
        # What depends on the Python: that files compile, and that they can be imported. The rest is said once.
        only = [] if cell.python == controller else ["--test", "compile", "--test", "import"]
        return ["ansible-test", "sanity", *only, *options, "--venv", "--python", cell.python]
    own = cell.python if cell.python in CORES[cell.core].controllers else controller
    target = ["--target-python", f"venv/{cell.python}"] if cell.test == "units" else ["--target", f"controller:python=venv/{cell.python}"]
    return ["ansible-test", cell.test, *options, "--controller", f"origin:python=venv/{own}", *target]


def run(cell: Cell, runner: Runner, pythons: Pythons) -> Totals:
    """Run a cell, in a copy and with a home folder which the cells of one ansible-core share."""
    controller = max((version for version in CORES[cell.core].controllers if version in pythons.found), key=version_key)
    venv = ensure(f"core-{cell.core}", pythons.found[controller])
    where = copy(f"matrix-{cell.core}")
    # ansible-test's own environments are below the home folder, and each release puts other packages into them.
    home = CACHE / f"home-{cell.core}"
    # It looks for each Python on the PATH, and hands on little of the environment in which a script would choose the right one.
    path = f"{venv / 'bin'}{os.pathsep}{_links(pythons, home / 'bin')}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    env = environment(venv, extra={"ANSIBLE_TEST_CONTENT_ROOT": str(where), "PATH": path}, home=home)
    _check_supported(cell.core, venv, env)
    title = f"ansible-test {cell.test}"
    if cell.test == "integration":
        with emulator.for_integration(venv / "bin" / "python", env, where, name=cell.name):
            code, output = runner.run(command(cell, controller), cwd=where, env=env)
        return read_integration(output).with_exit_code(code, title)
    code, output = runner.run(command(cell, controller), cwd=where, env=env)
    return (read_sanity if cell.test == "sanity" else read_pytest)(output).with_exit_code(code, title)


def _links(pythons: Pythons, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for version, interpreter in pythons.found.items():
        (folder / f"python{version}").symlink_to(interpreter)
    return folder


def _check_supported(core: str, venv: Path, env: Mapping[str, str]) -> None:
    answer = subprocess.run([str(venv / "bin" / "python"), "-c", _SUPPORTED], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    lines = [tuple(line.split()) for line in answer.stdout.splitlines()]
    if lines != [CORES[core].controllers, CORES[core].targets]:
        raise ToolError(f"ansible-core {core} supports other Pythons than tools/matrix.py has: {answer.stdout}")


def table(cells: Sequence[Cell], skipped: Mapping[tuple[str, str], str], totals: Mapping[str, Totals], tests: Sequence[str]) -> list[str]:
    """Return the closing table: a row for each ansible-core and Python, with each kind of tests or the reason why there is none."""
    rows = [("ansible-core", "Python", *tests)]
    pairs = sorted({*((cell.core, cell.python) for cell in cells), *skipped}, key=lambda pair: (version_key(pair[0]), version_key(pair[1])))
    for core, python in pairs:
        role = "" if python in CORES[core].controllers else " (targets)"
        if (core, python) in skipped:
            rows.append((core, python + role, f"skipped: {skipped[core, python]}"))
        else:
            rows.append((core, python + role, *(_outcome(totals.get(Cell(core, python, test).name)) for test in tests)))
    widths = [max(len(row[column]) for row in rows if len(row) == len(rows[0])) for column in range(len(rows[0]))]
    widths[1] = max(len(row[1]) for row in rows)
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]


def _outcome(totals: Totals | None) -> str:
    if totals is None:
        return "not run"
    return f"{totals.passed} passed" + (f", {totals.failed} FAILED" if totals.failed else "") + (f", {totals.skipped} skipped" if totals.skipped else "")


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run what was asked for, two releases of ansible-core side by side."""
    parser = argparse.ArgumentParser(prog="python -m tools.matrix", description=__doc__)
    parser.add_argument("tests", nargs="*", metavar="TEST", help=f"some of: {', '.join(TESTS)} (default: all)")
    parser.add_argument("--core", action="append", metavar="X.Y", help=f"one release of ansible-core: {', '.join(CORES)} (default: all, or CORE)")
    parser.add_argument("--python", action="append", metavar="3.X", help="one version of Python (default: all that are installed, or TARGET)")
    options = parser.parse_args(arguments)
    asked_cores = options.core or re.findall(r"[^\s,]+", environ.get("CORE", ""))
    asked_pythons = options.python or re.findall(r"[^\s,]+", environ.get("TARGET", ""))
    every_python = sorted({version for core in CORES.values() for version in (*core.controllers, *core.targets)}, key=version_key)
    for kind, asked, known in (("test", options.tests, TESTS), ("release", asked_cores, tuple(CORES)), ("Python", asked_pythons, every_python)):
        for unknown in sorted({*asked} - {*known}):
            parser.error(f"there is no {kind} {unknown} here, only {', '.join(known)}")
    cores = [core for core in CORES if not asked_cores or core in asked_cores]
    tests = [test for test in TESTS if not options.tests or test in options.tests]
    pythons = find_pythons(every_python)
    cells, skipped = plan(cores, tests, pythons)
    if asked_pythons:
        cells = [cell for cell in cells if cell.python in asked_pythons]
        skipped = {pair: reason for pair, reason in skipped.items() if pair[1] in asked_pythons}
    report = Report(sys.stdout, live=False)
    parts = {cell.name: partial(run, cell, pythons=pythons) for cell in cells}
    chains = [chain for core in cores if (chain := [cell.name for cell in cells if cell.core == core])]
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        futures = [pool.submit(run_chain, chain, report, live=False, parts=parts) for chain in chains]
        try:
            for future in futures:
                future.result()
        except KeyboardInterrupt:
            report.interrupted.set()
    total = sum(report.totals.values(), Totals())
    print("", *table(cells, skipped, report.totals, tests), "", sep="\n")
    if total.failed:
        print(f"Full logs: {(CACHE / 'logs').relative_to(ROOT)}/core-*.log. Repeat a part with CORE=2.20 TARGET=3.12 make test-matrix.\n")
    print(f"{total.passed} passed, {total.failed} failed" + (f", {total.skipped} skipped" if total.skipped else ""))
    return 130 if report.interrupted.is_set() else int(bool(total.failed) or not total.passed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
