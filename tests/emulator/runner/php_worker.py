# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches over PHP's own server, which runs the entry file for every request (reference P.6).

Usage: ``python -I -S -u php_worker.py CONTROL_FD PHP MEMORY ENTRY``. PHP cannot watch the control channel itself, so this
process reports the port to the emulator and ends PHP with the emulator. Standard library only, any Python from 3.9 on.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading

STARTED = re.compile(rb"Development Server \(http://127\.0\.0\.1:(\d+)\) started")
PR_SET_PDEATHSIG = 1
# PHP's server answers one request at a time in each of its processes.
PROCESSES = "4"


def lifeline(control: socket.socket) -> None:
    """End this process and PHP when the emulator is gone."""
    try:
        while control.recv(64):
            pass
    except OSError:
        pass
    os.kill(0, signal.SIGKILL)


def main() -> None:
    fd, php, memory, entry = sys.argv[1:]
    control = socket.socket(fileno=int(fd))
    control.set_inheritable(False)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, 0)  # the launcher's signal would end this process without PHP
    threading.Thread(target=lifeline, args=(control,), daemon=True).start()
    # Limits are the emulator's; errors belong in the log, never in the answer.
    settings = {"memory_limit": memory + "M", "max_execution_time": "0", "display_errors": "0", "log_errors": "1", "error_log": "/dev/stderr"}
    options = [part for name, value in settings.items() for part in ("-d", "%s=%s" % (name, value))]
    # A file that cannot be parsed would answer every request with 500: it is told at the start, as with other languages.
    check = [php, *options, "-d", "error_log=", "-l", entry]
    checked = subprocess.run(check, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if checked.returncode:
        sys.stderr.buffer.write(checked.stderr)
        lines = checked.stderr.decode(errors="replace").strip().splitlines() or ["%s cannot be parsed" % entry]
        report(control, {"error": lines[0]})
        sys.exit(1)
    environment = {"PHP_CLI_SERVER_WORKERS": PROCESSES, **os.environ}
    process = subprocess.Popen(
        [php, "-q", *options, "-S", "127.0.0.1:0", entry], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )
    assert process.stderr is not None
    reported = False
    for line in process.stderr:
        started = STARTED.search(line)
        if started is None:
            sys.stderr.buffer.write(line)
            sys.stderr.flush()
        elif not reported:
            reported = True
            report(control, {"ready": True, "port": int(started[1])})
    code = process.wait()
    sys.exit(code if code >= 0 else 128 - code)


def report(control: socket.socket, content: dict[str, object]) -> None:
    control.sendall(json.dumps(content).encode() + b"\n")


if __name__ == "__main__":
    main()
