# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module in a process that is not its own: what it gets, what it leaves, and what is put back."""

from __future__ import annotations

import contextlib
import json
import locale
import logging
import os
import pathlib
import signal
import sys
import typing as t
import warnings

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as collected
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.in_worker import Call, make_folder, run_here
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import WITH_OPTIONS

WITH = {f"_ansible_{name}": value for name, value in WITH_OPTIONS.items()}


def call(folder: pathlib.Path, arguments: dict[str, t.Any] | None = None, **environ: str) -> Call:
    text = json.dumps({"ANSIBLE_MODULE_ARGS": {"_ansible_remote_tmp": str(folder), **WITH, **(arguments or {})}})
    profile = "legacy" if hasattr(basic, "_ANSIBLE_PROFILE") else None
    return Call(text.encode(), profile=profile, environ=environ, folder=str(folder))


def module(**spec: t.Any) -> basic.AnsibleModule:
    return basic.AnsibleModule(argument_spec=spec)


def test_a_module_gets_its_arguments_and_its_result_is_what_it_prints(tmp_path: pathlib.Path) -> None:
    output = run_here(lambda: module(name={"type": "str"}).exit_json(changed=True), call(tmp_path, {"name": "web"}))

    assert (output.code, output.stderr) == (0, "")
    assert json.loads(output.stdout) == {"changed": True, "invocation": {"module_args": {"name": "web"}}}


def test_each_run_gets_its_own_arguments(tmp_path: pathlib.Path) -> None:
    def main() -> None:
        module(name={"type": "str"}).exit_json()

    results = [json.loads(run_here(main, call(tmp_path, {"name": name})).stdout) for name in ("one", "two")]

    assert [result["invocation"]["module_args"]["name"] for result in results] == ["one", "two"]
    assert basic._ANSIBLE_ARGS is None


@pytest.mark.parametrize(("given", "code"), [(None, 0), (0, 0), (3, 3), ("a reason", 1)])
def test_an_exit_ends_the_module_and_nothing_else(tmp_path: pathlib.Path, given: t.Any, code: int) -> None:
    assert run_here(lambda: sys.exit(given), call(tmp_path)).code == code


def test_an_exception_is_told_as_python_tells_it(tmp_path: pathlib.Path) -> None:
    def main() -> None:
        print("before")
        raise RuntimeError("unheard of")

    output = run_here(main, call(tmp_path))

    assert (output.code, output.stdout) == (1, "before\n")
    assert output.stderr.startswith("Traceback") and output.stderr.endswith("RuntimeError: unheard of\n")


class TimeIsUp(BaseException):
    """As the one of a task's timeout."""


def test_a_time_limit_passes_and_everything_is_put_back(tmp_path: pathlib.Path) -> None:
    before, folder = dict(os.environ), os.getcwd()

    def main() -> None:
        raise TimeIsUp

    with pytest.raises(TimeIsUp):
        run_here(main, call(tmp_path, E2E_THERE="yes"))

    assert (dict(os.environ), os.getcwd()) == (before, folder)


def test_what_a_module_changes_of_its_process_is_put_back(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("E2E_CHANGED", "before")
    monkeypatch.setenv("E2E_REMOVED", "before")
    seen: dict[str, t.Any] = {}

    def main() -> None:
        seen.update(given=os.environ["E2E_GIVEN"], folder=os.getcwd())
        os.environ["E2E_CHANGED"] = os.environ["E2E_ADDED"] = "after"
        del os.environ["E2E_REMOVED"]
        os.chdir("/")
        os.umask(0o777)
        locale.setlocale(locale.LC_ALL, "C")
        warnings.simplefilter("error")
        sys.exit()

    def state() -> t.Any:
        mask = os.umask(0)
        os.umask(mask)
        handlers = list(logging.getLogger().handlers)
        return dict(os.environ), os.getcwd(), mask, locale.setlocale(locale.LC_ALL), handlers, sys.stdout, sys.stderr, list(warnings.filters)

    before = state()
    run_here(main, call(tmp_path, E2E_GIVEN="given", E2E_CHANGED="given"))

    assert state() == before
    assert seen == {"given": "given", "folder": str(tmp_path)}


def test_a_module_that_did_something_says_so_where_nobody_can_go_back_to(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = tmp_path / "start"
    start.mkdir()
    monkeypatch.chdir(start)
    before, language = dict(os.environ), locale.setlocale(locale.LC_ALL)

    def main() -> None:
        # As good as a folder of mode 0700 of somebody else, which root could enter.
        start.rmdir()
        locale.setlocale(locale.LC_ALL, "C")
        module().exit_json(changed=True)

    outputs = [run_here(main, call(tmp_path, E2E_GIVEN="given"))]
    assert (dict(os.environ), locale.setlocale(locale.LC_ALL)) == (before, language)

    start.mkdir()
    monkeypatch.chdir(start)
    start.rmdir()
    outputs.append(run_here(lambda: module().exit_json(changed=True), call(tmp_path)))
    assert [json.loads(output.stdout)["changed"] for output in outputs] == [True, True]


def test_what_libraries_log_stays_out_of_ansibles_log(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    def main() -> None:
        logging.getLogger("urllib3").warning("GET /?apikey=a-secret-key")

    output = run_here(main, call(tmp_path))

    assert caplog.records == []
    assert "a-secret-key" not in output.stdout


def test_warnings_are_those_of_one_run(tmp_path: pathlib.Path) -> None:
    warned = collected._global_warnings

    def main() -> None:
        assert not warned
        # A list up to ansible-core 2.18.
        warned.append("a warning") if isinstance(warned, list) else warned.update({"a warning": None})

    outputs = [run_here(main, call(tmp_path)) for _run in range(2)]

    assert [output.stderr for output in outputs] == ["", ""]
    assert not warned


def test_a_temporary_folder_is_gone_when_the_module_ends(tmp_path: pathlib.Path) -> None:
    def main() -> None:
        made = module()
        (pathlib.Path(made.tmpdir) / "file").write_text("text", encoding="utf-8")
        made.exit_json(folder=made.tmpdir)

    folder = pathlib.Path(json.loads(run_here(main, call(tmp_path)).stdout)["folder"])

    assert folder.parent == tmp_path and not folder.exists()


def test_signals_stay_as_they_are(tmp_path: pathlib.Path) -> None:
    def handler(*unused: t.Any) -> None:
        """Nothing."""

    before = signal.signal(signal.SIGUSR1, handler)
    with contextlib.ExitStack() as at_end:
        at_end.callback(signal.signal, signal.SIGUSR1, before)
        run_here(lambda: module().exit_json(), call(tmp_path))
        assert signal.getsignal(signal.SIGUSR1) is handler


def test_a_folder_is_made_for_this_user_alone(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    made = make_folder("~/.ansible/tmp")
    assert made == str(tmp_path / ".ansible" / "tmp")
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / ".ansible", tmp_path / ".ansible" / "tmp")] == [0o700, 0o700]
    assert make_folder(made) == made
