# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Timeout, memory, and workers that die."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from emulator_api import Api

SLEEPY = "import time\ndef handle(event, context):\n    if event.path == '/slow': time.sleep(60)\n    return 'quick'\n"
SPIN = "def handle(event, context):\n    while event.path == '/slow': pass\n    return 'quick'\n"


@pytest.mark.parametrize("code", [SLEEPY, SPIN])
def test_timeout_kills_and_the_next_call_works(api: Api, code: str) -> None:
    api.deploy("f", code, timeout=1)
    first = api.process.control("GET", "functions/f/logs")["pid"]
    answer = api.invoke("f", "slow")
    assert answer.status_code == 504
    assert "timeout of 1 seconds" in answer.json()["message"]
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert api.invoke("f").text == "quick"
    assert [line for line in api.process.logs("f") if "timeout of 1 seconds" in line]


@pytest.mark.node
def test_timeout_of_a_busy_node_function(api: Api) -> None:
    api.deploy("f", "module.exports = async (event) => { while (event.path === '/slow') {} return 'quick' }", runtime="node18", timeout=1)
    assert api.invoke("f", "slow").status_code == 504
    assert api.invoke("f").text == "quick"


def test_memory_of_a_python_function(api: Api) -> None:
    api.deploy("f", "def handle(event, context):\n    return str(len(b'x' * (int(event.query.get('mb', 1)) * 1024 * 1024)))\n", memory=128)
    assert api.invoke("f", "?mb=40").text == str(40 * 1024 * 1024)
    answer = api.invoke("f", "?mb=400")
    assert answer.status_code == 502
    assert "128 MB of memory" in answer.json()["message"]
    assert api.invoke("f", "?mb=1").status_code == 200
    api.update("f", "def handle(event, context):\n    return str(len(b'x' * (400 * 1024 * 1024)))\n", memory=1024)
    assert api.settled("f")["status"] == "running"
    assert api.invoke("f").status_code == 200


@pytest.mark.node
@pytest.mark.parametrize("grow", ["kept.push(new Array(1e5).fill(Math.random()))", "kept.push(Buffer.alloc(8e6, 1))"])
def test_memory_of_a_node_function(api: Api, grow: str) -> None:
    code = f"module.exports = async (event) => {{ const kept = []; while (event.path === '/grow') {{ {grow} }} return 'small' }}"
    api.deploy("f", code, runtime="node18", memory=128)
    assert api.invoke("f", "grow").status_code == 502
    assert api.invoke("f").text == "small"


def test_memory_of_a_child_counts(api: Api) -> None:
    code = """
import subprocess, sys
def handle(event, context):
    return subprocess.run([sys.executable, "-c", "import time; x = b'x' * (400 << 20); time.sleep(5)"]).returncode
"""
    api.deploy("f", code, memory=128)
    assert api.invoke("f").status_code == 502


def test_too_much_memory_while_loading(api: Api) -> None:
    assert "used more than its 128 MB" in api.fail("f", "big = b'x' * (400 << 20)\ndef handle(event, context): return ''\n", memory=128)["error"]


# The signal may reach another thread of the worker first, so the handler waits for it.
DIES_OF_A_SIGNAL = "os.kill(os.getpid(), 11); time.sleep(30)"


@pytest.mark.parametrize("statement, word", [("os._exit(3)", "code 3"), (DIES_OF_A_SIGNAL, "SIGSEGV")])
def test_a_worker_that_dies(api: Api, statement: str, word: str) -> None:
    api.deploy("f", f"import os\nimport time\ndef handle(event, context):\n    if event.path == '/die': {statement}\n    return 'alive'\n")
    answer = api.invoke("f", "die")
    assert answer.status_code == 502
    assert word in answer.json()["message"]
    assert api.invoke("f").text == "alive"


def test_killed_from_outside_between_two_calls(api: Api) -> None:
    api.deploy("f")
    os.kill(api.process.control("GET", "functions/f/logs")["pid"], signal.SIGKILL)
    answers = [api.invoke("f") for number in range(3)]
    assert answers[-1].text == "hello"


def test_calls_run_side_by_side(api: Api) -> None:
    code = "import threading\nmeet = threading.Barrier(8)\ndef handle(event, context):\n    meet.wait(20)\n    return 'met'\n"
    api.deploy("f", code)
    with ThreadPoolExecutor(8) as pool:
        assert [answer.text for answer in pool.map(lambda unused: api.invoke("f"), range(8))] == ["met"] * 8


def test_children_of_a_killed_worker_are_gone(api: Api) -> None:
    code = """
import subprocess, time
child = subprocess.Popen(["sleep", "300"])
def handle(event, context):
    if event.path == "/slow": time.sleep(60)
    return str(child.pid)
"""
    api.deploy("f", code, timeout=1)
    child = int(api.invoke("f").text)
    assert api.invoke("f", "slow").status_code == 504
    api.delete("f")
    assert not _running(child)


def _running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
