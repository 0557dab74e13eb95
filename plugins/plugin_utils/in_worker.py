# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module run in a process that is not its own, with all that it finds and leaves there as in one of its own."""

from __future__ import annotations

import contextlib
import io
import locale
import logging
import os
import resource
import traceback
import types
import typing as t
import warnings
from dataclasses import dataclass, field

from ansible.module_utils import basic
from ansible.module_utils.common import warnings as collected


@dataclass(frozen=True)
class Output:
    """What a module left when it ended."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Call:
    """How a module is called.

    :param arguments: what Ansible hands to a module, in the form in which it does.
    :param profile: how they are written; ``None`` up to ansible-core 2.18, which knows one way.
    :param environ: variables that are set for it.
    :param folder: the working directory.
    :param open_files: how many files it may have open, as far as this process may say so; 0 for as many as this process.
    """

    arguments: bytes = field(repr=False)
    profile: str | None = None
    environ: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: str = "."
    open_files: int = 0


def run_here(main: t.Callable[[], None], call: Call) -> Output:
    """Run a module's ``main`` to its end, and put everything back that belongs to the process.

    What it prints is caught, in the place of an exit it returns. An exception that the module does not catch is printed, as Python does
    when a process ends by it; what is none of the module's errors, such as a time limit of the task, passes.
    """
    stdout, stderr = io.StringIO(), io.StringIO()
    with _as_found(), _silent_logs(), _arguments(call.arguments, call.profile), _ending():
        os.environ.update(call.environ)
        os.chdir(call.folder)
        _limit_open_files(call.open_files)
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr), warnings.catch_warnings():
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
            except Exception:  # pylint: disable=broad-except
                traceback.print_exc()
                code = 1
    return Output(code, stdout.getvalue(), stderr.getvalue())


@contextlib.contextmanager
def _as_found() -> t.Iterator[None]:
    """Put back what a module may change of its process."""
    environ, folder, language = dict(os.environ), _folder(), locale.setlocale(locale.LC_ALL)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    mask = os.umask(0o077)
    os.umask(mask)
    try:
        yield
    finally:
        os.umask(mask)
        _limit_open_files(limits[0])
        locale.setlocale(locale.LC_ALL, language)
        changed = dict(os.environ)
        for name in changed.keys() - environ.keys():
            del os.environ[name]
        os.environ.update(environ.items() - changed.items())
        # Whoever was started by another user, as su does it, may be in a folder that it could not enter. What the module has done counts, and
        # Ansible goes by whole paths.
        with contextlib.suppress(OSError):
            os.chdir(folder or ".")


def _folder() -> str | None:
    """The working directory; nothing where it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return None


def _limit_open_files(wanted: int) -> None:
    """As Ansible does it for a module: within what the system allows, and nothing where that says no."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if wanted and soft != now:
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))


@contextlib.contextmanager
def _silent_logs() -> t.Iterator[None]:
    """Nothing that a library logs reaches Ansible's own log: it may hold a URL, and with it the API key."""
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, [logging.NullHandler()]
    try:
        yield
    finally:
        root.handlers = handlers


@contextlib.contextmanager
def _arguments(arguments: bytes, profile: str | None) -> t.Iterator[None]:
    """Let the next module find its arguments, and no warning of the one before."""
    given = {"_ANSIBLE_ARGS": arguments, "_ANSIBLE_PROFILE": profile, "_PARSED_MODULE_ARGS": None}
    _forget_warnings()
    try:
        with _replaced({name: value for name, value in given.items() if hasattr(basic, name)}):
            yield
    finally:
        _forget_warnings()


@contextlib.contextmanager
def _replaced(by: t.Mapping[str, t.Any]) -> t.Iterator[None]:
    """Have other things under these names in the code that all modules share."""
    before = {name: getattr(basic, name) for name in by}
    for name, value in by.items():
        setattr(basic, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(basic, name, value)


def _forget_warnings() -> None:
    for name in ("_global_warnings", "_global_deprecations"):
        getattr(collected, name).clear()


@contextlib.contextmanager
def _ending() -> t.Iterator[None]:
    """Do at the end of the run what the module wants done at the end of its process, such as removing its temporary folder."""
    with contextlib.ExitStack() as at_end, _replaced({"atexit": types.SimpleNamespace(register=at_end.callback)}):
        yield


def make_folder(path: str) -> str:
    """Make a folder that only this user can read, unless it is there, and give its path with what ``~`` and variables stand for.

    :raises OSError: it cannot be made.
    """
    whole = os.path.expanduser(os.path.expandvars(path))
    mask = os.umask(0o077)
    try:
        os.makedirs(whole, exist_ok=True)
    finally:
        os.umask(mask)
    return whole
