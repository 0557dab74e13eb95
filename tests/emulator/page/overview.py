# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page shows, as JSON: all of the account and of the gateway at a glance, without a secret."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from .. import __version__
from ..compute.api import Compute
from ..compute.records import Record
from ..compute.store import Table
from ..faas.activation import NAMESPACE, Activation
from ..faas.model import Function
from ..faas.service import FunctionService
from ..faults import Faults
from ..gateway import model
from ..gateway.gateway import Gateway
from ..gateway.model import DEFAULT_NAMESPACE
from ..masking import Secrets
from ..recorder import RecordedCall, RecordedRequest, Recorder
from ..runner.logs import LogLine

# Of each kind the newest, or the first by name; the whole number is always told.
SHOWN = 50
SHOWN_LINES = 20
LONGEST_LINE = 500
LONGEST_TEXT = 3000


R = TypeVar("R", bound=Record)


def place(record: Record) -> str:
    """Where something is: its project, and its location unless it belongs to the whole project."""
    return f"{record.project_id}, {record.location}" if record.location else record.project_id


@dataclass(frozen=True)
class Overview:
    """The parts that it looks at."""

    functions: FunctionService
    activation: Activation
    gateway: Gateway
    compute: Compute
    faults: Faults
    recorder: Recorder
    secrets: Secrets
    base_url: str

    def report(self) -> dict[str, Any]:
        """The JSON. Everything is masked at the end, after it was looked up which values are secrets now."""
        self._learn()
        functions, hosted = self.functions.all(), self.gateway.provider.all()
        return {
            "version": __version__,
            "endpoint": f"{self.base_url}/myaccount/api/v1/",
            "url": self.base_url,
            "account": {"activated": self.activation.active, "namespace": NAMESPACE, **self.compute.purse()},
            "gateway": {"dialect": self.gateway.dialect, "release": self.gateway.release},
            "calls": sum(self.recorder.invocations.values()),
            "counts": dict(self.recorder.counts),
            **self.secrets.hide_all(
                {
                    "functions": {"total": len(functions), "items": [self._function(one) for one in functions[:SHOWN]]},
                    "gateway_functions": {"total": len(hosted), "items": [self._gateway_function(one) for one in hosted[:SHOWN]]},
                    "gateway_secrets": [{"name": one["name"], "namespace": one["namespace"]} for one in self.gateway.report()["secrets"]],
                    "gateway_namespaces": sorted(self.gateway.provider.namespaces()),
                    "tables": self._tables(),
                    "faults": [self._fault(one) for one in self.faults.report()],
                    "requests": {
                        "total": sum(self.recorder.counts.values()),
                        "items": [self._request(request, body) for request, body in self.recorder.newest()],
                    },
                }
            ),
        }

    def _learn(self) -> None:
        for function in self.functions.all():
            self.secrets.learn_variables(function.environment_variables)
        for hosted in self.gateway.provider.all():
            self.secrets.learn_variables(hosted.function.wanted.env)
        for secret in self.gateway.report()["secrets"]:
            self.secrets.learn(base64.b64decode(secret["value"]).decode("utf-8", "replace"))

    def _text(self, text: str | None, longest: int = LONGEST_TEXT) -> str:
        """A text of anybody's, without secrets, and only then cut: half of a secret would not be found."""
        hidden = self.secrets.hide(text or "")
        return hidden if len(hidden) <= longest else f"{hidden[:longest]}... and {len(hidden) - longest:,} letters more"

    def _tree(self, tree: Any) -> Any:
        if isinstance(tree, str):
            return self._text(tree)
        if isinstance(tree, list):
            return [self._tree(one) for one in tree]
        return {key: self._tree(value) for key, value in tree.items()} if isinstance(tree, dict) else tree

    def _log(self, lines: Iterable[LogLine]) -> list[dict[str, Any]]:
        newest = list(lines)[-SHOWN_LINES:]
        return [{"time": line.time, "stream": line.stream, "text": self._text(line.message, LONGEST_LINE)} for line in newest]

    def _calls(self, calls: Iterable[RecordedCall]) -> list[dict[str, Any]]:
        return [{**asdict(call), "path": self._text(call.path, LONGEST_LINE)} for call in calls]

    def _function(self, function: Function) -> dict[str, Any]:
        path = f"/functions/{function.name}"
        return {
            "id": function.id,
            "name": function.name,
            "status": function.status,
            "error": self._text(function.error),
            "runtime": function.runtime,
            "form": function.form,
            "memory": function.memory,
            "timeout": function.timeout,
            "version": function.version,
            "variables": sorted(map(str, function.environment_variables)),
            "files": sorted(function.files)[:SHOWN],
            "url": f"{self.base_url}{path}/",
            "calls": self.recorder.invocations[function.name],
            "last_calls": self._calls(self.recorder.calls(path)),
            "log": self._log(self.functions.log(function.name).read()),
        }

    def _gateway_function(self, hosted: model.Hosted) -> dict[str, Any]:
        function, log = hosted.function, hosted.log.read()
        full = f"{function.name}.{function.namespace}"
        names = [full, function.name] if function.namespace == DEFAULT_NAMESPACE else [full]
        return {
            "name": function.name,
            "namespace": function.namespace,
            "status": "running" if hosted.running else "not running",
            "image": function.wanted.image,
            "replicas": function.replicas,
            "available": hosted.available if self.gateway.dialect == "kubernetes" else int(hosted.running),
            "starts": function.starts,
            "variables": sorted(function.wanted.env),
            "secrets": sorted(function.wanted.secrets),
            "url": f"{self.base_url}/function/{names[-1]}",
            "calls": self.gateway.provider.invocations[function.namespace, function.name],
            "last_calls": self._calls(self.recorder.calls(*(f"/{way}/{name}" for way in ("function", "async-function") for name in names))),
            "events": [self._text(line.message, LONGEST_LINE) for line in (hosted.events.read() if hosted.events else [])[-SHOWN_LINES:]],
            "log": self._log(log),
        }

    def _tables(self) -> dict[str, Any]:
        """Nodes and what surrounds them: the columns of each kind, the newest first."""
        store = self.compute.current()
        names = {node.vm_id: node.name for node in store.nodes}

        def rows(table: Table[R], columns: Callable[[R], dict[str, object]]) -> dict[str, Any]:
            newest = list(table)[: -SHOWN - 1 : -1]
            return {"total": len(table), "items": [{"id": one.id, **columns(one), "project": place(one)} for one in newest]}

        return {
            "nodes": rows(
                store.nodes,
                lambda node: {
                    "name": node.name,
                    "status": f"{node.status} ({node.busy})" if node.busy else node.status,
                    "plan": node.plan,
                    "label": node.label,
                    "public IP": node.public_ip,
                    "private IP": node.private_ip,
                },
            ),
            "volumes": rows(
                store.volumes,
                lambda volume: {"name": volume.name, "status": volume.status, "size": f"{volume.size} GB", "node": names.get(volume.vm_id, "")},
            ),
            "VPCs": rows(
                store.vpcs,
                lambda vpc: {
                    "name": vpc.name,
                    "status": vpc.state,
                    "network": vpc.cidr,
                    "nodes": ", ".join(node.name for node in store.nodes if any(member["network_id"] == vpc.id for member in node.vpcs)),
                },
            ),
            "reserved IPs": rows(store.ips, lambda ip: {"name": ip.name, "status": ip.status, "type": ip.kind, "node": names.get(ip.vm_id, "")}),
            "security groups": rows(
                store.groups,
                lambda group: {
                    "name": group.name,
                    "rules": len(group.rules),
                    "nodes": ", ".join(node.name for node in store.nodes if group.id in node.groups),
                    "default": "yes" if group.is_default else "",
                },
            ),
            "SSH keys": rows(store.ssh_keys, lambda key: {"name": key.name, "type": key.text.partition(" ")[0]}),
            "images": rows(store.images, lambda image: {"name": image.name, "status": image.state, "size": f"{image.size} GB"}),
        }

    def _fault(self, fault: dict[str, Any]) -> dict[str, Any]:
        keys = ("id", "action", "method", "path", "path_regex", "when", "times", "skip", "probability", "status", "seen", "fired")
        return {**{key: fault[key] for key in keys}, "message": self._text(fault["message"])}

    def _request(self, request: RecordedRequest, body: dict[str, Any] | None) -> dict[str, Any]:
        keys = ("method", "status", "time", "duration", "fault")
        shown = {key: getattr(request, key) for key in keys}
        return {**shown, "form": request.form or "json", "path": self._text(request.path), "query": self._tree(request.query), "body": self._tree(body)}
