# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block storage."""

from __future__ import annotations

from typing import Any

import pytest
from compute_api import ComputeApi


def test_a_volume_in_gigabytes_and_in_mebibytes(cloud: ComputeApi) -> None:
    cloud.hold()
    made = cloud.data("POST", "block_storage/", 201, json={"name": "data", "size": 250, "iops": 5000})
    assert set(made) == {"id", "image_name", "label_id", "resource_type"} and made["image_name"] == "data"
    path = f"block_storage/{made['id']}/"
    assert cloud.read(path)["status"] == "Creating"
    cloud.refused(412, "DELETE", path, "Creating")
    cloud.release()
    volume = cloud.read("block_storage/")[0]
    assert (volume["block_id"], volume["size"], volume["size_string"], volume["bs_size"]) == (made["id"], 238419, "250 GB", 0.25)
    assert (volume["status"], volume["vm_detail"], volume["template"]["TOTAL_IOPS_SEC"]) == ("Available", {}, "5000")
    assert cloud.read(path) == volume
    assert cloud.read(f"block_storage/{cloud.volume('small', 100, 1500)}/")["size"] == 95368


@pytest.mark.parametrize(
    "code, words, fields",
    [
        (400, "size", {"size": 300}),
        (400, "size", {"size": None}),
        (412, "iops", {"iops": 100}),
        (400, "iops", {"iops": "many"}),
        (400, "name", {"name": " "}),
        (412, "out of stock", {"size": 24000, "iops": 120000}),
        (412, "cn_id", {"cn_id": 1}),
    ],
)
def test_what_a_create_refuses(cloud: ComputeApi, code: int, words: str, fields: dict[str, Any]) -> None:
    cloud.refused(code, "POST", "block_storage/", words, json={"name": "data", "size": 250, "iops": 5000, **fields})
    assert cloud.process.bill()["items"] == []


def test_numbers_as_the_older_clients_send_them(cloud: ComputeApi) -> None:
    cloud.data("POST", "block_storage/", 201, json={"name": "data", "size": 250.0, "iops": "5000"})


def test_iops_as_one_client_computes_them(cloud: ComputeApi) -> None:
    number = cloud.volume("data", 250, 3750)
    assert cloud.read(f"block_storage/{number}/")["template"]["TOTAL_IOPS_SEC"] == "3750"


def test_plans_tell_the_iops(cloud: ComputeApi) -> None:
    plans = cloud.read("block_storage/plans/")
    assert [plan for plan in plans if plan["bs_size"] == 0.25][0]["iops"] == 5000
    assert [plan["bs_size"] for plan in plans if not plan["available_inventory_status"]] == [24.0]
    # INR per GB and month; a month has 730 hours.
    assert len({plan["price"] for plan in plans}) == 1
    small, large = plans[0], plans[1]
    hourly = small["bs_size"] * 1000 * small["price"] / 730
    assert small["committed_sku"][0]["committed_sku_price"] == pytest.approx(hourly * 24 * 30 * 0.9, abs=0.01)
    assert large["committed_sku"][0]["committed_sku_price"] == pytest.approx(2 * small["committed_sku"][0]["committed_sku_price"], abs=0.02)
    sku = plans[0]["committed_sku"][0]["committed_sku_id"]
    cloud.data("POST", "block_storage/", 201, json={"name": "data", "size": 100, "iops": 1500, "cn_id": sku, "cn_status": "auto_renew"})


def test_no_credit(cloud: ComputeApi) -> None:
    cloud.process.account(credit=False)
    cloud.refused(412, "POST", "block_storage/", "credit", json={"name": "data", "size": 250, "iops": 5000})


def test_attach_and_detach_by_vm_id(cloud: ComputeApi) -> None:
    node, number = cloud.node(), cloud.volume()
    path, vm = f"block_storage/{number}/", {"vm_id": node["vm_id"]}
    assert [one["vm_id"] for one in cloud.read(path + "vm/attach/")] == [node["vm_id"]]
    cloud.refused(404, "PUT", path + "vm/attach/", "VM", json={"vm_id": node["id"]})
    cloud.refused(412, "PUT", path + "vm/detach/", "not attached", json=vm)
    answer = cloud.call("PUT", path + "vm/attach/", json=vm).json()
    assert (answer["data"], answer["message"]) == ({"image_id": number, "vm_id": node["vm_id"]}, "Block Storage is Attached to VM.")
    volume = cloud.read(path)
    assert volume["status"] == "Attached"
    assert volume["vm_detail"] == {"node_id": node["id"], "vm_id": node["vm_id"], "vm_name": "web-1"}
    cloud.refused(412, "PUT", path + "vm/attach/", "Attached", json=vm)
    cloud.refused(412, "DELETE", path, "Attached")
    cloud.hold()
    assert cloud.call("PUT", path + "vm/detach/", json=vm).json()["message"] == "Block Storage Detach Process is Started."
    assert cloud.read(path)["status"] == "Attached"
    cloud.refused(412, "PUT", path + "vm/detach/", "in progress", json=vm)
    cloud.release()
    assert cloud.read(path)["status"] == "Available"
    cloud.data("DELETE", path)
    cloud.refused(404, "GET", path)
    assert cloud.process.bill()["running"]["volume"] == 0


def test_too_early_is_a_500(cloud: ComputeApi) -> None:
    node = cloud.node()
    cloud.hold()
    number = cloud.volume()
    cloud.refused(500, "PUT", f"block_storage/{number}/vm/attach/", json={"vm_id": node["vm_id"]})


def test_a_delete_that_is_under_way(cloud: ComputeApi) -> None:
    number = cloud.volume()
    cloud.hold()
    cloud.data("DELETE", f"block_storage/{number}/")
    assert cloud.read(f"block_storage/{number}/")["status"] == "Available"
    cloud.refused(412, "DELETE", f"block_storage/{number}/", "in progress")
    cloud.release()
    cloud.refused(404, "GET", f"block_storage/{number}/")


def test_growing(cloud: ComputeApi) -> None:
    node, number = cloud.node(), cloud.volume()
    cloud.data("PUT", f"block_storage/{number}/vm/attach/", json={"vm_id": node["vm_id"]})
    path = f"block_storage/{number}/vm/upgrade/"
    cloud.data("PUT", path, json={"name": "data", "block_storage_size": 500, "vm_id": node["vm_id"]})
    volume = cloud.read(f"block_storage/{number}/")
    assert (volume["size_string"], volume["status"], volume["template"]["TOTAL_IOPS_SEC"]) == ("500 GB", "Attached", "10000")
    body = {"name": "data", "block_storage_size": 1000, "vm_id": node["vm_id"]}
    cloud.refused(412, "PUT", path, "only grow", json={**body, "block_storage_size": 250})
    cloud.refused(400, "PUT", path, "not offered", json={**body, "block_storage_size": 501})
    cloud.refused(412, "PUT", path, "not attached to VM 1", json={**body, "vm_id": 1})
    for key in body:
        cloud.refused(400, "PUT", path, key, json={name: value for name, value in body.items() if name != key})


def test_a_new_name_comes_with_a_new_size_only(cloud: ComputeApi) -> None:
    number, unused = cloud.volume("data"), cloud.volume("other")
    path = f"block_storage/{number}/"
    cloud.refused(412, "PUT", path + "vm/upgrade/", "only grow", json={"name": "logs", "block_storage_size": 250})
    cloud.refused(412, "PUT", path + "vm/upgrade/", "already exists", json={"name": "other", "block_storage_size": 500})
    assert cloud.read(path)["name"] == "data"
    cloud.data("PUT", path + "vm/upgrade/", json={"name": "logs", "block_storage_size": 500, "vm_id": 0})
    assert (cloud.read(path)["name"], cloud.read(path)["size_string"]) == ("logs", "500 GB")


def test_a_volume_that_fails(cloud: ComputeApi) -> None:
    cloud.process.fault({"action": "build_fails"})
    number = cloud.volume()
    assert cloud.read(f"block_storage/{number}/")["status"] == "ERROR"
    cloud.data("DELETE", f"block_storage/{number}/")
