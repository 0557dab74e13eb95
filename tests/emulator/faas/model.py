# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A function as the platform keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ..settings import Readback
from ..state import BadState
from .runtimes import RUNTIMES

MINIMAL = ("name", "runtime", "status", "url")
CODE = ("code", "requirements")


@dataclass
class Function:
    """``memory`` in MB, ``timeout`` in seconds, ``status`` in the released client's lower case, ``extra`` unknown body keys."""

    id: int
    project_id: str
    name: str
    runtime: str
    node_type: str
    code: str
    requirements: str
    memory: int
    timeout: int
    environment_variables: dict[str, Any]
    secrets: list[Any]
    created_at: str
    updated_at: str
    status: str = "creating"
    error: str | None = None
    version: int = 1
    extra: dict[str, Any] = field(default_factory=dict)

    def view(self, readback: Readback, url: str) -> dict[str, Any]:
        """What a GET returns (reference B.5)."""
        shown: dict[str, Any] = {**self.extra, **self.stored(), "url": url}
        del shown["extra"], shown["project_id"]
        if self.error is None:
            del shown["error"]
        if readback == "minimal":
            return {key: shown[key] for key in MINIMAL}
        if readback == "no-code":
            return {key: value for key, value in shown.items() if key not in CODE}
        return shown

    def stored(self) -> dict[str, Any]:
        """The JSON of the state file."""
        return asdict(self)


def parse_stored(stored: Any) -> list[Function]:
    """The functions of a state file; :class:`BadState` when they are not what this emulator writes."""
    try:
        functions = [Function(**one) for one in stored]
    except TypeError as error:
        raise BadState(f"the state file does not hold functions of this emulator: {error}") from error
    unknown = sorted({function.runtime for function in functions} - set(RUNTIMES))
    if unknown:
        raise BadState(f"the state file names unknown runtimes: {', '.join(unknown)}")
    return functions
