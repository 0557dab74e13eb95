# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that come from a file, of which a gateway must not get credentials that belong to another one."""

from __future__ import annotations

import pathlib
import types
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils import module as module_under_test
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway import transport as gateway_transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import GatewayAccess
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import CloudModule, gateway_spec
from ansible_collections.e2enetworks.cloud.tests.unit.plugins import harness

FILE = "http://gateway.of.the.file"
SECRETS = {"OPENFAAS_USERNAME": "somebody", "OPENFAAS_PASSWORD": "pass-of-another", "OPENFAAS_TOKEN": ""}
LOGIN = "auths: [{gateway: 'http://gateway.of.the.file', auth: basic, token: bWU6bXktbG9naW4=}]\n"


def access_of(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], options: dict[str, t.Any], url: str | None = FILE) -> GatewayAccess:
    """Where a task connects to, after a file has named a gateway."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    made: list[GatewayAccess] = []
    monkeypatch.setattr(gateway_transport, "GatewayTransport", lambda access, **settings: made.append(access))

    def body(module: CloudModule) -> None:
        # An option that the task gave wins over the file.
        module.use_params({**module.params, "gateway_url": module.params["gateway_url"] or url})
        assert module.gateway is None

    stub = types.ModuleType("stub")
    stub.RETURN = "{}"  # type: ignore[attr-defined]
    stub.main = lambda: module_under_test.run_module({}, body, connection=gateway_spec)  # type: ignore[attr-defined]
    stub.run_module = module_under_test.run_module  # type: ignore[attr-defined]
    assert not harness.run_module(stub, options).failed
    (access,) = made
    return access


@pytest.mark.parametrize("blank", [{}, {"OPENFAAS_URL": ""}, {"OPENFAAS_URL": "  "}])
def test_the_gateway_of_a_file_gets_no_credentials_of_the_environment(monkeypatch: pytest.MonkeyPatch, home: pathlib.Path, blank: dict[str, str]) -> None:
    access = access_of(monkeypatch, {**SECRETS, **blank}, {})
    assert (access.url, access.has_credentials) == (f"{FILE}/", False)

    token = access_of(monkeypatch, {**blank, "OPENFAAS_TOKEN": "token-of-another"}, {})
    assert (token.url, token.has_credentials) == (f"{FILE}/", False)


def test_it_gets_what_the_task_gives(monkeypatch: pytest.MonkeyPatch, home: pathlib.Path) -> None:
    access = access_of(monkeypatch, SECRETS, {"gateway_password": "given-by-the-task"})
    assert (access.url, access.username, access.password) == (f"{FILE}/", "admin", "given-by-the-task")


def test_it_gets_its_own_login(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    (tmp_path / "config.yml").write_text(LOGIN, encoding="utf-8")
    access = access_of(monkeypatch, {**SECRETS, "OPENFAAS_CONFIG": str(tmp_path)}, {})
    assert (access.username, access.password) == ("me", "my-login")


def test_the_environment_names_another_gateway(monkeypatch: pytest.MonkeyPatch, home: pathlib.Path) -> None:
    access = access_of(monkeypatch, {**SECRETS, "OPENFAAS_URL": "http://127.0.0.1:1"}, {})
    assert (access.url, access.username, access.password) == ("http://127.0.0.1:1/", "somebody", "pass-of-another")


@pytest.mark.parametrize("url", [FILE, None])
def test_the_task_names_another_gateway(monkeypatch: pytest.MonkeyPatch, home: pathlib.Path, url: str | None) -> None:
    access = access_of(monkeypatch, SECRETS, {"gateway_url": "http://127.0.0.1:1"}, url)
    assert (access.url, access.password) == ("http://127.0.0.1:1/", "pass-of-another")
