# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moments as logs and people write them. Pure."""

from __future__ import annotations

import re
from datetime import datetime

# Up to Python 3.10 datetime.fromisoformat reads only what isoformat writes.
_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d)(?:[.,](\d+))?(?:(Z)|([+-]\d\d):?(\d\d))?", re.ASCII)


def read_moment(text: str) -> datetime:
    """A moment in RFC 3339 or one of the forms of ISO 8601 near to it, to the microsecond; without a zone if it names none.

    :raises ValueError: it is none.
    """
    found = _RFC_3339.fullmatch(text.strip())
    if found is None:
        return datetime.fromisoformat(text.strip())
    to_the_second, fraction, utc, hours, minutes = found.groups()
    zone = "+00:00" if utc else f"{hours}:{minutes}" if hours else ""
    return datetime.fromisoformat(f"{to_the_second}.{(fraction or '0')[:6]:0<6}{zone}")
