# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer shapes of the MyAccount API (reference A.3), good and bad, and paging (reference A.5, H.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from aiohttp import web

from . import words

T = TypeVar("T")
EMPTY: dict[str, Any] = {}


class Refused(Exception):
    """A request the API turns down: becomes the envelope with ``code`` as HTTP status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def success(data: Any, message: str = words.SUCCESS, code: int = 200, top_level: Mapping[str, int] | None = None) -> web.Response:
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


@dataclass(frozen=True)
class Pages:
    """How a list is asked for in pages: the two query keys, the size that is meant when none is named, and the largest one.

    ``always`` pages what is asked for without any of the keys too, and counts an empty list as one page (as reference H.4 shows it).
    """

    number: str = "page_no"
    size: str = "per_page"
    default: int = 10
    largest: int | None = None
    always: bool = False

    def with_size(self, default: int) -> Pages:
        return replace(self, default=default)


COMPUTE_PAGES = Pages()
# The largest size, and that larger ones are cut down to it, are our choice.
FUNCTION_PAGES = Pages("page", "page_size", largest=100, always=True)


def page(items: Sequence[T], query: Mapping[str, str], shift: int = 0, pages: Pages = COMPUTE_PAGES) -> tuple[Sequence[T], dict[str, int]]:
    """One page, with the totals; everything when none is asked for, unless the list always has pages.

    With ``shift`` the page is what it would be after that many items had been put before the others.
    """
    if not pages.always and pages.number not in query and pages.size not in query:
        return items, {}
    numbers = []
    for key, default in ((pages.number, 1), (pages.size, pages.default)):
        text = query.get(key, str(default))
        if not (text.isascii() and text.isdigit() and int(text) >= 1):
            raise Refused(400, f"{key} must be a whole number from 1, not {text!r}.")
        numbers.append(int(text))
    number, size = numbers
    size = min(size, pages.largest or size)
    count = max(len(items) + shift, 0)
    totals = {"total_count": count, "total_page_number": max(math.ceil(count / size), int(pages.always))}
    first, last = ((number - 1) * size - shift, number * size - shift)
    return items[max(first, 0) : max(last, 0)], totals
