# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account as a whole: the bill, paging, fixtures, the state file, options."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from compute_api import KEY, ComputeApi
from emulator_api import WAIT_SECONDS

ROOT = Path(__file__).resolve().parents[3]


def pages(cloud: ComputeApi, path: str, size: int) -> list[dict[str, Any]]:
    """All pages with something on them."""
    found = []
    for number in range(1, 20):
        answer = cloud.call("GET", path, query={**cloud.query, "page_no": str(number), "per_page": str(size)}).json()
        if not answer["data"]:
            break
        found.append(answer)
    return found


def test_the_bill_tells_what_was_made_and_what_is_left(cloud: ComputeApi) -> None:
    node, volume = cloud.node(label="web"), cloud.volume()
    cloud.vpc()
    cloud.data("POST", "reserve_ips/")
    cloud.act(node, "save_images", name="golden")
    cloud.data("DELETE", f"block_storage/{volume}/")
    bill = cloud.process.bill()
    assert bill["created"] == {"image": 1, "node": 1, "reserved_ip": 1, "volume": 1, "vpc": 1}
    assert bill["running"] == {"image": 1, "node": 1, "reserved_ip": 1, "volume": 0, "vpc": 1}
    first = bill["items"][0]
    assert (first["kind"], first["id"], first["name"], first["project_id"], first["location"]) == ("node", node["id"], "web-1", "1", "Delhi")
    assert first["created_at"] and first["deleted_at"] is None
    assert [entry["deleted_at"] is None for entry in bill["items"] if entry["kind"] == "volume"] == [False]
    cloud.process.reset()
    assert cloud.process.bill() == {"items": [], "created": {}, "running": {}}


def test_reset_begins_anew(cloud: ComputeApi) -> None:
    before = cloud.node()
    cloud.process.account(credit=False, out_of_stock=[])
    cloud.process.reset()
    assert cloud.process.control("GET", "account") == {"credit": True, "out_of_stock": ["C3.64GB"]}
    assert cloud.node()["id"] == before["id"]


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"credit": 1}', '{"out_of_stock": "C3.8GB"}', '{"money": 1}'])
def test_a_wrong_account_says_what_is_accepted(cloud: ComputeApi, body: str) -> None:
    answer = requests.put(f"{cloud.url}/_emulator/account", data=body, timeout=10)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["message"] or "credit" in answer.json()["message"]


def test_the_page_shows_nodes(cloud: ComputeApi) -> None:
    node = cloud.node(label="<b>")
    nodes = cloud.process.control("GET", "overview")["tables"]["nodes"]
    assert nodes["total"] == 1
    shown = nodes["items"][0]
    assert (shown["id"], shown["name"], shown["status"], shown["label"]) == (node["id"], node["name"], "Running", "<b>")


@pytest.mark.parametrize("path", ["nodes/", "vpc/list/", "block_storage/"])
def test_pages(cloud: ComputeApi, path: str) -> None:
    for number in range(5):
        cloud.node(f"node-{number}")
        cloud.vpc(f"net-{number}")
        cloud.volume(f"data-{number}")
    whole = cloud.call("GET", path).json()
    assert (len(whole["data"]), whole["total_count"], whole["total_page_number"]) == (5, 5, 1)
    found = pages(cloud, path, 2)
    assert [len(page["data"]) for page in found] == [2, 2, 1]
    assert {(page["total_count"], page["total_page_number"]) for page in found} == {(5, 3)}
    assert [one["name"] for page in found for one in page["data"]] == [one["name"] for one in whole["data"]]
    cloud.refused(400, "GET", path, "page_no", query={**cloud.query, "page_no": "0"})


def test_pages_without_totals(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(paging="no-totals", nodes=5)
    found = pages(cloud, "nodes/", 2)
    assert [len(page["data"]) for page in found] == [2, 2, 1]
    assert not any("total_count" in page or "total_page_number" in page for page in found)


def test_paging_ignored(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(paging="ignored", nodes=5)
    found = pages(cloud, "nodes/", 2)
    assert {len(page["data"]) for page in found} == {5} and "total_count" not in found[0]
    assert found[0]["data"] == found[1]["data"]


@pytest.mark.parametrize("shift, second", [(1, ["node-3", "node-2"]), (-1, ["node-1"])])
def test_pages_that_change_while_they_are_read(cloud: ComputeApi, shift: int, second: list[str]) -> None:
    for number in range(5):
        cloud.node(f"node-{number}")
    cloud.process.fault({"path": "nodes/", "action": "pages_shift", "shift": shift, "skip": 1, "times": -1})
    found = pages(cloud, "nodes/", 2)
    assert [one["name"] for one in found[0]["data"]] == ["node-4", "node-3"]
    assert [one["name"] for one in found[1]["data"]][: len(second)] == second
    assert [page["total_count"] for page in found[:2]] == [5, 5 + shift]


def test_nodes_to_start_with(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(project_id=["1", "2"], nodes=["300", "2/Chennai=40"])
    listed = cloud.read("nodes/")
    assert len(listed) == 300 and len(cloud.read("nodes/", project_id="2", location="Chennai")) == 40
    assert cloud.read("nodes/", project_id="2") == []
    assert len({one["name"] for one in listed}) == 300
    assert {"Running", "Powered off", "Failed"} == {one["status"] for one in listed}
    assert len({one["plan"] for one in listed}) > 5
    assert {None, "", "[]"} <= {one["public_ip_address"] for one in listed}
    assert any(one["is_locked"] for one in listed)
    details = [cloud.read(f"nodes/{one['id']}/") for one in listed[:40]]
    assert len({one["label"] for one in details}) > 3 and len({one["os_info"]["full_name"] for one in details}) > 3
    assert cloud.process.bill()["items"] == []
    cloud.process.reset()
    assert cloud.read("nodes/") == listed
    again, other = cloud_factory(nodes=300), cloud_factory(nodes=300, seed=5)
    assert again.read("nodes/") == listed != other.read("nodes/")


def test_ten_thousand_nodes(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(nodes=10000)
    found = pages(cloud, "nodes/", 1000)
    assert len({one["id"] for page in found for one in page["data"]}) == 10000
    assert cloud.node("one-more")["status"] == "Running"


def test_everything_survives_a_restart(cloud_factory: Callable[..., ComputeApi], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    cloud = cloud_factory(state=state, project_id=["1"], nodes=3)
    node = cloud.node(ssh_keys=[KEY])
    cloud.data("POST", "ssh_keys/", json={"label": "mine", "ssh_key": KEY})
    group, vpc, volume = cloud.group(), cloud.vpc()["network_id"], cloud.volume()
    address = cloud.data("POST", "reserve_ips/")["ip_address"]
    cloud.data("POST", "pbac/project/", json={"name": "new"})
    cloud.data("PUT", f"block_storage/{volume}/vm/attach/", json={"vm_id": node["vm_id"]})
    cloud.data("POST", "vpc/node/attach/", json={"action": "attach", "network_id": vpc, "node_id": node["id"]})
    cloud.data("POST", f"security_group/{node['vm_id']}/attach/", json={"security_group_ids": [group]})
    cloud.data("POST", f"reserve_ips/{address}/actions/", json={"type": "attach", "vm_id": node["vm_id"]})
    cloud.act(node, "save_images", name="golden")
    paths = ["nodes/", f"nodes/{node['id']}/", "ssh_keys/", "security_group/", "vpc/list/", "block_storage/", "reserve_ips/", "images/saved-images/"]
    paths += [f"security_group/{node['vm_id']}/attach/", f"nodes/{node['id']}/networkdetail/", "pbac/project/"]
    before, bill = {path: cloud.read(path) for path in paths}, cloud.process.bill()
    os.kill(cloud.process.pid, signal.SIGKILL)
    cloud.process.restart()
    again = ComputeApi(cloud.process)
    assert {path: again.read(path) for path in paths} == before
    assert again.process.bill() == bill
    assert again.node("next")["id"] == node["id"] + 1
    assert state.stat().st_mode & 0o077 == 0


def test_what_was_under_way_goes_on_after_a_restart(cloud_factory: Callable[..., ComputeApi], tmp_path: Path) -> None:
    cloud = cloud_factory(state=tmp_path / "state.json")
    cloud.hold()
    node = cloud.node()
    cloud.process.restart()
    again = ComputeApi(cloud.process)
    assert again.status(node) == "Creating"
    again.release()
    assert again.status(node) == "Running"


@pytest.mark.parametrize(
    "content", ['{"compute": []}', '{"compute": {}}', '{"compute": {"nodes": [{"id": 1}]}}', '{"compute": {"steps": [{"name": "x"}]}}']
)
def test_a_state_file_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(content, encoding="utf-8")
    done = run("--port", "0", "--state", str(state))
    assert (done.returncode, done.stdout) == (1, "")
    assert "the state file" in done.stderr and "Traceback" not in done.stderr


def test_unknown_steps_in_the_state_file(cloud_factory: Callable[..., ComputeApi], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    cloud = cloud_factory(state=state)
    cloud.node()
    cloud.process.stop()
    content = json.loads(state.read_text(encoding="utf-8"))
    content["compute"]["steps"] = [{"due": None, "name": "explode", "target": 1, "value": {}, "failed": False}]
    state.write_text(json.dumps(content), encoding="utf-8")
    assert "explode" in run("--port", "0", "--state", str(state)).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--nodes", "many"),
        ("--nodes", "7/Delhi=3"),
        ("--nodes", "1/Mumbai=3"),
        ("--project-id", "x"),
        ("--project-id", "0"),
        ("--paging", "half"),
        ("--context", "half"),
        ("--node-create-shape", "x"),
    ],
)
def test_bad_options(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert arguments[0] in done.stderr and "Traceback" not in done.stderr


def test_an_account_without_credit_from_the_start(cloud_factory: Callable[..., ComputeApi]) -> None:
    cloud = cloud_factory(no_credit=True)
    assert cloud.order().json()["data"] == {"is_credit_sufficient": False}


def test_many_creates_at_once(cloud: ComputeApi) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: cloud.node(f"node-{number}"), range(24)))
        again = list(pool.map(lambda unused: cloud.order("same").status_code, range(8)))
    assert len({node["id"] for node in made}) == len({node["vm_id"] for node in made}) == len({node["public_ip_address"] for node in made}) == 24
    assert sorted(again) == [200] + [412] * 7


def test_a_token_that_only_reads(cloud: ComputeApi) -> None:
    node = cloud.node()
    assert cloud.call("GET", f"nodes/{node['id']}/", token="emulator-read-only-token").status_code == 200
    assert cloud.call("DELETE", f"nodes/{node['id']}/", token="emulator-read-only-token").status_code == 403
    assert cloud.call("GET", "nodes/", token="wrong").status_code == 401


@pytest.mark.parametrize("body", ["{", "[]", '"x"'])
@pytest.mark.parametrize("method, path", [("POST", "nodes/"), ("POST", "vpc/"), ("PUT", "images/1001/"), ("POST", "security_group/")])
def test_bodies_that_are_no_objects(cloud: ComputeApi, method: str, path: str, body: str) -> None:
    cloud.act(cloud.node(), "save_images", name="golden")
    cloud.refused(400, method, path, data=body)


def test_time_passes_by_itself(emulator: Any) -> None:
    cloud = ComputeApi(emulator)
    node = cloud.order().json()["data"]["node_create_response"][0]
    deadline = time.monotonic() + WAIT_SECONDS
    while cloud.status(node) == "Creating" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert cloud.status(node) == "Running"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tests.emulator", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
