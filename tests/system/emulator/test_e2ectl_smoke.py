# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What e2ectl 0.6.1 sends in the smoke test of its releases, from end to end, on an emulator as it is by default.

The smoke test itself was built and run against the emulator, unmodified, and what it sent was written down here together with the
conditions that it and its command line put on the answers. It polls; nothing else of it waits, so each step meets what the one before left.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from compute_api import BIG_PLAN, IMAGE, KEY, PLAN, ComputeApi

WAIT_SECONDS = 60
# How long things take here; all else is as the emulator has it by default.
BUILD_SECONDS = 0.1
# On these words it tries again to delete a VPC, and on no others (reference D.4).
TRY_AGAIN = re.compile(r"you have running servers on this vpc|vpc is in creating state|please try again later", re.IGNORECASE)
ORDER = {
    "backups": False,
    "default_public_ip": False,
    "disable_password": True,
    "enable_bitninja": False,
    "is_ipv6_availed": False,
    "is_saved_image": False,
    "label": "default",
    "number_of_instances": 1,
    "ssh_keys": [],
    "start_scripts": [],
    "image": IMAGE,
    "plan": PLAN,
}
SSH = {"description": "ssh", "network": "any", "port_range": "22", "protocol_name": "Custom_TCP", "rule_type": "Inbound"}
HTTPS = {**SSH, "description": "https", "port_range": "443"}
OUT = {"description": "", "network": "any", "port_range": "All", "protocol_name": "All", "rule_type": "Outbound"}


def words(status: str) -> str:
    """A status as the client compares it."""
    return re.sub(r"[^a-z0-9]+", " ", status.lower()).strip()


def has_address(node: dict[str, Any]) -> bool:
    return words(str(node["public_ip_address"] or "")) not in ("", "null")


class Client:
    """The requests of its command line, and what that reads in every answer."""

    def __init__(self, cloud: ComputeApi) -> None:
        self._cloud = cloud

    def answer(self, line: str, body: dict[str, Any] | None = None) -> requests.Response:
        method, path = line.split(" ")
        # It waits for 10 seconds, and sends the type of a body only where there is one.
        return self._cloud.call(method, path, timeout=10, **({} if body is None else {"json": body}))

    def send(self, line: str, body: dict[str, Any] | None = None) -> Any:
        return self.data(self.answer(line, body))

    @staticmethod
    def data(answer: requests.Response) -> Any:
        """What is in an envelope of a success."""
        envelope = answer.json()
        assert answer.ok, answer.text
        assert isinstance(envelope["code"], (int, float)) and envelope["code"] < 400 and isinstance(envelope["errors"], dict), answer.text
        assert isinstance(envelope["message"], str) and envelope["message"] and "data" in envelope, answer.text
        assert "detail" not in envelope and "status_code" not in envelope, answer.text
        return envelope["data"]

    def until(self, line: str, is_so: Callable[[Any], bool]) -> Any:
        """Read again until it is so; like this it waits for every change."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not is_so(seen := self.send(line)):
            assert time.monotonic() < deadline, seen
            time.sleep(0.05)
        return seen

    def order(self, name: str) -> str:
        """Create a node, wait until it runs: its path."""
        made = self.send("POST nodes/", {**ORDER, "name": name})["node_create_response"]
        assert len(made) == 1 and isinstance(made[0]["id"], int)
        path = f"nodes/{made[0]['id']}/"
        self.running(path)
        return path

    def running(self, node: str, with_address: bool | None = None) -> dict[str, Any]:
        """The node once it is Running, with a public address or without one where that is asked for."""
        seen: dict[str, Any] = self.until(
            f"GET {node}", lambda seen: words(seen["status"]) == "running" and with_address in (None, has_address(seen))
        )
        return seen

    def vm(self, node: str) -> int:
        """It looks the vm id up before each call that goes by it."""
        vm_id: int = self.send(f"GET {node}")["vm_id"]
        assert isinstance(vm_id, int) and vm_id > 0
        return vm_id

    def act(self, node: str, kind: str, **fields: Any) -> dict[str, Any]:
        done: dict[str, Any] = self.send(f"PUT {node}actions/", {"type": kind, **fields})
        assert isinstance(done["id"], int) and done["status"] and done["created_at"] and done["resource_id"] == node.split("/")[1]
        return done


@pytest.fixture
def client(emulator_factory: Callable[..., Any]) -> Client:
    return Client(ComputeApi(emulator_factory(build_seconds=BUILD_SECONDS)))


def security_group(client: Client, node: str) -> str:
    made = client.send("POST security_group/", {"description": "", "name": "smoke-sg", "rules": [SSH, OUT]})
    assert isinstance(made["id"], int)
    group = f"security_group/{made['id']}/"
    seen = client.send(f"GET {group}")
    assert seen["id"] == made["id"] and isinstance(seen["rules"], list)
    client.send(f"PUT {group}", {"description": "release smoke update", "name": "smoke-sg-updated", "rules": [SSH, HTTPS, OUT]})
    client.send(f"POST security_group/{client.vm(node)}/attach/", {"security_group_ids": [made["id"]]})
    # It refuses to take the last group away, by this count.
    assert client.send(f"GET {node}")["security_group_count"] == 2
    client.send(f"POST security_group/{client.vm(node)}/detach/", {"security_group_ids": [made["id"]]})
    return group


def reserved_ip(client: Client, node: str) -> None:
    address = client.send("POST reserve_ips/")["ip_address"]
    assert address
    client.until("GET reserve_ips/", lambda seen: address in [one["ip_address"] for one in seen])
    for kind in ("attach", "detach"):
        client.send(f"POST reserve_ips/{address}/actions/", {"type": kind, "vm_id": client.vm(node)})
    client.send(f"DELETE reserve_ips/{address}/actions/")


def volume(client: Client, node: str) -> None:
    plan = next(row for row in client.send("GET block_storage/plans/") if row["available_inventory_status"])
    size = plan["bs_size"] * 1000
    assert size == int(size)
    made = client.send("POST block_storage/", {"iops": plan["iops"], "name": "smoke-volume", "size": int(size)})
    assert isinstance(made["id"], int)
    path = f"block_storage/{made['id']}/"
    client.until(f"GET {path}", lambda seen: seen["block_id"] == made["id"] and words(seen["status"]) == "available")
    for kind, status in (("attach", "attached"), ("detach", "available")):
        client.send(f"PUT {path}vm/{kind}/", {"vm_id": client.vm(node)})
        client.until(f"GET {path}", lambda seen, status=status: words(seen["status"]) == status)
    client.send(f"DELETE {path}")


def vpc(client: Client, node: str) -> int:
    """How often the delete had to be sent again."""
    made = client.send("POST vpc/", {"is_e2e_vpc": True, "vpc_name": "smoke-vpc"})
    number, node_id = made["network_id"], int(node.split("/")[1])
    assert isinstance(number, int)
    client.until(f"GET vpc/{number}/", lambda seen: seen["network_id"] == number and words(seen["state"]) == "active")
    for kind in ("attach", "detach"):
        client.send(f"POST vpc/node/{kind}/", {"action": kind, "network_id": number, "node_id": node_id})
        if kind == "attach":
            client.until(f"GET {node}", lambda seen: bool(seen["is_vpc_attached"]))
    again, deadline = 0, time.monotonic() + WAIT_SECONDS
    while not (answer := client.answer(f"DELETE vpc/{number}/")).ok:
        assert TRY_AGAIN.search(answer.json()["message"]), answer.text
        assert time.monotonic() < deadline, answer.text
        again += 1
        time.sleep(0.05)
    assert {"vpc_id", "vpc_name", "project_id"} <= set(client.data(answer))
    return again


def ssh_key(client: Client, node: str) -> str:
    made = client.send("POST ssh_keys/", {"label": "smoke-ssh", "ssh_key": KEY})
    found = [key for key in client.send("GET ssh_keys/") if key["pk"] == made["pk"]]
    assert isinstance(made["pk"], int) and len(found) == 1
    client.act(node, "add_ssh_keys", ssh_keys=[{"label": found[0]["label"], "ssh_key": found[0]["ssh_key"]}])
    return f"delete_ssh_key/{made['pk']}/"


def power_image_plan(client: Client, node: str) -> str:
    client.running(node, with_address=True)
    client.act(node, "power_off")
    client.until(f"GET {node}", lambda seen: words(seen["status"]) in ("powered off", "stopped"))
    client.act(node, "power_on")
    client.running(node, with_address=True)
    image = client.act(node, "save_images", name="smoke-image")["image_id"]
    assert isinstance(image, str) and image.strip()
    client.running(node)
    # While it runs (reference H.39).
    client.send(f"PUT nodes/upgrade/{node.split('/')[1]}", {"image": IMAGE, "plan": BIG_PLAN})
    client.running(node, with_address=True)
    return f"images/{image}/"


def delete_but_keep_address(client: Client, node: str) -> None:
    address = client.running(node, with_address=True)["public_ip_address"]
    kept = client.send(f"POST reserve_ips/{address}/actions/", {"type": "live-reserve", "vm_id": client.vm(node)})
    assert kept.get("IP") == address or kept.get("ip_address") == address
    client.send(f"DELETE {node}")
    # Neither of these waits for the end of the node (reference H.40).
    assert address in [one["ip_address"] for one in client.send("GET reserve_ips/")]
    client.send(f"DELETE reserve_ips/{address}/actions/")


def test_the_release_flow(client: Client) -> None:
    node = client.order("smoke-node")
    group = security_group(client, node)
    reserved_ip(client, node)
    volume(client, node)
    assert vpc(client, node) > 0, "a VPC was deleted at once although its detach takes its time"
    key = ssh_key(client, node)
    image = power_image_plan(client, node)
    delete_but_keep_address(client, node)
    for left in (key, image, group):
        client.send(f"DELETE {left}")

    assert client.send("GET reserve_ips/") == client.send("GET block_storage/") == client.send("GET vpc/list/") == []
    assert client.send("GET ssh_keys/") == client.send("GET images/saved-images/") == []
    client.until("GET nodes/", lambda seen: seen == [])
    # What comes to its end with the node brings nothing back.
    assert client.send("GET reserve_ips/") == []


def test_taking_the_public_address_away(client: Client) -> None:
    node = client.order("smoke-node")
    address = client.running(node, with_address=True)["public_ip_address"]
    done = client.send("POST reserve_ips/public_reserveip_actions/", {"public_ip": address, "type": "detach", "vm_id": client.vm(node)})
    assert done.get("IP") == address or done.get("ip_address") == address
    client.running(node, with_address=False)
    client.send(f"DELETE {node}")
