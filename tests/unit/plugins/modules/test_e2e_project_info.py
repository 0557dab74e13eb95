# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_project_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, ScriptedApi, Step, ok, run_module

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
        {"id": 7, "name": "default", "is_default": True, "is_starred": False},
        {"id": 42, "name": "web", "is_default": False, "is_starred": True},
    ]
    assert found["missing"] == []


def test_by_name(api: ScriptedApi) -> None:
    api.expect(listing())
    found = run_module(e2e_project_info, {**CREDENTIALS, "names": ["web", "mail"]})
    assert ([project["id"] for project in found["projects"]], found["missing"]) == ([42], ["mail"])
