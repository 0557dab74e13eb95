# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The namespaces of faasd (reference O.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..state import BadState
from .answers import listing, refusal, text
from .gojson import BadJson, Kind, decode
from .model import DEFAULT_NAMESPACE

LABEL = "openfaas"
CORE = "openfaas"
FIELDS: Mapping[str, Kind] = {"name": "string", "labels": "map[string]string"}


class Namespaces:
    """Names with labels; ``used`` are those in which a function was ever deployed, for its image stays there."""

    def __init__(self) -> None:
        self.labels: dict[str, dict[str, str]] = {CORE: {}, DEFAULT_NAMESPACE: {}}
        self.used: set[str] = {CORE, DEFAULT_NAMESPACE}

    def restore(self, found: dict[str, dict[str, str]]) -> None:
        self.labels |= found

    def valid(self, name: str) -> bool:
        return name == DEFAULT_NAMESPACE or self.labels.get(name, {}).get(LABEL) == "1"

    def names(self, *, default_first: bool) -> list[str]:
        """As faasd lists them. Where the default one is not first, it is put in before its turn and comes again when its turn comes."""
        found: list[str] = [DEFAULT_NAMESPACE] if default_first else []
        for name in sorted(self.labels):
            if LABEL in self.labels[name]:
                found.append(name)
            if DEFAULT_NAMESPACE not in found:
                found.append(DEFAULT_NAMESPACE)
        return found

    def answer(self, method: str, path_name: str, body: bytes) -> web.Response:
        """GET, POST, PUT or DELETE of one namespace."""
        if method == "GET":
            return self._get(path_name)
        name, labels = self._read(method, path_name, body)
        if method == "POST":
            if name in self.labels:
                raise refusal(409, f"namespace {name} already exists")
            self.labels[name] = labels
            return text(201)
        if name not in self.labels:
            raise refusal(404, f"namespace {name} not found")
        if method == "PUT":
            if self.labels[name].get(LABEL) != "1":
                raise refusal(400, f"namespace {name} is not an openfaas namespace")
            self.labels[name] = labels
            return text(202)
        if name in self.used:
            left = 'images, blobs, containers, snapshots on "overlayfs" snapshotter'
            raise refusal(500, f'namespace "{name}" must be empty, but it still has {left}: failed precondition')
        del self.labels[name]
        return text(202)

    def _get(self, name: str) -> web.Response:
        if not name:
            raise refusal(400, "namespace not specified in URL")
        labels = self.labels.get(name, {})
        if labels.get(LABEL) != "1":
            raise refusal(404, f"namespace {name} not found")
        return listing({"name": name, "labels": labels})

    @staticmethod
    def _read(method: str, path_name: str, body: bytes) -> tuple[str, dict[str, str]]:
        try:
            fields = decode(body, "FunctionNamespace", FIELDS)
        except BadJson as error:
            raise refusal(400, f"error parsing request body: {error}") from error
        name, labels = fields["name"], fields["labels"]
        if method != "POST":
            if not path_name:
                raise refusal(400, "namespace not specified in URL")
            if name != path_name:
                raise refusal(400, "namespace in request body does not match namespace in URL")
        if not name:
            raise refusal(400, "namespace not specified in request body")
        if labels.get(LABEL) != "1":
            raise refusal(400, "request does not have openfaas=1 label")
        return name, labels


def parse_stored(stored: Any) -> dict[str, dict[str, str]]:
    """The namespaces of a state file; :class:`BadState` when they are not what this emulator writes."""
    if not isinstance(stored, dict) or not all(isinstance(labels, dict) for labels in stored.values()):
        raise BadState("the state file does not hold namespaces of this emulator's gateway")
    return stored
