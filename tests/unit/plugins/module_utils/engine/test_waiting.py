# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import until_accepted, wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock, backoff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, RefusedError, WaitTimeoutError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 60), st.floats(0.01, 10), st.floats(0.01, 100), st.floats(0, 1, exclude_max=True), st.sampled_from([1.3, 2.0]))
def test_a_pause_is_half_fixed_and_half_drawn(attempt: int, base: float, cap: float, chance: float, factor: float) -> None:
    pause = backoff(attempt, base=base, cap=cap, chance=chance, factor=factor)
    ceiling = min(cap, base * factor**attempt)
    assert ceiling / 2 <= pause <= ceiling
    assert pause <= backoff(attempt + 1, base=base, cap=cap, chance=chance, factor=factor)


def count(time: FakeClock, results: t.Iterable[int], **more: t.Any) -> int:
    values = iter(results)
    return wait_until(lambda: next(values), lambda value: value == 3, describe=lambda value: f"It is at {value}", clock=time.clock, **more)


def test_returns_what_was_waited_for(time: FakeClock) -> None:
    assert count(time, [3], timeout=10) == 3
    assert time.slept == []
    assert count(time, [1, 2, 3], timeout=10, interval=1.0) == 3
    assert time.slept == pytest.approx([0.75, 0.975])


def test_a_first_pause_is_no_longer_than_the_time_there_is(time: FakeClock) -> None:
    assert count(time, [3], timeout=2, first_pause=5) == 3
    assert time.slept == [2]


@given(st.floats(0.1, 3000), st.floats(0, 1, exclude_max=True), st.floats(0.1, 5), st.floats(0, 10))
def test_the_deadline_is_kept(timeout: float, chance: float, interval: float, first_pause: float) -> None:
    time = FakeClock(chance)
    probes: list[float] = []

    def probe() -> int:
        probes.append(time.time)
        return 1

    with pytest.raises(WaitTimeoutError) as raised:
        wait_until(
            probe,
            lambda value: False,
            timeout=timeout,
            describe=lambda value: f"It is at {value}",
            clock=time.clock,
            interval=interval,
            first_pause=first_pause,
        )
    assert raised.value.message == f"It is at 1 after {timeout:g} seconds. Raise wait_timeout if it only needs longer."
    # The last look is at the deadline: not before it, and not much after it.
    assert probes[-1] - 1000.0 == pytest.approx(timeout, abs=1e-6)
    assert max(time.slept, default=0) <= 10


def test_what_the_probe_raises_ends_the_wait(time: FakeClock) -> None:
    with pytest.raises(KeyError):
        wait_until(lambda: {}["x"], bool, timeout=10, describe=str, clock=time.clock)


def told(clock: Clock) -> tuple[Clock, list[str]]:
    texts: list[str] = []
    return dataclasses.replace(clock, progress=texts.append), texts


def test_progress_is_told_of_each_change_while_it_waits(time: FakeClock) -> None:
    clock, texts = told(time.clock)
    seen = iter([1, 1, 0, 2, 2, 1, 3])
    wait_until(lambda: next(seen), lambda value: value == 3, timeout=60, describe=lambda value: f"It is at {value}" if value else "", clock=clock)
    assert texts == ["It is at 1", "It is at 2", "It is at 1"]


def test_what_is_shown_can_be_another_text_than_the_errors(time: FakeClock) -> None:
    clock, texts = told(time.clock)
    with pytest.raises(WaitTimeoutError, match="It failed after 1 seconds"):
        wait_until(lambda: 1, lambda value: False, timeout=1, describe=lambda value: "It failed", show=lambda value: "It waits", clock=clock)
    assert texts == ["It waits"]


def test_a_call_that_is_refused_tells_why_it_waits(time: FakeClock) -> None:
    clock, texts = told(time.clock)
    answers: list[ApiError | None] = [RefusedError("It is being built."), RefusedError("It is being built."), None]

    def call() -> None:
        if (error := answers.pop(0)) is not None:
            raise error

    until_accepted(call, timeout=60, clock=clock, passes=lambda error: True)
    assert texts == ["It is being built."]
