# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory in the making, which is added to Ansible's only as a whole."""

from __future__ import annotations

import typing as t

from ansible.inventory.data import InventoryData

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.expressions import as_result

#: The groups that every inventory has. Ansible finds them by their name, so a host of that name destroys the inventory.
OWN_GROUPS = ("all", "ungrouped")


class Draft(InventoryData):  # type: ignore[misc]
    """Where a host and a group have one name, a name stands for the host. Ansible would set the variables of the group."""

    def set_variable(self, entity: str, varname: str, value: t.Any) -> None:
        """Set a variable of a host."""
        self.hosts[entity].set_variable(varname, value)

    def add_child(self, group: str, child: str) -> bool:
        """Add a host or a group to a group. One that is the group itself is in it already."""
        if child in self.hosts:
            return bool(self.groups[group].add_host(self.hosts[child]))
        return child != group and bool(super().add_child(group, child))

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
        for name, host in self.hosts.items():
            target.add_host(name)
            for variable, value in host.vars.items():
                # Not by the name, which may be that of a group of another source.
                target.hosts[name].set_variable(variable, as_result(value))
        for name, group in self.groups.items():
            for host in group.hosts:
                target.add_host(host.name, name)
