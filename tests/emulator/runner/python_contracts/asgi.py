# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FastAPI and other ASGI applications: ``app`` of the module, served by uvicorn (reference P.5; the server is our choice)."""

from __future__ import annotations

import importlib
import socket
from typing import Any

from .loading import load_app
from .start import Control


class NotStarted(RuntimeError):
    """The application's own start (lifespan) failed."""


def serve(control: Control, path: str, root: str, entry: str, packages: str, server: str) -> None:
    """A port and no unix socket, so that the application sees the address of a client."""
    app = load_app(root, entry, packages, server)
    uvicorn: Any = importlib.import_module("uvicorn")
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.set_inheritable(True)

    class Server(uvicorn.Server):  # type: ignore[misc]
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                control.ready(port=listening.getsockname()[1])

    configured = Server(uvicorn.Config(app, interface="asgi3", access_log=False))
    configured.run(sockets=[listening])
    if not configured.started:
        raise NotStarted("the application did not start, its log says why")
