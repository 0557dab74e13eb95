# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A function on a gateway: created, left alone, updated, repaired, removed; in both dialects."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import MANIFEST_ANNOTATION
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    FULL_IMAGE,
    FUNCTION,
    IMAGE,
    NO_NAMESPACE,
    NOT_THERE_YET,
    URL,
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
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import Run

SECRET = "s3cr3t-value=x"
ARGS: dict[str, t.Any] = {
    **FUNCTION,
    "image": IMAGE,
    "env": {"MODE": "fast", "QUERY": "a=b=c"},
    "secret_env": {"PASSWORD": SECRET},
    "secrets": ["two", "one"],
    "labels": {"team": "billing"},
    "annotations": {"owner": "me"},
    "limits": {"memory": "134217728"},
    "replicas": {"min": 1, "max": 3},
}


def deploy(args: t.Mapping[str, t.Any] | None = None, **more: t.Any) -> Run:
    return run(e2e_faas_function, ARGS if args is None else args, secrets=(SECRET,), **more)


def created(gateway: ScriptedGateway, dialect: str, args: t.Mapping[str, t.Any] | None = None) -> Run:
    gateway.expect(missing(), secrets("one", "two"), post(), get(shows(dialect)))
    return deploy(args)


@every_dialect
def test_create_sends_the_whole_specification(gateway: ScriptedGateway, dialect: str) -> None:
    outcome = created(gateway, dialect)
    body = dict(gateway.written)
    annotations = dict(body.pop("annotations"))
    manifest = json.loads(annotations.pop(MANIFEST_ANNOTATION))
    assert annotations == {"owner": "me"}
    assert body == {
        "service": "hello",
        "image": IMAGE,
        "envVars": {"MODE": "fast", "QUERY": "a=b=c", "PASSWORD": SECRET},
        "secrets": ["one", "two"],
        "labels": {"team": "billing", "com.openfaas.scale.min": "1", "com.openfaas.scale.max": "3"},
        "limits": {"memory": "134217728"},
    }
    assert manifest["limits"] == {"memory": "134217728"} and sorted(manifest["env"]) == ["MODE", "QUERY"] and sorted(manifest["secret_env"]) == ["PASSWORD"]
    assert outcome["changed"] and outcome["actions"] == ["created function hello"]
    function = outcome["function"]
    assert function["status"] == "running" and function["url"] == f"{URL}function/hello"
    assert function["env_names"] == ["MODE", "QUERY"] and function["secret_env_names"] == ["PASSWORD"] and function["secrets"] == ["one", "two"]
    assert function["gateway"] == {
        "namespace": "openfaas-fn",
        "image": FULL_IMAGE,
        "env_process": "",
        "labels": {"team": "billing"},
        "annotations": {"owner": "me"},
        "constraints": [],
        "limits": {"memory": "134217728"},
        "requests": {},
        "read_only_root_filesystem": False,
        "replicas": {"min": 1, "max": 3},
        "replicas_wanted": 1,
        "replicas_available": 1,
    }


@every_dialect
def test_what_is_as_wanted_is_left_alone_with_one_request(gateway: ScriptedGateway, dialect: str) -> None:
    created(gateway, dialect)
    gateway.expect(get(shows(dialect)))
    again = deploy({**ARGS, "image": "index.docker.io/functions/echo:1", "limits": {"memory": "128Mi"}, "secrets": ["one", "two"]})
    assert not again["changed"] and again["diff"] == [] and len(gateway.sent) == 1


@every_dialect
def test_check_mode_predicts_a_create(gateway: ScriptedGateway, dialect: str) -> None:
    gateway.expect(missing(), secrets("one", "two"))
    predicted = deploy(check=True)
    assert not gateway.writes
    real = created(gateway, dialect)
    assert (predicted["diff"], predicted["function"], predicted["changed"]) == (real["diff"], real["function"], True)
    assert predicted["actions"] == ["create function hello"]


CHANGES: dict[str, t.Any] = {
    "image": "functions/echo:2",
    "env": {"MODE": "slow", "QUERY": "a=b=d"},
    "secret_env": {"PASSWORD": "another-s3cr3t"},
    "secrets": ["one"],
    "labels": {},
    "annotations": {"owner": "you"},
    "limits": {"memory": "128Mi", "cpu": "0.5"},
    "requests": {"memory": "64Mi"},
    "replicas": {"min": 1},
    "constraints": ["node=large"],
    "read_only_root_filesystem": True,
    "env_process": "python3 index.py",
}


@every_dialect
@pytest.mark.parametrize("option", CHANGES)
def test_every_option_alone_is_noticed_predicted_and_done_once(gateway: ScriptedGateway, dialect: str, option: str) -> None:
    created(gateway, dialect)
    args = {**ARGS, option: CHANGES[option]}
    asked = [info(dialect)] if option in ("limits", "requests", "constraints", "read_only_root_filesystem") else []
    gateway.expect(get(shows(dialect)), secrets("one", "two"), *asked)
    predicted = deploy(args, check=True)
    assert not gateway.writes
    gateway.expect(get(shows(dialect)), secrets("one", "two"), *asked, put(), get(shows(dialect)), get(shows(dialect)))
    real = deploy(args)
    assert real["changed"] and real["actions"] == [f"updated function hello: changes {option}"]
    assert (predicted["diff"], predicted["function"]) == (real["diff"], real["function"])
    assert ("ignores" in " ".join(real.warnings)) == (dialect == "faasd" and bool(asked))
    gateway.expect(get(shows(dialect)))
    assert not deploy(args)["changed"]


@every_dialect
def test_what_is_left_out_stays(gateway: ScriptedGateway, dialect: str) -> None:
    args = {**ARGS, "env": {"MODE": "fast"}, "secret_env": {}, "requests": {"cpu": "100m"}, "env_process": "run"}
    gateway.expect(missing(), secrets("one", "two"), info(dialect), post(), get(shows(dialect)))
    deploy(args)
    before = dict(gateway.written)
    gateway.expect(get(shows(dialect)), secrets("one", "two"), put(), get(shows(dialect)), get(shows(dialect)))
    # Kubernetes' provider does not return variables, so there they have to be given.
    deploy({**FUNCTION, "annotations": {"owner": "you"}, **({"env": {"MODE": "fast"}} if dialect == "kubernetes" else {})})
    before.pop("annotations")
    before["image"] = FULL_IMAGE if dialect == "faasd" else IMAGE
    assert {name: value for name, value in gateway.written.items() if name != "annotations"} == before


def test_on_faasd_every_label_and_annotation_is_the_users(gateway: ScriptedGateway) -> None:
    """It adds none of those that Kubernetes' provider adds."""
    args = {**FUNCTION, "image": IMAGE, "labels": {"uid": "1000"}, "annotations": {"prometheus.io.scrape": "false"}}
    gateway.expect(missing(), post(), get(shows("faasd")))
    deploy(args)
    gateway.expect(get(shows("faasd")), put(), get(shows("faasd")), get(shows("faasd")))
    updated = deploy({**FUNCTION, "env": {"A": "2"}})
    assert updated["function"]["gateway"]["labels"] == gateway.written["labels"] == args["labels"]
    assert updated["function"]["gateway"]["annotations"] == args["annotations"]
    gateway.expect(get(shows("faasd")))
    assert not deploy(args)["changed"]
    gateway.expect(get(shows("faasd")))
    assert deploy({**FUNCTION, "labels": {}, "annotations": {}}, check=True)["actions"] == ["update function hello: changes labels, annotations"]


@every_dialect
@pytest.mark.parametrize("option", [{"labels": {"uid": "1000"}}, {"annotations": {"prometheus.io.scrape": "false"}}])
def test_what_a_provider_may_add_by_itself_is_predicted(gateway: ScriptedGateway, dialect: str, option: dict[str, t.Any]) -> None:
    gateway.expect(missing(), info(dialect))
    predicted = deploy({**FUNCTION, "image": IMAGE, **option}, check=True)
    gateway.expect(missing(), info(dialect), post(), get(shows(dialect)))
    assert predicted["function"] == deploy({**FUNCTION, "image": IMAGE, **option})["function"]


@every_dialect
def test_variables_that_cannot_be_read_are_not_lost(gateway: ScriptedGateway, dialect: str) -> None:
    gateway.expect(missing(), post(), get(shows(dialect)))
    deploy({**FUNCTION, "image": IMAGE, "env": {"QUERY": "a=b=c"}})
    gateway.expect(get(shows(dialect)))
    outcome = deploy({**FUNCTION, "labels": {"team": "x"}})
    assert outcome.code == "invalid_input" and "Give env too" in outcome.msg and not gateway.writes


@every_dialect
@pytest.mark.parametrize(("to", "other"), [("env", "secret_env"), ("secret_env", "env")])
def test_a_variable_moves_to_the_option_that_is_given(gateway: ScriptedGateway, dialect: str, to: str, other: str) -> None:
    gateway.expect(missing(), post(), get(shows(dialect)))
    deploy({**FUNCTION, "image": IMAGE, other: {"REGION": "delhi-west"}})
    for value in ("delhi-west", "mumbai-south"):
        args = {**FUNCTION, "image": IMAGE, to: {"REGION": value}}
        gateway.expect(get(shows(dialect)))
        predicted = deploy(args, check=True)
        gateway.expect(get(shows(dialect)), put(), get(shows(dialect)), get(shows(dialect)))
        real = deploy(args)
        assert not real.failed and (predicted["diff"], predicted["function"]) == (real["diff"], real["function"])
        assert (real["function"][f"{to}_names"], real["function"][f"{other}_names"]) == (["REGION"], [])
        gateway.expect(get(shows(dialect)))
        assert not deploy(args)["changed"]


def test_a_function_of_another_tool_is_compared_as_far_as_faasd_tells(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document(foreign("faasd"))), info("faasd"))
    assert not deploy({**FUNCTION, "image": IMAGE, "env": {"A": "1"}, "secrets": [], "labels": {}})["changed"]


def test_a_function_without_variables_is_known_to_have_none_on_faasd(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document({**foreign("faasd"), "envVars": None})), info("faasd"))
    assert not deploy({**FUNCTION, "image": IMAGE, "env": {}})["changed"]


@pytest.mark.parametrize(("when", "changed"), [("update", True), ("keep", False)])
def test_what_kubernetes_does_not_return_is_sent_or_kept_as_asked(gateway: ScriptedGateway, when: str, changed: bool) -> None:
    steps = [get(document(foreign("kubernetes"))), info("kubernetes")]
    gateway.expect(*steps, *([put(), get(shows("kubernetes")), get(shows("kubernetes"))] if changed else []))
    outcome = deploy({**FUNCTION, "image": IMAGE, "env": {"A": "1"}, "when_unknown": when})
    assert outcome["changed"] is changed and "does not return env" in outcome.warnings[0]
    if changed:
        gateway.expect(get(shows("kubernetes")))
        assert not deploy({**FUNCTION, "image": IMAGE, "env": {"A": "1"}})["changed"]


def test_when_unknown_can_be_an_error(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document(foreign("kubernetes"))), info("kubernetes"))
    outcome = deploy({**FUNCTION, "image": IMAGE, "secret_env": {"A": SECRET}, "when_unknown": "fail"})
    assert outcome.failed and "does not return secret_env" in outcome.msg


def test_settings_that_faasd_does_not_return_are_reset_with_a_warning(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document(foreign("faasd"))), info("faasd"), put(), get(shows("faasd")), get(shows("faasd")))
    outcome = deploy({**FUNCTION, "image": "functions/echo:2", "env": {"A": "1"}})
    assert outcome["changed"] and any("limits of the function hello" in warning and "reset" in warning for warning in outcome.warnings)


@every_dialect
def test_many_variables_still_fit_and_compare(gateway: ScriptedGateway, dialect: str) -> None:
    args = {**FUNCTION, "image": IMAGE, "env": {f"VARIABLE_NUMBER_{number}": str(number) for number in range(200)}, "secret_env": {"PASSWORD": SECRET}}
    gateway.expect(missing(), post(), get(shows(dialect)))
    deploy(args)
    assert len(gateway.written["annotations"][MANIFEST_ANNOTATION]) < 4000
    gateway.expect(get(shows(dialect)))
    assert not deploy(args)["changed"]
    gateway.expect(get(shows(dialect)), put(), get(shows(dialect)), get(shows(dialect)))
    assert deploy({**args, "secret_env": {"PASSWORD": "s3cr3t-other"}})["actions"] == ["updated function hello: changes secret_env"]
    gateway.expect(get(shows(dialect)))
    assert "Give secret_env too" in deploy({**FUNCTION, "image": "other", "env": {}}).msg


def test_a_variable_that_only_differs_after_the_cut_is_noticed(gateway: ScriptedGateway) -> None:
    created(gateway, "faasd")
    gateway.expect(get(shows("faasd")), secrets("one", "two"), put(), get(shows("faasd")), get(shows("faasd")))
    outcome = deploy({**ARGS, "env": {"MODE": "fast", "QUERY": "a=b=other"}})
    assert outcome["diff"][0]["before"] == "env:\n  MODE: fast\n  QUERY: a\n"
    assert outcome["diff"][0]["after"] == "env:\n  MODE: fast\n  QUERY: a=b=other\n"


def test_the_diff_shows_no_value_that_nobody_declared(gateway: ScriptedGateway) -> None:
    created(gateway, "faasd")
    gateway.expect(get(shows("faasd")), secrets("one", "two"), put(), get(shows("faasd")), get(shows("faasd")))
    outcome = deploy({**ARGS, "env": {"OTHER": "1"}, "secret_env": {}})
    before = outcome["diff"][0]["before"]
    assert "MODE: digest " in before and "PASSWORD: digest " in before and "fast" not in before and "IMAGE_OWN" not in before


def test_a_value_that_was_changed_behind_the_manifest_is_noticed(gateway: ScriptedGateway) -> None:
    created(gateway, "faasd")
    changed = {"IMAGE_OWN": "1", "MODE": "other", "QUERY": "a", "PASSWORD": "s3cr3t-value"}
    gateway.expect(get(shows("faasd", envVars=changed)), secrets("one", "two"))
    outcome = deploy(check=True)
    assert outcome["actions"] == ["update function hello: changes env"]


@every_dialect
def test_scaling_labels_may_come_as_labels(gateway: ScriptedGateway, dialect: str) -> None:
    args = {**FUNCTION, "image": IMAGE, "labels": {"com.openfaas.scale.min": "2", "team": "x"}}
    gateway.expect(missing(), post(), get(shows(dialect)))
    deploy(args)
    assert gateway.written["labels"] == args["labels"]
    gateway.expect(get(shows(dialect)))
    assert not deploy(args)["changed"]
    gateway.expect(get(shows(dialect)), *([info(dialect)]), put(), get(shows(dialect, replicas=2, availableReplicas=2)), get(shows(dialect)))
    deploy({**FUNCTION, "env": {}, "labels": {"team": "y"}})
    assert gateway.written["labels"] == {"team": "y", "com.openfaas.scale.min": "2"}


@every_dialect
def test_the_predicted_number_of_replicas_is_the_minimum(gateway: ScriptedGateway, dialect: str) -> None:
    count = 1 if dialect == "faasd" else 2
    gateway.expect(missing(), info(dialect), post(), get(shows(dialect, replicas=count, availableReplicas=count)))
    args = {**FUNCTION, "image": IMAGE, "replicas": {"min": 2}}
    real = deploy(args)
    gateway.expect(missing(), info(dialect))
    predicted = deploy(args, check=True)["function"]
    # A function on Kubernetes runs as soon as one of several replicas is ready.
    available = real["function"]["gateway"].pop("replicas_available"), predicted["gateway"].pop("replicas_available")
    assert available == ((1, 1) if dialect == "faasd" else (2, None))
    assert predicted == real["function"]


@every_dialect
def test_a_namespace_is_named_everywhere(gateway: ScriptedGateway, dialect: str) -> None:
    here = {"namespace": "stage"}
    gateway.expect(missing(**here), secrets("one", **here), post(), get(shows(dialect), **here))
    outcome = deploy({**FUNCTION, "image": IMAGE, "secrets": ["one"], **here})
    assert gateway.written["namespace"] == "stage"
    assert outcome["function"]["url"] == f"{URL}function/hello.stage" and outcome["function"]["gateway"]["namespace"] == "stage"
    gateway.expect(get(shows(dialect), **here), delete(**here), missing(**here))
    assert deploy({**FUNCTION, **here, "state": "absent"})["changed"]


def test_check_mode_expects_a_namespace_that_an_earlier_task_makes(gateway: ScriptedGateway) -> None:
    args = {**FUNCTION, "image": IMAGE, "namespace": "stage", "secrets": ["one"]}
    gateway.expect(get(NO_NAMESPACE, namespace="stage"), secrets(answer=NO_NAMESPACE, namespace="stage"))
    predicted = deploy(args, check=True)
    assert predicted["actions"] == ["create function hello"] and NOT_THERE_YET in predicted.warnings and len(predicted.warnings) == 2
    gateway.expect(get(NO_NAMESPACE, namespace="stage"))
    refused = deploy(args)
    assert refused.code == "missing_resource" and refused.msg.startswith("namespace: the gateway does not have or allow 'stage'.")
    # A namespace that nobody can make is refused at once.
    gateway.expect(get(text(400, "namespace must be: openfaas-fn"), namespace="stage"))
    assert deploy(args, check=True).code == "invalid_input"


@every_dialect
def test_absent_twice(gateway: ScriptedGateway, dialect: str) -> None:
    created(gateway, dialect)
    gateway.expect(get(shows(dialect)))
    predicted = deploy({**FUNCTION, "state": "absent"}, check=True)
    gateway.expect(get(shows(dialect)), delete(), missing())
    real = deploy({**FUNCTION, "state": "absent"})
    assert (predicted["diff"], predicted["function"]) == (real["diff"], real["function"])
    assert real["changed"] and real["function"]["status"] == "absent" and real["function"]["gateway"] is None
    gateway.expect(missing())
    assert not deploy({**FUNCTION, "state": "absent"})["changed"]


def test_a_foreign_function_is_removed_without_showing_its_variables(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document(foreign("kubernetes"))), info("kubernetes"), delete(), missing())
    diff = deploy({**FUNCTION, "state": "absent"})["diff"]
    assert "env: (not returned by the API)" in diff[0]["before"]


def test_a_stopped_function_is_repaired_on_faasd(gateway: ScriptedGateway) -> None:
    gateway.expect(missing(), post(), get(shows("faasd")))
    args = {**FUNCTION, "image": IMAGE, "env": {"A": "1"}}
    deploy(args)
    stopped = shows("faasd", replicas=0, availableReplicas=0)
    gateway.expect(get(stopped), info("faasd"))
    assert deploy(args, check=True)["function"]["status"] == "running"
    gateway.expect(get(stopped), info("faasd"), put(), get(shows("faasd")), get(shows("faasd")))
    outcome = deploy(args)
    assert outcome["actions"] == ["updated function hello: it is stopped"] and outcome["function"]["status"] == "running"


def test_a_function_scaled_to_zero_is_left_alone_on_kubernetes(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document(foreign("kubernetes", replicas=0, availableReplicas=0))), info("kubernetes"))
    outcome = deploy({**FUNCTION, "image": IMAGE})
    assert not outcome["changed"] and outcome["function"]["status"] == "scaled to zero"


def test_it_waits_until_a_replica_is_ready(gateway: ScriptedGateway) -> None:
    waiting = {key: value for key, value in foreign("kubernetes").items() if key != "availableReplicas"}
    gateway.expect(get(document(waiting)), info("kubernetes"), get(document(waiting)), get(document(foreign("kubernetes"))))
    outcome = deploy({**FUNCTION, "image": IMAGE})
    assert outcome["function"]["status"] == "running" and len(outcome.slept) == 2


def test_a_replica_that_never_gets_ready_is_a_timeout(gateway: ScriptedGateway) -> None:
    waiting = document(foreign("kubernetes", availableReplicas=0))
    gateway.expect(get(waiting), info("kubernetes"), get(waiting, forever=True))
    outcome = deploy({**FUNCTION, "image": IMAGE, "wait_timeout": 5})
    assert outcome.code == "wait_timeout" and "0 of 1 replicas ready" in outcome.msg


def test_a_token_is_used_instead_of_a_password(gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(gateway, "_answer", lambda request: seen.append(request.headers["Authorization"]) or pytest.fail("sent"))
    with pytest.raises(pytest.fail.Exception):
        run(e2e_faas_function, {**FUNCTION, "gateway_password": None, "gateway_token": "to.ke.n"})
    assert seen == ["Bearer to.ke.n"]


def test_a_function_of_this_name_is_shown_without_secret_values(gateway: ScriptedGateway) -> None:
    created(gateway, "faasd")
    spec = {**gateway.written, "labels": {"odd": "1"}}
    gateway.expect(get(document(shown(spec, "faasd"))), secrets("one", "two"), put(), get(shows("faasd")), get(shows("faasd")))
    deploy()


def test_an_answer_that_is_no_function_is_an_error(gateway: ScriptedGateway) -> None:
    gateway.expect(get(document([])))
    assert deploy().code == "protocol"
    gateway.expect(get(text(200, "hello")))
    assert "not JSON" in deploy().msg
