# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers and files as nobody expects them, made of real ones by chance. The same chance makes the same ones."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
from collections.abc import Mapping
from typing import Any

# Values that some parser somewhere has not survived.
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**70,
    1e308,
    float("inf"),
    float("nan"),
    "",
    " ",
    "--",
    "nan",
    "9" * 400,
    "\0",
    "\ud83d",
    "a\nb",
    "../../x",
    "x" * 5000,
    [],
    {},
    [[]],
    [None],
    {"a": {}},
    {"": []},
)
STATUSES = (200, 201, 202, 204, 302, 400, 401, 403, 404, 405, 409, 412, 413, 422, 429, 500, 502, 503, 504)
PAGE = b"<html><body>502 Bad Gateway</body></html>"
BODIES = (b"", b" ", b"{", b"[]", b"null", b"0", b'"text"', b"\xff\xfe\x00", b"\xef\xbb\xbf{}", PAGE, b"[" * 2000, b"[" * 200_000)
PIECES = (b"\0", b"\xff", b"\n", b"\t", b": ", b"- ", b"${", b"{{", b"*a", b"&a ", b"!!int ", b"'", b'"', b"[" * 50, b"9" * 400)
RETRY_AFTER = ("1", "-5", "1e999", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "Thu, 01 Jan 0000 00:00:00 GMT", "\u00b2", "9" * 50)


@dataclasses.dataclass(frozen=True)
class Recorded:
    """One answer."""

    status: int
    content: bytes
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found.append((value, key))
        _places(item, found)
    return found


def _bent(value: Any, chance: random.Random) -> Any:
    """Another kind of the same value, as servers in other languages confuse them."""
    ways = [str(value), [value], {"value": value}, None]
    if isinstance(value, dict):
        ways += [list(value), list(value.values())]
    if isinstance(value, list):
        ways += [dict(enumerate(map(str, value))), value * 2, value[:1], value[::-1]]
    if isinstance(value, str):
        ways += [value.upper(), value + "\ud83d", f" {value}\n", len(value)]
    return chance.choice(ways)


def changed_document(document: Any, chance: random.Random) -> Any:
    """A JSON document with one to three changes somewhere in it."""
    changed = json.loads(json.dumps(document))
    for unused in range(chance.choice((1, 1, 1, 2, 3))):
        places = _places(changed, [])
        if not places:
            return copy.deepcopy(chance.choice(ODD))
        parent, key = chance.choice(places)
        way = chance.random()
        if way < 0.55:
            parent[key] = copy.deepcopy(chance.choice(ODD))
        elif way < 0.85:
            parent[key] = _bent(parent[key], chance)
        elif isinstance(parent, dict):
            del parent[key]
        else:
            parent.insert(chance.randrange(len(parent) + 1), parent[key])
    return changed


def changed_bytes(content: bytes, chance: random.Random) -> bytes:
    """Bytes that were cut, flipped, repeated or joined by others."""
    data = bytearray(content)
    for unused in range(chance.choice((1, 1, 2, 5))):
        place = chance.randrange(len(data) + 1)
        way = chance.randrange(5)
        if way == 0:
            del data[place:]
        elif way == 1 and data:
            data[place % len(data)] = chance.randrange(256)
        elif way == 2:
            data[place:place] = chance.choice(PIECES)
        elif way == 3:
            data[place:place] = data[place : place + chance.randrange(40)]
        else:
            del data[place : place + chance.randrange(40)]
    return bytes(data)


def changed_answer(answer: Recorded, chance: random.Random) -> Recorded:
    """An answer with another body, status or header."""
    way = chance.random()
    if way < 0.7:
        try:
            document = json.loads(answer.content)
        except ValueError:
            return dataclasses.replace(answer, content=changed_bytes(answer.content, chance))
        return dataclasses.replace(answer, content=json.dumps(changed_document(document, chance)).encode())
    if way < 0.8:
        return dataclasses.replace(answer, content=changed_bytes(answer.content, chance))
    if way < 0.9:
        return dataclasses.replace(answer, status=chance.choice(STATUSES), headers={**answer.headers, "Retry-After": chance.choice(RETRY_AFTER)})
    return dataclasses.replace(answer, status=chance.choice(STATUSES), content=chance.choice(BODIES))


# Texts that are a file of their own: what expands, what nests, what a parser of YAML has its own ideas of.
FILES = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"[" * 5000,
    b"{a: " * 500,
    b'{"v": 1, "name": "f", "code": ' + b"[" * 5000,
    b"- " * 5000,
    b"a: &a [x, x, x, x, x, x, x, x, x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (98 + level, 98 + level, b", ".join([b"*%c" % (97 + level)] * 9)) for level in range(12))
    + b"auths: [{gateway: *m, auth: *m, token: *m}]\n",
    b"&a [*a]",
    b"!!int x",
    b"!!timestamp x",
    b"!!bool x",
    b"!!python/object/apply:os.system [true]",
    b"? [a]\n: b\n",
    b"2001-99-99",
    b"a: 1\n---\nb: 2\n",
    b"%YAML 9.9\n---\na",
    b"~: ~\n",
    b"9" * 5000,
    b"*" * 60 + b"a" + b"*a" * 60 + b"b\n",
    b"**/a/" * 60 + b"b\n",
    b"${" * 3000,
    b"\\ud83d",
    b'{"v": 1, "name": "f", "code": "\\ud83d", "environment": {"A": "\\udc00"}}',
)


def changed_file(sample: bytes, chance: random.Random) -> bytes:
    """A file that was damaged, or says something else where it is JSON, or is another one altogether."""
    way = chance.random()
    if way < 0.15:
        return chance.choice(FILES)
    if way < 0.6:
        try:
            return json.dumps(changed_document(json.loads(sample), chance)).encode()
        except ValueError:
            return changed_bytes(sample, chance)
    return changed_bytes(sample, chance)
