# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of hosts are unique and do not depend on the order of the nodes."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.inventory_hosts import among, clashes, safe_name, unique_names
from hypothesis import given
from hypothesis import strategies as st

# Few names and ids, and names that look like a name with a suffix, so that everything clashes.
NODES = st.lists(
    st.tuples(
        st.sampled_from(["web", "web-1", "web-1-1", "web-1-1-Delhi", "db", "all", "all-1"]),
        st.integers(1, 3),
        st.sampled_from("12"),
        st.sampled_from(["Delhi", "Chennai"]),
    ),
    unique_by=lambda node: node[1:],
    max_size=12,
)

TAKEN = frozenset({"all", "db-2"})


def named(nodes: t.Sequence[tuple[str, int, str, str]]) -> dict[tuple[int, str, str], str]:
    records = [{"name": name, "id": number, "project_id": project, "location": location} for name, number, project, location in nodes]
    names = unique_names([record["name"] for record in records], records, TAKEN)
    return {node[1:]: name for node, name in zip(nodes, names)}


@given(NODES)
def test_no_two_nodes_share_a_name(nodes: list[tuple[str, int, str, str]]) -> None:
    found = named(nodes)
    assert len(set(found.values()) - TAKEN) == len(nodes)


@given(NODES, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(nodes: list[tuple[str, int, str, str]], chance: t.Any) -> None:
    shuffled = chance.sample(nodes, len(nodes))
    assert named(nodes) == named(shuffled)


@given(NODES)
def test_a_name_that_is_its_own_stays(nodes: list[tuple[str, int, str, str]]) -> None:
    names = [node[0] for node in nodes]
    if len(set(names) - TAKEN) == len(names):
        assert list(named(nodes).values()) == names


def test_one_id_in_two_locations() -> None:
    assert list(named([("web", 1, "1", "Delhi"), ("web", 1, "1", "Chennai")]).values()) == ["web-1-1-Delhi", "web-1-1-Chennai"]


def test_clashes_tell_the_ids() -> None:
    records = [{"id": 1}, {"id": 2}, {"id": 3}]
    assert clashes(["web", "db", "web"], records) == ["web (1, 3)"]
    assert among(TAKEN, ["web", "all", "web"], records) == ["all (2)"]


@given(st.text(min_size=1))
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    safe = safe_name(name)
    assert safe_name(safe) == safe
    assert len(safe) == len(name)
