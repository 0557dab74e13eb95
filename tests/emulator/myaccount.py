# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every MyAccount API family shares: paths below the base, credentials, project and location (reference A.1)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from . import words
from .envelope import Refused, django_refusal, short_refusal, success
from .form import MULTIPART, Form, read_form
from .recorder import SENT, Sent
from .settings import Settings

BASE = "/myaccount/api/v1/"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# In the words of the vendor's documentation (reference H.2); that the server refuses in them too is our choice.
DISCONTINUED = {"Mumbai": f"{words.REGION_DISCONTINUED} "}


@dataclass(frozen=True)
class ApiCall:
    """An authenticated request; ``project_id`` and ``location`` are empty on account-scoped paths."""

    request: web.Request
    project_id: str
    location: str

    @property
    def name(self) -> str:
        """The ``{name}`` of the path."""
        return self.request.match_info["name"]

    async def json_object(self, required: bool = True) -> dict[str, Any]:
        """The body, which must be a JSON object; an absent one is an empty object when not ``required``."""
        raw = await self.request.read()
        if not raw and not required:
            return {}
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise Refused(400, f"JSON parse error - {error}") from error
        if not isinstance(body, dict):
            raise Refused(400, "The body must be a JSON object.")
        self.request[SENT] = Sent("json", dict(body))
        return body

    @property
    def is_multipart(self) -> bool:
        return self.request.content_type == MULTIPART

    async def form(self) -> Form:
        """The body, which must be multipart/form-data."""
        form = await read_form(self.request)
        self.request[SENT] = Sent("multipart", dict(form.fields), {name: len(upload.content) for name, upload in form.files.items()})
        return form


ApiHandler = Callable[[ApiCall], Awaitable[web.StreamResponse]]


class MyAccount:
    """Registers API paths; each family gets this and adds its own."""

    def __init__(self, app: web.Application, settings: Settings, has_project: Callable[[str], bool]) -> None:
        self._app = app
        self._settings = settings
        self._has_project = has_project

    def account(self, method: str, path: str, handler: ApiHandler) -> None:
        """A path that needs credentials only."""
        self._add(method, path, lambda request: handler(ApiCall(request, "", "")))

    def project(
        self,
        method: str,
        path: str,
        handler: ApiHandler,
        locations: frozenset[str],
        elsewhere: str,
        optional: frozenset[str] = frozenset(),
        fallback: str = "",
    ) -> None:
        """A path that also needs a known project and one of ``locations``; ``elsewhere`` is the refusal's text.

        Of the two query keys those in ``optional`` may be absent: the first project is meant then, and every location.
        With a ``fallback`` the others may be absent too: the first project is meant then, and that location.
        """

        async def scoped(request: web.Request) -> web.StreamResponse:
            project_id, location = request.query.get("project_id", ""), request.query.get("location", "")
            if fallback:
                project_id = project_id or self._settings.project_ids[0]
                location = location or ("" if "location" in optional else fallback)
            missing = [key for key, value in (("project_id", project_id), ("location", location)) if not value and key not in optional]
            if missing:
                raise Refused(400, f"Missing required query parameter: {', '.join(missing)}.")
            project_id = project_id or self._settings.project_ids[0]
            if not self._has_project(project_id):
                return short_refusal(400, words.PROJECT_NOT_FOUND)
            if location not in locations and (location or "location" not in optional):
                raise Refused(400, DISCONTINUED.get(location, "") + elsewhere)
            return await handler(ApiCall(request, project_id, location))

        self._add(method, path, scoped)

    def _add(self, method: str, path: str, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> None:
        async def authenticated(request: web.Request) -> web.StreamResponse:
            return self._refusal(request) or await handler(request)

        self._app.router.add_route(method, BASE + path, authenticated)

    def _refusal(self, request: web.Request) -> web.Response | None:
        key = request.query.get("apikey", "")
        scheme, unused, token = request.headers.get("Authorization", "").partition(" ")
        if not key or scheme.lower() != "bearer" or not token:
            return django_refusal(401, words.NO_CREDENTIALS)
        if key != self._settings.api_key or token not in (self._settings.auth_token, self._settings.read_only_token):
            return django_refusal(401, "Invalid API key or token.")
        if token == self._settings.read_only_token and request.method not in READING:
            return django_refusal(403, "You do not have permission to perform this action.")
        return None


async def customer_details(call: ApiCall) -> web.StreamResponse:
    """The older client's credential check, which looks for ``code`` only."""
    return success({})


def register(api: MyAccount) -> None:
    """The account-scoped paths that belong to no family."""
    api.account("GET", "customer/details/", customer_details)
