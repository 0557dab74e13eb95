# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public URLs of hosted functions (reference B.7)."""

from __future__ import annotations

import json

from aiohttp import web

from ..invocation import BadHeader, read_call, to_response
from ..recorder import Recorder
from ..runner.spec import CallTimeout, WorkerDied
from .service import FunctionService, NotReady, NotRunnable

PUBLIC = "/functions/"
ANY_ORIGIN = "Access-Control-Allow-Origin"


class PublicUrls:
    """``/functions/<name>/...``: any method, no credentials; any origin, unless the function sees to that itself."""

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
