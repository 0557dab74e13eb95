# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the parts of `make test` side by side and closes with one line: how many passed and how many failed."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

from tools.parts import CHAINS, PARTS, Log, Runner
from tools.project import CACHE, ROOT, ToolError, locked
from tools.totals import Totals

_SHOWN_LINES = 150


class _Tee:
    """Writes to the log and, when one part alone was asked for, to the terminal too."""

    def __init__(self, *files: Log) -> None:
        self._files = files

    def write(self, text: str, /) -> int:
        for file in self._files:
            file.write(text)
        return len(text)

    def flush(self) -> None:
        for file in self._files:
            file.flush()


class Report:
    """Shows progress as parts begin and end, in an order a person can follow, and adds the results up."""

    def __init__(self, output: TextIO, *, live: bool) -> None:
        self._output = output
        self._live = live
        self._lock = threading.Lock()
        self.totals: dict[str, Totals] = {}
        self.interrupted = threading.Event()

    def begin(self, name: str) -> None:
        self._print(f"... {name}")

    def end(self, name: str, totals: Totals, seconds: float, log: Path) -> None:
        with self._lock:
            self.totals[name] = totals
        verdict = "FAILED" if totals.failed else "ok"
        lines = [f"{verdict:>6}  {name}  ({seconds:.0f} s)", *(f"        {line}" for line in totals.closing)]
        if totals.failed and not self._live:
            shown = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_SHOWN_LINES:]
            with contextlib.suppress(ValueError):
                log = log.relative_to(ROOT)
            lines += [f"------ the end of {log}", *shown, "------"]
        self._print("\n".join(lines))

    def close(self) -> int:
        """Print the closing lines and return the exit code."""
        total = sum(self.totals.values(), Totals())
        failed = [name for name, totals in self.totals.items() if totals.failed]
        if failed:
            self._print(f"\nFailed: {', '.join(failed)}. Full logs: .cache/logs/. Repeat one part with `make NAME`.")
        skipped = f", {total.skipped} skipped" if total.skipped else ""
        self._print(f"\n{total.passed} passed, {total.failed} failed{skipped}")
        return 1 if failed or not total.passed else 0

    def _print(self, text: str) -> None:
        with self._lock:
            print(text, file=self._output, flush=True)


def run_chain(names: Sequence[str], report: Report, *, live: bool, parts: Mapping[str, Callable[[Runner], Totals]] = PARTS) -> None:
    """Run the parts `names` in turn; a failed part does not keep the next one from running."""
    with locked(f"part-{names[0]}"):
        for name in names:
            if report.interrupted.is_set():
                return
            report.begin(name)
            started = time.monotonic()
            log = CACHE / "logs" / f"{name}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("w", encoding="utf-8") as file:
                output: Log = _Tee(file, sys.stdout) if live else file
                try:
                    totals = parts[name](Runner(output))
                except ToolError as error:
                    totals = Totals(failed=1, closing=(str(error),))
                except Exception as error:  # pylint: disable=broad-exception-caught
                    traceback.print_exc(file=file)
                    totals = Totals(failed=1, closing=(f"{type(error).__name__}: {error}",))
            report.end(name, totals, time.monotonic() - started, log)


def main(names: Sequence[str]) -> int:
    """Run the parts `names`, or all of those in the chains."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"There is no part called {', '.join(unknown)}; the parts are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    chains = [[name for name in chain if not names or name in names] for chain in CHAINS]
    chains = [chain for chain in chains if chain] + [[name] for name in names if not any(name in chain for chain in CHAINS)]
    live = len(chains) == 1
    report = Report(sys.stdout, live=live)
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        futures = [pool.submit(run_chain, chain, report, live=live) for chain in chains]
        try:
            for future in futures:
                future.result()
        except KeyboardInterrupt:
            # The terminal has interrupted the programs of the running parts too: only what has not begun needs to be told.
            report.interrupted.set()
    return 130 if report.interrupted.is_set() else report.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
