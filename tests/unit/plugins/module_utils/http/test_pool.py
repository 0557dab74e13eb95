# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that stay open from run to run, and when they do not."""

from __future__ import annotations

import os
import pathlib

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.pool import LONGEST_IDLE_SECONDS, ConnectionPool
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock


class Interrupted(BaseException):
    """As the one of a task's timeout."""


@pytest.fixture
def pool(time: FakeClock) -> ConnectionPool:
    return ConnectionPool(time.clock)


def test_the_next_run_gets_the_same_connections(pool: ConnectionPool, time: FakeClock) -> None:
    with pool.lent() as lent:
        first = lent.adapter(True, 8)
    time.time += LONGEST_IDLE_SECONDS
    with pool.lent() as lent:
        assert lent.adapter(True, 8) is first


def test_connections_that_were_idle_for_long_are_not_used_again(pool: ConnectionPool, time: FakeClock) -> None:
    with pool.lent() as lent:
        first = lent.adapter(True, 8)
        # A run may be long, which does not make it idle.
        time.time += 100
    with pool.lent() as lent:
        assert lent.adapter(True, 8) is first
    time.time += LONGEST_IDLE_SECONDS + 0.1
    with pool.lent() as lent:
        assert lent.adapter(True, 8) is not first


def test_nothing_is_left_of_a_run_that_was_broken_off(pool: ConnectionPool) -> None:
    with pytest.raises(Interrupted), pool.lent() as lent:
        first = lent.adapter(True, 8)
        raise Interrupted
    assert pool.adapter(True, 8) is not first


def test_connections_are_shared_only_where_certificates_are_checked_in_the_same_way(pool: ConnectionPool, tmp_path: pathlib.Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("one", encoding="utf-8")
    unchecked, checked, own = pool.adapter(False, 8), pool.adapter(True, 8), pool.adapter(str(bundle), 8)

    assert len({id(adapter) for adapter in (unchecked, checked, own)}) == 3
    assert pool.adapter(str(bundle), 8) is own
    bundle.write_text("another", encoding="utf-8")
    os.utime(bundle, ns=(1, 1))
    assert pool.adapter(str(bundle), 8) is not own
    bundle.unlink()
    assert pool.adapter(str(bundle), 8) is not own
    assert pool.adapter(True, 4) is not checked
