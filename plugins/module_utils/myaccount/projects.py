# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects of an account, and those that others share with it: paths and parsing (reference D.7, H.25)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import first, number, text, title, word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport


# The word of the API for the account that the credentials belong to (reference H.25).
_OWNER = "owner"


@dataclass(frozen=True)
class Project:
    """A project that the account can use.

    :param owned: whether it is the account's own.
    :param crn: the account that shares it; ``None`` where that was not asked for.
    :param is_default: ``None``, as ``is_starred``, of a project of another account, of which the API does not tell it.
    """

    id: int
    name: str
    is_default: bool | None
    is_starred: bool | None
    owned: bool = True
    crn: str | None = None


def _parse(raw: t.Mapping[str, t.Any]) -> Project | None:
    identifier = number(raw.get("project_id"))
    if identifier is None:
        return None
    return Project(identifier, title(first(raw, "name", "project_name")), bool(raw.get("is_default")), bool(raw.get("is_starred")))


class ProjectsClient:
    """The calls of reference D.7, which belong to the account and not to a project. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def projects(self) -> list[Project]:
        """The projects that the account owns, sorted by name. Those shared with it by others are not in the list."""
        projects = [project for raw in read_list(self.transport, "pbac/project/", scoped=False) if (project := _parse(raw)) is not None]
        return _sorted(projects)

    def with_shared(self) -> list[Project]:
        """The projects that the account owns, and those of other accounts that it may use, sorted by name.

        :raises ProtocolError: the API does not tell which accounts these are.
        """
        accounts = self._accounts()
        own = next((crn for crn, kind in accounts.items() if kind == _OWNER), None)
        owned = [replace(project, crn=own) for project in self.projects()]
        others = [crn for crn, kind in accounts.items() if kind != _OWNER]
        shared = [project for projects in in_parallel(self.transport, self._of_account, others) for project in projects]
        return _sorted({project.id: project for project in (*shared, *owned)}.values())

    def _accounts(self) -> dict[str, str]:
        """The account itself and those that share something with it: for each crn how it is reached, in lower case (reference H.25)."""
        data = self.transport.request("GET", "iam/multi-crn/", scoped=False).data
        entries = data.get("crn_data") if isinstance(data, dict) else None
        if not isinstance(entries, list):
            raise ProtocolError("GET iam/multi-crn/: the answer holds no accounts.")
        known = ((text(str(entry.get("crn") or "")), word(entry.get("iam_type"))) for entry in entries if isinstance(entry, dict))
        return {crn: kind for crn, kind in known if crn is not None}

    def _of_account(self, crn: str) -> list[Project]:
        entries = read_list(self.transport, "pbac/projects-header/", {"crn": crn}, scoped=False)
        return [replace(project, is_default=None, is_starred=None, owned=False, crn=crn) for raw in entries if (project := _parse(raw)) is not None]


def _sorted(projects: t.Iterable[Project]) -> list[Project]:
    return sorted(projects, key=lambda project: (project.name, project.id))
