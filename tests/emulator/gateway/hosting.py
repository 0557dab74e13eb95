# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a function of the gateway runs here: a handler in a worker process, or an echo."""

from __future__ import annotations

import base64
import json
import math
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from ..runner.deployment import Deployment, Runner
from ..runner.logs import LogBuffer
from ..runner.spec import Answer, BuildError, Call, CallTimeout, Family, FunctionSpec, WorkerDied
from .quantity import BadQuantity, parse
from .secrets import SecretStore

HANDLER_ANNOTATION, REQUIREMENTS_ANNOTATION = "e2e-emulator/handler", "e2e-emulator/requirements"
HANDLER_VARIABLE, REQUIREMENTS_VARIABLE = "E2E_EMULATOR_HANDLER", "E2E_EMULATOR_REQUIREMENTS"
SECRETS_VARIABLE = "E2E_EMULATOR_SECRETS"
ENTRY: dict[Family, str] = {"python": "handler.py", "node": "handler.js"}
MEGABYTE = 1024 * 1024
DEFAULT_MEGABYTES = 1024
DEFAULT_TIMEOUT = 10.0
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)?")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


class Instance(Protocol):
    """A started function."""

    @property
    def alive(self) -> bool:
        """False once its process has ended for good."""

    @property
    def pid(self) -> int | None:
        """The process id of its worker; None for an echo."""

    async def call(self, call: Call) -> Answer:
        """Answer one request; raises :class:`CallTimeout` or :class:`WorkerDied`."""

    async def stop(self) -> None:
        """End it; may be called twice."""


class Echo:
    """Answers with what it was sent."""

    pid: int | None = None

    def __init__(self, name: str, namespace: str, image: str) -> None:
        self._who = {"function": name, "namespace": namespace, "image": image}
        self.alive = True

    async def call(self, call: Call) -> Answer:
        shown: dict[str, object] = {**self._who, "method": call.method, "path": call.path, "query": call.query, "headers": dict(call.headers)}
        try:
            shown["body"] = call.body.decode()
        except UnicodeDecodeError:
            shown["body_base64"] = base64.b64encode(call.body).decode()
        return Answer(200, [("Content-Type", "application/json")], json.dumps(shown).encode())

    async def stop(self) -> None:
        self.alive = False


class Process:
    """A handler in a worker process, with its secrets in a folder of its own."""

    def __init__(self, deployment: Deployment, secrets: Path) -> None:
        self._deployment = deployment
        self._secrets = secrets
        self._starts_again = False

    @property
    def alive(self) -> bool:
        return self._starts_again or self.pid is not None

    @property
    def pid(self) -> int | None:
        return self._deployment.pid

    async def call(self, call: Call) -> Answer:
        try:
            answer = await self._deployment.call(call)
        except CallTimeout:
            # Only the handler was cut off: its container lives on, and the next call finds a new worker.
            self._starts_again = True
            raise
        except WorkerDied:
            self._starts_again = False
            raise
        self._starts_again = False
        return answer

    async def stop(self) -> None:
        self._starts_again = False
        await self._deployment.stop()
        shutil.rmtree(self._secrets, ignore_errors=True)


class Host:
    """Starts functions."""

    def __init__(self, runner: Runner, secrets: SecretStore) -> None:
        self._runner = runner
        self._secrets = secrets

    async def echo(self, name: str, namespace: str, image: str, log: LogBuffer) -> Instance:
        log.write("system", f"{image} is not run here: the function answers as an echo")
        return Echo(name, namespace, image)

    async def process(
        self,
        family: Family,
        name: str,
        namespace: str,
        environment: Mapping[str, str],
        annotations: Mapping[str, str],
        secrets: list[str],
        memory: str,
        log: LogBuffer,
    ) -> Instance:
        """Run the handler that the annotations or the environment hold; :class:`BuildError` when it cannot be loaded."""
        code = annotations.get(HANDLER_ANNOTATION, environment.get(HANDLER_VARIABLE, ""))
        if not code:
            raise BuildError(f"there is no handler: give its code in the annotation {HANDLER_ANNOTATION} or in the environment variable {HANDLER_VARIABLE}")
        requirements = annotations.get(REQUIREMENTS_ANNOTATION, environment.get(REQUIREMENTS_VARIABLE, ""))
        folder = self._secrets.mount(namespace, secrets)
        spec = FunctionSpec(
            name,
            family,
            "handle",
            ENTRY[family],
            {ENTRY[family]: code.encode()},
            requirements,
            _megabytes(memory),
            _timeout(environment),
            {**environment, SECRETS_VARIABLE: str(folder)},
        )
        try:
            return Process(await self._runner.deploy(spec, log), folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _megabytes(memory: str) -> int:
    try:
        return math.ceil(parse(memory).whole / MEGABYTE) or DEFAULT_MEGABYTES
    except BadQuantity:
        return DEFAULT_MEGABYTES


def _timeout(environment: Mapping[str, str]) -> float:
    """The watchdog's ``exec_timeout``."""
    match = DURATION.fullmatch(environment.get("exec_timeout", ""))
    return float(match[1]) * SECONDS[match[2]] if match else DEFAULT_TIMEOUT
