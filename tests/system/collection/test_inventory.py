# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin, by ``ansible-inventory`` against emulators with many nodes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import requests
import yaml
from controller import LONGEST_RUN_SECONDS, ROOT, Controller
from test_examples import examples_of

PLUGIN = "e2enetworks.cloud.e2e"
NODES = 250
KEY = "key/3f9a+7c51d2"


def inventory(controller: Controller, options: dict[str, Any], *arguments: str, name: str = "e2e.yml") -> subprocess.CompletedProcess[str]:
    """Write the file and run ``ansible-inventory --list``."""
    path = controller.file(name, yaml.safe_dump({"plugin": PLUGIN, **options}))
    return subprocess.run(
        [sys.executable, "-m", "ansible", "inventory", "-i", str(path), "--list", *arguments],
        cwd=controller.folder,
        env={**controller.environ, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"},
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_SECONDS,
        check=False,
    )


def hosts(controller: Controller, options: dict[str, Any], *arguments: str) -> dict[str, Any]:
    done = inventory(controller, options, *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["_meta"]["hostvars"]
    return found


def listed(emulator: Any, location: str) -> list[dict[str, Any]]:
    """The nodes of a location, by the API itself."""
    query = {"apikey": emulator.env["E2E_API_KEY"], "project_id": "1", "location": location}
    headers = {"Authorization": f"Bearer {emulator.env['E2E_AUTH_TOKEN']}"}
    found: list[dict[str, Any]] = []
    while True:
        page = {"page_no": len(found) // 100 + 1, "per_page": 100}
        answer = requests.get(f"{emulator.api_endpoint}nodes/", {**query, **page}, headers=headers, timeout=30).json()
        found += answer["data"]
        if len(answer["data"]) < 100:
            return found


def as_awx(controller: Controller, options: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Update an inventory source as AWX does, with the file in a project and the fields of the credential in the environment, empty where they are blank."""
    path = controller.file("project/inventories/e2e.yml", yaml.safe_dump({"plugin": PLUGIN, **options}))
    blank = ("E2E_LOCATION", "E2E_REGION", "SERVICE_API_KEY", "SERVICE_AUTH_TOKEN", "SERVICE_API_ENDPOINT")
    own = {name: value for name, value in controller.environ.items() if name != "ANSIBLE_INVENTORY"}
    return subprocess.run(
        [sys.executable, "-m", "ansible", "inventory", "--list", "--export", "-i", str(path)],
        cwd=controller.folder / "project",
        env={**own, **dict.fromkeys(blank, ""), "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True"},
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_SECONDS,
        check=False,
    )


@pytest.mark.parametrize(("paging", "calls"), [("totals", 3), ("no-totals", 3), ("ignored", 2)])
def test_all_nodes_in_every_way_to_page(controller_of: Callable[[Any], Controller], emulator_factory: Any, paging: str, calls: int) -> None:
    emulator = emulator_factory(nodes=NODES, paging=paging)

    found = hosts(controller_of(emulator), {})

    assert len(found) == NODES
    assert len(emulator.requests()) == calls
    assert {host["e2e_status"] for host in found.values()} <= {"running", "powered off", "failed"}
    assert all(host["ansible_host"] == (host["e2e_public_ip_address"] or host["e2e_private_ip_address"]) for host in found.values())


@pytest.mark.parametrize("shift", [-1, 1])
def test_pages_that_shift_lose_no_node(controller_of: Callable[[Any], Controller], emulator_factory: Any, shift: int) -> None:
    emulator = emulator_factory(nodes=NODES)
    emulator.fault({"action": "pages_shift", "path": "nodes/", "shift": shift, "skip": 1, "times": 1})

    assert len(hosts(controller_of(emulator), {})) == NODES


def test_details_once_for_each_node_and_then_from_the_cache(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(nodes=["20", "1/Chennai=10"])
    controller = controller_of(emulator)
    options = {
        "locations": ["Delhi", "Chennai"],
        "keyed_groups": [{"key": "e2e_label", "prefix": "label"}],
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": "cache",
    }

    first = hosts(controller, options)
    assert len(emulator.requests()) == 2 + 30
    emulator.clear_requests()

    assert hosts(controller, options) == first
    assert emulator.requests() == []
    assert len({host["e2e_vm_id"] for host in first.values()}) == 30


def test_a_failure_is_no_inventory_and_shows_no_credential(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(nodes=["20", "1/Chennai=150"], api_key=KEY)
    controller = controller_of(emulator)
    options = {"locations": ["Delhi", "Chennai"], "api_retries": 1}
    faults = [{"action": "status", "status": 500}, {"action": "html"}, {"action": "cut"}, {"action": "reset"}, {"action": "failure_envelope"}]
    for fault in faults:
        emulator.clear_faults()
        emulator.fault({**fault, "path": "nodes/", "skip": 2, "times": -1})

        done = inventory(controller, options, "-vvv")

        assert done.returncode != 0, fault
        shown = "".join((done.stdout + done.stderr).split())
        assert "GETnodes/" in shown, done.stderr
        for secret in (KEY, emulator.env["E2E_AUTH_TOKEN"]):
            assert secret not in shown and quote(secret, safe="") not in shown, fault


def test_an_update_by_awx(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(nodes=["120", "1/Chennai=5"], api_key=KEY)
    options: dict[str, Any] = {
        "locations": ["Delhi", "Chennai"],
        "fetch_details": "always",
        "keyed_groups": [{"key": "e2e_location", "prefix": "location"}, {"key": "e2e_status", "prefix": "status"}],
        "groups": {"odd": "e2e_id % 2 == 1"},
        "compose": {"ansible_user": "'root'", "where": "e2e_location ~ '/' ~ e2e_name"},
    }

    done = as_awx(controller_of(emulator), options)

    assert done.returncode == 0, done.stderr
    nodes = {node["name"]: {**node, "location": location} for location in options["locations"] for node in listed(emulator, location)}
    assert len(nodes) == 125
    found = json.loads(done.stdout)
    hosts = found["_meta"]["hostvars"]
    assert hosts.keys() == nodes.keys()
    for name, node in nodes.items():
        assert (hosts[name]["e2e_id"], hosts[name]["e2e_status"]) == (node["id"], node["status"].lower())
        # No address has several spellings (reference E).
        addresses = [address for address in (node["public_ip_address"], node["private_ip_address"]) if address not in (None, "", "[]")]
        assert hosts[name].get("ansible_host") == (addresses[0] if addresses else None)
        assert (hosts[name]["ansible_user"], hosts[name]["where"]) == ("root", f"{node['location']}/{name}")
    assert {name: set(group["hosts"]) for name, group in found.items() if name.startswith("location_") or name == "odd"} == {
        "location_Delhi": {name for name, node in nodes.items() if node["location"] == "Delhi"},
        "location_Chennai": {name for name, node in nodes.items() if node["location"] == "Chennai"},
        "odd": {name for name, node in nodes.items() if node["id"] % 2},
    }
    # What AWX imports are plain values, not the objects in which Ansible wraps texts that it does not trust.
    assert "__ansible" not in done.stdout
    for secret in (KEY, emulator.env["E2E_AUTH_TOKEN"]):
        assert secret not in done.stdout + done.stderr and quote(secret, safe="") not in done.stdout + done.stderr


def test_an_update_by_awx_that_fails_gives_no_host(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(nodes=["150", "1/Chennai=5"], api_key=KEY)
    emulator.fault({"action": "status", "status": 500, "path": "nodes/", "skip": 1, "times": -1})

    done = as_awx(controller_of(emulator), {"locations": ["Delhi", "Chennai"], "api_retries": 0, "concurrency": 1})

    assert done.returncode != 0
    assert done.stdout.strip() == ""
    assert "nodes/" in done.stderr
    for secret in (KEY, emulator.env["E2E_AUTH_TOKEN"]):
        assert secret not in done.stderr and quote(secret, safe="") not in done.stderr


def test_a_node_with_a_name_of_ansible_beside_another_source(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    """Such a name once took all hosts of all sources away, or made plays on localhost run on the node."""
    emulator = emulator_factory(nodes=4)
    nodes = listed(emulator, "Delhi")
    renamed = [{**node, "name": name} for node, name in zip(nodes, ("all", "ungrouped", "localhost", "web"))]
    emulator.fault({"action": "status", "status": 200, "path": "nodes/", "times": -1, "body": {"code": 200, "data": renamed, "errors": {}, "message": ""}})
    controller = controller_of(emulator)
    path = controller.file("both/e2e.yml", yaml.safe_dump({"plugin": PLUGIN}))
    controller.file("both/hosts.ini", "[mine]\nother\n")
    task = {"name": "who", "ansible.builtin.debug": {"msg": "{{ groups['all'] | sort | join(' ') }} {{ ansible_connection }}"}}

    play = controller.tasks([task], "-i", str(path.parent)).succeeded()

    ids = [node["id"] for node in nodes]
    assert play.task("who").result["msg"] == f"all-{ids[0]} localhost-{ids[2]} other ungrouped-{ids[1]} web local"
    assert "Ansible keeps these names for itself" in " ".join(play.output.split())


def test_two_files_that_give_two_nodes_one_name(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(nodes=["1042/Delhi=1", "1043/Delhi=1"], project_id=["1042", "1043"])
    controller = controller_of(emulator)
    same: dict[str, Any] = {"plugin": PLUGIN, "hostnames": ["'web'"]}
    second = controller.file("other.e2e.yml", yaml.safe_dump({**same, "projects": ["1043"]}))

    done = inventory(controller, {**same, "projects": ["1042"]}, "-i", str(second))

    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["_meta"]["hostvars"]
    by_project = {host["e2e_project_id"]: (name, host["e2e_id"], host["ansible_host"]) for name, host in found.items()}
    assert len(found) == 2 and by_project["1042"][0] == "web" and by_project["1043"][0] == f"web-{by_project['1043'][1]}"
    assert by_project["1042"][2] != by_project["1043"][2]
    assert "Another file of this plugin has other nodes of these names" in " ".join(done.stderr.split())


def test_a_file_of_another_name_is_told_the_rule(controller: Controller) -> None:
    done = inventory(controller, {}, name="nodes.yml")

    assert done.returncode != 0
    assert "e2e_nodes.yml" in done.stderr


def test_the_examples(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(nodes=["60", "1042/Chennai=5", "1043/Delhi=5"], project_id=["1042", "1043"])
    controller = controller_of(emulator)
    controller.environ["E2E_PROJECT_ID"] = "1042"
    token = controller.file("e2e-token", emulator.env["E2E_AUTH_TOKEN"])
    examples = list(yaml.safe_load_all(examples_of(ROOT / "plugins" / "inventory" / "e2e.py")))
    assert len(examples) == 3

    for example in examples:
        text = json.dumps(example).replace("/run/secrets/e2e-token", str(token))
        assert hosts(controller, {**json.loads(text), "strict": True}), example
