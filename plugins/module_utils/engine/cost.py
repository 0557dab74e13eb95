# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a change adds to the bill, or saves: before, after, and the difference. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError

# What the vendor's client turns monthly prices into hourly ones with (reference H.41).
HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Price:
    """Amounts of a currency; ``None`` for what the API does not tell."""

    per_hour: float | None = None
    per_month: float | None = None
    currency: str | None = None

    @classmethod
    def told(cls, per_hour: float | None, per_month: float | None, currency: str | None) -> Price:
        """A price that may be told for an hour or a month alone: the other amount follows from it, so that it can be added to those that have both."""
        if per_hour is None and per_month is not None:
            per_hour = per_month / HOURS_A_MONTH
        elif per_month is None and per_hour is not None:
            per_month = per_hour * HOURS_A_MONTH
        return cls(per_hour, per_month, currency)

    def as_dict(self) -> dict[str, float | None]:
        """As modules return it. Amounts are rounded: prices are sums of binary fractions."""
        return {"per_hour": _rounded(self.per_hour, 4), "per_month": _rounded(self.per_month, 2)}


#: The price of what is not there.
NOTHING = Price(0.0, 0.0)
#: The price of what the API has no price for.
UNKNOWN_PRICE = Price()


def _rounded(amount: float | None, digits: int) -> float | None:
    # Not -0.0, which shows.
    return None if amount is None else round(amount, digits) + 0.0


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


@dataclass(frozen=True)
class Cost:
    """What something costs before and after a change.

    :param stays: whether the change is none to the bill, which is also certain where the price is not known.
    """

    before: Price
    after: Price
    stays: bool = False

    @classmethod
    def same(cls, price: Price) -> Cost:
        """Of something that costs what it did."""
        return cls(price, price, stays=True)

    @property
    def change(self) -> Price:
        """What the change adds, below zero for what it saves."""
        if self.stays:
            return NOTHING
        currencies = {price.currency for price in (self.before, self.after)} - {None}
        if len(currencies) > 1:
            return UNKNOWN_PRICE
        return Price(_difference(self.before.per_hour, self.after.per_hour), _difference(self.before.per_month, self.after.per_month))

    def as_dict(self) -> dict[str, t.Any]:
        """As modules return it."""
        return _shown(self.before, self.after, self.change)


def _shown(before: Price, after: Price, change: Price) -> dict[str, t.Any]:
    return {
        "currency": after.currency or before.currency,
        "before": before.as_dict(),
        "after": after.as_dict(),
        "change": change.as_dict(),
        "is_known": change.per_hour is not None or change.per_month is not None,
    }


def total(costs: t.Sequence[Cost]) -> dict[str, t.Any]:
    """What several changes add to the bill together, as modules return it. What one of them does not tell is not told of all."""
    return _shown(*(_sum([getattr(cost, side) for cost in costs]) for side in ("before", "after", "change")))


def _sum(prices: t.Sequence[Price]) -> Price:
    currencies = {price.currency for price in prices} - {None}
    if len(currencies) > 1:
        return UNKNOWN_PRICE
    hours, months = ([getattr(price, unit) for price in prices] for unit in ("per_hour", "per_month"))
    return Price(None if None in hours else sum(hours), None if None in months else sum(months), next(iter(currencies), None))


def unpriced(action: str) -> Cost:
    """The cost of an action on what is billed and has no price that the API tells."""
    if action == "create":
        return Cost(NOTHING, UNKNOWN_PRICE)
    return Cost(UNKNOWN_PRICE, NOTHING) if action == "delete" else Cost.same(UNKNOWN_PRICE)


def price_told(ask: t.Callable[[], Price]) -> Price:
    """The answer to a question for a price. A bill that cannot be told is no reason to refuse a task."""
    try:
        return ask()
    except E2EError:
        return UNKNOWN_PRICE
