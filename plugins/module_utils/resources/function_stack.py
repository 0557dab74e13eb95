# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many functions at once: one list first, details only where they are needed, and as many at a time as there are connections.

Each function goes through the same transaction as one of a task of its own.
"""

from __future__ import annotations

import collections
import os
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import DEFAULT_MANIFEST_VARIABLE, Manifest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import Listed
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.several import Attempt, attempt_each
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import namespace_of
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import Connection
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function, FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.config_file import ConfigFiles
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_spec import ENTRY_SPEC, function_params, secret_texts
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_stack_files import Entry, Names, stack_entries
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_task import FunctionTask, Platform, Run
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import given_name, telling_names

if t.TYPE_CHECKING:
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient, GatewayFunction
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport

# From so many functions on, a list costs less than a look at each one.
_WORTH_A_LIST = 2
# Characters of a message with the reasons of all functions.
_LONGEST_MESSAGE = 1500
# What the options of one function cannot be taken from.
_OF_THE_STACK = ("functions", "stack_file", "directory", "chdir", "defaults", "filter", "name", "prune", "concurrency", "fail_fast")


class Part(Run, t.Protocol):
    """The run of one function among several."""

    @property
    def warnings(self) -> t.Sequence[str]:
        ...

    def told(self, error: Exception) -> dict[str, t.Any]:
        ...

    def finished(self) -> dict[str, t.Any]:
        ...


class Whole(Run, t.Protocol):
    """The run of the whole stack."""

    @property
    def has_gateway_of_environment(self) -> bool:
        ...

    def part(self, params: dict[str, t.Any]) -> Part:
        ...

    def show_option(self, name: str, value: t.Any) -> None:
        ...


class FunctionsFailedError(E2EError):
    """Some functions of a stack are not in the wanted state."""

    code = "functions_failed"

    def __init__(self, message: str, errors: t.Sequence[t.Mapping[str, t.Any]], details: t.Sequence[str] = ()) -> None:
        super().__init__(message, details=details, outcome_known=all(error["outcome_known"] for error in errors))
        self._errors = errors

    def as_dict(self) -> dict[str, t.Any]:
        return dict(self._errors[0]) if len(self._errors) == 1 else super().as_dict()


class SharedPlatform(Platform):
    """The platform as the functions of a stack see it: what was listed, and what one call has taught about the API, holds for all of them."""

    def __init__(self) -> None:
        self._account: FunctionsClient | None = None
        self._gateway: GatewayClient | None = None
        self._functions: dict[str, Function] | None = None
        self._at_gateway: dict[str, dict[str, GatewayFunction]] = {}

    def connect_account(self, transport: Transport) -> FunctionsClient:
        """Make the client that all share."""
        self._account = self._account or FunctionsClient(transport)
        return self._account

    def connect_gateway(self, transport: GatewayTransport) -> GatewayClient:
        """The same for a gateway."""
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient

        self._gateway = self._gateway or GatewayClient(transport)
        return self._gateway

    def list_account(self, transport: Transport) -> t.Sequence[Function]:
        """Read the list of all functions, once."""
        if self._functions is None:
            self._functions = {function.name: function for function in self.connect_account(transport).functions()}
        return list(self._functions.values())

    def list_gateway(self, transport: GatewayTransport, namespace: str) -> t.Sequence[GatewayFunction]:
        """Read the list of a namespace's functions, once.

        :raises ListCrashedError: the gateway cannot list them.
        """
        if namespace not in self._at_gateway:
            functions = self.connect_gateway(transport).in_namespace(namespace).functions()
            self._at_gateway[namespace] = {function.name: function for function in functions}
        return list(self._at_gateway[namespace].values())

    def account(self, transport: Transport) -> FunctionsClient:
        return self.connect_account(transport).over(transport)

    def gateway(self, transport: GatewayTransport, namespace: str) -> GatewayClient:
        return self.connect_gateway(transport).over(transport).in_namespace(namespace)

    def listed(self, name: str) -> Listed[Function] | None:
        return None if self._functions is None else Listed(self._functions.get(name))

    def listed_at_gateway(self, name: str, namespace: str) -> Listed[GatewayFunction] | None:
        functions = self._at_gateway.get(namespace)
        return None if functions is None else Listed(functions.get(name))


class _Member(Attempt):
    """One function of the stack."""

    def __init__(self, name: str, part: Part, task: FunctionTask) -> None:
        super().__init__(name)
        self.part, self.task = part, task
        self.is_pruned = False

    @property
    def namespace(self) -> str:
        """The namespace of a gateway in which it is."""
        return namespace_of(self.part.params)

    @property
    def place(self) -> tuple[str, str]:
        """What no other function has as well: its name together with its namespace, see :func:`_in_one_spelling`."""
        return self.name, _in_one_spelling(self.namespace)

    @property
    def failure(self) -> dict[str, t.Any]:
        """``msg``, ``error`` and ``exception`` as a module returns them; empty while nothing has failed."""
        return self.part.told(self.error) if self.error else {}

    def shown(self) -> dict[str, t.Any]:
        """What the module returns of it."""
        result, failure = self.part.finished(), self.failure
        kept = ("function", "before", "rollout", "snapshot", "upload")
        return {
            "name": self.name,
            "changed": result["changed"],
            "failed": bool(failure),
            **{key: failure.get(key) for key in ("msg", "error", "exception")},
            "begun": self.was_begun,
            "pruned": self.is_pruned,
            "actions": result.get("actions", []),
            "diff": result.get("diff", []),
            "rolled_back": result.get("rolled_back", False),
            "warnings": list(self.part.warnings),
            **{key: result.get(key) for key in kept},
        }


class FunctionStack:
    """The functions of one task."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self._params = whole.params
        self._files = ConfigFiles(os.environ)
        self._platform = SharedPlatform()
        self._members: list[_Member] = []
        self._pruned: list[_Member] = []
        self._common = {name: value for name, value in whole.params.items() if name not in _OF_THE_STACK}

    def run(self) -> None:
        """Bring all functions to the wanted state. The results are told also when some of them fail.

        :raises E2EError: nothing was begun, because the stack as a whole cannot be right.
        :raises FunctionsFailedError: some functions are not in the wanted state; the message names each.
        """
        params = self._params
        if not 1 <= params["concurrency"] <= 64:
            raise InputError(f"concurrency is from 1 to 64; got {params['concurrency']}.")
        self._withhold_secrets()
        entries = stack_entries(params, self._files)
        members = [self._member(entry) for entry in entries]
        for member in members:
            member.make(member.task.prepare)
            member.name = member.part.params.get("name") or member.name
        _check_names(members)
        wanted = Names(params["filter"])
        self._members = [member for member in members if member.name in wanted]
        if members and not self._members:
            raise InputError(f"filter: no function of the stack matches. It has: {', '.join(sorted(member.name for member in members))}.")
        try:
            self._use_gateway_of_files()
            self._read()
            self._work(self._members)
            if params["prune"]:
                self._prune(members, wanted)
        finally:
            self._tell()
        self._raise_failures()

    def _withhold_secrets(self) -> None:
        """Keep the secrets of each function with it, instead of looking for all of them in what comes of the others."""
        secrets: list[str] = []
        for option in ("functions", "defaults"):
            given = self._params[option]
            for entry in given if isinstance(given, list) else [given or {}]:
                secrets += secret_texts(ENTRY_SPEC, entry)
        self._whole.unprotect(*secrets, besides="functions")
        # Of some fifty options of a function most are not given.
        shown = [{name: value for name, value in entry.items() if value is not None} for entry in self._params["functions"] or ()]
        self._whole.show_option("functions", None if self._params["functions"] is None else shown)

    def _member(self, entry: Entry) -> _Member:
        part = self._whole.part(function_params(self._common, self._params["defaults"] or {}, entry))
        part.protect(*map(str, (part.params["secret_env"] or {}).values()))
        # Until the file that it comes from has told it.
        name = entry.get("name") or os.path.basename(entry.get("config_file") or entry.get("src") or "") or "a function without a name"
        return _Member(name, part, FunctionTask(part, self._platform, self._files, self._params["name"] or ""))

    def _use_gateway_of_files(self) -> None:
        """Talk to the gateway that the files name, where neither the task nor the environment names one.

        :raises InputError: they name several.
        """
        if self._whole.has_gateway_of_environment:
            return
        named = {member.part.params.get("gateway_url") for member in self._members if not member.error} - {None, self._params["gateway_url"]}
        if len(named) > 1:
            raise InputError(f"The functions are of several gateways, and a task has one: {', '.join(sorted(map(str, named)))}.")
        if named:
            self._whole.use_params({**self._params, "gateway_url": named.pop()})
            self._params = self._whole.params

    # Reading.

    @property
    def _connection(self) -> Connection:
        """The connection, made in the thread of the task."""
        if self._params["provider"] == "openfaas":
            self._platform.connect_gateway(self._whole.gateway)
            return self._whole.gateway
        self._platform.connect_account(self._whole.transport)
        return self._whole.transport

    def _read(self) -> None:
        if all(member.error for member in self._members):
            # What is wrong with them comes before what a connection may lack, such as credentials.
            return
        # Files are read while the answer is on its way.
        steps: tuple[t.Callable[[], None], ...] = (self._list, lambda: self._load(self._members))
        in_parallel(self._connection, lambda step: step(), steps)

    def _list(self) -> None:
        """List the functions where that spares looking at each."""
        counts = collections.Counter(member.namespace for member in self._members if not member.error)
        for namespace, count in counts.items():
            if count < _WORTH_A_LIST and not self._params["prune"]:
                continue
            if self._params["provider"] == "openfaas":
                self._list_gateway(namespace)
            else:
                self._platform.list_account(self._whole.transport)

    def _list_gateway(self, namespace: str) -> None:
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import ListCrashedError

        try:
            self._platform.list_gateway(self._whole.gateway, namespace)
        except ListCrashedError as error:
            self._whole.warn(f"{error.message} Each function is looked up by itself.")

    @staticmethod
    def _load(members: t.Sequence[_Member]) -> None:
        for member in members:
            if not member.error:
                member.make(member.task.load)

    # Writing.

    def _work(self, members: t.Sequence[_Member]) -> None:
        fail_fast = self._params["fail_fast"]
        usable = [member for member in members if not member.error]
        if usable and not (fail_fast and len(usable) < len(members)):
            attempt_each(usable, lambda member: member.task.run(), self._connection, self._params["concurrency"], fail_fast=fail_fast)

    # Pruning.

    def _prune(self, members: t.Sequence[_Member], wanted: Names) -> None:
        """Remove what this stack has made and no longer has. Only when all else has gone well: a function whose name is not known must not be lost."""
        if any(member.error for member in members) or not all(member.was_begun for member in self._members):
            self._whole.warn("prune: nothing was removed, because some functions could not be deployed.")
            return
        have = {member.place for member in members}
        gone = [(name, space) for name, space in self._made_by_stack(members) if (name, _in_one_spelling(space)) not in have and name in wanted]
        for name, namespace in gone:
            # Without one, the namespace of the task would hold, and that need not be the gateway's default.
            member = self._member({"name": name, "state": "absent", "namespace": namespace if self._params["provider"] == "openfaas" else None})
            member.is_pruned = True
            member.make(member.task.prepare)
            self._pruned.append(member)
        self._load(self._pruned)
        self._work(self._pruned)

    def _made_by_stack(self, members: t.Sequence[_Member]) -> list[tuple[str, str]]:
        """Name and namespace of each function that carries the mark of this stack."""
        return self._made_at_gateway(members) if self._params["provider"] == "openfaas" else self._made_on_account(members)

    def _made_at_gateway(self, members: t.Sequence[_Member]) -> list[tuple[str, str]]:
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import STACK_ANNOTATION

        # Of two spellings of one namespace the first, which was listed already.
        spaces: dict[str, str] = {}
        for space in (*(member.namespace for member in members), namespace_of(self._params)):
            spaces.setdefault(_in_one_spelling(space), space)
        listed = ((function, space) for space in spaces.values() for function in self._platform.list_gateway(self._whole.gateway, space))
        return [(function.name, space) for function, space in listed if function.annotations.get(STACK_ANNOTATION) == self._params["name"]]

    def _made_on_account(self, members: t.Sequence[_Member]) -> list[tuple[str, str]]:
        stack = self._params["name"]
        client = self._platform.connect_account(self._whole.transport)
        variable = (self._params["defaults"] or {}).get("digest_variable") or DEFAULT_MANIFEST_VARIABLE
        have = {member.name for member in members}

        def marked(function: Function) -> bool:
            detailed = function if function.environment is not None else client.detailed(function)
            variables = (detailed.environment if detailed else None) or {}
            return bool(Manifest.parse(variables.get(variable)).stack == stack)

        others = [function for function in self._platform.list_account(self._whole.transport) if function.name not in have]
        found = in_parallel(self._whole.transport, marked, others, self._params["concurrency"])
        return [(function.name, "") for function, is_marked in zip(others, found) if is_marked]

    # Telling.

    def _tell(self) -> None:
        members = [*self._members, *self._pruned]
        shown = [member.shown() for member in members]
        handed: dict[str, dict[str, t.Any]] = {}
        for member, name, entry in zip(members, telling_names([(member.name, member.namespace) for member in members]), shown):
            stats = member.part.result.get("ansible_stats", {}).get("data", {})
            for artifact, value in stats.items():
                handed.setdefault(artifact, {}).update({name: function for function in value.values()})
            prefix = f"{name}: " if len(members) > 1 else ""
            self._whole.warn(*(prefix + text for text in entry["warnings"]))
        self._whole.result |= {
            "changed": any(entry["changed"] for entry in shown),
            "functions": shown,
            "actions": [action for entry in shown for action in entry["actions"]],
            "diff": [part for entry in shown for part in entry["diff"]],
            "failed_functions": [entry["name"] for entry in shown if entry["failed"]],
        }
        if handed:
            self._whole.result["ansible_stats"] = {"data": handed, "aggregate": True, "per_host": False}

    def _raise_failures(self) -> None:
        members = [*self._members, *self._pruned]
        named = list(zip(telling_names([(member.name, member.namespace) for member in members]), members))
        failed = [name for name, member in named if member.error]
        if not failed:
            return
        failures = [member.failure for member in members if member.error]
        texts, errors = [failure["msg"].splitlines() for failure in failures], [failure["error"] for failure in failures]
        if len(members) == 1:
            raise FunctionsFailedError(texts[0][0], errors, texts[0][1:])
        said = [[f"{name}: {line}" for line in lines] for name, lines in zip(failed, texts)]
        left = [name for name, member in named if not member.was_begun and not member.error]
        more = f" Because of fail_fast, these were not begun: {', '.join(left)}." if left else ""
        message, details = " ".join(lines[0] for lines in said), [line for lines in said for line in lines[1:]]
        if len(message) > _LONGEST_MESSAGE:
            # A line for each, below the names of all: a longer message would be cut.
            message, details = f"They are {', '.join(failed)}.", [line for lines in said for line in lines]
        raise FunctionsFailedError(f"{len(failed)} of {len(members)} functions could not be deployed. {message}{more}", errors, details)


def _check_names(members: t.Sequence[_Member]) -> None:
    for member in members:
        if member.part.params["name"] is not None:
            given_name(member.part.params["name"])
    counts = collections.Counter(member.place for member in members if not member.error)
    twice = sorted({name for (name, _namespace), count in counts.items() if count > 1})
    if twice:
        raise InputError(f"These functions are in the stack more than once: {', '.join(twice)}.")


def _in_one_spelling(namespace: str) -> str:
    """The namespace of a gateway, empty for its default one. That can be named as well as left out, and is one namespace all the same."""
    if not namespace:
        return ""
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import DEFAULT_NAMESPACE

    return "" if namespace == DEFAULT_NAMESPACE else namespace
