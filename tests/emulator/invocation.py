# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an HTTP request to what a function is called with, and back from its answer."""

from __future__ import annotations

from aiohttp import web

from .runner.spec import Answer, Call

HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"})
NOT_FROM_HANDLERS = HOP_BY_HOP | {"content-length"}


class BadHeader(ValueError):
    """The function sent a header that cannot be passed on."""


async def read_call(request: web.Request, path: str, own_host: bool = False) -> Call:
    """The request as the function sees it below ``path``, which starts with a slash; ``own_host`` as in :func:`raw_target`."""
    headers = [(key, value) for key, value in request.headers.items() if key.lower() not in HOP_BY_HOP]
    target = raw_target(request, own_host)
    return Call(request.method, path, list(request.query.items()), headers, await request.read(), target, request.remote or "127.0.0.1")


def raw_target(request: web.Request, own_host: bool = False) -> str:
    """Path and query as they were sent, below the function's URL: two segments, ``/functions/NAME``, or none on a host of its own."""
    sent = request.raw_path
    if not sent.startswith("/"):  # the absolute form that clients send to a proxy
        sent = "/" + sent.partition("//")[2].partition("/")[2]
    path, mark, query = sent.partition("?")
    return "/" + (path[1:] if own_host else "".join(path.split("/", 3)[3:])) + mark + query


def to_response(answer: Answer) -> web.Response:
    """The function's answer as it goes out; :class:`BadHeader` for one with a line break in it."""
    if any(character in key + value for key, value in answer.headers for character in "\r\n\0"):
        raise BadHeader("sent a header with a line break in it")
    response = web.Response(status=answer.status, body=answer.body)
    for key, value in answer.headers:
        if key.lower() == "content-type":
            response.headers[key] = value
        elif key.lower() not in NOT_FROM_HANDLERS:
            response.headers.add(key, value)
    return response
