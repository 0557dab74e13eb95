# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes: what is asked, what is sent in which order, and what is refused before anything is sent."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_options import SENT_BY_US
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
    together,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.node_api import alone, detail, listed, plans, post, seen, systems

NEW = {"plan": "C3.8GB", "image": "Ubuntu 24.04"}
# What the vendor's client always sends (reference C.2).
BODY = {
    "name": "web",
    "plan": nodes.long_name("C3.8GB"),
    "image": "Ubuntu-24.04-Distro",
    "label": "default",
    "number_of_instances": 1,
    "ssh_keys": [],
    "start_scripts": [],
    "backups": False,
    "disable_password": False,
    "enable_bitninja": False,
    "is_ipv6_availed": False,
    "default_public_ip": False,
    "is_saved_image": False,
}


def run(check: bool = False, secrets: t.Iterable[str] = (), **args: t.Any) -> Run:
    return run_module(e2e_node, {**CREDENTIALS, "name": "web", **args}, check=check, secrets=secrets)


def agree(predicted: Run, real: Run) -> None:
    """The prediction is what came, but for what only the server can assign."""
    assert not predicted.failed and not real.failed, (predicted.result.get("msg"), real.result.get("msg"))
    assert (predicted["changed"], predicted["diff"]) == (real["changed"], real["diff"])
    told = {key: value for key, value in predicted["node"].items() if value is not None}
    assert told == {key: real["node"][key] for key in told}


# Creating.


def test_create_and_wait(api: ScriptedApi) -> None:
    api.expect(listed(), systems(), plans())
    predicted = run(check=True, **NEW)
    creating = detail(status="Creating")
    api.expect(listed(), systems(), plans(), post(body=BODY), alone(), creating, creating, detail())
    real = run(**NEW)
    agree(predicted, real)
    assert predicted["cost"] == real["cost"]
    assert (real["cost"]["before"]["per_month"], real["cost"]["change"]["per_month"], real["cost"]["currency"]) == (0.0, 2263.0, "INR")
    assert (real["actions"], real["node"]["vm_id"], real["node"]["status"]) == (["created node web"], 81, "running")
    api.expect(*seen())
    assert run(**NEW)["changed"] is False


@pytest.mark.parametrize(
    "answer",
    [ok({"id": 31, "vm_id": 81, "status": "Creating", "is_credit_sufficient": True}), ok({"node_create_response": [{"id": 31.0}]})],
    ids=["older", "newer"],
)
def test_both_shapes_of_the_answer(api: ScriptedApi, answer: Answer) -> None:
    api.expect(listed(), systems(), plans(), post(answer), alone(), detail())
    assert run(**NEW)["node"]["id"] == 31


def test_an_answer_without_an_id_is_looked_up_by_name(api: ScriptedApi) -> None:
    api.expect(listed(), systems(), plans(), post(ok({})), *seen())
    assert run(**NEW)["node"]["id"] == 31


@pytest.mark.parametrize(
    "answer",
    [
        ok({"is_credit_sufficient": False}, "Please add funds"),
        ok({"node_create_response": [{"is_credit_sufficient": False}]}, "Please add funds"),
        ok({"total_number_of_node_requested": 1, "total_number_of_node_created": 0, "node_create_response": []}, "Please add funds"),
    ],
)
def test_no_credit_under_200(api: ScriptedApi, answer: Answer) -> None:
    api.expect(listed(), systems(), plans(), post(answer), listed())
    refused = run(**NEW)
    assert (refused.code, refused["changed"], "Please add funds" in refused.msg) == ("refused", False, True)


def test_one_that_somebody_else_makes_during_a_pause_is_not_joined_by_another(api: ScriptedApi) -> None:
    api.expect(listed(), systems(), plans(), post(refusal(429, "slow down")), *seen(), detail())
    taken = run(**NEW)
    assert (taken["node"]["id"], taken["changed"], len(api.writes)) == (31, True, 1)
    assert taken["actions"] == ["took over node web, which is there although its create was refused"]
    # It is another one than is wanted, and it is left to its maker.
    other, around = {"os_info": nodes.DEBIAN}, [nodes.volumes(), nodes.addresses()]
    api.expect(listed(), systems(), plans(), *around, post(refusal(429, "slow down")), *seen(**other), detail(**other))
    refused = run(**NEW, allow_replace=True)
    assert (refused.code, "image is Debian 12, not Ubuntu 24.04" in refused.msg, len(api.writes)) == ("consent_required", True, 1)


@pytest.mark.parametrize("lost", [html(502), timed_out(), refusal(500, "oops")], ids=["page", "time", "500"])
def test_a_create_whose_answer_is_lost_is_adopted_and_never_sent_again(api: ScriptedApi, lost: Answer) -> None:
    api.expect(listed(), systems(), plans(), post(lost), listed(), listed(), *seen(status="Creating"), detail())
    assert run(**NEW)["node"]["id"] == 31
    assert len(api.writes) == 1
    api.expect(listed(), systems(), plans(), post(lost), *[listed()] * 5)
    failed = run(**NEW)
    assert (failed["error"]["outcome_known"], len(api.writes)) == (False, 1)


def test_everything_that_a_create_carries(api: ScriptedApi) -> None:
    body = {
        **BODY,
        "label": "front",
        "ssh_keys": [nodes.KEY, nodes.OTHER_KEY],
        "start_scripts": ["#!/bin/sh\ntrue\n"],
        "backups": True,
        "disable_password": True,
        "is_ipv6_availed": True,
        "default_public_ip": True,
        "enable_bitninja": True,
        "plan": nodes.long_name("E1.6GB"),
        "disk": 150,
        "security_group_id": 1,
        "vpc_id": 2,
        "reserve_ip": "198.51.100.7",
        "isEncryptionEnabled": True,
        "is_encryption_required": True,
        "encryption_passphrase": "correct horse",
        "subnet_id": "282",
    }
    assert body.keys() - SENT_BY_US == {"subnet_id"}
    made = {"label": "front", "plan": "E1.6GB", "disk": "150 GB", "is_vpc_attached": True, "isEncryptionEnabled": True, "is_bitninja_license_active": True}
    made["ssh_keys"] = [{"label": "deploy", "ssh_key": nodes.KEY}, {"label": "", "ssh_key": nodes.OTHER_KEY}]
    links = (nodes.keys(deploy=nodes.KEY), nodes.groups("admin"), nodes.vpcs("back"), nodes.addresses(n7=None))
    after = (nodes.groups("admin", vm=81), nodes.networks(2), nodes.vpcs("back"), nodes.addresses(n7=81))
    options = {
        "plan": "E1.6GB",
        "image": "ubuntu-24.04-distro",
        "label": "front",
        "disk": 150,
        "ssh_keys": ["deploy", nodes.OTHER_KEY],
        "security_groups": ["admin"],
        "vpcs": ["back"],
        "reserved_ip": "198.51.100.7",
        "start_script": "#!/bin/sh\ntrue\n",
        "encryption_passphrase": "correct horse",
        "backups": True,
        "ipv6": True,
        "public_ip": True,
        "bitninja": True,
        "extra_parameters": {"subnet_id": "282"},
    }
    secrets = ("correct horse", "#!/bin/sh\ntrue\n")
    api.expect(listed(), systems(), plans(), *links)
    predicted = run(check=True, secrets=secrets, **options)
    api.expect(listed(), systems(), plans(), *links, post(body=body), alone(), detail(**made), *after)
    real = run(secrets=secrets, **options)
    agree(predicted, real)
    assert (real["node"]["vpcs"], real["node"]["reserved_ips"]) == (["back"], ["198.51.100.7"])


def test_what_a_create_cannot_carry_follows_it(api: ScriptedApi) -> None:
    options = {**NEW, "security_groups": ["b", "a"], "volumes": ["data"], "state": "stopped", "locked": True}
    api.expect(
        listed(),
        systems(),
        plans(),
        nodes.groups("a", "b"),
        nodes.volumes(data=None),
        post(body={**BODY, "security_group_id": 2}),
        alone(),
        detail(status="Creating"),
        detail(status="Creating"),
        detail(),
        nodes.groups("b", vm=81),
        nodes.volumes(data=None),
        Step("POST", "security_group/81/attach/", ok(), {"security_group_ids": [1]}),
        nodes.volumes(data=None),
        detail(),
        nodes.plug("attach", 4),
        detail(),
        nodes.volumes(data=81),
        nodes.unplugged("Hotplug"),
        detail(),
        nodes.volumes(data=81),
        nodes.unplugged(),
        nodes.act("power_off"),
        detail(),
        detail(status="Powered off"),
        nodes.act("lock_vm"),
        detail(status="Powered off", is_locked=True, security_group_count=2),
        nodes.groups("a", "b", vm=81),
        nodes.volumes(data=81),
    )
    made = run(**options)
    assert (made["actions"], made["node"]["status"], made["node"]["volumes"]) == (["created node web"], "powered off", ["data"])


def test_without_waiting(api: ScriptedApi) -> None:
    api.expect(listed(), systems(), plans(), post(), alone(), detail(status="Creating"))
    assert run(wait=False, **NEW)["node"]["status"] == "creating"


def test_a_node_that_fails(api: ScriptedApi) -> None:
    api.expect(listed(), systems(), plans(), post(), alone(), detail(status="Creating"), detail(status="Failed"))
    failed = run(**NEW)
    assert (failed.code, failed["changed"]) == ("resource_failed", True)


@pytest.mark.parametrize(("state", "problem"), [("SAVING", "not ready, its state is saving"), (None, "there is no saved image gold. There are: none.")])
def test_a_saved_image_that_cannot_be_used(api: ScriptedApi, state: str | None, problem: str) -> None:
    image = {"image_id": "5", "template_id": 1001, "name": "gold", "image_state": state, "os_distribution": "Debian 12"}
    for check in (True, False):
        api.expect(listed(), systems(), plans(), Step("GET", "images/saved-images/", ok([image] if state else []), None))
        refused = run(check=check, saved_image="gold", **NEW)
        assert (refused.code, problem in refused.msg) == ("invalid_input", True)


def test_from_a_saved_image_with_its_own_system(api: ScriptedApi) -> None:
    image = {"image_id": "5", "template_id": 1001, "name": "gold", "image_state": "READY", "os_distribution": "Debian 12"}
    images = Step("GET", "images/saved-images/", ok([image]), None)
    body = {**BODY, "plan": nodes.long_name("C3.8GB", "Debian-12"), "image": "Debian-12-Distro", "is_saved_image": True, "saved_image_template_id": "1001"}
    api.expect(listed(), images, systems(), plans("Debian", "12", "Debian"), post(body=body), alone(), detail(os_info=nodes.DEBIAN))
    assert run(plan="C3.8GB", saved_image="gold")["changed"] is True


# What cannot be had.


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("options", "steps", "problem"),
    [
        ({**NEW, "plan": "C9.1GB"}, [plans()], "no plan C9.1GB for Ubuntu 24.04 in this location. In stock: E1.6GB (INR 1.9/hour), C3.8GB (INR 3.1/hour)"),
        ({**NEW, "plan": "C3.64GB"}, [plans()], "C3.64GB is out of stock for Ubuntu 24.04 (INR 24.8/hour). In stock: E1.6GB"),
        ({**NEW, "plan": "E1.6GB"}, [plans()], "disk is needed with the plan E1.6GB"),
        ({**NEW, "plan": "E1.6GB", "disk": 160}, [plans()], "160 GB cannot be had"),
        ({**NEW, "disk": 250}, [plans()], "the plan C3.8GB comes with 100 GB"),
        ({"plan": "C3.8GB"}, [], "image is needed with the plan C3.8GB"),
        ({**NEW, "vpcs": ["back"]}, [plans(), nodes.vpcs("back", state="Failed")], "the VPC back is not active, its state is failed"),
        ({**NEW, "reserved_ip": "198.51.100.9"}, [plans(), nodes.addresses(n7=None, n8=5)], "is not a reserved IP of this project. Free ones: 198.51.100.7."),
        ({**NEW, "name": "no spaces"}, None, "cannot be the name of a node"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(api: ScriptedApi, options: dict[str, t.Any], steps: list[Step] | None, problem: str, check: bool) -> None:
    api.expect(listed(), *([] if steps is None else [systems(), *steps]))
    refused = run(check=check, **options)
    assert (refused.code, refused["changed"]) == ("invalid_input", False)
    assert problem in refused.msg


def test_a_network_that_is_still_being_made_is_waited_for(api: ScriptedApi) -> None:
    creating, active = nodes.vpcs("back", state="Creating"), nodes.vpcs("back")
    api.expect(listed(), systems(), plans(), creating)
    assert run(check=True, vpcs=["back"], **NEW)["node"]["vpcs"] == ["back"]
    made = detail(is_vpc_attached=True)
    api.expect(listed(), systems(), plans(), creating, creating, active, post(), alone(), made, nodes.networks(2), active)
    assert run(vpcs=["back"], **NEW)["node"]["vpcs"] == ["back"]


def test_a_node_that_an_earlier_task_may_make(api: ScriptedApi) -> None:
    api.expect(listed())
    refused = run(state="stopped")
    assert (refused.code, "There is no node web." in refused.msg) == ("missing_resource", True)
    api.expect(listed())
    predicted = run(check=True, state="stopped")
    assert (predicted["changed"], predicted["actions"], predicted["node"]["status"]) == (False, [], "absent")
    assert "There is no node web." in predicted.warnings[0] and "an earlier task may make it" in predicted.warnings[0]
    # An id is given by the platform: no task can be going to make it.
    api.expect(Step("GET", "nodes/31/", refusal(404, "Node not found"), None))
    assert run_module(e2e_node, {**CREDENTIALS, "node_id": 31, "state": "stopped"}, check=True).code == "invalid_input"


@pytest.mark.parametrize(
    ("option", "step", "problem", "shown"),
    [
        (
            "ssh_keys",
            nodes.keys(deploy=nodes.KEY),
            "no SSH key with the label x, and it is no public key. There are: deploy.",
            [{"label": "x", "fingerprint": None}, {"label": "y", "fingerprint": None}],
        ),
        ("security_groups", nodes.groups("a", "b"), "there is no security group x. There are: a, b.", ["x", "y"]),
        ("vpcs", nodes.vpcs("back"), "there is no VPC x. There are: back.", ["x", "y"]),
        ("volumes", nodes.volumes(data=None), "there is no volume x. There are: data.", ["x", "y"]),
    ],
)
def test_what_an_earlier_task_may_make_is_missed_only_by_the_real_run(api: ScriptedApi, option: str, step: Step, problem: str, shown: t.Any) -> None:
    options = {**NEW, option: ["x", "y"]}
    api.expect(listed(), systems(), plans(), step)
    refused = run(**options)
    assert (refused.code, refused["changed"]) == ("invalid_input", False)
    assert problem in refused.msg

    api.expect(listed(), systems(), plans(), step)
    predicted = run(check=True, **options)
    assert (predicted["changed"], predicted["node"][option]) == (True, shown)
    assert len(predicted.warnings) == 2 and problem in predicted.warnings[0] and "an earlier task may make it" in predicted.warnings[0]


@pytest.mark.parametrize(
    "options",
    [
        {"label": ""},
        {"label": "x" * 51},
        {"security_groups": []},
        {"encryption_passphrase": " "},
        {"volumes": [""]},
        {"ssh_keys": ["-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"]},
        {"wait_timeout": 0},
        {"extra_parameters": {"number_of_instances": 2}},
    ],
)
def test_wrong_whatever_is_there(api: ScriptedApi, options: dict[str, t.Any]) -> None:
    api.expect()
    refused = run(**options)
    assert refused.code == "invalid_input"
    assert "BEGIN" not in refused.msg


def test_an_unknown_image(api: ScriptedApi) -> None:
    nothing = [plans(), plans("Ubuntu", "24.04", "Docker"), plans("Debian", "12", "Debian")]
    api.expect(listed(), systems(), together(*nothing))
    assert "There are: Debian 12, Docker Ubuntu 24.04, Ubuntu 24.04." in run(plan="C3.8GB", image="Beos 5").msg


def test_a_name_of_several_and_one_of_them_by_its_number(api: ScriptedApi) -> None:
    api.expect(listed(nodes.node(), nodes.node(id=32)))
    refused = run()
    assert (refused.code, "31, 32" in refused.msg) == ("ambiguous", True)
    api.expect(detail(id=32))
    assert run(name=None, node_id=32)["node"]["id"] == 32
    api.expect(detail(MISSING))
    assert "no node with the id 31" in run(name=None, node_id=31).msg
    api.expect(listed())
    assert "There is no node web" in run(label="x").msg


def test_one_plan_name_for_two_plans(api: ScriptedApi) -> None:
    other = {"name": "C3.8GB", "plan": "Y-C3.8GB-Ubuntu-24.04-Delhi", "image": "Ubuntu-24.04-Distro", "specs": {"price_per_hour": 9}}
    api.expect(listed(), systems(), plans("Ubuntu", "24.04", "Ubuntu", other))
    refused = run(**NEW)
    assert (refused.code, "X-C3.8GB-Ubuntu-24.04-Delhi (INR 3.1/hour), Y-C3.8GB" in refused.msg) == ("ambiguous", True)
    both = together(plans("Ubuntu", "24.04", "Ubuntu", other), plans("Ubuntu", "24.04", "Docker"))
    api.expect(listed(), systems(), both, post(body=BODY), alone(), detail())
    assert run(plan=nodes.long_name("C3.8GB"))["changed"] is True


# Comparing.


@pytest.mark.parametrize(
    "options",
    [
        {"plan": "c3.8gb"},
        {"plan": nodes.long_name("C3.8GB")},
        {"image": "Ubuntu-24.04-Distro"},
        {"label": "default"},
        {"disk": 100},
        {"state": "started"},
        {"locked": False},
    ],
)
def test_what_is_the_same_changes_nothing_in_two_calls(api: ScriptedApi, options: dict[str, t.Any]) -> None:
    api.expect(*seen())
    assert run(**options)["changed"] is False


@pytest.mark.parametrize("status", ["Powered off", "Powered Off", "Stopped", "STOPPED"])
def test_off_has_many_spellings(api: ScriptedApi, status: str) -> None:
    api.expect(*seen(status=status))
    outcome = run(state="stopped")
    assert (outcome["changed"], outcome["node"]["status"]) == (False, "powered off")


@pytest.mark.parametrize("address", [None, "", "[]"])
def test_no_public_address_has_many_spellings(api: ScriptedApi, address: str | None) -> None:
    api.expect(*seen(public_ip_address=address))
    assert run()["node"]["public_ip_address"] is None


@pytest.mark.parametrize(("policy", "fails", "warns"), [("keep", False, True), ("ignore", False, False), ("fail", True, False)])
def test_what_the_api_never_tells(api: ScriptedApi, policy: str, fails: bool, warns: bool) -> None:
    api.expect(*seen())
    outcome = run(backups=True, start_script="#!/bin/sh\n", when_unknown=policy)
    assert (outcome.failed, outcome["changed"], bool(outcome.warnings)) == (fails, False, warns)


def test_a_passphrase_is_compared_by_whether_there_is_one(api: ScriptedApi) -> None:
    api.expect(*seen(isEncryptionEnabled=True))
    assert run(encryption_passphrase="correct horse", secrets=["correct horse"])["changed"] is False
    api.expect(*seen())
    assert run(encryption_passphrase="correct horse", secrets=["correct horse"]).code == "consent_required"


def test_bitninja_is_compared_and_not_changed_in_place(api: ScriptedApi) -> None:
    api.expect(*seen(is_bitninja_license_active=True))
    assert run(bitninja=True)["changed"] is False
    api.expect(*seen(is_bitninja_license_active=False))
    assert "bitninja from False to True" in run(bitninja=True).msg


@pytest.mark.parametrize("answer", [MISSING, ok({"another": "shape"})], ids=["404", "shape"])
def test_groups_that_the_api_does_not_tell(api: ScriptedApi, answer: Answer) -> None:
    attached = Step("GET", "security_group/81/attach/", answer)
    api.expect(*seen(), attached, nodes.groups("web"))
    outcome = run(security_groups=["web"])
    assert (outcome["changed"], outcome["node"]["security_groups"]) == (False, None)
    assert "does not return security_groups" in outcome.warnings[0]
    send = Step("POST", "security_group/81/attach/", ok(), {"security_group_ids": [23]})
    api.expect(*seen(), attached, nodes.groups("web"), send, detail(), attached)
    assert run(security_groups=["web"], when_unknown="update")["changed"] is True


def test_groups_behind_a_gateway_that_answers_with_a_page(api: ScriptedApi) -> None:
    api.expect(*seen(), Step("GET", "security_group/81/attach/", html(404)))
    assert run(security_groups=["web"]).code == "protocol"


def test_a_node_without_the_number_to_attach_by(api: ScriptedApi) -> None:
    api.expect(*seen(vm_id=None), nodes.groups("web"))
    outcome = run(security_groups=["web"])
    assert (outcome["changed"], "does not return security_groups" in outcome.warnings[0]) == (False, True)
    free = nodes.volumes(data=None)
    api.expect(*seen(vm_id=None), free, free)
    assert "returns no vm_id of the node web" in run(volumes=["data"]).msg


def test_vpcs_that_the_api_does_not_tell(api: ScriptedApi) -> None:
    api.expect(*seen(is_vpc_attached=True), nodes.vpcs("back"), Step("GET", "nodes/31/networkdetail/", MISSING))
    outcome = run(vpcs=["back"])
    assert (outcome["changed"], outcome["node"]["vpcs"]) == (False, None)
    assert "does not return vpcs" in outcome.warnings[0]
