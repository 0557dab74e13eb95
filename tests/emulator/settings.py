# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can be chosen when the emulator is started."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Readback = Literal["full", "no-code", "minimal"]
Dialect = Literal["faasd", "kubernetes"]
Release = Literal["current", "mit"]
Paging = Literal["totals", "no-totals", "ignored"]


def default_cache_dir() -> Path:
    """Where installed dependencies are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "e2e-emulator"


@dataclass(frozen=True)
class Settings:
    """See ``python -m tests.emulator --help`` for the meaning of each."""

    host: str = "127.0.0.1"
    port: int = 8480
    build_seconds: float = 1.0
    latency_ms: float = 0.0
    readback: Readback = "full"
    create_forms: Literal["both", "json", "zip"] = "both"
    form_refusal: Literal["media-type", "fields"] = "media-type"
    function_paths: Literal["both", "name", "id"] = "both"
    function_paging: Literal["on", "off"] = "on"
    function_page_size: int = 10
    runtime_list: Literal["on", "off"] = "on"
    activated: bool = True
    zip_mb: float = 50
    extracted_mb: float = 200
    state: Path | None = None
    api_key: str = "emulator-key"
    auth_token: str = "emulator-token"
    read_only_token: str = "emulator-read-only-token"
    project_ids: tuple[str, ...] = ("1",)
    shared_project_ids: tuple[str, ...] = ()
    nodes: tuple[tuple[str, str, int], ...] = ()
    paging: Paging = "totals"
    names: Literal["unique", "free"] = "unique"
    node_create_shape: Literal["list", "object"] = "list"
    floating: Literal["off", "on"] = "off"
    group_create_reply: Literal["id", "no-id"] = "id"
    upgrade_while_running: bool = True
    credit: bool = True
    context: Literal["required", "optional"] = "required"
    seed: int = 0
    python: str = sys.executable
    node: str | None = field(default_factory=lambda: shutil.which("node"))
    cache_dir: Path = field(default_factory=default_cache_dir)
    gateway_dialect: Dialect = "faasd"
    gateway_release: Release = "current"
    gateway_user: str = "admin"
    gateway_password: str = "emulator-password"
