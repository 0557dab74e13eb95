# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prices as the API writes them: numbers of the catalogs, and the words that a node carries (reference C.1, D.4, E). Pure."""

from __future__ import annotations

import math
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import UNKNOWN_PRICE, Price

# The form is the emulator's own (reference E says only that it is a text), so anything with a number before the time is taken.
_AMOUNT = r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*(?:/|per\b|an?\b)?\s*"
_PER_HOUR = re.compile(_AMOUNT + r"(?:hour|hr)", re.IGNORECASE)
_PER_MONTH = re.compile(_AMOUNT + r"month", re.IGNORECASE)
_CURRENCIES = (("INR", re.compile(r"\brs\b|\binr\b|₹", re.IGNORECASE)), ("USD", re.compile(r"\busd\b|\$", re.IGNORECASE)))


def amount(value: t.Any) -> float | None:
    """A finite number that may have come as a text; ``None`` for anything else."""
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    # JSON of Python knows NaN and Infinity, which no result can hold.
    return found if math.isfinite(found) else None


def price_in_words(text: str | None) -> Price:
    """The price in a text such as ``Rs. 3.5/Hour or Rs. 2555/Month``, as far as it says one."""
    if text is None:
        return UNKNOWN_PRICE
    found = (pattern.search(text) for pattern in (_PER_HOUR, _PER_MONTH))
    per_hour, per_month = (amount(match[1].replace(",", "")) if match else None for match in found)
    if per_hour is None and per_month is None:
        return UNKNOWN_PRICE
    return Price.told(per_hour, per_month, next((name for name, pattern in _CURRENCIES if pattern.search(text)), None))
