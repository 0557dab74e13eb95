# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deploy never leaves worse than before: whatever is wrong with a new version, and whatever happens on the way.

A version that answers is replaced by another one, with ``rollback: true`` and mostly a smoke test that only the new one passes. Afterwards the
function is called, by nothing of the collection: a good version has to answer, and what the module says has to be true.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible.module_utils import basic
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import patch_module_args
from controller import MODULES
from proof import Proof
from samples import PYTHON, python

# So much faster does time pass for a module than for the emulator, which takes next to none.
SPEED = 20
BUILD_SECONDS = 0.05
DEPLOYS = 30
KILLS = 8
BROKEN = "import no_such_library\n"
# How long a function is asked for a good answer, in seconds of the emulator. Only a finding takes that long.
PATIENCE = 15.0
# How long a deploy waits that may never end, in seconds of the module. A good version that needs longer is put back like any other.
SHORT = 40
# What the new version is; only the first of them may stay.
VERSIONS = ("good", "does not start", "answers badly")

LOST: list[dict[str, Any]] = [
    {"action": "status", "status": 500},
    {"action": "status", "status": 502},
    {"action": "status", "status": 503},
    {"action": "status", "status": 504},
    {"action": "rate_limit"},
    {"action": "html"},
    {"action": "html", "status": 200},
    {"action": "empty"},
    {"action": "cut"},
    {"action": "reset"},
    {"action": "hang", "seconds": 3},
]


class Platform:
    """Where functions run, and how a version of one is asked for there."""

    #: How its requests are found by a fault, and which of its own it has besides the lost answers.
    path = "*"
    own: tuple[dict[str, Any], ...] = ()
    versions = VERSIONS
    #: How soon it gives up an answer, where faults are.
    connection: Mapping[str, Any] = {}

    def __init__(self, emulator: Any) -> None:
        self.emulator = emulator

    def options(self, version: str) -> dict[str, Any]:
        """The task for a version; the one before is ``before``."""
        raise NotImplementedError

    def url(self) -> str:
        raise NotImplementedError

    @staticmethod
    def code(version: str) -> str:
        return BROKEN + python(version) if version == "does not start" else python(version)


class Account(Platform):
    """MyAccount, with an API that returns the code."""

    path = "faas/*"
    own = ({"action": "build_fails", "method": "PUT"}, {"action": "failure_envelope"})
    connection = {"api_timeout": 1.0}

    def options(self, version: str) -> dict[str, Any]:
        account = {"api_key": "emulator-key", "auth_token": "emulator-token", "project_id": "1", "location": "Delhi"}
        account["api_endpoint"] = self.emulator.api_endpoint
        return {"name": "f", "runtime": PYTHON, "code": self.code(version), "upload": "text", **account}

    def url(self) -> str:
        return f"{self.emulator.url}/functions/f/"


class Gateway(Platform):
    """An OpenFaaS gateway, whose provider can destroy a function, or be silent about an update that it drops."""

    path = "system/*"
    versions = (*VERSIONS, "has no image", "wants a secret that is not there")
    own = (
        {"action": "build_fails", "method": "PUT"},
        {"action": "stuck_status", "method": "PUT"},
        {"action": "stop_timeout"},
        {"action": "provider_down"},
        {"action": "not_listening", "path": "function/*", "times": 3},
        {"action": "process_dies", "path": "function/*"},
    )
    connection = {"gateway_timeout": 1.0}

    def options(self, version: str) -> dict[str, Any]:
        gateway = {"gateway_url": self.emulator.url, "gateway_password": "emulator-password"}
        image = "team/missing:1" if version == "has no image" else "e2e-emulator/python:1"
        wanted = {"image": image, "annotations": {"e2e-emulator/handler": self.code(version)}, "env": {"A": "1"}, "secret_env": {"B": "hunter2-and-more"}}
        if version == "wants a secret that is not there":
            wanted["secrets"] = ["gone"]
        return {"provider": "openfaas", "name": "f", **wanted, **gateway}

    def url(self) -> str:
        return f"{self.emulator.url}/function/f"


PLATFORMS: dict[str, tuple[type[Platform], dict[str, Any]]] = {
    "MyAccount": (Account, {}),
    "faasd": (Gateway, {"gateway_dialect": "faasd"}),
    "faasd of before": (Gateway, {"gateway_dialect": "faasd", "gateway_release": "mit"}),
    "Kubernetes": (Gateway, {"gateway_dialect": "kubernetes"}),
    "Kubernetes of before": (Gateway, {"gateway_dialect": "kubernetes", "gateway_release": "mit"}),
}


@pytest.fixture
def platforms(emulator_factory: Callable[..., Any]) -> dict[str, Platform]:
    return {name: kind(emulator_factory(build_seconds=BUILD_SECONDS, **options)) for name, (kind, options) in PLATFORMS.items()}


def smoke_test(version: str) -> dict[str, Any]:
    return {"contains": ["good" if version != "before" else "before"], "retries": 1, "delay": 0.5, "timeout": 2}


def deploy(options: Mapping[str, Any]) -> dict[str, Any]:
    """Run the module in this process, in its faster time."""
    start = time.monotonic()
    clock = Clock(now=lambda: (time.monotonic() - start) * SPEED, sleep=lambda seconds: time.sleep(seconds / SPEED))
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, patch_module_args({**options, "_ansible_check_mode": False}), contextlib.redirect_stdout(output):
        patch.setattr(basic.AnsibleModule, "warn", lambda ansible, text: None)
        patch.setattr(e2e_faas_function, "run_module", functools.partial(e2e_faas_function.run_module, clock=clock))
        with pytest.raises(SystemExit):
            e2e_faas_function.main()
    result: dict[str, Any] = json.loads(output.getvalue())
    assert result.get("error", {}).get("code") != "defect", result
    return result


def answer(platform: Platform, *good: str) -> str:
    """What the function answers, as soon as that is one of these; after a while whatever it is."""
    deadline, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.RequestException):
            found = requests.get(platform.url(), timeout=2, allow_redirects=False)
            last = found.text if found.ok else f"{found.status_code} {found.text}"
            if last in good:
                return last
        time.sleep(0.05)
    return last


def task(platform: Platform, version: str, *, tried_out: bool = True, wait_timeout: int = 600) -> dict[str, Any]:
    """The task for a version. Where nothing is in its way, a busy machine must not be: such a task has all the time."""
    wanted = {**platform.options(version), "rollback": True, "wait_timeout": wait_timeout}
    if wait_timeout < 600:
        wanted |= platform.connection
    return {**wanted, "smoke_test": smoke_test(version)} if tried_out else wanted


def begin(platform: Platform) -> None:
    """An empty platform with a version that answers."""
    platform.emulator.reset()
    made = deploy(task(platform, "before"))
    assert not made.get("failed") and answer(platform, "before") == "before", made
    platform.emulator.clear_requests()


def draw(chance: random.Random, platform: Platform) -> tuple[str, dict[str, Any]]:
    """A version, and what happens at one of the requests that it takes; sometimes nothing."""
    version = "good" if chance.random() < 0.4 else chance.choice(platform.versions[1:])
    if chance.random() < 0.2:
        return version, {}
    fault = dict(chance.choice([*LOST, *platform.own]))
    fault = {"path": platform.path, "skip": chance.randrange(6) if fault["action"] not in ("build_fails", "stuck_status") else 0, **fault}
    if fault["action"] in {lost["action"] for lost in LOST} and fault["action"] != "cut":
        fault["when"] = chance.choice(("before", "after"))
    return version, fault


def test_deploys_that_meet_a_fault(proof: Proof, platforms: dict[str, Platform]) -> None:
    ends: Counter[str] = Counter()
    worse: list[str] = []
    for name, platform in platforms.items():
        for _number in range(DEPLOYS):
            version, fault = draw(proof.random, platform)
            begin(platform)
            if fault:
                platform.emulator.fault(fault)
            # What does not start has to be noticed without a smoke test, too.
            tried_out = version == "answers badly" or proof.random.random() < 0.6
            result = deploy(task(platform, version, tried_out=tried_out, wait_timeout=SHORT))
            platform.emulator.clear_faults()
            found = answer(platform, "before", "good")
            if not result.get("failed") and result["rollout"] == "unknown":
                # The log was what the fault hit.
                right, end = found in ("before", "good"), "may have gone through, as they said"
            elif not result.get("failed"):
                right, end = found == "good" == version, "went through"
            elif result["rolled_back"]:
                right, end = found == "before", "put back"
            else:
                # A good version whose deploy failed may run all the same.
                right, end = found in ("before", version if version == "good" else "before"), "stayed as before"
            ends[end] += 1
            if not right:
                worse.append(f"{name}: {version}, tried out: {tried_out}, with {fault}: answers {found!r} after {result.get('msg', 'success')}")
    total = sum(ends.values())
    counts = ", ".join(f"{ends[end]} {end}" for end in ("went through", "may have gone through, as they said", "put back", "stayed as before"))
    proof.closes_with(f"{total} deploys with a fault or a bad version on {len(platforms)} platforms: {counts}, {len(worse)} worse than before")
    assert not worse, "\n".join(worse)
    assert ends["put back"] > total / 5 and ends["went through"]


def kill_at(folder: Path, platform: Platform, version: str, request: int) -> bool:
    """Begin a deploy in a process of its own, and kill that at one of its requests, after the platform got it; whether it got so far."""
    armed = platform.emulator.fault({"action": "hang", "seconds": 30, "when": "after", "path": platform.path, "skip": request})
    arguments = {"ANSIBLE_MODULE_ARGS": {**task(platform, version), "_ansible_check_mode": False}}
    command = [sys.executable, "-m", f"{MODULES}.e2e_faas_function"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=folder, text=True, **pipes) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(arguments))
        process.stdin.close()
        while process.poll() is None and not has_fired(platform, armed["id"]):
            time.sleep(0.02)
        process.kill()
    # What the request began goes on without the process, as far as it can.
    time.sleep(10 * BUILD_SECONDS)
    platform.emulator.clear_faults()
    return process.returncode < 0


def has_fired(platform: Platform, fault: int) -> bool:
    return any(one["fired"] for one in platform.emulator.control("GET", "faults")["faults"] if one["id"] == fault)


def test_deploys_that_are_killed(proof: Proof, platforms: dict[str, Platform], tmp_path: Path) -> None:
    """The next plain run brings the new version, or the one before where the new one does not work, whatever the killed one left."""
    killed, gone = 0, 0
    worse: list[str] = []
    for name, platform in platforms.items():
        for request in range(KILLS):
            version = "good" if request % 2 == 0 else proof.random.choice(platform.versions[1:])
            begin(platform)
            killed += kill_at(tmp_path, platform, version, request)
            gone += answer(platform, "before", "good") not in ("before", "good")
            wanted = "good" if version == "good" else "before"
            result = deploy(task(platform, wanted))
            found = answer(platform, wanted)
            if result.get("failed") or found != wanted:
                worse.append(f"{name}: {version}, killed at request {request}: answers {found!r} after {result.get('msg', 'success')}")
    counts = f"{gone} functions did not answer until the next run, {len(worse)} did not after it"
    proof.closes_with(f"{killed} deploys killed at a request on {len(platforms)} platforms: {counts}")
    assert not worse, "\n".join(worse)
    assert killed > len(platforms) * KILLS / 2


def test_a_deployment_that_hangs_is_reported_and_left(proof: Proof, platforms: dict[str, Platform]) -> None:
    """MyAccount takes no change while it builds. When it has settled, the next run puts right what is wrong with it."""
    platform = platforms["MyAccount"]
    ends: Counter[str] = Counter()
    for version in platform.versions:
        begin(platform)
        platform.emulator.fault({"action": "stuck_status", "method": "PUT", "path": platform.path})
        result = deploy(task(platform, version, wait_timeout=SHORT))
        assert result["failed"] and not result["rolled_back"] and "takes no change before it has settled" in result["msg"], result
        platform.emulator.clear_faults()
        wanted = "good" if version == "good" else "before"
        after = deploy(task(platform, wanted))
        assert not after.get("failed") and answer(platform, wanted) == wanted, after
        ends["told"] += 1
    proof.closes_with(f"{ends['told']} deployments that hang, told as such, and put right by the next run")
