# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only the right server is spoken to: by its certificate, without following it elsewhere, and with a word where the line is not encrypted."""

from __future__ import annotations

import itertools
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from controller import Controller
from in_process import InProcess
from servers import Answer, Call, Server, forwarding, serving
from test_inventory import inventory

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: Nothing of the machine that runs the tests.
BLANK = {name: "" for name in (*VARIABLES, "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")}
HEADER = {"Authorization": "Bearer canary-of-a-header", "X-Api-Key": "canary-of-a-header"}
SECRETS = ("emulator-key", "emulator-token", "emulator-password", "Basic ", "canary-of-a-header")


@dataclass(frozen=True)
class Outcome:
    """How a client ended: whether it failed, and all that it said."""

    failed: bool
    said: str


@dataclass(frozen=True)
class Client:
    """One part of the collection that opens connections, for a server at ``url``."""

    controller: Controller
    emulator: Any

    def __call__(self, kind: str, url: str, environ: dict[str, str], **options: Any) -> Outcome:
        account = {**self.emulator.env, **self.emulator.gateway_env, "E2E_API_ENDPOINT": f"{url}/myaccount/api/v1/", "OPENFAAS_URL": url, **BLANK, **environ}
        if kind == "inventory":
            self.controller.environ.update(account)
            done = inventory(self.controller, {**options, "api_retries": 0})
            return Outcome(done.returncode != 0, done.stdout + done.stderr)
        module, own = {
            "account": ("e2e_vpc_info", {}),
            "account, write": ("e2e_vpc", {"name": "v", "wait": False}),
            "gateway": ("e2e_secret_info", {}),
            "gateway, write": ("e2e_secret", {"name": "s", "value": "a value"}),
            "invoke": ("e2e_faas_invoke", {"url": f"{url}/function/f", "headers": HEADER, "method": "GET"}),
            "invoke, gateway": ("e2e_faas_invoke", {"url": f"{url}/function/f", "provider": "openfaas", "send_gateway_credentials": True, "body": "hi"}),
        }[kind]
        result = InProcess(account).module(module, **{**own, "api_retries": 0, **options})
        return Outcome(bool(result.get("failed")), f"{result.get('msg')} {result['warnings']}")


KINDS = ("account", "gateway", "inventory", "invoke", "invoke, gateway")


@pytest.fixture
def client(controller: Controller, emulator: Any) -> Client:
    emulator.control("POST", "reset")
    made = InProcess({**emulator.env, **emulator.gateway_env}).module("e2e_faas_function", provider="openfaas", name="f", image="team/echo:1", wait=True)
    assert not made.get("failed"), made
    return Client(controller, emulator)


@dataclass(frozen=True)
class Certificate:
    path: Path
    context: ssl.SSLContext


@pytest.fixture(scope="module")
def certificate_for(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Certificate]:
    """Makes a certificate that nobody but its own file vouches for."""
    program = shutil.which("openssl")
    if program is None:
        pytest.fail("these tests make certificates with the program openssl, which is not on PATH.")
    folder, number = tmp_path_factory.mktemp("certificates"), itertools.count()

    def make(name: str) -> Certificate:
        path, key = folder / f"{next(number)}.pem", folder / "key.pem"
        command = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", f"subjectAltName={name}"]
        subprocess.run([*command, "-keyout", str(key), "-out", str(path)], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path, key)
        return Certificate(path, context)

    return make


@pytest.fixture(scope="module")
def ours(certificate_for: Callable[[str], Certificate]) -> Certificate:
    return certificate_for("IP:127.0.0.1")


@pytest.fixture(scope="module")
def other(certificate_for: Callable[[str], Certificate]) -> Certificate:
    return certificate_for("IP:127.0.0.1")


@pytest.fixture
def encrypted(emulator: Any, ours: Certificate) -> Iterator[Server]:
    with serving(forwarding(emulator.url), ours.context) as server:
        yield server


@pytest.mark.parametrize("kind", KINDS)
def test_the_certificate_is_checked_as_the_task_says(client: Client, encrypted: Server, ours: Certificate, other: Certificate, kind: str) -> None:
    def run(environ: dict[str, str], **options: Any) -> Outcome:
        encrypted.calls.clear()
        return client(kind, encrypted.url, environ, **options)

    for variable in VARIABLES:
        # What the environment says does not matter where the task says something.
        for environ in ({}, {variable: str(other.path)}):
            trusted = run(environ, ca_path=str(ours.path))
            assert not trusted.failed and encrypted.calls, trusted
            unchecked = run(environ, validate_certs=False)
            assert not unchecked.failed and "certificates are not checked" in unchecked.said, unchecked
        by_variable = run({variable: str(ours.path)})
        assert not by_variable.failed, by_variable
        refused = run({variable: str(ours.path)}, ca_path=str(other.path))
        assert refused.failed and "certificate" in refused.said and encrypted.calls == [], refused
    unknown = run({})
    assert unknown.failed and "certificate" in unknown.said and encrypted.calls == [], unknown


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_of_another_host_is_refused(client: Client, certificate_for: Callable[[str], Certificate], kind: str) -> None:
    theirs = certificate_for("DNS:other.example.com")
    with serving(forwarding(client.emulator.url), theirs.context) as server:
        refused = client(kind, server.url, {}, ca_path=str(theirs.path))

        assert refused.failed and "certificate" in refused.said and server.calls == [], refused


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", ["account", "account, write", "gateway", "gateway, write", "inventory", "invoke", "invoke, gateway"])
def test_a_redirect_to_another_host_carries_nothing(client: Client, kind: str, status: int) -> None:
    if kind == "inventory" and status != 302:
        pytest.skip("its connection is the account's, and a run takes a second")
    with serving(lambda call: Answer()) as foreign:
        elsewhere = foreign.url.replace("127.0.0.1", "localhost")
        with serving(lambda call: Answer(status, b"", {"Location": elsewhere + call.path})) as server:
            outcome = client(kind, server.url, {}, **({"follow_redirects": True} if kind.startswith("invoke") else {}))

    assert server.calls
    if kind.startswith("invoke"):
        # The user wants it followed. What says who calls stays here, and so does a body.
        assert foreign.calls or outcome.failed
        assert not [str(call) for call in foreign.calls for secret in SECRETS if secret in str(call)]
    else:
        assert outcome.failed and foreign.calls == [], outcome


def test_a_smoke_test_is_not_led_elsewhere(client: Client) -> None:
    with serving(lambda call: Answer()) as foreign:

        def answer(call: Call) -> Answer:
            return Answer(302, b"", {"Location": foreign.url}) if call.path.startswith("/function/") else forward(call)

        forward = forwarding(client.emulator.url)
        with serving(answer) as server:
            environ = {**client.emulator.env, **client.emulator.gateway_env, "OPENFAAS_URL": server.url, **BLANK}
            task = {"provider": "openfaas", "name": "f", "image": "team/echo:1", "smoke_test": {"headers": HEADER, "retries": 0}}
            result = InProcess(environ).module("e2e_faas_function", **task)

    assert result["failed"] and foreign.calls == [], result


@pytest.mark.parametrize("kind", ["account", "gateway", "inventory", "invoke, gateway"])
def test_a_line_that_is_not_encrypted_is_warned_of(client: Client, kind: str) -> None:
    forward = forwarding(client.emulator.url)
    with serving(lambda call: forward(call.at_the_server())) as proxy:
        across = client(kind, "http://server.example.com", {"HTTP_PROXY": proxy.url, "http_proxy": proxy.url})
        assert not across.failed and " is not https: " in " ".join(across.said.split()), across
        assert proxy.calls

    here = client(kind, client.emulator.url, {})
    assert not here.failed and "not https" not in here.said, here


@pytest.mark.parametrize("url", ["http://localhost:{port}/function/f", "https://127.0.0.1:{port}/function/f", "http://127.0.0.1:{other}/function/f"])
def test_the_gateway_s_credentials_go_to_no_other_server(client: Client, url: str) -> None:
    with serving(lambda call: Answer()) as foreign:
        task = {"provider": "openfaas", "send_gateway_credentials": True, "body": "hi"}
        port, other = client.emulator.url.rpartition(":")[2], foreign.url.rpartition(":")[2]
        client.emulator.clear_requests()
        environ = {**client.emulator.env, **client.emulator.gateway_env, **BLANK}
        result = InProcess(environ).module("e2e_faas_invoke", url=url.format(port=port, other=other), **task)

    assert result["failed"] and foreign.calls == [] and client.emulator.requests() == [], result
    assert "send_gateway_credentials" in result["msg"]
