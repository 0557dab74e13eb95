# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of functions through the gateway: echo and handlers, sync and async, logs."""

from __future__ import annotations

import http.server
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from gateway_api import Gateway

MISSING = "No endpoints available for: nothing.\n"


def test_the_echo(gateway: Gateway) -> None:
    gateway.deploy("f")
    answer = gateway.invoke("f", "/a/b?x=1&x=2", "PUT", data="text", headers={"X-Own": "1", "Authorization": "Basic Zm9v"})
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["function"], shown["namespace"], shown["method"], shown["path"], shown["body"]) == ("f", "openfaas-fn", "PUT", "/a/b", "text")
    assert shown["query"] == [["x", "1"], ["x", "2"]]
    assert (shown["headers"]["X-Own"], shown["headers"]["Authorization"]) == ("1", "Basic Zm9v")
    assert gateway.invoke(data=b"\xff\x00").json()["body_base64"] == "/wA="


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_methods(gateway: Gateway, method: str) -> None:
    gateway.deploy("f")
    assert gateway.invoke(method=method).status_code == 200
    assert gateway.invoke(method="TRACE").status_code == 405


def test_the_gateways_headers(gateway: Gateway) -> None:
    gateway.deploy("f")
    answer = gateway.invoke()
    assert len(answer.headers["X-Call-Id"]) == 36
    assert answer.headers["X-Start-Time"].isdigit()
    assert answer.headers["X-Served-By"] == "openfaas-ce/0.27.14"
    assert answer.json()["headers"]["X-Call-Id"] == answer.headers["X-Call-Id"]
    known = gateway.invoke(headers={"X-Call-Id": "mine"})
    assert "X-Call-Id" not in known.headers
    assert known.json()["headers"]["X-Call-Id"] == "mine"


@pytest.mark.parametrize("name", ["nothing", "f.nowhere", "nothing.openfaas-fn"])
def test_nothing_to_call(gateway: Gateway, name: str) -> None:
    gateway.deploy("f")
    answer = gateway.invoke(name)
    assert (answer.status_code, answer.text) == (503, f"No endpoints available for: {name}.\n")
    assert answer.headers["X-Openfaas-Internal"] == "proxy"
    assert "X-Call-Id" in answer.headers


def test_the_namespace_in_the_name(gateway: Gateway) -> None:
    gateway.deploy("f")
    assert gateway.invoke("f.openfaas-fn").json()["function"] == "f"


def test_a_python_handler(gateway: Gateway) -> None:
    code = """
import os
def handle(event, context):
    return {'statusCode': 201, 'body': os.environ['WHO'] + event.method + event.path, 'headers': {'X-Own': '1'}}
"""
    gateway.deploy_python(code, envVars={"WHO": "a=b=c "})
    answer = gateway.invoke("f", "/x")
    assert (answer.status_code, answer.text, answer.headers["X-Own"]) == (201, "a=b=c POST/x", "1")


def test_a_handler_in_the_environment(gateway: Gateway) -> None:
    code = "import six\ndef handle(event, context): return six.__name__\n"
    gateway.deploy("f", "docker.io/e2e-emulator/python", envVars={"E2E_EMULATOR_HANDLER": code, "E2E_EMULATOR_REQUIREMENTS": "six==1.16.0"})
    assert gateway.invoke().text == "six"
    annotations = {"e2e-emulator/handler": code, "e2e-emulator/requirements": "six==1.16.0"}
    gateway.deploy("g", "e2e-emulator/python", annotations=annotations, envVars={"E2E_EMULATOR_HANDLER": "wrong"})
    assert gateway.invoke("g").text == "six"


@pytest.mark.node
def test_a_node_handler(gateway: Gateway) -> None:
    code = "module.exports = async (event, context) => context.status(202).succeed({ who: process.env.WHO, body: event.body })"
    gateway.deploy("f", "e2e-emulator/node:20", annotations={"e2e-emulator/handler": code}, envVars={"WHO": "me"})
    answer = gateway.invoke(json={"a": 1})
    assert (answer.status_code, answer.json()) == (202, {"who": "me", "body": {"a": 1}})


def test_secrets_are_files(gateway: Gateway) -> None:
    gateway.secret("POST", "s", rawValue="AAH/")
    gateway.secret("POST", "other", "not mounted")
    code = """
import os
FOLDER = os.environ['E2E_EMULATOR_SECRETS']
def handle(event, context):
    return open(FOLDER + '/s', 'rb').read() + b','.join(map(str.encode, os.listdir(FOLDER)))
"""
    gateway.deploy_python(code, secrets=["s"])
    assert gateway.invoke().content == b"\x00\x01\xffs"
    gateway.secret("PUT", "s", "new")
    assert gateway.invoke().content == b"news"
    gateway.secret("DELETE", "s")
    assert gateway.invoke().content == b"news"
    gateway.secret("POST", "s", "newest")
    assert gateway.invoke().content == b"news"
    gateway.replace("f", "e2e-emulator/python", annotations={"e2e-emulator/handler": code}, secrets=["s"])
    assert gateway.until(lambda: gateway.invoke().content, lambda content: content == b"newests")


def test_a_handler_that_raises(gateway: Gateway) -> None:
    gateway.deploy_python("def handle(event, context): raise RuntimeError('boom')\n")
    assert gateway.invoke().status_code == 500
    assert [line for line in gateway.logs(name="f") if "RuntimeError: boom" in line["text"]]


def test_the_time_limit(gateway: Gateway) -> None:
    code = "import time\ndef handle(event, context):\n    time.sleep(float(event.body))\n    return 'ok'\n"
    gateway.deploy_python(code, envVars={"exec_timeout": "500ms"})
    assert gateway.invoke(data="5").status_code == 504
    assert gateway.get()["availableReplicas"] == 1
    assert gateway.invoke(data="0").text == "ok"


def test_a_process_that_dies_on_faasd(faasd: Gateway) -> None:
    faasd.deploy_python("import os\ndef handle(event, context):\n    if event.body: os._exit(1)\n    return 'ok'\n")
    answer = faasd.invoke(data="x")
    assert (answer.status_code, answer.text) == (500, "Can't reach service for: f.\n")
    found = faasd.get()
    assert "replicas" not in found and "availableReplicas" not in found
    answer = faasd.invoke(method="GET")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/ui/")
    assert faasd.invoke(method="POST").status_code == 405
    assert faasd.invoke("f", "/path").text == "404 page not found\n"
    assert faasd.scale("f", 1).status_code == 200
    assert faasd.invoke().text == "ok"


def test_a_process_that_dies_on_kubernetes_is_started_again(kubernetes: Gateway) -> None:
    kubernetes.deploy_python("import os\ndef handle(event, context):\n    if event.body: os._exit(1)\n    return 'ok'\n")
    assert kubernetes.invoke(data="x").status_code == 500
    assert kubernetes.until(lambda: kubernetes.invoke().text, lambda text: text == "ok")


def test_a_process_told_to_die(gateway: Gateway) -> None:
    gateway.deploy("f")
    gateway.fault(action="process_dies", path="/function/f")
    assert gateway.invoke().status_code == 500
    if gateway.process.gateway_dialect == "faasd":
        assert gateway.invoke(method="GET").status_code == 307
    else:
        gateway.until(lambda: gateway.invoke().status_code, lambda status: status == 200)


def test_a_handler_that_cannot_be_loaded(gateway: Gateway) -> None:
    for service, notes in (("broken", {"e2e-emulator/handler": "import nothing_of_this_name"}), ("none", {})):
        assert gateway.create(service, "e2e-emulator/python", annotations=notes).ok
        line = gateway.until(lambda: [one["text"] for one in gateway.logs(name=service) if "could not be started" in one["text"]], bool)
        assert "nothing_of_this_name" in line[0] or "there is no handler" in line[0]
        assert "availableReplicas" not in gateway.get(service)


class Listener:
    """A place for callbacks."""

    def __init__(self) -> None:
        self.received: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.put(({key.lower(): value for key, value in self.headers.items()}, body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/done?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_async(gateway: Gateway, listener: Listener) -> None:
    gateway.deploy_python("def handle(event, context): return {'statusCode': 418, 'body': b'<' + event.body + b'>', 'headers': {'X-Own': event.path}}\n")
    answer = gateway.call("POST", "async-function/f/deep?q=1", auth=None, data="x", headers={"X-Callback-Url": listener.url})
    assert (answer.status_code, answer.content) == (202, b"")
    headers, body = listener.received.get(timeout=20)
    assert body == b"<x>"
    assert (headers["x-function-name"], headers["x-function-status"], headers["x-own"]) == ("f", "418", "/deep")
    assert headers["x-call-id"] == answer.headers["X-Call-Id"]
    assert float(headers["x-duration-seconds"]) >= 0
    assert headers["x-start-time"] == answer.headers["X-Start-Time"]
    assert gateway.process.control("GET", "requests")["invocations"] == {"f": 1}


def test_async_with_an_id_of_the_callers_own(gateway: Gateway, listener: Listener) -> None:
    gateway.deploy("f")
    answer = gateway.call("POST", "async-function/f", auth=None, headers={"X-Callback-Url": listener.url, "X-Call-Id": "mine"})
    assert "X-Call-Id" not in answer.headers
    assert listener.received.get(timeout=20)[0]["x-call-id"] == "mine"


def test_async_to_nothing(gateway: Gateway, listener: Listener) -> None:
    answer = gateway.call("POST", "async-function/nothing", auth=None, headers={"X-Callback-Url": listener.url})
    assert answer.status_code == 202
    headers, body = listener.received.get(timeout=20)
    assert (headers["x-function-status"], body) == ("503", MISSING.encode())


def test_async_goes_on_after_a_callback_that_fails(gateway: Gateway, listener: Listener) -> None:
    gateway.deploy("f")
    for url in ("http://127.0.0.1:1/", "no-scheme", listener.url):
        assert gateway.call("POST", "async-function/f", headers={"X-Callback-Url": url}).status_code == 202
    assert listener.received.get(timeout=20)


@pytest.mark.parametrize("url", ["http://%zz/", "://x", "http://[::1", "http://a b/", "http://x:port/"])
def test_bad_callbacks(gateway: Gateway, url: str) -> None:
    answer = gateway.call("POST", "async-function/f", headers={"X-Callback-Url": url})
    assert answer.status_code == 400 and answer.text


def test_async_is_worked_off_one_at_a_time(faasd: Gateway, listener: Listener) -> None:
    code = """
import time
RUNNING = []
def handle(event, context):
    RUNNING.append(1)
    seen = len(RUNNING)
    time.sleep(0.2)
    RUNNING.pop()
    return str(seen)
"""
    faasd.deploy_python(code)
    for number in range(3):
        faasd.call("POST", "async-function/f", data=str(number), headers={"X-Callback-Url": listener.url})
    assert [listener.received.get(timeout=20)[1] for number in range(3)] == [b"1", b"1", b"1"]


def test_a_message_too_large(faasd: Gateway) -> None:
    assert faasd.call("POST", "async-function/f", data=b"x" * (1024 * 1024 + 1)).status_code == 500


def test_logs(gateway: Gateway) -> None:
    gateway.deploy_python("def handle(event, context):\n    print('line', event.body.decode())\n    return ''\n")
    for number in range(6):
        gateway.invoke(data=str(number))
    wanted = [f"line {number}" for number in range(6)]
    lines = gateway.until(lambda: [one for one in gateway.logs(name="f") if one["text"].startswith("line")], lambda found: len(found) == 6)
    assert [one["text"] for one in lines] == wanted
    assert set(lines[0]) == {"name", "namespace", "instance", "timestamp", "text"}
    assert (lines[0]["name"], lines[0]["namespace"]) == ("f", "openfaas-fn")
    whole = gateway.logs(name="f")
    oldest = gateway.process.gateway_dialect == "faasd"
    assert gateway.logs(name="f", tail=2) == (whole[:2] if oldest else whole[-2:])
    assert gateway.logs(name="f", since=lines[3]["timestamp"])[0] in whole[whole.index(lines[2]) :]
    assert gateway.logs(name="f", since="2999-01-01T00:00:00Z") == []
    assert gateway.logs(name="f", instance="another") == whole
    assert gateway.logs(name="f", follow="perhaps") == whole
    answer = gateway.call("GET", "system/logs?name=f")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Transfer-Encoding"] == "chunked"


@pytest.mark.parametrize("query", ["", "name=nothing", "name=f&namespace=nowhere"])
def test_no_logs(gateway: Gateway, query: str) -> None:
    gateway.deploy("f")
    answer = gateway.call("GET", f"system/logs?{query}")
    kubernetes = gateway.process.gateway_dialect == "kubernetes"
    assert (answer.status_code, answer.text) == ((500, "unknown log request error (500)\n") if kubernetes else (200, ""))


def test_a_process_that_does_not_listen_yet(gateway: Gateway) -> None:
    gateway.deploy("f")
    gateway.fault(action="not_listening", path="function/f", times=2)
    for attempt in range(2):
        answer = gateway.invoke()
        assert (answer.status_code, answer.text, answer.headers["X-Openfaas-Internal"]) == (500, "Can't reach service for: f.\n", "proxy")
    assert gateway.invoke().status_code == 200 and gateway.starts() == 1


@pytest.mark.parametrize("query", ["tail=many", "since=yesterday", "since=2024-01-01", "since=2024-13-01T00:00:00Z"])
def test_bad_log_requests(gateway: Gateway, query: str) -> None:
    answer = gateway.call("GET", f"system/logs?name=f&{query}")
    assert (answer.status_code, answer.text) == (500, "unknown log request error (422)\n")


def test_following_the_log(gateway: Gateway) -> None:
    gateway.deploy("f")
    with gateway.call("GET", "system/logs?name=f&follow=true", stream=True) as answer:
        lines = answer.iter_lines()
        seen = [next(lines)]
        gateway.invoke("f", "/later")
        while b"/later" not in seen[-1]:
            seen.append(next(lines))
    gateway.invoke()


def test_a_call_in_flight_while_the_function_is_replaced(gateway_factory: Callable[..., Gateway]) -> None:
    own = gateway_factory("kubernetes")
    own.deploy_python("import time\ndef handle(event, context):\n    time.sleep(5)\n    return 'old'\n")
    answers: list[int] = []

    def call() -> None:
        answers.append(requests.post(f"{own.url}/function/f", timeout=30).status_code)

    caller = threading.Thread(target=call)
    caller.start()
    time.sleep(0.3)
    own.replace("f", "functions/echo")
    caller.join()
    assert answers == [500]
    assert own.invoke().json()["function"] == "f"
    assert own.starts() == 2
