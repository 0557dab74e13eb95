# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of servers: which may be used, which are one server, and how a message shows one. Pure."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from urllib.parse import urlsplit

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConfigurationError

_PORTS = {"http": 80, "https": 443}


class Origin(t.NamedTuple):
    """What is one server to a client (RFC 6454): credentials for one are for no other."""

    scheme: str
    host: str
    port: int | None


def origin(url: str) -> Origin:
    """The server that a URL leads to.

    :raises ValueError: it is no URL.
    """
    parts = urlsplit(url)
    return Origin(parts.scheme, parts.hostname or "", _PORTS.get(parts.scheme) if parts.port is None else parts.port)


def is_plain_http(url: str) -> bool:
    """Whether a call crosses a network unencrypted; what stays on this machine does not count."""
    server = origin(url)
    return server.scheme == "http" and not _is_loopback(server.host)


def _is_loopback(host: str) -> bool:
    # RFC 6761 keeps localhost for it. Any other name leads where a name server says, whatever it looks like.
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def server_url(option: str, text: str, *, example: str, instead: str) -> str:
    """The base URL of a server as a user gave it, with a slash at its end.

    :param example: one that is right.
    :param instead: the options for credentials, which do not belong into a URL.
    :raises ConfigurationError: it cannot be used. The message repeats nothing that can be secret.
    """
    if "@" in text:
        raise ConfigurationError(f"{option} must not hold a user or a password. Give them as {instead}.")
    if not _is_usable(text):
        # A query or a fragment can hold a token.
        shown = re.split(r"[?#]", text)[0]
        raise ConfigurationError(f"{option} must be an http or https URL such as {example}, without a query; got {shown!a}.")
    return text.rstrip("/") + "/"


def _is_usable(text: str) -> bool:
    try:
        server = origin(text)
        server.host.encode("idna")
    except ValueError:
        return False
    return server.scheme in _PORTS and bool(server.host) and server.port != 0 and not re.search(r"[\s?#\\]", text) and text.isprintable()


def without_secrets(url: str) -> str:
    """A URL for a message, without user, password, query and fragment."""
    return re.sub(r"^([a-zA-Z][a-zA-Z0-9+.-]*://|//)[^/]*@", r"\1", re.split(r"[?#]", url)[0])
