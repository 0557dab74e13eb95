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
  - After the recap, sums up RV(e2enetworks.cloud.e2e_node#module:cost) of all tasks of this collection that changed something, and on its own
    of those that in check mode would, so that C(--check) tells the price of a play before it is played. The C(check_mode) of a task decides
    where it belongs.
  - What is billed and has no price in the API is named, never guessed, and so is what changed in a task with C(no_log), which hides its cost.
    Nothing is printed when no task of the play has to do with the bill.
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
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.bill import PRICED, Bill


def _content(result: t.Any) -> t.Mapping[str, t.Any]:
    """What a task returned: ansible-core up to 2.18 has it under another name."""
    found: t.Mapping[str, t.Any] = result.result if hasattr(result, "result") else result._result
    return found


def _task(result: t.Any) -> t.Any:
    """The task, with its keywords as they were for this host and item."""
    return result.task if hasattr(result, "task") else result._task


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Adds up results as they come, and tells the sum at the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "e2enetworks.cloud.cost"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._changed, self._predicted = Bill(), Bill()
        self._names: dict[str, str] = {}

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        """Remember how Ansible calls a task. Its results can have a name with an item in it that no_log hides."""
        self._names[task._uuid] = task.get_name()

    def v2_playbook_on_handler_task_start(self, task: t.Any) -> None:
        """Remember how Ansible calls a handler."""
        self._names[task._uuid] = task.get_name()

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """Count a task. Of a loop, its items were counted: each has a check mode of its own."""
        if _task(result).loop is None:
            self._count(result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        """A task that failed may have bought something all the same."""
        self.v2_runner_on_ok(result)

    def v2_runner_item_on_ok(self, result: t.Any) -> None:
        """Count an item of a loop."""
        self._count(result)

    def v2_runner_item_on_failed(self, result: t.Any) -> None:
        """Count an item of a loop that failed."""
        self._count(result)

    def _count(self, result: t.Any) -> None:
        task, content = _task(result), _content(result)
        # The play's own is not enough: a task can look first, or do something in a run that only looks.
        bill = self._predicted if task.check_mode else self._changed
        if "censored" not in content:
            bill.add(content)
        elif content.get("changed") and task.resolved_action in PRICED:
            bill.add_hidden(self._names.get(task._uuid, task.resolved_action))

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Tell the sums."""
        lines = [*self._changed.lines(predicted=False), *self._predicted.lines(predicted=True)]
        if lines:
            self._display.banner("COST")
            for line in lines:
                self._display.display(line)
