# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tax rates, read from the data file that is deployed with the code."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

RATES = json.loads((Path(__file__).parent / "rates.json").read_text(encoding="utf-8"), parse_int=Decimal)


class UnknownCategory(Exception):
    """An item of a category that has no tax rate."""


def rate(category):
    """The tax rate of a category in percent."""
    try:
        return RATES[category]
    except KeyError:
        raise UnknownCategory(f"no tax rate for {category!r}, only for {', '.join(sorted(RATES))}") from None
