# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.stack_file import Stack, StackFunction, read_stack, substitute
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http import documents
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, MissingLibraryError

SECRET = "hunter2-and-more"

# All that a function can have, as people write it.
FULL = """\
version: 1.0
provider:
  name: openfaas
  gateway: https://gateway.example.com/
configuration:
  copy: [common]
x-env: &common
  LOG_LEVEL: info
functions:
  pay:
    lang: python3-http
    handler: ./pay
    image: ${REGISTRY:-ghcr.io/shop}/pay:${TAG}
    namespace: staging
    fprocess: python index.py
    skip_build: true
    readonly_root_filesystem: true
    environment:
      <<: *common
      RETRIES: 3
      VERSION: 1.10
      DEBUG: true
      CODE: 010
      EMPTY:
      DAY: 2026-01-31
    environment_file: [common.yml, secret.yml]
    secrets: [db-password, api-key]
    labels: {com.openfaas.scale.min: 2, team: billing}
    annotations: {topic: payments}
    limits: {memory: 128Mi, cpu: 0.5, other.com/gpu: 1}
    requests: {memory: 64Mi}
    constraints: [node=large]
    something_new: 1
  least:
    image: shop/least
"""
FILES = {"common.yml": "environment: {LOG_LEVEL: debug}", "secret.yml": f"environment:\n  PASSWORD: {SECRET}\n"}


def no_file(path: str) -> str:
    raise FileNotFoundError(2, "No such file or directory")


def read(text: str, *, pattern: str = "*", files: t.Callable[[str], str] = no_file) -> Stack:
    return read_stack(text, {"TAG": "1.2"}, files, pattern)


def test_all_that_a_function_can_have() -> None:
    stack = read(FULL, files=FILES.__getitem__)
    assert stack.gateway == "https://gateway.example.com"
    assert stack.functions[0] == StackFunction(
        name="pay",
        image="ghcr.io/shop/pay:1.2",
        namespace="staging",
        env_process="python index.py",
        env={
            "LOG_LEVEL": "debug", "RETRIES": "3", "VERSION": "1.10", "DEBUG": "true", "CODE": "010", "EMPTY": "", "DAY": "2026-01-31",
            "PASSWORD": SECRET,
        },
        secrets=("db-password", "api-key"),
        labels={"com.openfaas.scale.min": "2", "team": "billing"},
        annotations={"topic": "payments"},
        limits={"memory": "128Mi", "cpu": "0.5"},
        requests={"memory": "64Mi"},
        constraints=("node=large",),
        read_only_root_filesystem=True,
        handler="./pay",
        lang="python3-http",
        skip_build=True,
    )


def test_what_the_file_leaves_out_is_empty() -> None:
    assert read(FULL, files=FILES.__getitem__, pattern="le*").functions == (
        StackFunction("least", "shop/least", "", "", {}, (), {}, {}, {}, {}, (), False, "", "", False),
    )


@pytest.mark.parametrize(
    ("line", "expected"), [("", ""), ("gateway:", ""), ("gateway: http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("gateway: http://g/", "http://g")]
)
def test_a_file_may_name_a_gateway(line: str, expected: str) -> None:
    assert read(f"provider:\n  name: faas\n  {line}\nfunctions: {{f: {{image: i}}}}").gateway == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain $TAG text", "plain $TAG text"),
        ("${TAG}", "1.2"),
        ("${UNSET}", ""),
        ("${UNSET:-x}", "x"),
        ("${EMPTY:-x}", "x"),
        ("${TAG:-x}", "1.2"),
        ("${UNSET=x}-${UNSET:=y}-${UNSET:+z}", "x-y-z"),
        ("${UNSET:-}", ""),
        ("${UNSET:-a${TAG}b${EMPTY:-c}}", "a1.2bc"),
        ("${UNSET:-http://h:80/p?q=$$}", "http://h:80/p?q=$$"),
        ("$${TAG} and $$HOME", "${TAG} and $HOME"),
        (r"a\/b \\ \n", r"a/b \ \n"),
        ("a\n${TAG}\n", "a\n1.2\n"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    assert substitute(text, {"TAG": "1.2", "EMPTY": ""}) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\n${TAG", "line 2: the expression with the variable TAG has no end"),
        ("${TAG:-x", "variable TAG has no end"),
        ("${TAG^^}", "is not of the form ${NAME} or ${NAME:-default}"),
        ("${TAG-x}", "is not of the form"),
        ("${}", "is not followed by the name of a variable; write $${"),
        ("${#TAG}", "is not followed by"),
    ],
)
def test_expressions_that_cannot_be_read(text: str, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        substitute(text, {})
    assert problem in raised.value.message and "\n" not in raised.value.message


HEAD = "provider: {name: openfaas}\nfunctions:\n  pay: "


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "provider.name has to be openfaas"),
        ("- a", "the file has to be a mapping"),
        ("provider: {name: aws}\nfunctions: {}", "provider.name has to be openfaas"),
        ("provider: {name: openfaas}", "it has no functions"),
        ("provider: {name: openfaas}\nfunctions: [pay]", "functions has to be a mapping"),
        (f"a: [{SECRET}", "the file is not valid YAML (line 1, column "),
        ("a: \t- b: c\n\t- d", "the file is not valid YAML"),
        (f"a: !!python/name:os.{SECRET} ''", "the file is not valid YAML"),
        (f"? [{SECRET}]\n: 1", "the file is not valid YAML"),
        ("a: \x00", "the file is not valid YAML"),
        (HEAD + SECRET, "functions.pay has to be a mapping"),
        (HEAD + f"{{environment: [{SECRET}]}}", "functions.pay.environment has to be a mapping"),
        (HEAD + f"{{environment: {{A: [{SECRET}]}}}}", "functions.pay.environment.A has to be text"),
        (HEAD + "{secrets: one}", "functions.pay.secrets has to be a list"),
        (HEAD + "{secrets: [{a: b}]}", "functions.pay.secrets has to be text"),
        (HEAD + "{image: [a]}", "functions.pay.image has to be text"),
        (HEAD + "{readonly_root_filesystem: maybe}", "functions.pay.readonly_root_filesystem has to be true or false"),
        (HEAD + "{environment_file: [nowhere.yml]}", "functions.pay.environment_file: cannot read nowhere.yml: No such file or directory"),
    ],
)
def test_files_that_cannot_be_used_get_one_line_without_a_value(text: str, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        read(text)
    message = raised.value.message
    assert message.startswith("stack.yml cannot be used: ") and problem in message
    assert "\n" not in message and SECRET not in message


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"\xff\xfe", "a.yml is not text"), (b"- a", "a.yml has to be a mapping"), (b"environment: [x]", "environment in a.yml has to be a mapping")],
)
def test_environment_files_that_cannot_be_used(content: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read(HEAD + "{environment_file: [a.yml]}", files=lambda path: content.decode())


def test_a_pattern_that_nothing_matches_names_what_there_is() -> None:
    with pytest.raises(InputError, match=r"^stack\.yml has no function that matches 'x\*'\. It has: least, pay\.$"):
        read(FULL, pattern="x*")


def test_without_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> t.NoReturn:
        raise ImportError(name)

    monkeypatch.setattr(documents.importlib, "import_module", missing)
    with pytest.raises(MissingLibraryError, match="PyYAML"):
        read(FULL)
