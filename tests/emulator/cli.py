# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: its options and their help, and what it prints for a shell."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import __version__
from .compute.account import DEFAULT_LOCATION, LOCATIONS
from .settings import Settings, default_cache_dir

COMMAND = "e2e-emulator"
DEFAULT_PORT = 8480
PROJECT = re.compile(r"[1-9][0-9]{0,8}")
NODES = re.compile(r"((?P<project>[1-9][0-9]{0,8})/(?P<location>\w+)=)?(?P<count>[0-9]{1,6})")
DESCRIPTION = """\
The API of E2E Networks and an OpenFaaS gateway on your own machine, without an account and without a bill.
Functions that are deployed to it really run; nodes, volumes and networks change their states only.
"""
EPILOG = """\
examples:
  serve on port 8480 until Ctrl+C; http://127.0.0.1:8480/ in a browser shows what goes on:
      {command}
  serve on a free port, and print what to export:
      {command} --port 0 --env
  run a playbook against an emulator of its own, which ends with it:
      {command} -- ansible-playbook site.yml
  keep everything for the next start:
      {command} --state account.json

It executes the code that it is given, with your rights: leave it on 127.0.0.1.
"""
WIDEST_HELP = 118


@dataclass(frozen=True)
class Order:
    """What the command line asks for: the settings, whether to print what to export, and a command to run meanwhile (empty for none)."""

    settings: Settings
    env: bool
    command: tuple[str, ...]


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


def _parser() -> argparse.ArgumentParser:
    name = Path(sys.argv[0]).name
    command = name if name == COMMAND else f"python -m {__package__}"
    parser = argparse.ArgumentParser(
        prog=command,
        usage=f"{command} [options] [-- command ...]",
        description=DESCRIPTION,
        epilog=EPILOG.format(command=command),
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
            prog, max_help_position=34, width=min(WIDEST_HELP, shutil.get_terminal_size().columns - 2)
        ),
        add_help=False,
    )
    add = parser.add_argument_group("general").add_argument
    add("-h", "--help", action="help", help="show this help and exit")
    add("--version", action="version", version=f"{COMMAND} {__version__}", help="show the version and exit")
    add("--env", action="store_true", help="print the environment variables that lead here, as lines for a shell")
    add("--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, metavar="PORT", help=f"port to listen on, 0 for a free one (default: {DEFAULT_PORT}; a free one with a command)")
    add("--state", type=Path, metavar="FILE", help="JSON file in which functions, nodes and all the rest survive a restart")
    add("--build-seconds", type=_not_negative, default=1.0, metavar="S", help="how long everything takes that takes time (default: %(default)s)")
    add("--latency-ms", type=_not_negative, default=0.0, metavar="MS", help="wait before each answer (default: %(default)s)")
    add("--seed", type=int, default=0, metavar="N", help="seed of everything random (default: %(default)s)")

    add = parser.add_argument_group("account", "who may come in, and what is there at the start").add_argument
    add("--api-key", default="emulator-key", metavar="KEY", help="the only API key accepted (default: %(default)s)")
    add("--auth-token", default="emulator-token", metavar="TOKEN", help="the token with all rights (default: %(default)s)")
    add("--read-only-token", default="emulator-read-only-token", metavar="TOKEN", help="the token that may only read (default: %(default)s)")
    add("--project-id", action="append", type=_project, metavar="ID", help="a project that exists, may be repeated (default: 1)")
    add("--shared-project-id", action="append", type=_project, metavar="ID", help="a project of another account that is usable here, may be repeated")
    add("--nodes", action="append", type=_nodes, metavar="N", help="nodes in the first project in Delhi, or PROJECT/LOCATION=N; may be repeated")
    add("--no-credit", dest="credit", action="store_false", help="an account that cannot pay for anything")
    add("--not-activated", dest="activated", action="store_false", help="an account that has to activate functions first")

    add = parser.add_argument_group("functions", "how they run, and what is uncertain about their API").add_argument
    add("--python", default=sys.executable, metavar="PROGRAM", help="interpreter of Python functions (default: the one that runs the emulator)")
    add("--node", default=shutil.which("node"), metavar="PROGRAM", help="interpreter of Node.js functions (default: node on PATH)")
    add("--cache-dir", type=Path, default=default_cache_dir(), metavar="FOLDER", help="where installed dependencies are kept (default: %(default)s)")
    add("--readback", choices=["full", "no-code", "minimal"], default="full", help="how much of a function a read returns (default: %(default)s)")
    add("--create-forms", choices=["both", "json", "zip"], default="both", help="how code may come: as JSON texts or as a ZIP (default: %(default)s)")
    add("--form-refusal", choices=["media-type", "fields"], default="media-type", help="how the other form is refused (default: %(default)s)")
    add("--function-paths", choices=["both", "name", "id"], default="both", help="what a path names one function by (default: %(default)s)")
    add("--function-paging", choices=["on", "off"], default="on", help="whether the list of functions has pages (default: %(default)s)")
    add("--function-page-size", type=_size, default=10, metavar="N", help="functions on a page when the client does not say (default: %(default)s)")
    add("--runtime-list", choices=["on", "off"], default="on", help="whether the list of runtimes is there (default: %(default)s)")
    add("--zip-mb", type=_not_negative, default=50, metavar="MB", help="largest ZIP of a function (default: %(default)s)")
    add("--extracted-mb", type=_not_negative, default=200, metavar="MB", help="most that a ZIP of a function may hold (default: %(default)s)")

    add = parser.add_argument_group("nodes and what surrounds them", "what is uncertain about their API").add_argument
    add("--context", choices=["required", "optional"], default="required", help="project and location in their calls (default: %(default)s)")
    add("--paging", choices=["totals", "no-totals", "ignored"], default="totals", help="how lists of nodes, VPCs, volumes are paged (default: %(default)s)")
    add("--names", choices=["unique", "free"], default="unique", help="whether two nodes, volumes, ... may have one name (default: %(default)s)")
    add("--node-create-shape", choices=["list", "object"], default="list", help="what a node create answers (default: %(default)s)")
    add("--group-create-reply", choices=["id", "no-id"], default="id", help="whether a security group create answers an id (default: %(default)s)")
    add("--floating", choices=["off", "on"], default="off", help="whether a reserved IP beside a node's own floats (default: %(default)s)")
    add("--no-upgrade-while-running", dest="upgrade_while_running", action="store_false", help="refuse plan changes of running nodes")

    add = parser.add_argument_group("OpenFaaS gateway").add_argument
    add("--gateway-dialect", choices=["faasd", "kubernetes"], default="faasd", help="whose answers it gives (default: %(default)s)")
    add("--gateway-release", choices=["current", "mit"], default="current", help="its newest release, or the last under the MIT licence (default: %(default)s)")
    add("--gateway-user", default="admin", metavar="NAME", help="its only user (default: %(default)s)")
    add("--gateway-password", default="emulator-password", metavar="PASSWORD", help="that user's password (default: %(default)s)")
    return parser


def parse(arguments: list[str]) -> Order:
    """What a command line asks for; what follows ``--`` is the command."""
    parser = _parser()
    split = arguments.index("--") if "--" in arguments else len(arguments)
    found, command = vars(parser.parse_args(arguments[:split])), tuple(arguments[split + 1 :])
    if split < len(arguments) and not command:
        parser.error("there is no command after --")
    env = found.pop("env")
    if env and command:
        parser.error("argument --env: the command gets the variables by itself")
    if found["port"] is None:
        found["port"] = 0 if command else DEFAULT_PORT
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
    return Order(Settings(project_ids=projects, shared_project_ids=shared, **found), env, command)


def variables(settings: Settings, url: str) -> dict[str, str]:
    """The environment variables that lead the collection, and faas-cli, to the emulator at ``url``."""
    return {
        "E2E_API_ENDPOINT": f"{url}/myaccount/api/v1/",
        "E2E_API_KEY": settings.api_key,
        "E2E_AUTH_TOKEN": settings.auth_token,
        "E2E_PROJECT_ID": settings.project_ids[0],
        "E2E_LOCATION": DEFAULT_LOCATION,
        "OPENFAAS_URL": url,
        "OPENFAAS_USERNAME": settings.gateway_user,
        "OPENFAAS_PASSWORD": settings.gateway_password,
    }


def exports(values: Mapping[str, str]) -> str:
    """The same as lines for a shell."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in values.items())
