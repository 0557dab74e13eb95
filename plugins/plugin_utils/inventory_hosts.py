# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From records of nodes to hosts: variables, addresses and names. Pure."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.inventory_records import Record

_PUBLIC, _PRIVATE = "public_ip_address", "private_ip_address"
_ADDRESSES = {"public": [_PUBLIC], "private": [_PRIVATE], "auto": [_PUBLIC, _PRIVATE]}

_UNFIT = re.compile(r"^[^\w]|[^\w.-]")


# What no two nodes share, across all accounts and places. Whether an id alone is unique is not documented.
Identity = tuple[str, str, str, int]


def identity(record: Record, endpoint: str) -> Identity:
    """Which node this is.

    :param endpoint: the address of the API that knows it.
    """
    return endpoint, record["project_id"], record["location"], record["id"]


def variables(record: Record, prefix: str, host_address: str) -> dict[str, t.Any]:
    """The variables of one host: its fields with the prefix, and the address to connect to if it has that kind."""
    found = {prefix + field: value for field, value in record.items()}
    address = next((record[field] for field in _ADDRESSES[host_address] if record[field]), None)
    return {**found, "ansible_host": address} if address else found


def safe_name(name: str) -> str:
    """The name with an underscore for each character that host patterns, the command line or paths give a meaning, as Ansible does it for groups.

    A host ``a,b`` could not be named: ``--limit a,b``, with which AWX repeats a job on hosts that failed, means two others.
    """
    return name if _is_ipv6(name) else _UNFIT.sub("_", name)


def unique_names(wanted: t.Sequence[str], records: t.Sequence[Record], taken: t.AbstractSet[str] = frozenset()) -> list[str]:
    """A name for each record. All that would share one or get a taken one get their id as a suffix, so that none depends on the order.

    :param wanted: the names they would have, in the order of the records.
    :param taken: names that none may have.
    """
    names = list(wanted)
    while groups := _unfit(names, taken):
        for members in groups.values():
            # Whether an id is unique beyond its project and location is not documented.
            has_own_id = len({records[index]["id"] for index in members}) == len(members)
            suffix = "-{id}" if has_own_id else "-{id}-{project_id}-{location}"
            for index in members:
                names[index] = safe_name(names[index] + suffix.format_map(records[index]))
    return names


def clashes(wanted: t.Sequence[str], records: t.Sequence[Record]) -> list[str]:
    """The names that several records would share, each with the ids of those, for a message."""
    return _with_ids(_unfit(wanted, frozenset()), records)


def among(taken: t.AbstractSet[str], wanted: t.Sequence[str], records: t.Sequence[Record]) -> list[str]:
    """The taken names that records would get, each with the ids of those, for a message."""
    return _with_ids({name: members for name, members in _unfit(wanted, taken).items() if name in taken}, records)


def _with_ids(found: t.Mapping[str, t.Sequence[int]], records: t.Sequence[Record]) -> list[str]:
    return [f"{name} ({', '.join(str(records[index]['id']) for index in members)})" for name, members in found.items()]


def _unfit(names: t.Sequence[str], taken: t.AbstractSet[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        found.setdefault(name, []).append(index)
    return {name: members for name, members in found.items() if len(members) > 1 or name in taken}


def _is_ipv6(name: str) -> bool:
    try:
        return "%" not in name and ipaddress.ip_address(name).version == 6
    except ValueError:
        return False
