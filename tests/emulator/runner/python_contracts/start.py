# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the command line to a function that answers: control channel, contract, and the report that it is loaded."""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import threading
from typing import Any

from .errors import one_line, visible


class Control:
    """The emulator's end of this process: it is told once how the start went, and its end ends everything here."""

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)
        self._socket.set_inheritable(False)
        threading.Thread(target=self._lifeline, daemon=True).start()

    def ready(self, **more: Any) -> None:
        """The function is loaded; ``port`` is where it serves HTTP."""
        self._send({"ready": True, **more})

    def fail(self, error: BaseException) -> None:
        """The function cannot be loaded: ends the process."""
        sys.stderr.write(visible(error))
        self._send({"error": one_line(error)})
        os._exit(1)

    def _send(self, report: dict[str, Any]) -> None:
        self._socket.sendall(json.dumps(report).encode() + b"\n")

    def _lifeline(self) -> None:
        try:
            while self._socket.recv(64):
                pass
        except OSError:
            pass
        os.kill(0, signal.SIGKILL)


def run(contract: str, path: str, fd: str, root: str, entry: str, packages: str, server: str) -> None:
    """Load the function and serve it for as long as this process lives."""
    control = Control(int(fd))
    sys.argv = [entry]
    module = importlib.import_module("." + contract, __package__)
    try:
        module.serve(control, path, root, entry, packages, server)
    except BaseException as error:  # noqa: B902 - the code may raise anything while it is imported
        control.fail(error)
