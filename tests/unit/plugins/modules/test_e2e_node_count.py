# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several nodes of one task: each is looked up, made, lost, taken over and told of by its own name."""

from __future__ import annotations

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
    together,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.node_api import detail, listed, plans, systems

NEW = {"plan": "C3.8GB", "image": "Ubuntu 24.04"}


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_node, {**CREDENTIALS, "name": "web-%d", "count": 3, **args}, check=check)


def named(number: int, **fields: t.Any) -> dict[str, t.Any]:
    """What the API says of web-1, web-2, ..."""
    return {"id": 100 + number, "name": f"web-{number}", "vm_id": 200 + number, **fields}


def all_of(*numbers: int, **fields: t.Any) -> Step:
    return listed(*(nodes.node(**named(number, **fields)) for number in numbers))


def look(number: int, **fields: t.Any) -> Step:
    return detail(**named(number, **fields))


def post(number: int, answer: Answer | None = None) -> Step:
    body = {
        "name": f"web-{number}",
        "plan": nodes.long_name("C3.8GB"),
        "image": "Ubuntu-24.04-Distro",
        "label": "default",
        "number_of_instances": 1,
        "ssh_keys": [],
        "start_scripts": [],
        **dict.fromkeys(
            ("backups", "disable_password", "enable_bitninja", "is_ipv6_availed", "default_public_ip", "is_saved_image"),
            False,
        ),
    }
    return Step("POST", "nodes/", answer or ok({"node_create_response": [{"id": 100 + number}]}), body)


def names(api: ScriptedApi) -> list[str]:
    """What was asked to be made, once each."""
    return sorted(sent.body["name"] for sent in api.writes if sent.method == "POST")


def removal(number: int) -> list[Step]:
    """Its volumes are looked for, to come off it before."""
    gone = [Step("DELETE", f"nodes/{100 + number}/", ok(), None), detail(MISSING, id=100 + number)]
    return [look(number), nodes.volumes(), *gone]


def told(outcome: Run, key: str) -> dict[str, t.Any]:
    return {entry["name"]: entry[key] for entry in outcome["nodes"]}


def test_three_are_made_and_then_left_alone(api: ScriptedApi) -> None:
    api.expect(listed(), systems(), plans())
    predicted = run(check=True, **NEW)
    assert predicted["actions"] == ["create node web-1", "create node web-2", "create node web-3"]
    # The list after a create is the same call for all, so one after the other.
    made = [step for number in (1, 2, 3) for step in (post(number), all_of(), look(number, status="Creating"), look(number))]
    api.expect(all_of(), systems(), plans(), *made)
    real = run(**NEW, concurrency=1)
    assert (real["actions"], real["changed"]) == (["created node web-1", "created node web-2", "created node web-3"], True)
    assert (predicted["diff"], predicted["cost"]) == (real["diff"], real["cost"])
    assert [real["nodes"][0]["cost"]["change"]["per_hour"], real["cost"]["change"]["per_hour"], real["cost"]["currency"]] == [3.1, 9.3, "INR"]
    for one, other in zip(predicted["nodes"], real["nodes"]):
        assert {name: one[name] for name in ("name", "changed", "failed", "diff")} == {name: other[name] for name in ("name", "changed", "failed", "diff")}
        assert {key: value for key, value in one["node"].items() if value is not None}.items() <= other["node"].items()
    assert [entry["node"]["vm_id"] for entry in real["nodes"]] == [201, 202, 203]
    api.expect(all_of(1, 2, 3), together(look(1), look(2), look(3)))
    again = run(**NEW)
    assert (again["changed"], again["actions"], again["diff"], told(again, "failed")) == (False, [], [], {"web-1": False, "web-2": False, "web-3": False})


@pytest.mark.parametrize("check", [True, False])
def test_only_those_that_are_missing_are_made(api: ScriptedApi, check: bool) -> None:
    after = [] if check else [[post(2), all_of(), look(2)]]
    api.expect(all_of(1, 3), together(look(1), look(3), [systems(), plans(), *(after[0] if after else [])]))
    outcome = run(check=check, **NEW)
    assert told(outcome, "changed") == {"web-1": False, "web-2": True, "web-3": False}
    assert [outcome["cost"][side]["per_hour"] for side in ("before", "after", "change")] == [6.2, 9.3, 3.1]
    assert names(api) == ([] if check else ["web-2"])


def test_one_that_fails_is_named_and_keeps_no_other_from_its_state(api: ScriptedApi) -> None:
    steps = [post(1), all_of(1), look(1), post(2, ok({"is_credit_sufficient": False}, "Please add funds")), all_of(1), post(3), all_of(1), look(3)]
    api.expect(all_of(), systems(), plans(), *steps)
    outcome = run(**NEW, concurrency=1)
    assert outcome.msg.startswith("1 of 3 nodes are not in the wanted state. web-2: ")
    assert (outcome.code, "Please add funds" in outcome.msg, outcome["changed"]) == ("refused", True, True)
    assert told(outcome, "failed") == {"web-1": False, "web-2": True, "web-3": False}
    assert told(outcome, "node")["web-2"]["status"] == "absent"
    assert (outcome["nodes"][1]["error"]["code"], outcome["nodes"][0]["msg"]) == ("refused", None)
    assert outcome["actions"] == ["created node web-1", "created node web-3"]
    # Two were bought. One was not, and costs nothing.
    assert [outcome["cost"]["change"]["per_month"], *(cost["change"]["per_month"] for cost in told(outcome, "cost").values())] == [4526.0, 2263.0, 0.0, 2263.0]
    # The next run makes the missing one, and nothing else.
    api.expect(all_of(1, 3), together(look(1), look(3), [systems(), plans(), post(2), all_of(), look(2)]))
    assert (run(**NEW)["actions"], names(api)) == (["created node web-2"], ["web-2"])


def test_an_answer_that_is_lost_is_looked_after_by_name_and_never_sent_again(api: ScriptedApi) -> None:
    # The list is the same call for all, so one after the other.
    found = [listed(nodes.node(**named(1)), nodes.node(**named(2, status="Creating"))), look(2, status="Creating"), look(2)]
    api.expect(all_of(), systems(), plans(), post(1), all_of(), look(1), post(2, html(502)), *found, post(3, html(502)), *[all_of(1, 2)] * 5)
    outcome = run(**NEW, concurrency=1)
    assert names(api) == ["web-1", "web-2", "web-3"]
    assert told(outcome, "failed") == {"web-1": False, "web-2": False, "web-3": True}
    assert (outcome["error"]["outcome_known"], outcome["nodes"][2]["error"]["outcome_known"]) == (False, False)
    assert "Whether the node web-3 was created is not certain" in outcome.msg
    assert outcome["actions"] == ["created node web-1", "created node web-2", "tried to create node web-3"]
    assert any("The answer to the create of the node web-2 was lost, but it took effect" in warning for warning in outcome.warnings)
    assert outcome["nodes"][1]["warnings"] == [warning for warning in outcome.warnings if "web-2" in warning]


def test_what_somebody_makes_while_the_first_is_waited_for_is_not_made_again(api: ScriptedApi) -> None:
    """The list of the beginning is old by then."""
    waits = [look(1, status="Creating")] * 8
    api.expect(all_of(), systems(), plans(), post(1), all_of(), *waits, look(1), all_of(1, 2), look(2))
    outcome = run(**NEW, count=2, concurrency=1)
    assert (told(outcome, "changed"), names(api)) == ({"web-1": True, "web-2": False}, ["web-1"])


def test_two_of_one_name_are_an_error_of_that_name(api: ScriptedApi) -> None:
    twin = nodes.node(**named(2, id=999))
    api.expect(listed(*(nodes.node(**named(number)) for number in (1, 2, 3)), twin), together(look(1), look(3)))
    outcome = run(**NEW)
    assert (outcome.code, "with the ids 102, 999" in outcome.msg, api.writes) == ("ambiguous", True, [])
    assert told(outcome, "failed") == {"web-1": False, "web-2": True, "web-3": False}


def test_higher_numbers_are_told_and_removed_only_when_that_is_asked_for(api: ScriptedApi) -> None:
    others = [nodes.node(id=7, name=name) for name in ("web-x", "web-04", "web-", "old-web-9", "web-9-old")]
    everything = listed(*(nodes.node(**named(number)) for number in (10, 4, 1, 2, 3)), *others)
    ready = together(look(1), look(2), look(3))
    api.expect(everything, ready)
    outcome = run(**NEW)
    assert (outcome["changed"], outcome["surplus"], len(outcome["nodes"])) == (False, ["web-4", "web-10"], 3)
    for check in (True, False):
        gone = [step for number in (4, 10) for step in ([look(number)] if check else removal(number))]
        api.expect(everything, look(1), look(2), look(3), *gone)
        outcome = run(check=check, prune=True, concurrency=1, **NEW)
        assert outcome["actions"] == [f"{'delete' if check else 'deleted'} node {name}" for name in ("web-4", "web-10")]
        assert told(outcome, "changed") == {"web-1": False, "web-2": False, "web-3": False, "web-4": True, "web-10": True}


def test_nothing_is_removed_while_one_is_not_as_it_is_wanted(api: ScriptedApi) -> None:
    api.expect(all_of(1, 2, 4), together(look(1), look(2), [systems(), plans(), post(3, refusal(412, "no room")), all_of(1, 2, 4)]))
    outcome = run(prune=True, **NEW)
    assert (outcome.msg.startswith("1 of 3 nodes"), outcome["surplus"], [sent.method for sent in api.writes]) == (True, ["web-4"], ["POST"])


def test_a_locked_one_is_not_removed(api: ScriptedApi) -> None:
    api.expect(all_of(1, 2, is_locked=True), look(1), look(2, is_locked=True))
    outcome = run(count=1, prune=True)
    assert (outcome.code, "web-2 is locked" in outcome.msg, api.writes) == ("consent_required", True, [])


def test_removed_by_their_numbers(api: ScriptedApi) -> None:
    api.expect(all_of(1, 3, 4), *removal(1), *removal(3))
    outcome = run(state="absent", concurrency=1)
    assert (outcome["actions"], outcome["surplus"]) == (["deleted node web-1", "deleted node web-3"], ["web-4"])
    assert set(told(outcome, "node")["web-2"].values()) == {None, "web-2", "absent"}


def test_one_after_the_other_until_one_fails(api: ScriptedApi) -> None:
    def reboot(number: int, answer: Answer = ok({"status": "In Progress"})) -> Step:
        return Step("PUT", f"nodes/{100 + number}/actions/", answer, {"type": "reboot"})

    api.expect(all_of(1, 2, 3), look(1), reboot(1), look(1), look(2), reboot(2, refusal(412, "not now")), look(2))
    outcome = run(state="restarted", concurrency=1, fail_fast=True)
    assert outcome.msg.startswith("1 of 3 nodes are not in the wanted state. web-2: ")
    assert outcome.msg.endswith("Not begun: web-3.")
    assert told(outcome, "begun") == {"web-1": True, "web-2": True, "web-3": False}
    assert (told(outcome, "failed")["web-3"], told(outcome, "node")["web-3"]) == (False, None)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"name": "web"}, "name: 'web' needs one place for the number of the node when count is given, such as web-%d"),
        ({"name": "web-%d-%d"}, "name: 'web-%d-%d' needs one place"),
        ({"name": "web-%s"}, "name: 'web-%s' needs one place"),
        ({"name": "web-%%d"}, "name: 'web-%%d' needs one place"),
        ({"name": "web-%012d"}, "name: 'web-%012d' needs one place"),
        ({"name": "web_%d"}, "name: 'web_1' cannot be the name of a node."),
        ({"name": "w" * 48 + "%d", "count": 100}, "cannot be the name of a node."),
        ({"count": None}, "name: 'web-%d' has a place for a number, so it needs count, the number of nodes."),
        ({"count": 0}, "count is from 1 to 100; got 0."),
        ({"count": 101}, "count is from 1 to 100; got 101."),
        ({"concurrency": 0}, "concurrency must be at least 1; got 0."),
        ({"volumes": ["data"]}, "volumes: what is named there can be on one node only, and count asks for several."),
        ({"reserved_ip": "198.51.100.7"}, "reserved_ip: what is named there can be on one node only"),
    ],
)
def test_what_is_refused_before_anything_is_asked(api: ScriptedApi, args: dict[str, t.Any], said: str) -> None:
    outcome = run(**{**NEW, **args})
    assert (outcome.code, said in outcome.msg, api.sent) == ("invalid_input", True, []), outcome.msg


def test_a_width_of_the_number(api: ScriptedApi) -> None:
    api.expect(listed(nodes.node(id=101, name="web-01"), nodes.node(id=109, name="web-9"), nodes.node(id=110, name="web-10")), detail(id=101, name="web-01"))
    outcome = run(name="web-%02d", count=1)
    assert (told(outcome, "changed"), outcome["surplus"]) == ({"web-01": False}, ["web-10"])


def test_what_all_of_them_mean_is_looked_up_once(api: ScriptedApi) -> None:
    linked: dict[str, t.Any] = {"security_groups": ["web"], "vpcs": ["private"], "ssh_keys": ["deploy"]}
    around = [nodes.keys(deploy=nodes.KEY), nodes.groups("web"), nodes.vpcs("private")]
    for count in (1, 4):
        api.expect(listed(), systems(), plans(), *around)
        assert run(check=True, count=count, **NEW, **linked)["changed"] is True
