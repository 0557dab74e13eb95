# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export of one of everything: the playbook that it writes changes nothing, and says no secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from account import IMAGE, PLAN, call
from controller import Controller, Play
from samples import HELLO, PYTHON, PYTHON_TODAY, handler

CANARY = "canary-of-a-secret-value"
COLLECTION = "e2enetworks.cloud"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbM0Zr2mN4JxTf1Rr1xq2oJ4y0pO1v0mJt0rW9xYb3c me@{{ host }}"


def tasks(*entries: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": f"{number} {module}", f"{COLLECTION}.{module}": options} for number, (module, options) in enumerate(entries)]


ACCOUNT = tasks(
    ("e2e_ssh_key", {"label": "laptop", "ssh_key": {"__ansible_unsafe": KEY}}),
    ("e2e_vpc", {"name": "backend", "ipv4": "10.20.0.0/23"}),
    ("e2e_vpc", {"name": "chosen-by-e2e"}),
    (
        "e2e_security_group",
        {
            "name": "web",
            "description": "the web",
            "rules": [
                {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "443", "description": "https"},
                {"rule_type": "Inbound", "protocol_name": "ICMP", "network": "10.0.0.0/8"},
                {"rule_type": "Outbound"},
            ],
        },
    ),
    ("e2e_volume", {"name": "data", "size": 250}),
    (
        "e2e_node",
        {
            "name": "web-1",
            "plan": PLAN,
            "image": IMAGE,
            "label": "production",
            "ssh_keys": ["laptop"],
            "security_groups": ["web"],
            "vpcs": ["backend"],
            "volumes": ["data"],
        },
    ),
    ("e2e_node", {"name": "asleep", "plan": PLAN, "image": IMAGE, "state": "stopped"}),
    ("e2e_reserved_ip", {"node": "web-1"}),
    ("e2e_image", {"name": "golden", "node": "asleep"}),
    (
        "e2e_faas_function",
        {
            "name": "hello",
            "runtime": PYTHON_TODAY,
            "src": "{{ playbook_dir }}/hello",
            "upload": "text",
            "include": [".env"],
            "env": {"GREETING": "hi"},
            "secret_env": {"API_KEY": CANARY},
        },
    ),
    # What was sent as an archive is not returned.
    ("e2e_faas_function", {"name": "archive", "runtime": PYTHON_TODAY, "src": "{{ playbook_dir }}/hello"}),
)


def run_export(machine: Controller, dest: str, *options: str, **more: Any) -> Play:
    return machine.tasks([{"name": "export", f"{COLLECTION}.e2e_export": {"dest": dest, **more}}], "--diff", *options)


def files_of(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file()}


def written_by_hand(server: Any) -> None:
    """A function of the vendor's client, which leaves no mark."""
    call(
        server,
        "POST",
        "faas/functions/",
        function="by-hand",
        runtime=PYTHON,
        code=HELLO,
        requirements="",
        memory=256,
        timeout=15,
        node_type="cpu",
        environment_variables={"TOKEN": CANARY},
    )


def make_account(machine: Controller, server: Any, entries: list[dict[str, Any]]) -> None:
    machine.file("hello/func.py", handler('{"status": "ok"}'))
    machine.file("hello/names.py", "NAMES = 1\n")
    machine.file("hello/requirements.txt", "")
    machine.file("hello/.env", "COLOUR=blue\n")
    machine.tasks(entries).succeeded()
    written_by_hand(server)
    server.clear_requests()


def test_an_account(emulator_factory: Callable[..., Any], controller_of: Callable[[Any], Controller]) -> None:
    server = emulator_factory(build_seconds=0)
    machine = controller_of(server)
    make_account(machine, server, ACCOUNT)

    predicted = run_export(machine, "export", "--check").succeeded().task("export").result
    assert not (machine.folder / "export").exists()
    play = run_export(machine, "export").succeeded()
    result = play.task("export").result
    found = files_of(machine.folder / "export")
    again = run_export(machine, "export").succeeded()

    assert predicted["changed"] and predicted["diff"] == result["diff"] and predicted["files"] == result["files"] == sorted(found)
    assert again.changes == []
    assert CANARY not in play.output + json.dumps(found)
    assert result["to_fill"] == {"function_by_hand": ["TOKEN"], "function_hello": ["API_KEY"]}
    assert {path.stat().st_mode & 0o777 for path in (machine.folder / "export").rglob("*") if path.is_file()} == {0o600}
    assert found.get("functions/by-hand/handler.py") == HELLO, sorted(found)
    assert found.get("functions/hello/names.py") == "NAMES = 1\n" and found.get("functions/hello/.env") == "COLOUR=blue\n"
    assert "functions/hello/.env" in str(result["warnings"]) and "COLOUR=blue" not in play.output
    assert not any(path.startswith("functions/archive") for path in found) and "The API does not return its code" in found["playbook.yml"]

    checked = machine.playbook(machine.folder / "export" / "playbook.yml", "--check", "--diff").succeeded()
    assert checked.changes == [], checked.output
    assert server.writes() == 0
    assert len(checked.tasks) == sum(result["tasks"].values()) and {task.status for task in checked.tasks} == {"ok"}
    assert result["tasks"].keys() == {task["name"].partition(" ")[2] for task in ACCOUNT}
    hosts = machine.run("-m", "ansible", "inventory", "-i", str(machine.folder / "export" / "inventory.e2e.yml"), "--list")
    assert {"web-1", "asleep"} <= set(json.loads(hosts.stdout)["_meta"]["hostvars"]), hosts.stderr


def test_what_is_there_is_not_lost(emulator_factory: Callable[..., Any], controller_of: Callable[[Any], Controller]) -> None:
    """An API that returns little of a function, and a folder in which somebody has worked."""
    server = emulator_factory(build_seconds=0, readback="minimal")
    machine = controller_of(server)
    make_account(machine, server, ACCOUNT[-1:])
    run_export(machine, "export").succeeded()
    folder = machine.folder / "export"
    assert not (folder / "functions").exists()
    assert machine.playbook(folder / "playbook.yml", "--check").succeeded().changes == []

    machine.file("export/secrets.yml", "e2e_export_secrets: {}\n# mine\n")
    machine.file("export/playbook.yml", "[]\n")
    refused = run_export(machine, "export").failed().task("export").result
    assert "playbook.yml" in refused["msg"] and "overwrite: true" in refused["msg"] and "secrets.yml" not in refused["msg"]
    assert (folder / "playbook.yml").read_text(encoding="utf-8") == "[]\n"
    assert run_export(machine, "export", overwrite=True).succeeded().task("export").result["actions"] == ["wrote playbook.yml"]
    assert (folder / "secrets.yml").read_text(encoding="utf-8").endswith("# mine\n")


GATEWAY = tasks(
    ("e2e_secret", {"name": "database-password", "value": CANARY}),
    (
        "e2e_faas_function",
        {
            "name": "figlet",
            "provider": "openfaas",
            "image": "functions/figlet:1.0",
            "env": {"GREETING": "hi {{ '{{' }} there", "A": "b=c"},
            "secret_env": {"API_KEY": CANARY},
            "secrets": ["database-password"],
            "labels": {"team": "blue"},
            "annotations": {"note": "two words"},
            "limits": {"memory": "128Mi"},
            "replicas": {"min": 1, "max": 2},
            "wait": False,
        },
    ),
)


def test_a_gateway(gateway_emulator: Any, controller_of: Callable[[Any], Controller]) -> None:
    machine = controller_of(gateway_emulator)
    machine.tasks(GATEWAY).succeeded()
    gateway_emulator.clear_requests()

    play = run_export(machine, "export", provider="openfaas").succeeded()
    found = files_of(machine.folder / "export")
    checked = machine.playbook(machine.folder / "export" / "playbook.yml", "--check", "--diff").succeeded()

    assert CANARY not in play.output + json.dumps(found) and sorted(found) == ["playbook.yml", "secrets.yml"]
    assert checked.changes == [], checked.output
    assert [task.status for task in checked.tasks] == ["skipped", "ok"]
    assert gateway_emulator.writes() == 0
    # What is filled in is used.
    machine.file("export/secrets.yml", "e2e_export_secrets: {secret_database_password: new}\n")
    checked = machine.playbook(machine.folder / "export" / "playbook.yml", "--check").succeeded()
    assert [task.status for task in checked.tasks] == ["ok", "ok"] and checked.changes == []
