# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's code is imported by the thread of the task, never by those that run side by side.

Ansible hands a module to Python as an archive, and Python 3.9 lets a second thread use a module in it that the first one is still loading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from controller import Controller
from gateways import IMAGE
from samples import NOT_RUNNABLE

# Put where Python imports it at every start: notes the thread of each import of the collection's code.
LISTENER = """
import sys
import threading


def listen(event, arguments):
    if event == "import" and arguments[0].startswith("ansible_collections.e2enetworks.cloud.plugins."):
        thread = threading.current_thread()
        with open({path!r}, "a", encoding="utf-8") as log:
            print("task" if thread is threading.main_thread() else "other", arguments[0], file=log)


sys.addaudithook(listen)
"""
ACCOUNT = {"runtime": NOT_RUNNABLE, "code": "//"}
GATEWAY = {"image": IMAGE, "env_process": "cat"}
SMOKE = {"smoke_test": {"status": 200}, "rollback": True}
NAMES = ("one", "two", "three")


@pytest.fixture
def imports(controller: Controller) -> Any:
    """Each import of the collection's code so far: by which thread, and of what."""
    log = controller.folder / "imports"
    listener = controller.file("listening/sitecustomize.py", LISTENER.format(path=str(log)))
    controller.environ["PYTHONPATH"] += f":{listener.parent}"
    controller.environ["E2E_DIRECT"] = "false"
    return lambda: [tuple(line.split()) for line in Path(log).read_text(encoding="utf-8").splitlines()]


def of_threads(imports: list[tuple[str, str]]) -> set[str]:
    """What threads other than the task's have imported. That the task has imported its own shows that somebody listens."""
    assert {"module_utils.http.parallel", "module_utils.engine.lifecycle"} <= {what.partition(".plugins.")[2] for thread, what in imports if thread == "task"}
    return {what for thread, what in imports if thread == "other"}


def test_functions_of_the_account(controller: Controller, imports: Any) -> None:
    stack = {"name": "shop", "prune": True, "functions": [{"name": name, **ACCOUNT} for name in NAMES]}
    made = controller.module("e2e_faas_stack", **stack)
    assert len(made["actions"]) == 3 and not made.get("failed"), made
    # A change that fails its smoke test and is put back, and one that is removed.
    changed = controller.module("e2e_faas_stack", **{**stack, "functions": [{"name": name, **ACCOUNT, "memory": 256, **SMOKE} for name in NAMES[1:]]})
    assert changed["failed"] and all(one["changed"] for one in changed["functions"]), changed
    assert not controller.module("e2e_faas_stack", **{**stack, "functions": [{"name": "one", **ACCOUNT}]}).get("failed")
    assert not controller.module("e2e_faas_function_info", details=True, log_lines=5).get("failed")
    assert not controller.module("e2e_export", dest=str(controller.folder / "export")).get("failed")

    assert of_threads(imports()) == set()


def test_functions_of_a_gateway(controller: Controller, imports: Any) -> None:
    at = {"provider": "openfaas"}
    stack = {**at, "name": "shop", "prune": True, "functions": [{"name": name, **GATEWAY, **SMOKE} for name in NAMES]}
    made = controller.module("e2e_faas_stack", **stack)
    assert len(made["actions"]) == 3 and not made.get("failed"), made
    assert not controller.module("e2e_faas_stack", **{**stack, "functions": [{"name": "one", **GATEWAY}]}).get("failed")
    assert not controller.module("e2e_faas_function_info", **at, details=True, log_lines=5).get("failed")
    assert not controller.module("e2e_secret", secrets=[{"name": name, "value": f"a value of {name}"} for name in NAMES]).get("failed")
    assert not controller.module("e2e_export", **at, dest=str(controller.folder / "export")).get("failed")

    assert of_threads(imports()) == set()


def test_nodes(controller: Controller, imports: Any) -> None:
    made = controller.module("e2e_node", name="web-%d", count=3, plan="C3.8GB", image="Ubuntu 24.04")
    assert not made.get("failed"), made
    assert not controller.module("e2e_node_info", details=True).get("failed")

    assert of_threads(imports()) == set()
