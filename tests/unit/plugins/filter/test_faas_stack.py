# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pathlib

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.e2enetworks.cloud.plugins.filter.faas_stack import FilterModule as StackFilters
from ansible_collections.e2enetworks.cloud.plugins.modules.e2e_faas_function import SPEC
from ansible_collections.e2enetworks.cloud.plugins.modules.e2e_faas_image import SPEC as IMAGE_SPEC

faas_stack = StackFilters().filters()["faas_stack"]

STACK = """
provider: {name: openfaas, gateway: "http://127.0.0.1:8080"}
functions:
  a:
    image: shop/a:${E2E_TEST_TAG:-1}
    environment_file: [env.yml]
  b:
    image: shop/b
    labels: {com.openfaas.scale.max: 3}
"""


def test_functions_are_options_of_the_module(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("E2E_TEST_TAG", "2")
    (tmp_path / "env.yml").write_text("environment: {A: 1}", encoding="utf-8")
    stack = faas_stack(STACK, str(tmp_path))
    first, second = stack["functions"]
    assert stack["gateway"] == "http://127.0.0.1:8080"
    assert (first["image"], first["env"], first["namespace"], first["secrets"], first["replicas"]) == ("shop/a:2", {"A": "1"}, None, [], {})
    assert second["labels"] == {"com.openfaas.scale.max": "3"} and second["replicas"] is None
    assert first.keys() - SPEC.keys() - IMAGE_SPEC.keys() == {"namespace", "handler", "lang", "skip_build"}
    assert (first["build_args"], first["build_options"], first["copy_extra"], first["template_source"]) == ({}, [], [], "")


def test_a_selection_and_own_variables(tmp_path: pathlib.Path) -> None:
    (tmp_path / "env.yml").write_text("{}", encoding="utf-8")
    stack = faas_stack(STACK, str(tmp_path), name="a", variables={"E2E_TEST_TAG": 3})
    assert [function["image"] for function in stack["functions"]] == ["shop/a:3"]


def test_a_file_that_cannot_be_used(tmp_path: pathlib.Path) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^stack\.yml cannot be used: functions\.a\.environment_file: cannot read env\.yml: [^\n]*$") as raised:
        faas_stack(STACK, str(tmp_path))
    assert raised.value.__cause__ is None
