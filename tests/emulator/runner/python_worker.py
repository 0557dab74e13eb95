# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process a Python function runs in.

Usage: ``python -S -u python_worker.py CONTRACT SOCKET CONTROL_FD ROOT ENTRY PACKAGES SERVER``

ROOT is the function's root directory, ENTRY the module in it; PACKAGES and SERVER are site directories or empty. Calls
arrive on the unix socket SOCKET as frames (contracts ``handle`` and ``handler``), or as HTTP on a port that is reported
(``asgi``, ``wsgi``). CONTROL_FD tells the emulator that the function is loaded, or why it is not, and its end means that
the emulator is gone. This file and the package beside it: standard library only, any Python from 3.9 on.
"""

from __future__ import annotations

import importlib
import os
import sys


def main() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [here] + [entry for entry in sys.path if os.path.abspath(entry) != here]
    start = importlib.import_module("python_contracts.start")
    del sys.path[0]  # the function must not import the emulator's own modules
    start.run(*sys.argv[1:])


if __name__ == "__main__":
    main()
