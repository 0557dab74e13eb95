# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user can want of a node, and what of it is wrong whatever is there (reference C.2)."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import POWERED_OFF, RUNNING

RESTARTED = "restarted"
REINSTALLED = "reinstalled"
# The states of a module to the power that they stand for. The last two are done once in every run.
POWER = {"started": RUNNING, "stopped": POWERED_OFF, "restarted": RESTARTED, "reinstalled": REINSTALLED}

_NAME = re.compile(r"[A-Za-z0-9-]{3,50}")
_LONGEST_LABEL = 50
# The keys of a create that options decide, and the one that keeps it from making, and billing, several nodes (reference C.2).
SENT_BY_US = frozenset(
    {
        "name",
        "plan",
        "image",
        "label",
        "number_of_instances",
        "ssh_keys",
        "start_scripts",
        "backups",
        "disable_password",
        "enable_bitninja",
        "is_ipv6_availed",
        "default_public_ip",
        "is_saved_image",
        "saved_image_template_id",
        "disk",
        "security_group_id",
        "vpc_id",
        "reserve_ip",
        "isEncryptionEnabled",
        "is_encryption_required",
        "encryption_passphrase",
    }
)


@dataclass(frozen=True)
class NodeOptions:
    """What the user wants; ``None`` keeps what is there. One of ``id`` and ``name`` is given.

    :param plan: short or long name.
    :param image: an image or operating system.
    :param saved_image: name, id or template id of a saved image.
    :param ssh_keys: labels or texts of public keys; they are only ever added.
    :param security_groups: names or ids, as ``vpcs`` and ``volumes``: all that the node shall have.
    :param reserved_ip: an address, empty for none.
    :param disk: size of the root disk in GB.
    :param extra_parameters: further keys of a create, in the API's own words.
    :param power: one of the values of :data:`POWER`.
    :param sends_unknown: whether links that the API does not tell are sent again.
    """

    id: int | None = None
    name: str | None = None
    plan: str | None = None
    image: str | None = None
    saved_image: str | None = None
    label: str | None = None
    ssh_keys: tuple[str, ...] | None = None
    security_groups: tuple[str, ...] | None = None
    vpcs: tuple[str, ...] | None = None
    volumes: tuple[str, ...] | None = None
    reserved_ip: str | None = None
    start_script: str | None = None
    backups: bool | None = None
    disable_password: bool | None = None
    ipv6: bool | None = None
    public_ip: bool | None = None
    bitninja: bool | None = None
    disk: int | None = None
    encryption_passphrase: str | None = None
    extra_parameters: t.Mapping[str, t.Any] = field(default_factory=dict)
    power: str | None = None
    locked: bool | None = None
    recovery_mode: bool | None = None
    allow_replace: bool = False
    allow_downtime: bool = False
    allow_detach: bool = False
    keep_ip: bool = False
    sends_unknown: bool = False
    wait_timeout: float = 900.0


def check_disk_size(size: int) -> None:
    """Refuse a root disk that is not on the grid of the plans that let one choose (reference C.2).

    :raises InputError: it is not.
    """
    if not 75 <= size <= 2400 or size % (25 if size < 150 else 50):
        below = max(75, min(2400, size - size % (25 if size < 150 else 50)))
        raise InputError(f"disk: {size} GB cannot be had. It is 75 to 2400 GB, in steps of 25 below 150 and of 50 from there; the nearest is {below}.")


def check_node_options(options: NodeOptions) -> None:
    """Refuse what can be seen to be wrong before anything is asked.

    :raises InputError: something is.
    """
    for option in ("plan", "image", "saved_image"):
        if t.cast("str | None", getattr(options, option)) is not None and not getattr(options, option).strip():
            raise InputError(f"{option} is empty. Leave it out to keep what is there, or give one.")
    if options.label is not None and not 1 <= len(options.label.strip()) <= _LONGEST_LABEL:
        raise InputError(f"label: a node has a label of 1 to {_LONGEST_LABEL} characters. Its name where nothing else was chosen is default.")
    if options.security_groups is not None and not options.security_groups:
        raise InputError("security_groups: a node keeps at least one security group, so the list cannot be empty. Leave it out to keep those that there are.")
    if options.encryption_passphrase is not None and not options.encryption_passphrase.strip():
        raise InputError("encryption_passphrase is empty. Leave it out for a node without encryption.")
    if known := sorted(SENT_BY_US & options.extra_parameters.keys()):
        raise InputError(f"extra_parameters cannot set {', '.join(known)}: the options of the module decide that, and it makes one node at a time.")
    if any("PRIVATE KEY" in key for key in options.ssh_keys or ()):
        raise InputError("ssh_keys: one of them is a private key. Give the public one, usually the content of the file that ends in .pub.")
    for option in ("ssh_keys", "security_groups", "vpcs", "volumes"):
        if not all(reference.strip() for reference in t.cast("tuple[str, ...] | None", getattr(options, option)) or ()):
            raise InputError(f"{option}: one entry is empty.")


def check_new_name(name: str) -> None:
    """Refuse a name that the platform does not take, for a create or a rename. Nodes that have one already are not renamed.

    :raises InputError: it is one.
    """
    if not _NAME.fullmatch(name):
        raise InputError(f"name: {name!r} cannot be the name of a node. Use 3 to 50 letters, digits and hyphens.")
