# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A version of a gateway's function, kept in a file before an update and brought back from it."""

from __future__ import annotations

import json
import pathlib
import stat
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    FULL_IMAGE,
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
    shown,
    shows,
    text,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import Run

SECRET = "hunter2-and-more"
FIRST: dict[str, t.Any] = {
    **FUNCTION,
    "image": IMAGE,
    "env": {"A": "1", "B": "x=y=z"},
    "secret_env": {"PASSWORD": SECRET},
    "labels": {"team": "billing"},
    "annotations": {"note": "first"},
    "limits": {"memory": "128Mi"},
    "replicas": {"min": 1, "max": 3},
    "env_process": "node index.js",
}


def deploy(args: t.Mapping[str, t.Any], **more: t.Any) -> Run:
    return run(e2e_faas_function, args, secrets=(SECRET,), **more)


def deployed(gateway: ScriptedGateway, dialect: str) -> dict[str, t.Any]:
    """The first version, as look-ups show it."""
    gateway.expect(missing(), post(), get(shows(dialect)))
    assert not deploy(FIRST).failed
    return shown(gateway.written, dialect)


@every_dialect
def test_a_snapshot_brings_the_version_before_back(gateway: ScriptedGateway, tmp_path: pathlib.Path, dialect: str) -> None:
    kept = tmp_path / "kept.json"
    before, sent = deployed(gateway, dialect), dict(gateway.written)

    gateway.expect(get(document(before)), put(), *[get(shows(dialect))] * 2)
    changed = deploy({**FIRST, "image": "functions/echo:2", "labels": {}, "replicas": {}, "env_process": "", "snapshot_dest": str(kept)})
    assert changed["snapshot"] == str(kept) and stat.S_IMODE(kept.stat().st_mode) == 0o600
    after = shown(gateway.written, dialect)

    gateway.expect(get(document(after)), put(), *[get(shows(dialect))] * 2)
    restored = deploy({**FUNCTION, "snapshot": str(kept)})
    assert restored["changed"] and restored["function"]["gateway"]["image"] == FULL_IMAGE
    assert gateway.written == {**sent, "image": before["image"]}


def test_what_is_removed_is_kept_before(gateway: ScriptedGateway, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "kept.json"
    first = {**FIRST, "env": {"A": "1"}}
    gateway.expect(missing(), post(), get(shows("faasd")))
    deploy(first)
    before = shown(gateway.written, "faasd")
    args = {**FUNCTION, "state": "absent", "snapshot_dest": str(kept)}
    gateway.expect(get(document(before)))
    assert deploy(args, check=True)["snapshot"] is None and not kept.exists()
    gateway.expect(get(document(before)), delete(), missing())
    assert deploy(args)["snapshot"] == str(kept)

    gateway.expect(missing(), post(), get(shows("faasd")))
    assert deploy({**FUNCTION, "snapshot": str(kept)})["changed"]
    gateway.expect(get(shows("faasd")))
    assert not deploy(first)["changed"]


def test_nothing_is_kept_where_the_variables_are_not_known(gateway: ScriptedGateway, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "kept.json"
    before = deployed(gateway, "kubernetes")
    gateway.expect(get(document(before)), put(), *[get(shows("kubernetes"))] * 2)
    outcome = deploy({**FIRST, "env": {"A": "2"}, "snapshot_dest": str(kept)})
    assert outcome["changed"] and outcome["snapshot"] is None and not kept.exists()
    assert outcome.warnings == ["snapshot_dest: the gateway does not return the variables of the function hello, so no snapshot was written."]


def test_what_the_gateway_does_not_tell_is_left_out(gateway: ScriptedGateway, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "kept.json"
    gateway.expect(get(document(foreign("faasd"))), info("faasd"), put(), *[get(shows("faasd"))] * 2)
    deploy({**FIRST, "snapshot_dest": str(kept)})
    held = json.loads(kept.read_text(encoding="utf-8"))["gateway"]
    assert held["image"] == FULL_IMAGE and held["env"] == {"A": "1", "IMAGE_OWN": "1"} and held["constraints"] is None


def test_no_snapshot_without_a_change_or_in_check_mode(gateway: ScriptedGateway, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "kept.json"
    before = deployed(gateway, "faasd")
    gateway.expect(get(document(before)))
    assert deploy({**FIRST, "snapshot_dest": str(kept)})["snapshot"] is None
    gateway.expect(get(document(before)))
    assert deploy({**FIRST, "image": "functions/echo:2", "snapshot_dest": str(kept)}, check=True)["snapshot"] is None
    assert not kept.exists()


def test_a_failed_update_with_a_snapshot_leaves_the_way_back_to_it(gateway: ScriptedGateway, tmp_path: pathlib.Path) -> None:
    before = deployed(gateway, "faasd")
    kept = tmp_path / "kept.json"
    gateway.expect(get(document(before)), put(text(500, "unable to pull image")), *[missing()] * 3)
    outcome = deploy({**FIRST, "image": "functions/broken:1", "snapshot_dest": str(kept)})
    assert outcome.failed and outcome["snapshot"] == str(kept)
    assert outcome.msg.endswith("Now the function hello is gone. With rollback: true the version before it would have been put back.")


@pytest.mark.parametrize("content", ["", "[]", '{"v": 1, "name": "hello", "code": "x"}'])
def test_a_file_of_another_kind(gateway: ScriptedGateway, tmp_path: pathlib.Path, content: str) -> None:
    path = tmp_path / "kept.json"
    path.write_text(content, encoding="utf-8")
    assert "is not a file that snapshot_dest wrote" in deploy({**FUNCTION, "snapshot": str(path)}).msg


def test_a_snapshot_of_another_function(gateway: ScriptedGateway, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text('{"v": 1, "name": "other", "gateway": {"name": "other"}}', encoding="utf-8")
    assert "holds the function 'other', not hello" in deploy({**FUNCTION, "snapshot": str(path)}).msg
