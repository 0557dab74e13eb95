# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A function of a gateway as a resource of the lifecycle: reading, comparing, writing and reporting it."""

from __future__ import annotations

import dataclasses
import secrets as randomness
import typing as t
from datetime import datetime, timezone
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, FieldRule, Unknown, Value, reconcile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import not_there_yet
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import Listed, ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient, GatewayFunction
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.logs import since_moment
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.rollout import RollOut
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import (
    MANIFEST_ANNOTATION,
    Variables,
    normal_image,
    same_image,
    same_resources,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.view import (
    RUNNING,
    STARTING,
    STOPPED,
    FunctionView,
    gateway_function_result,
    marked,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import backoff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    E2EError,
    FunctionFailedError,
    InputError,
    RefusedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_options import GatewayOptions, write_gateway_snapshot
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_specification import Spec, Specifications

# How often a written function is read before it counts as unchanged. Kubernetes' provider reads from a cache.
_VERIFYING_READS = 6
# How much of the log a failure shows.
_LOG_LINES = 20
_HIDDEN = "(not shown)"
# Settings that only Kubernetes' provider applies; faasd ignores them without a word (reference O.2).
_KUBERNETES_ONLY = ("requests", "constraints", "read_only_root_filesystem")

# Words of the community edition, from its sources, and what they mean for whoever reads them.
_MEANINGS = {
    "namespace(s), upgrade to faasd Pro": "While there is a namespace besides openfaas-fn, it refuses every deploy and update in any of them. "
    "Remove the others, for example with e2enetworks.cloud.e2e_faas_namespace and state: absent.",
    "only allows public images": "It says so of every image that its registry does not show without credentials, also of one that does not exist.",
}


def _same_set(wanted: Value, current: Value) -> bool | Unknown:
    return UNKNOWN if current is UNKNOWN else set(wanted) == set(current)


def _same_variables(wanted: Value, current: Variables | Unknown) -> bool | Unknown:
    return UNKNOWN if isinstance(current, Unknown) else current.same(wanted)


class GatewayFunctionResource(ResourceBase[GatewayFunction]):
    """One function, for :class:`~lifecycle.Lifecycle`.

    :param options: checked by :func:`openfaas_options.check_gateway_options`.
    :param listed: what a list says of it, where one was read.
    :param snapshot_dest: where to keep the version that an update or a removal puts an end to.
    :param make_salt: for the digests in the manifest of a function that has none.
    :param now: for how far back a log is read.
    """

    repeatable = True
    # On faasd a refused update can have destroyed the function (reference O.3).
    refusals_are_harmless = False

    def __init__(
        self,
        client: GatewayClient,
        options: GatewayOptions,
        *,
        listed: Listed[GatewayFunction] | None = None,
        snapshot_dest: Path | None = None,
        make_salt: t.Callable[[], str] = lambda: randomness.token_hex(8),
        now: t.Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        super().__init__()
        self._client = client
        self._options = options
        self._listed = listed
        self._snapshot_dest = snapshot_dest
        self.snapshot_taken = False
        self._make_salt = make_salt
        self._now = now
        self._redact: Redactor = client.transport.redact
        self._redact.add(*(options.secret_env or {}).values())
        self._salt = ""
        self._create_was_lost = False
        self._sent = False
        self._rollout: RollOut | None = None
        # What was there before an update that was said to have changed nothing.
        self._refused_from: GatewayFunction | None = None
        self.label = f"function {options.name}"
        self._specifications = Specifications(options, client.namespace, self.label, self._new_salt, self.warn)

    # What is compared, and how it is shown.

    @property
    def rules(self) -> tuple[FieldRule, ...]:
        """The fields in the order of a diff. Values of variables that the user did not declare are never shown."""
        return (
            FieldRule("image", same=same_image),
            FieldRule("image_digest", same=self._same_content),
            FieldRule("env_process"),
            FieldRule("env", same=_same_variables, show=self._show_env),
            FieldRule("secret_env", same=_same_variables, show=self._show_secret),
            FieldRule("secrets", same=_same_set, show=sorted),
            FieldRule("labels"),
            FieldRule("annotations"),
            FieldRule("replicas"),
            FieldRule("limits", same=same_resources),
            FieldRule("requests", same=same_resources),
            FieldRule("constraints", same=_same_set, show=sorted),
            FieldRule("read_only_root_filesystem"),
        )

    def _same_content(self, wanted: Value, current: Value) -> bool | Unknown:
        """Whether the tag stands for what was deployed. What is always sent differs until that is done."""
        if self._options.pull == "always":
            return self._sent
        return bool(wanted == current) if wanted else UNKNOWN

    def _show_env(self, value: Value) -> Value:
        if not isinstance(value, Variables):
            return value
        declared = self._options.env or {}
        if value.names is None:
            return _HIDDEN
        # Without a manifest the image's own variables are among them, and they are not what changes.
        names = [name for name in value.names if name in declared or value.digests is not None]
        return {name: self._current_value(value, name, declared) for name in names}

    @staticmethod
    def _current_value(variables: Variables, name: str, declared: t.Mapping[str, str]) -> str:
        if name in declared:
            if variables.holds(name, declared[name]):
                return declared[name]
            if variables.values is not None and name in variables.values:
                return variables.values[name]
        return variables.shown(name)

    def _show_secret(self, value: Value) -> Value:
        if isinstance(value, Variables):
            return {name: value.shown(name) for name in value.names} if value.names is not None else _HIDDEN
        # With the salt of the function that is there, so that both sides of a diff and of a dry run agree.
        return {name: f"digest {Variables.digest(self._salt, name, text)}" if self._salt else _HIDDEN for name, text in value.items()}

    # Reading.

    def read(self) -> GatewayFunction | None:
        # What was listed is the first reading, and no other: whoever reads again wants to see what has changed.
        listed, self._listed = self._listed, None
        function = listed.entry if listed and listed.is_enough(self) else self._client.function(self._options.name)
        if function is not None:
            view = self._view(function)
            self._salt = view.manifest.salt if view.manifest else ""
            if function.env is not None:
                self._redact.add(*view.secret_values)
        return function

    def _view(self, function: GatewayFunction) -> FunctionView:
        return FunctionView(function, lambda: self._client.dialect, tuple(self._options.secret_env or ()))

    def facts(self, current: GatewayFunction) -> dict[str, Value]:
        view = self._view(current)
        return {
            "image": current.image,
            "image_digest": view.image_digest,
            "env_process": view.env_process,
            "env": view.env,
            "secret_env": view.secret_env,
            "secrets": current.secrets,
            "labels": view.labels(self._options.labels or ()),
            "annotations": view.annotations(self._options.annotations or ()),
            "replicas": view.replicas,
            "limits": view.limits,
            "requests": view.requests,
            "constraints": view.constraints,
            "read_only_root_filesystem": view.read_only_root_filesystem,
        }

    # Wanting.

    def desired(self, current: GatewayFunction | None) -> dict[str, Value]:
        options = self._options
        if current is None and options.image is None:
            raise InputError(f"The {self.label} does not exist yet. Give its image.")
        wanted = {name: getattr(options, name) for name in (rule.name for rule in self.rules)}
        if options.pull == "always":
            wanted["image_digest"] = "whatever its registry has now"
        return {name: value for name, value in wanted.items() if value is not None}

    # Writing.

    def _spec(self, current: GatewayFunction | None) -> Spec:
        """The specification to send.

        :raises InputError: something of what is there would be lost, because it is not known and not given.
        """
        return self._specifications.wanted(None if current is None else self._view(current))

    def _options_of(self, current: GatewayFunction) -> GatewayOptions:
        """The options that lead to a function that is there.

        :raises InputError: its variables are not known.
        """
        return self._specifications.options_of(self._view(current))

    def _new_salt(self) -> str:
        if not self._salt:
            self._salt = self._make_salt()
        return self._salt

    def create(self, previous: GatewayFunction | None) -> None:
        self._sent = True
        try:
            self._client.deploy(self._spec(None))
        except E2EError as error:
            if not error.outcome_known:
                self._create_was_lost = True
            _explain(error)
            if not error.outcome_known or not isinstance(error, (RefusedError, ServerError)):
                raise
            found = self._after_refused_create(error)
            if found is not None:
                raise found from None

    def _after_refused_create(self, error: E2EError) -> E2EError | None:
        """What a refused create means, after a look. faasd can leave a function that is listed and never started: it is removed."""
        seen = self._client.function(self._options.name)
        if seen is None:
            return error
        if "already exists" in error.message and self._create_was_lost:
            # An earlier create whose answer never came has worked after all.
            return None
        if seen.replicas and "already exists" not in error.message and isinstance(error, ServerError):
            # It runs, and what the provider failed to do about it is not known.
            return error
        if seen.replicas or "already exists" in error.message:
            text = f"The {self.label} is there all the same, perhaps because somebody else has made it meanwhile. Run it again."
            return RefusedError(f"{error.message} {text}", http_status=error.http_status)
        self._client.remove(self._options.name)
        return _amended(error, "What the refused request left behind was removed.")

    def update(self, current: GatewayFunction) -> None:
        spec = self._spec(current)
        self._take_snapshot(current)
        # Only faasd returns variables, and its update has ended when it is answered.
        if self._rollout is None and current.env is None and self._client.dialect != "faasd":
            self._rollout = RollOut(self._client, self._options.name, distinct="uid" not in spec.get("labels", {}))
        self._refused_from = None
        try:
            self._replace(spec)
            self._sent = True
            self._verify(spec)
        except E2EError as error:
            if error.outcome_known:
                self._refused_from = current
            raise

    def _rolls_out(self, current: GatewayFunction) -> bool:
        """Whether a new version may be on its way. What was refused can show all the same, and then it rolls out like any other."""
        return self._rollout is not None and (self._refused_from is None or not self.is_same(self._refused_from, current))

    def _take_snapshot(self, current: GatewayFunction) -> None:
        """Keep the version that runs, once: an update that is sent again would keep itself."""
        if self._snapshot_dest is None or self.snapshot_taken:
            return
        try:
            previous = self._options_of(current)
        except InputError:
            self.warn(f"snapshot_dest: the gateway does not return the variables of the {self.label}, so no snapshot was written.")
            return
        obstacle = self._content_lost(current)
        if obstacle:
            self.warn(f"snapshot_dest: {obstacle}, so the snapshot of the {self.label} brings its settings back and not its content.")
        write_gateway_snapshot(self._snapshot_dest, previous)
        self.snapshot_taken = True

    def _replace(self, spec: Spec) -> None:
        """Send an update. A function that does not stop in time is killed by faasd, which answers 500; then the same call succeeds."""
        try:
            self._client.replace(spec)
        except RefusedError as error:
            _explain(error)
            raise
        except ServerError as error:
            if error.http_status != 500 or not error.outcome_known or self._client.function(self._options.name) is None:
                raise
            self._client.replace(spec)

    def _verify(self, spec: Spec) -> None:
        """Notice a success that was none: Kubernetes' provider answers 200 to an update that it could not make (reference O.3)."""
        clock = self._client.transport.clock
        for attempt in range(_VERIFYING_READS):
            seen = self.read()
            problem = "" if seen is None else self._not_applied(spec, seen)
            if not problem:
                return
            clock.sleep(backoff(attempt, base=0.5, cap=4.0, chance=clock.random()))
        raise RefusedError(
            f"The gateway answered success for the {self.label}, but {problem}. Its provider could not apply the new specification and does not say why: "
            "on Kubernetes it is silent about an image that cannot be had without credentials, a quantity that is none, and whatever the cluster refuses."
        )

    def _not_applied(self, spec: Spec, seen: GatewayFunction) -> str:
        """What shows that a specification that was sent is not the one that is there; empty when nothing does."""
        changes = [change.rule.name for change in reconcile(self.desired(seen), self.facts(seen), self.rules).changes if change.known]
        if changes:
            return f"{', '.join(changes)} did not change"
        # What cannot be compared without a manifest was sent with one.
        return "" if seen.annotations.get(MANIFEST_ANNOTATION) == spec["annotations"][MANIFEST_ANNOTATION] else "it is not the specification that was sent"

    def delete(self, current: GatewayFunction) -> None:
        self._take_snapshot(current)
        try:
            self._client.remove(self._options.name)
        except ServerError as error:
            if error.http_status != 500 or not error.outcome_known or self._client.function(self._options.name) is None:
                raise
            self._client.remove(self._options.name)

    # What the deploy transaction wants to know.

    def url(self, current: GatewayFunction) -> str | None:
        return self._client.url(self._options.name)

    @property
    def shows_new_version(self) -> bool:
        return self._rollout is None or self._rollout.state == "finished"

    def works(self, current: GatewayFunction) -> bool:
        return self._view(current).status != STOPPED

    def is_same(self, before: GatewayFunction, current: GatewayFunction) -> bool:
        counted = dataclasses.replace(current, replicas=before.replicas, available=before.available)
        answering = [(bool(function.replicas), bool(function.available)) for function in (before, current)]
        return counted == before and answering[0] == answering[1]

    def state(self, current: GatewayFunction) -> str:
        if self._rollout is not None and self._rolls_out(current) and self._rollout.look() == "running":
            return f"has the image {self.version(current)}, of which no instance takes over, and the version before still answers"
        return f"is {self._view(current).status} with the image {self.version(current)}"

    def version(self, current: GatewayFunction) -> str:
        return normal_image(current.image)

    def log_tail(self, current: GatewayFunction) -> list[str]:
        """The newest lines of the last hour."""
        try:
            lines = self._client.logs(self._options.name, since_moment("1h", self._now()))
        except E2EError:
            return []
        return self._redact.lines([line.text for line in lines])[-_LOG_LINES:]

    def conceal(self, text: str) -> str:
        return self._redact(text)

    def restoring(self, before: GatewayFunction, *, is_gone: bool) -> GatewayFunctionResource:
        try:
            options = self._options_of(before)
        except InputError:
            raise InputError("the gateway does not return its variables") from None
        obstacle = self._content_lost(before)
        if obstacle and not is_gone:
            raise InputError(obstacle)
        if self._keeps_image(before):
            # Under its tag the new version would come again.
            options = options.pinned()
        manifest = self._view(before).manifest
        salt = manifest.salt if manifest else ""
        resource = GatewayFunctionResource(self._client, options, make_salt=(lambda: salt) if salt else self._make_salt)
        if obstacle:
            resource.warn(f"rollback: {obstacle}, so the {self.label} was made again with what the tag stands for now.")
        return resource

    def _keeps_image(self, before: GatewayFunction) -> bool:
        """Whether the new version has the image of the one before, under a tag, which can stand for other content."""
        return "@" not in before.image and (self._options.image is None or same_image(before.image, self._options.image))

    def _content_lost(self, before: GatewayFunction) -> str:
        """Why nothing leads to the content of the version before, a clause; empty where something does."""
        pulls = self._options.pull == "always" or self._options.image_digest is not None
        if not pulls or not self._keeps_image(before) or self._view(before).image_digest:
            return ""
        return f"the tag {self.version(before)} stands for the new version, and what it stood for before was not recorded"

    # Waiting and reporting.

    def repair_reason(self, current: GatewayFunction) -> str:
        return STOPPED if self._view(current).status == STOPPED else ""

    def check_ready(self, current: GatewayFunction) -> bool:
        status = self._view(current).status
        if status == STOPPED:
            log = self.log_tail(current)
            raise FunctionFailedError(
                f"The {self.label} is stopped: the gateway has it, but its process does not run.",
                details=["Last lines of its log:", *(f"  {line}" for line in log)] if log else (),
            )
        if status == STARTING:
            return False
        if self._rollout is None or status != RUNNING or not self._rolls_out(current):
            return True
        state = self._rollout.look()
        if state == "unknown":
            self.warn(
                f"Whether the new version of the {self.label} answers yet is not known: on Kubernetes a gateway counts the replicas of the old version too, "
                "and its log names no instance. A smoke_test that only the new version passes would tell."
            )
        return state != "running"

    def describe(self, current: GatewayFunction) -> str:
        if self._rollout is not None and self._rollout.state == "running":
            left = ", ".join(self._rollout.left)
            return f"the version before still answers ({left}), as it does when the new one is not ready or its image cannot be pulled,"
        counts = f"{current.available or 0} of {current.replicas} replicas ready"
        return f"it is {self._view(current).status} with {counts}, as it stays when its image cannot be pulled,"

    def result(self, current: GatewayFunction | None) -> dict[str, t.Any]:
        return gateway_function_result(self._options.name, None if current is None else self._view(current), self._client.url(self._options.name))

    def predict(self, current: GatewayFunction | None, action: Action) -> dict[str, t.Any]:
        spec = self._spec(current)
        self._check_secrets(spec.get("secrets", []))
        self._warn_of_ignored()
        bare = self._deployed(spec, 1)
        predicted = dataclasses.replace(bare, replicas=(count := self._predicted_replicas(current, bare)), available=count)
        shown = gateway_function_result(self._options.name, self._view(predicted), self._client.url(self._options.name))
        # The function runs as soon as one of them is ready.
        return shown if count == 1 else self._without_available(shown)

    def under_way(self, predicted: dict[str, t.Any]) -> dict[str, t.Any]:
        return predicted if self._client.dialect == "faasd" else {**self._without_available(predicted), "status": None}

    @staticmethod
    def _without_available(shown: dict[str, t.Any]) -> dict[str, t.Any]:
        return {**shown, "gateway": {**shown["gateway"], "replicas_available": None}}

    def _predicted_replicas(self, current: GatewayFunction | None, predicted: GatewayFunction) -> int:
        """faasd always has one; Kubernetes starts the minimum, and keeps the number at an update without one (reference O.6)."""
        count = self._view(predicted).replicas.get("min", current.replicas if current else 1)
        return 1 if count != 1 and self._client.dialect == "faasd" else count

    def _deployed(self, spec: Spec, replicas: int) -> GatewayFunction:
        """A specification as the function that comes of it."""
        return GatewayFunction(
            name=self._options.name,
            namespace=self._client.namespace,
            image=spec["image"],
            env_process=spec.get("envProcess", ""),
            env=None,
            secrets=tuple(spec.get("secrets", ())),
            labels=marked(spec.get("labels", {}), spec["annotations"], self._options.name, lambda: self._client.dialect),
            annotations=spec["annotations"],
            limits=None,
            requests=None,
            replicas=replicas,
            available=replicas,
            created_at="",
        )

    def _check_secrets(self, wanted: t.Sequence[str]) -> None:
        """A missing secret can destroy the function on faasd, so it has to come to light before anything is sent."""
        if not wanted:
            return
        missing = sorted(set(wanted) - set(self._client.secrets()))
        if not missing:
            return
        where = f" in the namespace {self._client.namespace}" if self._client.namespace else ""
        text = f"secrets: there is no secret {', '.join(missing)}{where}"
        if self._client.transport.read_only:
            self.warn(not_there_yet(f"{text}."))
        elif self._client.dialect == "kubernetes":
            self.warn(f"{text} that the gateway knows. Secrets that were made without it may exist all the same.")
        else:
            raise InputError(f"{text}. Nothing was changed. Make it first, for example with e2enetworks.cloud.e2e_secret.")

    def _warn_of_ignored(self) -> None:
        given = [name for name in _KUBERNETES_ONLY if getattr(self._options, name)]
        if self._options.limits and "cpu" in self._options.limits:
            given.append("limits.cpu")
        if given and self._client.dialect == "faasd":
            self.warn(f"faasd ignores {', '.join(given)} of the {self.label}.")
        if self._options.constraints and self._client.provider.startswith("faas-netes-ce"):
            self.warn(f"Releases of the community edition since 2024 ignore constraints, of the {self.label} too.")


def _explain(error: E2EError) -> None:
    """Add to a refusal of the community edition what its words leave out (reference O.10)."""
    for words, meaning in _MEANINGS.items():
        if words in error.message:
            error.add(meaning)


def _amended(error: E2EError, text: str) -> E2EError:
    error.add(text)
    return error
