# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kubernetes provider, Community Edition: one namespace, rollouts that take time, and silence about failed updates."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from typing import Any

from aiohttp import web

from ..clock import stamp
from ..faults import Fault
from ..runner.logs import LogBuffer
from ..runner.spec import BuildError
from .answers import NOT_FOUND, Refusal, listing, refusal, text
from .hosting import Instance
from .image import BadImage, Image, parse
from .model import DEFAULT_NAMESPACE, MAX_REPLICAS, MIN_REPLICAS, Function, Hosted, Wanted
from .provider import DELETE_FIELDS, PULL_FAULTS, SCALE_FIELDS, SECRET_FIELDS, NoEndpoints, Provider, ProviderCall
from .quantity import BadQuantity
from .quantity import parse as parse_quantity

START_FAULTS = PULL_FAULTS | {"stuck_status"}
NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", re.ASCII)
SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", re.ASCII)
VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
QUALIFIED = re.compile(r"([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?")
# What Kubernetes makes random parts of names from.
NAME_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789"
LONGEST_NAME = 63
LONGEST_SUBDOMAIN = 253
MOST_REPLICAS = 5
SCALE = "com.openfaas.scale."
PRO_LABELS = ("zero-duration", "target", "type")
OTHER_CLOUDS = ("amazonaws.com", "gke.io")
OWN_LABEL, ROLLOUT_LABEL = "faas_function", "uid"
SCRAPE = "prometheus.io.scrape"


class Kubernetes(Provider):
    """As reference O.2 to O.6 and O.9 have it for netes (CE), and O.10 for its newest release."""

    title = "faas-netes-ce"
    orchestration = "kubernetes"
    oldest_lines_first = False
    tail_is_enough = True

    async def create_function(self, call: ProviderCall) -> web.Response:
        wanted = self._read(call, "failed to unmarshal request: ")
        self._validate(wanted)
        name, namespace = wanted.service, self._namespace(wanted.namespace)
        for secret in self._parts.secrets.missing(namespace, wanted.secrets):
            raise refusal(400, f'unable to fetch secrets: secrets "{secret}" not found')
        self._require_public(wanted.image)
        try:
            _check_quantities(wanted)
            annotations = _annotations(wanted)
        except ValueError as error:
            raise refusal(400, f"failed create Deployment spec: {error}") from error
        most, advice = (15, ", visit https://openfaas.com/pricing to upgrade to OpenFaaS Standard") if self._parts.current else (30, "")
        if len(self._hosted) >= most:
            raise refusal(400, f"unable to create function, maximum: {most}{advice}")
        if (namespace, name) in self._hosted:
            state = "object is being deleted: " if self._hosted[namespace, name].busy else ""
            raise refusal(500, f'unable create Deployment: {state}deployments.apps "{name}" already exists')
        if len(name) > LONGEST_NAME:
            raise refusal(500, f'unable create Deployment: Deployment.apps "{name}" is invalid: spec.template.labels: must be no more than 63 characters')
        problem = _clusters_problem(wanted)
        if problem:
            raise refusal(500, f'unable create Deployment: Deployment.apps "{name}" is invalid: {problem}')
        labels = {OWN_LABEL: name, **wanted.labels}
        now = self._parts.clock.now().replace(microsecond=0)
        function = Function(name, namespace, wanted, stamp(now).replace(".000", ""), labels, annotations, _least(wanted) or 1)
        hosted = Hosted(function, LogBuffer(self._parts.clock), events=LogBuffer(self._parts.clock))
        self._hosted[namespace, name] = hosted
        await self._begin(hosted, self._roll_out(hosted, self._fault(call, START_FAULTS), self._parts.build_seconds))
        if name[0].isdigit():
            raise refusal(400, f'failed create Service: Service "{name}" is invalid: metadata.name: Invalid value: "{name}": a DNS-1035 label')
        return text(202)

    async def replace_function(self, call: ProviderCall) -> web.Response:
        wanted = self._read(call, "unable to unmarshal request: ")
        self._validate(wanted)
        name, namespace = wanted.service, self._namespace(wanted.namespace)
        try:
            annotations = _annotations(wanted)
        except ValueError as error:
            raise refusal(400, str(error)) from error
        problem = f"unable update Deployment: {name}.{namespace}, error: "
        hosted = self._find(name, namespace, refusal(404, f'{problem}deployments.apps "{name}" not found'))
        try:
            self._require_public(wanted.image)
            _check_quantities(wanted)
        except (Refusal, BadQuantity) as error:
            _tell(hosted, f"error updating deployment: {name}.{namespace}, error: {str(error).strip()}")
            return text(200)  # nothing has changed, and nobody is told
        for secret in self._parts.secrets.missing(namespace, wanted.secrets):
            raise refusal(400, f'{problem}secrets "{secret}" not found')
        problem = _clusters_problem(wanted)
        if problem:
            _tell(hosted, f"error updating deployment: {name}.{namespace}, error: {problem}")
            return text(200)
        function = hosted.function
        function.wanted, function.annotations = wanted, annotations
        function.labels = {OWN_LABEL: name, ROLLOUT_LABEL: str(self._parts.numbers.randrange(10**9)), **wanted.labels}
        function.replicas = _least(wanted) or function.replicas
        hosted.available = min(hosted.available, function.replicas)
        if not hosted.busy:
            await self._begin(hosted, self._roll_out(hosted, self._fault(call, START_FAULTS), self._parts.build_seconds))
        return text(202)

    async def delete_function(self, call: ProviderCall) -> web.Response:
        """Answered at once; the function is still there until its pods have ended."""
        body = self._decode(call.body, "DeleteFunctionRequest", DELETE_FIELDS, lambda unused: Refusal(400))
        name, namespace = body["functionName"], self._namespace(call.query_namespace)
        if not name:
            raise Refusal(400)
        hosted = self._find(name, namespace, Refusal(404, f'deployments.apps "{name}" not found'))
        if not hosted.busy:
            hosted.busy, hosted.available = True, 0
            await self._begin(hosted, self._terminate(hosted))
        return text(202)

    async def list_functions(self, call: ProviderCall) -> web.Response:
        namespace = self._namespace(call.query_namespace)
        shown = []
        for hosted in self.all():
            view = self._view(hosted)
            count = self.invocations[namespace, hosted.function.name]
            shown.append({**view, "invocationCount": float(count)} if count else view)
        return listing(shown)

    async def get_function(self, call: ProviderCall) -> web.Response:
        return listing(self._view(self._find(call.name, self._namespace(call.query_namespace), Refusal(404))))

    async def scale_function(self, call: ProviderCall) -> web.Response:
        body = self._decode(call.body, "ScaleServiceRequest", SCALE_FIELDS, lambda unused: Refusal(400, "Cannot parse request. Please pass valid JSON."))
        hosted = self._find(call.name, self._namespace(call.query_namespace), Refusal(500, f"Unable to lookup function deployment {call.name}"))
        hosted.function.replicas = body["replicas"]
        hosted.available = min(hosted.available, hosted.function.replicas)
        if hosted.task is None or hosted.task.done():
            await self._begin(hosted, self._scale_up(hosted))
        self._parts.on_change()
        return text(202)

    async def secrets(self, call: ProviderCall) -> web.Response:
        store = self._parts.secrets
        if call.method == "GET":
            namespace = self._secret_namespace(call.query_namespace)
            return listing([{"name": name, "namespace": namespace} for name in store.names(namespace)])
        body = self._decode(call.body, "Secret", SECRET_FIELDS, lambda unused: Refusal(400))
        name, namespace = body["name"], self._secret_namespace(body["namespace"])
        if not name:
            raise Refusal(500)
        known = (namespace, name) in store
        if call.method == "POST" and (len(name) > LONGEST_SUBDOMAIN or SUBDOMAIN.fullmatch(name) is None):
            raise Refusal(422)
        if call.method == "POST" and known:
            raise Refusal(409)
        if call.method != "POST" and not known:
            raise Refusal(404)
        if call.method == "DELETE":
            store.delete(namespace, name)
        else:
            store.write(namespace, name, body["rawValue"] or body["value"].encode())
        self._parts.on_change()
        return text(202)

    async def list_namespaces(self, call: ProviderCall) -> web.Response:
        return listing([DEFAULT_NAMESPACE])

    async def namespace(self, call: ProviderCall) -> web.Response:
        if not self._parts.current:
            raise refusal(404, NOT_FOUND)
        raise refusal(501, "Feature not implemented in this version of OpenFaaS") if call.method == "GET" else Refusal(405)

    def logs(self, name: str, namespace: str) -> dict[str, LogBuffer] | None:
        hosted = self._hosted.get((namespace, name))
        return None if hosted is None else hosted.pods

    def namespaces(self) -> dict[str, dict[str, str]]:
        return {}

    def reachable(self, name: str, namespace: str) -> Instance:
        hosted = self._hosted.get((namespace, name))
        if hosted is None or hosted.instance is None or not hosted.available or name[0].isdigit():
            raise NoEndpoints
        return hosted.instance

    async def process_died(self, hosted: Hosted) -> None:
        """The kubelet starts it again."""
        await self._stop(hosted)
        pod = next((name for name, log in hosted.pods.items() if log is hosted.log), "")
        await self._begin(hosted, self._roll_out(hosted, None, self._parts.build_seconds, pod))

    async def restore(self, functions: list[Function], namespaces: dict[str, dict[str, str]]) -> None:
        for function in functions:
            hosted = Hosted(function, LogBuffer(self._parts.clock), events=LogBuffer(self._parts.clock))
            self._hosted[function.namespace, function.name] = hosted
            await self._begin(hosted, self._roll_out(hosted, None, 0))

    @staticmethod
    def _namespace(asked: str) -> str:
        if asked not in ("", DEFAULT_NAMESPACE):
            raise refusal(400, f"namespace must be: {DEFAULT_NAMESPACE}")
        return DEFAULT_NAMESPACE

    @staticmethod
    def _secret_namespace(asked: str) -> str:
        if asked not in ("", DEFAULT_NAMESPACE):
            raise Refusal(400)
        return DEFAULT_NAMESPACE

    @staticmethod
    def _validate(wanted: Wanted) -> None:
        problem = _problem(wanted)
        if problem:
            raise refusal(400, f"validation failed: {problem}")

    async def _begin(self, hosted: Hosted, work: Coroutine[Any, Any, None]) -> None:
        await self._cancel(hosted)
        hosted.task = asyncio.create_task(work)
        self._parts.on_change()

    async def _roll_out(self, hosted: Hosted, fault: Fault | None, seconds: float, pod: str = "") -> None:
        """Bring up the new version beside the old one, which answers until then, and for good when it never gets ready.

        A pod whose image cannot be had never starts and so has no log; one that starts writes, whatever becomes of it. ``pod`` is started again.
        """
        log = hosted.pods.get(pod) or LogBuffer(self._parts.clock)
        # What an earlier roll-out left that never got ready goes with the new one.
        hosted.pods = {name: kept for name, kept in hosted.pods.items() if kept is hosted.log}
        hosted.stuck = fault is not None and fault.action == "stuck_status"
        hosted.changed.clear()
        await self._parts.clock.sleep(seconds)
        if hosted.stuck:
            await hosted.changed.wait()
        try:
            image = _pulled(hosted.function.wanted, fault)
            pod = pod or self._pod(hosted.function.name)
            hosted.pods[pod] = log
            log.write("system", f'Watchdog mode: http\tfprocess: "{hosted.function.wanted.env_process or image.environment["fprocess"]}"')
            instance = await self._launch(hosted, image, _environment(hosted.function.wanted), log)
        except (BadImage, BuildError) as error:
            _tell(hosted, f"the pod does not get ready: {error}")
            return
        before, hosted.instance = hosted.instance, instance
        hosted.log, hosted.pods = log, {pod: log}
        hosted.available = hosted.function.replicas
        self._parts.on_change()
        if before is not None:
            await before.stop()

    def _pod(self, function: str) -> str:
        """A name as Kubernetes makes it: function, replica set, pod. One stands for all replicas of a version."""
        replica_set, pod = ("".join(self._parts.numbers.choices(NAME_CHARACTERS, k=length)) for length in (10, 5))
        return f"{function}-{replica_set}-{pod}"

    def _require_public(self, image: str) -> None:
        """The newest release asks the registry for the image, without credentials (reference O.3)."""
        if not self._parts.current:
            return
        try:
            public = parse(image).public
        except BadImage as error:
            raise refusal(400, f"unable to parse image reference: could not parse reference: {image}") from error
        if not public:
            raise refusal(400, "the Community Edition license agreement only allows public images")

    async def _scale_up(self, hosted: Hosted) -> None:
        await self._parts.clock.sleep(self._parts.build_seconds)
        if hosted.instance is not None:
            hosted.available = hosted.function.replicas

    async def _terminate(self, hosted: Hosted) -> None:
        await self._parts.clock.sleep(self._parts.build_seconds)
        await self._stop(hosted)
        del self._hosted[hosted.function.namespace, hosted.function.name]
        self._parts.on_change()

    def _view(self, hosted: Hosted) -> dict[str, Any]:
        function = hosted.function
        wanted = function.wanted
        view: dict[str, Any] = {
            "name": function.name,
            "image": wanted.image,
            "namespace": function.namespace,
            "envProcess": wanted.env_process or wanted.env.get("fprocess", ""),
            "secrets": sorted(set(wanted.secrets)),
            "limits": _resources(wanted.limits),
            "requests": _resources(wanted.requests),
            "replicas": function.replicas,
            "availableReplicas": hosted.available,
        }
        shown = {key: value for key, value in view.items() if value}
        return {**shown, "labels": function.labels, "annotations": function.annotations, "createdAt": function.created_at}


def _problem(wanted: Wanted) -> str:
    """What the Community Edition has against a function, empty when nothing."""
    if not wanted.service:
        return "service: is required"
    if NAME.fullmatch(wanted.service) is None:
        return f"service: ({wanted.service}) is invalid, must be a valid DNS entry"
    if not wanted.image:
        return "image: is required"
    pro = [f"{SCALE}zero"] if wanted.labels.get(f"{SCALE}zero") == "true" else []
    pro += [SCALE + label for label in PRO_LABELS if SCALE + label in wanted.labels]
    if pro:
        return f"{pro[0]} not available for Community Edition"
    high = [label for label in (MAX_REPLICAS, MIN_REPLICAS) if _number(wanted.labels.get(label, "")) > MOST_REPLICAS]
    return f"{high[0]} is set too high for Community Edition" if high else ""


def _clusters_problem(wanted: Wanted) -> str:
    """What Kubernetes itself refuses in a Deployment, empty when nothing."""
    template = "spec.template."
    for index, variable in enumerate(sorted(wanted.env)):
        if VARIABLE.fullmatch(variable) is None:
            return f'{template}spec.containers[0].env[{index}].name: Invalid value: "{variable}"'
    for kind, given in (("labels", wanted.labels), ("annotations", wanted.annotations)):
        for key in given:
            if QUALIFIED.fullmatch(key) is None:
                return f'{template}{kind}: Invalid value: "{key}": name part must consist of alphanumeric characters'
    for value in wanted.labels.values():
        if LABEL_VALUE.fullmatch(value) is None:
            return f'{template}labels: Invalid value: "{value}": a valid label must be an empty string or consist of alphanumeric characters'
    return ""


def _tell(hosted: Hosted, event: str) -> None:
    """Write down what only the cluster and the provider's own log would tell."""
    if hosted.events is not None:
        hosted.events.write("system", event)


def _number(label: str) -> int:
    return int(label) if re.fullmatch(r"[+-]?\d+", label, re.ASCII) else 0


def _least(wanted: Wanted) -> int:
    return max(0, _number(wanted.labels.get(MIN_REPLICAS, "")))


def _annotations(wanted: Wanted) -> dict[str, str]:
    if "," in wanted.annotations.get("topic", ""):
        raise ValueError("the topic annotation may only support one value in the Community Edition")
    for key in wanted.annotations:
        if any(cloud in key for cloud in OTHER_CLOUDS):
            raise ValueError(f'annotation "{key}" is not supported in the Community Edition')
    return {SCRAPE: "false", **wanted.annotations}


def _check_quantities(wanted: Wanted) -> None:
    for quantities in (wanted.limits, wanted.requests):
        for quantity in filter(None, quantities.values()):
            parse_quantity(quantity)


def _resources(quantities: dict[str, str]) -> dict[str, str]:
    """Both halves written anew, the missing one as 0; empty when both are missing or nothing."""
    shown = {key: str(parse_quantity(quantities.get(key) or "0")) for key in ("memory", "cpu")}
    return shown if set(shown.values()) != {"0"} else {}


def _environment(wanted: Wanted) -> dict[str, str]:
    return {**({"fprocess": wanted.env_process} if wanted.env_process else {}), **wanted.env}


def _pulled(wanted: Wanted, fault: Fault | None) -> Image:
    image = parse(wanted.image)
    if fault is not None and fault.action in PULL_FAULTS:
        raise BadImage(f"the image {image.full} cannot be pulled: {fault.message or 'the emulator was told so'}")
    if not image.exists:
        raise BadImage(f"the image {image.full} cannot be pulled: not found")
    return image
