# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All goals of the benchmark, whether or not a run has measured them."""

from __future__ import annotations

from collections.abc import Mapping

from .rows import Goal

GOALS: Mapping[str, Goal] = {
    "loop-direct": Goal("functions", "times faster than the loop over amazon.aws.lambda", 12, at_least=True),
    "single-direct": Goal("functions", "for one unchanged function, above an empty play", 0.2, "s"),
    "stack-100": Goal("functions", "for 100 unchanged functions, above an empty play", 1.0, "s"),
    "stack-100-peer": Goal("functions", "times faster than the loop over amazon.aws.lambda", 60, at_least=True),
    "role-100": Goal("functions", "for 100 unchanged functions, above an empty play", 1.0, "s"),
    "role-100-peer": Goal("functions", "times faster than the loop over amazon.aws.lambda", 60, at_least=True),
    "stack-1000": Goal("functions", "for 1,000 unchanged functions, above an empty play", 4.0, "s"),
    "stack-growth": Goal("functions", "times the seconds of each function in a stack of 100", 1.0),
    "deploy-100": Goal("deploy", "times the bare script that sends the same requests", 1.3),
    "role-module": Goal("role", "times the module for each function", 1.3),
    "inventory-plain": Goal("inventory", "times the static file", 1.0),
    "inventory-grouped": Goal("inventory", "times the static file", 1.5),
    "inventory-memory": Goal("inventory", "times the peak memory of the static file", 1.0),
    "packaging-unchanged": Goal("packaging", "times plain hashing of the same files", 2.0),
    "packaging-changed": Goal("packaging", "times community.general.archive", 0.5),
    "packaging-memory": Goal("packaging", "of peak memory", 100, "MB"),
}
