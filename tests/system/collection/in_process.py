# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules in the process of the test, where hundreds of runs are wanted: their bodies, connections and sockets are real, only waiting is short."""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from controller import MODULES

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core 2.18

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any]) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode())
            yield


# How much of a second a module's second of waiting takes.
HASTE = 0.02


class HastyClock:
    """Time that passes as the module believes, and takes a fraction of it."""

    def __init__(self) -> None:
        self._skipped = 0.0
        self.clock = Clock(now=lambda: time.monotonic() + self._skipped, sleep=self._sleep, random=lambda: 0.5)

    def _sleep(self, seconds: float) -> None:
        time.sleep(seconds * HASTE)
        self._skipped += seconds * (1 - HASTE)


class InProcess:
    """Runs modules as :class:`controller.Controller` does, some ten times as fast. Not for threads: it stands in for the process's environment and output."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def module(self, module: str, /, *, check_mode: bool = False, verbosity: int = 0, **options: Any) -> dict[str, Any]:
        """Run one module and give its result, with its warnings."""
        body = importlib.import_module(f"{MODULES}.{module}")
        warnings: list[str] = []
        stdout = io.StringIO()
        arguments = {**options, "_ansible_check_mode": check_mode, "_ansible_diff": True, "_ansible_verbosity": verbosity}
        with pytest.MonkeyPatch.context() as patch, patch_module_args(arguments), contextlib.redirect_stdout(stdout):
            for name, value in self.environ.items():
                patch.setenv(name, value)
            # Where Ansible's controller is imported too, it would print them instead of returning them.
            patch.setattr(basic.AnsibleModule, "warn", lambda ansible, text: warnings.append(text))
            patch.setattr(body, "run_module", functools.partial(body.run_module, clock=HastyClock().clock))
            with pytest.raises(SystemExit):
                body.main()
        result: dict[str, Any] = json.loads(stdout.getvalue())
        result["warnings"] = warnings
        return result
