# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes (block storage) and the nodes that have them: paths, payloads and parsing (reference D.5, C.5)."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import Price
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.attached_node import AttachedNode
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import number, text, title, word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list, read_pages
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.prices import amount
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import remove
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

_UNITS = {"mb": 0.001, "gb": 1.0, "tb": 1000.0}
# The API counts a volume in MiB and sells it in GB: 250 GB come back as 238419 (reference D.5).
_MIB_PER_GB = 1000**3 / 1024**2


@dataclass(frozen=True)
class Volume:
    """A volume as the API returns it.

    :param size: in GB.
    :param status: in lower case, such as ``creating``, ``available`` and ``attached``.
    :param node: the node that it is attached to.
    """

    id: int
    name: str
    size: int | None
    iops: int | None
    status: str
    node: AttachedNode | None


@dataclass(frozen=True)
class VolumePlan:
    """A size that is offered.

    :param size: in GB.
    :param price: for one GB and month, in INR (reference H.41).
    """

    size: int
    iops: int
    available: bool
    price: float | None = field(default=None, compare=False)

    @property
    def cost(self) -> Price:
        """What a volume of it costs."""
        return Price.told(None, None if self.price is None else self.price * self.size, "INR")


def _gigabytes(raw: t.Mapping[str, t.Any]) -> int | None:
    found = re.fullmatch(r"([0-9.]+)\s*([MGT]B)", text(raw.get("size_string")) or "", re.IGNORECASE)
    if found:
        try:
            return round(float(found[1]) * _UNITS[found[2].lower()])
        except ValueError:
            pass
    mebibytes = number(raw.get("size"))
    return None if mebibytes is None else round(mebibytes / _MIB_PER_GB)


def _parse(raw: t.Mapping[str, t.Any]) -> Volume | None:
    identifier = number(raw.get("block_id"))
    if identifier is None:
        return None
    vm, template = raw.get("vm_detail"), raw.get("template")
    iops = number(raw.get("iops"))
    if iops is None and isinstance(template, dict):
        iops = number(template.get("TOTAL_IOPS_SEC"))
    return Volume(
        id=identifier,
        name=title(raw.get("name")),
        size=_gigabytes(raw),
        iops=iops,
        status=word(raw.get("status")),
        node=AttachedNode.parse(vm, "node_id", "vm_name") if isinstance(vm, dict) else None,
    )


def _parse_plan(raw: t.Mapping[str, t.Any]) -> VolumePlan | None:
    iops = number(raw.get("iops"))
    try:
        size = round(float(raw["bs_size"]) * 1000)
    except (KeyError, TypeError, ValueError):
        return None
    return None if iops is None else VolumePlan(size, iops, raw.get("available_inventory_status") is not False, amount(raw.get("price")))


class VolumesClient:
    """The calls of reference D.5. Raises what :class:`Transport` raises. Attaching goes by ``vm_id``."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def volumes(self) -> list[Volume]:
        """All volumes, sorted by name."""
        volumes = [volume for raw in read_pages(self.transport, "block_storage/", "block_id") if (volume := _parse(raw)) is not None]
        return sorted(volumes, key=lambda volume: (volume.name, volume.id))

    def plans(self) -> list[VolumePlan]:
        """The sizes on offer, smallest first."""
        plans = {plan for raw in read_list(self.transport, "block_storage/plans/") if (plan := _parse_plan(raw)) is not None}
        return sorted(plans, key=lambda plan: (plan.size, plan.iops))

    def create(self, name: str, plan: VolumePlan) -> int | None:
        """Ask for a volume; it is made after the answer. Its id where the answer holds one."""
        data = self.transport.request("POST", "block_storage/", json={"name": name, "size": plan.size, "iops": plan.iops}).data
        return number(data.get("id")) if isinstance(data, dict) else None

    def grow(self, volume: Volume, size: int) -> None:
        """Ask for more space, in GB. The name has to come with it; ``vm_id`` is that of its node, and left out for a volume on none (reference H.13)."""
        body: dict[str, t.Any] = {"name": volume.name, "block_storage_size": size}
        if volume.node is not None:
            body["vm_id"] = volume.node.vm_id
        self.transport.request("PUT", f"block_storage/{volume.id}/vm/upgrade/", json=body)

    def delete(self, identifier: int) -> None:
        """Remove a volume with its data; one that is not there is fine. It takes its time, and has to be Available."""
        remove(self.transport, f"block_storage/{identifier}/")

    def attach(self, identifier: int, vm_id: int) -> None:
        """Put a volume on a node."""
        self.transport.request("PUT", f"block_storage/{identifier}/vm/attach/", json={"vm_id": vm_id})

    def detach(self, identifier: int, vm_id: int) -> None:
        """Ask to take a volume off a node; it happens after the answer."""
        self.transport.request("PUT", f"block_storage/{identifier}/vm/detach/", json={"vm_id": vm_id})
