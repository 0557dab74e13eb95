# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import requests
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConfigurationError, E2EError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import check_proxy, positive, setting, tls_verification


@pytest.mark.parametrize("value", ["a\nb", "tab\there", "nul\x00", "\udcff", "next\x85line"])
def test_a_setting_that_no_server_can_be_sent(value: str) -> None:
    with pytest.raises(ConfigurationError, match="^gateway_token holds ") as caught:
        setting("gateway_token", value)
    assert value not in str(caught.value)


@pytest.mark.parametrize(("value", "read"), [(None, None), ("", None), (" \n", None), (" a ", "a"), (7, "7"), ("pässword", "pässword")])
def test_settings(value: t.Any, read: str | None) -> None:
    assert setting("api_key", value) == read


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), 1e30])
def test_seconds_that_cannot_be_waited(value: float) -> None:
    with pytest.raises(InputError, match="^api_timeout must be (more than 0|at most 1,000,000) seconds; got "):
        positive({"api_timeout": value}, "api_timeout")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_task_wins_over_the_variables_of_requests(tmp_path: Path, variable: str) -> None:
    ours, theirs = tmp_path / "ours.pem", tmp_path / "theirs.pem"
    ours.touch()
    theirs.touch()
    environ = {variable: str(theirs)}
    assert tls_verification({"validate_certs": True, "ca_path": str(ours)}, environ, "E2E") == str(ours)
    assert tls_verification({"validate_certs": False, "ca_path": None}, environ, "E2E") is False
    assert tls_verification({"validate_certs": True, "ca_path": None}, environ, "E2E") == str(theirs)
    assert tls_verification({"validate_certs": True, "ca_path": None}, {}, "E2E") is True
    with pytest.raises(E2EError, match=f"^{variable}: .* does not exist"):
        tls_verification({"validate_certs": True, "ca_path": None}, {variable: str(tmp_path / "none.pem")}, "E2E")


@pytest.mark.parametrize(
    ("given", "variable", "checked"),
    [
        (None, None, True),
        (None, "", True),
        (None, " ", True),
        (None, "True", True),
        (None, "false", False),
        (None, "0\n", False),
        (True, "no", True),
        (False, "1", False),
    ],
)
def test_a_variable_stands_in_for_validate_certs(given: bool | None, variable: str | None, checked: bool) -> None:
    environ = {} if variable is None else {"OPENFAAS_VALIDATE_CERTS": variable}
    options = {"validate_certs": given, "ca_path": None}
    assert tls_verification(options, environ, "OPENFAAS") is checked
    assert tls_verification(options, environ, "E2E") is (given is not False), "what is allowed of a gateway is not allowed of the account"


def test_a_variable_that_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="^E2E_VALIDATE_CERTS must be true or false; got 'flase'"):
        tls_verification({"validate_certs": None, "ca_path": None}, {"E2E_VALIDATE_CERTS": "flase"}, "E2E")


def test_a_variable_stands_in_for_ca_path(tmp_path: Path) -> None:
    bundle = tmp_path / "gateway.pem"
    bundle.touch()
    environ, options = {"OPENFAAS_CA_PATH": str(bundle), "E2E_CA_PATH": ""}, {"validate_certs": None, "ca_path": None}
    assert tls_verification(options, environ, "OPENFAAS") == str(bundle)
    assert tls_verification(options, environ, "E2E") is True


def test_the_password_of_a_proxy_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:s%40cret@proxy.example:3128")
    assert check_proxy(requests, "https://api.example/")[0] == "s@cret"
    monkeypatch.setenv("HTTPS_PROXY", "http://me:CANARY@[::1")
    with pytest.raises(ConfigurationError, match="The proxy that the environment names for https has no usable URL") as caught:
        check_proxy(requests, "https://api.example/")
    assert "CANARY" not in str(caught.value)
