# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flask and other WSGI applications: ``app`` of the module, served by waitress (reference P.5; the server is our choice)."""

from __future__ import annotations

import importlib
import socket
from typing import Any

from .loading import load_app
from .start import Control

THREADS = 8


def serve(control: Control, path: str, root: str, entry: str, packages: str, server: str) -> None:
    app = load_app(root, entry, packages, server)
    waitress: Any = importlib.import_module("waitress.server")
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    # Headers arrive as the client sent them, X-Forwarded-For included.
    created = waitress.create_server(app, sockets=[listening], threads=THREADS, clear_untrusted_proxy_headers=False)
    control.ready(port=listening.getsockname()[1])
    created.run()
