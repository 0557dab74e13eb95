# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several changes cost together."""

from __future__ import annotations

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import NOTHING, UNKNOWN_PRICE, Cost, Price, total

NODE = Price(3.1, 2263.0, "INR")


def test_what_is_told_of_all_is_told_of_the_whole() -> None:
    made, gone = Cost(NOTHING, NODE), Cost(Price(1.05, 766.5, "INR"), NOTHING)
    assert total([made]) == made.as_dict()
    whole = total([made, made, gone])
    assert (whole["currency"], whole["is_known"]) == ("INR", True)
    assert [whole[side]["per_hour"] for side in ("before", "after", "change")] == [1.05, 6.2, 5.15]
    assert whole["change"]["per_month"] == 3759.5


def test_what_stays_costs_nothing_more_though_its_price_is_not_told() -> None:
    whole = total([Cost(NOTHING, NODE), Cost.same(UNKNOWN_PRICE)])
    assert (whole["change"]["per_hour"], whole["after"]["per_hour"], whole["is_known"]) == (3.1, None, True)


def test_what_one_does_not_tell_and_several_currencies_are_not_added() -> None:
    for other in (UNKNOWN_PRICE, Price(1.0, 1.0, "USD")):
        assert total([Cost(NOTHING, NODE), Cost(NOTHING, other)])["after"] == {"per_hour": None, "per_month": None}
    assert total([Cost(NOTHING, NODE), Cost(NOTHING, UNKNOWN_PRICE)])["is_known"] is False
