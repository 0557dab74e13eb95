# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs of the machine that runs the module, as the rest of the collection sees them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finished:
    """A program that has ended.

    :param output: what it wrote, in lines: standard output first, because the reason of a failure comes last, on the other one.
    """

    code: int
    output: tuple[str, ...] = ()


class Runner(t.Protocol):
    """Runs programs in the environment of the module, without a time limit."""

    def has_program(self, name: str) -> bool:
        """Whether there is a program of this name on the PATH."""

    def run_program(self, command: t.Sequence[str], folder: Path | None) -> Finished:
        """Run a command without a shell.

        :param folder: where it runs; ``None`` for the working directory of the module.
        :raises InputError: it cannot be started.
        """
