# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the parts' results become the closing line and the exit code."""

from __future__ import annotations

import io
import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools import check, emulator, project
from tools.check import Report
from tools.parts import CHAINS, PARTS
from tools.project import environment
from tools.totals import Totals


def test_every_part_belongs_to_one_chain() -> None:
    # The long proofs run only when they are asked for.
    assert sorted([*itertools.chain.from_iterable(CHAINS), "soak"]) == sorted(PARTS)


def test_closing_line_is_the_last_one(tmp_path: Path) -> None:
    output = io.StringIO()
    report = Report(output, live=False)
    report.end("units", Totals(passed=5, skipped=1), 1.0, tmp_path / "units.log")
    report.end("types", Totals(passed=2), 1.0, tmp_path / "types.log")
    assert report.close() == 0
    assert output.getvalue().splitlines()[-1] == "7 passed, 0 failed, 1 skipped"


def test_a_failure_shows_its_log_and_fails_the_run(tmp_path: Path) -> None:
    log = tmp_path / "units.log"
    log.write_text("the reason\n", encoding="utf-8")
    output = io.StringIO()
    report = Report(output, live=False)
    report.end("units", Totals(passed=5, failed=1), 1.0, log)
    assert report.close() == 1
    assert "the reason" in output.getvalue()
    assert output.getvalue().splitlines()[-1] == "5 passed, 1 failed"


def test_nothing_run_is_not_a_success() -> None:
    assert Report(io.StringIO(), live=False).close() == 1


def test_no_part_begins_after_an_interrupt() -> None:
    report = Report(io.StringIO(), live=False)
    report.interrupted.set()
    check.run_chain(["units", "integration"], report, live=False)
    assert not report.totals


def test_unknown_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["unit"]) == 2
    assert "the parts are sanity, units" in capsys.readouterr().err


def test_a_developers_account_stays_out_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("E2E_API_KEY", "SERVICE_API_KEY", "OPENFAAS_URL", "ANSIBLE_CONFIG", "PYTHONPATH", "XDG_CACHE_HOME", "GIT_DIR"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("KEPT", "yes")
    env = environment(tmp_path, extra=emulator.credentials("http://127.0.0.1:1"))
    assert "mine" not in env.values()
    assert env["KEPT"] == "yes"
    assert env["E2E_API_ENDPOINT"] == "http://127.0.0.1:1/myaccount/api/v1/"
    assert env["HOME"].endswith("/.cache/home")


def test_parts_that_start_together_prepare_one_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(project, "HOME", tmp_path / "home")
    monkeypatch.setattr(project, "CACHE", tmp_path)
    with ThreadPoolExecutor(max_workers=8) as pool:
        homes = {env["HOME"] for env in pool.map(environment, [tmp_path] * 32)}
    assert homes == {str(tmp_path / "home")}
    assert (tmp_path / "home" / ".ansible" / "test" / "cache" / "get_pip_24_2.py").read_bytes() == (project.ROOT / "tools" / "get_pip.py").read_bytes()
