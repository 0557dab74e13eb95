# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PHP and Go, where the host has them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from runner_bench import Bench

from tests.emulator.runner.spec import BuildError, CallTimeout, WorkerDied

needs_php = pytest.mark.skipif(shutil.which("php") is None, reason="PHP is not installed")
needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
ROOT = Path(__file__).resolve().parents[3]
PHP_ECHO = """<?php
require 'greeting.php';
header('Content-Type: application/json');
header('Set-Cookie: a=1');
header('Set-Cookie: b=2', false);
http_response_code(207);
error_log('served ' . $_SERVER['REQUEST_METHOD']);
echo json_encode([greet(), $_SERVER['REQUEST_METHOD'], $_SERVER['REQUEST_URI'], $_GET, $_SERVER['HTTP_X_ASK'], getenv('GREETING'),
    base64_encode(strrev(file_get_contents('php://input'))), file_get_contents('data.txt'), getcwd() === __DIR__]);
"""
PHP_LIMITED = """<?php
if ($_SERVER['REQUEST_URI'] === '/slow') sleep(60);
if ($_SERVER['REQUEST_URI'] === '/bad') throw new Exception('no such luck');
echo 'fine';
"""
# Written from reference P.6: the signature, and types without a package.
GO_ECHO = """package main

import (
    "context"
    "encoding/base64"
    "encoding/json"
    "errors"
    "fmt"
    "os"
    "time"
)

func Handle(ctx context.Context, request APIGatewayProxyRequest) (APIGatewayProxyResponse, error) {
    switch request.Path {
    case "/error":
        return APIGatewayProxyResponse{}, errors.New("no such luck")
    case "/panic":
        panic("no luck at all")
    case "/slow":
        time.Sleep(time.Minute)
    case "/big":
        big := make([]byte, 400<<20)
        for index := range big {
            big[index] = 1
        }
    case "/die":
        os.Exit(3)
    case "/empty":
        return APIGatewayProxyResponse{}, nil
    case "/binary":
        return APIGatewayProxyResponse{StatusCode: 200, Headers: map[string]string{"content-type": "image/png"},
            Body: base64.StdEncoding.EncodeToString(request.RawBody), IsBase64Encoded: true}, nil
    }
    fmt.Println("served", request.HTTPMethod)
    body, err := json.Marshal([]interface{}{greet(), request.HTTPMethod, request.Path, request.QueryStringParameters, request.MultiValueQueryStringParameters,
        request.Headers["x-ask"], request.Body, request.RequestContext.Stage, os.Getenv("GREETING")})
    return APIGatewayProxyResponse{StatusCode: 207, Headers: map[string]string{"X-Answer": "yes"}, Body: string(body)}, err
}
"""
GO_FILES: dict[str, str | bytes] = {"handle.go": GO_ECHO, "greeting.go": 'package main\n\nfunc greet() string { return "hi" }\n'}


@needs_php
def test_php_answers_every_request_itself(bench: Bench) -> None:
    greeting = "<?php function greet() { return 'hi'; }"
    files: dict[str, str | bytes] = {"index.php": PHP_ECHO, "greeting.php": greeting, "data.txt": "data", "composer.json": "{}"}
    function = bench.deploy("php", "server", files, "{}", environment={"GREETING": "hello"})
    answer = function.call("/a b", "PUT", body=b"\x00\xff", raw_target="/a%20b?x=1&y=%26", headers=[("X-Ask", "me")])
    assert answer.status == 207
    assert json.loads(answer.body) == ["hi", "PUT", "/a%20b?x=1&y=%26", {"x": "1", "y": "&"}, "me", "hello", "/wA=", "data", True]
    assert len([name for name, value in answer.headers if name.lower() == "set-cookie"]) == 2
    assert function.logged("served PUT")
    assert json.loads(function.call("/data.txt", headers=[("X-Ask", "")]).body)[0] == "hi", "the script answers for files, too"
    assert function.deployment.spec.handles_cors


@needs_php
def test_php_limits_and_errors(bench: Bench) -> None:
    function = bench.deploy("php", "server", PHP_LIMITED, timeout=1.0)
    assert function.call("/bad").status == 500
    assert function.logged("no such luck")
    assert function.call().body == b"fine"
    with pytest.raises(CallTimeout):
        function.call("/slow")
    assert function.call().body == b"fine"
    big = bench.deploy("php", "server", "<?php ini_set('memory_limit', '-1'); $kept = str_repeat('x', 400 << 20); echo 'big';", memory=128)
    with pytest.raises(WorkerDied, match="128 MB of memory"):
        big.call()


@needs_php
@pytest.mark.parametrize(
    "code, requirements, reason",
    [
        ("<?php echo (", "", "the handler could not be loaded: PHP Parse error"),
        ("<?php echo 1;", '{"require": {"php": ">=8", "monolog/monolog": "^3"}}', "composer.json: the emulator installs no packages for PHP"),
        ("<?php echo 1;", "{", "composer.json is not JSON"),
    ],
)
def test_php_that_cannot_be_brought_up(bench: Bench, code: str, requirements: str, reason: str) -> None:
    with pytest.raises(BuildError, match=reason):
        bench.deploy("php", "server", code, requirements)


@pytest.fixture
def killed_emulators_folder() -> Iterator[str]:
    """What a killed emulator leaves behind goes with the test; the path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="emulator-test-", dir="/tmp") as folder:
        yield folder


@needs_php
def test_php_ends_with_the_emulator(killed_emulators_folder: str) -> None:
    """PHP's own processes know nothing of the emulator: whoever watches over them must end them."""
    script = """
import os, sys
from runner_bench import Bench
bench = Bench()
function = bench.deploy("php", "server", "<?php echo getmypid();")
print(function.call().body.decode(), flush=True)
sys.stdin.read()
"""
    environment = {**os.environ, "TMPDIR": killed_emulators_folder, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    emulator = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert emulator.stdout is not None and emulator.stdin is not None
    pid = int(emulator.stdout.readline())
    assert _running(pid)
    emulator.send_signal(signal.SIGKILL)
    emulator.wait()
    for attempt in range(200):
        if not _running(pid):
            break
        time.sleep(0.05)
    assert not _running(pid)
    emulator.stdin.close()
    emulator.stdout.close()


def _running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


@needs_go
def test_go(bench: Bench) -> None:
    function = bench.deploy("go", "handler", GO_FILES, memory=128, environment={"GREETING": "hello"})
    answer = function.call("/a b", "PUT", body=b'{"a": 1}', query=[("x", "1"), ("x", "2")], headers=[("X-Ask", "me"), ("Content-Type", "application/json")])
    assert (answer.status, sorted(answer.headers)) == (207, [("Content-Type", "application/json"), ("X-Answer", "yes")])
    assert json.loads(answer.body) == ["hi", "PUT", "/a b", {"x": "2"}, {"x": ["1", "2"]}, "me", '{"a": 1}', "local", "hello"]
    assert function.logged("served PUT")
    assert json.loads(function.call().body)[3:5] == [None, None]
    binary = function.call("/binary", "POST", body=b"\x00\xff" * 100000)
    assert (binary.body == b"\x00\xff" * 100000, binary.headers) == (True, [("content-type", "image/png")])
    for path in ("/error", "/panic", "/empty"):
        failed = function.call(path)
        assert (failed.status, json.loads(failed.body)) == (500, {"message": "The function raised an error; its log has the details."})
    for reason in ("no such luck", "no luck at all", "StatusCode must be from 200 to 599, it is 0"):
        assert function.logged(reason)
    with pytest.raises(WorkerDied, match="128 MB of memory"):
        function.call("/big")
    with pytest.raises(WorkerDied, match="code 3"):
        function.call("/die")
    assert function.call().status == 207
    hasty = bench.deploy("go", "handler", GO_FILES, timeout=1.0)
    with pytest.raises(CallTimeout):
        hasty.call("/slow")
    assert hasty.call().status == 207
    assert not function.deployment.spec.handles_cors


@needs_go
@pytest.mark.parametrize(
    "code, reason",
    [
        ("package main\n\nfunc Handle() int { return x }\n", "handle.go:3:28: undefined: x"),
        ("package main\n\nfunc handle() {}\n", "undefined: Handle"),
    ],
)
def test_go_that_does_not_compile(bench: Bench, code: str, reason: str) -> None:
    with pytest.raises(BuildError) as error:
        bench.deploy("go", "handler", code)
    assert str(error.value).startswith("go build failed: ") and reason in str(error.value)


def test_what_the_host_does_not_have(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="the contract server is not known for python"):
        bench.deploy("python", "server", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    poor = Bench()
    try:
        for family in ("php", "go", "node", "dotnet"):
            with pytest.raises(BuildError, match=f"this host has no {family} interpreter"):
                poor.deploy(family, "server", "")
    finally:
        poor.close()
