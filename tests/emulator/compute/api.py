# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the families together behind one face: routes, state, reset, and what the control API shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from .. import words
from ..clock import Clock
from ..envelope import Refused
from ..faults import Faults
from ..myaccount import READING, ApiCall, ApiHandler, MyAccount
from ..settings import Settings
from ..state import BadState
from .account import DEFAULT_LOCATION, LOCATIONS, OUT_OF_STOCK, Account, Purse, Route
from .actions import ActionsApi
from .catalog import CatalogApi
from .fixtures import add_nodes
from .images import ImagesApi
from .nodes import NodesApi
from .projects import ProjectsApi
from .records import Record, Scope
from .reserved_ips import ReservedIpsApi
from .security_groups import SecurityGroupsApi
from .ssh_keys import SshKeysApi
from .store import Store
from .volumes import VolumesApi
from .vpcs import VpcsApi


class Compute:
    """The compute side of the account; ``on_change`` is called after every request that may have changed something."""

    def __init__(self, settings: Settings, clock: Clock, faults: Faults, on_change: Callable[[], None]) -> None:
        self._account = account = Account(settings, clock, faults)
        self._on_change = on_change
        self._projects = ProjectsApi(account)
        vpcs = VpcsApi(account)
        nodes = NodesApi(account, vpcs)
        self._families = (
            CatalogApi(account),
            nodes,
            ActionsApi(account),
            ImagesApi(account),
            SshKeysApi(account),
            SecurityGroupsApi(account),
            vpcs,
            VolumesApi(account),
            ReservedIpsApi(account, nodes),
            self._projects,
        )
        self._seed()

    def register(self, api: MyAccount) -> None:
        fallback = DEFAULT_LOCATION if self._account.settings.context == "optional" else ""
        for family in self._families:
            for route in family.routes():
                handler = self._kept(route)
                if route.scoped:
                    api.project(route.method, route.path, handler, LOCATIONS, words.REGIONS, route.optional, fallback)
                else:
                    api.account(route.method, route.path, handler)

    def has_project(self, project_id: str) -> bool:
        return any(project.project_id == project_id for project in self._account.store.projects)

    def current(self) -> Store:
        """All that there is, as it is now."""
        self._account.later.run_due()
        return self._account.store

    def bill(self) -> dict[str, Any]:
        """Every billable thing that was made, how many of each kind, and how many of them are there still."""
        self._account.later.run_due()
        items = self._account.store.bill
        kinds = sorted({entry["kind"] for entry in items})
        made = {kind: sum(entry["kind"] == kind for entry in items) for kind in kinds}
        running = {kind: sum(entry["kind"] == kind and entry["deleted_at"] is None for entry in items) for kind in kinds}
        return {"items": items, "created": made, "running": running}

    def can_pay(self) -> bool:
        """Whether the account has credit."""
        return self._account.purse.credit

    def charge(self, kind: str, number: int, name: str, call: ApiCall, detail: str) -> None:
        """Put on the bill what another part of the account made."""
        self._account.store.charge(kind, Record(number, call.project_id, call.location, name), detail)

    def discharge(self, kind: str, number: int) -> None:
        """Note on the bill that it is gone."""
        self._account.store.discharge(kind, number)

    def purse(self) -> dict[str, Any]:
        """Whether there is credit, and what is sold out."""
        return {"credit": self._account.purse.credit, "out_of_stock": sorted(self._account.purse.out_of_stock)}

    def change_purse(self, values: object) -> None:
        """Take over what :meth:`purse` gave, or a part of it."""
        if not isinstance(values, dict) or not values or set(values) - {"credit", "out_of_stock"}:
            raise Refused(400, 'Send credit, out_of_stock or both, such as {"credit": false, "out_of_stock": ["C3.8GB"]}.')
        credit, sold_out = values.get("credit", True), values.get("out_of_stock", [])
        if not isinstance(credit, bool) or not isinstance(sold_out, list) or not all(isinstance(name, str) for name in sold_out):
            raise Refused(400, "credit is true or false, out_of_stock a list of short plan names.")
        purse = self._account.purse
        purse.credit = values.get("credit", purse.credit)
        purse.out_of_stock = set(values.get("out_of_stock", purse.out_of_stock))

    def reset(self) -> None:
        """Back to the start: the projects and nodes of the command line, and no bill."""
        self._account.store.clear()
        self._account.later.clear()
        self._account.purse = Purse(self._account.settings.credit, set(OUT_OF_STOCK))
        self._account.last_used_project = self._account.settings.project_ids[0]
        self._seed()

    def release_stuck(self) -> None:
        """Let everything go on that a fault holds in its state."""
        self._account.later.release()

    def stored(self) -> dict[str, Any]:
        """The JSON of the state file."""
        return {**self._account.store.stored(), "steps": self._account.later.stored()}

    def restore(self, stored: Any) -> None:
        """Go on from a state file; the projects of the command line exist in any case."""
        if not isinstance(stored, dict):
            raise BadState("the state file does not hold nodes of this emulator")
        self._account.store.restore(stored)
        self._account.later.restore(stored.get("steps", []))
        self._projects.seed()

    def _seed(self) -> None:
        self._projects.seed()
        for project_id, location, count in self._account.settings.nodes:
            add_nodes(self._account, Scope(project_id, location), count)

    def _kept(self, route: Route) -> ApiHandler:
        async def handler(call: ApiCall) -> web.StreamResponse:
            self._account.later.run_due()
            self._account.last_used_project = call.project_id or self._account.last_used_project
            try:
                return await route.handler(call)
            finally:
                if route.method not in READING:
                    self._account.later.run_due()
                    self._on_change()

        return handler
