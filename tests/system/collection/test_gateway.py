# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenFaaS side of the collection against a gateway, in each dialect: check mode first, then twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from controller import Controller
from gateways import IMAGE, PREFIX, REAL, REAL_DIALECT, Gateway, cleaned

NAME = f"{PREFIX}hello"
SECRET = f"{PREFIX}password"
OTHER = f"{PREFIX}token"
VALUE = "corr3ct-horse-battery"
NOT_THERE = "e2e-it.invalid/missing/image:1"


@pytest.fixture(params=("faasd", "kubernetes"))
def gateway(request: pytest.FixtureRequest, collections: Path, tmp_path: Path) -> Iterator[Gateway]:
    """A real gateway if the environment names one, or else the emulator in each dialect."""
    if REAL and request.param != REAL_DIALECT:
        pytest.skip(f"OPENFAAS_URL is a gateway of the dialect {REAL_DIALECT}")
    emulator = None if REAL else request.getfixturevalue(f"{request.param}_emulator")
    controller = Controller(collections, tmp_path, REAL or emulator.gateway_env)
    yield from cleaned(Gateway(controller, request.param, emulator))


@pytest.fixture
def emulated(gateway: Gateway) -> Gateway:
    """For tests that need faults, which only the emulator has."""
    if gateway.emulator is None:
        pytest.skip("a real gateway does not fail on demand")
    return gateway


def spec(**options: Any) -> dict[str, Any]:
    return {
        "name": NAME,
        "image": IMAGE,
        "env_process": "cat",
        "env": {"MODE": "fast", "QUERY": "a=b=c"},
        "labels": {"team": "billing"},
        "annotations": {"owner": "somebody"},
        "limits": {"memory": "128Mi"},
        "replicas": {"min": 1, "max": 3},
        **options,
    }


def test_a_function_lives(gateway: Gateway) -> None:
    made = gateway.deploy(**spec())
    assert made["changed"] and made["function"]["status"] == "running" and made["function"]["env_names"] == ["MODE", "QUERY"]
    for change in ({"env": {"MODE": "slow", "QUERY": "a=b=d"}}, {"limits": {"memory": "256Mi"}}, {"labels": {}}, {"replicas": {"min": 1, "max": 2}}):
        assert gateway.deploy(**spec(**change))["changed"]
    same = gateway.deploy(**spec(replicas={"min": 1, "max": 2}, limits={"memory": "262144Ki"}))
    assert same["changed"] and gateway.function(**spec(replicas={"min": 1, "max": 2}, limits={"memory": "268435456"}))["changed"] is False
    gone = gateway.twice("e2e_faas_function", "function", provider="openfaas", name=NAME, state="absent")
    assert gone["changed"] and gone["function"]["status"] == "absent"


def test_a_function_is_called_and_logs(gateway: Gateway) -> None:
    gateway.deploy(**spec())
    answer = gateway.run("e2e_faas_invoke", provider="openfaas", name=NAME, body="hello there", retries=10, retry_delay=1)
    assert "hello there" in answer["body"] and answer["call_id"]
    later = gateway.run("e2e_faas_invoke", provider="openfaas", name=NAME, body="later", asynchronous=True)
    assert later["status"] == 202 and later["call_id"]
    missing = gateway.run("e2e_faas_invoke", provider="openfaas", name=f"{PREFIX}nothing", body="x", asynchronous=True)
    assert missing["msg"] == f"There is no function {PREFIX}nothing on this gateway."
    log = gateway.run("e2e_faas_logs", provider="openfaas", name=NAME, tail=1)
    assert len(log["text"]) <= 1 and log["changed"] is False


def test_functions_are_listed(gateway: Gateway) -> None:
    made = gateway.deploy(**spec())
    one = gateway.run("e2e_faas_function_info", provider="openfaas", names=[NAME, f"{PREFIX}nothing"])
    assert one["functions"] == [{**made["function"], "log": []}] and one["missing"] == [f"{PREFIX}nothing"]
    every = gateway.run("e2e_faas_function_info", provider="openfaas")
    assert NAME in [function["name"] for function in every["functions"]]


def test_secrets_live(gateway: Gateway, tmp_path: Path) -> None:
    made = gateway.twice("e2e_secret", "secret", name=SECRET, value=VALUE, update="on_create")
    assert made["changed"] and VALUE not in json.dumps(made)
    assert gateway.run("e2e_secret", name=SECRET, value=VALUE)["changed"]
    kept = str(tmp_path / "digests.json")
    first = gateway.run("e2e_secret", name=SECRET, value=VALUE, update="on_change", digest_file=kept)
    again = gateway.run("e2e_secret", name=SECRET, value=VALUE, update="on_change", digest_file=kept)
    other = gateway.run("e2e_secret", name=SECRET, value=VALUE + "!", update="on_change", digest_file=kept)
    assert (first["changed"], again["changed"], other["changed"]) == (True, False, True)
    gateway.deploy(**spec(secrets=[SECRET]))
    used = gateway.run("e2e_secret_info", names=[SECRET])
    assert used["secrets"] == [{"name": SECRET, "namespace": "openfaas-fn", "used_by": [NAME]}]
    refused = gateway.run("e2e_secret", name=SECRET, state="absent")
    assert refused["error"]["code"] == "in_use" and NAME in refused["msg"]
    gateway.deploy(**spec(secrets=[]))
    assert gateway.twice("e2e_secret", "secret", name=SECRET, state="absent")["changed"]


def test_a_binary_secret_is_stored_byte_for_byte(emulated: Gateway) -> None:
    file = emulated.controller.file("value", b"\x00\xff\n")
    assert emulated.run("e2e_secret", name=SECRET, value_file=str(file))["changed"]
    assert {"AP8K"} == {secret["value"] for secret in emulated.emulator.gateway()["secrets"] if secret["name"] == SECRET}


def test_a_missing_secret_destroys_nothing(gateway: Gateway) -> None:
    gateway.deploy(**spec())
    refused = gateway.function(**spec(secrets=[OTHER]))
    assert refused["failed"] and OTHER in refused["msg"] and not refused["changed"]
    assert not gateway.function(**spec())["changed"]


def test_an_image_that_cannot_be_pulled_is_rolled_back(gateway: Gateway) -> None:
    gateway.deploy(**spec())
    if gateway.emulator:
        gateway.emulator.fault({"method": "PUT", "path": "system/functions", "action": "build_fails"})
    failed = gateway.function(**spec(image=NOT_THERE), rollback=True, wait_timeout=3)
    # The newest release on Kubernetes drops such an update, and one before goes on with the old replicas.
    assert failed["failed"] and ("was put back" in failed["msg"] or (gateway.dialect == "kubernetes" and "runs as before" in failed["msg"])), failed
    assert not gateway.function(**spec())["changed"]


@pytest.mark.parametrize("rollback", [False, True])
def test_an_update_that_never_takes_over_on_kubernetes_is_a_failure(emulated: Gateway, rollback: bool) -> None:
    """All that the gateway counts is as before, because it counts the old replicas: its log tells."""
    if emulated.dialect != "kubernetes":
        return
    emulated.deploy(**spec())
    emulated.emulator.fault({"method": "PUT", "path": "system/functions", "action": "stuck_status"})
    wanted = {"provider": "openfaas", **spec(annotations={"a": "b"}), "rollback": rollback, "wait_timeout": 3}
    failed = emulated.controller.function(**wanted)
    assert failed["failed"] and failed["error"]["code"] == "wait_timeout" and "the version before still answers" in failed["msg"], failed
    assert failed["rolled_back"] == rollback and failed["rollout"] is None
    assert emulated.run("e2e_faas_invoke", provider="openfaas", name=NAME)["status"] == 200


def test_a_roll_out_that_is_seen_to_end(emulated: Gateway) -> None:
    first = emulated.function(**spec())
    second = emulated.function(**spec(annotations={"a": "b"}))
    assert (first["rollout"], second["rollout"], emulated.function(**spec(annotations={"a": "b"}))["rollout"]) == ("finished", "finished", None)
    assert second["warnings"] == []


def test_namespaces_live_where_the_provider_has_them(gateway: Gateway) -> None:
    assert not gateway.run("e2e_faas_namespace", name="openfaas-fn")["changed"]
    stage = {"name": f"{PREFIX}stage", "labels": {"team": "billing"}}
    if gateway.dialect == "kubernetes":
        for check_mode in (True, False):
            refused = gateway.run("e2e_faas_namespace", check_mode=check_mode, **stage)
            assert refused["failed"] and "cannot manage namespaces" in refused["msg"]
        return
    assert gateway.twice("e2e_faas_namespace", "namespace", **stage)["changed"]
    assert gateway.twice("e2e_faas_namespace", "namespace", **{**stage, "labels": {}})["changed"]
    assert gateway.twice("e2e_faas_namespace", "namespace", name=stage["name"], state="absent")["changed"]


def test_a_namespace_that_is_not_there_is_named(emulated: Gateway) -> None:
    refused = emulated.function(**spec(), namespace="nowhere")
    assert refused["failed"] and "'nowhere'" in refused["msg"]


def test_a_second_namespace_at_the_community_edition(emulated: Gateway) -> None:
    """faasd makes it and takes no function any more; the task that makes it says so before, and the one that is refused says why."""
    if emulated.dialect == "kubernetes":
        return
    for check_mode in (True, False):
        made = emulated.run("e2e_faas_namespace", check_mode=check_mode, name=f"{PREFIX}stage")
        assert made["changed"] and "refuses every deploy and update" in made["warnings"][0]
    refused = emulated.function(**spec())
    assert refused["failed"] and "Remove the others, for example with e2enetworks.cloud.e2e_faas_namespace" in refused["msg"]
    assert emulated.run("e2e_faas_namespace", name=f"{PREFIX}stage", state="absent")["changed"] and emulated.function(**spec())["changed"]


def test_a_namespace_of_its_own_is_used_everywhere(collections: Path, tmp_path: Path, mit_faasd_emulator: Any) -> None:
    emulated = Gateway(Controller(collections, tmp_path, mit_faasd_emulator.gateway_env), "faasd", mit_faasd_emulator)
    here = {"namespace": f"{PREFIX}stage"}
    tasks = [
        {"name": "Namespace", "e2enetworks.cloud.e2e_faas_namespace": {"name": here["namespace"]}},
        {"name": "Secret", "e2enetworks.cloud.e2e_secret": {"name": SECRET, "value": VALUE, **here}},
        {"name": "Function", "e2enetworks.cloud.e2e_faas_function": {"provider": "openfaas", **spec(secrets=[SECRET]), **here}},
    ]
    assert emulated.controller.tasks(tasks, "--check").succeeded().changes == ["Namespace", "Secret", "Function"]
    emulated.run("e2e_faas_namespace", name=here["namespace"])
    assert emulated.run("e2e_secret", name=SECRET, value=VALUE, **here)["changed"]
    made = emulated.deploy(**spec(secrets=[SECRET]), **here)
    assert made["function"]["gateway"]["namespace"] == here["namespace"]
    assert "hello" in emulated.run("e2e_faas_invoke", provider="openfaas", name=NAME, body="hello", **here)["body"]
    assert emulated.run("e2e_secret_info")["secrets"] == []
    assert emulated.twice("e2e_faas_function", "function", provider="openfaas", name=NAME, state="absent", **here)["changed"]
    assert emulated.twice("e2e_secret", "secret", name=SECRET, state="absent", **here)["changed"]


def test_scaling_is_what_was_reached(gateway: Gateway) -> None:
    gateway.deploy(**spec(replicas={}))
    if gateway.dialect == "faasd":
        refused = gateway.run("e2e_faas_scale", name=NAME, replicas=3)
        assert refused["failed"] and "faasd runs one replica" in refused["msg"]
        return
    assert gateway.twice("e2e_faas_scale", "function", name=NAME, replicas=3)["function"]["replicas"] == 3
    assert gateway.run("e2e_faas_scale", name=NAME, replicas=9)["function"]["replicas"] == 5
    assert gateway.twice("e2e_faas_scale", "function", name=NAME, replicas=1)["changed"]


@pytest.mark.parametrize("action", ["hang", "reset", "empty"])
def test_lost_answers_are_looked_up(emulated: Gateway, action: str) -> None:
    if action == "empty":
        fault: dict[str, Any] = {"action": "status", "status": 502, "body": ""}
    else:
        fault = {"action": action}
    emulated.emulator.fault({"method": "POST", "path": "system/functions", "when": "after", **fault})
    made = emulated.function(**spec(), gateway_timeout=2)
    assert not made.get("failed") and made["changed"] and "took effect" in made["warnings"][0]
    assert not emulated.function(**spec())["changed"]


def test_a_list_that_crashes_stops_only_what_needs_it(emulated: Gateway) -> None:
    emulated.deploy(**spec())
    emulated.emulator.fault({"action": "list_crash", "times": -1})
    assert not emulated.function(**spec())["changed"]
    listed = emulated.run("e2e_faas_function_info", provider="openfaas", api_retries=0)
    assert "Prometheus" in listed["msg"]
    emulated.emulator.clear_faults()


def test_a_provider_that_is_down_is_named(emulated: Gateway) -> None:
    emulated.emulator.fault({"action": "provider_down", "times": -1})
    down = emulated.function(**spec(), api_retries=0)
    assert "the provider behind it does not answer" in down["msg"]
    emulated.emulator.clear_faults()


def test_wrong_credentials_are_named(emulated: Gateway) -> None:
    refused = emulated.function(**spec(), gateway_password="wrong-password")
    assert refused["error"]["code"] == "authentication" and "wrong-password" not in json.dumps({**refused, "invocation": None})


def test_one_play_uses_defaults_for_the_group(gateway: Gateway) -> None:
    tasks = [
        {"name": "Make", "e2enetworks.cloud.e2e_secret": {"name": SECRET, "value": VALUE, "update": "on_create"}},
        {"name": "Deploy", "e2enetworks.cloud.e2e_faas_function": spec(secrets=[SECRET])},
        {"name": "Call", "e2enetworks.cloud.e2e_faas_invoke": {"name": NAME, "body": "hello", "retries": 10}},
    ]
    defaults = {"group/e2enetworks.cloud.gateway": {"gateway_timeout": 90}}
    for task in tasks[1:]:
        next(iter(value for key, value in task.items() if key != "name"))["provider"] = "openfaas"
    play = gateway.controller.tasks
    play(tasks[:2], "--check", "--diff", module_defaults=defaults).succeeded()
    first = play(tasks, "--diff", module_defaults=defaults).succeeded()
    assert first.changes == ["Make", "Deploy"] and VALUE not in first.output
    assert play(tasks, module_defaults=defaults).succeeded().changes == []
