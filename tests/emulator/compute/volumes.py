# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block storage (reference D.5, C.5, H.13, H.41): sizes in GB go in, MiB come out, and nodes go by vm id."""

from __future__ import annotations

import math
from typing import Any

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import NO_CREDIT, TRANSITIONAL, Account, Route, body_of, number_of, scope_of
from .catalog import HOURS_A_MONTH, committed
from .records import Node, Volume
from .vpcs import CN_STATUS, checked_commitment

# GB to IOPS; the emulator's own table, with the values two clients name (100, 200, 250, 500, 1000 ... GB).
TIERS = {100: 1500, 200: 3000, 250: 5000, 500: 10000, 1000: 20000, 2000: 40000, 4000: 80000, 8000: 120000, 16000: 120000, 24000: 120000}
# One released client computes the IOPS of every size like this, whatever the plan says.
IOPS_PER_GB = 15
SOLD_OUT = frozenset({24000})
# INR per GB and month, the same for every size.
PRICE = 5.0
FIRST_COMMITMENT = 8000
HOTPLUG = "hotplug"


def _commitments(size: int) -> list[dict[str, Any]]:
    return committed(FIRST_COMMITMENT + 10 * list(TIERS).index(size), f"{size} GB", size * PRICE / HOURS_A_MONTH)


def mebibytes(gigabytes: int) -> int:
    """What the platform calls ``size``: 250 GB is 238419."""
    return math.ceil(gigabytes * 1000**3 / 1024**2)


class VolumesApi:
    """Volumes and the nodes they are attached to."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._store = account.store
        account.later.on("volume", self._made)
        account.later.on("volume-detach", self._detached)
        account.later.on("volume-delete", self._gone)
        account.later.on("volume-grow", self._grown)
        account.later.on(HOTPLUG, lambda number, value, failed: None)

    def routes(self) -> list[Route]:
        one = "block_storage/{id:[0-9]+}/"
        return [
            Route("GET", "block_storage/", self._list),
            Route("POST", "block_storage/", self._create),
            Route("GET", "block_storage/plans/", self._plans),
            Route("GET", one, self._get),
            Route("DELETE", one, self._delete),
            Route("GET", one + "vm/attach/", self._attachable),
            Route("PUT", one + "vm/attach/", self._attach),
            Route("PUT", one + "vm/detach/", self._detach),
            Route("PUT", one + "vm/upgrade/", self._grow),
        ]

    def _volume(self, call: ApiCall) -> Volume:
        return self._store.volumes.get(scope_of(call), number_of(call))

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return self._account.listed(call, self._store.volumes.within(scope_of(call)), self._view)

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        return success(self._view(self._volume(call)))

    async def _plans(self, call: ApiCall) -> web.StreamResponse:
        rows = [
            {
                "name": f"{size} GB",
                "bs_size": size / 1000,
                "iops": iops,
                "price": PRICE,
                "currency": "INR",
                "location": call.location,
                "is_active": True,
                "available_inventory_status": size not in SOLD_OUT,
                "committed_sku": _commitments(size),
            }
            for size, iops in TIERS.items()
        ]
        return success(rows)

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        body, scope = await body_of(call), scope_of(call)
        name, size, iops = body.name("name"), body.whole("size"), body.whole("iops")
        self._require_tier(size)
        if iops not in (TIERS[size], IOPS_PER_GB * size):
            raise Refused(412, f"iops: A volume of {size} GB has {TIERS[size]} IOPS, not {iops}.")
        checked_commitment(body, _commitments(size), CN_STATUS)
        self._account.require_free(self._store.volumes, scope, name)
        if not self._account.purse.credit:
            raise Refused(412, NO_CREDIT)
        volume = self._store.volumes.add(Volume(self._store.next("volume"), scope.project_id, scope.location, name, size, iops))
        self._store.charge("volume", volume, f"{size} GB")
        self._account.begin(call, "volume", volume.id)
        made = {"id": volume.id, "image_name": name, "label_id": self._store.next("label"), "resource_type": "block_storage"}
        return success(made, words.CREATED, 201)

    def _made(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if volume := self._store.volumes.find(number):
            volume.status = "ERROR" if failed else "Available"

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        volume = self._volume(call)
        if volume.status not in ("Available", "ERROR"):
            raise Refused(412, f"Volume {volume.name} is {volume.status}: only an Available volume can be deleted.")
        self._require_idle(volume)
        volume.busy = "delete"
        self._account.begin(call, "volume-delete", volume.id)
        # The answer comes when it is done, which can take longer than a client waits (reference A.4).
        await self._account.clock.sleep(self._account.later.seconds)
        return success({}, words.VOLUME_DELETED)

    def _gone(self, number: int, value: dict[str, Any], failed: bool) -> None:
        volume = self._store.volumes.find(number)
        if volume and failed:
            volume.busy, volume.status = "", "ERROR"
        elif volume:
            self._store.volumes.drop(number)
            self._store.discharge("volume", number)

    async def _attachable(self, call: ApiCall) -> web.StreamResponse:
        volume = self._volume(call)
        nodes = [node for node in self._store.nodes.within(volume.scope) if node.status not in TRANSITIONAL | {"Failed"}]
        shown = [
            {"name": node.name, "vm_id": node.vm_id, "ip_address_public": node.public_ip, "ip_address_private": node.private_ip} for node in nodes
        ]
        return success(shown)

    async def _attach(self, call: ApiCall) -> web.StreamResponse:
        volume, node = await self._volume_and_node(call)
        if volume.status == "Creating":
            raise Refused(500, "Internal server error.")
        if volume.status != "Available":
            raise Refused(412, f"Volume {volume.name} is {volume.status}, not Available.")
        volume.status, volume.vm_id = "Attached", node.vm_id
        self._account.begin(call, HOTPLUG, node.vm_id)
        return success({"image_id": volume.id, "vm_id": node.vm_id}, words.VOLUME_ATTACHED)

    async def _detach(self, call: ApiCall) -> web.StreamResponse:
        volume, node = await self._volume_and_node(call)
        if volume.vm_id != node.vm_id:
            raise Refused(412, words.DISK_NOT_ATTACHED)
        volume.busy = "detach"
        self._account.begin(call, HOTPLUG, node.vm_id)
        self._account.begin(call, "volume-detach", volume.id)
        return success({"image_id": volume.id, "vm_id": node.vm_id}, words.VOLUME_DETACHING)

    def _detached(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if volume := self._store.volumes.find(number):
            volume.busy = ""
            if not failed:
                volume.vm_id, volume.status = 0, "Available"

    async def _grow(self, call: ApiCall) -> web.StreamResponse:
        volume, body = self._volume(call), await body_of(call)
        name, size = body.name("name"), body.whole("block_storage_size")
        self._require_idle(volume)
        if volume.status not in ("Available", "Attached"):
            raise Refused(412, f"Volume {volume.name} is {volume.status}, try again later.")
        if volume.vm_id:
            body.require("vm_id")
        if body.sets("vm_id") and body.whole("vm_id") != volume.vm_id:
            raise Refused(412, f"Volume {volume.name} is not attached to VM {body.whole('vm_id')}.")
        self._require_tier(size)
        if size <= volume.size:
            raise Refused(412, f"Volume {volume.name} has {volume.size} GB and can only grow.")
        self._account.require_free(self._store.volumes, volume.scope, name, volume)
        volume.busy = "upgrade"
        self._account.begin(call, "volume-grow", volume.id, {"size": size, "name": name})
        return success({}, "Block Storage upgrade has started.")

    def _grown(self, number: int, value: dict[str, Any], failed: bool) -> None:
        if volume := self._store.volumes.find(number):
            volume.busy = ""
            if not failed:
                volume.size, volume.iops = value["size"], TIERS[value["size"]]
                volume.name = value.get("name", volume.name)

    @staticmethod
    def _require_tier(size: int) -> None:
        if size not in TIERS:
            raise Refused(400, f"size: {size} GB is not offered, use one of {', '.join(map(str, TIERS))}.")
        if size in SOLD_OUT:
            raise Refused(412, f"Volumes of {size} GB are currently out of stock.")

    @staticmethod
    def _require_idle(volume: Volume) -> None:
        if volume.busy:
            raise Refused(412, f"Another action ({volume.busy}) on volume {volume.name} is in progress, try again later.")

    async def _volume_and_node(self, call: ApiCall) -> tuple[Volume, Node]:
        volume, body = self._volume(call), await body_of(call)
        node = self._store.vm(scope_of(call), body.whole("vm_id"))
        if node.status in TRANSITIONAL:
            raise Refused(412, f"Node {node.name} is {node.status}, try again later.")
        self._require_idle(volume)
        return volume, node

    def _view(self, volume: Volume) -> dict[str, Any]:
        node = self._store.find_vm(volume.vm_id) if volume.vm_id else None
        return {
            "block_id": volume.id,
            "name": volume.name,
            "size": mebibytes(volume.size),
            "size_string": f"{volume.size} GB",
            "bs_size": volume.size / 1000,
            "status": volume.status,
            "vm_detail": {"node_id": node.id, "vm_id": node.vm_id, "vm_name": node.name} if node else {},
            "template": {"DEV_PREFIX": "vd", "DRIVER": "raw", "TOTAL_IOPS_SEC": str(volume.iops)},
            "snapshot_exist": False,
            "is_block_storage_exporting_to_eos": False,
            "dr_data": {"is_dr_source": False, "is_dr_target": False, "is_dr_stopped": False, "is_in_drill_mode": False},
            "isEncryptionEnbaled": False,
        }
