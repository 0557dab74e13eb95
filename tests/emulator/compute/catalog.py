# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operating systems and plans (reference C.1). The shapes are the platform's; which plans there are and what they cost is the emulator's own."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import LOCATIONS, Account, Route

LINUX = "Linux Virtual Node"
WINDOWS = "Windows Virtual Node"
GPU = "GPU"
HOURS_A_MONTH = 730
COMMITMENTS = ((30, 0.9), (365, 0.7))
CUSTOM_DISK = frozenset({"E1", "E1WC"})
NO_PROJECT = frozenset({"project_id"})
NO_CONTEXT = frozenset({"project_id", "location"})
QUERY = ("display_category", "category", "os", "osversion")


@dataclass(frozen=True)
class System:
    """One row of the OS list; ``stem`` is its part of image names and long plan names."""

    os: str
    version: str
    stem: str
    displays: tuple[str, ...]
    sub_category: str
    software_version: str = ""

    @property
    def image(self) -> str:
        return f"{self.stem}-Distro"

    @property
    def info(self) -> dict[str, str]:
        """The ``os_info`` of a node."""
        return {"name": self.os, "version": self.version, "category": self.sub_category, "full_name": f"{self.os} {self.version}"}


@dataclass(frozen=True)
class Size:
    """A plan without its OS; ``disk`` in GB is 0 where the user chooses, ``hourly`` is in INR."""

    name: str
    series: str
    family: str
    cpu: int
    ram: int
    disk: int
    hourly: float
    locations: frozenset[str] = LOCATIONS
    displays: tuple[str, ...] = (LINUX, WINDOWS)


@dataclass(frozen=True)
class Plan:
    """What can be ordered: a size with an OS in a location."""

    size: Size
    system: System
    location: str
    number: int

    @property
    def id(self) -> str:
        """The long name that a create needs."""
        size = self.size
        return f"{size.series}-{size.cpu}vCPU-{size.ram}RAM-{size.disk}DISK-{size.name}-{self.system.stem}-{self.location}"

    @property
    def commitments(self) -> list[dict[str, Any]]:
        return committed(self.number * 10, self.size.name, self.size.hourly)

    def view(self, available: bool) -> dict[str, Any]:
        size, system = self.size, self.system
        return {
            "name": size.name,
            "plan": self.id,
            "image": system.image,
            "location": self.location,
            "currency": "INR",
            "available_inventory_status": available,
            "cpu_type": "Intel",
            "is_blockstorage_attachable": size.series != "C2",
            "bitninja_discount_percentage": 0,
            "node_description": "",
            "os": {"name": system.os, "version": system.version, "category": system.sub_category, "image": system.image},
            "specs": {
                "id": f"sku-{self.number}",
                "sku_name": size.name,
                "series": size.series,
                "family": size.family,
                "cpu": size.cpu,
                "ram": f"{size.ram:.2f}",
                "disk_space": size.disk,
                "price_per_hour": size.hourly,
                "price_per_month": monthly(size.hourly),
                "minimum_billing_amount": 0,
                "committed_sku": self.commitments,
            },
        }


SYSTEMS = (
    System("Ubuntu", "24.04", "Ubuntu-24.04", (LINUX, GPU), "Ubuntu"),
    System("Ubuntu", "22.04", "Ubuntu-22.04", (LINUX, GPU), "Ubuntu"),
    System("Ubuntu", "22.04", "Docker-Ubuntu-22.04", (LINUX,), "Docker", "27.0"),
    System("Debian", "12", "Debian-12", (LINUX,), "Debian"),
    System("AlmaLinux", "9", "AlmaLinux-9", (LINUX,), "AlmaLinux"),
    System("CentOS", "7", "CentOS-7", (LINUX,), "CentOS"),
    System("Windows", "2022", "Windows-2022", (WINDOWS,), "Windows"),
)
DELHI = frozenset({"Delhi"})
SIZES = (
    Size("C2.12GB", "C2", "CPU Intensive 2nd Generation", 6, 12, 100, 4.0, DELHI, (LINUX,)),
    Size("C3.8GB", "C3", "CPU Intensive 3rd Generation", 4, 8, 100, 3.1),
    Size("C3.16GB", "C3", "CPU Intensive 3rd Generation", 8, 16, 200, 6.2),
    Size("C3.32GB", "C3", "CPU Intensive 3rd Generation", 16, 32, 400, 12.4),
    Size("C3.64GB", "C3", "CPU Intensive 3rd Generation", 32, 64, 800, 24.8),
    Size("M3.16GB", "M3", "High Memory 3rd Generation", 2, 16, 50, 4.5),
    Size("E1.6GB", "E1", "E1 Series", 2, 6, 0, 1.9),
    Size("E1WC.12GB", "E1WC", "E1 Series", 4, 12, 0, 3.8, DELHI),
    Size("GDC3.L40S-60-220GB", "GDC3", "NVIDIA L40S", 60, 220, 250, 98.0, DELHI, (GPU,)),
)


def monthly(hourly: float) -> float:
    return round(hourly * HOURS_A_MONTH, 2)


def committed(first: int, name: str, hourly: float) -> list[dict[str, Any]]:
    """The commitments offered for something."""
    return [
        {
            "committed_sku_id": first + offset,
            "committed_sku_name": f"{name} {days} days",
            "committed_sku_price": round(hourly * 24 * days * share, 2),
            "committed_days": days,
            "committed_upto_date": "",
            "committed_node_message": f"Committed for {days} days.",
        }
        for offset, (days, share) in enumerate(COMMITMENTS)
    ]


@functools.cache
def plans(location: str) -> dict[str, Plan]:
    """Everything that can be ordered in a location, by long name."""
    found = [
        Plan(size, system, place, 0)
        for place in sorted(LOCATIONS)
        for system in SYSTEMS
        for size in SIZES
        if place in size.locations and set(size.displays) & set(system.displays)
    ]
    numbered = (Plan(plan.size, plan.system, plan.location, 101 + index) for index, plan in enumerate(found))
    return {plan.id: plan for plan in numbered if plan.location == location}


class CatalogApi:
    """The read-only calls of the catalog."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        return [
            Route("GET", "images/os-category/", self._systems, NO_PROJECT),
            Route("GET", "images/category-list/", self._legacy, NO_CONTEXT),
            Route("GET", "images/", self._plans, NO_PROJECT),
        ]

    async def _systems(self, call: ApiCall) -> web.StreamResponse:
        groups: dict[str, dict[str, Any]] = {}
        for system in SYSTEMS:
            group = groups.setdefault(system.os, {"OS": system.os, "category": [], "version": []})
            group["category"] += [display for display in system.displays if display not in group["category"]]
            group["version"].append(
                {
                    "os": system.os,
                    "version": system.version,
                    "sub_category": system.sub_category,
                    "software_version": system.software_version,
                    "number_of_domains": None,
                }
            )
        return success({"category_list": list(groups.values())})

    async def _legacy(self, call: ApiCall) -> web.StreamResponse:
        tree: dict[str, dict[str, list[dict[str, str]]]] = {}
        for system in SYSTEMS:
            for display in system.displays:
                versions = tree.setdefault(display, {}).setdefault(system.os, [])
                if {"version": system.version} not in versions:
                    versions.append({"version": system.version})
        return success({"category_list": tree})

    async def _plans(self, call: ApiCall) -> web.StreamResponse:
        query = call.request.query
        if missing := [key for key in QUERY if not query.get(key)]:
            raise Refused(400, f"Missing required query parameter: {', '.join(missing)}.")
        # The older client ends the display category with a space.
        display, category, os, version = (query[key].strip() for key in QUERY)
        sold_out = self._account.purse.out_of_stock
        found = [
            plan.view(plan.size.name not in sold_out)
            for plan in plans(call.location).values()
            if display in plan.system.displays
            and display in plan.size.displays
            and (category, os, version) == (plan.system.sub_category, plan.system.os, plan.system.version)
        ]
        return success(found)
