# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of nodes: one call for the list, and details only of what the filters leave."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_node_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins import node_api as nodes
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, MISSING, Run, ScriptedApi, Step, html, ok, run_module, together
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.node_api import detail, listed

WEB = nodes.node()
DB = nodes.node(id=32, name="db", status="Stopped", plan="C3.16GB")
MAIL = nodes.node(id=33, name="mail")


def run(**args: t.Any) -> Run:
    return run_module(e2e_node_info, {**CREDENTIALS, **args})


@pytest.mark.parametrize(
    ("filters", "ids", "missing"),
    [
        ({}, [32, 33, 31], []),
        ({"names": ["web", "nope"]}, [31], ["nope"]),
        ({"node_ids": [33, 99]}, [33], []),
        ({"statuses": ["Powered Off"]}, [32], []),
        ({"statuses": ["RUNNING"], "plans": ["C3.8GB"]}, [33, 31], []),
        ({"plans": ["C3.16GB"]}, [32], []),
    ],
)
def test_filters_take_one_call(api: ScriptedApi, filters: dict[str, t.Any], ids: list[int], missing: list[str]) -> None:
    api.expect(listed(WEB, DB, MAIL))
    found = run(**filters)
    assert ([node["id"] for node in found["nodes"]], found["missing"]) == (ids, missing)
    assert all(node["vm_id"] is None and node["location"] == "Delhi" for node in found["nodes"])


def test_details_of_what_is_left(api: ScriptedApi) -> None:
    api.expect(listed(WEB, DB, MAIL), together(detail(), detail(id=33, name="mail", vm_id=83)))
    found = run(statuses=["running"], details=True)
    assert [node["vm_id"] for node in found["nodes"]] == [83, 81]
    assert found["nodes"][1]["os"]["full_name"] == "Ubuntu 24.04"


def test_facts_that_the_list_or_the_node_alone_tells(api: ScriptedApi) -> None:
    silent = {"is_locked": None, "rescue_mode_status": None}
    told = {"is_accidental_protection": True, "is_node_compliance": False, "isEncryptionEnabled": True, "is_vpc_attached": True}
    api.expect(listed(nodes.node(is_locked=True, rescue_mode_status="Enabled")), detail(**silent, **told))
    (web,) = run(details=True)["nodes"]
    assert {name: web[name] for name in ("is_locked", "rescue_mode_status", "recovery_mode")} == {
        "is_locked": True,
        "rescue_mode_status": "Enabled",
        "recovery_mode": True,
    }
    facts = ("is_accidental_protection", "is_node_compliance", "is_encryption_enabled", "is_vpc_attached")
    assert [web[name] for name in facts] == [True, False, True, True]
    api.expect(listed(nodes.node(**silent)), detail(**silent, isEncryptionEnabled=None, is_vpc_attached="?"))
    (web,) = run(details=True)["nodes"]
    assert [web[name] for name in (*facts, "is_locked", "rescue_mode_status")] == [None] * 6


def test_labels_are_details(api: ScriptedApi) -> None:
    api.expect(listed(WEB, DB), together(detail(label="front"), detail(id=32, name="db")))
    assert [node["label"] for node in run(labels=["front"])["nodes"]] == ["front"]


def test_one_deleted_meanwhile_is_left_out(api: ScriptedApi) -> None:
    api.expect(listed(WEB, MAIL), together(detail(), detail(MISSING, id=33)))
    assert [node["id"] for node in run(details=True)["nodes"]] == [31]


def test_a_part_is_never_returned(api: ScriptedApi) -> None:
    api.expect(Step("GET", "nodes/", ok([nodes.summary(), {"name": "no id"}]), None, nodes.PAGE))
    assert run().code == "protocol"
    api.expect(listed(WEB), Step("GET", "nodes/31/", html(404)))
    assert run(details=True).code == "protocol"
    pages = (Step("GET", f"nodes/{node['id']}/", html(404)) for node in (WEB, DB, MAIL))
    api.expect(listed(WEB, DB, MAIL), together(*pages, cut_short=True))
    assert run(details=True).code == "protocol"


def test_each_detail_is_one_call(api: ScriptedApi) -> None:
    many = [nodes.node(id=number, name=f"n{number:03}") for number in range(99)]
    api.expect(listed(*many), together(*[detail(id=number, name=f"n{number:03}") for number in range(99)]))
    assert [node["name"] for node in run(details=True, concurrency=4)["nodes"]] == [f"n{number:03}" for number in range(99)]
    assert len(api.sent) == 100


def test_concurrency_is_at_least_one(api: ScriptedApi) -> None:
    api.expect()
    assert run(concurrency=0).code == "invalid_input"


def test_links_of_what_is_left_with_each_list_read_once(api: ScriptedApi) -> None:
    lists = [nodes.vpcs("back"), nodes.volumes(data=81, logs=None), nodes.addresses(n7=81, n8=None)]
    of_mail = [Step("GET", "security_group/83/attach/", MISSING, None), Step("GET", "nodes/33/networkdetail/", MISSING, None)]
    details = [detail(is_vpc_attached=True), detail(id=33, name="mail", vm_id=83, is_vpc_attached=True)]
    api.expect(listed(WEB, DB, MAIL), together(*details), *lists, together([nodes.groups("web", vm=81), nodes.networks(2)], of_mail))
    mail, web = run(statuses=["running"], links=True)["nodes"]
    assert (web["security_groups"], web["vpcs"], web["volumes"], web["reserved_ips"]) == (["web"], ["back"], ["data"], ["198.51.100.7"])
    assert (web["security_group_details"][0]["rules"][0]["port_range"], mail["security_group_details"]) == ("23", None)
    assert (mail["security_groups"], mail["vpcs"], mail["volumes"], mail["reserved_ips"]) == (None, None, [], [])
