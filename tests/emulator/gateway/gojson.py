# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads JSON bodies as strictly as the servers do: unknown keys are ignored, null is empty, a wrong type is an error."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["string", "bool", "uint64", "[]uint8", "[]string", "map[string]string", "resources"]
RESOURCES: Mapping[str, Kind] = {"memory": "string", "cpu": "string"}


class BadJson(ValueError):
    """The body is no JSON or has a value of a wrong type; the text is what the server would say."""


def decode(raw: bytes, struct: str, fields: Mapping[str, Kind]) -> dict[str, Any]:
    """The known fields of a body, each with a value of its kind or the kind's empty value."""
    content = raw.decode(errors="replace")
    try:
        body = json.loads(content)
    except json.JSONDecodeError as error:
        if error.pos >= len(content.rstrip()):
            raise BadJson("unexpected end of JSON input") from error
        raise BadJson(f"invalid character '{content[error.pos]}' {_place(error)}") from error
    return _struct(body, struct, f"Go value of type types.{struct}", fields)


def _place(error: json.JSONDecodeError) -> str:
    """Where Go says that a wrong character stands."""
    if error.msg.startswith("Expecting property name"):
        return "looking for beginning of object key string"
    if error.msg.startswith("Extra data"):
        return "after top-level value"
    if error.msg.startswith("Expecting ':'"):
        return "after object key"
    if error.msg.startswith("Expecting ','"):
        return "after object key:value pair" if error.doc.rfind("{", 0, error.pos) > error.doc.rfind("[", 0, error.pos) else "after array element"
    return "looking for beginning of value"


def _struct(body: Any, struct: str, place: str, fields: Mapping[str, Kind]) -> dict[str, Any]:
    if body is None:
        body = {}
    if not isinstance(body, dict):
        raise BadJson(f"json: cannot unmarshal {_type(body)} into {place}")
    return {name: _value(body.get(name), kind, f"{struct}.{name}") for name, kind in fields.items()}


def _value(value: Any, kind: Kind, field: str) -> Any:
    if kind == "resources":
        return None if value is None else _struct(value, "FunctionResources", f"Go struct field {field} of type types.FunctionResources", RESOURCES)
    if kind == "[]string":
        return [_scalar(one, "string", field) for one in _container(value, list, kind, field) or []]
    if kind == "map[string]string":
        return {key: _scalar(one, "string", field) for key, one in (_container(value, dict, kind, field) or {}).items()}
    return _scalar(value, kind, field)


def _container(value: Any, wanted: type, kind: Kind, field: str) -> Any:
    if value is not None and not isinstance(value, wanted):
        raise _mismatch(value, kind, field)
    return value


def _scalar(value: Any, kind: Kind, field: str) -> Any:
    empty: dict[Kind, Any] = {"string": "", "bool": False, "uint64": 0, "[]uint8": b""}
    if value is None:
        return empty[kind]
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "uint64" and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if kind == "string" and isinstance(value, str):
        return value
    if kind == "[]uint8" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError as error:
            raise BadJson("illegal base64 data at input byte 0") from error
    raise _mismatch(value, kind, field)


def _mismatch(value: Any, kind: Kind, field: str) -> BadJson:
    return BadJson(f"json: cannot unmarshal {_type(value)} into Go struct field {field} of type {kind}")


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return f"number {value}" if isinstance(value, int) and value < 0 else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
