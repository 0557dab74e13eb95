# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module and its info twin describe the same resource in the same words. Ansible has no fragments for RETURN, so this holds them together."""

from __future__ import annotations

import importlib
import json
import pathlib
import typing as t

import pytest
import yaml
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.bill import PRICED

MODULES = pathlib.Path(e2e_faas_function.__file__).parent
TWINS = sorted(path.stem.removesuffix("_info") for path in MODULES.glob("*_info.py") if (MODULES / path.name.replace("_info", "")).exists())

#: Fields whose words have to differ, because they speak of options that only one of the two has, or of a prediction.
OWN_WORDS = {
    "e2e_faas_activation": {"namespace"},
    "e2e_faas_function": {"status", "env_names", "secret_env_names", "digest"},
    "e2e_node": {"vpcs", "volumes", "reserved_ips", "security_groups", "security_group_details"},
}
#: Fields that only one of the two has.
OWN_FIELDS = {"e2e_faas_function": {"log"}, "e2e_secret": {"state", "used_by"}}


def described(name: str) -> dict[str, t.Any]:
    """The fields of the resource that a module returns: its largest description, but for what it tells of each of several."""
    module = importlib.import_module(f"ansible_collections.e2enetworks.cloud.plugins.modules.{name}")
    returned = yaml.safe_load(module.RETURN)
    fields = [entry["contains"] for key, entry in returned.items() if "contains" in entry and key != "error" and "failed" not in entry["contains"]]
    return max(fields, key=len)


def words(name: str, entry: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What says the same thing in both; an option of the module is named with its module in the other one."""
    text = json.dumps(entry.get("description")).replace(f"O(e2enetworks.cloud.{name}#module:", "O(")
    inner = {key: words(name, field) for key, field in entry.get("contains", {}).items()}
    return {"type": entry.get("type"), "elements": entry.get("elements"), "description": text, "contains": inner}


@pytest.mark.parametrize("name", TWINS)
def test_twins_say_the_same(name: str) -> None:
    module, info = described(name), described(f"{name}_info")
    assert module.keys() ^ info.keys() == OWN_FIELDS.get(name, set())
    different = {field for field in module.keys() & info.keys() if words(name, module[field]) != words(name, info[field])}
    assert different == OWN_WORDS.get(name, set())


def test_there_are_twins() -> None:
    assert len(TWINS) > 8


def test_what_a_change_costs_is_told_in_the_same_words() -> None:
    found = {}
    for path in MODULES.glob("*.py"):
        returned = yaml.safe_load(importlib.import_module(f"ansible_collections.e2enetworks.cloud.plugins.modules.{path.stem}").RETURN or "{}")
        found |= {path.stem: {key: value for key, value in entry.items() if key != "sample"} for name, entry in returned.items() if name == "cost"}
    assert {f"e2enetworks.cloud.{name}" for name in found} == PRICED
    assert all(entry == found["e2e_vpc"] for entry in found.values())
