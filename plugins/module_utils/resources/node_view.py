# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A node as modules return it, and how its fields are compared and shown. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, FieldRule, Unknown, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import Node, NodeDetails, NodeKey
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIp
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_groups import SecurityGroup
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import key_fingerprint


@dataclass(frozen=True)
class Link:
    """Something that a node is linked with. Two are the same when their ids are.

    :param group: a security group as it was read, where this is one that was.
    """

    id: int
    name: str = field(compare=False)
    group: SecurityGroup | None = field(default=None, compare=False, repr=False)


Links = frozenset[Link]


#: The keys of a node's result that only the node's own answer has, in the order of the documentation.
DETAIL_KEYS = (
    "vm_id",
    "label",
    "created_at",
    "disk",
    "memory",
    "vcpus",
    "price",
    "os",
    "ssh_keys",
    "security_group_count",
    "is_vpc_attached",
    "is_active",
    "is_monitored",
    "is_bitninja_active",
    "is_encryption_enabled",
    "is_accidental_protection",
    "is_node_compliance",
)
#: Those that take further calls.
LINK_KEYS = ("security_groups", "security_group_details", "vpcs", "volumes", "reserved_ips")
_KEYS = (
    "id",
    "name",
    "status",
    "plan",
    "public_ip_address",
    "private_ip_address",
    "is_locked",
    "recovery_mode",
    "rescue_mode_status",
    "location",
    *DETAIL_KEYS,
    *LINK_KEYS,
)


def key_view(key: NodeKey) -> dict[str, t.Any]:
    """A key of a node as modules return it."""
    return {"label": key.label or None, "fingerprint": key_fingerprint(key.text) if key.text else None}


def with_label(key: NodeKey) -> NodeKey:
    """A key with the label that adding it needs: its comment, where the project knows no label of it."""
    return key if key.label else NodeKey(" ".join(key.text.split()[2:]) or "ansible", key.text)


def keys_view(keys: t.Iterable[NodeKey]) -> list[dict[str, t.Any]]:
    """Keys as modules return them, sorted."""
    return sorted(map(key_view, keys), key=lambda key: (key["label"] or "", key["fingerprint"] or ""))


def system_name(node: NodeDetails) -> str | None:
    """The system of a node as ``image`` takes it, ``None`` where the API does not tell."""
    os = node.os
    prefix = f"{os['category']} " if os.get("category") not in (None, "", os.get("name")) else ""
    name = os.get("full_name") or " ".join(os[part] for part in ("name", "version") if os.get(part))
    return prefix + name if name else None


def absent_node(identifier: int | None, name: str | None) -> dict[str, t.Any]:
    """The result for a node that does not exist."""
    nothing: dict[str, t.Any] = dict.fromkeys(_KEYS)
    return nothing | {"id": identifier, "name": name, "status": "absent"}


def node_view(node: Node, location: str | None) -> dict[str, t.Any]:
    """A node as modules return it, ``None`` for what the answer did not hold."""
    shown = absent_node(node.id, node.name) | {
        "status": node.status,
        "plan": node.plan,
        "public_ip_address": node.public_ip,
        "private_ip_address": node.private_ip,
        "is_locked": node.is_locked,
        "recovery_mode": node.in_recovery,
        "rescue_mode_status": node.rescue_mode,
        "location": location,
    }
    if not isinstance(node, NodeDetails):
        return shown
    return shown | {
        "vm_id": node.vm_id,
        "label": node.label,
        "location": node.location or location,
        "created_at": node.created_at,
        "disk": node.disk_size,
        "memory": node.memory_size,
        "vcpus": node.vcpus,
        "price": node.price,
        "os": {key: node.os.get(key) for key in ("name", "version", "category", "full_name")} if node.os else None,
        "ssh_keys": keys_view(node.ssh_keys) if node.tells_ssh_keys else None,
        "security_group_count": node.security_group_count,
        "is_vpc_attached": node.is_vpc_attached,
        "is_active": node.is_active,
        "is_monitored": node.is_monitored,
        "is_bitninja_active": node.is_bitninja_active,
        "is_encryption_enabled": node.is_encryption_enabled,
        "is_accidental_protection": node.is_accidental_protection,
        "is_node_compliance": node.is_node_compliance,
    }


def links_view(
    groups: Links | Unknown | None, vpcs: Links | Unknown | None, volumes: Links | None, addresses: t.Sequence[ReservedIp] | None
) -> dict[str, t.Any]:
    """What a node is linked with as modules return it, ``None`` for what was not read or is not told."""

    def names(links: Links | Unknown | None) -> list[str] | None:
        return None if links is None or links is UNKNOWN else sorted(link.name for link in links)

    known = None if addresses is None else sorted(ip.address for ip in addresses)
    details = None if groups is None or groups is UNKNOWN else groups_view(groups)
    return dict(zip(LINK_KEYS, (names(groups), details, names(vpcs), names(volumes), known)))


def groups_view(groups: Links) -> list[dict[str, t.Any]]:
    """The security groups of a node as modules return them, with ``None`` for what is not known of one."""
    return [
        {
            "id": link.id if link.id > 0 else None,
            "name": link.name,
            "is_default": link.group.is_default if link.group else None,
            "rules": [rule.as_dict() for rule in sorted(link.group.rules)] if link.group and link.group.tells_rules else None,
        }
        for link in sorted(groups, key=lambda link: (link.name, link.id))
    ]


def _same_keys(wanted: Value, current: Value) -> t.Any:
    return UNKNOWN if current is UNKNOWN else {key.identity for key in wanted} == {key.identity for key in current}


def _show_keys(keys: Value) -> Value:
    return [f"{key['label'] or 'no label'} ({key['fingerprint'] or 'not there yet'})" for key in keys_view(keys)]


def _show_links(links: Value) -> Value:
    return sorted(link.name for link in links)


def _show_groups(groups: Value) -> Value:
    return [_show_group(link) for link in sorted(groups, key=lambda link: (link.name, link.id))]


def _show_group(link: Link) -> str:
    """The name, the id and the rules of a group, as far as they are known."""
    rules = "; ".join(map(str, sorted(link.group.rules))) if link.group else ""
    return link.name + (f" ({link.id})" if link.id > 0 else "") + (f": {rules}" if rules else "")


def _show_or_none(value: Value) -> Value:
    return value or "none"


def _show_size(size: Value) -> Value:
    return f"{size} GB"


def _show_script(script: Value) -> Value:
    return f"{len(script.splitlines())} lines"


def node_rules(show_plan: t.Callable[[Value], Value]) -> tuple[FieldRule, ...]:
    """How the fields of a node are compared and shown. What is not changed in place is bound to the node's making.

    :param show_plan: the name of a plan, with its price where it is known.
    """
    return (
        FieldRule("name"),
        FieldRule("status", in_place=False),
        FieldRule("label"),
        FieldRule("plan", show=show_plan),
        FieldRule("image", in_place=False),
        FieldRule("saved_image", in_place=False),
        FieldRule("disk", show=_show_size),
        FieldRule("power"),
        FieldRule("locked"),
        FieldRule("recovery_mode"),
        FieldRule("ssh_keys", same=_same_keys, show=_show_keys),
        FieldRule("security_groups", show=_show_groups),
        FieldRule("vpcs", show=_show_links),
        FieldRule("volumes", show=_show_links),
        FieldRule("reserved_ip", show=_show_or_none),
        FieldRule("start_script", in_place=False, show=_show_script),
        FieldRule("backups", in_place=False),
        FieldRule("disable_password", in_place=False),
        FieldRule("ipv6", in_place=False),
        FieldRule("public_ip", in_place=False),
        FieldRule("bitninja", in_place=False),
        FieldRule("encrypted", in_place=False),
    )
