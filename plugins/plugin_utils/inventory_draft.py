# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory in the making, which is added to Ansible's only as a whole."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.inventory.data import InventoryData
from ansible.inventory.host import Host

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.expressions import as_result, inputs_of, is_settled_throughout, remembering

#: The groups that every inventory has. Ansible finds them by their name, so a host of that name destroys the inventory.
OWN_GROUPS = ("all", "ungrouped")

_VARIABLE, _GROUP = "variable", "group"


class Draft(InventoryData):  # type: ignore[misc]
    """Where a host and a group have one name, a name stands for the host. Ansible would set the variables of the group.

    Its groups know no hosts; it keeps by itself which are in them, because that takes Ansible more than it needs here.

    :param source: the file that its hosts come from.
    :param variables: of each host, by the names of the hosts.
    """

    def __init__(self, source: str | None, variables: Mapping[str, Mapping[str, t.Any]]) -> None:
        super().__init__()
        self._members: dict[str, dict[str, None]] = {}
        self._changes: list[tuple[str, str, str, t.Any]] = []
        # What Ansible itself adds.
        sample = InventoryData()
        sample.current_source = source
        added = sample.hosts[sample.add_host("sample")].vars
        for name, own in variables.items():
            self.hosts[name] = host = Host(name)
            host.vars = {**added, **own}

    def add_host(self, host: str, group: str | None = None, port: int | str | None = None) -> str:
        """Add a host that is there to a group."""
        if group is not None:
            self._join(group, host)
        return host

    def set_variable(self, entity: str, varname: str, value: t.Any) -> None:
        """Set a variable of a host."""
        self.hosts[entity].set_variable(varname, value)
        self._changes.append((_VARIABLE, entity, varname, value))

    def add_child(self, group: str, child: str) -> bool:
        """Add a host or a group to a group. One that is the group itself is in it already."""
        if child in self.hosts:
            return self._join(group, child)
        return child != group and bool(super().add_child(group, child))

    def _join(self, group: str, host: str) -> bool:
        members = self._members.setdefault(group, {})
        is_new = host not in members
        members[host] = None
        self._changes.append((_GROUP, host, group, None))
        return is_new

    def apply(self, entry: Entry, host: str, variables: Mapping[str, t.Any], evaluate: t.Callable[[], None]) -> None:
        """Give a host what an entry gives it. Evaluated only when no host with the same values has been seen.

        :param variables: those that the entry can see.
        :param evaluate: has Ansible evaluate it for this host, and change this draft.
        """
        key = entry.key(variables)
        found = None if key is None else entry.known.get(key)
        if found is None:
            self._changes = []
            evaluate()
            found = [(what, name, value) for what, unused, name, value in self._changes]
            if key is not None and all(of == host for unused, of, unused_name, unused_value in self._changes):
                entry.known[key] = found
            return
        for what, name, value in found:
            if what == _VARIABLE:
                self.set_variable(host, name, value)
            else:
                self._join(name, host)

    def check(self) -> None:
        """Find what Ansible would find only with all sources together, and then drop all of them.

        :raises InputError: one of Ansible's own groups is in another group.
        """
        for name in OWN_GROUPS:
            if above := sorted(group.name for group in self.groups[name].get_ancestors() if group.name != "all"):
                raise InputError(f"keyed_groups: {name} is a group of Ansible itself, which cannot be in {', '.join(above)}. Give the entry a prefix.")

    def add_to(self, target: InventoryData) -> None:
        """Add everything to another inventory. What can fail, which is how its groups lie in each other, comes before the first host."""
        for name in self.groups:
            target.add_group(name)
        for name, group in self.groups.items():
            for child in group.child_groups:
                target.add_child(name, child.name)
        result, accepted = remembering(as_result), set[str]()
        add_host, hosts = target.add_host, target.hosts
        for name, draft in self.hosts.items():
            add_host(name)
            # Not by the name, which may be that of a group of another source.
            host = hosts[name]
            for variable, value in result(draft.vars).items():
                if variable in accepted and not isinstance(value, dict):
                    host.vars[variable] = value
                else:
                    # Looks at the name of the variable, and joins its value with what another source says of this host.
                    host.set_variable(variable, value)
                    accepted.add(variable)
        for name in self.groups:
            for member in self._members.get(name, ()):
                add_host(member, name)


class Entry:
    """An entry of ``compose``, ``groups`` or ``keyed_groups``, and what it gave for the values it is made of.

    :param expressions: all that it evaluates.
    """

    def __init__(self, *expressions: t.Any) -> None:
        self.known: dict[tuple[str, ...], list[tuple[str, str, t.Any]]] = {}
        inputs = [inputs_of(expression) for expression in expressions]
        # None where more than variables decides.
        self._names = None if None in inputs else tuple(sorted(name for names in inputs for name in names or ()))

    def key(self, variables: Mapping[str, t.Any]) -> tuple[str, ...] | None:
        """The same for all variables of which the entry certainly makes the same; ``None`` where nothing is certain."""
        if self._names is None:
            return None
        values = [variables.get(name, self) for name in self._names]
        return tuple(map(repr, values)) if all(map(is_settled_throughout, values)) else None
