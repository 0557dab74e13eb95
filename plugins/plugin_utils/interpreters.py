# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether another Python on this machine would run a module as this one does."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import subprocess
import sys

# What a module imports besides the standard library, and what decides how that behaves.
_LIBRARIES = ("requests", "urllib3", "certifi", "idna", "charset-normalizer", "PyYAML", "PySocks", "pathspec")

_ASK = f"""
import importlib.metadata, json, sys
def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
print(json.dumps([sys.version, *map(version, {_LIBRARIES!r})]))
"""

_LONGEST_SECONDS = 10


def is_like_this(interpreter: str) -> bool:
    """Whether it is this Python, or one of the same version with the same versions of what modules import."""
    return is_this(interpreter) or _says(interpreter) == _own()


def is_this(interpreter: str) -> bool:
    """Whether this process runs it. A virtual environment links to a Python, and is another one than that."""
    return interpreter == sys.executable or (
        os.path.isabs(interpreter)
        and os.path.realpath(os.path.dirname(interpreter)) == os.path.realpath(os.path.dirname(sys.executable))
        and os.path.realpath(interpreter) == os.path.realpath(sys.executable)
    )


@functools.cache
def _own() -> tuple[str | None, ...]:
    return (sys.version, *map(_version, _LIBRARIES))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


@functools.cache
def _says(interpreter: str) -> tuple[str | None, ...] | None:
    """What it says of itself, asked once in a process."""
    if not os.path.isabs(interpreter):
        return None
    try:
        asked = subprocess.run([interpreter, "-c", _ASK], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=_LONGEST_SECONDS)
        return tuple(json.loads(asked.stdout))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
