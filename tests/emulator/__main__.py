# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.emulator``: parse the command line, serve, and leave nothing behind."""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from .clock import SystemClock
from .server import Emulator
from .settings import Settings, default_cache_dir
from .state import BadState

LOG = logging.getLogger("emulator")


def _not_negative(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError("must be a number from 0")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be a number from 0 to 65535")
    return number


def parse(arguments: list[str]) -> Settings:
    """The settings of a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description="A stand-in for the E2E Networks API that really runs functions.")
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=8480, help="port to listen on, 0 picks a free one (default: %(default)s)")
    add("--build-seconds", type=_not_negative, default=1.0, help="time spent in creating and deploying besides the real build (default: %(default)s)")
    add("--latency-ms", type=_not_negative, default=0.0, help="wait before each answer (default: %(default)s)")
    add("--readback", choices=["full", "no-code", "minimal"], default="full", help="how much of a function a read returns (default: %(default)s)")
    add("--state", type=Path, metavar="FILE", help="JSON file in which the functions survive a restart")
    add("--api-key", default="emulator-key", help="the only API key accepted (default: %(default)s)")
    add("--auth-token", default="emulator-token", help="the token with all rights (default: %(default)s)")
    add("--read-only-token", default="emulator-read-only-token", help="the token that may only read (default: %(default)s)")
    add("--project-id", action="append", metavar="ID", help="a project that exists, may be repeated (default: 1)")
    add("--gateway-dialect", choices=["faasd", "kubernetes"], default="faasd", help="whose answers the OpenFaaS gateway gives (default: %(default)s)")
    add("--gateway-user", default="admin", help="the only user of the OpenFaaS gateway (default: %(default)s)")
    add("--gateway-password", default="emulator-password", help="that user's password (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of everything random (default: %(default)s)")
    add("--python", default=sys.executable, help="interpreter of Python functions (default: the one that runs the emulator)")
    add("--node", default=shutil.which("node"), help="interpreter of Node.js functions (default: node on PATH)")
    add("--cache-dir", type=Path, default=default_cache_dir(), help="where installed dependencies are kept (default: %(default)s)")
    found = vars(parser.parse_args(arguments))
    projects = tuple(found.pop("project_id") or ["1"])
    for option in ("python", "node"):
        if found[option]:
            program = shutil.which(found[option])
            if program is None:
                parser.error(f"argument --{option}: there is no program {found[option]}")
            found[option] = program
    found["cache_dir"] = found["cache_dir"].absolute()
    return Settings(project_ids=projects, **found)


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, then end every worker and write the state."""
    emulator = Emulator(settings, listener.getsockname()[1], SystemClock())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    runner = web.AppRunner(emulator.app, access_log=None, auto_decompress=False, shutdown_timeout=0.5)
    try:
        await runner.setup()
        await web.SockSite(runner, listener).start()
        print(emulator.base_url(), flush=True)
        LOG.info("ready, with projects %s", ", ".join(settings.project_ids))
        await stop.wait()
    finally:
        await runner.cleanup()
    LOG.info("stopped")


def main() -> int:
    settings = parse(sys.argv[1:])
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as error:
        LOG.error("cannot listen on %s port %s: %s", settings.host, settings.port, error.strerror or error)
        return 1
    try:
        asyncio.run(serve(settings, listener))
    except BadState as error:
        LOG.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
