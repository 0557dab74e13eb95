# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a function, as an argument specification: for a task with one function and for one with several."""

from __future__ import annotations

import typing as t

Spec = dict[str, dict[str, t.Any]]

QUANTITIES: Spec = {"memory": {"type": "str"}, "cpu": {"type": "str"}}

SMOKE_TEST: Spec = {
    "method": {"type": "str", "choices": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]},
    "path": {"type": "str"},
    "query": {"type": "dict"},
    "headers": {"type": "dict", "no_log": True},
    "body": {"type": "raw"},
    "status": {"type": "list", "elements": "int"},
    "contains": {"type": "list", "elements": "str"},
    "json": {"type": "raw"},
    "timeout": {"type": "float", "default": 30.0},
    "retries": {"type": "int", "default": 3},
    "delay": {"type": "float", "default": 2.0},
}

FUNCTION_SPEC: Spec = {
    "name": {"type": "str"},
    "config_file": {"type": "path"},
    "chdir": {"type": "path"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "runtime": {"type": "str"},
    "hardware": {"type": "str", "choices": ["cpu", "gpu"]},
    "src": {"type": "path"},
    "include": {"type": "list", "elements": "str"},
    "code": {"type": "str"},
    "upload": {"type": "str", "choices": ["auto", "zip", "text"], "default": "auto"},
    "check_entry_point": {"type": "bool", "default": True},
    "image": {"type": "str"},
    "pull": {"type": "str", "choices": ["missing", "newer", "always"], "default": "missing"},
    "snapshot": {"type": "path"},
    "snapshot_dest": {"type": "path"},
    "requirements": {"type": "str"},
    "memory": {"type": "int"},
    "timeout": {"type": "int"},
    "env": {"type": "dict"},
    "secret_env": {"type": "dict", "no_log": True},
    "secrets": {"type": "list", "elements": "str", "no_log": False},
    "labels": {"type": "dict"},
    "annotations": {"type": "dict"},
    "limits": {"type": "dict", "options": QUANTITIES},
    "requests": {"type": "dict", "options": QUANTITIES},
    "replicas": {"type": "dict", "options": {"min": {"type": "int"}, "max": {"type": "int"}}},
    "constraints": {"type": "list", "elements": "str"},
    "read_only_root_filesystem": {"type": "bool"},
    "env_process": {"type": "str"},
    "smoke_test": {"type": "dict", "options": SMOKE_TEST},
    "rollback": {"type": "bool", "default": False},
    "extra_parameters": {"type": "dict", "default": {}},
    "allow_replace": {"type": "bool", "default": False},
    "workflow_artifact": {"type": "str"},
    "digest_variable": {"type": "str", "default": "E2E_ANSIBLE_DIGEST"},
    "when_unknown": {"type": "str", "choices": ["update", "keep", "fail"], "default": "update"},
}

#: Where the code comes from: one of these at most.
ONE_SOURCE = ("src", "code", "image", "snapshot")

# What the task says once for a function alone, and a function among several can say for itself.
_OF_THE_TASK: Spec = {"namespace": {"type": "str"}, "wait": {"type": "bool"}, "wait_timeout": {"type": "int"}}
# What is said of each function alone, and never of all of them.
_OF_ONE = ("name", "config_file", "chdir", "src", "code", "image", "snapshot", "snapshot_dest", "requirements")


def _without_defaults(spec: Spec) -> Spec:
    return {name: {key: value for key, value in entry.items() if key != "default"} for name, entry in spec.items()}


#: One function among several. Nothing has a default here, so that what is not given can come from elsewhere.
ENTRY_SPEC: Spec = {**_without_defaults(FUNCTION_SPEC), **_OF_THE_TASK}
#: What can be said of all functions at once.
DEFAULTS_SPEC: Spec = {name: entry for name, entry in _without_defaults(FUNCTION_SPEC).items() if name not in _OF_ONE}


def function_params(task: t.Mapping[str, t.Any], defaults: t.Mapping[str, t.Any], entry: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters of one function among several, as a task of its own would have them.

    :param task: those of the task: the connections, waiting, and the namespace where the function names none.
    :param defaults: for what the function does not say.
    """
    params = dict(task)
    for name, spec in FUNCTION_SPEC.items():
        value = entry.get(name)
        if value is None:
            value = defaults.get(name)
        params[name] = spec.get("default") if value is None else value
    return params | {name: entry[name] for name in _OF_THE_TASK if entry.get(name) is not None}


def secret_texts(spec: t.Mapping[str, t.Mapping[str, t.Any]], given: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """The values of options that are marked as secret, at every depth."""
    for name, entry in spec.items():
        value = given.get(name)
        if value is None:
            continue
        if entry.get("no_log"):
            yield from (str(item) for item in (value.values() if isinstance(value, dict) else [value]))
        elif "options" in entry:
            for part in value if isinstance(value, list) else [value]:
                yield from secret_texts(entry["options"], part)
