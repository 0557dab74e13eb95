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
import struct
import sys
from pathlib import Path
from typing import Any

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

    def __init__(self, spec: FunctionSpec, folder: Path, socket_path: Path, packages: Path | None, log: LogBuffer) -> None:
        self._spec = spec
        self._folder = folder
        self._socket = socket_path
        self._packages = packages
        self._log = log
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
        self._control = ours
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-S",
                str(HERE / "launcher.py"),
                self._spec.environment.get("LC_CTYPE", ""),
                *self._command(interpreters, theirs.fileno()),
                cwd=self._folder / "function",
                env=self._environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
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

    def _command(self, interpreters: Interpreters, fd: int) -> list[str]:
        program = interpreters.path(self._spec.family)
        if self._spec.family == "python":
            script = [program, "-S", "-u", str(HERE / "python_worker.py")]
            packages = [str(self._packages)] if self._packages else []
            return [*script, str(self._socket), str(fd), str(self._folder), self._spec.entry, *packages]
        heap = f"--max-old-space-size={self._spec.memory}"
        return [program, heap, str(HERE / "node_worker.mjs"), str(self._socket), str(fd), str(self._folder / "function" / self._spec.entry)]

    def _environment(self) -> dict[str, str]:
        minimal = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self._folder), "TMPDIR": str(self._folder / "tmp")}
        return {**minimal, **self._spec.environment}

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
        self._active += 1
        try:
            async with asyncio.timeout(self._spec.timeout):
                answer = await self._exchange(call)
        except TimeoutError:
            cause = f"took longer than the timeout of {self._spec.timeout:g} seconds and was killed"
            self._kill(cause)
            await self._ending()
            raise CallTimeout(cause) from None
        except (OSError, asyncio.IncompleteReadError):
            raise WorkerDied(await self._ending()) from None
        finally:
            self._active -= 1
        self._check_memory()
        if not self.alive:
            raise WorkerDied(await self._ending())
        return answer

    async def _exchange(self, call: Call) -> Answer:
        reader, writer = await asyncio.open_unix_connection(str(self._socket))
        try:
            head = {"method": call.method, "path": call.path, "query": call.query, "headers": call.headers, "length": len(call.body)}
            encoded = json.dumps(head).encode()
            writer.write(struct.pack(">I", len(encoded)) + encoded + call.body)
            await writer.drain()
            size = struct.unpack(">I", await reader.readexactly(4))[0]
            answer = json.loads(await reader.readexactly(size))
            body = await reader.readexactly(answer["length"])
        finally:
            writer.close()
        return Answer(answer["status"], [(str(name), str(value)) for name, value in answer["headers"]], body)

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
            await asyncio.sleep(WATCH_BUSY_SECONDS if self._active or not self._socket.exists() else WATCH_IDLE_SECONDS)

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
