# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.e2enetworks.cloud.plugins.filter.faas_function_config import FilterModule

# As the vendor's CLI writes it (reference B.3).
WRITTEN = """
function:
  name: hello
  runtime: python
  compute_type: cpu
  limits:
    memory: "512"
    timeout: 15
  environment:
    GREETING: Hello
    DEBUG: true
  secrets:
    - registry
"""

faas_function_config = FilterModule().filters()["faas_function_config"]


def test_the_file_of_the_vendors_cli() -> None:
    assert faas_function_config(WRITTEN) == {
        "name": "hello",
        "runtime": "python3-http-debian",
        "hardware": "cpu",
        "memory": 512,
        "timeout": 15,
        "env": {"GREETING": "Hello", "DEBUG": "true"},
        "secrets": ["registry"],
    }


def test_what_the_file_does_not_say() -> None:
    assert faas_function_config("function: {}") == {
        "name": None,
        "runtime": None,
        "hardware": None,
        "memory": None,
        "timeout": None,
        "env": {},
        "secrets": [],
    }


@pytest.mark.parametrize("text", ["", "[", "function: 3", "function: {limits: {memory: lots}}", "function: {environment: {A: [1]}}"])
def test_a_file_that_cannot_be_used(text: str) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^function_config\.yaml cannot be used: [^\n]*$") as raised:
        faas_function_config(text)
    assert raised.value.__cause__ is None
