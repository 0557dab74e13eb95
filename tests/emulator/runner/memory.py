# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a worker uses, read from /proc; hosts without it get no limit from here."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


def _kilobytes(pid: int, key: str) -> int:
    try:
        with open(PROC / str(pid) / "status", encoding="utf-8", errors="replace") as status:
            for line in status:
                if line.startswith(key):
                    return int(line.split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return 0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for listing in (PROC / str(pid) / "task").glob("*/children"):
        try:
            found += [int(child) for child in listing.read_text(encoding="utf-8").split()]
        except (OSError, ValueError):
            continue
    return found


def used_megabytes(pid: int) -> float:
    """The peak of the process itself plus what its descendants hold now, in MB; 0 when it cannot be read.

    The peak, so that an allocation between two looks is not missed: the platform's limit would have met it too.
    """
    total = _kilobytes(pid, "VmHWM:")
    pending = _children(pid)
    while pending:
        child = pending.pop()
        total += _kilobytes(child, "VmRSS:")
        pending += _children(child)
    return total / 1024
