# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes an order as JSON and returns the invoice, tax included."""

from __future__ import annotations

import base64
import json
import os

from billing.invoice import make_invoice
from billing.rates import UnknownCategory


def handler(event, context):
    try:
        order = json.loads(text_of(event))
        invoice = make_invoice(order, seller=os.environ.get("SELLER", "Demo Traders"))
    except (ValueError, KeyError, TypeError) as error:
        return answer(400, {"error": f"not an order: {error}"})
    except UnknownCategory as error:
        return answer(422, {"error": str(error)})
    return answer(200, invoice)


def text_of(event):
    """The body as text; the platform hands over what is not text in base64."""
    body = event["body"] or ""
    return base64.b64decode(body).decode() if event["isBase64Encoded"] else body


def answer(status, value):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(value, ensure_ascii=False)}
