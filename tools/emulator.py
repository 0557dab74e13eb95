# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the emulator for another program and stops it afterwards, by its process id."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.project import CACHE, ROOT, ToolError

API_KEY = "emulator-key"
AUTH_TOKEN = "emulator-token"
PROJECT_ID = "1"
LOCATION = "Delhi"
GATEWAY_USERNAME = "admin"
GATEWAY_PASSWORD = "emulator-password"


def api_endpoint(url: str) -> str:
    """Return the address of the emulated MyAccount API below the emulator's base URL."""
    return f"{url}/myaccount/api/v1/"


def gateways(environ: Mapping[str, str], faasd_url: str, kubernetes_url: str) -> list[dict[str, str]]:
    """Return the OpenFaaS gateways to test with: a real one if `environ` has OPENFAAS_URL, or else those of the two emulators.

    A real one is described by OPENFAAS_USERNAME, OPENFAAS_PASSWORD, and OPENFAAS_DIALECT (`faasd` or `kubernetes`) too.
    """
    if environ.get("OPENFAAS_URL"):
        username, password = environ.get("OPENFAAS_USERNAME") or GATEWAY_USERNAME, environ.get("OPENFAAS_PASSWORD", "")
        return [{"dialect": environ.get("OPENFAAS_DIALECT") or "faasd", "url": environ["OPENFAAS_URL"], "username": username, "password": password}]
    emulated = {"faasd": faasd_url, "kubernetes": kubernetes_url}
    return [{"dialect": dialect, "url": url, "username": GATEWAY_USERNAME, "password": GATEWAY_PASSWORD} for dialect, url in emulated.items()]


def credentials(url: str) -> dict[str, str]:
    """Return the environment variables that point the collection at the emulator."""
    return {
        "E2E_API_KEY": API_KEY,
        "E2E_AUTH_TOKEN": AUTH_TOKEN,
        "E2E_PROJECT_ID": PROJECT_ID,
        "E2E_LOCATION": LOCATION,
        "E2E_API_ENDPOINT": api_endpoint(url),
    }


@contextlib.contextmanager
def for_integration(python: Path, env: Mapping[str, str], collection: Path, *, name: str = "integration", **variables: bool) -> Iterator[None]:
    """Run an emulator for each dialect of a gateway, and tell the integration targets of the collection at this path where they are.

    `variables` are more of what the targets are told.
    """
    def start(dialect: str) -> contextlib.AbstractContextManager[str]:
        return running(python, env, name=f"{name}-{dialect}", options=["--build-seconds", "0.2", "--gateway-dialect", dialect], cwd=collection)

    with start("faasd") as url, start("kubernetes") as kubernetes_url:
        settings = {
            "e2e_emulator_url": url,
            "e2e_api_endpoint": api_endpoint(url),
            "e2e_api_key": API_KEY,
            "e2e_auth_token": AUTH_TOKEN,
            "e2e_project_id": PROJECT_ID,
            "e2e_location": LOCATION,
            "openfaas_gateways": gateways(os.environ, url, kubernetes_url),
            **variables,
        }
        (collection / "tests" / "integration" / "integration_config.yml").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
        yield


@contextlib.contextmanager
def running(python: Path, env: Mapping[str, str], *, name: str, options: Sequence[str] = (), cwd: Path = ROOT) -> Iterator[str]:
    """Run the emulator on a free port and yield its base URL. Its own log goes to `.cache/logs/emulator-NAME.log`.

    Raises ToolError with the log's end when it does not start.
    """
    with serving([str(python), "-m", "tests.emulator", "--port", "0", *options], env, name=f"emulator-{name}", cwd=cwd) as url:
        yield url


@contextlib.contextmanager
def serving(command: Sequence[str], env: Mapping[str, str], *, name: str, cwd: Path) -> Iterator[str]:
    """Run a server that prints its base URL, and yield that. Its own log goes to `.cache/logs/NAME.log`.

    Raises ToolError with the log's end when it does not start.
    """
    log = CACHE / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            list(command), cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True,
        )
        try:
            if process.stdout is None:
                raise ToolError(f"{name} has no standard output.")
            url = process.stdout.readline().strip()
            if not url.startswith("http://"):
                tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
                raise ToolError(f"{name} did not start:\n{tail}")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
