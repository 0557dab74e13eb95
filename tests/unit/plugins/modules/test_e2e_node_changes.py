# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing, replacing and deleting nodes: the order of the calls, what they wait for, and what needs consent."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_node
from ansible_collections.e2enetworks.cloud.tests.unit.plugins import node_api as nodes
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
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.node_api import act, alone, delete, detail, listed, plans, post, seen, systems

LARGER = {"plan": nodes.long_name("C3.16GB"), "image": "Ubuntu-24.04-Distro"}


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_node, {**CREDENTIALS, "name": "web", **args}, check=check)


def agree(predicted: Run, real: Run) -> None:
    assert not predicted.failed and not real.failed, (predicted.result.get("msg"), real.result.get("msg"))
    assert (predicted["changed"], predicted["diff"]) == (real["changed"], real["diff"])
    told = {key: value for key, value in predicted["node"].items() if value is not None}
    assert told == {key: real["node"][key] for key in told}


def upgrade(answer: Answer = ok(), body: t.Any = None) -> Step:
    return Step("PUT", "nodes/upgrade/31", answer, body or LARGER)


# One field each.


@pytest.mark.parametrize(
    ("options", "call", "after"),
    [
        ({"label": "front"}, act("label_rename", name="front"), {"label": "front"}),
        ({"locked": True}, act("lock_vm"), {"is_locked": True}),
        ({"state": "stopped"}, act("power_off"), {"status": "Powered Off"}),
        ({"state": "restarted"}, act("reboot"), {}),
    ],
)
def test_one_change(api: ScriptedApi, options: dict[str, t.Any], call: Step, after: dict[str, t.Any]) -> None:
    api.expect(*seen())
    predicted = run(check=True, **options)
    api.expect(*seen(), call, *([detail()] if after else []), detail(**after))
    agree(predicted, run(**options))


def test_rename_by_number(api: ScriptedApi) -> None:
    api.expect(detail(name="old"), listed(nodes.node(name="old")), act("rename", name="web"), detail())
    assert run(node_id=31)["node"]["name"] == "web"


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options", [{}, {"image": "Debian 12", "allow_replace": True}], ids=["renamed", "replaced"])
def test_a_name_that_another_node_has_is_refused(api: ScriptedApi, check: bool, options: dict[str, t.Any]) -> None:
    catalog = [systems(), plans("Debian", "12", "Debian"), nodes.volumes(data=None)] if options else []
    api.expect(detail(name="old"), *catalog, listed(nodes.node(name="old"), nodes.node(id=32)))
    refused = run(check, node_id=31, **options)
    assert (refused.code, refused["changed"]) == ("invalid_input", False)
    assert "cannot be called web, because another node is: 32." in refused.msg


def test_started_and_restarted_from_off(api: ScriptedApi) -> None:
    for state in ("started", "restarted"):
        api.expect(*seen(status="Powered off"), act("power_on"), detail(status="Powered off"), detail())
        assert run(state=state)["node"]["status"] == "running"


def test_reinstalling_needs_consent(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(*seen())
        assert run(check=check, state="reinstalled").code == "consent_required"
    api.expect(*seen(), nodes.volumes(), act("reinstall"), detail(status="Reinstalling"), detail())
    assert run(state="reinstalled", allow_replace=True)["changed"] is True


def test_keys_are_added_and_never_taken_away(api: ScriptedApi) -> None:
    there = {"ssh_keys": [{"label": "deploy", "ssh_key": nodes.KEY}]}
    both = {"ssh_keys": [*there["ssh_keys"], {"label": "ops@example", "ssh_key": nodes.OTHER_KEY}]}
    known = nodes.keys(deploy=nodes.KEY)
    api.expect(*seen(**there), known)
    predicted = run(check=True, ssh_keys=[nodes.OTHER_KEY])
    add = act("add_ssh_keys", ssh_keys=[{"label": "ops@example", "ssh_key": nodes.OTHER_KEY}])
    api.expect(*seen(**there), known, add, detail(**both))
    agree(predicted, run(ssh_keys=[nodes.OTHER_KEY]))
    api.expect(*seen(**both), known)
    assert run(ssh_keys=["deploy"])["changed"] is False


def test_groups_are_attached_before_others_are_detached(api: ScriptedApi) -> None:
    api.expect(
        *seen(),
        nodes.groups("a", vm=81),
        nodes.groups("a", "b"),
        Step("POST", "security_group/81/attach/", ok(), {"security_group_ids": [2]}),
        detail(),
        Step("POST", "security_group/81/detach/", ok(), {"security_group_ids": [1]}),
        detail(),
        nodes.groups("b", vm=81),
    )
    changed = run(security_groups=["b"])
    assert (changed["node"]["security_groups"], changed["actions"]) == (["b"], ["updated node web: changes security_groups"])
    assert "a (1): Inbound Custom_TCP 1 from any" in changed["diff"][0]["before"]
    assert "b (2): Inbound Custom_TCP 2 from any" in changed["diff"][0]["after"]


@pytest.mark.parametrize("wanted", [["a"], ["2", "a"]])
def test_groups_that_the_node_has_take_no_list_of_all(api: ScriptedApi, wanted: list[str]) -> None:
    """The one answer has their names and rules (reference H.36)."""
    api.expect(*seen(), nodes.groups("a", "b", vm=81) if len(wanted) == 2 else nodes.groups("a", vm=81))
    kept = run(security_groups=wanted)
    assert (kept["changed"], len(api.sent)) == (False, 3)
    rule = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "1", "network": "any", "description": ""}
    assert kept["node"]["security_group_details"][0] == {"id": 1, "name": "a", "is_default": False, "rules": [rule]}


def test_groups_whose_rules_are_not_told(api: ScriptedApi) -> None:
    api.expect(*seen(), Step("GET", "security_group/81/attach/", ok([{"id": 1, "name": "a"}])))
    assert run(security_groups=["a"])["node"]["security_group_details"] == [{"id": 1, "name": "a", "is_default": False, "rules": None}]


def test_what_is_predicted_of_groups_comes_true(api: ScriptedApi) -> None:
    looks = [*seen(), nodes.groups("a", vm=81), nodes.groups("a", "b")]
    api.expect(*looks)
    predicted = run(check=True, security_groups=["a", "b"])
    attach = Step("POST", "security_group/81/attach/", ok(), {"security_group_ids": [2]})
    api.expect(*looks, attach, detail(security_group_count=2), nodes.groups("a", "b", vm=81))
    agree(predicted, run(security_groups=["a", "b"]))


def test_vpcs(api: ScriptedApi) -> None:
    def vpc(action: str, identifier: int) -> Step:
        return Step("POST", f"vpc/node/{action}/", ok(), {"action": action, "network_id": identifier, "node_id": 31})

    inside = {"is_vpc_attached": True}
    api.expect(
        *seen(**inside),
        nodes.vpcs("a", "b"),
        nodes.networks(1),
        nodes.vpcs("a", "b"),
        vpc("detach", 1),
        detail(**inside),
        nodes.networks(1),
        nodes.vpcs("a", "b"),
        detail(),
        vpc("attach", 2),
        detail(),
        detail(**inside),
        nodes.networks(2),
        nodes.vpcs("a", "b"),
    )
    assert run(vpcs=["b"])["node"]["vpcs"] == ["b"]
    api.expect(*seen())
    assert run(vpcs=[])["changed"] is False


@pytest.mark.parametrize("status", [404, 400, 500])
def test_a_vpc_that_is_not_found_yet_is_entered_later(api: ScriptedApi, status: int) -> None:
    early = refusal(status, "VPC b not found")
    inside, known = {"is_vpc_attached": True}, nodes.vpcs("a", "b")

    def enter(answer: Answer) -> Step:
        return Step("POST", "vpc/node/attach/", answer, {"action": "attach", "network_id": 2, "node_id": 31})

    # Each refusal is followed by a look at the networks, and by one at the node.
    looks = [known, detail()]
    api.expect(*seen(), known, enter(early), *looks, enter(early), *looks, enter(ok()), detail(**inside), nodes.networks(2), known)
    assert run(vpcs=["b"])["node"]["vpcs"] == ["b"]
    # It was deleted meanwhile. After a refusal it is looked whether the node is in it already and whether the node is busy,
    # after a failure of the server whether it took effect, and then it is tried again.
    gone = [enter(early), nodes.vpcs("a")]
    tries = {404: gone, 400: [*gone, detail(), detail()], 500: [*gone, detail()] * 4}
    api.expect(*seen(), known, *tries[status])
    refused = run(vpcs=["b"])
    assert refused.failed and "VPC b not found" in refused.msg, refused.msg
    # It never is found.
    stays = [*[enter(early), *looks] * 5, enter(early), known]
    # Whether a refusal is one that passes is asked once more where an earlier call may have arrived.
    longer = [*[enter(early), known, *looks] * 5, enter(early), known]
    api.expect(*seen(), known, *{404: stays, 400: [*stays, detail()], 500: [*stays, detail(), *[*longer, detail()] * 3]}[status])
    refused = run(vpcs=["b"], wait_timeout=10)
    assert "VPC b not found). It stayed so for 10 seconds." in refused.msg


def test_a_volume_that_is_still_being_made_fails_to_be_attached(api: ScriptedApi) -> None:
    early = dataclasses.replace(nodes.plug("attach", 4), answer=refusal(500, "Something went wrong"))
    made = nodes.volumes(data=None)
    making = Step("GET", "block_storage/", ok([{"block_id": 4, "name": "data", "status": "Creating", "vm_detail": {}}]), None, nodes.PAGE)
    attach = [made, early, making, making, made, nodes.plug("attach", 4)]
    api.expect(*seen(), made, made, *attach, detail(), nodes.volumes(data=81))
    assert run(volumes=["data"])["node"]["volumes"] == ["data"]


def test_volumes_are_taken_off_only_with_consent(api: ScriptedApi) -> None:
    both = nodes.volumes(data=81, logs=None)
    api.expect(*seen(), both, both)
    refused = run(volumes=["logs"])
    assert (refused.code, "the node web has data too" in refused.msg) == ("consent_required", True)
    elsewhere = nodes.volumes(data=90)
    api.expect(*seen(), elsewhere, elsewhere)
    refused = run(volumes=["data"])
    assert (refused.code, "data is attached to the node other" in refused.msg) == ("consent_required", True)
    moved = [nodes.plug("detach", 4, 90), detail(), nodes.volumes(data=None), nodes.plug("attach", 4), detail(), nodes.volumes(data=81)]
    api.expect(*seen(), elsewhere, elsewhere, elsewhere, *moved)
    assert run(volumes=["data"], allow_detach=True)["node"]["volumes"] == ["data"]


def test_a_reserved_ip_is_exchanged(api: ScriptedApi) -> None:
    def move(number: int, kind: str) -> Step:
        return Step("POST", f"reserve_ips/198.51.100.{number}/actions/", ok(), {"type": kind, "vm_id": 81})

    before = nodes.addresses(n7=81, n8=None)
    freed, after = nodes.addresses(n7=None, n8=None), nodes.addresses(n7=None, n8=81)
    for wanted in ("198.51.100.8", ""):
        for check in (True, False):
            api.expect(*seen(), before, *([before] if wanted else []))
            refused = run(check=check, reserved_ip=wanted)
            assert (refused.code, "has 198.51.100.7, which would be detached" in refused.msg) == ("consent_required", True)
    api.expect(*seen(), before, before, move(7, "detach"), detail(), freed, move(8, "attach"), detail(), after)
    assert run(reserved_ip="198.51.100.8", allow_detach=True)["node"]["reserved_ips"] == ["198.51.100.8"]
    api.expect(*seen(), before, move(7, "detach"), detail(), freed)
    assert run(reserved_ip="", allow_detach=True)["node"]["reserved_ips"] == []


def test_a_floating_ip_is_left_where_it_is(api: ScriptedApi) -> None:
    ours = [{"id": 31, "vm_id": 81, "name": "web"}, {"id": 32, "vm_id": 82, "name": "db"}]
    entry = {"ip_address": "198.51.100.7", "status": "Assigned", "reserved_type": "FloatingIP", "floating_ip_attached_nodes": ours}
    there, elsewhere = (Step("GET", "reserve_ips/", ok([{**entry, "floating_ip_attached_nodes": nodes}]), None) for nodes in (ours, ours[1:]))
    api.expect(*seen(), there)
    kept = run(reserved_ip="")
    assert (kept["changed"], kept["node"]["reserved_ips"]) == (False, ["198.51.100.7"])
    api.expect(*seen(), there, there)
    assert run(reserved_ip="198.51.100.7")["changed"] is False
    api.expect(*seen(), elsewhere, elsewhere)
    refused = run(reserved_ip="198.51.100.7", allow_detach=True)
    assert (refused.code, "is a floating IP" in refused.msg) == ("invalid_input", True)


def test_a_disk_grows_and_never_shrinks(api: ScriptedApi) -> None:
    small, large = {"plan": "E1.6GB", "disk": "100 GB"}, {"plan": "E1.6GB", "disk": "150 GB"}
    api.expect(*seen(**small), Step("PUT", "nodes/31/root-storage-upgrade/", ok(), {"disk_size": 150}), detail(**small), detail(**large))
    assert run(disk=150)["node"]["disk"] == 150
    for check in (True, False):
        api.expect(*seen(**large))
        assert "cannot be made smaller" in run(check=check, disk=100).msg
        api.expect(*seen(**large))
        assert "cannot be had" in run(check=check, disk=160).msg
        api.expect(*seen())
        assert "that of the plan C3.8GB cannot be changed" in run(check=check, disk=150).msg


def test_the_disk_that_comes_with_another_plan_may_be_named(api: ScriptedApi) -> None:
    options: dict[str, t.Any] = {"plan": "C3.16GB", "disk": 200, "allow_downtime": True}
    api.expect(*seen(), systems(), plans())
    predicted = run(check=True, **options)
    assert (predicted["node"]["disk"], predicted["cost"]["after"]["per_hour"], predicted["cost"]["is_known"]) == (200, 6.2, True)
    new = {"plan": "C3.16GB", "disk": "200 GB"}
    off = {"status": "Powered off"}
    steps = [act("power_off"), detail(**off), upgrade(), detail(**off, **new), act("power_on"), *[detail(**new)]]
    api.expect(*seen(), systems(), plans(), *steps)
    assert run(**options)["node"]["disk"] == 200
    api.expect(*seen(**new))
    assert not run(**options)["changed"]
    api.expect(*seen(), systems(), plans())
    assert "that of the plan C3.8GB cannot be changed" in run(check=True, plan="C3.16GB", disk=300).msg


# Another plan.


def test_another_plan_needs_consent_while_it_runs(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(*seen(), systems(), plans())
        refused = run(check=check, plan="C3.16GB")
        assert (refused.code, "from C3.8GB to C3.16GB. Set allow_downtime" in refused.msg) == ("consent_required", True)


def test_another_plan_with_downtime(api: ScriptedApi) -> None:
    options = {"plan": "C3.16GB", "allow_downtime": True}
    api.expect(*seen(), systems(), plans())
    predicted = run(check=True, **options)
    off, new = {"status": "Powered off"}, {"plan": "C3.16GB", "disk": "200 GB"}
    steps = [act("power_off"), detail(), detail(**off), upgrade(), detail(**off), detail(**off, **new), act("power_on"), detail(**off, **new), detail(**new)]
    api.expect(*seen(), systems(), plans(), *steps)
    agree(predicted, run(**options))


def test_another_plan_of_a_stopped_node(api: ScriptedApi) -> None:
    off = {"status": "Powered off"}
    api.expect(*seen(**off), systems(), plans(), upgrade(), detail(**off), *[detail(**off, plan="C3.16GB")] * 2)
    changed = run(plan=nodes.long_name("C3.16GB"))
    assert (changed["node"]["status"], "stays so with its new plan" in changed.warnings[0]) == ("powered off", True)
    api.expect(*seen(**off), systems(), plans(), upgrade(), detail(**off, plan="C3.16GB"), act("power_on"), detail(plan="C3.16GB"))
    assert run(plan="C3.16GB", state="started")["node"]["status"] == "running"
    # A stop that is wanted anyway is consent enough.
    steps = [act("power_off"), detail(**off), upgrade(), *[detail(**off, plan="C3.16GB")] * 2]
    api.expect(*seen(), systems(), plans(), *steps)
    assert run(plan="C3.16GB", state="stopped")["node"]["status"] == "powered off"


def test_a_platform_that_starts_the_node_with_its_new_plan_by_itself(api: ScriptedApi) -> None:
    """The vendor's client waits for Running after such a change (reference H.39)."""
    off, on = {"status": "Powered off"}, {"plan": "C3.16GB"}
    stop, upgrading = [act("power_off"), detail(**off), upgrade()], detail(status="Upgrading", **on)
    api.expect(*seen(), systems(), plans(), *stop, upgrading, detail(**on), detail(**on))
    assert run(plan="C3.16GB", allow_downtime=True)["node"]["status"] == "running"
    again = [upgrading, detail(**on), act("power_off"), *[detail(**off, **on)] * 2]
    api.expect(*seen(), systems(), plans(), *stop, *again[:-1])
    assert run(plan="C3.16GB", state="stopped")["node"]["status"] == "powered off"
    api.expect(*seen(**off), systems(), plans(), upgrade(), *again[:-1])
    assert run(plan="C3.16GB")["node"]["status"] == "powered off"
    api.expect(*seen(**off), systems(), plans(), upgrade(), detail(**on), act("power_on", refusal(412, "The node is running")), *[detail(**on)] * 2)
    assert run(plan="C3.16GB", state="started")["node"]["status"] == "running"


def test_a_refused_plan_leaves_no_node_stopped(api: ScriptedApi) -> None:
    off = {"status": "Powered off"}
    # It looks whether the plan has come true, whether it became busy, and how it was left.
    looks = [detail(**off)] * 3
    refused_plan = [act("power_off"), detail(**off), upgrade(refusal(412, "Disks are of different kinds")), *looks]
    api.expect(*seen(), systems(), plans(), *refused_plan, act("power_on"), detail(**off), *[detail()] * 2)
    refused = run(plan="C3.16GB", allow_downtime=True)
    assert "different kinds" in refused.msg and "was started again, with the plan C3.8GB." in refused.msg
    assert (refused.code, refused["changed"], refused["node"]["status"]) == ("refused", True, "running")
    assert refused["actions"] == ["node web: powered off", "node web: started again"]
    api.expect(*seen(), systems(), plans(), *refused_plan, act("power_on", refusal(412, "No capacity")), detail(**off))
    refused = run(plan="C3.16GB", allow_downtime=True)
    assert "is powered off, and could not be started again. Do that with state: started." in refused.msg and refused["node"]["status"] == "powered off"


def test_a_plan_change_whose_answer_is_lost_ends_with_a_running_node(api: ScriptedApi) -> None:
    off, new = {"status": "Powered off"}, {"plan": "C3.16GB"}
    steps = [act("power_off"), detail(**off), upgrade(html(502)), detail(**off, **new), act("power_on"), detail(**new)]
    api.expect(*seen(), systems(), plans(), *steps)
    outcome = run(plan="C3.16GB", allow_downtime=True)
    assert (outcome["changed"], outcome["node"]["status"]) == (True, "running")


def test_a_stop_for_another_plan_whose_answer_is_lost_ends_with_a_running_node(api: ScriptedApi) -> None:
    off, new = {"status": "Powered off"}, {"plan": "C3.16GB"}
    steps = [act("power_off", html(502)), detail(**off), upgrade(), detail(**off, **new), act("power_on"), detail(**new)]
    api.expect(*seen(), systems(), plans(), *steps)
    outcome = run(plan="C3.16GB", allow_downtime=True)
    assert (outcome["changed"], outcome["node"]["status"]) == (True, "running")


def test_an_action_that_is_refused_while_another_runs_is_sent_again(api: ScriptedApi) -> None:
    busy = refusal(412, "Another action (reboot) is in progress, try again later.")
    api.expect(*seen(), act("power_off", busy), detail(), act("power_off", busy), detail(), act("power_off"), detail(status="Powered off"))
    assert run(state="stopped")["changed"] is True
    # The other action was the same one.
    off = detail(status="Powered off")
    api.expect(*seen(), act("power_off", busy), detail(), act("power_off", busy), off, off)
    assert run(state="stopped")["node"]["status"] == "powered off"
    api.expect(*seen(), act("power_off", refusal(412, "The node is powered off")), off, off)
    assert run(state="stopped")["node"]["status"] == "powered off"


@pytest.mark.parametrize("lost", [html(502), timed_out()], ids=["page", "time"])
def test_a_reinstallation_whose_answer_is_lost_is_not_repeated(api: ScriptedApi, lost: Answer) -> None:
    api.expect(*seen(), nodes.volumes(), act("reinstall", lost), detail(status="Reinstalling"), detail(status="Reinstalling"), detail())
    assert run(state="reinstalled", allow_replace=True)["changed"] is True
    assert len(api.writes) == 1


def test_several_changes_wait_for_each_other(api: ScriptedApi) -> None:
    api.expect(
        *seen(is_locked=True),
        act("unlock_vm"),
        detail(is_locked=True),
        detail(),
        act("label_rename", name="front"),
        detail(),
        detail(label="front"),
        act("reboot"),
        detail(label="front"),
    )
    outcome = run(locked=False, label="front", state="restarted")
    assert outcome["actions"] == ["updated node web: changes label, power, locked"]


# Refused before anything is written.


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        ({"label": "x"}, "consent_required", "is locked"),
        ({"state": "absent"}, "consent_required", "is locked"),
        ({"state": "stopped", "locked": True}, "consent_required", "Set locked: false"),
    ],
)
def test_a_locked_node(api: ScriptedApi, options: dict[str, t.Any], code: str, problem: str, check: bool) -> None:
    api.expect(*seen(is_locked=True))
    refused = run(check=check, **options)
    assert (refused.code, problem in refused.msg) == (code, True)


def test_a_stopped_node_takes_no_keys(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(*seen(status="Powered off"), nodes.keys(deploy=nodes.KEY))
        assert "only while the node web is running" in run(check=check, ssh_keys=["deploy"]).msg
    added = detail(ssh_keys=[{"label": "deploy", "ssh_key": nodes.KEY}])
    add = act("add_ssh_keys", ssh_keys=[{"label": "deploy", "ssh_key": nodes.KEY}])
    api.expect(*seen(status="Powered off"), nodes.keys(deploy=nodes.KEY), act("power_on"), detail(), add, added)
    assert run(ssh_keys=["deploy"], state="started")["changed"] is True


def test_a_failed_node(api: ScriptedApi) -> None:
    for options in ({"state": "started"}, {}):
        api.expect(*seen(status="Failed"))
        assert run(**options).code == "resource_failed"


def test_a_change_waits_until_the_node_is_made(api: ScriptedApi) -> None:
    creating = {"status": "Creating"}
    api.expect(*seen(**creating), detail(**creating), detail(), act("label_rename", name="x"), detail(label="x"))
    assert run(label="x")["changed"] is True
    api.expect(listed(nodes.node(**creating)), *[detail(**creating)] * 3, Step("GET", "nodes/31/", ok(nodes.node(**creating)), forever=True))
    refused = run(label="x", wait_timeout=30)
    assert (refused.code, "its status is creating" in refused.msg, api.writes) == ("wait_timeout", True, [])


def test_a_node_that_somebody_deletes(api: ScriptedApi) -> None:
    api.expect(*seen(status="Terminating"), detail(status="Terminating"), detail(MISSING))
    assert "There is no node web." in run().msg
    api.expect(*seen(), act("power_off"), detail(MISSING), Step("GET", "nodes/31/", MISSING, forever=True))
    assert run(state="stopped", wait_timeout=5).code == "wait_timeout"


# Deleting and replacing.


def test_absent(api: ScriptedApi) -> None:
    api.expect(*seen())
    predicted = run(check=True, state="absent")
    api.expect(*seen(), nodes.volumes(data=None), delete(), detail(status="Terminating"), detail(MISSING))
    real = run(state="absent")
    assert (predicted["diff"], predicted["node"]) == (real["diff"], real["node"])
    assert real["node"]["status"] == "absent"
    api.expect(listed())
    assert run(state="absent")["changed"] is False
    api.expect(detail(MISSING))
    assert run(state="absent", name=None, node_id=31)["changed"] is False


def test_delete_detaches_volumes_unlocks_and_keeps_the_address(api: ScriptedApi) -> None:
    api.expect(
        *seen(is_locked=True),
        act("unlock_vm"),
        nodes.volumes(data=81),
        detail(),
        act("power_off"),
        detail(status="Powered off"),
        nodes.plug("detach", 4),
        detail(),
        nodes.volumes(data=81),
        detail(),
        nodes.volumes(data=None),
        nodes.unplugged(),
        delete(reserve_ip_required="true"),
        detail(MISSING),
    )
    assert run(state="absent", locked=False, keep_ip=True)["changed"] is True


@pytest.mark.parametrize("lost", [html(502), timed_out()], ids=["page", "time"])
def test_a_delete_whose_answer_is_lost(api: ScriptedApi, lost: Answer) -> None:
    api.expect(*seen(), nodes.volumes(), delete(lost), detail(MISSING), detail(MISSING))
    assert run(state="absent")["changed"] is True
    api.expect(*seen(), nodes.volumes(), delete(lost), detail(status="Terminating"), detail(status="Terminating"), detail(MISSING), detail(MISSING))
    assert run(state="absent")["changed"] is True


def test_one_that_is_being_deleted_is_only_waited_for(api: ScriptedApi) -> None:
    api.expect(*seen(status="Terminating"), detail(status="Terminating"), detail(MISSING), detail(MISSING))
    assert run(state="absent")["changed"] is True


def test_another_image_replaces_the_node_with_consent(api: ScriptedApi) -> None:
    before = {"label": "front", "ssh_keys": [{"label": "deploy", "ssh_key": nodes.KEY}]}
    for check in (True, False):
        api.expect(*seen(**before), systems(), plans("Debian", "12", "Debian"))
        refused = run(check=check, image="Debian 12")
        assert (refused.code, "image from Ubuntu 24.04 to Debian 12" in refused.msg) == ("consent_required", True)
    looks = [systems(), plans("Debian", "12", "Debian"), nodes.volumes(data=None), nodes.groups("a", vm=81), nodes.volumes(data=None), nodes.addresses(n7=None)]
    looks += [nodes.keys(deploy=nodes.KEY), nodes.groups("a")]
    api.expect(*seen(**before), *looks)
    predicted = run(check=True, image="Debian 12", allow_replace=True)
    body = {"plan": nodes.long_name("C3.8GB", "Debian-12"), "image": "Debian-12-Distro", "label": "front", "ssh_keys": [nodes.KEY], "security_group_id": 1}
    made = {**before, "id": 32, "vm_id": 82, "os_info": nodes.DEBIAN}
    create = post(ok({"node_create_response": [{"id": 32}]}))
    api.expect(*seen(**before), *looks, delete(), detail(MISSING), create, alone(id=32), detail(**made), nodes.groups("a", vm=82))
    real = run(image="Debian 12", allow_replace=True)
    agree(predicted, real)
    assert body.items() <= api.sent[-4].body.items()
    assert real["actions"] == ["deleted and created again node web: changes image"]


def test_what_it_costs(api: ScriptedApi) -> None:
    api.expect(*seen(), systems(), plans())
    cost = run(check=True, plan="C3.16GB", allow_downtime=True)["cost"]
    assert cost == {
        "currency": "INR",
        "before": {"per_hour": 3.1, "per_month": 2263.0},
        "after": {"per_hour": 6.2, "per_month": 4526.0},
        "change": {"per_hour": 3.1, "per_month": 2263.0},
        "is_known": True,
    }
    api.expect(*seen())
    assert run(check=True, state="absent")["cost"]["change"] == {"per_hour": -3.1, "per_month": -2263.0}
    api.expect(*seen(price="on request"))
    assert run(check=True, state="absent")["cost"]["is_known"] is False
    api.expect(*seen())
    assert run(label="default")["cost"]["change"] == {"per_hour": 0.0, "per_month": 0.0}
    # What a larger disk costs is in no catalog.
    api.expect(*seen(plan="E1.6GB"))
    assert run(check=True, disk=125)["cost"]["change"] == {"per_hour": None, "per_month": None}


UNKNOWN = {"per_hour": None, "per_month": None}


def test_an_address_that_is_kept_is_not_free(api: ScriptedApi) -> None:
    for fields, after in (({}, UNKNOWN), ({"public_ip_address": None}, {"per_hour": 0.0, "per_month": 0.0})):
        api.expect(*seen(**fields), nodes.volumes(), delete(reserve_ip_required="true"), detail(MISSING))
        cost = run(state="absent", keep_ip=True)["cost"]
        assert (cost["after"], cost["is_known"]) == (after, after != UNKNOWN)
    api.expect(*seen())
    assert run(label="default", keep_ip=True)["cost"]["is_known"] is True


@pytest.mark.parametrize("options", [{"bitninja": True}, {"plan": "E1.6GB", "disk": 75}])
def test_what_is_ordered_with_a_node_is_not_free(api: ScriptedApi, options: dict[str, t.Any]) -> None:
    new = {"plan": "C3.8GB", "image": "Ubuntu 24.04", **options}
    api.expect(listed(), systems(), plans())
    cost = run(check=True, **new)["cost"]
    assert (cost["before"]["per_month"], cost["after"], cost["is_known"]) == (0.0, UNKNOWN, False)
    # What the node has was ordered before.
    there = {"plan": new["plan"], "disk": "75 GB", "is_bitninja_license_active": True}
    api.expect(*seen(**there))
    assert run(check=True, **{**options, "label": "front"})["cost"]["change"] == {"per_hour": 0.0, "per_month": 0.0}


def test_what_is_refused_adds_nothing(api: ScriptedApi) -> None:
    api.expect(listed(), systems(), plans(), post(refusal(412, "no room")), listed())
    refused = run(plan="C3.8GB", image="Ubuntu 24.04")
    assert (refused.failed, refused["changed"], refused["cost"]["change"]) == (True, False, {"per_hour": 0.0, "per_month": 0.0})
