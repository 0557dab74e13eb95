# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page and what it loads, all from here: a browser is told to take nothing from elsewhere, and no script but this one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

STATIC = Path(__file__).resolve().parent / "static"
BELOW = "/_emulator/"
FILES = {"": ("index.html", "text/html"), "page.css": ("page.css", "text/css"), "page.js": ("page.js", "text/javascript")}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    # No text can become markup, even by a mistake in the script.
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


Report = Callable[[web.Request], dict[str, Any]]


def wanted_by(request: web.Request, path: str) -> bool:
    """Is this a browser that asks for the front page? Other clients get there what a gateway answers."""
    return path == "/" and request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def answer(name: str) -> web.Response:
    """One of the :data:`FILES`."""
    file, kind = FILES[name]
    return web.Response(text=(STATIC / file).read_text(encoding="utf-8"), content_type=kind, headers=HEADERS)


def register(app: web.Application, report: Report) -> None:
    """Serve the page's files, and what it shows as JSON."""

    async def overview(request: web.Request) -> web.Response:
        return web.json_response(report(request), headers=HEADERS)

    async def file(request: web.Request) -> web.Response:
        return answer(request.match_info["file"])

    app.router.add_get(BELOW + "overview", overview)
    app.router.add_get(BELOW + "{file:" + "|".join(map(re.escape, FILES)) + "}", file)
