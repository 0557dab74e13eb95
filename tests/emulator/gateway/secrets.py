# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets, kept as files so that a running function sees a new value as it would through a mount."""

from __future__ import annotations

import base64
import itertools
import os
import shutil
from pathlib import Path
from typing import Any

from ..runner.spec import BuildError
from ..state import BadState

Key = tuple[str, str]


class SecretStore:
    """Values by namespace and name.

    A mount holds hard links: a changed value is seen at once, a deleted secret keeps its last value for those who
    have it, and one that is made again is seen only by functions that start after it (reference O.4).
    """

    def __init__(self, folder: Path) -> None:
        self._values = folder / "values"
        self._mounts = folder / "mounts"
        self._numbers = itertools.count(1)
        self._files: dict[Key, Path] = {}
        for made in (self._values, self._mounts):
            made.mkdir(mode=0o700)

    def __contains__(self, key: Key) -> bool:
        return key in self._files

    def names(self, namespace: str) -> list[str]:
        return sorted(name for space, name in self._files if space == namespace)

    def missing(self, namespace: str, names: list[str]) -> list[str]:
        return [name for name in names if (namespace, name) not in self._files]

    def write(self, namespace: str, name: str, value: bytes) -> None:
        path = self._files.setdefault((namespace, name), self._values / str(next(self._numbers)))
        with open(path, "wb", opener=lambda file, flags: os.open(file, flags, 0o600)) as handle:
            handle.write(value)

    def delete(self, namespace: str, name: str) -> None:
        """Forget a secret; :class:`KeyError` when there is none."""
        self._files.pop((namespace, name)).unlink()

    def mount(self, namespace: str, names: list[str]) -> Path:
        """A new folder with a file for each secret; :class:`BuildError` when one cannot be there."""
        folder = self._mounts / str(next(self._numbers))
        folder.mkdir(mode=0o700)
        try:
            for name in set(names):
                os.link(self._files[namespace, name], folder / name)
        except (KeyError, OSError, ValueError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise BuildError(f"a secret cannot be mounted: {error}") from error
        return folder

    def clear(self) -> None:
        for namespace, name in list(self._files):
            self.delete(namespace, name)

    def stored(self) -> list[dict[str, str]]:
        """The JSON of the state file, with values in base64."""
        return [
            {"namespace": namespace, "name": name, "value": base64.b64encode(path.read_bytes()).decode()}
            for (namespace, name), path in sorted(self._files.items())
        ]

    def restore(self, stored: list[tuple[str, str, bytes]]) -> None:
        for namespace, name, value in stored:
            self.write(namespace, name, value)


def parse_stored(stored: Any) -> list[tuple[str, str, bytes]]:
    """The secrets of a state file; :class:`BadState` when they are not what this emulator writes."""
    try:
        return [(one["namespace"], one["name"], base64.b64decode(one["value"], validate=True)) for one in stored]
    except (TypeError, KeyError, ValueError):
        # The cause may quote a value.
        raise BadState("the state file does not hold secrets of this emulator's gateway") from None
