# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operating systems, plans, projects and credentials of the older client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from compute_api import BIG_PLAN, E1_PLAN, IMAGE, PLAN, ComputeApi

UBUNTU = {"display_category": "Linux Virtual Node", "category": "Ubuntu", "os": "Ubuntu", "osversion": "24.04"}


def every_plan(cloud: ComputeApi, location: str = "Delhi") -> list[dict[str, Any]]:
    """All plans, found as the vendor's client finds them: each display category of each row of the OS list."""
    found = []
    for group in cloud.read("images/os-category/", location=location)["category_list"]:
        for row in group["version"]:
            for display in group["category"]:
                wanted = {"display_category": display, "category": row["sub_category"], "os": row["os"], "osversion": row["version"]}
                found += cloud.read("images/", location=location, **wanted)
    return found


def test_the_os_list_leads_to_the_plans(cloud: ComputeApi) -> None:
    plans = every_plan(cloud)
    assert {PLAN, BIG_PLAN, E1_PLAN} <= {plan["plan"] for plan in plans}
    assert {plan["location"] for plan in plans} == {"Delhi"}
    assert "Chennai" in every_plan(cloud, "Chennai")[0]["plan"]
    assert len({plan["plan"] for plan in plans}) == len({(plan["name"], plan["image"]) for plan in plans})


def test_what_a_plan_says(cloud: ComputeApi) -> None:
    plan = next(plan for plan in cloud.read("images/", **UBUNTU) if plan["name"] == "C3.8GB")
    assert (plan["plan"], plan["image"], plan["available_inventory_status"]) == (PLAN, IMAGE, True)
    specs = plan["specs"]
    assert (specs["series"], specs["cpu"], specs["ram"], specs["disk_space"]) == ("C3", 4, "8.00", 100)
    assert specs["price_per_month"] > specs["price_per_hour"] > 0
    assert cloud.node(cn_id=specs["committed_sku"][0]["committed_sku_id"], cn_status="auto_renew")["status"] == "Running"


def test_one_version_with_two_images(cloud: ComputeApi) -> None:
    rows = next(group for group in cloud.read("images/os-category/")["category_list"] if group["OS"] == "Ubuntu")["version"]
    assert sorted(row["sub_category"] for row in rows if row["version"] == "22.04") == ["Docker", "Ubuntu"]


def test_what_is_sold_out_can_be_chosen(cloud: ComputeApi) -> None:
    def available() -> dict[str, bool]:
        return {plan["name"]: plan["available_inventory_status"] for plan in cloud.read("images/", **UBUNTU)}

    assert [name for name, there in available().items() if not there] == ["C3.64GB"]
    cloud.process.account(out_of_stock=["C3.8GB"])
    assert [name for name, there in available().items() if not there] == ["C3.8GB"]
    assert "out of stock" in cloud.order().json()["message"]
    cloud.process.reset()
    assert cloud.order().status_code == 200


def test_disks_of_e1_are_chosen(cloud: ComputeApi) -> None:
    assert {plan["specs"]["series"] for plan in cloud.read("images/", **UBUNTU) if plan["specs"]["disk_space"] == 0} == {"E1", "E1WC"}


@pytest.mark.parametrize("key", UBUNTU)
def test_all_four_words_are_needed(cloud: ComputeApi, key: str) -> None:
    query = {**cloud.query, **UBUNTU}
    del query[key]
    cloud.refused(400, "GET", "images/", key, query=query)
    assert cloud.read("images/", **{**UBUNTU, key: "nothing"}) == []


def test_the_older_catalog_needs_no_context(cloud: ComputeApi) -> None:
    data = cloud.call("GET", "images/category-list/", query={"apikey": "emulator-key", "location": "Delhi"}).json()["data"]
    assert {"version": "24.04"} in data["category_list"]["Linux Virtual Node"]["Ubuntu"]
    query = {"apikey": "emulator-key", "location": "Delhi", **UBUNTU, "display_category": "Linux Virtual Node ", "gpu_type": "", "ng_container": "null"}
    assert cloud.call("GET", "images/", query=query).json()["data"]
    assert cloud.call("GET", "customer/details/", query={"apikey": "emulator-key"}).json()["code"] == 200


def test_projects(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(project_id=["7", "8"], shared_project_id=["20"])
    cloud.query["project_id"] = "7"
    query = {"apikey": "emulator-key"}

    def listed() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = cloud.call("GET", "pbac/project/", query=query).json()["data"]
        return found

    assert listed()[0] == {"project_id": 7, "name": "default-project", "is_default": True, "is_starred": False}
    assert [one["project_id"] for one in listed()] == [7, 8]
    assert cloud.read("nodes/", project_id="20") == []
    made = cloud.data("POST", "pbac/project/", json={"name": "new"})
    assert made == {"project_id": 21, "project_name": "new"}
    assert cloud.read("nodes/", project_id="21") == []
    assert cloud.data("PUT", "pbac/project/", json={"project_id": 21, "name": "new", "is_starred": True}) == made
    assert listed()[-1]["is_starred"] is True
    cloud.refused(412, "POST", "pbac/project/", "already exists", json={"name": "new"})
    cloud.refused(404, "PUT", "pbac/project/", json={"project_id": 20, "name": "project-20", "is_starred": True})
    cloud.process.reset()
    assert len(listed()) == 2


def test_the_accounts_whose_projects_can_be_used(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(project_id=["7", "8"], shared_project_id=["20"])
    bare = {"apikey": "emulator-key"}

    def account() -> dict[str, Any]:
        data: dict[str, Any] = cloud.call("GET", "iam/multi-crn/", query=bare).json()["data"]
        return data

    def projects(**query: str) -> list[int]:
        rows = cloud.call("GET", "pbac/projects-header/", query={**bare, **query}).json()["data"]
        assert all(set(row) == {"project_id", "name"} for row in rows)
        return [row["project_id"] for row in rows]

    own, other = account()["crn_data"]
    assert set(own) == set(other) == {"crn", "iam_type"}
    assert own["iam_type"] == "Owner" != other["iam_type"]
    assert (projects(crn=own["crn"]), projects(crn=other["crn"]), projects()) == ([7, 8], [20], [7, 8, 20])
    assert account()["last_used_project"] == {"project_id": 7, "name": "default-project"}
    assert cloud.read("nodes/", project_id="20") == []
    assert account()["last_used_project"] == {"project_id": 20, "name": "project-20"}
    cloud.refused(404, "GET", "pbac/projects-header/", "not found", query={**bare, "crn": "1"})
    cloud.process.reset()
    assert account()["last_used_project"]["project_id"] == 7


def test_an_account_to_which_nobody_shares(cloud: ComputeApi) -> None:
    assert len(cloud.read("iam/multi-crn/")["crn_data"]) == 1
