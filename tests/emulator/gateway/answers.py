# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a gateway sends: text, often none, and JSON only where something is listed (reference O.1)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

NOT_FOUND = "404 page not found"


class Refusal(Exception):
    """A request that is turned down; ``body`` goes out as it is."""

    def __init__(self, status: int, body: str = "") -> None:
        super().__init__(body)
        self.status = status
        self.body = body

    def response(self) -> web.Response:
        return text(self.status, self.body)


def refusal(status: int, message: str) -> Refusal:
    """A refusal as most of the servers word it: one line."""
    return Refusal(status, message + "\n")


def text(status: int, body: str = "") -> web.Response:
    """Plain text, or nothing at all."""
    return web.Response(status=status, text=body, content_type="text/plain", charset="utf-8")


def listing(data: Any, content_type: str = "application/json") -> web.Response:
    """JSON without blanks and without a line end."""
    return web.Response(text=json.dumps(data, separators=(",", ":")), content_type=content_type)


def unrouted(error: web.HTTPException) -> web.Response:
    """What the gateway's router says to a path or a method that it does not know."""
    if error.status == 404:
        return text(404, NOT_FOUND + "\n")
    return text(error.status)
