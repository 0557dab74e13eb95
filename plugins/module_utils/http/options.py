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


def tls_verification(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> bool | str:
    """Whether and how TLS certificates are checked, as ``requests`` takes it with each request.

    Given with a session only, ``requests`` would let the variables win over it.

    :raises InputError: ``ca_path`` names nothing that exists.
    :raises ConfigurationError: the same for the variable that stands in for it.
    """
    if not options["validate_certs"]:
        return False
    path = options["ca_path"]
    if path and not os.path.exists(path):
        raise InputError(f"ca_path: {path} does not exist.")
    if path:
        return str(path)
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
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
