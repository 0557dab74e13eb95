# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A name stands for one host or for one group, whatever nodes and labels are called."""

from __future__ import annotations

import typing as t

import pytest
from ansible.inventory.data import InventoryData
from ansible.inventory.manager import InventoryManager, split_host_pattern
from ansible.parsing.dataloader import DataLoader
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ScriptedApi, together
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.conftest import Reader
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.nodes import detail, detailed, listed, listing

BY_LABEL: dict[str, t.Any] = {"keyed_groups": [{"key": "e2e_label", "separator": ""}]}


def labelled(api: ScriptedApi, *nodes: tuple[int, str, str]) -> None:
    """Expect that these nodes are read, each by its id, name and label."""
    details = [detail(detailed(number, name, label=label)) for number, name, label in nodes]
    api.expect(listing(*(listed(number, name) for number, name, label in nodes)), together(*details))


def members(inventory: InventoryData, group: str) -> list[str]:
    return sorted(host.name for host in inventory.groups[group].get_hosts())


def matched(inventory: InventoryData, pattern: str) -> list[str]:
    """The hosts that a play for this pattern runs on."""
    manager = InventoryManager(loader=DataLoader(), sources=None, parse=False)
    manager._inventory = inventory
    return sorted(host.name for host in manager.get_hosts(pattern))


@pytest.mark.parametrize("name", ["all", "ungrouped", "localhost", "127.0.0.1"])
def test_names_of_ansible_are_no_hosts(api: ScriptedApi, reader: Reader, name: str) -> None:
    inventory = InventoryData()
    inventory.add_host("mine")
    api.expect(listing(listed(1, name), listed(2, "db")))

    reader.read({}, into=inventory)
    inventory.reconcile_inventory()

    assert sorted(inventory.hosts) == sorted([f"{name}-1", "db", "mine"])
    assert inventory.hosts[f"{name}-1"].vars["e2e_name"] == name
    assert matched(inventory, "all") == sorted(inventory.hosts)
    assert inventory.get_host("localhost").implicit
    assert reader.warnings == [f"Ansible keeps these names for itself, so the hosts got their id as a suffix: {name} (1)."]


def test_a_group_of_the_file_keeps_its_name(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(listed(1, "web"), listed(2, "db"), listed(3, "idle")))
    inventory = reader.read({"groups": {"web": "e2e_id < 3", "idle": "false"}})
    assert sorted(inventory.hosts) == ["db", "idle-3", "web-1"]
    assert matched(inventory, "web") == ["db", "web-1"]
    (warning,) = reader.warnings
    assert "idle (3), web (1)" in warning
    assert "hostnames" in warning


@pytest.mark.parametrize("swapped", [False, True])
def test_a_keyed_group_keeps_its_name_whichever_comes_first(api: ScriptedApi, reader: Reader, swapped: bool) -> None:
    # Hosts are added by name: in one case the group is there before the host, in the other after it.
    first, second = ("web", "app") if swapped else ("app", "web")
    labelled(api, (1, "web", first), (2, "app", second), (3, "zoo", first), (4, "db", second))
    inventory = reader.read({**BY_LABEL, "groups": {"even": "e2e_id % 2 == 0"}, "strict": True})
    inventory.reconcile_inventory()
    assert sorted(inventory.hosts) == ["app-2", "db", "web-1", "zoo"]
    assert matched(inventory, first) == members(inventory, first) == ["web-1", "zoo"]
    assert matched(inventory, second) == members(inventory, second) == ["app-2", "db"]
    assert matched(inventory, "even") == ["app-2", "db"]
    assert inventory.groups["web"].get_vars() == inventory.groups["app"].get_vars() == {}
    (warning,) = reader.warnings
    assert "app (2), web (1)" in warning
    assert "prefix" in warning


def test_a_parent_group_keeps_its_name(api: ScriptedApi, reader: Reader) -> None:
    labelled(api, (1, "labels", "web"), (2, "db", "labels"))
    inventory = reader.read({"keyed_groups": [{"key": "e2e_label", "separator": "", "parent_group": "labels"}]})
    inventory.reconcile_inventory()
    assert sorted(inventory.hosts) == ["db", "labels-1"]
    assert members(inventory, "labels") == ["db", "labels-1"]
    assert members(inventory, "web") == ["labels-1"]


def test_groups_by_the_name_of_the_host(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(listed(1, "web"), listed(2, "db-2")))
    inventory = reader.read({"keyed_groups": [{"key": "inventory_hostname", "separator": ""}]})
    assert {name: members(inventory, name) for name in ("web_1", "db_2")} == {"web_1": ["web-1"], "db_2": ["db-2"]}
    assert set(inventory.groups) == {"all", "ungrouped", "web_1", "db_2"}


def test_a_label_all_with_a_parent_group_does_not_reach_other_sources(api: ScriptedApi, reader: Reader) -> None:
    labelled(api, (1, "web", "all"))
    message = reader.refuse({"keyed_groups": [{"key": "e2e_label", "separator": "", "parent_group": "labels"}]})
    assert "all" in message
    assert "labels" in message
    assert "prefix" in message


def test_a_label_all_alone_is_harmless(api: ScriptedApi, reader: Reader) -> None:
    labelled(api, (1, "web", "all"), (2, "db", "ungrouped"))
    inventory = reader.read(BY_LABEL)
    inventory.reconcile_inventory()
    assert members(inventory, "all") == members(inventory, "ungrouped") == ["db", "web"]


def test_a_group_of_another_source_gets_no_variables(api: ScriptedApi, reader: Reader) -> None:
    inventory = InventoryData()
    inventory.add_group("web")
    inventory.add_host("mine", "web")
    api.expect(listing(listed()))
    reader.read({"keyed_groups": [{"key": "e2e_status", "prefix": "status"}]}, into=inventory)
    # These two are set by Ansible.
    assert set(inventory.groups["web"].get_vars()) == {"inventory_file", "inventory_dir"}
    assert members(inventory, "web") == ["mine"]
    assert inventory.hosts["web"].vars["e2e_id"] == 7
    assert members(inventory, "status_running") == ["web"]


def test_groups_that_contradict_another_source_add_no_host(api: ScriptedApi, reader: Reader) -> None:
    inventory = InventoryData()
    for name in ("running", "everything"):
        inventory.add_group(name)
    inventory.add_child("running", "everything")
    api.expect(listing(listed()))
    with pytest.raises(Exception, match="recursive"):
        reader.read({"keyed_groups": [{"key": "e2e_status", "separator": "", "parent_group": "everything"}]}, into=inventory)
    assert not inventory.hosts


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("web,db", "web_db"),
        ("web[1:3]", "web_1_3_"),
        ("a b", "a_b"),
        ("a:b", "a_b"),
        ("web\nx", "web_x"),
        ("!web", "_web"),
        ("~web", "_web"),
        ("../../x", "_._.._x"),
        ("-web", "_web"),
        ("web*", "web_"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%a,b", "fe80__1_a_b"),
        ("10.0.0.1", "10.0.0.1"),
        ("Web_1.example-2.com", "Web_1.example-2.com"),
        ("ünï", "ünï"),
    ],
)
def test_characters_with_a_meaning_in_patterns(api: ScriptedApi, reader: Reader, given: str, name: str) -> None:
    labelled(api, (1, "web", given), (2, "db", "other"))
    inventory = reader.read({"hostnames": ["e2e_label"]})
    assert sorted(inventory.hosts) == sorted([name, "other"])
    # As AWX limits a job to the hosts that failed.
    assert split_host_pattern(name) == matched(inventory, name) == [name]
    assert len(reader.warnings) == (given != name)
    assert all(f"{name} (1)" in warning for warning in reader.warnings)


def test_names_that_become_the_same_stay_apart(api: ScriptedApi, reader: Reader) -> None:
    labelled(api, (1, "a", "x y"), (2, "b", "x,y"))
    assert sorted(reader.read({"hostnames": ["e2e_label"]}).hosts) == ["x_y-1", "x_y-2"]


def test_files_of_one_run_do_not_make_one_host_of_two_nodes(api: ScriptedApi, reader: Reader) -> None:
    """Ansible gives each file the same inventory, where a second host of a name only changes the first one."""
    inventory = InventoryData()
    inventory.add_host("db")
    api.expect(listing(listed(1, "web", public_ip_address="203.0.113.1"), listed(2, "db")))
    reader.read({}, into=inventory)
    api.expect(listing(listed(1, "web", public_ip_address="203.0.113.9"), listed(7, "app"), project_id="43"))
    reader.read({"project_id": "43"}, into=inventory)

    assert sorted(inventory.hosts) == ["app", "db", "web", "web-1"]
    assert (inventory.hosts["web"].vars["ansible_host"], inventory.hosts["web"].vars["e2e_project_id"]) == ("203.0.113.1", "42")
    assert (inventory.hosts["web-1"].vars["ansible_host"], inventory.hosts["web-1"].vars["e2e_project_id"]) == ("203.0.113.9", "43")
    (warning,) = reader.warnings
    assert warning.startswith("Another file of this plugin has other nodes of these names, so the hosts got their id as a suffix: web (1).")
    assert "hostnames" in warning


def test_a_node_that_two_files_find_is_one_host(api: ScriptedApi, reader: Reader) -> None:
    inventory = InventoryData()
    for unused in range(2):
        api.expect(listing(listed(1, "web")))
        reader.read({}, into=inventory)
    assert sorted(inventory.hosts) == ["web"] and not reader.warnings

    api.expect(listing(listed(2, "web")))
    assert sorted(reader.read({}).hosts) == ["web"], "another run begins anew"
