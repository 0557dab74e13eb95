# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP face of hosted functions: the calls of the CLI of 2024 (reference B.1) and the documented ones of today (reference H.4 to H.8, P.10).

Which of them a server still has is not known, so each part can be switched off in the settings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from .. import words
from ..clock import Clock
from ..envelope import FUNCTION_PAGES, Refused, django_refusal, page, success
from ..faults import BUILD_ACTIONS, LIST_ACTIONS, Fault, Faults
from ..myaccount import ApiCall, MyAccount
from ..settings import Settings
from .activation import Activation
from .archive import MEGABYTE, Limits
from .form_validation import CREATE_FIELDS, checked_form_create, checked_form_update
from .model import Function
from .public import PUBLIC
from .runtimes import RUNTIMES
from .service import FunctionService
from .telemetry import Telemetry, asks_for_a_window
from .validation import CREATE_KEYS, checked_create, checked_update

DELHI = frozenset({"Delhi"})
ONLY_DELHI = "Functions exist only in the location Delhi."
LONGEST_ID = 9


class FaasApi:
    """Registers and answers the paths of hosted functions."""

    def __init__(
        self, service: FunctionService, activation: Activation, settings: Settings, faults: Faults, clock: Clock, base_url: Callable[[web.Request], str]
    ) -> None:
        self._service = service
        self._activation = activation
        self._settings = settings
        self._faults = faults
        self._base_url = base_url
        self._telemetry = Telemetry(service, clock, settings.readback)
        self._limits = Limits(int(settings.zip_mb * MEGABYTE), int(settings.extracted_mb * MEGABYTE))
        self._named = settings.function_paths in ("name", "both")
        self._numbered = settings.function_paths in ("id", "both")

    def register(self, api: MyAccount) -> None:
        for method, path, handler, there in (
            ("GET", "faas/runtimes/", self._runtimes, self._settings.runtime_list == "on"),
            ("GET", "faas/functions/", self._list, True),
            ("POST", "faas/functions/", self._create, True),
            ("GET", "faas/function/{name}/", self._get, True),
            # A form needs a place: by the name where the server knows no numbers (our choice).
            ("PUT", "faas/function/{name}/", self._update, self._numbered or self._settings.create_forms != "json"),
            ("DELETE", "faas/function/{name}/", self._delete, True),
            ("PUT", "faas/handler_file/{name}/", self._update_texts, self._named),
            ("GET", "faas/logs/{name}/", self._logs, True),
            ("GET", "faas/monitoring-data/", self._telemetry.figures, True),
        ):
            if there:
                api.project(method, path, handler, DELHI, ONLY_DELHI)
        self._activation.register(api, DELHI, ONLY_DELHI)

    def _view(self, call: ApiCall, function: Function) -> dict[str, Any]:
        return function.view(self._settings.readback, f"{self._base_url(call.request)}{PUBLIC}{function.name}/")

    def _build_fault(self, call: ApiCall) -> Fault | None:
        return self._faults.take(call.request.method, call.request.path, BUILD_ACTIONS)

    def _find(self, call: ApiCall) -> Function:
        """The function of a path, by its name or by its number, as the settings say; of a name of digits it is the name that counts."""
        text = call.name
        function = self._service.find(call.project_id, text) if self._named else None
        if function is None and self._numbered and text.isascii() and text.isdigit() and len(text) <= LONGEST_ID:
            function = self._service.find_by_id(call.project_id, int(text))
        if function is None:
            raise Refused(404, f"Function {text} not found.")
        return function

    def _is_numbered(self, call: ApiCall, function: Function) -> bool:
        """Whether the path named the function by its number."""
        return not (self._named and call.name == function.name)

    async def _runtimes(self, call: ApiCall) -> web.StreamResponse:
        return success([runtime.view() for runtime in RUNTIMES.values()])

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        functions = self._service.in_project(call.project_id)
        if self._settings.function_paging == "off":
            return success([self._view(call, function) for function in functions])
        fault = self._faults.take(call.request.method, call.request.path, LIST_ACTIONS)
        shown, totals = page(functions, call.request.query, fault.shift if fault else 0, FUNCTION_PAGES.with_size(self._settings.function_page_size))
        return success([self._view(call, function) for function in shown], top_level=totals)

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        """By name only: no page documents a read of one function, the released client names it."""
        if not self._named:
            raise Refused(404, "Not found.")
        return success(self._view(call, self._service.get(call.project_id, call.name)))

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        if call.is_multipart:
            if self._settings.create_forms == "json":
                return await self._refuse_form(call, CREATE_KEYS)
            form = await call.form()
            self._activation.require()
            fields = await asyncio.to_thread(checked_form_create, form, self._limits)
            function = self._service.create(call.project_id, fields, self._build_fault(call))
            # That data is an object is documented, what is in it is our choice.
            return success({"id": function.id, "name": function.name})
        if self._settings.create_forms == "zip":
            return await self._refuse_form(call, CREATE_FIELDS)
        body = await call.json_object()
        self._activation.require()
        function = self._service.create(call.project_id, checked_create(body), self._build_fault(call))
        return success(self._view(call, function), "Function creation has started.", 201)

    async def _refuse_form(self, call: ApiCall, wanted: tuple[str, ...]) -> web.StreamResponse:
        """The answer to a create in the form that this server does not have, in one of the two ways Django's frameworks suggest."""
        if self._settings.form_refusal == "media-type":
            return _unsupported(call)
        sent = set((await call.form()).fields) if call.is_multipart else set(await call.json_object())
        raise Refused(400, f"{', '.join(key for key in wanted if key not in sent)}: This field is required.")

    async def _update(self, call: ApiCall) -> web.StreamResponse:
        """The documented update, and in its place the older one's body too, where that form is taken (our choice)."""
        function = self._find(call)
        if not call.is_multipart:
            return await self._replace_texts(call, function)
        if self._settings.create_forms == "json":
            return _unsupported(call)
        form = await call.form()
        fields = await asyncio.to_thread(checked_form_update, form, RUNTIMES[function.runtime], self._limits)
        self._service.update(call.project_id, function.name, fields, self._build_fault(call))
        return success(words.FUNCTION_BUILDS)

    async def _update_texts(self, call: ApiCall) -> web.StreamResponse:
        """The update of 2024."""
        return await self._replace_texts(call, self._service.get(call.project_id, call.name))

    async def _replace_texts(self, call: ApiCall, function: Function) -> web.StreamResponse:
        if call.is_multipart or self._settings.create_forms == "zip":
            return _unsupported(call)
        fields = checked_update(await call.json_object(), RUNTIMES[function.runtime])
        function = self._service.update(call.project_id, function.name, fields, self._build_fault(call))
        return success(self._view(call, function), "Function update has started.")

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        function = self._find(call)
        if self._is_numbered(call, function):
            await self._service.delete(call.project_id, function.name)
            return success(function.name)
        named = (await call.json_object(required=False)).get("function", call.name)
        if named != call.name:
            raise Refused(400, f"function: the body names {named!r}, the path {call.name!r}.")
        await self._service.delete(call.project_id, call.name)
        return success({}, words.FUNCTION_DELETED)

    async def _logs(self, call: ApiCall) -> web.StreamResponse:
        function = self._find(call)
        if self._is_numbered(call, function) or asks_for_a_window(call):
            return self._telemetry.log_window(call, function)
        return self._telemetry.log_list(call, function)


def _unsupported(call: ApiCall) -> web.Response:
    """As Django REST Framework answers where a view has no parser for the body's media type."""
    return django_refusal(415, f'Unsupported media type "{call.request.headers.get("Content-Type", "")}" in request.')
