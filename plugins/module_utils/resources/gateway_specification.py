# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to the specification that a gateway is sent, and from a function that is there to the options that lead to it. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Unknown, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import (
    IMAGE_DIGEST_ANNOTATION,
    MANIFEST_ANNOTATION,
    SCALE_LABELS,
    STACK_ANNOTATION,
    Manifest,
    Variables,
    same_image,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.view import FunctionView
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_options import GatewayOptions

Spec = dict[str, t.Any]


class Specifications:
    """The specifications of one function.

    :param options: what is wanted of it.
    :param namespace: empty for the gateway's default one.
    :param label: for messages.
    :param make_salt: for the digests in the manifest of a function that has none.
    :param warn: takes what an update resets.
    """

    def __init__(self, options: GatewayOptions, namespace: str, label: str, make_salt: t.Callable[[], str], warn: t.Callable[[str], None]) -> None:
        self._options = options
        self._namespace = namespace
        self._label = label
        self._make_salt = make_salt
        self._warn = warn

    def wanted(self, view: FunctionView | None) -> Spec:
        """The whole specification: the options, and for what they leave out what is there.

        :raises InputError: something would be lost, because it is not known and not given.
        """
        options = self._options
        # Without a manifest nothing is known to be secret: then all variables count as plain ones.
        # What the task gives as one kind has moved there, and is not kept as the other kind too.
        env = self._carried("env", options.env, _without(view.env, options.secret_env) if view else None)
        secret_env = self._carried("secret_env", options.secret_env, _without(view.secret_env, options.env) if view and view.manifest else None)
        replicas = options.replicas if options.replicas is not None else view.replicas if view else {}
        labels = dict(options.labels) if options.labels is not None else view.labels() if view else {}
        annotations = dict(options.annotations) if options.annotations is not None else view.annotations() if view else {}
        if not any(label in labels for label in SCALE_LABELS.values()):
            labels |= {SCALE_LABELS[short]: str(number) for short, number in replicas.items()}
        spec: Spec = {
            "service": options.name,
            "image": options.image or (view.function.image if view else ""),
            "envProcess": options.env_process if options.env_process is not None else view.env_process if view else "",
            "envVars": {**env, **secret_env},
            "secrets": sorted(options.secrets if options.secrets is not None else view.function.secrets if view else ()),
            "labels": labels,
            "limits": self._kept("limits", options.limits, view.limits if view else {}, {}),
            "requests": self._kept("requests", options.requests, view.requests if view else {}, {}),
            "constraints": list(self._kept("constraints", options.constraints, view.constraints if view else (), ())),
            "readOnlyRootFilesystem": self._kept(
                "read_only_root_filesystem", options.read_only_root_filesystem, view.read_only_root_filesystem if view else False, False
            ),
        }
        if self._namespace:
            spec["namespace"] = self._namespace
        manifest = Manifest.of((view.manifest.salt if view and view.manifest else "") or self._make_salt(), env, secret_env, spec)
        # Who made it stays as it is: an update does not make it somebody else's.
        stack = view.stack if view else options.stack
        own = {**self._digest_annotation(view, spec["image"]), **({STACK_ANNOTATION: stack} if stack else {})}
        spec["annotations"] = {**annotations, **own, MANIFEST_ANNOTATION: manifest.dump(env, secret_env)}
        # An empty half of a specification must not reach a provider as a quantity, nor an empty process as a command.
        return {key: value for key, value in spec.items() if value not in ("", {}, [], False)}

    def options_of(self, view: FunctionView) -> GatewayOptions:
        """The options that lead to a function that is there; what the gateway does not tell is left out.

        :raises InputError: its variables are not known.
        """
        if view.manifest is not None:
            # What the task counts as secret now may have been a plain variable then.
            view = dataclasses.replace(view, secret_names=())

        def known(value: t.Any) -> t.Any:
            return None if value is UNKNOWN else value

        return GatewayOptions(
            name=self._options.name,
            image=view.function.image,
            pull="newer" if view.image_digest else "missing",
            image_digest=view.image_digest or None,
            env=self._carried("env", None, view.env, as_returned=True),
            secret_env=self._carried("secret_env", None, view.secret_env, as_returned=True),
            secrets=tuple(view.function.secrets),
            labels=view.labels(),
            annotations=view.annotations(),
            limits=known(view.limits),
            requests=known(view.requests),
            replicas=view.replicas,
            constraints=known(view.constraints),
            read_only_root_filesystem=known(view.read_only_root_filesystem),
            env_process=view.env_process,
            stack=view.stack,
        )

    def _digest_annotation(self, view: FunctionView | None, image: str) -> dict[str, str]:
        options = self._options
        digest = options.image_digest if options.pull == "newer" else ""
        if options.pull == "missing" and view is not None and same_image(image, view.function.image):
            digest = view.image_digest
        return {IMAGE_DIGEST_ANNOTATION: digest} if digest else {}

    def _carried(
        self, option: str, wanted: t.Mapping[str, str] | None, current: Variables | Unknown | None, *, as_returned: bool = False
    ) -> dict[str, str]:
        """One half of the variables.

        :param as_returned: take them as the gateway returned them where it is not certain what they are.
        """
        if wanted is not None:
            return dict(wanted)
        if current is None:
            return {}
        guesses = (self._options.env or {}, self._options.secret_env or {})
        exact = None if isinstance(current, Unknown) else current.exact(*guesses)
        if exact is not None:
            return exact
        if as_returned and not isinstance(current, Unknown) and current.values is not None:
            return dict(current.values)
        raise InputError(
            f"An update of the {self._label} replaces all of its variables, and the gateway does not return them completely. "
            f"Nothing was changed. Give {option} too; {option}: {{}} if there are none."
        )

    def _kept(self, name: str, wanted: Value, current: Value, default: Value) -> Value:
        if wanted is not None:
            return wanted
        if current is not UNKNOWN:
            return current
        self._warn(f"The gateway does not return {name} of the {self._label}, and an update replaces it: it is reset, because the option {name} is not given.")
        return default


def _without(variables: Variables | Unknown, moved: t.Collection[str] | None) -> Variables | Unknown:
    return variables if isinstance(variables, Unknown) or not moved else variables.without(moved)
