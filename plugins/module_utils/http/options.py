# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the common options say about a connection, for modules and for plugins (fragment ``e2enetworks.cloud.connection``)."""

from __future__ import annotations

import importlib.util
import math
import os
import re
import typing as t
from urllib.parse import unquote, urlsplit

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConfigurationError, InputError, MissingLibraryError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import BasicAuth

#: About 11 days. Beyond 24 days a socket refuses a time limit.
LONGEST_SECONDS = 1_000_000.0

#: What the variables of the two kinds of servers begin with: the account's and a gateway's.
Prefix = t.Literal["E2E", "OPENFAAS"]

_YES = ("true", "yes", "on", "1")
_NO = ("false", "no", "off", "0")

#: What is said once when certificates are not checked.
UNCHECKED = "validate_certs is false: TLS certificates are not checked, so whoever stands in between can read and change what is sent."


def setting(name: str, value: t.Any) -> str | None:
    """A setting of a connection as a text. Blank is unset: AWX injects an empty variable for an empty credential field.

    :param name: the option or the environment variable that it comes from.
    :raises ConfigurationError: no server can be sent such a text. The message does not repeat it, because it can be secret.
    """
    text = "" if value is None else str(value).strip()
    if re.search("[\ud800-\udfff]", text):
        raise ConfigurationError(f"{name} holds bytes that are not UTF-8. Set it again, in UTF-8.")
    if re.search(r"[\x00-\x1f\x7f-\x9f]", text):
        raise ConfigurationError(f"{name} holds a line break or another control character. Copy it again.")
    return text or None


def positive(options: t.Mapping[str, t.Any], name: str) -> float:
    """The seconds of an option.

    :raises InputError: they are not more than 0, or more than an operating system takes for a time limit.
    """
    value = float(options[name])
    if math.isnan(value) or value > LONGEST_SECONDS:
        raise InputError(f"{name} must be at most {LONGEST_SECONDS:,.0f} seconds; got {value:g}.")
    if value <= 0:
        raise InputError(f"{name} must be more than 0 seconds; got {value:g}.")
    return value


def checks_certificates(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str], prefix: Prefix) -> bool:
    """Whether TLS certificates are checked: ``validate_certs``, or else the variable of the server's kind, or else yes.

    :raises ConfigurationError: the variable is neither yes nor no. It is not guessed, because the one is a risk and the other a failure.
    """
    if options["validate_certs"] is not None:
        return bool(options["validate_certs"])
    variable = f"{prefix}_VALIDATE_CERTS"
    text = setting(variable, environ.get(variable))
    word = "true" if text is None else text.lower()
    if word not in (*_YES, *_NO):
        raise ConfigurationError(f"{variable} must be true or false; got {text!r}.")
    return word in _YES


def tls_verification(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str], prefix: Prefix) -> bool | str:
    """Whether and how TLS certificates are checked, as ``requests`` takes it with each request.

    Given with a session only, ``requests`` would let its own variables win over it.

    :param prefix: of the variables for this kind of server, so that what is allowed of a gateway is not allowed of the account.
    :raises InputError: ``ca_path`` names nothing that exists.
    :raises ConfigurationError: the same for a variable that stands in for it, or one is malformed.
    """
    if not checks_certificates(options, environ, prefix):
        return False
    path = options["ca_path"]
    if path and not os.path.exists(path):
        raise InputError(f"ca_path: {path} does not exist.")
    if path:
        return str(path)
    for variable in (f"{prefix}_CA_PATH", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        bundle = setting(variable, environ.get(variable))
        if bundle is not None and not os.path.exists(bundle):
            raise ConfigurationError(f"{variable}: {bundle} does not exist. Unset the variable, or give ca_path.")
        if bundle is not None:
            return bundle
    return True


def environment_proxies(requests: t.Any, url: str) -> dict[str, str]:
    """The proxies that the environment names for a URL, by scheme, as ``requests`` takes them."""
    try:
        return dict(requests.utils.get_environ_proxies(url))
    except ValueError:
        # The URL is none, which the call will say.
        return {}


def check_proxy(requests: t.Any, url: str, proxies: t.Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Look at the proxy that the environment names for a URL.

    :param proxies: those of the environment, where they are known.
    :returns: what is secret of it.
    :raises ConfigurationError: it cannot be used. The message does not repeat it, because it can hold a password.
    """
    try:
        proxy = requests.utils.select_proxy(url, environment_proxies(requests, url) if proxies is None else proxies)
    except ValueError:
        # The URL is none, which the call will say.
        return ()
    if not proxy:
        return ()
    whole = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(whole)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(
            f"The proxy that the environment names for {urlsplit(url).scheme} has no usable URL. It has to look like http://proxy.example.com:3128."
        )
    if parts.scheme.startswith("socks") and importlib.util.find_spec("socks") is None:
        raise MissingLibraryError("PySocks", "for the SOCKS proxy that the environment names")
    password = unquote(parts.password or "")
    return (password, BasicAuth(unquote(parts.username or ""), password).encoded) if password else ()
