# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tag that stands for another image: a registry on this machine, and a gateway in each dialect."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from controller import Controller

OLD, NEW = (f"sha256:{letter * 64}" for letter in "ab")


class Registry(ThreadingHTTPServer):
    """It has one image, whose tag stands for ``digest``."""

    daemon_threads = True
    digest = OLD

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def image(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}/shop/pay:1"


class _Handler(BaseHTTPRequestHandler):
    server: Registry

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_HEAD(self) -> None:
        known = self.path == "/v2/shop/pay/manifests/1"
        self.send_response(200 if known else 404)
        if known:
            self.send_header("Docker-Content-Digest", self.server.digest)
        self.end_headers()


@pytest.fixture
def registry() -> Iterator[Registry]:
    server = Registry()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def images(emulator: Any) -> list[str]:
    return [function["wanted"]["image"] for function in emulator.gateway()["functions"]]


def test_a_new_image_under_the_old_tag(controller_of: Callable[[Any], Controller], gateway_emulator: Any, registry: Registry) -> None:
    user = controller_of(gateway_emulator)
    pay: dict[str, Any] = {"provider": "openfaas", "name": "pay", "image": registry.image, "env": {"A": "1"}, "pull": "newer"}
    user.module("e2e_faas_function", **pay)
    assert not user.module("e2e_faas_function", **pay)["changed"]

    registry.digest = NEW
    assert not user.module("e2e_faas_function", **{**pay, "pull": "missing"})["changed"]
    failing = {"rollback": True, "smoke_test": {"contains": "what it never says", "retries": 0}}
    play = user.tasks([{"name": "failing", "e2enetworks.cloud.e2e_faas_function": {**pay, **failing}, "ignore_errors": True}])
    outcome = play.task("failing").result
    assert outcome["rolled_back"] is True
    assert images(gateway_emulator) == [f"{registry.image}@{OLD}"]

    assert user.module("e2e_faas_function", **pay)["changed"] and images(gateway_emulator) == [registry.image]
    assert not user.module("e2e_faas_function", **pay)["changed"]
    assert user.module("e2e_faas_function", **{**pay, "pull": "always"})["changed"]
    assert user.module("e2e_faas_function", **{**pay, "pull": "always"})["changed"]
