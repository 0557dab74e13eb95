# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Today's contract: ``handler(event, context)``, sync or async, with the event of an API gateway's proxy (reference P.3, P.4)."""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from typing import Any

from .frames import Loop, Reply, listen
from .frames import serve as serve_frames
from .loading import load_beside
from .start import Control

# What the documentation has of an answer (reference P.3, P.4). An API gateway takes more, such as multiValueHeaders: whether the platform does is not known.
FIELDS = ("statusCode", "headers", "body", "isBase64Encoded")


class BadAnswer(TypeError):
    """The handler returned what the platform does not take."""


def reply(result: Any) -> Reply:
    """The HTTP answer of what the handler returned.

    A dict with ``statusCode`` is required (reference P.4); how strict the rest is, is our choice, on the strict side.
    """
    if not isinstance(result, dict) or "statusCode" not in result:
        raise BadAnswer("the handler must return a dict with statusCode, it returned %s" % _kind(result))
    status = result["statusCode"]
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise BadAnswer("statusCode must be a whole number from 200 to 599, it is %r" % (status,))
    encoded = result.get("isBase64Encoded", False)
    if not isinstance(encoded, bool):
        raise BadAnswer("isBase64Encoded must be True or False, it is %s" % _kind(encoded))
    body = "" if result.get("body") is None else result["body"]
    if not isinstance(body, str):
        raise BadAnswer("body must be a string, it is %s: use json.dumps, or base64 with isBase64Encoded" % _kind(body))
    headers = _headers(result.get("headers"))
    unknown = ", ".join(sorted(str(name) for name in result if name not in FIELDS))
    if unknown:
        sys.stderr.write("the answer's %s is left out: of an answer only %s are known\n" % (unknown, ", ".join(FIELDS)))
    if not any(name.lower() == "content-type" for name, value in headers):
        # What it is without one is not known: JSON as with the gateway that has this form, our choice.
        headers.append(("Content-Type", "application/octet-stream" if encoded else "application/json"))
    return status, headers, base64.b64decode(body, validate=True) if encoded else body.encode()


def _headers(headers: Any) -> list[tuple[str, str]]:
    if headers is None:
        return []
    if not isinstance(headers, Mapping):
        raise BadAnswer("headers must be a dict, it is %s" % _kind(headers))
    for name, value in headers.items():
        if not isinstance(name, str) or not isinstance(value, (str, int, float)):
            raise BadAnswer("headers must hold strings, %r is %s" % (name, _kind(value)))
    return [(name, str(value)) for name, value in headers.items()]


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a dict with " + (", ".join(sorted(map(str, value))) or "nothing in it")
    return "None" if value is None else "of type " + type(value).__name__


def serve(control: Control, path: str, root: str, entry: str, packages: str, server: str) -> None:
    """Load, call ``init()`` if there is one, and answer calls."""
    module = load_beside(root, entry, packages)
    handler = getattr(module, "handler", None)
    if not callable(handler):
        older = " (handle is the name of the CLI of 2024)" if callable(getattr(module, "handle", None)) else ""
        raise AttributeError("%s defines no function handler(event, context)%s" % (entry, older))
    loop = Loop()
    init = getattr(module, "init", None)
    if callable(init):
        # It exists and carries at least CORS settings (reference P.3); its signature and its keys are not known.
        sys.stderr.write("init() is called once, and what it returns is ignored: its real form is not known\n")
        loop.run(init())
    listening = listen(path)
    control.ready()
    # The fields of context are not known: it is empty, our choice.
    serve_frames(listening, lambda head, body: handler({**head["event"], "rawBody": body}, {}), reply, loop)
