# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and calling functions of a gateway."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function, e2e_faas_function_info, e2e_faas_invoke
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    ACCESS,
    FUNCTION,
    IMAGE,
    TOKEN,
    URL,
    ScriptedGateway,
    document,
    every_dialect,
    foreign,
    functions,
    get,
    info,
    missing,
    post,
    run,
    shown,
    shows,
    text,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ANY, Answer, Reply, Step, run_module, together

INFO = {**ACCESS, "provider": "openfaas"}


def logs(name: str, *lines: str) -> Step:
    content = "".join(json.dumps({"name": name, "timestamp": str(number), "text": line}) + "\n" for number, line in enumerate(lines))
    return Step("GET", "system/logs", text(200, content), None, ANY)


@every_dialect
def test_one_function_is_read_in_detail(gateway: ScriptedGateway, dialect: str) -> None:
    gateway.expect(missing(), post(), get(shows(dialect)))
    made = run(e2e_faas_function, {**FUNCTION, "image": IMAGE, "env": {"A": "1"}, "secret_env": {"B": "hidden-value"}, "limits": {"memory": "128Mi"}})
    gateway.expect(together(get(shows(dialect)), missing("gone")))
    outcome = run(e2e_faas_function_info, {**INFO, "names": ["hello", "gone"]}, secrets=("hidden-value",))
    assert outcome["functions"] == [{**made["function"], "log": []}] and outcome["missing"] == ["gone"]


@pytest.mark.parametrize(("dialect", "status"), [("faasd", "running"), ("kubernetes", "starting")])
def test_the_list_is_one_call_and_its_gaps_are_read_as_the_provider_means_them(gateway: ScriptedGateway, dialect: str, status: str) -> None:
    listed = {key: value for key, value in foreign(dialect).items() if key != "availableReplicas"}
    gateway.expect(functions(listed), info(dialect))
    outcome = run(e2e_faas_function_info, INFO)
    assert [(function["name"], function["status"]) for function in outcome["functions"]] == [("hello", status)]
    assert outcome["functions"][0]["gateway"]["constraints"] is None


def test_the_list_can_be_filtered_and_detailed(gateway: ScriptedGateway) -> None:
    stopped = foreign("faasd", name="old", replicas=0, availableReplicas=0)
    gateway.expect(functions(foreign("faasd"), stopped), together(get(document(stopped), "old"), get(document(foreign("faasd")))), info("faasd"))
    outcome = run(e2e_faas_function_info, {**INFO, "details": True, "statuses": ["Stopped"]})
    assert [function["name"] for function in outcome["functions"]] == ["old"]


def test_log_lines_come_without_secrets(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(), post(), get(shows("faasd")))
    run(e2e_faas_function, {**FUNCTION, "image": IMAGE, "secret_env": {"B": "hidden-value"}})
    gateway.expect(get(document(shown(gateway.written, "faasd"))), logs("hello", "one", "B is hidden-value", "three"))
    outcome = run(e2e_faas_function_info, {**INFO, "names": ["hello"], "log_lines": 2}, secrets=("hidden-value",))
    assert outcome["functions"][0]["log"] == ["B is ********", "three"]


def test_options_of_the_account_are_refused(gateway: ScriptedGateway) -> None:
    assert "runtimes belongs to provider: myaccount" in run(e2e_faas_function_info, {**INFO, "runtimes": ["x"]}).msg
    assert "log_lines cannot be -1" in run(e2e_faas_function_info, {**INFO, "log_lines": -1}).msg
    assert "namespace belongs to provider: openfaas" in run(e2e_faas_function_info, {"namespace": "x"}).msg


def test_an_empty_list_of_names_reads_nothing(gateway: ScriptedGateway) -> None:
    assert run(e2e_faas_function_info, {**INFO, "names": []})["functions"] == []


# Calls.

CALL = {**ACCESS, "provider": "openfaas", "name": "hello"}


def called(path: str, answer: Answer | None = None, method: str = "POST", body: t.Any = b"hi") -> Step:
    return Step(method, path, answer or Reply(202, b"", {"X-Call-Id": "abc-1"}), body)


def ready() -> Step:
    return get(document(foreign("faasd")))


def test_a_function_is_called_at_the_gateway(gateway: ScriptedGateway) -> None:
    gateway.expect(ready(), called("function/hello/x", Reply(200, b"Hello", {"x-call-id": "abc-1"}), "GET", None))
    outcome = run(e2e_faas_invoke, {**CALL, "path": "x"})
    assert outcome["body"] == "Hello" and outcome["call_id"] == "abc-1" and outcome["url"] == f"{URL}function/hello/x"


def test_a_namespace_is_a_suffix(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document(foreign("faasd")), namespace="stage"), called("function/hello.stage", Reply(200), body=b"hi"))
    assert run(e2e_faas_invoke, {**CALL, "namespace": "stage", "body": "hi"})["call_id"] is None


def test_an_asynchronous_call_has_an_id(gateway: ScriptedGateway) -> None:
    gateway.expect(ready(), called("async-function/hello"))
    outcome = run(e2e_faas_invoke, {**CALL, "asynchronous": True, "body": "hi", "callback_url": "https://back.example.test/x"})
    assert outcome["status"] == 202 and outcome["call_id"] == "abc-1"
    assert gateway.sent[1].headers["X-Callback-Url"] == "https://back.example.test/x"


def test_an_id_that_was_sent_is_not_repeated_by_the_gateway(gateway: ScriptedGateway) -> None:
    gateway.expect(ready(), called("async-function/hello", Reply(202), body=None))
    assert run(e2e_faas_invoke, {**CALL, "asynchronous": True, "headers": {"X-Call-Id": "mine"}})["call_id"] == "mine"


def test_credentials_go_along_only_when_asked(gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[t.Any] = []
    original = gateway._answer

    def answer(request: t.Any) -> t.Any:
        if "/function/" in request.url and "/system/" not in request.url:
            seen.append(request.headers.pop("Authorization", None))
        return original(request)

    monkeypatch.setattr(gateway, "_answer", answer)
    for asked in (False, True):
        gateway.expect(ready(), called("function/hello", Reply(200)))
        run(e2e_faas_invoke, {**CALL, "body": "hi", "send_gateway_credentials": asked})
    assert seen == [None, f"Basic {TOKEN}"]


@pytest.mark.parametrize("url", ["http://elsewhere.example/function/hello", URL.replace("https", "http"), URL.rstrip("/") + ":8443/function/hello"])
def test_the_gateway_s_credentials_go_to_no_other_server(gateway: ScriptedGateway, url: str) -> None:
    refused = run(e2e_faas_invoke, {**INFO, "url": url, "body": "hi", "send_gateway_credentials": True})
    assert refused["error"]["code"] == "invalid_input" and "its credentials are for no other server" in refused.msg


def test_an_answer_that_repeats_credentials(gateway: ScriptedGateway) -> None:
    said = {"Authorization": f"Basic {TOKEN}", "b": "hidden-value", "mine": "my-own-token", "new": "Bearer of-somebody"}
    gateway.expect(missing(), post(), get(shows("faasd")))
    run(e2e_faas_function, {**FUNCTION, "image": IMAGE, "secret_env": {"B": "hidden-value"}})
    gateway.expect(get(shows("faasd")), called("function/hello", Reply(200, json.dumps(said).encode(), {"X-Sent": TOKEN}), body=b"hi"))
    answer = run(
        e2e_faas_invoke,
        {**CALL, "body": "hi", "headers": {"X-Api-Key": "my-own-token"}},
        secrets=("hidden-value", "my-own-token", TOKEN),
    )
    assert answer["json"] == {"Authorization": "Basic ********", "b": "********", "mine": "********", "new": "Bearer of-somebody"}
    assert answer["headers"]["x-sent"] == "********" and "hidden" not in answer["body"]


def test_what_is_not_there_or_stopped_is_not_called(gateway: ScriptedGateway) -> None:
    gateway.expect(missing())
    assert run(e2e_faas_invoke, {**CALL, "asynchronous": True}).msg == "There is no function hello on this gateway."
    gateway.expect(missing(namespace="stage"))
    assert "in the namespace stage" in run(e2e_faas_invoke, {**CALL, "namespace": "stage"}).msg
    gateway.expect(get(document(foreign("faasd", replicas=0))), info("faasd"))
    assert "it is stopped" in run(e2e_faas_invoke, CALL).msg


def test_a_redirect_to_the_gateway_s_own_page_is_no_success(gateway: ScriptedGateway) -> None:
    gateway.expect(ready(), called("function/hello", Reply(301, b"", {"Location": "/ui/"}), "GET", None))
    outcome = run(e2e_faas_invoke, CALL)
    assert outcome.code == "unaccepted_status" and outcome["status"] == 301


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"callback_url": "https://x"}, "only together with asynchronous"),
        ({"asynchronous": True, "method": "GET"}, "always a POST, not a GET"),
        ({"asynchronous": True, "name": None, "url": "https://x"}, "needs the name of the function"),
        ({"asynchronous": True, "provider": "myaccount"}, "asynchronous belongs to provider: openfaas"),
    ],
)
def test_calls_that_cannot_be_are_refused(gateway: ScriptedGateway, args: dict[str, t.Any], message: str) -> None:
    outcome = run(e2e_faas_invoke, {**CALL, **args})
    assert message in outcome.msg and not gateway.sent


def test_check_mode_calls_nothing(gateway: ScriptedGateway) -> None:
    assert run_module(e2e_faas_invoke, {**CALL, "asynchronous": True}, check=True)["skipped"]
