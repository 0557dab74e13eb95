# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role faas_function does with its variables."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.filter.faas_function_plan import FilterModule
from ansible_collections.e2enetworks.cloud.plugins.modules.e2e_faas_function import SPEC
from ansible_collections.e2enetworks.cloud.plugins.modules.e2e_faas_image import SPEC as IMAGE_SPEC

OMIT = object()
GATEWAY = {"provider": "openfaas"}
STACK = "provider: {name: openfaas}\nfunctions: {pay: {image: shop/pay, handler: ./pay, lang: go, environment: {A: hidden}}, hello: {image: shop/hello}}\n"


@pytest.fixture
def plan(tmp_path: pathlib.Path) -> t.Callable[..., t.Any]:
    def planned(variables: dict[str, t.Any], **more: t.Any) -> t.Any:
        return FilterModule().filters()["faas_function_plan"](variables, OMIT, str(tmp_path), **more)

    return planned


@pytest.mark.parametrize("nothing", [None, "", OMIT])
def test_what_is_not_set_is_no_option(plan: t.Callable[..., t.Any], tmp_path: pathlib.Path, nothing: t.Any) -> None:
    told = plan({"src": "a", "name": nothing, "env": nothing, "labels": {}, "check_entry_point": False, "stack": nothing, "builder": nothing})
    wanted = {"src": str(tmp_path / "a"), "labels": {}, "check_entry_point": False, "rollback": True, "workflow_artifact": "faas_function_deployed"}
    assert told["options"] == wanted and told["tasks"]["main"] == "function" and told["problem"] == ""


def test_paths_are_looked_for_in_roles_and_then_beside_the_playbook(plan: t.Callable[..., t.Any], tmp_path: pathlib.Path) -> None:
    for folder in ("inner/files/a", "inner/a", "outer/b", "a", "b"):
        (tmp_path / folder).mkdir(parents=True)
    roles = [str(tmp_path / "inner"), str(tmp_path / "outer")]
    found = {src: plan({"src": src}, roles=roles)["options"]["src"] for src in ("a", "b", "nowhere", "/absolute")}
    assert found == {"a": f"{tmp_path}/inner/files/a", "b": f"{tmp_path}/outer/b", "nowhere": f"{tmp_path}/nowhere", "/absolute": "/absolute"}


def test_the_memory_of_a_gateways_function_is_a_limit(plan: t.Callable[..., t.Any]) -> None:
    assert plan({**GATEWAY, "memory": 128, "limits": {"cpu": "1"}})["options"]["limits"] == {"memory": "128Mi", "cpu": "1"}
    assert plan({**GATEWAY, "memory": 128, "limits": {"memory": "1Gi"}})["options"]["limits"] == {"memory": "1Gi"}
    account = plan({"src": "a", "memory": 128})["options"]
    assert account["memory"] == 128 and "limits" not in account


def test_variables_can_be_the_text_of_a_survey(plan: t.Callable[..., t.Any]) -> None:
    assert plan({"src": "a", "env": "A: 1\nB: c"})["options"]["env"] == {"A": 1, "B": "c"}


def test_a_stack_and_each_of_its_functions(plan: t.Callable[..., t.Any], tmp_path: pathlib.Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/stack.yml").write_text(STACK, encoding="utf-8")
    variables = {**GATEWAY, "stack": "shop/stack.yml", "builder": "docker", "namespace": "staging"}
    whole = plan(variables)
    assert whole["tasks"] == {"main": "stack"} and whole["base"] == str(tmp_path / "shop") and "hidden" not in str(whole)
    pay, hello = whole["functions"]
    first, second = plan(variables, function=pay, built="shop/pay:2"), plan(variables, function=hello, built="shop/pay:2")
    assert (first["tasks"]["stack"], first["tasks"]["in_namespace"], second["tasks"]["in_namespace"]) == ("in_namespace", "image", "function")
    assert first["options"]["image"] == "shop/pay:2" and "image" not in second["options"] and second["build"] == {}
    assert (first["build"]["runtime"], first["build"]["image"]) == ("go", "shop/pay") and not first["options"].keys() - {*SPEC, "provider"}
    assert not first["build"].keys() - IMAGE_SPEC.keys()
    assert [one["name"] for one in plan({**variables, "name": "p*"})["functions"]] == ["pay"]


PROBLEMS: list[tuple[dict[str, t.Any], str]] = [
    ({"name": "f"}, "faas_function_src is not set. It names the directory or the file with the code of the function."),
    ({"src": "a", "builder": "docker"}, "faas_function_builder, faas_function_template and faas_function_stack are for faas_function_provider: openfaas."),
    ({**GATEWAY, "stack": "s", "image": "a"}, "faas_function_stack names the functions and their images"),
    ({**GATEWAY, "stack": "nowhere.yml"}, "nowhere.yml cannot be read: No such file or directory."),
    ({"src": "a", "env": "secret: ["}, "faas_function_env is not valid YAML (line 1, column "),
    ({**GATEWAY, "memory": 1, "limits": "nothing"}, "faas_function_limits is not a mapping with memory and cpu."),
]


@pytest.mark.parametrize(("variables", "text"), PROBLEMS)
def test_what_cannot_be_done_is_told_and_forgets_the_result(plan: t.Callable[..., t.Any], variables: dict[str, t.Any], text: str) -> None:
    told = plan({"name": "f", **variables}, deployment={"changed": True, "function": {"name": "f", "url": "http://x"}})
    nothing = {"name": "f", "url": None, "status": None, "digest": None, "changed": False, "rolled_back": False}
    assert text in told["problem"] and told["tasks"] == {"main": "refused"} and told["nothing"] == nothing and "secret" not in told["problem"]
    assert told["unpublished"] == ({} if "stack" in variables else {"f": nothing}) and told["result"] == {**nothing, "url": "http://x", "changed": True}
