# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of security groups: one spelling for comparing, the API's own for sending (reference D.2). Pure."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import note, number, text

DIRECTIONS = ("Inbound", "Outbound")
PROTOCOLS = ("All", "All_TCP", "All_UDP", "ICMP", "Custom_TCP", "Custom_UDP")
# The others have no ports to choose.
_WITH_PORTS = ("Custom_TCP", "Custom_UDP")

ANY = "any"
VPC = "myNetwork"
MANUAL = "manual"

# What the vendor's provider sends for a VPC (reference D.2).
_VPC_SIZE = 512

# What is sent back of a rule; the rest of what is read describes it (reference D.2).
_SENT = ("rule_type", "protocol_name", "port_range", "network", "network_cidr", "network_size", "vpc_id", "description")


@dataclass(frozen=True, order=True)
class Rule:
    """One rule in its one spelling, so that equal rules are equal objects.

    :param ports: ``All``, a port, or two with a hyphen.
    :param network: ``any``, ``vpc_`` and the number of a VPC, or a network in CIDR form.
    :param read: the rule in the API's own words, where it comes from there.
    """

    direction: str
    protocol: str
    ports: str
    network: str
    description: str
    read: t.Mapping[str, t.Any] | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        way = "from" if self.direction == "Inbound" else "to"
        ports = "" if self.protocol not in _WITH_PORTS else f" {self.ports}"
        note = f" ({self.description})" if self.description else ""
        return f"{self.direction} {self.protocol}{ports} {way} {self.network}{note}"

    def payload(self) -> dict[str, t.Any]:
        """The rule as the API takes it: as it was read, or in the structured form, which is also what it returns."""
        if self.read is not None:
            return dict(self.read)
        body: dict[str, t.Any] = {
            "rule_type": self.direction,
            "protocol_name": self.protocol,
            "port_range": self.ports,
            "description": self.description,
        }
        if self.network == ANY:
            return {**body, "network": ANY}
        if self.network.startswith("vpc_"):
            return {**body, "network": VPC, "network_cidr": self.network, "network_size": _VPC_SIZE}
        return {**body, "network": MANUAL, "network_cidr": self.network, "network_size": _addresses(self.network)}

    def as_dict(self) -> dict[str, t.Any]:
        """The rule as modules take and return it."""
        return {
            "rule_type": self.direction,
            "protocol_name": self.protocol,
            "port_range": self.ports,
            "network": self.network,
            "description": self.description,
        }


def _addresses(network: str) -> int:
    try:
        return ipaddress.ip_network(network).num_addresses
    except ValueError:
        return 1


def _matching(choices: t.Iterable[str], value: t.Any) -> str:
    """The API's spelling of a word, or the word itself where it is a new one."""
    given = str(value or "").strip()
    return next((choice for choice in choices if choice.lower() == given.lower()), given)


def _ports(protocol: str, value: t.Any) -> str:
    given = re.sub(r"\s", "", str(value or ""))
    if protocol not in _WITH_PORTS or given.lower() in ("", "--", "all"):
        return "All"
    bounds = [bound.lstrip("0") or bound[:1] for bound in given.split("-")]
    return bounds[0] if len(bounds) == 2 and bounds[0] == bounds[1] else "-".join(bounds)


def _cidr(address: str, size: int | None) -> str:
    """A network in CIDR form. Without a prefix the number of addresses counts, where it makes a network."""
    try:
        network = ipaddress.ip_network(address, strict=False)
        if "/" not in address and size and size > 1 and size & (size - 1) == 0:
            network = ipaddress.ip_network(f"{address}/{network.max_prefixlen - size.bit_length() + 1}", strict=False)
    except ValueError:
        return address
    return str(network)


def read_rule(raw: t.Mapping[str, t.Any]) -> Rule:
    """A rule as the API returns it, tolerant of both forms of its network (reference D.2)."""
    protocol = _matching(PROTOCOLS, raw.get("protocol_name"))
    kind, cidr, vpc = text(raw.get("network")) or ANY, text(raw.get("network_cidr")), number(raw.get("vpc_id"))
    if kind.lower() == ANY:
        network = ANY
    elif kind.lower() == VPC.lower():
        network = cidr.lower() if cidr else f"vpc_{vpc}"
    else:
        network = _cidr(cidr or "" if kind.lower() == MANUAL else kind, number(raw.get("network_size")))
    return Rule(
        direction=_matching(DIRECTIONS, raw.get("rule_type")),
        protocol=protocol,
        ports=_ports(protocol, raw.get("port_range")),
        network=network,
        description=note(raw.get("description")),
        read={key: raw[key] for key in _SENT if key in raw},
    )


def wanted_rule(option: t.Mapping[str, t.Any], position: int) -> Rule:
    """A rule as a user gives it.

    :param position: from 1, to name it in a message.
    :raises InputError: it cannot be a rule.
    """
    where = f"rules: rule {position}"
    protocol, ports = option["protocol_name"], _ports(option["protocol_name"], option["port_range"])
    given = (option["port_range"] or "").strip()
    # An empty one, such as a blank field of a survey, must never open all ports.
    if protocol in _WITH_PORTS and ports == "All" and given.lower() != "all":
        raise InputError(f"{where}: {protocol} needs port_range: a port, two with a hyphen such as 8000-9000, or All.")
    if protocol not in _WITH_PORTS and text(given) and given.lower() != "all":
        raise InputError(f"{where}: {protocol} has no ports to choose. Use {' or '.join(_WITH_PORTS)} for port_range {given}.")
    if ports != "All":
        bounds = [int(part) for part in ports.split("-")] if re.fullmatch(r"[0-9]{1,5}(-[0-9]{1,5})?", ports) else []
        if not bounds or not all(1 <= bound <= 65535 for bound in bounds) or bounds != sorted(bounds):
            raise InputError(f"{where}: port_range {option['port_range']!r} is not a port, two with a hyphen such as 8000-9000, or All.")
    return Rule(option["rule_type"], protocol, ports, _wanted_network(option["network"], where), note(option["description"]))


def _wanted_network(value: str, where: str) -> str:
    given = value.strip().lower()
    if given == ANY:
        return ANY
    if re.fullmatch(r"vpc_[0-9]+", given):
        return given
    try:
        return str(ipaddress.ip_network(given))
    except ValueError as error:
        raise InputError(
            f"{where}: network {value!r} is not any, an address, a network such as 10.0.0.0/24, or vpc_ and the id of a VPC ({error})."
        ) from None
