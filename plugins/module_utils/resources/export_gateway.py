# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of an OpenFaaS gateway as tasks of an export (reference O.2 to O.5). Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Unknown
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import DEFAULT_NAMESPACE, Namespace
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.view import FunctionView
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export import VARIABLE, Expression, Identity, Task, filled_in, keys_of
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_namespace import own_labels


def namespace_tasks(namespaces: t.Sequence[Namespace]) -> list[Task]:
    """Each namespace but the one that every gateway has."""

    def task(one: Namespace) -> Task:
        labels = dict(sorted(own_labels(one.labels or {}).items()))
        return Task("e2e_faas_namespace", f"namespace {one.name}", {"name": one.name} | ({"labels": labels} if labels else {}))

    return [task(one) for one in namespaces if one.name != DEFAULT_NAMESPACE]


def _place(namespace: str) -> dict[str, str]:
    return {} if namespace in ("", DEFAULT_NAMESPACE) else {"namespace": namespace}


@dataclass(frozen=True)
class ExportedNamespace:
    """What is in a namespace.

    :param secrets: their names, all that a gateway tells of them.
    """

    name: str
    secrets: t.Sequence[str]
    functions: t.Sequence[FunctionView]


def content_tasks(namespaces: t.Sequence[ExportedNamespace]) -> list[Task]:
    """The secrets and the functions of each namespace, after those that they need."""
    secrets = [_identity("secret", one.name, name) for one in namespaces for name in one.secrets]
    functions = [_identity("function", view.function.namespace, view.function.name) for one in namespaces for view in one.functions]
    keys = keys_of([*secrets, *functions])
    return [
        task
        for one in namespaces
        for task in (*(_secret(name, one.name, keys) for name in one.secrets), *(_function(view, keys) for view in one.functions))
    ]


def _identity(kind: str, namespace: str, name: str) -> Identity:
    return (kind, *_place(namespace).values(), name)


def _secret(name: str, namespace: str, keys: t.Mapping[Identity, str]) -> Task:
    """No gateway gives its value back: the task makes it where it is missing, once the value is filled in."""
    key = keys[_identity("secret", namespace, name)]
    options = {"name": name, "value": Expression("{{ " + f"{VARIABLE}.{key}" + " }}"), "update": "on_create", **_place(namespace)}
    return Task("e2e_secret", f"secret {name}", options, to_fill={key: ()}, only_if=f"{VARIABLE}.{key} is defined")


def _function(view: FunctionView, keys: t.Mapping[Identity, str]) -> Task:
    function = view.function
    place = _place(function.namespace)
    key = keys[_identity("function", function.namespace, function.name)]
    options: dict[str, t.Any] = {
        "name": function.name,
        "provider": "openfaas",
        **place,
        "image": function.image,
        "env_process": view.env_process,
        "secrets": sorted(function.secrets),
        "labels": dict(sorted(view.labels().items())),
        "annotations": dict(sorted(view.annotations().items())),
        "replicas": view.replicas,
    }
    for name, value in (("limits", view.limits), ("requests", view.requests), ("constraints", view.constraints)):
        options[name] = None if isinstance(value, Unknown) else list(value) if isinstance(value, tuple) else dict(value)
    options["read_only_root_filesystem"] = None if isinstance(view.read_only_root_filesystem, Unknown) else view.read_only_root_filesystem or None
    options = {name: value for name, value in options.items() if value not in (None, "", {}, [])}
    notes: list[str] = []
    env = None if isinstance(view.env, Unknown) else view.env.exact()
    if env:
        options["env"] = env
    elif env is None:
        notes.append("The gateway does not tell its variables for certain. To make it anew, add env.")
    secret = view.secret_env
    names = () if isinstance(secret, Unknown) else tuple(secret.names or ())
    if names:
        options["secret_env"] = filled_in(key)
    return Task("e2e_faas_function", f"function {function.name}", options, tuple(notes), to_fill={key: names} if names else {})
