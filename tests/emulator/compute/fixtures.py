# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that are there from the start: the same ones for the same seed."""

from __future__ import annotations

import random
from datetime import timedelta

from ..clock import stamp
from .account import Account
from .catalog import CUSTOM_DISK, plans
from .nodes import new_node
from .records import Scope
from .security_groups import default_group

LABELS = ("default", "web", "db", "cache", "worker", "monitoring")
STATUSES = ("Running",) * 17 + ("Powered off",) * 2 + ("Failed",)
LOCKED = 0.02
PROTECTED = 0.2
COMPLIANT = 0.5
OLDEST_MINUTES = 60 * 24 * 365
CUSTOM_DISKS = (75, 100, 150, 400)


def add_nodes(account: Account, scope: Scope, count: int) -> None:
    """``count`` nodes, spread over labels, plans, systems, statuses and ages; none of them is on the bill."""
    chance = random.Random(f"{account.settings.seed} {scope.project_id} {scope.location}")
    # A chance of its own, so that what a seed gave before these facts were known stays the same.
    facts = random.Random(f"{account.settings.seed} {scope.project_id} {scope.location} facts")
    offered = list(plans(scope.location).values())
    group, now = default_group(account.store, scope).id, account.clock.now()
    for index in range(count):
        plan, label = chance.choice(offered), chance.choice(LABELS)
        created = stamp(now - timedelta(minutes=chance.randrange(1, OLDEST_MINUTES)))
        node = new_node(account.store, scope, f"{label}-{index + 1:05}", plan, created)
        node.label, node.status, node.groups = label, chance.choice(STATUSES), [group]
        node.is_locked = chance.random() < LOCKED
        node.protected, node.compliant = facts.random() < PROTECTED, facts.random() < COMPLIANT
        if plan.size.series in CUSTOM_DISK:
            node.disk = chance.choice(CUSTOM_DISKS)
        else:
            node.public_ip = account.store.new_public_address()
        account.store.add_node(node)
