# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a file, plain or in a form, and says what it got: the example of every "process an upload" tutorial."""
import hashlib
import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any


def describe(content: bytes, media_type: str) -> dict[str, Any]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "media_type": media_type}


def parts(content_type: str, content: bytes) -> dict[str, Any]:
    """The form's parts by their names; the body of a form is a MIME message without its head."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + content)
    found: dict[str, Any] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        payload = part.get_payload(decode=True)
        if part.get_filename():
            found[name] = {**describe(payload, part.get_content_type()), "filename": part.get_filename()}
        else:
            found[name] = payload.decode("utf-8")
    return found


def answer(status: int, content: Any) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(content)}


def handler(event, context):
    if event["httpMethod"] != "POST":
        return answer(405, {"error": "send the file with POST"})
    if event["body"] is None:
        return answer(400, {"error": "no file"})
    content_type = event["headers"].get("content-type", "application/octet-stream")
    if content_type.startswith("multipart/form-data"):
        return answer(200, parts(content_type, event["rawBody"]))
    return answer(200, describe(event["rawBody"], content_type))
