# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Header fields and queries that a task gives for a call of a function. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import environment_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.texts import texts

# What a field name of HTTP consists of (RFC 9110, 5.1).
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def header_fields(option: str, given: t.Mapping[str, t.Any] | None) -> dict[str, str]:
    """Header fields as texts that HTTP can carry.

    :param option: where they come from, to begin a message.
    :raises InputError: a name or value holds what a header cannot carry, or a value is a list or a dictionary.
    """
    headers = texts(option, given or {}) or {}
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or not value.isascii() or not (value.isprintable() or not value) or value != value.strip():
            # Without the value, which may be secret.
            raise InputError(
                f"{option}: the header {name!a} or its value holds a character that a header cannot carry there. Encode it, for example with urlencode."
            )
    return headers


def query_fields(option: str, given: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """The query of a URL: texts, and lists of texts for a name that comes several times.

    :raises InputError: a value is a dictionary.
    """
    lists = {str(name): value for name, value in (given or {}).items() if isinstance(value, list)}
    if wrong := sorted(name for name, value in lists.items() if any(isinstance(item, (dict, list)) for item in value)):
        raise InputError(f"{option}: the value of {wrong[0]} is a list that holds more than texts. Use to_json for structured values.")
    one = {name: value for name, value in (given or {}).items() if not isinstance(value, list) and value is not None}
    return {**(texts(option, one, "it has to be a text, or a list of texts") or {}), **{name: [*map(environment_text, value)] for name, value in lists.items()}}
