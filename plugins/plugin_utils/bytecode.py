# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports that keep their bytecode, as Python's own do.

Ansible compiles every file of a collection anew in every process that imports it. For a module that runs directly this is the greater part
of what it costs to start.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import typing as t
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader

_ROOT = __name__.rpartition(".plugin_utils.")[0]


class _Finder:
    """Finds what stands below the folder ``plugins`` of this collection, and leaves the rest to the other finders."""

    def __init__(self) -> None:
        # Each reads its folder once.
        self._finder = functools.cache(lambda folder: FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES)))

    def find_spec(self, name: str, path: t.Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Where a module is, for Python's own loader, which looks for bytecode beside it."""
        del target
        if not name.startswith(f"{_ROOT}."):
            return None
        found = (self._finder(folder).find_spec(name) for folder in path or ())
        # A folder without an __init__.py is found without a loader. That is a package only for Ansible's own finder.
        return next((spec for spec in found if spec is not None and spec.loader is not None), None)


@contextlib.contextmanager
def bytecode_kept() -> t.Iterator[None]:
    """Keep and use the bytecode of what is imported within, where the folder may be written. Afterwards imports are Ansible's again."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
