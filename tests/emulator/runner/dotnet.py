# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds functions in C#: their class ``Handler`` together with a main of the emulator's own (reference P.6)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .dependencies import run
from .launch import Place
from .logs import LogBuffer
from .spec import BuildError

SUPPLEMENT = Path(__file__).resolve().parent / "dotnet_worker.cs"
# A name that no function has by chance.
SUPPLEMENT_NAME = "zz_emulator_worker.cs"
PROJECT = '<Project Sdk="Microsoft.NET.Sdk" />\n'
# Quiet, in English, and without what the tool does for a person at its first start; without ICU, which small hosts lack.
ENVIRONMENT = {
    "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
    "DOTNET_CLI_UI_LANGUAGE": "en",
    "DOTNET_GENERATE_ASPNET_CERTIFICATE": "false",
    "DOTNET_NOLOGO": "1",
    "DOTNET_SKIP_FIRST_TIME_EXPERIENCE": "1",
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
}
# These win over the function's own project. No server that outlives the build; a heap that grows with the function and not with the host's cores.
PROPERTIES = {
    "AssemblyName": "function",
    "GenerateDocumentationFile": "false",
    "InvariantGlobalization": "true",
    "OutputType": "Exe",
    "ServerGarbageCollection": "false",
    "StartupObject": "E2eEmulator.Worker",
    "UseAppHost": "false",
    "UseSharedCompilation": "false",
}
OPTIONS = ("-nologo", "-verbosity:quiet", "-consoleLoggerParameters:NoSummary", "-nodeReuse:false")
PROBLEM = re.compile(r"\berror [A-Z]+\d+:")


async def build(program: str, place: Place, log: LogBuffer) -> None:
    """Compile into the folder :attr:`Place.program`; :class:`BuildError` when it cannot be, with the compiler's words in the log."""
    folder = (place.folder / "build").resolve()
    shutil.copytree(place.root, folder)
    if not any(folder.glob("*.csproj")):
        (folder / "Function.csproj").write_text(PROJECT, encoding="utf-8")
    shutil.copy(SUPPLEMENT, folder / SUPPLEMENT_NAME)
    properties = {**PROPERTIES, "TargetFramework": await _framework(program, folder)}
    log.write("build", f"dotnet build ({properties['TargetFramework']})")
    settings = [f"-property:{name}={value}" for name, value in properties.items()]
    code, output = await run([program, "build", *OPTIONS, *settings, "--output", str(place.program)], folder, ENVIRONMENT)
    lines = [line.strip().replace(f"{folder}/", "") for line in output.splitlines() if line.strip()]
    if lines:
        log.write("build", "\n".join(lines))
    if code != 0:
        problems = [re.sub(r"\s*\[[^\]]*\]$", "", line) for line in lines if PROBLEM.search(line)]
        raise BuildError(f"dotnet build failed: {problems[0] if problems else f'it ended with code {code}'}")


async def _framework(program: str, folder: Path) -> str:
    """The framework of the SDK itself, whatever the project names: only that one comes with it, others would be downloaded (our choice)."""
    code, output = await run([program, "--version"], folder, ENVIRONMENT)
    version = re.search(r"^(\d+)\.(\d+)\.\d+", output, re.MULTILINE)
    if code != 0 or version is None:
        raise BuildError(f"dotnet does not work: {output.strip()}")
    return f"{'netcoreapp' if int(version[1]) < 5 else 'net'}{version[1]}.{version[2]}"
