# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets never show: on every way in, of every shape, whatever a server makes of them in its answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible.module_utils import basic
from controller import Controller
from in_process import InProcess
from parrot import SHAPES, Parrot
from proof import Proof
from samples import NOT_RUNNABLE
from secret_search import LINES, TEXTS, Canary, Search, Shape
from servers import Call, Server, serving
from test_inventory import inventory
from test_runner import Runner
from wire import KEY

ROUNDS = 3
FAILURES = ("a text", "a text, 500", "a page", "an envelope", "fields", "a detail", "401", "a failure in a success", "a success")
CALLS = ("a text, 200", "a text", "a page", "an envelope", "a success", "fields")
FUNCTION = {"name": "f", "runtime": NOT_RUNNABLE, "code": "// code", "wait": False}
ON_GATEWAY = {"provider": "openfaas", "name": "f", "image": "team/echo:1", "wait_timeout": 5}
SECRET = {"name": "s", "value": "a value"}
IGNORED = (".env", ".env.production", ".npmrc", ".netrc", ".pypirc", ".git-credentials", ".aws/credentials", ".docker/config.json", "id_rsa", "server.pem")
Options = dict[str, Any]
#: The module and its options for a secret's text and a folder for files.
Task = Callable[[str, Path], tuple[str, Options]]


def _writes(call: Call) -> bool:
    return call.method != "GET"


def _all(call: Call) -> bool:
    return True


def _function_calls(call: Call) -> bool:
    return call.path.startswith("/function/")


def _logs(call: Call) -> bool:
    return call.path.startswith("/system/logs")


def _none(call: Call) -> bool:
    return False


def _options(module: str, base: Options, name: str) -> Task:
    """A task with the secret as the option, ``outer.inner`` for one in a mapping."""

    def task(text: str, folder: Path) -> tuple[str, Options]:
        outer, _dot, inner = name.partition(".")
        return module, {**base, outer: {inner: text} if inner else text}

    return task


def _value_file(text: str, folder: Path) -> tuple[str, Options]:
    path = folder / "value"
    path.write_bytes(text.encode())
    return "e2e_secret", {"name": "s", "value_file": str(path)}


def _in_url(module: str, base: Options, name: str, template: str) -> Task:
    return lambda text, folder: (module, {**base, name: template.format(quote(text, safe=""))})


def _beside_code(text: str, folder: Path) -> tuple[str, Options]:
    for path in IGNORED:
        (folder / "src" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "src" / path).write_text(text, encoding="utf-8")
    (folder / "src" / "function.py").write_text("# code\n", encoding="utf-8")
    return "e2e_faas_function", {"name": "f", "runtime": "python-3.11-http", "src": str(folder / "src"), "entry": "function.py", "wait": False}


@dataclass(frozen=True)
class Way:
    """A way in for a secret.

    :param task: what is run.
    :param shapes: what the secret can look like there.
    :param environ: the variables that hold it, as templates.
    :param repeats: the calls that the server answers with what it heard.
    :param answers: in which kinds of answer.
    :param says: whether the server says the secret itself, as a function or a log can.
    :param before: a task that has to be done first, with the same secret.
    """

    task: Task
    shapes: dict[str, Shape] = field(default_factory=lambda: TEXTS)
    environ: dict[str, str] = field(default_factory=dict)
    repeats: Callable[[Call], bool] = _writes
    answers: tuple[str, ...] = FAILURES
    says: bool = False
    before: Task | None = None

    def variables(self, text: str, server: Server) -> dict[str, str]:
        """The variables with the secret in them, as a part of a URL where they hold one."""
        templates = {name: template.replace("PROXY", server.url.removeprefix("http://")) for name, template in self.environ.items()}
        return {name: template.format(quote(text, safe="") if "://" in template else text) for name, template in templates.items()}


def _plain(module: str, **options: Any) -> Task:
    return lambda text, folder: (module, options)


SSH_KEY = {"label": "deploy", "ssh_key": KEY}
NODE = {"name": "app", "plan": "C3.8GB", "image": "Ubuntu 24.04", "wait": False}
INDEX = "--extra-index-url https://me:{}@packages.example.com/simple\nhttp-client\n"
REPOSITORY = "client @ git+https://{}@git.example.com/team/client.git\n"
SECRET_FUNCTION = _options("e2e_faas_function", ON_GATEWAY, "secret_env.TOKEN")
DEPLOYED = _plain("e2e_faas_function", **ON_GATEWAY)
GATEWAY_CALL = {"provider": "openfaas", "name": "f", "body": "hi"}
GATEWAY_INPUT = {"provider": "openfaas", "name": "f", "body": "hi", "send_gateway_credentials": True}

# faasd reads a variable back up to its second equals sign (reference O.2), and more of it is not known to a task that does not set it.
READ_BACK = {name: make for name, make in TEXTS.items() if name != "signs of a URL"}

WAYS = {
    "api_key": Way(_options("e2e_ssh_key", SSH_KEY, "api_key"), LINES, repeats=_all),
    "auth_token": Way(_options("e2e_ssh_key", SSH_KEY, "auth_token"), LINES, repeats=_all),
    "key and token of the environment": Way(_plain("e2e_vpc", name="v"), LINES, {"E2E_API_KEY": "{}", "E2E_AUTH_TOKEN": "{}"}, _all),
    "key as project_id": Way(_options("e2e_vpc", {"name": "v"}, "project_id"), LINES, {"E2E_API_KEY": "{}"}, _all),
    "api_endpoint": Way(_in_url("e2e_vpc", {"name": "v"}, "api_endpoint", "http://me:{}@127.0.0.1:9/api/"), LINES),
    "query of api_endpoint": Way(_in_url("e2e_vpc", {"name": "v"}, "api_endpoint", "http://127.0.0.1:9/api/?token={}"), LINES),
    "gateway_url": Way(_in_url("e2e_secret", SECRET, "gateway_url", "http://me:{}@127.0.0.1:9/"), LINES),
    "proxy": Way(_plain("e2e_vpc", name="v", api_endpoint="http://api.example.com/api/"), LINES, {"HTTP_PROXY": "http://me:{}@PROXY"}, _all),
    "secret_env, text": Way(_options("e2e_faas_function", {**FUNCTION, "upload": "text"}, "secret_env.TOKEN")),
    "secret_env, archive": Way(_options("e2e_faas_function", {**FUNCTION, "upload": "zip"}, "secret_env.TOKEN")),
    "secret_env, success": Way(_options("e2e_faas_function", {**FUNCTION, "env": {"A": "1"}}, "secret_env.TOKEN"), repeats=_none),
    "secret_env, gateway": Way(SECRET_FUNCTION),
    "secret_env, gateway, success": Way(SECRET_FUNCTION, repeats=_none),
    "package index": Way(_in_url("e2e_faas_function", {**FUNCTION, "runtime": "python-3.11-http"}, "requirements", INDEX), LINES),
    "repository": Way(_in_url("e2e_faas_function", {**FUNCTION, "runtime": "python-3.11-http"}, "requirements", REPOSITORY), LINES),
    "files beside the code": Way(_beside_code),
    "start_script": Way(_options("e2e_node", NODE, "start_script")),
    "encryption_passphrase": Way(_options("e2e_node", NODE, "encryption_passphrase")),
    "start_script, success": Way(_options("e2e_node", NODE, "start_script"), repeats=_none),
    "value": Way(_options("e2e_secret", SECRET, "value")),
    "value_file": Way(_value_file),
    "value, success": Way(_options("e2e_secret", SECRET, "value"), repeats=_none),
    "gateway_password": Way(_options("e2e_secret", SECRET, "gateway_password"), LINES, repeats=_all),
    "gateway_token": Way(_options("e2e_secret", SECRET, "gateway_token"), LINES, repeats=_all),
    "headers of a call": Way(
        _options("e2e_faas_invoke", GATEWAY_CALL, "headers.Authorization"), LINES, repeats=_function_calls, answers=CALLS, before=DEPLOYED
    ),
    "headers of a call that is not made": Way(_options("e2e_faas_invoke", GATEWAY_CALL, "headers.Authorization"), LINES, repeats=_none),
    "token in a call": Way(_options("e2e_faas_invoke", GATEWAY_INPUT, "gateway_token"), LINES, repeats=_function_calls, answers=CALLS, before=DEPLOYED),
    "what a function answers": Way(
        _plain("e2e_faas_invoke", **GATEWAY_CALL), READ_BACK, repeats=_function_calls, answers=CALLS, says=True, before=SECRET_FUNCTION
    ),
    "log": Way(_plain("e2e_faas_logs", provider="openfaas", name="f"), READ_BACK, repeats=_logs, answers=("a log",), says=True, before=SECRET_FUNCTION),
    "smoke test's answer": Way(
        _options("e2e_faas_function", {**ON_GATEWAY, "smoke_test": {"contains": ["good"], "retries": 0}}, "secret_env.TOKEN"),
        repeats=_function_calls,
        answers=CALLS,
        says=True,
    ),
    "smoke test's headers": Way(
        lambda text, folder: ("e2e_faas_function", {**ON_GATEWAY, "smoke_test": {"contains": ["good"], "retries": 0, "headers": {"X-Api-Key": text}}}),
        LINES,
        repeats=_function_calls,
        answers=CALLS,
    ),
}


@pytest.fixture
def parrot(emulator_factory: Callable[..., Any], proof: Proof) -> Iterator[tuple[Server, Parrot, Any]]:
    emulator = emulator_factory(build_seconds=0)
    parrot = Parrot(emulator.url, proof.random)
    with serving(parrot) as server:
        yield server, parrot, emulator


def _written(runner: InProcess, module: str, options: Options) -> str:
    """Everything that a run of a module hands out: result, diff, warnings, and what it writes into the system's log."""
    logged: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(basic.AnsibleModule, "log", lambda ansible, msg, log_args=None: logged.append(f"{msg} {log_args}"))
        result = runner.module(module, verbosity=3, **{"api_retries": 0, **options})
    return json.dumps(result, ensure_ascii=False) + "\n" + "\n".join(logged)


@dataclass
class Count:
    """What was tried, and what was found: for each way the first finds, with where they stand."""

    runs: int = 0
    ways: set[str] = field(default_factory=set)
    searched: int = 0
    finds: dict[str, list[str]] = field(default_factory=dict)

    def found(self, way: str, case: str, pieces: list[str], canary: Canary, written: str) -> None:
        at = max(written.find(pieces[0]), 0)
        self.finds.setdefault(way, []).append(
            f"{case}: {len(pieces)} pieces such as {pieces[0]!r} of {canary.text[:80]!r}: {written[max(at - 200, 0) : at + 100]}"
        )

    def __str__(self) -> str:
        return f"{self.runs:,} runs over {len(self.ways)} ways in, {self.searched:,} characters searched, {sum(map(len, self.finds.values()))} finds"


def _tried(way: Way, shape: str, parrot: tuple[Server, Parrot, Any], folder: Path, count: Count, name: str) -> None:
    """One run with one canary."""
    server, bird, emulator = parrot
    account = {**emulator.env, **emulator.gateway_env, "E2E_API_ENDPOINT": f"{server.url}/myaccount/api/v1/", "OPENFAAS_URL": server.url}
    canary = way.shapes[shape](bird.chance)
    emulator.reset()
    bird.repeats, bird.words, bird.target = _none, canary.text if way.says else "", canary.hearts[0]
    bird.answer, bird.shape = bird.chance.choice(way.answers), bird.chance.choice(list(SHAPES))
    folder.mkdir()
    if way.before is not None:
        module, options = way.before(canary.text, folder)
        made = InProcess(account).module(module, **options)
        assert not made.get("failed"), made
    bird.repeats = way.repeats
    module, options = way.task(canary.text, folder)
    written = _written(InProcess({**account, **way.variables(canary.text, server)}), module, options)
    search = Search(canary)
    pieces = search.finds(written)
    count.runs += 1
    count.ways.add(name)
    count.searched += search.searched
    if pieces:
        count.found(name, f"{shape}, {bird.answer}, {bird.shape}", pieces, canary, written)


def _closed(proof: Proof, count: Count, bird: Parrot, what: str) -> None:
    proof.closes_with(f"{what}: {count}, {bird.repeated:,} answers that repeat them")
    assert not count.finds, "\n".join(f"{len(finds)} by {name}\n  " + "\n  ".join(finds[:3]) for name, finds in count.finds.items())
    assert bird.repeated > count.runs / 3


def test_no_run_shows_one(proof: Proof, parrot: tuple[Server, Parrot, Any], tmp_path: Path) -> None:
    count = Count()
    for name, way in WAYS.items():
        for shape in [shape for shape in way.shapes for _round in range(ROUNDS)]:
            _tried(way, shape, parrot, tmp_path / str(count.runs), count, name)
    _closed(proof, count, parrot[1], "secrets")


def test_the_search_finds_what_it_looks_for(proof: Proof) -> None:
    for name, make in TEXTS.items():
        for shape, write in SHAPES.items():
            canary = make(proof.random)
            assert Search(canary).finds(f"before {write(canary.text)} after"), (name, shape)
        assert not Search(make(proof.random)).finds(make(proof.random).text)


@dataclass(frozen=True)
class Planted:
    """One canary for each secret of an account and a gateway, and a search for all of them."""

    key: Canary
    token: Canary
    password: Canary
    secret: Canary
    document: Canary

    @classmethod
    def drawn(cls, proof: Proof) -> Planted:
        return cls(*(make(proof.random) for make in [LINES["one line"]] * 3 + [TEXTS["several lines"], TEXTS["JSON with two spaces"]]))

    def tasks(self) -> list[dict[str, Any]]:
        wanted: list[tuple[str, Options]] = [
            ("e2e_faas_function", {**FUNCTION, "secret_env": {"TOKEN": self.secret.text, "FILE": self.document.text}}),
            ("e2e_node", {**NODE, "start_script": self.secret.text, "encryption_passphrase": self.document.text}),
            ("e2e_secret", {"name": "s", "value": self.document.text}),
            ("e2e_faas_function", {**ON_GATEWAY, "secret_env": {"TOKEN": self.document.text}}),
        ]
        return [
            {"name": str(number), f"e2enetworks.cloud.{module}": {**options, "api_retries": 0}, "ignore_errors": True}
            for number, (module, options) in enumerate(wanted)
        ]

    def search(self) -> Search:
        return Search(self.key, self.token, self.password, self.secret, self.document)


def test_what_ansible_writes_shows_none(proof: Proof, emulator_factory: Callable[..., Any], controller_of: Callable[[Any], Controller]) -> None:
    """Its output at -vvv, its log, the files of ansible-runner, the inventory and its cache."""
    planted = Planted.drawn(proof)
    emulator = emulator_factory(build_seconds=0, api_key=planted.key.text, auth_token=planted.token.text, gateway_password=planted.password.text, nodes=3)
    bird = Parrot(emulator.url, proof.random, target=planted.secret.hearts[0])
    machine = controller_of(emulator)
    texts: dict[str, str] = {}
    with serving(bird) as server:
        machine.environ |= {
            "E2E_API_ENDPOINT": f"{server.url}/myaccount/api/v1/",
            "OPENFAAS_URL": server.url,
            "ANSIBLE_LOG_PATH": str(machine.folder / "ansible.log"),
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(machine.folder / "facts"),
        }
        runner = Runner(machine)
        for answer, shape, repeats in (
            ("a success", "as it is", _none),
            ("an envelope", "JSON", _writes),
            ("a page", "HTML", _all),
        ):
            bird.answer, bird.shape, bird.repeats = answer, shape, repeats
            play = machine.tasks(planted.tasks(), "-vvv", "--diff").succeeded()
            assert len(play.tasks) == len(planted.tasks())
            listed = inventory(
                machine, {"api_retries": 0, "cache": repeats is _none, "cache_plugin": "jsonfile", "cache_connection": str(machine.folder / "hosts")}, "-vvv"
            )
            job = runner.run(planted.tasks()[::2], "-vvv")
            assert job.code == 0
            texts |= {f"{answer}: play": play.output, f"{answer}: inventory": listed.stdout + listed.stderr}
            texts |= {f"{answer}: {path}": text for path, text in job.stored().items() if path != "env/envvars"}
    files = [machine.folder / "ansible.log", *(machine.folder / "facts").rglob("*"), *(machine.folder / "hosts").rglob("*")]
    assert any(path.parent.name == "hosts" for path in files)
    texts |= {path.name: path.read_text(encoding="utf-8") for path in files if path.is_file()}
    search = planted.search()
    finds = {name: pieces for name, text in texts.items() if (pieces := search.finds(text))}
    proof.closes_with(f"secrets in what Ansible writes: {len(texts)} outputs and files, {search.searched:,} characters searched, {len(finds)} finds")
    assert not finds, "\n".join(f"{name}: {pieces[:3]}" for name, pieces in finds.items())
    assert bird.repeated >= 8
