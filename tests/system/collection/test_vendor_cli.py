# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The functions of the vendor's command line client, and the collection on what it made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from controller import Controller
from vendor_cli import VendorCli


@pytest.fixture
def cli(vendor_cli: Callable[[Any], VendorCli], emulator: Any) -> VendorCli:
    return vendor_cli(emulator)


@pytest.mark.parametrize("language", ["python", "node"])
def test_the_life_of_a_function(cli: VendorCli, emulator: Any, language: str) -> None:
    assert "Setup is successfully completed" in cli.run("faas", "init", "--lang", language, "--name", "hello", "--memory", "256", "--timeout", "20")
    handler = cli.folder / "hello" / {"python": "handler.py", "node": "handler.js"}[language]
    assert handler.is_file() and (cli.folder / "hello" / "function_config.yaml").is_file()

    deployed = cli.run("faas", "deploy", "--name", "hello")
    assert "message" in deployed and "errors" not in deployed
    function = cli.wait_until_running("hello")
    assert (function["memory"], function["timeout"]) == (256, 20)

    listed = cli.run("faas", "list")
    assert "hello" in listed and "running" in listed and function["url"] in listed

    first = cli.run("faas", "invoke", "--name", "hello", "--payload", '{"key": "value"}')
    assert "does not exist" not in first and "Error" not in first and first.strip()

    new = {
        "python": 'def handle(event, context):\n    return {"statusCode": 200, "body": "second " + event.method}\n',
        "node": 'module.exports = async (event, context) => context.status(200).succeed("second " + event.method);\n',
    }[language]
    handler.write_text(new, encoding="utf-8")
    assert "errors" not in cli.run("faas", "redeploy", "--name", "hello")
    cli.wait_until_running("hello")
    assert cli.run("faas", "invoke", "--name", "hello").strip() == "second POST"

    destroyed = cli.run("faas", "destroy", "--name", "hello", answers="y\n")
    assert "deleted successfully" in destroyed
    assert not (cli.folder / "hello").exists()
    assert "hello" not in cli.run("faas", "list")
    assert "does not exist" in cli.run("faas", "invoke", "--name", "hello")


@pytest.fixture
def deployed_by_the_cli(cli: VendorCli, emulator: Any) -> Path:
    """The folder of a function that the client made, changed by a person, and deployed."""
    cli.run("faas", "init", "--lang", "python", "--name", "shared", "--memory", "128", "--timeout", "7")
    folder = cli.folder / "shared"
    config = folder / "function_config.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "  environment:\n    GREETING: hi\n    RETRIES: 3\n", encoding="utf-8")
    cli.run("faas", "deploy", "--name", "shared")
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
    assert cli.run("faas", "invoke", "--name", "shared").strip() == "ours"

    cli.run("faas", "redeploy", "--name", "shared")
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
