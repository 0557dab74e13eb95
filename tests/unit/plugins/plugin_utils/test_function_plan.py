# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role faas_function does with its variables."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.filter.faas_function_plan import FilterModule
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_spec import ENTRY_SPEC
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
    told = plan({"src": "a", "name": nothing, "env": nothing, "labels": {}, "check_entry_point": False, "stack": nothing, "functions": nothing})
    wanted = {"src": str(tmp_path / "a"), "labels": {}, "check_entry_point": False, "rollback": True, "workflow_artifact": "faas_function_deployed"}
    assert told["functions"] == [wanted] and told["tasks"]["main"] == "functions" and told["problem"] == "" and told["label"] == "a"


def test_paths_are_looked_for_in_roles_and_then_beside_the_playbook(plan: t.Callable[..., t.Any], tmp_path: pathlib.Path) -> None:
    for folder in ("inner/files/a", "inner/a", "outer/b", "a", "b"):
        (tmp_path / folder).mkdir(parents=True)
    roles = [str(tmp_path / "inner"), str(tmp_path / "outer")]
    sources = ("a", "b", "nowhere", "/absolute")
    wanted = [f"{tmp_path}/inner/files/a", f"{tmp_path}/outer/b", f"{tmp_path}/nowhere", "/absolute"]
    assert [plan({"src": src}, roles=roles)["functions"][0]["src"] for src in sources] == wanted
    listed = plan({"functions": [{"name": str(number), "src": src} for number, src in enumerate(sources)]}, roles=roles)
    assert [entry["src"] for entry in listed["functions"]] == wanted


def test_the_memory_of_a_gateways_function_is_a_limit(plan: t.Callable[..., t.Any]) -> None:
    def limits(**variables: t.Any) -> t.Any:
        return plan({**GATEWAY, **variables})["functions"][0].get("limits")

    assert limits(memory=128, limits={"cpu": "1"}) == {"memory": "128Mi", "cpu": "1"}
    assert limits(memory=128, limits={"memory": "1Gi"}) == {"memory": "1Gi"}
    assert limits(memory=128, functions=[{"name": "a", "memory": 64}]) == {"memory": "64Mi"}
    (account,) = plan({"src": "a", "memory": 128})["functions"]
    assert account["memory"] == 128 and "limits" not in account


def test_variables_can_be_the_text_of_a_survey(plan: t.Callable[..., t.Any]) -> None:
    assert plan({"src": "a", "env": "A: 1\nB: c"})["functions"][0]["env"] == {"A": 1, "B": "c"}
    assert [one["name"] for one in plan({"functions": "[{name: a}, {name: b}]"})["functions"]] == ["a", "b"]


def test_a_function_of_a_list_has_what_the_others_have_and_its_own(plan: t.Callable[..., t.Any], tmp_path: pathlib.Path) -> None:
    (tmp_path / "b").mkdir()
    entries = [{"faas_function_name": "a", "code": "x", "memory": None}, {"name": "b", "src": "b", "faas_function_memory": 512}]
    told = plan({"runtime": "go", "memory": 128, "rollback": False, "functions": entries})
    common = {"runtime": "go", "rollback": False, "workflow_artifact": "faas_function_deployed"}
    path = str(tmp_path / "b")
    assert told["functions"] == [
        {**common, "name": "a", "code": "x", "memory": 128},
        {**common, "name": "b", "src": path, "config_file": path, "memory": 512},
    ]
    assert told["label"] == "2 functions" and list(told["nothing"]) == ["a", "b"]
    assert [one["name"] for one in plan({"functions": entries, "name": "[b-z]"})["functions"]] == ["b"]


def test_a_folder_of_folders(plan: t.Callable[..., t.Any], tmp_path: pathlib.Path) -> None:
    for folder in ("all/b", "all/a", "all/.git", "all/__pycache__", "all/node_modules"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "all/b/function_config.yaml").write_text("function: {name: shop}", encoding="utf-8")
    first, second = plan({"directory": "all", "runtime": "go"})["functions"]
    assert (first["name"], first["src"], first["runtime"]) == ("a", str(tmp_path / "all/a"), "go")
    assert "name" not in second and second["config_file"] == second["src"] == str(tmp_path / "all/b")
    assert [one["src"] for one in plan({"directory": "all", "name": "b"})["functions"]] == [str(tmp_path / "all/b")]


VARIABLES = {**GATEWAY, "stack": "shop/stack.yml", "builder": "docker", "namespace": "staging"}


@pytest.fixture
def stack(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/stack.yml").write_text(STACK, encoding="utf-8")
    return tmp_path / "shop"


def test_a_stack_is_a_list_whose_variables_stay_in_the_file(plan: t.Callable[..., t.Any], stack: pathlib.Path) -> None:
    told = plan(VARIABLES)
    assert told["tasks"] == {"main": "images"} and "hidden" not in str(told)
    pay, hello = told["functions"]
    assert (pay["name"], pay["config_file"], pay["chdir"], pay["namespace"]) == ("pay", str(stack / "stack.yml"), str(stack), "staging")
    assert hello["name"] == "hello" and not {*pay, *hello} - ENTRY_SPEC.keys()
    assert told["looks"] == [{"name": "pay", "namespace": "staging", "config_file": str(stack / "stack.yml"), "chdir": str(stack), "state": "absent"}]
    (build,) = told["builds"]
    assert (build["name"], build["runtime"], build["image"], build["src"]) == ("pay", "go", "shop/pay", f"{stack}/./pay")
    assert not build.keys() - {*IMAGE_SPEC, "name"}
    assert [one["name"] for one in plan({**VARIABLES, "name": "p*"})["functions"]] == ["pay"]
    assert plan({**VARIABLES, "state": "absent"})["tasks"] == plan({**VARIABLES, "builder": None})["tasks"] == {"main": "functions"}


def built(**result: t.Any) -> dict[str, t.Any]:
    return {"results": [{"faas_function_build": {"name": "pay"}, **result}]}


def test_an_image_that_was_built_is_deployed(plan: t.Callable[..., t.Any], stack: pathlib.Path) -> None:
    before = {"functions": [{"name": "pay", "begun": True, "failed": False, "before": {"gateway": {"image": "shop/pay:1"}}}]}
    assert plan(VARIABLES, before=before)["builds"][0]["deployed_image"] == "shop/pay:1"
    told = plan(VARIABLES, before=before, built=built(image="shop/pay:2"))
    assert [one.get("image") for one in told["functions"]] == ["shop/pay:2", None] and told["problem"] == ""


def test_what_cannot_be_built_does_not_keep_the_others_from_being_deployed(plan: t.Callable[..., t.Any], stack: pathlib.Path) -> None:
    failed = built(msg="docker could not build shop/pay.", error={"code": "build_failed"})
    entry = {"name": "hello", "failed": True, "msg": "It does not run.", "changed": True, "function": {"name": "hello", "url": "http://x"}}
    deployment = {"functions": [entry]}
    told = plan(VARIABLES, built=failed, deployment=deployment)
    assert [one["name"] for one in told["functions"]] == ["hello"]
    assert told["problem"] == "2 of 2 functions could not be deployed. pay: docker could not build shop/pay. hello: It does not run."
    assert told["results"]["hello"]["url"] == "http://x" and told["results"]["pay"] == told["nothing"]["pay"]
    alone = plan({**GATEWAY, "name": "pay", "src": "a", "image": "shop/pay", "builder": "docker"}, built=failed)
    assert (alone["problem"], alone["functions"]) == ("docker could not build shop/pay.", [])
    # What an earlier run of the role was told is nothing to one that builds nothing.
    assert plan({**GATEWAY, "name": "pay", "image": "shop/pay"}, built=failed)["problem"] == ""


def test_nothing_is_built_for_what_cannot_be_looked_at(plan: t.Callable[..., t.Any], stack: pathlib.Path) -> None:
    before = {"msg": "1 of 1 functions ...", "functions": [{"name": "pay", "begun": False, "failed": True, "msg": "Its file is broken."}]}
    told = plan(VARIABLES, before=before)
    assert told["builds"] == [] and told["problem"].endswith("pay: Its file is broken.")
    unreachable = plan(VARIABLES, before={"msg": "The gateway does not answer.", "functions": []})
    assert unreachable["builds"] == [] and unreachable["problem"].endswith("pay: The gateway does not answer.")


PAIR = {
    **GATEWAY,
    "builder": "docker",
    "functions": [{"name": "api", "namespace": space, "src": space, "image": f"shop/api-{space}"} for space in ("staging", "prod")],
}


def of_pair(*results: dict[str, t.Any]) -> dict[str, t.Any]:
    """What a task returns of both, in the order in which it has got them."""
    return {"functions": [{"name": "api", "begun": True, "failed": False, **result} for result in results]}


def test_each_of_two_functions_of_one_name_has_its_own_image(plan: t.Callable[..., t.Any]) -> None:
    before = of_pair(*({"before": {"gateway": {"image": f"shop/api-{space}:1"}}} for space in ("staging", "prod")))
    builds = plan(PAIR, before=before)["builds"]
    assert [(one["name"], one["image"], one["deployed_image"]) for one in builds] == [
        ("api.staging", "shop/api-staging", "shop/api-staging:1"),
        ("api.prod", "shop/api-prod", "shop/api-prod:1"),
    ]
    results = [{"faas_function_build": build, "image": f"{build['image']}:2"} for build in builds]
    told = plan(PAIR, before=before, built={"results": results})
    assert [(one["namespace"], one["image"]) for one in told["functions"]] == [("staging", "shop/api-staging:2"), ("prod", "shop/api-prod:2")]
    deployment = of_pair({"function": {"name": "api", "url": "http://gw/function/api.staging"}}, {"function": {"name": "api", "url": None}, "changed": True})
    told = plan(PAIR, before=before, built={"results": results}, deployment=deployment)
    assert list(told["nothing"]) == list(told["results"]) == ["api.staging", "api.prod"] and told["problem"] == ""
    assert told["results"]["api.staging"]["url"] == "http://gw/function/api.staging" and told["result"] == told["results"]["api.prod"]
    assert (told["result"]["name"], told["result"]["changed"], told["results"]["api.staging"]["changed"]) == ("api", True, False)


@pytest.mark.parametrize(("failed", "others"), [(0, "prod"), (1, "staging")])
def test_what_fails_of_two_functions_of_one_name_is_that_one(plan: t.Callable[..., t.Any], failed: int, others: str) -> None:
    space = ("staging", "prod")[failed]
    results: list[dict[str, t.Any]] = [{"image": "shop/api-staging:2"}, {"image": "shop/api-prod:2"}]
    results[failed] = {"msg": "docker could not build it.", "error": {"code": "build_failed"}}
    told = plan(PAIR, built={"results": results}, deployment=of_pair({"changed": True}))
    assert [(one["namespace"], one["image"]) for one in told["functions"]] == [(others, f"shop/api-{others}:2")]
    assert told["problem"] == f"1 of 2 functions could not be deployed. api.{space}: docker could not build it."
    assert {name: result["changed"] for name, result in told["results"].items()} == {f"api.{space}": False, f"api.{others}": True}
    looks: list[dict[str, t.Any]] = [{}, {}]
    looks[failed] = {"failed": True, "msg": "It cannot be read."}
    unseen = plan(PAIR, before={"msg": "1 of 2 functions ...", **of_pair(*looks)}, built={"results": [{"image": "shop/x:2"}]})
    assert [one["name"] for one in unseen["builds"]] == [f"api.{others}"] and unseen["problem"].endswith(f"api.{space}: It cannot be read.")
    assert [(one["namespace"], one["image"]) for one in unseen["functions"]] == [(others, "shop/x:2")]


def test_functions_whose_names_are_in_files_have_their_own_images(plan: t.Callable[..., t.Any]) -> None:
    entries = [{"config_file": f"{name}.yml", "src": name, "image": f"shop/{name}"} for name in ("a", "b")]
    variables = {**GATEWAY, "builder": "docker", "functions": entries}
    before = {"functions": [{"name": name, "begun": True, "before": {"gateway": {"image": f"shop/{name}:1"}}} for name in ("a", "b")]}
    told = plan(variables, before=before, built={"results": [{"image": "shop/a:2"}, {"msg": "It failed."}]})
    assert [(one["name"], one["deployed_image"]) for one in told["builds"]] == [("a", "shop/a:1"), ("b", "shop/b:1")]
    assert [one["image"] for one in told["functions"]] == ["shop/a:2"] and told["problem"].endswith(" b: It failed.")


def test_functions_that_nothing_tells_apart_are_refused(plan: t.Callable[..., t.Any]) -> None:
    twice = [{"name": "api", "namespace": "x"}, {"name": "api"}, {"name": "api", "namespace": "x"}, {"name": "b"}, {"name": "b"}]
    told = plan({**GATEWAY, "functions": twice})
    assert told["problem"].startswith("faas_functions has api.x, b more than once. ") and told["tasks"] == {"main": "refused"}
    assert list(plan({**GATEWAY, "functions": twice[:2]})["nothing"]) == ["api.x", "api"]


def test_results_are_told_by_name(plan: t.Callable[..., t.Any]) -> None:
    entry = {"name": "shop", "changed": True, "rolled_back": False, "function": {"name": "shop", "status": "running"}}
    told = plan({"src": "a"}, deployment={"functions": [entry]})
    assert told["result"] == told["results"]["shop"] and told["result"]["status"] == "running" and list(told["results"]) == ["shop"]
    early = plan({"src": "a", "name": "f"}, deployment={"msg": "Unsupported parameters"})
    assert early["result"] == early["blank"] == {"name": "f", "url": None, "status": None, "digest": None, "changed": False, "rolled_back": False}


PROBLEMS: list[tuple[dict[str, t.Any], str]] = [
    ({"name": "f"}, "faas_function_src is not set. It names the directory or the file with the code of the function."),
    ({"src": "a", "builder": "docker"}, "faas_function_builder, faas_function_template and faas_function_stack are for faas_function_provider: openfaas."),
    ({**GATEWAY, "stack": "s", "image": "a"}, "faas_function_stack names the functions and their images"),
    ({**GATEWAY, "stack": "nowhere.yml"}, "nowhere.yml cannot be read: No such file or directory."),
    ({"src": "a", "env": "secret: ["}, "faas_function_env is not valid YAML (line 1, column "),
    ({**GATEWAY, "memory": 1, "limits": "nothing"}, "faas_function_limits is not a mapping with memory and cpu."),
    ({"functions": [{"name": "a"}], "image": "a"}, "faas_functions names the functions, so faas_function_src and faas_function_image cannot be set besides."),
    ({"functions": [{"name": "a"}], "directory": "a"}, "faas_function_directory and faas_functions both name the functions. Set one of them."),
    ({"functions": "secret: ["}, "faas_functions is not valid YAML (line 1, column "),
    ({"functions": ["a"]}, "faas_functions has to be a list of mappings"),
    ({"functions": [{"name": "a"}, {"stack": "b"}]}, "faas_functions: number 2 sets what holds for all functions: stack."),
    ({"functions": [{"name": "a"}]}, "faas_functions has no function that matches 'f'. It has: a."),
    ({**GATEWAY, "directory": "a"}, "faas_function_directory is for faas_function_provider: myaccount."),
    ({"directory": "nowhere"}, "nowhere: No such file or directory."),
]


@pytest.mark.parametrize(("variables", "text"), PROBLEMS)
def test_what_cannot_be_done_is_told_and_forgets_the_result(plan: t.Callable[..., t.Any], variables: dict[str, t.Any], text: str) -> None:
    told = plan({"name": "f", **variables}, deployment={"functions": [{"name": "f", "changed": True, "function": {"name": "f", "url": "http://x"}}]})
    nothing = {"name": "f", "url": None, "status": None, "digest": None, "changed": False, "rolled_back": False}
    assert text in told["problem"] and told["tasks"] == {"main": "refused"} and told["blank"] == nothing and "secret" not in told["problem"]
    assert told["nothing"] == ({} if variables.keys() & {"stack", "functions", "directory"} else {"f": nothing})
