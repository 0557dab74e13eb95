# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ordering a node: what its create carries and what it leaves to be done, and what of an order has no price (reference C.2)."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.catalog import NodePlan
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import POWERED_OFF, NodeDetails
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_links import NodeLinks
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_options import NodeOptions


def create_body(options: NodeOptions, links: NodeLinks, choice: NodePlan) -> dict[str, t.Any]:
    """The create of reference C.2: what the vendor's client always sends, and of the rest what the user gave."""
    keys = links.wanted_keys(options.ssh_keys) if options.ssh_keys else ()
    body: dict[str, t.Any] = {
        "name": options.name,
        "plan": choice.id,
        "image": choice.image,
        "label": (options.label or "").strip() or "default",
        "ssh_keys": [key.text for key in keys],
        "start_scripts": [options.start_script] if options.start_script else [],
        "backups": bool(options.backups),
        # Without a key and without a password nobody could log in.
        "disable_password": bool(keys) if options.disable_password is None else options.disable_password,
        "enable_bitninja": bool(options.bitninja),
        "is_ipv6_availed": bool(options.ipv6),
        "default_public_ip": bool(options.public_ip),
        "is_saved_image": options.saved_image is not None,
    }
    if options.saved_image is not None:
        body["saved_image_template_id"] = str(links.wanted_image(options.saved_image).template_id)
    if choice.has_custom_disk:
        body["disk"] = options.disk
    if options.security_groups:
        body["security_group_id"] = links.wanted_groups(options.security_groups)[0].id
    if options.vpcs:
        body["vpc_id"] = links.wanted_vpcs(options.vpcs)[0].id
    if options.reserved_ip and links.wanted_address(options.reserved_ip).is_free:
        body["reserve_ip"] = options.reserved_ip
    if options.encryption_passphrase:
        body |= {"isEncryptionEnabled": True, "is_encryption_required": True, "encryption_passphrase": options.encryption_passphrase}
    return {**body, **options.extra_parameters}


def needs_steps(options: NodeOptions) -> bool:
    """Whether a create leaves something to be done when the node is there."""
    more = len(options.security_groups or ()) > 1 or len(options.vpcs or ()) > 1
    return bool(more or options.volumes or options.reserved_ip or options.power == POWERED_OFF or options.locked or options.recovery_mode)


def adds_unpriced(options: NodeOptions, node: NodeDetails | None, action: Action, disk: int | None) -> bool:
    """Whether a change orders or leaves something that is billed and that the API has no price for.

    :param disk: the wanted size of a disk that does not come with the plan.
    """
    keeps_ip = node is not None and node.public_ip is not None and options.keep_ip and action in ("delete", "replace")
    grows = node is not None and node.disk_size is not None and disk not in (None, node.disk_size) and action == "update"
    return keeps_ip or grows or (bool(options.bitninja) and action in ("create", "replace"))
