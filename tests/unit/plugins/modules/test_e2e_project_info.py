# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_project_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, ScriptedApi, Step, ok, refusal, run_module

PROJECTS = [
    {"project_id": 42, "name": "web", "is_default": False, "is_starred": True},
    {"project_id": "7", "name": "default", "is_default": True, "is_starred": False},
    {"name": "no number"},
]
UNSCOPED: dict[str, t.Any] = {name: value for name, value in CREDENTIALS.items() if name not in ("project_id", "location")}


def listing() -> Step:
    return Step("GET", "pbac/project/", ok(PROJECTS), None, {"project_id": None, "location": None})


def test_without_a_project_and_a_location(api: ScriptedApi) -> None:
    api.expect(listing())
    found = run_module(e2e_project_info, UNSCOPED)
    assert found["projects"] == [
        {"id": 7, "name": "default", "is_default": True, "is_starred": False, "owned": True, "crn": None},
        {"id": 42, "name": "web", "is_default": False, "is_starred": True, "owned": True, "crn": None},
    ]
    assert found["missing"] == []


def test_by_name(api: ScriptedApi) -> None:
    api.expect(listing())
    found = run_module(e2e_project_info, {**CREDENTIALS, "names": ["web", "mail"]})
    assert ([project["id"] for project in found["projects"]], found["missing"]) == ([42], ["mail"])


def accounts(*others: str) -> Step:
    entries = [{"crn": "crn-own", "iam_type": "Owner"}, *({"crn": crn, "iam_type": "IAM"} for crn in others), {"iam_type": "IAM"}]
    return Step("GET", "iam/multi-crn/", ok({"crn_data": entries, "last_used_project": 42}), None, {"project_id": None, "location": None})


def of_account(crn: str, *projects: dict[str, t.Any]) -> Step:
    return Step("GET", "pbac/projects-header/", ok(list(projects)), None, {"project_id": None, "location": None, "crn": crn})


def test_shared_ones_come_from_the_accounts_that_share_them(api: ScriptedApi) -> None:
    api.expect(accounts("crn-a"), listing(), of_account("crn-a", {"project_id": 9, "name": "ours"}, {"project_id": 42, "name": "web"}))
    found = run_module(e2e_project_info, {**UNSCOPED, "shared": True})
    shared = {"id": 9, "name": "ours", "is_default": None, "is_starred": None, "owned": False, "crn": "crn-a"}
    assert [(project["id"], project["owned"], project["crn"]) for project in found["projects"]] == [
        (7, True, "crn-own"),
        (9, False, "crn-a"),
        (42, True, "crn-own"),
    ]
    assert found["projects"][1] == shared
    api.expect(accounts(), listing())
    assert [project["id"] for project in run_module(e2e_project_info, {**UNSCOPED, "shared": True})["projects"]] == [7, 42]


def test_a_part_of_the_shared_ones_is_never_returned(api: ScriptedApi) -> None:
    api.expect(Step("GET", "iam/multi-crn/", ok([]), None, {"project_id": None, "location": None}))
    assert run_module(e2e_project_info, {**UNSCOPED, "shared": True}).code == "protocol"
    denied = Step("GET", "pbac/projects-header/", refusal(403, "no"), None, {"project_id": None, "location": None, "crn": "crn-a"})
    api.expect(accounts("crn-a"), listing(), denied)
    assert run_module(e2e_project_info, {**UNSCOPED, "shared": True}).code == "authentication"
