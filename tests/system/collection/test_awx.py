# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection brings for AWX: credential types, a project, inventories, an execution environment, and the playbook that sets all of it up."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from account import IMAGE, PLAN, call, until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import resolve_gateway
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import tls_verification
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import resolve_credentials
from awx import Api, injected, refusals
from controller import ROOT, Controller
from jobs import Runner
from servers import serving

FILES = ROOT / "playbooks" / "awx"
PROJECT = FILES / "project"
BOOTSTRAP = ROOT / "playbooks" / "awx_bootstrap.yml"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_awx.rst"
NO_TLS_OPTION = {"validate_certs": None, "ca_path": None}
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def load(name: str) -> Any:
    return yaml.safe_load((FILES / name).read_text(encoding="utf-8"))


TYPES = {name: (load(f"{name}.inputs.yml"), load(f"{name}.injectors.yml")) for name in ("myaccount", "gateway")}


@pytest.fixture
def collections_of_awx() -> str:
    folder = os.environ.get("E2E_AWX_COLLECTIONS")
    if not folder:
        pytest.fail("E2E_AWX_COLLECTIONS does not name the folder with the collection awx.awx. `make system` fetches it and sets this.")
    return folder


# Credential types.


@pytest.mark.parametrize("name", TYPES)
def test_awx_takes_the_credential_types(name: str) -> None:
    assert refusals(*TYPES[name]) == []


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        (1, "env", {"ANSIBLE_X": "a"}),
        (1, "env", {"PYTHONPATH": "a"}),
        (1, "env", {"E2E_X": "{{ no_such_field }}"}),
        (1, "env", {"E2E_X": True}),
        (1, "file", {}),
        (0, "fields", [{"id": "url", "label": "URL", "type": "boolean", "secret": True}]),
        (0, "fields", [{"id": "url", "label": "URL", "type": "integer"}]),
        (0, "required", ["no_such_field"]),
    ],
)
def test_what_awx_refuses_would_be_noticed(part: int, key: str, value: Any) -> None:
    both = copy.deepcopy(TYPES["gateway"])
    both[part][key] = value
    assert refusals(*both)


@pytest.mark.parametrize("around", ["{}", "{}\n", "\n  {} \n"])
def test_the_credential_of_an_account(tmp_path: Path, around: str) -> None:
    """A field as somebody pastes it, with line breaks: in a container a variable ends at the first one. What is blank does not count."""
    given = {name: around.format(value) for name, value in {"api_key": "key", "auth_token": "token", "project_id": "1042", "location": "Delhi"}.items()}
    environ = injected(*TYPES["myaccount"], {**given, "api_endpoint": ""}, tmp_path)
    assert set(environ) == {"E2E_API_KEY", "E2E_AUTH_TOKEN", "E2E_PROJECT_ID", "E2E_LOCATION", "E2E_API_ENDPOINT"}
    account = resolve_credentials({}, environ, tmp_path)
    assert (account.api_key, account.auth_token, account.project_id, account.location) == ("key", "token", "1042", "Delhi")
    assert account.api_endpoint == resolve_credentials({"api_endpoint": None}, {**environ, "E2E_API_ENDPOINT": ""}, tmp_path).api_endpoint
    assert tls_verification(NO_TLS_OPTION, environ, "E2E") is True


@pytest.mark.parametrize(
    ("given", "verify"),
    [({}, True), ({"insecure": False}, True), ({"insecure": True}, False), ({"ca_certificate": ""}, True), ({"ca_certificate": "\n"}, True)],
)
def test_the_credential_of_a_gateway(tmp_path: Path, given: dict[str, Any], verify: bool) -> None:
    """A boolean that nobody has set arrives as false, whatever its default: it must not switch a check off."""
    environ = injected(*TYPES["gateway"], {"url": "https://gateway.example.com\n", "username": "", "password": "pass", "token": "", **given}, tmp_path)
    access = resolve_gateway({}, environ, tmp_path)
    assert (access.url.rstrip("/"), access.username, access.password, access.token) == ("https://gateway.example.com", "admin", "pass", None)
    assert tls_verification(NO_TLS_OPTION, environ, "OPENFAAS") is verify
    assert tls_verification(NO_TLS_OPTION, environ, "E2E") is True


def test_a_certificate_travels_in_a_file(tmp_path: Path) -> None:
    environ = injected(*TYPES["gateway"], {"url": "https://gateway.example.com", "ca_certificate": CERTIFICATE}, tmp_path)
    path = tls_verification(NO_TLS_OPTION, environ, "OPENFAAS")
    assert isinstance(path, str) and Path(path).read_text(encoding="utf-8") == CERTIFICATE


# The guide.


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(FILES.rglob("*")) if path.is_file() and path.suffix in (".yml", ".cfg", ".py")],
    ids=lambda path: str(path.relative_to(FILES)),
)
def test_the_guide_shows_each_file_as_it_is(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    # The first lines of a file say what it is, as the guide does around it.
    while lines[0] == "---" or (lines[0].startswith("#") and path.suffix == ".yml"):
        lines.pop(0)
    shown = "\n".join(f"    {line}" if line else "" for line in lines)
    assert f"\n\n{shown}\n\n" in GUIDE.read_text(encoding="utf-8") + "\n\n"


# The project.


def test_the_project_deploys(controller: Controller, emulator: Any) -> None:
    """Its check job says what the job does, and its survey asks for variables that the playbook has."""
    survey = load("survey.yml")
    answers = {question["variable"]: question["default"] for question in survey["spec"]}
    [play] = yaml.safe_load((PROJECT / "deploy.yml").read_text(encoding="utf-8"))
    assert set(answers) <= set(play["vars"])
    runner = Runner(controller)

    def job(*options: str, **changed: str) -> list[str]:
        return runner.start(PROJECT, "deploy.yml", *options, variables={**answers, **changed}).end().succeeded().changes

    assert job("--check", "--diff") and emulator.writes() == 0
    assert len(job()) == 1
    [function] = requests.get(f"{emulator.api_endpoint}faas/functions/", params={"apikey": "emulator-key", "project_id": 1, "location": "Delhi"},
                              headers={"Authorization": "Bearer emulator-token"}, timeout=30).json()["data"]
    assert requests.get(function["url"], timeout=30).text == "Namaste!"
    assert len(job("--check", hello_greeting="Vanakkam")) == 1


def test_the_inventories(controller: Controller, emulator: Any) -> None:
    for name in ("first", "second"):
        call(emulator, "POST", "nodes/", name=name, plan=PLAN, image=IMAGE, label="shop-web")
    until(lambda: {node["status"] for node in call(emulator, "GET", "nodes/")}, lambda statuses: statuses == {"Running"})
    controller.file("constructed.yml", (FILES / "constructed.yml").read_text(encoding="utf-8"))
    controller.environ["ANSIBLE_INVENTORY_UNPARSED_FAILED"] = "true"

    done = controller.run("-m", "ansible", "inventory", "-i", str(PROJECT / "e2e.yml"), "-i", "constructed.yml", "--list", "--export")
    assert done.returncode == 0, done.stderr
    groups = json.loads(done.stdout)
    hosts = groups["_meta"]["hostvars"]
    [source] = [task["awx.awx.inventory_source"] for task in bootstrap_tasks() if task["name"] == "Its source"]
    assert source["source_path"] == "e2e.yml" and {host[source["enabled_var"]] for host in hosts.values()} == {source["enabled_value"]}
    # Ansible marks what is no template in what it exports for AWX.
    assert all(host["ansible_user"] in ("root", {"__ansible_unsafe": "root"}) for host in hosts.values())
    assert set(groups["shop"]["hosts"]) == set(groups["location_Delhi"]["hosts"]) == set(hosts) == {"first", "second"}


# The bootstrap playbook.


def bootstrap_tasks() -> list[dict[str, Any]]:
    [play] = yaml.safe_load(BOOTSTRAP.read_text(encoding="utf-8"))
    tasks: list[dict[str, Any]] = play["tasks"]
    return tasks


def test_the_options_are_those_of_awx(controller: Controller, collections_of_awx: str) -> None:
    used = {module: options for task in bootstrap_tasks() for module, options in task.items() if module.startswith("awx.awx.")}
    assert len(used) >= 7
    controller.environ["ANSIBLE_COLLECTIONS_PATH"] = collections_of_awx
    done = controller.run("-m", "ansible", "doc", "--json", "--type", "module", *used)
    assert done.returncode == 0, done.stderr
    documented = json.loads(done.stdout)
    for task in bootstrap_tasks():
        for module in used.keys() & task.keys():
            options = documented[module]["doc"]["options"]
            assert task[module].keys() <= options.keys(), task["name"]
            assert {name for name, option in options.items() if option.get("required")} <= task[module].keys(), task["name"]
            for name, value in task[module].items():
                choices = options[name].get("choices")
                assert not choices or value in choices, (task["name"], name)


def test_the_bootstrap_sets_awx_up_once(controller: Controller, emulator: Any, collections_of_awx: str) -> None:
    """What arrives at AWX is what is in the files, templates and all. A second run changes nothing."""
    api = Api()
    controller.environ["ANSIBLE_COLLECTIONS_PATH"] = f"{controller.collections}:{collections_of_awx}"
    given = ("-e", json.dumps({"awx_project_url": "https://git.example.com/shop.git", "awx_execution_environment_image": "registry.example.com/e2e:1"}))
    with serving(api) as server:
        controller.environ |= {"CONTROLLER_HOST": server.url, "CONTROLLER_OAUTH_TOKEN": "token-of-awx"}
        first = controller.playbook(BOOTSTRAP, *given).succeeded()
        sent = len([call for call in server.calls if call.method != "GET"])
        second = controller.playbook(BOOTSTRAP, *given).succeeded()
        assert len([call for call in server.calls if call.method != "GET"]) == sent
    assert len(first.changes) == len([task for task in bootstrap_tasks() if any(name.startswith("awx.awx.") for name in task)])
    assert second.changes == []
    for name, title in (("myaccount", "E2E Networks"), ("gateway", "OpenFaaS gateway")):
        kind = api.named("credential_types", title)
        assert (kind["inputs"], kind["injectors"]) == TYPES[name]
        assert set(kind["inputs"]["required"]) <= set(api.named("credentials", title)["inputs"])
    assert json.loads(api.named("inventory_sources", "Auto-created source for: E2E Networks groups")["source_vars"]) == load("constructed.yml")
    deploys, checks = (api.named("job_templates", name) for name in ("Deploy hello", "Check hello"))
    assert api.surveys[deploys["id"]] == load("survey.yml")
    assert (PROJECT / deploys["playbook"]).is_file() and (checks["job_type"], checks["diff_mode"]) == ("check", True)
    assert len(api.links[f"{deploys['url']}credentials/"]) == 2
    for secret in ("emulator-token", "emulator-password", "token-of-awx"):
        assert secret not in first.output


# Execution environments.


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run([str(Path(sys.executable).parent / command[0]), *command[1:]], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_execution_environment_learns_what_the_collection_needs(collections: Path, tmp_path: Path) -> None:
    needed = yaml.safe_load(run("ansible-builder", "introspect", str(collections), cwd=tmp_path))
    wanted = [line for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert sorted(text.partition(" ")[0] for text in needed["python"]) == sorted(wanted)
    assert needed["system"] == []


def test_an_execution_environment_can_be_prepared(tmp_path: Path) -> None:
    run("ansible-builder", "create", "-v3", "-f", str(FILES / "execution-environment.yml"), "-c", "context", cwd=tmp_path)
    context = tmp_path / "context"
    # Its name depends on the container engine of the machine, which nothing else here needs.
    [steps] = [path.read_text(encoding="utf-8") for path in context.iterdir() if path.name in ("Containerfile", "Dockerfile")]
    assert load("execution-environment.yml")["images"]["base_image"]["name"] in steps
    collections = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert collections == yaml.safe_load((PROJECT / "collections" / "requirements.yml").read_text(encoding="utf-8"))
