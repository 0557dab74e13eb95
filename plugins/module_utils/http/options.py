# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the common options say about a connection, for modules and for plugins (fragment ``e2enetworks.cloud.connection``)."""

from __future__ import annotations

import math
import os
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

#: About 11 days. Beyond 24 days a socket refuses a time limit.
LONGEST_SECONDS = 1_000_000.0


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


def tls_verification(options: t.Mapping[str, t.Any]) -> bool | str:
    """Whether and how TLS certificates are checked, as ``requests`` takes it.

    :raises InputError: ``ca_path`` names nothing that exists.
    """
    if not options["validate_certs"]:
        return False
    path = options["ca_path"]
    if path and not os.path.exists(path):
        raise InputError(f"ca_path: {path} does not exist.")
    return path or True
