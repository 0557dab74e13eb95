# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A new image under the tag that is deployed already."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import IMAGE_DIGEST_ANNOTATION
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import NotFoundError
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources import function_at_gateway
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    FULL_IMAGE,
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
    text,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ANY, Reply, Run, Step

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


@every_dialect
def test_a_snapshot_brings_the_content_back_that_the_tag_had(
    gateway: ScriptedGateway, tag: dict[str, str], tmp_path: pathlib.Path, dialect: str
) -> None:
    created(gateway, dialect)
    there, tag["now"] = running(gateway, dialect), NEW
    gateway.expect(get(document(there)), put(), get(shows(dialect)), get(shows(dialect)))
    assert deploy("newer", args={"snapshot_dest": str(tmp_path / "kept")})["snapshot"]

    args = {**FUNCTION, "snapshot": str(tmp_path / "kept")}
    gateway.expect(get(shows(dialect)), put(), get(shows(dialect)), get(shows(dialect)))
    assert run(e2e_faas_function, args)["changed"]
    assert (gateway.written["image"], gateway.written["annotations"][IMAGE_DIGEST_ANNOTATION]) == (f"{there['image']}@{OLD}", OLD)
    gateway.expect(get(shows(dialect)))
    assert not run(e2e_faas_function, args)["changed"]

    gateway.expect(get(shows(dialect)), put(), get(shows(dialect)), get(shows(dialect)))
    assert deploy("missing", args={"snapshot_dest": str(tmp_path / "pinned")})["snapshot"]
    args = {**FUNCTION, "snapshot": str(tmp_path / "pinned")}
    gateway.expect(get(shows(dialect)), put(), get(shows(dialect)), get(shows(dialect)))
    assert run(e2e_faas_function, args)["changed"]
    gateway.expect(get(shows(dialect)))
    assert not run(e2e_faas_function, args)["changed"]


@every_dialect
@pytest.mark.parametrize(("first", "pull"), [("missing", "newer"), ("missing", "always"), ("always", "always")])
def test_content_that_was_not_recorded_cannot_be_put_back(
    gateway: ScriptedGateway, tag: dict[str, str], tmp_path: pathlib.Path, dialect: str, first: str, pull: str
) -> None:
    created(gateway, dialect, first)
    there, tag["now"] = running(gateway, dialect), NEW
    obstacle = f"the tag {FULL_IMAGE} stands for the new version, and what it stood for before was not recorded"
    warning = f"rollback: {obstacle}, so if the new version of the function hello fails, it cannot be put back."
    kept = tmp_path / "kept"
    args = {"rollback": True, "smoke_test": {"retries": 0}, "snapshot_dest": str(kept)}
    gateway.expect(get(document(there)))
    assert warning in deploy(pull, args=args, check=True).warnings

    bad, log = Step("GET", "function/hello", Reply(500)), Step("GET", "system/logs", Reply(200), query=ANY)
    gateway.expect(get(document(there)), put(), *[get(shows(dialect))] * 3, bad, log, get(shows(dialect)))
    outcome = deploy(pull, args=args)
    assert f"Now the function hello is running with the image {FULL_IMAGE}." in outcome.msg
    assert outcome.msg.endswith(f"The version before it could not be put back, because {obstacle}.")
    assert not outcome["rolled_back"] and len(gateway.writes) == 1 and warning in outcome.warnings
    assert f"snapshot_dest: {obstacle}, so the snapshot of the function hello brings its settings back and not its content." in outcome.warnings


def test_a_function_that_an_update_has_destroyed_is_made_again_with_what_its_tag_stands_for(gateway: ScriptedGateway, tag: dict[str, str]) -> None:
    created(gateway, "faasd", "always")
    there = running(gateway, "faasd")
    gateway.expect(get(document(there)), put(text(500, "unable to start")), *[missing()] * 4, post(), get(shows("faasd")))
    outcome = deploy("always", args={"rollback": True})
    assert outcome.failed and outcome["rolled_back"] and "The function hello was gone." in outcome.msg
    assert outcome.warnings[-1].endswith("was not recorded, so the function hello was made again with what the tag stands for now.")


def test_the_annotation_is_the_modules_own(gateway: ScriptedGateway, tag: dict[str, str]) -> None:
    outcome = deploy("newer", args={"annotations": {IMAGE_DIGEST_ANNOTATION: "x"}})
    assert outcome.failed and "is the one that this module keeps for itself" in outcome["msg"]
