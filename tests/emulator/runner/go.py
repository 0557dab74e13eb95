# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds functions in Go: their package ``main`` together with types and a main of the emulator's own (reference P.6)."""

from __future__ import annotations

import shutil
from pathlib import Path

from .dependencies import run
from .launch import Place
from .logs import LogBuffer
from .spec import BuildError

SUPPLEMENT = Path(__file__).resolve().parent / "go_worker.go"
# Sorted last, and a name that no function has by chance.
SUPPLEMENT_NAME = "zz_emulator_worker.go"
MODULE = "module function\n"


async def build(compiler: str, place: Place, log: LogBuffer) -> None:
    """Compile into :attr:`Place.program`; :class:`BuildError` when it cannot be, with the compiler's words in the log."""
    folder = place.folder / "build"
    shutil.copytree(place.root, folder)
    if not (folder / "go.mod").exists():
        (folder / "go.mod").write_text(MODULE, encoding="utf-8")
    shutil.copy(SUPPLEMENT, folder / SUPPLEMENT_NAME)
    log.write("build", "go build")
    code, output = await run([compiler, "build", "-mod=mod", "-o", str(place.program), "."], cwd=folder)
    if output.strip():
        log.write("build", output.strip())
    if code != 0:
        problems = [line for line in output.splitlines() if line.strip() and not line.startswith("#")]
        raise BuildError(f"go build failed: {problems[0].strip() if problems else f'it ended with code {code}'}")
