# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a task runs directly, what it then says, and what becomes of it otherwise."""

from __future__ import annotations

import os
import pathlib
import resource
import sys
import typing as t
from types import SimpleNamespace

import pytest
from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.loader import connection_loader
from ansible.template import Templar
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils import direct
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18
    trust_as_template = None

IN_A_PROCESS = {"in": "a process"}


def body(module: CloudModule) -> None:
    if module.params["name"] == "waits":
        states = iter(["building it with TOP-SECRET-VALUE", "building it with TOP-SECRET-VALUE", "starting\nit", "ready"])
        wait_until(lambda: next(states), lambda state: state == "ready", timeout=60, describe=str, clock=module.clock, interval=0)
    module.result |= {
        "pid": os.getpid(),
        "folder": os.getcwd(),
        "given": os.environ.get("E2E_TEST_GIVEN"),
        "open_files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "session": id(module.transport._session),
        "connections": id(module.transport._session.adapters["https://"]),
    }


def main() -> None:
    run_module({"name": {"type": "str", "required": True}, "secret": {"type": "str", "no_log": True}}, body)


class Action(direct.DirectAction):
    """The action of the module above."""

    main = staticmethod(main)


class Run:
    """One task, and what Ansible shows while it runs."""

    def __init__(self, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[str] = []
        self.task = SimpleNamespace(
            action="e2enetworks.cloud.e2e_test", args={"name": "web", **CREDENTIALS}, async_val=0, delegate_to=None, environment=[{}], no_log=False,
            check_mode=False, diff=True, collections=[],
        )
        self.variables: dict[str, t.Any] = {
            "inventory_hostname": "localhost", "ansible_python_interpreter": sys.executable, "ansible_facts": {}, "ansible_inject_invocation": True,
        }
        self.play_context = PlayContext()
        self.connection = connection_loader.get("local", self.play_context)
        self.loader = DataLoader()
        self.loader.set_basedir(str(folder))
        for plugin in (self.connection, self.connection._shell):
            plugin.set_options(var_options={"ansible_remote_tmp": str(folder / "tmp")})
        for level in ("v", "vvv"):
            monkeypatch.setattr(direct.display, level, lambda text, host=None, level=level: self.shown.append(f"{level} {host}: {text}"))
        monkeypatch.setattr(NormalAction, "run", self._normal(NormalAction.run))
        self.fell_back = False

    def _normal(self, run: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        def either(action: t.Any, tmp: t.Any = None, task_vars: t.Any = None) -> t.Any:
            self.fell_back = action._call is None
            return IN_A_PROCESS if self.fell_back else run(action, tmp, task_vars)

        return either

    def __call__(self) -> dict[str, t.Any]:
        templar = Templar(self.loader, variables=self.variables)
        action = Action(self.task, self.connection, self.play_context, self.loader, templar, None)
        return action.run(task_vars=self.variables)


@pytest.fixture
def run(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(tmp_path, monkeypatch)


def test_a_module_runs_in_this_process(run: Run, tmp_path: pathlib.Path) -> None:
    run.task.environment = [{"E2E_TEST_GIVEN": 1}]

    result = run()

    assert (result["pid"], result["folder"], result["given"]) == (os.getpid(), str(tmp_path), "1")
    assert result["changed"] is False and result["invocation"]["module_args"]["api_key"] != CREDENTIALS["api_key"]
    assert "E2E_TEST_GIVEN" not in os.environ
    assert any("runs directly" in text for text in run.shown)


def test_items_of_a_loop_share_connections_and_no_session(run: Run) -> None:
    first, second = run(), run()
    assert first["connections"] == second["connections"]
    direct.DirectAction._pool.close()
    assert run()["connections"] != first["connections"]


def test_arguments_are_checked_as_ever(run: Run) -> None:
    run.task.args |= {"unknown": 1}
    result = run()
    assert result["failed"] and result["msg"].startswith("Unsupported parameters for (e2enetworks.cloud.e2e_test) module: unknown")


def test_what_it_waits_for_is_shown_once_a_change_and_without_secrets(run: Run) -> None:
    run.task.args |= {"name": "waits", "secret": "TOP-SECRET-VALUE"}
    run()
    shown = [text for text in run.shown if text.startswith("v ")]
    assert shown == ["v localhost: e2enetworks.cloud.e2e_test: building it with ********", "v localhost: e2enetworks.cloud.e2e_test: starting it"]


def test_a_task_that_logs_nothing_shows_nothing(run: Run) -> None:
    run.task.args |= {"name": "waits"}
    run.task.no_log = True
    run()
    assert [text for text in run.shown if text.startswith("v ")] == []


def other_user(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.play_context.become = True


def kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(C, "DEFAULT_KEEP_REMOTE_FILES", True)


def elsewhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.connection = SimpleNamespace(transport="ssh", become=None, _shell=run.connection._shell)


def asynchronous(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.task.async_val = 10


def another_shell(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.connection._shell, "SHELL_FAMILY", "powershell", raising=False)


def untested(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "__version__", "2.181.0")


def by_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.variables["e2e_direct"] = "no"


def by_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("E2E_DIRECT", "False")


def another_python(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.variables["ansible_python_interpreter"] = "/no/such/python"


def unknown_python(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.variables["ansible_python_interpreter"] = "auto"


def no_temporary_folder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.connection._shell.set_options(var_options={"ansible_remote_tmp": "/dev/null/tmp"})


OTHERWISE = (
    (other_user, "another user"),
    (kept, "to be kept"),
    (elsewhere, "not local"),
    (asynchronous, "asynchronous"),
    (another_shell, "another one than sh"),
    (untested, "not tested"),
    (by_variable, "switched off"),
    (by_environment, "switched off"),
    (another_python, "/no/such/python"),
    (unknown_python, "not known yet"),
    (no_temporary_folder, "/dev/null"),
)


@pytest.mark.parametrize(("change", "reason"), OTHERWISE, ids=[change.__name__ for change, _reason in OTHERWISE])
def test_it_has_a_process_of_its_own_otherwise(run: Run, monkeypatch: pytest.MonkeyPatch, change: t.Callable[..., None], reason: str) -> None:
    change(run, monkeypatch)
    assert run() == IN_A_PROCESS
    assert any("has a process of its own" in text and reason in text for text in run.shown), run.shown


@pytest.mark.parametrize("name", ["PYTHONPATH", "LD_PRELOAD", "LC_ALL", "LANG", "OPENSSL_CONF", "SSL_CERT_FILE", "TZ", "ANSIBLE_X", "not a name"])
def test_what_a_process_reads_when_it_starts_needs_one(run: Run, name: str) -> None:
    run.task.environment = [{name: "value"}]
    assert run() == IN_A_PROCESS


def test_a_limit_of_open_files_holds_for_the_module_alone(run: Run) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    run.variables |= {"limit": before[0] - 1, "ansible_python_module_rlimit_nofile": "{{ limit }}"}
    if trust_as_template is not None:
        run.variables["ansible_python_module_rlimit_nofile"] = trust_as_template("{{ limit }}")

    assert run()["open_files"] == before[0] - 1
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before

    run.variables["ansible_python_module_rlimit_nofile"] = 2**40
    assert run()["open_files"] == before[1]


def test_the_variable_wins_over_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("E2E_DIRECT", "false")
    run.variables["e2e_direct"] = True
    assert run()["pid"] == os.getpid()


def test_blank_is_unset(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("E2E_DIRECT", " ")
    assert run()["pid"] == os.getpid()


def test_a_switch_is_on_or_off(run: Run) -> None:
    run.variables["e2e_direct"] = "perhaps"
    with pytest.raises(AnsibleActionFail, match="e2e_direct has to be true or false; got perhaps"):
        run()


def test_the_python_that_was_discovered_counts(run: Run) -> None:
    run.variables |= {"ansible_python_interpreter": "auto_silent", "ansible_facts": {"discovered_interpreter_python": sys.executable}}
    assert run()["pid"] == os.getpid()


def test_the_python_of_the_host_that_a_task_is_delegated_to_counts(run: Run) -> None:
    run.task.delegate_to = "other"
    run.variables["ansible_delegated_vars"] = {"other": {"ansible_python_interpreter": "/no/such/python"}}
    assert run() == IN_A_PROCESS
    run.variables["ansible_delegated_vars"] = {"other": {"ansible_python_interpreter": sys.executable}}
    run.variables["ansible_python_interpreter"] = "/no/such/python"
    assert run()["pid"] == os.getpid()
