# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both providers behind the gateway share; where they differ, each has a file of its own."""

from __future__ import annotations

import asyncio
import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ..clock import Clock
from ..faults import Fault, Faults
from ..runner.logs import LogBuffer
from ..runner.spec import Answer, BuildError, Call, WorkerDied
from .answers import Refusal, refusal
from .gojson import BadJson, Kind, decode
from .hosting import Host, Instance
from .image import Image
from .model import DEFAULT_NAMESPACE, Function, Hosted, Wanted, read_wanted
from .secrets import SecretStore

DELETE_FIELDS: Mapping[str, Kind] = {"functionName": "string", "namespace": "string"}
SCALE_FIELDS: Mapping[str, Kind] = {"serviceName": "string", "replicas": "uint64", "namespace": "string"}
SECRET_FIELDS: Mapping[str, Kind] = {"name": "string", "namespace": "string", "value": "string", "rawValue": "[]uint8"}
PULL_FAULTS = frozenset({"build_fails"})


@dataclass(frozen=True)
class ProviderCall:
    """A request as the gateway passes it on; ``name`` is the one in the path."""

    method: str
    path: str
    name: str
    query: Mapping[str, str]
    body: bytes

    @property
    def query_namespace(self) -> str:
        return self.query.get("namespace", "")


class NoEndpoints(Exception):
    """There is no function of this name to call."""


class NoProcess(Exception):
    """The function is there, its process is not."""


@dataclass(frozen=True)
class Parts:
    """What a provider works with; ``on_change`` is called after every change worth storing.

    ``current`` is whether it is the newest release, and not the last one under the MIT licence.
    """

    host: Host
    secrets: SecretStore
    clock: Clock
    numbers: random.Random
    build_seconds: float
    faults: Faults
    on_change: Callable[[], None]
    current: bool


class Provider(ABC):
    """The functions, secrets and namespaces behind the gateway."""

    orchestration: str
    oldest_lines_first: bool
    tail_is_enough: bool

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._hosted: dict[tuple[str, str], Hosted] = {}
        self.invocations: Counter[tuple[str, str]] = Counter()

    @property
    @abstractmethod
    def title(self) -> str:
        """What it calls itself."""

    @abstractmethod
    async def create_function(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    async def replace_function(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    async def delete_function(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    async def list_functions(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    async def get_function(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    async def scale_function(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    async def secrets(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    async def list_namespaces(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    async def namespace(self, call: ProviderCall) -> web.Response:
        ...

    @abstractmethod
    def reachable(self, name: str, namespace: str) -> Instance:
        """What a call is handed to; raises :class:`NoEndpoints` or :class:`NoProcess`."""

    @abstractmethod
    async def process_died(self, hosted: Hosted) -> None:
        """Follow up on the end of a function's process."""

    @abstractmethod
    async def restore(self, functions: list[Function], namespaces: dict[str, dict[str, str]]) -> None:
        """Take over what a state file held and start it again."""

    @abstractmethod
    def namespaces(self) -> dict[str, dict[str, str]]:
        """The namespaces with their labels."""

    def all(self) -> list[Hosted]:
        """Every function, by namespace and name."""
        return [self._hosted[key] for key in sorted(self._hosted)]

    @abstractmethod
    def logs(self, name: str, namespace: str) -> dict[str, LogBuffer] | None:
        """The logs of a function's instances, by what they are called; ``None`` when that cannot be asked."""

    async def invoke(self, path_name: str, call: Call, dies: bool) -> Answer:
        """Call a function as the path names it, ``NAME`` or ``NAME.NAMESPACE``.

        ``dies`` ends its process on the way. Raises :class:`NoEndpoints`, :class:`NoProcess`, or what the runner raises.
        """
        name, dot, namespace = path_name.rpartition(".")
        if not dot:
            name, namespace = path_name, DEFAULT_NAMESPACE
        instance = self.reachable(name, namespace)
        self.invocations[namespace, name] += 1
        hosted = self._hosted[namespace, name]
        try:
            if dies:
                raise WorkerDied("was ended because the emulator was told so")
            answer = await instance.call(call)
        except WorkerDied as reason:
            hosted.log.write("system", f"the process {reason}")
            if hosted.instance is instance and not hosted.busy:
                await self.process_died(hosted)
            raise
        hosted.log.write("system", f"{call.method} {call.path} - {answer.status} - {len(answer.body)}B")
        return answer

    def release_stuck(self) -> None:
        """Let functions go on whose readiness was held up by a fault."""
        for hosted in self._hosted.values():
            hosted.stuck = False
            hosted.changed.set()

    async def clear(self) -> None:
        """Forget all functions and end their processes."""
        ended = list(self._hosted.values())
        self._hosted.clear()
        self.invocations.clear()
        await asyncio.gather(*(self._end(hosted) for hosted in ended))

    async def close(self) -> None:
        """End all processes; the functions stay stored as they are."""
        await asyncio.gather(*(self._end(hosted) for hosted in self._hosted.values()))

    def report(self) -> list[dict[str, Any]]:
        """All functions as they were sent, with what became of them, for the control API."""
        return [
            {
                "name": one.function.name,
                "namespace": one.function.namespace,
                "wanted": {key: value for key, value in one.function.wanted.sent.items() if value},
                "replicas": one.function.replicas,
                "available": one.available,
                "starts": one.function.starts,
                "events": [line.message for line in one.events.read()] if one.events else [],
                "pid": one.instance.pid if one.instance else None,
            }
            for one in self.all()
        ]

    async def _end(self, hosted: Hosted) -> None:
        await self._cancel(hosted)
        await self._stop(hosted)

    @staticmethod
    async def _cancel(hosted: Hosted) -> None:
        if hosted.task is not None:
            hosted.task.cancel()
            await asyncio.gather(hosted.task, return_exceptions=True)
            hosted.task = None

    @staticmethod
    async def _stop(hosted: Hosted) -> None:
        instance, hosted.instance = hosted.instance, None
        hosted.available = 0
        if instance is not None:
            await instance.stop()

    async def _launch(self, hosted: Hosted, image: Image, environment: Mapping[str, str], log: LogBuffer) -> Instance:
        """Start one more process of a function; :class:`BuildError` when it ends at once."""
        function = hosted.function
        function.starts += 1
        try:
            if image.family is None:
                return await self._parts.host.echo(function.name, function.namespace, image.full, log)
            return await self._parts.host.process(
                image.family,
                function.name,
                function.namespace,
                environment,
                function.annotations,
                function.wanted.secrets,
                function.wanted.limits.get("memory", ""),
                log,
            )
        except (BuildError, OSError) as error:
            log.write("system", f"the function could not be started: {error}")
            raise BuildError(str(error)) from error

    def _fault(self, call: ProviderCall, actions: frozenset[str]) -> Fault | None:
        return self._parts.faults.take(call.method, call.path, actions)

    @staticmethod
    def _read(call: ProviderCall, prefix: str = "") -> Wanted:
        try:
            return read_wanted(call.body)
        except BadJson as error:
            raise refusal(400, f"{prefix}{error}") from error

    @staticmethod
    def _decode(body: bytes, struct: str, fields: Mapping[str, Kind], otherwise: Callable[[str], Refusal]) -> dict[str, Any]:
        """The known fields of a body; ``otherwise`` makes the refusal of one that cannot be read."""
        try:
            return decode(body, struct, fields)
        except BadJson as error:
            raise otherwise(str(error)) from error

    def _find(self, name: str, namespace: str, otherwise: Refusal) -> Hosted:
        hosted = self._hosted.get((namespace, name))
        if hosted is None:
            raise otherwise
        return hosted
