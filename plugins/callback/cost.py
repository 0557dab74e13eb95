# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: cost
short_description: Tell what a play adds to the bill
version_added: 1.0.0
type: aggregate
description:
  - After the recap, sums up RV(e2enetworks.cloud.e2e_node#module:cost) of all tasks of this collection that changed something, or in check
    mode would, so that C(--check) tells the price of a play before it is played.
  - What is billed and has no price in the API is counted, never guessed. Nothing is printed when no task of the play has to do with the bill.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
requirements:
  - enable it, with E(ANSIBLE_CALLBACKS_ENABLED=e2enetworks.cloud.cost) or C(callbacks_enabled) in C(ansible.cfg)
"""

EXAMPLES = r"""
# In ansible.cfg:
#
# [defaults]
# callbacks_enabled = e2enetworks.cloud.cost
"""

import typing as t

from ansible.plugins.callback import CallbackBase
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.bill import Bill


def _content(result: t.Any) -> t.Mapping[str, t.Any]:
    """What a task returned: ansible-core up to 2.18 has it under another name."""
    found: t.Mapping[str, t.Any] = result.result if hasattr(result, "result") else result._result
    return found


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Adds up results as they come, and tells the sum at the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "e2enetworks.cloud.cost"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._bill = Bill()
        self._predicted = False

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        """Remember whether this run only predicts."""
        self._predicted = bool(play.check_mode)

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """Count a task, or each item of its loop."""
        self._bill.add(_content(result))

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        """A task that failed may have bought something all the same."""
        self._bill.add(_content(result))

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Tell the sum."""
        lines = self._bill.lines(predicted=self._predicted)
        if lines:
            self._display.banner("COST")
            for line in lines:
                self._display.display(line)
