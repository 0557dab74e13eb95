# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role on an OpenFaaS gateway: images, images that a tool builds, and the stack.yml of faas-cli.

The tools that build are stand-ins which write down how they were called.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import Builders
from controller import Controller, Play
from samples import HELLO, python

FAST = {"faas_function_wait_timeout": 10}
ROLE = {"name": "e2enetworks.cloud.faas_function"}


@pytest.fixture
def user(controller_of: Callable[[Any], Controller], gateway_emulator: Any) -> Controller:
    """A user of a gateway, once in each dialect."""
    return controller_of(gateway_emulator)


@pytest.fixture
def faasd_user(controller_of: Callable[[Any], Controller], faasd_emulator: Any) -> Controller:
    return controller_of(faasd_emulator)


@pytest.fixture
def spaces_user(controller_of: Callable[[Any], Controller], mit_faasd_emulator: Any) -> Controller:
    """A user of the last faasd that takes functions while there are namespaces."""
    return controller_of(mit_faasd_emulator)


def role(user: Controller, *options: str, **variables: Any) -> Play:
    """Run the role with ``faas_function_`` variables, and publish its result as a task of that name."""
    named = {f"faas_function_{name}": value for name, value in variables.items()}
    tasks: list[dict[str, Any]] = [
        {"ansible.builtin.include_role": ROLE, "vars": {"faas_function_provider": "openfaas", **FAST, **named}},
        {"name": "result", "ansible.builtin.debug": {"msg": {"one": "{{ faas_function_result }}", "all": "{{ faas_function_results | default({}) }}"}}},
    ]
    return user.tasks(tasks, *options)


def result(play: Play) -> Any:
    return play.succeeded().task("result").result["msg"]["one"]


def failure(play: Play) -> str:
    """The message of the task that ended the play."""
    return str([task for task in play.failed().tasks if task.status == "failed"][-1].result["msg"])


def handler(text: str) -> dict[str, str]:
    return {"e2e-emulator/handler": python(text)}


FIRST = {"name": "hello", "image": "e2e-emulator/python:1", "env": {"A": "1"}, "memory": 128, "annotations": handler("first")}


def starts(emulator: Any) -> dict[str, int]:
    return {function["name"]: function["starts"] for function in emulator.gateway()["functions"]}


def test_a_function_from_nothing_to_nothing(faasd_user: Controller, faasd_emulator: Any) -> None:
    smoke = {"contains": "first"}
    predicted = result(role(faasd_user, "--check", **FIRST, smoke_test=smoke))
    assert faasd_emulator.writes() == 0 and predicted["changed"]

    made = result(role(faasd_user, **FIRST, smoke_test=smoke))
    assert made == predicted and made["status"] == "running"

    before = starts(faasd_emulator)
    again = role(faasd_user, **FIRST, smoke_test=smoke)
    assert not result(again)["changed"] and again.changes == [] and starts(faasd_emulator) == before
    assert faasd_emulator.gateway()["functions"][0]["wanted"]["limits"]["memory"] == "128Mi"

    gone = role(faasd_user, name="hello", state="absent")
    assert result(gone)["changed"] and not result(role(faasd_user, name="hello", state="absent"))["changed"]


def test_a_version_that_fails_its_smoke_test_is_replaced_by_the_one_before(user: Controller, gateway_emulator: Any) -> None:
    smoke = {"contains": "first", "retries": 1, "delay": 1}
    role(user, **FIRST, smoke_test=smoke).succeeded()

    play = role(user, **{**FIRST, "image": "e2e-emulator/python:2", "annotations": handler("second"), "labels": {"v": "2"}}, smoke_test=smoke)

    text = failure(play)
    assert "The new version of the function hello fails its smoke test" in text
    assert "The version before it was put back and runs (docker.io/e2e-emulator/python:1)." in text and "  second" in text
    wanted = gateway_emulator.gateway()["functions"][0]["wanted"]
    assert wanted["image"].endswith("e2e-emulator/python:1") and wanted["annotations"]["e2e-emulator/handler"] == FIRST["annotations"]["e2e-emulator/handler"]
    assert user.module("e2e_faas_invoke", provider="openfaas", name="hello")["body"] == "first"


def test_an_update_that_destroys_the_function_is_undone(faasd_user: Controller, faasd_emulator: Any) -> None:
    role(faasd_user, **FIRST).succeeded()

    text = failure(role(faasd_user, **{**FIRST, "image": "team/missing:1"}))

    assert "The function hello was gone." in text and "rollback: true" not in text
    assert "The version before it was put back and runs (docker.io/e2e-emulator/python:1)." in text
    assert faasd_user.module("e2e_faas_invoke", provider="openfaas", name="hello")["body"] == "first"


@pytest.fixture
def tools(faasd_user: Controller) -> Builders:
    """All tools on the user's PATH."""
    return Builders(faasd_user)


def test_a_source_is_built_once_for_each_content(faasd_user: Controller, faasd_emulator: Any, tools: Builders) -> None:
    faasd_user.file("src/Dockerfile", "FROM scratch\n")
    built = {"name": "hello", "image": "registry.example.com:5000/shop/hello", "src": "src", "builder": "podman"}

    assert result(role(faasd_user, "--check", **built))["changed"] and tools.calls() == [] and faasd_emulator.writes() == 0

    assert result(role(faasd_user, **built))["changed"]
    image = faasd_emulator.gateway()["functions"][0]["wanted"]["image"]
    assert image.startswith("registry.example.com:5000/shop/hello:") and len(image.rpartition(":")[2]) == 12
    source = str(faasd_user.folder / "src")
    assert [(call.tool, call.arguments) for call in tools.calls()] == [("podman", ["build", "--tag", image, source]), ("podman", ["push", image])]

    again = role(faasd_user, **built)
    assert again.changes == [] and not result(again)["changed"] and tools.calls() == []

    faasd_user.file("src/handler.py", HELLO)
    assert result(role(faasd_user, **{**built, "image": "registry.example.com:5000/shop/hello:v2"}))["changed"]
    second = faasd_emulator.gateway()["functions"][0]["wanted"]["image"]
    assert second.startswith("registry.example.com:5000/shop/hello:v2-") and [call.arguments[0] for call in tools.calls()] == ["build", "push"]


def test_the_source_is_put_into_a_template(faasd_user: Controller, tools: Builders) -> None:
    faasd_user.file("src/handler.py", HELLO)
    faasd_user.file("template/python3-http/Dockerfile", "FROM scratch\n")
    faasd_user.file("template/python3-http/template.yml", "language: python3-http\nfprocess: python index.py\n")
    faasd_user.file("template/python3-http/index.py", "")
    built = {"name": "hello", "image": "shop/hello", "src": "src", "builder": "docker", "template": "template/python3-http"}

    assert result(role(faasd_user, **built))["changed"]

    build, push = tools.calls()
    assert build.files == ["Dockerfile", "function/handler.py", "index.py", "template.yml"] and push.arguments[0] == "push"
    assert not Path(build.arguments[-1]).exists()


def test_faas_cli_builds_with_a_template(faasd_user: Controller, faasd_emulator: Any, tools: Builders) -> None:
    faasd_user.file("src/handler.py", HELLO)

    assert result(role(faasd_user, name="hello", image="shop/hello:1", src="src", builder="faas-cli", runtime="python3-http"))["changed"]

    (call,) = tools.calls()
    assert call.arguments[:3] == ["publish", "--envsubst=false", "--yaml"] and call.folder == str(faasd_user.folder)
    image = faasd_emulator.gateway()["functions"][0]["wanted"]["image"]
    function = {"lang": "python3-http", "handler": str(faasd_user.folder / "src"), "image": image}
    assert yaml.safe_load(call.stack) == {"version": "1.0", "provider": {"name": "openfaas"}, "functions": {"hello": function}}


@pytest.mark.parametrize(("step", "text"), [("build", "docker could not build shop/hello:"), ("push", "docker built shop/hello:")])
def test_a_build_that_fails_deploys_nothing(faasd_user: Controller, faasd_emulator: Any, tools: Builders, step: str, text: str) -> None:
    faasd_user.file("src/Dockerfile", "FROM scratch\n")
    faasd_user.environ["FAIL"] = step

    message = failure(role(faasd_user, name="hello", image="shop/hello", src="src", builder="docker"))

    assert message.startswith(text) and "(exit code 1). Nothing was deployed.\nLast lines of its log:\n  first line\n  no space left" in message
    assert faasd_emulator.writes() == 0


STACK = """\
version: 1.0
provider:
  name: openfaas
  gateway: http://127.0.0.1:8080
functions:
  pay:
    lang: python3-http
    handler: ./pay
    image: ${REGISTRY:-shop}/pay:${TAG}
    environment: {RETRIES: 3, VERSION: 1.10}
    environment_file: [common.yml]
    secrets: [db-password]
    labels: {team: billing}
    annotations: {topic: payments}
    limits: {memory: 128Mi}
  pay-later:
    image: shop/later
  hello:
    image: shop/hello
"""


def stack(user: Controller) -> None:
    user.file("shop/stack.yml", STACK)
    user.file("shop/common.yml", "environment:\n  LOG_LEVEL: debug\n")
    user.environ["TAG"] = "2"


def test_a_stack_deploys_unchanged(faasd_user: Controller, faasd_emulator: Any) -> None:
    stack(faasd_user)
    faasd_user.module("e2e_secret", name="db-password", value="x")

    play = role(faasd_user, stack="shop/stack.yml")
    everything = play.succeeded().task("result").result["msg"]["all"]
    assert [*everything] == ["pay", "pay-later", "hello"] and all(one["changed"] for one in everything.values())
    wanted = {function["name"]: function["wanted"] for function in faasd_emulator.gateway()["functions"]}
    pay = wanted["pay"]
    assert pay["image"] == "shop/pay:2" and pay["envVars"] == {"RETRIES": "3", "VERSION": "1.10", "LOG_LEVEL": "debug"}
    assert (pay["secrets"], pay["labels"], pay["limits"]["memory"]) == (["db-password"], {"team": "billing"}, "128Mi")
    assert pay["annotations"]["topic"] == "payments"

    before = starts(faasd_emulator)
    assert role(faasd_user, stack="shop/stack.yml").succeeded().changes == [] and starts(faasd_emulator) == before

    faasd_user.environ["TAG"] = "3"
    some = role(faasd_user, "--check", stack="shop/stack.yml", name="pay*").succeeded().task("result").result["msg"]["all"]
    assert {name: one["changed"] for name, one in some.items()} == {"pay": True, "pay-later": False}

    role(faasd_user, stack="shop/stack.yml", state="absent", name="pay*").succeeded()
    assert [function["name"] for function in faasd_emulator.gateway()["functions"]] == ["hello"]


def test_a_stack_names_its_gateway_and_its_namespaces(spaces_user: Controller, mit_faasd_emulator: Any) -> None:
    spaces_user.module("e2e_faas_namespace", name="staging")
    functions = "{here: {image: shop/here}, there: {image: shop/there, namespace: staging}}"
    spaces_user.file("stack.yml", f"provider: {{name: openfaas, gateway: '{mit_faasd_emulator.url}/'}}\nfunctions: {functions}\n")
    del spaces_user.environ["OPENFAAS_URL"]
    # A password in the environment belongs to OPENFAAS_URL, and not to whatever gateway a file names.
    assert "refused the credentials" in failure(role(spaces_user, stack="stack.yml"))

    login = base64.b64encode(b"admin:emulator-password").decode()
    spaces_user.file(".openfaas/config.yml", f"auths: [{{gateway: '{mit_faasd_emulator.url}', auth: basic, token: {login}}}]\n")
    spaces_user.environ["OPENFAAS_CONFIG"] = str(spaces_user.folder / ".openfaas")
    role(spaces_user, stack="stack.yml", smoke_test={"status": 200}).succeeded()

    assert {(one["name"], one["namespace"]) for one in mit_faasd_emulator.gateway()["functions"]} == {("here", "openfaas-fn"), ("there", "staging")}


def test_the_handlers_of_a_stack_are_built(faasd_user: Controller, faasd_emulator: Any, tools: Builders) -> None:
    stack(faasd_user)
    faasd_user.file("shop/pay/handler.py", HELLO)
    faasd_user.module("e2e_secret", name="db-password", value="x")

    role(faasd_user, stack="shop/stack.yml", builder="faas-cli").succeeded()

    (call,) = tools.calls()
    assert call.folder == str(faasd_user.folder / "shop")
    images = {function["name"]: function["wanted"]["image"] for function in faasd_emulator.gateway()["functions"]}
    assert images["pay"].startswith("shop/pay:2-") and images["hello"] == "shop/hello"
    (function,) = yaml.safe_load(call.stack)["functions"].values()
    assert function == {"lang": "python3-http", "handler": f"{faasd_user.folder}/shop/pay", "image": images["pay"]}


def test_a_namespace_is_looked_into_before_a_build(spaces_user: Controller, mit_faasd_emulator: Any) -> None:
    """Given by a variable or by defaults, of which the second must not be hidden by what is left out."""
    tools = Builders(spaces_user)
    spaces_user.module("e2e_faas_namespace", name="staging")
    spaces_user.file("src/Dockerfile", "FROM scratch\n")
    built = {"name": "hello", "image": "shop/hello:1", "src": "src", "builder": "docker"}

    assert result(role(spaces_user, **built, namespace="staging"))["changed"] and len(tools.calls()) == 2
    assert role(spaces_user, **built, namespace="staging").succeeded().changes == [] and tools.calls() == []

    tasks = [{"ansible.builtin.include_role": ROLE, "vars": {f"faas_function_{name}": value for name, value in {"provider": "openfaas", **built}.items()}}]
    defaults = {"group/e2enetworks.cloud.gateway": {"namespace": "staging"}}
    assert spaces_user.tasks(tasks, module_defaults=defaults).succeeded().changes == [] and tools.calls() == []
    assert [one["namespace"] for one in mit_faasd_emulator.gateway()["functions"]] == ["staging"]


def test_functions_of_one_name_in_two_namespaces_have_their_own_images_and_results(spaces_user: Controller, mit_faasd_emulator: Any) -> None:
    tools = Builders(spaces_user)
    for space in ("staging", "prod"):
        spaces_user.module("e2e_faas_namespace", name=space)
        spaces_user.file(f"{space}/Dockerfile", f"FROM {space}\n")
    entries = [{"name": "api", "namespace": space, "image": f"shop/api-{space}", "src": space} for space in ("staging", "prod")]
    variables = {"faas_function_provider": "openfaas", "faas_function_builder": "docker", "faas_functions": entries}
    tasks = [{"ansible.builtin.include_role": ROLE, "vars": variables}, {"name": "result", "ansible.builtin.debug": {"var": "faas_function_results"}}]

    play = spaces_user.tasks(tasks).succeeded()
    images = {one["namespace"]: one["wanted"]["image"].rpartition(":")[0] for one in mit_faasd_emulator.gateway()["functions"]}
    assert images == {"staging": "shop/api-staging", "prod": "shop/api-prod"}
    told = play.task("result").result["faas_function_results"]
    assert {name: one["url"].rpartition("/")[2] for name, one in told.items()} == {"api.staging": "api.staging", "api.prod": "api.prod"}
    assert len(tools.calls()) == 4 and spaces_user.tasks(tasks).succeeded().changes == [] and tools.calls() == []


def test_the_gateway_of_a_stack_is_asked_before_a_build(spaces_user: Controller, mit_faasd_emulator: Any) -> None:
    """A build that is there already is not made again, also where only the file names the gateway and the namespace."""
    tools = Builders(spaces_user)
    spaces_user.module("e2e_faas_namespace", name="staging")
    functions = "{pay: {lang: python3-http, handler: ./pay, image: shop/pay, namespace: staging}}"
    spaces_user.file("stack.yml", f"provider: {{name: openfaas, gateway: '{mit_faasd_emulator.url}'}}\nfunctions: {functions}\n")
    spaces_user.file("pay/handler.py", HELLO)
    login = base64.b64encode(b"admin:emulator-password").decode()
    spaces_user.file(".openfaas/config.yml", f"auths: [{{gateway: '{mit_faasd_emulator.url}', auth: basic, token: {login}}}]\n")
    spaces_user.environ["OPENFAAS_CONFIG"] = str(spaces_user.folder / ".openfaas")
    del spaces_user.environ["OPENFAAS_URL"]

    assert result(role(spaces_user, stack="stack.yml", builder="faas-cli"))["changed"] and len(tools.calls()) == 1
    assert role(spaces_user, stack="stack.yml", builder="faas-cli").succeeded().changes == [] and tools.calls() == []


def test_a_namespace_leaves_the_defaults_for_the_module_as_they_are(spaces_user: Controller, mit_faasd_emulator: Any) -> None:
    spaces_user.module("e2e_faas_namespace", name="staging")
    defaults = {"e2enetworks.cloud.e2e_faas_stack": {"defaults": {"labels": {"team": "shop"}}}}
    for value in ("1", "2"):
        variables = {"provider": "openfaas", **FAST, **FIRST, "env": {"A": value}, "namespace": "staging"}
        named = {f"faas_function_{name.removeprefix('faas_function_')}": setting for name, setting in variables.items()}
        spaces_user.tasks([{"ansible.builtin.include_role": ROLE, "vars": named}], module_defaults=defaults).succeeded()

    found = [(one["namespace"], one["wanted"]["labels"]) for one in mit_faasd_emulator.gateway()["functions"]]
    assert found == [("staging", {"team": "shop"})]


def test_one_bad_function_does_not_keep_the_others_from_being_deployed(faasd_user: Controller, faasd_emulator: Any) -> None:
    functions = "{bad: {lang: go}, good: {image: shop/good}, worse: {image: shop/worse, secrets: [nowhere]}, last: {image: shop/last}}"
    faasd_user.file("stack.yml", f"provider: {{name: openfaas}}\nfunctions: {functions}\n")

    message = failure(role(faasd_user, stack="stack.yml"))

    assert message.startswith("2 of 4 functions could not be deployed. bad: The function bad does not exist yet. Give its image. worse: ")
    assert "there is no secret nowhere" in message
    assert sorted(starts(faasd_emulator)) == ["good", "last"]
    play = role(faasd_user, stack="stack.yml", name="*o*")
    assert "1 of 2 functions could not be deployed. worse: " in failure(play)
    assert role(faasd_user, stack="stack.yml", name="good").succeeded().changes == []


def test_what_a_stack_says_about_its_builds_reaches_the_builder(faasd_user: Controller, faasd_emulator: Any, tools: Builders) -> None:
    text = """\
provider: {name: openfaas}
configuration:
  copy: [common]
  templates: [{name: python3-x, source: "https://git.example.com/t#1"}]
functions:
  pay: {lang: python3-x, handler: ./pay, image: shop/pay, build_args: {VERSION: VALUE}, build_options: [dev], environment_file: [env.yml]}
"""
    faasd_user.file("deploy/stack.yml", text.replace("VALUE", "1"))
    faasd_user.file("pay/handler.py", HELLO)
    for name, content in (("common/a.py", "A = 1"), ("env.yml", "environment: {A: here}"), ("deploy/env.yml", "environment: {A: there}")):
        faasd_user.file(name, content)

    assert result(role(faasd_user, stack="deploy/stack.yml", chdir=".", builder="faas-cli"))["changed"]
    (call,) = tools.calls()
    stack = yaml.safe_load(call.stack)
    (function,) = stack["functions"].values()
    assert (function["build_args"], function["build_options"]) == ({"VERSION": "1"}, ["dev"]) and call.folder == str(faasd_user.folder)
    assert stack["configuration"] == {"templates": [{"name": "python3-x", "source": "https://git.example.com/t#1"}]}
    assert faasd_emulator.gateway()["functions"][0]["wanted"]["envVars"]["A"] == "here"
    assert role(faasd_user, stack="deploy/stack.yml", chdir=".", builder="faas-cli").succeeded().changes == [] and tools.calls() == []

    for place, content in (("common/a.py", "A = 2"), ("deploy/stack.yml", text.replace("VALUE", "2"))):
        faasd_user.file(place, content)
        assert result(role(faasd_user, stack="deploy/stack.yml", chdir=".", builder="faas-cli"))["changed"] and len(tools.calls()) == 1


def test_a_build_that_fails_does_not_keep_an_earlier_result(faasd_user: Controller, tools: Builders) -> None:
    faasd_user.file("src/Dockerfile", "FROM scratch\n")
    common = {"provider": "openfaas", "name": "hello", "image": "shop/hello", "builder": "docker"}
    first, second = ({f"faas_function_{name}": value for name, value in {**common, "src": src}.items()} for src in ("src", "nowhere"))
    shown = {"name": "result", "ansible.builtin.debug": {"msg": {"one": "{{ faas_function_result }}", "all": "{{ faas_function_results }}"}}}

    include: dict[str, Any] = {"ansible.builtin.include_role": ROLE}
    play = faasd_user.tasks([{**include, "vars": first}, {"block": [{**include, "vars": second}], "rescue": [shown]}])

    nothing = {"name": "hello", "url": None, "status": None, "digest": None, "changed": False, "rolled_back": False}
    assert result(play) == nothing and play.task("result").result["msg"]["all"] == {"hello": nothing}


IMAGE = {"name": "hello", "image": "shop/hello"}
PROBLEMS: list[tuple[dict[str, Any], str]] = [
    ({"name": "hello"}, "The function hello does not exist yet. Give its image."),
    ({"image": "shop/hello"}, "name is not set, and no config_file names the function."),
    ({**IMAGE, "timeout": 30, "hardware": "cpu"}, "hardware, timeout belong to provider: myaccount, and this task has provider: openfaas"),
    ({**IMAGE, "provider": "myaccount", "src": "src"}, "parameters are mutually exclusive: src|code|image|snapshot"),
    ({**IMAGE, "src": "src"}, "parameters are mutually exclusive: src|code|image|snapshot"),
    ({"name": "hello", "src": "src"}, "instead of src use image, which e2e_faas_image builds of a folder"),
    ({**IMAGE, "src": "nowhere", "builder": "docker"}, "/nowhere does not exist."),
    ({**IMAGE, "src": "src/handler.py", "builder": "docker"}, "is not a directory."),
    ({**IMAGE, "src": "src", "builder": "make"}, "value of builder must be one of: faas-cli, docker, podman, buildah, got: make"),
    ({**IMAGE, "builder": "docker"}, "missing required arguments: src"),
    ({"image": "shop/hello", "src": "src", "builder": "docker"}, "name is not set, and no config_file names the function."),
    ({**IMAGE, "src": "src", "builder": "buildah"}, "builder is buildah, but there is no program of this name on the PATH"),
    ({**IMAGE, "src": "src", "builder": "faas-cli"}, "runtime is not set. faas-cli needs the name of a template"),
    ({**IMAGE, "src": "src", "builder": "docker"}, "There is no Dockerfile in "),
    ({**IMAGE, "src": "src", "builder": "docker", "template": "src"}, "template: there is no Dockerfile in "),
    ({"name": "hello", "image": "shop/hello@sha256:" + "0" * 64, "src": "src", "builder": "docker"}, "cannot be named by its digest"),
    ({"stack": "nowhere.yml"}, "nowhere.yml"),
    ({"stack": "stack.yml", "image": "shop/hello"}, "faas_function_stack names the functions and their images"),
    ({"stack": "stack.yml"}, "The function empty does not exist yet. Give its image."),
    ({"stack": "stack.yml", "name": "x*"}, "stack.yml has no function that matches 'x*'. It has: empty."),
    ({"stack": "broken.yml"}, "stack.yml cannot be used: the file is not valid YAML (line 1, column "),
]


def test_what_cannot_be_deployed_gets_one_line(faasd_user: Controller, faasd_emulator: Any, tools: Builders) -> None:
    """All in one play: each is tried in a block that goes on."""
    tools.program("buildah").unlink()
    faasd_user.file("src/handler.py", HELLO)
    faasd_user.file("stack.yml", "provider: {name: openfaas}\nfunctions: {empty: {lang: go}}\n")
    faasd_user.file("broken.yml", "a: [")
    tasks = []
    for number, (variables, _said) in enumerate(PROBLEMS):
        named = {f"faas_function_{name}": value for name, value in {"provider": "openfaas", **variables}.items()}
        said = {"name": f"said {number}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}
        tasks.append({"block": [{"ansible.builtin.include_role": ROLE, "vars": named}], "rescue": [said]})

    play = faasd_user.tasks(tasks).succeeded()

    for number, (variables, text) in enumerate(PROBLEMS):
        message = str(play.task(f"said {number}").result["msg"])
        assert text in message and "\n" not in message and "Traceback" not in message, f"{variables}: {message}"
    assert faasd_emulator.writes() == 0 and tools.calls() == []
