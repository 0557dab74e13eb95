# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes: GB against MiB, the plan of a size, one create each, and what may be taken off a node."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_volume, e2e_volume_info
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
NODES = {name: {"node_id": 310276 + number, "vm_id": 315800 + number, "vm_name": name} for number, name in enumerate(("web", "db"), 1)}


def volume(**fields: t.Any) -> dict[str, t.Any]:
    base = {"block_id": 7, "name": "data", "size": 238419, "size_string": "250 GB", "status": "Available", "vm_detail": {}, "snapshot_exist": False}
    return {**base, **fields}


def attached(node: str = "web", **fields: t.Any) -> dict[str, t.Any]:
    return volume(status="Attached", vm_detail=NODES[node], **fields)


def listing(*volumes: dict[str, t.Any]) -> Step:
    return Step("GET", "block_storage/", ok(list(volumes)), None, PAGE)


def plans(*more: dict[str, t.Any]) -> Step:
    offered = [
        {"bs_size": size, "iops": iops, "available_inventory_status": there, "price": "5.0"}
        for size, iops, there in ((0.5, 7500, True), (0.25, 5000, True), (1, 9, False))
    ]
    return Step("GET", "block_storage/plans/", ok([*offered, *more]), None)


def nodes(*more: dict[str, t.Any]) -> tuple[Step, ...]:
    listed = [{"id": 310277, "name": "web", "status": "Running"}, {"id": 310278, "name": "db", "status": "Running"}, *more]
    return (Step("GET", "nodes/", ok(listed), None, PAGE),)


def detail(node: str = "web") -> Step:
    number = NODES[node]["node_id"]
    return Step("GET", f"nodes/{number}/", ok({"id": number, "vm_id": NODES[node]["vm_id"], "name": node, "status": "Running"}), None)


def plugging(node: str = "web", state: str = "ACTIVE") -> Step:
    return Step("GET", f"nodes/{NODES[node]['node_id']}/check-lcm-state/", ok({"lcm_state": state}), None)


def post(answer: Answer = ok({"id": 7}, status=201), body: t.Any = ANY) -> Step:
    return Step("POST", "block_storage/", answer, body)


def move(action: str, node: str = "web", answer: Answer = ok()) -> Step:
    return Step("PUT", f"block_storage/7/vm/{action}/", answer, {"vm_id": NODES[node]["vm_id"]})


def delete(answer: Answer = ok()) -> Step:
    return Step("DELETE", "block_storage/7/", answer, None)


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_volume, {**CREDENTIALS, "name": "data", **args}, check=check)


def test_create_with_the_iops_of_its_plan_and_wait(api: ScriptedApi) -> None:
    api.expect(listing(), plans())
    predicted = run(check=True, size=250)
    body = {"name": "data", "size": 250, "iops": 5000}
    api.expect(listing(), plans(), post(body=body), listing(volume(status="Creating")), listing(volume(status="Creating")), listing(volume()))
    real = run(size=250)
    assert predicted["diff"] == real["diff"]
    assert real["volume"] == {"id": 7, "name": "data", "size": 250, "iops": None, "status": "available", "node": None, "node_id": None, "vm_id": None}
    assert predicted["volume"] == {**real["volume"], "id": None, "iops": 5000}


def test_two_that_are_made_at_once_are_noticed_by_the_run_that_is_later(api: ScriptedApi) -> None:
    """Both runs have looked, and no volume was there."""
    api.expect(listing(), plans(), post(), listing(volume(), volume(block_id=8)))
    failed = run(size=250)
    assert (failed.code, failed["changed"], failed["actions"]) == ("ambiguous", True, ["created volume data"])
    assert "made the one with the id 7, and somebody else has made another at the same time, 8. Both are billed." in failed.msg


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({}, 250),
        ({"size_string": None}, 250),
        ({"size_string": "--", "size": "476838"}, 500),
        ({"size_string": "1 TB"}, 1000),
        ({"size_string": "1.5TB"}, 1500),
        ({"size_string": "?", "size": None}, None),
    ],
)
def test_sizes_in_gb_and_mib(api: ScriptedApi, fields: dict[str, t.Any], size: int | None) -> None:
    api.expect(listing(volume(**fields)))
    outcome = run(size=size)
    assert (outcome["changed"], outcome["volume"]["size"]) == (False, size)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"size": 300}, "300 GB is not offered. Sizes in GB that can be had now: 250 (5000 IOPS), 500 (7500 IOPS)."),
        ({"size": 1000}, "1000 GB is out of stock"),
        ({"size": 250, "iops": 1}, "250 GB with 1 IOPS is not offered"),
    ],
)
def test_a_size_that_cannot_be_had(api: ScriptedApi, args: dict[str, t.Any], problem: str, check: bool) -> None:
    api.expect(listing(), plans())
    refused = run(check=check, **args)
    assert (refused.code, problem in refused.msg) == ("invalid_input", True)


def test_one_size_with_several_iops_has_to_be_chosen(api: ScriptedApi) -> None:
    more = {"bs_size": 0.25, "iops": 9000, "available_inventory_status": True}
    api.expect(listing(), plans(more))
    assert "offered with 5000, 9000 IOPS" in run(size=250).msg
    api.expect(listing(), plans(more), post(body={"name": "data", "size": 250, "iops": 9000}), listing(volume()))
    assert run(size=250, iops=9000)["changed"] is True


def test_nothing_without_a_size(api: ScriptedApi) -> None:
    api.expect(listing())
    assert "Give its size in GB" in run().msg
    api.expect()
    assert run(size=0).code == "invalid_input"


@pytest.mark.parametrize("check", [True, False])
def test_never_smaller(api: ScriptedApi, check: bool) -> None:
    api.expect(listing(volume()))
    refused = run(check=check, size=100)
    assert (refused.code, "250 GB and cannot be made smaller" in refused.msg) == ("invalid_input", True)


def grow(**vm: int) -> Step:
    return Step("PUT", "block_storage/7/vm/upgrade/", ok(), {"name": "data", "block_storage_size": 500, **vm})


def test_larger(api: ScriptedApi) -> None:
    larger = attached(size_string="500 GB")
    api.expect(listing(attached()), plans(), grow(vm_id=315801), listing(attached()), listing(larger), listing(larger))
    changed = run(size=500)
    assert (changed["actions"], changed["volume"]["size"]) == (["updated volume data: changes size"], 500)


def test_larger_and_on_no_node(api: ScriptedApi) -> None:
    larger = volume(size_string="500 GB")
    api.expect(listing(volume()), plans(), grow(), listing(larger), listing(larger))
    assert run(size=500)["volume"]["size"] == 500


def test_larger_before_it_leaves_its_node(api: ScriptedApi) -> None:
    larger, free = attached(size_string="500 GB"), volume(size_string="500 GB")
    api.expect(listing(attached()), plans(), grow(vm_id=315801), listing(larger), move("detach"), listing(free), listing(free))
    assert (run(size=500, node="")["volume"]["size"], len(api.writes)) == (500, 2)


def test_larger_after_it_has_got_a_node(api: ScriptedApi) -> None:
    larger = attached(size_string="500 GB")
    api.expect(
        listing(volume()),
        *nodes(),
        detail(),
        plans(),
        plugging(),
        move("attach"),
        listing(attached()),
        grow(vm_id=315801),
        listing(larger),
        listing(larger),
    )
    assert (run(size=500, node="web")["volume"]["size"], len(api.writes)) == (500, 2)


def test_one_that_somebody_else_makes_during_a_pause_is_not_joined_by_another(api: ScriptedApi) -> None:
    api.expect(listing(), plans(), post(refusal(429, "slow down")), *[listing(volume())] * 2)
    taken = run(size=250)
    assert (taken["volume"]["id"], taken["changed"], len(api.writes)) == (7, True, 1)
    assert taken["actions"] == ["took over volume data, which is there although its create was refused"]


@pytest.mark.parametrize("lost", [html(502), timed_out()], ids=["page", "time"])
def test_a_create_whose_answer_is_lost_is_adopted_and_never_sent_again(api: ScriptedApi, lost: Answer) -> None:
    api.expect(listing(), plans(), post(lost), listing(), listing(), listing(volume()), listing(volume()))
    assert run(size=250)["volume"]["id"] == 7
    assert len(api.writes) == 1
    api.expect(listing(), plans(), post(lost), *[listing()] * 5)
    assert run(size=250)["error"]["outcome_known"] is False
    assert len(api.writes) == 1


@pytest.mark.parametrize("reference", ["web", "310277"])
def test_attach_by_vm_id(api: ScriptedApi, reference: str) -> None:
    api.expect(listing(volume()), *nodes(), detail())
    predicted = run(check=True, node=reference)
    api.expect(listing(volume()), *nodes(), detail(), plugging(), move("attach"), listing(volume()), listing(attached()), listing(attached()))
    real = run(node=reference)
    assert predicted["diff"] == real["diff"]
    assert real["volume"] == predicted["volume"]
    assert (real["volume"]["node"], real["volume"]["node_id"], real["volume"]["vm_id"]) == ("web", 310277, 315801)
    api.expect(listing(attached()))
    assert run(node=reference)["changed"] is False


def test_create_and_attach(api: ScriptedApi) -> None:
    creating = volume(status="Creating")
    api.expect(
        listing(),
        *nodes(),
        detail(),
        plans(),
        post(),
        listing(creating),
        listing(volume()),
        plugging(),
        move("attach"),
        listing(attached()),
        listing(attached()),
    )
    made = run(size=250, node="web")
    assert (made["actions"], made["volume"]["node"]) == (["created volume data"], "web")


def test_elsewhere_is_refused_unless_allowed(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(listing(attached()), *nodes(), detail("db"))
        refused = run(check=check, node="db")
        assert (refused.code, "attached to the node web, not to db" in refused.msg) == ("consent_required", True)
    api.expect(
        listing(attached()),
        *nodes(),
        detail("db"),
        move("detach"),
        listing(attached()),
        listing(volume()),
        plugging("db"),
        move("attach", "db"),
        listing(attached("db")),
        listing(attached("db")),
    )
    assert run(node="db", allow_detach=True)["volume"]["node"] == "db"


def test_a_node_takes_one_volume_at_a_time(api: ScriptedApi) -> None:
    busy = plugging(state="HOTPLUG_PROLOG_POWEROFF")
    api.expect(listing(volume()), *nodes(), detail(), busy, busy, plugging(), move("attach"), *[listing(attached())] * 2)
    assert run(node="web")["changed"] is True


def test_a_move_that_ends_half_way_says_how_far_it_came(api: ScriptedApi) -> None:
    full = move("attach", "db", refusal(412, "The node has all the volumes it can have"))
    moves = [move("detach"), listing(volume()), plugging("db"), full, *[listing(volume())] * 2]
    api.expect(listing(attached()), *nodes(), detail("db"), *moves)
    refused = run(node="db", allow_detach=True)
    assert (refused.code, refused["changed"], refused["volume"]["node"]) == ("refused", True, None)
    assert refused["actions"] == ["detached volume data from the node web"]


def test_a_step_that_was_taken_is_reported_whatever_the_read_after_it_says(api: ScriptedApi) -> None:
    unread = Step("GET", "block_storage/", refusal(400, "unwell"), None, PAGE)
    api.expect(listing(attached()), plans(), move("detach"), *[unread] * 3)
    failed = run(state="absent", allow_detach=True)
    assert (failed["changed"], failed["actions"]) == (True, ["detached volume data from the node web"])
    api.expect(listing(volume()), *nodes(), detail(), plugging(), move("attach"), *[unread] * 3)
    failed = run(node="web")
    assert (failed["changed"], failed["actions"]) == (True, ["attached volume data to the node web"])
    grow = Step("PUT", "block_storage/7/vm/upgrade/", ok(), {"name": "data", "block_storage_size": 500})
    api.expect(listing(volume()), plans(), grow, *[unread] * 3)
    failed = run(size=500)
    assert (failed["changed"], failed["actions"]) == (True, ["made volume data larger: 500 GB"])


def test_detach(api: ScriptedApi) -> None:
    api.expect(listing(attached()), move("detach"), listing(attached()), listing(volume()), listing(volume()))
    assert run(node="")["volume"]["status"] == "available"
    api.expect(listing(volume()))
    assert run(node="")["changed"] is False


def test_a_detach_whose_answer_is_lost_is_waited_for(api: ScriptedApi) -> None:
    again = move("detach", answer=refusal(412, "Another action is in progress"))
    looks = [listing(attached()), again, listing(attached()), again, *[listing(volume())] * 3]
    api.expect(listing(attached()), move("detach", answer=html(502)), *looks)
    assert run(node="")["changed"] is True


def test_another_action_that_is_under_way_is_waited_for(api: ScriptedApi) -> None:
    busy = refusal(412, "Another action (detach) on volume data is in progress, try again later.")
    free, there = listing(volume()), listing(attached())
    moves = [move("attach", answer=busy), free, move("attach", answer=busy), free, move("attach")]
    api.expect(free, *nodes(), detail(), plugging(), *moves, there, there)
    assert run(node="web")["actions"] == ["updated volume data: changes node"]
    api.expect(there, move("detach", answer=busy), there, move("detach"), free, free)
    assert run(node="")["volume"]["node"] is None
    grow = functools.partial(Step, "PUT", "block_storage/7/vm/upgrade/", body={"name": "data", "block_storage_size": 500})
    larger = listing(volume(size_string="500 GB"))
    api.expect(free, plans(), grow(answer=busy), free, grow(answer=ok()), larger, larger)
    assert run(size=500)["volume"]["size"] == 500
    api.expect(free, plans(), delete(busy), free, delete(busy), listing(), listing())
    assert run(state="absent")["changed"] is True


def test_another_action_that_never_ends(api: ScriptedApi) -> None:
    busy = move("detach", answer=refusal(412, "Another action is in progress"))
    there = listing(attached())
    api.expect(there, *[busy, there] * 4)
    refused = run(node="", wait_timeout=4)
    assert (refused.code, "in progress). It stayed so for 4 seconds. Raise wait_timeout" in refused.msg) == ("refused", True)


def test_a_volume_that_is_still_being_made_fails_to_be_attached(api: ScriptedApi) -> None:
    early = move("attach", answer=refusal(500, "Something went wrong"))
    making = listing(volume(status="Creating"))
    start = [listing(volume()), *nodes(), detail(), plugging(), early]
    api.expect(*start, making, making, listing(volume()), move("attach"), *[listing(attached())] * 2)
    assert run(node="web")["volume"]["status"] == "attached"
    api.expect(*start, making, listing(attached()), *[listing(attached())] * 2)
    assert run(node="web")["volume"]["status"] == "attached"
    api.expect(*start, dataclasses.replace(making, forever=True))
    late = run(node="web", wait_timeout=3)
    assert late.code == "wait_timeout", late.msg
    assert (late.code, "The volume data is still being made after 3 seconds" in late.msg) == ("wait_timeout", True)


def test_an_attach_that_fails_of_a_volume_that_is_made(api: ScriptedApi) -> None:
    fails = [plugging(), move("attach", answer=refusal(500, "Something went wrong")), listing(volume()), listing(volume())]
    api.expect(listing(volume()), *nodes(), detail(), *fails * 4)
    failed = run(node="web")
    assert (failed.code, failed["error"]["outcome_known"]) == ("server_error", False)


def test_a_detach_that_is_refused(api: ScriptedApi) -> None:
    api.expect(listing(attached()), move("detach", answer=refusal(412, "The volume is in a DR plan")), listing(attached()))
    refused = run(node="")
    assert (refused.code, "DR plan" in refused.msg) == ("refused", True)


@pytest.mark.parametrize(
    ("more", "code", "problem"),
    [((), "invalid_input", "there is no node mail. There are: db, web."), (({"id": 1, "name": "mail"}, {"id": 2, "name": "mail"}), "ambiguous", "ids 1, 2")],
)
def test_no_or_two_nodes(api: ScriptedApi, more: t.Any, code: str, problem: str) -> None:
    api.expect(listing(volume()), *nodes(*more))
    refused = run(node="mail")
    assert (refused.code, problem in refused.msg) == (code, True)


def test_a_node_that_an_earlier_task_may_make(api: ScriptedApi) -> None:
    api.expect(listing(volume()), *nodes())
    predicted = run(check=True, node="mail")
    assert (predicted["volume"]["node"], predicted["volume"]["node_id"], predicted["volume"]["vm_id"]) == ("mail", None, None)
    assert "there is no node mail. There are: db, web." in predicted.warnings[0]


def test_absent(api: ScriptedApi) -> None:
    api.expect(listing(volume()), plans(), delete(), listing(volume()), listing())
    assert run(state="absent")["volume"]["status"] == "absent"
    api.expect(listing())
    assert run(state="absent")["changed"] is False
    api.expect(listing(volume()), plans(), delete(refusal(400, "Volume not found.")), listing())
    assert run(state="absent")["changed"] is True
    api.expect(listing(volume()), plans(), delete(MISSING), listing())
    assert run(state="absent")["changed"] is True


def test_a_delete_waits_until_the_volume_is_made(api: ScriptedApi) -> None:
    creating = volume(status="Creating")
    api.expect(listing(creating), plans(), listing(creating), listing(volume()), delete(), listing())
    assert run(state="absent")["changed"] is True


def test_a_delete_that_takes_longer_than_the_client_waits(api: ScriptedApi) -> None:
    again = delete(refusal(412, "Another action (delete) is in progress"))
    api.expect(listing(volume()), plans(), delete(timed_out()), listing(volume()), again, listing(volume()), again, listing(), listing())
    assert run(state="absent")["changed"] is True


def test_an_attached_one_is_deleted_only_with_consent(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(listing(attached()))
        refused = run(check=check, state="absent")
        assert (refused.code, "attached to the node web" in refused.msg) == ("consent_required", True)
    api.expect(listing(attached()), plans(), move("detach"), listing(attached()), listing(volume()), delete(), listing())
    assert run(state="absent", allow_detach=True)["changed"] is True


def test_a_failed_one(api: ScriptedApi) -> None:
    api.expect(listing(), plans(), post(), listing(volume(status="ERROR")))
    assert run(size=250).code == "resource_failed"
    api.expect(listing(volume(status="ERROR")), plans(), delete(), listing())
    assert run(state="absent")["changed"] is True


def test_two_of_one_name_and_one_of_them_by_its_number(api: ScriptedApi) -> None:
    api.expect(listing(volume(), volume(block_id=8)))
    assert (refused := run()).code == "ambiguous" and "7, 8" in refused.msg
    api.expect(listing(volume(), volume(block_id=8)))
    assert run(volume_id=8)["volume"]["id"] == 8
    api.expect(listing(volume()))
    assert "does not rename volumes" in run(volume_id=7, name="other").msg
    api.expect(listing())
    assert "no volume with the id 7" in run(volume_id=7).msg


def test_info(api: ScriptedApi) -> None:
    template = {"TOTAL_IOPS_SEC": "5000"}
    listed = listing(attached(template=template), volume(block_id=8, name="a"))
    api.expect(listed, plans())
    found = run_module(e2e_volume_info, {**CREDENTIALS, "node": "310277", "plans": True})
    assert [(one["id"], one["iops"]) for one in found["volumes"]] == [(7, 5000)]
    assert found["plans"][0] == {"size": 250, "iops": 5000, "available": True, "price": 5.0}
    api.expect(listed)
    found = run_module(e2e_volume_info, {**CREDENTIALS, "names": ["a", "b"], "statuses": ["AVAILABLE"]})
    assert ([one["id"] for one in found["volumes"]], found["missing"], found["plans"]) == ([8], ["b"], [])


def test_what_it_costs(api: ScriptedApi) -> None:
    """A price is for a GB and a month (reference H.41)."""
    for check in (True, False):
        made = [] if check else [post(), listing(volume())]
        api.expect(listing(), plans(), *made)
        assert run(check=check, size=250)["cost"] == {
            "currency": "INR",
            "before": {"per_hour": 0.0, "per_month": 0.0},
            "after": {"per_hour": 1.7123, "per_month": 1250.0},
            "change": {"per_hour": 1.7123, "per_month": 1250.0},
            "is_known": True,
        }
        grown = [] if check else [grow(), *[listing(volume(size_string="500 GB"))] * 2]
        api.expect(listing(volume()), plans(), *grown)
        cost = run(check=check, size=500)["cost"]
        assert (cost["before"]["per_month"], cost["after"]["per_month"], cost["change"]["per_month"]) == (1250.0, 2500.0, 1250.0)
        api.expect(listing(volume()), plans(), *([] if check else [delete(), listing()]))
        assert run(check=check, state="absent")["cost"]["change"] == {"per_hour": -1.7123, "per_month": -1250.0}


def test_a_price_that_is_not_told_is_no_zero_and_no_reason_to_stop(api: ScriptedApi) -> None:
    for silent in (Step("GET", "block_storage/plans/", refusal(400, "unwell"), None), Step("GET", "block_storage/plans/", ok([]), None)):
        api.expect(listing(volume()), silent)
        cost = run(check=True, state="absent")["cost"]
        assert (cost["change"], cost["is_known"]) == ({"per_hour": None, "per_month": None}, False)
    api.expect(listing(volume()))
    cost = run(check=True)["cost"]
    assert (cost["change"], cost["is_known"]) == ({"per_hour": 0.0, "per_month": 0.0}, True)


def test_a_failed_one_that_is_on_a_node_is_removed(api: ScriptedApi) -> None:
    off = volume(status="Error")
    gone = Step("DELETE", "block_storage/7/", ok(), None)
    api.expect(listing({**attached(), "status": "Error"}), plans(), move("detach"), listing(off), gone, listing())
    removed = run(state="absent", allow_detach=True)
    assert not removed.failed and removed["actions"] == ["deleted volume data"], removed.result


def test_a_part_that_shows_after_its_answer_was_lost_is_told(api: ScriptedApi) -> None:
    grow = Step("PUT", "block_storage/7/vm/upgrade/", html(500), {"name": "data", "block_storage_size": 500, "vm_id": NODES["web"]["vm_id"]})
    larger = listing(attached(size=476837, size_string="500 GB"))
    refused = move("detach", answer=refusal(412, "That cannot be done"))
    api.expect(listing(attached()), *nodes(), detail("db"), plans(), grow, larger, refused, *[larger] * 2)
    failed = run(node="db", size=500, allow_detach=True)
    assert (failed.code, failed["changed"], failed["actions"], failed["volume"]["size"]) == ("refused", True, ["changed size of volume data"], 500)
    # One that is to be removed was taken off its node.
    gone = Step("DELETE", "block_storage/7/", refusal(412, "It has snapshots"), None)
    api.expect(listing(attached()), plans(), move("detach", answer=html(500)), listing(volume()), gone, *[listing(volume())] * 2)
    failed = run(state="absent", allow_detach=True)
    assert (failed.code, failed["changed"], failed["actions"], failed["volume"]["node"]) == ("refused", True, ["changed node of volume data"], None)


@pytest.mark.parametrize(("iops", "per_month"), [(5000, 1250.0), (10000, 2250.0), (20000, None), (None, None)])
def test_a_price_is_for_a_size_with_its_iops(api: ScriptedApi, iops: int | None, per_month: float | None) -> None:
    faster = {"bs_size": 0.25, "iops": 10000, "price": "9.0"}
    api.expect(listing(volume(iops=iops)), plans(faster))
    assert run(check=True, state="absent")["cost"]["before"]["per_month"] == per_month
