# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets and namespaces, as each provider treats them."""

from __future__ import annotations

from typing import Any

import pytest
from gateway_api import Gateway

DEV = {"name": "dev", "labels": {"openfaas": "1"}}


@pytest.fixture
def codes(gateway: Gateway) -> Any:
    """Picks the code of the dialect: ``codes(faasd, kubernetes)``."""
    return lambda faasd, kubernetes: faasd if gateway.process.gateway_dialect == "faasd" else kubernetes


def test_the_life_of_a_secret(gateway: Gateway, codes: Any) -> None:
    assert gateway.call("GET", "system/secrets").text == "[]"
    assert gateway.secret("POST", "s", "one").status_code == codes(200, 202)
    answer = gateway.call("GET", "system/secrets")
    assert answer.json() == [{"name": "s", "namespace": "openfaas-fn"}]
    assert answer.headers["Content-Type"].startswith(codes("text/plain", "application/json"))
    assert gateway.secret("PUT", "s", "two").status_code == codes(200, 202)
    assert gateway.value("s") == b"two"
    assert gateway.secret("DELETE", "s").status_code == codes(200, 202)
    assert gateway.secrets() == []


def test_making_a_secret_twice(gateway: Gateway, codes: Any) -> None:
    gateway.secret("POST", "s", "one")
    answer = gateway.secret("POST", "s", "two")
    assert (answer.status_code, answer.text) == (codes(200, 409), "")
    assert gateway.value("s") == codes(b"two", b"one")


def test_changing_a_secret_that_is_not_there(gateway: Gateway, codes: Any) -> None:
    assert gateway.secret("PUT", "s", "one").status_code == codes(200, 404)
    assert gateway.secrets() == codes(["s"], [])


def test_deleting_a_secret_that_is_not_there(gateway: Gateway, codes: Any) -> None:
    answer = gateway.secret("DELETE", "s")
    assert answer.status_code == codes(500, 404)
    assert answer.text == codes("remove /var/lib/faasd-provider/secrets/openfaas-fn/s: no such file or directory\n", "")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_secret_without_a_name(gateway: Gateway, codes: Any, method: str) -> None:
    assert gateway.secret(method, "", "x").status_code == codes(400, 500)


@pytest.mark.parametrize("name, faasd, kubernetes", [("a/b", 400, 422), ("a..b", 400, 422), ("Bad_Name", 200, 422), ("a.b-c", 200, 202), ("x" * 254, 200, 422)])
def test_odd_names_of_secrets(gateway: Gateway, codes: Any, name: str, faasd: int, kubernetes: int) -> None:
    assert gateway.secret("POST", name, "x").status_code == codes(faasd, kubernetes)


@pytest.mark.parametrize("body", ["{", "", '{"name": 5}', '{"name": "s", "rawValue": "%"}', "[]"])
def test_bad_bodies_of_secrets(gateway: Gateway, codes: Any, body: str) -> None:
    assert gateway.call("POST", "system/secrets", data=body).status_code == codes(500, 400)


def test_the_raw_value_wins(gateway: Gateway) -> None:
    gateway.secret("POST", "s", "text", rawValue="AP8=")
    assert gateway.value("s") == b"\x00\xff"
    gateway.secret("POST", "empty", "")
    assert gateway.value("empty") == b""
    gateway.secret("POST", "unicode", "ü")
    assert gateway.value("unicode") == "ü".encode()


def test_secrets_in_an_unknown_namespace_of_faasd(faasd: Gateway) -> None:
    assert faasd.secret("POST", "s", "x", namespace="dev").status_code == 200
    answer = faasd.call("GET", "system/secrets?namespace=dev")
    assert (answer.status_code, answer.text) == (400, "namespace not valid\n")
    assert faasd.value("s", "dev") == b"x"
    faasd.call("POST", "system/namespace/", json=DEV)
    assert faasd.secrets("dev") == ["s"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_secrets_in_an_unknown_namespace_of_kubernetes(kubernetes: Gateway, method: str) -> None:
    answer = kubernetes.secret(method, "s", "x", namespace="dev")
    assert (answer.status_code, answer.text) == (400, "")
    assert kubernetes.call("GET", "system/secrets?namespace=dev").status_code == 400


def test_where_a_deletion_takes_the_namespace_from(gateway: Gateway, codes: Any) -> None:
    gateway.secret("POST", "s", "x")
    gateway.call("DELETE", "system/secrets", json={"name": "s", "namespace": "dev"})
    assert gateway.secrets() == codes([], ["s"])
    gateway.secret("PUT", "s", "x")
    gateway.call("DELETE", "system/secrets?namespace=dev", json={"name": "s"})
    assert gateway.secrets() == codes(["s"], [])


def test_deleting_a_secret_in_use(gateway: Gateway, codes: Any) -> None:
    gateway.secret("POST", "s", "x")
    gateway.deploy("f", secrets=["s"])
    assert gateway.secret("DELETE", "s").ok
    assert gateway.get()["secrets"] == ["s"]
    assert gateway.replace("f", secrets=["s"]).status_code == 400


def test_the_namespaces_of_faasd(mit_faasd: Gateway) -> None:
    faasd = mit_faasd
    assert set(faasd.call("GET", "system/namespaces").json()) == {"openfaas-fn"}
    assert faasd.call("POST", "system/namespace/", json={**DEV, "annotations": {"openfaas": "1"}}).status_code == 201
    names = faasd.call("GET", "system/namespaces").json()
    assert names == ["dev", "openfaas-fn"]
    assert faasd.call("GET", "system/namespace/dev").json() == DEV
    again = faasd.call("POST", "system/namespace/dev", json=DEV)
    assert (again.status_code, again.text) == (409, "namespace dev already exists\n")
    assert faasd.call("PUT", "system/namespace/dev", json={"name": "dev", "labels": {"openfaas": "1", "a": "b"}}).status_code == 202
    assert faasd.call("GET", "system/namespace/dev").json()["labels"] == {"openfaas": "1", "a": "b"}
    assert faasd.call("DELETE", "system/namespace/dev", json=DEV).status_code == 202
    assert faasd.call("GET", "system/namespace/dev").status_code == 404


@pytest.mark.parametrize(
    "method, name, body, status, text",
    [
        ("GET", "x", None, 404, "namespace x not found"),
        ("GET", "openfaas", None, 404, "namespace openfaas not found"),
        ("GET", "", None, 400, "namespace not specified in URL"),
        ("POST", "", {"name": "dev"}, 400, "request does not have openfaas=1 label"),
        ("POST", "", {"labels": {"openfaas": "1"}}, 400, "namespace not specified in request body"),
        ("POST", "", {"name": "openfaas", "labels": {"openfaas": "1"}}, 409, "namespace openfaas already exists"),
        ("PUT", "x", {"name": "x", "labels": {"openfaas": "1"}}, 404, "namespace x not found"),
        ("PUT", "x", DEV, 400, "namespace in request body does not match namespace in URL"),
        ("PUT", "", DEV, 400, "namespace not specified in URL"),
        ("DELETE", "dev", None, 400, "error parsing request body: unexpected end of JSON input"),
        ("DELETE", "dev", {"name": "dev"}, 400, "request does not have openfaas=1 label"),
        ("DELETE", "dev", DEV, 404, "namespace dev not found"),
    ],
)
def test_namespace_refusals(faasd: Gateway, method: str, name: str, body: Any, status: int, text: str) -> None:
    answer = faasd.call(method, f"system/namespace/{name}", json=body)
    assert (answer.status_code, answer.text) == (status, text + "\n")


def test_the_community_edition_takes_no_function_while_there_is_a_second_namespace(faasd: Gateway) -> None:
    """Every deploy and update is refused, also in the namespace that was there before."""
    faasd.deploy("f")
    assert faasd.call("POST", "system/namespace/", json=DEV).status_code == 201
    assert faasd.call("GET", "system/namespaces").json() == ["openfaas-fn", "dev"]
    for answer in (faasd.create("g"), faasd.replace("f"), faasd.replace("nothing"), faasd.create("g", namespace="dev")):
        assert (answer.status_code, answer.text) == (400, "the OpenFaaS CE EULA allows 1/2 namespace(s), upgrade to faasd Pro to continue\n")
    assert faasd.invoke("f").status_code == 200
    assert faasd.call("DELETE", "system/namespace/dev", json=DEV).status_code == 202
    assert faasd.replace("f").status_code == 200


def test_a_namespace_in_use_cannot_be_deleted(mit_faasd: Gateway) -> None:
    faasd = mit_faasd
    faasd.call("POST", "system/namespace/", json=DEV)
    faasd.deploy("f", namespace="dev")
    for attempt in range(2):
        answer = faasd.call("DELETE", "system/namespace/dev", json=DEV)
        assert answer.status_code == 500
        assert answer.text.startswith('namespace "dev" must be empty, but it still has images')
        faasd.delete("f", "dev")
    assert faasd.list("dev") == []


@pytest.mark.parametrize("name", ["Bad_NS", "a.b"])
def test_names_of_namespaces_are_not_checked(faasd: Gateway, name: str) -> None:
    assert faasd.call("POST", "system/namespace/", json={"name": name, "labels": {"openfaas": "1"}}).status_code == 201


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_kubernetes_has_one_namespace(kubernetes: Gateway, mit_kubernetes: Gateway, method: str) -> None:
    missing = (501, "Feature not implemented in this version of OpenFaaS\n") if method == "GET" else (405, "")
    for gateway, said in ((kubernetes, missing), (mit_kubernetes, (404, "404 page not found\n"))):
        assert gateway.call("GET", "system/namespaces").json() == ["openfaas-fn"]
        answer = gateway.call(method, "system/namespace/dev", json=DEV)
        assert (answer.status_code, answer.text) == said


def test_the_same_name_in_two_namespaces(mit_faasd: Gateway) -> None:
    faasd = mit_faasd
    faasd.call("POST", "system/namespace/", json=DEV)
    faasd.deploy("f")
    faasd.deploy("f", "functions/other", namespace="dev")
    assert faasd.get("f", "dev")["image"] == "docker.io/functions/other:latest"
    assert faasd.invoke("f.dev").json()["namespace"] == "dev"
    assert faasd.invoke("f").json()["namespace"] == "openfaas-fn"
    assert [one["namespace"] for one in faasd.list("dev")] == ["dev"]
    assert faasd.read("f.dev").status_code == 404
