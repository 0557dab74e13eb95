# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of all system tests: emulators as processes of their own."""

from __future__ import annotations

import functools
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from controller import Controller

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30
STOP_SECONDS = 30
DIALECTS = ("faasd", "kubernetes")
LAYOUT = ("ansible_collections", "e2enetworks", "cloud")


class EmulatorProcess:
    """A running emulator. ``options`` are its command line options, ``build_seconds=0.2`` for ``--build-seconds 0.2``.

    True stands for an option without a value, a list for a repeated one, None for one that is left out.
    """

    def __init__(self, log: Path, **options: Any) -> None:
        self.options: dict[str, Any] = {"port": 0, **options}
        self.log = log
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.emulator"]
        for name, value in self.options.items():
            flag = "--" + name.replace("_", "-")
            for one in value if isinstance(value, list) else [value]:
                command += [] if one is None else [flag] if one is True else [flag, str(one)]
        with open(self.log, "a", encoding="utf-8") as stderr:
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True)
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            ready = selector.select(START_SECONDS)
        self.url = process.stdout.readline().strip() if ready else ""
        if not self.url:
            process.kill()
            process.wait()
            raise RuntimeError(f"the emulator did not start: {self.log.read_text(encoding='utf-8')}")
        return process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def api_endpoint(self) -> str:
        return f"{self.url}/myaccount/api/v1/"

    @property
    def env(self) -> dict[str, str]:
        """The environment variables of an account that exists here."""
        return {
            "E2E_API_KEY": self.options.get("api_key", "emulator-key"),
            "E2E_AUTH_TOKEN": self.options.get("auth_token", "emulator-token"),
            "E2E_PROJECT_ID": "1",
            "E2E_LOCATION": "Delhi",
            "E2E_API_ENDPOINT": self.api_endpoint,
        }

    @property
    def gateway_env(self) -> dict[str, str]:
        """The environment variables that lead to the OpenFaaS gateway, with its user's password."""
        return {
            "OPENFAAS_URL": self.url,
            "OPENFAAS_USERNAME": self.options.get("gateway_user", "admin"),
            "OPENFAAS_PASSWORD": self.options.get("gateway_password", "emulator-password"),
        }

    @property
    def gateway_dialect(self) -> str:
        return str(self.options.get("gateway_dialect", "faasd"))

    def gateway(self) -> dict[str, Any]:
        """What the gateway holds: ``functions`` as they were sent, with ``starts`` and ``pid``; ``secrets`` with their values in base64."""
        held: dict[str, Any] = self.control("GET", "gateway")
        return held

    def control(self, method: str, path: str, **arguments: Any) -> Any:
        """Call the control API and give its JSON; an error status is an error here."""
        answer = requests.request(method, f"{self.url}/_emulator/{path}", timeout=30, **arguments)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def requests(self) -> list[dict[str, Any]]:
        """The API requests since the start or the last reset, oldest first."""
        found: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return found

    def writes(self) -> int:
        """How many of them tried to write."""
        return int(self.control("GET", "requests")["writes"])

    def bill(self) -> dict[str, Any]:
        """What was made that costs money: ``items``, and by kind how much was ``created`` and is ``running``."""
        found: dict[str, Any] = self.control("GET", "bill")
        return found

    def account(self, **changes: Any) -> None:
        """Set ``credit`` or ``out_of_stock`` (short plan names) until the next reset."""
        self.control("PUT", "account", json=changes)

    def clear_requests(self) -> None:
        self.control("DELETE", "requests")

    def fault(self, definition: dict[str, Any]) -> dict[str, Any]:
        """Arm a fault."""
        armed: dict[str, Any] = self.control("POST", "faults", json=definition)
        return armed

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def logs(self, name: str) -> list[str]:
        """The log lines of a function."""
        return [line["message"] for line in self.control("GET", f"functions/{name}/logs")["logs"]]

    def reset(self) -> None:
        """Forget functions, nodes and their neighbours, faults and requests."""
        self.control("POST", "reset")

    def stop(self) -> int:
        """End the process and give its exit code; may be called twice."""
        self._process.terminate()
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code

    def restart(self) -> None:
        """End it and start it again with the same options; with ``port=0`` the URL changes."""
        self.stop()
        self._process = self._start()


EmulatorFactory = Callable[..., EmulatorProcess]


@pytest.fixture(scope="session")
def _emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorFactory]:
    started: list[EmulatorProcess] = []
    folder = tmp_path_factory.mktemp("emulators")

    def start(**options: Any) -> EmulatorProcess:
        process = EmulatorProcess(folder / f"emulator-{len(started)}-{time.monotonic_ns()}.log", **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.stop()


@pytest.fixture(scope="session")
def _shared_emulator(_emulators: EmulatorFactory) -> EmulatorProcess:
    return _emulators(build_seconds=0.2)


@pytest.fixture
def emulator(_shared_emulator: EmulatorProcess) -> EmulatorProcess:
    """The emulator all tests share, empty at the start of each."""
    _shared_emulator.reset()
    return _shared_emulator


@pytest.fixture(scope="session")
def _gateway_emulators(_emulators: EmulatorFactory) -> Callable[..., EmulatorProcess]:
    """One emulator for each dialect and release, started when it is first asked for."""
    return functools.cache(lambda dialect, release="current": _emulators(build_seconds=0.2, gateway_dialect=dialect, gateway_release=release))


@pytest.fixture
def faasd_emulator(_gateway_emulators: Callable[..., EmulatorProcess]) -> EmulatorProcess:
    """An emulator whose gateway answers as faasd does, empty at the start of each test."""
    process = _gateway_emulators("faasd")
    process.reset()
    return process


@pytest.fixture
def mit_faasd_emulator(_gateway_emulators: Callable[..., EmulatorProcess]) -> EmulatorProcess:
    """The last faasd that takes functions while there are namespaces, empty at the start of each test."""
    process = _gateway_emulators("faasd", "mit")
    process.reset()
    return process


@pytest.fixture
def kubernetes_emulator(_gateway_emulators: Callable[..., EmulatorProcess]) -> EmulatorProcess:
    """An emulator whose gateway answers as one on Kubernetes does, empty at the start of each test."""
    process = _gateway_emulators("kubernetes")
    process.reset()
    return process


@pytest.fixture(params=DIALECTS)
def gateway_emulator(request: pytest.FixtureRequest, _gateway_emulators: Callable[..., EmulatorProcess]) -> EmulatorProcess:
    """Both of them in turn: the test runs once in each dialect."""
    process = _gateway_emulators(request.param)
    process.reset()
    return process


@pytest.fixture
def emulator_factory(_emulators: EmulatorFactory) -> Iterator[EmulatorFactory]:
    """Starts emulators with options of a test's own and ends them with the test."""
    started: list[EmulatorProcess] = []

    def start(**options: Any) -> EmulatorProcess:
        started.append(_emulators(**options))
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder above ``ansible_collections``. A checkout that lies elsewhere is linked into one."""
    if ROOT.parts[-3:] == LAYOUT:
        return ROOT.parents[2]
    top = tmp_path_factory.mktemp("collections")
    link = top.joinpath(*LAYOUT)
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT, target_is_directory=True)
    return top


@pytest.fixture
def controller_of(collections: Path, tmp_path: Path) -> Callable[[Any], Controller]:
    """Makes the controller of an emulator of the test's own."""
    return lambda emulator: Controller(collections, tmp_path, {**emulator.env, **emulator.gateway_env})
