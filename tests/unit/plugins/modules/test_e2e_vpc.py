# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VPCs: one create each, known by network_id, waited for, and not deleted while nodes are in them."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_vpc, e2e_vpc_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    ANY,
    CREDENTIALS,
    MISSING,
    Answer,
    Run,
    ScriptedApi,
    Step,
    html,
    ok,
    refusal,
    run_module,
    timed_out,
)

PAGE = {"page_no": "1", "per_page": "100"}
BODY = {"vpc_name": "backend", "is_e2e_vpc": False, "ipv4": "10.10.0.0/23"}
MADE = ok({"network_id": 12, "vpc_id": 99, "vpc_name": "backend", "project_id": 42, "is_credit_sufficient": True}, status=201)

# What a network costs, which is asked when one is made or removed.
PRICES = Step("GET", "vpc/plans/", ok([{"name": "VPC", "currency": "INR", "price_per_hour": 1.5, "price_per_month": "1095"}]), None, {})


def vpc(**fields: t.Any) -> dict[str, t.Any]:
    subnets = [{"id": 3, "subnet_name": "s", "cidr": "10.10.0.0/23", "totalIPs": 509, "usedIPs": 0}]
    base = {"network_id": 12, "name": "backend", "ipv4_cidr": "10.10.0.0/23", "is_e2e_vpc": False, "state": "Active", "gateway_ip": "10.10.0.1"}
    return {**base, "created_at": "2026-02-18", "vm_count": 0, "subnets": subnets, **fields}


def listing(*vpcs: dict[str, t.Any]) -> Step:
    return Step("GET", "vpc/list/", ok(list(vpcs)), None, PAGE)


def post(answer: Answer = MADE, body: t.Any = ANY) -> Step:
    return Step("POST", "vpc/", answer, body)


def delete(answer: Answer = ok({"vpc_id": 99})) -> Step:
    return Step("DELETE", "vpc/12/", answer, None)


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_vpc, {**CREDENTIALS, "name": "backend", **args}, check=check)


def test_create_waits_until_it_is_active(api: ScriptedApi) -> None:
    api.expect(listing(), PRICES)
    predicted = run(check=True, ipv4="10.10.0.0/23")
    api.expect(listing(), PRICES, post(body=BODY), listing(), listing(vpc(state="Creating")), listing(vpc(state="Creating")), listing(vpc()))
    real = run(ipv4="10.10.0.0/23")
    assert predicted["diff"] == real["diff"]
    assert real["vpc"] == {
        "id": 12,
        "name": "backend",
        "ipv4": "10.10.0.0/23",
        "is_e2e_vpc": False,
        "state": "active",
        "is_active": None,
        "gateway": "10.10.0.1",
        "gateway_node": None,
        "node_count": 0,
        "created_at": "2026-02-18",
        "subnets": [{"id": 3, "name": "s", "cidr": "10.10.0.0/23", "total_ips": 509, "used_ips": 0}],
    }
    assert {name: predicted["vpc"][name] for name in ("name", "ipv4", "is_e2e_vpc", "state")} == {
        name: real["vpc"][name] for name in ("name", "ipv4", "is_e2e_vpc", "state")
    }


def test_addresses_by_the_platform(api: ScriptedApi) -> None:
    api.expect(listing(), PRICES, post(body={"vpc_name": "backend", "is_e2e_vpc": True}), listing(vpc(is_e2e_vpc=True)))
    assert run()["vpc"]["is_e2e_vpc"] is True


def test_a_second_run_is_one_request(api: ScriptedApi) -> None:
    api.expect(listing(vpc()))
    assert run(ipv4="10.10.0.0/23")["changed"] is False


def test_without_credit_nothing_is_made_although_the_answer_is_200(api: ScriptedApi) -> None:
    api.expect(listing(), PRICES, post(ok({"vpc_name": "backend", "is_credit_sufficient": False}, message="Add credit to your account")), listing())
    refused = run()
    assert (refused.code, refused["error"]["outcome_known"]) == ("refused", True)
    assert "Add credit to your account" in refused.msg


def test_one_that_somebody_else_makes_during_a_pause_is_not_joined_by_another(api: ScriptedApi) -> None:
    api.expect(listing(), PRICES, post(refusal(429, "slow down")), *[listing(vpc())] * 2)
    taken = run()
    assert (taken["vpc"]["state"], taken["changed"], len(api.writes)) == ("active", True, 1)
    assert taken["actions"] == ["took over VPC backend, which is there although its create was refused"]


@pytest.mark.parametrize("lost", [html(502), html(200), timed_out()], ids=["gateway", "page", "time"])
def test_a_create_whose_answer_is_lost_is_adopted_and_never_sent_again(api: ScriptedApi, lost: Answer) -> None:
    api.expect(listing(), PRICES, post(lost), listing(), listing(vpc(state="Creating")), listing(vpc(state="Creating")), listing(vpc()))
    assert run()["vpc"]["state"] == "active"
    assert len(api.writes) == 1
    api.expect(listing(), PRICES, post(lost), *[listing()] * 5)
    assert run()["error"]["outcome_known"] is False
    assert len(api.writes) == 1


def test_a_failed_one(api: ScriptedApi) -> None:
    api.expect(listing(), PRICES, post(), listing(vpc(state="Failed")))
    assert run().code == "resource_failed"


def test_other_addresses_need_consent(api: ScriptedApi) -> None:
    api.expect(listing(vpc()))
    refused = run(ipv4="10.20.0.0/23")
    assert (refused.code, "ipv4 from 10.10.0.0/23 to 10.20.0.0/23" in refused.msg) == ("consent_required", True)
    new = vpc(network_id=13, ipv4_cidr="10.20.0.0/23")
    api.expect(listing(vpc()), delete(), listing(), post(ok({"network_id": 13}), {**BODY, "ipv4": "10.20.0.0/23"}), listing(new))
    assert run(ipv4="10.20.0.0/23", allow_replace=True)["vpc"]["id"] == 13


@pytest.mark.parametrize("value", ["10.10.0.1/23", "10.10.0.0/40", "backend", "::/64"])
def test_what_is_no_network(api: ScriptedApi, value: str) -> None:
    refused = run(ipv4=value)
    assert (refused.code, value in refused.msg) == ("invalid_input", True)


def test_one_that_is_used_is_not_deleted(api: ScriptedApi) -> None:
    for args in ({"state": "absent"}, {"ipv4": "10.20.0.0/23", "allow_replace": True}):
        api.expect(listing(vpc(vm_count=2)))
        refused = run(**args)
        assert (refused.code, "used by 2 nodes" in refused.msg) == ("in_use", True)
        # An earlier task of the play may be going to remove the nodes.
        api.expect(listing(vpc(vm_count=2)), *([PRICES] if args.get("state") == "absent" else []))
        predicted = run(check=True, **args)
        assert predicted["changed"] and "used by 2 nodes" in predicted.warnings[0]


def test_a_delete_that_is_too_early_is_repeated(api: ScriptedApi) -> None:
    # The last two are the words that the vendor's clean-up waits for (reference D.4), the first one is not known.
    words = ("Servers are still running on VPC backend", "You have running servers on this VPC.", "VPC is in Creating state.")
    early = refusal(412, words[0])
    api.expect(listing(vpc()), PRICES, *(delete(refusal(400, text)) for text in words), delete(), listing())
    assert run(state="absent")["changed"] is True
    api.expect(listing(vpc()), PRICES, delete(refusal(400, "VPC not found")), listing())
    assert run(state="absent")["changed"] is True
    api.expect(listing(vpc()), PRICES, delete(early), listing(vpc()))
    assert run(state="absent", wait=False).code == "refused"
    api.expect(listing(vpc()), PRICES, delete(refusal(412, "It is the default VPC")), listing(vpc()))
    assert run(state="absent").code == "refused"


def test_absent(api: ScriptedApi) -> None:
    api.expect(listing(vpc()), PRICES, delete(), listing(vpc()), listing())
    assert run(state="absent")["vpc"]["state"] == "absent"
    api.expect(listing())
    assert run(state="absent")["changed"] is False
    api.expect(listing(vpc()), PRICES, delete(MISSING), listing())
    assert run(state="absent")["changed"] is True


def test_two_of_one_name_and_one_of_them_by_its_number(api: ScriptedApi) -> None:
    api.expect(listing(vpc(), vpc(network_id=13)))
    refused = run()
    assert (refused.code, "12, 13" in refused.msg) == ("ambiguous", True)
    api.expect(listing(vpc(), vpc(network_id=13)))
    assert run(vpc_id=13)["vpc"]["id"] == 13
    api.expect(listing(vpc()))
    assert "cannot be renamed" in run(vpc_id=12, name="other").msg
    api.expect(listing())
    assert "no VPC with the id 12" in run(vpc_id=12).msg


def test_info_of_the_gateway(api: ScriptedApi) -> None:
    api.expect(listing(vpc(is_active=True, gateway_node={"node_id": 31, "ip_address_public": "203.0.113.7"}), vpc(network_id=13, name="b", gateway_node={})))
    backend, other = sorted(run_module(e2e_vpc_info, CREDENTIALS)["vpcs"], key=lambda one: -len(one["name"]))
    assert (backend["is_active"], backend["gateway_node"]) == (True, {"node_id": 31, "ip_address_public": "203.0.113.7"})
    assert (other["is_active"], other["gateway_node"]) == (None, None)


def test_info(api: ScriptedApi) -> None:
    listed = listing(vpc(), vpc(network_id=13, name="a", state="Creating"))
    api.expect(listed)
    found = run_module(e2e_vpc_info, {**CREDENTIALS, "states": ["ACTIVE"]})
    assert [one["id"] for one in found["vpcs"]] == [12]
    api.expect(listed)
    found = run_module(e2e_vpc_info, {**CREDENTIALS, "names": ["a", "b"]})
    assert ([one["id"] for one in found["vpcs"]], found["missing"]) == ([13], ["b"])


def test_what_it_costs(api: ScriptedApi) -> None:
    api.expect(listing(), PRICES)
    cost = run(check=True)["cost"]
    assert (cost["currency"], cost["change"]) == ("INR", {"per_hour": 1.5, "per_month": 1095.0})
    api.expect(listing(vpc()), PRICES)
    assert run(check=True, state="absent")["cost"]["change"] == {"per_hour": -1.5, "per_month": -1095.0}
    api.expect(listing(vpc()), dataclasses.replace(PRICES, answer=refusal(400, "unwell")))
    assert run(check=True, state="absent")["cost"]["is_known"] is False


@pytest.mark.parametrize(("answer", "looks"), [(refusal(429, "slow down"), 2), (timed_out(), 2), (ok({}), 1)], ids=["429", "lost", "no number"])
def test_one_that_is_replaced_by_its_number_is_known_by_its_name(api: ScriptedApi, answer: Answer, looks: int) -> None:
    body = {**BODY, "ipv4": "10.20.0.0/23"}
    new = vpc(network_id=21, ipv4_cidr="10.20.0.0/23")
    api.expect(listing(vpc()), delete(), listing(), post(answer, body), *[listing(new)] * looks)
    made = run(name=None, vpc_id=12, ipv4="10.20.0.0/23", allow_replace=True)
    assert not made.failed and made["vpc"]["id"] == 21, made.result


@pytest.mark.parametrize("check", [True, False])
def test_addresses_that_are_not_told_are_no_reason_to_make_it_again(api: ScriptedApi, check: bool) -> None:
    api.expect(listing(vpc(ipv4_cidr=None)))
    found = run(check, ipv4="10.10.0.0/23", allow_replace=True)
    assert not found["changed"] and "does not return ipv4" in found.warnings[0]
