# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The window of a log that a task reads: from when, and how many lines. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.moments import read_moment

_SPAN = re.compile(r"(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_SPAN_UNITS = ("days", "hours", "minutes", "seconds")


def since_moment(text: str, now: datetime) -> str:
    """The start of the window as RFC 3339 in UTC, which is what a gateway takes.

    :param text: a moment in RFC 3339, or a span before now such as ``30m`` or ``1h30m``.
    :raises InputError: it is neither.
    """
    span = _SPAN.fullmatch(text.strip())
    try:
        if span:
            moment = now - timedelta(**{unit: int(number) for unit, number in zip(_SPAN_UNITS, span.groups()) if number})
        else:
            moment = read_moment(text)
            if moment.tzinfo is None:
                raise ValueError
        return moment.astimezone(timezone.utc).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError):
        raise InputError(f"since: {text!r} is neither a span such as 30m or 1h30m nor a moment such as 2026-01-31T12:00:00Z.") from None
