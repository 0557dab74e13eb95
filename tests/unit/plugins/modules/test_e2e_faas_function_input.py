# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input ends in one line that says what is wrong, and nothing is written; where it can be told locally, nothing is sent."""

from __future__ import annotations

import json
import os
import pathlib
import types
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code import packaging, source_files
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http import support as http_support
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    HANDLER,
    Run,
    ScriptedApi,
    absent,
    function,
    get,
    ok,
    post,
    refusal,
    run_module,
    runtimes,
    shows,
)

ARGS: dict[str, t.Any] = {**CREDENTIALS, "name": "hello", "runtime": "python3-http-debian", "code": HANDLER}


def run(args: t.Mapping[str, t.Any] | None = None, check: bool = False, **internal: t.Any) -> Run:
    return run_module(e2e_faas_function, args or ARGS, check=check, **internal)


# What is wrong, by option, and a piece of what is said.
REFUSED: list[tuple[dict[str, t.Any], str]] = [
    ({"name": "Hello"}, "'Hello' is not valid: use lower-case letters"),
    ({"name": "a" * 52}, "take 51 characters at most"),
    ({"name": "-a"}, "begin and end with a letter or a digit"),
    ({"name": "../x"}, "not valid"),
    ({"memory": 63}, "memory is 63 MB, but has to be between 64 and 8192 MB"),
    ({"memory": 8193}, "memory is 8193 MB"),
    ({"timeout": 0}, "timeout is 0 s, but has to be between 1 and 900 s"),
    ({"timeout": 901}, "timeout is 901 s"),
    ({"env": {"1A": "x"}}, "'1A' is not valid"),
    ({"env": {"A-B": "x"}}, "'A-B' is not valid"),
    ({"secret_env": {"A" * 51: "x"}}, "50 characters at most"),
    ({"env": {"PORT": "80"}}, "PORT is reserved"),
    ({"env": {"E2E_ANSIBLE_DIGEST": "x"}}, "E2E_ANSIBLE_DIGEST is reserved"),
    ({"env": {"A": "1"}, "secret_env": {"A": "2"}}, "A is given twice"),
    ({"env": {"A": {"b": 1}}}, "env: the value of A is a dict"),
    ({"secret_env": {"A": [1]}}, "secret_env: the value of A is a list"),
    ({"digest_variable": "not-a-name"}, "'not-a-name' is not valid"),
    ({"extra_parameters": {"memory": 1, "code": "x"}}, "extra_parameters cannot set code, memory"),
    ({"code": "  \n"}, "code is empty"),
    ({"wait_timeout": 0}, "wait_timeout must be more than 0 seconds; got 0"),
    ({"api_timeout": -1}, "api_timeout must be more than 0 seconds; got -1"),
    ({"api_connect_timeout": 0}, "api_connect_timeout must be more than 0 seconds"),
    ({"ca_path": "/nowhere/ca.pem"}, "ca_path: /nowhere/ca.pem does not exist"),
    ({"project_id": "zero"}, "project_id must be a positive whole number"),
    ({"api_endpoint": "ftp://example.test/"}, "api_endpoint must be an http or https URL"),
    ({"profile": "nobody"}, "There is no profile 'nobody'"),
    ({"snapshot_dest": "/nowhere/x.json", "snapshot": "/nowhere/y.json", "code": None}, "snapshot: cannot read /nowhere/y.json"),
]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("wrong", "said"), REFUSED, ids=[str(number) + "-" + "-".join(wrong) for number, (wrong, said) in enumerate(REFUSED)])
def test_refused_before_anything_is_sent(api: ScriptedApi, wrong: dict[str, t.Any], said: str, check: bool) -> None:
    outcome = run({**ARGS, **wrong}, check=check)
    assert outcome.failed
    assert said in outcome.msg
    assert outcome.code in ("invalid_input", "configuration")
    assert (outcome["changed"], outcome["error"]["outcome_known"]) == (False, True)
    assert api.sent == []


def test_missing_credentials_name_every_way_to_give_them(api: ScriptedApi) -> None:
    outcome = run({"name": "hello", "code": HANDLER})
    assert outcome.code == "configuration"
    for word in (
        "api_key",
        "auth_token",
        "project_id",
        "location",
        "E2E_API_KEY or SERVICE_API_KEY",
        "E2E_LOCATION",
        "~/.e2e/config.json",
        "~/.E2E_CLI/config.json",
    ):
        assert word in outcome.msg
    assert api.sent == []


def test_two_sources_at_once(api: ScriptedApi) -> None:
    for second in ({"src": "/tmp"}, {"image": "nginx"}, {"snapshot": "/tmp/x"}):
        outcome = run({**ARGS, **second})
        assert "mutually exclusive" in outcome.msg
    assert api.sent == []


def directory(path: pathlib.Path, files: t.Mapping[str, bytes]) -> dict[str, t.Any]:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return {**CREDENTIALS, "name": "hello", "runtime": "python3-http-debian", "src": str(path)}


SOURCES: list[tuple[dict[str, bytes], str]] = [
    ({}, "The source directory {src} holds no file to send"),
    ({"main.py": b""}, "expected handler.py or func.py at its top. Found: main.py"),
    ({"handler.py": b"\xff\xfe"}, "handler.py in {src} is not text: it has to be UTF-8"),
    ({"handler.py": b"", "requirements.txt": b"\xff\xfe"}, "requirements.txt in {src} is not text"),
    ({"handler.py": b"", "requirements.txt": b"a\x00b"}, "it holds NUL bytes"),
    ({"handler.py": b""}, "handler.py in {src} is empty"),
]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("files", "said"), SOURCES)
def test_unusable_directories(api: ScriptedApi, tmp_path: pathlib.Path, files: dict[str, bytes], said: str, check: bool) -> None:
    outcome = run(directory(tmp_path, files), check=check)
    assert said.format(src=tmp_path) in outcome.msg
    assert (outcome.code, api.sent) == ("invalid_input", [])


def test_unusable_paths(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    missing = {**ARGS, "code": None, "src": str(tmp_path / "nowhere")}
    assert "nowhere does not exist" in run(missing).msg
    assert "nowhere does not exist" in run({**missing, "runtime": None}).msg
    args = directory(tmp_path / "a", {"handler.py": HANDLER.encode()})
    os.symlink("/etc/hostname", tmp_path / "a" / "outside")
    outcome = run(args)
    assert "outside" in outcome.msg
    assert api.sent == []


def test_a_directory_over_the_size_limit(api: ScriptedApi, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    args = directory(tmp_path, {"handler.py": HANDLER.encode(), "data.bin": bytes(2000)})
    for module in (source_files, packaging):
        monkeypatch.setattr(module, "MAX_SOURCE_BYTES", 1000)
    limited = source_files.read_directory
    monkeypatch.setattr(packaging, "read_directory", lambda *args, **more: limited(*args, **{"max_bytes": 1000, **more}))
    outcome = run(args)
    assert (outcome.code, api.sent) == ("invalid_input", [])
    assert "limit" in outcome.msg


def test_a_missing_library(api: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> t.NoReturn:
        raise ImportError(name)

    monkeypatch.setattr(http_support, "importlib", types.SimpleNamespace(import_module=absent))
    outcome = run()
    assert outcome.code == "missing_library"
    assert "pip install requests" in outcome.msg


@pytest.mark.parametrize("check", [True, False])
def test_an_unknown_runtime_is_answered_with_the_servers_list(api: ScriptedApi, check: bool) -> None:
    api.expect(*absent(), runtimes())
    outcome = run({**ARGS, "runtime": "python2"}, check=check)
    assert outcome.msg == (
        "runtime: 'python2' is not one that the server offers. Accepted: python3-http-debian, node18, python3-tensorflow, custom-container."
    )
    assert outcome["changed"] is False


def test_a_label_of_several_runtimes(api: ScriptedApi) -> None:
    offered = [{"runtime": f"py-{number}", "node_type": "cpu", "name": "Python"} for number in (1, 2)]
    api.expect(*absent(), runtimes(ok(offered)))
    outcome = run({**ARGS, "runtime": "PYTHON"})
    assert "is the label of several runtimes; use an id. Accepted: py-1 (Python), py-2 (Python)" in outcome.msg


def test_what_a_new_function_needs(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes())
    assert "runtime is needed to create the function hello. The server offers: python3-http-debian" in run({**ARGS, "runtime": None}).msg
    api.expect(*absent(), runtimes())
    assert "does not exist yet. Give its code" in run({**ARGS, "code": None}).msg
    api.expect(*absent(), runtimes())
    assert "runs on cpu, not on gpu" in run({**ARGS, "hardware": "gpu"}).msg
    api.expect(*absent(), runtimes(ok([])))
    assert "image: which runtime is the custom container cannot be told" in run({**CREDENTIALS, "name": "hello", "image": "nginx"}).msg


def test_sent_with_a_warning(api: ScriptedApi) -> None:
    name = "9" + "a" * 40
    api.expect(*absent(name), runtimes(), post(refusal(400, "memory must be one of 128, 256, 512, 1024")))
    outcome = run({**ARGS, "name": name, "memory": 100, "timeout": 700})
    assert "memory must be one of 128" in outcome.msg
    assert len(outcome.warnings) == 4
    for piece in ("has 41 characters", "begins with a digit", "memory is 100 MB", "timeout is 700 s"):
        assert any(piece in warning for warning in outcome.warnings)


def test_snapshots_that_cannot_be_used(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "snapshot.json"
    args = {**CREDENTIALS, "name": "hello", "snapshot": str(path)}
    for text in ("{", "[]", '{"v": 2}', '{"v": 1, "code": null}'):
        path.write_text(text)
        assert "is not a file that snapshot_dest wrote" in run(args).msg
    path.write_text(json.dumps({"v": 1, "name": "other", "code": "x"}))
    assert "holds the function 'other', not hello" in run(args).msg
    assert api.sent == []
    api.expect(get(ok(function())))
    outcome = run({**ARGS, "memory": 1024, "snapshot_dest": str(tmp_path / "nowhere" / "x")})
    assert "snapshot_dest: cannot write" in outcome.msg
    assert "Nothing was changed" in outcome.msg
    assert outcome["snapshot"] is None


@pytest.mark.parametrize("verbosity", [0, 3])
def test_never_a_traceback(api: ScriptedApi, verbosity: int) -> None:
    outcome = run({**ARGS, "memory": 1}, verbosity=verbosity)
    assert "exception" not in outcome.result or "Traceback" not in str(outcome["exception"])


def test_absent_needs_only_the_name(api: ScriptedApi) -> None:
    api.expect(*absent())
    assert run({**CREDENTIALS, "name": "hello", "state": "absent"})["changed"] is False


def test_a_function_of_an_unknown_runtime(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    """Its files are known by the dependency file that the server names."""
    offered = ok([{"runtime": "r-7", "node_type": "cpu", "label": "requirements.txt"}])
    args = {**directory(tmp_path, {"func.py": HANDLER.encode(), "requirements.txt": b"requests\n"}), "runtime": "r-7"}
    args |= {"upload": "text"}
    api.expect(*absent(), runtimes(offered), post(), get(shows()))
    run(args)
    assert (api.written["code"], api.written["requirements"]) == (HANDLER, "requests\n")
