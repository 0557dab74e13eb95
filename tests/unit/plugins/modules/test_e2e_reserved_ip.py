# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reserved IPs: without a name, a task still means one address, and a lost answer never makes two."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_reserved_ip, e2e_reserved_ip_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
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
ONE, TWO, LIVE = "203.0.113.1", "203.0.113.2", "198.51.100.9"
NODES = {name: {"id": 310276 + number, "vm_id": 315800 + number, "name": name} for number, name in enumerate(("web", "db"), 1)}


def free(address: str = ONE, **fields: t.Any) -> dict[str, t.Any]:
    base = {"ip_address": address, "reserve_id": 5, "status": "Reserved", "vm_id": None, "vm_name": "--", "reserved_type": "AddonIP"}
    return {**base, "appliance_type": "NODE", "bought_at": "04-11-2025 10:37", "project_name": "default", "floating_ip_attached_nodes": [], **fields}


def used(node: str = "web", address: str = ONE, **fields: t.Any) -> dict[str, t.Any]:
    more = {"status": "Assigned", "vm_id": NODES[node]["vm_id"], "vm_name": node, "floating_ip_attached_nodes": [NODES[node]]}
    return free(address, **{**more, **fields})


def listing(*addresses: dict[str, t.Any]) -> Step:
    return Step("GET", "reserve_ips/", ok(list(addresses)), None)


def lookup(node: str = "web", public: str | None = LIVE) -> tuple[Step, Step]:
    return (
        Step("GET", "nodes/", ok([{"id": one["id"], "name": one["name"]} for one in NODES.values()]), None, PAGE),
        Step("GET", f"nodes/{NODES[node]['id']}/", ok({**NODES[node], "public_ip_address": public}), None),
    )


def post(answer: Answer = ok(free())) -> Step:
    return Step("POST", "reserve_ips/", answer, None)


def act(action: str, node: str = "web", address: str = ONE, answer: Answer = ok()) -> Step:
    return Step("POST", f"reserve_ips/{address}/actions/", answer, {"type": action, "vm_id": NODES[node]["vm_id"]})


def delete(answer: Answer = ok({"message": "released"}), address: str = ONE) -> Step:
    return Step("DELETE", f"reserve_ips/{address}/actions/", answer, None)


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_reserved_ip, {**CREDENTIALS, **args}, check=check)


def test_one_for_a_node(api: ScriptedApi) -> None:
    api.expect(listing(free(TWO)), *lookup())
    predicted = run(check=True, node="web", reuse=False)
    api.expect(listing(free(TWO)), *lookup(), post(), listing(free(TWO)), listing(free(), free(TWO)), act("attach"), *[listing(used(), free(TWO))] * 2)
    real = run(node="web", reuse=False)
    assert predicted["diff"] == real["diff"]
    assert (predicted["actions"], real["actions"]) == (["create reserved IP of the node web"], ["created reserved IP of the node web"])
    assert real["reserved_ip"] == {
        "ip_address": ONE,
        "id": 5,
        "status": "assigned",
        "type": "AddonIP",
        "bought_at": "04-11-2025 10:37",
        "attached_nodes": [{"name": "web", "id": 310277, "vm_id": 315801}],
        "node": "web",
        "node_id": 310277,
        "vm_id": 315801,
    }
    assert {**real["reserved_ip"], "ip_address": None, "id": None, "type": None, "bought_at": None} == predicted["reserved_ip"]


def test_a_node_that_has_one_is_no_change(api: ScriptedApi) -> None:
    api.expect(listing(used()), *lookup())
    assert run(node="web")["changed"] is False
    # The address that the node was made with is none of them.
    primary = used(address=LIVE, reserved_type="PublicIP")
    api.expect(listing(primary, used()), *lookup())
    assert run(node="web")["reserved_ip"]["ip_address"] == ONE
    api.expect(listing(used(), used(address=TWO)), *lookup())
    refused = run(node="web")
    # They have no names that could be changed.
    assert (refused.code, refused.msg.endswith(f"{ONE}, {TWO}. Give the one that is meant as ip_address.")) == ("ambiguous", True)


@pytest.mark.parametrize("check", [True, False])
def test_another_one_beside_a_free_one_is_never_paid_for_unasked(api: ScriptedApi, check: bool) -> None:
    api.expect(listing(used("db"), free(TWO)), *lookup())
    refused = run(check=check, node="web")
    assert (refused.code, refused["changed"], api.writes) == ("invalid_input", False, [])
    for part in (f"free: {TWO}.", "reuse: true", "reuse: false", "ip_address"):
        assert part in refused.msg


def test_without_a_free_one_nothing_has_to_be_chosen(api: ScriptedApi) -> None:
    for reuse in (None, True, False):
        api.expect(listing(used("db", TWO)), *lookup(), post(), listing(free()), act("attach"), *[listing(used())] * 2)
        assert run(node="web", reuse=reuse)["reserved_ip"]["ip_address"] == ONE


NO_NODE = {"attached_nodes": [], "node": None, "node_id": None, "vm_id": None}
LEFT = {"ip_address": ONE, "id": 5, "status": "reserved", "type": "AddonIP", "bought_at": "04-11-2025 10:37", **NO_NODE}


GONE = {"ip_address": ONE, "id": None, "status": "absent", "type": None, "bought_at": None, **NO_NODE}
REFUSED = act("attach", answer=refusal(412, "The node is Creating"))


def test_one_that_was_reserved_and_cannot_be_attached_is_given_back(api: ScriptedApi) -> None:
    api.expect(listing(), *lookup(), post(), listing(free()), REFUSED, *[listing(free())] * 2, delete(), listing())
    refused = run(node="web")
    assert (refused.code, refused["changed"], refused["error"]["http_status"]) == ("refused", True, 412)
    for part in ("The node is Creating", "e2e_node_info", f"The IP {ONE}, which this run had reserved for it, was given back."):
        assert part in refused.msg
    assert refused["actions"] == ["created reserved IP of the node web", f"gave the IP {ONE} back"]
    assert refused["reserved_ip"] == GONE


@pytest.mark.parametrize(
    "obstacle",
    [[listing(used("db"))], [listing(free()), delete(refusal(412, "Not now"))], [Step("GET", "reserve_ips/", refusal(400, "unwell"))]],
    ids=["used", "refused", "not read"],
)
def test_one_that_cannot_be_given_back_is_named_and_not_joined_by_more(api: ScriptedApi, obstacle: list[Step]) -> None:
    api.expect(listing(), *lookup(), post(), listing(free()), REFUSED, listing(free()), *obstacle)
    refused = run(node="web")
    for part in (f"The IP {ONE} was reserved by this run. It stays reserved, and is billed", f"ip_address: {ONE}"):
        assert part in refused.msg
    assert refused["actions"] == ["created reserved IP of the node web"] and refused["reserved_ip"] == LEFT
    api.expect(listing(free()), *lookup())
    sent = len(api.writes)
    assert (run(node="web").code, len(api.writes)) == ("invalid_input", sent)


def test_one_that_is_reserved_while_the_node_gets_another_is_given_back(api: ScriptedApi) -> None:
    """Two runs at once: both have looked, and the node had none."""
    both = listing(free(), used(address=TWO))
    api.expect(listing(), *lookup(), post(), both, both, delete(), listing(used(address=TWO)))
    failed = run(node="web")
    assert failed.code == "ambiguous" and f"somebody else has given it another one: {TWO}." in failed.msg and "was given back." in failed.msg


def test_another_one_beside_a_free_one_is_paid_for_with_a_word(api: ScriptedApi) -> None:
    api.expect(listing(free(TWO)), *lookup())
    assert any(f"another one than these, which are free: {TWO}." in text for text in run(check=True, node="web", reuse=False).warnings)


def test_one_that_was_reserved_is_named_whatever_fails_after_it(api: ScriptedApi) -> None:
    unsure = [step for _attempt in range(4) for step in (act("attach", answer=timed_out()), listing(free()))]
    api.expect(listing(), *lookup(), post(), listing(free()), *unsure)
    lost = run(node="web")
    assert (lost["error"]["outcome_known"], lost["reserved_ip"], f"The IP {ONE} was reserved" in lost.msg) == (False, LEFT, True)
    # Found by what is new, because the answer to the create was lost.
    full = act("attach", answer=refusal(412, "The node has all the addresses it can have"))
    api.expect(listing(), *lookup(), post(html(502)), listing(free()), listing(free()), full, listing(free()))
    assert run(node="web")["reserved_ip"] == LEFT
    # It never shows up.
    api.expect(listing(), *lookup(), post(), Step("GET", "reserve_ips/", ok([]), None, forever=True))
    hidden = run(node="web")
    assert (hidden.code, f"The IP {ONE} was reserved" in hidden.msg) == ("wait_timeout", True)
    assert hidden["reserved_ip"] == {**LEFT, "id": None, "type": None, "bought_at": None}


def test_a_create_that_is_refused_leaves_nothing(api: ScriptedApi) -> None:
    api.expect(listing(), *lookup(), post(refusal(412, "Add credit")), listing())
    refused = run(node="web")
    assert (refused["changed"], refused["reserved_ip"]["status"], "stays reserved" in refused.msg) == (False, "absent", False)


def test_a_free_one_is_taken_first_only_on_request(api: ScriptedApi) -> None:
    api.expect(listing(used("db"), free(TWO)), *lookup(), act("attach", address=TWO), *[listing(used(address=TWO))] * 2)
    taken = run(node="web", reuse=True)
    assert (taken["actions"], taken["reserved_ip"]["ip_address"]) == ([f"updated reserved IP {TWO}: changes node"], TWO)


def test_one_that_is_free(api: ScriptedApi) -> None:
    api.expect(listing(used()), post(), listing(used(), free(TWO), free(ONE)))
    assert run(reuse=True)["actions"] == ["created free reserved IP"]
    api.expect(listing(used(), free(TWO)))
    again = run(reuse=True)
    assert (again["changed"], again["reserved_ip"]["ip_address"]) == (False, TWO)


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({}, "each run would reserve, and bill, one more"),
        ({"reuse": False}, "each run would reserve, and bill, one more"),
        ({"node": ""}, "Which reserved IP is meant?"),
        ({"state": "absent"}, "ip_address is needed"),
        ({"state": "absent", "node": "web"}, "ip_address is needed"),
        ({"ip_address": "203.0.113"}, "is not an IP address"),
        ({"ip_address": ONE, "live_reserve": True}, "Give the node"),
    ],
)
def test_which_one_is_not_said(api: ScriptedApi, args: dict[str, t.Any], problem: str) -> None:
    refused = run(**args)
    assert (refused.code, problem in refused.msg) == ("invalid_input", True)


@pytest.mark.parametrize("lost", [html(502), timed_out(), ok({"status": "reserved"})], ids=["page", "time", "no address"])
def test_a_lost_answer_is_found_by_what_is_new(api: ScriptedApi, lost: Answer) -> None:
    api.expect(
        listing(free(TWO)),
        *lookup(),
        post(lost),
        listing(free(TWO)),
        listing(free(), free(TWO)),
        listing(free(), free(TWO)),
        act("attach"),
        *[listing(used())] * 2,
    )
    outcome = run(node="web", reuse=False)
    assert outcome["reserved_ip"]["ip_address"] == ONE
    assert [sent.path for sent in api.writes].count("reserve_ips/") == 1
    api.expect(listing(), *lookup(), post(lost), *[listing()] * 5)
    assert run(node="web")["error"]["outcome_known"] is False
    api.expect(listing(), *lookup(), post(lost), listing(free(), free(TWO)))
    assert run(node="web").code == "ambiguous"


def test_elsewhere_is_refused_unless_allowed(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(listing(used()), *lookup("db"))
        refused = run(check=check, ip_address=ONE, node="db")
        assert (refused.code, "attached to the node web, not to db" in refused.msg) == ("consent_required", True)
    api.expect(listing(used()), *lookup("db"), act("detach"), listing(used()), listing(free()), act("attach", "db"), *[listing(used("db"))] * 2)
    assert run(ip_address=ONE, node="db", allow_detach=True)["reserved_ip"]["node"] == "db"


def test_a_move_that_ends_half_way_says_how_far_it_came(api: ScriptedApi) -> None:
    full = act("attach", "db", answer=refusal(412, "The node has all the addresses it can have"))
    api.expect(listing(used()), *lookup("db"), act("detach"), listing(free()), full, *[listing(free())] * 2)
    refused = run(ip_address=ONE, node="db", allow_detach=True)
    assert (refused.code, refused["changed"], refused["reserved_ip"]["node"]) == ("refused", True, None)
    assert refused["actions"] == [f"detached reserved IP {ONE} from the node web"]


def test_detach(api: ScriptedApi) -> None:
    api.expect(listing(used()), act("detach"), listing(free()), listing(free()))
    assert run(ip_address=ONE, node="")["reserved_ip"]["status"] == "reserved"
    api.expect(listing(free()))
    assert run(ip_address=ONE, node="")["changed"] is False


def test_live_reserve(api: ScriptedApi) -> None:
    live = used(address=LIVE, status="Live Reserved", reserved_type="PublicIP")
    for address in (None, LIVE):
        args = {"node": "web", "live_reserve": True, "ip_address": address}
        api.expect(listing(), *lookup())
        assert run(check=True, **args)["reserved_ip"]["status"] == "live reserved"
        api.expect(listing(), *lookup(), act("live-reserve", address=LIVE), listing(live))
        assert run(**args)["actions"] == [f"created reserved IP {LIVE}"]
    api.expect(listing(live), *lookup())
    assert run(node="web", live_reserve=True)["changed"] is False
    api.expect(listing(), *lookup())
    assert f"the public IP of the node web is {LIVE}, not {ONE}" in run(node="web", live_reserve=True, ip_address=ONE).msg


@pytest.mark.parametrize("shows", [0, 3])
def test_a_live_address_that_was_reserved_and_answered_429_is_reserved(api: ScriptedApi, shows: int) -> None:
    live = used(address=LIVE, status="Live Reserved", reserved_type="PublicIP")
    again = [act("live-reserve", address=LIVE, answer=refusal(412, f"{LIVE} is reserved already."))] if shows else []
    api.expect(listing(), *lookup(), act("live-reserve", address=LIVE, answer=refusal(429, "slow")), *[listing()] * shows, *again, *[listing(live)] * 2)
    outcome = run(node="web", live_reserve=True)
    assert (outcome["changed"], outcome["reserved_ip"]["status"]) == (True, "live reserved")
    assert any("was not created again" in warning for warning in outcome.warnings)


def test_an_address_that_somebody_else_reserves_during_a_pause_is_not_joined_by_another(api: ScriptedApi) -> None:
    busy = post(refusal(429, "slow", **{"Retry-After": "5"}))
    api.expect(listing(), *lookup(), busy, *[listing(free())] * 2, act("attach"), *[listing(used())] * 2)
    outcome = run(node="web", reuse=False)
    assert (outcome["reserved_ip"]["ip_address"], [sent.path for sent in api.writes].count("reserve_ips/")) == (ONE, 1)


def test_what_to_look_at_before_another_one_is_paid_for(api: ScriptedApi) -> None:
    broken = [Step("GET", "reserve_ips/", refusal(400, "unwell"), None)]
    for looks in (broken, [listing(free(TWO))] * 5):
        api.expect(listing(free(TWO)), *lookup(), post(html(502)), *looks)
        lost = run(node="web", reuse=False)
        assert (lost["changed"], lost["actions"], lost["error"]["outcome_known"]) == (True, ["tried to create reserved IP of the node web"], False)
        assert f"e2e_reserved_ip_info. A free IP that is not one of those that there were before ({TWO})" in lost.msg
        assert "run the task with it as ip_address; with reuse: false it would reserve, and bill, another one." in lost.msg
    api.expect(listing(), *lookup(), post(html(502)), *[listing()] * 5)
    assert "it takes over what is there by then" in run(node="web", reuse=True).msg


def test_a_step_that_was_taken_is_reported_whatever_the_read_after_it_says(api: ScriptedApi) -> None:
    unread = Step("GET", "reserve_ips/", refusal(400, "unwell"), None)
    api.expect(listing(used()), act("detach"), *[unread] * 3)
    failed = run(ip_address=ONE, state="absent", allow_detach=True)
    assert (failed["changed"], failed["actions"]) == (True, [f"detached reserved IP {ONE} from the node web"])
    api.expect(listing(free()), *lookup(), act("attach"), *[unread] * 3)
    failed = run(ip_address=ONE, node="web")
    assert (failed["changed"], failed["actions"]) == (True, [f"attached reserved IP {ONE} to the node web"])


@pytest.mark.parametrize("nothing", [None, "", "[]"])
def test_live_reserve_without_a_public_ip(api: ScriptedApi, nothing: str | None) -> None:
    api.expect(listing(), *lookup(public=nothing))
    assert "has no public IP" in run(node="web", live_reserve=True).msg


@pytest.mark.parametrize("live", [True, False])
def test_a_node_that_an_earlier_task_may_make(api: ScriptedApi, live: bool) -> None:
    nobody = Step("GET", "nodes/", ok([]), None, PAGE)
    api.expect(listing(), nobody)
    assert run(node="web", live_reserve=live).code == "invalid_input"
    api.expect(listing(), nobody)
    predicted = run(check=True, node="web", live_reserve=live)
    shown = predicted["reserved_ip"]
    assert (predicted["changed"], shown["node"], shown["node_id"], shown["ip_address"]) == (True, "web", None, None)
    assert "there is no node web" in predicted.warnings[0]


def test_an_address_that_is_not_reserved(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(listing(free(TWO), used()))
        refused = run(check=check, ip_address="9.9.9.9")
        assert (refused.code, f"Free ones: {TWO}." in refused.msg) == ("invalid_input", True)


def test_absent(api: ScriptedApi) -> None:
    api.expect(listing(free()), delete(), listing())
    assert run(ip_address=ONE, state="absent")["reserved_ip"] == {
        "ip_address": ONE,
        "id": None,
        "status": "absent",
        "type": None,
        "bought_at": None,
        **NO_NODE,
    }
    api.expect(listing())
    assert run(ip_address=ONE, state="absent")["changed"] is False
    api.expect(listing(free()), delete(MISSING), listing())
    assert run(ip_address=ONE, state="absent")["changed"] is True


def test_an_attached_one_is_given_back_only_with_consent(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(listing(used()))
        assert run(check=check, ip_address=ONE, state="absent").code == "consent_required"
    api.expect(listing(used()), act("detach"), listing(free()), delete(), listing())
    assert run(ip_address=ONE, state="absent", allow_detach=True)["changed"] is True
    live = used(address=LIVE, status="Live Reserved", reserved_type="PublicIP")
    public = Step("POST", "reserve_ips/public_reserveip_actions/", ok(), {"type": "detach", "public_ip": LIVE, "vm_id": 315801})
    api.expect(listing(live), public, listing(free(LIVE)), delete(address=LIVE), listing())
    assert run(ip_address=LIVE, state="absent", allow_detach=True)["changed"] is True


def test_a_refusal(api: ScriptedApi) -> None:
    api.expect(listing(free()), *lookup(), act("attach", answer=refusal(412, "The node is Creating")), listing(free()))
    refused = run(ip_address=ONE, node="web")
    assert refused.code == "refused"
    for part in ("412: The node is Creating", f"The IP {ONE} was not attached to the node web", "e2e_node_info"):
        assert part in refused.msg
    assert "stays reserved" not in refused.msg


def floating(*nodes: str, address: str = TWO) -> dict[str, t.Any]:
    return free(address, reserved_type="FloatingIP", floating_ip_attached_nodes=[NODES[node] for node in nodes])


@pytest.mark.parametrize("nodes", [(), ("db",), ("db", "web")])
def test_a_floating_one_is_never_taken_for_a_free_one(api: ScriptedApi, nodes: tuple[str, ...]) -> None:
    listed = listing(floating(*nodes))
    api.expect(listed, *lookup(), post(), listing(free(), floating(*nodes)), act("attach"), *[listing(used(), floating(*nodes))] * 2)
    assert run(node="web", reuse=True)["reserved_ip"]["ip_address"] == ONE
    api.expect(listed, post(), listing(free(), floating(*nodes)))
    assert run(reuse=True)["reserved_ip"]["ip_address"] == ONE
    # Nor for the one whose answer was lost.
    api.expect(listing(), post(html(502)), listed, listing(free(), floating(*nodes)), listing(free(), floating(*nodes)))
    assert run(reuse=True)["reserved_ip"]["ip_address"] == ONE


def test_a_floating_one_is_not_attached_or_detached(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(listing(floating("db")), *lookup())
        refused = run(check=check, ip_address=TWO, node="web", allow_detach=True)
        assert (refused.code, "is a floating IP (its nodes: db)" in refused.msg) == ("invalid_input", True)
        for args in ({"node": ""}, {"state": "absent"}):
            api.expect(listing(floating("db", "web")))
            refused = run(check=check, ip_address=TWO, allow_detach=True, **args)
            assert (refused.code, "(its nodes: db, web)" in refused.msg) == ("invalid_input", True)
    api.expect(listing(floating("db", "web")))
    kept = run(ip_address=TWO, node="web")
    assert (kept["changed"], [node["name"] for node in kept["reserved_ip"]["attached_nodes"]]) == (False, ["db", "web"])
    api.expect(listing(floating()), delete(address=TWO), listing())
    assert run(ip_address=TWO, state="absent")["changed"] is True


def test_info_of_a_floating_one(api: ScriptedApi) -> None:
    api.expect(listing(floating("db", "web"), free()))
    found = run_module(e2e_reserved_ip_info, {**CREDENTIALS, "node": "web"})["reserved_ips"]
    assert [(ip["ip_address"], ip["type"], ip["node"], len(ip["attached_nodes"])) for ip in found] == [(TWO, "FloatingIP", "db", 2)]


def test_info(api: ScriptedApi) -> None:
    listed = listing(used(), free(TWO), {"status": "no address"})
    api.expect(listed)
    assert [ip["ip_address"] for ip in run_module(e2e_reserved_ip_info, {**CREDENTIALS, "node": "web"})["reserved_ips"]] == [ONE]
    api.expect(listed)
    assert [ip["ip_address"] for ip in run_module(e2e_reserved_ip_info, {**CREDENTIALS, "statuses": ["Reserved"]})["reserved_ips"]] == [TWO]
    api.expect(listed)
    assert run_module(e2e_reserved_ip_info, {**CREDENTIALS, "ip_addresses": [ONE, "9.9.9.9"]})["missing"] == ["9.9.9.9"]
