# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that run side by side over one connection, and what they share."""

from __future__ import annotations

import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import Connection

T = t.TypeVar("T")
R = t.TypeVar("R")


class Once(t.Generic[R]):
    """What a call returns that is made at first use, once for all threads. One that fails is made again at the next use."""

    def __init__(self, call: t.Callable[[], R]) -> None:
        self._call = call
        self._lock = threading.Lock()
        self._made: list[R] = []

    def __call__(self) -> R:
        with self._lock:
            if not self._made:
                self._made.append(self._call())
            return self._made[0]


def in_parallel(connection: Connection, call: t.Callable[[T], R], items: t.Sequence[T], limit: int | None = None) -> list[R]:
    """``call`` of each item, in the order of the items.

    :param limit: how many run at once; never more than it has connections.
    :raises E2EError: what the first call that failed raised. Calls that have not begun by then are not made.
    """
    workers = min(connection.pool_size, limit or connection.pool_size, len(items))
    if workers <= 1:
        return [call(item) for item in items]
    pool = ThreadPoolExecutor(workers)
    try:
        answers = list(pool.map(call, items))
    except Exception:
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    except BaseException:
        # The time limit of a task, which is over and does not wait for the calls under way.
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return answers
