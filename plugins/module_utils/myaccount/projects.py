# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects of an account: paths and parsing (reference D.7)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import first, number
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport


@dataclass(frozen=True)
class Project:
    """A project that the account owns."""

    id: int
    name: str
    is_default: bool
    is_starred: bool


def _parse(raw: t.Mapping[str, t.Any]) -> Project | None:
    identifier = number(raw.get("project_id"))
    if identifier is None:
        return None
    return Project(identifier, str(first(raw, "name", "project_name") or ""), bool(raw.get("is_default")), bool(raw.get("is_starred")))


class ProjectsClient:
    """The calls of reference D.7, which belong to the account and not to a project. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def projects(self) -> list[Project]:
        """The projects that the account owns, sorted by name. Those shared with it by others are not in the list."""
        projects = [project for raw in read_list(self.transport, "pbac/project/", scoped=False) if (project := _parse(raw)) is not None]
        return sorted(projects, key=lambda project: (project.name, project.id))
