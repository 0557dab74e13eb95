# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader's terminal: commands run one after the other, and variables that one exports are there for the next."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

# Longer than any command needs: one that waits for somebody must not hang the tests.
_LONGEST_COMMAND_SECONDS = 900
_LONGEST_FAREWELL_SECONDS = 60


class CommandFailed(Exception):
    """A command ended with another exit code than 0; the text is the end of what it printed."""


class Terminal:
    """Runs commands with `bash` in the folder `cwd`. Used as a context, it ends what still runs, as Ctrl+C would."""

    def __init__(self, cwd: Path, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self._cwd = cwd
        self._servers: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for server in self._servers:
            # The group is the server's own: what make has started gets the signal too, as in a terminal.
            os.killpg(server.pid, signal.SIGINT)
            try:
                server.wait(_LONGEST_FAREWELL_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
                raise
            finally:
                if server.stdout is not None:
                    server.stdout.close()

    def run(self, command: str) -> str:
        """Run a command to its end and return what it printed. Raises CommandFailed."""
        with tempfile.NamedTemporaryFile() as left:
            script = f"{command}\ncode=$?\nenv --null > {left.name}\nexit $code"
            done = subprocess.run(
                ["bash", "-c", script], cwd=self._cwd, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, encoding="utf-8", errors="replace", timeout=_LONGEST_COMMAND_SECONDS, check=False,
            )
            if done.returncode:
                raise CommandFailed(f"exit code {done.returncode}\n{done.stdout[-3000:]}")
            pairs = (entry.partition("=") for entry in os.fsdecode(left.read()).split("\0") if entry)
            self.env = {name: value for name, _sign, value in pairs if name != "_"}
        return done.stdout

    def serve(self, command: str) -> str:
        """Start a command that runs until Ctrl+C, and return the first line that it prints. Raises CommandFailed when it prints none."""
        server = subprocess.Popen(
            ["bash", "-c", command], cwd=self._cwd, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", start_new_session=True,
        )
        line = server.stdout.readline().strip() if server.stdout is not None else ""
        if not line:
            raise CommandFailed(f"exit code {server.wait()}, and nothing printed")
        self._servers.append(server)
        return line
