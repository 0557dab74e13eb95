# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What surrounds nodes: check mode tells what the run does, a second run does nothing, and nothing is billed twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from account import call, make_nodes, reserve_address
from controller import Controller
from convergence import Kind, both, unchanged

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtpK8iCjxLmbm2Y0yKu8XpT5w9CkmNX0zYl0v2c7Cqm deploy@example.com"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPz5jN3CkW9Y6s0Zq1v8D2hTgE4bXr7uLmKoV5yQfA1w deploy@example.com"
HTTPS = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "443"}
SSH = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "22", "network": "10.1.0.0/24", "description": "office"}


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "e2e_ssh_key",
            {"label": "deploy", "ssh_key": KEY},
            [{"ssh_key": OTHER_KEY, "allow_replace": True}],
            {"id", "type", "created"},
            "ssh_keys/",
            identity=("label",),
        ),
        Kind(
            "e2e_security_group",
            {"name": "web", "description": "Web", "rules": [HTTPS, SSH]},
            [{"rules": [SSH, {"rule_type": "Outbound"}]}, {"rules": [], "description": ""}],
            {"id"},
            "security_group/",
        ),
        Kind(
            "e2e_vpc",
            {"name": "backend", "ipv4": "10.10.0.0/23"},
            [{"ipv4": "10.20.0.0/23", "allow_replace": True}],
            {"id", "is_active", "gateway", "gateway_node", "created_at", "subnets"},
            "vpc/",
            "vpc",
        ),
        Kind(
            "e2e_volume",
            {"name": "data", "size": 250},
            [{"node": "web"}, {"node": "mail", "size": 500, "allow_detach": True}, {"node": ""}],
            {"id"},
            "block_storage/",
            "volume",
        ),
        Kind(
            "e2e_reserved_ip",
            {"reuse": True},
            [{"node": "web"}, {"node": "mail", "allow_detach": True}, {"node": ""}],
            {"id", "ip_address", "type", "bought_at"},
            "reserve_ips/",
            "reserved_ip",
            identity=("ip_address",),
        ),
    )
}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@every_kind
def test_a_life(controller: Controller, emulator: Any, kind: Kind) -> None:
    make_nodes(emulator, "web", "mail")
    made = both(controller, emulator, kind, kind.create)
    identity = {name: made[kind.key][name] for name in kind.identity}
    for change in kind.changes:
        both(controller, emulator, kind, {**identity, **change})
    both(controller, emulator, kind, {**identity, "state": "absent"})
    if kind.bill:
        assert emulator.bill()["running"][kind.bill] == 0


LOST = {
    "504": {"action": "status", "status": 504},
    "page of a rate limit": {"action": "html", "status": 429},
    "cut": {"action": "cut"},
    "reset": {"action": "reset"},
}


@every_kind
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_create_whose_answer_is_lost_makes_one(controller: Controller, emulator: Any, kind: Kind, fault: dict[str, Any]) -> None:
    emulator.fault({"method": "POST", "path": kind.path, **fault, "when": "after"})

    result = controller.module(kind.module, **kind.create)

    assert not result.get("failed"), result
    assert any("it took effect" in warning for warning in result["warnings"])
    assert sum(request["method"] == "POST" and request["path"].endswith(kind.path) for request in emulator.requests()) == 1
    if kind.bill:
        assert emulator.bill()["created"][kind.bill] == 1
    unchanged(controller, emulator, kind.module, kind.create)


def test_what_may_have_been_made_is_not_made_again(controller: Controller, emulator: Any) -> None:
    volume = KINDS["volume"]
    emulator.fault({"method": "POST", "path": volume.path, "action": "status", "status": 504, "when": "before"})

    result = controller.module(volume.module, **volume.create)

    assert (result["failed"], result["error"]["outcome_known"]) == (True, False)
    assert "was not created again" in result["msg"]
    assert emulator.writes() == 1
    assert controller.module(volume.module, **volume.create)["changed"]
    assert emulator.bill()["created"]["volume"] == 1


@pytest.mark.parametrize("name", ["vpc", "volume", "reserved_ip"])
def test_without_credit_nothing_is_made(controller: Controller, emulator: Any, name: str) -> None:
    emulator.account(credit=False)

    result = controller.module(KINDS[name].module, **KINDS[name].create)

    assert (result["failed"], result["changed"], result["error"]["code"]) == (True, False, "refused")
    assert emulator.bill()["items"] == []


def test_two_of_one_name_are_never_guessed(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0.1, names="free")
    controller = controller_of(emulator)
    for _number in range(2):
        call(emulator, "POST", "block_storage/", name="data", size=250, iops=5000)

    result = controller.module("e2e_volume", name="data", state="absent")

    assert (result["error"]["code"], result["changed"]) == ("ambiguous", False)
    for volume in controller.module("e2e_volume_info")["volumes"]:
        assert str(volume["id"]) in result["msg"]
        assert controller.module("e2e_volume", volume_id=volume["id"], state="absent")["changed"]
    assert emulator.bill()["running"]["volume"] == 0


def test_a_group_whose_create_answers_no_id(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0.1, group_create_reply="no-id")

    both(controller_of(emulator), emulator, KINDS["security_group"], KINDS["security_group"].create)


@pytest.mark.parametrize("paging", ["no-totals", "ignored"])
def test_every_way_of_paging(controller_of: Callable[[Any], Controller], emulator_factory: Any, paging: str) -> None:
    emulator = emulator_factory(build_seconds=0.1, paging=paging)
    controller = controller_of(emulator)

    both(controller, emulator, KINDS["vpc"], KINDS["vpc"].create)
    both(controller, emulator, KINDS["volume"], KINDS["volume"].create)


def test_a_live_address_survives_as_a_reserved_one(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "web")
    kind = KINDS["reserved_ip"]

    made = both(controller, emulator, kind, {"node": "web", "live_reserve": True})

    assert made["reserved_ip"]["status"] == "live reserved"
    found = controller.module("e2e_reserved_ip_info", node="web")["reserved_ips"]
    assert [ip["ip_address"] for ip in found] == [made["reserved_ip"]["ip_address"]]


def test_an_address_that_cannot_be_attached_is_paid_for_once(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "web")
    emulator.fault({"method": "POST", "path": "reserve_ips/*/actions/", "action": "status", "status": 412, "times": 1})

    failed = controller.module("e2e_reserved_ip", node="web")

    assert (failed["failed"], failed["changed"], "was given back." in failed["msg"], failed["reserved_ip"]["status"]) == (True, True, True, "absent")
    assert emulator.bill()["running"].get("reserved_ip", 0) == 0

    emulator.fault({"method": "POST", "path": "reserve_ips/*/actions/", "action": "status", "status": 412, "times": 1})
    emulator.fault({"method": "DELETE", "path": "reserve_ips/*/actions/", "action": "status", "status": 412, "times": 1})

    failed = controller.module("e2e_reserved_ip", node="web")

    address = failed["reserved_ip"]["ip_address"]
    assert (failed["failed"], failed["changed"], failed["error"]["code"]) == (True, True, "refused")
    assert f"The IP {address} was reserved by this run. It stays reserved, and is billed" in failed["msg"]
    before = emulator.writes()
    for check_mode in (True, False):
        again = controller.module("e2e_reserved_ip", check_mode=check_mode, node="web")
        assert (again["error"]["code"], again["changed"], f"free: {address}." in again["msg"]) == ("invalid_input", False, True)
    assert emulator.writes() == before
    taken = both(controller, emulator, KINDS["reserved_ip"], {"node": "web", "reuse": True})
    assert taken["reserved_ip"]["ip_address"] == address
    assert emulator.bill()["running"]["reserved_ip"] == 1


def test_another_address_beside_a_free_one_on_request(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "web")
    reserve_address(emulator)

    both(controller, emulator, KINDS["reserved_ip"], {"node": "web", "reuse": False})

    assert emulator.bill()["running"]["reserved_ip"] == 2


@pytest.mark.parametrize(("name", "number"), [("volume", "volume_id"), ("vpc", "vpc_id"), ("security_group", "security_group_id")])
def test_a_wrong_name_beside_the_id_keeps_what_has_the_id(controller: Controller, emulator: Any, name: str, number: str) -> None:
    kind = KINDS[name]
    identity = {number: controller.module(kind.module, **kind.create)[kind.key]["id"]}
    before = emulator.writes()

    for check_mode in (True, False):
        refused = controller.module(kind.module, check_mode=check_mode, name="other", state="absent", **identity)
        assert (refused["error"]["code"], refused["changed"]) == ("invalid_input", False)

    assert emulator.writes() == before
    unchanged(controller, emulator, kind.module, kind.create)


@pytest.mark.parametrize("text", ["Web servers\n", "web ", "none", "null", "--"])
def test_a_description_is_compared_as_the_platform_keeps_it(controller: Controller, emulator: Any, text: str) -> None:
    options = {"name": " web\n", "description": text, "rules": [{"rule_type": "Inbound", "description": text}]}

    made = both(controller, emulator, KINDS["security_group"], options)

    assert made["security_group"]["name"] == "web"


@pytest.mark.parametrize("kind", [KINDS["vpc"], KINDS["volume"]], ids=lambda kind: kind.key)
def test_space_around_a_name_makes_no_second_one(controller: Controller, emulator: Any, kind: Kind) -> None:
    both(controller, emulator, kind, kind.create)

    unchanged(controller, emulator, kind.module, {**kind.create, "name": f" {kind.create['name']}\n"})


@pytest.mark.parametrize("ports", ["", "--", None])
def test_a_blank_port_range_opens_nothing(controller: Controller, emulator: Any, ports: str | None) -> None:
    rule = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": ports}

    refused = controller.module("e2e_security_group", name="web", rules=[rule])

    assert (refused["error"]["code"], "needs port_range" in refused["msg"]) == ("invalid_input", True)
    assert emulator.writes() == 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.key != "reserved_ip"], ids=lambda kind: kind.key)
@pytest.mark.parametrize("empty", ["", "  ", None])
def test_nothing_is_made_without_a_name(controller: Controller, emulator: Any, kind: Kind, empty: str | None) -> None:
    refused = controller.module(kind.module, **{**kind.create, **dict.fromkeys(kind.identity, empty)})

    assert (refused["failed"], refused["error"]["code"]) == (True, "invalid_input")
    assert emulator.writes() == 0


def test_the_groups_of_a_node(controller: Controller, emulator: Any) -> None:
    make_nodes(emulator, "web")

    found = controller.module("e2e_security_group_info", node="web")["security_groups"]

    assert [group["is_default"] for group in found] == [True]


def test_projects_without_naming_one(controller: Controller) -> None:
    for name in ("E2E_PROJECT_ID", "E2E_LOCATION"):
        del controller.environ[name]

    projects = controller.module("e2e_project_info")["projects"]

    assert [project["id"] for project in projects] == [1]
