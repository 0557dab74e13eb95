# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments, one for each file of `requirements/`, built once and kept until their content changes."""

from __future__ import annotations

import functools
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.project import CACHE, ROOT, ToolError, locked

MINIMUM_PYTHON = (3, 11)


def included_files(path: Path) -> Iterator[Path]:
    """Yield a requirements file and every file it names with `-r` or `-c`, each after the one that names it."""
    yield path
    for line in path.read_text(encoding="utf-8").splitlines():
        option, _sep, name = line.strip().partition(" ")
        if option in ("-r", "-c"):
            yield from included_files((path.parent / name.strip()).resolve())


@functools.cache
def identity(python: str) -> tuple[str, str]:
    """Return the version in full and the prefix of the Python at this path, which tell it from others.

    Raises OSError or CalledProcessError when it does not run.
    """
    if python == sys.executable:
        return sys.version, sys.base_prefix
    command = [python, "-c", "import sys; print(sys.version, sys.base_prefix, sep='\\0', end='')"]
    version, _sep, prefix = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout.partition("\0")
    return version, prefix


def location(name: str, folder: Path = CACHE / "venvs", requirements: Path = ROOT / "requirements", python: str = sys.executable) -> Path:
    """Return where the environment `name` lives: the path changes with its requirements, its Python and its folder."""
    digest = hashlib.sha256()
    for part in (*identity(python), str(folder)):
        digest.update(part.encode() + b"\0")
    for path in included_files(requirements / f"{name}.txt"):
        digest.update(path.read_bytes() + b"\0")
    return folder / f"{name}-{digest.hexdigest()[:12]}"


def ensure(name: str, python: str = sys.executable) -> Path:
    """Return the ready environment `name` of the Python at this path, after building it when it is missing.

    Raises ToolError when Python is too old, lacks the venv module, or pip cannot install the requirements.
    """
    if sys.version_info < MINIMUM_PYTHON:
        raise ToolError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: run `make PYTHON=python3.12 ...` with a newer one.")
    path = location(name, python=python)
    # Scripts in an environment hold its path, so it cannot be built elsewhere and moved: the marker says that it is whole.
    marker = path / ".ready"
    if marker.exists():
        return path
    with locked(f"venv-{name}"):
        if not marker.exists():
            print(f"Setting up the Python environment '{name}' (once) ...", file=sys.stderr, flush=True)
            shutil.rmtree(path, ignore_errors=True)
            _build(name, path, python)
            marker.touch()
    return path


def _build(name: str, path: Path, python: str) -> None:
    log = CACHE / "logs" / f"venv-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    commands = (
        [python, "-m", "venv", str(path)],
        [str(path / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet",
         "-r", str(ROOT / "requirements" / f"{name}.txt")],
    )
    with log.open("w", encoding="utf-8") as output:
        for command in commands:
            if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, check=False).returncode:
                output.flush()
                tail = "\n".join(line[:200] for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
                hint = "\nOn Debian and Ubuntu: sudo apt-get install python3-venv" if "ensurepip" in tail else ""
                raise ToolError(f"The Python environment '{name}' could not be set up:\n{tail}{hint}")


if __name__ == "__main__":
    try:
        print(ensure(sys.argv[1]))
    except ToolError as error:
        sys.exit(str(error))
