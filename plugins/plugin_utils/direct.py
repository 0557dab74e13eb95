# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Direct execution: a module's body runs in the process that Ansible has for the task, where that is certain to mean the same.

The last step of running a module is replaced and nothing else: the arguments are prepared, handed over and checked, and the result is read and
cleaned by Ansible's own code, as for a module in a process of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import sys
import typing as t
import warnings

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.connection.local import Connection as LocalConnection
from ansible.release import __version__
from ansible.utils.display import Display

from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.bytecode import bytecode_kept

with bytecode_kept():
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import MissingLibraryError
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.pool import ConnectionPool
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import load_requests
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import Surroundings, surrounded
    from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.in_worker import Call, make_folder, run_here
    from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.interpreters import is_like_this

#: Releases of ansible-core with which results of both ways were compared.
SERVED = ("2.18", "2.19", "2.20", "2.21")

#: The switch: a variable of the task, the play or the host, or in the environment of Ansible.
VARIABLE, ENVIRONMENT = "e2e_direct", "E2E_DIRECT"

# What a process or a library takes from its environment when it starts, so that setting it later is not the same.
_READ_AT_START = re.compile(r"PYTHON|LD_|DYLD_|LC_|LANG|OPENSSL_|SSL|TZ|GCONV|MALLOC|GLIBC|ANSIBLE_|COVERAGE")
# The form of the arguments and results of all modules that do not ask for another one.
_PROFILE = "legacy"

_DISCOVERED = ("auto", "auto_legacy", "auto_silent", "auto_legacy_silent")

display = Display()

# In the process of Ansible itself, once for all its workers. What is missing is missed by the module, in its own words.
with contextlib.suppress(MissingLibraryError), warnings.catch_warnings():
    warnings.simplefilter("ignore")
    load_requests()


class _Refused(Exception):
    """Why a task does not run directly."""


class DirectAction(NormalAction):  # type: ignore[misc]
    """The action of one module of the collection: ``main`` is what starts it."""

    main: t.Callable[[], None]

    # Of this process, which runs all items of a loop. None is opened before Ansible has split off the process for the task.
    _pool: t.ClassVar[ConnectionPool] = ConnectionPool()

    # How the module is called here; nothing as long as it has a process of its own.
    _call: Call | None = None

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module, directly or not, and return its result."""
        variables = task_vars or {}
        try:
            call = self._checked_call(variables)
            # Else the module would make it, and warn of that.
            make_folder(self.get_shell_option("remote_tmp", default="~/.ansible/tmp"))
        except (_Refused, OSError) as reason:
            self._say(display.vvv, f"has a process of its own: {reason}")
        else:
            self._say(display.vvv, "runs directly")
            self._call = call
        return dict(super().run(tmp, task_vars))

    def _checked_call(self, variables: dict[str, t.Any]) -> Call:
        """How to call the module here.

        :raises _Refused: it may not mean the same.
        """
        if not _switched_on(self._templar.template(variables.get(VARIABLE)), os.environ.get(ENVIRONMENT)):
            raise _Refused("direct execution is switched off")
        if not __version__.startswith(tuple(f"{release}." for release in SERVED)):
            raise _Refused(f"direct execution is not tested with ansible-core {__version__}")
        if self._task.async_val:
            raise _Refused("the task is asynchronous")
        if not isinstance(self._connection, LocalConnection):
            raise _Refused("the connection is not local")
        if self._connection.become or self._play_context.become:
            raise _Refused("the task becomes another user")
        if self._connection._shell.SHELL_FAMILY != "sh":
            raise _Refused("the shell is another one than sh")
        if C.DEFAULT_KEEP_REMOTE_FILES:
            raise _Refused("the module's file is to be kept")
        environ: dict[str, t.Any] = {}
        self._compute_environment_string(environ)
        for name in environ:
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or _READ_AT_START.match(name):
                raise _Refused(f"a process has to start with {name}")
        if self._task.delegate_to:
            variables = variables["ansible_delegated_vars"][self._task.delegate_to]
        interpreter = self._interpreter(variables)
        if interpreter is None or not is_like_this(interpreter):
            raise _Refused(f"the module's Python is {interpreter or 'not known yet'}, and Ansible's is {sys.executable}")
        return Call(
            b"",
            environ={name: str(value) for name, value in environ.items()},
            folder=self._loader.get_basedir() or ".",
            open_files=int(self._configured("PYTHON_MODULE_RLIMIT_NOFILE", variables) or 0),
        )

    def _configured(self, setting: str, variables: dict[str, t.Any]) -> t.Any:
        """A setting of Ansible, which a host's variable may say with a template."""
        return self._templar.template(C.config.get_config_value(setting, variables=variables))

    def _interpreter(self, variables: dict[str, t.Any]) -> str | None:
        """The Python that a module of its own process would have; nothing if Ansible has still to look for one."""
        found = self._configured("INTERPRETER_PYTHON", variables)
        if not found or found in _DISCOVERED:
            found = variables.get("ansible_facts", {}).get("discovered_interpreter_python")
        return str(found) if found else None

    def _is_pipelining_enabled(self, *given: t.Any, **named: t.Any) -> bool:
        return self._call is not None or bool(super()._is_pipelining_enabled(*given, **named))

    def _configure_module(self, module_name: str, module_args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> t.Any:
        """In the place of the file that a process would get: only the arguments, in the form in which it would get them."""
        if self._call is None:
            return super()._configure_module(module_name, module_args, task_vars)
        given = {"ANSIBLE_MODULE_ARGS": module_args}
        profile, text = _written(given)
        self._call = dataclasses.replace(self._call, arguments=text.encode(), profile=profile)
        return _as_built(f"#!{sys.executable}", profile, str(sys.modules[self.main.__module__].__file__))

    def _low_level_execute_command(self, *given: t.Any, **named: t.Any) -> dict[str, t.Any]:
        """In the place of the command that would start a process."""
        if self._call is None:
            return dict(super()._low_level_execute_command(*given, **named))
        # Some of what a module needs is imported when it needs it.
        with bytecode_kept(), self._pool.lent() as pool, surrounded(Surroundings(pool, None if self._task.no_log else self._progress)):
            output = run_here(self.main, self._call)
        return {
            "rc": output.code,
            "stdout": output.stdout,
            "stdout_lines": output.stdout.splitlines(),
            "stderr": output.stderr,
            "stderr_lines": output.stderr.splitlines(),
        }

    def _progress(self, text: str) -> None:
        self._say(display.v, text)

    def _say(self, show: t.Callable[..., None], text: str) -> None:
        show(f"{self._task.action}: {text}", host=self._templar.available_variables.get("inventory_hostname"))


def _switched_on(variable: t.Any, environment: str | None) -> bool:
    """Whether direct execution is wanted. The variable says it, or the environment where there is none; blank is unset.

    :raises AnsibleActionFail: what it says is neither yes nor no.
    """
    for name, value in ((VARIABLE, variable), (ENVIRONMENT, environment)):
        if value is None or not str(value).strip():
            continue
        try:
            return bool(boolean(value))
        except TypeError:
            raise AnsibleActionFail(f"{name} has to be true or false; got {value}.") from None
    return True


if t.TYPE_CHECKING or __version__.startswith("2.18."):

    def _written(arguments: dict[str, t.Any]) -> tuple[str | None, str]:
        """Arguments as ansible-core 2.18 writes them for a module."""
        from ansible.module_utils.common.json import AnsibleJSONEncoder

        return None, json.dumps(arguments, cls=AnsibleJSONEncoder, vault_to_text=True)

    def _as_built(shebang: str, profile: str | None, path: str) -> t.Any:
        """What ansible-core 2.18 has of a module that it has made ready."""
        return "new", shebang, b"", path

else:
    from ansible.executor.module_common import _BuiltModule
    from ansible.module_utils.common.json import Direction, get_module_encoder

    def _written(arguments: dict[str, t.Any]) -> tuple[str | None, str]:
        """Arguments as Ansible writes them for a module, and the name of that form."""
        return _PROFILE, json.dumps(arguments, cls=get_module_encoder(_PROFILE, Direction.CONTROLLER_TO_MODULE))

    def _as_built(shebang: str, profile: str | None, path: str) -> t.Any:
        """What Ansible has of a module that it has made ready."""
        return _BuiltModule(b_module_data=b"", module_style="new", shebang=shebang, serialization_profile=profile), path
