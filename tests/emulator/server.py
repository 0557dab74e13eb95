# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the parts together: one application, its middlewares, and the life of everything it started."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import ClientPayloadError, web

from . import control, myaccount
from .clock import Clock
from .compute.api import Compute
from .envelope import Refused, failure
from .faas.activation import Activation
from .faas.api import FaasApi
from .faas.model import parse_stored
from .faas.public import PUBLIC, PublicUrls, path_of
from .faas.service import FunctionService
from .fault_answers import play
from .faults import ANSWER_ACTIONS, Faults
from .gateway import gateway
from .gateway.answers import text, unrouted
from .gateway.api import owns
from .gateway.calls import ASYNCHRONOUS, SYNCHRONOUS
from .masking import Secrets
from .page import routes
from .recorder import ANSWERED, MET_FAULT, Recorder
from .runner.dependencies import Dependencies, Interpreters
from .runner.deployment import Runner
from .settings import Settings
from .state import StateFile

LOG = logging.getLogger("emulator.http")
CONTROL = "/_emulator"
INVOCATIONS = (PUBLIC, SYNCHRONOUS, ASYNCHRONOUS)
LARGEST_BODY = 64 * 1024 * 1024
WILDCARDS = frozenset({"0.0.0.0", "::", ""})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Emulator:
    """The whole server without its socket; ``port`` is the one it will be served on."""

    def __init__(self, settings: Settings, port: int, clock: Clock) -> None:
        self.settings = settings
        self.port = port
        self.clock = clock
        secrets = Secrets((settings.api_key, settings.auth_token, settings.read_only_token, settings.gateway_password))
        self.recorder = Recorder(clock, secrets)
        self.faults = Faults(settings.seed)
        self._state = StateFile(settings.state)
        state = self._state.read()
        stored, stored_gateway = parse_stored(state.get("functions", [])), gateway.parse_stored(state.get("gateway", {}))
        interpreters = Interpreters(settings.python, settings.node)
        self._runner = Runner(interpreters, Dependencies(settings.cache_dir, interpreters))
        self.functions = FunctionService(self._runner, clock, settings.build_seconds, self._save)
        self.gateway = gateway.Gateway(settings, self._runner, self.recorder, self.faults, clock, self._save)
        urls = PublicUrls(self.functions, self.recorder)
        middlewares = [self._front_page, self._record, self._apply_faults, self._envelope, urls.by_host]
        self.app = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY)
        self.compute = Compute(settings, clock, self.faults, self._save)
        if "compute" in state:
            self.compute.restore(state["compute"])
        api = myaccount.MyAccount(self.app, settings, self.compute.has_project)
        myaccount.register(api)
        self.activation = Activation(settings.activated, self.compute, lambda: bool(self.functions.all()), self._save)
        if "activation" in state:
            self.activation.restore(state["activation"])
        FaasApi(self.functions, self.activation, settings, self.faults, clock, self.base_url).register(api)
        self.compute.register(api)
        urls.register(self.app)
        self.gateway.register(self.app)
        inside = (self.functions, self.activation, self.gateway, self.compute, self.faults, self.recorder, secrets)
        control.register(self.app, control.Control(*inside, self.base_url))

        async def start(app: web.Application) -> None:
            self.functions.restore(stored)
            await self.gateway.start(stored_gateway)

        self.app.on_startup.append(start)
        self.app.on_cleanup.append(self._stop)

    def base_url(self, request: web.Request | None = None) -> str:
        """Where this server is reached; on a wildcard address, as the client itself reached it."""
        if self.settings.host not in WILDCARDS:
            host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
            return f"http://{host}:{self.port}"
        return f"http://{request.host}" if request is not None else f"http://127.0.0.1:{self.port}"

    async def _stop(self, app: web.Application) -> None:
        await self.functions.close()
        await self.gateway.close()
        self._save()
        self._runner.close()
        self.gateway.remove_files()

    def _save(self) -> None:
        if self.settings.state is not None:
            functions = {"functions": self.functions.stored(), "activation": self.activation.stored()}
            self._state.write({**functions, "gateway": self.gateway.stored(), "compute": self.compute.stored()})

    @web.middleware
    async def _front_page(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A person at the root gets the page: it is no request of the API, and meets no fault."""
        return routes.answer("") if routes.wanted_by(request, path_of(request)) else await handler(request)

    @web.middleware
    async def _record(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if path_of(request).startswith(CONTROL):
            return await handler(request)
        began = self.clock.now()
        if self.settings.latency_ms:
            await self.clock.sleep(self.settings.latency_ms / 1000)
        answer = await handler(request)
        status = answer.status if request.get(ANSWERED, True) else None
        LOG.info("%s %s %s", request.method, path_of(request), status or "no answer")
        duration = (self.clock.now() - began).total_seconds()
        if path_of(request).startswith(INVOCATIONS):
            self.recorder.called(request.method, path_of(request), status, duration)
        else:
            self.recorder.record(request, status, duration, await _unread(request))
        return answer

    @web.middleware
    async def _apply_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = None if path_of(request).startswith(CONTROL) else self.faults.take(request.method, path_of(request), ANSWER_ACTIONS)
        if fault is None:
            return await handler(request)
        request[MET_FAULT] = fault.label
        answer = await play(fault, request, lambda: handler(request), self.clock, text if owns(path_of(request)) else failure)
        if answer is None:
            request[ANSWERED] = False
            return web.Response()
        return answer

    @web.middleware
    async def _envelope(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refusal:
            return failure(refusal.code, refusal.message)
        except web.HTTPException as error:
            if owns(path_of(request)):
                return unrouted(error)
            texts = {404: "Not found.", 405: f'Method "{request.method}" not allowed.'}
            answer = failure(error.status, texts.get(error.status, error.reason))
            if "Allow" in error.headers:
                answer.headers["Allow"] = error.headers["Allow"]
            return answer


async def _unread(request: web.Request) -> bytes:
    """The body that no handler wanted, as far as it comes."""
    try:
        return await request.read() if request.can_read_body else b""
    except (OSError, ClientPayloadError, web.HTTPException):
        return b""
