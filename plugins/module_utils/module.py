# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only file that knows AnsibleModule: common options, the connection, check mode, results and failures."""

from __future__ import annotations

import contextlib
import contextvars
import dataclasses
import functools
import os
import re
import shutil
import traceback
import types
import typing as t
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import total
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.outcome import Outcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.programs import Finished
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Resource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.several import Member, check_members
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import shortened, whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import RetryPolicy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import UNCHECKED, Prefix, positive, tls_verification
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.pool import ConnectionPool
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import MASK, SHORTEST, Redactor, passwords_in
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import Timeouts
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.urls import without_secrets
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.arguments import Arguments, Documents
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import given_name

if t.TYPE_CHECKING:
    # Each module imports what of these it uses with its client: the others are not worth the time.
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.deploy import Deploy, DeployOutcome
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

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
        "validate_certs": {"type": "bool"},
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


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What a process that is not the module's own lends to a run: open connections, and who is told what the run waits for."""

    pool: ConnectionPool
    progress: t.Callable[[str], None] | None = None


_SURROUNDINGS: contextvars.ContextVar[Surroundings | None] = contextvars.ContextVar("_SURROUNDINGS", default=None)


@contextlib.contextmanager
def surrounded(by: Surroundings) -> t.Iterator[None]:
    """Lend this to the modules that run inside of the block."""
    token = _SURROUNDINGS.set(by)
    try:
        yield
    finally:
        _SURROUNDINGS.reset(token)


class CloudModule:
    """One module run. Collects what a result needs, so that a failure can report how far it came."""

    def __init__(self, ansible: AnsibleModule, clock: Clock, *, scoped: bool = True) -> None:
        self.ansible = ansible
        self.scoped = scoped
        self.redact = Redactor()
        surroundings = _SURROUNDINGS.get()
        self._pool = surroundings.pool if surroundings else None
        self.clock = dataclasses.replace(clock, progress=self._progress(surroundings.progress)) if surroundings else clock
        self.params: dict[str, t.Any] = ansible.params
        self.check_mode: bool = ansible.check_mode
        self.result: dict[str, t.Any] = {"changed": False}
        # Ansible masks a secret wherever it occurs. A short one would shred the result, so it is only taken out of the options, at the end.
        ansible.no_log_values = {value for value in ansible.no_log_values if len(str(value)) >= SHORTEST}
        #: How many calls run at once over each connection. Set before the first one.
        self.concurrency = 8
        self._warned: set[str] = set()
        self._environ: t.Mapping[str, str] = os.environ

    def _progress(self, tell: t.Callable[[str], None] | None) -> t.Callable[[str], None] | None:
        """Tell without secrets, on one line. Names and answers in a text can hold line breaks."""
        if tell is None:
            return None
        return lambda text: tell(shortened(whole(" ".join(remove_values(self.redact(text), self.ansible.no_log_values).splitlines()))))

    @property
    def has_gateway_of_environment(self) -> bool:
        """Whether the environment names a gateway. One that a file names does not count then."""
        return bool(self._environ.get("OPENFAAS_URL", "").strip())

    def use_params(self, params: dict[str, t.Any]) -> None:
        """Go on with these options, in the place of those that the task gave.

        Credentials in the environment belong to the gateway that it names, so a gateway that comes from elsewhere does not get them.
        """
        if params.get("gateway_url") != self.params.get("gateway_url"):
            if self.has_gateway_of_environment:
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
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import resolve_credentials
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

        credentials = resolve_credentials(self.params, self._environ, self.home, scoped=self.scoped)
        self.protect(credentials.api_key, credentials.auth_token)
        if credentials.is_plain_http:
            self.warn("api_endpoint is not https: the API key and the token cross the network unencrypted.")
        return Transport(credentials, **self._connecting("api_timeout", "E2E"))

    @functools.cached_property
    def gateway(self) -> GatewayTransport:
        """The connection to the OpenFaaS gateway, made at first use.

        :raises ConfigurationError: the gateway's URL is missing, or something is malformed.
        """
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import resolve_gateway
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport

        access = resolve_gateway(self.params, self._environ, self.home)
        self.protect(*(value for value in (access.password, access.token) if value))
        if access.is_plain_http:
            self.warn("gateway_url is not https: the credentials of the gateway cross the network unencrypted.")
        return GatewayTransport(access, warn=self.warn, **self._connecting("gateway_timeout", "OPENFAAS"))

    def _connecting(self, timeout: str, prefix: Prefix) -> dict[str, t.Any]:
        """What both kinds of connections take from the common options."""
        return {
            "read_only": self.check_mode,
            "pool_size": self.concurrency,
            "timeouts": Timeouts(self._positive("api_connect_timeout"), self._positive(timeout)),
            "retries": RetryPolicy(retries=max(0, self.params["api_retries"])),
            "verify": self._verify(prefix),
            "clock": self.clock,
            "redact": self.redact,
            "pool": self._pool,
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

    def show_option(self, name: str, value: t.Any) -> None:
        """What Ansible returns beside the result of what the task gave for an option."""
        self.ansible.params = {**self.ansible.params, name: value}

    def part(self, params: dict[str, t.Any]) -> Part:
        """The run of one of several things, with options of its own. The connection that it uses has to be made before several threads use it."""
        return Part(self, params)

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
        """Whether and how TLS certificates of what the provider runs are checked, as ``requests`` takes it."""
        return self._verify("OPENFAAS" if self.params.get("provider") == "openfaas" else "E2E")

    def _verify(self, prefix: Prefix) -> bool | str:
        verify = tls_verification(self.params, self._environ, prefix)
        if verify is False:
            self.warn(UNCHECKED)
        return verify

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

    def converge_all(self, members: t.Sequence[Member[C]], key: str, *, priced: bool = False) -> None:
        """Keep what became of several runs as the result: all changes together, and below the plural of ``key`` those of each.

        :param priced: whether they have a price, so that the results have their cost.
        :raises SomeFailedError: some of them failed.
        """
        each = [self._told(member, key) for member in members]
        costs = [member.outcome.cost_so_far for member in members]
        if priced:
            for entry, cost in zip(each, costs):
                entry["cost"] = None if cost is None else cost.as_dict()
            if planned := [cost for cost in costs if cost is not None]:
                self.result["cost"] = total(planned)
        self.result |= {
            "changed": any(entry["changed"] for entry in each),
            "actions": [action for entry in each for action in entry["actions"]],
            "diff": [change for entry in each for change in entry["diff"]],
            f"{key}s": each,
        }
        check_members(members, f"{key}s")

    def _told(self, member: Member[C], key: str) -> dict[str, t.Any]:
        """What the module returns of one of several."""
        warnings = list(dict.fromkeys((*member.outcome.warnings, *member.resource.warnings)))
        self.warn(*warnings)
        error = member.error if isinstance(member.error, E2EError) else None
        return {
            "name": member.name,
            **self._changes(member.outcome),
            "failed": member.error is not None,
            "begun": member.was_begun,
            "msg": None if error is None else " ".join(self.redact(error.text).splitlines()),
            "error": None if error is None else error.as_dict(),
            "warnings": [self.redact(text) for text in warnings],
            key: member.outcome.resource or None,
        }

    def deploy(self, transaction: Deploy[C], key: str) -> DeployOutcome:
        """Run a deploy transaction and keep its outcome as the result, under ``key``, whether it ends well or not."""
        try:
            return transaction.run()
        finally:
            outcome = transaction.outcome
            self._keep(outcome, transaction.resource, key)
            self.result |= {"before": outcome.before, "rollout": outcome.rollout, "rolled_back": outcome.rolled_back}

    def _keep(self, outcome: Outcome, resource: Resource[C], key: str) -> None:
        self.warn(*outcome.warnings, *resource.warnings)
        self.result |= {**self._changes(outcome), key: outcome.resource}
        if (cost := outcome.cost_so_far) is not None:
            self.result["cost"] = cost.as_dict()

    def _changes(self, outcome: Outcome) -> dict[str, t.Any]:
        """What a result tells about any run."""
        actions = [*outcome.found, *outcome.actions, *(action for action in outcome.tried if action not in outcome.actions)]
        # Code and lists of dependencies hold addresses, and those can hold passwords.
        return {"changed": outcome.has_changed, "actions": actions, "diff": self.redact.tree(outcome.diff)}

    def policy(self, **more: t.Any) -> Policy:
        """The policy that the common options describe."""
        if self.params["wait_timeout"] <= 0:
            raise InputError(f"wait_timeout must be more than 0 seconds; got {self.params['wait_timeout']}. Use wait: false not to wait.")
        return Policy(check_mode=self.check_mode, wait=self.params["wait"], wait_timeout=self.params["wait_timeout"], **more)

    def told(self, error: Exception) -> dict[str, t.Any]:
        """What is returned of an error: ``msg`` and ``error``, and after a defect ``exception`` for a report."""
        if not isinstance(error, E2EError):
            text = shortened(" ".join(self.redact(str(error)).split()))
            return {
                "msg": f"Unexpected {type(error).__name__}: {text}. This is a defect of the collection; please report it with -vvv output.",
                "error": {"code": "defect", "http_status": None, "outcome_known": False},
                "exception": self.redact("".join(traceback.format_exception(type(error), error, error.__traceback__))),
            }
        # Names and answers in a message can hold line breaks; only details are lines of their own.
        lines = [" ".join(self.redact(error.message).splitlines()), *(self.redact(detail) for detail in error.details[:_MOST_DETAILS])]
        return {"msg": "\n".join(map(shortened, lines)), "error": error.as_dict()}

    def fail(self, error: E2EError) -> None:
        """End the module with an error of the family."""
        self._fail(**self.told(error))

    def fail_unexpected(self, error: Exception) -> None:
        """End the module after a defect: still one line, and the details without secrets for a report."""
        self._fail(**self.told(error))

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
        shown = without_secret_options(self.ansible.argument_spec, shown)
        for name in ("api_endpoint", "gateway_url"):
            if isinstance(shown.get(name), str):
                shown[name] = without_secrets(shown[name])
        if not re.fullmatch(r"\s*[0-9]*\s*", str(shown.get("project_id") or "")):
            # It may be a key that was given in the wrong place.
            shown["project_id"] = MASK
        for value in shown.values():
            if isinstance(value, str):
                self.redact.add(*passwords_in(value))
        self.ansible.params = {name: self.redact.tree(value) for name, value in shown.items()}


class Part(CloudModule):
    """The run of one of several things: options, secrets, warnings and a result of its own, over the connections of the whole.

    Its secrets are masked in what comes of it, and nowhere else: thousands of them would be looked for in every text of the whole.
    """

    def __init__(self, whole: CloudModule, params: dict[str, t.Any]) -> None:  # pylint: disable=super-init-not-called
        self.__dict__.update(whole.__dict__)
        self._whole = whole
        self.redact = Redactor()
        self.params = params
        self.result = {"changed": False}
        self.warnings: list[str] = []
        self._has_secrets = False
        tell = whole.clock.progress
        if tell is not None:
            # What it waits for is told without its own secrets, which the whole does not know.
            self.clock = dataclasses.replace(whole.clock, progress=lambda text: tell(self.redact(text)))
        for made in ("transport", "gateway"):
            self.__dict__.pop(made, None)

    @functools.cached_property
    def transport(self) -> Transport:
        return self._whole.transport.redacting(self.redact)

    @functools.cached_property
    def gateway(self) -> GatewayTransport:
        return self._whole.gateway.redacting(self.redact)

    @property
    def verify(self) -> bool | str:
        return self._whole.verify

    def use_params(self, params: dict[str, t.Any]) -> None:
        self.params = params

    def protect(self, *secrets: str) -> None:
        self._has_secrets |= bool(secrets)
        self.redact.add(*secrets)

    def unprotect(self, *values: str, besides: str) -> None:
        """Nothing is protected of it that was not said to be a secret."""

    def warn(self, *texts: str) -> None:
        for text in texts:
            shown = shortened(whole(self.redact(text)))
            if shown not in self.warnings:
                self.warnings.append(shown)

    def finished(self) -> dict[str, t.Any]:
        """Its result, without its secrets."""
        return t.cast("dict[str, t.Any]", self.redact.tree(self.result)) if self._has_secrets else self.result


def without_secret_options(spec: t.Mapping[str, t.Mapping[str, t.Any]], given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Options as they may be shown: names of what is secret, and no value, at every depth."""
    shown = dict(given)
    for name, option in spec.items():
        value = shown.get(name)
        if value is None:
            continue
        if option.get("no_log"):
            shown[name] = dict.fromkeys(value, MASK) if isinstance(value, dict) else MASK
        elif "options" in option and isinstance(value, dict):
            shown[name] = without_secret_options(option["options"], value)
        elif "options" in option and isinstance(value, list):
            shown[name] = [without_secret_options(option["options"], item) if isinstance(item, dict) else item for item in value]
    return shown


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
