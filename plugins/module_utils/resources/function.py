# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A function as a resource of the lifecycle: reading, comparing, writing and reporting it (reference B)."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.entry_point import check_entry_point
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import (
    Manifest,
    Source,
    Text,
    same_content,
    source_entries,
    text_entries,
    total_digest,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, DiffEntry, FieldRule, Unknown, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import Listed, ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, FunctionFailedError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import fingerprint
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_form_refusals import OtherFormError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import UPLOAD_NAMES, Deployment, Upload
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function, FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_activation import explain_not_activated
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import (
    Artifact,
    FunctionOptions,
    deployed_artifact,
    image_artifact,
    layout_of,
    load_artifact,
    restoring_options,
    write_snapshot,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_runtime import RuntimeChoice
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_view import FunctionView, function_result, known

# What the vendor's CLI writes into a new function's configuration (reference B.3).
DEFAULT_MEMORY = 512
DEFAULT_TIMEOUT = 15


class FunctionResource(ResourceBase[Function]):
    """One function, for :class:`~lifecycle.Lifecycle`.

    :param options: checked by :func:`~function_options.check_options`.
    :param listed: gives what a list says of it, where one was read by the time that it is looked up.
    :raises InputError: already here, when the code on disk is not usable; nothing was sent by then.
    """

    repeatable = True
    settling = ("status", "reason")
    refusals_are_harmless = True

    def __init__(self, client: FunctionsClient, options: FunctionOptions, listed: t.Callable[[], Listed[Function] | None] = lambda: None) -> None:
        super().__init__()
        self._client = client
        self._listed = listed
        self._options = options
        self._redact = client.transport.redact
        self._redact.add(*(options.secret_env or {}).values())
        self._runtime = RuntimeChoice(client, options, self.warn)
        self._artifact: Artifact | None = None
        self._uploads: tuple[Upload, ...] = ()
        self._texts: dict[str, str] = {}
        self._archives: dict[tuple[str, str], bytes] = {}
        self.snapshot_taken = False
        #: The form in which it was sent, or in check mode would be tried first; ``None`` when nothing is sent.
        self.upload: Upload | None = None
        self.label = f"function {options.name}"
        self._unread: dict[str, str] = {}
        if options.runtime and layout_of(options.runtime).language != "unknown":
            self._artifact = load_artifact(options, layout_of(options.runtime))
        elif options.code is None and options.src is not None and not options.src.exists():
            raise InputError(f"src: {options.src} does not exist.")

    # What is compared, and how it is shown.

    @property
    def rules(self) -> tuple[FieldRule, ...]:
        """The fields in the order of a diff. Values of variables that the user did not declare are never shown."""
        name = self._options.name
        dependency = self._artifact.dependency_name if self._artifact else "requirements"
        return (
            FieldRule("runtime", in_place=False),
            FieldRule("hardware", in_place=False),
            FieldRule("memory"),
            FieldRule("timeout"),
            FieldRule("env", show=self._show_env),
            FieldRule("secret_env", show=self._show_secret),
            FieldRule("secrets", same=self._same_set, show=sorted),
            FieldRule("source", same=same_content, entries=self._source_entries),
            FieldRule("requirements", same=same_content, entries=text_entries(f"{name}/{dependency}")),
        )

    def _source_entries(self, before: t.Any, after: t.Any) -> list[DiffEntry]:
        entries = source_entries(self._options.name)(before, after)
        if not self._uploads or after is None:
            return entries
        first, *others = (UPLOAD_NAMES[upload] for upload in self._uploads)
        otherwise = f", or as {others[0]} if the API does not take that" if others else ""
        return [*entries, {"prepared": f"{self._options.name}: the code travels as {first}{otherwise}\n"}]

    @staticmethod
    def _same_set(wanted: Value, current: Value) -> bool | Unknown:
        return UNKNOWN if current is UNKNOWN else set(wanted) == set(current)

    def _show_env(self, values: t.Mapping[str, str]) -> dict[str, str]:
        declared = self._options.env or {}
        return {name: value if name in declared else self._fingerprint(value) for name, value in values.items()}

    def _show_secret(self, values: t.Mapping[str, str]) -> dict[str, str]:
        return {name: self._fingerprint(value) for name, value in values.items()}

    def _fingerprint(self, value: str) -> str:
        return fingerprint(value, self._client.transport.credentials.api_key)

    # Reading.

    def read(self) -> Function | None:
        # What was listed is the first reading, and no other: whoever reads again wants to see what has changed.
        listed, self._listed = self._listed(), lambda: None
        function = listed.entry if listed and listed.is_enough(self) else self._client.get(self._options.name)
        if function is not None:
            secret = self._view(function).secret_env
            if secret is not UNKNOWN:
                self._redact.add(*secret.values())
        return function

    def _view(self, function: Function) -> FunctionView:
        if self._artifact:
            handler_name = self._artifact.handler_name
        else:
            handler_name = next(iter(layout_of(function.runtime or "").handler_names), "handler")
        return FunctionView(function, self._options.manifest_variable, self._secret_names, handler_name)

    @property
    def _secret_names(self) -> t.Collection[str]:
        return (self._options.secret_env or {}).keys()

    def facts(self, current: Function) -> dict[str, Value]:
        view = self._view(current)
        return {
            "runtime": known(current.runtime),
            "hardware": known(current.hardware and current.hardware.lower()),
            "memory": known(current.memory),
            "timeout": known(current.timeout),
            "env": view.marked_env,
            "secret_env": view.marked_secret_env,
            "secrets": known(current.secrets),
            "source": view.source,
            "requirements": view.requirements,
        }

    # Wanting.

    def desired(self, current: Function | None) -> dict[str, Value]:
        options = self._options
        runtime = self._runtime.wanted(current)
        self._load_code(runtime, current)
        self._uploads = self._possible_uploads(runtime, current)
        requirements = self._wanted_requirements()
        wanted: dict[str, Value] = {
            "runtime": runtime,
            "hardware": options.hardware,
            "memory": options.memory,
            "timeout": options.timeout,
            "env": None if options.env is None else dict(options.env),
            "secret_env": None if options.secret_env is None else dict(options.secret_env),
            "secrets": options.secrets,
            "source": self._artifact.source if self._artifact else None,
            "requirements": None if requirements is None else Text.of(requirements),
        }
        if current is None:
            if self._artifact is None:
                raise InputError(f"The function {options.name} does not exist yet. Give its code: one of src, code or image.")
            wanted["hardware"] = self._runtime.hardware(runtime)
            for name, default in (("memory", DEFAULT_MEMORY), ("timeout", DEFAULT_TIMEOUT)):
                wanted[name] = default if wanted[name] is None else wanted[name]
        return {name: value for name, value in wanted.items() if value is not None}

    def _load_code(self, runtime: str, current: Function | None) -> None:
        if self._artifact is not None:
            return
        if self._options.image is not None:
            deployed = current.code if current else None
            template = "" if deployed and f"={self._options.image}" in deployed else self._runtime.entry(runtime).code_template
            self._artifact = image_artifact(self._options.image, template, deployed)
            return
        if self._options.src is None and self._options.code is None:
            return
        self._artifact = load_artifact(self._options, self._runtime.layout(runtime))

    def _wanted_requirements(self) -> str | None:
        artifact = self._artifact
        if self._options.requirements is None:
            return artifact.requirements if artifact else None
        # What is read from other files is in there, and has to be in what is compared.
        return (artifact.found.requirements if artifact else None) or self._options.requirements

    # In which form it travels.

    def _possible_uploads(self, runtime: str, current: Function | None) -> tuple[Upload, ...]:
        """The forms that may be tried, the preferred one first.

        :raises InputError: the form that the user wants has no place for what is wanted.
        """
        wish, only_text = self._options.upload, self._only_as_text(current)
        if wish == "zip" and only_text:
            raise InputError(f"upload: a ZIP archive is sent without {only_text}, for which the API names no field. Use upload: text, or leave it out.")
        if wish != "auto":
            return (wish,)
        if only_text:
            return ("text",)
        text_first = self._options.code is not None or layout_of(runtime).generation == "classic"
        return ("text", "zip") if text_first else ("zip", "text")

    def _only_as_text(self, current: Function | None) -> str:
        """What only the JSON form carries (reference B.3, H.6); empty for nothing."""
        options = self._options
        if options.hardware == "gpu":
            return "hardware"
        # Taking the last one away is a change as well, for which a form without the field has no word.
        return "secrets" if options.secrets or (current is not None and current.secrets) else ""

    # Writing.

    def create(self, previous: Function | None) -> None:
        deployment = self._creation(previous)
        uploads = self._travelling(deployment, new=True)
        try:
            self._client.create(deployment, uploads, self._note_upload)
        except E2EError as error:
            advice = explain_not_activated(error) or self._explain_form(error, uploads, previous)
            if advice:
                error.add(advice)
            raise

    def update(self, current: Function) -> None:
        deployment = self._deployment(current)
        uploads = self._travelling(deployment, new=False)
        self._take_snapshot(current)
        try:
            self._client.update(current, deployment, uploads, self._note_upload)
        except E2EError as error:
            advice = self._explain_form(error, uploads, current)
            if advice:
                error.add(advice)
            raise

    def _note_upload(self, upload: Upload) -> None:
        self.upload = upload

    def _explain_form(self, error: E2EError, uploads: tuple[Upload, ...], current: Function | None) -> str:
        """Why the other form was not tried, when the API wants that one; empty if nothing says so."""
        if len(uploads) > 1 or not isinstance(error, OtherFormError):
            return ""
        other: Upload = "text" if uploads[0] == "zip" else "zip"
        only_text = self._only_as_text(current)
        if self._options.upload == uploads[0]:
            why = f"upload: {self._options.upload} rules that out"
        elif only_text:
            why = f"that has no place for {only_text}"
        else:
            why = "that needs the code, which the API does not return and you did not give"
        return f"The API seems to want {UPLOAD_NAMES[other]} instead, and {why}."

    def _travelling(self, deployment: Deployment, *, new: bool) -> tuple[Upload, ...]:
        """The possible forms that can carry this.

        :raises InputError: none can, because the code that runs now is not known and would be replaced.
        """
        uploads = tuple(upload for upload in self._uploads if deployment.can_travel(upload, new=new))
        if not uploads:
            raise InputError(f"The API does not return the code of the {self.label}, and this would replace it. Give src, code or image.")
        return uploads

    def _creation(self, previous: Function | None) -> Deployment:
        runtime = self._runtime.wanted(previous)
        if self._artifact is None and previous is not None and previous.code is not None:
            self._artifact = deployed_artifact(previous.code, previous.requirements, self._runtime.layout(runtime))
        return dataclasses.replace(self._deployment(previous), runtime=runtime, hardware=self._runtime.hardware(runtime))

    def delete(self, current: Function) -> None:
        self._take_snapshot(current)
        self._client.delete(current)

    def _take_snapshot(self, current: Function) -> None:
        path = self._options.snapshot_dest
        if path is None or self.snapshot_taken:
            return
        if current.code is None:
            self.warn(f"snapshot_dest: the API does not return the code of the {self.label}, so this version is not kept and cannot be put back later.")
        else:
            write_snapshot(path, current)
            self.snapshot_taken = True

    def _deployment(self, current: Function | None) -> Deployment:
        """The whole set that create and update have in common; what is not said is what is there."""
        options, artifact = self._options, self._artifact
        needs_code = artifact is None and current is not None and self._has_other_requirements(current)
        if needs_code and current is not None and current.code is not None:
            artifact = deployed_artifact(current.code, self._wanted_requirements(), self._runtime.layout(current.runtime or ""))
        # A ZIP form without a file leaves the code and its dependencies as they are.
        leaves_code = artifact is None and not needs_code and current is not None and (self._uploads[:1] == ("zip",) or current.code is None)
        requirements = self._wanted_requirements() or (current.requirements if current else "") or ""
        secrets: tuple[str, ...] = ()
        if not leaves_code:
            requirements = self._kept("requirements", self._wanted_requirements(), current.requirements if current else "", "")
            secrets = tuple(self._kept("secrets", options.secrets, current.secrets if current else (), ()))
        code = None if current is None or current.code is None else current.code
        deployment = Deployment(
            name=options.name,
            runtime=current.runtime or "" if current else "",
            hardware="",
            memory=self._kept("memory", options.memory, current.memory if current else DEFAULT_MEMORY, DEFAULT_MEMORY),
            timeout=self._kept("timeout", options.timeout, current.timeout if current else DEFAULT_TIMEOUT, DEFAULT_TIMEOUT),
            environment=self._variables(current, None if leaves_code and current and current.requirements is None else requirements),
            secrets=secrets,
            requirements=requirements,
            code=functools.partial(self._text, artifact) if artifact else (lambda: code or "") if code is not None else None,
            archive=None if artifact is None else functools.partial(self._archive, artifact, requirements),
            needs_code=needs_code,
            extra=options.extra_parameters,
        )
        if self._unread:
            sent = ", ".join(f"{name} is {how}" for name, how in sorted(self._unread.items()))
            self.warn(
                f"An update replaces the whole {self.label}. What you do not give and the API does not return cannot be kept: {sent}. "
                "Give these options to be sure, or use when_unknown: keep."
            )
        return deployment

    def _text(self, artifact: Artifact) -> str:
        """The code as one text. It is made for the prediction, and that one is sent."""
        made = self._texts.get(artifact.source.digest)
        if made is None:
            made = self._texts[artifact.source.digest] = artifact.found.as_text()
        return made

    def _archive(self, artifact: Artifact, requirements: str) -> bytes:
        """The archive of the code and its requirements, made once like the text."""
        key = (artifact.source.digest, requirements)
        if key not in self._archives:
            # One at a time: it can be large.
            self._archives = {key: dataclasses.replace(artifact.found, requirements=requirements).as_zip(self._options.name)}
        return self._archives[key]

    def _has_other_requirements(self, current: Function) -> bool:
        wanted = self._wanted_requirements()
        return wanted is not None and same_content(Text.of(wanted), self._view(current).requirements) is not True

    def _variables(self, current: Function | None, requirements: str | None) -> dict[str, str]:
        options = self._options
        view = self._view(current) if current else None
        plain = self._kept("env", options.env, _none(view.env) if view else {}, {})
        secret = self._kept("secret_env", options.secret_env, _none(view.secret_env) if view else {}, {})
        variables = {**secret, **plain}
        if options.manifest_variable:
            source = self._artifact.source if self._artifact else _none(view.source) if view else None
            dependencies = Text.of(requirements) if requirements is not None else _none(view.requirements) if view else None
            names = tuple(name for name in secret if name not in plain)
            # Who made it stays as it is: an update does not make it somebody else's.
            stack = view.manifest.stack if view else options.stack
            variables[options.manifest_variable] = Manifest(source, dependencies, names, stack).dump()
        return variables

    def _kept(self, name: str, wanted: Value, current: Value, default: Value) -> Value:
        """What is sent for a field: the option, else what is there, else the default with a warning."""
        if wanted is not None:
            return wanted
        if current is not None:
            return current
        self._unread[name] = f"set to {default}" if default else "cleared"
        return default

    # Waiting and reporting.

    def is_busy(self, current: Function) -> bool:
        return current.is_busy

    def repair_reason(self, current: Function) -> str:
        return current.status if current.is_failed else ""

    def check_ready(self, current: Function) -> bool:
        if current.is_failed:
            log = self.log_tail(current)
            reason = self._redact(current.reason or "the API gives no reason").rstrip(".")
            raise FunctionFailedError(
                f"The {self.label} does not run, its status is {current.status}: {reason}.",
                details=["Last lines of its log:", *(f"  {line}" for line in log)] if log else (),
            )
        return current.is_ready

    def describe(self, current: Function) -> str:
        return f"its status is {current.status}"

    # What the deploy transaction wants to know.

    def url(self, current: Function) -> str | None:
        return current.url

    @property
    def shows_new_version(self) -> bool:
        # A status of Running is the new version's own (reference B.6).
        return True

    def works(self, current: Function) -> bool:
        return current.is_ready

    def is_same(self, before: Function, current: Function) -> bool:
        facts = self.facts(current)
        # An answer that says nothing about what is wanted is the same before and after a change.
        return before.raw == current.raw and all(facts[name] is not UNKNOWN for name in self.desired(current))

    def state(self, current: Function) -> str:
        return f"is {current.status}"

    def version(self, current: Function) -> str:
        return self.result(current)["digest"] or "no digest"

    def log_tail(self, current: Function) -> list[str]:
        return self._redact.lines(self._client.log_tail(current))

    def conceal(self, text: str) -> str:
        return self._redact(text)

    def restoring(self, before: Function, *, is_gone: bool) -> FunctionResource:
        # An update without code leaves the code where it can be left out, and where not it needs one that is returned.
        keeps_code = before.code is None and self._artifact is None and self._options.requirements is None
        options = restoring_options(self._options, before, with_code=not keeps_code)
        try:
            return FunctionResource(self._client, options)
        except InputError as error:
            raise InputError(f"the code that the API returns cannot be sent again ({error.message.rstrip('.')})") from None

    def _check_code(self, runtime: str, upload: Upload) -> None:
        """Refuse code that the runtime cannot start, and tell what may go wrong with the form in which it travels.

        What a runtime wants is told by its id; before that is held against the user, the server's own template is asked.
        """
        if self._artifact is None or not self._options.check_entry_point:
            return
        found, is_told = self._artifact.found, self._runtime.is_read
        try:
            try:
                warnings = check_entry_point(self._runtime.by_template(found, runtime) if is_told else found)
            except InputError:
                told = self._runtime.by_template(found, runtime)
                if is_told or told.layout.contract == found.layout.contract:
                    raise
                warnings = check_entry_point(told)
        except InputError as error:
            raise InputError(f"{error.message} If the code is right all the same, set check_entry_point: false.") from None
        for text in (*warnings, *(found.text_warnings() if upload == "text" else found.zip_warnings())):
            self.warn(text)

    def result(self, current: Function | None) -> dict[str, t.Any]:
        return function_result(self._options.name, current, self._options.manifest_variable, self._secret_names)

    def predict(self, current: Function | None, action: Action) -> dict[str, t.Any]:
        wanted = self.desired(current)
        # What cannot be sent must come to light now, in check mode too, and before a replacement deletes anything.
        new = action != "update" or current is None
        deployment = self._creation(current) if new else self._deployment(current)
        upload, *_others = self._travelling(deployment, new=new)
        if current is None or ("source" in wanted and same_content(wanted["source"], self._view(current).source) is not True):
            self._check_code(wanted["runtime"], upload)
            for note in self._artifact.found.notes if self._artifact else ():
                self.warn(note)
        _pack(deployment, upload)
        self.upload = upload
        result = self.result(current)
        result |= {name: wanted[name] for name in ("runtime", "hardware", "memory", "timeout") if name in wanted}
        result |= {"status": "running", "reason": None}
        if new:
            result |= {"id": None, "url": None}
        if current is None:
            result |= {"env_names": [], "secret_env_names": [], "secrets": []}
        for name, key in (("env", "env_names"), ("secret_env", "secret_env_names"), ("secrets", "secrets")):
            if name in wanted:
                result[key] = sorted(wanted[name])
        view = self._view(current) if current else None
        source = wanted.get("source", view.source if view else UNKNOWN)
        requirements = wanted.get("requirements", view.requirements if view else Text.of(""))
        if isinstance(source, Source) and isinstance(requirements, Text):
            result["digest"] = total_digest(source, requirements)
        return result


def _pack(deployment: Deployment, upload: Upload) -> None:
    """Make what would be sent, so that a limit or a rule of the platform is met before anything is."""
    if upload == "text" and deployment.code is not None:
        deployment.code()
    elif upload == "zip" and deployment.archive is not None:
        deployment.archive()


def _none(value: Value) -> Value:
    return None if value is UNKNOWN else value
