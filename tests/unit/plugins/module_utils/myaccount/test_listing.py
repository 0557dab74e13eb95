# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paged lists are read whole, from servers that page in every way that reference A.5 allows."""

from __future__ import annotations

import dataclasses
import json
import threading
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import candidates, only_one, select
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import AmbiguousError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import PAGE, PAGE_NO, Dialect, read_list, read_pages
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, Reply, ScriptedApi, Step, together

ENTRIES = [{"id": number} for number in range(1, 251)]


def answer(entries: t.Sequence[t.Any], **totals: int) -> Reply:
    return Reply(200, json.dumps({"code": 200, "data": entries, "errors": {}, "message": "", **totals}).encode())


def pages(*answers: Reply, dialect: Dialect = PAGE_NO) -> list[Step]:
    return [Step("GET", "things/", one, None, {dialect.page: str(number), dialect.size: "100"}) for number, one in enumerate(answers, 1)]


def read(dialect: Dialect = PAGE_NO) -> list[dict[str, t.Any]]:
    return read_pages(Transport(Credentials(**CREDENTIALS)), "things/", "id", dialect)


def totals(count: int) -> dict[str, int]:
    return {"total_count": count, "total_page_number": (count + 99) // 100}


@pytest.mark.parametrize(
    "answers",
    [
        [answer(ENTRIES[:100], **totals(250)), answer(ENTRIES[100:200], **totals(250)), answer(ENTRIES[200:], **totals(250))],
        [answer(ENTRIES[:100]), answer(ENTRIES[100:200]), answer(ENTRIES[200:])],
        [answer(ENTRIES[:100], total_count=250), answer(ENTRIES[100:200], total_count=250), answer(ENTRIES[200:], total_count=250)],
        [answer(ENTRIES), answer(ENTRIES)],
        [answer(ENTRIES, **totals(100) | {"total_count": 250})],
        [answer(ENTRIES, total_count=250)],
        [answer(ENTRIES, **totals(250)), answer(ENTRIES, **totals(250))],
        [answer(ENTRIES[:100], total_page_number=3), answer(ENTRIES[100:200], total_page_number=3), answer(ENTRIES[200:], total_page_number=3)],
        [answer(ENTRIES[:100], **totals(250)), answer(ENTRIES[100:200]), answer(ENTRIES[200:])],
        [answer(ENTRIES[start : start + 50], total_count=250, total_page_number=5) for start in range(0, 250, 50)],
        [answer(ENTRIES[start : start + 50], total_page_number=5) for start in range(0, 250, 50)],
    ],
    ids=[
        "totals",
        "no totals",
        "only a count",
        "page ignored",
        "all on one page",
        "page ignored with a count",
        "page ignored with totals",
        "only pages",
        "totals on the first page",
        "smaller pages",
        "smaller pages without a count",
    ],
)
def test_every_way_to_page(api: ScriptedApi, answers: list[Reply]) -> None:
    steps = pages(*answers)
    api.expect(*steps[:2], together(*steps[2:]))
    assert read() == ENTRIES


def test_the_other_names_of_the_two_keys(api: ScriptedApi) -> None:
    assert (PAGE.page, PAGE.size) == ("page", "page_size")
    api.expect(*pages(answer(ENTRIES[:100], **totals(120)), answer(ENTRIES[100:120], **totals(120)), dialect=PAGE))
    assert read(PAGE) == ENTRIES[:120]


@pytest.mark.parametrize("nothing", [answer([]), answer([], **totals(0)), Reply(200, b'{"code": 200, "data": {}}'), Reply(200, b'{"code": 200, "data": null}')])
def test_nothing_at_all(api: ScriptedApi, nothing: Reply) -> None:
    api.expect(*pages(nothing))
    assert read() == []


def test_pages_that_are_known_to_be_there_are_read_side_by_side(api: ScriptedApi) -> None:
    entries = [{"id": number} for number in range(1, 551)]
    meeting = threading.Barrier(4, timeout=60)

    def held(reply: Reply) -> t.Callable[[ScriptedApi], Reply]:
        def wait(unused: ScriptedApi) -> Reply:
            meeting.wait()
            return reply

        return wait

    steps = pages(*(answer(entries[start : start + 100], **totals(550)) for start in range(0, 600, 100)))
    api.expect(*steps[:2], together(*(dataclasses.replace(step, answer=held(t.cast(Reply, step.answer))) for step in steps[2:])))
    assert read() == entries


def test_more_pages_than_any_account_has_are_not_asked_for(api: ScriptedApi) -> None:
    api.expect(*pages(answer(ENTRIES[:100], total_page_number=501), answer(ENTRIES[100:200], total_page_number=501)))
    with pytest.raises(ProtocolError, match="does not end after 500 pages"):
        read()


def test_what_was_deleted_meanwhile_makes_it_read_again(api: ScriptedApi) -> None:
    kept = ENTRIES[1:]
    api.expect(
        *pages(answer(ENTRIES[:100], **totals(250)), answer(kept[100:200], **totals(249))),
        *pages(answer(kept[:100], **totals(249)), answer(kept[100:200], **totals(249)), answer(kept[200:], **totals(249))),
    )
    assert read() == kept


def test_a_list_that_never_rests_is_an_error(api: ScriptedApi) -> None:
    moving = pages(answer(ENTRIES[:100], **totals(250)), answer(ENTRIES[100:200], **totals(251)))
    api.expect(*moving, *moving, *moving)
    with pytest.raises(ProtocolError, match="changed from 250 to 251"):
        read()


def test_a_list_shorter_than_its_total_is_an_error(api: ScriptedApi) -> None:
    short = pages(answer(ENTRIES[:10], **totals(11)))
    api.expect(*short, *short, *short)
    with pytest.raises(ProtocolError, match="10 of 11"):
        read()


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ([answer(ENTRIES[:100], total_page_number=3), answer([], total_page_number=3)], "page 2 of 3 came with 0 new"),
        ([answer(ENTRIES[:100], total_page_number=3), answer(ENTRIES[:100], total_page_number=3)], "page 2 of 3 came with 0 new"),
        ([answer(ENTRIES[:100], total_page_number=3), answer(ENTRIES[100:160], total_page_number=3)], "page 2 of 3 came with 60 new"),
        ([answer(ENTRIES[:100], total_page_number=3), answer(ENTRIES[100:200], total_page_number=2)], "changed from 3 to 2 pages"),
        ([answer(ENTRIES[:100], **totals(250)), answer(ENTRIES[100:200]), answer([])], "page 3|200 of 250"),
    ],
    ids=["empty page", "page that comes again", "short page", "fewer pages", "empty last page"],
)
def test_a_missing_page_is_an_error(api: ScriptedApi, answers: list[Reply], complaint: str) -> None:
    api.expect(*pages(*answers), *pages(*answers), *pages(*answers))
    with pytest.raises(ProtocolError, match=complaint):
        read()


@pytest.mark.parametrize("identifier", [[1], {"a": 1}, None, True])
def test_an_entry_that_cannot_be_told_from_others_is_an_error(api: ScriptedApi, identifier: t.Any) -> None:
    api.expect(*pages(answer([{"id": 1}, {"id": identifier}])))
    with pytest.raises(ProtocolError, match="whose id is no number and no text"):
        read()


@pytest.mark.parametrize(("more", "there"), [(totals(250), "250 entries"), ({"total_page_number": 2}, "2 pages")])
def test_a_part_of_a_list_that_comes_at_once_is_an_error(api: ScriptedApi, more: dict[str, int], there: str) -> None:
    api.expect(Step("GET", "things/", answer(ENTRIES[:100], **more)))
    with pytest.raises(ProtocolError, match=f"holds 100 entries of a list of {there}"):
        read_list(Transport(Credentials(**CREDENTIALS)), "things/")


def test_a_list_that_comes_at_once(api: ScriptedApi) -> None:
    api.expect(Step("GET", "things/", answer(ENTRIES, **totals(250))))
    assert read_list(Transport(Credentials(**CREDENTIALS)), "things/") == ENTRIES


def test_a_list_without_an_end_is_an_error(api: ScriptedApi) -> None:
    api.expect(*pages(*(answer([{"id": page * 100 + number} for number in range(100)]) for page in range(500))))
    with pytest.raises(ProtocolError, match="does not end"):
        read()


def test_what_is_no_list_is_an_error(api: ScriptedApi) -> None:
    api.expect(*pages(answer(t.cast("t.Any", ["web"]))))
    with pytest.raises(ProtocolError, match="no list"):
        read()


def test_one_of_several_is_never_picked() -> None:
    assert only_one([], "node web", str) is None
    assert only_one([7], "node web", str) == 7
    with pytest.raises(AmbiguousError, match="node web: 2 of them exist, with the ids 7, 8"):
        only_one([8, 7], "node web", str)


def test_names_that_are_wanted_and_not_there() -> None:
    assert select(["a", "b"], None, str) == (["a", "b"], [])
    assert select(["a", "b"], ["c", "b"], str) == (["b"], ["c"])


def test_many_names_are_cut() -> None:
    assert candidates([]) == "none"
    assert candidates(["b", "a", "b"]) == "a, b"
    assert candidates([f"n{number:02}" for number in range(30)], most=2) == "n00, n01 and 28 more"
