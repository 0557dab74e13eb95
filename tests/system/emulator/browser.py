# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser without a window, driven by the W3C WebDriver protocol that Chromium's own driver speaks."""

from __future__ import annotations

import base64
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
WAIT_SECONDS = 60
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class Browser:
    """One window. ``profile`` is an empty folder for all that the browser keeps."""

    def __init__(self, profile: Path) -> None:
        self._driver = subprocess.Popen([str(DRIVER), "--port=0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = iter(self._driver.stdout or ())
        port = next(line.rpartition("port ")[2].strip(" .\n") for line in lines if "started successfully" in line)
        self._session = f"http://127.0.0.1:{port}/session"
        chromium = {"binary": CHROMIUM, "args": [*OPTIONS, f"--user-data-dir={profile}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": chromium, "goog:loggingPrefs": {"browser": "ALL"}}
        self._session += "/" + self._ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = requests.request(method, self._session + path, json=body, timeout=WAIT_SECONDS)
        value = answer.json()["value"]
        if not answer.ok:
            raise RuntimeError(f"{value['error']}: {value['message']}")
        return value

    def close(self) -> None:
        """End the browser and its driver."""
        try:
            self._ask("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.wait()
            if self._driver.stdout is not None:
                self._driver.stdout.close()

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        """Make the window so large, and let the reader prefer dark or light; below 600 pixels it is a phone."""
        self._devtools("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._devtools("Emulation.setEmulatedMedia", {"features": [scheme]})

    def _devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url: str) -> None:
        """Go to an address, and wait until it is loaded."""
        self._ask("POST", "/url", {"url": url})

    def run(self, script: str) -> Any:
        """Run JavaScript in the page and give what it returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def text(self, selector: str = "body") -> str:
        """What can be read there, without what is folded away."""
        return str(self.run(f"return document.querySelector({selector!r}).innerText"))

    def wait(self, condition: Callable[[Browser], Any], what: str) -> None:
        """Until something is so."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition(self):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: {self.text()}")
            time.sleep(0.05)

    def problems(self) -> list[str]:
        """What the page has complained about since the last time: errors of scripts, and what a policy forbade."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"}) if entry["level"] != "INFO"]

    def picture(self) -> bytes:
        """What can be seen, as PNG."""
        return base64.b64decode(self._ask("GET", "/screenshot"))
