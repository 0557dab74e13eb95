# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer shapes of the MyAccount API (reference A.3), good and bad, and paging (reference A.5)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

EMPTY: dict[str, Any] = {}


class Refused(Exception):
    """A request the API turns down: becomes the envelope with ``code`` as HTTP status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def success(data: Any, message: str = "Success", code: int = 200, top_level: Mapping[str, int] | None = None) -> web.Response:
    """The envelope of a request that worked; ``top_level`` are the totals of a list."""
    return web.json_response({"code": code, "data": data, "errors": EMPTY, "message": message, **(top_level or {})}, status=code)


def failure(code: int, message: str) -> web.Response:
    """Shape 1: the normal envelope, ``errors.detail[0]`` equal to ``message``."""
    return web.json_response(failure_body(code, message), status=code)


def failure_body(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "data": EMPTY, "errors": {"detail": [message]}, "message": message}


def django_refusal(status: int, detail: str) -> web.Response:
    """Shape 2: a Django REST body, nothing but ``detail``."""
    return web.json_response({"detail": detail}, status=status)


def short_refusal(status: int, message: str) -> web.Response:
    """Shape 3: ``status_code`` and ``message`` without ``code`` or ``data``."""
    return web.json_response({"status_code": status, "message": message}, status=status)


def page(items: Sequence[Any], query: Mapping[str, str], shift: int = 0) -> tuple[Sequence[Any], dict[str, int]]:
    """One page by ``page_no`` (from 1) and ``per_page``, with the totals; everything when neither is asked for.

    With ``shift`` the page is what it would be after that many items had been put before the others.
    """
    if "page_no" not in query and "per_page" not in query:
        return items, {}
    numbers = []
    for key, default in (("page_no", 1), ("per_page", 10)):
        text = query.get(key, str(default))
        if not (text.isascii() and text.isdigit() and int(text) >= 1):
            raise Refused(400, f"{key} must be a whole number from 1, not {text!r}.")
        numbers.append(int(text))
    number, size = numbers
    count = max(len(items) + shift, 0)
    totals = {"total_count": count, "total_page_number": math.ceil(count / size)}
    first, last = ((number - 1) * size - shift, number * size - shift)
    return items[max(first, 0) : max(last, 0)], totals
