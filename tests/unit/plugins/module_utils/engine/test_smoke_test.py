# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a good answer of a function, and how often it is asked for one."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.smoke_test import SmokeTest, holds
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConnectionFailedError, SmokeTestFailedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.invoke import Answer, Call
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock
from hypothesis import given
from hypothesis import strategies as st

URL = "https://hello.example.test/"


def answered(status: int = 200, content: bytes = b"", url: str = URL, headers: dict[str, str] | None = None) -> Answer:
    return Answer(url, status, headers or {}, content, 0.01, 1)


def unreached(status: int) -> Answer:
    """What a gateway answers until the function's process listens."""
    return answered(status, b"Can't reach service for: hello.", headers={"X-Openfaas-Internal": "proxy"})


@dataclass
class Function:
    """Answers calls one after the other; the last answer is given for ever."""

    answers: t.Sequence[Answer | ConnectionFailedError]
    calls: list[Call] = field(default_factory=list)

    def __call__(self, call: Call, clock: Clock) -> Answer:
        self.calls.append(call)
        answer = self.answers[min(len(self.calls), len(self.answers)) - 1]
        if isinstance(answer, ConnectionFailedError):
            raise answer
        return answer


def no_answer() -> ConnectionFailedError:
    return ConnectionFailedError(f"GET {URL}: cannot connect (Connection refused).")


def failure(test: SmokeTest, *answers: Answer | ConnectionFailedError, **more: t.Any) -> SmokeTestFailedError:
    with pytest.raises(SmokeTestFailedError) as caught:
        test.run(URL, verify=True, clock=FakeClock().clock, call=Function(list(answers)), **more)
    return caught.value


GOOD: dict[str, tuple[SmokeTest, Answer]] = {
    "any status of success": (SmokeTest(), answered(299)),
    "a status that is accepted": (SmokeTest(statuses=(404, 503)), answered(503)),
    "all of the texts": (SmokeTest(contains=("one", "zwölf")), answered(content="one zwölf".encode())),
    "a text in a binary body": (SmokeTest(contains=("PNG",)), answered(content=b"\x89PNG\xff")),
    "a mapping with more than is wanted": (SmokeTest(json={"a": 1}), answered(content=b'{"a": 1, "b": 2}')),
    "the same at depth": (SmokeTest(json={"a": {"b": {"c": [1]}}}), answered(content=b'{"a": {"x": 0, "b": {"c": [1], "d": 2}}}')),
    "a mapping in a list": (SmokeTest(json=[{"a": 1}]), answered(content=b'[{"a": 1, "b": 2}]')),
    "an empty mapping holds in any": (SmokeTest(json={}), answered(content=b'{"a": 1}')),
    "a number, however written": (SmokeTest(json=1), answered(content=b"1.0")),
    "a JSON text": (SmokeTest(json="up"), answered(content=b'"up"')),
}
BAD: dict[str, tuple[SmokeTest, Answer, str]] = {
    "a redirect": (SmokeTest(), answered(302), f"GET {URL} answered 302, which is not an accepted status."),
    "a success that is not the accepted one": (SmokeTest(method="POST", statuses=(201,)), answered(200), f"POST {URL} answered 200, which is not"),
    "one text of two": (SmokeTest(contains=("one", 'tw"o', "ü")), answered(content=b"one"), f'{URL} answered 200 without "tw\\"o" and "ü".'),
    "another value": (SmokeTest(json={"a": 1}), answered(content=b'{"a": 2}'), f'{URL} answered 200 with other JSON than {{"a": 1}}.'),
    "a key that is not there": (SmokeTest(json={"a": None}), answered(content=b'{"b": 2}'), "with other JSON"),
    "a key at depth": (SmokeTest(json={"a": {"b": 1}}), answered(content=b'{"a": {"c": 1}}'), "with other JSON"),
    "no mapping": (SmokeTest(json={}), answered(content=b"[]"), "with other JSON"),
    "true for 1": (SmokeTest(json=1), answered(content=b"true"), "with other JSON"),
    "1 for true, in a mapping": (SmokeTest(json={"a": True}), answered(content=b'{"a": 1}'), "with other JSON"),
    "0 for false, in a list": (SmokeTest(json=[False]), answered(content=b"[0]"), "with other JSON"),
    "a longer list": (SmokeTest(json=[1]), answered(content=b"[1, 2]"), "with other JSON"),
    "another order": (SmokeTest(json=[1, 2]), answered(content=b"[2, 1]"), "with other JSON"),
    "no list": (SmokeTest(json=[]), answered(content=b"{}"), "with other JSON"),
    "a number for a text": (SmokeTest(json={"a": "1"}), answered(content=b'{"a": 1}'), "with other JSON"),
    "what is not JSON": (SmokeTest(json={"a": 1}), answered(content=b"<html>"), "with other JSON"),
    "what is not even text": (SmokeTest(json={"a": 1}), answered(content=b"\xff\xfe"), "with other JSON"),
    "JSON that nobody can read": (SmokeTest(json=[]), answered(content=b"[" * 100_000), "with other JSON"),
}


@pytest.mark.parametrize(("test", "answer"), GOOD.values(), ids=GOOD)
def test_a_good_answer(test: SmokeTest, answer: Answer) -> None:
    assert test.problem(answer) == ""


@pytest.mark.parametrize(("test", "answer", "problem"), BAD.values(), ids=BAD)
def test_a_bad_answer(test: SmokeTest, answer: Answer, problem: str) -> None:
    assert problem in test.problem(answer)


def test_the_status_is_told_before_the_body() -> None:
    assert "500" in SmokeTest(contains=("x",), json={"a": 1}).problem(answered(500))
    assert "without" in SmokeTest(contains=("x",), json={"a": 1}).problem(answered())


# Calling.


@pytest.mark.parametrize(
    ("path", "url"),
    [("", URL), ("/", URL), ("health", f"{URL}health"), ("//health/?a=b", f"{URL}health/?a=b")],
)
def test_what_is_sent(path: str, url: str) -> None:
    function = Function([answered()])
    test = SmokeTest(method="PUT", path=path, query={"q": "1"}, headers={"X-Test": "1"}, body=b"ping", timeout=7)
    answer = test.run(URL, verify="/etc/ca.pem", clock=FakeClock().clock, call=function)
    assert answer.status == 200
    assert function.calls == [Call(url, "PUT", {"q": "1"}, {"X-Test": "1"}, b"ping", 7, False, "/etc/ca.pem")]


@pytest.mark.parametrize("test", [SmokeTest(), SmokeTest(path="health")], ids=["none", "path"])
def test_a_url_without_a_slash_at_its_end(test: SmokeTest) -> None:
    function = Function([answered()])
    test.run("https://gateway.example.test/function/hello", verify=True, clock=FakeClock().clock, call=function)
    assert function.calls[0].url == "https://gateway.example.test/function/hello" + (f"/{test.path}" if test.path else "")


def test_a_function_that_needs_a_moment(time: FakeClock) -> None:
    function = Function([no_answer(), answered(503), no_answer(), answered(200, b"ready")])
    answer = SmokeTest(retries=3, delay=2.5).run(URL, verify=True, clock=time.clock, call=function)
    assert (answer.content, len(function.calls), time.slept) == (b"ready", 4, [2.5, 2.5, 2.5])


@pytest.mark.parametrize("retries", [0, 2])
def test_the_last_answer_counts(time: FakeClock, retries: int) -> None:
    function = Function([answered(500 + number, b"down") for number in range(retries + 1)] + [answered()])
    with pytest.raises(SmokeTestFailedError) as caught:
        SmokeTest(retries=retries, delay=1).run(URL, verify=True, clock=time.clock, call=function)
    assert f"answered {500 + retries}" in caught.value.message and len(function.calls) == retries + 1
    assert time.slept == [1.0] * retries
    assert (caught.value.code, caught.value.text) == ("smoke_test_failed", f"{caught.value.message}\nIt answered:\n  down")


def test_without_an_answer_the_one_before_it_is_not_shown() -> None:
    error = failure(SmokeTest(retries=1), answered(500, b"old news"), no_answer())
    assert error.text == f"GET {URL}: cannot connect (Connection refused)."


@pytest.mark.parametrize("content", [b"", b" \n "])
def test_an_answer_without_a_body(content: bytes) -> None:
    assert failure(SmokeTest(retries=0), answered(500, content)).details == []


def test_a_long_answer_is_cut() -> None:
    assert failure(SmokeTest(retries=0), answered(500, b"x" * 300)).details == ["It answered:", "  " + "x" * 300]
    assert failure(SmokeTest(retries=0), answered(500, b"x" * 301)).details == ["It answered:", "  " + "x" * 300 + "..."]


def test_lines_are_indented_and_binary_is_only_counted() -> None:
    assert failure(SmokeTest(retries=0), answered(500, b"one\ntwo\n")).details == ["It answered:", "  one", "  two"]
    assert failure(SmokeTest(retries=0), answered(500, b"\x1b\xff\xfe")).details == ["It answered:", "  3 bytes that are not text"]


@pytest.mark.parametrize("start", [0, 290, 296, 299, 300])
def test_a_secret_is_concealed_also_where_the_answer_is_cut(start: int) -> None:
    def conceal(text: str) -> str:
        return text.replace("swordfish", "********")

    error = failure(SmokeTest(retries=0), answered(500, b"x" * start + b"swordfish", f"{URL}?key=swordfish"), conceal=conceal)
    assert "sword" not in error.text and "?key=********" in error.message


# What holds.

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_each_value_holds_itself(value: t.Any) -> None:
    assert holds(json.loads(json.dumps(value)), value)


def more(value: t.Any, key: str, extra: t.Any) -> t.Any:
    """The value with a further key in each of its mappings."""
    if isinstance(value, dict):
        return {key: extra, **{name: more(item, key, extra) for name, item in value.items()}}
    if isinstance(value, list):
        return [more(item, key, extra) for item in value]
    return value


@given(VALUES, VALUES)
def test_a_mapping_may_have_more_at_every_depth(value: t.Any, extra: t.Any) -> None:
    assert holds(more(value, "more than three", extra), value)


def flipped(value: t.Any) -> t.Any:
    """The value with what Python calls equal and JSON does not."""
    if isinstance(value, dict):
        return {name: flipped(item) for name, item in value.items()}
    if isinstance(value, list):
        return [flipped(item) for item in value]
    if isinstance(value, bool):
        return int(value)
    return bool(value) if value in (0, 1) else value


@given(VALUES, st.booleans())
def test_true_is_nowhere_1(value: t.Any, truth: bool) -> None:
    assert not holds(flipped([value, {"a": [truth]}]), [value, {"a": [truth]}])


@given(VALUES, VALUES)
def test_what_holds_both_ways_has_the_same_text(one: t.Any, other: t.Any) -> None:
    if holds(one, other) and holds(other, one):
        assert numbers_as_floats(one) == numbers_as_floats(other)


def numbers_as_floats(value: t.Any) -> str:
    return json.dumps(json.loads(json.dumps(value), parse_int=lambda text: float(text) if abs(int(text)) < 2**53 else text), sort_keys=True)


@pytest.mark.parametrize("status", [500, 503])
def test_a_function_that_does_not_listen_yet_costs_no_retry(status: int) -> None:
    time, function = FakeClock(), Function([*[unreached(status)] * 3, answered()])
    assert SmokeTest(retries=0, delay=0).run(URL, verify=True, clock=time.clock, call=function).status == 200
    assert len(function.calls) == 4 and sum(time.slept) == 1.5


def test_a_function_that_never_listens_fails() -> None:
    error = failure(SmokeTest(retries=1, delay=2), unreached(500))
    assert "answered 500" in error.message and error.details == ["It answered:", "  Can't reach service for: hello."]


def test_an_error_of_the_function_itself_costs_a_retry() -> None:
    function = Function([answered(500), answered()])
    with pytest.raises(SmokeTestFailedError):
        SmokeTest(retries=0).run(URL, verify=True, clock=FakeClock().clock, call=function)
    assert len(function.calls) == 1
