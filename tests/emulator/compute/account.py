# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every family shares: the memory, the steps under way, the state of the purse, and how bodies are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ..clock import Clock, stamp
from ..envelope import Refused, page, success
from ..faults import BUILD_ACTIONS, LIST_ACTIONS, Fault, Faults
from ..myaccount import ApiCall, ApiHandler
from ..settings import Settings
from .later import Later
from .records import Node, Record, Scope
from .store import Store, Table

LOCATIONS = frozenset({"Delhi", "Chennai"})
DEFAULT_LOCATION = "Delhi"
OUT_OF_STOCK = frozenset({"C3.64GB"})
NO_CREDIT = "Your account does not have sufficient credits. Please add funds and try again."
TRANSITIONAL = frozenset({"Creating", "Reinstalling", "Saving", "Terminating"})
TAKEN_FAULT = web.RequestKey("taken_fault", list[Fault | None])


@dataclass(frozen=True)
class Route:
    """``optional`` are the query keys that this path can do without; ``scoped`` is False on account-wide paths."""

    method: str
    path: str
    handler: ApiHandler
    optional: frozenset[str] = frozenset()
    scoped: bool = True


@dataclass
class Purse:
    """Whether the account can pay, and which plans (short names) are sold out."""

    credit: bool
    out_of_stock: set[str] = field(default_factory=lambda: set(OUT_OF_STOCK))


class Account:
    """The context of all families."""

    def __init__(self, settings: Settings, clock: Clock, faults: Faults) -> None:
        self.settings = settings
        self.clock = clock
        self.store = Store(self.now)
        self.later = Later(clock, settings.build_seconds)
        self.purse = Purse(settings.credit)
        #: The project of the last call that named one; it is not kept over a restart.
        self.last_used_project = settings.project_ids[0]
        self._faults = faults

    def now(self) -> str:
        return stamp(self.clock.now())

    def begin(self, call: ApiCall, name: str, target: int, value: dict[str, Any] | None = None, share: float = 1.0) -> None:
        """Set a step going; what one request sets going meets one fault at most."""
        request = call.request
        if TAKEN_FAULT not in request:
            request[TAKEN_FAULT] = [self._faults.take(request.method, request.path, BUILD_ACTIONS)]
        self.later.begin(name, target, request[TAKEN_FAULT][0], value, share)

    def require_free(self, table: Table[Any], scope: Scope, name: str, own: Record | None = None) -> None:
        """Refuse a second bearer of a name, where names are unique."""
        if self.settings.names == "unique" and any(record is not own for record in table.named(scope, name)):
            raise Refused(412, f"A {table.what} named {name} already exists.")

    def listed(self, call: ApiCall, items: Sequence[Any], view: Callable[[Any], Any]) -> web.StreamResponse:
        """A list that may be asked for in pages, in the way ``--paging`` says (reference A.5)."""
        mode = self.settings.paging
        if mode == "ignored":
            return success([view(item) for item in items])
        fault = self._faults.take(call.request.method, call.request.path, LIST_ACTIONS)
        shown, totals = page(items, call.request.query, fault.shift if fault else 0)
        totals = totals or {"total_count": len(items), "total_page_number": 1}
        return success([view(item) for item in shown], top_level=totals if mode == "totals" else {})


def scope_of(call: ApiCall) -> Scope:
    return Scope(call.project_id, call.location)


def number_of(call: ApiCall) -> int:
    """The ``{id}`` of the path."""
    return int(call.request.match_info["id"])


def require_settled(node: Node, what: str) -> None:
    """Refuse while the node is locked, on its way to another state, or busy (reference C.5)."""
    if node.is_locked:
        raise Refused(412, f"Node {node.name} is locked: unlock it before you {what}.")
    if node.status in TRANSITIONAL:
        raise Refused(412, f"Node {node.name} is {node.status}: you cannot {what} now, try again later.")
    if node.busy:
        raise Refused(412, f"Another action ({node.busy}) on node {node.name} is in progress, try again later.")


class Body:
    """Typed reading of a JSON object; every refusal is a 400 that names the key."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def has(self, key: str) -> bool:
        """Whether the key says anything."""
        return self._values.get(key) not in (None, "")

    def sets(self, key: str) -> bool:
        """Whether the key chooses something: 0 and ``""`` are what clients in Go send for a field that is not set (reference H.42)."""
        return self._values.get(key) not in (None, "", 0)

    def require(self, *keys: str) -> None:
        if missing := [key for key in keys if self._values.get(key) is None]:
            raise Refused(400, f"{', '.join(missing)}: This field is required.")

    def text(self, key: str, default: str = "") -> str:
        value = self._values.get(key, default)
        if not isinstance(value, str):
            raise Refused(400, f"{key}: Not a valid string.")
        return value

    def name(self, key: str, longest: int = 50) -> str:
        """A text that must be there and say something."""
        self.require(key)
        value = self.text(key)
        if not value.strip() or len(value) > longest:
            raise Refused(400, f"{key}: Use 1 to {longest} characters.")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            raise Refused(400, f"{key}: Must be a valid boolean.")
        return value

    def whole(self, key: str) -> int:
        """A whole number; digits in a string and ``250.0`` are taken too, as the older clients send them."""
        self.require(key)
        return whole(key, self._values[key])

    def items(self, key: str) -> list[Any]:
        value = self._values.get(key, [])
        if not isinstance(value, list):
            raise Refused(400, f"{key}: Expected a list of items.")
        return value

    def texts(self, key: str) -> list[str]:
        found = self.items(key)
        if not all(isinstance(item, str) for item in found):
            raise Refused(400, f"{key}: Not a valid string.")
        return found

    def wholes(self, key: str) -> list[int]:
        self.require(key)
        found = [whole(key, item) for item in self.items(key)]
        if not found:
            raise Refused(400, f"{key}: This list may not be empty.")
        return found


def whole(key: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Refused(400, f"{key}: A valid integer is required.")


async def body_of(call: ApiCall, required: bool = True) -> Body:
    return Body(await call.json_object(required))
