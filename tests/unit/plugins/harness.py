# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A scripted API, and modules run in process against it.

A test lists the calls it expects, in order, each with the answer it gets. A call that differs, comes too much or does
not come fails the test. Every exit of a module is read as the JSON it printed, searched for secrets and held against
the module's own documentation.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import threading
import typing as t
from dataclasses import dataclass, field
from types import ModuleType
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
import urllib3
import yaml
from ansible.module_utils import basic
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core 2.18

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, t.Any]) -> t.Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode())
            yield


ENDPOINT = "https://api.example.test/myaccount/api/v1/"
API_KEY = "key/3f9a+7c51"
AUTH_TOKEN = "eyJhbGciOi.JSUzI1NiIs.InR5cCI6"
CREDENTIALS: dict[str, t.Any] = {"api_key": API_KEY, "auth_token": AUTH_TOKEN, "project_id": "42", "location": "Delhi", "api_endpoint": ENDPOINT}
CONTEXT = {"project_id": "42", "location": "Delhi"}

ANY: t.Any = object()


class FakeClock:
    """Time that passes only while somebody sleeps. Chance is constant, so pauses can be computed in a test."""

    def __init__(self, chance: float = 0.5) -> None:
        self.time = 1000.0
        self.slept: list[float] = []
        self.clock = Clock(now=lambda: self.time, sleep=self._sleep, random=lambda: chance)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@dataclass(frozen=True)
class Reply:
    """A canned answer."""

    status: int = 200
    content: bytes = b""
    headers: t.Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


Answer = t.Union[Reply, BaseException, t.Callable[["ScriptedApi"], "Reply"]]


def ok(data: t.Any = None, message: str = "", status: int = 200) -> Reply:
    return Reply(status, json.dumps({"code": status, "data": {} if data is None else data, "errors": {}, "message": message}).encode())


def refusal(status: int, message: str, **headers: str) -> Reply:
    body = {"code": status, "data": {}, "errors": {"detail": [message]}, "message": message}
    return Reply(status, json.dumps(body).encode(), headers)


def html(status: int) -> Reply:
    return Reply(status, b"<html><body>upstream is unwell</body></html>", {"Content-Type": "text/html"})


EMPTY = Reply(200, b"")
MISSING = refusal(404, "Function not found")


def timed_out() -> BaseException:
    pool = urllib3.HTTPSConnectionPool("api.example.test")
    return requests.ReadTimeout(urllib3.exceptions.ReadTimeoutError(pool, f"/?apikey={API_KEY}", "Read timed out."))


def reset() -> BaseException:
    return requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer")))


def refused() -> BaseException:
    error = urllib3.exceptions.NewConnectionError(t.cast("t.Any", None), "Failed to establish a new connection")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    pool = urllib3.HTTPSConnectionPool("api.example.test")
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, f"/?apikey={API_KEY}", error))


@dataclass(frozen=True)
class Step:
    """One expected call. ``path`` is below the endpoint, and ``query`` is what comes besides key, project and location,
    with ``None`` for one of these that must not come; any other address is a whole URL, and its query is complete.
    A call that comes ``forever`` is the last of its script."""

    method: str
    path: str
    answer: Answer
    body: t.Any = ANY
    query: t.Mapping[str, t.Any] = field(default_factory=dict)
    forever: bool = False


@dataclass(frozen=True)
class Sent:
    method: str
    path: str
    body: t.Any
    headers: t.Mapping[str, str] = field(repr=False)


class ScriptedApi:
    """Stands in for the network below ``requests``: what the session prepares is what gets compared.

    ``written`` is what the last create and updates together sent, for answers that show it (:func:`shows`).
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[Sent] = []
        self.written: dict[str, t.Any] = {}
        self._steps: list[Step] = []
        self._any_order = False
        self._lock = threading.Lock()
        monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda adapter, request, **more: self._answer(request))

    def expect(self, *steps: Step, any_order: bool = False) -> None:
        """Replace the script, and forget what was sent for an earlier one, which has to be complete."""
        self.finish()
        self.sent.clear()
        self._steps = list(steps)
        self._any_order = any_order

    def finish(self) -> None:
        """Fails when an expected call did not come."""
        left = [(step.method, step.path) for step in self._steps if not step.forever]
        assert not left, f"calls that did not come: {left}; sent: {self.sent}"

    @property
    def writes(self) -> list[Sent]:
        return [sent for sent in self.sent if sent.method not in ("GET", "HEAD")]

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        parts = urlsplit(str(request.url))
        url = f"{parts.scheme}://{parts.netloc}{parts.path}"
        ours = url.startswith(ENDPOINT)
        body: t.Any = json.loads(request.body) if ours and request.body is not None else request.body
        sent = Sent(str(request.method), url.removeprefix(ENDPOINT), body, dict(request.headers))
        query = {name: values if len(values) > 1 else values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        with self._lock:
            step = self._next(sent)
            self.sent.append(sent)
        # The account's credentials go to the account's API, and nowhere else.
        account = {"apikey": API_KEY, **CONTEXT} if ours else {}
        expected = {name: value for name, value in {**account, **step.query}.items() if value is not None}
        if query != expected:
            pytest.fail(f"{sent}: the query is {query}, expected {expected}")
        if request.headers.get("Authorization") != (f"Bearer {AUTH_TOKEN}" if ours else None):
            pytest.fail(f"{sent}: the Authorization header is {request.headers.get('Authorization')}")
        if step.body is not ANY and body != step.body:
            pytest.fail(f"{sent}: expected the body {step.body}")
        if ours and sent.method in ("POST", "PUT"):
            self.written = {**(self.written if sent.method == "PUT" else {}), **(body or {})}
        answer = step.answer(self) if callable(step.answer) else step.answer
        if isinstance(answer, BaseException):
            raise answer
        return response(answer, request)

    def _next(self, sent: Sent) -> Step:
        for number, step in enumerate(self._steps if self._any_order else self._steps[:1]):
            if (step.method, step.path) == (sent.method, sent.path):
                return step if step.forever else self._steps.pop(number)
        pytest.fail(f"unexpected call {sent}; expected next: {[(step.method, step.path) for step in self._steps]}; sent before: {self.sent}")


def response(reply: Reply, request: requests.PreparedRequest) -> requests.Response:
    """The reply as ``requests`` would hand it over."""
    made = requests.Response()
    made.status_code = reply.status
    made.headers.update(reply.headers)
    made.raw = io.BytesIO(reply.content)
    made.request = request
    made.url = str(request.url)
    return made


# Functions, as reference B describes them.

RUNTIMES = [
    {
        "runtime": "python3-http-debian",
        "node_type": "cpu",
        "label": "requirements.txt",
        "boiler_code": "def handle(e, c):\n    pass\n",
        "requirements_code": "",
    },
    {"runtime": "node18", "node_type": "cpu", "label": "package.json", "boiler_code": "", "requirements_code": "{}"},
    {"runtime": "python3-tensorflow", "node_type": "gpu", "label": "requirements.txt", "boiler_code": "", "requirements_code": ""},
    {
        "runtime": "custom-container",
        "node_type": "cpu",
        "label": "DOCS.md",
        "boiler_code": "ARG BASE_IMAGE=nginx\nFROM ${BASE_IMAGE}\n",
        "requirements_code": "",
    },
]
HANDLER = 'def handle(event, context):\n    return {"statusCode": 200, "body": "Hello"}\n'
URL = "https://hello-e2e-faas-7-dl.serverless.example.test/"

READBACKS: dict[str, tuple[str, ...]] = {
    "full": ("memory", "timeout", "node_type", "code", "requirements", "environment_variables", "secrets"),
    "no code": ("memory", "timeout", "node_type", "environment_variables", "secrets"),
    "minimal": (),
}


def get(answer: Answer, name: str = "hello", forever: bool = False) -> Step:
    return Step("GET", f"faas/function/{name}/", answer, None, forever=forever)


def runtimes(answer: Answer | None = None) -> Step:
    return Step("GET", "faas/runtimes/", answer or ok(RUNTIMES), None)


def listing(*functions: t.Mapping[str, t.Any]) -> Step:
    return Step("GET", "faas/functions/", ok(list(functions)), None)


def post(answer: Answer | None = None, body: t.Any = ANY) -> Step:
    return Step("POST", "faas/functions/", answer or ok(message="Function is being created"), body)


def put(answer: Answer | None = None, body: t.Any = ANY, name: str = "hello") -> Step:
    return Step("PUT", f"faas/handler_file/{name}/", answer or ok(message="Function is being updated"), body)


def delete(answer: Answer | None = None, name: str = "hello") -> Step:
    return Step("DELETE", f"faas/function/{name}/", answer or ok(message="Function deleted"), {"function": name})


def no_logs(name: str = "hello") -> Step:
    return Step("GET", f"faas/logs/{name}/", refusal(404, "no such page"), None)


def function(**fields: t.Any) -> dict[str, t.Any]:
    """A function as somebody else deployed it, with everything that a full read-back has."""
    base = {"name": "hello", "runtime": "python3-http-debian", "status": "Running", "url": URL, "memory": 512, "timeout": 15, "node_type": "cpu"}
    base |= {"code": HANDLER, "requirements": "", "environment_variables": {}, "secrets": []}
    return {**base, **fields}


def view(written: t.Mapping[str, t.Any], readback: str = "full", status: str = "Running", **fields: t.Any) -> dict[str, t.Any]:
    """What a read shows of a function that was created and updated with ``written``."""
    shown = {"name": written["function"], "runtime": written["runtime"], "status": status, "url": URL}
    return {**shown, **{key: written[key] for key in READBACKS[readback]}, **fields}


def shows(readback: str = "full", status: str = "Running", **fields: t.Any) -> t.Callable[[ScriptedApi], Reply]:
    """An answer that shows what the run under test has sent by then."""
    return lambda api: ok(view(api.written, readback, status, **fields))


# Modules.


@dataclass(frozen=True)
class Run:
    """How a module ended."""

    raw: str
    result: dict[str, t.Any]
    warnings: list[str]
    slept: list[float]

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def msg(self) -> str:
        return str(self.result["msg"])

    @property
    def code(self) -> str:
        """The kind of failure."""
        return str(self.result["error"]["code"])

    def __getitem__(self, key: str) -> t.Any:
        return self.result[key]


def run_module(module: ModuleType, args: t.Mapping[str, t.Any], *, check: bool = False, secrets: t.Iterable[str] = (), **internal: t.Any) -> Run:
    """Run ``module.main`` once and read what it printed.

    :param args: module options; ``None`` stands for one that is not given.
    :param secrets: values that must not be printed in any form in which Ansible or JSON would write them.
    :param internal: further values that the controller passes, without their prefix, such as ``verbosity=3``.
    """
    clock = FakeClock()
    stdout = io.StringIO()
    warnings: list[str] = []
    controller = {"check_mode": check, "diff": True, **internal}
    given = {
        **{name: value for name, value in args.items() if value is not None},
        **{f"_ansible_{name}": value for name, value in controller.items()},
    }
    with pytest.MonkeyPatch.context() as patch, patch_module_args(given), contextlib.redirect_stdout(stdout):
        # Where Ansible's controller is imported too, it would print them instead of returning them.
        patch.setattr(basic.AnsibleModule, "warn", lambda ansible, text: warnings.append(text))
        patch.setattr(module, "run_module", functools.partial(module.run_module, clock=clock.clock))
        with pytest.raises(SystemExit):
            module.main()
    result = json.loads(stdout.getvalue())
    raw = stdout.getvalue() + json.dumps(warnings)
    for secret in (API_KEY, AUTH_TOKEN, *secrets):
        for form in (secret, json.dumps(secret)[1:-1], quote(secret, safe="")):
            assert form not in raw, f"a secret is in the output: {raw}"
    if result.get("error", {}).get("code") != "defect":
        assert "Traceback" not in raw
    if result.get("failed"):
        # Only the log of a failed function, which comes last, may add lines.
        assert "\n" not in result["msg"].partition(" Last lines of its log:")[0]
    if "error" in result or not result.get("failed"):
        hold_against_documentation(module, result)
    return Run(raw, result, warnings, clock.slept)


_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
    "raw": (object,),
}
# What Ansible adds, or every module has; the second line comes with every path that exists.
_COMMON = {"changed", "failed", "msg", "invocation", "warnings", "deprecations", "skipped", "exception"}
_COMMON |= {"owner", "group", "uid", "gid", "mode", "state", "secontext"}


def hold_against_documentation(module: ModuleType, result: t.Mapping[str, t.Any]) -> None:
    """Fails unless the keys and types of a result are those of the module's RETURN."""
    documented = yaml.safe_load(module.RETURN)
    when = {"always", "on failure"} if result.get("failed") else {"always", "success"}
    if result.get("skipped"):
        when = {"always"}
    wanted = {name for name, entry in documented.items() if entry["returned"] in when}
    if result.get("failed") and "actions" in wanted and "actions" not in result:
        # Refused before anything was known about the resource.
        wanted &= {"error"}
    assert wanted <= result.keys(), f"missing in the result: {wanted - result.keys()}"
    unknown = result.keys() - documented.keys() - _COMMON
    assert not unknown, f"not documented: {unknown}"
    for name, value in result.items():
        if name in documented:
            _hold(name, documented[name], value)


def _hold(where: str, entry: t.Mapping[str, t.Any], value: t.Any) -> None:
    if value is None:
        return
    assert isinstance(value, _TYPES[entry["type"]]), f"{where} is {value!r}, documented as {entry['type']}"
    items: list[t.Any] = value if isinstance(value, list) else [value]
    for item in items:
        if entry["type"] == "list":
            assert isinstance(item, _TYPES[entry["elements"]]), f"{where} holds {item!r}"
        # Empty when the task failed before anything was known.
        if "contains" in entry and item:
            assert item.keys() == entry["contains"].keys(), f"{where} has the keys {sorted(item)}"
            for name, inner in entry["contains"].items():
                _hold(f"{where}.{name}", inner, item[name])
