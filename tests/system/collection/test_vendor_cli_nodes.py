# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes and their neighbours by the vendor's command line client, and the collection on what it made.

Most of its calls leave out the project, some the location too, so the emulator does without them here. What the client
cannot do itself is not tried: it crashes when it deletes a volume (it makes the id a number and then a part of a text) and
when the deletion of an image is declined, and no command leads to its attaching of volumes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from account import IMAGE, PLAN, call
from controller import Controller
from vendor_cli import VendorCli
from waiting import until


@pytest.fixture(scope="session")
def _older_api(_emulators: Callable[..., Any]) -> Any:
    return _emulators(build_seconds=0.2, context="optional")


@pytest.fixture
def older_api(_older_api: Any) -> Any:
    """An emulator that does without project and location, empty."""
    _older_api.reset()
    return _older_api


@pytest.fixture
def cli(vendor_cli: Callable[[Any], VendorCli], older_api: Any) -> VendorCli:
    return vendor_cli(older_api)


@pytest.fixture
def controller(controller_of: Callable[[Any], Controller], older_api: Any) -> Controller:
    return controller_of(older_api)


def group_of(emulator: Any) -> str:
    """The id of the default security group, which the client asks for."""
    return str(next(group["id"] for group in call(emulator, "GET", "security_group/") if group["is_default"]))


def create_node(cli: VendorCli, emulator: Any, name: str = "web") -> int:
    """A node that the client made, once it runs."""
    made = cli.answer("node", "create", f"--name={name}", f"--plan={PLAN}", f"--image={IMAGE}", "--region=ncr", f"--security_group_id={group_of(emulator)}")
    number: int = made["data"]["node_create_response"][0]["id"]
    until(lambda: node(cli, number), lambda details: details["status"] == "Running")
    return number


def node(cli: VendorCli, number: int) -> dict[str, Any]:
    details: dict[str, Any] = cli.answer("node", "get", f"--node_id={number}")["data"]
    return details


def names(cli: VendorCli, kind: str) -> list[str]:
    return [one["name"] for one in cli.answer(kind, "list")["data"]]


def test_the_life_of_a_node(cli: VendorCli, older_api: Any) -> None:
    number = create_node(cli, older_api)

    assert names(cli, "node") == ["web"]
    details = node(cli, number)
    assert (details["id"], details["name"], details["plan"], details["security_group_count"]) == (number, "web", "C3.8GB", 1)

    assert "deletion cancelled" in cli.run("node", "delete", f"--node_id={number}", answers="n\n")
    assert names(cli, "node") == ["web"]
    assert "Node Successfully deleted" in cli.run("node", "delete", f"--node_id={number}", answers="y\n")
    until(lambda: names(cli, "node"), lambda left: not left)
    assert "not found" in cli.answer("node", "get", f"--node_id={number}")["message"]


def test_a_node_from_the_interactive_catalog(cli: VendorCli, older_api: Any) -> None:
    # Linux, Ubuntu, 24.04, the second plan; an answer that is not offered is asked for again.
    answers = "7\n1\n1\n1\n2\n"
    made = cli.answer("node", "create", "--auto", "--name=web", f"--security_group_id={group_of(older_api)}", answers=answers)

    assert made["data"]["node_create_response"][0]["plan"] == "C3.8GB"
    assert [item["detail"] for item in older_api.bill()["items"]] == [PLAN]


ACTIONS = ("enable_recovery", "disable_recovery", "reinstall", "reboot", "power_on", "power_off", "rename_node", "lock_vm", "unlock_vm")


def test_its_actions_are_of_another_time(cli: VendorCli, older_api: Any) -> None:
    number = create_node(cli, older_api)
    before = node(cli, number)

    for action in ACTIONS:
        answer = cli.answer("node", "--action", action, f"--node_id={number}", "--new_name=other")
        assert (answer["code"], answer["message"]) == (405, 'Method "POST" not allowed.'), action

    assert node(cli, number) == before
    assert cli.answer("node", "--action", "monitor", f"--node_id={number}")["data"]["server_health"] == "OK"


def test_the_life_of_an_image(cli: VendorCli, older_api: Any) -> None:
    def images() -> list[tuple[str, str]]:
        return [(image.get("image_name") or image["name"], image["image_state"]) for image in cli.answer("image", "list")["data"]]

    number = create_node(cli, older_api)
    image = cli.answer("image", "create", f"--node_id={number}", "--image_name=gold")["data"]["image_id"]
    until(images, lambda found: found == [("gold", "READY")])

    assert cli.answer("image", "rename", f"--image_id={image}", "--new_name=old")["data"]["status"] is True
    assert images() == [("old", "READY")]

    assert cli.answer("image", "delete", f"--image_id={image}", answers="y\n")["code"] == 200
    assert images() == []
    assert older_api.bill()["running"]["image"] == 0


def create_vpc(cli: VendorCli) -> int:
    """A VPC that the client made, once it is Active."""
    number: int = cli.answer("vpc", "create", "--vpc_name=net")["data"]["network_id"]
    until(lambda: cli.answer("vpc", "list")["data"], lambda found: found[0]["state"] == "Active")
    return number


def test_the_life_of_a_vpc(cli: VendorCli, older_api: Any) -> None:
    number = create_vpc(cli)

    assert [(vpc["network_id"], vpc["name"], vpc["is_e2e_vpc"]) for vpc in cli.answer("vpc", "list")["data"]] == [(number, "net", True)]
    assert "vpc Successfully deleted" in cli.run("vpc", "delete", f"--network_id={number}")
    assert names(cli, "vpc") == []


def create_volume(cli: VendorCli) -> int:
    """A volume that the client made, once it is Available."""
    number: int = cli.answer("volume", "create", "--name=data", "--size=250")["data"]["id"]
    until(lambda: cli.answer("volume", "list")["data"], lambda found: found[0]["status"] == "Available")
    return number


def test_a_volume(cli: VendorCli, older_api: Any) -> None:
    number = create_volume(cli)

    assert [(volume["block_id"], volume["size_string"]) for volume in cli.answer("volume", "list")["data"]] == [(number, "250 GB")]
    assert older_api.bill()["created"] == {"volume": 1}


def test_security_groups(cli: VendorCli, older_api: Any) -> None:
    printed = cli.run("security_groups", "list")

    assert group_of(older_api) in printed and "Default security group" in printed


# What the client makes, the module for it, and the options that describe it.
MADE: dict[str, tuple[Callable[[VendorCli, Any], Any], dict[str, Any]]] = {
    "e2e_node": (create_node, {"name": "web", "plan": "C3.8GB", "image": "Ubuntu 24.04", "security_groups": ["default"], "label": "default"}),
    "e2e_vpc": (lambda cli, emulator: create_vpc(cli), {"name": "net"}),
    "e2e_volume": (lambda cli, emulator: create_volume(cli), {"name": "data", "size": 250}),
}


@pytest.mark.parametrize("module", MADE)
@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
def test_the_modules_see_no_change_in_what_the_client_made(
    controller: Controller, cli: VendorCli, older_api: Any, module: str, check_mode: bool
) -> None:
    create, options = MADE[module]
    create(cli, older_api)
    older_api.clear_requests()

    result = controller.module(module, check_mode=check_mode, **options)

    assert not result.get("failed"), result
    assert (result["changed"], result["diff"], result["actions"], older_api.writes()) == (False, [], [], 0)


def test_the_client_on_what_a_module_made(controller: Controller, cli: VendorCli, older_api: Any) -> None:
    made = controller.module("e2e_node", name="app", plan="C3.8GB", image="Ubuntu 24.04")["node"]
    assert node(cli, made["id"])["vm_id"] == made["vm_id"]

    cli.run("node", "delete", f"--node_id={made['id']}", answers="y\n")
    until(lambda: names(cli, "node"), lambda left: not left)

    assert controller.module("e2e_node", name="app", state="absent")["changed"] is False
