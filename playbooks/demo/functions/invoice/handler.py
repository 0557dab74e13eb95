# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes an order as JSON and returns the invoice, tax included."""

from __future__ import annotations

import json
import os

from billing.invoice import make_invoice
from billing.rates import UnknownCategory


def handle(event, context):
    try:
        order = json.loads(event.body)
        invoice = make_invoice(order, seller=os.environ.get("SELLER", "Demo Traders"))
    except (ValueError, KeyError, TypeError) as error:
        return answer(400, {"error": f"not an order: {error}"})
    except UnknownCategory as error:
        return answer(422, {"error": str(error)})
    return answer(200, invoice)


def answer(status, value):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(value, ensure_ascii=False)}
