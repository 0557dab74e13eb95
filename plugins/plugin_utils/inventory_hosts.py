# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From records of nodes to hosts: variables, addresses and names. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.inventory_records import Record

_PUBLIC, _PRIVATE = "public_ip_address", "private_ip_address"
_ADDRESSES = {"public": [_PUBLIC], "private": [_PRIVATE], "auto": [_PUBLIC, _PRIVATE]}


def variables(record: Record, prefix: str, host_address: str) -> dict[str, t.Any]:
    """The variables of one host: its fields with the prefix, and the address to connect to if it has that kind."""
    found = {prefix + field: value for field, value in record.items()}
    address = next((record[field] for field in _ADDRESSES[host_address] if record[field]), None)
    return {**found, "ansible_host": address} if address else found


def unique_names(wanted: t.Sequence[str], records: t.Sequence[Record]) -> list[str]:
    """A name for each record. All that would share one get their id as a suffix, so that none depends on the order.

    :param wanted: the names they would have, in the order of the records.
    """
    names = list(wanted)
    while groups := _shared(names):
        for members in groups.values():
            # Whether an id is unique beyond its project and location is not documented.
            has_own_id = len({records[index]["id"] for index in members}) == len(members)
            suffix = "-{id}" if has_own_id else "-{id}-{project_id}-{location}"
            for index in members:
                names[index] += suffix.format_map(records[index])
    return names


def clashes(wanted: t.Sequence[str], records: t.Sequence[Record]) -> list[str]:
    """The names that several records would share, each with the ids of those, for a message."""
    return [f"{name} ({', '.join(str(records[index]['id']) for index in members)})" for name, members in _shared(wanted).items()]


def _shared(names: t.Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        found.setdefault(name, []).append(index)
    return {name: members for name, members in found.items() if len(members) > 1}
