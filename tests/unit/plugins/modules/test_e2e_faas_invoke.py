# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
import requests
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_invoke
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    ANY,
    CREDENTIALS,
    URL,
    Answer,
    Reply,
    Run,
    ScriptedApi,
    Step,
    absent,
    function,
    get,
    ok,
    refused,
    run_module,
    timed_out,
)


def run(check: bool = False, **args: t.Any) -> Run:
    """Without credentials, unless they are given: a call by URL needs none."""
    return run_module(e2e_faas_invoke, args, check=check)


def call(method: str, answer: Answer, url: str = URL, body: t.Any = ANY, **query: t.Any) -> Step:
    return Step(method, url, answer, body, query)


HELLO = Reply(200, b"Hello", {"X-Served-By": "hello", "Content-Type": "text/plain"})


def test_by_name(api: ScriptedApi) -> None:
    api.expect(get(ok(function())), call("GET", HELLO, body=None))
    outcome = run(**CREDENTIALS, name="hello")
    assert (outcome["status"], outcome["body"], outcome["body_base64"], outcome["json"], outcome["attempts"]) == (200, "Hello", None, None, 1)
    assert outcome["headers"] == {"x-served-by": "hello", "content-type": "text/plain"}
    assert (outcome["url"], outcome["changed"], outcome["body_truncated"]) == (URL, False, False)


def test_by_url_needs_no_credentials_and_no_look_up(api: ScriptedApi) -> None:
    api.expect(call("GET", HELLO))
    assert run(url=URL)["status"] == 200


@pytest.mark.parametrize("check", [True, False])
def test_functions_that_cannot_be_called(api: ScriptedApi, check: bool) -> None:
    cases = (
        (absent(), "There is no function hello in this project."),
        ([get(ok(function(status="Deploying")))], "The function hello cannot be called: its status is deploying."),
        ([get(ok(function(url=None)))], "The API does not return the URL of the function hello. Give it with url."),
    )
    for steps, said in cases:
        api.expect(*([] if check else steps))
        outcome = run(check, **CREDENTIALS, name="hello")
        if check:
            assert (outcome["skipped"], outcome["changed"]) == (True, False)
        else:
            assert (outcome.msg, outcome.code) == (said, "invalid_input")


def test_check_mode_calls_nothing(api: ScriptedApi) -> None:
    outcome = run(check=True, url=URL)
    assert (outcome["skipped"], api.sent) == (True, [])


@pytest.mark.parametrize(
    ("args", "method", "body", "content_type"),
    [
        ({}, "GET", None, None),
        ({"body": "text \u00e9"}, "POST", "text \u00e9".encode(), "text/plain; charset=utf-8"),
        ({"body": ""}, "POST", b"", "text/plain; charset=utf-8"),
        ({"body_json": {"a": [1]}}, "POST", b'{"a": [1]}', "application/json"),
        ({"body_json": 0, "method": "PUT"}, "PUT", b"0", "application/json"),
        ({"body": "x", "headers": {"Content-Type": "text/csv"}}, "POST", b"x", "text/csv"),
        ({"method": "DELETE"}, "DELETE", None, None),
    ],
)
def test_what_is_sent(api: ScriptedApi, args: dict[str, t.Any], method: str, body: bytes | None, content_type: str | None) -> None:
    api.expect(call(method, HELLO))
    run(url=URL, **args)
    (sent,) = api.sent
    assert (sent.body or b"", sent.headers.get("Content-Type")) == (body or b"", content_type)


def test_path_query_and_headers(api: ScriptedApi) -> None:
    api.expect(call("GET", HELLO, URL + "a/b", year="2026", tag=["x", "y"]))
    outcome = run(url=URL, path="/a/b", query={"year": 2026, "tag": ["x", "y"]}, headers={"X-Count": 3})
    assert api.sent[0].headers["X-Count"] == "3"
    assert outcome["url"] == f"{URL}a/b?year=2026&tag=x&tag=y"


def test_a_path_goes_before_the_query_of_the_url(api: ScriptedApi) -> None:
    api.expect(call("GET", HELLO, URL + "totals", year="2026", tag="x"))
    assert run(url=f"{URL.rstrip('/')}?year=2026", path="totals", query={"tag": "x"})["url"] == f"{URL}totals?year=2026&tag=x"


@pytest.mark.parametrize("answer", [HELLO, Reply(500, b"not for hunter2secret"), refused()])
@pytest.mark.parametrize("password", ["hunter2secret", "pw1"])
def test_a_password_in_the_url_is_sent_and_not_shown(api: ScriptedApi, answer: Answer, password: str) -> None:
    url = URL.replace("://", f"://bob:{password}@")
    api.expect(call("GET", answer, url))
    outcome = run_module(e2e_faas_invoke, {"url": url}, secrets=(f"bob:{password}", password))
    assert outcome["url"] == outcome["invocation"]["module_args"]["url"] == URL.replace("://", "://********@")


def test_a_file_as_body(api: ScriptedApi, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "payload"
    path.write_bytes(b"\x00\xff")
    api.expect(call("POST", HELLO, body=b"\x00\xff"))
    run(url=URL, body_file=str(path))
    outcome = run(url=URL, body_file=str(tmp_path / "nowhere"))
    assert "body_file: cannot read" in outcome.msg


def test_what_comes_back(api: ScriptedApi) -> None:
    api.expect(call("GET", Reply(200, json.dumps({"a": 1}).encode())))
    outcome = run(url=URL)
    assert (outcome["json"], outcome["body"]) == ({"a": 1}, '{"a": 1}')
    api.expect(call("GET", Reply(200, b"\x89PNG\xff")))
    outcome = run(url=URL)
    assert (outcome["body"], outcome["body_base64"], outcome["json"]) == (None, "iVBOR/8=", None)
    large = json.dumps("\u00e9" * (300 * 1024), ensure_ascii=False).encode()
    api.expect(call("GET", Reply(200, large)))
    outcome = run(url=URL)
    assert (outcome["body_truncated"], outcome["json"], len(outcome["body"].encode())) == (True, None, e2e_faas_invoke.LARGEST_BODY - 1)


def test_accepted_statuses(api: ScriptedApi) -> None:
    api.expect(call("GET", Reply(404, b"not here")))
    outcome = run(url=URL)
    assert (outcome.failed, outcome.code, outcome["error"]["http_status"]) == (True, "unaccepted_status", 404)
    assert (outcome["status"], outcome["body"]) == (404, "not here")
    assert outcome.msg == f"GET {URL} answered 404, which is not an accepted status."
    api.expect(call("GET", Reply(404, b"not here")))
    assert run(url=URL, status_code=[404])["status"] == 404
    api.expect(call("GET", HELLO))
    assert run(url=URL, status_code=[404]).failed


def test_retries(api: ScriptedApi) -> None:
    api.expect(call("GET", Reply(503)), call("GET", refused()), call("GET", HELLO))
    outcome = run(url=URL, retries=5, retry_delay=2.5)
    assert (outcome["attempts"], outcome.slept) == (3, [2.5, 2.5])
    api.expect(call("GET", Reply(503)), call("GET", Reply(502)))
    outcome = run(url=URL, retries=1)
    assert (outcome["status"], outcome["attempts"], outcome.slept) == (502, 2, [1])


def test_no_answer(api: ScriptedApi) -> None:
    api.expect(call("POST", timed_out()))
    outcome = run(url=URL, body="x", timeout=3)
    assert (outcome.code, outcome["error"]["outcome_known"], outcome["url"]) == ("connection", False, URL)
    assert outcome.msg == f"POST {URL}: no answer within 3 seconds."
    api.expect(call("POST", refused()))
    outcome = run(url=URL, body="x")
    assert (outcome.msg, outcome["error"]["outcome_known"]) == (f"POST {URL}: cannot connect (Connection refused).", True)
    api.expect(call("GET", requests.TooManyRedirects("apikey")))
    assert run(url=URL, follow_redirects=True).msg == f"GET {URL}: too many redirects."


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"url": "hello.example.test"}, "GET hello.example.test: this is not a complete http or https URL."),
        ({"url": "ftp://hello.example.test/"}, "GET ftp://hello.example.test/: this is not a complete http or https URL."),
        (
            {"url": URL, "headers": {"X-A": "a\r\nX-B: b"}},
            "headers: the header 'X-A' or its value holds a character that a header cannot carry there. Encode it, for example with urlencode.",
        ),
    ],
)
def test_calls_that_cannot_be_made(api: ScriptedApi, args: dict[str, t.Any], said: str) -> None:
    outcome = run(**args)
    assert (outcome.msg, outcome["error"]["outcome_known"], api.sent) == (said, True, [])


def test_redirects_are_answers_unless_they_are_to_be_followed(api: ScriptedApi) -> None:
    moved = Reply(302, b"", {"Location": "https://other.example.test/"})
    api.expect(call("GET", moved))
    assert run(url=URL, status_code=[302])["headers"]["location"] == "https://other.example.test/"
    api.expect(call("GET", moved), call("GET", HELLO, "https://other.example.test/"))
    assert run(url=URL, follow_redirects=True)["url"] == "https://other.example.test/"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"timeout": 0}, "timeout cannot be 0."),
        ({"timeout": -1}, "timeout cannot be -1."),
        ({"retries": -1}, "retries cannot be -1."),
        ({"retry_delay": -0.5}, "retry_delay cannot be -0.5."),
        (
            {"headers": {"X-Name": "\u0939"}},
            "headers: the header 'X-Name' or its value holds a character that a header cannot carry there. Encode it, for example with urlencode.",
        ),
        ({"ca_path": "/nowhere/ca.pem"}, "ca_path: /nowhere/ca.pem does not exist."),
    ],
)
def test_bad_input(api: ScriptedApi, args: dict[str, t.Any], said: str) -> None:
    assert run(url=URL, **args).msg == said


def test_one_target_and_one_body(api: ScriptedApi) -> None:
    assert "one of the following is required: name, url" in run().msg
    assert "mutually exclusive: name|url" in run(name="a", url=URL).msg
    assert "mutually exclusive: body|body_json|body_file" in run(url=URL, body="a", body_json=1).msg


def test_a_password_for_the_host_stays_in_its_file(api: ScriptedApi, home: pathlib.Path) -> None:
    netrc = home / ".netrc"
    netrc.write_text("machine hello-e2e-faas-7-dl.serverless.example.test login me password not-for-functions\n")
    netrc.chmod(0o600)
    api.expect(call("GET", HELLO))
    run(url=URL)
    assert "Authorization" not in api.sent[0].headers
