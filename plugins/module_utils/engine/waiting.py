# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Polling until something is as it should be, with back-off and a deadline."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock, backoff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, RefusedError, WaitTimeoutError

T = t.TypeVar("T")

# Polls grow more slowly than retries: what is waited for is expected to come, and soon.
_POLL_GROWTH = 1.3


def wait_until(
    probe: t.Callable[[], T],
    done: t.Callable[[T], bool],
    *,
    timeout: float,
    describe: t.Callable[[T], str],
    clock: Clock,
    show: t.Callable[[T], str] | None = None,
    first_pause: float = 0.0,
    interval: float = 1.0,
    longest_interval: float = 10.0,
) -> T:
    """Call ``probe`` until ``done`` accepts what it returns, and return that.

    :param timeout: seconds, counted from the call. The last probe happens at the deadline, not after it.
    :param describe: what the last probe saw, for the error.
    :param show: the same for who follows the clock's progress; ``describe`` unless it is given. An empty text is not shown.
    :param first_pause: seconds before the first probe.
    :raises WaitTimeoutError: the deadline passed. Whatever ``probe`` or ``done`` raise ends the wait as well.
    """
    deadline = clock.now() + timeout
    shown = ""
    if first_pause:
        clock.sleep(min(first_pause, timeout))
    attempt = 0
    while True:
        seen = probe()
        if done(seen):
            return seen
        left = deadline - clock.now()
        if left <= 0:
            raise WaitTimeoutError(f"{describe(seen)} after {timeout:g} seconds. Raise wait_timeout if it only needs longer.")
        if clock.progress is not None and (text := (show or describe)(seen)) != shown:
            shown = text
            if text:
                clock.progress(text)
        clock.sleep(min(left, backoff(attempt, base=interval, cap=longest_interval, chance=clock.random(), factor=_POLL_GROWTH)))
        attempt += 1


def until_accepted(
    call: t.Callable[[], t.Any],
    *,
    timeout: float,
    clock: Clock,
    passes: t.Callable[[ApiError], bool],
    settled: t.Callable[[ApiError], bool] = lambda error: False,
) -> None:
    """Make a call, and again while it is refused for a reason that passes by itself.

    :param passes: whether a refusal is of that kind.
    :param settled: asked after a refusal, before the call is made again: whether what it is for has come true all the same.
    :raises ApiError: it is refused for another reason, or still so after ``timeout`` seconds.
    """
    refusals: list[ApiError] = []

    def accepted() -> bool:
        if refusals and settled(refusals[-1]):
            return True
        try:
            call()
        except ApiError as error:
            if passes(error):
                refusals.append(error)
                return False
            if not isinstance(error, RefusedError) or not settled(error):
                raise
        return True

    def give_up(unused: bool) -> t.NoReturn:
        refusals[-1].add(f"It stayed so for {timeout:g} seconds. Raise wait_timeout if it only needs longer.")
        raise refusals[-1] from None

    wait_until(accepted, bool, timeout=timeout, describe=give_up, show=lambda unused: refusals[-1].message, clock=clock, interval=2.0)
