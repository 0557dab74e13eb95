# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation names `init()` as the place of settings such as those of CORS; without its form, this one sets up only our own things."""
import json

STATE = {"starts": 0, "calls": 0}


def init():
    STATE["starts"] += 1


def handler(event, context):
    STATE["calls"] += 1
    return {"statusCode": 200, "body": json.dumps({"starts": STATE["starts"]})}
