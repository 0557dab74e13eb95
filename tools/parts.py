# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of `make test`: what each of them runs, where, and how its outcome is read."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tools import awx, coverage_gate, emulator
from tools.project import CACHE, HOME, ROOT, environment
from tools.totals import Totals, plain, read_integration, read_molecule, read_pytest, read_sanity
from tools.venvs import ensure
from tools.workspace import assemble

PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
_ANSIBLE_TEST_OPTIONS = ("--venv", "--python", PYTHON_VERSION, "--color", "no", "--truncate", "0")


class Log(Protocol):
    """Where the output of a part goes."""

    def write(self, text: str, /) -> int:
        ...

    def flush(self) -> None:
        ...


class Runner:
    """Runs the programs of one part and keeps all they print in the part's log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def run(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> tuple[int, str]:
        """Run `command` to its end and return its exit code and what it printed, errors included."""
        self.say(f"$ {' '.join(command)}")
        process = subprocess.Popen(
            list(command), cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", errors="replace",
        )
        lines = []
        if process.stdout is not None:
            for line in process.stdout:
                lines.append(line)
                self._log.write(line)
                self._log.flush()
        return process.wait(), "".join(lines)

    def say(self, text: str) -> None:
        """Write a line of our own to the log."""
        self._log.write(f"{text}\n")
        self._log.flush()


@functools.cache
def copy(name: str) -> Path:
    """Return the working copy `name`, made fresh once in this process; parts which leave files behind have one each."""
    return assemble(name)


def _top(collection: Path) -> Path:
    return collection.parents[2]


def _ansible_test(runner: Runner, workspace: str, command: Sequence[str], *, options: Sequence[str] = _ANSIBLE_TEST_OPTIONS) -> tuple[int, str]:
    where = copy(workspace)
    # Without it ansible-test would ask the surrounding git repository, which ignores its copies.
    env = environment(ensure("test"), extra={"ANSIBLE_TEST_CONTENT_ROOT": str(where)})
    return runner.run(["ansible-test", *command, *options], cwd=where, env=env)


def sanity(runner: Runner) -> Totals:
    """All sanity tests of ansible-test; the collection has no ignore file."""
    code, output = _ansible_test(runner, "sanity", ["sanity"])
    return read_sanity(output).with_exit_code(code, "ansible-test sanity")


def units(runner: Runner) -> Totals:
    """The unit tests, with coverage."""
    code, output = _ansible_test(runner, "covered", ["units", "--coverage"])
    return read_pytest(output).with_exit_code(code, "ansible-test units")


def integration(runner: Runner) -> Totals:
    """The integration targets twice: with modules that run directly, with coverage, and then in processes of their own."""
    return _integration(runner, direct=True, options=("--coverage",)) + _integration(runner, direct=False)


def _integration(runner: Runner, *, direct: bool, options: Sequence[str] = ()) -> Totals:
    """The integration targets against emulators started for them, one for each dialect of a gateway."""
    venv = ensure("test")
    with emulator.for_integration(venv / "bin" / "python", environment(venv), copy("covered"), e2e_direct=direct):
        code, output = _ansible_test(runner, "covered", ["integration", *options])
    return read_integration(output).with_exit_code(code, f"ansible-test integration, {'direct' if direct else 'in processes'}")


def coverage(runner: Runner) -> Totals:
    """The lines of `plugins/` which the unit and integration tests ran, together."""
    where = copy("covered")
    code, _output = _ansible_test(runner, "covered", ["coverage", "xml"])
    report = where / "tests" / "output" / "reports" / "coverage.xml"
    if code or not report.exists():
        return Totals(failed=1, closing=("ansible-test coverage: no report was written",))
    table, problems = coverage_gate.describe(coverage_gate.read_report(report.read_text(encoding="utf-8"), where))
    runner.say(table)
    folders = [line.strip() for line in table.splitlines() if "/  " in line]
    return Totals(len(coverage_gate.THRESHOLDS) - len(problems), len(problems), closing=(*folders, *problems))


def system(runner: Runner) -> Totals:
    """The tests that use the collection, the vendor's command line client and AWX's code as a user does."""
    # They wait for processes most of the time, so more of them than there are cores can run at once. A gateway that is named is one for all of them.
    at_once = "0" if "OPENFAAS_URL" in os.environ else "3"
    return _system(runner, "collection", "-n", at_once, extra={"E2E_AWX_COLLECTIONS": str(awx.collections())})


def emulation(runner: Runner) -> Totals:
    """The tests of the emulator on its own."""
    return _system(runner, "emulator")


def soak(runner: Runner) -> Totals:
    """The long proofs: the same seed gives the same cases, `SOAK_SEED=2 make soak` others."""
    # The proofs wait more than they work.
    return _system(runner, "soak", "-n", "4", "--dist", "worksteal")


def _system(runner: Runner, folder: str, *options: str, extra: Mapping[str, str] | None = None) -> Totals:
    where = copy(f"system-{folder}")
    cli = ensure("vendor-cli")
    env = environment(ensure("test"), collections=_top(where), extra={
        "PYTHONPATH": str(_top(where)),
        "E2E_VENDOR_CLI": str(cli / "bin" / "e2e_cli"),
        **(extra or {}),
        # A gateway that is named is meant to be tested with.
        **{name: value for name, value in os.environ.items() if name.startswith(("OPENFAAS_", "SOAK_"))},
    })
    command = ["python", "-m", "pytest", f"tests/system/{folder}", "-q", "-rfEs", "--durations=10", "--color=no", "-p", "no:cacheprovider", *options]
    code, output = runner.run(command, cwd=where, env=env)
    return read_pytest(output).with_exit_code(code, f"pytest tests/system/{folder}")


def molecule(runner: Runner) -> Totals:
    """The role's scenarios; the one called `default` starts and stops the emulator for all of them."""
    where = copy("molecule")
    # What an interrupted run left there belongs to a copy that is gone.
    for left in (HOME / ".ansible" / "tmp").glob("molecule.*"):
        shutil.rmtree(left, ignore_errors=True)
    env = environment(ensure("test"), collections=_top(where), extra={"NO_COLOR": "1"})
    code, output = runner.run(["molecule", "test", "--all"], cwd=where, env=env)
    return read_molecule(output).with_exit_code(code, "molecule test")


def types(runner: Runner) -> Totals:
    """mypy --strict for the plugins, the emulator, the benchmarks and these tools."""
    where = copy("types")
    env = environment(ensure("lint"), extra={"MYPY_CACHE_DIR": str(CACHE / "mypy")})
    configuration = str(where / "pyproject.toml")
    return _checks(runner, {
        "mypy plugins/": (["mypy", "--config-file", configuration, "-p", "ansible_collections.e2enetworks.cloud.plugins"], _top(where)),
        "mypy tests/emulator/, tests/benchmarks/ and tools/": (
            ["mypy", "--config-file", configuration, "-p", "tests.emulator", "-p", "tests.benchmarks", "-p", "tools"], where,
        ),
    }, env)


def lint(runner: Runner) -> Totals:
    """The linters of the Ansible world, each at its strictest."""
    where = copy("lint")
    env = environment(ensure("lint"), extra={"NO_COLOR": "1", "ANSIBLE_COLLECTIONS_PATH": f"{_top(where)}{os.pathsep}{awx.collections()}"})
    return _checks(runner, {
        "ansible-lint": (["ansible-lint", "--offline", "--profile", "production"], where),
        "antsibull-docs": (["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "self",
                            "--check-extra-docs-refs", "."], where),
        "antsibull-changelog": (["antsibull-changelog", "lint"], where),
        "yamllint": (["yamllint", "--strict", "."], where),
        "galaxy-importer": ([sys.executable, "-m", "tools.tarball", "--check"], ROOT),
        "import-linter": (["env", f"PYTHONPATH={_top(where)}{os.pathsep}{where}", "lint-imports", "--no-cache"], where),
        "documentation site": ([sys.executable, "-m", "tools.site"], ROOT),
    }, env)


def tools(runner: Runner) -> Totals:
    """The tests of these tools."""
    where = copy("tools")
    env = environment(ensure("lint"))
    code, output = runner.run(["python", "-m", "pytest", "tools", "-q", "--color=no", "-p", "no:cacheprovider"], cwd=where, env=env)
    return read_pytest(output).with_exit_code(code, "pytest tools")


def _checks(runner: Runner, commands: Mapping[str, tuple[Sequence[str], Path]], env: Mapping[str, str]) -> Totals:
    result = Totals()
    for title, (command, cwd) in commands.items():
        code, output = runner.run(command, cwd=cwd, env=env)
        last = next((line.strip() for line in reversed(plain(output).splitlines()) if line.strip()), "ok" if code == 0 else f"exit code {code}")
        result += Totals(passed=int(code == 0), failed=int(code != 0), closing=(f"{title}: {last}",))
    return result


PARTS: Mapping[str, Callable[[Runner], Totals]] = {
    part.__name__: part for part in (sanity, units, integration, coverage, system, emulation, molecule, types, lint, tools, soak)
}

# What runs when nothing is named: `soak` is not among it. Chains run side by side, the parts of a chain one after the other; the longest first.
CHAINS = (("system",), ("units", "integration", "coverage"), ("emulation",), ("sanity",), ("molecule",), ("lint",), ("types",), ("tools",))
