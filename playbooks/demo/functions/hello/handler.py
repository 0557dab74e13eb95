# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Greets whoever calls: ?name=Asha"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

# The line to change when you want to see a diff.
GREETING = "Hello"

INDIA = timezone(timedelta(hours=5, minutes=30))


def handle(event, context):
    name = event.query.get("name", "world")
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "text/plain; charset=utf-8"},
        "body": f"{GREETING}, {name}! In India it is {datetime.now(INDIA):%H:%M}.",
    }
