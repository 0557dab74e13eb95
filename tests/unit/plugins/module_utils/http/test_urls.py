# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConfigurationError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.urls import is_plain_http, origin, server_url, without_secrets


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://gateway.example.com/", True),
        ("http://127.example.com/", True),
        ("http://127.0.0.1.example.com/", True),
        ("http://localhost.example.com/", True),
        ("http://127.0.0.1:8080/", False),
        ("http://127.1.2.3/", False),
        ("http://[::1]:8080/", False),
        ("http://localhost/", False),
        ("http://hello.functions.localhost:8480/", False),
        ("https://gateway.example.com/", False),
    ],
)
def test_only_this_machine_is_reached_without_a_network(url: str, plain: bool) -> None:
    assert is_plain_http(url) is plain


def test_a_port_that_is_left_out_is_the_one_of_the_scheme() -> None:
    assert origin("https://Host.example/a") == origin("https://host.example:443/b?c")
    assert origin("http://host.example") != origin("https://host.example") != origin("https://host.example:8443")
    assert origin("http://host.example:0") != origin("http://host.example")


@pytest.mark.parametrize("text", ["https://user:CANARY@host.example/", "https://CANARY@host.example", "//CANARY@host.example"])
def test_a_url_with_a_user_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigurationError, match="gateway_url must not hold a user or a password. Give them as gateway_token") as caught:
        server_url("gateway_url", text, example="https://host.example", instead="gateway_token")
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["https://host.example/?token=CANARY", "https://host.example/#CANARY", "http://[::1/?x=CANARY"]
    + ["https://ho st/", "https://h:99999/", "https://", "ftp://h/"],
)
def test_what_is_no_address_of_a_server(text: str) -> None:
    with pytest.raises(ConfigurationError, match="^api_endpoint must be an http or https URL such as https://host.example, without a query; got ") as caught:
        server_url("api_endpoint", text, example="https://host.example", instead="api_key")
    assert "CANARY" not in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@host/a?token=b#c", "https://host/a"),
        ("https://host/a@b", "https://host/a@b"),
        ("https://host:8080/a", "https://host:8080/a"),
        ("host/a?b@c", "host/a"),
    ],
)
def test_a_url_for_a_message(url: str, shown: str) -> None:
    assert without_secrets(url) == shown
