# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions the matrix runs with, which it leaves out, and that what the collection says of itself is what is run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml

from tools import matrix
from tools.matrix import CORES, OLDEST_TARGET, Cell, Pythons, command, find_pythons, plan, table
from tools.project import ROOT
from tools.totals import Totals

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHONS = Pythons({"3.9": "/bin/python3.9", "3.12": "/bin/python3.12"}, {version: f"python{version} is not on the PATH" for version in
                                                                         ("3.8", "3.10", "3.11", "3.13", "3.14")})


def program(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_each_release_has_its_requirements() -> None:
    for core in CORES:
        assert f"\nansible-core=={core}." in (ROOT / "requirements" / f"core-{core}.txt").read_text(encoding="utf-8")
    assert {path.stem for path in (ROOT / "requirements").glob("core-*.txt")} == {f"core-{core}" for core in CORES}


def test_the_collection_says_what_is_tested() -> None:
    oldest = min(CORES, key=matrix.version_key)
    assert yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["requires_ansible"] == f">={oldest}.0"
    assert yaml.safe_load((ROOT / "tests" / "config.yml").read_text(encoding="utf-8"))["modules"] == {"python_requires": f">={OLDEST_TARGET}"}
    readme, page = ((ROOT / path).read_text(encoding="utf-8") for path in ("README.md", "docs/supported_versions.md"))
    assert f"({oldest} or newer)" in readme
    for core, pythons in CORES.items():
        targets = [version for version in pythons.targets if matrix.version_key(version) >= matrix.version_key(OLDEST_TARGET)]
        assert f"| {core} | {pythons.controllers[0]} to {pythons.controllers[-1]} | {targets[0]} to {pythons.controllers[-1]} |" in page


def test_pythons_that_cannot_be_used(tmp_path: Path) -> None:
    programs = {
        f"python{HERE}": sys.executable,
        "python3.0": sys.executable,
        "python3.1": program(tmp_path, "python3.1", "echo 'pyenv: python3.1: command not found' >&2; echo 'It is in 3.1.5.' >&2; exit 127"),
        "python3.2": program(tmp_path, "python3.2", "echo Traceback: >&2; echo '  File' >&2; echo 'No module named ensurepip' >&2; exit 1"),
        "python3.3": program(tmp_path, "python3.3", "exit 3"),
    }
    found = find_pythons([HERE, *(f"3.{minor}" for minor in range(5))], programs.get)
    assert found.found == {HERE: os.path.realpath(sys.executable)}
    assert found.missing == {
        "3.0": f"{sys.executable} is Python {HERE}",
        "3.1": f"{tmp_path}/python3.1 does not run: pyenv: python3.1: command not found",
        "3.2": f"{tmp_path}/python3.2 does not run: No module named ensurepip",
        "3.3": f"{tmp_path}/python3.3 does not run: exit code 3",
        "3.4": "python3.4 is not on the PATH",
    }


def test_what_runs_and_what_is_left_out() -> None:
    cells, skipped = plan(["2.18", "2.20"], ["units"], PYTHONS)
    assert cells == [Cell("2.18", "3.9", "units"), Cell("2.18", "3.12", "units"), Cell("2.20", "3.9", "units"), Cell("2.20", "3.12", "units")]
    assert skipped["2.18", "3.8"] == "the collection needs Python 3.9"
    assert skipped["2.20", "3.14"] == "python3.14 is not on the PATH"
    assert len(cells) + len(skipped) == 12, "each pair that is supported is either run or explained"
    cells, skipped = plan(["2.20"], ["units"], Pythons({"3.9": "/bin/python3.9"}, {**PYTHONS.missing, "3.12": "no"}))
    assert not cells and skipped["2.20", "3.9"] == "ansible-core 2.20 itself needs one of Python 3.12, 3.13, 3.14"


def test_an_old_python_runs_the_modules_and_not_ansible() -> None:
    assert command(Cell("2.20", "3.9", "integration"), "3.12")[-4:] == ["--controller", "origin:python=venv/3.12", "--target", "controller:python=venv/3.9"]
    assert command(Cell("2.20", "3.12", "units"), "3.13")[-4:] == ["--controller", "origin:python=venv/3.12", "--target-python", "venv/3.12"]


def test_all_of_sanity_is_run_once_for_a_release() -> None:
    assert "--test" not in command(Cell("2.20", "3.12", "sanity"), "3.12")
    assert command(Cell("2.20", "3.9", "sanity"), "3.12")[2:6] == ["--test", "compile", "--test", "import"]


def test_the_table() -> None:
    cells, skipped = plan(["2.20"], ["sanity", "units"], PYTHONS)
    totals = {"core-2.20-python3.9-sanity": Totals(2), "core-2.20-python3.9-units": Totals(40, 1, 2), "core-2.20-python3.12-sanity": Totals(34)}
    assert table(cells, skipped, totals, ["sanity", "units"]) == [
        "ansible-core  Python          sanity     units",
        "2.20          3.9 (targets)   2 passed   40 passed, 1 FAILED, 2 skipped",
        "2.20          3.10 (targets)  skipped: python3.10 is not on the PATH",
        "2.20          3.11 (targets)  skipped: python3.11 is not on the PATH",
        "2.20          3.12            34 passed  not run",
        "2.20          3.13            skipped: python3.13 is not on the PATH",
        "2.20          3.14            skipped: python3.14 is not on the PATH",
    ]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of the cells that main runs, which all pass."""
    ran: list[str] = []

    def note(cell: Cell, runner: object, pythons: Pythons) -> Totals:
        ran.append(cell.name)
        return Totals(1)

    monkeypatch.setattr(matrix, "run", note)
    monkeypatch.setattr(matrix, "find_pythons", lambda versions: PYTHONS)
    monkeypatch.setattr("tools.check.CACHE", tmp_path)
    return ran


def test_a_selection(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix.main(["units"], {"CORE": "2.21, 2.18", "TARGET": "3.12"}) == 0
    assert sorted(runs) == ["core-2.18-python3.12-units", "core-2.21-python3.12-units"]
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed"
    runs.clear()
    assert matrix.main(["--core", "2.20", "--python", "3.9"], {"CORE": "2.18"}) == 0
    assert runs == [f"core-2.20-python3.9-{test}" for test in matrix.TESTS]


def test_nothing_run_is_not_a_success(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix.main(["--core", "2.20", "--python", "3.14"], {}) == 1
    assert "skipped: python3.14 is not on the PATH" in capsys.readouterr().out


def test_a_version_that_is_not_in_the_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        matrix.main(["--core", "2.12"], {})
    assert "there is no release 2.12 here, only 2.18, 2.19, 2.20, 2.21" in capsys.readouterr().err
