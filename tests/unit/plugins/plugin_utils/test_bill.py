# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sum of a play: what changed, once, in its currency; what has no price is named."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.bill import Bill


def result(per_month: float | None, *, changed: bool = True, currency: str | None = "INR", action: str = "created node web") -> dict[str, t.Any]:
    amounts = {"per_hour": None if per_month is None else per_month / 730, "per_month": per_month}
    return {"changed": changed, "actions": [action], "cost": {"currency": currency, "change": amounts, "is_known": per_month is not None}}


def test_what_changed_is_added_up() -> None:
    bill = Bill()
    bill.add(result(1460.0))
    for more in (result(730.0), result(-73.0), result(9.0, changed=False)):
        bill.add(more)
    bill.add({"changed": True, "msg": "of another collection"})
    bill.add({"changed": True, "cost": "of another collection"})
    assert bill.lines(predicted=True) == ["The bill would change by INR +2,117.00 a month (INR +2.9000 an hour), for 3 resources."]


def test_what_has_no_price_is_named() -> None:
    bill = Bill()
    bill.add(result(None, currency=None, action="reserved an IP"))
    assert bill.lines(predicted=False) == ["The bill changed by what is not known, because the API has no price: reserved an IP."]
    bill.add(result(-730.0, currency=None))
    assert bill.lines(predicted=False) == [
        "The bill changed by -730.00 a month (-1.0000 an hour), for 1 resource.",
        "Not in it, because the API has no price: reserved an IP.",
    ]


def test_half_a_price_is_none() -> None:
    bill = Bill()
    bill.add(result(730.0))
    half = result(-730.0, action="deleted node web")
    half["cost"]["change"]["per_month"] = None
    bill.add(half)
    assert bill.lines(predicted=False) == [
        "The bill changed by INR +730.00 a month (INR +1.0000 an hour), for 1 resource.",
        "Not in it, because the API has no price: deleted node web.",
    ]


def test_what_is_hidden_is_named() -> None:
    bill = Bill()
    for task in ("Make a node", "Make volumes", "Make volumes"):
        bill.add_hidden(task)
    assert bill.lines(predicted=True) == ["The bill would change by what is not known, because no_log hides the cost: Make a node; Make volumes (2 times)."]


def test_nothing_is_said_of_nothing() -> None:
    bill = Bill()
    bill.add(result(0.0))
    assert bill.lines(predicted=False) == []
