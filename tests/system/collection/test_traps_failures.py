# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traps 1 and 5 of the API: a failure under HTTP 200, and a create whose answer is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from account import call, make_nodes, reserve_address
from controller import Controller
from waiting import until
from wire import KEY, NEW, OTHER_KEY, bad, good, keys, sent, written, unsure

TEXT = "Not on a Sunday"
NO_CREDIT = {"code": 200, "data": {"is_credit_sufficient": False}, "errors": {}, "message": TEXT}

# What an answer can look like that says no, and the kind of failure that it is.
SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "200 with a code": ({"action": "failure_envelope", "shape": "code"}, "refused"),
    "200 with a status_code": ({"action": "failure_envelope", "shape": "status_code"}, "refused"),
    "200 with a detail": ({"action": "failure_envelope", "shape": "detail"}, "refused"),
    "200 with errors true": ({"action": "failure_envelope", "shape": "errors_true"}, "refused"),
    "200 with a code as text": ({"action": "failure_envelope", "body": {"code": "412", "errors": {"detail": [TEXT]}}}, "refused"),
    "200 without credit": ({"action": "failure_envelope", "body": NO_CREDIT}, "refused"),
    "200 with a 401": ({"action": "failure_envelope", "status": 401}, "authentication"),
    "412": ({"action": "status", "status": 412}, "refused"),
    "403 with a bare detail": ({"action": "status", "status": 403, "body": {"detail": TEXT}}, "authentication"),
}
every_shape = pytest.mark.parametrize(("shape", "code"), SHAPES.values(), ids=SHAPES)

# Ends a wait for what was never begun.
QUICK: dict[str, Any] = {"wait_timeout": 10}

# What is no answer of the API at all.
UNREADABLE: dict[str, dict[str, Any]] = {
    "page": {"action": "html", "status": 200},
    "empty": {"action": "empty"},
    "other JSON": {"action": "status", "status": 200, "body": {"hello": "world"}},
}

# A module that reads, with what it reads.
READS: dict[str, tuple[str, dict[str, Any], str]] = {
    "nodes": ("e2e_node", NEW, "nodes/"),
    "node": ("e2e_node_info", {"names": ["web"], "details": True}, "nodes/*/"),
    "operating systems": ("e2e_plan_info", {}, "images/os-category/"),
    "plans": ("e2e_plan_info", {"images": ["Ubuntu 24.04"]}, "images/"),
    "plans for a node": ("e2e_node", NEW, "images/"),
    "saved images": ("e2e_image_info", {}, "images/saved-images/"),
    "keys": ("e2e_ssh_key", {"label": "new", "ssh_key": OTHER_KEY}, "ssh_keys/"),
    "groups": ("e2e_security_group", {"name": "new"}, "security_group/"),
    "groups of a node": ("e2e_node", {"name": "web", "security_groups": ["default"]}, "security_group/*/attach/"),
    "VPCs": ("e2e_vpc", {"name": "new"}, "vpc/list/"),
    "volumes": ("e2e_volume", {"name": "new", "size": 250}, "block_storage/"),
    "plans of volumes": ("e2e_volume", {"name": "new", "size": 250}, "block_storage/plans/"),
    "addresses": ("e2e_reserved_ip", {"reuse": True}, "reserve_ips/"),
    "projects": ("e2e_project_info", {}, "pbac/project/"),
}
every_read = pytest.mark.parametrize(("module", "options", "path"), READS.values(), ids=READS)

# A module that writes.
WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "make a node": ("e2e_node", NEW),
    "label a node": ("e2e_node", {"name": "web", "label": "new"}),
    "stop a node": ("e2e_node", {"name": "web", "state": "stopped"}),
    "delete a node": ("e2e_node", {"name": "web", "state": "absent"}),
    "change a plan": ("e2e_node", {"name": "off", "plan": "C3.16GB"}),
    "change the groups of a node": ("e2e_node", {"name": "web", "security_groups": ["old", "default"]}),
    "put a node into a VPC": ("e2e_node", {"name": "web", "vpcs": ["old"]}),
    "save an image": ("e2e_image", {"name": "new", "node": "web"}),
    "make a key": ("e2e_ssh_key", {"label": "new", "ssh_key": OTHER_KEY}),
    "delete a key": ("e2e_ssh_key", {"label": "old", "state": "absent"}),
    "make a group": ("e2e_security_group", {"name": "new"}),
    "change a group": ("e2e_security_group", {"name": "old", "description": "new"}),
    "delete a group": ("e2e_security_group", {"name": "old", "state": "absent"}),
    "make a VPC": ("e2e_vpc", {"name": "new"}),
    "delete a VPC": ("e2e_vpc", {"name": "old", "state": "absent"}),
    "make a volume": ("e2e_volume", {"name": "new", "size": 250}),
    "attach a volume": ("e2e_volume", {"name": "old", "node": "web"}),
    "delete a volume": ("e2e_volume", {"name": "old", "state": "absent"}),
    "reserve an address": ("e2e_reserved_ip", {"node": "web", "reuse": False}),
    "attach an address": ("e2e_reserved_ip", {"node": "web", "reuse": True}),
}


@pytest.fixture(scope="module")
def world(_emulators: Callable[..., Any]) -> Any:
    """An account with something of each kind, which no test of this file may change."""
    emulator = _emulators(build_seconds=0.1)
    make_nodes(emulator, "web", "off")
    call(emulator, "PUT", f"nodes/{node_ids(emulator)['off']}/actions/", type="power_off")
    call(emulator, "POST", "ssh_keys/", label="old", ssh_key=KEY)
    call(emulator, "POST", "security_group/", name="old", description="old", rules=[])
    call(emulator, "POST", "vpc/", vpc_name="old")
    call(emulator, "POST", "block_storage/", name="old", size=250, iops=5000)
    reserve_address(emulator)
    settled = ["Active", "Available", "Powered off", "Running"]
    until(lambda: sorted(statuses(emulator)), lambda seen: seen == settled)
    return emulator


@pytest.fixture
def machine(world: Any, controller_of: Callable[[Any], Controller]) -> Controller:
    world.clear_faults()
    world.clear_requests()
    return controller_of(world)


def node_ids(emulator: Any) -> dict[str, int]:
    return {node["name"]: node["id"] for node in call(emulator, "GET", "nodes/")}


def statuses(emulator: Any) -> list[str]:
    things = [one for path in ("nodes/", "vpc/list/", "block_storage/") for one in call(emulator, "GET", path)]
    return [one.get("status") or one["state"] for one in things]


def state(emulator: Any) -> dict[str, Any]:
    """Everything that the account has."""
    lists = {path: call(emulator, "GET", path) for path in ("nodes/", "ssh_keys/", "security_group/", "vpc/list/", "block_storage/", "reserve_ips/")}
    return {**lists, "details": [call(emulator, "GET", f"nodes/{node['id']}/") for node in lists["nodes/"]], "bill": emulator.bill()}


def break_writes(emulator: Any, **fault: Any) -> None:
    for method in ("POST", "PUT", "DELETE"):
        emulator.fault({"method": method, "times": -1, **fault})


@every_shape
def test_trap_01_no_shape_of_a_failed_read_is_an_empty_list(machine: Controller, world: Any, shape: dict[str, Any], code: str) -> None:
    """A create whose look fails must not take that for "there is none"."""
    world.fault({"method": "GET", "path": "nodes/", "times": -1, "message": TEXT, **shape})

    assert TEXT in bad(machine.module("e2e_node", **NEW), code)
    assert set(sent(world)) == {"GET nodes/"}


@every_read
def test_trap_01_every_read_knows_a_failure_under_200(machine: Controller, world: Any, module: str, options: dict[str, Any], path: str) -> None:
    world.fault({"method": "GET", "path": path, "action": "failure_envelope", "shape": "errors_true", "message": TEXT, "times": -1})

    assert TEXT in bad(machine.module(module, **options), "refused")
    assert written(world) == []


@every_read
def test_trap_01_every_read_knows_a_page(machine: Controller, world: Any, module: str, options: dict[str, Any], path: str) -> None:
    world.fault({"method": "GET", "path": path, **UNREADABLE["page"], "times": -1})

    assert "HTML page" in bad(machine.module(module, **options, api_retries=0), "protocol")
    assert written(world) == []


@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE)
def test_trap_01_what_is_no_answer_is_no_empty_list(machine: Controller, world: Any, fault: dict[str, Any]) -> None:
    world.fault({"method": "GET", "path": "nodes/", **fault, "times": -1})

    assert "HTTP 200" in bad(machine.module("e2e_node", **NEW, api_retries=0), "protocol")
    assert set(sent(world)) == {"GET nodes/"}


@every_shape
def test_trap_01_no_shape_of_a_failed_create_is_a_node(machine: Controller, world: Any, shape: dict[str, Any], code: str) -> None:
    before = state(world)
    break_writes(world, message=TEXT, **shape)

    assert TEXT in bad(machine.module("e2e_node", **NEW, **QUICK), code)
    assert written(world) == ["POST nodes/"]
    assert state(world) == before


@pytest.mark.parametrize(("module", "options"), WRITES.values(), ids=WRITES)
def test_trap_01_every_write_knows_a_failure_under_200(machine: Controller, world: Any, module: str, options: dict[str, Any]) -> None:
    before = state(world)
    break_writes(world, action="failure_envelope", shape="errors_true", message=TEXT)

    assert TEXT in bad(machine.module(module, **options, **QUICK), "refused")
    assert len(written(world)) == 1
    assert state(world) == before


def test_trap_01_a_write_answered_by_a_page_is_not_reported_as_done(machine: Controller, world: Any) -> None:
    before = state(world)
    break_writes(world, **UNREADABLE["page"])

    result = machine.module("e2e_node", name="web", label="new", **QUICK)

    assert "HTTP 200" in unsure(result, "protocol")
    assert state(world) == before


@pytest.fixture
def twins(emulator_factory: Any) -> Any:
    """An account that takes a second node of the same name, so that a create that is sent again makes one."""
    return emulator_factory(build_seconds=0.1, names="free")


LOST: dict[str, dict[str, Any]] = {
    "500": {"action": "status", "status": 500},
    "page under 200": {"action": "html", "status": 200},
    "empty": {"action": "empty"},
    "cut": {"action": "cut"},
    "reset": {"action": "reset"},
    "hang": {"action": "hang"},
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_trap_05_a_node_whose_create_lost_its_answer_is_taken_over(twins: Any, controller_of: Callable[[Any], Controller], fault: dict[str, Any]) -> None:
    machine = controller_of(twins)
    twins.fault({"method": "POST", "path": "nodes/", **fault, "when": "after"})

    made = good(machine.module("e2e_node", **NEW, api_timeout=2))
    again = good(machine.module("e2e_node", **NEW))

    assert (made["changed"], again["changed"]) == (True, False)
    assert [node["id"] for node in call(twins, "GET", "nodes/")] == [made["node"]["id"]]
    assert (written(twins), twins.bill()["created"]["node"]) == (["POST nodes/"], 1)


def test_trap_05_a_node_that_may_have_been_made_is_not_made_again(twins: Any, controller_of: Callable[[Any], Controller]) -> None:
    machine = controller_of(twins)
    twins.fault({"method": "POST", "path": "nodes/", "action": "html", "status": 200, "when": "before", "times": -1})

    result = machine.module("e2e_node", **NEW)

    assert "not certain" in unsure(result, "protocol")
    assert (result["error"]["outcome_known"], written(twins), twins.bill()["items"]) == (False, ["POST nodes/"], [])


def test_trap_05_one_create_asks_for_one_node(twins: Any, controller_of: Callable[[Any], Controller]) -> None:
    good(controller_of(twins).module("e2e_node", **NEW))

    assert [body and "number_of_instances" in body for body in keys(twins, "POST nodes/")] == [True]
    assert [node["name"] for node in call(twins, "GET", "nodes/")] == ["app"]


def test_trap_05_names_that_repeat_are_never_guessed(twins: Any, controller_of: Callable[[Any], Controller]) -> None:
    make_nodes(twins, "app", "app")
    machine = controller_of(twins)

    for options in (NEW, {"name": "app", "label": "new"}, {"name": "app", "state": "absent"}):
        message = bad(machine.module("e2e_node", **options), "ambiguous")
        assert all(str(node["id"]) in message for node in call(twins, "GET", "nodes/"))
    assert written(twins) == []
