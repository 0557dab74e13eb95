# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's memory: tables of records, counters, the bill, and their JSON."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from .. import words
from ..envelope import Refused
from ..state import BadState
from .records import Image, Node, Project, Record, ReservedIp, Scope, SecurityGroup, SshKey, Volume, Vpc

R = TypeVar("R", bound=Record)

# Every kind of number begins elsewhere, so that one taken for another is never found by accident.
FIRST = {
    "node": 310001,
    "vm": 815001,
    "image": 1001,
    "template": 70001,
    "ssh key": 2001,
    "security group": 5001,
    "rule": 60001,
    "VPC": 12001,
    "vpc_id": 45001,
    "subnet": 281,
    "volume": 41001,
    "reserved IP": 9001,
    "action": 990001,
    "label": 3001,
    "public address": 1,
    "private address": 2,
    "network": 0,
}
# Benchmark and private ranges: no address of the emulator leads anywhere.
PUBLIC = ipaddress.ip_network("198.18.0.0/15")
PRIVATE = ipaddress.ip_network("10.0.0.0/9")
NETWORKS = ipaddress.ip_network("10.128.0.0/9")


class Table(Generic[R]):
    """The records of one kind, by id."""

    def __init__(self, what: str, kind: type[R], not_found: str = "{what} {number} not found.") -> None:
        self.what = what
        self._not_found = not_found
        self._kind = kind
        self._records: dict[int, R] = {}

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: R) -> R:
        self._records[record.id] = record
        return record

    def drop(self, number: int) -> None:
        self._records.pop(number, None)

    def find(self, number: int) -> R | None:
        return self._records.get(number)

    def get(self, scope: Scope, number: int) -> R:
        """The record, or a 404 when the project has none of this id there."""
        record = self._records.get(number)
        if record is None or not matches(record, scope):
            raise Refused(404, self._not_found.format(number, number=number, what=self.what[:1].upper() + self.what[1:]))
        return record

    def within(self, scope: Scope) -> list[R]:
        """What a project has there, the newest first (the API promises no order)."""
        return [record for record in reversed(self._records.values()) if matches(record, scope)]

    def named(self, scope: Scope, name: str) -> list[R]:
        return [record for record in self.within(scope) if record.name == name]

    def clear(self) -> None:
        self._records.clear()

    def stored(self) -> list[dict[str, Any]]:
        return [vars(record) for record in self._records.values()]

    def restore(self, stored: list[dict[str, Any]]) -> None:
        self._records = {record.id: record for record in (self._kind(**one) for one in stored)}


def matches(record: Record, scope: Scope) -> bool:
    """Whether a record is in a project and, where both name one, in the location."""
    return record.project_id == scope.project_id and (not scope.location or record.location in ("", scope.location))


class Store:
    """All tables. ``stamp`` gives the time of the bill's entries."""

    def __init__(self, stamp: Callable[[], str]) -> None:
        self._stamp = stamp
        self.nodes = Table("node", Node)
        self.images = Table("image", Image)
        self.ssh_keys = Table("ssh key", SshKey)
        self.groups = Table("security group", SecurityGroup, words.GROUP_NOT_FOUND)
        self.vpcs = Table("VPC", Vpc, words.VPC_NOT_FOUND)
        self.volumes = Table("volume", Volume)
        self.ips = Table("reserved IP", ReservedIp)
        self.projects = Table("project", Project)
        self.bill: list[dict[str, Any]] = []
        self._counters: dict[str, int] = {}
        self._by_vm: dict[int, int] = {}

    @property
    def tables(self) -> dict[str, Table[Any]]:
        return {
            "nodes": self.nodes,
            "images": self.images,
            "ssh_keys": self.ssh_keys,
            "security_groups": self.groups,
            "vpcs": self.vpcs,
            "volumes": self.volumes,
            "reserved_ips": self.ips,
            "projects": self.projects,
        }

    def next(self, kind: str) -> int:
        """The next number of a kind in :data:`FIRST`."""
        number = self._counters.get(kind, FIRST[kind])
        self._counters[kind] = number + 1
        return number

    def new_public_address(self) -> str:
        return str(PUBLIC[self.next("public address")])

    def new_private_address(self) -> str:
        return str(PRIVATE[self.next("private address")])

    def new_network(self) -> str:
        """A /23 of its own, as VPCs get when they name none."""
        return f"{NETWORKS[self.next('network') * 512]}/23"

    def add_node(self, node: Node) -> Node:
        self._by_vm[node.vm_id] = node.id
        return self.nodes.add(node)

    def drop_node(self, node: Node) -> None:
        self._by_vm.pop(node.vm_id, None)
        self.nodes.drop(node.id)

    def vm(self, scope: Scope, vm_id: int) -> Node:
        """The node of a vm id (not of a node id: reference C.5), or a 404."""
        node = self.find_vm(vm_id)
        if node is None or not matches(node, scope):
            raise Refused(404, f"VM {vm_id} not found.")
        return node

    def find_vm(self, vm_id: int) -> Node | None:
        return self.nodes.find(self._by_vm.get(vm_id, 0))

    def ip(self, scope: Scope, address: str) -> ReservedIp | None:
        return next((ip for ip in self.ips.named(scope, address) if ip.visible), None)

    def project_name(self, project_id: str) -> str:
        return next((project.name for project in self.projects if project.project_id == project_id), "")

    def charge(self, kind: str, record: Record, detail: str) -> None:
        """Note that something billable was made."""
        self.bill.append(
            {
                "kind": kind,
                "id": record.id,
                "name": record.name,
                "project_id": record.project_id,
                "location": record.location,
                "detail": detail,
                "created_at": self._stamp(),
                "deleted_at": None,
            }
        )

    def discharge(self, kind: str, number: int) -> None:
        """Note that it is gone; what the account began with was never on the bill."""
        for entry in self.bill:
            if (entry["kind"], entry["id"], entry["deleted_at"]) == (kind, number, None):
                entry["deleted_at"] = self._stamp()

    def clear(self) -> None:
        for table in self.tables.values():
            table.clear()
        self.bill.clear()
        self._counters.clear()
        self._by_vm.clear()

    def stored(self) -> dict[str, Any]:
        return {**{name: table.stored() for name, table in self.tables.items()}, "bill": self.bill, "counters": self._counters}

    def restore(self, stored: dict[str, Any]) -> None:
        """Take over what :meth:`stored` gave; :class:`BadState` for anything else."""
        try:
            for name, table in self.tables.items():
                table.restore(stored[name])
            self.bill, self._counters = list(stored["bill"]), dict(stored["counters"])
        except (TypeError, ValueError, KeyError) as error:
            raise BadState(f"the state file does not hold nodes of this emulator: {error}") from error
        self._by_vm = {node.vm_id: node.id for node in self.nodes}
