# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports a function whose root directory is on the import path, as today's runtimes have it."""

from __future__ import annotations

import importlib
import os
import site
import sys
from types import ModuleType


def load_beside(root: str, entry: str, packages: str) -> ModuleType:
    """The module ``entry``; modules and packages beside it import by their own names (our choice: reference P.8 does not say)."""
    sys.path.insert(0, root)
    if packages:
        site.addsitedir(packages)
    return importlib.import_module(os.path.splitext(entry)[0].replace("/", "."))


def load_app(root: str, entry: str, packages: str, server: str) -> object:
    """The module's ``app`` (reference P.5). The server's packages come last and after the import: the function must name its own."""
    module = load_beside(root, entry, packages)
    app = getattr(module, "app", None)
    if not callable(app):
        raise AttributeError("%s defines no application named app" % entry)
    if server:
        site.addsitedir(server)
    return app
