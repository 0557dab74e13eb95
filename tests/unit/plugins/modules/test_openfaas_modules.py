# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Namespaces, scaling and logs of a gateway."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function, e2e_faas_logs, e2e_faas_namespace, e2e_faas_scale
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    ACCESS,
    FUNCTION,
    IMAGE,
    ScriptedGateway,
    document,
    foreign,
    get,
    info,
    missing,
    post,
    run,
    shown,
    shows,
    text,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ANY, Answer, Step

MARK = {"openfaas": "1"}
STAGE = {**ACCESS, "name": "stage"}
NO_ROUTE = text(404, "404 page not found\n")


def found(answer: Answer | None = None, **labels: str) -> Step:
    return Step("GET", "system/namespace/stage", answer or document({"name": "stage", "labels": {**MARK, **labels}}), None)


def none(answer: Answer | None = None) -> Step:
    return found(answer or text(404, "namespace stage not found"))


def listed(*names: str) -> Step:
    return Step("GET", "system/namespaces", document(list(names)), None)


def write(method: str, path: str, answer: Answer, **labels: str) -> Step:
    return Step(method, path, answer, {"name": "stage", "labels": {**MARK, **labels}, "annotations": MARK})


def test_a_namespace_is_made_labelled_and_removed(gateway: ScriptedGateway) -> None:
    args = {**STAGE, "labels": {"team": 7}}
    gateway.expect(none())
    predicted = run(e2e_faas_namespace, args, check=True)
    gateway.expect(none(), write("POST", "system/namespace/", text(201), team="7"), found(team="7"))
    real = run(e2e_faas_namespace, args)
    assert real["changed"] and (predicted["diff"], predicted["namespace"]) == (real["diff"], real["namespace"])
    gateway.expect(found(team="7"))
    assert not run(e2e_faas_namespace, args)["changed"]
    gateway.expect(found(team="7"))
    assert not run(e2e_faas_namespace, STAGE)["changed"]
    gateway.expect(found(team="7"), write("PUT", "system/namespace/stage", text(202)), found())
    assert run(e2e_faas_namespace, {**STAGE, "labels": {}})["actions"] == ["updated namespace stage: changes labels"]
    gateway.expect(found(), write("DELETE", "system/namespace/stage", text(202)), none())
    assert run(e2e_faas_namespace, {**STAGE, "state": "absent"})["namespace"] == {"name": "stage", "state": "absent", "labels": {}}
    gateway.expect(none())
    assert not run(e2e_faas_namespace, {**STAGE, "state": "absent"})["changed"]


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(("name", "warned"), [("faasd-ce", True), ("faasd", False)])
def test_one_namespace_too_many_is_a_warning(gateway: ScriptedGateway, name: str, warned: bool, check: bool) -> None:
    """With a second one, faasd of the community edition refuses every later deploy and update."""
    who = Step("GET", "system/info", document({"provider": {"provider": name, "orchestration": "containerd"}}), None)
    gateway.expect(none(), who, *([] if check else [write("POST", "system/namespace/", text(201)), found()]))
    outcome = run(e2e_faas_namespace, STAGE, check=check)
    assert outcome["changed"] and [text for text in outcome.warnings if "refuses every deploy and update" in text] == outcome.warnings
    assert bool(outcome.warnings) == warned


def test_a_namespace_of_somebody_else_is_a_warning(gateway: ScriptedGateway) -> None:
    gateway.expect(found(document({"name": "stage", "labels": {}})))
    outcome = run(e2e_faas_namespace, STAGE)
    assert not outcome["changed"] and "exists without the label openfaas" in outcome.warnings[0]


def test_a_failure_that_was_none_is_a_warning(gateway: ScriptedGateway) -> None:
    answer = text(400, "failed publishing event: namespace is required")
    gateway.expect(none(), write("POST", "system/namespace/", answer), found(), found())
    outcome = run(e2e_faas_namespace, STAGE)
    assert outcome["changed"] and "is there as wanted" in outcome.warnings[0]


def test_a_real_failure_stays_one(gateway: ScriptedGateway) -> None:
    gateway.expect(none(), write("POST", "system/namespace/", text(400, "no")), none())
    assert run(e2e_faas_namespace, STAGE).code == "refused"
    gateway.expect(found(), write("DELETE", "system/namespace/stage", text(500, 'namespace "stage" must be empty')), found())
    assert "must be empty" in run(e2e_faas_namespace, {**STAGE, "state": "absent"}).msg


def test_one_that_is_removed_meanwhile_is_fine(gateway: ScriptedGateway) -> None:
    gateway.expect(found(), write("DELETE", "system/namespace/stage", text(404, "namespace stage not found")), none())
    assert run(e2e_faas_namespace, {**STAGE, "state": "absent"})["changed"]


@pytest.mark.parametrize("answer", [NO_ROUTE, text(501, "not implemented")])
@pytest.mark.parametrize("check", [True, False])
def test_a_provider_without_namespaces_says_so_before_anything_is_sent(gateway: ScriptedGateway, answer: Answer, check: bool) -> None:
    gateway.expect(none(answer), listed("openfaas-fn"))
    outcome = run(e2e_faas_namespace, STAGE, check=check)
    assert outcome.code == "invalid_input" and "cannot manage namespaces" in outcome.msg
    gateway.expect(none(answer), listed("openfaas-fn"))
    assert not run(e2e_faas_namespace, {**STAGE, "state": "absent"})["changed"]
    gateway.expect(none(answer), listed("stage"))
    outcome = run(e2e_faas_namespace, STAGE)
    assert not outcome["changed"] and outcome["namespace"]["labels"] is None


def test_its_only_namespace_cannot_be_removed(gateway: ScriptedGateway) -> None:
    gateway.expect(none(NO_ROUTE), listed("stage"), write("DELETE", "system/namespace/stage", NO_ROUTE))
    assert "cannot manage namespaces" in run(e2e_faas_namespace, {**STAGE, "state": "absent"}).msg


def test_a_trouble_with_one_namespace_is_not_taken_for_none(gateway: ScriptedGateway) -> None:
    gateway.expect(none(text(400, "odd")))
    assert run(e2e_faas_namespace, STAGE).code == "refused"


@pytest.mark.parametrize(("args", "message"), [({"name": "Bad_NS"}, "is not a name for a namespace"), ({"labels": MARK}, "set by the module itself")])
def test_bad_namespaces_are_refused(gateway: ScriptedGateway, args: dict[str, t.Any], message: str) -> None:
    assert message in run(e2e_faas_namespace, {**STAGE, **args}).msg


# Scaling.

SCALE = {**ACCESS, "name": "hello"}


def replicas(number: int, available: int | None = None, dialect: str = "kubernetes") -> Step:
    return get(document(foreign(dialect, replicas=number, availableReplicas=number if available is None else available)))


def scale(number: int, answer: Answer | None = None) -> Step:
    return Step("POST", "system/scale-function/hello", answer or text(202), {"serviceName": "hello", "replicas": number})


def test_scaling_is_predicted_done_and_waited_for(gateway: ScriptedGateway) -> None:
    args = {**SCALE, "replicas": 3}
    gateway.expect(replicas(1), info("kubernetes"))
    predicted = run(e2e_faas_scale, args, check=True)
    gateway.expect(replicas(1), info("kubernetes"), scale(3), replicas(3, 1), replicas(3, 1), replicas(3))
    real = run(e2e_faas_scale, args)
    assert real["changed"] and (predicted["diff"], predicted["function"]) == (real["diff"], real["function"])
    gateway.expect(replicas(3))
    assert not run(e2e_faas_scale, args)["changed"]


@pytest.mark.parametrize("before", [1, 5])
def test_a_clamped_number_is_told(gateway: ScriptedGateway, before: int) -> None:
    gateway.expect(replicas(before), info("kubernetes"), scale(9), *[replicas(5)] * 5)
    outcome = run(e2e_faas_scale, {**SCALE, "replicas": 9})
    assert outcome.code == "refused" and outcome.msg.startswith("The function hello was to have 9 replicas and has 5.")
    assert outcome["changed"] is (before == 1) and outcome["function"]["replicas"] == 5
    assert "outside of 1 to 5" in outcome.warnings[0]


def test_faasd_runs_one_and_can_be_started(gateway: ScriptedGateway) -> None:
    gateway.expect(replicas(1, dialect="faasd"), info("faasd"))
    outcome = run(e2e_faas_scale, {**SCALE, "replicas": 2}, check=True)
    assert outcome.code == "invalid_input" and "faasd runs one replica" in outcome.msg
    gateway.expect(replicas(0, dialect="faasd"), info("faasd"), scale(1), replicas(1), replicas(1))
    assert run(e2e_faas_scale, {**SCALE, "replicas": 1})["changed"]


def test_a_function_that_is_not_there_cannot_be_scaled(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(namespace="stage"))
    assert run(e2e_faas_scale, {**SCALE, "replicas": 1, "namespace": "stage"}).msg == "There is no function hello in the namespace stage."
    gateway.expect(replicas(1), info("kubernetes"), scale(2), missing())
    assert "removed by somebody else" in run(e2e_faas_scale, {**SCALE, "replicas": 2}).msg
    assert "replicas cannot be -1" in run(e2e_faas_scale, {**SCALE, "replicas": -1}).msg


def test_replicas_that_never_get_ready_are_a_timeout(gateway: ScriptedGateway) -> None:
    gateway.expect(replicas(1), info("kubernetes"), scale(2), *[replicas(2, 1)] * 5)
    outcome = run(e2e_faas_scale, {**SCALE, "replicas": 2, "wait_timeout": 1})
    assert outcome.code == "wait_timeout" and "1 of 2 replicas are ready" in outcome.msg


def test_a_scaling_that_fails_is_an_error(gateway: ScriptedGateway) -> None:
    gateway.expect(replicas(1), info("kubernetes"), scale(2, text(500, "Unable to lookup function deployment hello")), replicas(1))
    outcome = run(e2e_faas_scale, {**SCALE, "replicas": 2})
    assert outcome.code == "server_error" and not outcome["changed"]


# Logs.

LOGS = {**SCALE, "provider": "openfaas"}


def entries(count: int) -> bytes:
    lines = [{"name": "hello", "instance": "1", "timestamp": f"2026-01-31T12:00:{number:02}Z", "text": f"line {number}\n"} for number in range(count)]
    return b"".join(json.dumps(line).encode() + b"\n" for line in reversed(lines)) + b"cut off\n[]\n"


def logs(content: bytes, query: t.Any = ANY) -> Step:
    return Step("GET", "system/logs", text(200, content.decode()), None, query)


def test_the_newest_lines_are_returned_oldest_first(gateway: ScriptedGateway) -> None:
    since = "2026-01-31T11:00:00Z"
    query = {"name": "hello", "since": since, "follow": "false", "instance": "1"}
    gateway.expect(get(document(foreign("faasd"))), logs(entries(5), query))
    outcome = run(e2e_faas_logs, {**LOGS, "tail": 2, "since": since, "instance": "1"})
    assert outcome["text"] == ["line 3", "line 4"] and outcome["truncated"] is True
    assert outcome["lines"][0] == {"timestamp": "2026-01-31T12:00:03Z", "instance": "1", "text": "line 3"}


def test_all_lines_of_the_window_may_fit(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document(foreign("faasd"))), logs(entries(2)))
    assert run(e2e_faas_logs, LOGS)["truncated"] is False


def test_the_log_of_nothing_is_an_error(gateway: ScriptedGateway) -> None:
    gateway.expect(missing())
    assert run(e2e_faas_logs, LOGS).msg == "There is no function hello."


@pytest.mark.parametrize("args", [{"since": "yesterday"}, {"since": "2026-01-31T12:00:00"}, {"since": ""}, {"since": "999999999999d"}, {"tail": 0}])
def test_bad_windows_are_refused(gateway: ScriptedGateway, args: dict[str, t.Any]) -> None:
    outcome = run(e2e_faas_logs, {**LOGS, **args})
    assert outcome.code == "invalid_input" and not gateway.sent


SECRET, OLD_SECRET = "hunter2-hunter2", "swordfish-1"


def test_log_lines_come_without_secrets(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(), post(), get(shows("faasd")))
    run(e2e_faas_function, {**FUNCTION, "image": IMAGE, "secret_env": {"B": SECRET}})
    lines = [{"timestamp": f"2026-01-31T12:00:0{number}Z", "text": line} for number, line in enumerate((f"B is {SECRET}", f"B was {OLD_SECRET}"))]
    gateway.expect(get(document(shown(gateway.written, "faasd"))), logs(b"".join(json.dumps(line).encode() + b"\n" for line in lines)))
    outcome = run(e2e_faas_logs, {**LOGS, "secret_values": [OLD_SECRET]}, secrets=(SECRET, OLD_SECRET))
    assert outcome["text"] == ["B is ********", "B was ********"]
    assert outcome["data"] is None


@pytest.mark.parametrize("args", [{"type": "build"}, {"digest_variable": "MINE"}])
def test_options_of_the_account_are_refused(gateway: ScriptedGateway, args: dict[str, t.Any]) -> None:
    outcome = run(e2e_faas_logs, {**LOGS, **args})
    assert "belongs to provider: myaccount" in outcome.msg and not gateway.sent
