# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A body of the media type multipart/form-data: texts and files by their field names."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from .envelope import Refused

MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Upload:
    """A field that brought a file; ``filename`` is as the client named it."""

    filename: str
    content: bytes


@dataclass
class Form:
    """Of a field that comes twice the last one counts, as in Django."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)


async def read_form(request: web.Request) -> Form:
    """The whole form, in memory; a 400 for a body that is none."""
    form = Form()
    try:
        sent = await request.post()
    except (ValueError, LookupError, AssertionError, HttpProcessingError) as error:
        raise Refused(400, f"Multipart form parse error - {error}") from error
    for name, value in sent.items():
        form.fields.pop(name, None)
        form.files.pop(name, None)
        if isinstance(value, web.FileField):
            form.files[name] = Upload(value.filename, value.file.read())
            continue
        try:
            form.fields[name] = value if isinstance(value, str) else bytes(value).decode()
        except UnicodeDecodeError as error:
            raise Refused(400, f"{name}: Not a valid string.") from error
    return form
