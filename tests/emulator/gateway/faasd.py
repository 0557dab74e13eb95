# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faasd provider: one task for each function, synchronous, and destructive when an update fails."""

from __future__ import annotations

import asyncio
import re
from fractions import Fraction
from functools import partial
from typing import Any

from aiohttp import web

from ..clock import stamp
from ..faults import Fault
from ..runner.logs import LogBuffer
from ..runner.spec import BuildError
from .answers import Refusal, listing, refusal, text
from .hosting import Instance
from .image import BadImage, Image, parse
from .model import DEFAULT_NAMESPACE, Function, Hosted, Wanted
from .namespaces import Namespaces
from .provider import DELETE_FIELDS, PULL_FAULTS, SCALE_FIELDS, SECRET_FIELDS, NoEndpoints, NoProcess, Parts, Provider, ProviderCall
from .quantity import BadQuantity, Quantity
from .quantity import parse as parse_quantity

NAME = re.compile(r"[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*", re.ASCII)
LONGEST_HOSTNAME = 64
LONGEST_NAME = 76
MOST_FUNCTIONS, MOST_NAMESPACES = 15, 1
# What runc says before the reason, when a process cannot be set up.
INIT = "unable to start container process: error during container init"
ANNOTATION_PREFIX = "com.openfaas.annotations."
SECRETS_FOLDER = "/var/lib/faasd-provider/secrets"
STOP_FAULTS = frozenset({"stop_timeout"})


class Faasd(Provider):
    """As reference O.2 to O.6 and O.9 have it for faasd, and O.10 for its newest release."""

    orchestration = "containerd"
    oldest_lines_first = True
    tail_is_enough = False

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._spaces = Namespaces()

    @property
    def title(self) -> str:
        return "faasd-ce" if self._parts.current else "faasd"

    async def create_function(self, call: ProviderCall) -> web.Response:
        wanted = self._read(call)
        namespace = self._namespace(wanted.namespace)
        self._require_secrets(wanted, namespace)
        self._check_edition(1)
        await self._deploy(wanted, namespace, self._fault(call, PULL_FAULTS), None)
        return text(200)

    async def replace_function(self, call: ProviderCall) -> web.Response:
        """Remove, then deploy: both happen although the checks before them have failed already."""
        wanted = self._read(call)
        name, namespace = wanted.service, self._namespace(wanted.namespace)
        self._check_edition(0)
        hosted = self._find(name, namespace, self._unknown(name, namespace, "function:"))
        fault = self._fault(call, PULL_FAULTS)
        problems: list[Refusal] = []
        for check in (lambda: self._require_secrets(wanted, namespace), lambda: self._pull(wanted, fault, 500)):
            try:
                check()
            except Refusal as problem:
                problems.append(problem)
        await self._remove(hosted, call)
        try:
            await self._deploy(wanted, namespace, fault, hosted)
        except Refusal as problem:
            problems.append(problem)
        if problems:
            raise Refusal(problems[0].status, "".join(problem.body for problem in problems))
        return text(200)

    async def delete_function(self, call: ProviderCall) -> web.Response:
        body = self._decode(call.body, "DeleteFunctionRequest", DELETE_FIELDS, partial(refusal, 400))
        namespace = self._namespace(body["namespace"])
        hosted = self._find(body["functionName"], namespace, self._unknown(body["functionName"], namespace, "function"))
        await self._remove(hosted, call)
        return text(200)

    async def list_functions(self, call: ProviderCall) -> web.Response:
        namespace = self._namespace(call.query_namespace)
        shown = []
        for hosted in self.all():
            if hosted.function.namespace != namespace:
                continue
            view = self._view(hosted)
            memory = _memory(hosted.function.wanted)
            if memory != "0":
                view["limits"] = {"memory": memory}
            count = self.invocations[namespace, hosted.function.name]
            if count:
                view["invocationCount"] = float(count)
            shown.append(view)
        return listing(shown)

    async def get_function(self, call: ProviderCall) -> web.Response:
        hosted = self._find(call.name, self._namespace(call.query_namespace), Refusal(404))
        view = self._view(hosted)
        if hosted.running:
            view["availableReplicas"] = 1
        return listing(view)

    async def scale_function(self, call: ProviderCall) -> web.Response:
        """There is always one replica; what scaling does is to revive a stopped one."""
        body = self._decode(call.body, "ScaleServiceRequest", SCALE_FIELDS, partial(refusal, 400))
        namespace = self._namespace(body["namespace"])
        hosted = self._find(body["serviceName"], namespace, self._unknown(body["serviceName"], namespace, "function:"))
        if not hosted.running and not hosted.busy:
            await self._stop(hosted)
            await self._start(hosted, parse(hosted.function.wanted.image))
        return text(200)

    async def secrets(self, call: ProviderCall) -> web.Response:
        store = self._parts.secrets
        if call.method == "GET":
            namespace = self._namespace(call.query_namespace)
            return listing([{"name": name, "namespace": namespace} for name in store.names(namespace)], "text/plain")
        body = self._decode(call.body, "Secret", SECRET_FIELDS, partial(refusal, 500))
        name = body["name"]
        if call.method == "DELETE":
            namespace = call.query_namespace or DEFAULT_NAMESPACE
            if (namespace, name) not in store:
                raise refusal(500, f"remove {SECRETS_FOLDER}/{namespace}/{name}: no such file or directory")
            store.delete(namespace, name)
        else:
            if not name.strip():
                raise refusal(400, "non-empty name is required")
            if "/" in name or ".." in name:
                raise refusal(400, "directory traversal found in name")
            store.write(body["namespace"] or DEFAULT_NAMESPACE, name, body["rawValue"] or body["value"].encode())
        self._parts.on_change()
        return text(200)

    async def list_namespaces(self, call: ProviderCall) -> web.Response:
        return listing(self._spaces.names(default_first=self._parts.current))

    async def namespace(self, call: ProviderCall) -> web.Response:
        answer = self._spaces.answer(call.method, call.name, call.body)
        self._parts.on_change()
        return answer

    def logs(self, name: str, namespace: str) -> dict[str, LogBuffer] | None:
        hosted = self._hosted.get((namespace, name))
        return {} if hosted is None else {name: hosted.log}

    def namespaces(self) -> dict[str, dict[str, str]]:
        return self._spaces.labels

    def reachable(self, name: str, namespace: str) -> Instance:
        hosted = self._hosted.get((namespace, name))
        if hosted is None:
            raise NoEndpoints
        if hosted.instance is None or not hosted.running or hosted.busy:
            raise NoProcess
        return hosted.instance

    async def process_died(self, hosted: Hosted) -> None:
        """It stays as it is: listed, without a replica."""
        await self._halt(hosted)

    async def clear(self) -> None:
        self._spaces = Namespaces()
        await super().clear()

    async def restore(self, functions: list[Function], namespaces: dict[str, dict[str, str]]) -> None:
        self._spaces.restore(namespaces)
        starts = []
        for function in functions:
            hosted = Hosted(function, LogBuffer(self._parts.clock))
            self._hosted[function.namespace, function.name] = hosted
            self._spaces.used.add(function.namespace)
            if function.replicas:
                starts.append(self._start(hosted, parse(function.wanted.image)))
        await asyncio.gather(*starts, return_exceptions=True)

    def _namespace(self, asked: str) -> str:
        namespace = asked or DEFAULT_NAMESPACE
        if not self._spaces.valid(namespace):
            raise refusal(400, "namespace not valid")
        return namespace

    def _unknown(self, name: str, namespace: str, words: str) -> Refusal:
        return refusal(404, f"{words} {name}.{namespace} not found" if self._parts.current else f"service {name} not found")

    def _check_edition(self, more: int) -> None:
        """The limits of the community edition; with a second namespace nothing can be deployed or updated any more (reference O.10)."""
        if not self._parts.current:
            return
        functions, namespaces = len(self._hosted) + more, len(self._spaces.names(default_first=True))
        for count, most, kind in ((functions, MOST_FUNCTIONS, "function"), (namespaces, MOST_NAMESPACES, "namespace")):
            if count > most:
                raise refusal(400, f"the OpenFaaS CE EULA allows {most}/{count} {kind}(s), upgrade to faasd Pro to continue")

    def _require_secrets(self, wanted: Wanted, namespace: str) -> None:
        for name in self._parts.secrets.missing(namespace, wanted.secrets):
            raise refusal(400, f"unable to find secret: {name}")

    @staticmethod
    def _pull(wanted: Wanted, fault: Fault | None, status: int) -> Image:
        try:
            image = parse(wanted.image)
        except BadImage as error:
            raise refusal(status, str(error)) from error
        reason = fault.message or "the emulator was told so" if fault else "not found"
        if fault or not image.exists:
            raise refusal(status, f'unable to pull image {image.full}: cannot pull: failed to resolve reference "{image.full}": {image.full}: {reason}')
        return image

    async def _deploy(self, wanted: Wanted, namespace: str, fault: Fault | None, before: Hosted | None) -> None:
        """Create the container and start its task; a refused start leaves the container behind."""
        image = self._pull(wanted, fault, 400)
        name = wanted.service
        for key in wanted.annotations:
            if ANNOTATION_PREFIX + key in wanted.labels:
                clash = f"Key {key} cannot be used as a label due to a conflict with annotation prefix {ANNOTATION_PREFIX}"
                raise refusal(400, f"unable to apply labels to container: {name}, error: {clash}")
        self._spaces.used.add(namespace)
        if (namespace, name) in self._hosted:
            raise refusal(400, f'unable to create container: {name}, error: snapshot "{name}-snapshot": already exists')
        if len(name) > LONGEST_NAME or NAME.fullmatch(name) is None:
            problem = f"create container failed validation: container.ID: {_misnamed(name)}: invalid argument"
            raise refusal(400, f"unable to create container: {name}, error: {problem}")
        found = [(key.removeprefix(ANNOTATION_PREFIX), value) for key, value in wanted.labels.items() if key.startswith(ANNOTATION_PREFIX)]
        labels = {key: value for key, value in wanted.labels.items() if not key.startswith(ANNOTATION_PREFIX)}
        function = Function(name, namespace, wanted, stamp(self._parts.clock.now()), labels, {**wanted.annotations, **dict(found)})
        hosted = Hosted(function, before.log if before else LogBuffer(self._parts.clock))
        function.starts = before.function.starts if before else 0
        self._hosted[namespace, name] = hosted
        await self._start(hosted, image)

    async def _start(self, hosted: Hosted, image: Image) -> None:
        function = hosted.function
        function.replicas = 0
        self._parts.on_change()
        task = f"unable to start task: {function.name}, error: failed to create shim task: OCI runtime create failed: runc create failed: {INIT}"
        if len(function.name) > LONGEST_HOSTNAME:
            raise refusal(400, f"{task}: sethostname: invalid argument: unknown")
        for name in self._parts.secrets.missing(function.namespace, function.wanted.secrets):
            source = f"{SECRETS_FOLDER}/{function.namespace}/{name}"
            target = f"/var/openfaas/secrets/{name}"
            raise refusal(400, f'{task}: error mounting "{source}" to rootfs at "{target}": stat {source}: no such file or directory: unknown')
        hosted.busy = True
        try:
            instance = await self._launch(hosted, image, _environment(function.wanted, image), hosted.log)
        except BuildError:
            return  # the task was started, and its process has ended since
        finally:
            hosted.busy = False
        if self._hosted.get((function.namespace, function.name)) is not hosted:
            await instance.stop()
            return
        hosted.instance, function.replicas = instance, 1
        self._parts.on_change()

    async def _halt(self, hosted: Hosted) -> None:
        await self._stop(hosted)
        hosted.function.replicas = 0
        self._parts.on_change()

    async def _remove(self, hosted: Hosted, call: ProviderCall) -> None:
        """Wait for the process to end, then forget the function."""
        function = hosted.function
        if hosted.busy:
            raise refusal(500, f"container {function.name}: not found")
        fault = self._fault(call, STOP_FAULTS) if hosted.running else None
        hosted.busy = True
        if fault is not None:
            await self._parts.clock.sleep(fault.seconds or 0)
            await self._halt(hosted)
            hosted.busy = False
        if fault is not None and not self._parts.current:
            raise refusal(500, f"error deleting container {function.name}, cannot delete running task {function.name}: failed precondition")
        if hosted.running:
            await self._parts.clock.sleep(self._parts.build_seconds)
        await self._stop(hosted)
        if self._hosted.get((function.namespace, function.name)) is hosted:
            del self._hosted[function.namespace, function.name]
            self._parts.on_change()

    def _view(self, hosted: Hosted) -> dict[str, Any]:
        function = hosted.function
        wanted, image = function.wanted, parse(function.wanted.image)
        environment = {key: value.partition("=")[0] for key, value in _environment(wanted, image).items() if key != "PATH"}
        view: dict[str, Any] = {"name": function.name, "image": image.full, "namespace": function.namespace}
        view["envProcess"] = environment.pop("fprocess", "")
        view["envVars"] = environment
        view["secrets"] = wanted.secrets
        view["replicas"] = 1 if hosted.running and not hosted.busy else 0
        shown = {key: value for key, value in view.items() if value}
        return {**shown, "labels": function.labels, "annotations": function.annotations, "createdAt": function.created_at}


def _misnamed(name: str) -> str:
    """What containerd has against a name."""
    if not name:
        return "identifier must not be empty"
    if len(name) > LONGEST_NAME:
        return f'identifier "{name}" greater than maximum length ({LONGEST_NAME} characters)'
    return f'identifier "{name}" must match ^{NAME.pattern}$'


def _environment(wanted: Wanted, image: Image) -> dict[str, str]:
    """What the process gets: the image's own variables, then the function's, then the watchdog's process."""
    own = dict(wanted.env)
    process = own.pop("fprocess", None)
    if process is not None:
        # The variable's value is taken for a whole "name=value".
        name, equals, value = process.partition("=")
        return {**image.environment, **own, **({name: value} if equals else {})}
    return {**image.environment, **own, **({"fprocess": wanted.env_process} if wanted.env_process else {})}


def _memory(wanted: Wanted) -> str:
    """The memory limit in bytes, written anew; a quantity that is none counts as no limit."""
    try:
        return str(Quantity(Fraction(parse_quantity(wanted.limits.get("memory") or "0").whole)))
    except BadQuantity:
        return "0"
