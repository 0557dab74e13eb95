# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.moments import read_moment
from hypothesis import given
from hypothesis import strategies as st

ZONES = st.none() | st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
WRITTEN: dict[str, t.Callable[[datetime], str]] = {
    "as Python does": datetime.isoformat,
    "with a space": lambda moment: moment.isoformat(" "),
    "with Z": lambda moment: moment.isoformat().replace("+00:00", "Z"),
    "to the nanosecond": lambda moment: moment.isoformat(timespec="microseconds").replace(f"{moment:%f}", f"{moment:%f}789"),
    "without needless zeros": lambda moment: moment.isoformat(timespec="microseconds").replace(f".{moment:%f}", f".{moment:%f}".rstrip("0.")),
}


@given(st.datetimes(timezones=ZONES), st.sampled_from(list(WRITTEN.values())))
def test_however_it_is_written(moment: datetime, written: t.Callable[[datetime], str]) -> None:
    read = read_moment(f" {written(moment)}\n")
    assert (read, read.utcoffset()) == (moment, moment.utcoffset())


@pytest.mark.parametrize("text", ["", "now", "2026-13-31T12:00:00Z", "2026-01-31T12:00:00Zulu", "2026-01-31T25:00:00", "1769860800", "٢٠٢٦-01-31T12:00:00"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        read_moment(text)


def test_forms_near_to_it() -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert read_moment("2026-01-31T12:00:00,5+0530") == noon + timedelta(microseconds=500_000)
    assert read_moment("2026-01-31") == datetime(2026, 1, 31)
