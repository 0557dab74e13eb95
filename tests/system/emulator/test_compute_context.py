# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that leave out the project, the location or both, with each value of ``--context``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from compute_api import IMAGE, PLAN, ComputeApi

KEY = {"apikey": "emulator-key"}
BOTH = ("project_id", "location")
# Paths that do without the project or the location whatever the option says are tested with their families.
LISTS = ("nodes/", "images/saved-images/", "security_group/", "vpc/list/", "vpc/plans/", "block_storage/", "block_storage/plans/", "reserve_ips/")
ORDER = {"name": "web-1", "plan": PLAN, "image": IMAGE}


@pytest.fixture(scope="module")
def _optional(_emulators: Callable[..., Any]) -> Any:
    return _emulators(build_seconds=0, context="optional", project_id=["7", "8"])


@pytest.fixture
def older(_optional: Any) -> ComputeApi:
    """An emulator that does without the context."""
    _optional.reset()
    cloud = ComputeApi(_optional)
    cloud.query = dict(KEY)
    return cloud


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("missing", [("project_id",), ("location",), BOTH], ids=" and ".join)
def test_required(cloud: ComputeApi, path: str, missing: tuple[str, ...]) -> None:
    query = {key: value for key, value in cloud.query.items() if key not in missing}
    assert cloud.refused(400, "GET", path, query=query) == f"Missing required query parameter: {', '.join(missing)}."


@pytest.mark.parametrize("path", LISTS)
def test_optional_is_the_first_project_and_delhi(older: ComputeApi, path: str) -> None:
    whole = {"project_id": "7", "location": "Delhi"}
    assert older.read(path, **whole) == older.read(path) == older.read(path, project_id="7") == older.read(path, location="Delhi")


def test_what_is_made_without_context(older: ComputeApi) -> None:
    node = older.node()
    assert [one["id"] for one in older.read("nodes/", project_id="7", location="Delhi")] == [node["id"]]
    assert older.read("nodes/", project_id="8") == older.read("nodes/", location="Chennai") == []
    older.data("POST", "vpc/", 201, query={"location": "Chennai"}, json={"vpc_name": "net", "is_e2e_vpc": True})
    assert [(item["project_id"], item["location"]) for item in older.process.bill()["items"]] == [("7", "Delhi"), ("7", "Chennai")]
    assert older.act(node, "power_off")["status"] == "In Progress"
    older.data("DELETE", f"nodes/{node['id']}/")
    assert older.read("nodes/") == []


def test_what_is_said_counts(older: ComputeApi) -> None:
    assert older.call("GET", "nodes/", query={**KEY, "project_id": "9"}).json() == {"status_code": 400, "message": "Project not found"}
    older.refused(400, "GET", "nodes/", "Delhi and Chennai are the only", query={**KEY, "location": "Mumbai"})


def test_paths_that_need_no_location_are_not_held_to_delhi(older: ComputeApi) -> None:
    chennai = {"location": "Chennai"}
    order = {**ORDER, "plan": PLAN.replace("Delhi", "Chennai")}
    number = older.data("POST", "nodes/", query=chennai, json=order)["node_create_response"][0]["id"]
    image = older.data("PUT", f"nodes/{number}/actions/", query=chennai, json={"type": "save_images", "name": "golden"})["image_id"]
    assert older.read("images/saved-images/") == []
    assert older.read(f"images/{image}/")["image_id"] == image


def test_functions_need_their_context_all_the_same(older: ComputeApi) -> None:
    older.refused(400, "GET", "faas/functions/", "project_id, location")
