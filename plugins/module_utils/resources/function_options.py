# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wanted function: its options, checked, and the code that they name, loaded. No HTTP."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import FunctionSource, from_text, read_source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import CLI_LANGUAGES, SourceLayout, layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import DEFAULT_MANIFEST_VARIABLE, Manifest, Source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import FIELDS
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources import function_limits as limits
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.snapshot_file import (
    NAMED_TEXTS,
    NUMBER,
    TEXT,
    TEXTS,
    read_snapshot_file,
    write_snapshot_file,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.texts import empty_secrets, texts

_BASE_IMAGE = re.compile(r"^(\s*ARG\s+BASE_IMAGE\s*=\s*)(\S+)[ \t]*$", re.MULTILINE)
_CONTAINER = layout_for("custom-container")
# Used when the server's own template has no such line (reference B.7: what the platform's Dockerfile looks like).
_DOCKERFILE = "ARG BASE_IMAGE=\nFROM --platform=linux/amd64 ${BASE_IMAGE}\nUSER 1001\n"


# What a snapshot holds of a function.
_KEPT = {
    "runtime": TEXT,
    "code": TEXT,
    "requirements": TEXT,
    "memory": NUMBER,
    "timeout": NUMBER,
    "environment": NAMED_TEXTS,
    "secrets": TEXTS,
}


@dataclass(frozen=True)
class FunctionOptions:
    """What the user asks for. ``None`` is an option that was not given: what is there stays.

    :param memory: MB.
    :param timeout: seconds.
    :param manifest_variable: name of the environment variable for the manifest; empty leaves it out.
    :param include: shell patterns of files below ``src`` that are sent although they are left out by default.
    :param upload: the form in which the code travels; ``auto`` tries the one that the runtime suggests first.
    :param check_entry_point: refuse code without the function that the runtime calls, before it is sent.
    :param stack: name of the stack that makes the function, if it does not exist; empty for none.
    :param snapshot: restore the version in this file, which an earlier run wrote through ``snapshot_dest``.
    """

    name: str
    runtime: str | None = None
    hardware: str | None = None
    src: Path | None = None
    include: tuple[str, ...] = ()
    code: str | None = field(default=None, repr=False)
    image: str | None = None
    snapshot: Path | None = None
    snapshot_dest: Path | None = None
    requirements: str | None = None
    memory: int | None = None
    timeout: int | None = None
    env: t.Mapping[str, str] | None = None
    secret_env: t.Mapping[str, str] | None = field(default=None, repr=False)
    secrets: tuple[str, ...] | None = None
    extra_parameters: t.Mapping[str, t.Any] = field(default_factory=dict)
    manifest_variable: str = DEFAULT_MANIFEST_VARIABLE
    upload: t.Literal["auto", "zip", "text"] = "auto"
    check_entry_point: bool = True
    stack: str = ""


@dataclass(frozen=True)
class Artifact:
    """Code as it was read, once: what is compared, and what both forms of sending it are made of.

    :param requirements: the dependency text that comes with the code; ``None`` when the code says nothing about it.
    :param dependency_name: how a diff calls the dependency file.
    """

    found: FunctionSource = field(repr=False)
    source: Source
    requirements: str | None
    dependency_name: str

    @property
    def handler_name(self) -> str:
        """What to call a lone handler, on both sides of a diff."""
        return self.found.handler_name

    @classmethod
    def of(cls, found: FunctionSource, requirements: str | None, dependency_name: str) -> Artifact:
        return cls(found, Source.of_files(found.files), requirements, dependency_name)


def environment(option: str, values: t.Mapping[str, t.Any] | None) -> dict[str, str] | None:
    """Variables as texts.

    :raises InputError: a value is a list or a dictionary.
    """
    return texts(option, values, "a variable holds one text")


def check_options(options: FunctionOptions) -> list[str]:
    """Refuse what cannot be right, before anything is sent.

    :returns: warnings about what the server will probably refuse.
    :raises InputError: one line that says what is wrong and what is accepted.
    """
    warnings = limits.check_name(options.name)
    if options.memory is not None:
        warnings += limits.check_memory(options.memory)
    if options.timeout is not None:
        warnings += limits.check_timeout(options.timeout)
    plain, secret = options.env or {}, options.secret_env or {}
    limits.check_env_names([*plain, *secret], reserved=(options.manifest_variable,) if options.manifest_variable else ())
    if options.manifest_variable:
        limits.check_env_names([options.manifest_variable])
    warnings += empty_secrets("secret_env", secret)
    known = sorted(FIELDS & options.extra_parameters.keys())
    if known:
        raise InputError(f"extra_parameters cannot set {', '.join(known)}: these have options of their own.")
    return warnings


def canonical_runtime(runtime: str) -> str:
    """The runtime's id where the vendor's CLI has a shorter word for it, as in ``function_config.yaml``."""
    return CLI_LANGUAGES.get(runtime, runtime)


def load_artifact(options: FunctionOptions, layout: SourceLayout) -> Artifact | None:
    """The code of ``src`` or ``code``; ``None`` when neither is given.

    :raises InputError: the file or directory is not what the runtime needs.
    """
    dependency = layout.dependency_name or "requirements"
    if options.code is not None:
        return Artifact.of(from_text(options.code, layout, requirements=options.requirements), None, dependency)
    if options.src is None:
        return None
    found = read_source(options.src, layout, requirements=options.requirements, include=options.include)
    # A directory is the whole truth: without a dependency file the function has no dependencies. A lone file is not.
    requirements = "" if found.requirements is None and options.src.is_dir() else found.requirements
    return Artifact.of(found, requirements, dependency)


def base_image(dockerfile: str) -> str | None:
    """The image that a function of the container runtime is made of, ``None`` where its Dockerfile names none."""
    found = _BASE_IMAGE.search(dockerfile)
    return found.group(2) if found else None


def image_artifact(image: str, template: str, deployed: str | None) -> Artifact:
    """A Dockerfile for ``image``: the deployed one if it already names that image, else the server's template."""
    if deployed is not None and base_image(deployed) == image:
        return _dockerfile(deployed)
    if not _BASE_IMAGE.search(template):
        template = _DOCKERFILE.replace("ARG BASE_IMAGE=", f"ARG BASE_IMAGE={image}")
    text = _BASE_IMAGE.sub(lambda match: match.group(1) + image, template, count=1)
    return _dockerfile(text)


def deployed_artifact(code: str, requirements: str | None, layout: SourceLayout) -> Artifact:
    """The code that runs now, to be sent again to another runtime.

    :raises InputError: it is empty.
    """
    return Artifact.of(from_text(code, layout, requirements=requirements), requirements, layout.dependency_name or "requirements")


def _dockerfile(text: str) -> Artifact:
    return Artifact.of(from_text(text, _CONTAINER, requirements=""), "", "requirements")


def layout_of(runtime: str, dependency_file: str | None = None, template: str = "") -> SourceLayout:
    """The source layout of a runtime id, or of the CLI's word for it; the server's own template outranks the id."""
    return layout_for(canonical_runtime(runtime), dependency_file, template)


def write_snapshot(path: Path, function: Function) -> None:
    """Keep the version that runs now, variables in clear, readable by the owner alone.

    :raises InputError: the file cannot be written.
    """
    document = {
        "v": 1,
        "name": function.name,
        "runtime": function.runtime,
        "code": function.code,
        "requirements": function.requirements,
        "memory": function.memory,
        "timeout": function.timeout,
        "environment": function.environment,
        "secrets": None if function.secrets is None else list(function.secrets),
    }
    write_snapshot_file(path, document)


def restoring_options(options: FunctionOptions, function: Function, *, with_code: bool = True) -> FunctionOptions:
    """The options that bring a version back; all that it does not concern stays as given.

    :param with_code: whether its code and dependencies are needed, because something else may have taken their place.
    :raises InputError: the API does not return all of it, so only a part would come back. The message is a clause.
    """
    if with_code and function.code is None:
        raise InputError("the API does not return its code")
    needed: dict[str, t.Any] = {"variables": function.environment, "memory": function.memory, "timeout": function.timeout}
    if with_code:
        needed["dependencies"] = function.requirements
    silent = [name for name, value in needed.items() if value is None]
    if silent:
        raise InputError(f"the API does not return its {', '.join(silent)}")
    kept = {
        "runtime": function.runtime,
        "code": function.code,
        "requirements": function.requirements if with_code else None,
        "memory": function.memory,
        "timeout": function.timeout,
        "environment": function.environment,
        "secrets": None if function.secrets is None else list(function.secrets),
    }
    # In which form it travelled is not returned, so both may be tried.
    return _restored(dataclasses.replace(options, src=None, image=None, hardware=None, snapshot_dest=None, upload="auto"), kept)


def with_snapshot(options: FunctionOptions) -> FunctionOptions:
    """The same options with everything that the snapshot file holds.

    :raises InputError: the file is missing, unreadable, or of another function.
    """
    if options.snapshot is None:
        return options
    document = read_snapshot_file(options.snapshot, options.name, _KEPT, needed="code")
    return _restored(options, document)


def _restored(options: FunctionOptions, document: t.Mapping[str, t.Any]) -> FunctionOptions:
    """The options with a version that was kept. What ran once is not checked again."""
    variables = dict(document["environment"] or {})
    manifest = Manifest.parse(variables.pop(options.manifest_variable, None))
    secret = {name: value for name, value in variables.items() if name in manifest.secret_env}
    known = document["environment"] is not None
    return dataclasses.replace(
        options,
        runtime=document["runtime"],
        code=document["code"],
        requirements=document["requirements"],
        memory=document["memory"],
        timeout=document["timeout"],
        env={name: value for name, value in variables.items() if name not in secret} if known else None,
        secret_env=secret if known else None,
        secrets=None if document["secrets"] is None else tuple(document["secrets"]),
        check_entry_point=False,
    )
