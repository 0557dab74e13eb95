# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers with bytes: a picture, and a text that is compressed already."""
import asyncio
import base64
import gzip

from pictures.png import square

# One for the whole process, as the client of a database would be: it belongs to the event loop of its first use.
ONE_AT_A_TIME = asyncio.Lock()


async def drawn(side, colour):
    async with ONE_AT_A_TIME:
        await asyncio.sleep(0)
        return square(side, colour)


async def handler(event, context):
    query = event["queryStringParameters"] or {}
    if event["path"] == "/square.png":
        # Two at once, so that the lock is really waited for.
        pictures = await asyncio.gather(drawn(int(query.get("side", "4")), (255, 0, 0)), drawn(1, (0, 0, 0)))
        return {
            "statusCode": 200,
            "headers": {"Content-Type": "image/png", "Cache-Control": "max-age=60"},
            "body": base64.b64encode(pictures[0]).decode("ascii"),
            "isBase64Encoded": True,
        }
    if event["path"] == "/report.txt":
        packed = gzip.compress("नमस्ते, report\n".encode("utf-8") * 100)
        return {
            "statusCode": 200,
            "headers": {"Content-Type": "text/plain; charset=utf-8", "Content-Encoding": "gzip"},
            "body": base64.b64encode(packed).decode("ascii"),
            "isBase64Encoded": True,
        }
    if event["path"] == "/copy":
        # The event's pair of fields is the answer's pair of fields.
        return {
            "statusCode": 200,
            "headers": {"Content-Type": event["headers"]["content-type"]},
            "body": event["body"],
            "isBase64Encoded": event["isBase64Encoded"],
        }
    return {"statusCode": 404, "body": "no such picture"}
