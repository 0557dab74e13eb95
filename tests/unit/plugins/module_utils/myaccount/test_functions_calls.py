# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which call reads, changes and removes a function, by name or by id, and what one answer teaches for the rest of the run."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ApiError,
    AuthenticationError,
    E2EError,
    NotFoundError,
    ProtocolError,
    RefusedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_form_refusals import OtherFormError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import UPLOAD_NAMES, Deployment, Upload
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient, parse_function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    API_KEY,
    AUTH_TOKEN,
    ENDPOINT,
    MISSING,
    Answer,
    FakeClock,
    Reply,
    ScriptedApi,
    Step,
    delete,
    function,
    get,
    html,
    listing,
    ok,
    post,
    refusal,
    reset,
    timed_out,
)

ID = 1001
NUMBERED = function(id=ID)
FUNCTION = parse_function(NUMBERED)
UNNUMBERED = parse_function(function())

MEDIA_TYPE = Reply(415, b'{"detail": "Unsupported media type in request."}')
DJANGO_404 = Reply(404, b'{"detail": "Not found."}')
DJANGO_405 = Reply(405, b'{"detail": "Method \\"GET\\" not allowed."}')
NO_SUCH_ADDRESS: dict[str, Answer] = {
    "API's 404": MISSING,
    "framework's 404": DJANGO_404,
    "page with 404": html(404),
    "405": DJANGO_405,
    "page with 405": html(405),
}
no_such_address = pytest.mark.parametrize("answer", NO_SUCH_ADDRESS.values(), ids=NO_SUCH_ADDRESS)

DEPLOYMENT = Deployment(
    name="hello",
    runtime="python-3.11-http",
    hardware="cpu",
    memory=512,
    timeout=15,
    environment={},
    secrets=(),
    requirements="",
    code=lambda: "x",
    archive=lambda: b"PK",
)
JSON = DEPLOYMENT.body(new=False)
FORM = {"memory": "512", "timeout": "15", "environment_variables": "{}", "code_file": b"PK"}


@pytest.fixture
def client(time: FakeClock) -> FunctionsClient:
    return FunctionsClient(Transport(Credentials(API_KEY, AUTH_TOKEN, "42", "Delhi", ENDPOINT), clock=time.clock))


# Reading.


@no_such_address
def test_a_function_that_only_the_list_shows(api: ScriptedApi, client: FunctionsClient, answer: Answer) -> None:
    api.expect(get(answer), listing(NUMBERED, function(name="other", id=7)))
    found = client.get("hello")
    assert found is not None
    assert (found.id, found.name) == (ID, "hello")
    # From now on the list alone is read.
    api.expect(listing(NUMBERED), listing())
    assert client.get("hello") == found
    assert client.get("other") is None


@no_such_address
def test_a_function_that_is_nowhere(api: ScriptedApi, client: FunctionsClient, answer: Answer) -> None:
    api.expect(get(answer), listing(function(name="other")), get(ok(NUMBERED)))
    assert client.get("hello") is None
    # That taught nothing about reading by the name.
    assert client.get("hello") == FUNCTION


@no_such_address
def test_a_list_that_is_refused_leaves_it_open(api: ScriptedApi, client: FunctionsClient, answer: Answer) -> None:
    api.expect(get(answer), listing(answer=refusal(403, "No")))
    with pytest.raises(AuthenticationError):
        client.get("hello")


def test_once_a_function_was_read_by_its_name_the_apis_own_404_is_enough(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(get(ok(NUMBERED)), get(MISSING), get(DJANGO_404), listing(), get(MISSING))
    assert client.get("hello") == FUNCTION
    # Another server's 404 is not, as when the service is taken out of a proxy for a moment.
    assert [client.get("hello") for unused in range(3)] == [None, None, None]


@pytest.mark.parametrize("answer", [html(200), html(400), Reply(200, b"")])
def test_what_is_no_answer_is_no_absence(api: ScriptedApi, client: FunctionsClient, answer: Reply) -> None:
    tries = 5 if answer.status == 200 else 1
    api.expect(*[get(answer)] * tries)
    with pytest.raises(ProtocolError):
        client.get("hello")


def test_a_read_that_is_refused_although_the_function_is_there(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(get(refusal(400, "No")), listing(NUMBERED))
    with pytest.raises(RefusedError):
        client.get("hello")


@no_such_address
def test_details_of_a_listed_function(api: ScriptedApi, client: FunctionsClient, answer: Answer) -> None:
    api.expect(get(answer))
    assert client.detailed(FUNCTION) is FUNCTION
    api.expect()
    assert client.detailed(FUNCTION) is FUNCTION


def test_details_of_a_function_that_was_deleted_meanwhile(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(get(ok({"memory": 64})), get(MISSING))
    found = client.detailed(FUNCTION)
    assert found is not None
    assert (found.memory, found.id) == (64, ID)
    assert client.detailed(FUNCTION) is None


# Pages.


def page(number: int, *functions: t.Mapping[str, t.Any], pages: int | None, count: int | None) -> Step:
    totals = {key: value for key, value in (("total_page_number", pages), ("total_count", count)) if value is not None}
    body = {"code": 200, "data": list(functions), "errors": {}, "message": "Success", **totals}
    return Step("GET", "faas/functions/", Reply(200, json.dumps(body).encode()), None, {"page": str(number), "page_size": "100"})


A, B, C = (function(name=name, id=number) for number, name in enumerate("abc", 1))


def names(client: FunctionsClient) -> list[str]:
    return [found.name for found in client.functions()]


def test_every_page_is_read(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(page(1, C, A, pages=2, count=3), page(2, B, pages=2, count=3))
    assert names(client) == ["a", "b", "c"]


def test_a_list_without_totals_or_with_an_array_of_everything(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(page(1, C, A, pages=None, count=None))
    assert names(client) == ["a", "c"]
    # A server that ignores the page shows the same again.
    api.expect(page(1, C, A, pages=2, count=2), page(2, C, A, pages=2, count=2))
    assert names(client) == ["a", "c"]


def test_a_list_that_shrinks_while_it_is_read_is_read_again(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(page(1, A, B, pages=2, count=3), page(2, pages=1, count=2), page(1, A, C, pages=1, count=2))
    assert names(client) == ["a", "c"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # The last page lost an entry, or shows one again.
        (page(1, A, B, pages=2, count=3), page(2, pages=2, count=3)),
        (page(1, A, B, pages=2, count=3), page(2, B, pages=2, count=3)),
        # It changed, whatever it shows.
        (page(1, A, B, pages=2, count=3), page(2, C, pages=1, count=3)),
        (page(1, A, B, pages=2, count=3), page(2, C, pages=2, count=2)),
        # Without totals on the second page those of the first hold.
        (page(1, A, B, pages=2, count=3), page(2, pages=None, count=None)),
        # Without a count a short page that is not the last tells.
        (page(1, A, B, pages=3, count=None), page(2, C, pages=3, count=None)),
    ],
)
def test_a_list_that_stays_incomplete_is_an_error_and_no_part_of_it_is_used(api: ScriptedApi, client: FunctionsClient, first: Step, second: Step) -> None:
    api.expect(*[first, second] * 3)
    with pytest.raises(ProtocolError, match="not complete"):
        client.functions()


def test_a_missing_page_does_not_look_like_an_absent_function(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(get(MISSING), *[page(1, A, B, pages=2, count=3), page(2, pages=2, count=3)] * 3)
    with pytest.raises(ProtocolError, match="not complete"):
        client.get("hello")


# Creating.


def test_the_form_of_a_create_is_learnt(api: ScriptedApi, client: FunctionsClient) -> None:
    for order in (("zip", "text"), ("text", "zip")):
        fresh = FunctionsClient(client.transport)
        first, second = t.cast("tuple[Upload, Upload]", order)
        new = {"zip": {"function_name": "hello", "runtime": "python-3.11-http", **FORM}, "text": DEPLOYMENT.body(new=True)}
        api.expect(post(MEDIA_TYPE, new[first]), post(body=new[second]), post(body=new[second]))
        assert fresh.create(DEPLOYMENT, (first, second)) == second
        assert fresh.create(DEPLOYMENT, (first, second)) == second


def test_what_was_learnt_does_not_widen_what_may_be_tried(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(post(MEDIA_TYPE), post(), post(MEDIA_TYPE))
    assert client.create(DEPLOYMENT, ("zip", "text")) == "text"
    with pytest.raises(OtherFormError) as raised:
        client.create(DEPLOYMENT, ("zip",))
    assert (raised.value.http_status, raised.value.outcome_known, "Unsupported media type" in raised.value.message) == (415, True, True)


def test_each_form_is_tried_once(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(post(MEDIA_TYPE), post(refusal(400, "function_name: This field is required.")))
    with pytest.raises(OtherFormError, match=f"as {UPLOAD_NAMES['zip']}: .*415.*; as {UPLOAD_NAMES['text']}: .*function_name"):
        client.create(DEPLOYMENT, ("zip", "text"))


@pytest.mark.parametrize(
    "answer",
    [
        timed_out(),
        reset(),
        refusal(500, "function is required"),
        html(502),
        html(200),
        html(404),
        Reply(200, b'{"co'),
        Reply(200, b""),
        refusal(429, "code is required"),
    ]
    + [refusal(400, "memory is required"), refusal(401, "function is required"), refusal(412, "code is required"), refusal(404, "No such project")],
)
def test_no_other_form_after_anything_else(api: ScriptedApi, client: FunctionsClient, answer: Answer) -> None:
    api.expect(post(answer))
    with pytest.raises(E2EError, match="POST faas/functions/"):
        client.create(DEPLOYMENT, ("zip", "text"))


# Changing.

TEXT_BY_NAME, TEXT_BY_ID, TEXT_AT_FUNCTION = (
    ("faas/handler_file/hello/", JSON),
    (f"faas/function/{ID}/", JSON),
    ("faas/function/hello/", JSON),
)
ZIP_BY_ID, ZIP_BY_NAME = (f"faas/function/{ID}/", FORM), ("faas/function/hello/", FORM)
ORDERS: dict[tuple[Upload, ...], tuple[tuple[str, t.Any], ...]] = {
    ("text", "zip"): (TEXT_BY_NAME, TEXT_BY_ID, TEXT_AT_FUNCTION, ZIP_BY_ID, ZIP_BY_NAME),
    ("zip", "text"): (ZIP_BY_ID, ZIP_BY_NAME, TEXT_BY_NAME, TEXT_BY_ID, TEXT_AT_FUNCTION),
    ("text",): (TEXT_BY_NAME, TEXT_BY_ID, TEXT_AT_FUNCTION),
    ("zip",): (ZIP_BY_ID, ZIP_BY_NAME),
}
CASES = [(uploads, number) for uploads, ways in ORDERS.items() for number in range(len(ways))]
REFUSALS: dict[str, Answer] = {**NO_SUCH_ADDRESS, "media type": MEDIA_TYPE}


def put(way: tuple[str, t.Any], answer: Answer | None = None) -> Step:
    return Step("PUT", way[0], answer or ok("Function sent to build"), way[1])


@pytest.mark.parametrize("refused", REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize(("uploads", "number"), CASES)
def test_the_ways_of_an_update_in_their_order_and_the_one_that_was_taken_first_from_then_on(
    api: ScriptedApi, client: FunctionsClient, uploads: tuple[Upload, ...], number: int, refused: Answer
) -> None:
    *before, taken = ORDERS[uploads][: number + 1]
    is_404 = t.cast("Reply", refused).status == 404
    # Whether a 404 means the function is asked once.
    steps = [step for place, way in enumerate(before) for step in (put(way, refused), *([get(ok(NUMBERED))] if is_404 and place == 0 else []))]
    api.expect(*steps, put(taken), put(taken))
    expected = "zip" if taken[1] == FORM else "text"
    assert client.update(FUNCTION, DEPLOYMENT, uploads) == expected
    assert client.update(FUNCTION, DEPLOYMENT, uploads) == expected


@pytest.mark.parametrize("uploads", ORDERS)
def test_an_update_that_nothing_takes(api: ScriptedApi, client: FunctionsClient, uploads: tuple[Upload, ...]) -> None:
    api.expect(*[put(way, MEDIA_TYPE) for way in ORDERS[uploads]])
    with pytest.raises(OtherFormError) as raised:
        client.update(FUNCTION, DEPLOYMENT, uploads)
    assert raised.value.message.startswith("The API does not take the function in any form" if len(uploads) > 1 else "PUT faas/function/hello/: ")


@pytest.mark.parametrize("uploads", ORDERS)
@pytest.mark.parametrize(
    "answer", [timed_out(), reset(), refusal(500, "No"), html(502), refusal(400, "memory: Too much."), refusal(412, "busy"), refusal(403, "No")]
)
def test_an_update_that_may_have_arrived_or_is_refused_for_what_it_says_is_not_sent_another_way(
    api: ScriptedApi, client: FunctionsClient, uploads: tuple[Upload, ...], answer: Answer
) -> None:
    api.expect(put(ORDERS[uploads][0], answer))
    with pytest.raises(E2EError, match="PUT faas/"):
        client.update(FUNCTION, DEPLOYMENT, uploads)


@pytest.mark.parametrize("uploads", ORDERS)
@pytest.mark.parametrize("answer", [MISSING, DJANGO_404, html(404)])
def test_a_function_that_somebody_else_deleted_is_not_changed_another_way(
    api: ScriptedApi, client: FunctionsClient, uploads: tuple[Upload, ...], answer: Answer
) -> None:
    api.expect(put(ORDERS[uploads][0], answer), get(MISSING), listing())
    with pytest.raises((NotFoundError, ProtocolError)) as raised:
        client.update(FUNCTION, DEPLOYMENT, uploads)
    assert raised.value.outcome_known


def test_an_id_is_looked_up_when_it_is_needed(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(listing(function(name="other", id=3), NUMBERED), put(ZIP_BY_ID))
    assert client.update(UNNUMBERED, DEPLOYMENT, ("zip", "text")) == "zip"
    api.expect(listing(function()), put(ZIP_BY_NAME))
    assert FunctionsClient(client.transport).update(UNNUMBERED, DEPLOYMENT, ("zip", "text")) == "zip"


def test_an_update_begins_with_the_form_that_a_create_was_taken_in(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(post(MEDIA_TYPE), post(), put(TEXT_BY_NAME))
    client.create(DEPLOYMENT, ("zip", "text"))
    assert client.update(FUNCTION, DEPLOYMENT, ("zip", "text")) == "text"


# Removing.

BY_ID = Step("DELETE", f"faas/function/{ID}/", ok("hello", "Success"), None)


def by_id(answer: Answer) -> Step:
    return Step("DELETE", f"faas/function/{ID}/", answer, None)


@pytest.mark.parametrize("answer", [*NO_SUCH_ADDRESS.values(), refusal(400, "A valid integer is required.")])
@pytest.mark.parametrize("known", [True, False])
def test_a_delete_by_id_where_the_one_by_name_does_nothing(api: ScriptedApi, client: FunctionsClient, answer: Answer, known: bool) -> None:
    look = [] if known else [listing(NUMBERED)]
    api.expect(delete(answer), *look, BY_ID)
    client.delete(FUNCTION if known else UNNUMBERED)
    api.expect(*look, BY_ID)
    client.delete(FUNCTION if known else UNNUMBERED)


def test_a_delete_by_name_is_all_where_it_works(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(delete(), delete())
    client.delete(FUNCTION)
    client.delete(FUNCTION)


@pytest.mark.parametrize("answer", [MISSING, DJANGO_404, html(404)])
def test_what_is_found_by_neither_is_gone(api: ScriptedApi, client: FunctionsClient, answer: Answer) -> None:
    api.expect(delete(answer), by_id(MISSING))
    client.delete(FUNCTION)
    api.expect(delete(answer), listing())
    client.delete(UNNUMBERED)


@pytest.mark.parametrize(("status", "found"), [(400, True), (400, False), (405, True), (405, False)])
def test_a_refusal_stands_when_the_other_call_finds_nothing(api: ScriptedApi, client: FunctionsClient, status: int, found: bool) -> None:
    other, function_ = ([by_id(MISSING)], FUNCTION) if found else ([listing()], UNNUMBERED)
    api.expect(delete(refusal(status, "is locked")), *other)
    with pytest.raises(RefusedError, match="is locked"):
        client.delete(function_)


@pytest.mark.parametrize(
    ("answer", "error"), [(refusal(403, "No"), AuthenticationError), (refusal(412, "No"), RefusedError), (refusal(500, "No"), ServerError)]
)
def test_a_delete_that_fails_otherwise_is_not_made_by_id(api: ScriptedApi, client: FunctionsClient, answer: Reply, error: type[ApiError]) -> None:
    api.expect(*[delete(answer)] * (5 if answer.status == 500 else 1))
    with pytest.raises(error):
        client.delete(FUNCTION)


def test_a_function_that_is_read_by_name_and_deleted_by_id(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(get(ok(NUMBERED)), delete(MISSING), get(ok(NUMBERED)), BY_ID)
    hello = client.get("hello")
    assert hello is not None
    client.delete(hello)
    gone = FunctionsClient(client.transport)
    api.expect(get(ok(NUMBERED)), delete(MISSING), get(MISSING))
    leaving = gone.get("hello")
    assert leaving is not None
    gone.delete(leaving)
