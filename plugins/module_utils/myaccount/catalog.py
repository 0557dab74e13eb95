# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog of operating systems and plans: paths and parsing (reference C.1)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import Price
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, NotFoundError, ProtocolError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import number, text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.prices import amount
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

# Their users choose the size of the root disk (reference C.2).
CUSTOM_DISK_SERIES = frozenset({"E1", "E1WC"})


@dataclass(frozen=True)
class System:
    """An operating system that nodes can have.

    :param category: the name again, or what comes installed on it, such as ``Docker``.
    :param displays: the kinds of node that have it, such as ``Linux Virtual Node``.
    """

    os: str
    version: str
    category: str
    software_version: str | None
    displays: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(part for part in (self.category if self.category != self.os else "", self.os, self.version) if part)


@dataclass(frozen=True)
class Commitment:
    """A price for a longer time."""

    id: int | None
    name: str | None
    days: int | None
    price: float | None


@dataclass(frozen=True)
class NodePlan:
    """What can be ordered: a size with an operating system in a location.

    :param name: the short name, such as ``C3.8GB``, which reads show.
    :param id: the long name, which holds the system and the location, and which a create wants.
    :param image: what a create wants with this very ``id``.
    :param ram: in GB, as ``disk``, which is 0 where the user chooses.
    """

    name: str
    id: str
    image: str
    location: str | None
    available: bool
    os: str | None
    os_version: str | None
    os_category: str | None
    series: str | None
    family: str | None
    cpu: int | None
    ram: float | None
    disk: int | None
    price_per_hour: float | None
    price_per_month: float | None
    currency: str | None
    takes_volumes: bool | None
    commitments: tuple[Commitment, ...]

    @property
    def has_custom_disk(self) -> bool:
        """Whether the size of the root disk is the user's choice."""
        return self.series in CUSTOM_DISK_SERIES

    @property
    def cost(self) -> Price:
        """What a node of it costs."""
        return Price.told(self.price_per_hour, self.price_per_month, self.currency)

    @property
    def price(self) -> str:
        """For a message."""
        return "price unknown" if self.price_per_hour is None else f"{self.currency or ''} {self.price_per_hour:g}/hour".strip()


def by_price(plan: NodePlan) -> tuple[bool, float, str, str]:
    """Sorts plans: the cheapest first, those of an unknown price last."""
    return plan.price_per_hour is None, plan.price_per_hour or 0.0, plan.name, plan.id


def _several(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else []


def _rows(value: t.Any) -> list[dict[str, t.Any]]:
    return [row for row in _several(value) if isinstance(row, dict)]


def _systems(data: t.Any) -> list[System]:
    groups = data.get("category_list") if isinstance(data, dict) else None
    if not isinstance(groups, list):
        raise ProtocolError("GET images/os-category/: the answer holds no list of operating systems.")
    found = []
    for group in _rows(groups):
        displays = tuple(name for name in _several(group.get("category")) if isinstance(name, str))
        for row in _rows(group.get("version")):
            name = text(row.get("os")) or text(group.get("OS")) or ""
            found.append(System(name, str(row.get("version") or ""), text(row.get("sub_category")) or name, text(row.get("software_version")), displays))
    return found


def _plan(raw: t.Mapping[str, t.Any]) -> NodePlan | None:
    name, identifier, image = (text(raw.get(key)) for key in ("name", "plan", "image"))
    if name is None or identifier is None or image is None:
        return None
    specs, system = (value if isinstance(value, dict) else {} for value in (raw.get("specs"), raw.get("os")))
    offers = specs.get("committed_sku")
    return NodePlan(
        name=name,
        id=identifier,
        image=image,
        location=text(raw.get("location")),
        available=raw.get("available_inventory_status") is not False,
        os=text(system.get("name")),
        os_version=text(system.get("version")),
        os_category=text(system.get("category")),
        series=text(specs.get("series")),
        family=text(specs.get("family")),
        cpu=number(specs.get("cpu")),
        ram=amount(specs.get("ram")),
        disk=number(specs.get("disk_space")),
        price_per_hour=amount(specs.get("price_per_hour")),
        price_per_month=amount(specs.get("price_per_month")),
        currency=text(raw.get("currency")),
        takes_volumes=raw.get("is_blockstorage_attachable") if isinstance(raw.get("is_blockstorage_attachable"), bool) else None,
        commitments=tuple(
            Commitment(
                number(one.get("committed_sku_id")),
                text(one.get("committed_sku_name")),
                number(one.get("committed_days")),
                amount(one.get("committed_sku_price")),
            )
            for one in _rows(offers)
        ),
    )


class CatalogClient:
    """The calls of reference C.1. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def systems(self) -> list[System]:
        """The operating systems, in the platform's order."""
        return _systems(self.transport.request("GET", "images/os-category/").data)

    def plans(self, systems: t.Sequence[System], displays: t.Collection[str] | None = None) -> list[NodePlan]:
        """What can be ordered with these systems, each once, the cheapest first. One call for each system and kind of node.

        :param displays: only these kinds of node, in lower case.
        :raises ApiError: every call was refused.
        """
        queries = [(system, shown) for system in systems for shown in system.displays if displays is None or shown.casefold() in displays]
        found: dict[str, NodePlan] = {}
        answers = in_parallel(self.transport, self._plans, queries)
        refusals = [answer for answer in answers if isinstance(answer, ApiError)]
        if refusals and len(refusals) == len(answers):
            raise refusals[0]
        for answer in answers:
            if not isinstance(answer, ApiError):
                found |= {plan.id: plan for plan in answer if plan.id not in found}
        return sorted(found.values(), key=by_price)

    def _plans(self, query: tuple[System, str]) -> list[NodePlan] | ApiError:
        """The plans of one system and kind of node, or how they were refused."""
        system, display = query
        params = {"display_category": display, "category": system.category, "os": system.os, "osversion": system.version}
        try:
            entries = read_list(self.transport, "images/", params)
        except (NotFoundError, RefusedError) as error:
            # The kinds of node are told for an operating system, and not each has each of its versions.
            return error
        return [plan for raw in entries if (plan := _plan(raw)) is not None]
