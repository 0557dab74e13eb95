# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The functions of ``functions_from_the_docs``, deployed side by side, and calls of them as any client makes them."""

from __future__ import annotations

import concurrent.futures
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from controller import Controller

FOLDER = Path(__file__).resolve().parent / "functions_from_the_docs"
# With letters that show whether a text keeps its encoding on its way to the function.
GREETING = "नमस्ते = \"hi\" $HOME"
TOKEN = "a token of the shop"
DEPLOYMENTS_AT_ONCE = 4
CALL_SECONDS = 30
# For an installation of packages on a busy machine; shorter than the module's own, so that a defect shows in time.
DEPLOY_SECONDS = 120


@dataclass(frozen=True)
class Function:
    """``folder`` is the function's name as well; ``tools`` are the programs that a host needs to run it."""

    folder: str
    runtime: str
    tools: tuple[str, ...] = ()


FUNCTIONS = {
    function.folder: function
    for function in (
        Function("python-upload", "python-3.11-http"),
        Function("python-binary", "python-3.12-http"),
        Function("python-event", "python-3.11-http"),
        Function("python-init", "python-3.14-http"),
        Function("fastapi-shop", "python-3.11-fastapi"),
        Function("flask-notes", "python-3.11-flask"),
        Function("node-files", "node-22-http", ("node", "npm")),
        Function("node-init", "node-20-http", ("node",)),
        Function("express-exported", "node-20-express", ("node", "npm")),
        Function("express-listening", "node-20-express", ("node", "npm")),
        # No page has the ids of these two: they are the emulator's own.
        Function("go-echo", "go", ("go",)),
        Function("php-echo", "php", ("php",)),
    )
}
# Those of several files in the languages that one text can carry.
BUNDLED = ("python-upload", "python-binary", "python-event", "fastapi-shop", "flask-notes", "node-files", "express-exported", "express-listening")


class Platform:
    """An emulator with documented functions on it. A deployment that failed is told by the tests that call the function."""

    def __init__(self, controller: Controller, emulator: Any, names: tuple[str, ...], **options: Any) -> None:
        self.emulator = emulator
        wanted = [name for name in names if not _missing(FUNCTIONS[name])]
        with concurrent.futures.ThreadPoolExecutor(DEPLOYMENTS_AT_ONCE) as pool:
            self.results = dict(zip(wanted, pool.map(lambda name: self._deploy(controller, name, options), wanted)))

    @staticmethod
    def _deploy(controller: Controller, name: str, options: dict[str, Any]) -> dict[str, Any]:
        return controller.function(
            name=name,
            runtime=FUNCTIONS[name].runtime,
            src=str(FOLDER / name),
            memory=256,
            timeout=30,
            wait_timeout=DEPLOY_SECONDS,
            env={"GREETING": GREETING},
            secret_env={"SHOP_TOKEN": TOKEN, "NOTES_KEY": "signs the sessions"},
            **options,
        )

    def url(self, name: str) -> str:
        """Where the function answers, without a slash at the end."""
        missing = _missing(FUNCTIONS[name])
        if missing:
            pytest.skip(f"this host has no {', '.join(missing)}")
        result = self.results[name]
        assert not result.get("failed"), result["msg"]
        assert result["function"]["status"].lower() == "running"
        return str(result["function"]["url"]).rstrip("/")

    def call(self, name: str, method: str, path: str, **request: Any) -> requests.Response:
        return requests.request(method, self.url(name) + path, timeout=CALL_SECONDS, **request)

    def get(self, name: str, path: str, **request: Any) -> requests.Response:
        return self.call(name, "GET", path, **request)

    def post(self, name: str, path: str, **request: Any) -> requests.Response:
        return self.call(name, "POST", path, **request)


def _missing(function: Function) -> list[str]:
    return [tool for tool in function.tools if shutil.which(tool) is None]
