# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway's own paths: what is routed where, who may ask, and what happens when the provider is gone (reference O.1)."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import platform
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..faults import Faults
from ..recorder import ANSWERED, SENT, parse
from .answers import Refusal, listing, refusal, text
from .calls import ASYNCHRONOUS, NAME, SYNCHRONOUS, Release, to_ui
from .gojson import BadJson, decode
from .logs import Logs, unreachable
from .provider import SCALE_FIELDS, Provider, ProviderCall

FRONT = frozenset({"/", "/healthz", "/ui", "/system", "/function", "/async-function"})
BELOW = ("/ui/", "/system/", SYNCHRONOUS, ASYNCHRONOUS)
DOWN_FAULTS, CRASH_FAULTS = frozenset({"provider_down"}), frozenset({"list_crash"})
LEAST_REPLICAS, MOST_REPLICAS = 1, 5

ProviderHandler = Callable[[ProviderCall], Awaitable[web.Response]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def owns(path: str) -> bool:
    """Is this path answered as a gateway does, in text and never in the MyAccount envelope?"""
    return path in FRONT or path.startswith(BELOW)


class GatewayApi:
    """Registers and answers everything but the calls of functions."""

    def __init__(self, provider: Provider, logs: Logs, faults: Faults, credentials: tuple[str, str], release: Release) -> None:
        self._provider = provider
        self._logs = logs
        self._faults = faults
        self._credentials = ":".join(credentials).encode()
        self._release = release

    def register(self, app: web.Application) -> None:
        provider = self._provider
        proxied: list[tuple[str, str, ProviderHandler]] = [
            ("GET", "/system/functions", self._list_functions),
            ("POST", "/system/functions", provider.create_function),
            ("PUT", "/system/functions", provider.replace_function),
            ("DELETE", "/system/functions", provider.delete_function),
            ("GET", f"/system/function/{NAME}", provider.get_function),
            ("POST", f"/system/scale-function/{NAME}", self._scale),
            ("GET", "/system/namespaces", provider.list_namespaces),
        ]
        proxied += [(method, "/system/secrets", provider.secrets) for method in ("GET", "POST", "PUT", "DELETE")]
        proxied += [(method, "/system/namespace/{name:[-a-zA-Z_0-9.]*}", provider.namespace) for method in ("GET", "POST", "PUT", "DELETE")]
        for method, path, handler in proxied:
            app.router.add_route(method, path, self._guarded(self._proxied(handler)))
        app.router.add_route("GET", "/system/info", self._guarded(self._info))
        app.router.add_route("GET", "/system/logs", self._guarded(self._read_logs))
        app.router.add_route("GET", "/ui/", self._guarded(self._page))
        app.router.add_route("GET", "/healthz", self._health)
        app.router.add_route("GET", "/", self._front)

    def down(self, request: web.Request) -> bool:
        """Does this request meet a provider that does not answer?"""
        return self._faults.take(request.method, request.path, DOWN_FAULTS) is not None

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._authorised(request):
                refused = text(401, "invalid credentials")
                refused.headers["Www-Authenticate"] = 'Basic realm="Restricted"'
                return refused
            try:
                return await handler(request)
            except Refusal as problem:
                return problem.response()

        return guarded

    def _authorised(self, request: web.Request) -> bool:
        scheme, unused, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            sent = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(sent, self._credentials)

    def _proxied(self, handler: ProviderHandler) -> Handler:
        async def proxied(request: web.Request) -> web.StreamResponse:
            if self.down(request):
                return text(502)
            call = ProviderCall(request.method, request.path, request.match_info.get("name", ""), dict(request.query), await request.read())
            sent = parse(call.body)
            if sent is not None:
                request[SENT] = sent
            try:
                return await handler(call)
            except ConnectionAbortedError:
                if request.transport is not None:
                    request.transport.close()
                request[ANSWERED] = False
                return text(502)

        return proxied

    async def _list_functions(self, call: ProviderCall) -> web.Response:
        """The gateway asks Prometheus about every function it lists, and falls over when that does not answer."""
        answer = await self._provider.list_functions(call)
        if answer.text != "[]" and self._faults.take(call.method, call.path, CRASH_FAULTS) is not None:
            raise ConnectionAbortedError
        return answer

    async def _scale(self, call: ProviderCall) -> web.Response:
        """The Community Edition keeps the number within 1 and 5, silently (reference O.6)."""
        try:
            body = decode(call.body, "ScaleServiceRequest", SCALE_FIELDS)
        except BadJson as error:
            raise refusal(400, "Error unmarshalling request body") from error
        body["replicas"] = min(max(body["replicas"], LEAST_REPLICAS), MOST_REPLICAS)
        return await self._provider.scale_function(ProviderCall(call.method, call.path, call.name, call.query, json.dumps(body).encode()))

    async def _info(self, request: web.Request) -> web.StreamResponse:
        version = {"sha": "e2e-emulator", "release": "0.19.0"}
        provider = {"provider": self._provider.title, "orchestration": self._provider.orchestration, "version": version}
        own = {"commit_message": "e2e-emulator", "sha": self._release.sha, "release": self._release.version}
        return listing({"provider": None if self.down(request) else provider, "version": own, "arch": platform.machine()})

    async def _read_logs(self, request: web.Request) -> web.StreamResponse:
        if self.down(request):
            raise unreachable()
        return await self._logs.answer(request)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return text(200, "The emulator has no gateway UI; see / in a browser instead.\n")

    async def _health(self, request: web.Request) -> web.StreamResponse:
        return text(502 if self.down(request) else 200)

    async def _front(self, request: web.Request) -> web.StreamResponse:
        return to_ui(self._release)
