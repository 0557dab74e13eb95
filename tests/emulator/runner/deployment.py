# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings functions up, calls them, and starts them again after they died."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from . import dotnet, go
from .dependencies import Dependencies, Interpreters, place_files
from .launch import Place
from .logs import LogBuffer
from .spec import Answer, BuildError, Call, CallTimeout, Family, FunctionSpec, WorkerDied
from .worker import Worker

PARALLEL_STARTS = 4
# A unix socket path must fit in 104 bytes on macOS, in 108 on Linux.
LONGEST_SOCKET_FOLDER = 80
DEPENDENCY_FILES: dict[Family, str] = {
    "python": "requirements.txt",
    "node": "package.json",
    "php": "composer.json",
    "go": "go.mod",
    "dotnet": "Function.csproj",
}
BUILDS: dict[Family, Callable[[str, Place, LogBuffer], Awaitable[None]]] = {"go": go.build, "dotnet": dotnet.build}


class Deployment:
    """One version of a function, with its folder and at most one live worker."""

    def __init__(self, runner: Runner, spec: FunctionSpec, place: Place, log: LogBuffer) -> None:
        self.spec = spec
        self._runner = runner
        self._place = place
        self._log = log
        self._worker: Worker | None = None
        self._starting = asyncio.Lock()
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """The process id of the live worker."""
        return self._worker.pid if self._worker is not None and self._worker.alive else None

    async def ensure_worker(self) -> Worker:
        """The live worker; a new one when the last has died."""
        async with self._starting:
            if self._stopped:
                raise WorkerDied("was stopped")
            if self._worker is not None and self._worker.alive:
                return self._worker
            if self._worker is not None:
                await self._worker.stop()
                self._log.write("system", "the worker is started again")
            self._worker = await self._runner.start_worker(self.spec, self._place, self._log)
            return self._worker

    async def call(self, call: Call) -> Answer:
        """Hand one request to the function; raises :class:`CallTimeout` or :class:`WorkerDied`."""
        try:
            worker = await self.ensure_worker()
        except (BuildError, OSError) as error:
            raise WorkerDied(f"could not be started again: {error}") from error
        try:
            return await worker.call(call)
        except (CallTimeout, WorkerDied) as error:
            self._log.write("system", f"{call.method} {call.path}: the worker {error}")
            raise

    async def stop(self) -> None:
        """End the worker and remove the folder."""
        self._stopped = True
        async with self._starting:
            if self._worker is not None:
                await self._worker.stop()
                self._worker = None
        shutil.rmtree(self._place.folder, ignore_errors=True)


class Runner:
    """Turns a :class:`FunctionSpec` into a running :class:`Deployment`."""

    def __init__(self, interpreters: Interpreters, dependencies: Dependencies) -> None:
        self.interpreters = interpreters
        self._dependencies = dependencies
        self._root = Path(tempfile.mkdtemp(prefix="e2e-emulator-"))
        self._sockets = self._root
        if len(str(self._root)) > LONGEST_SOCKET_FOLDER:
            self._sockets = Path(tempfile.mkdtemp(prefix="e2e-emulator-", dir="/tmp"))
        self._numbers = itertools.count(1)
        self._starts = asyncio.Semaphore(PARALLEL_STARTS)

    async def deploy(self, spec: FunctionSpec, log: LogBuffer) -> Deployment:
        """Install, place the code and start the worker; :class:`BuildError` when any of it fails."""
        packages = await self._dependencies.install(spec.family, spec.requirements, log, spec.files)
        server = await self._dependencies.server(spec, packages, log)
        place = Place(self._root / f"d{next(self._numbers)}", packages, server)
        deployment = Deployment(self, spec, place, log)
        try:
            self._put(spec, place)
            if spec.family in BUILDS:
                async with self._starts:
                    await BUILDS[spec.family](self.interpreters.path(spec.family), place, log)
            await deployment.ensure_worker()
        except BaseException:
            await deployment.stop()
            raise
        return deployment

    def _put(self, spec: FunctionSpec, place: Place) -> None:
        """The function's files in its root directory, with the dependency file and, for Node.js, node_modules beside them."""
        place.root.mkdir(parents=True)
        (place.folder / "tmp").mkdir()
        place_files(place.root, spec.files)
        if spec.requirements.strip() or spec.family == "python":
            (place.root / DEPENDENCY_FILES[spec.family]).write_text(spec.requirements, encoding="utf-8")
        if spec.contract == "handle" and spec.family == "python":
            (place.root / "__init__.py").touch()  # it is imported as the package ``function``
        if spec.family == "node" and place.packages is not None:
            shutil.rmtree(place.root / "node_modules", ignore_errors=True)  # what package.json asks for wins, as with npm itself
            (place.root / "node_modules").symlink_to(place.packages, target_is_directory=True)

    async def start_worker(self, spec: FunctionSpec, place: Place, log: LogBuffer) -> Worker:
        worker = Worker(spec, place, self._sockets / f"w{next(self._numbers)}.sock", log)
        async with self._starts:
            await worker.start(self.interpreters)
        return worker

    def close(self) -> None:
        """Remove everything this runner wrote, the cache excepted. Stop the deployments first."""
        for folder in (self._root, self._sockets):
            shutil.rmtree(folder, ignore_errors=True)
