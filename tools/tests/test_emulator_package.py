# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a package: installed into a clean environment, it runs far away from the repository."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tools.project import ROOT, borrow_package_settings, environment
from tools.workspace import list_files

FOLDER = Path("tests/emulator")
NOT_PART_OF_IT = {"README.md", "pyproject.toml", "requirements.txt"}
DEPLOY = """\
import json, os, time, urllib.request

def ask(method, path, body=None):
    url = f"{os.environ['E2E_API_ENDPOINT']}{path}?apikey={os.environ['E2E_API_KEY']}&project_id=1&location=Delhi"
    headers = {"Authorization": "Bearer " + os.environ["E2E_AUTH_TOKEN"], "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode() if body else None, headers, method=method)) as answer:
        return json.load(answer)["data"]

settings = {"memory": 128, "timeout": 30, "environment_variables": {}, "requirements": "", "secrets": [], "arguments": {}, "params": {}}
code = "def handle(event, context): return 'installed'"
ask("POST", "faas/functions/", {"function": "f", "runtime": "python3-http-debian", "node_type": "cpu", "code": code, **settings})
while (function := ask("GET", "faas/function/f/"))["status"] not in ("running", "failed"):
    time.sleep(0.1)
with urllib.request.urlopen(function["url"]) as answer:
    print(answer.read().decode())
with urllib.request.urlopen(os.environ["OPENFAAS_URL"] + "/_emulator/page.js") as answer:
    print(answer.status)
"""


def test_it_runs_outside_of_the_repository(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    env = environment(venv, extra={"HOME": str(tmp_path)})
    borrow_package_settings(tmp_path)

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    program, python = str(venv / "bin" / "e2e-emulator"), str(venv / "bin" / "python")
    run(sys.executable, "-m", "venv", "--without-pip", str(venv))
    before = set(list_files(ROOT))
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", str(ROOT / FOLDER))

    assert set(list_files(ROOT)) == before, "the installation leaves nothing in the repository"
    assert run(program, "--version").startswith("e2e-emulator ")
    assert run(program, "--build-seconds", "0", "--", python, "-c", DEPLOY) == "installed\n200\n"
    installed = Path(run(python, "-c", "import e2e_emulator; print(e2e_emulator.__path__[0])").strip())
    wanted = {path.relative_to(FOLDER) for path in before if path.is_relative_to(FOLDER)} - {Path(name) for name in NOT_PART_OF_IT}
    assert {path.relative_to(installed) for path in installed.rglob("*") if path.is_file() and path.suffix != ".pyc"} == wanted


def test_the_version_that_is_tested_is_one_that_may_be_installed() -> None:
    project = tomllib.loads((ROOT / FOLDER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = [line.split("==") for line in (ROOT / FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines() if "==" in line]
    assert [name for name, _version in pinned] == ["aiohttp"]
    assert project["dependencies"] == ["aiohttp>=3.14,<4"] and (3, 14) <= tuple(map(int, pinned[0][1].split("."))) < (4,)
