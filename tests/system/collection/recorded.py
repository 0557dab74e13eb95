# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that run in this process against answers of the emulator which were recorded, so that thousands of runs take a minute."""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import urllib3
from account import IMAGE, PLAN, call, make_nodes, reserve_address
from ansible.module_utils import basic
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import CloudModule
from controller import MODULES, Controller
from in_process import patch_module_args
from mutations import Recorded
from samples import HELLO, PYTHON
from wire import good

# Longer than any of these runs needs, which wait for nothing.
LONGEST_RUN_SECONDS = 20

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPz5jN3CkW9Y6s0Zq1v8D2hTgE4bXr7uLmKoV5yQfA1w ops@example.com"
GATEWAY = {"provider": "openfaas"}
# Reads, and predictions of each kind of change, which read all that a change would.
CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("e2e_node_info", {"details": True, "links": True, "names": ["web"]}),
    ("e2e_node_info", {"node_ids": [1]}),
    ("e2e_node", {"name": "web", "plan": PLAN, "image": IMAGE, "label": "other", "security_groups": ["front"], "vpcs": ["net"], "volumes": ["data"]}),
    ("e2e_node", {"name": "new", "plan": "C3.8GB", "image": "Ubuntu-24.04", "ssh_keys": ["ops"]}),
    ("e2e_node", {"name": "web", "state": "absent"}),
    ("e2e_node_action", {"name": "web", "action": "save_image", "image_name": "kept"}),
    ("e2e_plan_info", {"images": ["Ubuntu-24.04"]}),
    ("e2e_image_info", {}),
    ("e2e_image", {"name": "gone", "state": "absent"}),
    ("e2e_project_info", {}),
    ("e2e_volume_info", {}),
    ("e2e_volume", {"name": "data", "size": 250, "node": "web"}),
    ("e2e_vpc_info", {}),
    ("e2e_vpc", {"name": "net", "state": "absent"}),
    ("e2e_reserved_ip_info", {}),
    ("e2e_reserved_ip", {"node": "web", "reuse": True}),
    ("e2e_security_group_info", {}),
    ("e2e_security_group", {"name": "front", "rules": [{"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "80"}]}),
    ("e2e_ssh_key_info", {}),
    ("e2e_ssh_key", {"label": "ops", "ssh_key": KEY}),
    ("e2e_faas_function_info", {"names": ["hello"]}),
    ("e2e_faas_function_info", {}),
    ("e2e_faas_function", {"name": "hello", "runtime": PYTHON, "code": HELLO + "\n", "env": {"A": "2"}}),
    ("e2e_faas_function", {"name": "new", "runtime": PYTHON, "code": HELLO}),
    ("e2e_faas_function", {"name": "hello", "state": "absent"}),
    ("e2e_faas_stack", {"name": "shop", "functions": [{"name": "hello", "runtime": PYTHON, "code": HELLO}, {"name": "new", "runtime": PYTHON, "code": HELLO}],
                        "prune": True}),
    ("e2e_faas_logs", {"name": "hello"}),
    ("e2e_faas_metrics_info", {"names": ["hello"]}),
    ("e2e_faas_runtime_info", {}),
    ("e2e_faas_activation_info", {}),
    ("e2e_faas_activation", {"state": "absent", "allow_deactivate": True}),
    ("e2e_faas_invoke", {"name": "hello"}),
    ("e2e_faas_function_info", GATEWAY),
    ("e2e_faas_function", {**GATEWAY, "name": "echo", "image": "functions/echo:2", "secret_env": {"A": "b"}, "limits": {"memory": "64Mi"}}),
    ("e2e_faas_function", {**GATEWAY, "name": "echo", "state": "absent"}),
    ("e2e_faas_stack", {**GATEWAY, "functions": [{"name": "echo", "image": "functions/echo:2"}, {"name": "new", "image": "functions/echo:1"}]}),
    ("e2e_faas_scale", {"name": "echo", "replicas": 2}),
    ("e2e_faas_logs", {**GATEWAY, "name": "echo"}),
    ("e2e_faas_namespace", {"name": "stage"}),
    ("e2e_secret_info", {}),
    ("e2e_secret", {"name": "token", "state": "absent"}),
    ("e2e_faas_invoke", {**GATEWAY, "name": "echo"}),
)
# Those that change nothing and do nothing in check mode.
REAL_RUNS = ("e2e_faas_invoke",)


def fill(emulator: Any, controller: Controller) -> None:
    """Make one of everything that an account and a gateway can have."""
    make_nodes(emulator, "web")
    reserve_address(emulator)
    for module, options in (
        ("e2e_ssh_key", {"label": "ops", "ssh_key": KEY}),
        ("e2e_security_group", {"name": "front", "rules": [{"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "443"}]}),
        ("e2e_vpc", {"name": "net"}),
        ("e2e_volume", {"name": "data", "size": 250}),
        ("e2e_faas_function", {"name": "hello", "runtime": PYTHON, "code": HELLO, "env": {"A": "1"}, "secret_env": {"B": "hidden-value"}}),
        ("e2e_secret", {"name": "token", "value": "a value"}),
        ("e2e_faas_function", {**GATEWAY, "name": "echo", "image": "functions/echo:1", "env": {"A": "1"}, "secrets": ["token"], "labels": {"a": "b"}}),
    ):
        good(controller.module(module, **options))
    assert call(emulator, "GET", "nodes/")


@dataclass
class Recording:
    """The answers that the runs of all cases got, by case and request.

    :param answers: by method and URL without its query, in the order in which they came.
    """

    options: dict[str, Any]
    answers: dict[int, dict[str, Recorded]] = field(default_factory=dict)

    @classmethod
    def of(cls, emulator: Any) -> Recording:
        env, gateway = emulator.env, emulator.gateway_env
        options = {name: env[f"E2E_{name.upper()}"] for name in ("api_key", "auth_token", "project_id", "location", "api_endpoint")}
        options |= {"gateway_url": gateway["OPENFAAS_URL"], "gateway_password": gateway["OPENFAAS_PASSWORD"]}
        recording = cls({**options, "api_retries": 0})
        send = requests.adapters.HTTPAdapter.send
        for index in range(len(CASES)):
            kept = recording.answers.setdefault(index, {})

            def keep(adapter: Any, request: Any, kept: dict[str, Recorded] = kept, **more: Any) -> Any:
                answer = send(adapter, request, **more)
                kept[_name(request)] = Recorded(answer.status_code, answer.content, {"Content-Type": answer.headers.get("Content-Type", "")})
                return answer

            result = recording.run(index, keep)
            assert kept and result.get("error", {}).get("code") != "defect", (CASES[index], result)
        return recording

    def run(self, index: int, send: Callable[..., Any]) -> dict[str, Any]:
        """The result of a case whose requests ``send`` answers, after checking that it is one."""
        name, options = CASES[index]
        accepted = _options_of(name)
        given = {**{option: value for option, value in self.options.items() if option in accepted}, **options}
        return run_in_process(name, given, send, check_mode=name not in REAL_RUNS)

    def replay(self, index: int, change: Callable[[Recorded], Recorded], at: str) -> dict[str, Any]:
        """The result of a case when one of its answers is another one."""
        answers = self.answers[index]

        def send(adapter: Any, request: Any, **more: Any) -> requests.Response:
            name = _name(request)
            answer = answers.get(name, Recorded(404, b'{"code": 404, "data": {}, "errors": {}, "message": "not found"}'))
            return response(request, change(answer) if name == at else answer)

        return self.run(index, send)


def _name(request: Any) -> str:
    return f"{request.method} {urlsplit(request.url).path}"


@functools.cache
def _options_of(module: str) -> frozenset[str]:
    code = importlib.import_module(f"{MODULES}.{module}")
    seen: dict[str, Any] = {}

    def capture(*args: Any, **passed: Any) -> None:
        seen.update(passed)
        raise InterruptedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(basic.AnsibleModule, "__init__", capture)
        with contextlib.suppress(InterruptedError):
            code.main()
    return frozenset(seen["argument_spec"])


def response(request: Any, answer: Recorded) -> requests.Response:
    """What ``requests`` makes of an answer."""
    raw = urllib3.HTTPResponse(body=io.BytesIO(answer.content), status=answer.status, headers=dict(answer.headers), preload_content=False)
    return requests.adapters.HTTPAdapter().build_response(request, raw)


def _too_long(*unused: Any) -> None:
    raise TimeoutError(f"a run took more than {LONGEST_RUN_SECONDS} seconds")


def run_in_process(name: str, options: Mapping[str, Any], send: Callable[..., Any], *, check_mode: bool) -> dict[str, Any]:
    """The result of a module, read as a controller reads it: as JSON of whole characters."""
    module = importlib.import_module(f"{MODULES}.{name}")
    output, now = io.StringIO(), [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    places: list[str] = []
    tell = CloudModule.fail_unexpected

    def note(cloud: CloudModule, error: Exception) -> None:
        places.append(str(traceback.extract_tb(error.__traceback__)[-3:]))
        tell(cloud, error)

    clock = Clock(now=lambda: now[0], sleep=sleep, random=lambda: 0.5)
    arguments = {**options, "_ansible_check_mode": check_mode, "_ansible_diff": True}
    with pytest.MonkeyPatch.context() as patch, patch_module_args(arguments), contextlib.redirect_stdout(output), time_limit():
        patch.setattr(basic.AnsibleModule, "warn", lambda ansible, text: text.encode())
        patch.setattr(module, "run_module", functools.partial(module.run_module, clock=clock))
        patch.setattr(requests.adapters.HTTPAdapter, "send", send)
        patch.setattr(CloudModule, "fail_unexpected", note)
        patch.setenv("HOME", "/nonexistent")
        with pytest.raises(SystemExit):
            module.main()
    result: dict[str, Any] = json.loads(output.getvalue())
    json.dumps(result, ensure_ascii=False).encode()
    return result | ({"where": places[0]} if places else {})


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """Ends what hangs."""
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST_RUN_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def problem(result: Mapping[str, Any]) -> str:
    """What is wrong with a result that follows an answer which nobody expects, empty for nothing."""
    if result.get("error", {}).get("code") == "defect":
        return f"{str(result['msg']).partition('. This is')[0]}, in {result.get('where')}"
    if result.get("failed") and not result.get("error"):
        return f"no error of the family: {result['msg']}"
    return "" if len(str(result.get("msg", ""))) < 200_000 else "a message without an end"


def folder_of(path: Path) -> Path:
    """An empty folder."""
    path.mkdir(parents=True, exist_ok=True)
    return path
