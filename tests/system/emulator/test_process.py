# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a process: start, stop, restart, bad options."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from emulator_api import Api

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _temporary_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a killed emulator leaves behind goes with the test; the path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="emulator-test-", dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tests.emulator", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def gone(pid: int) -> bool:
    """Wait until a process has ended."""
    for attempt in range(200):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def worker_pid(api: Api, name: str) -> int:
    return int(api.process.control("GET", f"functions/{name}/logs")["pid"])


def test_the_fixture_all_system_tests_share(emulator: Any) -> None:
    api = Api(emulator)
    assert api.create("f").json()["data"]["status"] == "creating"
    api.settled("f")
    assert emulator.env["E2E_API_ENDPOINT"] == emulator.api_endpoint == f"{emulator.url}/myaccount/api/v1/"
    assert (emulator.env["E2E_API_KEY"], emulator.env["E2E_AUTH_TOKEN"]) == (api.query["apikey"], api.token)
    assert emulator.writes() == 1
    emulator.reset()
    assert emulator.requests() == [] and emulator.writes() == 0


def test_functions_survive_a_restart_and_run_again(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    state = tmp_path / "new" / "state.json"
    api = api_factory(state=state)
    code = "import os\ndef handle(event, context): return os.environ['WHO']\n"
    before = api.deploy("f", code, environment_variables={"WHO": "me"}, replicas=2)
    api.fail("broken", "import nothing_of_this_name")
    assert state.stat().st_mode & 0o077 == 0
    api.process.restart()
    again = Api(api.process)
    after = again.settled("f")
    assert {**after, "url": ""} == {**before, "url": ""}
    assert after["url"].startswith(again.url)
    assert again.invoke("f").text == "me"
    assert again.get("broken")["status"] == "failed"
    assert again.deploy("g")["id"] == 1003
    again.delete("f")
    assert [one["name"] for one in json.loads(state.read_text(encoding="utf-8"))["functions"]] == ["broken", "g"]
    assert [path.name for path in state.parent.iterdir()] == ["state.json"]


def test_state_is_kept_when_the_emulator_is_killed(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    api = api_factory(state=tmp_path / "state.json")
    api.deploy("f")
    os.kill(api.process.pid, signal.SIGKILL)
    api.process.restart()
    again = Api(api.process)
    assert again.settled("f")["status"] == "running"
    assert again.invoke("f").text == "hello"


def test_what_was_being_built_is_built_after_a_restart(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    api = api_factory(state=tmp_path / "state.json", build_seconds=30)
    api.create("f")
    api.process.restart()
    assert Api(api.process).settled("f")["status"] == "running"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(api_factory: Callable[..., Api], number: int) -> None:
    api = api_factory()
    api.deploy("f", "import subprocess\nchild = subprocess.Popen(['sleep', '300'])\ndef handle(event, context): return str(child.pid)\n")
    api.create("g", "import time\ntime.sleep(300)\n")
    worker, child = worker_pid(api, "f"), int(api.invoke("f").text)
    os.kill(api.process.pid, number)
    assert api.process.stop() == 0
    assert gone(worker) and gone(child)


@pytest.mark.parametrize("code", ["def handle(event, context): return ''", "import threading\ndef handle(event, context):\n    while True: pass\n"])
def test_workers_end_when_the_emulator_is_killed(api_factory: Callable[..., Api], code: str) -> None:
    api = api_factory()
    api.deploy("f", code)
    worker = worker_pid(api, "f")
    os.kill(api.process.pid, signal.SIGKILL)
    assert gone(worker)


@pytest.mark.node
def test_node_workers_end_when_the_emulator_is_killed(api_factory: Callable[..., Api]) -> None:
    api = api_factory()
    api.deploy("f", "module.exports = async () => 'ok'", runtime="node18")
    worker = worker_pid(api, "f")
    os.kill(api.process.pid, signal.SIGKILL)
    assert gone(worker)


def test_a_hanging_request_does_not_hold_up_the_end(api_factory: Callable[..., Api]) -> None:
    api = api_factory()
    api.process.fault({"action": "hang"})
    with pytest.raises(OSError):
        api.call("GET", "faas/functions/", timeout=0.2)
    assert api.process.stop() == 0


@pytest.mark.parametrize("depth", [0, 90])
def test_nothing_is_left_in_the_temporary_folder(api_factory: Callable[..., Api], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, depth: int) -> None:
    folder = tmp_path / ("deep" + "p" * depth)
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    api = api_factory()
    api.deploy("f")
    assert api.invoke("f").text == "hello"
    assert list(folder.iterdir())
    api.process.stop()
    assert not list(folder.iterdir())


def test_latency(api_factory: Callable[..., Api]) -> None:
    api = api_factory(latency_ms=200)
    began = time.monotonic()
    api.call("GET", "faas/functions/")
    assert time.monotonic() - began >= 0.2


def test_the_log_names_no_secret(api_factory: Callable[..., Api]) -> None:
    api = api_factory()
    api.deploy("f", environment_variables={"PASSWORD": "hunter2"})
    api.process.stop()
    log = api.process.log.read_text(encoding="utf-8")
    assert "POST /myaccount/api/v1/faas/functions/ 201" in log
    assert "hunter2" not in log and "emulator-key" not in log and "emulator-token" not in log


def test_port_in_use(api: Api) -> None:
    port = api.url.rpartition(":")[2]
    done = run("--port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"functions": [{"name": "f"}]}', '{"functions": 5}'])
def test_a_state_file_that_is_none_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(content, encoding="utf-8")
    done = run("--port", "0", "--state", str(state))
    assert (done.returncode, done.stdout) == (1, "")
    assert "the state file" in done.stderr and "Traceback" not in done.stderr
    assert state.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    "arguments",
    [("--port", "70000"), ("--port", "x"), ("--build-seconds", "-1"), ("--latency-ms", "inf"), ("--readback", "half"), ("--python", "no-such-python")],
)
def test_bad_options(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert arguments[0] in done.stderr and "Traceback" not in done.stderr
