# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small shop on the event dictionary, and `/event`, which shows what the platform hands over."""
import base64
import json
import os
from pathlib import Path

import tax
from shop import orders
from shop.errors import OrderError

PRICES = json.loads((Path(__file__).parent / "data" / "prices.json").read_text(encoding="utf-8"))


def answer(status, content, **headers):
    return {"statusCode": status, "headers": {"Content-Type": "application/json", **headers}, "body": json.dumps(content)}


def shown(event):
    """The event as JSON; bytes as base64, beside the name of their type."""
    raw = event["rawBody"]
    rest = {name: value for name, value in event.items() if name != "rawBody"}
    return {**rest, "rawBody": base64.b64encode(raw).decode("ascii"), "typeOfRawBody": type(raw).__name__, "typeOfEvent": type(event).__name__}


def handler(event, context):
    path = event["path"]
    if path == "/event" or path.startswith("/event/"):
        return answer(200, shown(event))
    if path == "/greeting":
        return answer(200, {"greeting": os.environ["GREETING"], "missing": os.environ.get("NEVER_SET")})
    if path == "/prices":
        return answer(200, PRICES)
    if path == "/orders":
        try:
            order = orders.read(event["body"])
        except OrderError as error:
            return answer(400, {"error": str(error)})
        total = orders.total(order, PRICES)
        return answer(201, {"total": total, "with_tax": tax.added(total)}, Location=f"/orders/{order['id']}")
    if path == "/cookies":
        # The proxy form's way to say one header twice.
        return {"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": "two cookies"}
    if path == "/nothing":
        return {"statusCode": 204}
    if path == "/crash":
        raise RuntimeError("the secret ingredient is 42")
    if path == "/text":
        return "just a text"
    if path == "/without-status":
        return {"body": "no status"}
    return answer(404, {"error": f"no {path} here"})
