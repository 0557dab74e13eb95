# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_rules import DIRECTIONS, PROTOCOLS, Rule, read_rule, wanted_rule
from hypothesis import given
from hypothesis import strategies as st


def option(**fields: t.Any) -> dict[str, t.Any]:
    return {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "22", "network": "any", "description": "", **fields}


def read(**fields: t.Any) -> Rule:
    base = {"id": 1, "rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "22", "network": "any", "network_cidr": "--", "network_size": 1}
    return read_rule({**base, "vpc_id": None, "description": None, "is_active": True, "created_at": "today", **fields})


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ({}, {}),
        ({}, {"description": "--"}),
        ({}, {"network": "Any", "network_cidr": ""}),
        ({}, {"rule_type": "INBOUND", "protocol_name": "custom_tcp"}),
        ({"port_range": "22-22"}, {"port_range": 22}),
        ({"port_range": "00022"}, {"port_range": "22"}),
        ({"port_range": "022-080"}, {"port_range": "22-80"}),
        ({"port_range": "22"}, {"port_range": "00022"}),
        ({"port_range": "8000 - 9000"}, {"port_range": "8000-9000"}),
        ({"port_range": "all"}, {"port_range": "All"}),
        ({"protocol_name": "ICMP", "port_range": None}, {"protocol_name": "ICMP", "port_range": "--"}),
        ({"protocol_name": "All", "port_range": "All"}, {"protocol_name": "All", "port_range": ""}),
        ({"network": "10.0.0.0/24"}, {"network": "manual", "network_cidr": "10.0.0.0/24", "network_size": 1}),
        ({"network": "10.0.0.0/24"}, {"network": "manual", "network_cidr": "10.0.0.0", "network_size": 256}),
        ({"network": "10.0.0.0/24"}, {"network": "10.0.0.0/24", "network_cidr": None, "network_size": None}),
        ({"network": "10.0.0.7"}, {"network": "manual", "network_cidr": "10.0.0.7", "network_size": 1}),
        ({"network": "10.0.0.7"}, {"network": "manual", "network_cidr": "10.0.0.7/32"}),
        ({"network": "vpc_77"}, {"network": "myNetwork", "network_cidr": "vpc_77", "network_size": 512, "vpc_id": 77}),
        ({"network": "vpc_77"}, {"network": "myNetwork", "network_cidr": "--", "vpc_id": 77}),
        ({"network": "VPC_77"}, {"network": "mynetwork", "network_cidr": "VPC_77", "vpc_id": 77}),
        ({"network": "ANY "}, {}),
        ({"description": " ssh "}, {"description": "ssh"}),
        ({"description": "ssh"}, {"description": " ssh\n"}),
        ({"description": "none"}, {"description": "none"}),
        ({"description": " -- "}, {"description": None}),
    ],
)
def test_one_rule_in_several_spellings(wanted: dict[str, t.Any], there: dict[str, t.Any]) -> None:
    assert wanted_rule(option(**wanted), 1) == read(**there)


@pytest.mark.parametrize(
    "there",
    [
        {"rule_type": "Outbound"},
        {"protocol_name": "Custom_UDP"},
        {"port_range": "23"},
        {"port_range": "All"},
        {"network": "manual", "network_cidr": "10.0.0.0/8"},
        {"network": "myNetwork", "network_cidr": "vpc_1"},
        {"description": "ssh"},
        {"description": "none"},
    ],
)
def test_another_rule(there: dict[str, t.Any]) -> None:
    assert wanted_rule(option(), 1) != read(**there)


rules = st.builds(
    Rule,
    direction=st.sampled_from(DIRECTIONS),
    protocol=st.sampled_from(PROTOCOLS[-2:]),
    ports=st.sampled_from(["All", "22", "8000-9000"]),
    network=st.one_of(
        st.just("any"),
        st.integers(1, 10**6).map(lambda number: f"vpc_{number}"),
        st.ip_addresses(network="10.0.0.0/8").map(lambda address: f"{address}/32"),
        st.integers(8, 31).map(lambda prefix: f"10.0.0.0/{prefix}"),
    ),
    description=st.sampled_from(["", "none", "SSH from the office"]),
)


@given(rules)
def test_what_is_sent_reads_back_as_the_same_rule(rule: Rule) -> None:
    sent = rule.payload()
    assert read_rule(sent) == rule
    assert read_rule({**sent, "id": 3, "deleted": False}).payload() == sent
    # The prefix can come back apart from the address, as a number of addresses.
    if sent["network"] == "manual":
        assert read_rule({**sent, "network_cidr": sent["network_cidr"].partition("/")[0]}) == rule
    assert wanted_rule(rule.as_dict(), 1) == rule


def test_what_was_read_is_sent_back_in_its_own_words() -> None:
    raw = {"rule_type": "Inbound", "protocol_name": "New_Protocol", "port_range": "7", "network": "elsewhere", "network_cidr": "x", "network_size": 3}
    assert read_rule({**raw, "id": 9, "is_active": True, "security_group": 4}).payload() == raw


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"port_range": None}, "Custom_TCP needs port_range"),
        ({"port_range": ""}, "Custom_TCP needs port_range"),
        ({"port_range": " --"}, "Custom_TCP needs port_range"),
        ({"port_range": "none"}, "not a port"),
        ({"port_range": "-"}, "not a port"),
        ({"port_range": "000"}, "not a port"),
        ({"port_range": "22-"}, "port_range '22-' is not a port"),
        ({"port_range": "0"}, "not a port"),
        ({"port_range": "70000"}, "not a port"),
        ({"port_range": "9000-8000"}, "not a port"),
        ({"port_range": "ssh"}, "not a port"),
        ({"protocol_name": "ICMP"}, "ICMP has no ports to choose"),
        ({"network": "everywhere"}, "network 'everywhere' is not any"),
        ({"network": "10.0.0.1/24"}, "has host bits set"),
        ({"network": ""}, "network '' is not any"),
    ],
)
def test_what_cannot_be_a_rule(fields: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(InputError, match="rules: rule 3: ") as caught:
        wanted_rule(option(**fields), 3)
    assert problem in caught.value.message


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Inbound Custom_TCP 22 from any"),
        ({"rule_type": "Outbound", "network": "10.0.0.0/24", "description": "ssh"}, "Outbound Custom_TCP 22 to 10.0.0.0/24 (ssh)"),
        ({"protocol_name": "ICMP", "port_range": None}, "Inbound ICMP from any"),
    ],
)
def test_a_rule_in_a_diff(fields: dict[str, t.Any], text: str) -> None:
    assert str(wanted_rule(option(**fields), 1)) == text
