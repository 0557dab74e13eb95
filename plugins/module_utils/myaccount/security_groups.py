# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups and the nodes they protect: paths, payloads and parsing (reference D.2, C.5)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import note, number, title
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import remove
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_rules import Rule, read_rule
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport


@dataclass(frozen=True)
class SecurityGroup:
    """A group as the API returns it; ``rules`` are a set.

    :param tells_rules: whether the answer held the rules at all.
    """

    id: int
    name: str
    description: str
    is_default: bool
    rules: frozenset[Rule]
    tells_rules: bool = True


def _parse(raw: t.Mapping[str, t.Any]) -> SecurityGroup | None:
    identifier = number(raw.get("id"))
    if identifier is None:
        return None
    rules = raw.get("rules")
    return SecurityGroup(
        id=identifier,
        name=title(raw.get("name")),
        description=note(raw.get("description")),
        is_default=bool(raw.get("is_default")),
        rules=frozenset(read_rule(rule) for rule in rules if isinstance(rule, dict) and not rule.get("deleted")) if isinstance(rules, list) else frozenset(),
        tells_rules=isinstance(rules, list),
    )


class SecurityGroupsClient:
    """The calls of reference D.2. Raises what :class:`Transport` raises.

    The same place in a path is the id of a group for the group's own calls, and the *vm id* of a node for attaching.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def groups(self) -> list[SecurityGroup]:
        """All groups, sorted by name."""
        groups = [group for raw in read_list(self.transport, "security_group/") if (group := _parse(raw)) is not None]
        return sorted(groups, key=lambda group: (group.name, group.id))

    def create(self, name: str, description: str, rules: t.Iterable[Rule], default: bool) -> int | None:
        """Make a group. Its id where the answer holds one, which is not certain."""
        body: dict[str, t.Any] = {"name": name, "description": description, "rules": _payload(rules)}
        if default:
            body["default"] = True
        data = self.transport.request("POST", "security_group/", json=body).data
        return number(data.get("id")) if isinstance(data, dict) else None

    def update(self, identifier: int, name: str, description: str, rules: t.Iterable[Rule]) -> None:
        """Replace name, description and the whole set of rules."""
        body = {"name": name, "description": description, "rules": _payload(rules)}
        self.transport.request("PUT", f"security_group/{identifier}/", json=body, repeatable=True)

    def mark_default(self, identifier: int) -> None:
        """Make it the group that new nodes get."""
        self.transport.request("POST", f"security_group/{identifier}/mark-default/", repeatable=True)

    def delete(self, identifier: int) -> None:
        """Remove a group; one that is not there is fine. The API refuses while nodes use it."""
        remove(self.transport, f"security_group/{identifier}/", repeatable=True)

    def attached(self, vm_id: int) -> list[SecurityGroup]:
        """The groups of one node, as the list of all groups has them (reference H.36).

        :raises ProtocolError: the answer is of another shape.
        """
        path = f"security_group/{vm_id}/attach/"
        entries = read_list(self.transport, path)
        groups = [group for raw in entries if (group := _parse(raw)) is not None]
        if len(groups) < len(entries):
            raise ProtocolError(f"GET {path}: the answer holds no ids of groups.")
        return sorted(groups, key=lambda group: (group.name, group.id))

    def attach(self, vm_id: int, groups: t.Iterable[int]) -> None:
        """Put groups on a node, which has to be Running."""
        self.transport.request("POST", f"security_group/{vm_id}/attach/", json={"security_group_ids": list(groups)}, repeatable=True)

    def detach(self, vm_id: int, groups: t.Iterable[int]) -> None:
        """Take groups off a node, which has to be Running and to keep one."""
        self.transport.request("POST", f"security_group/{vm_id}/detach/", json={"security_group_ids": list(groups)})


def _payload(rules: t.Iterable[Rule]) -> list[dict[str, t.Any]]:
    return [rule.payload() for rule in sorted(set(rules))]
