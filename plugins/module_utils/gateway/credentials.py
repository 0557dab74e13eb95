# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which OpenFaaS gateway a task talks to, and with which credentials.

Credentials come from the options, then from ``OPENFAAS_*`` variables, then from what ``faas-cli login`` left.
"""

from __future__ import annotations

import base64
import binascii
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import NotYamlError, load_yaml
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConfigurationError

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
        """Whether credentials would cross a network unencrypted; the loopback does not count."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        return self.has_credentials and parts.scheme == "http" and host not in ("localhost", "::1") and not host.startswith("127.")


def _clean(value: t.Any) -> str | None:
    """Blank is unset: AWX injects an empty variable for an empty credential field."""
    text = "" if value is None else str(value).strip()
    return text or None


def _first(*values: t.Any) -> str | None:
    return next((text for value in values if (text := _clean(value)) is not None), None)


def _url(text: str) -> str:
    """The gateway's URL. Like faas-cli, a bare host means http."""
    whole = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(whole)
        usable = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError("gateway_url must be an http or https URL such as https://gateway.example.com, without a query.")
    if parts.username or parts.password:
        raise ConfigurationError("gateway_url must not hold a user or a password. Give them as gateway_username and gateway_password.")
    return whole.rstrip("/") + "/"


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
        token = _clean(login.get("token"))
        # faas-cli stores the URL in lower case and without a slash at its end.
        if token is None or str(login.get("gateway", "")).rstrip("/").lower() != url.rstrip("/").lower():
            continue
        if login.get("auth") != "basic":
            return {"token": token}
        try:
            username, colon, password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            colon = ""
        if not colon:
            raise ConfigurationError(f"The login for {url} in {path} is damaged. Log in again with faas-cli login.")
        return {"username": username, "password": password}
    return {}


def resolve_gateway(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str], home: Path) -> GatewayAccess:
    """Find the gateway and its credentials for one run. What the options say wins as a whole over the environment.

    :param options: module options ``gateway_url``, ``gateway_username``, ``gateway_password``, ``gateway_token`` and ``namespace``.
    :param environ: the process environment; empty variables count as unset.
    :param home: the home directory, below which the logins of faas-cli are looked for.
    :raises ConfigurationError: there is no URL, or something is malformed or unreadable.
    """
    text = _first(options.get("gateway_url"), environ.get("OPENFAAS_URL"))
    if text is None:
        raise ConfigurationError("Missing: the URL of the gateway. Give it as gateway_url or as the environment variable OPENFAAS_URL.")
    url = _url(text)
    namespace = _first(options.get("namespace")) or ""
    username = _first(options.get("gateway_username"), environ.get("OPENFAAS_USERNAME"))
    for token, password in (
        (options.get("gateway_token"), options.get("gateway_password")),
        (environ.get("OPENFAAS_TOKEN"), environ.get("OPENFAAS_PASSWORD")),
    ):
        if _clean(token) is not None:
            return GatewayAccess(url, token=_clean(token), namespace=namespace)
        if _clean(password) is not None:
            return GatewayAccess(url, username or DEFAULT_USERNAME, _clean(password), namespace=namespace)
    folder = _clean(environ.get("OPENFAAS_CONFIG"))
    found = _from_cli(url, Path(folder) / CLI_CONFIG.name if folder else home / CLI_CONFIG)
    return GatewayAccess(url, found.get("username"), found.get("password"), found.get("token"), namespace)
