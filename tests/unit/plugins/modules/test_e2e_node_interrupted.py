# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A node in a state that a run leaves behind which has failed or was killed: it is put right, or it is said what it is."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_node
from ansible_collections.e2enetworks.cloud.tests.unit.plugins import node_api as nodes
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, MISSING, Answer, Run, ScriptedApi, Step, html, ok, refusal, run_module
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.node_api import act, alone, delete, detail, listed, plans, plug, post, seen, systems, unplugged

OFF: dict[str, t.Any] = {"status": "Powered off"}
LEFT_OFF = "was found powered off. This task may power it off itself"
TO_DEBIAN = {"image": "Debian 12", "allow_replace": True}
LARGER = {"plan": nodes.long_name("C3.16GB"), "image": "Ubuntu-24.04-Distro"}
LOOKS = [systems(), plans("Debian", "12", "Debian")]


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_node, {**CREDENTIALS, "name": "web", **args}, check=check)


def upgraded(answer: Answer = ok()) -> Step:
    return Step("PUT", "nodes/upgrade/31", answer, LARGER)


def off_and_free(*after: t.Any) -> list[t.Any]:
    """A node that runs and has the volume data is powered off, and then comes what is given."""
    return [act("power_off"), detail(**OFF), *after]


@pytest.mark.parametrize("options", [{"state": "absent"}, TO_DEBIAN])
def test_a_refused_detach_leaves_no_node_powered_off(api: ScriptedApi, options: dict[str, t.Any]) -> None:
    volume = nodes.volumes(data=81)
    looks = [*LOOKS, volume, nodes.groups("a", vm=81), volume, nodes.addresses(), nodes.groups("a"), volume]
    first = looks if options is TO_DEBIAN else [volume]
    refused = [plug("detach", 4, answer=refusal(412, "The volume is protected")), detail(**OFF), volume, detail(**OFF)]
    api.expect(*seen(), *first, *off_and_free(*refused), detail(**OFF), act("power_on"), detail(**OFF), detail(), volume, detail())
    failed = run(**options)
    assert "The volume is protected" in failed.msg and "was started again, with the plan C3.8GB." in failed.msg
    assert (failed["changed"], failed["actions"]) == (True, ["node web: powered off", "node web: started again"])


def test_volumes_that_came_off_a_node_which_is_not_deleted_are_attached_again(api: ScriptedApi) -> None:
    volume, free = nodes.volumes(data=81), nodes.volumes(data=None)
    taken_off = [plug("detach", 4), detail(**OFF), free, unplugged()]
    refused = [delete(refusal(412, "It is protected")), detail(**OFF)]
    again = [act("power_on"), detail(), free, free, plug("attach", 4), detail(), volume, unplugged(), detail()]
    api.expect(*seen(), volume, *off_and_free(*taken_off, *refused, detail(**OFF), *again))
    failed = run(state="absent")
    assert "It is protected" in failed.msg and "was started again" in failed.msg and "The volumes data were attached again." in failed.msg
    assert failed["actions"][1:] == ["node web: volume data detached", "node web: started again", "node web: volume data attached"]

    again[4:] = [plug("attach", 4, answer=refusal(412, "No slot is free")), detail(), free, detail()]
    api.expect(*seen(), volume, *off_and_free(*taken_off, *refused, detail(**OFF), *again))
    failed = run(state="absent")
    assert "The volumes data came off it, and could not all be attached again" in failed.msg and "Do that with the option volumes." in failed.msg


def test_what_became_of_a_node_that_cannot_be_read_is_said_to_be_open(api: ScriptedApi) -> None:
    volume, unread = nodes.volumes(data=81), detail(refusal(400, "unwell"))
    api.expect(*seen(), volume, *off_and_free(plug("detach", 4, answer=refusal(412, "Busy saving")), *[unread] * 4))
    failed = run(state="absent")
    assert "The node web may be powered off without data, and what became of it cannot be read." in failed.msg
    assert (failed["changed"], failed["actions"]) == (True, ["node web: powered off"])


@pytest.mark.parametrize("state", [None, "present"])
def test_a_node_that_a_killed_plan_change_left_off_is_started(api: ScriptedApi, state: str | None) -> None:
    larger: dict[str, t.Any] = {"plan": "C3.16GB", "allow_downtime": True, **({"state": state} if state else {})}
    off = {**OFF, "plan": "C3.16GB"}
    api.expect(*seen(**off))
    predicted = run(check=True, **larger)
    api.expect(*seen(**off), act("power_on"), detail(**off), detail(plan="C3.16GB"))
    real = run(**larger)
    assert (predicted["changed"], predicted["diff"], predicted["node"]["status"]) == (True, real["diff"], "running")
    assert (real["node"]["status"], real["actions"]) == ("running", ["updated node web: changes power"])
    assert any(LEFT_OFF in warning and "Set state: stopped" in warning for warning in real.warnings)


@pytest.mark.parametrize(
    ("options", "more"),
    [({}, {}), ({"allow_downtime": True, "state": "stopped"}, {}), ({"allow_downtime": True}, {"is_locked": True})],
    ids=["never powers off", "shall be off", "locked"],
)
def test_a_node_that_somebody_has_stopped_stays_so(api: ScriptedApi, options: dict[str, t.Any], more: dict[str, t.Any]) -> None:
    api.expect(*seen(**OFF, **more))
    kept = run(**options)
    assert (kept["changed"], kept["node"]["status"], [text for text in kept.warnings if LEFT_OFF in text]) == (False, "powered off", [])


def free_things(after: Run) -> list[str]:
    return [text.split(". ")[0] for text in after.warnings if text.startswith("On no node are ")]


def test_what_a_killed_replacement_left_without_a_node_is_named(api: ScriptedApi) -> None:
    around = [nodes.volumes(data=None, logs=90), nodes.addresses(n7=None, n8=90)]
    api.expect(listed(), systems(), plans(), *around, post(), alone(), detail())
    made = run(plan="C3.8GB", image="Ubuntu 24.04", allow_replace=True)
    assert free_things(made) == ["On no node are the reserved IP 198.51.100.7, the volume data"]
    # Killed after the new node was made, and before the volume was on it.
    api.expect(*seen(), nodes.volumes(data=None, logs=90))
    kept = run(allow_replace=True)
    assert (kept["changed"], free_things(kept)) == (False, ["On no node are the volume data"])
    # Killed after the volume came off, and before the node was deleted.
    api.expect(*seen(**OFF), *around, act("power_on"), detail())
    assert free_things(run(allow_replace=True)) == ["On no node are the reserved IP 198.51.100.7, the volume data"]


def test_two_nodes_that_are_made_at_once_are_noticed_by_the_run_that_is_later(api: ScriptedApi) -> None:
    """Both runs have looked, and no node was there."""
    api.expect(listed(), systems(), plans(), post(), listed(nodes.node(), nodes.node(id=32)))
    failed = run(plan="C3.8GB", image="Ubuntu 24.04")
    assert (failed.code, failed["changed"], failed["actions"]) == ("ambiguous", True, ["created node web"])
    assert "made the one with the id 31, and somebody else has made another at the same time, 32. Both are billed." in failed.msg


def test_nothing_is_said_to_be_left_where_that_cannot_be(api: ScriptedApi) -> None:
    api.expect(*seen(), nodes.volumes(data=81, logs=None))
    assert free_things(run(allow_replace=True)) == []
    api.expect(*seen(), nodes.volumes(logs=None))
    assert free_things(run(volumes=[], allow_replace=True)) == []
    api.expect(*seen())
    assert free_things(run()) == []


def test_a_volume_that_is_coming_off_a_node_is_carried_over_all_the_same(api: ScriptedApi) -> None:
    """Killed right after the detach was accepted: the volume is on the node at the first look, and no more at the next."""
    coming_off, off = nodes.volumes(data=81), nodes.volumes(data=None)
    api.expect(*seen(**OFF), *LOOKS, coming_off, nodes.addresses(), nodes.groups("a", vm=81), off, nodes.addresses(), nodes.groups("a"), off)
    predicted = run(check=True, **TO_DEBIAN)
    assert predicted["node"]["volumes"] == ["data"] and free_things(predicted) == []


def test_a_replacement_whose_create_is_lost_gets_the_volumes_of_the_node_before(api: ScriptedApi) -> None:
    on, off = nodes.volumes(data=81), nodes.volumes(data=None)
    looks = [*LOOKS, on, nodes.groups("a", vm=81), on, nodes.addresses(), nodes.groups("a"), on]
    gone = [plug("detach", 4), detail(**OFF), off, unplugged(), delete(), detail(MISSING), post(html(502))]
    new: dict[str, t.Any] = {"id": 32, "vm_id": 82, "os_info": nodes.DEBIAN}
    there = [*seen(**new), detail(**new), nodes.groups("a", vm=82), off, off]
    attached = [Step("PUT", "block_storage/4/vm/attach/", ok(), {"vm_id": 82}), detail(**new), nodes.groups("a", vm=82), nodes.volumes(data=82)]
    api.expect(*seen(), *looks, *off_and_free(*gone), *there, *attached)
    made = run(**TO_DEBIAN)
    assert not made.failed, made.msg
    assert made["changed"] and any("The answer to the create of the node web was lost" in text for text in made.warnings)


def test_a_locked_node_that_is_off_stays_so_when_it_is_replaced(api: ScriptedApi) -> None:
    around = [nodes.volumes(), nodes.addresses()]
    api.expect(*seen(**OFF, is_locked=True), *LOOKS, nodes.volumes(), nodes.addresses(), nodes.groups("a", vm=81), *around, nodes.groups("a"))
    predicted = run(check=True, locked=False, **TO_DEBIAN)
    assert predicted["node"]["status"] == "powered off"


def test_a_delete_that_is_lost_with_its_look_says_how_the_node_may_be(api: ScriptedApi) -> None:
    volume, free, unread = nodes.volumes(data=81), nodes.volumes(data=None), detail(refusal(400, "unwell"))
    taken_off = [plug("detach", 4), detail(**OFF), free, unplugged()]
    api.expect(*seen(), volume, *off_and_free(*taken_off, delete(html(502)), *[unread] * 3))
    failed = run(state="absent")
    assert (failed["error"]["outcome_known"], failed["changed"]) == (False, True)
    assert failed["actions"] == ["node web: powered off", "node web: volume data detached", "tried to delete node web"]
    assert "Whether the delete of the node web took effect is not known" in failed.msg and "may be powered off without data" in failed.msg
    api.expect(*seen(), volume, *off_and_free(*taken_off, delete(html(502)), detail(MISSING), detail(MISSING)))
    assert run(state="absent")["changed"] is True


def test_a_node_that_has_failed_is_removed_with_what_comes_off_it(api: ScriptedApi) -> None:
    failed, free = detail(status="Failed"), nodes.volumes(data=None)
    off = [plug("detach", 4), failed, free, unplugged()]
    api.expect(*seen(status="Failed"), nodes.volumes(data=81), *off, delete(), detail(MISSING))
    removed = run(state="absent")
    assert not removed.failed and removed["actions"] == ["deleted node web"], removed.result
    api.expect(*seen(status="Failed", is_locked=True), act("unlock_vm"), nodes.volumes(), failed, delete(), detail(MISSING))
    assert not run(state="absent", locked=False).failed


def test_a_step_that_is_under_way_after_its_answer_was_lost_is_not_the_whole(api: ScriptedApi) -> None:
    off, new = {"status": "Powered off"}, {"plan": "C3.16GB"}
    under_way = [act("power_off", html(502)), detail(status="Stopping"), detail(**off)]
    rest = [upgraded(), detail(**off, **new), act("power_on"), detail(**new)]
    api.expect(*seen(), systems(), plans(), *under_way, *rest)
    done = run(plan="C3.16GB", allow_downtime=True)
    assert (done["changed"], done["node"]["plan"], done["node"]["status"]) == (True, "C3.16GB", "running")
    assert done.warnings == []


def test_a_plan_that_shows_after_its_answer_was_lost_is_told_when_the_rest_is_refused(api: ScriptedApi) -> None:
    off, new = {"status": "Powered off"}, {"plan": "C3.16GB"}
    refused = act("power_on", refusal(412, "No capacity"))
    api.expect(*seen(**off), systems(), plans(), upgraded(html(500)), *[detail(**off, **new)], refused, *[detail(**off, **new)] * 3)
    failed = run(plan="C3.16GB", state="started")
    assert (failed.code, failed["changed"], failed["actions"], failed["node"]["plan"]) == ("refused", True, ["changed plan of node web"], "C3.16GB")


def test_a_refused_restart_is_not_done_by_what_somebody_else_does(api: ScriptedApi) -> None:
    refused = act("reboot", refusal(412, "That cannot be done"))
    api.expect(*seen(), refused, *[detail(status="Saving")] * 2, detail(), act("reboot"), detail())
    restarted = run(state="restarted")
    assert (restarted.failed, restarted["changed"]) == (False, True)
