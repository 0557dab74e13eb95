# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public URLs of hosted functions (reference B.7): below this server's own, and each on a host of its own as the platform has it (P.5)."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..invocation import BadHeader, read_call, to_response
from ..recorder import Recorder
from ..runner.spec import CallTimeout, WorkerDied
from .service import FunctionService, NotReady, NotRunnable

PUBLIC = "/functions/"
ANY_ORIGIN = "Access-Control-Allow-Origin"
# Names below localhost are this machine (RFC 6761): most clients know that without DNS.
OWN_HOST = re.compile(r"(?P<name>[a-z0-9-]+)\.functions\.localhost(?::\d+)?", re.IGNORECASE)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def own_host(request: web.Request) -> str | None:
    """The function on whose host the request came, if it came on such a host."""
    match = OWN_HOST.fullmatch(request.host)
    return match["name"].lower() if match else None


def path_of(request: web.Request) -> str:
    """The path of the request; on a function's host the one that it has below ``/functions/``."""
    name = own_host(request)
    return request.path if name is None else f"{PUBLIC}{name}{request.path}"


class PublicUrls:
    """``/functions/<name>/...``, or ``<name>.functions.localhost``: any method, no credentials; any origin, unless the function sees to that itself."""

    def __init__(self, service: FunctionService, recorder: Recorder) -> None:
        self._service = service
        self._recorder = recorder

    def register(self, app: web.Application) -> None:
        app.router.add_route("*", PUBLIC + "{name}", self._answer)
        app.router.add_route("*", PUBLIC + "{name}/{rest:.*}", self._answer)

    @web.middleware
    async def by_host(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """All paths of a function's own host are the function's."""
        return await handler(request) if own_host(request) is None else await self._answer(request)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = own_host(request) or request.match_info["name"]
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
        if own_host(request) is None:
            call = await read_call(request, "/" + request.match_info.get("rest", ""))
        else:
            call = await read_call(request, request.path, own_host=True)
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
