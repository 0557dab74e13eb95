# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects (reference D.7): account-wide, created and starred, never deleted."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import Account, Route, body_of
from .records import Project
from .security_groups import seed_groups


class ProjectsApi:
    """Keeps the list; those of ``--shared-project-id`` are usable without being on it."""

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
        ]

    def _add(self, project: Project) -> None:
        self._account.store.projects.add(project)
        seed_groups(self._account.store, project.project_id)

    def _owned(self) -> list[Project]:
        return [project for project in self._account.store.projects if not project.shared]

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return success([_view(project) for project in self._owned()])

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
        return success({"project_id": number, "project_name": project.name}, "Project updated successfully.")


def _view(project: Project) -> dict[str, Any]:
    return {"project_id": project.id, "name": project.name, "is_default": project.is_default, "is_starred": project.is_starred}
