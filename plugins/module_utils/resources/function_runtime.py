# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runtime of a function: chosen from the server's list, or sent as it is where there is none (reference B.2, P.2)."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import FunctionSource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import SourceLayout, layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function, FunctionsClient, Runtime
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import FunctionOptions, canonical_runtime, layout_of


class RuntimeChoice:
    """The wanted runtime, and what it asks of the code. The server's list is read once, and only when something depends on it.

    :param warn: lets the user know something.
    """

    def __init__(self, client: FunctionsClient, options: FunctionOptions, warn: t.Callable[[str], None]) -> None:
        self._client = client
        self._options = options
        self._warn = warn
        self._entries: list[Runtime] | None = None
        #: Whether the list was read.
        self.is_read = False

    def wanted(self, current: Function | None) -> str:
        """The id of the runtime that the function shall have.

        :raises InputError: nothing tells which, or the server does not offer it.
        """
        options = self._options
        if options.runtime is None:
            if options.image is not None:
                if current and current.runtime and layout_of(current.runtime).language == "container":
                    return current.runtime
                return self._container()
            if current is not None and current.runtime:
                return current.runtime
            raise InputError(f"runtime is needed to create the function {options.name}. The server offers: {self._offered()}.")
        wanted = canonical_runtime(options.runtime)
        if current is not None and current.runtime == wanted:
            return wanted
        return self.entry(wanted).id

    def hardware(self, runtime: str) -> str:
        """``cpu`` or ``gpu``, as the runtime needs it.

        :raises InputError: the user wants the other kind.
        """
        entry = self.entry(runtime)
        wanted = self._options.hardware or entry.hardware
        if entry.hardware != wanted:
            raise InputError(f"hardware: the runtime {entry.id} runs on {entry.hardware}, not on {wanted}.")
        return wanted

    def _all(self) -> list[Runtime] | None:
        """The server's list, read once; ``None`` where it has none."""
        if not self.is_read:
            self.is_read, self._entries = True, self._client.known_runtimes()
        return self._entries

    def _offered(self) -> str:
        entries = self._all()
        if entries is None:
            return "the API has no list of them; the vendor's documentation names python-3.11-fastapi, python-3.11-flask and node-20-express"
        return ", ".join(runtime.id if runtime.label == runtime.id else f"{runtime.id} ({runtime.label})" for runtime in entries)

    def entry(self, wanted: str) -> Runtime:
        """A runtime of the server's list, by its id or its label; where there is no list, the id as it is.

        :raises InputError: the server does not offer it.
        """
        entries = self._all()
        if entries is None:
            return Runtime(wanted, "cpu", "", wanted, "", "")
        found = [entry for entry in entries if entry.id == wanted] or [entry for entry in entries if entry.label.lower() == wanted.lower()]
        if len(found) == 1:
            return found[0]
        if not found and re.fullmatch(r"[a-z][a-z0-9.-]*", wanted) and layout_of(wanted).generation == "today":
            self._warn(f"runtime: {wanted} is not in the list that the API returns. It has the form of today's runtimes, so it is sent as it is.")
            return Runtime(wanted, "cpu", "", wanted, "", "")
        problem = "is not one that the server offers" if not found else "is the label of several runtimes; use an id"
        raise InputError(f"runtime: {wanted!r} {problem}. Accepted: {self._offered()}.")

    def _container(self) -> str:
        found = [entry for entry in self._all() or () if layout_of(entry.id, entry.dependency_file).language == "container"]
        if len(found) != 1:
            raise InputError(f"image: which runtime is the custom container cannot be told. Name it with runtime; the server offers: {self._offered()}.")
        return found[0].id

    def layout(self, runtime: str) -> SourceLayout:
        """The runtime's layout; the server is asked only where the id does not tell."""
        layout = layout_of(runtime)
        return layout if layout.language != "unknown" else layout_of(runtime, self.entry(runtime).dependency_file)

    def by_template(self, found: FunctionSource, runtime: str) -> FunctionSource:
        """The source as the server's own template of the runtime reads it (reference P.1)."""
        template = next((entry.code_template for entry in self._all() or () if entry.id == runtime), "")
        return dataclasses.replace(found, layout=layout_for(runtime, found.layout.dependency_name, template))
