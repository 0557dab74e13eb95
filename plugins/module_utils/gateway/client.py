# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An OpenFaaS gateway: paths, payloads and parsing (reference O).

The gateway passes most calls to a provider, and the providers differ. What differs is sent in every place that one of
them reads, and read in every form that one of them answers.
"""

from __future__ import annotations

import base64
import copy
import typing as t
from dataclasses import dataclass, field
from urllib.parse import quote

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import not_there_yet
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConnectionFailedError,
    E2EError,
    InputError,
    MissingResourceError,
    NotFoundError,
    ProtocolError,
    RefusedError,
    ServerError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import Once

DEFAULT_NAMESPACE = "openfaas-fn"

Dialect = t.Literal["faasd", "kubernetes", "unknown"]


class ListCrashedError(ConnectionFailedError):
    """The gateway answers, and cannot list its functions. Single look-ups work."""

    code = "list_crashed"


_NO_GATEWAY = "This server does not answer as an OpenFaaS gateway; check gateway_url."


@dataclass(frozen=True)
class GatewayFunction:
    """A function as the gateway returns it (reference O.2). ``None`` is a key that the answer did not hold.

    :param env: on faasd with the image's own variables, each value cut at its first equals sign; never on Kubernetes.
    :param limits: quantities by ``memory`` and ``cpu``.
    :param replicas: on Kubernetes the wanted number; on faasd 1 while the task runs.
    :param available: how many are ready; not in every list.
    """

    name: str
    namespace: str
    image: str
    env_process: str
    env: dict[str, str] | None = field(repr=False)
    secrets: tuple[str, ...]
    labels: dict[str, str]
    annotations: dict[str, str] = field(repr=False)
    limits: dict[str, str] | None
    requests: dict[str, str] | None
    replicas: int
    available: int | None
    created_at: str


@dataclass(frozen=True)
class Namespace:
    """A namespace. ``labels`` is ``None`` where the provider lists names only."""

    name: str
    labels: dict[str, str] | None


@dataclass(frozen=True)
class LogLine:
    """One line of a function's log. ``timestamp`` is RFC 3339 text."""

    timestamp: str
    instance: str
    text: str


def _texts(value: t.Any) -> dict[str, str] | None:
    return {str(key): str(item) for key, item in value.items()} if isinstance(value, dict) else None


def _count(value: t.Any) -> int:
    try:
        return int(value) if isinstance(value, (int, float)) else 0
    except (ValueError, OverflowError):
        # JSON of Python knows NaN and Infinity.
        return 0


def is_function(raw: t.Any) -> bool:
    """Whether an entry of an answer is a function: both providers always return its name and its image (reference O.2)."""
    return isinstance(raw, dict) and all(isinstance(raw.get(key), str) and raw[key] for key in ("name", "image"))


def parse_function(raw: t.Mapping[str, t.Any], *, detailed: bool) -> GatewayFunction:
    """Read one function. Keys that are missing mean empty, because the gateway leaves out what is empty (reference O.2).

    :param detailed: whether this is the answer to a single look-up, where a missing count of ready ones means none.
    """
    available = raw.get("availableReplicas")
    secrets = raw.get("secrets")
    return GatewayFunction(
        name=str(raw.get("name") or ""),
        namespace=str(raw.get("namespace") or ""),
        image=str(raw.get("image") or ""),
        env_process=str(raw.get("envProcess") or ""),
        env=_texts(raw.get("envVars")),
        secrets=tuple(str(item) for item in secrets) if isinstance(secrets, list) else (),
        labels=_texts(raw.get("labels")) or {},
        annotations=_texts(raw.get("annotations")) or {},
        limits=_texts(raw.get("limits")),
        requests=_texts(raw.get("requests")),
        replicas=_count(raw.get("replicas")),
        available=_count(available) if detailed or available is not None else None,
        created_at=str(raw.get("createdAt") or ""),
    )


class GatewayClient:
    """The calls of reference O.1, all in one namespace. Raises what :class:`GatewayTransport` raises.

    :param namespace: empty for the gateway's default, which is then not named in any call.
    """

    def __init__(self, transport: GatewayTransport, namespace: str | None = None) -> None:
        self.transport = transport
        self.namespace = transport.access.namespace if namespace is None else namespace
        # Until a call shows that the provider has no route for them.
        self.manages_namespaces = True
        self._provider = Once(self._read_provider)

    def over(self, transport: GatewayTransport) -> GatewayClient:
        """The same client, with all that it has learnt and will learn, over another view of the connection."""
        twin = copy.copy(self)
        twin.transport = transport
        return twin

    def in_namespace(self, namespace: str) -> GatewayClient:
        """The same client for another namespace."""
        twin = copy.copy(self)
        twin.namespace = namespace
        return twin

    # The gateway and its provider.

    @property
    def provider(self) -> str:
        """What the provider behind the gateway calls itself and what it runs on. One call, at first use.

        It is also how a server proves to be a gateway, where its other answers could be anybody's (:meth:`_certify`).

        :raises ProtocolError: this is no gateway.
        :raises ServerError: the provider does not answer; the gateway says 200 even then.
        """
        return self._provider()

    def _read_provider(self) -> str:
        try:
            data = self._json("GET", "system/info")
        except NotFoundError as error:
            raise ProtocolError(f"{error.message} {_NO_GATEWAY}", http_status=404) from None
        if not isinstance(data, dict) or not isinstance(data.get("provider", ""), (dict, type(None))):
            raise ProtocolError(f"GET system/info: the answer names no provider. {_NO_GATEWAY}")
        provider = data["provider"]
        if provider is None:
            raise ServerError("GET system/info: the gateway is up, but the provider behind it does not answer.", http_status=200)
        return f"{provider.get('provider', '')} {provider.get('orchestration', '')}".lower()

    @property
    def dialect(self) -> Dialect:
        """Which provider stands behind the gateway. Raises what :attr:`provider` raises."""
        words = self.provider
        if "faasd" in words or "containerd" in words:
            return "faasd"
        return "kubernetes" if "netes" in words else "unknown"

    def url(self, name: str, *, asynchronous: bool = False) -> str:
        """Where a function is called. A namespace is a suffix of the name (reference O.7)."""
        route = "async-function" if asynchronous else "function"
        suffix = f".{self.namespace}" if self.namespace and self.namespace != DEFAULT_NAMESPACE else ""
        return f"{self.transport.access.url}{route}/{quote(name + suffix, safe='')}"

    def _certify(self) -> None:
        """Make sure that this is a gateway. An empty 404 and an empty list are what one answers, and what many other servers do.

        :raises ProtocolError: it is none.
        """
        self.provider  # pylint: disable=pointless-statement

    # Functions (reference O.3).

    def function(self, name: str) -> GatewayFunction | None:
        """One function, or ``None`` when there is none. Does not depend on the gateway's Prometheus, as the list does."""
        try:
            raw = self._json("GET", f"system/function/{quote(name, safe='')}", params=self._query())
        except NotFoundError as error:
            self._check_route(error)
            self._certify()
            return None
        except MissingResourceError as error:
            self._expect_namespace(error)
            return None
        if not is_function(raw) or raw["name"] != name:
            raise ProtocolError(f"GET system/function/{name}: the answer is not this function. {_NO_GATEWAY}")
        return parse_function(raw, detailed=True)

    def functions(self) -> list[GatewayFunction]:
        """All functions of the namespace, sorted by name. Entries hold less than :meth:`function` returns.

        :raises ListCrashedError: the gateway crashes on this call, which happens without its Prometheus.
        """
        try:
            items = self._list("system/functions", self._query())
        except ConnectionFailedError as error:
            self._explain_crash(error)
            raise
        if not all(map(is_function, items)):
            raise ProtocolError(f"GET system/functions: the answer lists what is no function. {_NO_GATEWAY}")
        return sorted((parse_function(item, detailed=False) for item in items), key=lambda function: function.name)

    def _explain_crash(self, error: ConnectionFailedError) -> None:
        try:
            self.transport.request("GET", "system/info")
        except E2EError:
            return
        raise ListCrashedError(
            "GET system/functions: the gateway is up, but closes the connection without an answer. It does that when it has functions and cannot "
            "reach its Prometheus. Repair that, or name the functions, because single look-ups work."
        ) from error

    def deploy(self, spec: t.Mapping[str, t.Any]) -> None:
        """Create a function from its whole specification."""
        self._call("POST", "system/functions", spec)

    def replace(self, spec: t.Mapping[str, t.Any]) -> None:
        """Replace the whole specification, which restarts the function even when nothing differs."""
        self._call("PUT", "system/functions", spec)

    def remove(self, name: str) -> None:
        """Remove a function; one that is not there is fine."""
        try:
            self._call("DELETE", "system/functions", {"functionName": name, **self._query()}, self._query())
        except NotFoundError as error:
            self._check_route(error)

    def scale(self, name: str, replicas: int) -> None:
        """Ask for a number of replicas. The community edition answers success whatever it makes of it (reference O.6)."""
        body = {"serviceName": name, "replicas": replicas, **self._query()}
        self._call("POST", f"system/scale-function/{quote(name, safe='')}", body, self._query())

    # Secrets (reference O.4).

    def secrets(self) -> list[str]:
        """Names of all secrets of the namespace, sorted."""
        items = self._list("system/secrets", self._query())
        if not all(isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"] for item in items):
            raise ProtocolError(f"GET system/secrets: the answer lists what is no secret. {_NO_GATEWAY}")
        return sorted({item["name"] for item in items})

    def create_secret(self, name: str, value: bytes) -> None:
        """Make a new secret. faasd overwrites one that exists, so look first: that also shows that a gateway gets the value."""
        self._call("POST", "system/secrets", self._secret(name, value))

    def update_secret(self, name: str, value: bytes) -> None:
        """Replace the value of a secret."""
        self._call("PUT", "system/secrets", self._secret(name, value))

    def remove_secret(self, name: str) -> None:
        """Remove a secret, which has to exist."""
        self._call("DELETE", "system/secrets", {"name": name, **self._query()}, self._query())

    def _secret(self, name: str, value: bytes) -> dict[str, t.Any]:
        try:
            content = {"value": value.decode("utf-8")}
        except UnicodeDecodeError:
            content = {"rawValue": base64.b64encode(value).decode()}
        return {"name": name, **content, **self._query()}

    # Namespaces (reference O.5).

    def namespaces(self) -> list[str]:
        """Names of all namespaces, sorted. faasd can name one twice."""
        items = self._list("system/namespaces", {})
        if not all(isinstance(item, str) and item for item in items):
            raise ProtocolError(f"GET system/namespaces: the answer lists what is no name. {_NO_GATEWAY}")
        return sorted(set(items))

    def get_namespace(self, name: str) -> Namespace | None:
        """One namespace, or ``None``. A provider that cannot manage namespaces still lists their names."""
        try:
            raw = self._json("GET", self._namespace_path(name))
        except NotFoundError as error:
            if error.certain:
                self._certify()
                # faasd does not label its own one, and then knows it only in the list.
                return Namespace(name, None) if name == DEFAULT_NAMESPACE and name in self.namespaces() else None
        except RefusedError as error:
            if error.http_status != 501:
                raise
        else:
            if not isinstance(raw, dict) or raw.get("name") != name:
                raise ProtocolError(f"GET {self._namespace_path(name)}: the answer is not this namespace. {_NO_GATEWAY}")
            return Namespace(name, _texts(raw.get("labels")) or {})
        self.manages_namespaces = False
        return Namespace(name, None) if name in self.namespaces() else None

    def create_namespace(self, name: str, labels: t.Mapping[str, str]) -> None:
        """Make a namespace. Community and Pro providers want their mark in different places."""
        self._write_namespace("POST", "system/namespace/", name, labels)

    def update_namespace(self, name: str, labels: t.Mapping[str, str]) -> None:
        """Replace the labels of a namespace."""
        self._write_namespace("PUT", self._namespace_path(name), name, labels)

    def remove_namespace(self, name: str) -> None:
        """Remove an empty namespace; one that is not there is fine."""
        try:
            self._write_namespace("DELETE", self._namespace_path(name), name, {})
        except NotFoundError as error:
            if not error.certain:
                raise

    def _write_namespace(self, method: str, path: str, name: str, labels: t.Mapping[str, str]) -> None:
        mark = {"openfaas": "1"}
        try:
            self._call(method, path, {"name": name, "labels": {**labels, **mark}, "annotations": mark})
        except (NotFoundError, RefusedError) as error:
            unsupported = error.http_status in (405, 501) or (isinstance(error, NotFoundError) and not error.certain)
            if not unsupported:
                raise
            self.manages_namespaces = False
            self.check_namespaces()

    def check_namespaces(self) -> None:
        """Refuse to change namespaces where that is known to be impossible.

        :raises InputError: the provider has no route for it.
        """
        if not self.manages_namespaces:
            raise InputError(
                "The provider behind the gateway cannot manage namespaces. faasd and OpenFaaS Pro can; "
                "the community edition has one namespace, on Kubernetes and in new releases of faasd. Nothing was changed."
            )

    @staticmethod
    def _namespace_path(name: str) -> str:
        return f"system/namespace/{quote(name, safe='')}"

    # Logs (reference O.9).

    def logs(self, name: str, since: str, instance: str = "") -> list[LogLine]:
        """The log since a moment, oldest line first. Empty for a function that does not exist.

        :param since: RFC 3339.
        """
        # Without tail: faasd would give the oldest lines of the window, not the newest.
        query = {"name": name, "since": since, "follow": "false", **self._query()}
        if instance:
            query["instance"] = instance
        lines = [line for raw in self.transport.request("GET", "system/logs", params=query).content.splitlines() if (line := _log_line(raw))]
        # The providers of the community edition do not look at the instance that is asked for.
        return sorted((line for line in lines if instance in ("", line.instance)), key=lambda line: line.timestamp)

    def instances(self, name: str) -> frozenset[str]:
        """Names of the instances that have written a line, of those that there are now (reference O.9).

        On Kubernetes these are pods, and one that never started has written none. faasd names processes, also those that have ended.
        """
        query = {"name": name, "tail": "1", "follow": "false", **self._query()}
        lines = map(_log_line, self.transport.request("GET", "system/logs", params=query).content.splitlines())
        return frozenset(line.instance for line in lines if line is not None and line.instance)

    # Calls.

    def _query(self) -> dict[str, str]:
        return {"namespace": self.namespace} if self.namespace else {}

    def _call(self, method: str, path: str, body: t.Mapping[str, t.Any], query: t.Mapping[str, str] | None = None) -> None:
        reply = self.transport.request(method, path, params=query, json=dict(body))
        foreign = "is an HTML page" if reply.content.lstrip().startswith(b"<") else "says that it failed" if _says_failure(reply.content) else ""
        if foreign:
            raise ProtocolError(
                f"{method} {path}: the answer {foreign} (HTTP {reply.status}). Check gateway_url; if it is right, another server stands in between.",
                http_status=reply.status,
                outcome_known=False,
            )

    def _json(self, method: str, path: str, *, params: t.Mapping[str, str] | None = None) -> t.Any:
        try:
            content = self.transport.request(method, path, params=params).content
        except RefusedError as error:
            if error.http_status == 400 and "namespace" in error.message and self.namespace:
                # Where there is only one, as at Kubernetes' community edition, the refusal names it (reference O.3).
                kind = MissingResourceError if "namespace not valid" in error.message else InputError
                raise kind(f"namespace: the gateway does not have or allow {self.namespace!r}. It says: {error.message}") from None
            raise
        try:
            return load_json(content)
        except ValueError:
            raise ProtocolError(f"{method} {path}: the answer is not JSON. Check gateway_url.") from None

    def _list(self, path: str, params: t.Mapping[str, str]) -> list[t.Any]:
        """A list, which an empty one of a provider can show as null. That it is empty is believed of a gateway only."""
        try:
            data = self._json("GET", path, params=params)
        except NotFoundError as error:
            self._check_route(error)
            raise
        except MissingResourceError as error:
            self._expect_namespace(error)
            return []
        if data is not None and not isinstance(data, list):
            raise ProtocolError(f"GET {path}: the answer holds no list. Check gateway_url.")
        if not data:
            self._certify()
        return data or []

    def _expect_namespace(self, error: MissingResourceError) -> None:
        """In check mode nothing of what earlier tasks of the play would make is there, and nothing is in it.

        :raises MissingResourceError: this is no check mode.
        """
        if not self.transport.read_only:
            raise error
        self.transport.warn(not_there_yet(f"namespace: the gateway does not have {self.namespace!r}."))

    @staticmethod
    def _check_route(error: NotFoundError) -> None:
        if not error.certain:
            raise ProtocolError(f"{error.message} {_NO_GATEWAY}", http_status=404) from None


def _object(content: bytes) -> dict[str, t.Any] | None:
    """The JSON object that it is; ``None`` for anything else."""
    try:
        found = load_json(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _log_line(raw: bytes) -> LogLine | None:
    entry = _object(raw)
    if entry is None:
        return None
    return LogLine(str(entry.get("timestamp") or ""), str(entry.get("instance") or ""), str(entry.get("text") or "").rstrip("\n"))


def _says_failure(content: bytes) -> bool:
    """Whether the body of a success speaks of a failure, as no provider's does; the servers in between that do so have these words for it."""
    said = _object(content) or {}
    codes = [said.get(name) for name in ("code", "status", "status_code")]
    return bool(said.get("error") or said.get("errors")) or any(isinstance(code, int) and code >= 400 for code in codes)
