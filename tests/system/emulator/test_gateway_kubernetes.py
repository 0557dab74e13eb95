# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions as Kubernetes with the Community Edition treats them: later, and without a word about what went wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from gateway_api import HELLO, Gateway

MIN = "com.openfaas.scale.min"


def gone(gateway: Gateway, name: str = "f") -> None:
    gateway.until(lambda: gateway.read(name).status_code, lambda status: status == 404)


def test_what_a_read_shows(kubernetes: Gateway) -> None:
    for name in ("b", "a"):
        kubernetes.secret("POST", name, "x")
    found = kubernetes.deploy(
        "f",
        "functions/echo",
        envVars={"PLAIN": "1"},
        envProcess="own process",
        secrets=["b", "a"],
        labels={"team": "x"},
        annotations={"note": "y"},
        limits={"memory": "1.5Gi", "cpu": "0.1"},
        requests={"memory": "64Mi"},
        readOnlyRootFilesystem=True,
    )
    assert found.pop("createdAt").endswith("Z")
    assert found == {
        "name": "f",
        "image": "functions/echo",
        "namespace": "openfaas-fn",
        "envProcess": "own process",
        "secrets": ["a", "b"],
        "labels": {"team": "x", "faas_function": "f"},
        "annotations": {"note": "y", "prometheus.io.scrape": "false"},
        "limits": {"memory": "1536Mi", "cpu": "100m"},
        "requests": {"memory": "64Mi", "cpu": "0"},
        "replicas": 1,
        "availableReplicas": 1,
    }
    kubernetes.invoke()
    assert kubernetes.list() == [{**kubernetes.get(), "invocationCount": 1.0}]


def test_empty_is_left_out(kubernetes: Gateway) -> None:
    kubernetes.create("f", envVars=None, labels=None, annotations=None, secrets=None, limits=None)
    assert not {"secrets", "limits", "requests", "envVars", "envProcess"} & set(kubernetes.get())


@pytest.mark.parametrize(
    "quantity, shown",
    [
        ("1.5Gi", "1536Mi"),
        ("128Mi", "128Mi"),
        ("134217728", "134217728"),
        ("1000M", "1G"),
        ("1024Ki", "1Mi"),
        ("512Ki", "512Ki"),
        ("100Ki", "100Ki"),
        ("0.1", "100m"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("0.5Ki", "512"),
        ("1.1Ki", "1127"),
        ("1e3", "1e3"),
        ("12E2", "1200"),
        ("5E", "5E"),
        (".5", "500m"),
        ("5.", "5"),
        ("0.0000000001", "1n"),
    ],
)
def test_quantities_are_written_anew(kubernetes: Gateway, quantity: str, shown: str) -> None:
    assert kubernetes.create("f", limits={"memory": quantity}).status_code == 202
    assert kubernetes.get()["limits"]["memory"] == shown


@pytest.mark.parametrize("quantity", ["lots", "128mb", "1Gib", "-", "1 Gi", "Mi", "1e", "1.2.3"])
def test_bad_quantities(kubernetes: Gateway, quantity: str) -> None:
    answer = kubernetes.create("f", requests={"cpu": quantity})
    assert answer.status_code == 400 and answer.text.startswith("failed create Deployment spec: ")
    assert kubernetes.read().status_code == 404


def test_an_update_with_a_bad_quantity_is_dropped_in_silence(kubernetes: Gateway) -> None:
    before = kubernetes.deploy("f")
    answer = kubernetes.replace("f", "functions/other", limits={"memory": "lots"}, labels={"a": "b"})
    assert (answer.status_code, answer.text) == (200, "")
    assert kubernetes.get() == before


def test_create_twice(kubernetes: Gateway) -> None:
    assert kubernetes.create().status_code == 202
    answer = kubernetes.create()
    assert (answer.status_code, answer.text) == (500, 'unable create Deployment: deployments.apps "f" already exists\n')


def test_an_update_rolls_out_even_when_nothing_changed(kubernetes: Gateway) -> None:
    before = kubernetes.deploy(labels={"a": "b"})
    uids = set()
    for attempt in range(3):
        assert kubernetes.replace(labels={"a": "b"}).status_code == 202
        uids.add(kubernetes.get()["labels"]["uid"])
        kubernetes.until(kubernetes.starts, lambda starts, wanted=attempt + 2: starts == wanted)
    assert len(uids) == 3
    assert kubernetes.get()["createdAt"] == before["createdAt"]
    assert kubernetes.replace(labels={"uid": "mine", "faas_function": "other"}).status_code == 202
    assert kubernetes.get()["labels"] == {"uid": "mine", "faas_function": "other"}


def test_an_update_resets_what_is_left_out(kubernetes: Gateway) -> None:
    kubernetes.deploy(labels={"a": "b"}, annotations={"prometheus.io.scrape": "true"}, limits={"memory": "1Gi"})
    kubernetes.replace()
    found = kubernetes.get()
    assert set(found["labels"]) == {"faas_function", "uid"}
    assert found["annotations"] == {"prometheus.io.scrape": "false"}
    assert "limits" not in found


def test_a_function_that_is_not_there(kubernetes: Gateway) -> None:
    answer = kubernetes.replace("nothing")
    assert answer.status_code == 404 and 'deployments.apps "nothing" not found' in answer.text
    assert kubernetes.delete("nothing").status_code == 404
    answer = kubernetes.read("nothing")
    assert (answer.status_code, answer.text) == (404, "")
    answer = kubernetes.scale("nothing", 1)
    assert (answer.status_code, answer.text) == (500, "Unable to lookup function deployment nothing")


@pytest.mark.parametrize("body", ['{"functionName": ""}', "", "{}", "{"])
def test_deleting_nothing(kubernetes: Gateway, body: str) -> None:
    assert kubernetes.call("DELETE", "system/functions?namespace=openfaas-fn&functionName=f", data=body).status_code == 400


def test_a_deletion_takes_the_namespace_from_the_query(kubernetes: Gateway) -> None:
    kubernetes.deploy()
    answer = kubernetes.call("DELETE", "system/functions?namespace=dev", json={"functionName": "f", "namespace": "openfaas-fn"})
    assert answer.status_code == 400
    assert kubernetes.call("DELETE", "system/functions", json={"functionName": "f", "namespace": "dev"}).status_code == 202
    gone(kubernetes)


def test_a_deletion_takes_time(gateway_factory: Callable[..., Gateway]) -> None:
    slow = gateway_factory("kubernetes", build_seconds=0.5)
    slow.deploy()
    assert slow.delete().status_code == 202
    assert "availableReplicas" not in slow.get()
    assert slow.delete().status_code == 202
    assert "object is being deleted" in slow.create().text
    assert slow.replace().status_code == 202
    assert slow.invoke().status_code == 503
    gone(slow)
    assert slow.create().status_code == 202


def test_an_unknown_namespace(kubernetes: Gateway) -> None:
    for answer in (
        kubernetes.create(namespace="x"),
        kubernetes.replace(namespace="x"),
        kubernetes.delete("f", "x"),
        kubernetes.read("f", "x"),
        kubernetes.scale("f", 1, "x"),
        kubernetes.call("GET", "system/functions?namespace=x"),
    ):
        assert (answer.status_code, answer.text) == (400, "namespace must be: openfaas-fn\n")


@pytest.mark.parametrize("method, prefix", [("POST", "failed to unmarshal request: "), ("PUT", "unable to unmarshal request: ")])
@pytest.mark.parametrize("body, text", [("", "unexpected end of JSON input"), ('{"labels": {"a": 1}}', "cannot unmarshal number")])
def test_bad_bodies(kubernetes: Gateway, method: str, prefix: str, body: str, text: str) -> None:
    answer = kubernetes.call(method, "system/functions", data=body)
    assert answer.status_code == 400
    assert answer.text.startswith(prefix) and text in answer.text


@pytest.mark.parametrize(
    "fields, text",
    [
        ({"service": ""}, "service: is required"),
        ({"image": ""}, "image: is required"),
        ({"service": "Bad_Name"}, "service: (Bad_Name) is invalid, must be a valid DNS entry"),
        ({"service": "a.b"}, "service: (a.b) is invalid, must be a valid DNS entry"),
        ({"labels": {MIN: "6"}}, "com.openfaas.scale.min is set too high for Community Edition"),
        ({"labels": {"com.openfaas.scale.max": "20"}}, "com.openfaas.scale.max is set too high for Community Edition"),
        ({"labels": {"com.openfaas.scale.zero": "true"}}, "com.openfaas.scale.zero not available for Community Edition"),
        ({"labels": {"com.openfaas.scale.zero-duration": "5m"}}, "com.openfaas.scale.zero-duration not available for Community Edition"),
        ({"labels": {"com.openfaas.scale.target": "5"}}, "com.openfaas.scale.target not available for Community Edition"),
        ({"labels": {"com.openfaas.scale.type": "rps"}}, "com.openfaas.scale.type not available for Community Edition"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_not_valid(kubernetes: Gateway, method: str, fields: dict[str, Any], text: str) -> None:
    answer = kubernetes.call(method, "system/functions", json={"service": "f", "image": "a/b", **fields})
    assert (answer.status_code, answer.text) == (400, f"validation failed: {text}\n")


@pytest.mark.parametrize("annotation", [{"topic": "a,b"}, {"eks.amazonaws.com/role": "x"}, {"iam.gke.io/account": "x"}])
def test_annotations_of_other_editions(kubernetes: Gateway, annotation: dict[str, str]) -> None:
    assert kubernetes.create(annotations=annotation).status_code == 400
    kubernetes.deploy()
    assert kubernetes.replace(annotations=annotation).status_code == 400


def test_names_that_only_the_cluster_refuses(kubernetes: Gateway) -> None:
    assert kubernetes.create("x" * 64).status_code == 500
    assert kubernetes.list() == []
    answer = kubernetes.create("1f")
    assert answer.status_code == 400 and answer.text.startswith("failed create Service: ")
    assert [one["name"] for one in kubernetes.list()] == ["1f"]
    assert kubernetes.invoke("1f").status_code == 503


def test_a_missing_secret(kubernetes: Gateway) -> None:
    answer = kubernetes.create(secrets=["s"])
    assert (answer.status_code, answer.text) == (400, 'unable to fetch secrets: secrets "s" not found\n')
    before = kubernetes.deploy()
    answer = kubernetes.replace(secrets=["s"])
    assert answer.status_code == 400 and 'secrets "s" not found' in answer.text
    assert kubernetes.get() == before


def test_readiness_takes_time(gateway_factory: Callable[..., Gateway]) -> None:
    slow = gateway_factory("kubernetes", build_seconds=0.5)
    assert slow.create().status_code == 202
    found = slow.get()
    assert found["replicas"] == 1 and "availableReplicas" not in found
    answer = slow.invoke()
    assert (answer.status_code, answer.text) == (503, "No endpoints available for: f.\n")
    slow.until(slow.get, lambda one: one.get("availableReplicas") == 1)
    assert slow.invoke().status_code == 200


def test_the_old_version_answers_until_the_new_one_is_ready(gateway_factory: Callable[..., Gateway]) -> None:
    slow = gateway_factory("kubernetes", build_seconds=0.5)
    slow.deploy("f", "functions/old")
    slow.replace("f", "functions/new")
    found = slow.get()
    assert (found["image"], found["availableReplicas"]) == ("functions/new", 1)
    assert slow.invoke().json()["image"] == "docker.io/functions/old:latest"
    slow.until(lambda: slow.invoke().json()["image"], lambda image: image == "docker.io/functions/new:latest")


def test_an_image_that_cannot_be_pulled(mit_kubernetes: Gateway) -> None:
    kubernetes = mit_kubernetes
    assert kubernetes.create("f", "team/missing:1").status_code == 202
    kubernetes.until(kubernetes.events, lambda lines: "cannot be pulled" in str(lines))
    assert "availableReplicas" not in kubernetes.get()
    assert kubernetes.invoke().status_code == 503 and kubernetes.logs(name="f") == []
    kubernetes.deploy("g")
    assert kubernetes.replace("g", "Not An Image").status_code == 202
    kubernetes.until(lambda: kubernetes.events("g"), lambda lines: "invalid reference format" in str(lines))
    assert kubernetes.get("g")["availableReplicas"] == 1  # the old version
    assert kubernetes.invoke("g").status_code == 200


@pytest.mark.parametrize(
    "image, text",
    [
        ("team/missing:1", "the Community Edition license agreement only allows public images"),
        ("registry.example/private/app:1", "the Community Edition license agreement only allows public images"),
        ("Not An Image", "unable to parse image reference: could not parse reference: Not An Image"),
    ],
)
def test_an_image_that_the_registry_does_not_show(kubernetes: Gateway, image: str, text: str) -> None:
    """The newest release asks the registry: a create says so, and an update that it drops does not."""
    answer = kubernetes.create("f", image)
    assert (answer.status_code, answer.text) == (400, f"{text}\n")
    assert kubernetes.read().status_code == 404
    before = kubernetes.deploy("g")
    answer = kubernetes.replace("g", image, labels={"a": "b"})
    assert (answer.status_code, answer.text) == (200, "")
    assert kubernetes.get("g") == before and text in str(kubernetes.events("g"))


@pytest.mark.parametrize("fields", [{"envVars": {"1A": "x"}}, {"labels": {"": "x"}}, {"labels": {"a": "two words"}}, {"annotations": {"-a": "x"}}])
def test_what_only_the_cluster_refuses(kubernetes: Gateway, fields: dict[str, Any]) -> None:
    answer = kubernetes.create("f", **fields)
    assert answer.status_code == 500 and answer.text.startswith('unable create Deployment: Deployment.apps "f" is invalid: spec.template.')
    before = kubernetes.deploy("g")
    answer = kubernetes.replace("g", **fields)
    assert (answer.status_code, answer.text) == (200, "") and kubernetes.get("g") == before


def test_the_log_names_the_pods_that_are_there(kubernetes: Gateway) -> None:
    """That is what tells one version from another. ``tail`` counts for each of them, and one that never started has no line."""
    kubernetes.deploy_python()
    first = {line["instance"] for line in kubernetes.logs(name="f", tail="1")}
    assert len(first) == 1 and re.fullmatch(r"f-[a-z0-9]{10}-[a-z0-9]{5}", *first)
    assert kubernetes.replace("f", "e2e-emulator/python:1", annotations={"e2e-emulator/handler": "import nothing_of_this_name"}).status_code == 202
    both = kubernetes.until(lambda: {line["instance"] for line in kubernetes.logs(name="f", tail="1")}, lambda found: len(found) == 2)
    assert both > first and kubernetes.get()["availableReplicas"] == 1
    kubernetes.replace("f", "e2e-emulator/python:1", annotations={"e2e-emulator/handler": HELLO})
    kubernetes.until(lambda: {line["instance"] for line in kubernetes.logs(name="f")}, lambda found: len(found) == 1 and not found & both)


def test_faults_of_a_start(kubernetes: Gateway) -> None:
    kubernetes.fault(method="POST", path="system/functions", action="build_fails", message="no space left on device")
    kubernetes.create("f")
    kubernetes.until(kubernetes.events, lambda lines: "no space left on device" in str(lines))
    kubernetes.fault(method="POST", path="system/functions", action="stuck_status")
    kubernetes.create("g")
    time.sleep(0.3)
    assert "availableReplicas" not in kubernetes.get("g")
    kubernetes.process.clear_faults()
    kubernetes.until(lambda: kubernetes.get("g"), lambda one: one.get("availableReplicas") == 1)


@pytest.mark.parametrize("asked, reached", [(0, 1), (1, 1), (3, 3), (10, 5)])
def test_scaling_is_kept_within_one_and_five(kubernetes: Gateway, asked: int, reached: int) -> None:
    kubernetes.deploy()
    assert kubernetes.scale("f", asked).status_code == 202
    kubernetes.until(kubernetes.get, lambda one: (one["replicas"], one["availableReplicas"]) == (reached, reached))
    assert kubernetes.starts() == 1


@pytest.mark.parametrize("replicas", [-1, "two"])
def test_bad_numbers(kubernetes: Gateway, replicas: Any) -> None:
    kubernetes.deploy()
    answer = kubernetes.scale("f", replicas)
    assert (answer.status_code, answer.text) == (400, "Error unmarshalling request body\n")


def test_scaling_takes_the_name_from_the_path(kubernetes: Gateway) -> None:
    kubernetes.deploy()
    assert kubernetes.call("POST", "system/scale-function/f", json={"serviceName": "other", "replicas": 2}).status_code == 202
    assert kubernetes.get()["replicas"] == 2


def test_scaling_and_the_least_number(kubernetes: Gateway) -> None:
    assert kubernetes.deploy(labels={MIN: "2"})["replicas"] == 2
    kubernetes.scale("f", 4)
    kubernetes.replace()
    assert kubernetes.get()["replicas"] == 4
    kubernetes.replace(labels={MIN: "2"})
    assert kubernetes.get()["replicas"] == 2


def test_scaling_up_takes_time(gateway_factory: Callable[..., Gateway]) -> None:
    slow = gateway_factory("kubernetes", build_seconds=0.5)
    slow.deploy()
    slow.scale("f", 3)
    found = slow.get()
    assert (found["replicas"], found["availableReplicas"]) == (3, 1)
    slow.until(slow.get, lambda one: one["availableReplicas"] == 3)
    slow.scale("f", 2)
    assert slow.get()["availableReplicas"] == 2


def test_the_number_of_functions_is_limited(kubernetes: Gateway, mit_kubernetes: Gateway) -> None:
    advice = ", visit https://openfaas.com/pricing to upgrade to OpenFaaS Standard"
    for gateway, most, text in ((kubernetes, 15, f"maximum: 15{advice}"), (mit_kubernetes, 30, "maximum: 30")):
        assert {gateway.create(f"f-{number}").status_code for number in range(most)} == {202}
        answer = gateway.create("one-more")
        assert (answer.status_code, answer.text) == (400, f"unable to create function, {text}\n")
