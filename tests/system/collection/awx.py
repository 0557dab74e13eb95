# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX does with a credential type, and as much of its API as sets it up: objects by kind that are found, made, changed and linked.

AWX's own code injects, from the package ``awx_plugins.interfaces``. What AWX refuses of a credential type is not in that package.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import ENV_BLOCKLIST, inject_credential
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from servers import Answer, Call

NAME = "^[a-zA-Z_]+[a-zA-Z0-9_]*$"
INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "required": {"type": "array", "items": {"type": "string"}},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label"],
                "properties": {
                    "id": {"type": "string", "pattern": NAME},
                    "type": {"enum": ["string", "boolean"]},
                    "format": {"enum": ["ssh_private_key", "url"]},
                    "choices": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
                    **{name: {"type": "string"} for name in ("label", "help_text")},
                    **{name: {"type": "boolean"} for name in ("multiline", "secret", "ask_at_runtime")},
                    "default": {"type": ["string", "boolean"]},
                },
            },
        },
    },
}
TEXTS = {"type": "object", "additionalProperties": False, "patternProperties": {NAME: {"type": "string"}}}
INJECTORS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "file": {"type": "object", "additionalProperties": False, "patternProperties": {r"^template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?$": {"type": "string"}}},
        "env": TEXTS,
        "extra_vars": TEXTS,
    },
}


def refusals(inputs: Any, injectors: Any) -> list[str]:
    """Why AWX does not take a credential type; empty when it does."""
    found = [error.message for schema, value in ((INPUTS, inputs), (INJECTORS, injectors)) for error in jsonschema.Draft4Validator(schema).iter_errors(value)]
    return found or [*_wrong_fields(inputs), *_wrong_injectors(inputs, injectors)]


def _wrong_fields(inputs: dict[str, Any]) -> Iterator[str]:
    ids = [field["id"] for field in inputs["fields"]]
    if "tower" in ids:
        yield "tower is reserved"
    if len(set(ids)) < len(ids):
        yield "ids are not unique"
    if set(inputs.get("required", [])) - set(ids):
        yield "what is required is no field"
    for field in inputs["fields"]:
        for key in ("choices", "multiline", "format", "secret"):
            if key in field and field.get("type", "string") != "string":
                yield f"{key} is only for strings"


def _wrong_injectors(inputs: dict[str, Any], injectors: dict[str, Any]) -> Iterator[str]:
    for name in injectors.get("env", {}):
        if name.startswith("ANSIBLE_") or name in ENV_BLOCKLIST:
            yield f"{name} is not allowed"
    labels = list(injectors.get("file", {}))
    if "template" in labels and len(labels) > 1:
        yield "one file or several named ones"
    tower: dict[str, Any] = {"filename": "EXAMPLE"} if labels == ["template"] else {}
    if labels and not tower:
        tower["filename"] = {label.partition(".")[2]: "EXAMPLE" for label in labels}
    # Every field has a value here, so a name that is undefined is the name of no field.
    known = {**{field["id"]: "EXAMPLE" for field in inputs["fields"]}, "tower": tower}
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for name, template in ((name, text) for texts in injectors.values() for name, text in texts.items()):
        try:
            sandbox.from_string(template).render(known)
        except TemplateError as error:
            yield f"{name}: {error}"


def injected(inputs: Any, injectors: Any, given: dict[str, Any], private_data: Path) -> dict[str, str]:
    """The environment of a job, by AWX's own code. The files are there, though AWX names them as they are called in its container."""
    (private_data / "env").mkdir(parents=True, exist_ok=True)
    kind = ManagedCredentialType(namespace="e2e", name="E2E", kind="cloud", inputs=inputs, injectors=injectors)
    environ: dict[str, Any] = {}
    inject_credential(kind, Credential(given), environ, {}, [], str(private_data))
    # A container gets a variable up to its first line break.
    return {name: str(value).partition("\n")[0].replace("/runner/", f"{private_data}/", 1) for name, value in environ.items()}


class Api:
    """The API of an AWX that has an organization and nothing else. ``objects`` are kept by kind and id, ``links`` by path."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self.objects: dict[str, dict[int, dict[str, Any]]] = {}
        self.links: dict[str, list[int]] = {}
        self.surveys: dict[int, Any] = {}
        self.make("organizations", {"name": "Default"})

    def named(self, kind: str, name: str) -> dict[str, Any]:
        """The only object of a kind and name."""
        [found] = [item for item in self.objects.get(kind, {}).values() if item["name"] == name]
        return found

    def make(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        path = f"/api/v2/{kind}/{number}/"
        related = {"survey_spec": f"{path}survey_spec/"}
        item = {"id": number, "type": kind, "url": path, "related": related, "summary_fields": {}, "scm_revision": "", **given}
        self.objects.setdefault(kind, {})[number] = item
        if given.get("kind") == "constructed":
            self.make("inventory_sources", {"name": f"Auto-created source for: {given['name']}", "inventory": number, "source": "constructed"})
        return item

    def __call__(self, call: Call) -> Answer:
        url = urlsplit(call.path)
        found = re.fullmatch(r"/api/v2/(\w+)/(?:(\d+)/)?(?:(\w+)/)?", url.path)
        if found is None:
            return Answer(404)
        kind, number, sub = found.groups()
        body = json.loads(call.body) if call.body else {}
        if sub == "survey_spec":
            return self._survey(call.method, int(number), body)
        if sub:
            return self._linked(call.method, sub, url.path, body)
        if number:
            item = self.objects[kind][int(number)]
            item.update(self._hidden(body))
            return _json(item)
        if call.method == "POST":
            return _json(self.make(kind, self._hidden(body)), 201)
        wanted = dict(parse_qsl(url.query))
        matching = [item for item in self.objects.get(kind, {}).values() if all(str(item.get(key)) == value for key, value in wanted.items())]
        return _json({"count": len(matching), "next": None, "results": matching})

    def _hidden(self, body: dict[str, Any]) -> dict[str, Any]:
        """What is kept of a body: AWX shows no secret of a credential."""
        if "credential_type" not in body or not isinstance(body.get("inputs"), dict):
            return body
        fields = self.objects["credential_types"][body["credential_type"]]["inputs"]["fields"]
        secret = {field["id"] for field in fields if field.get("secret")}
        return {**body, "inputs": {name: "$encrypted$" if name in secret and value else value for name, value in body["inputs"].items()}}

    def _survey(self, method: str, number: int, body: Any) -> Answer:
        if method == "POST":
            self.surveys[number] = body
        return _json(self.surveys.get(number, {}))

    def _linked(self, method: str, kind: str, path: str, body: dict[str, Any]) -> Answer:
        links = self.links.setdefault(path, [])
        if method == "POST":
            links.append(body["id"])
            return Answer(204, b"")
        kinds = {"input_inventories": "inventories"}
        return _json({"count": len(links), "next": None, "results": [self.objects[kinds.get(kind, kind)][number] for number in links]})


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode())
