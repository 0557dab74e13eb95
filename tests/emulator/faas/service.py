# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of functions: states that take time, builds, calls, and a memory that survives a restart."""

from __future__ import annotations

import asyncio
import datetime
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..clock import Clock, stamp
from ..envelope import Refused
from ..faults import Fault
from ..runner.deployment import Deployment, Runner
from ..runner.logs import LogBuffer
from ..runner.spec import Answer, BuildError, Call, FunctionSpec
from .model import Function
from .runtimes import RUNTIMES

FIRST_ID = 1001
KEPT_CALLS = 100_000
SETTLED = frozenset({"running", "failed"})


class NotRunnable(Exception):
    """The function is deployed, but this host has no way to run its runtime."""


class NotReady(Exception):
    """The function is not in the state running; the text names the state."""


@dataclass
class Hosted:
    """A function together with what runs it here."""

    function: Function
    log: LogBuffer
    deployment: Deployment | None = None
    task: asyncio.Task[None] | None = None
    stuck: bool = False
    calls: deque[datetime.datetime] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class FunctionService:
    """All functions of the account; ``on_change`` is called after every change worth storing."""

    def __init__(self, runner: Runner, clock: Clock, build_seconds: float, on_change: Callable[[], None]) -> None:
        self._runner = runner
        self._clock = clock
        self._build_seconds = build_seconds
        self._on_change = on_change
        self._hosted: dict[str, Hosted] = {}
        self._ids = itertools.count(FIRST_ID)

    def all(self) -> list[Function]:
        """Every function of every project, by name."""
        return [self._hosted[name].function for name in sorted(self._hosted)]

    def in_project(self, project_id: str) -> list[Function]:
        return [function for function in self.all() if function.project_id == project_id]

    def get(self, project_id: str, name: str) -> Function:
        """One function; a 404 when the project has none of this name."""
        return self._find(project_id, name).function

    def find(self, project_id: str, name: str) -> Function | None:
        """One function by name, None when the project has none."""
        hosted = self._hosted.get(name)
        return hosted.function if hosted is not None and hosted.function.project_id == project_id else None

    def find_by_id(self, project_id: str, number: int) -> Function | None:
        """One function by its integer id, None when the project has none."""
        return next((function for function in self.in_project(project_id) if function.id == number), None)

    def calls(self, name: str) -> list[datetime.datetime]:
        """When the function was called, since the emulator was started."""
        return list(self._hosted[name].calls)

    def log(self, name: str) -> LogBuffer:
        """The log of a function of any project; :class:`KeyError` for an unknown name."""
        return self._hosted[name].log

    def pid(self, name: str) -> int | None:
        """The process id of the function's worker, while it has one."""
        deployment = self._hosted[name].deployment
        return deployment.pid if deployment else None

    def create(self, project_id: str, fields: dict[str, Any], fault: Fault | None) -> Function:
        """Store a new function of checked ``fields``, and start building."""
        if fields["name"] in self._hosted:
            raise Refused(412, f"A function named {fields['name']} already exists.")
        now = stamp(self._clock.now())
        function = Function(id=next(self._ids), project_id=project_id, created_at=now, updated_at=now, **fields)
        hosted = Hosted(function, LogBuffer(self._clock))
        self._hosted[function.name] = hosted
        self._begin(hosted, self._build(hosted, fault, self._build_seconds / 2, self._build_seconds / 2))
        return function

    def update(self, project_id: str, name: str, fields: dict[str, Any], fault: Fault | None) -> Function:
        """Replace the checked ``fields`` and build again; the old version stops answering at once."""
        hosted = self._find(project_id, name)
        self._require_settled(hosted.function, "edited")
        function = hosted.function
        for key, value in fields.items():
            setattr(function, key, value)
        function.version += 1
        function.updated_at = stamp(self._clock.now())
        function.status, function.error = "deploying", None
        self._begin(hosted, self._build(hosted, fault, 0, self._build_seconds))
        return function

    async def delete(self, project_id: str, name: str) -> None:
        hosted = self._find(project_id, name)
        self._require_settled(hosted.function, "deleted")
        del self._hosted[name]
        self._on_change()
        await self._end(hosted)

    async def call(self, name: str, call: Call) -> Answer:
        """Call a function by its public name.

        Raises :class:`KeyError`, :class:`NotReady`, :class:`NotRunnable`, or what the runner raises.
        """
        hosted = self._hosted[name]
        hosted.calls.append(self._clock.now())
        if hosted.function.status != "running":
            raise NotReady(f"The function {name} is {hosted.function.status}, not running.")
        if hosted.deployment is None:
            raise NotRunnable(f"The function {name} is deployed, but this host cannot run the runtime {hosted.function.runtime}.")
        return await hosted.deployment.call(call)

    def handles_cors(self, name: str) -> bool:
        """Does the function of this public name, if there is one, answer preflights itself?"""
        hosted = self._hosted.get(name)
        return hosted is not None and hosted.deployment is not None and hosted.deployment.spec.handles_cors

    def release_stuck(self) -> None:
        """Let functions go on whose status was stuck by a fault."""
        for hosted in self._hosted.values():
            hosted.stuck = False
            hosted.changed.set()

    async def clear(self) -> None:
        """Forget all functions, end their workers, count ids from the start again."""
        ended = list(self._hosted.values())
        self._hosted.clear()
        self._ids = itertools.count(FIRST_ID)
        await asyncio.gather(*(self._end(hosted) for hosted in ended))
        self._on_change()

    async def close(self) -> None:
        """End all workers; the functions stay stored as they are."""
        await asyncio.gather(*(self._end(hosted) for hosted in self._hosted.values()))

    def stored(self) -> list[dict[str, Any]]:
        """The JSON of the state file."""
        return [function.stored() for function in self.all()]

    def restore(self, stored: list[Function]) -> None:
        """Take stored functions over; all but failed ones are brought up again without the artificial wait."""
        for function in stored:
            hosted = Hosted(function, LogBuffer(self._clock))
            self._hosted[function.name] = hosted
            if function.status != "failed":
                function.status = "deploying"
                self._begin(hosted, self._build(hosted, None, 0, 0))
        self._ids = itertools.count(max([FIRST_ID - 1, *(function.id for function in self.all())]) + 1)

    def _find(self, project_id: str, name: str) -> Hosted:
        hosted = self._hosted.get(name)
        if hosted is None or hosted.function.project_id != project_id:
            raise Refused(404, f"Function {name} not found.")
        return hosted

    @staticmethod
    def _require_settled(function: Function, verb: str) -> None:
        if function.status not in SETTLED:
            raise Refused(412, f"Function {function.name} is {function.status} and cannot be {verb} before it is running or failed.")

    def _begin(self, hosted: Hosted, build: Any) -> None:
        hosted.task = asyncio.create_task(build)
        self._on_change()

    async def _end(self, hosted: Hosted) -> None:
        if hosted.task is not None:
            hosted.task.cancel()
            await asyncio.gather(hosted.task, return_exceptions=True)
        await self._stop_deployment(hosted)

    async def _stop_deployment(self, hosted: Hosted) -> None:
        deployment, hosted.deployment = hosted.deployment, None
        if deployment is not None:
            await deployment.stop()

    async def _build(self, hosted: Hosted, fault: Fault | None, creating: float, deploying: float) -> None:
        function = hosted.function
        hosted.stuck = fault is not None and fault.action == "stuck_status"
        hosted.changed.clear()
        await self._stop_deployment(hosted)
        if creating:
            await self._clock.sleep(creating)
        if hosted.stuck:
            await hosted.changed.wait()
        function.status = "deploying"
        hosted.log.write("build", f"version {function.version}: deploying on {function.runtime}")
        if deploying:
            await self._clock.sleep(deploying)
        try:
            if fault is not None and fault.action == "build_fails":
                raise BuildError(fault.message or "the build failed because the emulator was told so")
            await self._bring_up(hosted)
        except (BuildError, OSError) as error:
            function.status, function.error = "failed", str(error)
            hosted.log.write("build", f"version {function.version}: failed: {error}")
        else:
            function.status = "running"
            hosted.log.write("build", f"version {function.version}: running")
        self._on_change()

    async def _bring_up(self, hosted: Hosted) -> None:
        function, runtime = hosted.function, RUNTIMES[hosted.function.runtime]
        if runtime.family is None or not self._runner.interpreters.has(runtime.family):
            hosted.log.write("build", f"this host cannot run {runtime.id}: calls will be answered with 501")
            return
        requirements = _text_of(function.files, runtime.label)
        environment = {key: str(value) for key, value in function.environment_variables.items()}
        spec = FunctionSpec(
            function.name,
            runtime.family,
            runtime.contract,
            runtime.entry(function.files),
            {path: content for path, content in function.files.items() if path != runtime.label or requirements},
            requirements,
            function.memory,
            float(function.timeout),
            environment,
        )
        hosted.deployment = await self._runner.deploy(spec, hosted.log)


def _text_of(files: dict[str, bytes], name: str) -> str:
    """A dependency file, empty when there is none or nothing in it; :class:`BuildError` when it is no text."""
    try:
        text = files.get(name, b"").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BuildError(f"{name} is not UTF-8 text: {error}") from error
    return text if text.strip() else ""
