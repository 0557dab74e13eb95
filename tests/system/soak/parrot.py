# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server in front of an emulator that repeats what it hears: in which shape, in which kind of answer, and cut where is for the test to say."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from servers import Answer, Call, forwarding

# Where the collection cuts a text that it shows.
CUT = 600
#: How much of the target can stand before it.
SHOWN = 40


def _indented(text: str) -> str:
    head, _blank, body = text.rpartition("\n\n")
    try:
        return f"{head}\n\n{json.dumps(json.loads(body), indent=4)}"
    except ValueError:
        return textwrap.indent(text, "    ")


#: Each writes a text again as servers and programs do.
SHAPES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "one space": lambda text: re.sub(r"\s+", " ", text),
    "indented": _indented,
    "folded": lambda text: textwrap.fill(text, 70, break_long_words=False, break_on_hyphens=False),
    "JSON": json.dumps,
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "repr": repr,
    "repr of bytes": lambda text: repr(text.encode()),
    "URL": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "HTML": html.escape,
    "HTML of JSON": lambda text: html.escape(json.dumps(text)),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 in lines": lambda text: base64.encodebytes(text.encode()).decode(),
    "base64 of a URL": lambda text: base64.urlsafe_b64encode(b"x" + text.encode()).decode(),
}


def _json(status: int, content: object) -> Answer:
    return Answer(status, json.dumps(content).encode())


#: Each puts a text into an answer.
ANSWERS: dict[str, Callable[[str], Answer]] = {
    "a text": lambda text: Answer(400, text.encode(), {"Content-Type": "text/plain"}),
    "a text, 500": lambda text: Answer(500, text.encode(), {"Content-Type": "text/plain"}),
    "a page": lambda text: Answer(
        502, f"<!DOCTYPE html><html><head><title>{text}</title></head><body><p>{text}</p></body></html>".encode(), {"Content-Type": "text/html"}
    ),
    "an envelope": lambda text: _json(412, {"code": 412, "data": {}, "errors": text, "message": text}),
    "fields": lambda text: _json(400, {"code": 400, "data": {}, "errors": {"value": [text], "other": {text: text}}, "message": "Invalid"}),
    "a detail": lambda text: _json(403, {"detail": text}),
    "401": lambda text: _json(401, {"detail": text}),
    "a failure in a success": lambda text: _json(200, {"code": 422, "data": {}, "errors": text, "message": text}),
    "a success": lambda text: _json(200, {"code": 200, "data": {"id": 7, "name": text, "status": text}, "errors": {}, "message": text}),
    "a text, 200": lambda text: Answer(200, text.encode(), {"Content-Type": "text/plain"}),
    "a log": lambda text: Answer(
        200,
        "".join(json.dumps({"name": "f", "instance": "1", "timestamp": "2026-01-01T00:00:00Z", "text": line}) + "\n" for line in text.splitlines()).encode(),
        {"Content-Type": "application/x-ndjson"},
    ),
}


@dataclass
class Parrot:
    """What the server does: forward to ``behind``, but repeat the calls for which ``repeats`` is true."""

    behind: str
    chance: random.Random
    repeats: Callable[[Call], bool] = lambda call: False
    shape: str = "as it is"
    answer: str = "a text"
    #: Said in place of the request.
    words: str = ""
    #: A text that is to lie across the place where the collection cuts.
    target: str = ""
    #: How many calls were repeated.
    repeated: int = 0

    def __call__(self, call: Call) -> Answer:
        if self.repeats(call):
            self.repeated += 1
            return ANSWERS[self.answer](self._placed(SHAPES[self.shape](self.words or str(call))))
        return forwarding(self.behind)(call)

    def _placed(self, text: str) -> str:
        """The text, moved so that a part of the target stands before the place of the cut and the rest after it."""
        at = text.find(self.target) if self.target else -1
        before = CUT - self.chance.randrange(SHOWN) - max(at, 0)
        return "." * before + text if before > 0 else text[-before:]
