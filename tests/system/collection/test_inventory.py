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
