# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Specifications compared with what gateways return of them."""

from __future__ import annotations

import json
import typing as t
from fractions import Fraction

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import (
    Manifest,
    Variables,
    normal_image,
    quantity,
    real_resources,
    same_image,
    same_resources,
)
from hypothesis import given
from hypothesis import strategies as st

texts = st.text(max_size=20)
variables = st.dictionaries(texts, texts, max_size=6)


@pytest.mark.parametrize(
    ("image", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("functions/echo:1", "docker.io/functions/echo:1"),
        ("docker.io/nginx:1", "docker.io/library/nginx:1"),
        ("index.docker.io/functions/echo", "docker.io/functions/echo:latest"),
        ("localhost/echo", "localhost/echo:latest"),
        ("registry:5000/echo", "registry:5000/echo:latest"),
        ("ghcr.io/openfaas/figlet:latest", "ghcr.io/openfaas/figlet:latest"),
        ("nginx@sha256:abc", "docker.io/library/nginx@sha256:abc"),
        ("ghcr.io/a/b:1@sha256:abc", "ghcr.io/a/b:1@sha256:abc"),
    ],
)
def test_images_are_named_in_full(image: str, full: str) -> None:
    assert normal_image(image) == full and normal_image(full) == full and same_image(image, full)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("128Mi", 128 * 1024**2),
        ("134217728", 134217728),
        ("0.5Gi", 512 * 1024**2),
        ("1.", 1),
        (".5", Fraction(1, 2)),
        ("100m", Fraction(1, 10)),
        ("250u", Fraction(1, 4000)),
        ("1e3", 1000),
        ("2E-1", Fraction(1, 5)),
        ("1E", 10**18),
        ("0", 0),
    ],
)
def test_quantities_have_a_value(text: str, value: t.Any) -> None:
    assert quantity(text) == value


@pytest.mark.parametrize("text", ["lots", "", "-1", "1 Gi", "1MB", "1ki", "1e", "0x10", "1Mi2"])
def test_what_is_no_quantity_has_none(text: str) -> None:
    assert quantity(text) is None


@pytest.mark.parametrize(
    ("wanted", "current", "same"),
    [
        ({"memory": "128Mi"}, {"memory": "134217728", "cpu": "0"}, True),
        ({"cpu": "0.1"}, {"cpu": "100m", "memory": "0"}, True),
        ({}, {"cpu": "0", "memory": "0"}, True),
        ({"memory": "128Mi"}, {"memory": "128M"}, False),
        ({"memory": "128Mi"}, {}, False),
        ({"memory": "lots"}, {"memory": "lots"}, True),
        ({"memory": "1"}, UNKNOWN, UNKNOWN),
    ],
)
def test_resources_are_compared_by_value(wanted: dict[str, str], current: t.Any, same: t.Any) -> None:
    assert same_resources(wanted, current) is same


def test_quantities_that_mean_none_are_left_out() -> None:
    assert real_resources({"cpu": "0", "memory": "1536Mi"}) == {"memory": "1536Mi"}


@given(env=variables, secret_env=variables, others=st.booleans())
def test_a_manifest_comes_back_as_it_was(env: dict[str, str], secret_env: dict[str, str], others: bool) -> None:
    spec = {"limits": {"cpu": "1"}, "constraints": ["a=b"], "readOnlyRootFilesystem": True, "envProcess": "run"} if others else {}
    manifest = Manifest.of("salt", env, secret_env, spec)
    assert Manifest.parse(manifest.dump(env, secret_env)) == manifest


@given(wanted=variables, deployed=variables)
def test_variables_are_the_same_only_if_they_are(wanted: dict[str, str], deployed: dict[str, str]) -> None:
    manifest = Manifest.of("salt", deployed, {}, {})
    assert Variables("salt", manifest.env, None).same(wanted) is (wanted == deployed)
    assert Variables("salt", manifest.env, None).exact(deployed) == deployed


@given(env=st.dictionaries(texts.filter(lambda name: name not in ("PATH", "fprocess")), texts, max_size=6), image=variables)
def test_faasd_s_answer_never_makes_a_difference(env: dict[str, str], image: dict[str, str]) -> None:
    answer = {**image, **{name: value.partition("=")[0] for name, value in env.items()}}
    assert Variables("salt", Manifest.of("salt", env, {}, {}).env, answer).same(env) is True
    assert Variables("", None, answer).same(env) is True


@given(env=st.dictionaries(texts, texts.filter(lambda text: "=" not in text), max_size=6))
def test_values_that_were_not_cut_are_exact(env: dict[str, str]) -> None:
    assert Variables("salt", Manifest.of("salt", env, {}, {}).env, {"OTHER": "1", **env}).exact() == env


def test_what_cannot_be_known_is_unknown() -> None:
    nothing = Variables("", None, None)
    assert nothing.same({}) is UNKNOWN and nothing.exact() is None and nothing.names is None
    assert Variables("", None, {}).exact() == {} and Variables("", None, {"A": "1"}).exact() is None
    assert Variables("s", "0123", None).names is None and Variables("s", "0123", {"A": "1"}).names == ["A"]
    assert Variables("s", "0123", {"A": "1"}).shown("A") == "(not shown)"


def test_variables_that_are_never_returned_are_not_missed() -> None:
    env = {"fprocess": "run", "PATH": "/x"}
    assert Variables("s", Manifest.of("s", env, {}, {}).env, {}).same(env) is True


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "{}", '{"v":2}', '{"v":1}', '{"v":1,"env":{},"secret_env":3}', '{"v":1,"env":[],"secret_env":{}}']
)
def test_what_is_no_manifest_is_none(text: str | None) -> None:
    assert Manifest.parse(text) is None


manifest_keys = st.sampled_from(["salt", "limits", "requests", "constraints", "env_process", "read_only", "secret_names"])


@given(st.dictionaries(manifest_keys, st.integers() | st.none() | texts))
def test_a_damaged_manifest_does_no_harm(damage: dict[str, t.Any]) -> None:
    assert Manifest.parse(json.dumps({"v": 1, "env": {"A": 1}, "secret_env": "", **damage})) is not None


def test_a_manifest_with_many_variables_keeps_one_digest() -> None:
    env, secret_env = {f"VARIABLE_{number}": "x" for number in range(300)}, {"PASSWORD": "x"}
    manifest = Manifest.of("salt", env, secret_env, {})
    text = manifest.dump(env, secret_env)
    parsed = Manifest.parse(text)
    assert parsed is not None and len(text) < 300 and parsed.secret_names == ("PASSWORD",)
    assert Variables("salt", parsed.env, None).same(env) is True and Variables("salt", parsed.env, None).same({**env, "MORE": "1"}) is False
