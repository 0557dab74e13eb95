# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An export is a playbook that says what was there, whatever the names and texts of it are."""

from __future__ import annotations

import dataclasses
import hashlib
import pathlib
import typing as t

import pytest
import yaml
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.bundle import make_bundle
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import SourceFile, read_source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import parse_function as parse_gateway_function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.view import FunctionView
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConsentError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import parse_function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import NodeDetails, NodeKey
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.volumes import Volume
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.vpcs import Vpc
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export import Expression, Task, filled_in, inventory, playbook, values_file
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export_account import (
    ExportedNode,
    function_tasks,
    node_tasks,
    volume_tasks,
    vpc_tasks,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export_folder import folder_change
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export_gateway import ExportedNamespace, content_tasks
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_view import Link
from hypothesis import example, given, strategies

MARK = "E2E_ANSIBLE_DIGEST"


class Unsafe(str):
    """A text that Ansible takes as it is."""


class Loader(yaml.SafeLoader):
    """Reads a playbook as Ansible does."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def load(text: str) -> t.Any:
    return yaml.load(text, Loader=Loader)


@given(strategies.text(strategies.characters(blacklist_categories=("Cs", "Cc")) | strategies.sampled_from(" \n\t{}%#'\":\r\x85\u2028\u2029"), max_size=30))
@example("key: 1\n\n")
@example("a\n\n\n")
@example("a\x85b")
@example("a\nb\u2028c\u2029")
def test_a_text_comes_back_and_is_never_a_template(text: str) -> None:
    options = {"option": text, "list": [text], "env": {text: text}}
    written = load(playbook([Task("e2e_x", f"x {text}", options), Task("e2e_y", "y", {})], {"default": text}, [text]))
    task = written[0]["tasks"][0]
    assert task["e2enetworks.cloud.e2e_x"] == options and len(written[0]["tasks"]) == 2
    assert written[0]["module_defaults"]["group/e2enetworks.cloud.all"] == {"default": text}
    assert not {"{{", "{%", "{#"} & {task["name"][place : place + 2] for place in range(len(task["name"]))}
    looks_like_one = any(mark in text for mark in ("{{", "{%", "{#"))
    assert isinstance(task["e2enetworks.cloud.e2e_x"]["option"], Unsafe) == looks_like_one


def test_what_is_filled_in_is_a_template() -> None:
    written = load(playbook([Task("e2e_x", "x", {"value": filled_in("key")}, only_if="a is defined")], {"project_id": "1"}, []))
    assert written[0]["tasks"][0] == {"name": "X", "e2enetworks.cloud.e2e_x": {"value": filled_in("key")}, "when": "a is defined"}
    assert not isinstance(written[0]["tasks"][0]["e2enetworks.cloud.e2e_x"]["value"], Unsafe)
    assert written[0]["module_defaults"] == {"group/e2enetworks.cloud.all": {"project_id": "1"}}
    assert load(playbook([], {}, []))[0]["tasks"] == []


def test_the_values_to_fill_are_named_and_without_them_nothing_is_set() -> None:
    text = values_file({"function_a": ["KEY", "odd name"], "secret_b": []})
    assert load(text) == {"e2e_export_secrets": {}}
    filled = "".join(line[2:] + "\n" for line in text.partition("{}\n")[2].splitlines())
    assert load(filled) == {"function_a": {"KEY": None, "odd name": None}, "secret_b": None}
    assert load(inventory({"project_id": "1"})) == {"plugin": "e2enetworks.cloud.e2e", "project_id": "1"}


def vpc(identifier: int, name: str, **fields: t.Any) -> Vpc:
    known = {field.name: None for field in dataclasses.fields(Vpc)}
    return Vpc(**{**known, "id": identifier, "name": name, "cidr": "10.0.0.0/23", "state": "active", "is_e2e": False, "subnets": (), **fields})


def node(identifier: int, name: str, **fields: t.Any) -> NodeDetails:
    known: dict[str, t.Any] = {field.name: None for field in dataclasses.fields(NodeDetails)}
    return NodeDetails(
        **{**known, "id": identifier, "name": name, "status": "running", "plan": "C3.8GB", "os": {}, "ssh_keys": (), "tells_ssh_keys": True, **fields}
    )


def test_a_name_that_two_have_is_never_used() -> None:
    twins = [vpc(1, "a"), vpc(2, "a"), vpc(3, "b", is_e2e=True), vpc(4, "c", state="creating")]
    assert [dict(task.options) for task in vpc_tasks(twins)] == [{"vpc_id": 1, "ipv4": "10.0.0.0/23"}, {"vpc_id": 2, "ipv4": "10.0.0.0/23"}, {"name": "b"}]
    exported = [ExportedNode(node(7, "n"), UNKNOWN, frozenset({Link(1, "a"), Link(3, "b")}), frozenset())]
    assert node_tasks(exported, [], twins, [])[0].options["vpcs"] == ["1", "b"]


def test_nodes_say_what_they_are_and_nothing_that_is_not_known() -> None:
    exported = [
        ExportedNode(node(1, "web", is_locked=True, ssh_keys=(NodeKey("laptop", "ssh-rsa A"), NodeKey("", "ssh-rsa B"))), UNKNOWN, UNKNOWN, frozenset()),
        ExportedNode(node(2, "off", status="powered off", is_encryption_enabled=True), frozenset({Link(5, "g")}), frozenset(), frozenset({Link(6, "v")})),
        ExportedNode(node(3, "new", status="creating"), UNKNOWN, UNKNOWN, frozenset()),
        ExportedNode(node(4, "big", plan="E1.2", disk="100GB"), UNKNOWN, UNKNOWN, frozenset()),
    ]
    tasks = node_tasks(exported, [], [], [])
    assert [dict(task.options) for task in tasks] == [
        {"name": "web", "plan": "C3.8GB", "ssh_keys": ["laptop", "ssh-rsa B"], "locked": True},
        {"name": "off", "state": "stopped", "plan": "C3.8GB", "security_groups": ["g"], "volumes": ["v"]},
        {"name": "big", "plan": "E1.2", "disk": 100},
    ]
    assert "encryption_passphrase" in tasks[1].notes[0] and not tasks[0].notes


def test_volumes_that_are_being_made_are_left_out() -> None:
    volumes = [Volume(1, "a", 100, 1500, "available", None), Volume(2, "b", None, None, "attached", None), Volume(3, "c", 100, 1, "creating", None)]
    assert [dict(task.options) for task in volume_tasks(volumes)] == [{"name": "a", "size": 100}, {"name": "b"}]


@pytest.mark.parametrize(
    "raw, options, files, to_fill",
    [
        # Nobody told which of its variables are secret.
        (
            {"runtime": "python3-http-debian", "code": "def handle(): ...", "requirements": "flask\n", "environment_variables": {"A": "1"}},
            {"runtime": "python3-http-debian", "src": "{{ playbook_dir }}/functions/f", "env": filled_in("function_f")},
            {"functions/f/handler.py": b"def handle(): ...", "functions/f/requirements.txt": b"flask\n"},
            {"function_f": ("A",)},
        ),
        # This collection did.
        (
            {"runtime": "python-3.11-http", "environment_variables": {"A": "1", "B": "2", MARK: '{"v":1,"secret_env":["B"]}'}},
            {"runtime": "python-3.11-http", "env": {"A": "1"}, "secret_env": filled_in("function_f")},
            {},
            {"function_f": ("B",)},
        ),
        (
            {"runtime": "custom-container", "code": "ARG BASE_IMAGE=shop/pay:1\nFROM ${BASE_IMAGE}\n", "environment_variables": {}, "secrets": ["s"]},
            {"runtime": "custom-container", "secrets": ["s"], "image": "shop/pay:1"},
            {},
            {},
        ),
    ],
)
def test_functions(raw: dict[str, t.Any], options: dict[str, t.Any], files: dict[str, bytes], to_fill: dict[str, t.Any]) -> None:
    (task,) = function_tasks([parse_function({"name": "f", "memory": 128, "timeout": 5, **raw})], MARK)
    assert dict(task.options) == {"name": "f", "memory": 128, "timeout": 5, **options}
    assert task.files == files and task.to_fill == to_fill
    assert all(isinstance(task.options[name], Expression) for name in ("env", "secret_env", "src") if "{{" in str(task.options.get(name, "")))


def test_a_task_finds_the_mark_where_the_export_has_found_it() -> None:
    marked = {"B": "2", "MY_DIGEST": '{"v":1,"secret_env":["B"]}'}
    functions = [parse_function({"name": name, "environment_variables": given}) for name, given in (("marked", marked), ("by_hand", {"A": "1"}))]
    tasks = function_tasks(functions, "MY_DIGEST")
    assert [task.options.get("digest_variable") for task in tasks] == ["MY_DIGEST", None]
    assert tasks[0].options["secret_env"] == filled_in("function_marked")


def test_no_file_of_a_function_is_lost(tmp_path: pathlib.Path) -> None:
    paths = [".env", "lib/credentials.json", "lib/[a]*.key", "a/node_modules/x.js", "keys/own.pem", "yarn.lock", ".aws/config", "env/pyvenv.cfg", "env/x.py"]
    key = b"-----BEGIN PRIVATE KEY-----"
    sent = {"handler.py": b"def handle(): ...", "lib/ca.pem": b"public", **{path: key for path in paths}}

    def task(files: dict[str, bytes]) -> Task:
        text = make_bundle([SourceFile(path, data) for path, data in files.items()], "handler.py", "python")
        (made,) = function_tasks([parse_function({"name": "f", "runtime": "python3-http-debian", "code": text})], MARK)
        folder_change(tmp_path, made.files, ()).write()
        found = read_source(tmp_path / "functions" / "f", layout_for("python3-http-debian"), include=made.options.get("include", ()))
        assert {file.path: file.data for file in found.files} == files and not found.notes
        return made

    assert "include" not in task({"handler.py": b"def handle(): ...", "lib/ca.pem": b"public"}).options
    wanted = [".aws", ".env", "a/node_modules", "env/pyvenv.cfg", "keys/own.pem", "lib/[[]a][*].key", "lib/credentials.json", "yarn.lock"]
    assert task(sent).options["include"] == wanted
    assert task({**sent, ".faasignore": b"*.py\n"}).options["include"] == ["*"]


def gateway_function(name: str, namespace: str) -> FunctionView:
    annotations = {"e2enetworks.cloud/manifest": '{"v":1,"salt":"s","env":{},"secret_env":{"TOKEN":"d"}}'}
    raw = {"name": name, "namespace": namespace, "image": "a/b:1", "envVars": {"TOKEN": "x"}, "annotations": annotations}
    return FunctionView(parse_gateway_function(raw, detailed=True), lambda: "kubernetes")


def test_no_secret_goes_to_another_that_looks_alike() -> None:
    default = ExportedNamespace("openfaas-fn", ["staging-db", "db.pass", "db-pass", "other-one"], [gateway_function("staging-app", "openfaas-fn")])
    staging = ExportedNamespace("staging", ["db"], [gateway_function("app", "staging"), gateway_function("own", "staging")])

    def keys(*namespaces: ExportedNamespace) -> dict[tuple[str, ...], str]:
        named = {}
        for task in content_tasks(namespaces):
            (key,) = task.to_fill
            assert f"e2e_export_secrets.{key}" in str(task.options.get("value") or task.options["secret_env"]) and key in (task.only_if or key)
            named[task.module, task.options.get("namespace", ""), task.options["name"]] = key
        return named

    found = keys(default, staging)
    assert len(set(found.values())) == len(found) == 8
    assert {key for key in found.values() if not key.startswith("alike_")} == {"secret_other_one", "function_staging_own"}
    assert found["e2e_secret", "", "db-pass"] == "alike_secret_db_pass_" + hashlib.sha256(b'["secret", "db-pass"]').hexdigest()[:16]
    assert keys(staging, dataclasses.replace(default, secrets=default.secrets[::-1])) == found
    assert set(keys(staging).values()) == {"secret_staging_db", "function_staging_app", "function_staging_own"}


def test_no_function_gets_the_code_of_another_that_looks_alike() -> None:
    names = ("a.b", "a_b", "Hello", "hello", "web")
    tasks = function_tasks([parse_function({"name": name, "runtime": "python3-http-debian", "code": f"# {name}"}) for name in names], MARK)
    files = {path.lower(): data.decode() for task in tasks for path, data in task.files.items()}
    assert sorted(files.values()) == sorted(f"# {name}" for name in names)
    assert files["functions/web/handler.py"] == "# web"
    assert all(str(task.options["src"]) == "{{ playbook_dir }}/" + path.rpartition("/")[0] for task in tasks for path in task.files)


@pytest.mark.parametrize("path", ["/etc/passwd", "functions/f/../../../x", "functions/f/a\0b", "functions\\x"])
def test_no_path_leads_out(tmp_path: pathlib.Path, path: str) -> None:
    with pytest.raises(InputError, match="leads out"):
        folder_change(tmp_path / "new", {path: b""}, ())


def test_what_somebody_has_changed_is_lost_only_with_consent(tmp_path: pathlib.Path) -> None:
    wanted = {"playbook.yml": b"1", "secrets.yml": b"2", "functions/f/a.py": b"3"}
    folder_change(tmp_path, wanted, ("secrets.yml",)).write()
    same = folder_change(tmp_path, wanted, ("secrets.yml",))
    assert not same.written and not same.lost and not same.diff
    for path in ("secrets.yml", "functions/f/more.py", "functions/mine.txt", "notes.txt"):
        (tmp_path / path).write_text("mine", encoding="utf-8")
    change = folder_change(tmp_path, {**wanted, "playbook.yml": b"other"}, ("secrets.yml",))
    assert change.written == ["playbook.yml"] and change.lost == ["functions/f/more.py", "playbook.yml"]
    with pytest.raises(ConsentError, match="more.py, playbook.yml"):
        change.check_consent(overwrite=False)
    change.check_consent(overwrite=True)
    change.write()
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"playbook.yml", "secrets.yml", "functions/f/a.py", "functions/mine.txt", "notes.txt"}


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="dest: .*cannot be written"):
        folder_change(tmp_path / "file" / "below", {"playbook.yml": b""}, ()).write()
