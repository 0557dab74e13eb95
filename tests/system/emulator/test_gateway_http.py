# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway's own doings: routes, credentials, a provider that is gone, faults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from gateway_api import Gateway

GUARDED = [
    ("GET", "system/info"),
    ("GET", "system/functions"),
    ("POST", "system/functions"),
    ("PUT", "system/functions"),
    ("DELETE", "system/functions"),
    ("GET", "system/function/f"),
    ("POST", "system/scale-function/f"),
    ("GET", "system/secrets"),
    ("POST", "system/secrets"),
    ("GET", "system/namespaces"),
    ("GET", "system/namespace/x"),
    ("GET", "system/logs"),
    ("GET", "ui/"),
]


@pytest.mark.parametrize("method, path", GUARDED)
@pytest.mark.parametrize("auth", [None, ("admin", "wrong"), ("root", "emulator-password")])
def test_credentials(faasd: Gateway, method: str, path: str, auth: Any) -> None:
    answer = faasd.call(method, path, auth=auth)
    assert (answer.status_code, answer.text) == (401, "invalid credentials")
    assert answer.headers["Www-Authenticate"] == 'Basic realm="Restricted"'
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Bearer emulator-token", "Basic YWRtaW4="])
def test_odd_credentials(faasd: Gateway, header: str) -> None:
    assert faasd.call("GET", "system/info", auth=None, headers={"Authorization": header}).status_code == 401


def test_credentials_of_ones_own(gateway_factory: Callable[..., Gateway]) -> None:
    own = gateway_factory(gateway_user="ops", gateway_password="with:colon")
    assert own.call("GET", "system/info").status_code == 401
    own.auth = ("ops", "with:colon")
    assert own.call("GET", "system/info").status_code == 200
    assert own.process.gateway_env == {"OPENFAAS_URL": own.url, "OPENFAAS_USERNAME": "ops", "OPENFAAS_PASSWORD": "with:colon"}


def test_health_needs_no_credentials(gateway: Gateway) -> None:
    answer = gateway.call("GET", "healthz", auth=None)
    assert (answer.status_code, answer.text) == (200, "")
    assert gateway.call("HEAD", "healthz", auth=None).status_code == 405


@pytest.mark.parametrize("path", ["system/nothing", "system/functions/", "system", "function/", "system/telemetry", "function", "system/function/a$b"])
def test_unknown_paths(gateway: Gateway, path: str) -> None:
    answer = gateway.call("GET", path)
    assert (answer.status_code, answer.text) == (404, "404 page not found\n")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "method, path",
    [("PATCH", "system/functions"), ("GET", "system/scale-function/f"), ("PUT", "system/logs"), ("GET", "async-function/f"), ("POST", "")],
)
def test_wrong_methods(gateway: Gateway, method: str, path: str) -> None:
    answer = gateway.call(method, path)
    assert (answer.status_code, answer.text) == (405, "")


def test_the_front_page(gateway: Gateway) -> None:
    answer = gateway.call("GET", "", auth=None)
    assert (answer.status_code, answer.headers["Location"]) == (307, "/ui/")


def test_info(gateway: Gateway) -> None:
    info = gateway.call("GET", "system/info").json()
    kubernetes = gateway.process.gateway_dialect == "kubernetes"
    assert (info["provider"]["provider"], info["provider"]["orchestration"]) == (("faas-netes-ce", "kubernetes") if kubernetes else ("faasd-ce", "containerd"))
    assert {"commit_message", "sha", "release"} == set(info["version"])
    assert info["arch"]


def test_the_last_release_under_the_mit_licence(mit_faasd: Gateway, mit_kubernetes: Gateway) -> None:
    for gateway, name in ((mit_faasd, "faasd"), (mit_kubernetes, "faas-netes-ce")):
        info = gateway.call("GET", "system/info").json()
        assert (info["provider"]["provider"], info["version"]["release"]) == (name, "0.27.4")
        assert gateway.call("GET", "", auth=None).status_code == 301
        gateway.deploy("f")
        assert gateway.invoke().headers["X-Served-By"] == "openfaas-community/0.27.4"


def test_the_envelope_stays_with_the_other_api(gateway: Gateway) -> None:
    assert gateway.call("GET", "nothing").json()["code"] == 404
    assert gateway.call("GET", "myaccount/api/v1/nothing/").json()["code"] == 404


def test_a_provider_that_is_down(gateway: Gateway) -> None:
    gateway.deploy("f")
    gateway.fault(action="provider_down", times=-1)
    for method, path in GUARDED:
        if path in ("system/info", "system/logs", "ui/"):
            continue
        answer = gateway.call(method, path)
        assert (answer.status_code, answer.text) == (502, ""), path
    assert gateway.call("GET", "healthz").status_code == 502
    assert gateway.invoke().status_code == 502
    info = gateway.call("GET", "system/info")
    assert (info.status_code, info.json()["provider"]) == (200, None)
    logs = gateway.call("GET", "system/logs?name=f")
    assert (logs.status_code, logs.text) == (500, "log request failed\n")
    assert gateway.call("GET", "system/functions", auth=None).status_code == 401
    gateway.process.clear_faults()
    assert [one["name"] for one in gateway.list()] == ["f"]


def test_the_list_crash(gateway: Gateway) -> None:
    gateway.fault(action="list_crash", times=-1)
    assert gateway.list() == []
    gateway.deploy("f")
    with pytest.raises(requests.exceptions.ConnectionError):
        gateway.list()
    assert gateway.get()["name"] == "f"
    assert gateway.process.requests()[-2]["status"] is None


@pytest.mark.parametrize("when, made", [("before", 404), ("after", 200)])
def test_faults_work_here_too(gateway: Gateway, when: str, made: int) -> None:
    gateway.fault(method="POST", path="system/functions", action="status", status=503, when=when)
    answer = gateway.create()
    assert (answer.status_code, answer.text) == (503, "The emulator was told to fail.")
    assert gateway.read().status_code == made
    gateway.fault(path="/function/*", action="status", status=500, body="boom")
    assert gateway.invoke().text == "boom"
    gateway.fault(action="reset", path="system/info")
    with pytest.raises(requests.exceptions.ConnectionError):
        gateway.call("GET", "system/info")


def test_requests_are_recorded_and_calls_counted_apart(gateway: Gateway) -> None:
    gateway.deploy("f")
    gateway.process.clear_requests()
    gateway.get()
    gateway.secret("POST", "s", "hidden")
    gateway.invoke()
    gateway.invoke("f.openfaas-fn")
    report = gateway.process.control("GET", "requests")
    assert [(one["method"], one["path"]) for one in report["requests"]] == [("GET", "/system/function/f"), ("POST", "/system/secrets")]
    assert report["invocations"] == {"f": 1, "f.openfaas-fn": 1}
    assert gateway.process.writes() == 1
    assert "hidden" not in str(report)


def test_reset_empties_the_gateway(gateway: Gateway) -> None:
    gateway.deploy_python()
    gateway.secret("POST", "s", "x")
    gateway.process.reset()
    held = gateway.process.gateway()
    assert (held["functions"], held["secrets"]) == ([], [])
    assert gateway.list() == []
    assert gateway.deploy_python()["availableReplicas"] == 1


def test_the_status_page(gateway: Gateway) -> None:
    gateway.deploy("f", "functions/echo")
    gateway.secret("POST", "token", "hidden-value")
    gateway.call("GET", "function/f.openfaas-fn/a")
    page = gateway.process.control("GET", "overview")
    assert page["gateway"]["dialect"] == gateway.process.gateway_dialect
    shown = page["gateway_functions"]["items"][0]
    assert (shown["name"], shown["status"], shown["image"], shown["available"]) == ("f", "running", "functions/echo", 1)
    assert [(call["method"], call["path"], call["status"]) for call in shown["last_calls"]] == [("GET", "/a", 200)]
    assert page["gateway_secrets"] == [{"name": "token", "namespace": "openfaas-fn"}] and "hidden-value" not in str(page)


@pytest.mark.parametrize("dialect", ["faasd", "kubernetes"])
def test_the_gateway_survives_a_restart(gateway_factory: Callable[..., Gateway], tmp_path: Path, dialect: str) -> None:
    state = tmp_path / "state.json"
    before = gateway_factory(dialect, state=state)
    before.secret("POST", "s", rawValue="AP8=")
    read = "import os\ndef handle(event, context):\n    return open(os.environ['E2E_EMULATOR_SECRETS'] + '/s', 'rb').read()\n"
    before.deploy_python(read, "f", secrets=["s"], envVars={"WHO": "me"}, limits={"memory": "256Mi"})
    before.create("lost", "missing/image")
    if dialect == "faasd":
        assert before.call("POST", "system/namespace/", json={"name": "dev", "labels": {"openfaas": "1"}}).status_code == 201
    found = before.get()
    assert state.stat().st_mode & 0o077 == 0
    before.process.restart()
    after = Gateway(before.process)
    assert after.until(after.get, lambda one: one.get("availableReplicas", 0) > 0) == found
    assert after.invoke().content == b"\x00\xff"
    assert after.value("s") == b"\x00\xff"
    assert ("dev" in after.call("GET", "system/namespaces").json()) == (dialect == "faasd")


@pytest.mark.parametrize(
    "gateway_part",
    ['[]', '{"functions": 5}', '{"functions": [{"name": "f"}]}', '{"secrets": [{"name": "s", "namespace": "n", "value": "hidden%"}]}', '{"namespaces": 5}'],
)
def test_a_state_file_that_is_none(gateway_factory: Callable[..., Gateway], tmp_path: Path, gateway_part: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(f'{{"gateway": {gateway_part}}}', encoding="utf-8")
    with pytest.raises(RuntimeError, match="the state file") as failure:
        gateway_factory(state=state)
    assert "Traceback" not in str(failure.value) and "hidden" not in str(failure.value)


def test_nothing_is_left_behind(gateway_factory: Callable[..., Gateway], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    own = gateway_factory()
    own.secret("POST", "s", "x")
    own.deploy_python(secrets=["s"])
    assert own.process.stop() == 0
    assert not list(tmp_path.iterdir())


def test_the_fixtures_of_other_tests(gateway_emulator: Any, faasd_emulator: Any, kubernetes_emulator: Any) -> None:
    assert gateway_emulator.gateway_dialect in ("faasd", "kubernetes")
    assert [Gateway(one).create().status_code for one in (faasd_emulator, kubernetes_emulator)] == [200, 202]
