# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two forms in which a function travels to the API: a ZIP archive in a multipart form, and a code text in JSON.

The vendor documents the first one today (reference H.6, H.7); the vendor's CLI of 2024 sends the second one (reference
B.3, B.4). Which of them an account takes cannot be known before it is asked. Pure.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.multipart import Form

Upload = t.Literal["zip", "text"]

#: How a sentence names each of them.
UPLOAD_NAMES: t.Mapping[Upload, str] = {"zip": "a ZIP archive", "text": "one text"}

#: Keys that the forms have for themselves, so that nobody sets them besides.
FIELDS = frozenset(
    ("function", "function_name", "runtime", "code", "code_file", "requirements", "memory", "timeout", "node_type")
    + ("environment_variables", "secrets", "arguments", "params")
)


@dataclass(frozen=True)
class Deployment:
    """All that a create or an update says about a function, for either form.

    :param memory: MB.
    :param timeout: seconds.
    :param code: makes the code text; ``None`` where the code is not known.
    :param archive: makes the ZIP archive; ``None`` for an update that leaves the code as it is.
    :param needs_code: it changes what travels with the code alone.
    :param extra: further keys that the user gives.
    """

    name: str
    runtime: str
    hardware: str
    memory: int
    timeout: int
    environment: t.Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...]
    requirements: str
    code: t.Callable[[], str] | None = field(repr=False)
    archive: t.Callable[[], bytes] | None = field(repr=False)
    needs_code: bool = False
    extra: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False)

    def can_travel(self, upload: Upload, *, new: bool) -> bool:
        """Whether this form can carry it. A JSON update replaces the code, a multipart one need not (reference B.4, H.7)."""
        if upload == "text":
            return self.code is not None
        return self.archive is not None or not (new or self.needs_code)

    def body(self, *, new: bool) -> dict[str, t.Any]:
        """The JSON of a create or an update; the API replaces all of it (reference B.3, B.4)."""
        bound = {"function": self.name, "runtime": self.runtime, "node_type": self.hardware, "arguments": {}}
        return {
            **(bound if new else {}),
            "code": self.code() if self.code else "",
            "requirements": self.requirements,
            "memory": self.memory,
            "timeout": self.timeout,
            "environment_variables": dict(self.environment),
            "secrets": list(self.secrets),
            "params": {},
            **self.extra,
        }

    def form(self, *, new: bool) -> Form:
        """The multipart form of a create or an update: texts, and one file (reference H.6, H.7)."""
        fields: dict[str, t.Any] = {"function_name": self.name, "runtime": self.runtime} if new else {}
        fields |= {"memory": self.memory, "timeout": self.timeout, "environment_variables": dict(self.environment), **self.extra}
        parts: dict[str, tuple[str | None, str | bytes]] = {key: (None, _field_text(value)) for key, value in fields.items()}
        if self.archive is not None:
            parts["code_file"] = (f"{self.name}.zip", self.archive())
        return parts


def _field_text(value: t.Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
