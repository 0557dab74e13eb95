# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions as faasd treats them: at once, and without mercy when an update fails."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from typing import Any

import pytest
from gateway_api import Gateway


def test_what_a_read_shows(faasd: Gateway) -> None:
    faasd.secret("POST", "b", "x")
    faasd.secret("POST", "a", "x")
    faasd.create(
        "f",
        "functions/echo",
        envVars={"PLAIN": "1", "CUT": "x=y=z", "PATH": "/bin", "mode": "streaming"},
        envProcess="own process",
        secrets=["b", "a"],
        labels={"team": "x"},
        annotations={"note": "y"},
        constraints=["node=1"],
        limits={"memory": "128Mi", "cpu": "1"},
        requests={"memory": "64Mi"},
        readOnlyRootFilesystem=True,
        unknown="ignored",
    )
    found = faasd.get()
    assert found.pop("createdAt").startswith("20")
    assert found == {
        "name": "f",
        "image": "docker.io/functions/echo:latest",
        "namespace": "openfaas-fn",
        "envProcess": "own process",
        "envVars": {"PLAIN": "1", "CUT": "x", "mode": "streaming"},
        "secrets": ["b", "a"],
        "labels": {"team": "x"},
        "annotations": {"note": "y"},
        "replicas": 1,
        "availableReplicas": 1,
    }


def test_what_the_list_shows(faasd: Gateway) -> None:
    faasd.create("f", limits={"memory": "134217728"})
    one = faasd.list()[0]
    assert one["limits"] == {"memory": "128Mi"}
    assert "availableReplicas" not in one and "invocationCount" not in one
    faasd.invoke()
    faasd.invoke()
    assert faasd.list()[0]["invocationCount"] == 2


def test_empty_is_left_out_or_an_empty_object(faasd: Gateway) -> None:
    faasd.create("f", envVars=None, labels=None, annotations=None, secrets=None, limits=None)
    found = faasd.get()
    assert (found["labels"], found["annotations"]) == ({}, {})
    assert "secrets" not in found and "limits" not in found
    assert found["envProcess"]  # the image's own
    assert "limits" not in faasd.list()[0]


def test_memory_that_is_none_is_no_limit(faasd: Gateway) -> None:
    assert faasd.create("f", limits={"memory": "lots"}).status_code == 200
    assert "limits" not in faasd.list()[0]


@pytest.mark.parametrize("memory, shown", [("0.5Gi", "512Mi"), ("1000", "1k"), ("1500", "1500"), ("100M", "100000000"), ("1.5Ki", "1536")])
def test_memory_is_counted_anew(faasd: Gateway, memory: str, shown: str) -> None:
    assert faasd.create("f", limits={"memory": memory}).status_code == 200
    assert faasd.list()[0]["limits"] == {"memory": shown}


@pytest.mark.parametrize(
    "image, shown",
    [
        ("functions/echo:1", "docker.io/functions/echo:1"),
        ("functions/echo", "docker.io/functions/echo:latest"),
        ("nginx", "docker.io/library/nginx:latest"),
        ("docker.io/nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/a/b", "docker.io/a/b:latest"),
        ("ghcr.io/a/b/c:2", "ghcr.io/a/b/c:2"),
        ("localhost/a", "localhost/a:latest"),
        ("reg:5000/a:v1", "reg:5000/a:v1"),
        ("a/b@sha256:" + "0" * 64, "docker.io/a/b@sha256:" + "0" * 64),
    ],
)
def test_images_are_normalised(faasd: Gateway, image: str, shown: str) -> None:
    faasd.create("f", image)
    assert faasd.get()["image"] == shown


@pytest.mark.parametrize("image, text", [("", "invalid reference format"), ("a/B", "must be lowercase"), ("a b", "invalid reference format")])
def test_images_that_are_none(faasd: Gateway, image: str, text: str) -> None:
    answer = faasd.create("f", image)
    assert answer.status_code == 400 and text in answer.text
    assert faasd.read().status_code == 404


def test_create_twice(faasd: Gateway) -> None:
    assert faasd.create().status_code == 200
    answer = faasd.create()
    assert (answer.status_code, answer.text) == (400, 'unable to create container: f, error: snapshot "f-snapshot": already exists\n')


def test_replace_resets_what_is_left_out_and_restarts(faasd: Gateway) -> None:
    faasd.create(labels={"a": "b"}, envVars={"A": "1"})
    before = faasd.get()
    answer = faasd.replace()
    assert (answer.status_code, answer.text) == (200, "")
    after = faasd.get()
    assert after["labels"] == {} and "A" not in after["envVars"]
    assert after["createdAt"] >= before["createdAt"]
    faasd.replace()
    assert faasd.starts() == 3


def test_a_function_that_is_not_there(faasd: Gateway) -> None:
    for answer in (faasd.replace("nothing"), faasd.scale("nothing", 1)):
        assert (answer.status_code, answer.text) == (404, "function: nothing.openfaas-fn not found\n")
    answer = faasd.delete("nothing")
    assert (answer.status_code, answer.text) == (404, "function nothing.openfaas-fn not found\n")
    answer = faasd.read("nothing")
    assert (answer.status_code, answer.text) == (404, "")


def test_a_function_that_is_not_there_in_the_words_of_before(mit_faasd: Gateway) -> None:
    for answer in (mit_faasd.replace("nothing"), mit_faasd.scale("nothing", 1), mit_faasd.delete("nothing")):
        assert (answer.status_code, answer.text) == (404, "service nothing not found\n")


def test_the_number_of_functions_is_limited(faasd: Gateway) -> None:
    assert {faasd.create(f"f-{number}").status_code for number in range(15)} == {200}
    answer = faasd.create("one-more")
    assert (answer.status_code, answer.text) == (400, "the OpenFaaS CE EULA allows 15/16 function(s), upgrade to faasd Pro to continue\n")
    assert faasd.replace("f-1").status_code == 200


@pytest.mark.parametrize("body, status", [('{"functionName": ""}', 404), ("", 400), ("{}", 404), ("{", 400)])
def test_deleting_nothing(faasd: Gateway, body: str, status: int) -> None:
    assert faasd.call("DELETE", "system/functions?namespace=openfaas-fn&functionName=f", data=body).status_code == status


def test_delete(faasd: Gateway) -> None:
    faasd.create()
    assert faasd.delete().status_code == 200
    assert faasd.read().status_code == 404
    assert faasd.list() == []


def test_an_unknown_namespace(faasd: Gateway) -> None:
    for answer in (faasd.create(namespace="x"), faasd.replace(namespace="x"), faasd.delete("f", "x"), faasd.read("f", "x"), faasd.scale("f", 1, "x")):
        assert (answer.status_code, answer.text) == (400, "namespace not valid\n")
    assert faasd.call("GET", "system/functions?namespace=x").status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "body, text",
    [
        ("", "unexpected end of JSON input"),
        ("{", "unexpected end of JSON input"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("{x", "invalid character 'x' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a": 1 2}', "invalid character '2' after object key:value pair"),
        ('{"a": [1 2]}', "invalid character '2' after array element"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("[]", "json: cannot unmarshal array into Go value of type types.FunctionDeployment"),
        ('{"labels": {"a": 1}}', "json: cannot unmarshal number into Go struct field FunctionDeployment.labels of type string"),
        ('{"envVars": []}', "json: cannot unmarshal array into Go struct field FunctionDeployment.envVars of type map[string]string"),
        ('{"secrets": "a"}', "json: cannot unmarshal string into Go struct field FunctionDeployment.secrets of type []string"),
        ('{"readOnlyRootFilesystem": "yes"}', "json: cannot unmarshal string into Go struct field FunctionDeployment.readOnlyRootFilesystem of type bool"),
        ('{"limits": {"memory": true}}', "json: cannot unmarshal bool into Go struct field FunctionResources.memory of type string"),
    ],
)
def test_bad_bodies(faasd: Gateway, method: str, body: str, text: str) -> None:
    answer = faasd.call(method, "system/functions", data=body)
    assert (answer.status_code, answer.text) == (400, text + "\n")


@pytest.mark.parametrize(
    "name, problem", [("-a", "must match ^"), ("", "identifier must not be empty"), ("x" * 77, "greater than maximum length (76 characters)")]
)
def test_what_containerd_says_of_names(faasd: Gateway, name: str, problem: str) -> None:
    text = faasd.create(name).text
    assert text.startswith(f"unable to create container: {name}, error: create container failed validation: container.ID: ") and problem in text


@pytest.mark.parametrize("name, status", [("Bad_Name", 200), ("a.b", 200), ("-a", 400), ("a b", 400), ("", 400), ("x" * 64, 200), ("x" * 77, 400)])
def test_names(faasd: Gateway, name: str, status: int) -> None:
    assert faasd.create(name).status_code == status


def test_a_name_with_a_dot_cannot_be_called(faasd: Gateway) -> None:
    faasd.create("a.b")
    assert faasd.get("a.b")["name"] == "a.b"
    assert faasd.invoke("a.b").status_code == 503


def test_a_missing_secret(faasd: Gateway) -> None:
    answer = faasd.create(secrets=["s"])
    assert (answer.status_code, answer.text) == (400, "unable to find secret: s\n")
    assert faasd.read().status_code == 404


def test_a_label_that_claims_to_be_an_annotation(faasd: Gateway) -> None:
    faasd.create(labels={"com.openfaas.annotations.note": "x", "own": "y"})
    found = faasd.get()
    assert (found["labels"], found["annotations"]) == ({"own": "y"}, {"note": "x"})
    answer = faasd.create("g", labels={"com.openfaas.annotations.note": "x"}, annotations={"note": "y"})
    assert answer.status_code == 400 and "unable to apply labels to container: g" in answer.text


@pytest.mark.parametrize("image", ["missing/image", "registry.example/team/missing:1"])
def test_an_image_that_cannot_be_pulled(faasd: Gateway, image: str) -> None:
    answer = faasd.create("f", image)
    assert answer.status_code == 400 and "unable to pull image" in answer.text
    assert faasd.read().status_code == 404


def test_an_image_that_cannot_be_pulled_on_demand(faasd: Gateway) -> None:
    faasd.fault(method="POST", path="system/functions", action="build_fails", message="no space left on device")
    assert "no space left on device" in faasd.create().text
    assert faasd.create().status_code == 200


@pytest.mark.parametrize("image, text", [("missing/image", "unable to pull image"), ("A", "repository name (library/A) must be lowercase")])
def test_a_failed_update_destroys_the_function(faasd: Gateway, image: str, text: str) -> None:
    faasd.create()
    answer = faasd.replace("f", image)
    assert answer.status_code == 500
    first, second = answer.text.splitlines()
    assert text in first and text in second
    assert faasd.read().status_code == 404
    assert faasd.invoke().status_code == 503


def test_an_update_with_a_clash_destroys_it_too(faasd: Gateway) -> None:
    faasd.create()
    assert faasd.replace(labels={"com.openfaas.annotations.a": "1"}, annotations={"a": "2"}).status_code == 400
    assert faasd.read().status_code == 404


def test_an_update_with_a_missing_secret_leaves_it_without_a_replica(faasd: Gateway) -> None:
    faasd.create()
    answer = faasd.replace(secrets=["s"])
    assert answer.status_code == 400
    first, second = answer.text.splitlines()
    assert first == "unable to find secret: s" and second.startswith("unable to start task: f")
    found = faasd.get()
    assert found["secrets"] == ["s"] and "replicas" not in found
    assert faasd.scale("f", 1).status_code == 400
    faasd.secret("POST", "s", "x")
    assert faasd.scale("f", 1).status_code == 200
    assert faasd.get()["availableReplicas"] == 1


def test_a_failed_create_leaves_a_zombie(faasd: Gateway) -> None:
    name = "x" * 70
    answer = faasd.create(name)
    assert answer.status_code == 400 and "unable to start task" in answer.text
    assert "replicas" not in faasd.get(name)
    assert [one["name"] for one in faasd.list()] == [name]
    assert "already exists" in faasd.create(name).text
    assert faasd.delete(name).status_code == 200
    assert faasd.list() == []


@pytest.mark.parametrize("call", [Gateway.replace, Gateway.delete])
def test_a_process_that_does_not_stop_in_time(faasd: Gateway, call: Callable[[Gateway], Any]) -> None:
    """The newest release waits for the process that it has killed."""
    faasd.create()
    faasd.fault(action="stop_timeout", path="system/functions")
    assert call(faasd).status_code == 200


@pytest.mark.parametrize("call", [Gateway.replace, Gateway.delete])
def test_a_process_that_was_killed_is_in_the_way(mit_faasd: Gateway, call: Callable[[Gateway], Any]) -> None:
    faasd = mit_faasd
    faasd.create()
    faasd.fault(action="stop_timeout", path="system/functions")
    answer = call(faasd)
    assert answer.status_code == 500
    assert "error deleting container f" in answer.text and "cannot delete running task" in answer.text
    assert "replicas" not in faasd.get()
    assert call(faasd).status_code == 200


def test_updates_at_the_same_time(gateway_factory: Callable[..., Gateway]) -> None:
    slow = gateway_factory(build_seconds=0.5)
    slow.create()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = [one.result() for one in [pool.submit(slow.replace) for number in range(4)]]
    assert sorted(answer.status_code for answer in answers) == [200, 500, 500, 500]
    assert {answer.text for answer in answers} == {"", "container f: not found\n"}
    assert slow.get()["replicas"] == 1


def test_an_update_waits_for_the_old_process(gateway_factory: Callable[..., Gateway]) -> None:
    slow = gateway_factory(build_seconds=0.5)
    slow.create()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        update = pool.submit(slow.replace)
        slow.until(slow.get, lambda found: "replicas" not in found)
        assert slow.invoke(method="GET").status_code == 307
        assert update.result().status_code == 200
    assert slow.invoke().status_code == 200


@pytest.mark.parametrize("replicas", [0, 1, 10])
def test_scaling_changes_nothing(faasd: Gateway, replicas: int) -> None:
    faasd.create()
    assert faasd.scale("f", replicas).status_code == 200
    assert faasd.get()["replicas"] == 1
    assert faasd.starts() == 1


@pytest.mark.parametrize("replicas", [-1, "two", 1.5])
def test_bad_numbers(faasd: Gateway, replicas: Any) -> None:
    faasd.create()
    answer = faasd.scale("f", replicas)
    assert (answer.status_code, answer.text) == (400, "Error unmarshalling request body\n")


def test_scaling_takes_the_name_from_the_body(faasd: Gateway) -> None:
    faasd.create()
    assert faasd.call("POST", "system/scale-function/other", json={"serviceName": "f", "replicas": 1}).status_code == 200
    assert faasd.call("POST", "system/scale-function/f", json={"serviceName": "other", "replicas": 1}).status_code == 404


def test_the_process_in_the_environment(faasd: Gateway) -> None:
    faasd.create("f", envVars={"fprocess": "lost"}, envProcess="also lost")
    assert faasd.get()["envProcess"] == "cat"
