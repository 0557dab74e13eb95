# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task means one of what surrounds nodes, the same way for every kind: by its name, by its id, or by both."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from types import ModuleType

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_image, e2e_security_group, e2e_volume, e2e_vpc
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, Run, ScriptedApi, Step, ok, run_module

PAGE = {"page_no": "1", "per_page": "100"}


@dataclass(frozen=True)
class Named:
    """A kind of resource, and one of it with the id 7 and the name ``data``. ``raw`` is what the API says besides its name."""

    module: ModuleType
    listed_at: str
    deleted_at: str
    id_option: str
    name_key: str
    raw: dict[str, t.Any]
    query: dict[str, str]
    prices_at: str = ""

    def listing(self, *names: str) -> Step:
        return Step("GET", self.listed_at, ok([{**self.raw, self.name_key: name} for name in names]), None, self.query)

    def run(self, check: bool = False, **args: t.Any) -> Run:
        return run_module(self.module, {**CREDENTIALS, **args}, check=check)


VOLUME = {"block_id": 7, "status": "Available", "size_string": "250 GB"}
KINDS = (
    Named(e2e_volume, "block_storage/", "block_storage/7/", "volume_id", "name", VOLUME, PAGE, "block_storage/plans/"),
    Named(e2e_vpc, "vpc/list/", "vpc/7/", "vpc_id", "name", {"network_id": 7, "state": "Active"}, PAGE, "vpc/plans/"),
    Named(e2e_security_group, "security_group/", "security_group/7/", "security_group_id", "name", {"id": 7}, {}),
    Named(e2e_image, "images/saved-images/", "images/7/", "image_id", "image_name", {"image_id": "7", "image_state": "READY"}, {}),
)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id_option)


@every_kind
def test_space_around_a_name_does_not_count(api: ScriptedApi, kind: Named) -> None:
    for wanted, there in ((" data\n", "data"), ("data", "data "), ("none", "none")):
        api.expect(kind.listing(there))
        assert kind.run(name=wanted)["changed"] is False


@every_kind
@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_name_means_nothing(api: ScriptedApi, kind: Named, state: str, empty: str) -> None:
    for identity in ({}, {kind.id_option: 7}):
        refused = kind.run(name=empty, state=state, **identity)
        assert (refused.code, "name is empty" in refused.msg) == ("invalid_input", True)


@every_kind
@pytest.mark.parametrize("check", [True, False])
def test_what_is_removed_has_both_the_id_and_the_name(api: ScriptedApi, kind: Named, check: bool) -> None:
    api.expect(kind.listing("data"))
    refused = kind.run(check=check, name="other", state="absent", **{kind.id_option: 7})
    assert (refused.code, refused["changed"], "is named data, not other" in refused.msg) == ("invalid_input", False, True)
    for name in ("data", None):
        prices = [Step("GET", kind.prices_at, ok([]), None)] if kind.prices_at else []
        removal = prices if check else [*prices, Step("DELETE", kind.deleted_at, ok(), None), kind.listing()]
        api.expect(kind.listing("data"), *removal)
        assert kind.run(check=check, name=name, state="absent", **{kind.id_option: 7})["changed"] is True
