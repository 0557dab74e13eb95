# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import email.utils
import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http import errors
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import RetryPolicy, Transport
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    API_KEY,
    AUTH_TOKEN,
    EMPTY,
    ENDPOINT,
    Answer,
    FakeClock,
    Reply,
    ScriptedApi,
    Step,
    html,
    ok,
    refusal,
    refused,
    reset,
    timed_out,
)

CREDENTIALS = Credentials(API_KEY, AUTH_TOKEN, "42", "Delhi", ENDPOINT)
PATH = "faas/functions/"
WRITES = ("POST", "PUT", "PATCH", "DELETE")

# What passes by itself, and what is the same the next time.
PASSING: dict[str, t.Callable[[], Answer]] = {
    "time-out": timed_out,
    "reset": reset,
    "500": lambda: refusal(500, "x"),
    "503": lambda: refusal(503, "x"),
    "502 in HTML": lambda: html(502),
    "200 in HTML": lambda: html(200),
    "429": lambda: refusal(429, "x"),
    "429 in HTML": lambda: html(429),
    "nothing": lambda: EMPTY,
}
LASTING: dict[str, t.Callable[[], Answer]] = {
    "400": lambda: refusal(400, "x"),
    "401": lambda: refusal(401, "x"),
    "403": lambda: refusal(403, "x"),
    "404": lambda: refusal(404, "x"),
    "412": lambda: refusal(412, "x"),
    "404 in HTML": lambda: html(404),
    "redirect": lambda: Reply(302, b"", {"Location": "https://elsewhere.example.test/"}),
}


def transport(time: FakeClock, **more: t.Any) -> Transport:
    return Transport(CREDENTIALS, clock=time.clock, **more)


@pytest.mark.parametrize("bad", PASSING.values(), ids=PASSING)
def test_reads_are_repeated_until_they_work(api: ScriptedApi, time: FakeClock, bad: t.Callable[[], Answer]) -> None:
    api.expect(*[Step("GET", PATH, bad())] * 4, Step("GET", PATH, ok([1])))
    sender = transport(time)
    assert sender.request("GET", PATH).data == [1]
    assert sender.requests_sent == 5
    # Half of 0.5, 1, 2 and 4 seconds, and half of that half again: chance is fixed at one half.
    assert time.slept == pytest.approx([0.375, 0.75, 1.5, 3.0])


@pytest.mark.parametrize("bad", LASTING.values(), ids=LASTING)
def test_what_would_be_the_same_again_is_not_repeated(api: ScriptedApi, time: FakeClock, bad: t.Callable[[], Answer]) -> None:
    api.expect(Step("GET", PATH, bad()))
    with pytest.raises(errors.E2EError):
        transport(time).request("GET", PATH)
    assert time.slept == []


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("bad", [*PASSING.values(), *LASTING.values()], ids=[*PASSING, *LASTING])
def test_writes_are_not_repeated(api: ScriptedApi, time: FakeClock, method: str, bad: t.Callable[[], Answer]) -> None:
    api.expect(Step(method, PATH, bad(), {"a": 1}))
    with pytest.raises(errors.E2EError):
        transport(time).request(method, PATH, json={"a": 1})
    assert time.slept == []


@pytest.mark.parametrize("bad", PASSING.values(), ids=PASSING)
def test_writes_that_do_no_harm_twice_are_repeated(api: ScriptedApi, time: FakeClock, bad: t.Callable[[], Answer]) -> None:
    api.expect(Step("DELETE", PATH, bad()), Step("DELETE", PATH, ok()))
    transport(time).request("DELETE", PATH, repeatable=True)


def test_a_write_that_never_left_is_repeated(api: ScriptedApi, time: FakeClock) -> None:
    api.expect(Step("POST", PATH, refused()), Step("POST", PATH, ok()))
    transport(time).request("POST", PATH, json={})
    assert len(api.sent) == 2


@pytest.mark.parametrize("name", [*PASSING, *LASTING])
def test_whether_the_outcome_of_a_write_is_known(api: ScriptedApi, time: FakeClock, name: str) -> None:
    api.expect(Step("POST", PATH, {**PASSING, **LASTING}[name]()))
    with pytest.raises(errors.E2EError) as raised:
        transport(time).request("POST", PATH, json={})
    assert raised.value.outcome_known is (name == "429" or (name in LASTING and "HTML" not in name))


def test_the_number_of_tries_ends(api: ScriptedApi, time: FakeClock) -> None:
    api.expect(*[Step("GET", PATH, refusal(503, "still unwell"))] * 3)
    with pytest.raises(errors.ServerError, match="still unwell"):
        transport(time, retries=RetryPolicy(retries=2)).request("GET", PATH)


@pytest.mark.parametrize(
    ("header", "pause"),
    [("7", 7), ("0", 0), ("600", 120), ("-3", None), ("soon", None), ("1.5", None), ("", None), (None, None)],
)
@pytest.mark.parametrize("answer", [refusal(429, "x"), html(429)], ids=["JSON", "HTML"])
def test_retry_after_in_seconds(api: ScriptedApi, time: FakeClock, header: str | None, pause: float | None, answer: Reply) -> None:
    headers = {} if header is None else {"Retry-After": header}
    api.expect(Step("GET", PATH, Reply(answer.status, answer.content, headers)), Step("GET", PATH, ok()))
    transport(time).request("GET", PATH)
    assert time.slept == [pytest.approx(0.375 if pause is None else pause)]


def test_retry_after_as_a_date(api: ScriptedApi, time: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib3.util.retry.time.time", lambda: 1_790_000_000.0)
    for moment, pause in ((1_790_000_030, 30), (1_789_999_000, 0)):
        api.expect(Step("GET", PATH, refusal(429, "x", **{"Retry-After": email.utils.formatdate(moment, usegmt=True)})), Step("GET", PATH, ok()))
        time.slept.clear()
        transport(time).request("GET", PATH)
        assert time.slept == [pause]


@pytest.mark.parametrize("method", WRITES)
def test_check_mode_cannot_write(api: ScriptedApi, time: FakeClock, method: str) -> None:
    locked = transport(time, read_only=True)
    with pytest.raises(errors.CheckModeWriteError, match=f"{method} {PATH} would write in check mode"):
        locked.request(method, PATH, json={}, repeatable=True)
    assert (api.sent, locked.requests_sent) == ([], 0)
    api.expect(Step("GET", PATH, ok()))
    locked.request("GET", PATH)


def test_context_belongs_to_scoped_calls_only(api: ScriptedApi, time: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    api.expect(Step("GET", PATH, ok(), None, {"page_no": "2"}))
    transport(time).request("GET", PATH, params={"page_no": 2})
    monkeypatch.setattr("ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness.CONTEXT", {})
    api.expect(Step("GET", "iam/multi-crn/", ok()))
    transport(time).request("GET", "iam/multi-crn/", scoped=False)


def test_headers(api: ScriptedApi, time: FakeClock) -> None:
    api.expect(Step("GET", PATH, ok()), Step("POST", PATH, ok(), {}))
    sender = transport(time)
    sender.request("GET", PATH)
    sender.request("POST", PATH, json={})
    read, write = api.sent
    assert read.headers["User-Agent"] == "ansible-e2enetworks.cloud"
    assert "Content-Type" not in read.headers
    assert write.headers["Content-Type"] == "application/json"


def test_a_password_file_does_not_replace_the_token(api: ScriptedApi, time: FakeClock, home: pathlib.Path) -> None:
    (home / ".netrc").write_text("machine api.example.test login me password mine\ndefault login me password mine\n")
    (home / ".netrc").chmod(0o600)
    api.expect(Step("GET", PATH, ok()))
    # The scripted API fails on any Authorization header but the token's.
    transport(time).request("GET", PATH)


@pytest.mark.parametrize("name", [*PASSING, *LASTING, "refused", "echo"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_credentials_in_any_error(api: ScriptedApi, time: FakeClock, name: str, method: str) -> None:
    more: dict[str, t.Callable[[], Answer]] = {
        "refused": refused,
        "echo": lambda: refusal(400, f"bad: /?apikey={API_KEY}&x Bearer {AUTH_TOKEN}; {API_KEY}"),
    }
    answer = {**PASSING, **LASTING, **more}[name]()
    api.expect(Step(method, PATH, answer, forever=True))
    with pytest.raises(errors.E2EError) as raised:
        transport(time).request(method, PATH)
    error: BaseException | None = raised.value
    while error is not None:
        for text in (str(error), repr(error), str(error.args)):
            assert API_KEY not in text
            assert AUTH_TOKEN not in text
        # What requests raised names the URL, so nothing may print it along.
        assert error.__suppress_context__
        error = error.__cause__


def test_an_answer_that_is_no_failure_of_the_family_passes_through(api: ScriptedApi, time: FakeClock) -> None:
    api.expect(Step("GET", PATH, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        transport(time).request("GET", PATH)
