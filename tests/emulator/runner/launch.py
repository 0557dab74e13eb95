# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker is started with, and how it is reached, by language and contract."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .channels import Channel, Frames, Http, classic_head, event_head
from .dependencies import Interpreters
from .spec import BuildError, FunctionSpec

HERE = Path(__file__).resolve().parent
# PORT belongs to the platform (reference P.9); which port its launcher gives to Express is not known. That of containers (P.7), our choice.
SERVER_PORT = "8080"


@dataclass(frozen=True)
class Place:
    """Where one deployment has its things; ``server`` holds the packages of the ASGI or WSGI server that the function does not bring."""

    folder: Path
    packages: Path | None = None
    server: Path | None = None

    @property
    def root(self) -> Path:
        """The function's root directory."""
        return self.folder / "function"

    @property
    def program(self) -> Path:
        """The compiled function, for languages that have one: a file, for C# a folder."""
        return self.folder / "program"


def command(spec: FunctionSpec, interpreters: Interpreters, place: Place, socket: Path, fd: int) -> list[str]:
    """The worker's command line; ``fd`` is its end of the control channel. :class:`BuildError` for what cannot be run."""
    program = interpreters.path(spec.family)
    match spec.family, spec.contract:
        case "python", "handle" | "handler" | "asgi" | "wsgi":
            packages = [str(folder or "") for folder in (place.packages, place.server)]
            return [program, "-S", "-u", str(HERE / "python_worker.py"), spec.contract, str(socket), str(fd), str(place.root), spec.entry, *packages]
        case "node", "handle" | "handler" | "server":
            script = [program, f"--max-old-space-size={spec.memory}", str(HERE / "node_worker.mjs")]
            return [*script, spec.contract, str(socket), str(fd), str(place.root / spec.entry)]
        case "php", "server":
            return [interpreters.path("python"), "-I", "-S", "-u", str(HERE / "php_worker.py"), str(fd), program, str(spec.memory), spec.entry]
        case "go", "handler" | "server":
            return [str(place.program), str(socket), str(fd)]
        case "dotnet", "handler" | "server":
            return [program, str(place.program / "function.dll"), str(socket), str(fd)]
    raise BuildError(f"the contract {spec.contract} is not known for {spec.family}")


def environment(spec: FunctionSpec, place: Place) -> dict[str, str]:
    """All variables of the worker: the function's own win, except for the port."""
    minimal = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(place.folder), "TMPDIR": str(place.folder / "tmp")}
    port = {"PORT": SERVER_PORT} if (spec.family, spec.contract) == ("node", "server") else {}
    return {**minimal, **spec.environment, **port}


def channel(spec: FunctionSpec, socket: Path, port: int | None) -> Channel:
    """The way to a worker that is ready; ``port`` is what it reported."""
    if spec.contract in ("asgi", "wsgi") or (spec.contract == "server" and spec.family not in ("go", "dotnet")):
        return Http(socket, port)
    return Frames(socket, classic_head if spec.contract == "handle" else event_head)
