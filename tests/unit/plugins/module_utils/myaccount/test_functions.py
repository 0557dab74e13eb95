# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading functions and runtimes, whatever names the API gives their parts (reference B.5, B.9)."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import NotFoundError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import environment_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import Deployment
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function, FunctionsClient, parse_function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    API_KEY,
    AUTH_TOKEN,
    ENDPOINT,
    MISSING,
    FakeClock,
    Reply,
    ScriptedApi,
    Step,
    function,
    get,
    html,
    listing,
    ok,
    put,
    refusal,
)
from hypothesis import given
from hypothesis import strategies as st

CREDENTIALS = Credentials(API_KEY, AUTH_TOKEN, "42", "Delhi", ENDPOINT)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    "name",
    "function",
    "runtime",
    "status",
    "state",
    "url",
    "memory",
    "timeout",
    "environment",
    "env",
    "secrets",
    "code",
    "requirements",
    "error",
    "node_type",
)


DEPLOYMENT = Deployment(
    name="hello",
    runtime="python3-http-debian",
    hardware="cpu",
    memory=512,
    timeout=15,
    environment={},
    secrets=(),
    requirements="",
    code=lambda: "x",
    archive=lambda: b"PK",
)


@pytest.fixture
def client(time: FakeClock) -> FunctionsClient:
    return FunctionsClient(Transport(CREDENTIALS, clock=time.clock))


def test_the_names_that_are_tried_for_each_value() -> None:
    expected = parse_function(function(environment_variables={"A": "1"}, secrets=["s"]))
    others = {
        "function": "hello",
        "runtime": "python3-http-debian",
        "state": "RUNNING",
        "endpoint_url": expected.url,
        "memory_mb": "512",
        "timeout_seconds": 15.0,
        "node_type": "cpu",
        "code_inline": expected.code,
        "requirements": "",
        "env": {"A": 1},
        "secrets": ["s"],
    }
    found = parse_function(others)
    for name in ("name", "runtime", "status", "url", "memory", "timeout", "hardware", "code", "requirements", "environment", "secrets"):
        assert getattr(found, name) == getattr(expected, name), name
    assert found.raw == others


def test_a_value_that_is_missing_or_strange_is_not_known() -> None:
    found = parse_function({"name": "hello", "memory": True, "timeout": "soon", "environment": [], "secrets": {}, "url": 3, "code": None})
    assert found.status == "unknown"
    for name in ("runtime", "url", "memory", "timeout", "hardware", "code", "requirements", "environment", "secrets", "reason"):
        assert getattr(found, name) is None, name


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_object_can_be_read(raw: dict[str, t.Any]) -> None:
    found = parse_function(raw)
    assert isinstance(found.name, str)
    assert [found.is_ready, found.is_failed, found.is_busy].count(True) == 1


@pytest.mark.parametrize(
    ("status", "ready", "failed"),
    [
        ("running", True, False),
        ("Running", True, False),
        (" READY ", True, False),
        ("Active", True, False),
        ("Failed", False, True),
        ("ERROR", False, True),
        ("Creating", False, False),
        ("Deploying", False, False),
        ("", False, False),
    ],
)
def test_states_whatever_their_spelling(status: str, ready: bool, failed: bool) -> None:
    found = parse_function({"status": status})
    assert (found.is_ready, found.is_failed, found.is_busy) == (ready, failed, not ready and not failed)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.text()))
def test_variables_are_texts(value: t.Any) -> None:
    text = environment_text(value)
    assert text == ("" if value is None else json.dumps(value) if isinstance(value, bool) else str(value))


def test_nothing_of_the_code_or_the_variables_in_a_representation() -> None:
    shown = repr(parse_function(function(code="secret-code", requirements="secret-requirements", environment_variables={"A": "secret-value"})))
    assert "secret" not in shown.replace("secrets", "")


def test_one_function(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(get(ok({"status": "Running"})))
    found = client.get("hello")
    assert isinstance(found, Function)
    assert found.name == "hello"


def test_names_are_quoted_in_paths(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(Step("GET", "faas/function/a%2Fb%3Fc/", MISSING), listing())
    assert client.get("a/b?c") is None


@pytest.mark.parametrize("data", ["", None, [], {}])
def test_an_empty_answer_is_no_function(api: ScriptedApi, client: FunctionsClient, data: t.Any) -> None:
    api.expect(get(Reply(200, json.dumps({"code": 200, "data": data}).encode())))
    assert client.get("hello") is None


def test_a_server_that_is_not_the_api_is_not_believed(api: ScriptedApi, client: FunctionsClient) -> None:
    """Otherwise a wrong endpoint would look like a function that has to be created."""
    foreign = Reply(404, b'{"detail": "Not Found"}')
    api.expect(get(foreign), listing(answer=foreign))
    with pytest.raises(NotFoundError):
        client.get("hello")
    api.expect(get(html(404)), listing(answer=html(404)))
    with pytest.raises(ProtocolError):
        client.get("hello")


def test_lists_are_sorted_and_hold_only_named_ones(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(listing({"name": "b"}, {"status": "Running"}, {"function": "a"}))
    assert [found.name for found in client.functions()] == ["a", "b"]


def test_deleting_what_is_gone(api: ScriptedApi, client: FunctionsClient) -> None:
    api.expect(Step("DELETE", "faas/function/hello/", MISSING, {"function": "hello"}), listing())
    client.delete(parse_function(function()))


def test_the_update_path_of_another_generation(api: ScriptedApi, client: FunctionsClient) -> None:
    body = DEPLOYMENT.body(new=False)
    api.expect(put(MISSING, body), get(ok(function())), listing(function()), Step("PUT", "faas/function/hello/", ok(), body))
    assert client.update(parse_function(function()), DEPLOYMENT, ["text"]) == "text"


def test_logs(api: ScriptedApi, client: FunctionsClient) -> None:
    def logs(answer: Reply) -> list[str]:
        api.expect(listing(), Step("GET", "faas/logs/hello/", answer))
        return client.log_tail(parse_function(function()), lines=2)

    assert logs(ok([{"message": "1\n2"}, "3", {"level": "x"}])) == ["2", "3"]
    assert logs(ok({"no": "list"})) == []
    assert logs(refusal(404, "no such page")) == []
