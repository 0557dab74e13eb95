# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls side by side: their order, and how they end."""

from __future__ import annotations

import threading
import typing as t
from types import SimpleNamespace

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel

CONNECTION: t.Any = SimpleNamespace(pool_size=2)


class TimeIsUp(BaseException):
    """As the one of a task's timeout."""


def test_answers_are_in_the_order_of_the_items() -> None:
    second = threading.Event()

    def call(item: int) -> int:
        if item == 1:
            assert second.wait(30)
        elif item == 2:
            second.set()
        return item * 10

    assert in_parallel(CONNECTION, call, [1, 2, 3]) == [10, 20, 30]


def test_a_failure_waits_for_the_calls_under_way() -> None:
    under_way, failed = threading.Event(), threading.Event()
    ended: list[int] = []

    def call(item: int) -> None:
        if item == 1:
            assert under_way.wait(30)
            failed.set()
            raise InputError("no")
        under_way.set()
        assert failed.wait(30)
        ended.append(item)

    with pytest.raises(InputError):
        in_parallel(CONNECTION, call, [1, 2])
    assert ended == [2]


def test_a_time_limit_does_not_wait() -> None:
    under_way, go_on = threading.Event(), threading.Event()
    ended: list[int] = []

    def call(item: int) -> None:
        if item == 1:
            assert under_way.wait(30)
            raise TimeIsUp
        under_way.set()
        go_on.wait(10)
        ended.append(item)

    try:
        with pytest.raises(TimeIsUp):
            in_parallel(CONNECTION, call, [1, 2])
        assert ended == []
    finally:
        go_on.set()
