# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import json
import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import DEFAULT_MANIFEST_VARIABLE, Manifest, Source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import parse_function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import (
    FunctionOptions,
    canonical_runtime,
    check_options,
    environment,
    image_artifact,
    layout_of,
    load_artifact,
    with_snapshot,
    write_snapshot,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import function

IMAGE = "docker.io/library/nginx:1.29"
PYTHON = layout_of("python")


def test_values_of_variables_become_texts() -> None:
    given = {"A": 1, "B": True, "C": None, "D": 1.5, "E": "x", 3: "name"}
    assert environment("env", given) == {"A": "1", "B": "true", "C": "", "D": "1.5", "E": "x", "3": "name"}
    assert environment("env", None) is None
    assert environment("env", {}) == {}


@pytest.mark.parametrize(("value", "kind"), [([], "list"), ({"a": "secret"}, "dict")])
def test_structured_values_are_refused_without_being_shown(value: t.Any, kind: str) -> None:
    with pytest.raises(InputError, match=f"^secret_env: the value of A is a {kind}; .*to_json") as raised:
        environment("secret_env", {"A": value})
    assert "secret" not in str(raised.value).removeprefix("secret_env")


def test_every_warning_and_no_error() -> None:
    assert check_options(FunctionOptions("hello")) == []
    assert len(check_options(FunctionOptions("9" + "a" * 50, memory=65, timeout=601))) == 4


@pytest.mark.parametrize(
    "options",
    [
        FunctionOptions("Hello"),
        FunctionOptions("hello", memory=1),
        FunctionOptions("hello", timeout=1000),
        FunctionOptions("hello", env={"A B": ""}),
        FunctionOptions("hello", env={"A": ""}, secret_env={"A": ""}),
        FunctionOptions("hello", secret_env={DEFAULT_MANIFEST_VARIABLE: ""}),
        FunctionOptions("hello", manifest_variable="PORT"),
        FunctionOptions("hello", manifest_variable="MINE", env={"MINE": ""}),
        FunctionOptions("hello", extra_parameters={"node_type": "gpu"}),
    ],
)
def test_refused(options: FunctionOptions) -> None:
    with pytest.raises(InputError):
        check_options(options)


def test_without_a_manifest_its_name_is_free() -> None:
    assert check_options(FunctionOptions("hello", manifest_variable="", env={DEFAULT_MANIFEST_VARIABLE: "x"})) == []


def test_nothing_secret_in_a_representation() -> None:
    shown = repr(FunctionOptions("hello", code="the-code", secret_env={"A": "the-value"}))
    assert "the-code" not in shown
    assert "the-value" not in shown


def test_words_of_the_vendors_cli() -> None:
    assert canonical_runtime("python") == "python3-http-debian"
    assert canonical_runtime("python-3.12") == "python-3.12"


def test_code_as_text() -> None:
    artifact = load_artifact(FunctionOptions("hello", code="print()\n"), PYTHON)
    assert artifact is not None
    assert (artifact.found.as_text(), artifact.requirements, artifact.handler_name, artifact.dependency_name) == (
        "print()\n",
        None,
        "handler.py",
        "requirements.txt",
    )
    assert load_artifact(FunctionOptions("hello"), PYTHON) is None


def test_code_of_a_runtime_that_nobody_knows() -> None:
    artifact = load_artifact(FunctionOptions("hello", code="x"), layout_of("cobol"))
    assert artifact is not None
    assert (artifact.handler_name, artifact.dependency_name) == ("handler", "requirements")


def test_a_file_and_a_directory(tmp_path: pathlib.Path) -> None:
    (tmp_path / "handler.py").write_text("print()\n")
    lone = load_artifact(FunctionOptions("hello", src=tmp_path / "handler.py"), PYTHON)
    folder = load_artifact(FunctionOptions("hello", src=tmp_path), PYTHON)
    assert lone is not None
    assert folder is not None
    assert lone.source == folder.source
    # A directory without a dependency file says that there are no dependencies; a lone file says nothing.
    assert (lone.requirements, folder.requirements) == (None, "")
    (tmp_path / "requirements.txt").write_text("flask\n")
    found = load_artifact(FunctionOptions("hello", src=tmp_path), PYTHON)
    assert found is not None
    assert found.requirements == "flask\n"
    given = load_artifact(FunctionOptions("hello", src=tmp_path, requirements="django\n"), PYTHON)
    assert given is not None
    assert given.requirements == "django\n"


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("# x\nARG BASE_IMAGE=busybox\nFROM ${BASE_IMAGE}\n", f"# x\nARG BASE_IMAGE={IMAGE}\nFROM ${{BASE_IMAGE}}\n"),
        ("", f"ARG BASE_IMAGE={IMAGE}\nFROM --platform=linux/amd64 ${{BASE_IMAGE}}\nUSER 1001\n"),
        ("FROM scratch\n", f"ARG BASE_IMAGE={IMAGE}\nFROM --platform=linux/amd64 ${{BASE_IMAGE}}\nUSER 1001\n"),
    ],
)
def test_an_image_in_the_servers_template(template: str, code: str) -> None:
    artifact = image_artifact(IMAGE, template, None)
    assert (artifact.found.as_text(), artifact.requirements, artifact.handler_name) == (code, "", "Dockerfile")
    assert artifact.source == Source.of({"Dockerfile": code.encode()})


def test_backslashes_in_an_image_are_not_patterns() -> None:
    assert "BASE_IMAGE=a\\1b" in image_artifact("a\\1b", "", None).found.as_text()


def test_a_deployed_dockerfile_with_this_image_stays() -> None:
    own = f"ARG BASE_IMAGE={IMAGE}\nFROM ${{BASE_IMAGE}}\nRUN echo mine\n"
    assert image_artifact(IMAGE, "ARG BASE_IMAGE=x\n", own).found.as_text() == own
    assert image_artifact("other", "ARG BASE_IMAGE=x\n", own).found.as_text() == "ARG BASE_IMAGE=other\n"


def snapshot(path: pathlib.Path, **fields: t.Any) -> FunctionOptions:
    write_snapshot(path, parse_function(function(**fields)))
    return with_snapshot(FunctionOptions("hello", snapshot=path))


def test_a_snapshot_comes_back_as_options(tmp_path: pathlib.Path) -> None:
    manifest = Manifest(None, None, ("B",)).dump()
    options = snapshot(tmp_path / "s", environment_variables={"A": "1", "B": "2", DEFAULT_MANIFEST_VARIABLE: manifest}, secrets=["x"], memory=256)
    expected = FunctionOptions(
        "hello",
        runtime="python3-http-debian",
        code=function()["code"],
        snapshot=tmp_path / "s",
        requirements="",
        memory=256,
        timeout=15,
        env={"A": "1"},
        secret_env={"B": "2"},
        secrets=("x",),
        # What ran once is not checked again.
        check_entry_point=False,
    )
    assert options == expected


def test_a_snapshot_of_what_the_api_does_not_return(tmp_path: pathlib.Path) -> None:
    options = snapshot(tmp_path / "s", environment_variables=None, secrets=None, memory=None)
    assert (options.env, options.secret_env, options.secrets, options.memory) == (None, None, None, None)


def test_a_snapshot_replaces_a_file_with_looser_permissions(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "s"
    path.write_text("old")
    path.chmod(0o666)
    snapshot(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_in_its_place_is_not_followed(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    (tmp_path / "s").symlink_to(target)
    snapshot(tmp_path / "s")
    assert target.read_text() == "untouched"


def test_without_a_snapshot_options_stay() -> None:
    options = FunctionOptions("hello", memory=128)
    assert with_snapshot(options) is options


@pytest.mark.parametrize("change", [{"v": 3}, {"code": None}, {"name": "other"}, None])
def test_snapshots_that_are_none(tmp_path: pathlib.Path, change: dict[str, t.Any] | None) -> None:
    path = tmp_path / "s"
    snapshot(path)
    document = json.loads(path.read_text())
    path.write_text("text" if change is None else json.dumps({**document, **change}))
    with pytest.raises(InputError, match="^snapshot: "):
        with_snapshot(FunctionOptions("hello", snapshot=path))
    with pytest.raises(InputError, match="cannot read"):
        with_snapshot(dataclasses.replace(FunctionOptions("hello"), snapshot=tmp_path / "nowhere"))
