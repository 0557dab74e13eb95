# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A scripted OpenFaaS gateway, with answers as faasd and as Kubernetes' provider give them."""

from __future__ import annotations

import base64
import json
import typing as t
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ANY, Answer, Reply, Run, ScriptedApi, Sent, Step, Together, response, run_module

URL = "https://gateway.example.test/"
PASSWORD = "gw+pass/7c51"
TOKEN = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
ACCESS = {"gateway_url": URL, "gateway_password": PASSWORD}
FUNCTION = {**ACCESS, "provider": "openfaas", "name": "hello"}
IMAGE = "functions/echo:1"
FULL_IMAGE = "docker.io/functions/echo:1"

DIALECTS = ("faasd", "kubernetes")
every_dialect = pytest.mark.parametrize("dialect", DIALECTS)


class ScriptedGateway(ScriptedApi):
    """Stands in for the network. Every call carries the gateway's credentials, except those to functions.

    ``written`` is the last specification that was sent, for answers that show it (:func:`shows`).

    A client may ask once for each script who the gateway is, whenever it first needs to know: a scripted :func:`info` answers, or ``who``.
    ``instances`` are the pods that a look for those that wrote a line shows, by the number of writes before; the looks are not part of a script.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        self.who: Step | None = info("faasd")
        self.instances: t.Callable[[int], list[str]] = lambda writes: []

    def expect(self, *script: Step | Together) -> None:
        super().expect(*script)
        self.who = info("faasd")

    def _next(self, sent: Sent, query: t.Mapping[str, t.Any], always: t.Mapping[str, t.Any]) -> Step:
        if sent.path == "system/logs" and query.get("tail") == "1":
            lines = [json.dumps({"instance": pod, "timestamp": "2026-01-31T12:00:00Z", "text": "up"}) for pod in self.instances(len(self.writes))]
            return Step("GET", "system/logs", Reply(200, "\n".join(lines).encode()), query=ANY)
        if sent.path == "system/info":
            step, self.who = self._scripted_info() or self.who, None
            if step is not None:
                self.sent.append(sent)
                return step
        return super()._next(sent, query, always)

    def _scripted_info(self) -> Step | None:
        for stage in self._stages:
            for step in stage.heads:
                if step.path == "system/info":
                    stage.take(step)
                    self._stages = [left for left in self._stages if left.lanes]
                    return step
        return None

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        parts = urlsplit(str(request.url))
        path = f"{parts.scheme}://{parts.netloc}{parts.path}".removeprefix(URL)
        ours = path.startswith("system/")
        body = json.loads(request.body) if ours and request.body is not None else request.body
        sent = Sent(str(request.method), path, body, dict(request.headers))
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        step = self._next(sent, query, {})
        if request.headers.get("Authorization") != (f"Basic {TOKEN}" if ours else None):
            self._fail(f"{sent}: the Authorization header is {request.headers.get('Authorization')}")
        if path == "system/functions" and sent.method in ("POST", "PUT"):
            self.written = dict(body)
        answer = step.answer(self) if callable(step.answer) else step.answer
        if isinstance(answer, BaseException):
            raise answer
        return response(answer, request)


def text(status: int, content: str = "") -> Reply:
    return Reply(status, content.encode(), {"Content-Type": "text/plain"})


def document(data: t.Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "text/plain"})


def shown(spec: t.Mapping[str, t.Any], dialect: str, **fields: t.Any) -> dict[str, t.Any]:
    """What a look-up shows of a specification (reference O.2)."""
    answer = {"name": spec["service"], "namespace": spec.get("namespace", "openfaas-fn"), "replicas": 1, "availableReplicas": 1}
    labels, annotations = dict(spec.get("labels") or {}), dict(spec.get("annotations") or {})
    if dialect == "faasd":
        variables = {name: value.partition("=")[0] for name, value in spec.get("envVars", {}).items()}
        image = spec["image"] if spec["image"].startswith("docker.io/") else f"docker.io/{spec['image']}"
        answer |= {"image": image, "envProcess": spec.get("envProcess", "index.py"), "envVars": {"IMAGE_OWN": "1", **variables}}
        answer |= {"secrets": spec.get("secrets", []), "labels": labels, "annotations": annotations, "createdAt": "2026-01-31T12:00:00Z"}
    else:
        answer |= {"image": spec["image"], "labels": {"faas_function": spec["service"], "uid": "77", **labels}}
        answer["annotations"] = {"prometheus.io.scrape": "false", **annotations}
        for key in ("envProcess", "limits", "requests"):
            if spec.get(key):
                answer[key] = spec[key]
        if "limits" in answer:
            answer["limits"] = {"memory": "0", "cpu": "0", **answer["limits"]}
        if spec.get("secrets"):
            answer["secrets"] = sorted(spec["secrets"])
    return {**answer, **fields}


def shows(dialect: str, **fields: t.Any) -> t.Callable[[ScriptedApi], Reply]:
    """An answer that shows what the run under test has sent by then."""
    return lambda gateway: document(shown(gateway.written, dialect, **fields))


def foreign(dialect: str, **fields: t.Any) -> dict[str, t.Any]:
    """A function that another tool has deployed."""
    return shown({"service": "hello", "image": IMAGE, "envVars": {"A": "1"}}, dialect, **fields)


def get(answer: Answer, name: str = "hello", forever: bool = False, **query: str) -> Step:
    return Step("GET", f"system/function/{name}", answer, None, query, forever=forever)


def missing(name: str = "hello", **query: str) -> Step:
    return get(text(404), name, **query)


#: faasd's answer to a look into a namespace that it does not have.
NO_NAMESPACE = text(400, "namespace not valid")
NOT_THERE_YET = (
    "namespace: the gateway does not have 'stage'. Check mode goes on, because an earlier task may make it; if none does, the real run fails."
)


def info(dialect: str) -> Step:
    provider = {"provider": "faasd", "orchestration": "containerd"} if dialect == "faasd" else {"provider": "faas-netes", "orchestration": "kubernetes"}
    return Step("GET", "system/info", document({"provider": provider, "version": {"release": "0.27.4"}}), None)


def post(answer: Answer | None = None, body: t.Any = ANY) -> Step:
    return Step("POST", "system/functions", answer or text(202), body)


def put(answer: Answer | None = None, body: t.Any = ANY) -> Step:
    return Step("PUT", "system/functions", answer or text(202), body)


def delete(answer: Answer | None = None, name: str = "hello", **query: str) -> Step:
    return Step("DELETE", "system/functions", answer or text(200), {"functionName": name, **query}, query)


def functions(*found: t.Mapping[str, t.Any], answer: Answer | None = None, **query: str) -> Step:
    return Step("GET", "system/functions", answer or document(list(found)), None, query)


def secrets(*names: str, answer: Answer | None = None, **query: str) -> Step:
    return Step("GET", "system/secrets", answer or document([{"name": name, "namespace": "openfaas-fn"} for name in names]), None, query)


def run(module: ModuleType, args: t.Mapping[str, t.Any], **more: t.Any) -> Run:
    """Run a module, and search what it prints for the gateway's credentials as well."""
    hidden = (PASSWORD, TOKEN, *more.pop("secrets", ()))
    return run_module(module, args, secrets=hidden, **more)
