# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a MyAccount project as tasks of an export (reference B to D). Pure."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import include_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import DEFAULT_MANIFEST_VARIABLE
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Unknown
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.catalog import CUSTOM_DISK_SERIES
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.images import READY, Image
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import POWERED_OFF, RUNNING, NodeDetails
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIp
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_groups import SecurityGroup
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_rules import Rule
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import SshKey
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.volumes import Volume
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.vpcs import Vpc
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export import Expression, Task, filled_in, folders_of, keys_of
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import base_image
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_view import FunctionView
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_view import Links, system_name


class _Named(t.Protocol):
    @property
    def id(self) -> t.Any:
        ...

    @property
    def name(self) -> str:
        ...


def _identity(entry: _Named, entries: t.Sequence[_Named], id_option: str) -> dict[str, t.Any]:
    """The name, or the id where another one has the same name."""
    same = Counter(other.name for other in entries)[entry.name]
    return {"name": entry.name} if entry.name and same == 1 else {id_option: entry.id}


def _references(links: Links, entries: t.Sequence[_Named]) -> list[str]:
    names = Counter(other.name for other in entries)
    return sorted(link.name if names[link.name] <= 1 else str(link.id) for link in links)


def ssh_key_tasks(keys: t.Sequence[SshKey]) -> list[Task]:
    """Each key of the project. Two with one label cannot be told apart by a task, and are left out."""
    labels = Counter(key.label for key in keys)
    return [Task("e2e_ssh_key", f"SSH key {key.label}", {"label": key.label, "ssh_key": key.key}) for key in keys if labels[key.label] == 1]


def vpc_tasks(vpcs: t.Sequence[Vpc]) -> list[Task]:
    """Each network that is there to stay."""
    return [
        Task("e2e_vpc", f"VPC {vpc.name}", _identity(vpc, vpcs, "vpc_id") | ({} if vpc.is_e2e or not vpc.cidr else {"ipv4": vpc.cidr}))
        for vpc in vpcs
        if vpc.state == "active"
    ]


def _rule(rule: Rule) -> dict[str, t.Any]:
    shown = rule.as_dict()
    if not rule.protocol.startswith("Custom"):
        del shown["port_range"]
    return {name: value for name, value in shown.items() if value}


def security_group_tasks(groups: t.Sequence[SecurityGroup]) -> list[Task]:
    """Each group with all of its rules."""
    return [
        Task(
            "e2e_security_group",
            f"security group {group.name}",
            _identity(group, groups, "security_group_id")
            | {"description": group.description, "rules": [_rule(rule) for rule in sorted(group.rules)]}
            | ({"default": True} if group.is_default else {}),
        )
        for group in groups
    ]


def volume_tasks(volumes: t.Sequence[Volume]) -> list[Task]:
    """Each volume. Which node has it stands with the node."""
    return [
        Task("e2e_volume", f"volume {volume.name}", _identity(volume, volumes, "volume_id") | ({} if volume.size is None else {"size": volume.size}))
        for volume in volumes
        if volume.status in ("available", "attached")
    ]


def image_tasks(images: t.Sequence[Image]) -> list[Task]:
    """Each saved image, which nothing but the node that it was made of can make again."""
    return [Task("e2e_image", f"image {image.name}", _identity(image, images, "image_id")) for image in images if image.state in READY]


@dataclass(frozen=True)
class ExportedNode:
    """A node with what it is linked with."""

    node: NodeDetails
    groups: Links | Unknown
    vpcs: Links | Unknown
    volumes: Links


def node_tasks(
    exported: t.Sequence[ExportedNode], groups: t.Sequence[SecurityGroup], vpcs: t.Sequence[Vpc], volumes: t.Sequence[Volume]
) -> list[Task]:
    """Each node that runs or is powered off.

    :param groups: all groups of the project, as ``vpcs`` and ``volumes``: a name that several have is no reference.
    """
    nodes = [one.node for one in exported]

    def task(one: ExportedNode) -> Task:
        node = one.node
        options = _identity(node, nodes, "node_id")
        options |= {"state": "stopped"} if node.status == POWERED_OFF else {}
        options |= {"plan": node.plan, "image": system_name(node), "label": node.label}
        if (node.plan or "").split(".")[0].upper() in CUSTOM_DISK_SERIES:
            options["disk"] = node.disk_size
        if node.tells_ssh_keys:
            options["ssh_keys"] = [key.label or key.text for key in node.ssh_keys] or None
        for name, links, entries in (("security_groups", one.groups, groups), ("vpcs", one.vpcs, vpcs), ("volumes", one.volumes, volumes)):
            options[name] = None if isinstance(links, Unknown) else _references(links, entries) or None
        options |= {"locked": True} if node.is_locked else {}
        options |= {"bitninja": True} if node.is_bitninja_active else {}
        notes = ("Its disk is encrypted. To make it anew, add encryption_passphrase.",) if node.is_encryption_enabled else ()
        return Task("e2e_node", f"node {node.name}", {name: value for name, value in options.items() if value is not None}, notes)

    return [task(one) for one in exported if one.node.status in (RUNNING, POWERED_OFF)]


def address_tasks(addresses: t.Sequence[ReservedIp], nodes: t.Sequence[NodeDetails]) -> list[Task]:
    """Each reserved address, with the node that has it beside the address that the node was made with."""

    def task(ip: ReservedIp) -> Task:
        home = next((node for node in nodes if ip.is_on(node.vm_id)), None) if ip.is_further else None
        on = {} if home is None else {"node": _identity(home, nodes, "id").get("name", str(home.id))}
        note = "A further address comes from the platform; this very one cannot be asked for again once it is given back."
        return Task("e2e_reserved_ip", f"reserved IP {ip.address}", {"ip_address": ip.address, **on}, (note,))

    return [task(ip) for ip in addresses]


def function_tasks(functions: t.Sequence[Function], manifest_variable: str) -> list[Task]:
    """Each function, with its code as files where the API returns it."""
    names = [function.name for function in functions]
    folders, keys = folders_of(names), keys_of(("function", name) for name in names)
    return [_function(function, manifest_variable, f"functions/{folders[function.name]}", keys["function", function.name]) for function in functions]


def _function(function: Function, manifest_variable: str, folder: str, key: str) -> Task:
    layout = layout_for(function.runtime or "")
    handler = next(iter(layout.handler_names), "handler")
    view = FunctionView(function, manifest_variable, (), handler)
    notes: list[str] = []
    files: dict[str, bytes] = {}
    options: dict[str, t.Any] = {"name": function.name, "runtime": function.runtime, "memory": function.memory, "timeout": function.timeout}
    has_manifest = function.environment is not None and manifest_variable in function.environment
    # With the default the task would find no mark, and remove the secret variables as plain ones that it does not name.
    options |= {"digest_variable": manifest_variable} if has_manifest and manifest_variable != DEFAULT_MANIFEST_VARIABLE else {}
    options |= {"hardware": "gpu"} if (function.hardware or "").lower() == "gpu" else {}
    options |= {"secrets": list(function.secrets)} if function.secrets else {}
    image = base_image(function.code) if function.code is not None and layout.language == "container" else None
    source = view.source
    if image is not None:
        options["image"] = image
    elif isinstance(source, Unknown) or source.files is None:
        notes.append("The API does not return its code. To make it anew, add src with the folder that it was deployed from.")
    else:
        files = {f"{folder}/{path}": data for path, data in source.files.items()}
        if function.requirements and layout.dependency_name:
            files[f"{folder}/{layout.dependency_name}"] = function.requirements.encode()
        options["src"] = Expression("{{ playbook_dir }}/" + folder)
        # Without it the task would take them away from the function.
        options["include"] = include_for(source.files) or None
    to_fill: dict[str, tuple[str, ...]] = {}
    env = {} if isinstance(view.env, Unknown) else view.env
    if has_manifest and env:
        options["env"] = dict(sorted(env.items()))
    secret = () if isinstance(view.secret_env, Unknown) else tuple(view.secret_env)
    if env and not has_manifest:
        notes.append("Whoever made it did not tell which of its variables are secret, so all of them are left out.")
        secret = (*secret, *env)
    if function.environment is None:
        notes.append("The API does not return its variables. To make it anew, add env and secret_env.")
    if secret:
        to_fill[key] = secret
        options["secret_env" if has_manifest else "env"] = filled_in(key)
    options = {name: value for name, value in options.items() if value is not None}
    return Task("e2e_faas_function", f"function {function.name}", options, tuple(notes), files, to_fill)
