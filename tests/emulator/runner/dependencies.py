# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs the dependencies of functions, each distinct set once, in a cache that several emulators may share."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from .logs import LogBuffer
from .spec import BuildError, Contract, Family, FunctionSpec

# What serves a framework's app is not known, but that FastAPI's template names uvicorn (reference P.2, P.5). Where the function's
# own requirements bring no such server, this one is used: our choice.
SERVERS: dict[Contract, tuple[str, str]] = {"asgi": ("uvicorn", "uvicorn==0.39.0\n"), "wsgi": ("waitress", "waitress==3.0.2\n")}
SECONDS_FOR_A_LIST = 30.0
# A dependency file that names others. Whether the platform has those of an archive when it installs is not known: here it has, our choice.
NAMES_FILES = re.compile(r"^\s*(?:-[rce]|--(?:requirement|constraint|editable)|[./])|^\S+\.whl\b|\bfile:|\"link:", re.MULTILINE)


class Interpreters:
    """The programs functions run with; ``node`` is None when the host has no Node.js. PHP, Go and .NET are those on PATH, if any."""

    def __init__(self, python: str, node: str | None) -> None:
        self._programs: dict[Family, str] = {"python": python}
        optional: dict[Family, str | None] = {"node": node, "php": shutil.which("php"), "go": shutil.which("go"), "dotnet": _dotnet()}
        self._programs.update({family: program for family, program in optional.items() if program})
        self._versions: dict[Family, str] = {}

    def has(self, family: Family) -> bool:
        return family in self._programs

    def path(self, family: Family) -> str:
        """The interpreter's path; :class:`BuildError` when the host has none."""
        try:
            return self._programs[family]
        except KeyError:
            raise BuildError(f"this host has no {family} interpreter") from None

    def npm(self) -> str:
        """The npm that belongs to the Node.js in use, else the one on PATH."""
        beside = Path(self.path("node")).parent / "npm"
        found = str(beside) if beside.exists() else shutil.which("npm")
        if not found:
            raise BuildError("this host has no npm, which installs the dependencies of Node.js functions")
        return found

    async def version(self, family: Family) -> str:
        """The text that identifies the interpreter and its platform."""
        if family not in self._versions:
            report = ["-I", "-S", "-c", "import sys; print(sys.version, sys.platform, sys.maxsize)"]
            arguments = report if family == "python" else ["-p", "process.version + process.platform + process.arch"]
            code, output = await run([self.path(family), *arguments], cwd=Path.cwd())
            if code != 0:
                raise BuildError(f"the {family} interpreter {self.path(family)} does not work: {output.strip()}")
            self._versions[family] = output.strip()
        return self._versions[family]


def _dotnet() -> str | None:
    """The ``dotnet`` on PATH if it has an SDK: a runtime alone builds nothing."""
    program = shutil.which("dotnet")
    if program is not None:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            listing = [program, "--list-sdks"]
            listed = subprocess.run(listing, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_FOR_A_LIST, check=False)
            if listed.returncode == 0 and listed.stdout.strip():
                return program
    return None


async def run(command: list[str], cwd: Path, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a program with the emulator's own environment and ``environment``; gives its exit code and everything it wrote."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, unused = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    assert process.returncode is not None
    return process.returncode, output.decode(errors="replace")


def wanted(family: Family, text: str) -> bool:
    """Does this dependency file ask for anything?"""
    if family == "python":
        return any(line.strip() and not line.strip().startswith("#") for line in text.splitlines())
    if family == "node":
        package = _json_object("package.json", text)
        return bool(package.get("dependencies") or package.get("optionalDependencies"))
    if family == "php" and any("/" in name for name in _json_object("composer.json", text).get("require") or {}):
        raise BuildError("composer.json: the emulator installs no packages for PHP")
    return False  # go.mod and the project of C# are read by the build itself


def _json_object(name: str, text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        content = json.loads(text)
    except ValueError as error:
        raise BuildError(f"{name} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise BuildError(f"{name} must hold a JSON object")
    return content


def place_files(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a directory; :class:`BuildError` for one that would be elsewhere."""
    for path, content in files.items():
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise BuildError(f"{path} is outside of the function's root directory")
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


class Dependencies:
    """``install`` gives the folder with the installed packages: a site directory, or one named node_modules."""

    def __init__(self, cache: Path, interpreters: Interpreters) -> None:
        self._cache = cache
        self._interpreters = interpreters
        self.installs = 0

    async def install(self, family: Family, text: str, log: LogBuffer, files: Mapping[str, bytes] | None = None) -> Path | None:
        """The cached packages of ``text``, installed first if need be; None when it asks for nothing. ``files`` are those beside it.

        Raises :class:`BuildError` when the installer refuses; its output is then in the log.
        """
        if not wanted(family, text):
            return None
        version = await self._interpreters.version(family)
        beside = dict(sorted((files or {}).items())) if NAMES_FILES.search(text) else {}
        parts = [family, version, text, *(f"{path}\0{hashlib.sha256(content).hexdigest()}" for path, content in beside.items())]
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        final = self._cache / digest
        packages = final / ("site" if family == "python" else "node_modules")
        self._cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        async with self._locked(digest):
            if final.is_dir():
                log.write("build", f"dependencies: from the cache ({digest[:12]})")
                return packages
            building = Path(tempfile.mkdtemp(prefix=f"building-{digest[:12]}-", dir=self._cache))
            try:
                place_files(building, beside)
                await self._build(family, text, building, log)
                building.rename(final)
            finally:
                shutil.rmtree(building, ignore_errors=True)
        self.installs += 1
        return packages

    async def server(self, spec: FunctionSpec, packages: Path | None, log: LogBuffer) -> Path | None:
        """The packages of the server for the function's app; None when it needs none or brings its own."""
        if spec.contract not in SERVERS:
            return None
        name, requirement = SERVERS[spec.contract]
        if f"{name}/__init__.py" in spec.files or (packages is not None and (packages / name).is_dir()):
            return None
        log.write("build", f"served by {requirement.strip()}")
        return await self.install("python", requirement, log)

    @contextlib.asynccontextmanager
    async def _locked(self, digest: str) -> AsyncIterator[None]:
        """One installer a digest, also across processes; polled, because a blocked thread could not be cancelled."""
        with open(self._cache / f"{digest}.lock", "w", encoding="utf-8") as handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(0.05)
            yield

    async def _build(self, family: Family, text: str, folder: Path, log: LogBuffer) -> None:
        if family == "python":
            (folder / "requirements.txt").write_text(text, encoding="utf-8")
            pip = [self._interpreters.path("python"), "-m", "pip", "install", "--target", "site", "--requirement", "requirements.txt"]
            command = [*pip, "--quiet", "--no-input", "--no-color", "--disable-pip-version-check"]
        else:
            (folder / "package.json").write_text(text, encoding="utf-8")
            command = [self._interpreters.npm(), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--loglevel=error", "--no-color"]
        tool = "pip" if family == "python" else "npm"
        log.write("build", f"dependencies: {tool} install")
        code, output = await run(command, cwd=folder)
        if output.strip():
            log.write("build", output.strip())
        if code != 0:
            problems = [line.strip() for line in output.splitlines() if line.lower().startswith(("error", "npm error"))]
            reason = (problems[-1] if tool == "pip" else problems[0]) if problems else f"{tool} ended with code {code}"
            raise BuildError(f"the dependencies could not be installed: {reason}")
        packages = folder / ("site" if family == "python" else "node_modules")
        packages.mkdir(exist_ok=True)
