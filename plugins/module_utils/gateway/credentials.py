# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which OpenFaaS gateway a task talks to, and with which credentials.

Credentials come from the options, then from ``OPENFAAS_*`` variables, then from what ``faas-cli login`` left.
"""

from __future__ import annotations

import base64
import binascii
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import NotYamlError, load_yaml
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConfigurationError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import setting
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.urls import is_plain_http, server_url

# Where faas-cli keeps logins, relative to the home directory. OPENFAAS_CONFIG names another directory.
CLI_CONFIG = Path(".openfaas") / "config.yml"
# The user that a gateway has unless its operator chose another name, and faas-cli's default.
DEFAULT_USERNAME = "admin"


@dataclass(frozen=True)
class GatewayAccess:
    """A gateway and how to log in. Without username and token, requests carry no credentials.

    :param url: ends in a slash.
    :param namespace: empty for the gateway's default.
    """

    url: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    namespace: str = ""

    @property
    def has_credentials(self) -> bool:
        return self.token is not None or self.password is not None

    @property
    def is_plain_http(self) -> bool:
        """Whether credentials would cross a network unencrypted."""
        return self.has_credentials and is_plain_http(self.url)


def _first(*found: tuple[str, t.Any]) -> str | None:
    """The first setting that is not blank, of those that are given with their names."""
    return next((text for name, value in found if (text := setting(name, value)) is not None), None)


def _with_scheme(text: str) -> str:
    """Like for faas-cli, a bare host means http."""
    return text if "://" in text else f"http://{text}"


def _url(text: str) -> str:
    return server_url("gateway_url", _with_scheme(text), example="https://gateway.example.com", instead="gateway_username and gateway_password")


def _sendable(name: str, token: str) -> str:
    if not re.fullmatch(r"[!-~]+", token):
        raise ConfigurationError(f"{name} holds a space or another character that no token has. Copy it again.")
    return token


def _cli_logins(path: Path) -> list[dict[str, t.Any]]:
    try:
        text = read_text(path)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(f"Cannot read the config file {path}: {reason}.") from None
    try:
        document = load_yaml(text, f"to read the logins of faas-cli in {path}")
    except NotYamlError as error:
        raise ConfigurationError(f"Cannot read the config file {path}: it {error}.") from None
    logins = document.get("auths") if isinstance(document, dict) else None
    return [login for login in logins if isinstance(login, dict)] if isinstance(logins, list) else []


def _from_cli(url: str, path: Path) -> dict[str, str]:
    for login in _cli_logins(path):
        token = setting(f"The token in {path}", login.get("token"))
        # faas-cli stores the URL in lower case and without a slash at its end.
        if token is None or not _same_server(str(login.get("gateway", "")), url):
            continue
        if login.get("auth") != "basic":
            return {"token": _sendable(f"The token in {path}", token)}
        try:
            username, colon, password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            colon = ""
        if not colon:
            raise ConfigurationError(f"The login for {url} in {path} is damaged. Log in again with faas-cli login.")
        return {"username": username, "password": password}
    return {}


def namespace_of(options: t.Mapping[str, t.Any]) -> str:
    """The namespace that the options name; empty for the gateway's default."""
    return _first(("namespace", options.get("namespace"))) or ""


def _same_server(one: str, other: str) -> bool:
    return one.rstrip("/").lower() == other.rstrip("/").lower()


def _without_login(environ: t.Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in ("OPENFAAS_USERNAME", "OPENFAAS_PASSWORD", "OPENFAAS_TOKEN")}


def resolve_gateway(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str], home: Path) -> GatewayAccess:
    """Find the gateway and its credentials for one run. What the options say wins as a whole over the environment.

    A user and a password or token in the environment belong to ``OPENFAAS_URL`` where that is set, and no other gateway gets them.

    :param options: module options ``gateway_url``, ``gateway_username``, ``gateway_password``, ``gateway_token`` and ``namespace``.
    :param environ: the process environment; empty variables count as unset.
    :param home: the home directory, below which the logins of faas-cli are looked for.
    :raises ConfigurationError: there is no URL, or something is malformed or unreadable.
    """
    text = _first(("gateway_url", options.get("gateway_url")), ("OPENFAAS_URL", environ.get("OPENFAAS_URL")))
    if text is None:
        raise ConfigurationError("Missing: the URL of the gateway. Give it as gateway_url or as the environment variable OPENFAAS_URL.")
    url = _url(text)
    theirs = _first(("OPENFAAS_URL", environ.get("OPENFAAS_URL")))
    # As it is written: one that is no URL is nobody's gateway, and no reason to fail where another one is named.
    if theirs is not None and not _same_server(url, _with_scheme(theirs)):
        environ = _without_login(environ)
    namespace = namespace_of(options)
    username = _first(("gateway_username", options.get("gateway_username")), ("OPENFAAS_USERNAME", environ.get("OPENFAAS_USERNAME")))
    if username is not None and ":" in username:
        # RFC 7617: the first colon ends the name.
        raise ConfigurationError("gateway_username cannot hold a colon.")
    for source, names in ((options, ("gateway_token", "gateway_password")), (environ, ("OPENFAAS_TOKEN", "OPENFAAS_PASSWORD"))):
        token, password = (setting(name, source.get(name)) for name in names)
        if token is not None:
            return GatewayAccess(url, token=_sendable(names[0], token), namespace=namespace)
        if password is not None:
            return GatewayAccess(url, username or DEFAULT_USERNAME, password, namespace=namespace)
    folder = _first(("OPENFAAS_CONFIG", environ.get("OPENFAAS_CONFIG")))
    found = _from_cli(url, Path(folder) / CLI_CONFIG.name if folder else home / CLI_CONFIG)
    return GatewayAccess(url, found.get("username"), found.get("password"), found.get("token"), namespace)
