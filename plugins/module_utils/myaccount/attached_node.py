# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The node that something is attached to, as the API names it there."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import number, text


@dataclass(frozen=True)
class AttachedNode:
    """A node, as what is attached to it names it.

    :param vm_id: what attaching goes by; another number than the node's id (reference C.5).
    :param id: the node's id, ``None`` where the API does not tell. Both are below zero for a node that is not there yet
        (see ``References`` of the engine).
    """

    vm_id: int
    id: int | None
    name: str | None
    public_ip: str | None = None

    @classmethod
    def parse(cls, raw: t.Mapping[str, t.Any], id_key: str, name_key: str) -> AttachedNode | None:
        """Read what the API says about the other side, ``None`` for nothing attached."""
        vm_id = number(raw.get("vm_id"))
        return cls(vm_id, number(raw.get(id_key)), text(raw.get(name_key))) if vm_id else None

    @property
    def is_expected(self) -> bool:
        """Whether it is not there yet."""
        return self.vm_id < 0

    def __str__(self) -> str:
        return self.name or f"with the vm_id {self.vm_id}"

    def is_named(self, reference: str) -> bool:
        """Whether a user's name or id means this node."""
        return reference in (self.name, str(self.id))
