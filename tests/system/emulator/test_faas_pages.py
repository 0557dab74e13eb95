# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of functions comes in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from emulator_api import CONTAINER, Api

MANY = 25
NAMES = [f"f{number:02}" for number in range(MANY)]


@pytest.fixture(scope="module")
def full(_emulators: Callable[..., Any]) -> Api:
    """An emulator with 25 functions, which nothing here changes."""
    api = Api(_emulators(build_seconds=0))
    for name in NAMES:
        assert api.create(name, "#", runtime=CONTAINER).status_code == 201
    return api


def shown(api: Api, **query: str) -> list[str]:
    answer = api.listed(**query)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["data"]]


@pytest.mark.parametrize(
    "query, expected, pages",
    [
        ({}, NAMES[:10], 3),
        ({"page": "1"}, NAMES[:10], 3),
        ({"page": "3"}, NAMES[20:], 3),
        ({"page": "4"}, [], 3),
        ({"page_size": "5"}, NAMES[:5], 5),
        ({"page": "5", "page_size": "5"}, NAMES[20:], 5),
        ({"page": "2", "page_size": "24"}, NAMES[24:], 2),
        ({"page_size": "100"}, NAMES, 1),
        ({"page_no": "2", "per_page": "5"}, NAMES[:10], 3),
    ],
)
def test_pages_and_totals(full: Api, query: dict[str, str], expected: list[str], pages: int) -> None:
    answer = full.listed(**query).json()
    assert [one["name"] for one in answer["data"]] == expected
    assert (answer["total_count"], answer["total_page_number"]) == (MANY, pages)
    assert (answer["code"], answer["errors"], answer["message"]) == (200, {}, "Success")


@pytest.mark.parametrize("key", ["page", "page_size"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "٣"])
def test_numbers_that_are_none(full: Api, key: str, value: str) -> None:
    answer = full.listed(**{key: value})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"{key} must be a whole number from 1")


def test_an_empty_list_is_one_page(api: Api) -> None:
    assert api.listed().json() == {"code": 200, "data": [], "errors": {}, "message": "Success", "total_count": 0, "total_page_number": 1}


def test_a_page_size_of_more_than_100_is_cut_down(api: Api) -> None:
    for number in range(102):
        api.create(f"f{number:03}", "#", runtime=CONTAINER)
    answer = api.listed(page_size="1000").json()
    assert (len(answer["data"]), answer["total_page_number"], answer["total_count"]) == (100, 2, 102)


@pytest.mark.parametrize("shift, second", [(1, NAMES[9:19]), (-1, NAMES[11:21])])
def test_a_page_that_changed_meanwhile(full: Api, shift: int, second: list[str]) -> None:
    full.process.clear_faults()
    full.process.fault({"path": "faas/functions/", "method": "GET", "action": "pages_shift", "shift": shift, "skip": 1, "times": 1})
    assert shown(full, page="1") == NAMES[:10]
    assert shown(full, page="2") == second
    assert shown(full, page="2") == NAMES[10:20]


def test_another_size_by_default(api_factory: Callable[..., Api]) -> None:
    api = api_factory(function_page_size=2)
    for name in NAMES[:5]:
        api.create(name, "#", runtime=CONTAINER)
    assert shown(api) == NAMES[:2]
    assert shown(api, page="3") == NAMES[4:5]
    assert shown(api, page="2", page_size="3") == NAMES[3:5]


def test_no_pages(api_factory: Callable[..., Api]) -> None:
    api = api_factory(function_paging="off")
    for name in NAMES[:12]:
        api.create(name, "#", runtime=CONTAINER)
    answer = api.listed(page="2", page_size="5").json()
    assert [one["name"] for one in answer["data"]] == NAMES[:12]
    assert set(answer) == {"code", "data", "errors", "message"}
