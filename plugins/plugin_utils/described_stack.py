# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The functions of a ``stack.yml`` as options of the modules, as the filters hand them on."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.stack_file import StackFunction, read_stack


def described_stack(text: str, directory: str, name: str = "*", variables: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """What the text of a file says: ``gateway``, ``None`` when it names none, and ``functions``, options of the modules.

    :param directory: where the paths of ``environment_file`` count from.
    :param name: shell pattern of the functions.
    :param variables: for ``${NAME}``, besides those of the process environment, over which they win.
    :raises E2EError: the file cannot be used, or no function matches.
    """

    def read(path: str) -> str:
        return read_text(Path(directory) / path)

    known = {**os.environ, **{key: str(value) for key, value in (variables or {}).items()}}
    stack = read_stack(text, known, read, name)
    return {"gateway": stack.gateway or None, "functions": [_described(function) for function in stack.functions]}


def _described(function: StackFunction) -> dict[str, t.Any]:
    """One function under the names of the modules' options."""
    build = ("handler", "lang", "skip_build", "build_args", "build_secrets", "template_source")
    lists = {"build_options": list(function.build_options), "copy_extra": list(function.copy_extra)}
    return {**function.options(), **{name: getattr(function, name) for name in build}, **lists}
