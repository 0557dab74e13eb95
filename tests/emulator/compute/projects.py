# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects (reference D.7, H.17, H.25): account-wide, created and starred, never deleted; and the accounts that they belong to."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import Account, Route, body_of
from .records import Project
from .security_groups import seed_groups


# How the number of an account (crn) looks, and what the platform calls somebody who is not the owner, is not known: our choice.
OWN_CRN, OTHER_CRN = "1001", "2002"
OWNER, GUEST = "Owner", "IAM User"


class ProjectsApi:
    """Keeps the list; those of ``--shared-project-id`` are usable without being on it, and belong to another account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def seed(self) -> None:
        """The projects of the command line that are not there yet; the first is the default one."""
        settings = self._account.settings
        for index, text in enumerate(settings.project_ids + settings.shared_project_ids):
            if self._account.store.projects.find(int(text)):
                continue
            shared = text not in settings.project_ids
            self._add(Project(int(text), text, "", "default-project" if index == 0 else f"project-{text}", is_default=index == 0, shared=shared))

    def routes(self) -> list[Route]:
        return [
            Route("GET", "pbac/project/", self._list, scoped=False),
            Route("POST", "pbac/project/", self._create, scoped=False),
            Route("PUT", "pbac/project/", self._star, scoped=False),
            Route("GET", "pbac/projects-header/", self._header, scoped=False),
            Route("GET", "iam/multi-crn/", self._accounts, scoped=False),
        ]

    def _add(self, project: Project) -> None:
        self._account.store.projects.add(project)
        seed_groups(self._account.store, project.project_id)

    def _owned(self) -> list[Project]:
        return [project for project in self._account.store.projects if not project.shared]

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return success([_view(project) for project in self._owned()])

    async def _accounts(self, call: ApiCall) -> web.StreamResponse:
        """The accounts whose projects can be used. ``last_used_project`` is in the answer, in which shape is our choice."""
        entries = [{"crn": OWN_CRN, "iam_type": OWNER}]
        if len(self._owned()) < len(self._account.store.projects):
            entries.append({"crn": OTHER_CRN, "iam_type": GUEST})
        last = self._account.last_used_project
        return success({"crn_data": entries, "last_used_project": {"project_id": int(last), "name": self._account.store.project_name(last)}})

    async def _header(self, call: ApiCall) -> web.StreamResponse:
        """The projects of one account; of all that can be used where none is named (reference H.17)."""
        crn = call.request.query.get("crn", "")
        if crn not in ("", OWN_CRN, OTHER_CRN):
            raise Refused(404, f"Account {crn} not found.")
        found = [project for project in self._account.store.projects if not crn or project.shared == (crn == OTHER_CRN)]
        return success([{"project_id": project.id, "name": project.name} for project in found])

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        name = (await body_of(call)).name("name")
        if any(project.name == name for project in self._owned()):
            raise Refused(412, f"A project named {name} already exists.")
        number = max(project.id for project in self._account.store.projects) + 1
        self._add(Project(number, str(number), "", name))
        return success({"project_id": number, "project_name": name}, "Project created successfully.")

    async def _star(self, call: ApiCall) -> web.StreamResponse:
        body = await body_of(call)
        number, starred = body.whole("project_id"), body.flag("is_starred")
        project = self._account.store.projects.find(number)
        if project is None or project.shared or project.name != body.name("name"):
            raise Refused(404, f"Project {number} with this name not found.")
        project.is_starred = starred
        return success({"project_id": number, "project_name": project.name}, words.PROJECT_UPDATED)


def _view(project: Project) -> dict[str, Any]:
    return {"project_id": project.id, "name": project.name, "is_default": project.is_default, "is_starred": project.is_starred}
