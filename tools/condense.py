# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leaves out of ansible-playbook's output what a spectator of the demo does not need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_HEADER = re.compile(r"^(?:PLAY|TASK) ")
_QUIET = re.compile(r"^(?:ok: \[\S+\](?: => \(item=.*\))?|included: .*)$")
_ROLE = re.compile(r"^included: [^/\s]+ for ")
_WAITING = re.compile(r"^FAILED - RETRYING: \[\S+\]: (.*) \(\d+ retries left\)\.$")


def condense(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of tasks that changed something, failed, or have something to say, and the names of the roles that run.

    A task whose whole output is `ok` is left out; a retry, which Ansible calls a failure, becomes a waiting line.
    """
    block: list[str] = []
    for line in lines:
        plain = ESCAPES.sub("", line).strip()
        waiting = _WAITING.match(plain)
        if waiting:
            yield from _show(block)
            block = []
            yield f"  ... {waiting[1]}\n"
        elif _HEADER.match(plain):
            yield from _show(block)
            block = [line]
        else:
            block.append(line)
    yield from _show(block)


def _show(block: list[str]) -> Iterator[str]:
    body = [ESCAPES.sub("", line).strip() for line in block[1:]]
    said = [line for line in body if line]
    task = bool(block) and ESCAPES.sub("", block[0]).startswith("TASK ")
    if not task or not all(_QUIET.match(line) for line in said):
        yield from block
    elif any(_ROLE.match(line) for line in said):
        yield block[0]
        yield "\n"
