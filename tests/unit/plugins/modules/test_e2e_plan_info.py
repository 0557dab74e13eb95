# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog: how few calls answer a question, and what is made of uneven answers."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.catalog_choice import image_words, names_system, same_plan
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_plan_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins import node_api as nodes
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, Run, ScriptedApi, Step, ok, refusal, run_module, together
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.node_api import plans, systems

DOCKER = ("Ubuntu", "24.04", "Docker")
DEBIAN = ("Debian", "12", "Debian")


def run(**args: t.Any) -> Run:
    return run_module(e2e_plan_info, {**CREDENTIALS, **args})


def test_one_image_is_one_query(api: ScriptedApi) -> None:
    api.expect(systems(), plans())
    found = run(images=["ubuntu-24.04-distro"])
    assert [plan["name"] for plan in found["plans"]] == ["E1.6GB", "C3.8GB", "C3.16GB", "C3.64GB"]
    assert found["plans"][1]["id"] == nodes.long_name("C3.8GB")
    assert [system["image"] for system in found["systems"]] == ["Ubuntu 24.04", "Docker Ubuntu 24.04", "Debian 12"]


def test_everything(api: ScriptedApi) -> None:
    api.expect(systems(), together(plans(), plans(*DOCKER), plans(*DEBIAN)))
    assert len(run()["plans"]) == 12
    api.expect(systems(), together(plans(), plans(*DOCKER), plans(*DEBIAN)))
    assert len(run(categories=["linux virtual node"])["plans"]) == 12


@pytest.mark.parametrize(
    ("filters", "names", "missing"),
    [
        ({"names": ["C3.8GB", "c3.16gb", "x"]}, ["C3.8GB", "C3.16GB"], ["x"]),
        ({"names": [nodes.long_name("C3.8GB")]}, ["C3.8GB"], []),
        ({"available": False}, ["C3.64GB"], []),
        ({"available": True, "names": ["C3.64GB"]}, [], []),
    ],
)
def test_filters(api: ScriptedApi, filters: dict[str, t.Any], names: list[str], missing: list[str]) -> None:
    api.expect(systems(), plans())
    found = run(images=["Ubuntu 24.04"], **filters)
    assert ([plan["name"] for plan in found["plans"]], found["missing"]) == (names, missing)


def test_the_systems_alone(api: ScriptedApi) -> None:
    api.expect(systems())
    assert run(images=[])["plans"] == []


def test_an_image_that_the_platform_names_on_its_own(api: ScriptedApi) -> None:
    own = {"name": "C3.8GB", "plan": "long", "image": "Debian-12-Hardened-Distro", "specs": {"price_per_hour": "free"}}
    api.expect(systems(), plans("Debian", "12", "Debian", own))
    found = run(images=["Debian-12-Hardened-Distro"])
    assert [(plan["id"], plan["price_per_hour"], plan["commitments"]) for plan in found["plans"]] == [("long", None, [])]


def test_a_kind_of_node_that_a_version_does_not_have(api: ScriptedApi) -> None:
    query = {"display_category": nodes.LINUX, "category": "Debian", "os": "Debian", "osversion": "12"}
    refused = Step("GET", "images/", refusal(400, "no such version"), None, query)
    api.expect(systems(), together(plans(), plans(*DOCKER), refused))
    assert {plan["os"] for plan in run()["plans"]} == {"Ubuntu"}


def test_a_catalog_that_refuses_everything_is_not_an_empty_one(api: ScriptedApi) -> None:
    refusals = [Step("GET", "images/", refusal(412, "Functions are off"), None, plans(*of).query) for of in ((), DOCKER, DEBIAN)]
    api.expect(systems(), together(*refusals))
    failed = run()
    assert (failed.code, "Functions are off" in failed.msg) == ("refused", True)


def test_what_there_is_not(api: ScriptedApi) -> None:
    api.expect(systems())
    assert "There are: Linux Virtual Node." in run(categories=["GPU"]).msg
    api.expect(Step("GET", "images/os-category/", ok({"other": 1}), None))
    assert run().code == "protocol"


def test_commitments(api: ScriptedApi) -> None:
    offer = {"committed_sku_id": 7, "committed_sku_name": "a month", "committed_days": 30, "committed_sku_price": 2008.8}
    own = {"name": "Z", "plan": "long", "image": "Debian-12-Distro", "specs": {"price_per_hour": 1, "committed_sku": [offer]}}
    api.expect(systems(), plans("Debian", "12", "Debian", own))
    assert run(images=["Debian 12"], names=["Z"])["plans"][0]["commitments"] == [{"id": 7, "name": "a month", "days": 30, "price": 2008.8}]


def test_spellings() -> None:
    assert image_words("Ubuntu-24.04-Distro") == image_words("ubuntu 24.04") == "ubuntu 24 04"
    assert names_system("CentOS-7", "CentOS", "7", "CentOS")
    assert names_system("docker-ubuntu-22.04-distro", "Ubuntu", "22.04", "Docker")
    assert not names_system("Ubuntu 22.04", "Ubuntu", "22.04", "Docker")
    assert same_plan("C3-4vCPU-8RAM-100DISK-C3.8GB-Ubuntu-24.04-Delhi", "C3.8GB")
    assert not same_plan("C3-4vCPU-8RAM-100DISK-C3.8GB-Ubuntu-24.04-Delhi", "C3.8")
