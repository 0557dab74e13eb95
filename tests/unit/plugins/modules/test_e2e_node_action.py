# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions on nodes, and the images that one of them makes."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_image, e2e_image_info, e2e_node_action
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
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.node_api import act, detail, listed, seen


def image(**fields: t.Any) -> dict[str, t.Any]:
    base = {"image_id": "5", "template_id": 1001, "image_name": "gold", "image_state": "READY", "image_size": "100 GB", "os_distribution": "Ubuntu 24.04"}
    return {**base, "creation_time": "2026-11-23", "running_vms": "2", "is_windows": False, **fields}


def images(*found: dict[str, t.Any]) -> Step:
    return Step("GET", "images/saved-images/", ok(list(found)), None)


def run(action: str, check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_node_action, {**CREDENTIALS, "name": "web", "action": action, **args}, check=check)


def manage(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_image, {**CREDENTIALS, "name": "gold", **args}, check=check)


def test_reboot(api: ScriptedApi) -> None:
    api.expect(*seen(), act("reboot"), detail())
    assert run("reboot")["changed"] is True
    api.expect(*seen(status="Powered off"), act("power_on"), detail())
    assert run("reboot")["node"]["status"] == "running"


@pytest.mark.parametrize(("action", "before", "after"), [("enable_recovery_mode", "Disabled", "Enabled"), ("disable_recovery_mode", "Enabled", "Disabled")])
def test_recovery_mode(api: ScriptedApi, action: str, before: str, after: str) -> None:
    api.expect(*seen(rescue_mode_status=before))
    predicted = run(action, check=True)
    api.expect(*seen(rescue_mode_status=before), act(action), detail(rescue_mode_status=before), detail(rescue_mode_status=after))
    real = run(action)
    assert (predicted["diff"], predicted["node"]) == (real["diff"], real["node"])
    api.expect(*seen(rescue_mode_status=after))
    assert run(action)["changed"] is False


def test_recovery_mode_that_only_the_list_tells(api: ScriptedApi) -> None:
    on, off = nodes.node(rescue_mode_status="Enabled"), nodes.node()
    silent = {"rescue_mode_status": None}
    api.expect(listed(off), detail(**silent), listed(off), act("enable_recovery_mode"), detail(**silent), listed(on))
    assert run("enable_recovery_mode")["node"]["recovery_mode"] is True


@pytest.mark.parametrize("action", ["reboot", "enable_recovery_mode"])
def test_no_such_node(api: ScriptedApi, action: str) -> None:
    api.expect(listed())
    assert "There is no node web" in run(action).msg
    api.expect(*seen(is_locked=True))
    assert run(action).code == "consent_required"


def test_save_an_image_once(api: ScriptedApi) -> None:
    api.expect(images(), listed(nodes.node()))
    predicted = run("save_image", check=True, image_name="gold")
    save = act("save_images", name="gold")
    api.expect(images(), listed(nodes.node()), save, images(image(image_state="SAVING")), images(image(image_state="SAVING")), images(image(running_vms=0)))
    real = run("save_image", image_name="gold")
    assert predicted["diff"] == real["diff"]
    assert (real["image"]["template_id"], real["image"]["state"], real["node"]) == (1001, "ready", {})
    assert {key: value for key, value in predicted["image"].items() if value is not None} == {"name": "gold", "running_nodes": 0}
    api.expect(images(image()))
    assert run("save_image", image_name="gold")["changed"] is False


@pytest.mark.parametrize("lost", [html(502), timed_out()], ids=["page", "time"])
def test_an_image_whose_answer_is_lost_is_adopted(api: ScriptedApi, lost: Answer) -> None:
    api.expect(images(), listed(nodes.node()), act("save_images", lost, name="gold"), images(), images(image()), images(image()))
    assert manage(node="web")["image"]["id"] == "5"
    assert len(api.writes) == 1


@pytest.mark.parametrize(("state", "word"), [({"status": "Creating"}, "creating"), ({"is_locked": True}, "locked")])
def test_a_node_that_cannot_be_saved_now(api: ScriptedApi, state: dict[str, t.Any], word: str) -> None:
    api.expect(images(), listed(nodes.node(**state)))
    refused = manage(node="31")
    assert (refused.code, word in refused.msg) == ("in_use", True)
    api.expect(images(), listed(nodes.node(**state)))
    predicted = manage(check=True, node="31")
    assert predicted["changed"] and word in predicted.warnings[0]


def test_an_image_without_its_node(api: ScriptedApi) -> None:
    api.expect(images(), listed(nodes.node()))
    assert "there is no node db. There are: web." in manage(node="db").msg
    api.expect(images())
    assert "Give node" in manage().msg
    api.expect(images())
    assert "no image with the id 9" in manage(image_id="9").msg
    api.expect(images(image(), image(image_id="6")))
    assert "5, 6" in manage().msg


def test_rename_and_delete(api: ScriptedApi) -> None:
    rename = Step("PUT", "images/5/", ok({"status": True}), {"action_type": "rename", "name": "gold"})
    api.expect(images(image(image_name=None, name="old")), rename, images(image()))
    assert manage(image_id="5")["image"]["name"] == "gold"
    delete = Step("DELETE", "images/5/", ok(), None)
    api.expect(images(image()), delete, images())
    assert manage(state="absent")["image"]["state"] == "absent"
    api.expect(images(image()), Step("DELETE", "images/5/", MISSING, None), images())
    assert manage(state="absent")["changed"] is True
    api.expect(images())
    assert manage(state="absent")["changed"] is False


def test_another_action_that_is_under_way_is_waited_for(api: ScriptedApi) -> None:
    busy, save = refusal(412, "Another action (power_off) is in progress, try again later."), {"name": "gold"}
    api.expect(images(), listed(nodes.node()), act("save_images", busy, **save), images(), act("save_images", **save), images(image()))
    assert manage(node="web")["actions"] == ["created image gold"]
    # What was under way is the saving of this image, which somebody else has asked for.
    api.expect(images(), listed(nodes.node()), act("save_images", busy, **save), *[images(image())] * 2)
    assert (manage(node="web")["changed"], len(api.writes)) == (True, 1)
    delete = [Step("DELETE", "images/5/", answer, None) for answer in (busy, ok())]
    api.expect(images(image()), *delete, images())
    assert manage(state="absent")["image"]["state"] == "absent"


def test_the_name_of_an_image_is_one_without_space_around_it(api: ScriptedApi) -> None:
    api.expect(images(image()))
    assert run("save_image", image_name="gold ")["changed"] is False
    for name in ("", "  "):
        assert "image_name is empty" in run("save_image", image_name=name).msg
    assert "image_id is empty" in manage(image_id="", node="web").msg


def test_an_image_that_fails(api: ScriptedApi) -> None:
    api.expect(images(), listed(nodes.node()), act("save_images", name="gold"), images(image(image_state="ERROR")))
    assert manage(node="web").code == "resource_failed"
    api.expect(images(), listed(nodes.node()), act("save_images", refusal(412, "Power the node off first"), name="gold"), images())
    assert "Power the node off first" in manage(node="web").msg


def test_list_images(api: ScriptedApi) -> None:
    api.expect(images(image(), image(image_id=6.0, image_name="b", image_state="SAVING", running_vms=1), {"image_name": "no number"}))
    found = run_module(e2e_image_info, {**CREDENTIALS, "names": ["gold", "x"], "states": ["ready"]})
    assert ([one["id"] for one in found["images"]], found["missing"]) == (["5"], ["x"])
    assert found["images"][0]["running_nodes"] == 2
