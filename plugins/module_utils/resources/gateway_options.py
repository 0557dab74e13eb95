# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wanted function on a gateway: its options, checked. No HTTP."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import OWN_ANNOTATIONS, SCALE_LABELS, quantity
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_secret import check_secret_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.snapshot_file import (
    NAMED_NUMBERS,
    NAMED_TEXTS,
    TEXT,
    TEXTS,
    TRUTH,
    read_snapshot_file,
    write_snapshot_file,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.texts import empty_secrets, texts

# What the community edition's gateway allows, whatever is asked for (reference O.6).
COMMUNITY_REPLICAS = range(1, 6)

_LONGEST_NAME = 63
# Everything that both providers accept and that can be invoked. A dot would start a namespace.
_NAME = re.compile(r"[A-Za-z0-9]+(?:[_-]+[A-Za-z0-9]+)*")
_PORTABLE_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
# What Kubernetes takes as names of variables, of labels and annotations, and as the value of a label; faasd takes more.
_PORTABLE_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_PORTABLE_LABEL = re.compile(r"(?:[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?")
_PORTABLE_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?")
_CONTROL = re.compile(r"[\0-\x1f\x7f]")
# No process starts with less, in bytes. A quantity such as 40m, meant as megabytes, is far below.
_LEAST_MEMORY = 1024**2
# Processors. A quantity such as 500, meant as thousandths, is far above.
_MOST_CPU = 256
_FAASD_ANNOTATIONS = "com.openfaas.annotations."


@dataclass(frozen=True)
class GatewayOptions:
    """What the user asks for. ``None`` is an option that was not given: what is there stays.

    :param limits: all limits; a half that is missing has none. The same holds for ``requests``.
    :param pull: when an image that has the same name as the one that runs is deployed again.
    :param image_digest: for ``newer`` the content that the image has in its registry, empty where that cannot be told.
    :param stack: name of the stack that makes the function, if it does not exist; empty for none.
    :param replicas: ``min`` and ``max``; one that is missing gets the gateway's default.
    """

    name: str
    image: str | None = None
    pull: t.Literal["missing", "newer", "always"] = "missing"
    image_digest: str | None = None
    env: t.Mapping[str, str] | None = None
    secret_env: t.Mapping[str, str] | None = field(default=None, repr=False)
    secrets: tuple[str, ...] | None = None
    labels: t.Mapping[str, str] | None = None
    annotations: t.Mapping[str, str] | None = None
    limits: t.Mapping[str, str] | None = None
    requests: t.Mapping[str, str] | None = None
    replicas: t.Mapping[str, int] | None = None
    constraints: tuple[str, ...] | None = None
    read_only_root_filesystem: bool | None = None
    env_process: str | None = None
    stack: str = ""

    def pinned(self) -> GatewayOptions:
        """With the image named by its content, where that is known, because its tag can stand for something else by now."""
        if not self.image or not self.image_digest or "@" in self.image:
            return self
        return dataclasses.replace(self, image=f"{self.image}@{self.image_digest}")


# What a snapshot holds of a function besides its name.
_KEPT = {
    "image": TEXT,
    "image_digest": TEXT,
    "env": NAMED_TEXTS,
    "secret_env": NAMED_TEXTS,
    "secrets": TEXTS,
    "labels": NAMED_TEXTS,
    "annotations": NAMED_TEXTS,
    "limits": NAMED_TEXTS,
    "requests": NAMED_TEXTS,
    "replicas": NAMED_NUMBERS,
    "constraints": TEXTS,
    "read_only_root_filesystem": TRUTH,
    "env_process": TEXT,
}


def check_function_name(name: str) -> list[str]:
    """Refuse a name that no function can be called by, although a gateway may accept it.

    :returns: warnings about providers that refuse it.
    :raises InputError: what is wrong with the name.
    """
    if len(name) > _LONGEST_NAME:
        raise InputError(f"name: {name!r} has {len(name)} characters; a function's name has at most {_LONGEST_NAME}.")
    if "." in name:
        raise InputError(f"name: {name!r} has a dot. What follows a dot is taken for the namespace, so the function could never be called.")
    if not _NAME.fullmatch(name):
        raise InputError(f"name: {name!r} is not a name for a function. Use lower-case letters, digits and hyphens, without a hyphen at either end.")
    if not _PORTABLE_NAME.fullmatch(name):
        return [f"name: a gateway on Kubernetes refuses {name!r}; it allows lower-case letters, digits and hyphens."]
    return []


def _check_resources(option: str, resources: t.Mapping[str, str] | None) -> None:
    for name, text in (resources or {}).items():
        value = quantity(text)
        if value is None:
            raise InputError(f"{option}: {text!r} is not a quantity for {name}. Use for example 128Mi or 1Gi for memory, 500m or 0.5 for cpu.")
        if name == "memory" and 0 < value < _LEAST_MEMORY:
            raise InputError(
                f"{option}: {text!r} is {float(value):g} bytes of memory, less than any function needs. "
                "Ki, Mi and Gi are the units, and a small m is a thousandth. Use for example 128Mi."
            )
        if name == "cpu" and value > _MOST_CPU:
            raise InputError(f"{option}: {text!r} is {float(value):g} whole processors, more than any machine has. A thousandth is m: use for example 500m.")


def _check_names(option: str, names: t.Iterable[str], portable: re.Pattern[str], allowed: str) -> list[str]:
    warnings = []
    for name in names:
        if not name.strip() or "=" in name or _CONTROL.search(name):
            raise InputError(f"{option}: {name!r} is not a name. {allowed}")
        if not portable.fullmatch(name):
            warnings.append(f"{option}: a gateway on Kubernetes refuses the name {name!r}, perhaps without a word. {allowed}")
    return warnings


def _check_values(option: str, values: t.Mapping[str, str]) -> None:
    for name, value in values.items():
        if "\0" in value:
            raise InputError(f"{option}: the value of {name} holds a NUL character, which no gateway can hand over.")


def _check_texts(options: GatewayOptions) -> list[str]:
    """Names and values of variables, labels and annotations. faasd destroys a function with what it cannot start (reference O.3)."""
    variables = "Use letters, digits, underscores, hyphens and dots, not beginning with a digit."
    keys = "Use up to 63 letters, digits, hyphens, underscores and dots, after a domain and a slash if need be."
    named = (
        ("env", options.env, _PORTABLE_VARIABLE, variables),
        ("secret_env", options.secret_env, _PORTABLE_VARIABLE, variables),
        ("labels", options.labels, _PORTABLE_LABEL, keys),
        ("annotations", options.annotations, _PORTABLE_LABEL, keys),
    )
    warnings: list[str] = []
    for option, given, portable, allowed in named:
        warnings += _check_names(option, given or (), portable, allowed)
        _check_values(option, given or {})
    for name, value in (options.labels or {}).items():
        if not _PORTABLE_LABEL_VALUE.fullmatch(value):
            warnings.append(f"labels: a gateway on Kubernetes refuses the value {value!r} of {name}, perhaps without a word. It may hold what a name may.")
    if "\0" in (options.env_process or ""):
        raise InputError("env_process holds a NUL character, which no gateway can hand over.")
    return warnings


def _check_lists(options: GatewayOptions) -> list[str]:
    """A secret's name is a path on faasd: an empty one mounts the secrets of all functions (reference O.4)."""
    for constraint in options.constraints or ():
        if not isinstance(constraint, str) or not constraint.strip() or _CONTROL.search(constraint):
            raise InputError(f"constraints: {constraint!r} is not a constraint. Use for example kubernetes.io/arch=amd64.")
    warnings: list[str] = []
    for name in options.secrets or ():
        if not isinstance(name, str):
            raise InputError(f"secrets: {name!r} is not the name of a secret.")
        warnings += check_secret_name(name, "secrets")
    return warnings


def _check_replicas(replicas: t.Mapping[str, int]) -> list[str]:
    low, high = replicas.get("min", 1), replicas.get("max")
    if low < 0 or (high is not None and high < 1):
        raise InputError("replicas: min is at least 0, and max at least 1.")
    if high is not None and low > high:
        raise InputError(f"replicas: min ({low}) is more than max ({high}).")
    odd = [f"{name} {value}" for name, value in replicas.items() if value not in COMMUNITY_REPLICAS]
    if not odd:
        return []
    return [
        f"replicas: {' and '.join(odd)} is outside of 1 to 5, which is all that the community edition allows. "
        "On Kubernetes it refuses the function, on faasd there is one replica whatever is asked for. OpenFaaS Pro allows more."
    ]


def check_gateway_options(options: GatewayOptions) -> list[str]:
    """Refuse what cannot be right, before anything is sent. A Kubernetes gateway would answer success to some of it.

    :returns: warnings about what a provider will probably refuse or ignore.
    :raises InputError: one line that says what is wrong and what is accepted.
    """
    warnings = check_function_name(options.name)
    if options.image is not None and (not options.image.strip() or re.search(r"\s", options.image)):
        raise InputError(f"image: {options.image!r} is not the name of an image. Use for example ghcr.io/shop/hello:1.4.0.")
    both = sorted((options.env or {}).keys() & (options.secret_env or {}).keys())
    if both:
        raise InputError(f"env and secret_env both set {', '.join(both)}. Set each variable in one of them.")
    warnings += empty_secrets("secret_env", options.secret_env)
    warnings += _check_texts(options) + _check_lists(options)
    _check_resources("limits", options.limits)
    _check_resources("requests", options.requests)
    for name in OWN_ANNOTATIONS:
        if name in (options.annotations or {}):
            raise InputError(f"annotations: {name} is the one that this module keeps for itself.")
    for name in options.labels or {}:
        if name.startswith(_FAASD_ANNOTATIONS):
            raise InputError(f"labels: {name} would become an annotation on faasd. Put it into annotations, without {_FAASD_ANNOTATIONS}")
        if options.replicas is not None and name in SCALE_LABELS.values():
            raise InputError(f"labels: {name} is what replicas sets. Use one of the two.")
    if options.replicas is not None:
        warnings += _check_replicas(options.replicas)
    return warnings


def write_gateway_snapshot(path: Path, options: GatewayOptions) -> None:
    """Keep the options that lead to the version that runs now.

    :raises InputError: the file cannot be written.
    """
    write_snapshot_file(path, {"v": 1, "name": options.name, "gateway": dataclasses.asdict(options)})


def read_gateway_snapshot(path: Path, name: str) -> GatewayOptions:
    """The options that :func:`write_gateway_snapshot` kept.

    :raises InputError: the file is missing, unreadable, or of another function.
    """
    kept = read_snapshot_file(path, name, _KEPT, part="gateway")
    options: dict[str, t.Any] = {option: tuple(value) if isinstance(value, list) else value for option, value in kept.items()}
    return GatewayOptions(name=name, pull="newer" if options["image_digest"] else "missing", **options).pinned()


def gateway_options(params: t.Mapping[str, t.Any]) -> GatewayOptions:
    """A function's options from the parameters of its module, or from the snapshot that they name.

    :raises InputError: a value is of the wrong kind, or the snapshot is not usable.
    """
    if params["state"] == "absent":
        return GatewayOptions(name=params["name"])
    if params["snapshot"] is not None:
        return read_gateway_snapshot(Path(params["snapshot"]), params["name"])

    def given(option: str) -> t.Any:
        values = params[option]
        return None if values is None else {name: value for name, value in values.items() if value is not None}

    def several(option: str) -> tuple[str, ...] | None:
        return None if params[option] is None else tuple(params[option])

    return GatewayOptions(
        name=params["name"],
        image=params["image"],
        pull=params["pull"],
        env=texts("env", params["env"]),
        secret_env=texts("secret_env", params["secret_env"]),
        secrets=several("secrets"),
        labels=texts("labels", params["labels"]),
        annotations=texts("annotations", params["annotations"]),
        limits=given("limits"),
        requests=given("requests"),
        replicas=given("replicas"),
        constraints=several("constraints"),
        read_only_root_filesystem=params["read_only_root_filesystem"],
        env_process=params["env_process"],
    )
