# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of images: the full form that faasd stores, and which of them this emulator can run or refuses to find."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..runner.spec import Family

PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
REFERENCE = re.compile(
    rf"(?P<repository>{PART}(?:/{PART})*)(?P<tag>:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?(?P<digest>@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{{32,}})?", re.ASCII
)
HUB = "docker.io"
FAMILIES: dict[str, Family] = {"e2e-emulator/python": "python", "e2e-emulator/node": "node"}
NOWHERE, PRIVATE = "missing", "private"
WATCHDOG = {"mode": "http"}
FORKED = {"python": ("python index.py", "5000"), "node": ("node index.js", "3000")}


class BadImage(ValueError):
    """The text names no image; what the server would say."""


@dataclass(frozen=True)
class Image:
    """``full`` is the form with registry and tag, ``repository`` what stands between them."""

    full: str
    repository: str

    @property
    def family(self) -> Family | None:
        """What runs the handler of a function with this image; None for the echo."""
        return FAMILIES.get(self.repository)

    @property
    def exists(self) -> bool:
        """Images with a path part ``missing`` are in no registry."""
        return NOWHERE not in self.repository.split("/")

    @property
    def public(self) -> bool:
        """Images with a path part ``private`` are shown by their registry with credentials only."""
        return self.exists and PRIVATE not in self.repository.split("/")

    @property
    def environment(self) -> dict[str, str]:
        """The ENV of the image itself, which faasd shows among the function's."""
        if self.family is None:
            return {**WATCHDOG, "fprocess": "cat"}
        process, port = FORKED[self.family]
        return {**WATCHDOG, "fprocess": process, "upstream_url": f"http://127.0.0.1:{port}"}


def parse(text: str) -> Image:
    """Normalise as Docker does; :class:`BadImage` when it cannot be done."""
    domain, slash, rest = text.partition("/")
    if not slash or not (set(".:") & set(domain) or domain == "localhost" or domain != domain.lower()):
        domain, rest = HUB, text
    if domain == f"index.{HUB}":
        domain = HUB
    match = REFERENCE.fullmatch(rest)
    if match is None:
        name = rest.partition("@")[0].partition(":")[0]
        if REFERENCE.fullmatch(rest.lower()) is None or name == name.lower():
            raise BadImage("invalid reference format")
        remote = f"library/{name}" if domain == HUB and "/" not in name else name
        raise BadImage(f"invalid reference format: repository name ({remote}) must be lowercase")
    repository = match["repository"]
    if domain == HUB and "/" not in repository:
        repository = f"library/{repository}"
    tag = match["tag"] or ("" if match["digest"] else ":latest")
    return Image(f"{domain}/{repository}{tag}{match['digest'] or ''}", repository.removeprefix("library/"))
