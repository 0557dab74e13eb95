# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are, and the environment in which every tool of this project runs."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
BUILD = ROOT / "build"
HOME = CACHE / "home"
COLLECTION = Path("ansible_collections") / "e2enetworks" / "cloud"

# A developer's own account and settings must not reach a test or the demo, nor may a test reach the account.
_FOREIGN_PREFIXES = ("E2E_", "SERVICE_API_", "SERVICE_AUTH_", "OPENFAAS_", "ANSIBLE_", "MOLECULE_", "PYTEST_", "COVERAGE_", "XDG_", "GIT_")
_FOREIGN_NAMES = ("PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS", "MYPYPATH")

# ansible-test fetches its pip bootstrap script from one host unless it finds it under these names (core 2.18 and 2.19; 2.20 and later).
_PIP_BOOTSTRAP_NAMES = ("get_pip_24_2.py", "get_pip_25_2.py")


class ToolError(Exception):
    """Something a developer has to put right; the text says what and how."""


def environment(
    venv: Path, *, collections: Path | None = None, extra: Mapping[str, str] | None = None, home: Path | None = None,
) -> dict[str, str]:
    """Return the environment for a program of `venv`, with a home folder of the project's own.

    `collections` is the folder above `ansible_collections`, `home` another home folder than the one that is usual.
    """
    home = home or HOME
    _prepare_home(home)
    result = {
        name: value for name, value in os.environ.items()
        if not name.startswith(_FOREIGN_PREFIXES) and name not in _FOREIGN_NAMES or name.startswith("GIT_SSL")
    }
    result.update(
        HOME=str(home),
        LC_ALL="C.UTF-8",
        PATH=f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        VIRTUAL_ENV=str(venv),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_NO_INPUT="1",
        NPM_CONFIG_UPDATE_NOTIFIER="false",
        # The copies below build/ are ignored files of this repository: a tool that asks git about them would see nothing.
        GIT_CEILING_DIRECTORIES=str(BUILD),
    )
    if collections is not None:
        result["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
    result.update(extra or {})
    return result


def _prepare_home(home: Path) -> None:
    with locked("home"):
        cache = home / ".ansible" / "test" / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        source = (ROOT / "tools" / "get_pip.py").read_bytes()
        for name in _PIP_BOOTSTRAP_NAMES:
            target = cache / name
            if not target.exists() or target.read_bytes() != source:
                # Replaced whole: an ansible-test of another part may be reading the old one.
                partial = target.with_suffix(".new")
                partial.write_bytes(source)
                partial.replace(target)
        borrow_package_settings(home)


def borrow_package_settings(home: Path) -> None:
    """Give the home folder `home` the user's settings of pip and npm: how packages are fetched, and what has been fetched already, stays the user's."""
    user = Path(os.environ.get("HOME") or "/nonexistent")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or user / ".config")
    for source, target in (
        (config / "pip", home / ".config" / "pip"),
        (user / ".pip", home / ".pip"),
        (user / ".npmrc", home / ".npmrc"),
        (Path(os.environ.get("XDG_CACHE_HOME") or user / ".cache") / "pip", home / ".cache" / "pip"),
        (user / ".npm", home / ".npm"),
    ):
        if source.exists() and not target.is_symlink() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source)


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the lock `name` of this checkout; a second run of the same thing waits here."""
    folder = CACHE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
