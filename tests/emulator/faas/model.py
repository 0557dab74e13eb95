# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A function as the platform keeps it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from ..settings import Readback
from ..state import BadState
from .runtimes import RUNTIMES, Runtime

MINIMAL = ("id", "name", "runtime", "status", "url")
# The two ways in which code comes: as the texts of a JSON body (2024), or as a ZIP in a form (today).
Form = Literal["json", "zip"]
HIDDEN = frozenset({"extra", "project_id", "files", "form", "error"})


@dataclass
class Function:
    """``memory`` in MB, ``timeout`` in seconds, ``status`` in the released client's lower case, ``extra`` unknown body keys.

    ``files`` are the function's files by their paths below its root directory, ``form`` how the last of them came.
    """

    id: int
    project_id: str
    name: str
    runtime: str
    node_type: str
    form: Form
    files: dict[str, bytes]
    memory: int
    timeout: int
    environment_variables: dict[str, Any]
    secrets: list[Any]
    created_at: str
    updated_at: str
    status: str = "creating"
    error: str | None = None
    version: int = 1
    extra: dict[str, Any] = field(default_factory=dict)

    def view(self, readback: Readback, url: str) -> dict[str, Any]:
        """What a GET returns (reference B.5); code only of a function whose code came as text, and the id always (reference H.8)."""
        shown = {**self.extra, **{one.name: getattr(self, one.name) for one in fields(self) if one.name not in HIDDEN}, "url": url}
        if self.error is not None:
            shown["error"] = self.error
        if readback == "minimal":
            return {key: shown[key] for key in MINIMAL}
        if readback == "full" and self.form == "json":
            shown["code"], shown["requirements"] = self.texts()
        return shown

    def texts(self) -> tuple[str, str]:
        """The code and the requirements of a function of the JSON form."""
        runtime = RUNTIMES[self.runtime]
        return self.files[runtime.entry(self.files)].decode(), self.files[runtime.label].decode()

    def stored(self) -> dict[str, Any]:
        """The JSON of the state file."""
        files = {path: base64.b64encode(content).decode() for path, content in self.files.items()}
        return {**vars(self), "files": files}


def files_of_texts(runtime: Runtime, code: str, requirements: str) -> dict[str, bytes]:
    """The files of a function whose code came as two texts."""
    return {runtime.label: requirements.encode(), runtime.text_name(code): code.encode()}


def parse_stored(stored: Any) -> list[Function]:
    """The functions of a state file; :class:`BadState` when they are not what this emulator writes."""
    try:
        return [_parse(dict(one)) for one in stored]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BadState(f"the state file does not hold functions of this emulator: {error!r}") from error


def _parse(one: dict[str, Any]) -> Function:
    runtime = RUNTIMES.get(one["runtime"])
    if runtime is None:
        raise BadState(f"the state file names an unknown runtime: {one['runtime']}")
    if "files" not in one:
        # A file of before: one text of code, one of requirements.
        files = files_of_texts(runtime, one.pop("code"), one.pop("requirements"))
        return Function(**one, form="json", files=files)
    function = Function(**{**one, "files": {path: base64.b64decode(content, validate=True) for path, content in one["files"].items()}})
    if function.form == "json":
        function.texts()
    elif not runtime.entry(function.files):
        raise BadState(f"the state file holds no {' or '.join(runtime.code_files)} of the function {function.name}")
    return function
