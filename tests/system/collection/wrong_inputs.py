# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong values for every option, made of the documentation, and what has to come of each: one line that names the option, and no request."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

from controller import PLAY, Controller, Play
from recorded import run_in_process

HALF = "\ud83d"
# A value of each kind that is none of this kind.
WRONG: dict[str, tuple[Any, ...]] = {
    "str": ({"a": 1}, [1, 2], HALF),
    "path": ({"a": 1}, ["/tmp"], "/tmp/\0", HALF),
    "int": ("many", {"a": 1}, [1], 10**30, "1.5", HALF),
    "float": ("soon", {"a": 1}, [1], "nan", "inf", "-inf", 1e30, HALF),
    "bool": ("perhaps", {"a": 1}, [True], 7),
    "list": ({"a": 1},),
    "dict": ("text", 5, [1]),
    "raw": (),
}
# Where a dictionary or a list means its JSON.
DOCUMENTS: dict[tuple[str, str], tuple[type, ...]] = {
    ("e2e_secret", "value"): (dict, list),
    ("e2e_faas_invoke", "body"): (dict, list),
    ("e2e_faas_function", "requirements"): (dict,),
}
# The same in one of several functions.
AMONG_SEVERAL = ("e2e_faas_stack", "functions", [{"requirements": {"a": 1}}])
# What a task has to give besides the option that is wrong.
GIVEN: dict[str, dict[str, Any]] = {
    "e2e_export": {"dest": "/no/such/folder"},
    "e2e_faas_function": {"name": "f", "runtime": "python-3.11-http", "code": "x"},
    "e2e_faas_image": {"image": "i:1", "src": "/no/such/folder", "builder": "docker"},
    "e2e_faas_package": {"src": "/no/such/folder", "dest": "/no/such/folder", "runtime": "python-3.11-http"},
    "e2e_faas_scale": {"name": "f", "replicas": 1},
    "e2e_faas_stack": {"name": "s", "functions": []},
    "e2e_node_action": {"name": "n", "action": "reboot"},
    "e2e_reserved_ip": {"node": "n"},
    "e2e_ssh_key": {"label": "k"},
    **{name: {"name": "n"} for name in ("e2e_faas_invoke", "e2e_faas_logs", "e2e_faas_namespace", "e2e_image", "e2e_node", "e2e_secret", "e2e_security_group")},
    **{name: {"name": "n"} for name in ("e2e_volume", "e2e_vpc")},
}
STACK = "provider: {name: openfaas}\nfunctions: {f: {image: a}}"
CREDENTIALS = {"api_key": "a-key", "auth_token": "a-token", "project_id": "1", "location": "Delhi", "api_endpoint": "http://127.0.0.1:9/"}


@dataclasses.dataclass(frozen=True)
class Wrong:
    """One wrong input of a module: what is given, and the option that the message has to name."""

    module: str
    option: str
    value: Any
    options: dict[str, Any]


def documentation(controller: Controller) -> dict[str, Any]:
    """What ``ansible-doc`` knows of the collection, by kind of plugin."""
    done = controller.run("-m", "ansible", "doc", "--metadata-dump", "--no-fail-on-errors", "e2enetworks.cloud")
    found: dict[str, Any] = json.loads(done.stdout)["all"]
    return found


def wrong_inputs(documented: dict[str, Any]) -> list[Wrong]:
    """One for each option, element and suboption of all modules, and each value that it cannot have."""
    found = []
    for name, entry in sorted(documented["module"].items()):
        module = name.rpartition(".")[2]
        options = entry["doc"].get("options", {})
        given = {option: value for option, value in CREDENTIALS.items() if option in options} | GIVEN.get(module, {})
        found.append(Wrong(module, "nmae", "x", {**given, "nmae": "x"}))
        for option, what in sorted(options.items()):
            exclusive: dict[str, tuple[str, ...]] = {"stack_file": ("functions",), "directory": ("functions",)}
            exclusive |= {"body": ("body_json",), "value": ("value_file",), "src": ("code",), "image": ("code",), "snapshot": ("code",), "url": ("name",)}
            rest = {other: value for other, value in given.items() if other not in exclusive.get(option, ())}
            for value in _wrong_values(what):
                if not isinstance(value, DOCUMENTS.get((module, option), ())) and (module, option, value) != AMONG_SEVERAL:
                    found.append(Wrong(module, option, value, {**rest, option: value}))
            if what.get("required"):
                found.append(Wrong(module, option, None, {other: item for other, item in rest.items() if other != option}))
    return found


def _wrong_values(what: dict[str, Any]) -> Iterator[Any]:
    kind = what.get("type", "str")
    if "choices" in what and kind == "str":
        yield from ("no-such-choice", ["a"])
        return
    yield from WRONG[kind]
    suboptions = what.get("suboptions") or {}
    if kind == "list":
        element = what.get("elements", "raw")
        if suboptions:
            yield [_filled(suboptions, {"nmae": 1})]
            for name, part in suboptions.items():
                yield from ([_filled(suboptions, {name: value})] for value in _wrong_values(part))
        else:
            yield from ([value] for value in WRONG[element])
        if element == "str":
            yield [None]
    elif kind == "dict" and suboptions:
        yield {"nmae": 1}
        for name, part in suboptions.items():
            yield from ({name: value} for value in _wrong_values(part))
    elif kind == "dict":
        yield {"a": HALF}


def _filled(suboptions: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    return {**{name: part["choices"][0] for name, part in suboptions.items() if part.get("required") and "choices" in part}, **given}


def problem(wrong: Wrong) -> str:
    """What is wrong with the answer to a wrong input; empty for nothing."""
    sent: list[str] = []

    def send(adapter: Any, request: Any, **more: Any) -> Any:
        sent.append(f"{request.method} {request.url}")
        raise AssertionError("something was sent")

    result = run_in_process(wrong.module, wrong.options, send, check_mode=False)
    message = str(result.get("msg", ""))
    told = f"{wrong.module}: {wrong.option}: {wrong.value!a}: {message[:300]}"
    if not result.get("failed") or result.get("changed") or sent:
        return f"{told} was taken, and sent {sent}"
    if "\n" in message or "Traceback" in message or result.get("error", {}).get("code") == "defect":
        return f"{told} is no line for a user"
    return "" if re.search(rf"(?<!\w){re.escape(wrong.option)}(?!\w)", message) else f"{told} does not name the option"


# What is not a module.


def filter_tasks() -> list[dict[str, Any]]:
    """Tasks that give filters what they cannot take. Each has a text in its name that the message has to hold."""
    cases = [
        # The text that the message has to hold, the filter, what it is given, and its options.
        *(("it wants the", name, value, "") for name in ("faas_stack", "faas_function_config", "faas_source_digest") for value in (5, [1], {"a": 1}, True)),
        ("is not valid YAML", "faas_stack", "a: [", ""),
        ("provider has to be a mapping", "faas_stack", "provider: 1", ""),
        ("provider.name has to be openfaas", "faas_stack", "", ""),
        ("directory: it wants a path", "faas_stack", STACK, "(directory=5)"),
        ("name: it wants a shell pattern", "faas_stack", STACK, "(name=[1])"),
        ("variables: they have to be a dictionary", "faas_stack", STACK, "(variables='x')"),
        ("has to be a mapping", "faas_function_config", "", ""),
        ("function has to be a mapping", "faas_function_config", "function: 5", ""),
        ("does not exist", "faas_source_digest", "/no/such/folder", ""),
        ("is not a directory", "faas_source_digest", "/dev/null", ""),
    ]
    return [
        {
            "name": f"{number} {expected}",
            "vars": {"given": value},
            "ansible.builtin.debug": {"msg": f"{{{{ given | e2enetworks.cloud.{name}{rest} }}}}"},
            "ignore_errors": True,
        }
        for number, (expected, name, value, rest) in enumerate(cases)
    ]


def role_tasks(documented: dict[str, Any]) -> list[dict[str, Any]]:
    """Blocks that give the role what it cannot take."""
    options = documented["role"]["e2enetworks.cloud.faas_function"]["entry_points"]["main"]["options"]
    kinds = {"str": {"a": 1}, "int": "many", "bool": "perhaps", "list": {"a": 1}, "dict": "text", "path": ["a", {"b": 1}], "float": "soon"}
    return [
        {
            "block": [{"ansible.builtin.include_role": {"name": "e2enetworks.cloud.faas_function"}, "vars": {name: kinds[what["type"]]}}],
            "rescue": [{"name": f"refused {name}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg | default(ansible_failed_result) }}"}}],
        }
        for name, what in sorted(options.items())
        # A role takes any value for a text, and a mapping for a text is refused by the module that it goes to.
        if what.get("type", "str") in ("int", "bool", "list", "dict", "float")
    ]


INVENTORIES: tuple[tuple[str, Any], ...] = (
    ("concurrency", 0),
    ("concurrency", "many"),
    ("statuses", {"a": 1}),
    ("hostnames", ["{{ e2e_name"]),
    ("projects", {"a": 1}),
    ("projects", ["mine"]),
    ("locations", {"a": 1}),
    ("host_address", "near"),
    ("fetch_details", "perhaps"),
    ("api_timeout", float("nan")),
    ("api_timeout", float("inf")),
    ("api_connect_timeout", 1e30),
    ("api_timeout", 0),
    ("api_endpoint", "ftp://x"),
    ("ca_path", "/no/such/file"),
    ("cache_timeout", "soon"),
    ("profile", "nobody"),
)


def play(controller: Controller, tasks: list[dict[str, Any]]) -> Play:
    """Run tasks of which each may fail."""
    return controller.playbook(controller.file("wrong.yml", json.dumps([{**PLAY, "tasks": tasks}])))
