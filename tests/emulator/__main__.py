# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``e2e-emulator``, or ``python -m tests.emulator``: serve, and leave nothing behind."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys

from aiohttp import web

from .cli import Order, exports, parse, variables
from .clock import SystemClock
from .server import Emulator
from .state import BadState

LOG = logging.getLogger("emulator")
NOT_FOUND, NOT_EXECUTABLE, ENDED_BY_SIGNAL = 127, 126, 128


async def serve(order: Order, listener: socket.socket) -> int:
    """Serve until SIGTERM or SIGINT, or until the command has ended; then end every worker and write the state.

    Returns the exit code: that of the command, as a shell gives it, or 0.
    """
    emulator = Emulator(order.settings, listener.getsockname()[1], SystemClock())
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[signal.Signals] = loop.create_future()

    def tell(told: signal.Signals) -> None:
        if not stop.done():
            stop.set_result(told)

    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, tell, one)
    runner = web.AppRunner(emulator.app, access_log=None, auto_decompress=False, shutdown_timeout=0.5)
    try:
        await runner.setup()
        await web.SockSite(runner, listener).start()
        environment = variables(order.settings, emulator.base_url())
        LOG.info("ready, with projects %s", ", ".join(order.settings.project_ids))
        if order.command:
            return await run(order.command, environment, stop)
        # The first line is for programs that have to know when it is ready, and where.
        print(f"# {emulator.base_url()}\n{exports(environment)}" if order.env else emulator.base_url(), flush=True)
        await stop
    finally:
        await runner.cleanup()
    LOG.info("stopped")
    return 0


async def run(command: tuple[str, ...], environment: dict[str, str], stop: asyncio.Future[signal.Signals]) -> int:
    """Run the command with the variables, and pass on what tells the emulator to stop. Returns the exit code as a shell gives it."""
    try:
        process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environment})
    except FileNotFoundError:
        LOG.error("there is no program %s", command[0])
        return NOT_FOUND
    except OSError as error:
        LOG.error("cannot run %s: %s", command[0], error.strerror or error)
        return NOT_EXECUTABLE
    ended = asyncio.create_task(process.wait())
    await asyncio.wait((ended, stop), return_when=asyncio.FIRST_COMPLETED)
    # Ctrl+C in a terminal has reached the command already.
    if not ended.done() and not (stop.result() == signal.SIGINT and sys.stdin.isatty()):
        process.send_signal(stop.result())
    code = await ended
    return code if code >= 0 else ENDED_BY_SIGNAL - code


def main() -> int:
    """Run the command line of this process, and return its exit code."""
    order = parse(sys.argv[1:])
    settings = order.settings
    # With a command the terminal is the command's.
    level = logging.WARNING if order.command else logging.INFO
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as error:
        LOG.error("cannot listen on %s port %s: %s. Choose another one with --port; 0 is a free one", settings.host, settings.port, error.strerror or error)
        return 1
    try:
        return asyncio.run(serve(order, listener))
    except BadState as error:
        LOG.error("%s", error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
