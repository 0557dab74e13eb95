# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Direct execution against a process for each task: what tasks say, warn of and send is the same."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import shutil
from typing import Any

import pytest
from builders import Builders
from controller import PLAY, ROOT, Controller, Play
from direct_story import BAD, GOOD, files, tasks, timeless
from samples import PYTHON_TODAY, handler
from servers import Answer, Call, serving
from test_leaks import DEFECT
from wire import KEY

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("e2e_*.py"))


def requests_of(emulator: Any) -> list[Any]:
    """The requests in their order. Reads that nothing is written between come sorted, because a task may make some of them side by side."""
    requests = [timeless({name: value for name, value in one.items() if name not in ("time", "at", "seconds")}) for one in emulator.requests()]
    runs = itertools.groupby(requests, lambda one: bool(one["method"] == "GET"))
    return [one for are_reads, run in runs for one in (sorted(run, key=json.dumps) if are_reads else run)]


@pytest.mark.parametrize("story", [GOOD, BAD], ids=["good", "bad"])
def test_the_story_has_every_module(story: Any) -> None:
    assert sorted({module for module, _options in story}) == MODULES


def test_every_module_has_its_action() -> None:
    assert sorted(path.stem for path in (ROOT / "plugins" / "action").glob("*.py")) == MODULES


def test_every_module_says_and_sends_the_same_both_ways(controller_of: Any, emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=0, gateway_release="mit")
    controller: Controller = controller_of(emulator)
    Builders(controller)
    for path, content in files().items():
        controller.file(path, content)
    # Half of what a process costs, and the same to the module.
    controller.environ["ANSIBLE_PIPELINING"] = "true"
    plays: dict[str, Play] = {}
    sent: dict[str, list[Any]] = {}
    for direct in ("true", "false"):
        emulator.reset()
        # What the tasks made in the folder, and what the stand-ins remember.
        for made in (*controller.folder.glob("*.zip"), *controller.folder.glob("bin/*.images")):
            made.unlink()
        shutil.rmtree(controller.folder / "export", ignore_errors=True)
        controller.environ["E2E_DIRECT"] = direct
        plays[direct] = controller.tasks(tasks(), "-vvv", "--diff").succeeded()
        sent[direct] = requests_of(emulator)

    for here, there in zip(plays["true"].tasks, plays["false"].tasks, strict=True):
        assert timeless(dataclasses.asdict(here)) == timeless(dataclasses.asdict(there))
    assert [task.status for task in plays["true"].tasks] == ["ok"] * len(GOOD) + ["ignored"] * len(BAD)
    assert sent["true"] == sent["false"]
    assert plays["true"].output.count(": runs directly") == len(GOOD) + len(BAD)
    assert plays["false"].output.count("direct execution is switched off") == len(GOOD) + len(BAD)


INFO = "e2enetworks.cloud.e2e_ssh_key_info"
KEY_TASK = "e2enetworks.cloud.e2e_ssh_key"
GROUP = "e2enetworks.cloud.e2e_security_group"
GROUPS = "e2enetworks.cloud.e2e_security_group_info"
FUNCTION = "e2enetworks.cloud.e2e_faas_function"
HOSTS = "".join(f"host{number} ansible_connection=local ansible_python_interpreter='{{{{ ansible_playbook_python }}}}'\n" for number in range(8))

#: What Ansible does around a task, with what it takes for that to show.
AROUND: list[dict[str, Any]] = [
    {"name": "defaults of the group", INFO: {}, "module_defaults": {"group/e2enetworks.cloud.all": {"api_retries": 7}}},
    {"name": "defaults of the module", INFO: {}, "module_defaults": {INFO: {"api_retries": 8}, KEY_TASK: {"state": "absent"}}},
    {"name": "environment", INFO: {}, "environment": {"E2E_LOCATION": "Atlantis"}, "ignore_errors": True},
    {"name": "environment as before", INFO: {}},
    {"name": "check mode", KEY_TASK: {"label": "ops", "ssh_key": KEY}, "check_mode": True, "diff": True},
    {"name": "no log", KEY_TASK: {"label": "ops", "ssh_key": KEY}, "no_log": True},
    {
        "name": "loop",
        GROUP: {"name": "{{ label }}", "rules": [], "validate_certs": "{{ number < 1 }}"},
        "loop": ["one", "two", "no name\nat all"],
        "loop_control": {"loop_var": "label", "index_var": "number", "label": "key {{ number }}", "extended": True},
        "register": "looped",
        "ignore_errors": True,
    },
    {"name": "registered", "ansible.builtin.assert": {"that": ["looped.results | length == 3", "looped.results[1].security_group.name == 'two'"]}},
    {"name": "until", INFO: {}, "register": "found", "until": "found.ssh_keys | length > 100", "retries": 2, "delay": 0, "ignore_errors": True},
    {"name": "judged", INFO: {}, "changed_when": True, "failed_when": "true", "ignore_errors": True},
    {"name": "asynchronous", INFO: {}, "async": 60, "poll": 1, "vars": {"ansible_async_dir": "{{ playbook_dir }}/async"}},
    {"name": "a folder beside the playbook", FUNCTION: {"name": "hello", "runtime": PYTHON_TODAY, "src": "beside", "wait": False}, "check_mode": True},
    {"name": "time limit", FUNCTION: {"name": "slow", "runtime": PYTHON_TODAY, "src": "beside", "wait_timeout": 5}, "timeout": 2, "ignore_errors": True},
]


def test_what_ansible_does_around_a_task_is_the_same(controller_of: Any, emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=60)
    controller: Controller = controller_of(emulator)
    controller.environ["ANSIBLE_PIPELINING"] = "true"
    controller.file("plays/beside/func.py", handler("hello"))
    playbook = controller.file("plays/playbook.yml", json.dumps([{**PLAY, "tasks": AROUND}]))
    plays: list[Play] = []
    sent: list[list[Any]] = []
    for direct in ("true", "false"):
        emulator.reset()
        controller.environ["E2E_DIRECT"] = direct
        plays.append(controller.playbook(playbook, "-vvv").succeeded())
        # A process goes on after the time limit of its task; how often it has asked by then is chance.
        sent.append([(one["method"], one["path"]) for one in requests_of(emulator) if "/faas/" not in one["path"]])
    here, there = plays

    assert [(task.name, task.status) for task in here.tasks] == [(task.name, task.status) for task in there.tasks]
    for one, other in zip(here.tasks, there.tasks):
        differs = {"asynchronous": ("ansible_job_id", "results_file"), "time limit": ("timedout",)}.get(one.name, ())
        assert {k: v for k, v in timeless(one.result).items() if k not in differs} == {k: v for k, v in timeless(other.result).items() if k not in differs}
    assert here.task("time limit").result["timedout"]["period"] == there.task("time limit").result["timedout"]["period"] == 2
    assert sent[0] == sent[1]
    assert "the task is asynchronous" in here.output
    assert here.task("defaults of the group").result["invocation"]["module_args"]["api_retries"] == 7
    assert here.task("defaults of the module").result["invocation"]["module_args"]["api_retries"] == 8
    assert "the only supported regions" in here.task("environment").result["msg"]


def test_strategies_hosts_and_forks(controller: Controller, emulator: Any) -> None:
    controller.environ["ANSIBLE_INVENTORY"] = str(controller.file("hosts.ini", HOSTS))
    play = {"hosts": "all", "gather_facts": False}
    tasks = [
        {"name": "each", GROUP: {"name": "of {{ inventory_hostname }}", "rules": []}},
        {"name": "delegated", GROUPS: {}, "delegate_to": "localhost", "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}},
    ]
    strategies = ("linear", "free", "host_pinned")
    once = [{**play, "tasks": [{"name": "once", GROUPS: {}, "run_once": True}]}]
    playbook = controller.file("playbook.yml", json.dumps([{**play, "strategy": strategy, "tasks": tasks} for strategy in strategies] + once))
    for forks in ("1", "20"):
        emulator.reset()
        ran = controller.playbook(playbook, "-vvv", "--forks", forks).succeeded()
        assert len(ran.changes) == 8
        assert sorted(one["path"] for one in requests_of(emulator) if one["method"] == "POST") == ["/myaccount/api/v1/security_group/"] * 8
        assert [sum(task.name == name for task in ran.tasks) for name in ("each", "delegated", "once")] == [24, 24, 1]
        made = [group["name"] for group in ran.task("once").result["security_groups"] if group["name"].startswith("of host")]
        assert len(made) == 8
        assert ran.output.count("runs directly") == 49


def test_a_defect_is_a_failed_task_and_the_worker_lives(controller: Controller) -> None:
    broken = controller.file("broken/sitecustomize.py", DEFECT).parent
    controller.environ["PYTHONPATH"] = f"{broken}{os.pathsep}{controller.environ['PYTHONPATH']}"
    ran = controller.tasks([{"name": "keys", INFO: {}, "loop": [1, 2], "ignore_errors": True}, {"name": "next", "ansible.builtin.debug": {}}], "-vvv")
    assert [task.status for task in ran.succeeded().tasks] == ["item failed", "item failed", "ignored", "ok"]
    assert [item["error"]["code"] for item in ran.task("keys").result["results"]] == ["defect", "defect"]
    assert ran.output.count("runs directly") == 2


def test_connections_stay_open_within_a_loop_and_cookies_do_not(controller: Controller) -> None:
    opened: set[tuple[str, int]] = set()

    def answer(call: Call) -> Answer:
        body = {"code": 200, "data": [], "errors": False, "message": "Success"}
        return Answer(200, json.dumps(body).encode(), {"Content-Type": "application/json", "Set-Cookie": "session=of-this-item"})

    with serving(answer, opened=opened) as server:
        endpoint = f"{server.url}/myaccount/api/v1/"
        controller.tasks([{"name": "keys", INFO: {"api_endpoint": endpoint}, "loop": [1, 2, 3, 4]}]).succeeded()
        assert (len(server.calls), len(opened)) == (4, 1)
        assert not any("cookie" in call.headers for call in server.calls)
