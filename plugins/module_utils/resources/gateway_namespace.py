# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A namespace of a gateway as a resource of the lifecycle (reference O.5)."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import DEFAULT_NAMESPACE, GatewayClient, Namespace
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, InputError

# By this label a provider knows its namespaces; it cannot be taken off.
MARK = "openfaas"

_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
# What faasd calls itself since it has the limits of the community edition (reference O.10).
_ONE_NAMESPACE = "faasd-ce"
# What Kubernetes adds to every namespace.
_INJECTED = ("kubernetes.io/metadata.name",)


@dataclass(frozen=True)
class NamespaceOptions:
    """What the user asks for. Without ``labels``, those that are there stay."""

    name: str
    labels: t.Mapping[str, str] | None = None


def check_namespace_options(options: NamespaceOptions) -> None:
    """Refuse what faasd would take and nobody could use.

    :raises InputError: what is wrong, and what is accepted.
    """
    if not _NAME.fullmatch(options.name):
        raise InputError(f"name: {options.name!r} is not a name for a namespace. Use up to 63 lower-case letters, digits and hyphens.")
    if MARK in (options.labels or {}):
        raise InputError(f"labels: {MARK} is set by the module itself, because a namespace needs it.")


def own_labels(labels: t.Mapping[str, str]) -> dict[str, str]:
    """The labels of a namespace without those that it has by being one."""
    return {name: value for name, value in labels.items() if name != MARK and name not in _INJECTED}


class NamespaceResource(ResourceBase[Namespace]):
    """One namespace, for :class:`~lifecycle.Lifecycle`."""

    repeatable = True

    def __init__(self, client: GatewayClient, options: NamespaceOptions) -> None:
        super().__init__()
        self._client = client
        self._options = options
        self.label = f"namespace {options.name}"

    @property
    def rules(self) -> tuple[FieldRule, ...]:
        """Labels are all that it has besides its name."""
        return (FieldRule("labels"),)

    def read(self) -> Namespace | None:
        return self._client.get_namespace(self._options.name)

    def _labels(self, namespace: Namespace) -> dict[str, str] | None:
        return None if namespace.labels is None else own_labels(namespace.labels)

    def desired(self, current: Namespace | None) -> dict[str, Value]:
        if current is not None and current.labels is not None and MARK not in current.labels and current.name != DEFAULT_NAMESPACE:
            self.warn(f"The {self.label} exists without the label {MARK}, so faasd takes no functions in it. It was not made through OpenFaaS.")
        return {} if self._options.labels is None else {"labels": dict(self._options.labels)}

    def facts(self, current: Namespace) -> dict[str, Value]:
        labels = self._labels(current)
        return {"labels": UNKNOWN if labels is None else labels}

    def create(self, previous: Namespace | None) -> None:
        self._checked(lambda: self._client.create_namespace(self._options.name, self._options.labels or {}))

    def update(self, current: Namespace) -> None:
        self._checked(lambda: self._client.update_namespace(self._options.name, self._options.labels or {}))

    def _checked(self, write: t.Callable[[], None]) -> None:
        """Send a write, and look before believing that it failed: faasd can say so of one that it has made."""
        try:
            write()
        except ApiError as error:
            seen = self.read() if error.http_status in (400, 409, 500) else None
            if seen is None or self._labels(seen) != dict(self._options.labels or {}):
                raise
            self.warn(f"The gateway reported a failure, but the {self.label} is there as wanted: {error.message}")

    def delete(self, current: Namespace) -> None:
        self._client.remove_namespace(self._options.name)

    def describe(self, current: Namespace) -> str:
        return "it still exists"

    def result(self, current: Namespace | None) -> dict[str, t.Any]:
        return {
            "name": self._options.name,
            "state": "absent" if current is None else "present",
            "labels": {} if current is None else self._labels(current),
        }

    def predict(self, current: Namespace | None, action: Action) -> dict[str, t.Any]:
        self._client.check_namespaces()
        if action == "create" and self._client.provider.startswith(_ONE_NAMESPACE):
            self.warn(
                f"The {self.label} is one too many for this gateway: faasd of the community edition, from 0.19.1 on, allows only {DEFAULT_NAMESPACE}. "
                "While there is another one, it refuses every deploy and update of a function in any of them (400, OpenFaaS CE EULA)."
            )
        labels = self._options.labels if self._options.labels is not None else self._labels(current) if current else {}
        return {"name": self._options.name, "state": "present", "labels": labels}
