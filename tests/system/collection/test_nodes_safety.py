# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator must not lose: a node that runs, its data, its address, its protection, and money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from account import call, make_nodes
from controller import Controller
from convergence import predicted_and_real, unchanged
from waiting import until
from wire import NEW, good

REPLACED = {"name": "app", "image": "Debian 12", "allow_replace": True}


def refused(result: dict[str, Any], code: str, *words: str) -> dict[str, Any]:
    assert (result.get("failed"), result["error"]["code"]) == (True, code), result
    assert all(word in result["msg"] for word in words), result["msg"]
    return result


def the_node(emulator: Any, name: str = "app") -> dict[str, Any]:
    """The one node of a name, with its details."""
    (found,) = [node for node in call(emulator, "GET", "nodes/") if node["name"] == name]
    details: dict[str, Any] = call(emulator, "GET", f"nodes/{found['id']}/")
    return details


def accepted(emulator: Any, method: str, end: str) -> int:
    """How many requests with this end of a path the emulator has carried out."""
    requests = [one for one in emulator.requests() if one["method"] == method and one["path"].endswith(end)]
    return sum(one["status"] in (200, 201, None) for one in requests)


@pytest.fixture
def slow(emulator_factory: Any) -> Any:
    """An emulator where things take long enough to be met under way."""
    return emulator_factory(build_seconds=1.5)


# A node that runs.


@pytest.mark.parametrize("status", [412, 500])
def test_a_plan_change_that_fails_leaves_the_node_running(controller: Controller, emulator: Any, status: int) -> None:
    make_nodes(emulator, "app")
    emulator.fault({"method": "PUT", "path": "nodes/upgrade/*", "action": "status", "status": status, "times": -1})

    result = controller.module("e2e_node", name="app", plan="C3.16GB", allow_downtime=True)

    assert result["failed"] and "was started again, with the plan C3.8GB" in result["msg"]
    assert the_node(emulator)["status"] == "Running"


def test_a_node_that_was_off_stays_off_and_that_is_said(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    good(controller.module("e2e_node", name="app", state="stopped"))

    result = good(controller.module("e2e_node", name="app", plan="C3.16GB"))

    assert result["node"]["status"] == "powered off"
    assert any("Set state: started to have it run afterwards" in warning for warning in result["warnings"])


@pytest.mark.parametrize(("method", "path"), [("PUT", "block_storage/*/vm/detach/"), ("DELETE", "nodes/*")], ids=["detach", "delete"])
def test_a_replacement_that_is_refused_leaves_the_node_running_with_its_volume(controller: Controller, emulator: Any, method: str, path: str) -> None:
    make_nodes(emulator, "app")
    good(controller.module("e2e_volume", name="data", size=250, node="app"))
    emulator.fault({"method": method, "path": path, "action": "status", "status": 412, "times": -1})

    result = refused(controller.module("e2e_node", **REPLACED), "refused", "was started again")

    assert "node app: powered off" in result["actions"]
    assert the_node(emulator)["status"] == "Running"
    (volume,) = controller.module("e2e_volume_info")["volumes"]
    assert (volume["node"], volume["status"]) == ("app", "attached")


@pytest.mark.parametrize("plan", ["C3.8GB", "C3.16GB"], ids=["after the plan", "before the plan"])
def test_a_node_that_a_killed_plan_change_left_off_is_started_by_the_next_run(controller: Controller, emulator: Any, plan: str) -> None:
    make_nodes(emulator, "app")
    good(controller.module("e2e_node", name="app", state="stopped"))
    wanted = {"name": "app", "plan": plan, "allow_downtime": True}

    predicted = good(controller.module("e2e_node", check_mode=True, **wanted))
    result = good(controller.module("e2e_node", **wanted))

    assert (predicted["changed"], predicted["diff"]) == (True, result["diff"])
    assert result["node"]["status"] == "running"
    assert any("was found powered off. This task may power it off itself" in warning for warning in result["warnings"])
    assert good(controller.module("e2e_node", **wanted))["changed"] is False


@pytest.mark.parametrize("state", ["restarted", "reinstalled"])
def test_a_new_node_needs_no_restart(controller: Controller, emulator: Any, state: str) -> None:
    result = good(controller.module("e2e_node", **NEW, state=state, locked=True))

    assert (result["node"]["status"], result["node"]["is_locked"]) == ("running", True)
    assert accepted(emulator, "PUT", "/actions/") == 1


UNDER_WAY = {
    "stopped": ({}, {"state": "stopped"}),
    "started": ({"state": "stopped"}, {"state": "started"}),
    "into a VPC": ({}, {"vpcs": ["net"]}),
    "out of a VPC": ({"vpcs": ["net"]}, {"vpcs": []}),
    "off a volume": ({"volumes": ["data"]}, {"volumes": [], "allow_detach": True}),
    "plan": ({"state": "stopped"}, {"plan": "C3.16GB"}),
}


@pytest.mark.parametrize(("before", "change"), UNDER_WAY.values(), ids=UNDER_WAY)
def test_a_task_repeated_while_its_change_is_under_way(
    controller_of: Callable[[Any], Controller], slow: Any, before: dict[str, Any], change: dict[str, Any]
) -> None:
    controller = controller_of(slow)
    good(controller.module("e2e_vpc", name="net"))
    good(controller.module("e2e_volume", name="data", size=250))
    good(controller.module("e2e_node", **NEW, **before))
    slow.clear_requests()

    good(controller.module("e2e_node", name="app", wait=False, **change))
    good(controller.module("e2e_node", name="app", **change))

    unchanged(controller, slow, "e2e_node", {"name": "app", **change})
    assert [one["status"] for one in slow.requests() if one["method"] in ("PUT", "POST")].count(200) == 1


@pytest.mark.parametrize("state", ["restarted", "reinstalled"])
def test_what_is_done_in_every_run_is_done_once_although_its_answer_is_lost(
    controller_of: Callable[[Any], Controller], emulator_factory: Any, state: str
) -> None:
    # Long enough for the next look to find the first one under way: afterwards nobody could tell.
    slow = emulator_factory(build_seconds=4)
    controller = controller_of(slow)
    good(controller.module("e2e_node", **NEW))
    slow.clear_requests()
    slow.fault({"method": "PUT", "path": "nodes/*/actions/", "action": "reset", "when": "after"})

    result = good(controller.module("e2e_node", name="app", state=state, allow_replace=True))

    assert result["node"]["status"] == "running"
    assert accepted(slow, "PUT", "/actions/") == 1


# What it has.


def test_a_replaced_node_keeps_its_address(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_node", **NEW))
    address = good(controller.module("e2e_reserved_ip", node="app"))["reserved_ip"]["ip_address"]

    result = good(controller.module("e2e_node", **REPLACED))

    assert result["node"]["reserved_ips"] == [address]
    (ip,) = call(emulator, "GET", "reserve_ips/")
    assert ip["vm_id"] == the_node(emulator)["vm_id"]
    assert emulator.bill()["created"]["reserved_ip"] == 1


def test_an_encrypted_node_is_not_replaced_by_one_that_is_not(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_node", **NEW, encryption_passphrase="correct horse battery"))
    before = emulator.writes()
    for check_mode in (True, False):
        refused(controller.module("e2e_node", check_mode=check_mode, **REPLACED), "invalid_input", "encryption_passphrase", "is encrypted")
    assert emulator.writes() == before

    result = good(controller.module("e2e_node", **REPLACED, encryption_passphrase="correct horse battery"))
    assert result["node"]["is_encryption_enabled"] is True


@pytest.mark.parametrize(("path", "option"), [("security_group/*/attach/", "security_groups"), ("nodes/*/networkdetail/", "vpcs")])
def test_links_that_cannot_be_read_are_not_lost_by_a_replacement(controller: Controller, emulator: Any, path: str, option: str) -> None:
    good(controller.module("e2e_vpc", name="net"))
    good(controller.module("e2e_node", **NEW, vpcs=["net"]))
    emulator.fault({"method": "GET", "path": path, "action": "status", "status": 404, "times": -1})
    before = emulator.writes()

    for check_mode in (True, False):
        refused(controller.module("e2e_node", check_mode=check_mode, **REPLACED), "invalid_input", f"{option}: the API does not tell")
    assert emulator.writes() == before


def test_what_cannot_be_taken_over_is_said(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_node", **NEW, backups=True))

    result = good(controller.module("e2e_node", **REPLACED, backups=True))

    assert any("start_script" in warning and "backups" not in warning for warning in result["warnings"])


def test_a_replacement_that_fails_tells_what_the_node_had(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_security_group", name="web", rules=[]))
    good(controller.module("e2e_volume", name="data", size=250))
    good(controller.module("e2e_node", **NEW, label="front", security_groups=["web"], volumes=["data"]))
    emulator.account(credit=False)

    result = refused(controller.module("e2e_node", **REPLACED), "refused", "was deleted before", "label: front", "security_groups: web", "volumes: data")

    assert result["changed"] is True
    assert result["actions"] == ["node app: powered off", "node app: volume data detached", "deleted node app"]
    assert call(emulator, "GET", "nodes/") == []


def test_a_node_is_replaced_by_its_number(controller: Controller, emulator: Any) -> None:
    old = good(controller.module("e2e_node", **NEW))["node"]["id"]

    new = good(controller.module("e2e_node", node_id=old, image="Debian 12", allow_replace=True))["node"]

    assert (new["name"], new["os"]["name"], new["id"] == old) == ("app", "Debian", False)


def test_volumes_come_off_a_node_that_does_not_run(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_volume", name="data", size=250))
    good(controller.module("e2e_node", **NEW, volumes=["data"]))
    emulator.clear_requests()

    good(controller.module("e2e_node", name="app", state="absent"))

    writes = [one["path"].rsplit("/v1/", 1)[1] for one in emulator.requests() if one["method"] != "GET"]
    assert [path.split("/")[-2] for path in writes[:2]] == ["actions", "detach"]


def test_an_address_comes_off_with_consent_only(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_node", **NEW))
    good(controller.module("e2e_reserved_ip", node="app"))

    for check_mode in (True, False):
        refused(controller.module("e2e_node", check_mode=check_mode, name="app", reserved_ip=""), "consent_required", "allow_detach")
    assert good(controller.module("e2e_node", name="app", reserved_ip="", allow_detach=True))["node"]["reserved_ips"] == []


# Which node.


def test_a_name_beside_a_number_is_held_against_it(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    number = the_node(emulator)["id"]

    for check_mode in (True, False):
        refused(controller.module("e2e_node", check_mode=check_mode, node_id=number, name="other", state="absent"), "invalid_input", "is named app, not other")
    assert the_node(emulator)["status"] == "Running"


def test_a_number_is_never_taken_for_a_name(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    number = the_node(emulator)["id"]
    make_nodes(emulator, str(number))

    good(controller.module("e2e_node_action", node_id=number, action="save_image", image_name="gold"))
    assert accepted(emulator, "PUT", f"nodes/{number}/actions/") == 1
    # What is not said to be a number stands for either, so it is not guessed.
    refused(controller.module("e2e_volume", name="data", size=250, node=str(number)), "ambiguous", str(number))


@pytest.mark.parametrize("option", ["name", "plan", "image"])
def test_an_empty_text_is_no_value(controller: Controller, emulator: Any, option: str) -> None:
    refused(controller.module("e2e_node", **{**NEW, option: " "}), "invalid_input", f"{option} is empty")
    assert emulator.requests() == [] or emulator.writes() == 0


def test_an_empty_name_is_not_taken_for_gone(controller: Controller, emulator: Any) -> None:
    for module in ("e2e_node", "e2e_volume", "e2e_vpc", "e2e_security_group", "e2e_image"):
        refused(controller.module(module, name="", state="absent"), "invalid_input", "name is empty")


@pytest.mark.parametrize("name", ["ab", "a_b", "x" * 51])
def test_names_that_the_platform_does_not_take(controller: Controller, emulator: Any, name: str) -> None:
    for check_mode in (True, False):
        refused(controller.module("e2e_node", check_mode=check_mode, **{**NEW, "name": name}), "invalid_input", "3 to 50 letters, digits and hyphens")
    assert emulator.writes() == 0


# What the platform says.


ODD_GROUPS = {"without ids": [{"security_group_id": 7}], "an object": {}, "nothing": []}


@pytest.mark.parametrize("data", ODD_GROUPS.values(), ids=ODD_GROUPS)
def test_groups_in_another_shape_are_unknown_and_not_none(controller: Controller, emulator: Any, data: Any) -> None:
    make_nodes(emulator, "app")
    body = {"code": 200, "data": data, "errors": {}, "message": ""}
    emulator.fault({"method": "GET", "path": "security_group/*/attach/", "action": "status", "status": 200, "body": body, "times": -1})

    result = good(controller.module("e2e_node", name="app", security_groups=["default"]))

    assert (result["changed"], emulator.writes()) == (False, 0)
    assert any("does not return security_groups" in warning for warning in result["warnings"])


def test_networks_that_are_no_vpc_are_left_alone(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_vpc", name="net"))
    good(controller.module("e2e_node", **NEW, vpcs=["net"]))
    number = call(emulator, "GET", "vpc/list/")[0]["network_id"]
    body = {"code": 200, "data": {"public": {"network_id": 1}, "vpc": [{"network_id": number}]}, "errors": {}, "message": ""}
    emulator.fault({"method": "GET", "path": "nodes/*/networkdetail/", "action": "status", "status": 200, "body": body, "times": -1})

    unchanged(controller, emulator, "e2e_node", {"name": "app", "vpcs": ["net"]})


@pytest.mark.parametrize("label", ["web\n", " web", "none", "[]"])
def test_a_label_is_the_text_that_it_is(controller: Controller, emulator: Any, label: str) -> None:
    good(controller.module("e2e_node", **NEW, label=label))

    unchanged(controller, emulator, "e2e_node", {"name": "app", "label": label})
    assert the_node(emulator)["label"] == label.strip()


def test_a_saved_image_of_another_system_is_no_image(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "app")
    good(controller.module("e2e_image", name="gold", node="app"))
    before = emulator.writes()

    options = {"name": "copy", "plan": "C3.8GB", "saved_image": "gold"}
    for check_mode in (True, False):
        refused(controller.module("e2e_node", check_mode=check_mode, **options, image="Debian 12"), "invalid_input", "gold is one of Ubuntu 24.04")
    assert emulator.writes() == before
    assert good(controller.module("e2e_node", **options, image="Ubuntu 24.04"))["changed"]


def test_a_plan_without_volumes_is_refused_before_it_is_billed(controller: Controller, emulator: Any) -> None:
    good(controller.module("e2e_volume", name="data", size=250))
    plan = next(one for one in controller.module("e2e_plan_info")["plans"] if one["available"] and one["takes_volumes"] is False)

    result = controller.module("e2e_node", name="app", plan=plan["id"], volumes=["data"])

    refused(result, "invalid_input", "no volume can be attached", plan["name"])
    assert "node" not in emulator.bill()["created"]


def test_one_that_is_being_deleted_is_waited_for_and_made_again(controller_of: Callable[[Any], Controller], slow: Any) -> None:
    controller = controller_of(slow)
    old = good(controller.module("e2e_node", **NEW))["node"]["id"]
    good(controller.module("e2e_node", name="app", state="absent", wait=False))

    assert good(controller.module("e2e_node", check_mode=True, **NEW))["actions"] == ["create node app"]
    assert good(controller.module("e2e_node", **NEW))["node"]["id"] != old


def test_check_mode_sees_what_has_failed(controller: Controller, emulator: Any) -> None:
    emulator.fault({"method": "POST", "path": "nodes/", "action": "build_fails"})
    assert controller.module("e2e_node", **NEW)["failed"]
    until(lambda: the_node(emulator)["status"], lambda status: status == "Failed")

    for check_mode in (True, False):
        refused(controller.module("e2e_node", check_mode=check_mode, **NEW), "resource_failed", "failed", "allow_replace: true")


def test_a_node_that_has_failed_is_made_again_with_consent(controller: Controller, emulator: Any) -> None:
    emulator.fault({"method": "POST", "path": "nodes/", "action": "build_fails"})
    assert controller.module("e2e_node", **NEW, label="front")["failed"]
    old = until(lambda: the_node(emulator), lambda node: node["status"] == "Failed")["id"]

    predicted, real = predicted_and_real(controller, emulator, "e2e_node", "node", {**NEW, "allow_replace": True})

    assert "status: failed" in real["diff"][0]["before"] and predicted["node"]["status"] == real["node"]["status"] == "running"
    assert (real["node"]["label"], real["node"]["id"] == old) == ("front", False)
    unchanged(controller, emulator, "e2e_node", {**NEW, "allow_replace": True})
