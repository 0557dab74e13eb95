# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.emulator``: parse the command line, serve, and leave nothing behind."""

from __future__ import annotations

import argparse
import asyncio
import logging
import re
import shutil
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from .clock import SystemClock
from .compute.account import DEFAULT_LOCATION, LOCATIONS
from .server import Emulator
from .settings import Settings, default_cache_dir
from .state import BadState

LOG = logging.getLogger("emulator")
PROJECT = re.compile(r"[1-9][0-9]{0,8}")
NODES = re.compile(r"((?P<project>[1-9][0-9]{0,8})/(?P<location>\w+)=)?(?P<count>[0-9]{1,6})")


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


def _size(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("must be a number from 1 to 100")
    return number


def _project(text: str) -> str:
    if not PROJECT.fullmatch(text):
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return text


def _nodes(text: str) -> tuple[str, str, int]:
    found = NODES.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("must be a number, or PROJECT/LOCATION=NUMBER such as 2/Chennai=50")
    return found["project"] or "", found["location"] or DEFAULT_LOCATION, int(found["count"])


def parse(arguments: list[str]) -> Settings:
    """The settings of a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description="A stand-in for the E2E Networks API that really runs functions.")
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=8480, help="port to listen on, 0 picks a free one (default: %(default)s)")
    add("--build-seconds", type=_not_negative, default=1.0, help="time spent in creating and deploying besides the real build (default: %(default)s)")
    add("--latency-ms", type=_not_negative, default=0.0, help="wait before each answer (default: %(default)s)")
    add("--readback", choices=["full", "no-code", "minimal"], default="full", help="how much of a function a read returns (default: %(default)s)")
    add("--create-forms", choices=["both", "json", "zip"], default="both", help="how code may come: as JSON texts or as a ZIP (default: %(default)s)")
    add("--form-refusal", choices=["media-type", "fields"], default="media-type", help="how the other form is refused (default: %(default)s)")
    add("--function-paths", choices=["both", "name", "id"], default="both", help="what a path names one function by (default: %(default)s)")
    add("--function-paging", choices=["on", "off"], default="on", help="whether the list of functions has pages (default: %(default)s)")
    add("--function-page-size", type=_size, default=10, metavar="N", help="functions on a page when the client does not say, up to 100 (default: %(default)s)")
    add("--runtime-list", choices=["on", "off"], default="on", help="whether the list of runtimes is there (default: %(default)s)")
    add("--not-activated", dest="activated", action="store_false", help="an account that has to activate functions first")
    add("--zip-mb", type=_not_negative, default=50, metavar="MB", help="largest ZIP of a function (default: %(default)s)")
    add("--extracted-mb", type=_not_negative, default=200, metavar="MB", help="most that a ZIP of a function may hold (default: %(default)s)")
    add("--state", type=Path, metavar="FILE", help="JSON file in which functions, nodes and all the rest survive a restart")
    add("--api-key", default="emulator-key", help="the only API key accepted (default: %(default)s)")
    add("--auth-token", default="emulator-token", help="the token with all rights (default: %(default)s)")
    add("--read-only-token", default="emulator-read-only-token", help="the token that may only read (default: %(default)s)")
    add("--project-id", action="append", type=_project, metavar="ID", help="a project that exists, may be repeated (default: 1)")
    add("--shared-project-id", action="append", type=_project, metavar="ID", help="a project of another account that is usable here, may be repeated")
    add("--nodes", action="append", type=_nodes, metavar="N", help="nodes to start with in the first project, in Delhi, or PROJECT/LOCATION=N; may be repeated")
    add("--context", choices=["required", "optional"], default="required", help="project and location in calls for nodes and the like (default: %(default)s)")
    add("--paging", choices=["totals", "no-totals", "ignored"], default="totals", help="how lists of nodes, VPCs and volumes are paged (default: %(default)s)")
    add("--names", choices=["unique", "free"], default="unique", help="whether two nodes, volumes, ... may have one name (default: %(default)s)")
    add("--node-create-shape", choices=["list", "object"], default="list", help="what a node create answers (default: %(default)s)")
    add("--group-create-reply", choices=["id", "no-id"], default="id", help="whether a security group create answers an id (default: %(default)s)")
    add("--floating", choices=["off", "on"], default="off", help="whether a reserved IP beside a node's own is a floating one (default: %(default)s)")
    add("--no-upgrade-while-running", dest="upgrade_while_running", action="store_false", help="refuse plan changes of running nodes")
    add("--no-credit", dest="credit", action="store_false", help="an account that cannot pay for anything")
    add("--gateway-dialect", choices=["faasd", "kubernetes"], default="faasd", help="whose answers the OpenFaaS gateway gives (default: %(default)s)")
    add("--gateway-release", choices=["current", "mit"], default="current", help="its newest release, or the last under the MIT licence (default: %(default)s)")
    add("--gateway-user", default="admin", help="the only user of the OpenFaaS gateway (default: %(default)s)")
    add("--gateway-password", default="emulator-password", help="that user's password (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of everything random (default: %(default)s)")
    add("--python", default=sys.executable, help="interpreter of Python functions (default: the one that runs the emulator)")
    add("--node", default=shutil.which("node"), help="interpreter of Node.js functions (default: node on PATH)")
    add("--cache-dir", type=Path, default=default_cache_dir(), help="where installed dependencies are kept (default: %(default)s)")
    found = vars(parser.parse_args(arguments))
    projects = tuple(found.pop("project_id") or ["1"])
    shared = tuple(found.pop("shared_project_id") or [])
    found["nodes"] = tuple((project or projects[0], location, count) for project, location, count in found["nodes"] or [])
    for project, location, unused in found["nodes"]:
        if project not in projects + shared or location not in LOCATIONS:
            parser.error(f"argument --nodes: there is no project {project} with a location {location}")
    for option in ("python", "node"):
        if found[option]:
            program = shutil.which(found[option])
            if program is None:
                parser.error(f"argument --{option}: there is no program {found[option]}")
            found[option] = program
    found["cache_dir"] = found["cache_dir"].absolute()
    return Settings(project_ids=projects, shared_project_ids=shared, **found)


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
