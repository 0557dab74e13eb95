# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traps 14 and 15 of the API: exact paths and verbs, and what must not show: the key, and an address that is none."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from account import call, make_nodes
from controller import LONGEST_RUN_SECONDS, Controller
from samples import NOT_RUNNABLE
from test_leaks import KEY as API_KEY
from test_leaks import OPTION_KEY, SECRET, TOKEN, leaks
from wire import BASE, KEY, NEW, OTHER_KEY, bad, good, refusal, sent, written

# 14: slashes and verbs.

# The requests that the collection makes, {n} for a number and {ip} for an address.
DOCUMENTED = """
GET nodes/
POST nodes/
GET nodes/{n}/
DELETE nodes/{n}/
GET nodes/{n}/networkdetail/
GET nodes/{n}/check-lcm-state/
PUT nodes/{n}/actions/
PUT nodes/upgrade/{n}
PUT nodes/{n}/root-storage-upgrade/
GET images/
GET images/os-category/
GET images/saved-images/
PUT images/{n}/
DELETE images/{n}/
GET security_group/
POST security_group/
PUT security_group/{n}/
DELETE security_group/{n}/
POST security_group/{n}/mark-default/
GET security_group/{n}/attach/
POST security_group/{n}/attach/
POST security_group/{n}/detach/
GET ssh_keys/
POST ssh_keys/
DELETE delete_ssh_key/{n}/
GET vpc/list/
GET vpc/plans/
POST vpc/
DELETE vpc/{n}/
POST vpc/node/attach/
POST vpc/node/detach/
GET block_storage/
POST block_storage/
GET block_storage/plans/
DELETE block_storage/{n}/
PUT block_storage/{n}/vm/attach/
PUT block_storage/{n}/vm/detach/
PUT block_storage/{n}/vm/upgrade/
GET reserve_ips/
POST reserve_ips/
POST reserve_ips/{ip}/actions/
DELETE reserve_ips/{ip}/actions/
POST reserve_ips/public_reserveip_actions/
GET pbac/project/
GET faas/runtimes/
GET faas/functions/
POST faas/functions/
GET faas/function/f/
DELETE faas/function/f/
PUT faas/handler_file/f/
GET faas/logs/{n}/
"""


def lives(controller: Controller) -> Iterator[dict[str, Any]]:
    """The results of everything that can be done, from the first make to the last delete."""

    def run(module: str, **options: Any) -> dict[str, Any]:
        return good(controller.module(f"e2e_{module}", **options))

    yield run("project_info")
    yield run("ssh_key", label="deploy", ssh_key=KEY)
    yield run("security_group", name="web", rules=[])
    yield run("security_group", name="web", description="Web", default=True)
    yield run("vpc", name="front")
    yield run("volume", name="data", size=250)
    made = run("node", **NEW, ssh_keys=["deploy"], vpcs=["front"], volumes=["data"], security_groups=["web", "default"])
    yield made
    yield run("node", name="app", vpcs=[], volumes=[], security_groups=["web"], ssh_keys=[OTHER_KEY], allow_detach=True)
    yield run("node", name="app", vpcs=["front"], plan="C3.16GB", allow_downtime=True)
    yield run("node", name="app", vpcs=[], label="back", locked=True)
    yield run("node", name="app", locked=False)
    yield run("volume", name="data", node="app")
    yield run("volume", name="data", size=500)
    address = run("reserved_ip", node="app")
    yield address
    yield run("reserved_ip", ip_address=address["reserved_ip"]["ip_address"], node="")
    yield run("reserved_ip", ip_address=address["reserved_ip"]["ip_address"], state="absent")
    live = run("reserved_ip", node="app", live_reserve=True)
    yield live
    yield run("reserved_ip", ip_address=live["reserved_ip"]["ip_address"], node="")
    yield run("image", name="gold", node="app")
    yield run("image", image_id=run("image_info")["images"][0]["id"], name="old")
    yield run("image", name="old", state="absent")
    yield run("node", name="small", plan="E1.6GB", image="Debian 12", disk=100)
    yield run("node", name="small", disk=150)
    yield run("node", name="small", state="absent")
    yield run("node", name="app", state="absent")
    yield run("volume", name="data", state="absent")
    yield run("vpc", name="front", state="absent")
    yield run("security_group", name="default", default=True)
    yield run("security_group", name="web", state="absent")
    yield run("ssh_key", label="deploy", state="absent")
    yield run("faas_function", name="f", runtime=NOT_RUNNABLE, code="// one")
    yield run("faas_function", name="f", code="// two")
    yield run("faas_function_info")
    yield run("faas_function_info", names=["f"], log_lines=5)
    yield run("faas_function", name="f", state="absent")


def general(request: str) -> str:
    """A request without its numbers and addresses."""
    return re.sub(r"/[0-9]+(?=/|$)", "/{n}", re.sub(r"/[0-9]+(\.[0-9]+){3}/", "/{ip}/", request))


def test_trap_14_all_that_is_ever_sent_is_a_documented_path(controller: Controller, emulator: Any) -> None:
    assert all(result["changed"] for result in lives(controller) if "actions" in result)

    assert set(map(general, sent(emulator))) == set(DOCUMENTED.strip().splitlines())
    wrong = [one for one in emulator.requests() if one["status"] not in (200, 201) and (one["method"], one["status"]) != ("GET", 404)]
    assert wrong == []
    for one in emulator.requests():
        context = {name: one["query"].get(name) for name in ("project_id", "location")}
        assert context == ({"project_id": None, "location": None} if one["path"] == f"{BASE}pbac/project/" else {"project_id": "1", "location": "Delhi"}), one


def test_trap_14_any_other_slash_or_verb_is_refused(emulator: Any) -> None:
    make_nodes(emulator, "app")
    node = call(emulator, "GET", "nodes/")[0]["id"]
    vm_id = call(emulator, "GET", f"nodes/{node}/")["vm_id"]
    key = call(emulator, "POST", "ssh_keys/", label="deploy", ssh_key=KEY)["pk"]
    volume = call(emulator, "POST", "block_storage/", name="data", size=250, iops=5000)["id"]
    address = call(emulator, "POST", "reserve_ips/")["ip_address"]

    for method, path, status in (
        ("GET", "nodes", 404),
        ("PUT", f"nodes/upgrade/{node}/", 404),
        ("POST", f"nodes/{node}/actions/", 405),
        ("DELETE", f"ssh_keys/{key}/", 404),
        ("POST", f"block_storage/{volume}/vm/attach/", 405),
        ("DELETE", f"reserve_ips/{address}/", 404),
        ("GET", "vpc/", 405),
        ("GET", "faas/runtimes", 404),
    ):
        assert refusal(emulator, method, path, vm_id=vm_id) == status, (method, path)


# 15: the key that is in every URL.


@pytest.fixture
def server(emulator_factory: Callable[..., Any]) -> Any:
    return emulator_factory(build_seconds=0.1, api_key=API_KEY, auth_token=TOKEN)


def task(module: str, *, fails: bool = False, **options: Any) -> dict[str, Any]:
    return {"name": module, f"e2enetworks.cloud.e2e_{module}": options, "ignore_errors": fails}


def look(machine: Controller, tasks: list[dict[str, Any]]) -> str:
    """Run as loudly as possible, check that each task ended as planned, search all that was written, and give the output."""
    play = machine.tasks(tasks, "-vvv", "--diff").succeeded()
    assert [one.status for one in play.tasks] == ["ignored" if one["ignore_errors"] else "ok" for one in tasks], play.output
    for text in (play.output, *((machine.folder / name).read_text(encoding="utf-8") for name in ("ansible.log", "tasks.jsonl"))):
        assert len(text) > 1000 and leaks(text) == [], [line for line in text.splitlines() if leaks(line)]
    return play.output


def test_trap_15_the_key_is_in_no_output_of_what_works(machine: Controller) -> None:
    look(
        machine,
        [
            task("project_info"),
            task("plan_info", images=["Ubuntu 24.04"]),
            task("ssh_key", label="deploy", ssh_key=KEY),
            task("security_group", name="web", rules=[{"rule_type": "Outbound"}]),
            task("vpc", name="front"),
            task("volume", name="data", size=250),
            task("reserved_ip", reuse=True),
            task("node", **NEW, ssh_keys=["deploy"], vpcs=["front"], encryption_passphrase=SECRET, start_script=f"#!/bin/sh\necho '{SECRET}'\n"),
            task("node_info", details=True),
            task("node", name="app", state="absent"),
        ],
    )


def test_trap_15_the_key_is_in_no_output_of_what_fails(machine: Controller, server: Any) -> None:
    echo = f"rejected: apikey={API_KEY} Bearer {TOKEN}"
    for fault in (
        {"path": "vpc/list/", "action": "reset"},
        {"path": "block_storage/", "action": "hang"},
        {"path": "ssh_keys/", "action": "html", "body": f"<html>{echo}</html>"},
        {"path": "security_group/", "action": "status", "status": 500, "message": echo},
        {"path": "reserve_ips/", "action": "failure_envelope", "message": echo},
        {"path": "images/saved-images/", "action": "status", "status": 302, "body": echo},
        {"method": "POST", "path": "nodes/", "action": "status", "status": 400, "message": echo},
    ):
        server.fault({**fault, "times": -1})
    quick = {"api_retries": 0, "api_timeout": 2}
    output = look(
        machine,
        [
            task("vpc_info", fails=True, **quick),
            task("volume", fails=True, name="data", size=250, **quick),
            task("ssh_key", fails=True, label="deploy", ssh_key=KEY, **quick),
            task("security_group_info", fails=True, **quick),
            task("reserved_ip", fails=True, reuse=True, **quick),
            task("image_info", fails=True, **quick),
            task("node", fails=True, **NEW, **quick),
            task("node_info", fails=True, api_key=OPTION_KEY, **quick),
            task("node_info", fails=True, auth_token=OPTION_KEY, **quick),
            task("node_info", fails=True, api_endpoint="http://no-such-host.invalid/myaccount/", **quick),
            task("node_info", fails=True, api_endpoint="http://127.0.0.1:9/", **quick),
        ],
    )

    # What the API sent back is shown, without the key in it.
    assert "rejected: apikey=" in output


def inventory(machine: Controller, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = machine.file("e2e.yml", "plugin: e2enetworks.cloud.e2e\n")
    command = [sys.executable, "-m", "ansible", "inventory", "-i", str(path), "--list", *arguments]
    environ = {**machine.environ, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    return subprocess.run(command, cwd=machine.folder, env=environ, capture_output=True, text=True, timeout=LONGEST_RUN_SECONDS, check=False)


def test_trap_15_the_key_is_in_no_output_of_the_inventory(machine: Controller, server: Any) -> None:
    make_nodes(server, "app")
    done = inventory(machine, "-vvv")
    server.fault({"path": "nodes/", "action": "failure_envelope", "message": f"rejected: apikey={API_KEY} Bearer {TOKEN}"})
    echoed = inventory(machine, "-vvv")
    machine.environ["E2E_API_KEY"] = OPTION_KEY
    refused = inventory(machine, "-vvv")

    assert (done.returncode == 0, echoed.returncode == 0, refused.returncode == 0) == (True, False, False)
    assert "app" in done.stdout and "rejected: apikey=" in echoed.stderr and "401" in refused.stderr
    for text in (*(text for run in (done, echoed, refused) for text in (run.stdout, run.stderr)), (machine.folder / "ansible.log").read_text(encoding="utf-8")):
        assert leaks(text) == []


# 15: an address that is none.


def test_trap_15_no_spelling_of_no_address_is_one(controller_of: Callable[[Any], Controller], emulator_factory: Any) -> None:
    emulator = emulator_factory(nodes=100)
    machine = controller_of(emulator)
    raw = {node["name"]: node for node in call(emulator, "GET", "nodes/")}
    without = {node["public_ip_address"]: name for name, node in raw.items() if node["public_ip_address"] in (None, "", "[]")}
    assert len(without) == 3

    listed = {node["name"]: node for node in good(machine.module("e2e_node_info"))["nodes"]}
    detailed = {node["name"]: node for node in good(machine.module("e2e_node_info", names=list(without.values()), details=True))["nodes"]}
    hosts = json.loads(inventory(machine).stdout)["_meta"]["hostvars"]

    for name in without.values():
        assert listed[name]["public_ip_address"] is detailed[name]["public_ip_address"] is hosts[name]["e2e_public_ip_address"] is None
        assert hosts[name]["ansible_host"] == raw[name]["private_ip_address"]
        assert "public" in bad(machine.module("e2e_reserved_ip", node=name, live_reserve=True), "invalid_input")
    assert {node["public_ip_address"] for node in listed.values()} == {None} | {node["public_ip_address"] for node in raw.values()} - {"", "[]"}
    assert written(emulator) == []


def test_trap_15_a_host_without_any_address_has_none(controller: Controller, emulator: Any) -> None:
    nodes = [
        {"id": number, "name": f"n{number}", "status": "Running", "public_ip_address": nothing, "private_ip_address": nothing}
        for number, nothing in enumerate((None, "", "[]"), start=1)
    ]
    body = {"code": 200, "data": nodes, "errors": {}, "message": "Success", "total_count": 3, "total_page_number": 1}
    emulator.fault({"method": "GET", "path": "nodes/", "action": "status", "status": 200, "body": body, "times": -1})

    hosts = json.loads(inventory(controller).stdout)["_meta"]["hostvars"]

    assert sorted(hosts) == ["n1", "n2", "n3"]
    assert {host.get("ansible_host") for host in hosts.values()} == {None}
