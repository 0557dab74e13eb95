# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A new image under the tag that is deployed already."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import IMAGE_DIGEST_ANNOTATION
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import NotFoundError
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources import function_at_gateway
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    FUNCTION,
    IMAGE,
    ScriptedGateway,
    document,
    every_dialect,
    foreign,
    get,
    info,
    missing,
    post,
    put,
    run,
    shown,
    shows,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import Run

OLD, NEW = (f"sha256:{letter * 64}" for letter in "ab")
ARGS: dict[str, t.Any] = {**FUNCTION, "image": IMAGE}


@pytest.fixture
def tag(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the tag stands for; without it the registry does not know the image."""
    stands_for = {"now": OLD}

    def ask(image: str, *args: t.Any, **more: t.Any) -> str:
        assert image == IMAGE
        if "now" not in stands_for:
            raise NotFoundError("The registry docker.io has no image.")
        return stands_for["now"]

    monkeypatch.setattr(function_at_gateway, "image_digest", ask)
    monkeypatch.setattr(function_at_gateway, "docker_login", lambda *args: None)
    return stands_for


def deploy(pull: str, **more: t.Any) -> Run:
    return run(e2e_faas_function, {**ARGS, "pull": pull, **more.pop("args", {})}, **more)


def running(gateway: ScriptedGateway, dialect: str) -> dict[str, t.Any]:
    """The function as the last write made it."""
    return shown(gateway.written, dialect)


def created(gateway: ScriptedGateway, dialect: str, pull: str = "newer") -> None:
    gateway.expect(missing(), post(), get(shows(dialect)))
    assert deploy(pull)["changed"]


@every_dialect
def test_newer_deploys_when_the_tag_stands_for_something_else(gateway: ScriptedGateway, tag: dict[str, str], dialect: str) -> None:
    created(gateway, dialect)
    assert gateway.written["annotations"][IMAGE_DIGEST_ANNOTATION] == OLD
    there = running(gateway, dialect)
    gateway.expect(get(document(there)))
    assert not deploy("newer")["changed"]

    tag["now"] = NEW
    gateway.expect(get(document(there)))
    predicted = deploy("newer", check=True)
    gateway.expect(get(document(there)), put(), get(shows(dialect)), get(shows(dialect)))
    outcome = deploy("newer")
    assert outcome["changed"] and outcome["diff"] == predicted["diff"] and NEW in str(outcome["diff"])
    assert gateway.written["annotations"][IMAGE_DIGEST_ANNOTATION] == NEW and gateway.written["image"] == IMAGE
    assert IMAGE_DIGEST_ANNOTATION not in outcome["function"]["gateway"]["annotations"]


@every_dialect
def test_always_deploys_at_each_run(gateway: ScriptedGateway, tag: dict[str, str], dialect: str) -> None:
    created(gateway, dialect, "always")
    there = running(gateway, dialect)
    for _run in range(2):
        gateway.expect(get(document(there)))
        assert deploy("always", check=True)["changed"]
        gateway.expect(get(document(there)), put(), get(shows(dialect)), get(shows(dialect)))
        outcome = deploy("always")
        assert outcome["changed"] and outcome["actions"] == ["updated function hello: changes image_digest"]


@every_dialect
def test_missing_compares_names_and_keeps_what_is_known(gateway: ScriptedGateway, tag: dict[str, str], dialect: str) -> None:
    created(gateway, dialect)
    there, tag["now"] = running(gateway, dialect), NEW
    gateway.expect(get(document(there)))
    assert not deploy("missing")["changed"]
    gateway.expect(get(document(there)), put(), get(shows(dialect)), get(shows(dialect)))
    assert deploy("missing", args={"labels": {"team": "x"}})["changed"]
    assert gateway.written["annotations"][IMAGE_DIGEST_ANNOTATION] == OLD


@every_dialect
@pytest.mark.parametrize(("when_unknown", "changed"), [("update", True), ("keep", False)])
def test_where_the_registry_cannot_be_asked(gateway: ScriptedGateway, tag: dict[str, str], dialect: str, when_unknown: str, changed: bool) -> None:
    created(gateway, dialect)
    there = running(gateway, dialect)
    del tag["now"]
    gateway.expect(get(document(there)), *((put(), get(shows(dialect)), get(shows(dialect))) if changed else ()))
    outcome = deploy("newer", args={"when_unknown": when_unknown})
    assert outcome["changed"] is changed
    assert f"pull: what {IMAGE} stands for now is not known. The registry docker.io has no image." in outcome.warnings


@every_dialect
def test_a_function_of_another_tool_is_deployed_once_more(gateway: ScriptedGateway, tag: dict[str, str], dialect: str) -> None:
    gateway.expect(get(document(foreign(dialect))), info(dialect))
    args = {"env": {"A": "1"}, "secret_env": {}, "limits": {}, "requests": {}, "constraints": [], "read_only_root_filesystem": False}
    assert deploy("newer", args=args, check=True)["changed"]


def test_the_annotation_is_the_modules_own(gateway: ScriptedGateway, tag: dict[str, str]) -> None:
    outcome = deploy("newer", args={"annotations": {IMAGE_DIGEST_ANNOTATION: "x"}})
    assert outcome.failed and "is the one that this module keeps for itself" in outcome["msg"]
