# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the account holds. Nested values are plain JSON, so that ``vars()`` of a record is what the state file keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Scope(NamedTuple):
    """A project and a location; an empty location stands for all of them."""

    project_id: str
    location: str


@dataclass
class Record:
    """``location`` is empty for what belongs to a whole project."""

    id: int
    project_id: str
    location: str
    name: str

    @property
    def scope(self) -> Scope:
        return Scope(self.project_id, self.location)


@dataclass
class Node(Record):
    """``plan`` is the short name, ``plan_id`` the long one; ``public_ip`` is empty for none; ``busy`` names an action under way.

    ``protected`` (against accidental deletion) and ``compliant`` are read only: which call sets them is not known.

    ``vpcs`` holds {network_id, subnet_id, ip, state}, the state one of attaching, attached, detaching.
    """

    vm_id: int
    label: str
    plan: str
    plan_id: str
    image: str
    disk: int
    memory: str
    vcpus: int
    price: str
    os: dict[str, str]
    private_ip: str
    created_at: str
    status: str = "Creating"
    public_ip: str = ""
    is_locked: bool = False
    rescue: bool = False
    backups: bool = False
    bitninja: bool = False
    ipv6: bool = False
    encrypted: bool = False
    protected: bool = False
    compliant: bool = False
    disable_password: bool = True
    busy: str = ""
    template_id: int | None = None
    start_scripts: list[str] = field(default_factory=list)
    ssh_keys: list[dict[str, str]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    vpcs: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Image(Record):
    """A saved image; ``template_id`` is what a node is created from, ``size`` is in GB."""

    template_id: int
    size: int
    os: dict[str, str]
    created_at: str
    state: str = "SAVING"


@dataclass
class SshKey(Record):
    """``name`` is the label."""

    text: str
    timestamp: str


@dataclass
class SecurityGroup(Record):
    """``rules`` are kept as they are read."""

    description: str
    rules: list[dict[str, Any]]
    is_default: bool = False


@dataclass
class Vpc(Record):
    """``id`` is the network id, ``vpc_id`` the other number that only the replies to writes show."""

    vpc_id: int
    cidr: str
    is_e2e_vpc: bool
    created_at: str
    state: str = "Creating"
    subnets: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Volume(Record):
    """``size`` is in GB; ``vm_id`` is 0 while it is attached to none; ``busy`` names what is under way."""

    size: int
    iops: int
    status: str = "Creating"
    vm_id: int = 0
    busy: str = ""


@dataclass
class ReservedIp(Record):
    """``name`` is the address; ``vm_id`` is 0 while it is free."""

    kind: str
    bought_at: str
    status: str = "Reserved"
    vm_id: int = 0
    visible: bool = True


@dataclass
class Project(Record):
    """``id`` is the number behind ``project_id``; a project that is shared by others is usable, but not listed."""

    is_default: bool = False
    is_starred: bool = False
    shared: bool = False
