# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of a gateway's function when a write fails, is lost, or only says that it worked."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    FUNCTION,
    IMAGE,
    ScriptedGateway,
    delete,
    document,
    every_dialect,
    foreign,
    get,
    info,
    missing,
    post,
    put,
    run,
    secrets,
    shown,
    shows,
    text,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ANY, Reply, Run, Step, html, reset, timed_out

ARGS: dict[str, t.Any] = {**FUNCTION, "image": IMAGE, "env": {"A": "1"}}
BROKEN = {**ARGS, "image": "functions/broken:1"}
UNPULLABLE = text(500, "unable to pull image\nunable to pull image\n")


def deploy(args: t.Mapping[str, t.Any] | None = None, **more: t.Any) -> Run:
    return run(e2e_faas_function, ARGS if args is None else args, **more)


def deployed(gateway: ScriptedGateway, dialect: str, args: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """Deploy, and return what look-ups show of it."""
    gateway.expect(missing(), post(), get(shows(dialect)))
    assert not deploy(args).failed
    return shown(gateway.written, dialect)


def test_a_failed_update_that_destroyed_the_function_is_told(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    gateway.expect(get(document(before)), put(UNPULLABLE), *[missing()] * 3)
    outcome = deploy(BROKEN)
    assert outcome.code == "server_error" and outcome["changed"] and outcome["function"]["status"] == "absent"
    assert outcome.msg == (
        "PUT system/functions: the gateway failed (500: unable to pull image). Now the function hello is gone. "
        "With rollback: true the version before it would have been put back."
    )


def test_a_failed_update_is_rolled_back(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    specification = dict(gateway.written)
    gateway.expect(get(document(before)), put(UNPULLABLE), *[missing()] * 4, post(), get(document(before)))
    outcome = deploy({**BROKEN, "rollback": True})
    assert gateway.written == {**specification, "image": "docker.io/functions/echo:1"}
    assert outcome.failed and outcome["changed"] and outcome["function"]["status"] == "running"
    assert outcome["actions"] == ["tried to update function hello", "put the version before of function hello back"]
    assert outcome.msg.endswith("The function hello was gone. The version before it was put back and runs (docker.io/functions/echo:1).")
    assert outcome["rolled_back"] and outcome["before"]["gateway"]["image"] == "docker.io/functions/echo:1"


def test_a_function_of_another_tool_is_rolled_back_as_far_as_it_was_returned(gateway: ScriptedGateway) -> None:
    before = foreign("faasd")
    gateway.expect(get(document(before)), info("faasd"), put(UNPULLABLE), *[missing()] * 4, post(), get(document(before)))
    outcome = deploy({**BROKEN, "rollback": True})
    assert gateway.written["envVars"] == {"A": "1", "IMAGE_OWN": "1"} and "was put back" in outcome.msg


def test_a_rollback_that_fails_says_both(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    gateway.expect(get(document(before)), put(UNPULLABLE), *[missing()] * 4, post(text(400, "disk full")), *[missing()] * 2)
    outcome = deploy({**BROKEN, "rollback": True})
    assert "unable to pull image" in outcome.msg and "The version before it could not be put back" in outcome.msg and "disk full" in outcome.msg
    assert outcome.msg.endswith("Now the function hello is gone.") and not outcome["rolled_back"]


def test_a_stopped_function_after_a_failed_update_is_put_back(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    stopped = {**before, "replicas": 0, "availableReplicas": 0}
    refused = put(text(400, "unable to find secret: x"))
    gateway.expect(get(document(before)), refused, *[get(document(stopped))] * 2, info("faasd"), get(document(stopped)), put(), *[get(document(before))] * 2)
    outcome = deploy({**BROKEN, "rollback": True})
    assert outcome.code == "refused" and "was put back" in outcome.msg


def test_a_refused_update_that_changed_nothing_says_so(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    gateway.expect(get(document(before)), put(text(400, "no such secret")), *[get(document(before))] * 2)
    outcome = deploy({**BROKEN, "rollback": True})
    assert outcome.msg.endswith("(400: no such secret). The function hello runs as before.")
    assert not outcome["changed"] and outcome["function"]["gateway"]["image"] == "docker.io/functions/echo:1"


def test_what_cannot_be_read_after_a_failure_is_unknown(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    gateway.expect(get(document(before)), put(text(400, "no")), get(document(before)), get(text(401, "invalid credentials")))
    outcome = deploy(BROKEN)
    assert outcome.code == "refused" and "What became of the function hello is not known" in outcome.msg and outcome["changed"]


def test_a_stop_that_takes_too_long_is_repeated_once(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    slow = text(500, "error deleting container hello, cannot delete running task hello: failed precondition\n")
    gateway.expect(get(document(before)), put(slow), get(document(before)), put(), get(shows("faasd")), get(shows("faasd")))
    outcome = deploy({**ARGS, "image": "functions/echo:2"})
    assert not outcome.failed and outcome["changed"]
    after = shown(gateway.written, "faasd")
    gateway.expect(get(document(after)), delete(slow), get(document(after)), delete(), missing())
    assert deploy({**FUNCTION, "state": "absent"})["changed"]


def test_a_stop_that_never_works_is_an_error(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    slow = text(500, "cannot delete running task")
    gateway.expect(get(document(before)), delete(slow), get(document(before)), delete(slow), get(document(before)))
    outcome = deploy({**FUNCTION, "state": "absent"})
    assert outcome.code == "server_error" and not outcome["changed"]


@every_dialect
def test_a_create_that_the_gateway_calls_failed_and_that_runs_is_left_open(gateway: ScriptedGateway, dialect: str) -> None:
    gateway.expect(missing(), post(text(500, "unable create Service: hello")), get(shows(dialect)), get(shows(dialect)))
    outcome = deploy()
    assert outcome.code == "server_error" and not outcome["error"]["outcome_known"]
    assert outcome["changed"] and outcome["actions"] == ["tried to create function hello"]


def test_a_delete_that_the_gateway_calls_failed_and_that_worked_is_done(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    gateway.expect(get(document(before)), delete(text(500, "cannot delete the network")), *[missing()] * 3)
    outcome = deploy({**FUNCTION, "state": "absent"})
    assert outcome["changed"] and outcome["actions"] == ["deleted function hello"] and "answered with a failure, but took effect" in outcome.warnings[0]


def test_a_success_that_changed_nothing_is_noticed(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    gateway.expect(get(document(before)), put(text(200)), *[get(document(before))] * 8)
    outcome = deploy(BROKEN)
    assert outcome.code == "refused" and not outcome["changed"]
    assert "answered success for the function hello, but image did not change" in outcome.msg


def test_a_success_that_changed_nothing_is_noticed_where_nothing_can_be_compared(gateway: ScriptedGateway) -> None:
    """Kubernetes returns no variables, so all that would tell is the manifest that was sent with them."""
    before = document(foreign("kubernetes"))
    gateway.expect(get(before), put(text(200)), *[get(before)] * 8, info("kubernetes"))
    outcome = deploy({**FUNCTION, "env": {"A": "2"}})
    assert outcome.code == "refused" and not outcome["changed"]
    assert "answered success for the function hello, but it is not the specification that was sent" in outcome.msg


def test_a_look_up_that_lags_behind_is_waited_for(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    gateway.expect(get(document(before)), put(), get(document(before)), get(shows("kubernetes")), get(shows("kubernetes")))
    assert deploy({**ARGS, "image": "functions/echo:2"})["changed"]


def test_a_function_removed_during_an_update_is_waited_for(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    gateway.expect(get(document(before)), put(), missing(), get(shows("kubernetes")))
    assert deploy({**ARGS, "image": "functions/echo:2"})["changed"]


def test_an_update_that_never_gets_ready_is_rolled_back(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    answers: list[Step] = [get(document(before)), put()]
    waiting = shows("kubernetes", availableReplicas=0)
    log = Step("GET", "system/logs", document({"text": "pulling the image", "timestamp": "2026-01-31T12:00:00Z", "instance": "1"}), query=ANY)
    gateway.expect(*answers, *[get(waiting)] * 6, log, get(waiting), put(), *[get(document(before))] * 2)
    outcome = deploy({**BROKEN, "rollback": True, "wait_timeout": 1})
    assert outcome.msg.endswith("\nLast lines of its log:\n  pulling the image")
    assert outcome.code == "wait_timeout" and "was put back" in outcome.msg and gateway.written["envVars"] == {"A": "1"}


def test_it_is_said_beforehand_that_there_is_no_way_back(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    gateway.expect(get(document(before)))
    outcome = deploy({**BROKEN, "env": {"A": "2"}, "rollback": True}, check=True)
    assert any("it cannot be put back" in warning for warning in outcome.warnings)


@every_dialect
@pytest.mark.parametrize("lost", [timed_out, reset, lambda: html(504), lambda: text(502), lambda: text(500)], ids=["timeout", "reset", "page", "502", "500"])
def test_a_lost_answer_to_a_create_is_looked_up(gateway: ScriptedGateway, dialect: str, lost: t.Callable[[], t.Any]) -> None:
    gateway.expect(missing(), post(lost()), get(shows(dialect)), get(shows(dialect)))
    outcome = deploy()
    assert outcome["changed"] and "took effect" in outcome.warnings[0]
    gateway.expect(missing(), post(lost()), missing(), post(), get(shows(dialect)))
    assert deploy()["changed"] and len(gateway.writes) == 2


@every_dialect
def test_a_lost_answer_to_an_update_is_looked_up(gateway: ScriptedGateway, dialect: str) -> None:
    before = deployed(gateway, dialect)
    gateway.expect(get(document(before)), put(timed_out()), get(shows(dialect)), get(shows(dialect)))
    assert deploy({**ARGS, "image": "functions/echo:2"})["changed"] and len(gateway.writes) == 1


@every_dialect
def test_a_lost_answer_to_a_delete_is_looked_up(gateway: ScriptedGateway, dialect: str) -> None:
    before = deployed(gateway, dialect)
    gateway.expect(get(document(before)), delete(timed_out()), missing(), missing())
    assert deploy({**FUNCTION, "state": "absent"})["changed"]


def test_what_a_refused_create_left_behind_is_removed(gateway: ScriptedGateway) -> None:
    zombie = {"name": "hello", "image": IMAGE}
    gateway.expect(missing(), post(text(400, "hostname too long")), get(document(zombie)), delete())
    outcome = deploy()
    assert outcome.code == "refused" and outcome.msg.endswith("(400: hostname too long). What the refused request left behind was removed.")
    assert not outcome["changed"]


def test_a_refused_create_that_left_nothing_is_one_line(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(), post(text(400, "unable to pull image")), missing())
    assert deploy().msg == "POST system/functions: the gateway refused this (400: unable to pull image)."


@every_dialect
def test_a_function_made_by_somebody_else_meanwhile_is_left_alone(gateway: ScriptedGateway, dialect: str) -> None:
    answer = text(400 if dialect == "faasd" else 500, 'unable to create: "hello" already exists')
    gateway.expect(missing(), post(answer), get(document(foreign(dialect))))
    assert "The function hello is there all the same, perhaps because somebody else has made it meanwhile." in deploy().msg


def test_a_create_that_goes_on_after_its_answer_was_lost_is_adopted(gateway: ScriptedGateway) -> None:
    exists = text(400, 'unable to create container: hello, error: snapshot "hello-snapshot": already exists')
    gateway.expect(missing(), post(timed_out()), missing(), post(exists), get(shows("faasd")), get(shows("faasd")))
    outcome = deploy()
    assert not outcome.failed and outcome["actions"] == ["created function hello"]


def test_a_function_that_does_not_start_is_an_error(gateway: ScriptedGateway) -> None:
    log = Step("GET", "system/logs", document({"text": "no such file", "timestamp": "2026-01-31T12:00:00Z", "instance": "1"}), query=ANY)
    gateway.expect(missing(), post(), get(shows("faasd", replicas=0, availableReplicas=0)), info("faasd"), log)
    outcome = deploy()
    assert outcome.code == "function_failed" and outcome["changed"]
    assert outcome.msg.endswith("its process does not run.\nLast lines of its log:\n  no such file")


# Secrets are checked first.


def test_a_missing_secret_stops_a_create_on_faasd(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(namespace="stage"), secrets("one", namespace="stage"), info("faasd"))
    outcome = deploy({**ARGS, "secrets": ["one", "two", "three"], "namespace": "stage"})
    assert outcome.code == "invalid_input" and not gateway.writes
    assert outcome.msg.startswith("secrets: there is no secret three, two in the namespace stage. Nothing was changed.")


def test_a_missing_secret_is_a_warning_in_check_mode(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(), secrets())
    outcome = deploy({**ARGS, "secrets": ["one"]}, check=True)
    assert outcome["changed"] and "an earlier task may make it" in outcome.warnings[0]


def test_a_secret_that_kubernetes_does_not_list_may_exist(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(), secrets(), info("kubernetes"), post(), get(shows("kubernetes")))
    outcome = deploy({**ARGS, "secrets": ["one"]})
    assert outcome["changed"] and "may exist all the same" in outcome.warnings[0]


# Input and gateway trouble: one clear line, and nothing is sent.


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"name": "a.b"}, "has a dot"),
        ({"name": "a" * 64}, "has 64 characters"),
        ({"name": "-a"}, "is not a name for a function"),
        ({"image": " "}, "is not the name of an image"),
        ({"image": "a b"}, "is not the name of an image"),
        ({"env": {"A": [1]}}, "env: the value of A is a list"),
        ({"labels": {"com.openfaas.annotations.x": "1"}}, "would become an annotation"),
        ({"labels": {"com.openfaas.scale.min": "1"}, "replicas": {"min": 1}}, "is what replicas sets"),
        ({"annotations": {"e2enetworks.cloud/manifest": "1"}}, "keeps for itself"),
        ({"limits": {"memory": "lots"}}, "'lots' is not a quantity for memory"),
        ({"requests": {"cpu": "-1"}}, "'-1' is not a quantity for cpu"),
        ({"limits": {"memory": "40m"}}, "limits: '40m' is 0.04 bytes of memory, less than any function needs."),
        ({"requests": {"memory": "128"}}, "requests: '128' is 128 bytes of memory"),
        ({"limits": {"cpu": "500"}}, "limits: '500' is 500 whole processors"),
        ({"env": {"": "1"}}, "env: '' is not a name."),
        ({"env": {"A\0B": "1"}}, "env: 'A\\x00B' is not a name."),
        ({"env": {"A=B": "1"}}, "env: 'A=B' is not a name."),
        ({"secret_env": {" ": "hunter2-and-more"}}, "secret_env: ' ' is not a name."),
        ({"env": {"A": "a\0b"}}, "env: the value of A holds a NUL character"),
        ({"labels": {"": "1"}}, "labels: '' is not a name."),
        ({"labels": {"a\nb": "1"}}, "labels: 'a\\nb' is not a name."),
        ({"annotations": {"\0": "1"}}, "annotations: '\\x00' is not a name."),
        ({"annotations": {"a": "\0"}}, "annotations: the value of a holds a NUL character"),
        ({"env_process": "cat\0"}, "env_process holds a NUL character"),
        ({"secrets": [None]}, "is not"),
        ({"secrets": [""]}, "secrets: '' is not a name for a secret"),
        ({"secrets": ["."]}, "secrets: '.' is not a name for a secret"),
        ({"secrets": ["../other"]}, "secrets: '../other' is not a name for a secret"),
        ({"constraints": [""]}, "constraints: '' is not a constraint"),
        ({"replicas": {"min": -1}}, "min is at least 0"),
        ({"replicas": {"min": 3, "max": 2}}, "min (3) is more than max (2)"),
        ({"env": {"A": "1"}, "secret_env": {"A": "secret"}}, "both set A"),
        ({"memory": 128}, "memory belongs to provider: myaccount, and this task has provider: openfaas; instead of memory use limits."),
        ({"runtime": "node18", "hardware": "cpu"}, "runtime, hardware belong to provider: myaccount, and this task has provider: openfaas."),
        ({"wait_timeout": 0}, "wait_timeout must be more than 0"),
        ({"gateway_url": None}, "Missing: the URL of the gateway"),
        ({"gateway_url": "ftp://x"}, "gateway_url must be an http or https URL"),
        ({"gateway_timeout": 0}, "gateway_timeout must be more than 0"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_sent(gateway: ScriptedGateway, args: dict[str, t.Any], message: str) -> None:
    outcome = deploy({**ARGS, **args})
    assert outcome.failed and message in outcome.msg and not gateway.sent


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"env": {"1A": "1"}}, "env: a gateway on Kubernetes refuses the name '1A'"),
        ({"labels": {"a/b/c": "1"}}, "labels: a gateway on Kubernetes refuses the name 'a/b/c'"),
        ({"labels": {"a": "two words"}}, "labels: a gateway on Kubernetes refuses the value 'two words' of a"),
        ({"annotations": {"-a": "1"}}, "annotations: a gateway on Kubernetes refuses the name '-a'"),
        ({"secrets": ["A_b"]}, "secrets: a gateway on Kubernetes refuses 'A_b'"),
    ],
)
def test_what_only_kubernetes_refuses_is_a_warning(gateway: ScriptedGateway, args: dict[str, t.Any], message: str) -> None:
    """It would answer success to an update with it, and change nothing."""
    gateway.expect(missing(), *([secrets("A_b")] if "secrets" in args else []), post(), get(shows("faasd"), forever=True))
    assert message in "\n".join(deploy({**ARGS, **args, "smoke_test": None}).warnings)


@pytest.mark.parametrize(
    "args",
    [{"env": {"_a.b-C": "=\n\t"}, "labels": {"example.com/a_B": "a.b"}, "annotations": {"topic": "one, two ü"}, "requests": {"memory": "0", "cpu": "0.001"}}],
)
def test_what_every_gateway_takes_is_no_warning(gateway: ScriptedGateway, args: dict[str, t.Any]) -> None:
    gateway.expect(missing(), info("kubernetes"), post(), get(shows("kubernetes"), forever=True))
    assert deploy({**ARGS, **args}).warnings == []


REFUSALS = {
    "the OpenFaaS CE EULA allows 1/2 namespace(s), upgrade to faasd Pro to continue": "While there is a namespace besides openfaas-fn, it refuses every deploy",
    "the Community Edition license agreement only allows public images": "also of one that does not exist.",
}


@pytest.mark.parametrize("said", REFUSALS)
@pytest.mark.parametrize("update", [False, True])
def test_the_words_of_the_community_edition_are_explained(gateway: ScriptedGateway, said: str, update: bool) -> None:
    there = document(foreign("faasd"))
    gateway.expect(*([get(there), put(text(400, said)), get(there, forever=True)] if update else [missing(), post(text(400, said)), missing()]))
    outcome = deploy({**FUNCTION, "image": "functions/echo:2", "env": {}})
    assert said in outcome.msg and REFUSALS[said] in outcome.msg and not outcome["changed"]


def test_constraints_that_the_community_edition_ignores_are_a_warning(gateway: ScriptedGateway) -> None:
    provider = {"provider": "faas-netes-ce", "orchestration": "kubernetes"}
    gateway.expect(missing(), Step("GET", "system/info", document({"provider": provider}), None), post(), get(shows("kubernetes"), forever=True))
    assert "ignore constraints" in "\n".join(deploy({**ARGS, "constraints": ["a=b"]}).warnings)


def test_options_of_a_gateway_are_refused_for_the_account(gateway: ScriptedGateway) -> None:
    outcome = deploy({"name": "hello", "labels": {"a": "b"}, "limits": {"memory": "1Mi"}, "replicas": {"min": 1}})
    assert "labels, limits, replicas belong to provider: openfaas, and this task has provider: myaccount" in outcome.msg


def test_a_function_without_an_image_cannot_be_made(gateway: ScriptedGateway) -> None:
    gateway.expect(missing())
    assert deploy(FUNCTION).msg == "The function hello does not exist yet. Give its image."


def test_names_that_one_provider_refuses_are_a_warning(gateway: ScriptedGateway) -> None:
    gateway.expect(missing("Hello"))
    outcome = deploy({**ARGS, "name": "Hello", "replicas": {"min": 1, "max": 20}}, check=True)
    assert "Kubernetes refuses 'Hello'" in outcome.warnings[0] and "max 20 is outside of 1 to 5" in outcome.warnings[1]


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (text(401, "invalid credentials"), "authentication", "Check gateway_username and gateway_password"),
        (text(403), "authentication", "does not allow this (403, without a reason)"),
        (text(400, "namespace not valid"), "refused", "400: namespace not valid"),
        (text(404, "404 page not found\n"), "protocol", "does not answer as an OpenFaaS gateway"),
        (html(404), "protocol", "an HTML page (HTTP 404)"),
        (Reply(301, b"", {"Location": "/ui/"}), "protocol", "the server redirects (HTTP 301)"),
        (text(405), "refused", "405, without a reason"),
    ],
)
def test_a_gateway_that_refuses_is_understood(gateway: ScriptedGateway, answer: Reply, code: str, message: str) -> None:
    gateway.expect(get(answer))
    outcome = deploy()
    assert outcome.code == code and message in outcome.msg


def test_an_unknown_namespace_is_named(gateway: ScriptedGateway) -> None:
    gateway.expect(get(text(400, "namespace not valid"), namespace="nowhere"))
    outcome = deploy({**ARGS, "namespace": "nowhere"})
    assert outcome.code == "missing_resource" and outcome.msg.startswith("namespace: the gateway does not have or allow 'nowhere'.")


def test_a_provider_that_is_down_is_told_from_a_gateway_that_is_down(gateway: ScriptedGateway) -> None:
    gateway.expect(get(text(502), forever=True))
    assert "it is up, but the provider behind it does not answer" in deploy({**ARGS, "api_retries": 1}).msg and len(gateway.sent) == 2
    stopped = foreign("faasd", replicas=0, availableReplicas=0)
    gateway.expect(get(document(stopped)), Step("GET", "system/info", document({"provider": None}), None))
    assert "the provider behind it does not answer" in deploy().msg


def test_a_rate_limit_is_waited_for(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(), post(Reply(429, b"", {"Retry-After": "3"})), missing(), post(), get(shows("faasd")))
    outcome = deploy()
    assert outcome["changed"] and outcome.slept == [3.0]
