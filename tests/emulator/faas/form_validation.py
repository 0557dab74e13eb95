# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form in which a function comes today: multipart/form-data with a ZIP (reference H.6, P.10).

The fields and which of them are required are documented; every refusal, a 400 that names the field, is our choice. Fields that are
not documented are ignored.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..envelope import Refused
from ..form import Form
from .archive import FIELD, Limits, unpack
from .runtimes import Runtime
from .validation import environment, require, runtime_of, size

NAME = re.compile(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?")
SETTINGS = ("memory", "timeout", "environment_variables")
CREATE_FIELDS = ("function_name", "runtime", *SETTINGS, FIELD)


def checked_form_create(form: Form, limits: Limits) -> dict[str, Any]:
    """The fields of a new function."""
    require({**form.fields, **form.files}, CREATE_FIELDS)
    name = _text(form, "function_name")
    if not NAME.fullmatch(name):
        raise Refused(400, f"function_name: {name!r} is not valid: use lowercase letters, digits, inner hyphens, a letter first, at most 40 characters.")
    runtime = runtime_of(_text(form, "runtime"))
    fields = {"name": name, "runtime": runtime.id, "node_type": runtime.node_type, "secrets": [], **_settings(form)}
    return {**fields, **_code(form, runtime, limits)}


def checked_form_update(form: Form, runtime: Runtime, limits: Limits) -> dict[str, Any]:
    """The fields an update replaces; without a file the code stays."""
    sent = {**form.fields, **form.files}
    require(sent, SETTINGS)
    return {**_settings(form), **(_code(form, runtime, limits) if FIELD in sent else {})}


def _settings(form: Form) -> dict[str, Any]:
    values = {key: _text(form, key) for key in SETTINGS}
    try:
        variables = json.loads(values["environment_variables"])
    except (ValueError, RecursionError) as error:
        raise Refused(400, "environment_variables: Value must be valid JSON.") from error
    return {**size(values), "environment_variables": environment(variables)}


def _code(form: Form, runtime: Runtime, limits: Limits) -> dict[str, Any]:
    upload = form.files.get(FIELD)
    if upload is None:
        raise Refused(400, f"{FIELD}: The submitted data was not a file. Check the encoding type on the form.")
    if not upload.filename.lower().endswith(".zip"):
        raise Refused(400, f"{FIELD}: The name of the file must end in .zip.")
    if not upload.content:
        raise Refused(400, f"{FIELD}: The submitted file is empty.")
    return {"form": "zip", "files": unpack(upload.content, runtime, limits)}


def _text(form: Form, key: str) -> str:
    if key not in form.fields:
        raise Refused(400, f"{key}: Not a valid string.")
    return form.fields[key]
