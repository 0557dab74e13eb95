# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's runner without any API: functions are brought up from files and called in this process."""

from __future__ import annotations

import asyncio
import shutil
import sys
from typing import Any

from tests.emulator.clock import SystemClock
from tests.emulator.runner.dependencies import Dependencies, Interpreters
from tests.emulator.runner.deployment import Deployment, Runner
from tests.emulator.runner.logs import LogBuffer
from tests.emulator.runner.spec import Answer, Call, Contract, Family, FunctionSpec
from tests.emulator.settings import default_cache_dir

LOG_SECONDS = 10
# One text for each framework, so that each is installed once. FastAPI's is the one of the platform's template (reference P.2).
FASTAPI = "fastapi==0.109.0\npydantic==2.5.3\nuvicorn==0.25.0\n"
FLASK = "flask==3.0.3\n"
EXPRESS = '{"name": "function", "private": true, "dependencies": {"express": "4.21.2"}}'
ENTRIES: dict[Family, str] = {"python": "func.py", "node": "index.mjs", "php": "index.php", "go": "handle.go", "dotnet": "Handler.cs"}


class Function:
    """A function that runs."""

    def __init__(self, loop: asyncio.Runner, deployment: Deployment, log: LogBuffer) -> None:
        self._loop = loop
        self._log = log
        self.deployment = deployment

    @property
    def pid(self) -> int | None:
        return self.deployment.pid

    def call(self, path: str = "/", method: str = "GET", **fields: Any) -> Answer:
        return self._loop.run(self.deployment.call(request(path, method, **fields)))

    def together(self, *paths: str) -> list[Answer]:
        """Call all paths at the same time."""

        async def gather() -> list[Answer]:
            return await asyncio.gather(*(self.deployment.call(request(path)) for path in paths))

        return self._loop.run(gather())

    @property
    def log(self) -> list[str]:
        """The lines so far; see :meth:`logged` for those that a call has only just written."""
        return [line.message for line in self._log.read()]

    def logged(self, text: str) -> bool:
        """Is there a line with ``text``, or will there soon be one?"""

        async def look() -> bool:
            try:
                async with asyncio.timeout(LOG_SECONDS):
                    while not any(text in line for line in self.log):
                        await asyncio.sleep(0.01)
            except TimeoutError:
                return False
            return True

        return self._loop.run(look())


class Bench:
    """Brings functions up; all of them end with it."""

    def __init__(self) -> None:
        interpreters = Interpreters(sys.executable, shutil.which("node"))
        self.loop = asyncio.Runner()
        self._runner = Runner(interpreters, Dependencies(default_cache_dir(), interpreters))
        self._functions: list[Function] = []
        self.log = LogBuffer(SystemClock())

    def deploy(self, family: Family, contract: Contract, files: str | dict[str, str | bytes], requirements: str = "", **more: Any) -> Function:
        """``files`` are all of them, or the text of the only one; ``more`` are memory, timeout, environment, entry."""
        entry = more.pop("entry", ENTRIES[family])
        content = {entry: files} if isinstance(files, str) else files
        placed = {path: text.encode() if isinstance(text, str) else text for path, text in content.items()}
        spec = FunctionSpec("f", family, contract, entry, placed, requirements, more.pop("memory", 256), more.pop("timeout", 30.0), **more)
        self.log = LogBuffer(SystemClock())
        function = Function(self.loop, self.loop.run(self._runner.deploy(spec, self.log)), self.log)
        self._functions.append(function)
        return function

    def clear(self) -> None:
        """End what was deployed."""
        for function in self._functions:
            self.loop.run(function.deployment.stop())
        self._functions.clear()

    def close(self) -> None:
        self.clear()
        self._runner.close()
        self.loop.close()


def request(path: str = "/", method: str = "GET", *, body: bytes = b"", query: Any = (), headers: Any = (), raw_target: str = "") -> Call:
    """A call with the host that every request has."""
    return Call(method, path, list(query), [("Host", "f.example"), *headers], body, raw_target, "192.0.2.7")
