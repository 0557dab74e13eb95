# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders: the body of a request, read and added up."""
import json

from .errors import OrderError


def read(body):
    if body is None:
        raise OrderError("an order needs a body")
    try:
        order = json.loads(body)
    except ValueError:
        raise OrderError("an order is JSON") from None
    if not isinstance(order, dict) or "items" not in order:
        raise OrderError("an order has items")
    return order


def total(order, prices):
    return sum(prices[name] * count for name, count in order["items"].items())
