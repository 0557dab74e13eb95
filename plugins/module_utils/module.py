# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only file that knows AnsibleModule: common options, the connection, check mode, results and failures."""

from __future__ import annotations

import functools
import os
import re
import shutil
import traceback
import types
import typing as t
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.deploy import Deploy, Deployable, DeployOutcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.programs import Finished
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.smoke_test import SmokeTest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import resolve_gateway
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import shortened, whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import RetryPolicy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import UNCHECKED, positive, tls_verification
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import MASK, SHORTEST, Redactor, passwords_in
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import Timeouts
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.urls import without_secrets
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import resolve_credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.arguments import Arguments, Documents
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import given_name

ArgumentSpec = dict[str, dict[str, t.Any]]

# Lines below the message of an error, such as the end of a log.
_MOST_DETAILS = 100


def connection_spec() -> ArgumentSpec:
    """Options of every module that calls the API; documented by the fragment ``e2enetworks.cloud.connection``."""
    return {
        "api_key": {"type": "str", "no_log": True},
        "auth_token": {"type": "str", "no_log": True},
        "project_id": {"type": "str"},
        "location": {"type": "str"},
        "api_endpoint": {"type": "str"},
        "profile": {"type": "str"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "api_connect_timeout": {"type": "float", "default": 10.0},
        "api_timeout": {"type": "float", "default": 60.0},
        "api_retries": {"type": "int", "default": 4},
    }


def gateway_spec() -> ArgumentSpec:
    """Options of every module that calls an OpenFaaS gateway; the fragment ``e2enetworks.cloud.gateway`` documents what it adds.

    Those of the account are accepted too, so that defaults of the group ``all`` suit every module, and the provider, so that those of
    the group ``gateway`` do.
    """
    return {
        **connection_spec(),
        "gateway_url": {"type": "str"},
        "gateway_username": {"type": "str"},
        "gateway_password": {"type": "str", "no_log": True},
        "gateway_token": {"type": "str", "no_log": True},
        "gateway_timeout": {"type": "float", "default": 120.0},
        "namespace": {"type": "str"},
        "provider": {"type": "str", "choices": ["openfaas"], "default": "openfaas"},
    }


def either_spec() -> ArgumentSpec:
    """Options of every module that calls either, as its option ``provider`` says."""
    return {**gateway_spec(), "provider": {"type": "str", "choices": ["myaccount", "openfaas"], "default": "myaccount"}}


def wait_spec(timeout: int) -> ArgumentSpec:
    """Options of every module that can wait; documented by the fragment ``e2enetworks.cloud.wait``."""
    return {"wait": {"type": "bool", "default": True}, "wait_timeout": {"type": "int", "default": timeout}}


class _Module(AnsibleModule):  # type: ignore[misc]
    """Ansible's module, with what the task gives made fit for its conversions."""

    def __init__(self, documents: Documents, **passed: t.Any) -> None:
        self._documents = documents
        super().__init__(**passed)

    params: dict[str, t.Any]

    def _load_params(self) -> None:
        super()._load_params()
        self.arguments = Arguments(self.argument_spec, self.params, self._documents)
        self.params = self.arguments.values

    def _log_invocation(self) -> None:
        """Tell the system's log what runs. Not with all options, as Ansible does: which of them hold a secret is not known at this point."""
        known = {name: self.params.get(name) for name in ("name", "state", "provider")}
        self.log(" ".join(["Invoked", *(f"{name}={value}" for name, value in known.items() if isinstance(value, str))]))


class CloudModule:
    """One module run. Collects what a result needs, so that a failure can report how far it came."""

    def __init__(self, ansible: AnsibleModule, clock: Clock, *, scoped: bool = True) -> None:
        self.ansible = ansible
        self.scoped = scoped
        self.clock = clock
        self.redact = Redactor()
        self.params: dict[str, t.Any] = ansible.params
        self.check_mode: bool = ansible.check_mode
        self.result: dict[str, t.Any] = {"changed": False}
        # Ansible masks a secret wherever it occurs. A short one would shred the result, so it is only taken out of the options, at the end.
        ansible.no_log_values = {value for value in ansible.no_log_values if len(str(value)) >= SHORTEST}
        self._warned: set[str] = set()
        self._environ: t.Mapping[str, str] = os.environ

    def use_params(self, params: dict[str, t.Any]) -> None:
        """Go on with these options, in the place of those that the task gave.

        Credentials in the environment belong to the gateway that it names, so a gateway that comes from elsewhere does not get them.
        """
        if params.get("gateway_url") != self.params.get("gateway_url"):
            if self._environ.get("OPENFAAS_URL", "").strip():
                params["gateway_url"] = self.params["gateway_url"]
            else:
                self._environ = {name: value for name, value in self._environ.items() if not name.startswith("OPENFAAS_") or name == "OPENFAAS_CONFIG"}
        self.params = params

    @property
    def home(self) -> Path:
        """The user's folder, in which the command line clients keep their logins."""
        return Path(os.path.expanduser("~"))

    @functools.cached_property
    def transport(self) -> Transport:
        """The connection to the account, made at first use.

        :raises ConfigurationError: credentials or context are missing.
        """
        credentials = resolve_credentials(self.params, self._environ, self.home, scoped=self.scoped)
        self.protect(credentials.api_key, credentials.auth_token)
        if credentials.is_plain_http:
            self.warn("api_endpoint is not https: the API key and the token cross the network unencrypted.")
        return Transport(credentials, **self._connecting("api_timeout"))

    @functools.cached_property
    def gateway(self) -> GatewayTransport:
        """The connection to the OpenFaaS gateway, made at first use.

        :raises ConfigurationError: the gateway's URL is missing, or something is malformed.
        """
        access = resolve_gateway(self.params, self._environ, self.home)
        self.protect(*(value for value in (access.password, access.token) if value))
        if access.is_plain_http:
            self.warn("gateway_url is not https: the credentials of the gateway cross the network unencrypted.")
        return GatewayTransport(access, **self._connecting("gateway_timeout"))

    def _connecting(self, timeout: str) -> dict[str, t.Any]:
        """What both kinds of connections take from the common options."""
        return {
            "read_only": self.check_mode,
            "timeouts": Timeouts(self._positive("api_connect_timeout"), self._positive(timeout)),
            "retries": RetryPolicy(retries=max(0, self.params["api_retries"])),
            "verify": self.verify,
            "clock": self.clock,
            "redact": self.redact,
        }

    def protect(self, *secrets: str) -> None:
        """Give values from the environment, a file or a plain option the protection that no_log gives to an option.

        Values too short to be masked wherever they occur are left out, as in :class:`Redactor`.
        """
        self.ansible.no_log_values.update(secret for secret in secrets if len(secret) >= SHORTEST)
        self.redact.add(*secrets)

    def withhold(self, option: str) -> dict[str, t.Any]:
        """The values by name of a no_log option, which nothing that the module returns will repeat.

        Ansible would mask each value wherever it occurs, and a version such as ``3`` or a name would shred the rest of the result.
        Who calls this keeps the values out of texts.
        """
        values: dict[str, t.Any] = self.params[option] or {}
        self.unprotect(*(str(value) for value in values.values()), besides=option)
        return values

    def unprotect(self, *values: str, besides: str) -> None:
        """Let values of a no_log option show where they are no secret: as parts of results, which Ansible would shred.

        :param besides: the option. What another option holds too stays protected.
        """
        self.ansible.no_log_values -= set(values) - {str(value) for name, value in self.params.items() if name != besides}

    def has_program(self, name: str) -> bool:
        """Whether there is a program of this name on the PATH."""
        return shutil.which(name) is not None

    def run_program(self, command: t.Sequence[str], folder: Path | None) -> Finished:
        """Run a command without a shell and without a time limit, in the environment of this process.

        :param folder: where it runs; ``None`` for the working directory.
        :raises InputError: it cannot be started.
        """
        try:
            code, output, errors = self.ansible.run_command(
                list(command),
                cwd=None if folder is None else str(folder),
                errors="replace",
                expand_user_and_vars=False,
                # Its own handling would return the command, with all that is in it.
                handle_exceptions=False,
            )
        except OSError as error:
            raise InputError(f"{command[0]} cannot be started: {error.strerror}.") from None
        return Finished(code, (*output.splitlines(), *errors.splitlines()))

    @property
    def verify(self) -> bool | str:
        """Whether and how TLS certificates are checked, as ``requests`` takes it."""
        if not self.params["validate_certs"]:
            self.warn(UNCHECKED)
        return tls_verification(self.params, self._environ)

    def _positive(self, name: str) -> float:
        return positive(self.params, name)

    def warn(self, *texts: str) -> None:
        """Show warnings, each once."""
        for text in texts:
            if text not in self._warned:
                self._warned.add(text)
                self.ansible.warn(shortened(whole(self.redact(text))))

    def converge(self, resource: Resource[C], policy: Policy, key: str) -> Outcome:
        """Run the lifecycle and keep its outcome as the result, under ``key``, whether it ends well or not."""
        lifecycle = Lifecycle(resource, policy, self.clock)
        try:
            return lifecycle.run()
        finally:
            self._keep(lifecycle.outcome, resource, key)

    def deploy(self, resource: Deployable[C], policy: Policy, key: str, *, smoke_test: SmokeTest | None, rollback: bool) -> DeployOutcome:
        """Run the deploy transaction and keep its outcome as the result, under ``key``, whether it ends well or not."""
        transaction = Deploy(resource, policy, self.clock, smoke_test=smoke_test, rollback=rollback, verify=self.verify)
        try:
            return transaction.run()
        finally:
            outcome = transaction.outcome
            self._keep(outcome, resource, key)
            self.result |= {"before": outcome.before, "rollout": outcome.rollout, "rolled_back": outcome.rolled_back}

    def _keep(self, outcome: Outcome, resource: Resource[C], key: str) -> None:
        self.warn(*outcome.warnings, *resource.warnings)
        actions = [*outcome.actions, *(action for action in outcome.tried if action not in outcome.actions)]
        # Code and lists of dependencies hold addresses, and those can hold passwords.
        diff = self.redact.tree(outcome.diff)
        self.result |= {"changed": outcome.changed or bool(outcome.tried), "actions": actions, "diff": diff, key: outcome.resource}
        if outcome.cost is not None:
            self.result["cost"] = outcome.cost.as_dict()

    def policy(self, **more: t.Any) -> Policy:
        """The policy that the common options describe."""
        if self.params["wait_timeout"] <= 0:
            raise InputError(f"wait_timeout must be more than 0 seconds; got {self.params['wait_timeout']}. Use wait: false not to wait.")
        return Policy(check_mode=self.check_mode, wait=self.params["wait"], wait_timeout=self.params["wait_timeout"], **more)

    def fail(self, error: E2EError) -> None:
        """End the module with an error of the family."""
        # Names and answers in a message can hold line breaks; only details are lines of their own.
        lines = [" ".join(self.redact(error.message).splitlines()), *(self.redact(detail) for detail in error.details[:_MOST_DETAILS])]
        self._fail(msg="\n".join(map(shortened, lines)), error=error.as_dict())

    def fail_unexpected(self, error: Exception) -> None:
        """End the module after a defect: still one line, and the details without secrets for a report."""
        details = self.redact("".join(traceback.format_exception(error)))
        text = shortened(" ".join(self.redact(str(error)).split()))
        self._fail(
            msg=f"Unexpected {type(error).__name__}: {text}. This is a defect of the collection; please report it with -vvv output.",
            error={"code": "defect", "http_status": None, "outcome_known": False},
            exception=details,
        )

    def _fail(self, **failure: t.Any) -> None:
        self._hide_options()
        self.ansible.fail_json(**whole({**self.result, **failure}))

    def end(self) -> None:
        """End the module with its result."""
        self._hide_options()
        self.ansible.exit_json(**whole(self.result))

    def _hide_options(self) -> None:
        """Take secrets out of the options that Ansible returns beside the result, also out of those that are no secrets as such."""
        shown = dict(self.ansible.params)
        for name, option in self.ansible.argument_spec.items():
            if option.get("no_log") and shown.get(name) is not None:
                shown[name] = dict.fromkeys(shown[name], MASK) if isinstance(shown[name], dict) else MASK
        for name in ("api_endpoint", "gateway_url"):
            if isinstance(shown.get(name), str):
                shown[name] = without_secrets(shown[name])
        if not re.fullmatch(r"\s*[0-9]*\s*", str(shown.get("project_id") or "")):
            # It may be a key that was given in the wrong place.
            shown["project_id"] = MASK
        for value in shown.values():
            if isinstance(value, str):
                self.redact.add(*passwords_in(value))
        self.ansible.params = self.redact.tree(shown)


def run_module(
    spec: ArgumentSpec,
    body: t.Callable[[CloudModule], None],
    *,
    connection: t.Callable[[], ArgumentSpec] = connection_spec,
    clock: Clock = Clock(),
    scoped: bool = True,
    documents: Documents = types.MappingProxyType({}),
    **constraints: t.Any,
) -> None:
    """What a module's ``main`` calls.

    :param spec: the module's own options; those of the connection are added.
    :param body: does the work and fills ``module.result``; may raise any :class:`E2EError`.
    :param connection: the options of the connections that the module can make.
    :param scoped: whether its calls belong to a project and a location (reference A.1).
    :param documents: text options that take a mapping or a list too, and mean its JSON by it.
    :param constraints: passed to AnsibleModule: ``mutually_exclusive``, ``required_if`` and the like.
    """
    ansible = _Module(documents, argument_spec={**connection(), **spec}, supports_check_mode=True, **constraints)
    module = CloudModule(ansible, clock, scoped=scoped)
    failure: E2EError | None = None
    try:
        ansible.arguments.check()
        if isinstance(module.params.get("name"), str):
            # No module means anything by an empty one, such as comes from a variable that is not set.
            given_name(module.params["name"])
        body(module)
    except E2EError as error:
        # Reported outside this block: inside it, ansible-core 2.18 adds a traceback at -vvv.
        failure = error
    except Exception as error:  # pylint: disable=broad-except
        module.fail_unexpected(error)
    if failure is not None:
        module.fail(failure)
    module.end()
