# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's command line client: ``e2e-cli`` as published, in an environment of its own (``requirements/vendor-cli.txt``).

E2E_VENDOR_CLI names its program. The tests run a copy of its package with two differences: the base URL, and one line that
Python 3.11 cannot read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from waiting import until

PACKAGE = "e2e_cli"
LAUNCH = "import sys, e2e_cli.core.constants as c; c.BASE_URL = sys.argv.pop(1); from e2e_cli.main import run_main_class; run_main_class()"
# Quotes of one kind inside each other are allowed from Python 3.12 on.
NESTED_QUOTES = 'f"{os.path.expanduser("~")}\\\\.E2E_CLI\\\\config.json"'
READABLE = "os.path.expanduser('~') + '\\\\.E2E_CLI\\\\config.json'"


class VendorCli:
    """The client in a home and a working directory of its own."""

    def __init__(self, program: Path, emulator: Any, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        self._python = program.parent / "python"
        self._base_url = f"{emulator.url}/myaccount/"
        home, packages = folder / "vendor-home", folder / "packages"
        self.home = home
        self._environ = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
        source = next(program.parents[1].glob(f"lib/python*/site-packages/{PACKAGE}"))
        shutil.copytree(source, packages / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
        broken = packages / PACKAGE / "core" / "alias_service.py"
        text = broken.read_text(encoding="utf-8")
        assert NESTED_QUOTES in text
        broken.write_text(text.replace(NESTED_QUOTES, READABLE), encoding="utf-8")
        config = home / ".E2E_CLI" / "config.json"
        config.parent.mkdir(parents=True)
        account = {"api_key": emulator.env["E2E_API_KEY"], "api_auth_token": emulator.env["E2E_AUTH_TOKEN"]}
        default = {"api_key": "mine", "api_auth_token": "mine", "project_id": "1", "location": "Delhi"}
        config.write_text(json.dumps({"mine": account, "default": default}), encoding="utf-8")

    def run(self, *arguments: str, answers: str = "") -> str:
        """Run ``e2e_cli ...`` and give what it printed after naming the alias it uses. Without ``--debug`` it is silent about its errors."""
        done = subprocess.run(
            [str(self._python), "-c", LAUNCH, self._base_url, *arguments, "--debug"],
            cwd=self.folder, env=self._environ, input=answers, capture_output=True, text=True, timeout=120, check=False,
        )
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stdout + done.stderr
        return done.stdout.removeprefix("Using alias : default\n")

    def answer(self, *arguments: str, answers: str = "") -> dict[str, Any]:
        """Run it and give the API's answer, which most commands print last, after their questions."""
        printed = self.run(*arguments, answers=answers)
        found: dict[str, Any] = json.loads(printed[printed.index("{\n") :])
        return found

    def details(self, name: str) -> dict[str, Any]:
        """The function that ``get`` prints."""
        found: dict[str, Any] = self.answer("faas", "get", "--name", name)["data"]
        return found

    def wait_until_running(self, name: str) -> dict[str, Any]:
        return until(lambda: self.details(name), lambda function: function["status"] == "running")
