# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparing a function's specification with what a gateway returns of it. Pure: no HTTP, no Ansible.

No provider returns everything (reference O.2). What may not come back is kept in one annotation, the
*manifest*: settings as they were sent, and a salted digest of each variable. Every write of any client replaces all
annotations, so a manifest that is there belongs to the specification that is there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import typing as t
from dataclasses import dataclass, field
from fractions import Fraction

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Unknown
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json

MANIFEST_ANNOTATION = "e2enetworks.cloud/manifest"
# Which content the tag of the image stood for when it was deployed.
IMAGE_DIGEST_ANNOTATION = "e2enetworks.cloud/image-digest"
# Name of the stack that made the function.
STACK_ANNOTATION = "e2enetworks.cloud/stack"
#: What the collection keeps for itself.
OWN_ANNOTATIONS = (MANIFEST_ANNOTATION, IMAGE_DIGEST_ANNOTATION, STACK_ANNOTATION)
# How a function tells between which numbers of replicas the gateway scales it (reference O.6).
SCALE_LABELS = {"min": "com.openfaas.scale.min", "max": "com.openfaas.scale.max"}

# containerd allows 4096 bytes for a label's name and value together.
_LONGEST_MANIFEST = 3500

# faasd leaves these out of what it returns, whoever set them.
_NEVER_RETURNED = ("PATH", "fprocess")

_QUANTITY = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)")
_FACTORS = {
    **{letter: Fraction(1, 1000**power) for power, letter in enumerate("mun", start=1)},
    **{letter: Fraction(1000**power) for power, letter in enumerate("kMGTPE", start=1)},
    **{f"{letter}i": Fraction(1024**power) for power, letter in enumerate("KMGTPE", start=1)},
}

Resources = t.Mapping[str, str]


def normal_image(image: str) -> str:
    """An image's full name, as containerd writes it: with registry, and with a tag unless a digest names it."""
    name, at, digest = image.partition("@")
    first, slash, _rest = name.partition("/")
    if not slash:
        name = f"docker.io/library/{name}"
    elif "." not in first and ":" not in first and first != "localhost":
        name = f"docker.io/{name}"
    if name.startswith("index.docker.io/"):
        name = name.removeprefix("index.")
    if name.startswith("docker.io/") and name.count("/") == 1:
        name = name.replace("docker.io/", "docker.io/library/")
    if not at and ":" not in name.rpartition("/")[2]:
        name += ":latest"
    return f"{name}{at}{digest}"


def quantity(text: str) -> Fraction | None:
    """The value of a Kubernetes quantity such as ``128Mi``, ``0.5`` or ``100m``; ``None`` if it is not one."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number, exponent, suffix = found.groups()
    value = Fraction(number + exponent if exponent else number.rstrip(".") if number.endswith(".") else number)
    return value * _FACTORS[suffix] if suffix else value


def _by_value(resources: Resources) -> dict[str, Fraction | str]:
    values: dict[str, Fraction | str] = {}
    for name, text in resources.items():
        value = quantity(text)
        # A half that was not given reads "0" on Kubernetes.
        if value is None or value:
            values[name] = text if value is None else value
    return values


def same_resources(wanted: Resources, current: Resources | Unknown) -> bool | Unknown:
    """Whether two sets of limits or requests are equal by value."""
    return UNKNOWN if current is UNKNOWN else _by_value(wanted) == _by_value(current)


def real_resources(resources: Resources) -> dict[str, str]:
    """Without the quantities that mean none."""
    return {name: text for name, text in resources.items() if quantity(text) != 0}


def same_image(wanted: str, current: str) -> bool:
    """Whether two texts name the same image."""
    return normal_image(wanted) == normal_image(current)


def _digest(salt: str, text: str) -> str:
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()[:12]


def _variable_digest(salt: str, name: str, value: str) -> str:
    return _digest(salt, f"{name}\0{value}")


def _whole_digest(salt: str, variables: t.Mapping[str, str]) -> str:
    return _digest(salt, json.dumps(variables, sort_keys=True))


# By name of the variable, or over all of them where that would be too long.
Digests = t.Union[dict[str, str], str]


@dataclass(frozen=True)
class Variables:
    """What is known of a function's plain or secret variables.

    :param salt: of the manifest.
    :param digests: of the variables that a deploy of this collection set; ``None`` without a manifest.
    :param values: as the gateway returned them: perhaps more than were set, values perhaps cut; ``None`` if not at all.
    """

    salt: str
    digests: Digests | None
    values: t.Mapping[str, str] | None = field(repr=False)

    @property
    def names(self) -> list[str] | None:
        """Names of the variables, as far as known."""
        if isinstance(self.digests, dict):
            return sorted(self.digests)
        return None if self.values is None else sorted(self.values)

    def same(self, wanted: t.Mapping[str, str]) -> bool | Unknown:
        """Whether these are the wanted ones. Without a manifest, more variables than wanted may come from the image."""
        if self.digests is None and self.values is None:
            return UNKNOWN
        if isinstance(self.digests, dict) and self.digests != {name: _variable_digest(self.salt, name, value) for name, value in wanted.items()}:
            return False
        if isinstance(self.digests, str) and self.digests != _whole_digest(self.salt, wanted):
            return False
        values = self.values
        if values is None:
            return True
        # faasd cuts a value at its first equals sign.
        return all(values.get(name) in (value, value.partition("=")[0]) for name, value in wanted.items() if name not in _NEVER_RETURNED)

    def without(self, names: t.Collection[str]) -> Variables:
        """The others. A digest over all of them tells nothing about a part, and stays as it is."""

        def left(part: t.Mapping[str, str]) -> dict[str, str]:
            return {name: text for name, text in part.items() if name not in names}

        digests = left(self.digests) if isinstance(self.digests, dict) else self.digests
        return Variables(self.salt, digests, None if self.values is None else left(self.values))

    def exact(self, *guesses: t.Mapping[str, str]) -> dict[str, str] | None:
        """The values themselves, if it is certain what they are; looked for in the answer and in ``guesses``."""
        if not isinstance(self.digests, dict):
            return {} if self.digests is None and self.values == {} else None
        found: dict[str, str] = {}
        for name, digest in self.digests.items():
            for source in (self.values or {}, *guesses):
                if name in source and _variable_digest(self.salt, name, source[name]) == digest:
                    found[name] = source[name]
        return found if found.keys() == self.digests.keys() else None

    @staticmethod
    def digest(salt: str, name: str, value: str) -> str:
        """What stands for a variable in the manifest."""
        return _variable_digest(salt, name, value)

    def holds(self, name: str, value: str) -> bool:
        """Whether a variable certainly has this value."""
        return isinstance(self.digests, dict) and self.digests.get(name) == _variable_digest(self.salt, name, value)

    def shown(self, name: str) -> str:
        """What may be shown of a value that the user did not declare."""
        return f"digest {self.digests[name]}" if isinstance(self.digests, dict) and name in self.digests else "(not shown)"


@dataclass(frozen=True)
class Manifest:
    """What a deploy leaves in the annotation: the parts of a specification that some provider does not return."""

    salt: str
    env: Digests
    secret_env: Digests
    secret_names: tuple[str, ...]
    limits: dict[str, str]
    requests: dict[str, str]
    constraints: tuple[str, ...]
    read_only_root_filesystem: bool
    env_process: str

    @classmethod
    def of(cls, salt: str, env: t.Mapping[str, str], secret_env: t.Mapping[str, str], spec: t.Mapping[str, t.Any]) -> Manifest:
        """The manifest of a request body."""
        return cls(
            salt=salt,
            env={name: _variable_digest(salt, name, value) for name, value in env.items()},
            secret_env={name: _variable_digest(salt, name, value) for name, value in secret_env.items()},
            secret_names=tuple(sorted(secret_env)),
            limits=dict(spec.get("limits") or {}),
            requests=dict(spec.get("requests") or {}),
            constraints=tuple(spec.get("constraints") or ()),
            read_only_root_filesystem=bool(spec.get("readOnlyRootFilesystem")),
            env_process=str(spec.get("envProcess") or ""),
        )

    def dump(self, env: t.Mapping[str, str], secret_env: t.Mapping[str, str]) -> str:
        """As the annotation's value; with one digest over all variables when there are too many for one each."""
        document: dict[str, t.Any] = {"v": 1, "salt": self.salt, "env": self.env, "secret_env": self.secret_env}
        document |= {"limits": self.limits, "requests": self.requests, "constraints": list(self.constraints), "env_process": self.env_process}
        document["read_only"] = self.read_only_root_filesystem
        text = _compact(document)
        if len(text.encode()) > _LONGEST_MANIFEST:
            document |= {"env": _whole_digest(self.salt, env), "secret_env": _whole_digest(self.salt, secret_env), "secret_names": self.secret_names}
            text = _compact(document)
        return text

    @classmethod
    def parse(cls, text: str | None) -> Manifest | None:
        """The manifest in an annotation's value; ``None`` when there is none or somebody else wrote it."""
        try:
            document = load_json(text or "")
        except ValueError:
            return None
        if not isinstance(document, dict) or document.get("v") != 1:
            return None
        env, secret_env = _digests(document.get("env")), _digests(document.get("secret_env"))
        if env is None or secret_env is None:
            return None
        return cls(
            salt=str(document.get("salt") or ""),
            env=env,
            secret_env=secret_env,
            secret_names=tuple(sorted(secret_env)) if isinstance(secret_env, dict) else _several(document.get("secret_names")),
            limits=_texts(document.get("limits")),
            requests=_texts(document.get("requests")),
            constraints=_several(document.get("constraints")),
            read_only_root_filesystem=document.get("read_only") is True,
            env_process=str(document.get("env_process") or ""),
        )


def _digests(value: t.Any) -> Digests | None:
    return value if isinstance(value, str) else _texts(value) if isinstance(value, dict) else None


def _texts(value: t.Any) -> dict[str, str]:
    return {str(name): str(item) for name, item in value.items()} if isinstance(value, dict) else {}


def _several(value: t.Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _compact(document: t.Mapping[str, t.Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))
