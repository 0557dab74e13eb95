# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a fault looks on the wire."""

from __future__ import annotations

import datetime
import email.utils
import json
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from .clock import Clock
from .envelope import failure_body
from .faults import Fault

LIMIT_PAGE = """<!DOCTYPE html>
<html><head><title>Too many requests</title></head>
<body><h1>Request limit reached</h1><p>Please wait and try again.</p></body></html>
"""
HANG_SECONDS = 3600.0
SLOW_SECONDS = 1.0
LOOK_SECONDS = 0.05

Proceed = Callable[[], Awaitable[web.StreamResponse]]
Failure = Callable[[int, str], web.Response]


async def play(fault: Fault, request: web.Request, proceed: Proceed, clock: Clock, failure: Failure) -> web.StreamResponse | None:
    """Answer ``request`` as ``fault`` says; None: no answer went out.

    ``proceed`` gives the real answer and has the effect, ``failure`` says a status and a text as the API of this path does.
    """
    if fault.action == "slow":
        return await _slow(fault, proceed, clock)
    real = await proceed() if fault.when == "after" else None
    # Not before that: a form can be read once only.
    await request.read()
    if fault.action == "reset":
        _reset(request)
    elif fault.action == "hang":
        await _hang(fault, request, clock)
    elif fault.action == "cut":
        await _cut(fault, request, real)
    else:
        return _whole(fault, clock.now(), failure)
    return None


async def _slow(fault: Fault, proceed: Proceed, clock: Clock) -> web.StreamResponse:
    seconds = SLOW_SECONDS if fault.seconds is None else fault.seconds
    if fault.when == "after":
        real = await proceed()
        await clock.sleep(seconds)
        return real
    await clock.sleep(seconds)
    return await proceed()


def _whole(fault: Fault, now: datetime.datetime, failure: Failure) -> web.Response:
    if fault.action == "html":
        return web.Response(status=fault.status or 502, text=_text(fault.body, LIMIT_PAGE), content_type="text/html")
    if fault.action == "empty":
        return web.Response(status=fault.status or 200)
    if fault.action == "rate_limit":
        after = f"{fault.retry_after:g}"
        if fault.retry_after_format == "date":
            after = email.utils.format_datetime(now + datetime.timedelta(seconds=fault.retry_after), usegmt=True)
        body = {"status_code": 429, "errors": fault.message or "Request limit reached, please wait."}
        return web.json_response(body, status=429, headers={"Retry-After": after})
    if fault.action == "failure_envelope":
        return web.json_response(_failing(fault))
    status = fault.status or 500
    if isinstance(fault.body, str):
        return web.Response(status=status, text=fault.body)
    if fault.body is None:
        return failure(status, fault.message or "The emulator was told to fail.")
    return web.json_response(fault.body, status=status)


def _failing(fault: Fault) -> object:
    """HTTP 200 whose body says failure, the four signals of reference A.3 point 5."""
    if fault.body is not None:
        return fault.body
    message = fault.message or "The emulator was told to fail."
    code = fault.status if fault.status and fault.status >= 400 else 412
    return {
        "code": failure_body(code, message),
        "status_code": {"status_code": code, "message": message},
        "detail": {"detail": message},
        "errors_true": {"data": {}, "errors": True, "message": message},
    }[fault.shape]


def _text(body: object, default: str) -> str:
    if body is None:
        return default
    return body if isinstance(body, str) else json.dumps(body)


async def _cut(fault: Fault, request: web.Request, real: web.StreamResponse | None) -> None:
    content = real.body if isinstance(real, web.Response) and isinstance(real.body, bytes) else b""
    if not content:
        content = _text(fault.body, json.dumps({"code": 200, "data": {}, "errors": {}, "message": "Success"})).encode()
    answer = web.StreamResponse(status=real.status if real is not None else 200)
    answer.content_type = "application/json"
    answer.content_length = len(content)
    await answer.prepare(request)
    await answer.write(content[: len(content) // 2])
    if request.transport is not None:
        request.transport.close()


def _reset(request: web.Request) -> None:
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


async def _hang(fault: Fault, request: web.Request, clock: Clock) -> None:
    left = HANG_SECONDS if fault.seconds is None else fault.seconds
    while left > 0 and request.transport is not None and not request.transport.is_closing():
        await clock.sleep(min(LOOK_SECONDS, left))
        left -= LOOK_SECONDS
    if request.transport is not None:
        request.transport.close()
