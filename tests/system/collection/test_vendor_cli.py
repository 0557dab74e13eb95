# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's command line client, and the collection on what it made.

The client is ``e2e-cli`` as published, in an environment of its own (``requirements/vendor-cli.txt``): E2E_VENDOR_CLI
names its program. The tests run a copy of its package with two differences: the base URL, and one line that Python 3.11
cannot read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from controller import Controller
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

    def faas(self, *arguments: str, answers: str = "") -> str:
        """Run ``e2e_cli faas ...`` and give what it printed after naming the alias it uses."""
        done = subprocess.run(
            [str(self._python), "-c", LAUNCH, self._base_url, "faas", *arguments],
            cwd=self.folder, env=self._environ, input=answers, capture_output=True, text=True, timeout=120, check=False,
        )
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stdout + done.stderr
        return done.stdout.removeprefix("Using alias : default\n")

    def details(self, name: str) -> dict[str, Any]:
        """The function that ``get`` prints."""
        found: dict[str, Any] = json.loads(self.faas("get", "--name", name))["data"]
        return found

    def wait_until_running(self, name: str) -> dict[str, Any]:
        return until(lambda: self.details(name), lambda function: function["status"] == "running")


@pytest.fixture
def cli(emulator: Any, tmp_path: Path) -> VendorCli:
    program = os.environ.get("E2E_VENDOR_CLI")
    if not program:
        pytest.fail("E2E_VENDOR_CLI does not name the vendor's client. `make system` installs it and sets this.")
    return VendorCli(Path(program), emulator, tmp_path)


@pytest.mark.parametrize("language", ["python", "node"])
def test_the_life_of_a_function(cli: VendorCli, emulator: Any, language: str) -> None:
    assert "Setup is successfully completed" in cli.faas("init", "--lang", language, "--name", "hello", "--memory", "256", "--timeout", "20")
    handler = cli.folder / "hello" / {"python": "handler.py", "node": "handler.js"}[language]
    assert handler.is_file() and (cli.folder / "hello" / "function_config.yaml").is_file()

    deployed = cli.faas("deploy", "--name", "hello")
    assert "message" in deployed and "errors" not in deployed
    function = cli.wait_until_running("hello")
    assert (function["memory"], function["timeout"]) == (256, 20)

    listed = cli.faas("list")
    assert "hello" in listed and "running" in listed and function["url"] in listed

    first = cli.faas("invoke", "--name", "hello", "--payload", '{"key": "value"}')
    assert "does not exist" not in first and "Error" not in first and first.strip()

    new = {
        "python": 'def handle(event, context):\n    return {"statusCode": 200, "body": "second " + event.method}\n',
        "node": 'module.exports = async (event, context) => context.status(200).succeed("second " + event.method);\n',
    }[language]
    handler.write_text(new, encoding="utf-8")
    assert "errors" not in cli.faas("redeploy", "--name", "hello")
    cli.wait_until_running("hello")
    assert cli.faas("invoke", "--name", "hello").strip() == "second POST"

    destroyed = cli.faas("destroy", "--name", "hello", answers="y\n")
    assert "deleted successfully" in destroyed
    assert not (cli.folder / "hello").exists()
    assert "hello" not in cli.faas("list")
    assert "does not exist" in cli.faas("invoke", "--name", "hello")


@pytest.fixture
def deployed_by_the_cli(cli: VendorCli, emulator: Any) -> Path:
    """The folder of a function that the client made, changed by a person, and deployed."""
    cli.faas("init", "--lang", "python", "--name", "shared", "--memory", "128", "--timeout", "7")
    folder = cli.folder / "shared"
    config = folder / "function_config.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "  environment:\n    GREETING: hi\n    RETRIES: 3\n", encoding="utf-8")
    cli.faas("deploy", "--name", "shared")
    cli.wait_until_running("shared")
    emulator.clear_requests()
    return folder


ROLE = {"role": "e2enetworks.cloud.faas_function"}


def play_role(controller: Controller, folder: Path, *options: str) -> Any:
    return controller.tasks([], *options, roles=[{**ROLE, "vars": {"faas_function_src": str(folder)}}])


@pytest.mark.parametrize("options", [(), ("--check",)], ids=["run", "check"])
def test_the_role_sees_no_change_in_a_folder_that_the_client_deployed(
    controller: Controller, emulator: Any, deployed_by_the_cli: Path, options: tuple[str, ...]
) -> None:
    play = play_role(controller, deployed_by_the_cli, "--diff", *options).succeeded()

    assert play.changes == []
    assert emulator.writes() == 0


def test_the_role_sees_one_changed_line_in_it(controller: Controller, emulator: Any, deployed_by_the_cli: Path) -> None:
    handler = deployed_by_the_cli / "handler.py"
    handler.write_text(handler.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")

    play = play_role(controller, deployed_by_the_cli, "--diff").succeeded()

    assert "+# edited" in play.output
    assert emulator.writes() == 1


def test_the_module_sees_no_change_either(controller: Controller, emulator: Any, deployed_by_the_cli: Path) -> None:
    result = controller.function(
        name="shared", runtime="python", src=str(deployed_by_the_cli), memory=128, timeout=7, env={"GREETING": "hi", "RETRIES": 3}
    )

    assert not result.get("failed") and not result["changed"], result
    assert emulator.writes() == 0


def test_the_client_updates_what_the_collection_deployed(controller: Controller, cli: VendorCli, deployed_by_the_cli: Path) -> None:
    options: dict[str, Any] = {"name": "shared", "runtime": "python", "src": str(deployed_by_the_cli)}
    handler = deployed_by_the_cli / "handler.py"
    handler.write_text('def handle(event, context):\n    return {"statusCode": 200, "body": "ours"}\n', encoding="utf-8")
    assert controller.function(**options)["changed"]
    assert cli.faas("invoke", "--name", "shared").strip() == "ours"

    cli.faas("redeploy", "--name", "shared")
    cli.wait_until_running("shared")

    # The client's update takes our digest away. The code is there to compare, so that is no change.
    assert not controller.function(**options)["changed"]


def test_the_config_file_of_the_client_is_a_source_of_credentials(controller: Controller, cli: VendorCli) -> None:
    for name in ("E2E_API_KEY", "E2E_AUTH_TOKEN", "E2E_PROJECT_ID", "E2E_LOCATION"):
        controller.environ.pop(name)
    controller.environ["HOME"] = str(cli.home)

    assert controller.module("e2e_faas_runtime_info")["runtimes"]
    assert controller.module("e2e_faas_runtime_info", profile="mine")["runtimes"]
    assert "'other'" in controller.module("e2e_faas_runtime_info", profile="other")["msg"]
