# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory: which calls it takes, what a host gets, and how hosts and groups are named."""

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import MISSING, Reply, ScriptedApi, ok, together
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.conftest import Reader
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.nodes import detail, detailed, listed, listing, page

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18

    def trust_as_template(text: str) -> str:
        return text


BASICS = {
    "ansible_host": "198.51.100.7",
    "e2e_id": 7,
    "e2e_name": "web",
    "e2e_status": "running",
    "e2e_public_ip_address": "198.51.100.7",
    "e2e_private_ip_address": "10.0.0.7",
    "e2e_plan": "C3.8GB",
    "e2e_is_locked": False,
    "e2e_recovery_mode": False,
    "e2e_rescue_mode_status": "Disabled",
    "e2e_project_id": "42",
    "e2e_location": "Delhi",
}
DETAILS = {
    "e2e_vm_id": 90007,
    "e2e_label": "web",
    "e2e_created_at": "2026-02-18",
    "e2e_disk": 100,
    "e2e_memory": 8.0,
    "e2e_vcpus": 4,
    "e2e_price": "Rs. 4.1/Hour",
    "e2e_os": {"name": "Ubuntu", "version": "24.04", "category": "Ubuntu", "full_name": "Ubuntu 24.04"},
    "e2e_ssh_keys": [{"label": "me", "fingerprint": "SHA256:cJ6AyISHokEeHuTfufIqhhSS0gxHZRUMDHlKvXD4FHw"}],
    "e2e_security_group_count": 1,
    "e2e_is_vpc_attached": False,
    "e2e_is_encryption_enabled": False,
    "e2e_is_accidental_protection": True,
    "e2e_is_node_compliance": False,
    "e2e_is_active": True,
    "e2e_is_monitored": True,
    "e2e_is_bitninja_active": False,
}


def own_variables(inventory: InventoryData, name: str = "web") -> dict[str, t.Any]:
    """What the plugin has set, without what every host of Ansible has."""
    return {key: value for key, value in inventory.hosts[name].vars.items() if key not in ("inventory_file", "inventory_dir")}


def members(inventory: InventoryData, group: str) -> list[str]:
    return sorted(host.name for host in inventory.groups[group].get_hosts())


def test_the_list_alone_makes_an_inventory(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(listed()))
    assert own_variables(reader.read({})) == BASICS
    assert reader.warnings == []


def test_details_are_read_once_for_each_node(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(listed()), detail(detailed()))
    assert own_variables(reader.read({"fetch_details": "always"})) == {**BASICS, **DETAILS}


@pytest.mark.parametrize(
    "options",
    [
        {"labels": ["web"]},
        {"hostnames": ["e2e_label ~ '-' ~ e2e_id"]},
        {"hostnames": ["e2e_name", "{{ e2e_label }}"]},
        {"compose": {"memory": "e2e_memory * 1024"}},
        {"compose": {"size": "lookup('vars', 'e2e_disk')"}},
        {"groups": {"linux": "e2e_os.name != 'Windows'"}},
        {"keyed_groups": [{"key": "e2e_label", "prefix": "label"}]},
        {"groups": {"protected": "e2e_is_accidental_protection"}},
        {"keyed_groups": [{"key": "e2e_plan", "parent_group": "{{ e2e_label }}"}]},
        {"variable_prefix": "", "hostnames": ["name"], "groups": {"big": "memory > 4"}},
    ],
)
def test_auto_reads_details_when_something_uses_one(api: ScriptedApi, reader: Reader, options: dict[str, t.Any]) -> None:
    api.expect(listing(listed()), detail(detailed()))
    assert len(reader.read(options).hosts) == 1
    if "labels" not in options:
        api.expect(listing(listed()))
        assert len(reader.read({**options, "fetch_details": "never"}).hosts) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"compose": {"user": "'root'"}, "groups": {"up": "e2e_status == 'running'"}, "keyed_groups": [{"key": "e2e_plan"}]},
        {"compose": {"label": "other_label", "broken": "not ) an expression"}},
        {"statuses": ["running"], "hostnames": ["e2e_public_ip_address"]},
        {"groups": {"rescue": "e2e_rescue_mode_status == 'Enabled'"}},
    ],
)
def test_auto_reads_no_details_that_nothing_uses(api: ScriptedApi, reader: Reader, options: dict[str, t.Any]) -> None:
    api.expect(listing(listed()))
    reader.read(options)


def test_only_nodes_that_match_are_read_on_their_own(api: ScriptedApi, reader: Reader) -> None:
    nodes = [listed(1, "a"), listed(2, "b", status="Powered off"), listed(3, "c", status="Stopped"), listed(4, "d", status="Creating")]
    api.expect(listing(*nodes), together(detail(detailed(2, "b", label="db")), detail(detailed(3, "c"))))
    inventory = reader.read({"statuses": ["Powered Off"], "labels": ["db", "cache"]})
    assert list(inventory.hosts) == ["b"]


def test_labels_need_details(api: ScriptedApi, reader: Reader) -> None:
    assert "fetch_details" in reader.refuse({"labels": ["web"], "fetch_details": "never"})


def test_every_project_and_location_is_read(api: ScriptedApi, reader: Reader) -> None:
    scopes = [{"project_id": project, "location": location} for project in ("42", "43") for location in ("Delhi", "Chennai")]
    api.expect(*(listing(listed(index, f"n{index}"), **scope) for index, scope in enumerate(scopes)))
    inventory = reader.read({"projects": [42, "43", 42], "locations": ["Delhi", "Chennai"], "concurrency": 1})
    found = {(host.vars["e2e_project_id"], host.vars["e2e_location"]) for host in inventory.hosts.values()}
    assert found == {(scope["project_id"], scope["location"]) for scope in scopes}


@pytest.mark.parametrize(("host_address", "address"), [("public", None), ("private", "10.0.0.7"), ("auto", "10.0.0.7")])
@pytest.mark.parametrize("nothing", [None, "", "[]"])
def test_no_public_address_has_three_spellings(api: ScriptedApi, reader: Reader, host_address: str, address: str | None, nothing: str | None) -> None:
    api.expect(listing(listed(public_ip_address=nothing)))
    found = own_variables(reader.read({"host_address": host_address}))
    assert found["e2e_public_ip_address"] is None
    assert found.get("ansible_host") == address
    assert reader.warnings == ([] if address else ["No public address, so ansible_host is not set: web."])


@pytest.mark.parametrize(("host_address", "address"), [("public", "198.51.100.7"), ("private", "10.0.0.7"), ("auto", "198.51.100.7")])
def test_the_address_to_connect_to(api: ScriptedApi, reader: Reader, host_address: str, address: str) -> None:
    api.expect(listing(listed()))
    assert own_variables(reader.read({"host_address": host_address}))["ansible_host"] == address


def test_nodes_of_one_name_stay_apart(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(listed(1, "web"), listed(2, "web"), listed(3, "web-1"), listed(4, "db")))
    inventory = reader.read({})
    assert sorted(inventory.hosts) == ["db", "web-1-1", "web-1-3", "web-2"]
    assert inventory.hosts["web-1-3"].vars["e2e_id"] == 3
    assert reader.warnings == ["Several nodes would have the same name, so each got its id as a suffix: web (1, 2)."]


@pytest.mark.parametrize(
    ("hostnames", "name"),
    [
        (["e2e_public_ip_address"], "198.51.100.7"),
        (["e2e_id"], "7"),
        (["e2e_name ~ '.' ~ e2e_location | lower"], "web.delhi"),
        (["{{ e2e_name }}.example.com"], "web.example.com"),
        (["nothing_of_that_name", "e2e_name | upper"], "WEB"),
        (["''", "e2e_missing.deeper"], "web"),
        ([], "web"),
    ],
)
def test_the_first_name_that_there_is(api: ScriptedApi, reader: Reader, hostnames: list[str], name: str) -> None:
    api.expect(listing(listed()))
    assert list(reader.read({"hostnames": hostnames}).hosts) == [name]


def test_a_node_without_a_name(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(listed(name="")))
    assert list(reader.read({}).hosts) == ["node-7"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"hostnames": ["nothing_of_that_name"]}, "nothing_of_that_name"),
        ({"compose": {"x": "nothing_of_that_name"}}, "nothing_of_that_name"),
        ({"groups": {"x": "nothing_of_that_name"}}, "nothing_of_that_name"),
        ({"keyed_groups": [{"key": "nothing_of_that_name"}]}, "nothing_of_that_name"),
        ({"compose": {"x": "e2e_label"}, "fetch_details": "never"}, "e2e_label"),
    ],
)
def test_strict_refuses_what_is_undefined(api: ScriptedApi, reader: Reader, options: dict[str, t.Any], word: str) -> None:
    api.expect(listing(listed()))
    assert word in reader.refuse({**options, "strict": True})
    api.expect(listing(listed()))
    assert list(reader.read(options).hosts) == ["web"]


def test_groups_see_what_was_composed(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(listed(1, "a"), listed(2, "b", status="Powered off")))
    options = {
        "strict": True,
        "compose": {"up": "e2e_status == 'running'", "where": "e2e_location | lower"},
        "groups": {"awake": "up"},
        "keyed_groups": [{"key": "where", "prefix": "in", "parent_group": "everywhere"}, {"key": "e2e_project_id", "prefix": "project"}],
    }
    inventory = reader.read(options)
    assert members(inventory, "awake") == ["a"]
    assert members(inventory, "in_delhi") == members(inventory, "project_42") == ["a", "b"]
    assert [group.name for group in inventory.groups["everywhere"].child_groups] == ["in_delhi"]


def test_hosts_of_other_sources_stay(api: ScriptedApi, reader: Reader) -> None:
    inventory = InventoryData()
    inventory.add_group("mine")
    inventory.add_host("web", "mine")
    inventory.set_variable("web", "colour", "blue")
    api.expect(listing(listed()))
    reader.read({"keyed_groups": [{"key": "e2e_status", "prefix": "", "separator": ""}]}, into=inventory)
    assert own_variables(inventory) == {**BASICS, "colour": "blue"}
    assert members(inventory, "mine") == members(inventory, "running") == ["web"]


@pytest.mark.parametrize("text", ["{{ 6 * 7 }}", "a {% if true %}b{% endif %}", "#jinja2: variable_start_string: '<<'\n<< 6 * 7 >>"])
def test_what_the_api_sends_is_never_a_template(api: ScriptedApi, reader: Reader, text: str) -> None:
    api.expect(listing(listed(name=text, plan=text)), detail(detailed(name=text, plan=text, label=text)))
    options = {"compose": {"copy": "e2e_label", "part": "e2e_os.name"}, "keyed_groups": [{"key": "e2e_label"}], "strict": True}
    inventory = reader.read(options)
    (host,) = inventory.hosts.values()
    templar = Templar(loader=DataLoader(), variables=host.get_vars())
    for name in ("e2e_name", "e2e_plan", "e2e_label", "copy"):
        assert templar.template(trust_as_template("{{ " + name + " }}!")) == text + "!"
    assert not any(character in name for name in (host.name, *inventory.groups) for character in "{#<")
    assert own_variables(inventory, host.name)["part"] == "Ubuntu"


def test_a_node_that_goes_meanwhile_is_left_out(api: ScriptedApi, reader: Reader) -> None:
    details = together(detail(detailed(1, "a")), detail(answer=MISSING, identifier=2))
    api.expect(listing(listed(1, "a"), listed(2, "b")), details)
    with pytest.raises(pytest.fail.Exception):
        # It is looked for in the list again, which this script does not have.
        reader.read({"fetch_details": "always"})
    nodes = iter([page([listed(1, "a"), listed(2, "b")]), page([listed(1, "a")])])
    again = listing(answer=lambda api: next(nodes))
    api.expect(again, details, again)
    assert list(reader.read({"fetch_details": "always"}).hosts) == ["a"]


def test_a_node_that_is_listed_and_has_no_details_is_an_error(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(listed()), detail(answer=MISSING), listing(listed()))
    assert "nodes/7/" in reader.refuse({"fetch_details": "always"})


def test_calls_at_once_are_bounded(api: ScriptedApi, reader: Reader) -> None:
    lock, active, most = threading.Lock(), 0, 0
    gate = threading.Barrier(3)

    def answer(node: dict[str, t.Any]) -> t.Callable[[ScriptedApi], Reply]:
        def reply(unused: ScriptedApi) -> Reply:
            nonlocal active, most
            with lock:
                active += 1
                most = max(most, active)
            # Passed only by three at a time: fewer would wait for ever, and more would be counted.
            gate.wait(30)
            with lock:
                active -= 1
            return ok(node)

        return reply

    nodes = [(index, f"n{index}") for index in range(1, 13)]
    steps = [detail(answer=answer(detailed(*node)), identifier=node[0]) for node in nodes]
    api.expect(listing(*(listed(*node) for node in nodes)), together(*steps))
    assert len(reader.read({"fetch_details": "always", "concurrency": 3}).hosts) == 12
    assert most == 3


def test_ten_thousand_nodes_take_a_hundred_calls(api: ScriptedApi, reader: Reader) -> None:
    def answer(number: int) -> Reply:
        return page([listed(index, f"n{index:05}") for index in range(number * 100 - 99, number * 100 + 1)], 10000, 100)

    pages = [listing(answer=answer(number), number=number) for number in range(1, 101)]
    api.expect(*pages[:2], together(*pages[2:]))
    inventory = reader.read({"compose": {"size": "e2e_plan"}, "keyed_groups": [{"key": "e2e_status"}]})
    assert len(inventory.hosts) == 10000
    assert len(api.sent) == 100
