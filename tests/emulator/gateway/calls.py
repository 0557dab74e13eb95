# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of functions: ``/function/...`` at once, ``/async-function/...`` through a queue (reference O.7, O.8)."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from ..clock import Clock
from ..faults import Faults
from ..invocation import BadHeader, read_call, to_response
from ..recorder import Recorder
from ..runner.spec import Call, CallTimeout, WorkerDied
from .answers import NOT_FOUND, refusal, text
from .provider import NoEndpoints, NoProcess, Provider

LOG = logging.getLogger("emulator.gateway")
SYNCHRONOUS, ASYNCHRONOUS = "/function/", "/async-function/"
NAME = "{name:[-a-zA-Z_0-9.]+}"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
CALL_ID, START_TIME, CALLBACK = "X-Call-Id", "X-Start-Time", "X-Callback-Url"
LARGEST_MESSAGE = 1024 * 1024
CALLBACK_SECONDS = 30.0
INTERNAL = {"X-Openfaas-Internal": "proxy"}
DEATH_FAULTS, DEAF_FAULTS = frozenset({"process_dies"}), frozenset({"not_listening"})


@dataclass(frozen=True)
class Release:
    """What differs between releases of the gateway itself (reference O.12)."""

    version: str
    sha: str
    served_by: str
    front_status: int


RELEASES = {
    "current": Release("0.27.14", "8d803bf9", "openfaas-ce/0.27.14", 307),
    "mit": Release("0.27.4", "1ab3f323", "openfaas-community/0.27.4", 301),
}


@dataclass(frozen=True)
class Job:
    """An asynchronous call that waits for its turn."""

    name: str
    call: Call
    dies: bool
    callback: str


class Calls:
    """Answers calls and works off the queue, one job at a time."""

    def __init__(self, provider: Provider, recorder: Recorder, faults: Faults, clock: Clock, numbers: random.Random, release: Release) -> None:
        self._provider = provider
        self._release = release
        self._recorder = recorder
        self._faults = faults
        self._clock = clock
        self._random = numbers
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None

    def register(self, app: web.Application, down: Callable[[web.Request], bool]) -> None:
        async def now(request: web.Request) -> web.StreamResponse:
            if request.method not in METHODS:
                return text(405)
            return text(502) if down(request) else await self._call(request)

        for rest in ("", "/{rest:.*}"):
            app.router.add_route("*", SYNCHRONOUS + NAME + rest, now)
            app.router.add_route("POST", ASYNCHRONOUS + NAME + rest, self._enqueue)

    def start(self) -> None:
        self._worker = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Drop what waits, and what is being worked on."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        self._queue = asyncio.Queue()

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        call, extra = await self._marked(request)
        if self._faults.take(request.method, request.path, DEAF_FAULTS) is not None:
            return _with(out_of_reach(request.match_info["name"]), extra)
        answer = await self._answer(request.match_info["name"], call, self._dies(request))
        for key, value in extra.items():
            answer.headers.setdefault(key, value)
        return answer

    async def _enqueue(self, request: web.Request) -> web.StreamResponse:
        call, extra = await self._marked(request)
        callback = request.headers.get(CALLBACK, "")
        problem = url_problem(callback)
        if problem:
            return _with(refusal(400, f'parse "{callback}": {problem}').response(), extra)
        if len(call.body) > LARGEST_MESSAGE:
            return _with(refusal(500, "nats: maximum payload exceeded").response(), extra)
        self._queue.put_nowait(Job(request.match_info["name"], call, self._dies(request), callback))
        return _with(text(202), extra)

    def _dies(self, request: web.Request) -> bool:
        return self._faults.take(request.method, request.path, DEATH_FAULTS) is not None

    async def _marked(self, request: web.Request) -> tuple[Call, dict[str, str]]:
        """The call with the gateway's own headers, and those headers of the answer."""
        call = await read_call(request, "/" + request.match_info.get("rest", ""))
        started = str(int(self._clock.now().timestamp() * 1e9))
        answered, passed = {START_TIME: started, "X-Served-By": self._release.served_by}, [(START_TIME, started)]
        if not request.headers.get(CALL_ID):
            answered[CALL_ID] = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
            passed.append((CALL_ID, answered[CALL_ID]))
        return replace(call, headers=[*call.headers, *passed]), answered

    async def _answer(self, name: str, call: Call, dies: bool) -> web.Response:
        self._recorder.invocations[name] += 1
        try:
            return to_response(await self._provider.invoke(name, call, dies))
        except NoEndpoints:
            return _with(refusal(503, f"No endpoints available for: {name}.").response(), INTERNAL)
        except NoProcess:
            return calls_itself(call, self._release)
        except (WorkerDied, BadHeader):
            return out_of_reach(name)
        except CallTimeout:
            return text(504)

    async def _work(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(CALLBACK_SECONDS)) as session:
            while True:
                job = await self._queue.get()
                try:
                    await self._do(job, session)
                except Exception:
                    # The next job must have its turn whatever has become of this one.
                    LOG.exception("the asynchronous call of %s failed", job.name)

    async def _do(self, job: Job, session: aiohttp.ClientSession) -> None:
        began = self._clock.now()
        answer = await self._answer(job.name, job.call, job.dies)
        if not job.callback:
            return
        known = {key.lower(): value for key, value in job.call.headers}
        headers = dict(answer.headers) | {
            CALL_ID: known[CALL_ID.lower()],
            "X-Function-Name": job.name,
            "X-Function-Status": str(answer.status),
            "X-Duration-Seconds": f"{(self._clock.now() - began).total_seconds():f}",
            START_TIME: known[START_TIME.lower()],
        }
        headers.pop("Content-Length", None)
        body = answer.body if isinstance(answer.body, bytes) else b""
        try:
            async with session.post(job.callback, data=body, headers=headers, allow_redirects=False) as reply:
                LOG.info("callback of %s: %s", job.name, reply.status)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            LOG.warning("callback of %s failed: %s", job.name, error)


def out_of_reach(name: str) -> web.Response:
    """A function whose process does not listen, or not yet."""
    return _with(refusal(500, f"Can't reach service for: {name}.").response(), INTERNAL)


def calls_itself(call: Call, release: Release) -> web.Response:
    """A function without a process has no address: the gateway asks itself for the path instead."""
    if call.path != "/":
        return refusal(404, NOT_FOUND).response()
    return to_ui(release) if call.method == "GET" else text(405)


def to_ui(release: Release) -> web.Response:
    """Where the gateway sends who asks for its front page."""
    words = {301: "Moved Permanently", 307: "Temporary Redirect"}[release.front_status]
    return web.Response(status=release.front_status, headers={"Location": "/ui/"}, text=f'<a href="/ui/">{words}</a>.\n\n', content_type="text/html")


def url_problem(url: str) -> str:
    """Why a callback address is refused, empty when it is not."""
    if any(ord(character) < 32 or ord(character) == 127 for character in url):
        return "net/url: invalid control character in URL"
    if re.search(r"%(?![0-9A-Fa-f]{2})", url):
        return "invalid URL escape"
    if url.startswith(":"):
        return "missing protocol scheme"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return str(error)
    return "invalid character in host name" if re.search(r"\s", parts.netloc) or port == 0 else ""


def _with(answer: web.Response, headers: dict[str, str]) -> web.Response:
    answer.headers.update(headers)
    return answer
