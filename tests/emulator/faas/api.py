# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP face of hosted functions: reference B.1, the log path of B.8, and the functions' public URLs (B.7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from ..envelope import Refused, page, success
from ..faults import Fault
from ..invocation import BadHeader, read_call, to_response
from ..myaccount import ApiCall, MyAccount
from ..recorder import Recorder
from ..runner.spec import CallTimeout, WorkerDied
from ..settings import Readback
from .model import Function
from .runtimes import RUNTIMES
from .service import FunctionService, NotReady, NotRunnable

PUBLIC = "/functions/"
DELHI = frozenset({"Delhi"})
ONLY_DELHI = "Functions exist only in the location Delhi."
LEVELS = {"stderr": "ERROR", "system": "WARNING"}
ANY_ORIGIN = "Access-Control-Allow-Origin"

BuildFault = Callable[[web.Request], Fault | None]


class FaasApi:
    """Registers and answers the paths of hosted functions."""

    def __init__(self, service: FunctionService, readback: Readback, base_url: Callable[[web.Request], str], build_fault: BuildFault) -> None:
        self._service = service
        self._readback = readback
        self._base_url = base_url
        self._build_fault = build_fault

    def register(self, api: MyAccount) -> None:
        for method, path, handler in (
            ("GET", "faas/runtimes/", self._runtimes),
            ("GET", "faas/functions/", self._list),
            ("POST", "faas/functions/", self._create),
            ("GET", "faas/function/{name}/", self._get),
            ("DELETE", "faas/function/{name}/", self._delete),
            ("PUT", "faas/handler_file/{name}/", self._update),
            ("GET", "faas/logs/{name}/", self._logs),
        ):
            api.project(method, path, handler, DELHI, ONLY_DELHI)

    def _view(self, call: ApiCall, function: Function) -> dict[str, Any]:
        return function.view(self._readback, f"{self._base_url(call.request)}{PUBLIC}{function.name}/")

    async def _runtimes(self, call: ApiCall) -> web.StreamResponse:
        return success([runtime.view() for runtime in RUNTIMES.values()])

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return success([self._view(call, function) for function in self._service.in_project(call.project_id)])

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        return success(self._view(call, self._service.get(call.project_id, call.name)))

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        body = await call.json_object()
        function = self._service.create(call.project_id, body, self._build_fault(call.request))
        return success(self._view(call, function), "Function creation has started.", 201)

    async def _update(self, call: ApiCall) -> web.StreamResponse:
        body = await call.json_object()
        function = self._service.update(call.project_id, call.name, body, self._build_fault(call.request))
        return success(self._view(call, function), "Function update has started.")

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        named = (await call.json_object(required=False)).get("function", call.name)
        if named != call.name:
            raise Refused(400, f"function: the body names {named!r}, the path {call.name!r}.")
        await self._service.delete(call.project_id, call.name)
        return success({}, "Function deleted successfully.")

    async def _logs(self, call: ApiCall) -> web.StreamResponse:
        if self._readback != "full":
            raise Refused(404, "Not found.")
        self._service.get(call.project_id, call.name)
        lines = [
            {"timestamp": line.time, "message": line.message, "level": LEVELS.get(line.stream, "INFO")} for line in self._service.log(call.name).read()
        ]
        shown, totals = page(lines, call.request.query)
        return success(shown, top_level=totals)


class PublicUrls:
    """``/functions/<name>/...``: any method, no credentials; any origin, unless the function does that itself."""

    def __init__(self, service: FunctionService, recorder: Recorder) -> None:
        self._service = service
        self._recorder = recorder

    def register(self, app: web.Application) -> None:
        app.router.add_route("*", PUBLIC + "{name}", self._answer)
        app.router.add_route("*", PUBLIC + "{name}/{rest:.*}", self._answer)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self._recorder.invocations[name] += 1
        if self._service.handles_cors(name):
            return await self._call(name, request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            allowed = {"Access-Control-Allow-Methods": "*", "Access-Control-Allow-Headers": "*"}
            return web.Response(status=204, headers={ANY_ORIGIN: "*", **allowed})
        answer = await self._call(name, request)
        answer.headers.setdefault(ANY_ORIGIN, "*")
        return answer

    async def _call(self, name: str, request: web.Request) -> web.Response:
        call = await read_call(request, "/" + request.match_info.get("rest", ""))
        try:
            return to_response(await self._service.call(name, call))
        except KeyError:
            return _problem(404, f"There is no function {name}.")
        except NotReady as reason:
            return _problem(503, str(reason))
        except NotRunnable as reason:
            return _problem(501, str(reason))
        except CallTimeout as reason:
            return _problem(504, f"The function {name} {reason}.")
        except (WorkerDied, BadHeader) as reason:
            return _problem(502, f"The function {name} {reason}.")


def _problem(status: int, message: str) -> web.Response:
    return web.Response(status=status, text=json.dumps({"message": message}), content_type="application/json")
