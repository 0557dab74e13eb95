# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A security group as a resource of the lifecycle (reference D.2)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import by_id_or_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_groups import SecurityGroup, SecurityGroupsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_rules import Rule
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import check_name_of_removed


@dataclass(frozen=True)
class SecurityGroupOptions:
    """What the user wants; ``None`` keeps what is there. One of ``id`` and ``name`` is given."""

    id: int | None = None
    name: str | None = None
    description: str | None = None
    rules: frozenset[Rule] | None = None
    default: bool | None = None


def security_group_result(group: SecurityGroup | None, options: SecurityGroupOptions = SecurityGroupOptions()) -> dict[str, t.Any]:
    """A group as modules return it."""
    if group is None:
        return {"id": options.id, "name": options.name, "description": None, "is_default": None, "rules": None}
    return {
        "id": group.id,
        "name": group.name,
        "description": group.description,
        "is_default": group.is_default,
        "rules": [rule.as_dict() for rule in sorted(group.rules)] if group.tells_rules else None,
    }


class SecurityGroupResource(ResourceBase[SecurityGroup]):
    """One group, known by its id or else by its name."""

    rules = (
        FieldRule("name"),
        FieldRule("description"),
        FieldRule("default"),
        FieldRule("rules", show=lambda rules: [str(rule) for rule in sorted(rules)]),
    )

    def __init__(self, client: SecurityGroupsClient, options: SecurityGroupOptions) -> None:
        super().__init__()
        self._client = client
        self._options = options
        self._id = options.id
        self.label = f"security group {options.name or options.id}"

    def read(self) -> SecurityGroup | None:
        return by_id_or_name(self._client.groups(), self._id, self._options.name, self.label, is_own=self._id != self._options.id)

    def desired(self, current: SecurityGroup | None) -> dict[str, Value]:
        options = self._options
        wanted: dict[str, Value] = {"name": options.name, "description": options.description, "default": options.default, "rules": options.rules}
        if current is None:
            if options.id is not None:
                raise InputError(f"There is no security group with the id {options.id}. To create one, give its name and leave the id out.")
            wanted = {**wanted, "description": options.description or "", "default": bool(options.default), "rules": options.rules or frozenset()}
        return {name: value for name, value in wanted.items() if value is not None}

    def facts(self, current: SecurityGroup) -> dict[str, Value]:
        rules = current.rules if current.tells_rules else UNKNOWN
        return {"name": current.name, "description": current.description, "default": current.is_default, "rules": rules}

    def check_allowed(self, current: SecurityGroup | None, action: Action) -> None:
        if current is not None and action == "delete":
            check_name_of_removed("security group", current.id, current.name, self._options.name)
        if current is not None and action == "update":
            self._changes(current)
        if current is None or not current.is_default:
            return
        if action == "delete":
            raise InputError(f"The {self.label} is the default one of the project. Make another one the default first (default: true).")
        if self._options.default is False:
            raise InputError(f"The {self.label} is the default one of the project, and one has to be. Set default: true on another one instead.")

    def create(self, previous: SecurityGroup | None) -> None:
        wanted = self.desired(None)
        self._id = self._client.create(wanted["name"], wanted["description"], wanted["rules"], wanted["default"])

    def _changes(self, current: SecurityGroup) -> list[str]:
        """The fields that the call for them has to change; it sends all of them.

        :raises InputError: that would take the group's rules, because nobody tells them.
        """
        facts = self.facts(current)
        wanted = {**facts, **self.desired(current)}
        changed = [name for name, value in facts.items() if name != "default" and wanted[name] != value]
        if changed and wanted["rules"] is UNKNOWN:
            raise InputError(f"rules: the API does not tell those of the {self.label}, and a change of {', '.join(changed)} sends all of them. Give them.")
        return changed

    def update(self, current: SecurityGroup) -> None:
        wanted, changed = {**self.facts(current), **self.desired(current)}, self._changes(current)
        if changed:
            # Rules that stay are sent back in the API's own words.
            rules = [rule for rule in current.rules if rule in wanted["rules"]] + [rule for rule in wanted["rules"] if rule not in current.rules]
            self._client.update(current.id, wanted["name"], wanted["description"], rules)
            self.progress = (f"changed {', '.join(sorted(changed))} of {self.label}",)
        if wanted["default"] and not current.is_default:
            self._client.mark_default(current.id)

    def delete(self, current: SecurityGroup) -> None:
        self._client.delete(current.id)

    def result(self, current: SecurityGroup | None) -> dict[str, t.Any]:
        return security_group_result(current, self._options)

    def predict(self, current: SecurityGroup | None, action: Action) -> dict[str, t.Any]:
        wanted = {**(self.facts(current) if current else {}), **self.desired(current)}
        return {
            "id": current.id if current else None,
            "name": wanted["name"],
            "description": wanted["description"],
            "is_default": wanted["default"],
            "rules": None if wanted["rules"] is UNKNOWN else [rule.as_dict() for rule in sorted(wanted["rules"])],
        }
