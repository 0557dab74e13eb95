# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an order to an invoice."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from slugify import slugify

from .rates import rate

PAISA = Decimal("0.01")


def make_invoice(order, seller):
    """Add up the items of an order. Amounts are rupees."""
    net = tax = Decimal(0)
    for item in order["items"]:
        amount = Decimal(str(item["price"])) * int(item.get("quantity", 1))
        net += amount
        tax += amount * rate(item["category"]) / 100
    return {
        "seller": seller,
        "customer": order["customer"],
        "net": rupees(net),
        "tax": rupees(tax),
        "total": rupees(net + tax),
        "file": f"invoice-{slugify(order['customer'])}.pdf",
    }


def rupees(amount):
    """An amount with the digits grouped as in India: ₹ 1,23,456.70"""
    whole, paise = str(amount.quantize(PAISA, ROUND_HALF_UP)).split(".")
    head, tail = whole[:-3], whole[-3:]
    groups = [tail]
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return f"₹ {','.join(groups)}.{paise}"
