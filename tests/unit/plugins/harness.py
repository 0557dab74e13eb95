# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A scripted API, and modules run in process against it.

A test lists the calls it expects, in order, each with the answer it gets; calls that run side by side are a group whose
order is open (:func:`together`). A call that differs, comes too much or does not come fails the test. Every exit of a
module is read as the JSON it printed, searched for secrets and held against the module's own documentation.
"""

from __future__ import annotations

import base64
import contextlib
import email
import email.message
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
from ansible.module_utils.common.parameters import PASS_VARS
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
class Together:
    """A group of calls that run side by side; see :func:`together`."""

    lanes: tuple[tuple[Step, ...], ...]
    cut_short: bool = False


def together(*lanes: Step | t.Iterable[Step], cut_short: bool = False) -> Together:
    """Calls that run side by side: what ``in_parallel`` or another pool of threads makes.

    No order of threads is certain, so the script has none for them either: the members come in any order, each exactly
    once, and nothing else comes until all of them did. What stands before and after the group keeps its place.

    :param lanes: a call, or calls that one thread makes one after the other: those stay in their order among themselves.
    :param cut_short: one of the calls fails, and a failure keeps those that have not begun from being made. At least one
        comes, none twice, and the group is the last of its script.
    """
    group = Together(tuple((lane,) if isinstance(lane, Step) else tuple(lane) for lane in lanes), cut_short)
    seen: list[Step] = []
    for lane in group.lanes:
        assert not any(step.forever for step in lane), "a call that comes forever has no end, so no group has it"
        twins = [(step.method, step.path) for step in lane for other in seen if _same_call(step, other)]
        assert not twins, f"which thread makes which of these calls cannot be told: {twins}"
        seen += lane
    return group


def _same_call(one: Step, other: Step) -> bool:
    """Whether a request could be either of two expected calls."""
    bodies = one.body is ANY or other.body is ANY or one.body == other.body
    queries = one.query is ANY or other.query is ANY or one.query == other.query
    return (one.method, one.path) == (other.method, other.path) and bodies and queries


class _Stage:
    """What comes next: the rest of a group, or a call alone. ``lanes`` has the calls that did not come yet."""

    def __init__(self, part: Step | Together) -> None:
        group = Together(((part,),)) if isinstance(part, Step) else part
        self.lanes = [list(lane) for lane in group.lanes if lane]
        self.may_end = False
        self._cut_short = group.cut_short

    @property
    def heads(self) -> list[Step]:
        return [lane[0] for lane in self.lanes]

    def take(self, step: Step) -> None:
        lane = next(lane for lane in self.lanes if lane[0] is step)
        lane.pop(0)
        self.lanes = [lane for lane in self.lanes if lane]
        self.may_end = self._cut_short


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
        self._stages: list[_Stage] = []
        self._lost: list[str] = []
        self._lock = threading.Lock()
        monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda adapter, request, **more: self._answer(request))

    def expect(self, *script: Step | Together) -> None:
        """Replace the script, and forget what was sent for an earlier one, which has to be complete."""
        self.finish()
        self.sent.clear()
        self._stages = [stage for part in script if (stage := _Stage(part)).lanes]

    def finish(self) -> None:
        """Fails when an expected call did not come, or when one in a thread was wrong and nobody looked at its result."""
        assert not self._lost, self._lost
        left = [(step.method, step.path) for stage in self._stages for lane in stage.lanes for step in lane if not step.forever and not stage.may_end]
        assert not left, f"calls that did not come: {left}; sent: {self.sent}"

    @property
    def writes(self) -> list[Sent]:
        return [sent for sent in self.sent if sent.method not in ("GET", "HEAD")]

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        parts = urlsplit(str(request.url))
        url = f"{parts.scheme}://{parts.netloc}{parts.path}"
        ours = url.startswith(ENDPOINT)
        body = _body(request) if ours else request.body
        sent = Sent(str(request.method), url.removeprefix(ENDPOINT), body, dict(request.headers))
        query = {name: values if len(values) > 1 else values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        # The account's credentials go to the account's API, and nowhere else. Another call has what its URL says.
        login = f"Basic {base64.b64encode(f'{parts.username}:{parts.password}'.encode()).decode()}" if parts.password else None
        step = self._next(sent, query, {"apikey": API_KEY, **CONTEXT} if ours else {})
        if request.headers.get("Authorization") != (f"Bearer {AUTH_TOKEN}" if ours else login):
            self._fail(f"{sent}: the Authorization header is {request.headers.get('Authorization')}")
        if ours and sent.method in ("POST", "PUT"):
            self.written = {**(self.written if sent.method == "PUT" else {}), **_kept(body or {})}
        answer = step.answer(self) if callable(step.answer) else step.answer
        if isinstance(answer, BaseException):
            raise answer
        return response(answer, request)

    def _next(self, sent: Sent, query: t.Mapping[str, t.Any], always: t.Mapping[str, t.Any]) -> Step:
        """The step that a call is.

        :param always: what the query has in every call to this host.
        """
        with self._lock:
            heads = self._stages[0].heads if self._stages else []
            named = [step for step in heads if (step.method, step.path) == (sent.method, sent.path)]
            queries = [step for step in named if step.query is ANY or query == {k: v for k, v in {**always, **step.query}.items() if v is not None}]
            step = next((step for step in queries if step.body is ANY or step.body == sent.body), None)
            if step is None:
                expected = [(step.method, step.path, step.query, "any body" if step.body is ANY else step.body) for step in heads]
                self._fail(f"unexpected call {sent} with the query {query}; expected next: {expected}; sent before: {self.sent}")
            if not step.forever:
                self._stages[0].take(step)
                if not self._stages[0].lanes:
                    del self._stages[0]
            self.sent.append(sent)
            return step

    def _fail(self, message: str) -> t.NoReturn:
        if threading.current_thread() is not threading.main_thread():
            # Its result may be dropped, because another one failed, and this failure with it.
            self._lost.append(message)
        pytest.fail(message)


def _body(request: requests.PreparedRequest) -> t.Any:
    """What was sent: the JSON, or a multipart form as its texts and the bytes of its files by their names."""
    content_type = request.headers.get("Content-Type", "")
    if request.body is None or not content_type.startswith("multipart/form-data"):
        return None if request.body is None else json.loads(request.body)
    raw = b"".join(t.cast("t.Iterable[bytes]", request.body))
    assert len(raw) == int(request.headers["Content-Length"])
    message = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw)
    form: dict[str, t.Any] = {}
    for part in t.cast("list[email.message.Message]", message.get_payload()):
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = part.get_param("name", header="content-disposition")
        form[str(name)] = content if part.get_filename() else content.decode()
    return form


def _kept(body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the API keeps of a create or an update, in the words of its JSON form."""
    if "function_name" not in body and "code_file" not in body and not isinstance(body.get("environment_variables"), str):
        return dict(body)
    named = {"function": body["function_name"], "runtime": body["runtime"], "node_type": "cpu"} if "function_name" in body else {}
    settings = {"memory": int(body["memory"]), "timeout": int(body["timeout"]), "environment_variables": json.loads(body["environment_variables"])}
    # An archive is not returned (reference H.12).
    return {**named, **settings, "code": None, "requirements": None, "secrets": []}


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


def listing(*functions: t.Mapping[str, t.Any], answer: Answer | None = None) -> Step:
    return Step("GET", "faas/functions/", answer or page(*functions), None, query={"page": "1", "page_size": "100"})


def page(*functions: t.Mapping[str, t.Any]) -> Reply:
    """The only page of the list of functions (reference H.4)."""
    body = {"code": 200, "data": list(functions), "errors": {}, "message": "Success", "total_page_number": 1, "total_count": len(functions)}
    return Reply(200, json.dumps(body).encode())


def absent(name: str = "hello") -> tuple[Step, Step]:
    """Looking for a function that is not there, before any function was read by its name: the list has the last word."""
    return get(MISSING, name), listing()


def post(answer: Answer | None = None, body: t.Any = ANY) -> Step:
    return Step("POST", "faas/functions/", answer or ok(message="Function is being created"), body)


def put(answer: Answer | None = None, body: t.Any = ANY, name: str = "hello") -> Step:
    return Step("PUT", f"faas/handler_file/{name}/", answer or ok(message="Function is being updated"), body)


def delete(answer: Answer | None = None, name: str = "hello") -> Step:
    return Step("DELETE", f"faas/function/{name}/", answer or ok(message="Function deleted"), {"function": name})


def no_logs(name: str = "hello") -> tuple[Step, Step]:
    """An API without logs, and without ids: it is looked for one in the list first (reference H.8, H.9)."""
    return listing(), Step("GET", f"faas/logs/{name}/", refusal(404, "no such page"), None)


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


#: What has Ansible return a module's options beside its result. Up to ansible-core 2.20 it always does.
WITH_OPTIONS = {"inject_invocation": True} if "inject_invocation" in PASS_VARS else {}


def run_module(module: ModuleType, args: t.Mapping[str, t.Any], *, check: bool = False, secrets: t.Iterable[str] = (), **internal: t.Any) -> Run:
    """Run ``module.main`` once and read what it printed.

    :param args: module options; ``None`` stands for one that is not given.
    :param secrets: values that must not be printed in any form in which Ansible or JSON would write them.
    :param internal: further values that the controller passes, without their prefix, such as ``verbosity=3``.
    """
    clock = FakeClock()
    stdout = io.StringIO()
    warnings: list[str] = []
    controller = {"check_mode": check, "diff": True, **WITH_OPTIONS, **internal}
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
        # Only what a function answered and the end of its log, which come last, may add lines.
        first_line, *details = result["msg"].splitlines()
        several = len(result.get("failed_functions", ())) > 1
        assert not details or several or details[0] in ("It answered:", "Last lines of its log:")
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
