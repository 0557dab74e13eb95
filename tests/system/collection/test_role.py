# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role on the account: where its values come from, what it hands over, and how little of it there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from account import call
from controller import ROOT, Controller, Play
from samples import HELLO, NODE, PYTHON, SHOW_ENVIRONMENT

ROLE = "e2enetworks.cloud.faas_function"
FOLDER = ROOT / "roles" / "faas_function"
DEFAULTS: dict[str, Any] = yaml.safe_load((FOLDER / "defaults/main.yml").read_text(encoding="utf-8"))
SPECIFICATION: dict[str, Any] = yaml.safe_load((FOLDER / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
CONFIG = """\
function:
  name: shop
  runtime: python
  compute_type: cpu
  limits: {memory: "256", timeout: 20}
  environment: {GREETING: from the file, TOKEN: planted, RETRIES: 3}
"""
RESULT = ["changed", "digest", "name", "rolled_back", "status", "url"]


def include(task: str = "role", **variables: Any) -> dict[str, Any]:
    """The role with ``faas_function_`` variables."""
    return {"name": task, "ansible.builtin.include_role": {"name": ROLE}, "vars": {variable(name): value for name, value in variables.items()}}


def variable(name: str) -> str:
    return "faas_functions" if name == "functions" else f"faas_function_{name}"


def short(name: str) -> str:
    """A variable without what all have in common."""
    return "functions" if name == "faas_functions" else name.removeprefix("faas_function_")


def show(task: str) -> dict[str, Any]:
    facts = {"one": "{{ faas_function_result }}", "all": "{{ faas_function_results | default({}) }}"}
    return {"name": task, "ansible.builtin.debug": {"msg": facts}}


def result(play: Play, task: str = "shown") -> Any:
    return play.succeeded().task(task).result["msg"]["one"]


def attempt(number: int, **variables: Any) -> dict[str, Any]:
    """The role in a block that goes on, with a task that tells how it failed."""
    return {"block": [include(**variables)], "rescue": [{"name": f"said {number}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}]}


def function(emulator: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = call(emulator, "GET", f"faas/function/{name}/")
    return found


def variables_of(emulator: Any, name: str) -> dict[str, str]:
    """The variables of a function, without the module's own."""
    return {key: value for key, value in function(emulator, name)["environment_variables"].items() if key != "E2E_ANSIBLE_DIGEST"}


@pytest.fixture
def user(controller: Controller) -> Controller:
    """A user with a folder of the vendor's CLI next to the playbook, and none in the home directory."""
    controller.file("shop/function_config.yaml", CONFIG)
    controller.file("shop/handler.py", SHOW_ENVIRONMENT)
    return controller


# What the role promises about itself.


def test_the_role_stays_small() -> None:
    files = [path for path in FOLDER.rglob("*.yml") if path.parent.name != "defaults" and path.name != "argument_specs.yml"]
    texts = [path.read_text(encoding="utf-8") for path in files]

    assert sum(len(text.splitlines()) for text in texts) <= 150
    assert len(set(re.findall(r"__faas_function\w*", "\n".join(texts)))) <= 3
    assert not re.findall(r" if | for |{%|\bundef\b|\blookup\b", (FOLDER / "vars/main.yml").read_text(encoding="utf-8"))
    assert files and not [path for path in FOLDER.rglob("*") if path.suffix in (".j2", ".py")]


def test_every_variable_has_its_default_and_its_documentation() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(faas_functions?(?:_\w+)?)`", readme)) | {f"faas_function{suffix}" for suffix in re.findall(r"`(_\w+)`", readme)}

    assert set(DEFAULTS) == set(SPECIFICATION)
    assert {name: option.get("default") for name, option in SPECIFICATION.items()} == DEFAULTS
    assert set(DEFAULTS) <= named
    assert named - set(DEFAULTS) == {"faas_function_result", "faas_function_results", "faas_function_deployed"}


# The folder of the vendor's CLI.


def test_a_folder_of_the_vendors_cli_needs_only_its_path(user: Controller, emulator: Any) -> None:
    predicted = user.tasks([include(src="shop"), show("shown")], "--check")
    assert result(predicted)["changed"] and result(predicted)["url"] is None and emulator.writes() == 0
    assert "CUSTOM STATS" not in predicted.output

    made = result(user.tasks([include(src="shop", smoke_test={"contains": "from the file"}), show("shown")]))
    assert sorted(made) == RESULT and made["status"] == "running" and made["changed"]
    shop = function(emulator, "shop")
    assert (shop["memory"], shop["timeout"]) == (256, 20)
    assert variables_of(emulator, "shop") == {"GREETING": "from the file", "TOKEN": "planted", "RETRIES": "3"}

    (user.folder / "shop").rename(user.folder / "home" / "shop")
    again = user.tasks([include(src="~/shop"), show("shown")]).succeeded()
    assert again.changes == [] and result(again) == {**made, "changed": False}
    # Argument validation, include, deploy and publish; the other two are those of this play.
    assert len(re.findall(r"^TASK \[", again.output, re.MULTILINE)) - 2 <= 4, again.output

    gone = user.tasks([include(src="~/shop", state="absent"), show("shown")])
    assert result(gone) == {**made, "status": "absent", "url": None, "digest": None}
    assert result(user.tasks([include(name="shop", state="absent"), show("shown")]))["changed"] is False


def test_variables_win_over_the_file(user: Controller, emulator: Any) -> None:
    both = {"src": "shop", "name": "other", "memory": "512", "env": "GREETING: from a variable\nMORE: 1\n", "secret_env": json.dumps({"TOKEN": "mine"})}
    smoke_test = {"contains": "from a variable", "status": 200}

    first = user.tasks([include(**both, smoke_test=smoke_test)], "--diff").succeeded()
    other = function(emulator, "other")
    assert (other["memory"], other["timeout"]) == (512, 20)
    assert variables_of(emulator, "other") == {"GREETING": "from a variable", "MORE": "1", "TOKEN": "mine", "RETRIES": "3"}
    assert "planted" not in first.output and "mine" not in first.output

    user.file("shop/function_config.yaml", CONFIG.replace("environment", "others"))
    user.tasks([include(**{**both, "env": {}})]).succeeded()
    assert variables_of(emulator, "other") == {"TOKEN": "mine"}


# As a survey of AWX sends them.


def test_what_is_null_or_an_empty_text_counts_as_not_set(user: Controller, emulator: Any) -> None:
    empty: dict[str, Any] = {short(name): None for name, value in DEFAULTS.items() if value is None}
    texts = [name for name in empty if SPECIFICATION[variable(name)]["type"] in ("str", "path", "raw", "list")]
    assert len(empty) > len(texts) > 15
    blank: dict[str, Any] = {**empty, **dict.fromkeys(texts, "")}

    made = user.tasks([include(**{**empty, "src": "shop"}), show("shown"), include(**{**blank, "src": "shop"}), show("again")])

    assert result(made)["changed"] and not result(made, "again")["changed"]
    assert (function(emulator, "shop")["memory"], len(variables_of(emulator, "shop"))) == (256, 3)


def test_what_is_omitted_counts_as_not_set(user: Controller, emulator: Any) -> None:
    omitted = dict.fromkeys(map(short, DEFAULTS), "{{ nothing_of_this_name | default(omit) }}")

    made = user.tasks([include(**{**omitted, "src": "shop"}), show("shown"), include(**{**omitted, "src": "shop"}), show("again")])

    assert result(made)["changed"] and not result(made, "again")["changed"] and result(made)["name"] == "shop"
    assert (function(emulator, "shop")["memory"], len(variables_of(emulator, "shop"))) == (256, 3)

    fails = include(**{**omitted, "src": "shop", "env": {"GREETING": "other"}, "smoke_test": {"contains": "from the file", "retries": 0}})
    play = user.tasks([{"block": [fails], "rescue": [show("shown")]}])
    assert result(play)["rolled_back"] is True


@pytest.mark.parametrize("how", ["include_role", "import_role"])
def test_paths_are_looked_for_in_the_role_that_uses_this_one_and_then_beside_the_playbook(user: Controller, emulator: Any, how: str) -> None:
    inner = {f"ansible.builtin.{how}": {"name": ROLE}, "vars": {"faas_function_src": "{{ folder }}", "faas_function_name": "{{ folder }}"}}
    user.file("roles/outer/tasks/main.yml", yaml.safe_dump([inner]))
    for place, greeting in (("roles/outer/files/one", "files"), ("roles/outer/two", "role"), ("one", "playbook"), ("three", "playbook")):
        user.file(f"{place}/handler.py", SHOW_ENVIRONMENT)
        user.file(f"{place}/function_config.yaml", CONFIG.replace("from the file", greeting))
    outer = [{"ansible.builtin.include_role": {"name": "outer"}, "vars": {"folder": name}} for name in ("one", "two", "three")]

    user.tasks([*outer, include(src="one", name="outside")]).succeeded()

    found = {name: variables_of(emulator, name)["GREETING"] for name in ("one", "two", "three", "outside")}
    assert found == {"one": "files", "two": "role", "three": "playbook", "outside": "playbook"}


@pytest.mark.parametrize(
    "smoke_test",
    [{"status": "200", "contains": "from"},
     {"status": [200, 204], "contains": ["from", "file"]}, {"status": 200, "retries": "0", "timeout": "5", "delay": "1"}],
)
def test_a_smoke_test_takes_one_value_or_a_list(user: Controller, emulator: Any, smoke_test: dict[str, Any]) -> None:
    texts = {"memory": "128", "timeout": "9", "wait_timeout": "60", "allow_replace": "no", "rollback": "yes", "check_entry_point": "true"}

    assert result(user.tasks([include(src="shop", **texts, smoke_test=smoke_test), show("shown")]))["status"] == "running"

    assert (function(emulator, "shop")["memory"], function(emulator, "shop")["timeout"]) == (128, 9)


# Several functions.


def test_a_list_is_one_task(user: Controller, emulator: Any) -> None:
    user.file("plain.py", HELLO)
    secret = "a very secret value"
    entries: list[dict[str, Any]] = [
        {"name": "plain", "src": "plain.py", "runtime": PYTHON, "secret_env": {"TOKEN": secret}},
        {"faas_function_src": "shop", "faas_function_memory": 512},
        {"name": "text", "code": HELLO, "runtime": PYTHON, "smoke_test": {"contains": "nothing of it", "retries": 0}},
    ]
    common = {"timeout": "9", "memory": "128", "functions": entries}

    play = user.tasks([{"block": [include(**common)], "rescue": [show("shown")]}], "--diff", "-vvv").succeeded()

    failed = next(task for task in play.tasks if task.status == "failed")
    assert failed.result["msg"].startswith("1 of 3 functions could not be deployed. text: The new version of the function text fails its smoke test: ")
    assert failed.action == "e2enetworks.cloud.e2e_faas_stack" and secret not in play.output
    everything = play.task("shown").result["msg"]["all"]
    assert {name: (one["status"], one["changed"]) for name, one in everything.items()} == dict.fromkeys(("plain", "text", "shop"), ("running", True))
    settings = {name: (function(emulator, name)["memory"], function(emulator, name)["timeout"]) for name in ("plain", "shop")}
    assert settings == {"plain": (128, 9), "shop": (512, 9)}

    entries[2]["smoke_test"] = None
    emulator.clear_requests()
    again = user.tasks([include(**common), show("shown")]).succeeded()
    assert again.changes == [] and emulator.writes() == 0
    assert len(emulator.requests()) == 1 and len(re.findall(r"^TASK \[", again.output, re.MULTILINE)) - 2 <= 4
    assert function(emulator, "text")["timeout"] == 9

    user.tasks([include(**common, name="p*", state="absent")]).succeeded()
    assert [one["name"] for one in call(emulator, "GET", "faas/functions/")] == ["shop", "text"]


def test_a_folder_of_folders_is_one_task(user: Controller, emulator: Any) -> None:
    user.file("all/one/handler.py", HELLO)
    user.file("all/two/handler.py", SHOW_ENVIRONMENT)
    user.file("all/two/function_config.yaml", CONFIG)
    user.file("all/.git/handler.py", HELLO)

    play = user.tasks([include(directory="all", runtime=PYTHON), show("shown"), include(directory="all", runtime=PYTHON), show("again")]).succeeded()

    everything = play.task("shown").result["msg"]["all"]
    assert {name: one["status"] for name, one in everything.items()} == {"one": "running", "shop": "running"}
    assert not any(one["changed"] for one in play.task("again").result["msg"]["all"].values())


# What it hands over.


def test_the_workflow_gets_what_was_deployed(user: Controller, emulator: Any) -> None:
    user.environ["ANSIBLE_SHOW_CUSTOM_STATS"] = "true"
    user.file("plain.py", HELLO)

    play = user.tasks([include(src="shop"), include(src="plain.py", name="plain", runtime=PYTHON), show("shown"), include(name="plain", state="absent")])

    shown = result(play)
    assert play.task("shown").result["msg"]["all"]["plain"] == shown and [*play.task("shown").result["msg"]["all"]] == ["shop", "plain"]
    stats = json.loads(re.search(r"^\tRUN: (\{.*\})$", play.output, re.MULTILINE)[1])  # type: ignore[index]
    assert [*stats] == ["faas_function_deployed"] and {*stats["faas_function_deployed"]} == {"shop", "plain"}
    assert {key: stats["faas_function_deployed"]["plain"][key] for key in RESULT} == shown


def test_an_early_failure_does_not_keep_an_earlier_result(user: Controller, emulator: Any) -> None:
    user.file("empty/function_config.yaml", "function: {runtime: python}\n")
    tasks = [include(src="shop"), {"block": [include(src="nowhere", name="next")], "rescue": [show("nowhere")]}]
    tasks += [{"block": [include(src="empty")], "rescue": [show("unnamed")]}]

    play = user.tasks(tasks)

    nothing = {"name": "next", "url": None, "status": None, "digest": None, "changed": False, "rolled_back": False}
    assert result(play, "nowhere") == nothing and result(play, "unnamed") == {**nothing, "name": ""}
    assert play.task("unnamed").result["msg"]["all"]["shop"]["changed"] is True


# What Ansible refuses itself, before the first task of the role, and what the role refuses.
REFUSED_BY_ANSIBLE: list[dict[str, Any]] = [{"state": "gone"}, {"wait_timeout": "soon"}]
REFUSED_BY_THE_ROLE: list[dict[str, Any]] = [
    {"env": "a: ["},
    {"builder": "docker"},
    {"provider": "openfaas", "stack": "nowhere.yml"},
    {"provider": "openfaas", "stack": "broken.yml"},
    {"provider": "openfaas", "stack": "broken.yml", "image": "shop/hello"},
]


def test_whatever_fails_before_a_function_is_deployed_leaves_no_earlier_result(user: Controller, emulator: Any) -> None:
    user.file("broken.yml", "a: [")
    tasks: list[dict[str, Any]] = [include(src="shop")]
    for number, variables in enumerate([*REFUSED_BY_THE_ROLE, *REFUSED_BY_ANSIBLE]):
        tasks += [{"block": [include(name="shop", **variables)], "rescue": [show(f"early {number}")]}, include(src="shop"), show(f"good {number}")]

    play = user.tasks(tasks).succeeded()

    nothing = {"name": "shop", "url": None, "status": None, "digest": None, "changed": False, "rolled_back": False}
    for number, variables in enumerate(REFUSED_BY_THE_ROLE):
        shown = play.task(f"early {number}").result["msg"]
        assert shown["one"] == nothing and result(play, f"good {number}")["url"], variables
        assert (shown["all"]["shop"] == nothing) == ("stack" not in variables), variables
    for number, variables in enumerate(REFUSED_BY_ANSIBLE, len(REFUSED_BY_THE_ROLE)):
        assert result(play, f"early {number}") == result(play, f"good {number}"), variables


def test_defaults_for_the_module_still_reach_it(user: Controller, emulator: Any) -> None:
    extra = {"e2enetworks.cloud.e2e_faas_stack": {"defaults": {"extra_parameters": {"replicas": 3}, "digest_variable": ""}}}

    user.tasks([include(src="shop")], module_defaults=extra).succeeded()

    (sent,) = [request for request in emulator.requests() if request["method"] == "POST"]
    assert "replicas" in str(sent), sent
    assert "E2E_ANSIBLE_DIGEST" not in function(emulator, "shop")["environment_variables"]


PROBLEMS: list[tuple[dict[str, Any], str]] = [
    ({"name": "f"}, "faas_function_src is not set. It names the directory or the file with the code of the function."),
    ({"name": "f", "image": "nginx"}, "faas_function_src is not set."),
    ({"src": "nowhere", "name": "f", "runtime": PYTHON}, "nowhere"),
    ({"src": "plain"}, "name is not set, and no config_file names the function."),
    ({"src": "plain.py"}, "name is not set, and no config_file names the function."),
    ({"src": "broken"}, "function_config.yaml cannot be used: it is not valid YAML (line 1, column "),
    ({"src": "shop", "env": "no mapping"}, "env"),
    ({"src": "shop", "wait_timeout": 0}, "wait_timeout must be more than 0 seconds"),
    ({"src": "shop", "labels": {"a": "b"}, "replicas": {"min": 1}}, "labels, replicas belong to provider: openfaas"),
    ({"src": "shop", "namespace": "staging"}, "namespace belongs to provider: openfaas"),
    ({"src": "shop", "builder": "docker"}, "faas_function_builder, faas_function_template and faas_function_stack are for faas_function_provider: openfaas."),
    ({"src": "shop", "template": "shop"}, "faas_function_builder, faas_function_template and faas_function_stack are for faas_function_provider: openfaas."),
    ({"src": "shop", "runtime": NODE}, "handler.js"),
    ({"functions": [{"name": "a"}], "src": "shop"}, "faas_functions names the functions, so faas_function_src and faas_function_image cannot be set besides."),
    ({"functions": [{"name": "a"}], "directory": "shop"}, "faas_function_directory and faas_functions both name the functions. Set one of them."),
    ({"functions": [{"name": "a", "provider": "openfaas"}]}, "faas_functions: number 1 sets what holds for all functions: provider."),
    ({"functions": [{"name": "a", "nonsense": 1}]}, "nonsense"),
    ({"directory": "shop"}, "faas_function_directory: "),
    ({"functions": [{"name": "a"}], "name": "x*"}, "faas_functions has no function that matches 'x*'. It has: a."),
    ({"src": "shop", "state": "gone"}, "value of faas_function_state must be one of: present, absent, got: gone"),
]


def test_what_cannot_be_deployed_gets_one_line(user: Controller, emulator: Any) -> None:
    user.file("plain/handler.py", HELLO)
    user.file("plain.py", HELLO)
    user.file("broken/function_config.yaml", "a: [")

    play = user.tasks([attempt(number, **variables) for number, (variables, _text) in enumerate(PROBLEMS)]).succeeded()

    for number, (variables, text) in enumerate(PROBLEMS):
        message = str(play.task(f"said {number}").result["msg"])
        assert text in message and "Traceback" not in message, f"{variables}: {message}"
    assert emulator.writes() == 0


def test_no_file_is_left(user: Controller, emulator: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither by what works, nor by what is rolled back."""
    places = [tmp_path_factory.mktemp("temporary"), Path(user.environ["ANSIBLE_REMOTE_TMP"])]
    user.environ["TMPDIR"] = str(places[0])
    secret = {"secret_env": {"TOKEN": "a very secret value"}}
    fails = include(src="shop", **secret, env={"GREETING": "x"}, smoke_test={"contains": "file", "retries": 0})

    user.tasks([include(src="shop", **secret), {"block": [fails], "rescue": [show("shown")]}]).succeeded()

    assert [path for place in places for path in place.rglob("*") if path.is_file()] == []
