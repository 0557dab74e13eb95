# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A secret of a gateway as a resource of the lifecycle. Its value can be written and never read (reference O.4)."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import os
import re
import secrets as randomness
import threading
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text, write_private
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, FieldRule, Unknown, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.several import Member, run_members
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import DEFAULT_NAMESPACE, GatewayClient, GatewayFunction
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, E2EError, InputError, InUseError, NotFoundError, RefusedError

Update = t.Literal["always", "on_create", "on_change"]

# What Kubernetes takes as the name of a secret; faasd takes more.
_PORTABLE_NAME = re.compile(r"[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?")
_LONGEST_NAME = 253
# Slow on purpose: a short secret must not be guessed from its digest.
_ITERATIONS = 200_000


class DigestNotKeptError(E2EError):
    """A secret was written, and then the file of digests was not. So it is no :class:`InputError`, of which nothing was sent."""

    code = "digest_not_kept"

    def __init__(self, message: str, done: str) -> None:
        super().__init__(message)
        #: What was done by then, as a sentence of the report.
        self.done = done


@dataclass(frozen=True)
class SecretOptions:
    """What the user asks for.

    :param value: ``None`` only where the secret has to be absent.
    :param force: remove it although a function mounts it.
    """

    name: str
    value: bytes | None = field(default=None, repr=False)
    update: Update = "always"
    force: bool = False


@dataclass(frozen=True)
class KeptDigest:
    """What is known of a value that was sent earlier."""

    salt: str
    digest: str

    @classmethod
    def of(cls, value: bytes, salt: str) -> KeptDigest:
        """The digest of a value."""
        return cls(salt, hashlib.pbkdf2_hmac("sha256", value, salt.encode(), _ITERATIONS).hex())

    def fits(self, value: bytes) -> bool:
        """Whether this is the value that was sent."""
        return hmac.compare_digest(KeptDigest.of(value, self.salt).digest, self.digest)


class DigestFile:
    """Digests by gateway, namespace and name, in a file that only its owner can read. Several threads can use it.

    :param path: on the machine that runs the module.
    :raises InputError: the file cannot be read or written, or is something else. That is found out before anything is sent.
    """

    def __init__(self, path: Path, scope: str) -> None:
        self.path = path
        self._scope = scope
        self._lock = threading.Lock()
        self._read()
        if not os.access(path.parent, os.W_OK):
            raise InputError(f"digest_file: the directory {path.parent} does not exist or cannot be written.")

    def get(self, name: str) -> KeptDigest | None:
        """The digest of the value that was sent last, if it was sent with this file."""
        entry = self._read().get(self._key(name))
        return KeptDigest(str(entry.get("salt")), str(entry.get("digest"))) if isinstance(entry, dict) else None

    def put(self, name: str, digest: KeptDigest | None) -> None:
        """Remember or forget a digest."""
        with self._lock:
            entries = self._read()
            entries.pop(self._key(name), None)
            if digest is not None:
                entries[self._key(name)] = {"salt": digest.salt, "digest": digest.digest}
            try:
                write_private(self.path, json.dumps({"v": 1, "secrets": entries}, indent=1, sort_keys=True))
            except OSError as error:
                raise InputError(f"digest_file: cannot write {self.path}: {error.strerror}.") from None

    def _key(self, name: str) -> str:
        return f"{self._scope} {name}"

    def _read(self) -> dict[str, t.Any]:
        try:
            document = load_json(read_text(self.path))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise InputError(f"digest_file: cannot read {self.path}: {error.strerror}.") from None
        except ValueError:
            document = None
        entries = document.get("secrets") if isinstance(document, dict) and document.get("v") == 1 else None
        if not isinstance(entries, dict):
            raise InputError(f"digest_file: {self.path} is not a file that this module wrote.")
        return entries


def check_secret_name(name: str, option: str = "name") -> list[str]:
    """Refuse a name that no provider takes.

    :param option: where the name was given.
    :returns: warnings about providers that refuse it.
    :raises InputError: what is wrong with the name.
    """
    if not name.strip(" .") or any(character in name for character in "/\0\n") or ".." in name or len(name) > _LONGEST_NAME:
        raise InputError(f"{option}: {name!r} is not a name for a secret. Use lower-case letters, digits, hyphens and dots.")
    if not _PORTABLE_NAME.fullmatch(name):
        return [f"{option}: a gateway on Kubernetes refuses {name!r}; it allows lower-case letters, digits, hyphens and dots."]
    return []


def users_of(name: str, functions: t.Iterable[GatewayFunction]) -> list[str]:
    """Names of the functions that mount a secret."""
    return sorted(function.name for function in functions if name in function.secrets)


class Listing:
    """What is asked once for several secrets: which there are, and which functions mount them. A failure is the answer for all of them, too."""

    def __init__(self, client: GatewayClient) -> None:
        self._calls: dict[str, t.Callable[[], t.Sequence[t.Any]]] = {"secrets": client.secrets, "functions": client.functions}
        self._answers: dict[str, t.Sequence[t.Any] | E2EError] = {}
        self._lock = threading.Lock()

    def secrets(self) -> t.Sequence[str]:
        """Names of all secrets, as they were at the first look."""
        return self._ask("secrets")

    def functions(self) -> t.Sequence[GatewayFunction]:
        """All functions, as they were at the first look."""
        return self._ask("functions")

    def _ask(self, what: str) -> t.Sequence[t.Any]:
        with self._lock:
            if what not in self._answers:
                try:
                    self._answers[what] = self._calls[what]()
                except E2EError as error:
                    self._answers[what] = error
            answer = self._answers[what]
        if isinstance(answer, E2EError):
            # Each that fails with it may add to its message.
            raise copy.copy(answer)
        return answer


class SecretResource(ResourceBase[str]):
    """One secret, for :class:`~lifecycle.Lifecycle`. The state is its name, because nothing else can be read.

    :param listing: what its first look is taken from.
    :param digests: where digests of the values that were sent are kept.
    :param make_salt: for a new digest.
    """

    repeatable = True

    def __init__(
        self,
        client: GatewayClient,
        options: SecretOptions,
        listing: Listing,
        digests: DigestFile | None = None,
        make_salt: t.Callable[[], str] = lambda: randomness.token_hex(16),
    ) -> None:
        super().__init__()
        self._client = client
        self._options = options
        self._listing = listing
        self._look: t.Callable[[], t.Sequence[str]] = listing.secrets
        self._digests = digests
        self._make_salt = make_salt
        self._is_sent = False
        self.progress: list[str] = []
        self.name = options.name
        self.label = f"secret {options.name}"

    @property
    def rules(self) -> tuple[FieldRule, ...]:
        """The value is the only field."""
        return (FieldRule("value", same=self._same, show=self._show, write_only=True),)

    @staticmethod
    def _same(wanted: bytes, current: KeptDigest | Unknown) -> bool | Unknown:
        return UNKNOWN if isinstance(current, Unknown) else current.fits(wanted)

    @staticmethod
    def _show(value: Value) -> str:
        return "(another value, not shown)" if isinstance(value, KeptDigest) else "(given, not shown)"

    def check_allowed(self, current: str | None, action: Action) -> None:
        """Refuse to remove what a function still mounts.

        :raises InUseError: it names the functions.
        """
        if action != "delete" or self._options.force:
            return
        try:
            users = users_of(self._options.name, self._listing.functions())
        except E2EError as error:
            error.message = f"Whether a function uses the {self.label} cannot be told: {error.message} With force: true it is removed without that."
            raise
        if users:
            raise InUseError(
                f"The {self.label} is used by {', '.join(users)}; without it they cannot be started again. "
                "Take it out of their secrets first, or set force: true to remove it anyway."
            )

    def read(self) -> str | None:
        names, self._look = self._look(), self._client.secrets
        return self._options.name if self._options.name in names else None

    def desired(self, current: str | None) -> dict[str, Value]:
        if self._options.value is None:
            raise InputError(f"Give the value of the {self.label}: value or value_file.")
        if current is not None and self._options.update == "on_create":
            return {}
        if current is not None and self._options.update == "on_change" and not self._is_sent and self.facts(current)["value"] is UNKNOWN:
            self._warn_of_not_knowing()
        return {"value": self._options.value}

    def _warn_of_not_knowing(self) -> None:
        why = f"there is no digest of it in {self._digests.path}" if self._digests else "a gateway offers no place to keep a digest of it"
        advice = "" if self._digests else " Give digest_file to keep digests in a file of your own."
        self.warn(f"Whether the value of the {self.label} has changed cannot be known, because {why}. It is sent again and reported as changed.{advice}")

    def facts(self, current: str) -> dict[str, Value]:
        known = self._digests.get(self._options.name) if self._digests and self._options.update == "on_change" else None
        return {"value": UNKNOWN if known is None else known}

    def create(self, previous: str | None) -> None:
        value = self._value()
        self._forget()
        try:
            self._client.create_secret(self._options.name, value)
        except RefusedError as error:
            if error.http_status != 409:
                raise
            raise RefusedError(
                f"There is a {self.label} already that was not made through OpenFaaS, so the gateway neither lists nor changes it (409). "
                "Choose another name, or remove that one where it was made.",
                http_status=409,
            ) from None
        self._keep(value, "created")

    def update(self, current: str) -> None:
        value = self._value()
        self._forget()
        self._is_sent = True
        self._client.update_secret(self._options.name, value)
        self._keep(value, "updated", ": changes value")

    def _value(self) -> bytes:
        if self._options.value is None:
            raise InputError(f"Give the value of the {self.label}: value or value_file.")
        return self._options.value

    def _forget(self) -> None:
        """Whatever becomes of the answer or of this run: from here on nobody knows the value before the run sees the end.

        :raises InputError: the file cannot be written, which is found out before anything is sent.
        """
        if self._digests is not None:
            self._digests.put(self._options.name, None)

    def _keep(self, value: bytes | None, done: str, details: str = "") -> None:
        """Remember the digest of what was sent, or forget that of what was removed.

        :param done: what was done, for an error, with the details that the report has of it.
        :raises DigestNotKeptError: the file cannot be written.
        """
        if self._digests is None:
            return
        try:
            self._digests.put(self._options.name, None if value is None else KeptDigest.of(value, self._make_salt()))
        except InputError as error:
            advice = "" if value is None else " Without its digest, update: on_change sends it again."
            raise DigestNotKeptError(f"The {self.label} was {done}, but {error.message}{advice}", f"{done} {self.label}{details}") from None

    def recover(self, error: E2EError) -> None:
        """Nothing is put right: it is as wanted at the gateway, and the report tells that together with the failure."""
        if isinstance(error, DigestNotKeptError):
            self.progress.append(error.done)

    def delete(self, current: str) -> None:
        try:
            self._client.remove_secret(self._options.name)
        except ApiError as error:
            # faasd says 500 for one that is not there, Kubernetes 404; the list decides.
            gone = isinstance(error, NotFoundError) or error.http_status == 500
            if not gone or self.read() is not None:
                raise
        self._keep(None, "deleted")

    def describe(self, current: str) -> str:
        return "the gateway lists it"

    def result(self, current: str | None) -> dict[str, t.Any]:
        return {
            "name": self._options.name,
            "namespace": self._client.namespace or DEFAULT_NAMESPACE,
            "state": "absent" if current is None else "present",
        }

    def predict(self, current: str | None, action: Action) -> dict[str, t.Any]:
        return self.result(self._options.name)


class SecretSet:
    """The secrets of one task, all in one namespace.

    :param digest_file: where digests of the values that were sent are kept, on the machine that runs the module.
    :raises InputError: that file cannot be used.
    """

    def __init__(self, client: GatewayClient, wanted: t.Iterable[SecretOptions], digest_file: Path | None = None) -> None:
        self._client = client
        scope = f"{client.transport.access.url} {client.namespace or DEFAULT_NAMESPACE}"
        digests = None if digest_file is None else DigestFile(digest_file, scope)
        listing = Listing(client)
        #: What the lifecycle takes, in the order of what is wanted.
        self.resources = [SecretResource(client, options, listing, digests) for options in wanted]

    def run(self, policy: Policy) -> list[Member[str]]:
        """Bring all of them to the wanted state, several at once; see :func:`~several.check_members` for those that are not."""
        members = [Member(resource.name, resource, policy) for resource in self.resources]
        run_members(members, self._client.transport.clock, self._client.transport)
        return members
