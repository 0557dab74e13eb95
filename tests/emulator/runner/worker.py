# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One worker process: start, call, memory and time limits, end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from . import launch
from .channels import Channel, ChannelBroken
from .dependencies import Interpreters
from .logs import LONGEST_LINE, LogBuffer, Stream
from .memory import used_megabytes
from .spec import Answer, BuildError, Call, CallTimeout, FunctionSpec, WorkerDied

HERE = Path(__file__).resolve().parent
START_SECONDS = 60.0
WATCH_BUSY_SECONDS = 0.025
WATCH_IDLE_SECONDS = 0.25


class Worker:
    """A process that has loaded one version of a function. Not restartable: start a new one."""

    def __init__(self, spec: FunctionSpec, place: launch.Place, socket_path: Path, log: LogBuffer) -> None:
        self._spec = spec
        self._place = place
        self._socket = socket_path
        self._log = log
        self._channel: Channel | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._active = 0
        self._cause: str | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None and self._cause is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, interpreters: Interpreters) -> None:
        """Start the process and wait until the handler is loaded; :class:`BuildError` when it cannot be."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs, contextlib.ExitStack() as undo:
            undo.callback(ours.close)
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-S",
                str(HERE / "launcher.py"),
                self._spec.environment.get("LC_CTYPE", ""),
                *launch.command(self._spec, interpreters, self._place, self._socket, theirs.fileno()),
                cwd=self._place.root,
                env=launch.environment(self._spec, self._place),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
            undo.pop_all()
        self._control = ours
        process = self._process
        assert process.stdout is not None and process.stderr is not None
        self._tasks = [
            asyncio.create_task(self._capture(process.stdout, "stdout")),
            asyncio.create_task(self._capture(process.stderr, "stderr")),
            asyncio.create_task(self._watch_memory()),
        ]
        try:
            report = await self._first_report(ours)
        except BaseException:
            await self.stop()
            raise
        if "ready" not in report:
            await self.stop()
            raise BuildError(f"the handler could not be loaded: {report['error']}")
        self._channel = launch.channel(self._spec, self._socket, report.get("port"))

    async def _first_report(self, control: socket.socket) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        received = b""
        try:
            async with asyncio.timeout(START_SECONDS):
                while not received.endswith(b"\n"):
                    part = await loop.sock_recv(control, 65536)
                    if not part:
                        raise BuildError(f"the worker ended while the handler was loaded: {await self._ending()}")
                    received += part
        except TimeoutError:
            raise BuildError(f"the handler was not loaded within {START_SECONDS:g} seconds") from None
        except ConnectionError:
            raise BuildError(f"the worker ended while the handler was loaded: {await self._ending()}") from None
        report: dict[str, Any] = json.loads(received)
        return report

    async def call(self, call: Call) -> Answer:
        """Hand one request to the handler.

        Raises :class:`CallTimeout` after the function's timeout and :class:`WorkerDied` when the process ended first;
        both leave the worker dead.
        """
        assert self._channel is not None
        self._active += 1
        try:
            async with asyncio.timeout(self._spec.timeout):
                answer = await self._channel.exchange(call)
        except TimeoutError:
            cause = f"took longer than the timeout of {self._spec.timeout:g} seconds and was killed"
            self._kill(cause)
            await self._ending()
            raise CallTimeout(cause) from None
        except ChannelBroken:
            raise WorkerDied(await self._ending()) from None
        finally:
            self._active -= 1
        self._check_memory()
        if not self.alive:
            raise WorkerDied(await self._ending())
        return answer

    async def stop(self) -> None:
        """End the process with everything it started, and forget its pipes. May be called twice."""
        self._kill("was stopped")
        if self._process is not None:
            await self._process.wait()
            with contextlib.suppress(TimeoutError):  # a process that left the group may hold the pipes open
                async with asyncio.timeout(0.5):
                    await asyncio.gather(*self._tasks[:2], return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._channel is not None:
            await self._channel.close()
        if self._control is not None:
            self._control.close()
        self._socket.unlink(missing_ok=True)

    def _kill(self, cause: str) -> None:
        if self._process is None or self._cause is not None:
            return
        self._cause = cause
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def _ending(self) -> str:
        """Why the process is no more, in words that follow "the worker"."""
        assert self._process is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self._process.wait()
        if self._cause is not None:
            return self._cause
        code = self._process.returncode
        if code is None:
            cause = "closed its connection"
        elif code < 0:
            cause = f"was ended by signal {signal.Signals(-code).name}"
        else:
            cause = f"ended by itself with code {code}"
        self._kill(cause)  # its children may live on
        return cause

    async def _watch_memory(self) -> None:
        while self.alive:
            self._check_memory()
            await asyncio.sleep(WATCH_BUSY_SECONDS if self._active or self._channel is None else WATCH_IDLE_SECONDS)

    def _check_memory(self) -> None:
        if self.alive and used_megabytes(self.pid) > self._spec.memory:
            cause = f"used more than its {self._spec.memory} MB of memory and was killed"
            self._log.write("system", f"the worker {cause}")
            self._kill(cause)

    async def _capture(self, pipe: asyncio.StreamReader, stream: Stream) -> None:
        pending = b""
        while chunk := await pipe.read(65536):
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                self._log.write(stream, line.decode(errors="replace"))
            if len(pending) > LONGEST_LINE:
                self._log.write(stream, pending.decode(errors="replace"))
                pending = b""
        if pending:
            self._log.write(stream, pending.decode(errors="replace"))
