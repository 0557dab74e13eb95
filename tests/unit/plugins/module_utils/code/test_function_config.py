# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.function_config import FunctionConfig, read_function_config
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import CLI_LANGUAGES
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, MissingLibraryError


def test_function_config_of_the_vendor_cli() -> None:
    text = """
function:
  compute_type: cpu
  limits: {memory: 512, timeout: '15'}
  name: hello
  runtime: python
  environment: {TEXT: a, NUMBER: 1, SHARE: 1.5, ON_TOP: true, DEBUG: false, EMPTY: }
  secrets: [db, key]
"""
    assert read_function_config(text) == FunctionConfig(
        name="hello",
        runtime="python3-http-debian",
        hardware="cpu",
        memory=512,
        timeout=15,
        environment={"TEXT": "a", "NUMBER": "1", "SHARE": "1.5", "ON_TOP": "true", "DEBUG": "false", "EMPTY": ""},
        secrets=("db", "key"),
    )


@pytest.mark.parametrize("language, runtime", CLI_LANGUAGES.items())
def test_every_language_of_the_cli(language: str, runtime: str) -> None:
    assert read_function_config(f"function: {{runtime: {language}}}").runtime == runtime


def test_function_config_that_says_little() -> None:
    assert read_function_config("function: {}") == FunctionConfig()
    assert read_function_config("function: {runtime: python-3.12-http, limits: , environment: , secrets: }").runtime == "python-3.12-http"


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "the file has to be a mapping"),
        ("[1]", "the file has to be a mapping"),
        ("name: x", "function has to be a mapping"),
        ("function: text", "function has to be a mapping"),
        ("function: {limits: 5}", "function.limits has to be a mapping"),
        ("function: {limits: {memory: many}}", "function.limits.memory has to be a whole number"),
        ("function: {limits: {memory: 1.5}}", "function.limits.memory has to be a whole number"),
        ("function: {limits: {timeout: true}}", "function.limits.timeout has to be a whole number"),
        ("function: {limits: {timeout: -1x}}", "function.limits.timeout has to be a whole number"),
        ("function: {name: 5}", "function.name has to be text"),
        ("function: {compute_type: tpu}", "function.compute_type is 'tpu'"),
        ("function: {environment: [a]}", "function.environment has to be a mapping"),
        ("function: {environment: {1: hush}}", "the name 1 in function.environment"),
        ("function: {environment: {A: [hush]}}", "the value of A in function.environment"),
        ("function: {environment: {A: 2024-01-01}}", "the value of A in function.environment"),
        ("function: {environment: {A: 2024-13-45}}", "it is not valid YAML"),
        ("function: {environment: {A: *hush}}", r"it is not valid YAML \(line 1, column 29\)"),
        ("function: {environment: {A: !hush 1}}", r"it is not valid YAML \(line 1"),
        ("function:\n  a: b: hush\n", r"it is not valid YAML \(line 2"),
        ("function: \x07", "it is not valid YAML"),
        ("[" * 5000, "it is not valid YAML"),
        ("function: {secrets: db}", "function.secrets has to be a list"),
        ("function: {secrets: [1]}", "function.secrets has to be a list"),
    ],
)
def test_malformed_function_config(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_function_config(text)
    assert "hush" not in caught.value.message and "\n" not in caught.value.message
    assert caught.value.message.startswith("function_config.yaml cannot be used: ")


def test_without_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingLibraryError, match="PyYAML is needed to read function_config.yaml"):
        read_function_config("function: {}")
