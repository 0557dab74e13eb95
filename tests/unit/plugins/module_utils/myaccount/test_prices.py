# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prices in words, whose form nobody has documented, and differences of prices."""

from __future__ import annotations

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import NOTHING, UNKNOWN_PRICE, Cost, Price
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.prices import price_in_words


@pytest.mark.parametrize(
    "text, price",
    [
        ("Rs. 3.5/Hour or Rs. 2555.0/Month", Price(3.5, 2555.0, "INR")),
        ("₹2,555 per month", Price(3.5, 2555.0, "INR")),
        ("$0.04 an hour", Price(0.04, 0.04 * 730, "USD")),
        ("3.1/hr", Price(3.1, 3.1 * 730, None)),
        ("Rs. 12", UNKNOWN_PRICE),
        ("free", UNKNOWN_PRICE),
        ("", UNKNOWN_PRICE),
        (None, UNKNOWN_PRICE),
    ],
)
def test_words(text: str | None, price: Price) -> None:
    assert price_in_words(text) == price


def test_a_difference_is_told_only_where_both_sides_are() -> None:
    assert Cost(Price(1.0, None, "INR"), Price(3.5, 10.0, "INR")).change == Price(2.5, None)
    assert Cost(Price(1.0, None, "INR"), Price(3.5, None, "USD")).change == UNKNOWN_PRICE
    assert Cost(UNKNOWN_PRICE, UNKNOWN_PRICE).change == UNKNOWN_PRICE
    assert Cost.same(UNKNOWN_PRICE).change == NOTHING
    shown = Cost(Price(0.1 + 0.2, None, "INR"), NOTHING).as_dict()
    assert (shown["before"], shown["change"], shown["currency"]) == ({"per_hour": 0.3, "per_month": None}, {"per_hour": -0.3, "per_month": None}, "INR")
