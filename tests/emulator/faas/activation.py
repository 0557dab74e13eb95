# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the account may have functions: its namespace is what activation makes (reference H.1, P.9).

What a deactivation and a refused payment say are the vendor's words; all status codes of refusals, what an account is told that is not
activated or is so already, and the ``data`` of an activation are our choice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall, MyAccount
from ..state import BadState

PATH = "faas/namespace/"
NAMESPACE = "e2e-faas-10001-dl"
BILLED = "functions activation"
NOT_ACTIVATED = "Functions are not activated for this account. Activate them before you create one."


class Payer(Protocol):
    """What pays for an activation, and keeps the bill."""

    def can_pay(self) -> bool:
        """Whether the account has credit."""

    def charge(self, kind: str, number: int, name: str, call: ApiCall, detail: str) -> None:
        """Put something on the bill."""

    def discharge(self, kind: str, number: int) -> None:
        """Note on the bill that it is gone."""


class Activation:
    """The switch; every activation costs the monthly minimum again (reference P.9)."""

    def __init__(self, activated: bool, payer: Payer, in_use: Callable[[], bool], on_change: Callable[[], None]) -> None:
        self._at_start = activated
        self._payer = payer
        self._in_use = in_use
        self._on_change = on_change
        self.reset()

    def register(self, api: MyAccount, locations: frozenset[str], elsewhere: str) -> None:
        for method, handler in (("GET", self._get), ("POST", self._activate), ("DELETE", self._deactivate)):
            api.project(method, PATH, handler, locations, elsewhere)

    def reset(self) -> None:
        """Back to how the account began."""
        self.active = self._at_start
        self._count = 0

    def require(self) -> None:
        """Refuse what only an activated account may do."""
        if not self.active:
            raise Refused(412, NOT_ACTIVATED)

    def stored(self) -> dict[str, Any]:
        """The JSON of the state file."""
        return {"active": self.active, "count": self._count}

    def restore(self, stored: Any) -> None:
        """Take over what :meth:`stored` gave; :class:`BadState` for anything else."""
        try:
            self.active, self._count = bool(stored["active"]), int(stored["count"])
        except (TypeError, KeyError, ValueError) as error:
            raise BadState(f"the state file does not tell whether functions are activated: {error!r}") from error

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        self._require_namespace()
        return success(words.NAMESPACE_EXISTS.format(NAMESPACE))

    async def _activate(self, call: ApiCall) -> web.StreamResponse:
        if self.active:
            raise Refused(412, "FaaS plan is already activated.")
        if not self._payer.can_pay():
            raise Refused(412, words.CREDIT_NOT_SUFFICIENT)
        self._count += 1
        self.active = True
        self._payer.charge(BILLED, self._count, NAMESPACE, call, "monthly minimum")
        self._on_change()
        return success(f"Namespace {NAMESPACE} created", words.ACTIVATED)

    async def _deactivate(self, call: ApiCall) -> web.StreamResponse:
        self._require_namespace()
        if self._in_use():
            raise Refused(412, words.FUNCTIONS_ACTIVE)
        self.active = False
        self._payer.discharge(BILLED, self._count)
        self._on_change()
        return success(words.NAMESPACE_GONE, words.NAMESPACE_DELETED)

    def _require_namespace(self) -> None:
        if not self.active:
            raise Refused(404, "Namespace not found.")
