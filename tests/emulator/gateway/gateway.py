# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the gateway together: one provider, its HTTP face, its memory."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from ..clock import Clock
from ..faults import Faults
from ..recorder import Recorder
from ..runner.deployment import Runner
from ..settings import Settings
from ..state import BadState
from . import model, namespaces, secrets
from .api import GatewayApi
from .calls import RELEASES, Calls
from .faasd import Faasd
from .hosting import Host
from .kubernetes import Kubernetes
from .logs import Logs
from .model import Function
from .provider import Parts, Provider

PROVIDERS: dict[str, type[Provider]] = {"faasd": Faasd, "kubernetes": Kubernetes}


@dataclass(frozen=True)
class Stored:
    """What a state file held of the gateway."""

    functions: list[Function]
    secrets: list[tuple[str, str, bytes]]
    namespaces: dict[str, dict[str, str]]


def parse_stored(found: Any) -> Stored:
    """The gateway's part of a state file; :class:`BadState` when it is not what this emulator writes."""
    if not isinstance(found, dict):
        raise BadState("the state file does not hold a gateway of this emulator")
    return Stored(
        model.parse_stored(found.get("functions", [])),
        secrets.parse_stored(found.get("secrets", [])),
        namespaces.parse_stored(found.get("namespaces", {})),
    )


class Gateway:
    """Everything of the gateway that the rest of the emulator deals with."""

    def __init__(self, settings: Settings, runner: Runner, recorder: Recorder, faults: Faults, clock: Clock, on_change: Callable[[], None]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="e2e-emulator-"))
        self._secrets = secrets.SecretStore(self._folder)
        self._seed = settings.seed
        self._random = numbers = random.Random(self._seed)
        current = settings.gateway_release == "current"
        parts = Parts(Host(runner, self._secrets), self._secrets, clock, numbers, settings.build_seconds, faults, on_change, current)
        self.dialect, self.release = settings.gateway_dialect, settings.gateway_release
        self.provider = PROVIDERS[self.dialect](parts)
        self._calls = Calls(self.provider, recorder, faults, clock, numbers, RELEASES[settings.gateway_release])
        credentials = settings.gateway_user, settings.gateway_password
        self._api = GatewayApi(self.provider, Logs(self.provider, clock), faults, credentials, RELEASES[self.release])
        self._on_change = on_change

    def register(self, app: web.Application) -> None:
        self._api.register(app)
        self._calls.register(app, self._api.down)

    async def start(self, stored: Stored) -> None:
        """Take over what was stored, and begin to work off asynchronous calls."""
        self._secrets.restore(stored.secrets)
        await self.provider.restore(stored.functions, stored.namespaces)
        self._calls.start()

    async def clear(self) -> None:
        """Forget everything, and begin the random numbers anew."""
        self._random.seed(self._seed)
        await self._calls.stop()
        await self.provider.clear()
        self._secrets.clear()
        self._calls.start()
        self._on_change()

    async def close(self) -> None:
        """End all processes; what is stored stays."""
        await self._calls.stop()
        await self.provider.close()

    def remove_files(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def stored(self) -> dict[str, Any]:
        """The JSON of the state file."""
        functions = [hosted.function.stored() for hosted in self.provider.all()]
        return {"functions": functions, "secrets": self._secrets.stored(), "namespaces": self.provider.namespaces()}

    def report(self) -> dict[str, Any]:
        """The JSON of the control API, with the values of secrets: no other way leads to them."""
        return {
            "dialect": self.dialect,
            "release": self.release,
            "functions": self.provider.report(),
            "secrets": self._secrets.stored(),
            "namespaces": self.provider.namespaces(),
            "waiting_calls": self._calls.waiting,
        }
