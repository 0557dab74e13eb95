# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saved images."""

from __future__ import annotations

from typing import Any

from compute_api import IMAGE, PLAN, ComputeApi


def saved(cloud: ComputeApi, node: dict[str, Any], name: str) -> str:
    number: str = cloud.act(node, "save_images", name=name)["image_id"]
    return number


def test_an_image_is_saved_while_its_node_is_saving(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.hold()
    number = saved(cloud, node, "golden")
    assert isinstance(number, str)
    assert cloud.status(node) == "Saving"
    assert cloud.read(f"images/{number}/")["image_state"] == "SAVING"
    cloud.refused(412, "DELETE", f"images/{number}/", "being saved")
    cloud.release()
    image = cloud.read("images/saved-images/")[0]
    assert cloud.status(node) == "Running"
    assert (image["image_id"], image["image_state"], image["image_size"], image["os_distribution"]) == (number, "READY", "100 GB", "Ubuntu 24.04")
    assert isinstance(image["template_id"], int) and str(image["template_id"]) != number
    assert cloud.process.bill()["running"] == {"image": 1, "node": 1}


def test_a_node_that_is_off_stays_off(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.act(node, "power_off")
    saved(cloud, node, "golden")
    assert cloud.status(node) == "Powered off"


def test_the_odd_keys_of_the_list(cloud: ComputeApi) -> None:
    node = cloud.node()
    for name in ("one", "two"):
        saved(cloud, node, name)
    images = cloud.read("images/saved-images/")
    assert sorted(image.get("image_name") or image.get("name") for image in images) == ["one", "two"]
    assert [("image_name" in image, "name" in image) for image in images] in ([(True, False), (False, True)], [(False, True), (True, False)])
    assert {(type(image["running_vms"]), image["image_state"]) for image in images} == {(int, "available"), (str, "READY")}


def test_a_node_from_an_image(cloud: ComputeApi) -> None:
    number = saved(cloud, cloud.node("web-1"), "golden")
    template = cloud.read(f"images/{number}/")["template_id"]
    for index, written in enumerate((template, str(template))):
        cloud.node(f"copy-{index}", is_saved_image=True, saved_image_template_id=written)
    assert int(cloud.read(f"images/{number}/")["running_vms"]) == 2
    by_image_id = {"name": "copy-3", "plan": PLAN, "image": IMAGE, "is_saved_image": True, "saved_image_template_id": number}
    cloud.refused(404, "POST", "nodes/", "template", json=by_image_id)


def test_rename_and_the_three_ways_to_delete(cloud: ComputeApi) -> None:
    node = cloud.node()
    numbers = [saved(cloud, node, name) for name in ("one", "two", "three")]
    renamed = cloud.data("PUT", f"images/{numbers[0]}/", json={"action_type": "rename", "name": "other"})
    assert renamed["status"] is True and renamed["message"]
    cloud.refused(412, "PUT", f"images/{numbers[0]}/", "already exists", json={"action_type": "rename", "name": "two"})
    cloud.refused(400, "PUT", f"images/{numbers[0]}/", "action_type", json={"action_type": "burn"})
    cloud.data("DELETE", f"images/{numbers[0]}/")
    query = {key: value for key, value in cloud.query.items() if key != "location"}
    assert cloud.call("DELETE", f"images/{numbers[1]}/", query=query, json={"action_type": "delete_image"}).status_code == 200
    assert cloud.call("PUT", f"images/{numbers[2]}/", json={"action_type": "delete_image"}).status_code == 200
    assert cloud.read("images/saved-images/") == []
    cloud.refused(404, "DELETE", f"images/{numbers[0]}/")
    assert cloud.process.bill()["running"]["image"] == 0


def test_names_of_images(cloud: ComputeApi) -> None:
    node = cloud.node()
    saved(cloud, node, "golden")
    assert "already exists" in cloud.act(node, "save_images", 412, name="golden")
    assert "name" in cloud.act(node, "save_images", 400)


def test_an_image_that_fails(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.process.fault({"action": "build_fails"})
    number = saved(cloud, node, "golden")
    assert cloud.read(f"images/{number}/")["image_state"] == "ERROR"
    assert cloud.status(node) == "Running"
