# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runner is told and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, urlencode

Family = Literal["python", "node", "php", "go", "dotnet"]
# How the code is called: ``handle`` is the contract of the CLI of 2024, ``handler`` today's with the event of an API gateway's proxy;
# ``asgi`` and ``wsgi`` are a Python module's own ``app``, ``server`` is a program of its own that answers HTTP (Express, PHP).
# Go and C# have one way to be called, with the same event (reference P.6): ``handler`` and ``server`` mean that there.
Contract = Literal["handle", "handler", "asgi", "wsgi", "server"]
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class FunctionSpec:
    """One version of a function that can run.

    ``entry`` is the file that is loaded (``handler.py``, ``index.mjs``), ``files`` are all files by their path below the function's
    root directory, that one included; ``requirements`` is the text of requirements.txt or package.json, ``memory`` is in MB,
    ``timeout`` in seconds.
    """

    name: str
    family: Family
    contract: Contract
    entry: str
    files: dict[str, bytes]
    requirements: str
    memory: int
    timeout: float
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def handles_cors(self) -> bool:
        """Must the platform leave preflights and ``Access-Control-Allow-Origin`` to the function?

        Frameworks do their own CORS (reference P.5). A PHP script writes its whole answer itself (P.6): left alone too, our choice.
        """
        return self.contract in ("asgi", "wsgi") or (self.contract == "server" and self.family in ("node", "php"))


@dataclass(frozen=True)
class Call:
    """An HTTP request as the function sees it; ``path`` starts with a slash and is relative to the function's URL.

    ``path`` and ``query`` are decoded; ``raw_target`` is both as they were sent, empty when they came from elsewhere than a request.
    ``source_ip`` is the client's address.
    """

    method: str
    path: str
    query: Pairs
    headers: Pairs
    body: bytes
    raw_target: str = ""
    source_ip: str = "127.0.0.1"

    @property
    def target(self) -> str:
        """What stands in the request line: path and query, percent-encoded."""
        if self.raw_target:
            return self.raw_target
        return quote(self.path) + (f"?{urlencode(self.query)}" if self.query else "")


@dataclass(frozen=True)
class Answer:
    """What the handler gave back."""

    status: int
    headers: Pairs
    body: bytes


class BuildError(Exception):
    """The function cannot be brought up; the text is one line for a person, details are in the log."""


class CallTimeout(Exception):
    """The handler took longer than the function's timeout and was killed."""


class WorkerDied(Exception):
    """The worker ended before it answered; the text says why."""
