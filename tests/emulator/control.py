# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API below ``/_emulator/``: what tests and people use to look inside and to make trouble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from .compute.api import Compute
from .envelope import Refused
from .faas.activation import Activation
from .faas.service import FunctionService
from .faults import BadFault, Faults
from .gateway.gateway import Gateway
from .masking import Secrets
from .page import routes
from .page.overview import Overview
from .recorder import Recorder


@dataclass(frozen=True)
class Control:
    """The parts the control API looks at."""

    functions: FunctionService
    activation: Activation
    gateway: Gateway
    compute: Compute
    faults: Faults
    recorder: Recorder
    secrets: Secrets
    base_url: Callable[[web.Request], str]

    def overview(self, request: web.Request) -> dict[str, Any]:
        """What the page shows."""
        parts = self.functions, self.activation, self.gateway, self.compute, self.faults, self.recorder, self.secrets
        return Overview(*parts, self.base_url(request)).report()

    async def reset(self, request: web.Request) -> web.Response:
        """Drop functions, nodes and their neighbours, secrets, namespaces, faults and the request log; answered when every worker has ended."""
        self.faults.reset()
        self.compute.reset()
        self.activation.reset()
        await self.functions.clear()
        await self.gateway.clear()
        self.recorder.clear()
        self.secrets.clear()
        return web.json_response({"reset": True})

    async def requests(self, request: web.Request) -> web.Response:
        return web.json_response(self.recorder.report())

    async def clear_requests(self, request: web.Request) -> web.Response:
        self.recorder.clear()
        return web.json_response({"cleared": True})

    async def logs(self, request: web.Request) -> web.Response:
        """The log of a function: ``after`` (a ``seq``) and ``limit`` page through it, ``next`` is the ``after`` to go on with."""
        name = request.match_info["name"]
        after, limit = (_number(request, key) for key in ("after", "limit"))
        try:
            lines = self.functions.log(name).read(after or 0, limit)
            pid = self.functions.pid(name)
        except KeyError:
            raise Refused(404, f"There is no function {name}.") from None
        following = lines[-1].seq if lines else after or 0
        return web.json_response({"name": name, "pid": pid, "logs": [asdict(line) for line in lines], "next": following})

    async def gateway_report(self, request: web.Request) -> web.Response:
        return web.json_response(self.gateway.report())

    async def list_faults(self, request: web.Request) -> web.Response:
        return web.json_response({"faults": self.faults.report()})

    async def add_fault(self, request: web.Request) -> web.Response:
        try:
            definition = await request.json()
        except ValueError as error:
            raise Refused(400, f"The fault is not JSON: {error}") from error
        try:
            return web.json_response(asdict(self.faults.add(definition)), status=201)
        except BadFault as error:
            raise Refused(400, str(error)) from error

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Disarm all faults; what is stuck in a state goes on."""
        self.faults.clear()
        self.compute.release_stuck()
        self.functions.release_stuck()
        self.gateway.provider.release_stuck()
        return web.json_response({"cleared": True})

    async def bill(self, request: web.Request) -> web.Response:
        """What was made that costs money, and whether it is there still."""
        return web.json_response(self.compute.bill())

    async def account(self, request: web.Request) -> web.Response:
        return web.json_response(self.compute.purse())

    async def change_account(self, request: web.Request) -> web.Response:
        """Take credit away or give it back, and say which plans are sold out."""
        try:
            self.compute.change_purse(await request.json())
        except ValueError as error:
            raise Refused(400, f"The account is not JSON: {error}") from error
        return web.json_response(self.compute.purse())


def _number(request: web.Request, key: str) -> int | None:
    text = request.query.get(key)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise Refused(400, f"{key} must be a whole number from 0, not {text!r}.")
    return int(text)


def register(app: web.Application, control: Control) -> None:
    routes.register(app, control.overview)
    app.add_routes(
        [
            web.post("/_emulator/reset", control.reset),
            web.get("/_emulator/requests", control.requests),
            web.delete("/_emulator/requests", control.clear_requests),
            web.get("/_emulator/functions/{name}/logs", control.logs),
            web.get("/_emulator/gateway", control.gateway_report),
            web.get("/_emulator/bill", control.bill),
            web.get("/_emulator/account", control.account),
            web.put("/_emulator/account", control.change_account),
            web.get("/_emulator/faults", control.list_faults),
            web.post("/_emulator/faults", control.add_fault),
            web.delete("/_emulator/faults", control.clear_faults),
        ]
    )
