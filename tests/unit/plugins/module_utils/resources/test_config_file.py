# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.config_file import ConfigFiles

CONFIG = """\
function:
  name: shop
  runtime: python
  compute_type: cpu
  limits: {memory: "256", timeout: 20}
  environment: {GREETING: hi, TOKEN: planted}
  secrets: [registry]
"""
STACK = """\
provider: {name: openfaas, gateway: "http://gateway.example.com/"}
functions:
  pay:
    image: shop/pay:${TAG:-1}
    namespace: billing
    environment: {RETRIES: 3, TOKEN: planted}
    environment_file: [more.yml]
    labels: {team: billing, com.openfaas.scale.min: "2"}
    limits: {memory: 128Mi}
  hello: {lang: go}
"""


def read(path: Path | str | None, environ: t.Mapping[str, str] | None = None, **options: t.Any) -> dict[str, t.Any]:
    """The options of a task that gives these, without those that are null."""
    unset = dict.fromkeys(("name", "runtime", "memory", "env", "secret_env", "secrets", "limits", "replicas", "gateway_url", "namespace", "image"))
    task = {**unset, "provider": "myaccount", "state": "present", "config_file": None if path is None else str(path), **options}
    before = {**task}
    found = ConfigFiles(environ or {}).joined(task)
    assert task == before
    return {name: value for name, value in found.items() if value is not None and name not in ("provider", "state", "config_file")}


def stack(path: Path, environ: t.Mapping[str, str] | None = None, **options: t.Any) -> dict[str, t.Any]:
    return read(path, environ, provider="openfaas", **options)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "function_config.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "stack.yml"
    path.write_text(STACK, encoding="utf-8")
    (tmp_path / "more.yml").write_text("environment: {LOG_LEVEL: debug}\n", encoding="utf-8")
    return path


SAID = {
    "name": "shop",
    "runtime": "python3-http-debian",
    "hardware": "cpu",
    "memory": 256,
    "timeout": 20,
    "env": {"GREETING": "hi", "TOKEN": "planted"},
    "secrets": ["registry"],
}


def test_without_a_file_the_task_is_all() -> None:
    assert read(None, name="f", memory=128) == {"name": "f", "memory": 128}


def test_the_file_and_its_directory_say_the_same(config: Path) -> None:
    assert read(config) == read(config.parent) == SAID


def test_a_directory_without_the_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, name="f") == {"name": "f"}
    with pytest.raises(InputError, match="^name is not set, and no config_file names the function.$"):
        read(tmp_path)


def test_options_win(config: Path) -> None:
    assert read(config, name="other", memory=512, secrets=[]) == {**SAID, "name": "other", "memory": 512, "secrets": []}


def test_an_empty_text_does_not_win(config: Path) -> None:
    assert read(config, name="", runtime="") == SAID


@pytest.mark.parametrize(
    ("options", "env"),
    [
        ({"env": {}}, {"GREETING": "hi", "TOKEN": "planted"}),
        ({"env": {"GREETING": "hello", "MORE": 1}}, {"GREETING": "hello", "TOKEN": "planted", "MORE": 1}),
        ({"secret_env": {"TOKEN": "x"}}, {"GREETING": "hi"}),
        ({"secret_env": {}}, {"GREETING": "hi", "TOKEN": "planted"}),
        # A name in both is for the module to refuse.
        ({"env": {"TOKEN": "a"}, "secret_env": {"TOKEN": "b"}}, {"GREETING": "hi", "TOKEN": "a"}),
    ],
)
def test_variables_are_joined(config: Path, options: dict[str, t.Any], env: dict[str, t.Any]) -> None:
    assert read(config, **options)["env"] == env


def test_to_remove_a_function_only_its_place_counts(config: Path, project: Path) -> None:
    assert read(config, state="absent") == {"name": "shop"}
    assert stack(project, name="pay", state="absent") == {"name": "pay", "namespace": "billing", "gateway_url": "http://gateway.example.com"}


def test_one_function_of_a_stack(project: Path) -> None:
    assert stack(project, {"TAG": "2"}, name="pay", secret_env={"TOKEN": "x"}) == {
        "name": "pay",
        "image": "shop/pay:2",
        "namespace": "billing",
        "gateway_url": "http://gateway.example.com",
        "env_process": "",
        "env": {"RETRIES": "3", "LOG_LEVEL": "debug"},
        "secret_env": {"TOKEN": "x"},
        "secrets": [],
        "labels": {"team": "billing", "com.openfaas.scale.min": "2"},
        "annotations": {},
        "limits": {"memory": "128Mi"},
        "requests": {},
        "constraints": [],
        "read_only_root_filesystem": False,
    }


def test_what_a_stack_leaves_out_is_cleared(project: Path) -> None:
    hello = stack(project, name="hello")
    assert (hello["env"], hello["labels"], hello["limits"], hello["replicas"]) == ({}, {}, {}, {})
    assert "image" not in hello and "namespace" not in hello


def test_options_win_over_a_stack(project: Path) -> None:
    given = {"image": "shop/pay:built", "namespace": "other", "gateway_url": "http://other.example.com", "limits": {}}
    found = stack(project, name="pay", **given)
    assert {name: found[name] for name in given} == given


def test_a_name_is_no_pattern(project: Path) -> None:
    with pytest.raises(InputError, match="no function that matches"):
        stack(project, name="pa*")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"function: {runtime: python}\n", "name is not set, and {path} does not name the function."),
        (b"a: [", "function_config.yaml cannot be used: it is not valid YAML (line 1, column "),
        (b"- a\n", "function_config.yaml cannot be used: the file has to be a mapping (key: value)."),
        (b"name: \xff\xfe\n", "config_file: cannot read {path}: it is not text."),
        (None, "config_file: cannot read {path}: No such file or directory."),
    ],
)
def test_a_file_that_is_not_usable_gets_one_line(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "config.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).startswith(message.format(path=path)) and "\n" not in str(caught.value)


def test_a_path_that_the_system_refuses_gets_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="File name too long.$"):
        read(tmp_path / ("x" * 300))
    (tmp_path / "function_config.yaml").mkdir()
    with pytest.raises(InputError, match="Is a directory.$"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (STACK, "name: {path} has several functions: pay, hello. Name one."),
        ("a: [", "stack.yml cannot be used: the file is not valid YAML (line 1, column "),
        ("provider: {name: other}\n", "stack.yml cannot be used: provider.name has to be openfaas."),
        (STACK.partition("  hello")[0], "stack.yml cannot be used: functions.pay.environment_file: cannot read more.yml: No such file or directory."),
    ],
)
def test_a_stack_that_is_not_usable_gets_one_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "stack.yml"
    path.write_text(content, encoding="utf-8")
    if "several" in message:
        (tmp_path / "more.yml").write_text("environment: {}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        stack(path)
    assert str(caught.value).startswith(message.format(path=path)) and "\n" not in str(caught.value)
