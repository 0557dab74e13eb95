# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer of a gateway says about each field of a function, told apart by the manifest. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Unknown, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import DEFAULT_NAMESPACE, Dialect, GatewayFunction
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import (
    IMAGE_DIGEST_ANNOTATION,
    MANIFEST_ANNOTATION,
    OWN_ANNOTATIONS,
    SCALE_LABELS,
    STACK_ANNOTATION,
    Manifest,
    Variables,
    normal_image,
    real_resources,
    same_resources,
)

# What Kubernetes' provider adds by itself; the first one to each function, so that without it none of them is its own (reference O.2).
_INJECTED_LABELS = ("faas_function", "uid")
_INJECTED_ANNOTATION = ("prometheus.io.scrape", "false")

RUNNING, STARTING, STOPPED, IDLE = "running", "starting", "stopped", "scaled to zero"


def marked(labels: t.Mapping[str, str], annotations: t.Mapping[str, str], name: str, dialect: t.Callable[[], Dialect]) -> dict[str, str]:
    """The labels of a specification as they will be seen, with the provider's mark where that decides what is the user's.

    :param dialect: asked only then.
    """
    is_open = _INJECTED_LABELS[1] in labels or _INJECTED_ANNOTATION[0] in annotations
    return {_INJECTED_LABELS[0]: name, **labels} if is_open and dialect() == "kubernetes" else dict(labels)


@dataclass(frozen=True)
class FunctionView:
    """A function as the comparison and the results see it.

    :param dialect: asked only where the providers mean different things by the same answer.
    :param secret_names: variables that the user counts as secret, besides those in the manifest.
    """

    function: GatewayFunction
    dialect: t.Callable[[], Dialect]
    secret_names: t.Collection[str] = ()

    @property
    def manifest(self) -> Manifest | None:
        return Manifest.parse(self.function.annotations.get(MANIFEST_ANNOTATION))

    @property
    def status(self) -> str:
        """``running``, ``starting``, ``stopped`` or ``scaled to zero``."""
        function = self.function
        if function.replicas == 0:
            # faasd has no scaling to zero: there it means that the task has ended.
            return IDLE if self.dialect() == "kubernetes" else STOPPED
        if function.available is None:
            return STARTING if self.dialect() == "kubernetes" else RUNNING
        return RUNNING if function.available else STARTING

    # Variables.

    def _values(self) -> dict[str, str] | None:
        if self.function.env is None and self.manifest is None and self.dialect() == "faasd":
            return {}
        return self.function.env

    def _variables(self, secret: bool) -> Variables | Unknown:
        manifest, values = self.manifest, self._values()
        if manifest is None and values is None:
            return UNKNOWN
        names = {*self.secret_names, *(manifest.secret_names if manifest else ())}
        digests = None if manifest is None else manifest.secret_env if secret else manifest.env
        part = None if values is None else {name: value for name, value in values.items() if (name in names) == secret}
        return Variables(manifest.salt if manifest else "", digests, part)

    @property
    def env(self) -> Variables | Unknown:
        return self._variables(secret=False)

    @property
    def secret_env(self) -> Variables | Unknown:
        return self._variables(secret=True)

    @property
    def secret_values(self) -> list[str]:
        """Values that must not be shown, as far as the gateway returned them."""
        secret = self.secret_env
        return [] if isinstance(secret, Unknown) else list((secret.values or {}).values())

    # Labels and annotations.

    @property
    def _is_marked(self) -> bool:
        """Whether the provider adds labels and annotations of its own. Told without a call: faasd adds none."""
        return _INJECTED_LABELS[0] in self.function.labels

    def labels(self, wanted: t.Collection[str] = ()) -> dict[str, str]:
        """Without those of the provider and those of the replicas, except where they are wanted as labels."""
        injected = _INJECTED_LABELS if self._is_marked else ()
        hidden = {*injected, *({} if any(name in wanted for name in SCALE_LABELS.values()) else SCALE_LABELS.values())} - set(wanted)
        return {name: value for name, value in self.function.labels.items() if name not in hidden}

    @property
    def replicas(self) -> dict[str, int]:
        """``min`` and ``max``, as far as they are set."""
        found = {short: self.function.labels.get(label, "") for short, label in SCALE_LABELS.items()}
        return {short: int(text) for short, text in found.items() if text.isdecimal()}

    def annotations(self, wanted: t.Collection[str] = ()) -> dict[str, str]:
        """Without the collection's own, and without the provider's own unless it is wanted."""
        name, value = _INJECTED_ANNOTATION
        shown = {key: text for key, text in self.function.annotations.items() if key not in OWN_ANNOTATIONS}
        if self._is_marked and name not in wanted and shown.get(name) == value:
            del shown[name]
        return shown

    @property
    def image_digest(self) -> str:
        """Which content the image had when it was deployed; empty where that was not asked for."""
        return self.function.annotations.get(IMAGE_DIGEST_ANNOTATION, "")

    @property
    def stack(self) -> str:
        """Name of the stack that made it; empty for none."""
        return self.function.annotations.get(STACK_ANNOTATION, "")

    # Settings that only some provider returns.

    @property
    def limits(self) -> dict[str, str] | Unknown:
        return self._resources(self.function.limits, None if self.manifest is None else self.manifest.limits)

    @property
    def requests(self) -> dict[str, str] | Unknown:
        return self._resources(self.function.requests, None if self.manifest is None else self.manifest.requests)

    def _resources(self, returned: dict[str, str] | None, sent: dict[str, str] | None) -> dict[str, str] | Unknown:
        if returned is None:
            if sent is None:
                return {} if self.dialect() == "kubernetes" else UNKNOWN
            return sent
        # As it was written, if the provider only spells it differently.
        return sent if sent is not None and same_resources(sent, returned) is True else real_resources(returned)

    @property
    def constraints(self) -> tuple[str, ...] | Unknown:
        return UNKNOWN if self.manifest is None else self.manifest.constraints

    @property
    def read_only_root_filesystem(self) -> bool | Unknown:
        return UNKNOWN if self.manifest is None else self.manifest.read_only_root_filesystem

    @property
    def env_process(self) -> str:
        """faasd answers with the image's own process where none was set."""
        return "" if self.manifest is not None and not self.manifest.env_process else self.function.env_process


def _known(value: Value) -> Value:
    return None if value is UNKNOWN else value


def _names(variables: Variables | Unknown) -> list[str] | None:
    return None if isinstance(variables, Unknown) else variables.names


# Keys that a function has at one provider only are there for both, so that every result has the same shape.
_COMMON = ("id", "runtime", "hardware", "url", "memory", "timeout", "env_names", "secret_env_names", "secrets", "digest", "reason", "gateway")


def gateway_function_result(name: str, view: FunctionView | None, url: str) -> dict[str, t.Any]:
    """A function as modules return it: names of variables, never a value; ``None`` where the gateway is silent."""
    result: dict[str, t.Any] = {**dict.fromkeys(_COMMON), "name": name, "status": "absent"}
    if view is None:
        return result
    function = view.function
    constraints = view.constraints
    return result | {
        "status": view.status,
        "url": url,
        "env_names": _names(view.env),
        "secret_env_names": _names(view.secret_env),
        "secrets": sorted(function.secrets),
        "gateway": {
            "namespace": function.namespace or DEFAULT_NAMESPACE,
            "image": normal_image(function.image),
            "env_process": view.env_process,
            "labels": view.labels(),
            "annotations": view.annotations(),
            "constraints": None if isinstance(constraints, Unknown) else sorted(constraints),
            "limits": _known(view.limits),
            "requests": _known(view.requests),
            "read_only_root_filesystem": _known(view.read_only_root_filesystem),
            "replicas": {"min": view.replicas.get("min"), "max": view.replicas.get("max")},
            "replicas_wanted": function.replicas,
            "replicas_available": function.available,
        },
    }
