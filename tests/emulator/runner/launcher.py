# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a worker: no core dumps, and on Linux the kernel ends it when the emulator dies by any cause.

Usage: ``python -I -S launcher.py LC_CTYPE PROGRAM [ARGUMENT...]``. A program of its own because code between fork and
exec is not safe in a process that has threads.
"""

from __future__ import annotations

import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        try:
            import ctypes

            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        except (ImportError, OSError, AttributeError):
            pass  # the worker still notices the end of the emulator on its control channel
    os.environ["LC_CTYPE"] = sys.argv[1]
    if not sys.argv[1]:
        del os.environ["LC_CTYPE"]  # the start of this interpreter may have set it
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
