# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of a module in a process of its own, which is met at one of its requests, and ended or held there by its id."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

Options = dict[str, Any]
# A copy of this process has everything imported, so that hundreds of them cost little.
FORK = multiprocessing.get_context("fork")
LOOK_SECONDS = 0.005


def _report(run: Callable[[], Options], writer: Connection) -> None:
    writer.send(run())


class ChildRun:
    """A run that began. Its process has ended when the block ends."""

    def __init__(self, run: Callable[[], Options]) -> None:
        self._reader, writer = FORK.Pipe(duplex=False)
        self._process = FORK.Process(target=_report, args=(run, writer), daemon=True)
        self._process.start()
        writer.close()

    def __enter__(self) -> ChildRun:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._reader.close()

    def comes_to(self, emulator: Any, fault: Options) -> bool:
        """Wait until it meets an armed fault; whether it does so before it ends."""
        while not any(one["fired"] for one in emulator.control("GET", "faults")["faults"] if one["id"] == fault["id"]):
            if self._reader.poll() or not self._process.is_alive():
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def send(self, sign: signal.Signals) -> None:
        """Send its process a signal, if that has not ended."""
        if self._process.is_alive() and self._process.pid is not None:
            os.kill(self._process.pid, sign)

    def result(self) -> Options | None:
        """How it ended; ``None`` when it was not let to."""
        found: Options | None = None
        with contextlib.suppress(EOFError):
            found = self._reader.recv()
        self._process.join()
        return found
