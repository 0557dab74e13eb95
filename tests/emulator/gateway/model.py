# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions, as they are asked for and as they are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..runner.logs import LogBuffer
from ..state import BadState
from .gojson import Kind, decode
from .hosting import Instance

DEFAULT_NAMESPACE = "openfaas-fn"
MIN_REPLICAS, MAX_REPLICAS = "com.openfaas.scale.min", "com.openfaas.scale.max"
STRUCT = "FunctionDeployment"
FIELDS: Mapping[str, Kind] = {
    "service": "string",
    "image": "string",
    "namespace": "string",
    "envProcess": "string",
    "envVars": "map[string]string",
    "constraints": "[]string",
    "secrets": "[]string",
    "labels": "map[string]string",
    "annotations": "map[string]string",
    "limits": "resources",
    "requests": "resources",
    "readOnlyRootFilesystem": "bool",
}


@dataclass(frozen=True)
class Wanted:
    """The body of a POST or PUT of a function (reference O.2); quantities are as they were sent."""

    service: str
    image: str
    namespace: str
    env_process: str
    env: dict[str, str]
    secrets: list[str]
    labels: dict[str, str]
    annotations: dict[str, str]
    limits: dict[str, str]
    requests: dict[str, str]
    sent: dict[str, Any]

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Wanted:
        return cls(
            service=fields["service"],
            image=fields["image"],
            namespace=fields["namespace"],
            env_process=fields["envProcess"],
            env=fields["envVars"],
            secrets=fields["secrets"],
            labels=fields["labels"],
            annotations=fields["annotations"],
            limits=fields["limits"] or {},
            requests=fields["requests"] or {},
            sent=fields,
        )


def read_wanted(raw: bytes) -> Wanted:
    """The body; :class:`BadJson` when it is none."""
    return Wanted.of(decode(raw, STRUCT, FIELDS))


@dataclass
class Function:
    """A deployed function: what survives a restart of the emulator.

    ``replicas`` is the wanted number on Kubernetes, on faasd 1 while it should run; ``starts`` counts how often it was
    started, so that a test can tell whether a call restarted it.
    """

    name: str
    namespace: str
    wanted: Wanted
    created_at: str
    labels: dict[str, str]
    annotations: dict[str, str]
    replicas: int = 1
    starts: int = 0

    def stored(self) -> dict[str, Any]:
        """The JSON of the state file."""
        return {**vars(self), "wanted": self.wanted.sent}


@dataclass
class Hosted:
    """A function together with what runs it here.

    ``available`` counts the replicas that answer; ``busy`` is set while it is being started or removed. ``log`` is that of the version that
    answers; on Kubernetes ``pods`` are the logs of all that are there, and ``events`` is what the cluster writes about them.
    """

    function: Function
    log: LogBuffer
    pods: dict[str, LogBuffer] = field(default_factory=dict)
    events: LogBuffer | None = None
    instance: Instance | None = None
    available: int = 0
    busy: bool = False
    stuck: bool = False
    task: asyncio.Task[None] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def running(self) -> bool:
        return self.instance is not None and self.instance.alive


def parse_stored(stored: Any) -> list[Function]:
    """The functions of a state file; :class:`BadState` when they are not what this emulator writes."""
    try:
        return [Function(**{**one, "wanted": Wanted.of(one["wanted"])}) for one in stored]
    except (TypeError, KeyError) as error:
        raise BadState(f"the state file does not hold functions of this emulator's gateway: {error}") from error
