# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking a registry on this machine what a tag stands for."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import typing as t
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.registry import Login, docker_login, image_digest, registry_of
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    NotFoundError,
    ProtocolError,
)

MANIFEST = b'{"schemaVersion": 2}'
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"
LOGIN = Login("shop", "CANARY:pass")


class Registry(ThreadingHTTPServer):
    """A registry with one image, shop/pay:1, behind the challenge that a test chooses."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.challenge = ""
        self.wanted = ""
        self.token_answer: tuple[int, t.Any] = (200, {"token": "t0k3n"})
        self.sends_digest = True
        self.status = 200
        self.asked: list[tuple[str, str, str]] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Registry

    def log_message(self, format: str, *args: t.Any) -> None:
        """Nothing: the test looks at ``asked``."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        registry = self.server
        registry.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        if self.path.startswith("/token"):
            status, document = registry.token_answer
            self._send(status, json.dumps(document).encode())
        elif registry.challenge and self.headers.get("Authorization") != registry.wanted:
            self._send(401, b"", {"WWW-Authenticate": registry.challenge.replace("HOST", registry.host)})
        elif self.path != "/v2/shop/pay/manifests/1" or "application/vnd.oci.image.index.v1+json" not in self.headers.get("Accept", ""):
            self._send(404, b"{}")
        else:
            self._send(registry.status, MANIFEST, {"Docker-Content-Digest": DIGEST} if registry.sends_digest else {})

    def _send(self, status: int, content: bytes, headers: t.Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@pytest.fixture
def registry() -> Iterator[Registry]:
    server = Registry()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ask(registry: Registry, login: Login | None = None, name: str = "shop/pay:1") -> str:
    return image_digest(f"{registry.host}/{name}", login, verify=True, timeout=5, clock=Clock())


BEARER = 'Bearer realm="http://HOST/token",service="registry",scope="repository:shop/pay:pull"'


@pytest.mark.parametrize("sends_digest", [True, False])
def test_a_public_image(registry: Registry, sends_digest: bool) -> None:
    registry.sends_digest = sends_digest
    assert ask(registry, LOGIN) == DIGEST
    assert [method for method, _path, _login in registry.asked] == (["HEAD"] if sends_digest else ["HEAD", "GET"])
    assert {login for _method, _path, login in registry.asked} == {""}


@pytest.mark.parametrize("login", [None, LOGIN])
@pytest.mark.parametrize("key", ["token", "access_token"])
def test_a_token_is_fetched_where_the_registry_says(registry: Registry, login: Login | None, key: str) -> None:
    registry.challenge, registry.wanted, registry.token_answer = BEARER, "Bearer t0k3n", (200, {key: "t0k3n"})
    assert ask(registry, login) == DIGEST
    assert registry.asked == [
        ("HEAD", "/v2/shop/pay/manifests/1", ""),
        ("GET", "/token?service=registry&scope=repository%3Ashop%2Fpay%3Apull", login.header if login else ""),
        ("HEAD", "/v2/shop/pay/manifests/1", "Bearer t0k3n"),
    ]


def test_a_registry_with_passwords(registry: Registry) -> None:
    registry.challenge, registry.wanted = 'Basic realm="registry"', LOGIN.header
    assert ask(registry, LOGIN) == DIGEST
    with pytest.raises(AuthenticationError, match="wants a login, and docker login has left none"):
        ask(registry)
    with pytest.raises(AuthenticationError, match="does not let this user see") as raised:
        ask(registry, Login("shop", "wrong-CANARY"))
    assert "CANARY" not in raised.value.message + repr(LOGIN)


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"challenge": BEARER, "token_answer": (403, {})}, AuthenticationError, "gives no token to anybody without a login"),
        ({"challenge": BEARER, "token_answer": (200, {"token": "a\nb"})}, AuthenticationError, "gives no token"),
        ({"challenge": BEARER, "token_answer": (200, [])}, AuthenticationError, "gives no token"),
        ({"challenge": BEARER.replace("HOST", "elsewhere.example.com")}, ProtocolError, "sends its users to an address that is not https"),
        ({"challenge": "Negotiate"}, AuthenticationError, "wants a login"),
        ({"status": 500}, ProtocolError, "answered 500"),
        ({"status": 302}, ProtocolError, "answered 302"),
    ],
)
def test_what_a_registry_can_refuse(registry: Registry, change: dict[str, t.Any], error: type[Exception], text: str) -> None:
    for name, value in change.items():
        setattr(registry, name, value)
    with pytest.raises(error, match=text):
        ask(registry)


def test_an_image_that_is_not_there_and_a_registry_that_is_not(registry: Registry) -> None:
    with pytest.raises(NotFoundError, match=r"has no image 127\.0\.0\.1:\d+/shop/pay:2\.$"):
        ask(registry, name="shop/pay:2")
    with pytest.raises(ConnectionFailedError):
        image_digest("127.0.0.1:1/shop/pay:1", None, verify=True, timeout=1, clock=Clock())


def test_a_digest_answers_for_itself() -> None:
    assert image_digest(f"ghcr.io/shop/pay@{DIGEST}", None, verify=True, timeout=1, clock=Clock()) == DIGEST


@pytest.mark.parametrize(
    ("image", "registry"), [("nginx", "docker.io"), ("shop/pay:1", "docker.io"), ("ghcr.io/shop/pay", "ghcr.io"), ("localhost:5000/pay", "localhost:5000")]
)
def test_the_registry_of_an_image(image: str, registry: str) -> None:
    assert registry_of(image) == registry


AUTH = base64.b64encode(b"shop:CANARY:pass").decode()


@pytest.mark.parametrize("key", ["ghcr.io", "https://ghcr.io", "https://ghcr.io/v2/", "GHCR.IO"])
def test_what_docker_login_left(tmp_path: Path, key: str) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text(json.dumps({"auths": {"other.example.com": {"auth": "x"}, key: {"auth": AUTH}}}))
    assert docker_login("ghcr.io/shop/pay:1", {}, tmp_path) == LOGIN
    assert docker_login("quay.io/shop/pay:1", {}, tmp_path) is None
    assert docker_login("ghcr.io/shop/pay:1", {"DOCKER_CONFIG": str(tmp_path)}, tmp_path) is None


def test_the_login_of_the_docker_hub_has_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"auths": {"https://index.docker.io/v1/": {"auth": AUTH}}}))
    assert docker_login("shop/pay:1", {"DOCKER_CONFIG": str(tmp_path)}, Path("/nowhere")) == LOGIN


@pytest.mark.parametrize("text", ["{}", "[]", '{"auths": []}', '{"auths": {"ghcr.io": {}}}', '{"auths": {"ghcr.io": null}}', '{"credsStore": "desktop"}'])
def test_without_a_login(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    assert docker_login("ghcr.io/shop/pay:1", {"DOCKER_CONFIG": str(tmp_path)}, tmp_path) is None


DAMAGED = ["CANARY", '{"auths": {"ghcr.io": {"auth": "CANARY!"}}}', '{"auths": {"ghcr.io": {"auth": "Q0FOQVJZ"}}}']


@pytest.mark.parametrize("text", DAMAGED, ids=["text", "characters", "colon"])
def test_a_damaged_login(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ConfigurationError) as raised:
        docker_login("ghcr.io/shop/pay:1", {"DOCKER_CONFIG": str(tmp_path)}, tmp_path)
    assert "CANARY" not in raised.value.message and "\n" not in raised.value.message
